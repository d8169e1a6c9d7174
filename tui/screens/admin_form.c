/*
 * admin_form - a new or changed label, category, field, calendar or promise,
 * or a date of a calendar; see admin_int.h.
 */
#include "tui/screens/admin_form_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/proof_ask.h"
#include "tui/screens/scr_conflict.h"

#include <stdlib.h>
#include <string.h>

struct form_args {
	const struct admin_view *view;
	size_t at;
	const struct admin_act *act;
};

/* ---- life ---- */

static int
form_open(struct screen *s, const void *args, struct err *err)
{
	const struct form_args *a = args;
	struct form *d = s->data;
	bool is_edit = a->act->verb == ADMIN_EDIT;
	char buf[32];

	(void)err;
	d->act = *a->act;
	str_copy(d->title, sizeof(d->title), d->act.name);
	if (d->act.kind == ADMIN_PROMISES && is_edit) {
		d->act.company_id = a->view->promises[a->at].company_id;
		d->act.priority = a->view->promises[a->at].priority;
	}
	admin_form__afford_all(d, a->view);
	admin_form__add_parts(d);
	w_form_init(&d->form, d->fields, d->count);
	for (int i = 0; i < d->count; i++) {
		const struct afford *choices =
		    admin_form__afforded(d, d->parts[i]);

		if (choices != NULL)
			w_form_set_choices(
			    &d->form, d->fields[i].name, choices->texts);
		if (is_edit)
			admin_form__set(d, i,
			    admin_form__row_says(
				a->view, a->at, d->act.kind, d->parts[i], buf));
		d->was[i] = admin_form__value(d, i);
	}
	return 0;
}

static void
form_close(struct screen *s)
{
	struct form *d = s->data;

	w_form_free(&d->form);
	for (int i = 0; i < d->count; i++)
		free(d->was[i]);
	admin_form__afford_free(d);
	explicit_bzero(&d->sent, sizeof(d->sent));
}

static void
form_layout(struct screen *s, int w, int h)
{
	struct form *d = s->data;

	w_form_layout(&d->form, w, h > 2 ? h - 1 : h);
}

static void
form_draw(const struct screen *s, struct canvas *c)
{
	const struct form *d = s->data;
	struct canvas above = canvas_sub(c, 0, 0, c->w, c->h - 1);

	w_form_draw(&d->form, c->h > 2 ? &above : c);
	if (c->h > 2)
		canvas_text(c, 0, c->h - 1, c->w, ROLE_MUTED,
		    d->sending ? _("saving ...")
			       : admin_form__hint(d->parts[d->form.focus]));
}

/* ---- saving ---- */

static void on_answer(struct ui *ui, struct screen *s,
    const struct admin_answer *a, const struct model_answer *answer);

static void
save(struct screen *s)
{
	struct form *d = s->data;

	admin_form__take(d);
	if (d->act.verb == ADMIN_EDIT && d->act.set == 0 &&
	    (d->act.kind <= ADMIN_FIELDS || d->act.kind == ADMIN_CHECKLISTS)) {
		ui_finish(s->ui, s, NULL);
		return;
	}
	d->sending = true;
	model_admin_act(model_of(s), s, &d->act, on_answer);
}

static unsigned
proof_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct form *d = s->data;

	(void)ui, (void)context;
	if (r->accepted && !d->sending) {
		str_copy(d->sent.given, sizeof(d->sent.given), r->text);
		d->sending = true;
		model_admin_act(model_of(s), s, &d->sent, on_answer);
	}
	explicit_bzero(d->sent.given, sizeof(d->sent.given));
	return REACT_REDRAW;
}

/* ---- somebody else was faster ---- */

static int
place_of_column(const struct form *d, const char *column)
{
	int i = 0;

	while (i < d->count && !str_equal(d->fields[i].name, column))
		i++;
	return i;
}

static const char *
was_before(const struct screen *s, const struct conflict_field *f)
{
	const struct form *d = s->data;
	int i = place_of_column(d, f->field->column);

	return i < d->count && (d->act.set & admin_form__bit(d->parts[i])) != 0
	           ? d->was[i]
	           : NULL;
}

static void
take_theirs(struct screen *s, const char *column, const char *theirs)
{
	struct form *d = s->data;
	int i = place_of_column(d, column);

	if (i == d->count)
		return;
	admin_form__set(d, i, theirs);
	free(d->was[i]);
	d->was[i] = admin_form__value(d, i);
}

static void
go_on(struct screen *s, int64_t version)
{
	struct form *d = s->data;

	d->act.version = version;
	save(s);
}

static const struct conflict_ops clashes = {was_before, take_theirs, go_on};

/* Beside what it quotes, else where one is. */
static void
tell_wrong(struct form *d, const char *sentence)
{
	int at = d->form.focus;

	for (int i = 0; i < d->count; i++) {
		const char *text =
		    d->fields[i].kind == W_FIELD_LINE
			? w_form_text(&d->form, d->fields[i].name)
			: "";

		if (text[0] == '\0' || strstr(sentence, text) == NULL)
			continue;
		at = i;
		break;
	}
	w_form_set_error(&d->form, d->fields[at].name, sentence);
}

static void
on_answer(struct ui *ui, struct screen *s, const struct admin_answer *a,
    const struct model_answer *answer)
{
	struct screen_result result = {true, 0, NULL};
	struct form *d = s->data;

	d->sending = false;
	ui_mark(ui, s, REACT_REDRAW);
	if (a->wants_proof) {
		d->sent = *a->act;
		explicit_bzero(d->sent.given, sizeof(d->sent.given));
		proof_ask(ui, s, _("Setup"), a->proof, a->login, proof_done, 0);
	} else if (answer->rc == OD_ECONFLICT &&
		   answer->conflict->kind != RECORD_NONE) {
		conflict_resolve(s, answer->conflict, &clashes);
	} else if (answer->rc != 0) {
		tell_wrong(d, answer->err->text);
	} else {
		ui_toast(ui, TOAST_OK, "%s", _("Saved"));
		ui_finish(ui, s, &result);
	}
}

/* ---- keys ---- */

static unsigned
react_to(struct screen *s, unsigned react, enum w_event event)
{
	struct form *d = s->data;

	if (event == W_CANCEL) {
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	}
	if (event == W_ACCEPT && !d->sending)
		save(s);
	return react | REACT_REDRAW;
}

static unsigned
form_input(struct screen *s, const struct input *in)
{
	struct form *d = s->data;
	enum w_event event;
	unsigned react = w_form_input(&d->form, in, &event);

	return react == REACT_NONE && event == W_NONE
	           ? REACT_NONE
	           : react_to(s, react, event);
}

static unsigned
form_paste(struct screen *s, const char *text, size_t n)
{
	struct form *d = s->data;
	enum w_event event;
	unsigned react = w_form_paste(&d->form, text, n, &event);

	return react == REACT_NONE ? react : react_to(s, react, event);
}

static bool
form_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static void
form_subtitle(const struct screen *s, struct str *out)
{
	static const char *const fresh[ADMIN_KINDS] = {
	    [ADMIN_LABELS] = N_("New label"),
	    [ADMIN_CATEGORIES] = N_("New category"),
	    [ADMIN_FIELDS] = N_("New field"),
	    [ADMIN_CALENDARS] = N_("New calendar"),
	    [ADMIN_PROMISES] = N_("New promise"),
	    [ADMIN_CHECKLISTS] = N_("New checklist"),
	    [ADMIN_SETTINGS] = ""};
	const struct form *d = s->data;

	if (d->act.verb == ADMIN_NEW)
		str_add(out, _(fresh[d->act.kind]));
	else
		str_add(out, d->title);
}

static void
form_size(const struct screen *s, int *w, int *h)
{
	const struct form *d = s->data;

	*w = 70;
	*h = d->count + 3 +
	     (d->act.kind == ADMIN_FIELDS          ? 3
		 : d->act.kind == ADMIN_CHECKLISTS ? 7
						   : 0);
}

static const char *
form_hints(const struct screen *s)
{
	(void)s;
	return "edit.accept move.next move.back";
}

static const struct screen_ops form_ops = {
    .name = "admin-form",
    .modal = true,
    .data_size = sizeof(struct form),
    .open = form_open,
    .close = form_close,
    .layout = form_layout,
    .draw = form_draw,
    .input = form_input,
    .paste = form_paste,
    .wants_text = form_wants_text,
    .subtitle = form_subtitle,
    .size = form_size,
    .hints = form_hints,
};

void
admin__form(struct ui *ui, const struct admin_view *v, size_t at,
    const struct admin_act *act)
{
	struct form_args args = {v, at, act};
	struct err err = ERR_INIT;

	if (ui_push(ui, &form_ops, 0, &args, &err) != 0)
		ui_toast_err(ui, &err);
}
