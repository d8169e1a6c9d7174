/*
 * undo_calls - the rows of undo_table that are about calls.
 */
#ifndef TESTS_LIB_UNDO_CALLS_H
#define TESTS_LIB_UNDO_CALLS_H

#include "tests/lib/undo_table.h"

int undo_run_call_close(struct desk *d, const struct given *g, struct err *err);
int undo_run_call_note(struct desk *d, const struct given *g, struct err *err);
int undo_run_call_link(struct desk *d, const struct given *g, struct err *err);
int undo_run_call_ticket(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_call_contact(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_callback_new(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_callback_edit(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_callback_done(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_lead_new(struct desk *d, const struct given *g, struct err *err);
int undo_run_lead_edit(struct desk *d, const struct given *g, struct err *err);
int undo_run_lead_close(struct desk *d, const struct given *g, struct err *err);
int undo_run_lead_delete(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_lead_restore(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_agent_accept(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_agent_delete(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_agent_restore(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_stop_add(struct desk *d, const struct given *g, struct err *err);
int undo_run_stop_delete(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_disposition_new(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_disposition_edit(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_pause_new(struct desk *d, const struct given *g, struct err *err);
int undo_run_pause_edit(struct desk *d, const struct given *g, struct err *err);

void undo_prepare_calls(struct desk_fixture *f, struct given *g);

#endif
