/*
 * scr_conflict - two people changed the same record: yours or theirs, field
 * by field.
 */
#ifndef TUI_SCREENS_SCR_CONFLICT_H
#define TUI_SCREENS_SCR_CONFLICT_H

#include "db/core/record.h"
#include "tui/screen.h"

/*
 * conflict is copied.  When the person decides, their is called for every
 * field that keeps the value that stands, then done with result.id the
 * version that stands now.
 */
void conflict_push(struct ui *ui, struct screen *parent,
    const struct conflict *conflict,
    void (*their)(struct screen *parent, const char *column, const char *value),
    screen_result_fn *done);

#endif
