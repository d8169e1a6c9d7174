/* recordings_do - what is done to a recording; see recordings_int.h. */
#include "tui/screens/recordings_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/proof_ask.h"

#include <string.h>

/* What was typed last comes back with the arrow keys. */
static struct w_line_history paths;

static const char *
title_of(enum recording_do what)
{
	switch (what) {
	case RECORDING_DO_EXPORT:
		return _("Take a recording away");
	case RECORDING_DO_DELETE:
		return _("Delete a recording");
	case RECORDING_DO_RESTORE:
		break;
	}
	return _("Take a recording out of the trash");
}

static void on_done(
    struct ui *ui, struct screen *s, const struct recording_action *a);

static void
send_wish(struct screen *s, const char *given)
{
	model_recording_do(
	    model_of(s), s, &recordings_of(s)->wish, given, on_done);
}

static unsigned
proof_done(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	(void)ui, (void)id;
	if (r->accepted)
		send_wish(s, r->text);
	return REACT_NONE;
}

static void
say_done(struct ui *ui, const struct recording_action *a)
{
	switch (a->what) {
	case RECORDING_DO_EXPORT:
		ui_toast(ui, TOAST_OK, _("The recording is in %s"), a->path);
		break;
	case RECORDING_DO_DELETE:
		ui_toast(
		    ui, TOAST_OK, "%s", _("The recording is in the trash"));
		break;
	case RECORDING_DO_RESTORE:
		ui_toast(ui, TOAST_OK, "%s", _("The recording is back"));
		break;
	}
}

static void
on_done(struct ui *ui, struct screen *s, const struct recording_action *a)
{
	struct recordings_data *d = s->data;

	if (a->wants_proof)
		proof_ask(ui, s, title_of(a->what), a->proof, a->login,
		    proof_done, a->id);
	else if (a->rc == OD_EWAITS)
		ui_toast(ui, TOAST_INFO, "%s", a->sentence);
	else if (a->rc != 0)
		ui_toast(ui, TOAST_ERROR, "%s", a->sentence);
	else
		say_done(ui, a);
	if (a->rc == 0 && a->what == RECORDING_DO_DELETE &&
	    d->sound.recording.id == a->id)
		recordings__stop(d);
	ui_mark(ui, s, REACT_REFRESH);
}

/* ---- what is asked first ---- */

static unsigned
path_typed(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	struct recordings_data *d = s->data;

	(void)ui, (void)id;
	if (!r->accepted)
		return REACT_NONE;
	if (!str_copy(d->wish.path, sizeof(d->wish.path), r->text))
		return REACT_BEEP;
	send_wish(s, "");
	return REACT_HANDLED;
}

static void
ask_path(struct ui *ui, struct screen *s)
{
	const struct recordings_data *d = s->data;
	const struct prompt_args args = {.title = title_of(RECORDING_DO_EXPORT),
	    .label = _("New file"),
	    .text = d->wish.path,
	    .max_bytes = RECORDING_PATH_MAX - 1,
	    .history = &paths};

	prompt_push(ui, s, &args, path_typed, 0);
}

static unsigned
reason_typed(
    struct ui *ui, struct screen *s, const struct screen_result *r, int64_t id)
{
	struct recordings_data *d = s->data;

	(void)id;
	if (!r->accepted)
		return REACT_NONE;
	str_copy(d->wish.reason, sizeof(d->wish.reason), r->text);
	if (d->wish.what == RECORDING_DO_EXPORT)
		ask_path(ui, s);
	else
		send_wish(s, "");
	return REACT_HANDLED;
}

/* Known before anybody has typed why. */
static int
check(enum recording_do what, const struct recording *r, struct err *err)
{
	switch (what) {
	case RECORDING_DO_EXPORT:
		return recording_has_sound(r, err);
	case RECORDING_DO_DELETE:
		return recording_may_go(r, err);
	case RECORDING_DO_RESTORE:
		break;
	}
	return 0;
}

unsigned
recordings__run_do(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct recordings_data *d = s->data;
	const struct recording *r = recordings__row(d);
	enum recording_do what = (enum recording_do)cmd->arg;
	const struct prompt_args args = {.title = title_of(what),
	    .label = _("Why (it stays in the audit trail)"),
	    .max_bytes = sizeof(d->wish.reason) - 1};
	struct err err = ERR_INIT;

	if (r == NULL)
		return REACT_BEEP;
	if ((what == RECORDING_DO_RESTORE) != (d->view == RECORDINGS_TRASH)) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    what == RECORDING_DO_RESTORE
			? _("It is not in the trash; 4 shows what is there")
			: _("It is in the trash; R takes it out"));
		return REACT_BEEP;
	}
	if (check(what, r, &err) != 0) {
		ui_toast(ui, TOAST_WARNING, "%s", err.text);
		return REACT_BEEP;
	}
	d->wish = (struct recording_action){.what = what, .id = r->id};
	/* To begin with: by the time it is asked, another row may stand here. */
	if (what == RECORDING_DO_EXPORT)
		str_format(d->wish.path, sizeof(d->wish.path), "%.8s.%s",
		    r->name, recording_format_names[r->format]);
	if (what == RECORDING_DO_RESTORE)
		send_wish(s, "");
	else
		prompt_push(ui, s, &args, reason_typed, 0);
	return REACT_HANDLED;
}

/* ---- whether they are what they were ---- */

static void
on_verdict(struct screen *s, const struct recording_verdict *v,
    const struct model_answer *answer)
{
	static const char *const faults[] = {
	    [RECORDING_FINE] = "",
	    [RECORDING_CHANGED] = N_("its row was changed"),
	    [RECORDING_UNLINKED] = N_("the one before it is gone"),
	    [RECORDING_NO_FILE] = N_("its file is gone"),
	    [RECORDING_BAD_FILE] = N_("its file was changed"),
	    [RECORDING_LAST_GONE] = N_("the last one is gone"),
	};
	struct str text = STR_INIT;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (v->wrong == 0) {
		ui_toast(s->ui, TOAST_OK,
		    NGETTEXT_("%lld recording is as it was kept",
			"%lld recordings are as they were kept",
			(long)v->checked),
		    (long long)v->checked);
		return;
	}
	str_addf(&text,
	    _("%lld of %lld recordings are not as they were kept; tell an "
	      "auditor.\n\n"),
	    (long long)v->wrong, (long long)v->checked);
	if (ui_top(s->ui) != s) { /* something else was opened meanwhile */
		ui_toast(s->ui, TOAST_ERROR, "%s", text.s);
		str_free(&text);
		return;
	}
	for (int64_t i = 0; i < v->wrong && i < 20; i++)
		str_addf(&text, "%s  %s\n", v->first[i].name,
		    _(faults[v->first[i].fault]));
	pager_push(s->ui, _("Recordings"), text.s, text.len);
	str_free(&text);
}

unsigned
recordings__run_verify(
    struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)cmd;
	ui_toast(ui, TOAST_INFO, "%s", _("Every file is read"));
	model_recordings_verify(model_of(s), s, on_verdict);
	return REACT_HANDLED;
}
