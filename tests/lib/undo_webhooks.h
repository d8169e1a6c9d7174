/* undo_webhooks - what can be undone of webhooks, for undo_table. */
#ifndef TESTS_LIB_UNDO_WEBHOOKS_H
#define TESTS_LIB_UNDO_WEBHOOKS_H

#include "tests/lib/undo_table.h"

int undo_run_hook_new(struct desk *d, const struct given *g, struct err *err);
int undo_run_hook_edit(struct desk *d, const struct given *g, struct err *err);
int undo_run_hook_switch(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_hook_delete(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_hook_restore(
    struct desk *d, const struct given *g, struct err *err);
/* One that is on, and one in the trash. */
void undo_prepare_hooks(struct desk_fixture *f, struct given *g);

#endif
