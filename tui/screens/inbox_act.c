/* inbox_act - the commands of the inbox. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/guides_do.h"
#include "tui/screens/inbox_int.h"
#include "tui/screens/screens.h"
#include "tui/screens/staff_ask.h"

#include <stdlib.h>
#include <string.h>

#define NOBODY INT64_MIN /* chooser: release it */

/* ---- what came of it ---- */

static void
tell(struct ui *ui, const struct inbox_act *act)
{
	switch (act->verb) {
	case INBOX_CLAIM:
		ui_toast(ui, TOAST_OK, "%s", _("It is yours now"));
		break;
	case INBOX_ASSIGN:
		ui_toast(ui, TOAST_OK, "%s",
		    act->operator_id != 0 || act->team_id != 0
			? _("Handed over; u takes it back")
			: _("Released; u takes it back"));
		break;
	case INBOX_CLOSE:
		ui_toast(ui, TOAST_OK, "%s", _("Closed; u takes it back"));
		break;
	case INBOX_REOPEN:
		ui_toast(ui, TOAST_OK, "%s", _("Open again"));
		break;
	case INBOX_TICKET:
		ui_toast(ui, TOAST_OK, _("Ticket %lld is made; Enter opens it"),
		    (long long)act->number);
		break;
	case INBOX_RETRY:
		ui_toast(ui, TOAST_OK, "%s", _("It will be sent again"));
		break;
	case INBOX_SEEN:
	case INBOX_NOTE:
	case INBOX_REPLY:
	case INBOX_TEMPLATE:
		break;
	}
}

static void
on_done(
    struct screen *s, struct inbox_act *act, const struct model_answer *answer)
{
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		ui_bell(s->ui);
	} else {
		tell(s->ui, act);
	}
	ui_mark(s->ui, s, REACT_REFRESH);
}

/* ---- on the conversation ---- */

static unsigned
simple(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct conversation *c = inbox__subject(s);
	struct inbox_act *act;

	(void)ui;
	if (c == NULL)
		return REACT_BEEP;
	act = inbox_act_new((enum inbox_verb)cmd->arg, c->id);
	act->seen_version = c->version;
	model_inbox_act(model_of(s), s, act, on_done);
	return REACT_HANDLED;
}

/* In the thread one sees it, and Enter opens it. */
static void
act_on_ticket(struct screen *s, int64_t id, int64_t version)
{
	struct inbox_act *act = inbox_act_new(INBOX_TICKET, id);

	if (inbox_of(s)->focus == INBOX_LIST)
		inbox__focus(s, INBOX_THREAD);
	act->seen_version = version;
	model_inbox_act(model_of(s), s, act, on_done);
}

static unsigned
make_ticket(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct conversation *c = inbox__subject(s);

	(void)ui, (void)cmd;
	if (c == NULL)
		return REACT_BEEP;
	act_on_ticket(s, c->id, c->version);
	return REACT_HANDLED;
}

static unsigned
made_after_all(struct ui *ui, struct screen *s,
    const struct screen_result *result, int64_t context)
{
	struct inbox *d = inbox_of(s);

	(void)ui;
	if (!result->accepted || d->subject != context)
		return REACT_REDRAW;
	act_on_ticket(s, context, d->subject_version);
	return REACT_REDRAW;
}

unsigned
inbox__open_ticket(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	const struct conversation *c = inbox__subject(s);
	const struct command *make =
	    commands_get(ui_commands(s->ui), "inbox.ticket");
	const struct confirm_args args = {.title = _("No ticket yet"),
	    .question =
		_("No ticket belongs to this conversation. Make one of it?"),
	    .yes = _("Make it")};

	if (c == NULL)
		return REACT_BEEP;
	if (c->ticket_id != 0)
		return ui_open(s->ui, &scr_ticket, c->ticket_id, NULL);
	if (ui_refusal(s->ui, make) != NULL) {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("No ticket belongs to this conversation"));
		return REACT_BEEP | REACT_REDRAW;
	}
	d->subject = c->id;
	d->subject_version = c->version;
	confirm_push(s->ui, s, &args, made_after_all, c->id);
	return REACT_HANDLED;
}

static unsigned
open_ticket(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return inbox__open_ticket(s);
}

/* ---- assigning ---- */

static unsigned
assign_noted(struct ui *ui, struct screen *s,
    const struct screen_result *result, int64_t context)
{
	struct inbox *d = inbox_of(s);
	struct inbox_act *act;

	(void)ui;
	if (!result->accepted || d->subject != context)
		return REACT_REDRAW;
	act = inbox_act_new(INBOX_ASSIGN, context);
	act->seen_version = d->subject_version;
	if (d->chosen > 0)
		act->operator_id = d->chosen;
	else if (d->chosen != NOBODY)
		act->team_id = -d->chosen;
	act->text = xstrdup(result->text);
	model_inbox_act(model_of(s), s, act, on_done);
	return REACT_REDRAW;
}

static unsigned
assign_chosen(struct ui *ui, struct screen *s,
    const struct screen_result *result, int64_t context)
{
	struct inbox *d = inbox_of(s);
	struct prompt_args args = {.title = _("Assign the conversation"),
	    .label = _("Internal note for whoever gets it (may be empty)"),
	    .may_be_empty = true};

	if (!result->accepted || d->subject != context)
		return REACT_REDRAW;
	d->chosen = result->id;
	prompt_push(ui, s, &args, assign_noted, context);
	return REACT_HANDLED;
}

static void
on_staff(struct screen *s, const struct staff_list *staff)
{
	const struct staff_words words = {
	    .title = _("Assign the conversation to"),
	    .team = _("team"),
	    .nobody = _("Nobody: back to those without owner"),
	    .nobody_id = NOBODY};

	staff_choose(
	    s, staff, &words, 0, assign_chosen, inbox_of(s)->subject);
}

static unsigned
assign(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct inbox *d = inbox_of(s);
	const struct conversation *c = inbox__subject(s);

	(void)ui, (void)cmd;
	if (c == NULL)
		return REACT_BEEP;
	d->subject = c->id;
	d->subject_version = c->version;
	model_staff(model_of(s), s, c->id, on_staff);
	return REACT_HANDLED;
}

/* ---- messages ---- */

static unsigned
retry_chosen(struct ui *ui, struct screen *s,
    const struct screen_result *result, int64_t context)
{
	struct inbox_act *act;

	(void)ui;
	if (!result->accepted)
		return REACT_REDRAW;
	act = inbox_act_new(INBOX_RETRY, context);
	act->message = result->id;
	model_inbox_act(model_of(s), s, act, on_done);
	return REACT_REDRAW;
}

static unsigned
retry(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct inbox_thread *th = &inbox_of(s)->thread;
	struct chooser_item *items = xcalloc(th->count + 1, sizeof(*items));
	struct chooser_args args = {
	    .title = _("Which message again?"), .items = items};
	struct screen_result one = {true, 0, NULL};
	size_t n = 0;

	(void)cmd;
	for (size_t i = th->count; i-- > 0;)
		if (!th->rows[i].is_note && th->rows[i].state == MESSAGE_FAILED)
			items[n++] = (struct chooser_item){th->rows[i].id,
			    th->rows[i].body, th->rows[i].error_text, false};
	args.count = n;
	if (n == 0) {
		ui_toast(ui, TOAST_INFO, "%s",
		    _("No message failed in this conversation"));
	} else if (n == 1) {
		one.id = items[0].id;
		(void)retry_chosen(ui, s, &one, th->id);
	} else {
		chooser_push(ui, s, &args, retry_chosen, th->id);
	}
	free(items);
	return n == 0 ? REACT_BEEP : REACT_HANDLED;
}

/* ---- writing ---- */

static unsigned
reply(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct conversation *c = inbox__subject(s);

	(void)cmd;
	if (c == NULL)
		return REACT_BEEP;
	if (c->state == CONVERSATION_CLOSED) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("This conversation is closed; o opens it again"));
		return REACT_BEEP;
	}
	return inbox__composer_open(
	    s, c, inbox__window_is_open(c) ? COMPOSE_REPLY : COMPOSE_FORM);
}

static unsigned
write_other(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct conversation *c = inbox__subject(s);

	(void)ui;
	if (c == NULL)
		return REACT_BEEP;
	return inbox__composer_open(s, c, (enum compose_mode)cmd->arg);
}

/* Each key does one thing only: what is no reply is never sent by C-s. */
static unsigned
send_or_keep(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return inbox__composer_accept(s, cmd->arg != 0);
}

/*
 * An answer takes its conversation to the top of the list, so the row below
 * is not the next one to be answered: who has waited longest is.
 */
static unsigned
next_waiting(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct inbox *d = inbox_of(s);
	const struct conversation *next = NULL;

	(void)cmd;
	for (size_t i = 0; i < d->count; i++) {
		const struct conversation *c = &d->rows[i];

		if (c->id != d->current && c->waiting_since_us != 0 &&
		    (next == NULL ||
			c->waiting_since_us < next->waiting_since_us))
			next = c;
	}
	if (next == NULL) {
		ui_toast(ui, TOAST_INFO, "%s",
		    _("Nobody else waits for an answer in this view"));
		return REACT_BEEP;
	}
	w_list_select(&d->list, next->id);
	inbox__thread_open(s, next->id);
	inbox__focus(s, INBOX_THREAD);
	return REACT_REFRESH | REACT_REDRAW;
}

static unsigned
view(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	if (inbox_of(s)->focus != INBOX_LIST)
		inbox__focus(s, INBOX_LIST);
	inbox__list_view(s, (enum conversation_view)cmd->arg);
	return REACT_LAYOUT | REACT_REDRAW;
}

static unsigned
find_guide(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct inbox *d = inbox_of(s);
	const struct conversation *c = inbox__subject(s);
	const struct guide_subject subject = {
	    .conversation_id = c != NULL ? c->id : 0};

	(void)cmd;
	if (c == NULL)
		return REACT_BEEP;
	if (d->state == THREAD_SHOWN && d->thread.id == c->id &&
	    d->thread.walk.id != 0)
		return ui_open(ui, &scr_guide_session, d->thread.walk.id, NULL);
	return guides_find_for(ui, &subject);
}

/* clang-format off */
const struct command inbox_commands[] = {
	{"inbox.reply", N_("Reply"), N_("Write to the customer; a template when the window is closed."),
	    "inbox:r", NULL, NEED_CONVERSATION | NEED_DRAFTS, "message.send", NAV_NONE, 0, reply},
	{"inbox.note", N_("Note"), N_("Write an internal note, which the customer never sees."),
	    "inbox:N", NULL, NEED_CONVERSATION | NEED_DRAFTS, "conversation.note", NAV_NONE, COMPOSE_NOTE, write_other},
	{"inbox.send", N_("Send to the customer"), N_("Send the reply or template that is being written."),
	    "inbox:C-s", NULL, NEED_DRAFT | NEED_WRITABLE, NULL, NAV_NONE, 0, send_or_keep},
	{"inbox.save-note", N_("Keep the note"), N_("Keep the internal note that is being written."),
	    "inbox:C-t", NULL, NEED_DRAFT | NEED_WRITABLE, NULL, NAV_NONE, 1, send_or_keep},
	{"inbox.template", N_("Template"), N_("Send one of the templates that the provider approved."),
	    "inbox:p", NULL, NEED_CONVERSATION | NEED_WRITABLE, "message.send_template", NAV_NONE, COMPOSE_FORM, write_other},
	{"inbox.claim", N_("Claim"), N_("Take the conversation: it is mine."),
	    "inbox:m", NULL, NEED_CONVERSATION | NEED_WRITABLE, "conversation.claim", NAV_NONE, INBOX_CLAIM, simple},
	{"inbox.assign", N_("Assign"), N_("Hand the conversation over to a person or team, with a note."),
	    "inbox:a", NULL, NEED_CONVERSATION | NEED_WRITABLE, "conversation.assign", NAV_NONE, 0, assign},
	{"inbox.close", N_("Close it"), N_("Close the conversation; u takes it back."),
	    "inbox:c", NULL, NEED_CONVERSATION | NEED_WRITABLE, "conversation.close", NAV_NONE, INBOX_CLOSE, simple},
	{"inbox.reopen", N_("Reopen"), N_("Open a closed conversation again."),
	    "inbox:o", NULL, NEED_CONVERSATION | NEED_WRITABLE, "conversation.reopen", NAV_NONE, INBOX_REOPEN, simple},
	{"inbox.ticket", N_("Make a ticket"), N_("Make a ticket from the conversation, linked to it."),
	    "inbox:t", NULL, NEED_CONVERSATION | NEED_WRITABLE, "ticket.new", NAV_NONE, INBOX_TICKET, make_ticket},
	{"inbox.guide", N_("Find a guide"), N_("Find the guide for what the customer said, or go to the one that is walked."),
	    "inbox:gu", NULL, NEED_CONVERSATION, "session.read", NAV_NONE, 0, find_guide},
	{"inbox.open-ticket", N_("Open its ticket"), N_("Open the ticket that belongs to the conversation, or make one of it."),
	    "inbox:gt", NULL, NEED_CONVERSATION, "ticket.read", NAV_NONE, 0, open_ticket},
	{"inbox.retry", N_("Send again"), N_("Send a message that failed once more."),
	    "inbox:R", NULL, NEED_CONVERSATION | NEED_WRITABLE, "message.retry", NAV_NONE, 0, retry},
	{"inbox.new", N_("New conversation"), N_("Write to a customer first, with a template."),
	    "inbox:n", NULL, NEED_WRITABLE, "message.send_template", NAV_NONE, 0, inbox__write_first},
	{"inbox.next", N_("Next that waits"), N_("Go to the conversation of this view that has waited longest."),
	    "inbox:J", NULL, 0, "conversation.read", NAV_NONE, 0, next_waiting},
	{"inbox.mine", N_("With me"), N_("Show the conversations that are mine."),
	    "inbox:1", NULL, 0, "conversation.read", NAV_NONE, VIEW_MINE, view},
	{"inbox.unassigned", N_("No owner"), N_("Show the conversations that nobody has."),
	    "inbox:2", NULL, 0, "conversation.read", NAV_NONE, VIEW_UNASSIGNED, view},
	{"inbox.unread", N_("Unread"), N_("Show the conversations with unread messages."),
	    "inbox:3", NULL, 0, "conversation.read", NAV_NONE, VIEW_UNREAD, view},
	{"inbox.team", N_("Team"), N_("Show the conversations of my team."),
	    "inbox:4", NULL, 0, "conversation.read", NAV_NONE, VIEW_TEAM, view},
	{"inbox.all", N_("All open"), N_("Show all open conversations."),
	    "inbox:5", NULL, 0, "conversation.read", NAV_NONE, VIEW_ALL, view},
	{"inbox.closed", N_("Done"), N_("Show closed conversations."),
	    "inbox:6", NULL, 0, "conversation.read", NAV_NONE, VIEW_CLOSED, view},
};
/* clang-format on */
const size_t inbox_commands_count =
    sizeof(inbox_commands) / sizeof(inbox_commands[0]);
