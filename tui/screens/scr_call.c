/*
 * scr_call - the operator's call: who it is and what was before, and between
 * two of them whom to call next.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#define HEAD_ROWS 3

/* ---- life ---- */

static int
desk_open_call(struct screen *s, const void *args, struct err *err)
{
	struct call_desk *d = call_desk_of(s);

	(void)args, (void)err;
	w_text_init(&d->text);
	call__list_init(s);
	call__hints_open(s);
	call__dial_open(s);
	return 0;
}

static void
call_desk_close(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);

	call__hints_close(&d->hints);
	dialler_free(&d->dialler);
	call_board_clear(&d->board);
	w_text_free(&d->text);
	w_list_free(&d->list);
	FREE(&d->wish.text);
}

static int
head_rows(int h)
{
	return h >= 8 ? HEAD_ROWS : 1;
}

static void
call_desk_layout(struct screen *s, int w, int h)
{
	struct call_desk *d = call_desk_of(s);
	int rest = h - head_rows(h);

	/* Below it what the customer says. */
	w_text_layout(&d->text, w > 2 ? w - 2 : 1, rest > 2 ? rest - 1 : 1);
	w_list_layout(&d->list, w, rest > 1 ? rest : 1);
}

/* ---- question and answer ---- */

static void
on_board(struct screen *s, struct call_board *board,
    const struct model_answer *answer)
{
	struct call_desk *d = call_desk_of(s);

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (board->turn < d->board.turn)
		return;
	call_board_clear(&d->board);
	d->board = *board;
	memset(board, 0, sizeof(*board));
	d->known = true;
	/* It was closed elsewhere, or one came in: its keys are wanted. */
	if (d->pick != PICK_NOTHING &&
	    (d->pick == PICK_DISPOSITION) != d->board.has_call)
		d->pick = PICK_NOTHING;
	if (!d->board.has_call)
		call__hints_clear(&d->hints);
	call__list_set(d);
	call__fill(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
call_desk_refresh(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);

	model_call_board(model_of(s), s, ++d->asked, on_board);
	call__hints_follow(s);
}

/* ---- what is shown ---- */

/* Until the wrap-up is over, or how long the state has been. */
static void
state_clock(const struct call_board *b, char out[CALL_CLOCK_SIZE + 2])
{
	int64_t now = clock_wall_us();
	char clock[CALL_CLOCK_SIZE];

	if (b->has_call && b->call.state == CALL_WRAP_UP &&
	    b->call.wrap_until_us != 0) {
		int64_t left = b->call.wrap_until_us - now;

		call__clock(left < 0 ? -left : left, clock);
		str_format(out, CALL_CLOCK_SIZE + 2, "%s%s",
		    left < 0 ? "+" : "-", clock);
		return;
	}
	call__clock(b->seat.since_us != 0 ? now - b->seat.since_us : 0, clock);
	str_copy(out, CALL_CLOCK_SIZE + 2, clock);
}

static void
draw_state(const struct screen *s, struct canvas *c)
{
	const struct call_board *b = &call_desk_of(s)->board;
	char clock[CALL_CLOCK_SIZE + 2];
	struct str line = STR_INIT;

	state_clock(b, clock);
	str_addf(&line, "%s %s", call__seat_word(b->seat.state), clock);
	if (b->has_call)
		str_addf(&line, "  %s %s%s%s",
		    b->call.direction == CALL_IN ? "<-" : "->",
		    call__whose(&b->call),
		    b->call.contact_name[0] != '\0' ? "  " : "",
		    b->call.contact_name[0] != '\0' ? b->call.number : "");
	else if (b->seat.state == SEAT_PAUSED)
		str_addf(&line, "  %s",
		    i18n_lang() == LANG_ES ? b->seat.label_es
					   : b->seat.label_en);
	canvas_fill(c, 0, 0, c->w, call__seat_role(b->seat.state));
	canvas_outside(c, 1, 0, c->w - 2, call__seat_role(b->seat.state),
	    line.s, line.len);
	if (head_rows(c->h) == 1)
		call__draw_lamp(s, c, 0, call__seat_role(b->seat.state));
	else
		call__draw_server(s, c, canvas_cells(line.s, line.len) + 1);
	str_free(&line);
}

/* What came of today. */
static void
draw_today(const struct screen *s, struct canvas *c)
{
	const struct call_board *b = &call_desk_of(s)->board;
	const struct call_sum *sum = &b->today.sum;
	char talk[CALL_CLOCK_SIZE], shift[CALL_CLOCK_SIZE];
	struct str line = STR_INIT;
	int rate = call_sum_rate(sum);

	call__clock(sum->talk_us, talk);
	str_addf(&line, "%s: ", _("Today"));
	str_addf(&line, NGETTEXT_("%d call", "%d calls", (long)sum->calls),
	    (int)sum->calls);
	str_addf(&line, NGETTEXT_(", %d sale", ", %d sales", (long)sum->sales),
	    (int)sum->sales);
	if (rate >= 0)
		str_addf(&line, " (%d %%)", rate);
	str_addf(&line, _(", %s talked"), talk);
	if (b->seat.shift_us != 0) {
		call__clock(clock_wall_us() - b->seat.shift_us, shift);
		str_addf(&line, _(" · on shift for %s"), shift);
	}
	canvas_text(c, 1, 1, c->w - 2, ROLE_MUTED, line.s);
	str_free(&line);
}

static void
draw_question(struct canvas *c)
{
	canvas_text(c, 1, 1, c->w - 2, ROLE_WARNING,
	    _("Still there? m says so; without an answer the shift ends"));
}

static void
call_desk_draw(const struct screen *s, struct canvas *c)
{
	const struct call_desk *d = call_desk_of(s);
	int head = head_rows(c->h);
	struct canvas body = canvas_sub(c, 0, head, c->w, c->h - head);
	struct canvas text = canvas_sub(c, 1, head, c->w - 2, c->h - head - 1);

	if (!d->known)
		return;
	draw_state(s, c);
	if (head == HEAD_ROWS) {
		if (call__draw_tape(s, c, 1))
			;
		else if (d->board.asks_whether_there)
			draw_question(c);
		else
			draw_today(s, c);
		canvas_hline(c, 0, 2, c->w, ROLE_BORDER);
	}
	if (d->board.has_call && d->pick == PICK_NOTHING)
		call__draw_said(s, c, c->h - 1);
	if (d->board.has_call || d->pick != PICK_NOTHING)
		w_text_draw(
		    &d->text, &text, ui_top(s->ui) == s && !d->hints.open);
	else
		w_list_draw(&d->list, &body, ui_top(s->ui) == s);
}

static void
call_desk_subtitle(const struct screen *s, struct str *out)
{
	const struct call *c = call_of(s);

	if (c != NULL)
		str_addf(out, _("Call with %s"), call__whose(c));
	else
		str_add(out, _("Calls"));
}

static unsigned
call_desk_state(const struct screen *s)
{
	const struct call_desk *d = call_desk_of(s);
	struct call_row row = call__row(d);
	unsigned state = 0;

	if (!d->known || call_is_starting(d))
		return STATE_READING;
	if (row.due != NULL || row.call != NULL)
		state |= NEED_SELECTION;
	if (tape_is_on(&app_of(s->ui)->tape))
		state |= NEED_RECORDING;
	if (!d->board.has_call)
		return state;
	state |= NEED_CALL;
	if (d->board.call.contact_id != 0)
		state |= NEED_CONTACT;
	if (d->board.call.ticket_id != 0)
		state |= NEED_TICKET;
	return state;
}

static const char *
call_desk_hints(const struct screen *s)
{
	const struct call *c = call_of(s);

	if (c == NULL)
		return "call.start call.in call.pause call.clock move.open";
	switch (c->state) {
	case CALL_RINGING:
		return "call.answer call.start call.notes";
	case CALL_WRAP_UP:
		return "call.close call.extend call.notes call.ticket"
		       " call.callback call.before";
	default:
		if (tape_is_on(&app_of(s->ui)->tape))
			return "call.start call.silence call.mark call.record"
			       " call.hold call.objection call.notes";
		return "call.start call.hold call.record call.objection"
		       " call.notes call.ticket call.before call.consent"
		       " call.transfer";
	}
}

/* A key that does one thing after the other is called by the next one. */
static const char *
call_desk_label(const struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);

	if (str_equal(cmd->name, "call.start"))
		return c == NULL                  ? _("Call a number")
		       : c->state == CALL_WRAP_UP ? _("How it ended")
		                                  : _("Hang up");
	if (str_equal(cmd->name, "call.hold") && c != NULL)
		return c->state == CALL_HOLD ? _("Talk on") : _("Hold");
	if (str_equal(cmd->name, "call.record"))
		return app_of(s->ui)->tape.state > TAPE_WAITING
		           ? _("End recording")
		           : _("Record it");
	if (str_equal(cmd->name, "call.silence"))
		return tape_is_silent(&app_of(s->ui)->tape) ? _("Record on")
		                                            : _("Silence");
	if (str_equal(cmd->name, "call.pause"))
		return call_desk_of(s)->board.seat.state == SEAT_READY
		           ? _("Pause")
		           : _("Be ready");
	return NULL;
}

/* ---- keys ---- */

/* In either case; one that is no letter as it is. */
static bool
is_hot_key(const struct call_code *code, const struct key *key)
{
	size_t n = strlen(code->hot_key);
	uint32_t cp;

	if (n == 0 || key->code != KC_CHAR || key->mods != 0)
		return false;
	(void)utf8_decode(code->hot_key, n, &cp);
	return towlower((wint_t)cp) == towlower((wint_t)key->cp);
}

static unsigned
pick(struct screen *s, const struct input *in)
{
	struct call_desk *d = call_desk_of(s);
	bool ends = d->pick == PICK_DISPOSITION;
	const struct call_code *codes = ends ? d->board.ends : d->board.pauses;
	size_t n = ends ? d->board.end_count : d->board.pause_count;

	if (in->nav == NAV_BACK)
		return call__picked(s, NULL);
	if (in->nav != NAV_NONE)
		return REACT_NONE;
	for (size_t i = 0; i < n; i++)
		if (is_hot_key(&codes[i], &in->key))
			return call__picked(s, &codes[i]);
	return REACT_BEEP;
}

static unsigned
call_desk_input(struct screen *s, const struct input *in)
{
	struct call_desk *d = call_desk_of(s);
	enum w_event event;
	unsigned react;

	if (d->pick != PICK_NOTHING)
		return pick(s, in);
	if (d->known && d->board.has_call && d->hints.open)
		return call__hints_input(s, in);
	if (in->nav == NAV_BACK && call__hints_stop(&d->hints))
		return REACT_HANDLED;
	if (d->known && d->board.has_call)
		return w_text_input(&d->text, in, &event);
	if (in->nav == NAV_MARK || in->nav == NAV_FILTER)
		return REACT_NONE;
	if (in->nav == NAV_OPEN && call_is_starting(d))
		return REACT_HANDLED;
	react = w_list_input(&d->list, in, &event);
	return event == W_ACCEPT ? call__dial_row(s) : react;
}

static bool
call_desk_wants_text(const struct screen *s)
{
	const struct call_desk *d = call_desk_of(s);

	if (d->pick != PICK_NOTHING)
		return true;
	return d->board.has_call &&
	       (d->hints.open || w_text_wants_text(&d->text));
}

static unsigned
call_desk_notify(struct screen *s, enum notice what, int64_t id)
{
	(void)id;
	switch (what) {
	case NOTICE_TICK: /* the clock in the head */
		return REACT_REDRAW;
	case NOTICE_HIDDEN:
		if (app_of(s->ui)->ending)
			call__hints_end(&call_desk_of(s)->hints);
		return REACT_NONE;
	case NOTICE_LANG:
	case NOTICE_ANSWER: /* of the recorder */
		call__fill(s);
		return REACT_LAYOUT | REACT_REDRAW;
	case NOTICE_DATA:
	case NOTICE_SHOWN:
		return REACT_REFRESH;
	default:
		return REACT_NONE;
	}
}

const struct screen_ops scr_call = {
    .name = "call",
    .title = N_("Calls"),
    .data_size = sizeof(struct call_desk),
    .open = desk_open_call,
    .close = call_desk_close,
    .layout = call_desk_layout,
    .refresh = call_desk_refresh,
    .draw = call_desk_draw,
    .input = call_desk_input,
    .paste = call__hints_paste,
    .notify = call_desk_notify,
    .state = call_desk_state,
    .wants_text = call_desk_wants_text,
    .hints = call_desk_hints,
    .label = call_desk_label,
    .subtitle = call_desk_subtitle,
};
