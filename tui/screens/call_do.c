/* call_do - what is done with a call, and between two, by one key. */
#include "tui/screens/call_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/guides_do.h"
#include "tui/screens/screens.h"

#include <string.h>

/* Refused or not: what stands now is to be seen. */
static void
on_done(struct screen *s, const struct call_action *a,
    const struct model_answer *answer)
{
	struct call_desk *d = call_desk_of(s);

	if (a->deed == CALL_DEED_START)
		d->starting = false;
	if (a->deed == CALL_DEED_START && answer->rc == 0) {
		d->started = d->asked + 1;
		call__dial(s, a);
	}
	if (answer->rc == 0 && a->deed == CALL_DEED_CLOCK &&
	    a->clock == CLOCK_IN)
		call__hints_warm(s);
	if (answer->rc != 0 && a->deed == CALL_DEED_NOTES)
		call__ask_notes_again(s, a, answer);
	if (answer->rc == 0 || a->deed != CALL_DEED_START) {
		ui_mark(s->ui, s, REACT_REFRESH);
		return;
	}
	if (answer->rc == OD_EDENIED && a->stop_override == NULL &&
	    model_may(model_of(s), "call.override"))
		call__ask_override(s, a, answer);
	else
		ui_toast_err(s->ui, answer->err);
}

void
call__send(struct screen *s, struct call_action *a)
{
	const struct call *c = call_of(s);

	if (c != NULL && a->id == 0)
		a->id = c->id;
	if (a->deed == CALL_DEED_START) {
		call_desk_of(s)->starting = true;
		call__dial_choose(s, a);
	}
	model_call_act(model_of(s), s, a, on_done);
	a->text = NULL; /* taken */
	a->stop_override = NULL;
}

static unsigned
say(struct screen *s, const char *sentence)
{
	ui_toast(s->ui, TOAST_WARNING, "%s", sentence);
	return REACT_BEEP | REACT_REDRAW;
}

/* ---- start and end ---- */

unsigned
call__dial_row(struct screen *s)
{
	struct call_row row = call__row(call_desk_of(s));
	struct call_action a = {.deed = CALL_DEED_START, .direction = CALL_OUT};

	if (!model_may(model_of(s), "call.start"))
		return say(s, _("Your role takes no calls"));
	if (row.due != NULL) {
		str_copy(a.number, sizeof(a.number), row.due->number);
		a.contact_id = row.due->contact_id;
		a.callback_id = row.due->id;
	} else if (row.call != NULL) {
		str_copy(a.number, sizeof(a.number), row.call->number);
		a.contact_id = row.call->contact_id;
	} else {
		return REACT_NONE;
	}
	call__send(s, &a);
	return REACT_HANDLED;
}

static unsigned
begin_pick(struct screen *s, enum call_pick pick)
{
	struct call_desk *d = call_desk_of(s);

	d->pick = pick;
	call__fill(s);
	return REACT_LAYOUT | REACT_REDRAW;
}

unsigned
call__picked(struct screen *s, const struct call_code *code)
{
	struct call_desk *d = call_desk_of(s);
	enum call_pick pick = d->pick;
	struct call_action a = {.deed = CALL_DEED_SEAT, .seat = SEAT_PAUSED};

	d->pick = PICK_NOTHING;
	call__fill(s);
	if (code == NULL)
		return REACT_LAYOUT | REACT_REDRAW;
	if (pick == PICK_DISPOSITION)
		return call__close_with(s, code) | REACT_LAYOUT | REACT_REDRAW;
	a.text = xstrdup(code->key);
	call__send(s, &a);
	return REACT_LAYOUT | REACT_REDRAW;
}

/* The next key may come before the answer does: it is wrapped up now. */
static void
hang_up_here(struct call_desk *d)
{
	d->board.call.state = CALL_WRAP_UP;
	d->board.call.version = 0; /* another one, not known yet */
	d->board.seat.state = SEAT_WRAP_UP;
	d->board.seat.since_us = clock_wall_us();
	/* What was asked before this does not know it. */
	d->board.turn = d->asked + 1;
}

/* One key through a call: it starts, ends, and is closed. */
static unsigned
run_start(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);
	struct call_action a = {.deed = CALL_DEED_END};

	(void)ui, (void)cmd;
	if (!call_desk_of(s)->known || call_is_starting(call_desk_of(s)))
		return REACT_BEEP;
	if (c == NULL)
		return call__ask_number(s, CALL_OUT);
	if (c->state == CALL_WRAP_UP)
		return begin_pick(s, PICK_DISPOSITION);
	call__send(s, &a);
	hang_up_here(call_desk_of(s));
	call__fill(s);
	return REACT_LAYOUT | REACT_REDRAW;
}

static unsigned
run_close(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);

	(void)ui, (void)cmd;
	if (c == NULL || c->state != CALL_WRAP_UP)
		return say(s, _("End the call first: c"));
	return begin_pick(s, PICK_DISPOSITION);
}

static unsigned
run_hold(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);
	struct call_action a = {.deed = CALL_DEED_HOLD};

	(void)ui, (void)cmd;
	if (c != NULL && c->state == CALL_HOLD)
		a.deed = CALL_DEED_RESUME;
	call__send(s, &a);
	return REACT_HANDLED;
}

static unsigned
run_deed(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct call_action a = {.deed = (enum call_deed)cmd->arg};

	(void)ui;
	call__send(s, &a);
	return REACT_HANDLED;
}

/* ---- ready and paused ---- */

static unsigned
run_pause(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call_desk *d = call_desk_of(s);
	struct call_action a = {.deed = CALL_DEED_SEAT, .seat = SEAT_READY};

	(void)ui, (void)cmd;
	if (!d->known)
		return REACT_BEEP;
	if (d->board.has_call)
		return say(s, _("You are at a call; it ends first"));
	if (d->board.seat.state == SEAT_READY)
		return begin_pick(s, PICK_PAUSE);
	call__send(s, &a);
	return REACT_HANDLED;
}

/* ---- what hangs on the call ---- */

static unsigned
run_ticket(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);

	if (c != NULL && c->ticket_id != 0)
		return ui_open(ui, &scr_ticket, c->ticket_id, NULL);
	return call__run_ask(ui, s, cmd);
}

static unsigned
run_guide(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);
	struct guide_subject subject = {0};

	(void)cmd;
	if (c == NULL || c->ticket_id == 0)
		return say(s, _("A guide goes with the call's ticket: t makes"
				" one"));
	subject.ticket_id = c->ticket_id;
	return guides_find_for(ui, &subject);
}

/* clang-format off */
const struct command call_commands[] = {
	{"call.start", N_("Call, hang up, close"), N_("Call a number; in a call: hang up, then say how it ended."),
	    "call:c", NULL, NEED_WRITABLE, "call.start", NAV_NONE, 0, run_start},
	{"call.in", N_("Call came in"), N_("Somebody calls: start the clock with their number."),
	    "call:i", NULL, NEED_WRITABLE, "call.start", NAV_NONE, CALL_ASK_IN, call__run_ask},
	{"call.answer", N_("Answer"), N_("Answer the call that rings."),
	    "call:a", NULL, NEED_CALL | NEED_WRITABLE, "call.answer", NAV_NONE, CALL_DEED_ANSWER, run_deed},
	{"call.hold", N_("Hold or go on"), N_("Let the other side wait, or talk on."),
	    "call:w", NULL, NEED_CALL | NEED_WRITABLE, "call.hold", NAV_NONE, 0, run_hold},
	{"call.close", N_("How it ended"), N_("Close the call with its result."),
	    "call:d", NULL, NEED_CALL | NEED_WRITABLE, "call.close", NAV_NONE, 0, run_close},
	{"call.extend", N_("More time"), N_("Once more time to wrap the call up."),
	    "call:+", NULL, NEED_CALL | NEED_WRITABLE, "call.extend", NAV_NONE, CALL_DEED_EXTEND, run_deed},
	{"call.notes", N_("Notes"), N_("Write the call's notes."),
	    "call:n", NULL, NEED_CALL | NEED_WRITABLE, "call.note", NAV_NONE, CALL_ASK_NOTES, call__run_ask},
	{"call.ticket", N_("Ticket"), N_("Make a ticket of the call, or open it."),
	    "call:t", NULL, NEED_CALL | NEED_WRITABLE, "ticket.new", NAV_NONE, CALL_ASK_TICKET, run_ticket},
	{"call.guide", N_("Guide"), N_("Find and walk a guide for the call's ticket."),
	    "call:gu", NULL, NEED_CALL | NEED_WRITABLE, "session.start", NAV_NONE, 0, run_guide},
	{"call.contact", N_("New contact"), N_("Make a contact of a number that nobody has."),
	    "call:N", NULL, NEED_CALL | NEED_WRITABLE, "contact.new", NAV_NONE, CALL_ASK_CONTACT, call__run_ask},
	{"call.lead", N_("Lead"), N_("Open a lead that the customer has, or make one: what could be bought."),
	    "call:O", NULL, NEED_CALL | NEED_WRITABLE, "lead.new", NAV_NONE, CALL_ASK_LEAD, call__run_lead},
	{"call.callback", N_("Promise a call"), N_("Promise to call again, at a time that is reminded of."),
	    "call:b", NULL, NEED_CALL | NEED_WRITABLE, "callback.new", NAV_NONE, CALL_ASK_CALLBACK, call__run_ask},
	{"call.transfer", N_("Transferred"), N_("Note to whom the call was handed on."),
	    "call:x", NULL, NEED_CALL | NEED_WRITABLE, "call.transfer", NAV_NONE, CALL_ASK_TRANSFER, call__run_ask},
	{"call.consent", N_("Recording allowed?"), N_("Note whether the customer agrees to be recorded."),
	    "call:y", NULL, NEED_CALL | NEED_WRITABLE, "call.consent", NAV_NONE, CALL_ASK_CONSENT, call__run_ask},
	{"call.objection", N_("Customer objects"), N_("Type what the customer says: the cards stand there at once, Enter asks the model."),
	    "call:o", NULL, NEED_CALL, "hint.read", NAV_NONE, 0, call__run_objection},
	{"call.good", N_("Good hint"), N_("Say that the model's last words were of use."),
	    "call:v", NULL, NEED_CALL | NEED_WRITABLE, "hint.rate", NAV_NONE, 1, call__run_rate},
	{"call.bad", N_("Bad hint"), N_("Say that the model's last words were of no use."),
	    "call:V", NULL, NEED_CALL | NEED_WRITABLE, "hint.rate", NAV_NONE, 0, call__run_rate},
	{"call.before", N_("What was before"), N_("Look at all calls, tickets and chats of the contact."),
	    "call:H", NULL, 0, "call.read", NAV_NONE, 0, call__run_before},
	{"call.pause", N_("Pause or ready"), N_("Take a pause with its reason, or be ready again."),
	    "call:p", NULL, NEED_WRITABLE, "seat.set", NAV_NONE, 0, run_pause},
	{"call.clock", N_("Shift"), N_("Clock in, out, for a break or back."),
	    "call:s", NULL, NEED_WRITABLE, "shift.clock", NAV_NONE, CALL_ASK_CLOCK, call__run_ask},
	{"call.there", N_("Still there"), N_("Answer the question whether you are still there."),
	    "call:m", NULL, NEED_WRITABLE, "shift.clock", NAV_NONE, CALL_DEED_THERE, run_deed},
};
/* clang-format on */
const size_t call_commands_count =
    sizeof(call_commands) / sizeof(call_commands[0]);
