/*
 * model_seat - where the operator is, and what is being written: presence and
 * drafts, asked for and forgotten.
 *
 * Questions are answered in order, so what is asked after a save sees it.
 */
#ifndef TUI_MODEL_MODEL_SEAT_H
#define TUI_MODEL_MODEL_SEAT_H

#include "common/i18n.h"
#include "db/records/seat.h"
#include "tui/model/model.h"

/* At this record, typing or looking; RECORD_NONE: nowhere. */
void model_seat_at(
    struct model *m, enum record_kind kind, int64_t record_id, bool typing);

/* The setting that keeps the language which an operator chose. */
#define SETTING_LANG "lang"
/* The operator's console speaks this one from now on, next time as well. */
void model_seat_lang(struct model *m, enum lang lang);

struct seat_draft {
	enum record_kind kind;
	int64_t record_id;
	enum draft_slot slot;
	const char *body; /* copied; "" removes the draft */
	int64_t cursor_at, seen_version;
	uint64_t behind; /* the place for draft_keep_behind; 0: draft_keep */
	const char *earlier; /* for it; copied, may be NULL */
};
/* What a program that was too old kept in files becomes drafts; says so. */
void model_take_drafts(struct model *m);
/* A failure becomes a toast; the text stays where it is typed. */
void model_seat_draft(struct model *m, const struct seat_draft *draft);

/* draft.body is NULL when there is none; it may be copied, not kept. */
typedef void seat_draft_fn(struct screen *s, const struct draft *draft);
void model_seat_draft_read(struct model *m, struct screen *s,
    enum record_kind kind, int64_t record_id, enum draft_slot slot,
    seat_draft_fn *fn);

#endif
