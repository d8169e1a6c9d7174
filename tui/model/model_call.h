/*
 * model_call - the operator's call, what there is to do between two of them,
 * and all that is done at a call's screen.
 */
#ifndef TUI_MODEL_MODEL_CALL_H
#define TUI_MODEL_MODEL_CALL_H

#include "db/records/call_figures.h"
#include "db/records/call_providers.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/dispositions.h"
#include "db/records/operator_states.h"
#include "tui/model/model.h"
#include "tui/model/model_call_before.h"

#define CALL_BOARD_ROWS 40 /* of each list, the first ones */

struct call_board {
	uint64_t turn;
	struct seat_now seat;
	bool has_call;
	struct call call;    /* the one that the operator is at */
	struct call_who who; /* of its number or contact */
	struct call_before before; /* owned; of its contact or number */
	struct call *calls; /* owned; without a call, the operator's latest */
	size_t call_count;
	struct callback *due; /* owned; mine and the pool's, the first first */
	size_t due_count;
	struct call_code *ends, *pauses; /* owned; in use */
	size_t end_count, pause_count;
	struct call_figure today; /* by == CALL_FIGURES_TOTAL; mine */
	bool asks_whether_there;  /* shift_ask */
	int64_t silent_since_us;
};
void call_board_clear(struct call_board *b);

/* board may be taken: copy it out and zero it. */
typedef void call_board_fn(struct screen *s, struct call_board *board,
    const struct model_answer *answer);
void model_call_board(
    struct model *m, struct screen *s, uint64_t turn, call_board_fn *fn);

enum call_deed {
	CALL_DEED_START,
	CALL_DEED_ANSWER,
	CALL_DEED_HOLD,
	CALL_DEED_RESUME,
	CALL_DEED_END,
	CALL_DEED_EXTEND,
	CALL_DEED_TRANSFER, /* text: to whom */
	CALL_DEED_CONSENT,
	CALL_DEED_CLOSE,
	CALL_DEED_NOTES,   /* text */
	CALL_DEED_TICKET,  /* text: its subject; a new one, linked */
	CALL_DEED_CONTACT, /* text: the name; a new one, linked */
	CALL_DEED_LEAD,    /* text: what the customer needs; with the contact */
	CALL_DEED_ABOUT,   /* lead_id: one that was there; linked */
	CALL_DEED_CALLBACK,
	CALL_DEED_SEAT, /* text: the reason of a pause */
	CALL_DEED_CLOCK,
	CALL_DEED_THERE,
};
struct call_action {
	enum call_deed deed;
	int64_t id;      /* of the call, which CALL_DEED_START fills in */
	int64_t version; /* that was seen; 0: no guard */
	char *text;      /* taken; what the deed says, or NULL */
	/* CALL_DEED_START */
	enum call_direction direction;
	char number[65]; /* "": the contact's, which is filled in */
	int64_t contact_id, ticket_id, conversation_id, callback_id, lead_id;
	bool rings;
	const struct call_provider *provider; /* NULL: a person dials */
	char
	    *stop_override; /* taken; why a stopped number is called, or NULL */
	/* CALL_DEED_CLOSE */
	char disposition[9];
	int64_t sale_cents;
	/* CALL_DEED_CLOSE and CALL_DEED_CALLBACK; 0: none */
	int64_t callback_us;
	enum call_consent consent;
	enum seat_state seat;
	enum clock_act clock;
	/* Filled in: the ticket's of CALL_DEED_TICKET, CALL_DEED_LEAD's id */
	int64_t number_made;
};
/* After the model's own toast about a failure. */
typedef void call_action_fn(struct screen *s, const struct call_action *action,
    const struct model_answer *answer);
/* action is copied, its texts are taken; fn may be NULL. */
void model_call_act(struct model *m, struct screen *s,
    const struct call_action *action, call_action_fn *fn);

#endif
