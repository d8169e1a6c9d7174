/* call_ask - what is asked before something is done with a call. */
#include "tui/screens/call_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/when_ask.h"

#include <stdlib.h>
#include <string.h>

/* What was typed before, for the arrow up. */
static struct w_line_history numbers, moments;

/* ---- a line of text, then done ---- */

static unsigned
said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_action *wish = &call_desk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->text = xstrdup(r->text != NULL ? r->text : "");
	call__send(s, wish);
	return REACT_HANDLED;
}

static void
ask_line(struct screen *s, const char *title, const char *label,
    const char *text, bool may_be_empty)
{
	struct prompt_args args = {.title = title,
	    .label = label,
	    .text = text,
	    .may_be_empty = may_be_empty};

	prompt_push(s->ui, s, &args, said, 0);
}

static void
ask_notes(struct screen *s, const char *text)
{
	ask_line(s, _("Notes"), _("What was said"), text, true);
}

void
call__ask_notes_again(struct screen *s, const struct call_action *a,
    const struct model_answer *answer)
{
	struct call_action *wish = &call_desk_of(s)->wish;

	if (ui_top(s->ui) != s)
		return;
	*wish = (struct call_action){
	    .deed = a->deed, .id = a->id, .version = a->version};
	if (answer->rc == OD_ECONFLICT && answer->conflict->version != 0)
		wish->version = answer->conflict->version;
	ask_notes(s, a->text);
}

/* ---- a number ---- */

static unsigned
number_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_action a = {
	    .deed = CALL_DEED_START, .direction = (enum call_direction)context};

	(void)ui;
	if (!r->accepted || r->text == NULL)
		return REACT_NONE;
	str_copy(a.number, sizeof(a.number), r->text);
	call__send(s, &a);
	return REACT_HANDLED;
}

static int
check_number(const char *value, struct err *err)
{
	char folded[CALL_NUMBER_SIZE];

	if (!call_number_fold(value, "", folded))
		return err_set(err, OD_EDATA,
		    _("A number has up to 15 digits, with + - . ( ) / and"
		      " blanks"));
	return 0;
}

unsigned
call__ask_number(struct screen *s, enum call_direction direction)
{
	struct prompt_args args = {
	    .title = direction == CALL_IN ? _("A call came in") : _("Call"),
	    .label = direction == CALL_IN ? _("From which number")
	                                  : _("Which number"),
	    .history = &numbers,
	    .max_bytes = sizeof(((struct call_action *)NULL)->number) - 1,
	    .check = check_number};

	if (call_of(s) != NULL) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("You are at a call; it ends first"));
		return REACT_BEEP | REACT_REDRAW;
	}
	prompt_push(s->ui, s, &args, number_said, direction);
	return REACT_HANDLED;
}

static unsigned
override_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_action *wish = &call_desk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted || r->text == NULL)
		return REACT_NONE;
	wish->stop_override = xstrdup(r->text);
	call__send(s, wish);
	return REACT_HANDLED;
}

void
call__ask_override(struct screen *s, const struct call_action *a,
    const struct model_answer *answer)
{
	struct call_action *wish = &call_desk_of(s)->wish;
	struct prompt_args args = {.title = _("Not to be called"),
	    .label = _("Call it all the same? Why")};

	ui_toast_err(s->ui, answer->err);
	*wish = *a;
	wish->text = NULL;
	wish->stop_override = NULL;
	prompt_push(s->ui, s, &args, override_said, 0);
}

/* ---- how it ended ---- */

static void
ask_moment(struct screen *s, screen_result_fn *done)
{
	struct when_args args = {.title = _("Promise a call"),
	    .label = _("When"),
	    .examples = _("1h, tomorrow 9, monday 16:30"),
	    .history = &moments};

	when_push(s->ui, s, &args, done, 0);
}

static unsigned
close_moment_said(struct ui *ui, struct screen *s,
    const struct screen_result *r, int64_t context)
{
	struct call_action *wish = &call_desk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->callback_us = r->id;
	call__send(s, wish);
	return REACT_HANDLED;
}

/* "120", "120.50" or "120,50"; false: none of them. */
static bool
parse_amount(const char *text, int64_t *cents)
{
	size_t whole = strspn(text, "0123456789"), rest = 0;

	*cents = 0;
	if (whole == 0 || whole > 9)
		return false;
	for (size_t i = 0; i < whole; i++)
		*cents = *cents * 10 + (text[i] - '0');
	*cents *= 100;
	if (text[whole] == '\0')
		return true;
	if (text[whole] != '.' && text[whole] != ',')
		return false;
	text += whole + 1;
	rest = strspn(text, "0123456789");
	if (rest == 0 || rest > 2 || text[rest] != '\0')
		return false;
	*cents += (text[0] - '0') * 10 + (rest == 2 ? text[1] - '0' : 0);
	return true;
}

static int
check_amount(const char *value, struct err *err)
{
	int64_t cents;

	if (value[0] == '\0' || parse_amount(value, &cents))
		return 0;
	return err_set(err, OD_EDATA, _("An amount is like 120 or 120.50"));
}

static unsigned
amount_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_action *wish = &call_desk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	if (r->text != NULL)
		(void)parse_amount(r->text, &wish->sale_cents);
	call__send(s, wish);
	return REACT_HANDLED;
}

unsigned
call__close_with(struct screen *s, const struct call_code *code)
{
	struct call_desk *d = call_desk_of(s);
	struct prompt_args args = {.title = code->key,
	    .label = _("Amount of the sale; empty for none"),
	    .may_be_empty = true,
	    .check = check_amount};

	if (call_of(s) == NULL)
		return REACT_NONE;
	d->wish = (struct call_action){.deed = CALL_DEED_CLOSE,
	    .id = d->board.call.id,
	    .version = d->board.call.version};
	str_copy(d->wish.disposition, sizeof(d->wish.disposition), code->key);
	if (code->is_sale)
		prompt_push(s->ui, s, &args, amount_said, 0);
	else if (code->is_callback)
		ask_moment(s, close_moment_said);
	else
		call__send(s, &d->wish);
	return REACT_HANDLED;
}

/* ---- the rest ---- */

static unsigned
moment_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_action *wish = &call_desk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->callback_us = r->id;
	ask_line(s, _("Promise a call"), _("What about (may be empty)"), NULL, true);
	return REACT_HANDLED;
}

static unsigned
consent_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t call_id)
{
	struct call_action a = {.deed = CALL_DEED_CONSENT, .id = call_id};

	(void)ui;
	if (!r->accepted)
		return REACT_NONE;
	a.consent = (enum call_consent)r->id;
	call__send(s, &a);
	return REACT_HANDLED;
}

void
call__ask_consent(struct screen *s, screen_result_fn *done)
{
	const struct chooser_item items[] = {
	    {CONSENT_YES, _("yes, the customer agrees"), NULL, true},
	    {CONSENT_ANNOUNCED, _("it was announced, the customer stayed"),
		NULL, true},
	    {CONSENT_REFUSED, _("no: it is not recorded"), NULL, true},
	};
	/* The y of another answer's words is not meant by it. */
	const char *const words[] = {_("yes y"), "", ""};
	struct chooser_args args = {.title = _("May the call be recorded?"),
	    .items = items,
	    .words = words,
	    .count = sizeof(items) / sizeof(items[0])};
	const struct call *c = call_of(s);

	chooser_push(s->ui, s, &args, done, c != NULL ? c->id : 0);
}

static unsigned
clock_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_action a = {.deed = CALL_DEED_CLOCK};

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	a.clock = (enum clock_act)(r->id - 1);
	call__send(s, &a);
	return REACT_HANDLED;
}

/* Without a shift there is one thing to do: it is done. */
static void
ask_clock(struct screen *s)
{
	const struct seat_now *seat = &call_desk_of(s)->board.seat;
	const struct chooser_item on[] = {
	    {CLOCK_BREAK + 1, _("a break begins"), NULL, true},
	    {CLOCK_OUT + 1, _("clock out: the shift ends"), NULL, true},
	};
	const struct chooser_item away[] = {
	    {CLOCK_BACK + 1, _("back from the break"), NULL, true},
	    {CLOCK_OUT + 1, _("clock out: the shift ends"), NULL, true},
	};
	const struct chooser_args args = {.title = _("Shift"),
	    .items = seat->on_break ? away : on,
	    .count = 2};
	struct call_action in = {.deed = CALL_DEED_CLOCK, .clock = CLOCK_IN};

	if (seat->shift_us != 0)
		chooser_push(s->ui, s, &args, clock_said, 0);
	else
		call__send(s, &in);
}

/* Whatever call there is when it is answered: it is about this one. */
static void
begin(struct screen *s, enum call_deed deed)
{
	const struct call *c = call_of(s);

	call_desk_of(s)->wish = (struct call_action){.deed = deed,
	    .id = c != NULL ? c->id : 0,
	    .version = c != NULL ? c->version : 0};
}

unsigned
call__run_ask(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct call_desk *d = call_desk_of(s);
	const struct call *c = call_of(s);

	(void)ui;
	if (!d->known || call_is_starting(d))
		return REACT_BEEP;
	switch ((enum call_ask)cmd->arg) {
	case CALL_ASK_IN:
		return call__ask_number(s, CALL_IN);
	case CALL_ASK_CLOCK:
		ask_clock(s);
		return REACT_HANDLED;
	case CALL_ASK_CONSENT:
		call__ask_consent(s, consent_said);
		return REACT_HANDLED;
	case CALL_ASK_TRANSFER:
		begin(s, CALL_DEED_TRANSFER);
		ask_line(s, _("Transferred"), _("To whom"), NULL, false);
		return REACT_HANDLED;
	case CALL_ASK_NOTES:
		begin(s, CALL_DEED_NOTES);
		ask_notes(s, c != NULL ? c->notes : NULL);
		return REACT_HANDLED;
	case CALL_ASK_TICKET:
		begin(s, CALL_DEED_TICKET);
		ask_line(
		    s, _("A ticket of the call"), _("Subject"), NULL, false);
		return REACT_HANDLED;
	case CALL_ASK_CONTACT:
		begin(s, CALL_DEED_CONTACT);
		ask_line(
		    s, _("A contact of the number"), _("Name"), NULL, false);
		return REACT_HANDLED;
	case CALL_ASK_LEAD:
		begin(s, CALL_DEED_LEAD);
		ask_line(s, _("A lead of the call"),
		    _("What the customer needs"), NULL, false);
		return REACT_HANDLED;
	case CALL_ASK_CALLBACK:
		begin(s, CALL_DEED_CALLBACK);
		if (c != NULL) {
			d->wish.contact_id = c->contact_id;
			str_copy(
			    d->wish.number, sizeof(d->wish.number), c->number);
		}
		ask_moment(s, moment_said);
		return REACT_HANDLED;
	}
	BUG("no such question: %d", cmd->arg);
}
