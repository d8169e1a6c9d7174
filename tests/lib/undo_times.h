/*
 * undo_times - the rows of undo_table that are about time worked.
 */
#ifndef TESTS_LIB_UNDO_TIMES_H
#define TESTS_LIB_UNDO_TIMES_H

#include "tests/lib/undo_table.h"

int undo_run_time_start(struct desk *d, const struct given *g, struct err *err);
int undo_run_time_stop(struct desk *d, const struct given *g, struct err *err);
int undo_run_time_add(struct desk *d, const struct given *g, struct err *err);
int undo_run_time_edit(struct desk *d, const struct given *g, struct err *err);
int undo_run_time_delete(
    struct desk *d, const struct given *g, struct err *err);

#endif
