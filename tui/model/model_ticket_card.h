/*
 * model_ticket_card - one ticket with all that is shown around it.
 */
#ifndef TUI_MODEL_MODEL_TICKET_CARD_H
#define TUI_MODEL_MODEL_TICKET_CARD_H

#include "db/records/conversations.h"
#include "db/records/seat.h"
#include "db/records/ticket_timeline.h"
#include "db/records/tickets.h"
#include "tui/model/model.h"

#define TICKET_HISTORY_MOST 200

struct ticket_card {
	uint64_t turn;
	struct ticket t;
	struct ticket_comment *comments; /* owned; oldest first */
	size_t comment_count;
	/* owned; newest first; references are names already */
	struct history_row *history;
	size_t history_count;
	/* owned; the first items_kept are shown, newest first */
	struct timeline_item *items;
	size_t item_count, items_kept;
	bool has_conversation;
	struct conversation conversation;
	struct presence *others; /* owned; who else is here */
	size_t other_count;
	/* By DRAFT_REPLY and DRAFT_NOTE; body NULL: none.  Owned. */
	struct draft drafts[2];
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
