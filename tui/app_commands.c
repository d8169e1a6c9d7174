/* app_commands - what can be done from everywhere in the console. */
#include "tui/app_commands.h"
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/model/model_app.h"
#include "tui/model/model_seat.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_write.h"

enum place {
	PLACE_DESK,
	PLACE_INBOX,
	PLACE_TICKETS,
	PLACE_CALL,
	PLACE_RECORDINGS,
	PLACE_LEADS,
	PLACE_BOARD,
	PLACE_GUIDES,
	PLACE_PLAYBOOK,
	PLACE_SYSTEM,
	PLACE_ADMIN,
};

static unsigned
go(struct ui *ui, struct screen *s, const struct command *cmd)
{
	static const struct screen_ops *const places[] = {
	    [PLACE_DESK] = &scr_desk,
	    [PLACE_INBOX] = &scr_inbox,
	    [PLACE_TICKETS] = &scr_tickets,
	    [PLACE_CALL] = &scr_call,
	    [PLACE_RECORDINGS] = &scr_recordings,
	    [PLACE_LEADS] = &scr_leads,
	    [PLACE_BOARD] = &scr_board,
	    [PLACE_GUIDES] = &scr_guides,
	    [PLACE_PLAYBOOK] = &scr_playbook,
	    [PLACE_SYSTEM] = &scr_system,
	    [PLACE_ADMIN] = &scr_admin,
	};
	struct err err = ERR_INIT;

	(void)s;
	if (ui_switch(ui, places[cmd->arg], 0, NULL, &err) != 0)
		ui_toast_err(ui, &err);
	return REACT_HANDLED;
}

static unsigned
switch_lang(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s, (void)cmd;
	i18n_set_process(i18n_lang() == LANG_ES ? LANG_EN : LANG_ES);
	model_seat_lang(app_of(ui)->model, i18n_lang());
	ui_notify(ui, NOTICE_LANG, 0);
	return REACT_LAYOUT;
}

static void
on_recalled(struct ui *ui, int64_t ticket_id, const char *body)
{
	struct screen *s;

	for (size_t i = 0; (s = ui_screen(ui, i)) != NULL; i++)
		if (s->ops == &scr_ticket && s->id == ticket_id)
			ticket_card_back(s, body);
}

static unsigned
undo(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	if (cmd->arg == 0)
		model_undo(app_of(ui)->model, on_recalled);
	else
		model_redo(app_of(ui)->model);
	return REACT_HANDLED;
}

static unsigned
lock(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s, (void)cmd;
	if (!app_lock(app_of(ui)))
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("You have no password to unlock with; \"opdesk operator"
		      " password\" sets one"));
	return REACT_HANDLED;
}

/* clang-format off */
const struct command app_commands[] = {
	{"view.desk", N_("Desk"), N_("What waits for me today."),
	    "global:D global:F2", NULL, 0, NULL, NAV_NONE, PLACE_DESK, go},
	{"view.inbox", N_("Inbox"), N_("Conversations with customers."),
	    "global:I global:F3", NULL, 0, "conversation.read", NAV_NONE, PLACE_INBOX, go},
	{"view.tickets", N_("Tickets"), N_("The list of tickets."),
	    "global:T global:F4", NULL, 0, "ticket.read", NAV_NONE, PLACE_TICKETS, go},
	{"view.call", N_("Calls"), N_("The call you are at, promised calls and the latest ones."),
	    "global:gc", NULL, 0, "call.read", NAV_NONE, PLACE_CALL, go},
	{"view.recordings", N_("Recordings"), N_("The sound of calls: to be heard, taken away, deleted."),
	    "global:gr", NULL, 0, "recording.read", NAV_NONE, PLACE_RECORDINGS, go},
	{"view.leads", N_("Leads"), N_("What customers could buy, and what is to be done next."),
	    "global:gl", NULL, 0, "lead.read", NAV_NONE, PLACE_LEADS, go},
	{"view.board", N_("Board"), N_("What everybody does, what came of today, and what waits."),
	    "global:gb", NULL, 0, "seat.read", NAV_NONE, PLACE_BOARD, go},
	{"view.guides", N_("Guides"), N_("Guides to walk with a customer, and their sessions."),
	    "global:F", NULL, 0, "session.read", NAV_NONE, PLACE_GUIDES, go},
	{"view.playbook", N_("Cards and prompts"), N_("What to answer to objections, and what a model is told; written like guides."),
	    "global:gp", NULL, 0, "guide.read", NAV_NONE, PLACE_PLAYBOOK, go},
	{"view.system", N_("System"), N_("Daemon, channels, failed events, outbox and approvals."),
	    "global:S global:F5", NULL, 0, "channel.read", NAV_NONE, PLACE_SYSTEM, go},
	{"view.admin", N_("Setup"), N_("Labels, categories, fields, calendars and promises of tickets."),
	    "global:A global:F6", NULL, 0, "ticket.read", NAV_NONE, PLACE_ADMIN, go},
	{"app.language", N_("Español / English"), N_("Switch between Spanish and English."),
	    "global:F12", "global", 0, NULL, NAV_NONE, 0, switch_lang},
	{"app.lock", N_("Lock"), N_("Lock the console until the password is given."),
	    "global:L global:F9", NULL, 0, NULL, NAV_NONE, 0, lock},
	{"undo.last", N_("Undo"), N_("Take back what I did last."),
	    "global:u", NULL, NEED_WRITABLE, "undo", NAV_NONE, 0, undo},
	{"undo.redo", N_("Redo"), N_("Do again what I took back."),
	    "global:C-r", NULL, NEED_WRITABLE, "redo", NAV_NONE, 1, undo},
};
/* clang-format on */
const size_t app_commands_count =
    sizeof(app_commands) / sizeof(app_commands[0]);
