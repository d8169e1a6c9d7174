/*
 * model_desk - my day: everything that waits for the operator, as rows.
 */
#ifndef TUI_MODEL_MODEL_DESK_H
#define TUI_MODEL_MODEL_DESK_H

#include "db/core/record.h"
#include "tui/model/model.h"

enum desk_part {
	DESK_APPROVALS,  /* what waits for me to decide, oldest first */
	DESK_WAITING,    /* conversations of mine, longest wait first */
	DESK_UNASSIGNED, /* conversations that nobody has */
	DESK_BREAKING,   /* tickets of mine after 75 %, what breaks first first */
	DESK_TICKETS,    /* the others of mine, highest priority first */
	DESK_DRAFTS,     /* newest first */
	DESK_STUCK,      /* messages of mine that did not go out */
	DESK_PART_COUNT
};

#define DESK_PART_MOST 100 /* rows of a part that are shown and counted */

struct desk_row {
	enum desk_part part;
	int64_t id; /* unique among all rows */
	enum record_kind opens;
	int64_t opens_id;
	char title[201]; /* who or what; from outside */
	char text[241];  /* from outside, not gated yet */
	const char *why; /* N_(): shown instead of text; NULL: text */
	int64_t since_us;
	int64_t due_us, warn_us; /* of tickets, as in struct ticket; else 0 */
	int priority; /* of tickets, else 0 */
	int state;    /* of tickets and messages */
	int unread;   /* of conversations */
};

struct desk_day {
	struct desk_row *rows; /* owned; part by part */
	size_t count;
	int counts[DESK_PART_COUNT]; /* to DESK_PART_MOST */
};

/* day may be taken: move it out and zero it. */
typedef void desk_day_fn(struct screen *s, uint64_t turn, struct desk_day *day,
    const struct model_answer *answer);
void model_desk_day(
    struct model *m, struct screen *s, uint64_t turn, desk_day_fn *fn);

#endif
