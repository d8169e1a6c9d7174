/*
 * scr_conflict - two people changed the same record: yours or theirs, field
 * by field.
 */
#ifndef TUI_SCREENS_SCR_CONFLICT_H
#define TUI_SCREENS_SCR_CONFLICT_H

#include "db/core/record.h"
#include "tui/screen.h"

/* Of the screen whose change was refused; no pointer may be kept. */
struct conflict_ops {
	/*
	 * The value as stored with which it began, when it is about to change
	 * that field; NULL: the field is no concern of its.
	 */
	const char *(*was)(
	    const struct screen *s, const struct conflict_field *f);
	/* The person takes the value that stands; column or the own key. */
	void (*their)(struct screen *s, const char *column, const char *raw);
	/* All is decided: once more, over this version. */
	void (*go_on)(struct screen *s, int64_t version);
};
/*
 * What both sides changed is shown and chosen field by field; where that is
 * nothing it goes on at once.  conflict is copied, ops is borrowed for ever.
 */
void conflict_resolve(struct screen *s, const struct conflict *conflict,
    const struct conflict_ops *ops);

#endif
