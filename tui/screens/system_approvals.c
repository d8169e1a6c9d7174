/* system_approvals - what waits for a second person; see system_int.h. */
#include "tui/screens/system_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/model/model_approval.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/proof_ask.h"
#include "tui/screens/screens.h"

static void on_decided(
    struct ui *ui, struct screen *s, const struct approval_answer *a);

void
system_show_approvals(struct ui *ui)
{
	struct err err = ERR_INIT;

	if (ui_push(ui, &scr_system, 0, NULL, &err) != 0)
		ui_toast_err(ui, &err);
	else
		ui_mark(ui, ui_front(ui),
		    system__show_tab(ui_front(ui), TAB_APPROVALS));
}

/* The selected one, when it waits; else why not, and NULL. */
static const struct approval *
selected(struct ui *ui, struct screen *s)
{
	struct system_data *d = s->data;
	const struct approval *a;
	size_t at;

	if (d->tab != TAB_APPROVALS ||
	    !system__selected(d, TAB_APPROVALS, &at)) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("Select a proposal first: 4 lists them"));
		return NULL;
	}
	a = &d->view.approvals[at];
	if (a->state == APPROVAL_PROPOSED)
		return a;
	ui_toast(ui, TOAST_WARNING, "%s", _("This was decided already"));
	return NULL;
}

/* ---- approving ---- */

static unsigned
proof_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	(void)ui;
	if (r->accepted)
		model_approve(model_of(s), s, id, r->text, on_decided);
	return REACT_NONE;
}

static void
on_decided(struct ui *ui, struct screen *s, const struct approval_answer *a)
{
	if (a->wants_proof)
		proof_ask(ui, s, _("Approve"), a->proof, a->login, proof_done,
		    a->id);
	else if (a->rc != 0)
		ui_toast(ui, TOAST_ERROR, "%s", a->sentence);
	else
		ui_toast(ui, TOAST_OK, "%s",
		    a->approve ? _("Approved, and done")
			       : _("Refused; nothing was done"));
}

static unsigned
approve_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	(void)ui;
	if (r->accepted)
		model_approve(model_of(s), s, id, "", on_decided);
	return REACT_NONE;
}

unsigned
system__approve(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct approval *a = selected(ui, s);
	struct confirm_args args = {
	    .title = _("Approve"), .yes = _("Approve"), .danger = true};
	struct str question = STR_INIT;

	(void)cmd;
	if (a == NULL)
		return REACT_BEEP | REACT_REDRAW;
	if (!a->may_decide) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    a->mine ? _("You proposed it yourself; another person has"
				" to approve it")
			    : _("Your role does not decide this."));
		return REACT_BEEP | REACT_REDRAW;
	}
	str_addf(&question, _("%s proposes, and it is done at once: %s"),
	    a->proposer, a->sentence);
	args.question = question.s;
	confirm_push(ui, s, &args, approve_done, a->id);
	str_free(&question);
	return REACT_HANDLED;
}

/* ---- refusing ---- */

static unsigned
reason_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	(void)ui;
	if (r->accepted)
		model_refuse(model_of(s), s, id, r->text, on_decided);
	return REACT_NONE;
}

unsigned
system__refuse(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct approval *a = selected(ui, s);
	struct prompt_args args = {.title = _("Refuse what was proposed"),
	    .label = _("Why? Who proposed it reads the reason.")};

	(void)cmd;
	if (a == NULL)
		return REACT_BEEP | REACT_REDRAW;
	prompt_push(ui, s, &args, reason_done, a->id);
	return REACT_HANDLED;
}
