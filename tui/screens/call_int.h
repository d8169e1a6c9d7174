/*
 * call_int - what the files of the call's screen share.
 *
 *	scr_call.c    the screen: answers, drawing, movement
 *	call_text.c   the call as text, rows and words
 *	call_before.c  what was before with the contact
 *	call_do.c     what is done by one key
 *	call_ask.c    the same where something is asked first
 *	call_lead.c   what the customer could buy: one that is there, or a new one
 *	call_dial.c   who makes the telephone ring
 *	call_hints.c  what the customer objects, the cards and the model's words
 *	call_adviser.c  what cards are filled with, and the model that is asked
 *	call_tape.c   the recorder: its line, and its keys
 */
#ifndef TUI_SCREENS_CALL_INT_H
#define TUI_SCREENS_CALL_INT_H

#include "tui/app.h"
#include "tui/model/model_call.h"
#include "tui/model/model_hints.h"
#include "tui/widgets/w_line.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

enum call_pick { /* one key names a code */
	PICK_NOTHING,
	PICK_DISPOSITION,
	PICK_PAUSE,
};

struct call_hints {
	struct hint_book *book; /* owned; NULL: not there yet, or none */
	bool is_asked;          /* for another one; the answer is not there */
	bool again;             /* something changed since */
	struct adviser *talk;   /* owned */
	struct w_line said;     /* what the customer says */
	bool open;              /* it is being typed */
	struct hint_card cards[HINT_CARDS];
	size_t count;
	char *product; /* owned; said, while its price is asked for, or NULL */
};

struct call_desk {
	struct call_board board;
	bool known;
	uint64_t asked; /* turn of the newest question */
	/* A call is being started: keys wait until its board is there. */
	bool starting;
	uint64_t started; /* turn of the first board that knows it */
	struct w_list
	    list; /* between two calls: promised ones and the latest */
	struct w_text text; /* of the call, or the codes that there are */
	enum call_pick pick;
	struct call_action wish; /* what a dialog is about while it is open */
	struct call_hints hints;
	struct dialler *dialler; /* owned */
};

static inline struct call_desk *
call_desk_of(const struct screen *s)
{
	return s->data;
}
/* A call that goes on, or is being wrapped up. */
static inline const struct call *
call_of(const struct screen *s)
{
	const struct call_desk *d = s->data;

	return d->known && d->board.has_call ? &d->board.call : NULL;
}

static inline bool
call_is_starting(const struct call_desk *d)
{
	return d->starting ||
	       (d->board.turn < d->started && !d->board.has_call);
}

/* ---- call_text.c ---- */

/* "03:12", "1:02:33". */
#define CALL_CLOCK_SIZE 24
void call__clock(int64_t us, char out[CALL_CLOCK_SIZE]);
const char *call__seat_word(enum seat_state state);
enum role call__seat_role(enum seat_state state);
void call__list_init(struct screen *s);
void call__list_set(struct call_desk *d);
/* The row under the cursor: one of them, or neither. */
struct call_row {
	const struct callback *due;
	const struct call *call;
};
struct call_row call__row(const struct call_desk *d);
/* The call, or the codes to pick from. */
void call__fill(struct screen *s);
/* The other side's name, else its number. */
const char *call__whose(const struct call *c);
/* How it ended, or that it has not. */
const char *call__disposition_word(const struct call *c);

/* ---- call_lead.c ---- */

/* Open the one that is there, or make one. */
unsigned call__run_lead(
    struct ui *ui, struct screen *s, const struct command *cmd);

/* ---- call_before.c ---- */

/* The contact's tickets, chats and earlier calls, below the call. */
void call__fill_before(struct screen *s);
/* "22/11 09:00  <- 03:12  sale  Ana Ruiz  notes" of an earlier call. */
void call__line(
    const struct app *app, const struct call *c, struct str *out);
/* All of them, as a page. */
unsigned call__run_before(
    struct ui *ui, struct screen *s, const struct command *cmd);

/* ---- call_dial.c ---- */

void call__dial_open(struct screen *s);
/* Before a call is started: who makes it ring. */
void call__dial_choose(struct screen *s, struct call_action *a);
/* It has been started. */
void call__dial(struct screen *s, const struct call_action *a);

/* ---- call_hints.c ---- */

void call__hints_open(struct screen *s);
void call__hints_close(struct call_hints *h);
/* The console ends, and the screen after it. */
void call__hints_end(struct call_hints *h);
/* The call is over: nothing was said. */
void call__hints_clear(struct call_hints *h);
/* The model is told to stop; false: it says nothing. */
bool call__hints_stop(struct call_hints *h);
/* The cards and the model's words, after what is known of the call. */
void call__fill_hints(struct screen *s);
/* The line that is typed in; nothing where it is not open. */
void call__draw_said(const struct screen *s, struct canvas *c, int y);
unsigned call__hints_input(struct screen *s, const struct input *in);
unsigned call__hints_paste(struct screen *s, const char *text, size_t n);
unsigned call__run_objection(
    struct ui *ui, struct screen *s, const struct command *cmd);
unsigned call__run_rate(
    struct ui *ui, struct screen *s, const struct command *cmd);

/* ---- call_tape.c ---- */

/* What was said of it, and what is still needed for it. */
void call__fill_tape(struct screen *s);
/* The recorder's line instead of today's figures; false: it does nothing. */
bool call__draw_tape(const struct screen *s, struct canvas *c, int y);
/* The same in few cells, at the right end of the line. */
void call__draw_lamp(
    const struct screen *s, struct canvas *c, int y, enum role role);

/* The cards anew, if they or what they are filled with changed. */
void call__hints_follow(struct screen *s);
/* The shift begins: have the model loaded. */
void call__hints_warm(struct screen *s);

/* ---- call_adviser.c ---- */

struct card_values call__card_values(const struct screen *s);
/* Whether the model is there, at the end of the head, if that has room. */
void call__draw_server(const struct screen *s, struct canvas *c, int x);

/* ---- call_do.c ---- */

void call__send(struct screen *s, struct call_action *a);
/* Dial what the row is about. */
unsigned call__dial_row(struct screen *s);
/* A code that was picked; "": given up. */
unsigned call__picked(struct screen *s, const struct call_code *code);

/* ---- call_ask.c ---- */

/* The disposition is known: what else it asks for, then the call is closed. */
unsigned call__close_with(struct screen *s, const struct call_code *code);
/* The number is stopped: whether to call it all the same, and why. */
void call__ask_override(struct screen *s, const struct call_action *a,
    const struct model_answer *answer);
/* Refused notes: they stand there again, over what stands now. */
void call__ask_notes_again(struct screen *s, const struct call_action *a,
    const struct model_answer *answer);
unsigned call__run_ask(
    struct ui *ui, struct screen *s, const struct command *cmd);

enum call_ask {
	CALL_ASK_IN,
	CALL_ASK_TRANSFER,
	CALL_ASK_CONSENT,
	CALL_ASK_NOTES,
	CALL_ASK_TICKET,
	CALL_ASK_CONTACT,
	CALL_ASK_LEAD,
	CALL_ASK_CALLBACK,
	CALL_ASK_CLOCK,
};
unsigned call__ask_number(struct screen *s, enum call_direction direction);
/*
 * May the call be recorded?  The answer is enum call_consent, its context the
 * call's id.
 */
void call__ask_consent(struct screen *s, screen_result_fn *done);

#endif
