/*
 * ticket_clock_do - a ticket sleeps, wakes, waits and goes on, from the list
 * and the card; and why its promises are what they are.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_ticket_clock.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/ticket_clock_text.h"
#include "tui/screens/ticket_do.h"
#include "tui/screens/when_ask.h"

/* What was said before, for the arrow up: one for all tickets. */
static struct w_line_history sleeps, waits;

enum clock_deed {
	DEED_SNOOZE,
	DEED_WAKE,
	DEED_WAIT,
	DEED_RESUME,
	DEED_EXPLAIN,
};

static struct clock_action
action_on(const struct screen *s, enum clock_act act)
{
	const struct ticket_aim *aim = s->data;

	return (struct clock_action){.act = act,
	    .id = aim->id,
	    .version = aim->version,
	    .number = aim->number};
}

static void
until(const struct screen *s, struct clock_action *a,
    const struct screen_result *r)
{
	const struct when_said said = {r->id, r->text[0] != '\0'};

	a->until_us = said.at_us;
	a->until_reply = said.until_reply;
	if (said.at_us != 0 || said.until_reply)
		when_said_text(
		    app_of(s->ui)->zone, &said, clock_wall_us(), a->until_text);
}

/* The one of the card or under the cursor, or those that are marked. */
static void
act(struct screen *s, const struct clock_action *a)
{
	struct ticket_aim *aim = s->data;

	if (aim->many_count == 0) {
		model_ticket_clock_act(model_of(s), s, a);
		return;
	}
	aim->bulk = (struct ticket_bulk){
	    .act = a->act == CLOCK_ACT_SNOOZE ? BULK_SNOOZE
	           : a->act == CLOCK_ACT_WAKE ? BULK_WAKE
	                                      : BULK_STATE,
	    .state = a->act == CLOCK_ACT_WAIT ? TICKET_WAITING : TICKET_OPEN,
	    .until_us = a->until_us,
	    .until_reply = a->until_reply};
	ticket_do_bulk(s);
}

/* What a dialog is about. */
static void
title_of(const struct screen *s, const char *what, char out[80])
{
	const struct ticket_aim *aim = s->data;

	if (aim->many_count > 0)
		str_format(
		    out, 80, _("%s: %d tickets"), what, (int)aim->many_count);
	else
		str_format(out, 80, _("%s: ticket %lld"), what,
		    (long long)aim->number);
}

/* ---- sleep ---- */

static unsigned
snooze_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct clock_action a = action_on(s, CLOCK_ACT_SNOOZE);

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	until(s, &a, r);
	if (a.until_us == 0 && !a.until_reply)
		a.act = CLOCK_ACT_WAKE;
	act(s, &a);
	return REACT_HANDLED;
}

/* t: the one that it is about; NULL: several. */
static void
ask_snooze(struct ui *ui, struct screen *s, const struct ticket *t)
{
	char title[80], label[200], now[120];
	struct when_args args = {.title = title,
	    .label = label,
	    .examples =
		_("1h   4h   tomorrow 9   monday   24/12 10:00   reply"),
	    .history = &sleeps,
	    .may_reply = true};

	title_of(s, _("Sleep"), title);
	str_copy(label, sizeof(label), _("Until when?"));
	if (t != NULL && t->snoozed_until_us != 0) {
		ticket_clock_sleep(ui, t, now);
		str_format(label, sizeof(label),
		    _("It sleeps %s. Until when now?"), now);
		args.empty = _("Nothing: it wakes at once");
	}
	when_push(ui, s, &args, snooze_done, 0);
}

/* ---- waiting ---- */

static unsigned
wait_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct clock_action a = action_on(s, CLOCK_ACT_WAIT);
	const struct ticket_aim *aim = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	until(s, &a, r);
	str_copy(a.reason, sizeof(a.reason), aim->word);
	act(s, &a);
	return REACT_HANDLED;
}

static unsigned
reason_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_aim *aim = s->data;
	char title[80];
	const struct when_args args = {.title = title,
	    .label = _("Until when? Then it is brought to mind."),
	    .examples = _("4h   tomorrow 9   monday   2 weeks   24/12 10:00"),
	    .empty = _("Nothing: it waits until somebody says something"),
	    .history = &waits};

	(void)context;
	if (!r->accepted)
		return REACT_NONE;
	title_of(s, _("Waiting"), title);
	str_copy(aim->word, sizeof(aim->word), r->text);
	when_push(ui, s, &args, wait_done, 0);
	return REACT_HANDLED;
}

static void
ask_wait(struct ui *ui, struct screen *s, const struct ticket *t)
{
	char title[80];
	const struct prompt_args args = {.title = title,
	    .max_bytes = TICKET_WORD_MAX,
	    .label = _("Waits for what? (may be empty)"),
	    .text = t != NULL && t->state == TICKET_WAITING ? t->waiting_reason
	                                                    : NULL,
	    .may_be_empty = true};

	title_of(s, _("Waiting"), title);
	prompt_push(ui, s, &args, reason_done, 0);
}

/* ---- why ---- */

static void
on_explained(
    struct screen *s, const struct ticket *t, const struct ticket_explained *e)
{
	struct str text = STR_INIT;
	char title[80];

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	str_format(title, sizeof(title), _("Promises of ticket %lld"),
	    (long long)t->number);
	ticket_clock_explain(s->ui, e, &text);
	pager_push(s->ui, title, text.s, text.len);
	str_free(&text);
}

/* ---- commands ---- */

/* Why it cannot be; NULL when it can. */
static const char *
refusal(const struct ticket *t, enum clock_deed deed)
{
	if (deed == DEED_EXPLAIN)
		return NULL;
	if (t->deleted_at != 0)
		return _("The ticket is in the trash; o takes it out");
	if (deed == DEED_RESUME && t->state != TICKET_WAITING)
		return _("The ticket does not wait");
	if (deed == DEED_SNOOZE && t->state >= TICKET_SOLVED)
		return _("The ticket is done; only active ones sleep");
	return NULL;
}

/* Of the marked ones of a list: how many, copied into the aim. */
static size_t
aim_at_marks(struct screen *s, enum clock_deed deed)
{
	struct ticket_aim *aim = s->data;
	const int64_t *ids = NULL;
	size_t count = 0;

	if (s->ops != &scr_tickets || deed == DEED_EXPLAIN)
		return 0;
	(void)ticket_list_of(s, &ids, &count);
	if (count == 0 || count > TICKET_BULK_MAX)
		return count;
	ticket_aim_clear(aim);
	*aim = (struct ticket_aim){
	    .many = xmemdup(ids, count * sizeof(ids[0])), .many_count = count};
	return count;
}

static void
ask(struct ui *ui, struct screen *s, enum clock_deed deed,
    const struct ticket *t)
{
	struct clock_action a =
	    action_on(s, deed == DEED_WAKE ? CLOCK_ACT_WAKE : CLOCK_ACT_RESUME);

	switch (deed) {
	case DEED_SNOOZE:
		ask_snooze(ui, s, t);
		break;
	case DEED_WAIT:
		ask_wait(ui, s, t);
		break;
	case DEED_WAKE:
	case DEED_RESUME:
		act(s, &a);
		break;
	case DEED_EXPLAIN:
		model_ticket_explain(model_of(s), s, a.id, on_explained);
		break;
	}
}

static unsigned
run(struct ui *ui, struct screen *s, const struct command *cmd)
{
	enum clock_deed deed = (enum clock_deed)cmd->arg;
	size_t marked = aim_at_marks(s, deed);
	struct ticket_aim *aim = s->data;
	const struct ticket *t;

	if (marked > 0) {
		if (marked > TICKET_BULK_MAX)
			return REACT_BEEP;
		ask(ui, s, deed, NULL);
		return REACT_HANDLED;
	}
	if ((t = ticket_under(s)) == NULL)
		return REACT_BEEP;
	if (refusal(t, deed) != NULL) {
		ui_toast(ui, TOAST_WARNING, "%s", refusal(t, deed));
		return REACT_BEEP | REACT_REDRAW;
	}
	ticket_aim_clear(aim);
	*aim = (struct ticket_aim){
	    .id = t->id, .version = t->version, .number = t->number};
	ask(ui, s, deed, t);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command ticket_clock_commands[] = {
	{"ticket.snooze", N_("Sleep"), N_("Put the ticket out of the way until a time or a reply."),
	    "tickets:z ticket:z", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.snooze", NAV_NONE, DEED_SNOOZE, run},
	{"ticket.wake", N_("Wake"), N_("Wake a ticket that sleeps."),
	    "tickets:Z ticket:Z", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.snooze", NAV_NONE, DEED_WAKE, run},
	{"ticket.wait", N_("Wait"), N_("Let the ticket wait for something, until a date: its clocks stand still."),
	    "tickets:w ticket:w", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.state", NAV_NONE, DEED_WAIT, run},
	{"ticket.resume", N_("Go on"), N_("End the waiting: the ticket is open, its clocks run again."),
	    "tickets:W ticket:W", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.state", NAV_NONE, DEED_RESUME, run},
	{"ticket.explain", N_("Explain the clocks"), N_("Show each promise of the ticket with every interval and its reason."),
	    "tickets:E ticket:E", NULL, NEED_TICKET, "ticket.read", NAV_NONE, DEED_EXPLAIN, run},
};
/* clang-format on */
const size_t ticket_clock_commands_count =
    sizeof(ticket_clock_commands) / sizeof(ticket_clock_commands[0]);
