/* undo_calendars - the rows of undo_table that are about calendars. */
#ifndef TESTS_LIB_UNDO_CALENDARS_H
#define TESTS_LIB_UNDO_CALENDARS_H

#include "tests/lib/undo_table.h"

/* The default one, with a date and a promise; and a spare one. */
void undo_prepare_calendars(struct desk_fixture *f, struct given *g);

int undo_run_promise_set(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_promise_delete(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_calendar_new(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_calendar_edit(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_calendar_date(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_calendar_delete(
    struct desk *d, const struct given *g, struct err *err);

#endif
