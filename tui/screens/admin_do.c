/* admin_do - what people do on the Setup screen; see admin_int.h. */
#include "tui/screens/admin_int.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/proof_ask.h"
#include "tui/screens/screens.h"

#include <string.h>

static unsigned
refuse(struct ui *ui, const char *why)
{
	ui_toast(ui, TOAST_WARNING, "%s", why);
	return REACT_BEEP | REACT_REDRAW;
}

/* NULL, or why this person does not do it. */
static const char *
why_not(struct screen *s, enum admin_verb verb)
{
	const struct admin_data *d = s->data;
	bool is_list = d->kind == ADMIN_CHECKLISTS;
	bool of_desk = d->kind == ADMIN_CALENDARS || d->kind == ADMIN_PROMISES;
	bool is_setting = d->kind == ADMIN_SETTINGS;

	if (!model_may(model_of(s), admin_operation(d->kind, verb)))
		return of_desk || is_list
		           ? _("Your role only looks at these; a supervisor or"
			       " an administrator changes them.")
		           : _("Your role only looks at these; an"
			       " administrator changes them.");
	if (d->trash != (verb == ADMIN_RESTORE))
		return d->trash
		           ? _("This is the trash; t goes back to what there"
			       " is")
		           : _("Only what is in the trash is taken back; t"
			       " shows it");
	if (is_setting && verb == ADMIN_NEW)
		return _("Settings are what they are; e changes one");
	if ((of_desk || is_setting) && verb == ADMIN_MOVE)
		return _("These stand in an order of their own");
	if (d->kind != ADMIN_CALENDARS &&
	    (verb == ADMIN_DATE || verb == ADMIN_DATE_OFF))
		return _("Only calendars have dates; 4 lists them");
	return NULL;
}

/* ---- sending ---- */

static void on_answer(struct ui *ui, struct screen *s,
    const struct admin_answer *a, const struct model_answer *answer);

static unsigned
proof_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct admin_data *d = s->data;

	(void)ui, (void)context;
	if (r->accepted) {
		str_copy(d->sent.given, sizeof(d->sent.given), r->text);
		model_admin_act(model_of(s), s, &d->sent, on_answer);
	}
	explicit_bzero(d->sent.given, sizeof(d->sent.given));
	return REACT_NONE;
}

static void
tell_done(struct ui *ui, const struct admin_act *a)
{
	if (a->kind == ADMIN_SETTINGS) {
		ui_toast(ui, TOAST_OK, _("%s has its usual value; u takes it back"),
		    a->name);
		return;
	}
	switch (a->verb) {
	case ADMIN_DELETE:
		ui_toast(
		    ui, TOAST_OK, _("%s is deleted; u takes it back"), a->name);
		return;
	case ADMIN_RESTORE:
		ui_toast(ui, TOAST_OK, _("%s is back"), a->name);
		return;
	case ADMIN_MOVE:
		return;
	case ADMIN_NEW:
	case ADMIN_EDIT:
	case ADMIN_DATE:
	case ADMIN_DATE_OFF:
	case ADMIN_VERBS:
		break;
	}
	ui_toast(ui, TOAST_OK, "%s", _("Saved"));
}

static void
on_answer(struct ui *ui, struct screen *s, const struct admin_answer *a,
    const struct model_answer *answer)
{
	struct admin_data *d = s->data;

	if (a->wants_proof) {
		d->sent = *a->act;
		explicit_bzero(d->sent.given, sizeof(d->sent.given));
		proof_ask(ui, s, _("Setup"), a->proof, a->login, proof_done, 0);
	} else if (answer->rc != 0) {
		ui_toast_err(ui, answer->err);
	} else {
		tell_done(ui, a->act);
	}
}

void
admin__send(struct screen *s, const struct admin_act *act)
{
	model_admin_act(model_of(s), s, act, on_answer);
}

/* ---- commands ---- */

/* What is selected, as a change names it; false: said why not. */
static bool
aim(struct screen *s, enum admin_verb verb, struct admin_act *act)
{
	struct admin_data *d = s->data;
	const char *why = why_not(s, verb);
	size_t at;

	if (why == NULL && !admin__selected(d, &at))
		why = _("Select one first");
	if (why != NULL) {
		(void)refuse(s->ui, why);
		ui_bell(s->ui);
		return false;
	}
	admin__aim(&d->view, d->kind, at, act);
	act->verb = verb;
	return true;
}

static unsigned
run_tab(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct admin_data *d = s->data;

	(void)ui;
	return admin__show(s, (enum admin_kind)cmd->arg, d->trash);
}

static unsigned
run_trash(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct admin_data *d = s->data;

	(void)ui, (void)cmd;
	return admin__show(s, d->kind, !d->trash);
}

static unsigned
run_new(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct admin_data *d = s->data;
	struct admin_act act = {.kind = d->kind, .verb = ADMIN_NEW};
	const char *why = why_not(s, ADMIN_NEW);

	(void)cmd;
	if (why != NULL)
		return refuse(ui, why);
	if (d->known)
		admin__form(ui, &d->view, 0, &act);
	return REACT_HANDLED;
}

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct admin_data *d = s->data;
	struct admin_act act;
	size_t at = 0;

	if (!aim(s, (enum admin_verb)cmd->arg, &act))
		return REACT_REDRAW;
	(void)admin__selected(d, &at);
	if (act.kind == ADMIN_CHECKLISTS &&
	    strlen(d->view.checklists[at].items) > ADMIN_ITEMS_MAX)
		return refuse(ui,
		    _("The list is longer than this form takes; \"opdesk"
		      " checklist edit\" changes it"));
	admin__form(ui, &d->view, at, &act);
	return REACT_HANDLED;
}

static unsigned
delete_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	struct admin_act act;

	(void)ui;
	/* Only the one that was asked about. */
	if (r->accepted && aim(s, ADMIN_DELETE, &act) && act.id == id)
		admin__send(s, &act);
	return REACT_REDRAW;
}

static unsigned
run_delete(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct confirm_args args = {
	    .title = _("Setup"), .yes = _("Delete"), .danger = true};
	struct str question = STR_INIT;
	struct admin_act act;

	(void)cmd;
	if (!aim(s, ADMIN_DELETE, &act))
		return REACT_REDRAW;
	if (act.kind == ADMIN_SETTINGS) { /* u takes it back */
		admin__send(s, &act);
		return REACT_HANDLED;
	}
	str_addf(&question,
	    act.kind == ADMIN_CALENDARS
		? _("\"%s\" is deleted; this cannot be taken back.")
		: _("\"%s\" is deleted; tickets keep what they have of it."),
	    act.name);
	args.question = question.s;
	confirm_push(ui, s, &args, delete_done, act.id);
	str_free(&question);
	return REACT_HANDLED;
}

static unsigned
run_at_once(struct ui *ui, struct screen *s, const struct command *cmd)
{
	bool restores = cmd->arg == 0;
	struct admin_act act;

	(void)ui;
	if (!aim(s, restores ? ADMIN_RESTORE : ADMIN_MOVE, &act))
		return REACT_REDRAW;
	act.step = cmd->arg;
	admin__send(s, &act);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command admin_commands[] = {
	{"admin.new", N_("New"), N_("Make one more of what is listed."),
	    "admin:n", NULL, NEED_WRITABLE, NULL, NAV_NONE, 0, run_new},
	{"admin.edit", N_("Change"), N_("Change the selected one."),
	    "admin:e", NULL, NEED_WRITABLE, NULL, NAV_NONE, ADMIN_EDIT, run_edit},
	{"admin.delete", N_("Delete"), N_("Delete the selected one; tickets keep what they have of it."),
	    "admin:x", NULL, NEED_WRITABLE, NULL, NAV_NONE, 0, run_delete},
	{"admin.trash", N_("Trash"), N_("Show what was deleted, and what there is again."),
	    "admin:t", NULL, 0, NULL, NAV_NONE, 0, run_trash},
	{"admin.restore", N_("Take back"), N_("Take a deleted one back, with what it had."),
	    "admin:o", NULL, NEED_WRITABLE, NULL, NAV_NONE, 0, run_at_once},
	{"admin.up", N_("Up"), N_("Move the selected one up in its list."),
	    "admin:K", NULL, NEED_WRITABLE, NULL, NAV_NONE, -1, run_at_once},
	{"admin.down", N_("Down"), N_("Move the selected one down in its list."),
	    "admin:J", NULL, NEED_WRITABLE, NULL, NAV_NONE, 1, run_at_once},
	{"admin.date", N_("Date"), N_("Give a date of the calendar hours of its own, or close it."),
	    "admin:d", NULL, NEED_WRITABLE, NULL, NAV_NONE, ADMIN_DATE, run_edit},
	{"admin.date-off", N_("Usual date"), N_("Let a date of the calendar be as its weekday again."),
	    "admin:r", NULL, NEED_WRITABLE, NULL, NAV_NONE, ADMIN_DATE_OFF, run_edit},
	{"admin.labels", N_("Labels"), N_("What tickets' states are called."),
	    "admin:1", NULL, 0, NULL, NAV_NONE, ADMIN_LABELS, run_tab},
	{"admin.categories", N_("Categories"), N_("By what tickets are sorted."),
	    "admin:2", NULL, 0, NULL, NAV_NONE, ADMIN_CATEGORIES, run_tab},
	{"admin.fields", N_("Fields"), N_("What tickets of a category are asked."),
	    "admin:3", NULL, 0, NULL, NAV_NONE, ADMIN_FIELDS, run_tab},
	{"admin.calendars", N_("Calendars"), N_("Hours of work and holidays."),
	    "admin:4", NULL, 0, NULL, NAV_NONE, ADMIN_CALENDARS, run_tab},
	{"admin.promises", N_("Promises"), N_("What is promised to companies, by priority."),
	    "admin:5", NULL, 0, NULL, NAV_NONE, ADMIN_PROMISES, run_tab},
	{"admin.checklists", N_("Checklists"), N_("What is to be done on tickets, item by item."),
	    "admin:6", NULL, 0, NULL, NAV_NONE, ADMIN_CHECKLISTS, run_tab},
	{"admin.settings", N_("Settings"), N_("What the tenant decides about guides, and tickets that are opened again or closed."),
	    "admin:7", NULL, 0, NULL, NAV_NONE, ADMIN_SETTINGS, run_tab},
};
/* clang-format on */
const size_t admin_commands_count =
    sizeof(admin_commands) / sizeof(admin_commands[0]);
