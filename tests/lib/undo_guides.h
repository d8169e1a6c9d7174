/* undo_guides - what can be undone of guides, for undo_table. */
#ifndef TESTS_LIB_UNDO_GUIDES_H
#define TESTS_LIB_UNDO_GUIDES_H

#include "tests/lib/undo_table.h"

int undo_run_guide_import(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_guide_new(struct desk *d, const struct given *g, struct err *err);
int undo_run_guide_edit(struct desk *d, const struct given *g, struct err *err);
int undo_run_guide_publish(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_guide_delete(
    struct desk *d, const struct given *g, struct err *err);
int undo_run_setting(struct desk *d, const struct given *g, struct err *err);
int undo_run_guide_restore(
    struct desk *d, const struct given *g, struct err *err);
/* One with a draft, and one in the trash. */
void undo_prepare_guides(struct desk_fixture *f, struct given *g);

#endif
