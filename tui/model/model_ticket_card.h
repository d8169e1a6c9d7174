/*
 * model_ticket_card - one ticket with all that is shown around it.
 */
#ifndef TUI_MODEL_MODEL_TICKET_CARD_H
#define TUI_MODEL_MODEL_TICKET_CARD_H

#include "db/records/checklists.h"
#include "db/records/conversations.h"
#include "db/records/guide_sessions.h"
#include "db/records/seat.h"
#include "db/records/ticket_files.h"
#include "db/records/ticket_timeline.h"
#include "db/records/ticket_times.h"
#include "db/records/tickets.h"
#include "tui/model/model.h"
#include "tui/model/model_ticket_clock.h"

#define TICKET_HISTORY_MOST  200
#define TICKET_SESSIONS_MOST 10

struct ticket_card {
	uint64_t turn;
	struct ticket t;
	char category[65]; /* what it is called; its key when nobody says */
	struct ticket_comment *comments; /* owned; oldest first */
	size_t comment_count;
	/* owned; newest first; references are names already */
	struct history_row *history;
	size_t history_count;
	/* owned; the first items_kept are shown, newest first */
	struct timeline_item *items;
	size_t item_count, items_kept;
	struct ticket_check *checks; /* owned */
	size_t check_count;
	struct ticket_file *files; /* owned; oldest first */
	size_t file_count;
	struct ticket_time *times; /* owned; oldest first */
	size_t time_count;
	struct guide_session *sessions; /* owned; newest first */
	size_t session_count;
	struct clock_line clocks[CLOCK_KIND_COUNT];
	size_t clock_count;
	bool has_conversation;
	struct conversation conversation;
	struct reply_route route; /* which way a reply would go */
	struct presence *others;  /* owned; who else is here */
	size_t other_count;
	/* By DRAFT_REPLY and DRAFT_NOTE; body NULL: none.  Owned. */
	struct draft drafts[2];
	struct draft draft_files[2]; /* the same; their paths, one a line */
};
void ticket_card_clear(struct ticket_card *card);
/* The newest comment's id; 0 when there is none. */
int64_t ticket_card_newest(const struct ticket_card *card);

/* card may be taken: copy it out and zero it.  OD_ENOTFOUND: it is gone. */
typedef void ticket_card_fn(struct screen *s, struct ticket_card *card,
    const struct model_answer *answer);
void model_ticket_card(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, ticket_card_fn *fn);

#endif
