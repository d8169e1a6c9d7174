/* playbook_do - cards and prompts changed, begun, deleted and restored. */
#include "tui/screens/playbook_int.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/guide_edit_int.h"
#include "tui/screens/screens.h"

static unsigned
run_view(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return playbook__show(s, (enum playbook_view)cmd->arg);
}

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct playbook_desk *d = s->data;
	const struct playbook_row *r = playbook__selected(d);

	(void)cmd;
	if (r == NULL || d->view == PLAYBOOK_TRASH)
		return REACT_BEEP;
	return ui_open(ui, &scr_guide_edit, r->id, NULL);
}

static void
on_begun(struct screen *s, const struct guide_edit_action *action,
    const struct model_answer *answer)
{
	struct playbook_desk *d = s->data;

	if (answer->rc == 0) {
		d->begun = action->id;
		(void)ui_open(s->ui, &scr_guide_edit, action->id, NULL);
	} else if (answer->rc == OD_ECONFLICT) {
		ui_toast_err(s->ui, answer->err);
	}
}

static enum knowledge_kind
kind_of(const struct playbook_desk *d)
{
	return d->view == PLAYBOOK_PROMPTS ? KNOWLEDGE_PROMPT : KNOWLEDGE_CARD;
}

static unsigned
run_new(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct playbook_desk *d = s->data;

	(void)ui, (void)cmd;
	if (d->view == PLAYBOOK_TRASH)
		return REACT_BEEP;
	guide_begin_ask(s, kind_of(d), on_begun);
	return REACT_HANDLED;
}

static unsigned
run_versions(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct playbook_row *r = playbook__selected(s->data);

	(void)ui, (void)cmd;
	if (r == NULL)
		return REACT_BEEP;
	guide_versions_show(s, r->id);
	return REACT_HANDLED;
}

/* ---- deleted, restored, taken in ---- */

static void
on_done(struct screen *s, const struct guide_edit_action *action,
    const struct model_answer *answer)
{
	struct ui *ui = s->ui;

	ui_mark(ui, s, REACT_REFRESH);
	if (answer->rc == OD_ECONFLICT)
		ui_toast_err(ui, answer->err);
	if (answer->rc != 0)
		return;
	if (action->deed == GUIDE_EDIT_IMPORT)
		ui_toast(ui, TOAST_OK,
		    NGETTEXT_("%lld taken in; u takes it back",
			"%lld taken in; u takes them back",
			(long)action->number),
		    (long long)action->number);
	else if (action->deed == GUIDE_EDIT_DELETE)
		ui_toast(ui, TOAST_OK,
		    _("\"%s\" is in the trash; u takes it"
		      " out again"),
		    action->topic);
	else
		ui_toast(ui, TOAST_OK, _("\"%s\" is back"), action->topic);
}

static void
act(struct screen *s, enum guide_edit_deed deed, const struct playbook_row *r)
{
	struct guide_edit_action a = {
	    .deed = deed, .kind = r->kind, .id = r->id, .version = r->version};

	str_copy(a.topic, sizeof(a.topic), r->topic);
	model_guide_edit(model_of(s), s, &a, on_done);
}

static unsigned
on_delete(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct playbook_row *row = playbook__selected(s->data);

	(void)ui;
	if (r->accepted && row != NULL && row->id == context)
		act(s, GUIDE_EDIT_DELETE, row);
	return REACT_REDRAW;
}

static unsigned
run_delete(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct playbook_desk *d = s->data;
	const struct playbook_row *r = playbook__selected(d);
	struct confirm_args args = {
	    .title = _("Delete"), .yes = _("Delete"), .danger = true};
	struct str question = STR_INIT;

	(void)cmd;
	if (r == NULL || d->view == PLAYBOOK_TRASH)
		return REACT_BEEP;
	str_addf(&question,
	    r->kind == KNOWLEDGE_CARD
		? _("Move the card \"%s\" to the trash? Nobody sees it on a"
		    " call any more.")
		: _("Move the prompt \"%s\" to the trash? Then the one that"
		    " comes with opdesk is used, if there is one."),
	    r->words[i18n_lang()].title);
	args.question = question.s;
	confirm_push(ui, s, &args, on_delete, r->id);
	str_free(&question);
	return REACT_HANDLED;
}

static unsigned
run_restore(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct playbook_desk *d = s->data;
	const struct playbook_row *r = playbook__selected(d);

	(void)cmd;
	if (d->view != PLAYBOOK_TRASH) {
		ui_toast(ui, TOAST_INFO, "%s",
		    _("What was deleted stands under Trash: 3"));
		return REACT_REDRAW;
	}
	if (r == NULL)
		return REACT_BEEP;
	act(s, GUIDE_EDIT_RESTORE, r);
	return REACT_HANDLED;
}

static unsigned
run_import(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct playbook_desk *d = s->data;
	const struct guide_edit_action a = {
	    .deed = GUIDE_EDIT_IMPORT, .kind = kind_of(d)};

	(void)ui, (void)cmd;
	if (d->view == PLAYBOOK_TRASH)
		return REACT_BEEP;
	model_guide_edit(model_of(s), s, &a, on_done);
	return REACT_HANDLED;
}

/* ---- commands ---- */

/* clang-format off */
const struct command playbook_commands[] = {
	{"playbook.edit", N_("Change"), N_("Change the selected card or prompt: a draft, until it is published."),
	    "playbook:e", NULL, NEED_SELECTION | NEED_WRITABLE, "guide.edit", NAV_NONE, 0, run_edit},
	{"playbook.new", N_("New"), N_("Begin a card or a prompt with a first text in both languages."),
	    "playbook:N", NULL, NEED_WRITABLE, "guide.new", NAV_NONE, 0, run_new},
	{"playbook.versions", N_("Versions"), N_("Look at the versions of the selected one and what each changed."),
	    "playbook:v", NULL, NEED_SELECTION, "guide.read", NAV_NONE, 0, run_versions},
	{"playbook.delete", N_("Delete"), N_("Move the selected card or prompt to the trash."),
	    "playbook:x", NULL, NEED_SELECTION | NEED_WRITABLE, "guide.delete", NAV_NONE, 0, run_delete},
	{"playbook.restore", N_("Restore"), N_("Take the selected guide, card or prompt out of the trash."),
	    "playbook:R", NULL, NEED_SELECTION | NEED_WRITABLE, "guide.restore", NAV_NONE, 0, run_restore},
	{"playbook.import", N_("Take in"), N_("Take in the cards or prompts that come with opdesk, so that they can be changed."),
	    "playbook:i", NULL, NEED_WRITABLE, "guide.import", NAV_NONE, 0, run_import},
	{"playbook.cards", N_("Cards"), N_("Show the cards of objections."),
	    "playbook:1", NULL, 0, NULL, NAV_NONE, PLAYBOOK_CARDS, run_view},
	{"playbook.prompts", N_("Prompts"), N_("Show the prompts of the model."),
	    "playbook:2", NULL, 0, NULL, NAV_NONE, PLAYBOOK_PROMPTS, run_view},
	{"playbook.trash", N_("Trash"), N_("Show the guides, cards and prompts that were deleted."),
	    "playbook:3", NULL, 0, NULL, NAV_NONE, PLAYBOOK_TRASH, run_view},
};
/* clang-format on */
const size_t playbook_commands_count =
    sizeof(playbook_commands) / sizeof(playbook_commands[0]);
