/* system_commands - tests, replays and the like; see system_int.h. */
#include "tui/screens/system_int.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"

static unsigned
refuse(struct ui *ui, const char *why)
{
	ui_toast(ui, TOAST_WARNING, "%s", why);
	return REACT_BEEP | REACT_REDRAW;
}

static unsigned
run_tab(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return system__show_tab(s, (enum system_tab)cmd->arg);
}

static unsigned
run_channel(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct system_data *d = s->data;
	const struct channel_status *c;
	size_t at;

	if (d->tab != TAB_CHANNELS || !system__selected(d, TAB_CHANNELS, &at))
		return refuse(ui, _("Select a channel first"));
	c = &d->view.channels[at];
	if (cmd->arg == SYSTEM_RESUME && c->state == CHANNEL_OK)
		return refuse(ui, _("This channel is at work already"));
	model_system_act(model_of(s), (enum system_act)cmd->arg, c->channel, 0,
	    d->view.daemon_alive);
	return REACT_HANDLED;
}

/* Once more: an event, or a dead letter. */
static unsigned
run_again(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct system_data *d = s->data;
	size_t at;

	(void)cmd;
	if (d->tab == TAB_EVENTS && system__selected(d, TAB_EVENTS, &at)) {
		model_system_act(model_of(s), SYSTEM_READ_EVENT, "",
		    d->view.events[at].id, d->view.daemon_alive);
		return REACT_HANDLED;
	}
	if (d->tab == TAB_WEBHOOKS && system__selected(d, TAB_WEBHOOKS, &at)) {
		model_system_act(model_of(s), SYSTEM_HOOK_AGAIN, "",
		    d->view.webhooks[at].id, d->view.daemon_alive);
		return REACT_HANDLED;
	}
	if (d->tab != TAB_OUTBOX || !system__selected(d, TAB_OUTBOX, &at))
		return refuse(ui, _("Select an event or a dead letter first"));
	if (d->view.items[at].state != OUTBOX_DEAD)
		return refuse(ui, _("Only what was given up is sent again"));
	model_system_act(model_of(s), SYSTEM_SEND_AGAIN, "",
	    d->view.items[at].id, d->view.daemon_alive);
	return REACT_HANDLED;
}

static unsigned
settle_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct system_data *d = s->data;

	(void)ui;
	if (r->accepted)
		model_system_act(model_of(s), (enum system_act)r->id, "",
		    context, d->view.daemon_alive);
	return REACT_NONE;
}

static unsigned
run_settle(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct system_data *d = s->data;
	struct chooser_item items[] = {
	    {SYSTEM_WAS_SENT, _("It was sent"),
		_("the customer has it; nothing goes out"), true},
	    {SYSTEM_NOT_SENT, _("It was not sent"), _("it goes out once more"),
		true},
	};
	struct chooser_args args = {.title = _("What became of this message?"),
	    .items = items,
	    .count = 2};
	size_t at;

	(void)cmd;
	if (d->tab != TAB_OUTBOX || !system__selected(d, TAB_OUTBOX, &at) ||
	    d->view.items[at].state != OUTBOX_UNCERTAIN)
		return refuse(ui, _("Select an uncertain sending first"));
	chooser_push(ui, s, &args, settle_done, d->view.items[at].id);
	return REACT_HANDLED;
}

static unsigned
release_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct system_data *d = s->data;

	(void)ui, (void)context;
	if (r->accepted)
		model_system_act(model_of(s), SYSTEM_RELEASE_HELD, "", 0,
		    d->view.daemon_alive);
	return REACT_NONE;
}

static unsigned
run_release(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct system_data *d = s->data;
	struct confirm_args args = {
	    .title = _("Release what is held"), .yes = _("Send")};
	struct str question = STR_INIT;
	int held = d->view.outbox.by_state[OUTBOX_HELD];

	(void)cmd;
	if (held == 0)
		return refuse(ui, _("Nothing is held"));
	str_addf(&question,
	    NGETTEXT_("%d message that is held goes out now.",
		"%d messages that are held go out now.", held),
	    held);
	args.question = question.s;
	confirm_push(ui, s, &args, release_done, 0);
	str_free(&question);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command system_commands[] = {
	{"channel.test", N_("Test the channel"), N_("Ask the provider now; the result appears here."),
	    "system:t", NULL, NEED_SELECTION | NEED_WRITABLE, "channel.test", NAV_NONE, SYSTEM_TEST, run_channel},
	{"channel.templates", N_("Fetch templates"), N_("Ask the provider for the channel's message templates."),
	    "system:f", NULL, NEED_SELECTION | NEED_WRITABLE, "channel.test", NAV_NONE, SYSTEM_TEMPLATES, run_channel},
	{"channel.resume", N_("Let it go on"), N_("Let a stopped channel send again."),
	    "system:R", NULL, NEED_SELECTION | NEED_WRITABLE, "channel.resume", NAV_NONE, SYSTEM_RESUME, run_channel},
	{"system.again", N_("Once more"), N_("Read a failed event again, or send a dead letter again."),
	    "system:r", NULL, NEED_SELECTION | NEED_WRITABLE, "outbox.replay", NAV_NONE, 0, run_again},
	{"outbox.settle", N_("Settle"), N_("Say whether an uncertain message was sent."),
	    "system:s", NULL, NEED_SELECTION | NEED_WRITABLE, "outbox.resolve", NAV_NONE, 0, run_settle},
	{"outbox.release", N_("Release what is held"), N_("Let all held messages go out."),
	    "system:H", NULL, NEED_WRITABLE, "outbox.replay", NAV_NONE, 0, run_release},
	{"approval.approve", N_("Approve"), N_("Approve what another person proposed; it is done at once."),
	    "system:y", NULL, NEED_SELECTION | NEED_WRITABLE, "approval.approve", NAV_NONE, 0, system__approve},
	{"approval.refuse", N_("Refuse"), N_("Refuse what was proposed, or take one's own proposal back."),
	    "system:x", NULL, NEED_SELECTION | NEED_WRITABLE, "approval.refuse", NAV_NONE, 0, system__refuse},
	{"webhook.switch", N_("On or off"), N_("Switch a webhook on, from now on, or off."),
	    "system:o", NULL, NEED_SELECTION | NEED_WRITABLE, "webhook.switch", NAV_NONE, SYSTEM_HOOK_ON, system__webhook},
	{"webhook.test", N_("Send a test"), N_("Send a webhook a test; how it went appears here."),
	    "system:p", NULL, NEED_SELECTION | NEED_WRITABLE, "webhook.test", NAV_NONE, SYSTEM_HOOK_TEST, system__webhook},
	{"webhook.filter", N_("Filter"), N_("Narrow down what a webhook is told of, such as team:Soporte priority>=4."),
	    "system:e", NULL, NEED_SELECTION | NEED_WRITABLE, "webhook.edit", NAV_NONE, 0, system__webhook_filter},
	{"system.channels", N_("Channels"), N_("Channels, their state and tests."),
	    "system:1", NULL, 0, NULL, NAV_NONE, TAB_CHANNELS, run_tab},
	{"system.events", N_("Failed events"), N_("What came in and could not be read."),
	    "system:2", NULL, 0, NULL, NAV_NONE, TAB_EVENTS, run_tab},
	{"system.outbox", N_("Outbox"), N_("What is promised to be sent."),
	    "system:3", NULL, 0, NULL, NAV_NONE, TAB_OUTBOX, run_tab},
	{"system.approvals", N_("Approvals"), N_("What was proposed and takes a second person."),
	    "system:4", NULL, 0, NULL, NAV_NONE, TAB_APPROVALS, run_tab},
	{"system.webhooks", N_("Webhooks"), N_("Who outside is told of events."),
	    "system:5", NULL, 0, NULL, NAV_NONE, TAB_WEBHOOKS, run_tab},
};
/* clang-format on */
const size_t system_commands_count =
    sizeof(system_commands) / sizeof(system_commands[0]);
