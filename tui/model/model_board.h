/*
 * model_board - what a supervisor watches: who does what and what came of it
 * today, and what waits.
 *
 * Every figure is one of call_figures.h, operator_states.h, or counted among
 * rows of conversation_list and ticket_list; of what the actor may see.
 */
#ifndef TUI_MODEL_MODEL_BOARD_H
#define TUI_MODEL_MODEL_BOARD_H

#include "common/conf.h"
#include "db/records/agents.h"
#include "db/records/call_figures.h"
#include "db/records/channels.h"
#include "db/records/operator_states.h"
#include "tui/model/model.h"

#define BOARD_LOOK_AT 1000 /* conversations, tickets and calls, the first */
#define BOARD_NOBODY  INT64_MAX

struct board_row {
	int64_t id;    /* of the operator; BOARD_NOBODY */
	bool has_seat; /* else only calls are left of him */
	struct seat_now seat;
	struct call_figure figure; /* of today; sums of 0 without calls */
	int chats, tickets;        /* open ones that he has */
};
/* After so long something is marked, after twice that it stands out. */
struct board_limits {
	int64_t pause_us, hold_us, chat_us;
};
struct board {
	uint64_t turn;
	struct board_row *rows; /* owned; by name */
	size_t count;
	struct call_figure today; /* by == CALL_FIGURES_TOTAL */
	int64_t hours[24];        /* calls */
	bool sees_chats, sees_tickets;
	int chats;         /* that wait for an answer */
	int64_t oldest_us; /* since when the first one waits; 0: none */
	int at_risk, late; /* tickets: after 75 % of their time, after it */
	bool chats_more, tickets_more; /* not all were looked at */
	int64_t replies;               /* first ones to tickets of today */
	int64_t reply_us;              /* on the average, of the desk's hours */
	struct board_limits limits;
	bool has_whatsapp; /* its channel's row: */
	enum channel_state whatsapp;
	int64_t whatsapp_us; /* the last word in or out; 0: none yet */
	bool sees_agents;
	struct agent_stats agents; /* of inventory */
};
void board_clear(struct board *b);

/* board may be taken: copy it out and zero it. */
typedef void board_fn(
    struct screen *s, struct board *board, const struct model_answer *answer);
/*
 * conf names the channels; slug is the tenant's.  Both live as long as the
 * model.
 */
void model_board(struct model *m, struct screen *s, uint64_t turn,
    const struct conf *conf, const char *slug, board_fn *fn);

#endif
