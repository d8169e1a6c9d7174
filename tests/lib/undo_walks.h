/* undo_walks - sessions and templates, as undo_table.h wants them. */
#ifndef TESTS_LIB_UNDO_WALKS_H
#define TESTS_LIB_UNDO_WALKS_H

#include "tests/lib/undo_table.h"

int undo_run_session_start(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_answer(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_fill(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_pause(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_assign(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_resolve(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_escalate(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_session_abandon(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_template_new(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_template_edit(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_template_delete(
    struct desk *d, const struct given *g, struct err *err);
/* A session and a template. */
void undo_prepare_walks(struct desk_fixture *f, struct given *g);

#endif
