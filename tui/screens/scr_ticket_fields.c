/*
 * scr_ticket_fields - the tenant's own fields of a ticket, as a form that is
 * made from what was declared.
 *
 * A value that does not fit its field any more stands there as it was written
 * with a sentence below, and stays while nobody changes it.
 */
#include "tui/screens/ticket_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_ticket_form.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/scr_conflict.h"
#include "tui/screens/ticket_field_input.h"

#include <stdlib.h>
#include <string.h>

struct fields_form {
	struct w_form form;
	struct w_field fields[W_FORM_FIELDS];
	const char **choices[W_FORM_FIELDS]; /* owned; into their values */
	char **was;                          /* owned, as the form shows them */
	struct ticket_value *values;         /* owned */
	size_t count, shown;
	int64_t ticket_id, version, number;
	bool sending;
};

/* What the screen is opened with; the values are taken. */
struct fields_args {
	const struct ticket_aim *aim;
	struct ticket_form_data *data;
};

/* As it is in the form; of a choice what is stored. */
static const char *
value_now(const struct fields_form *d, size_t i)
{
	const char *name = d->fields[i].name;

	if (!ticket_field_is_choice(&d->values[i]))
		return w_form_text(&d->form, name);
	return ticket_field_stored(
	    &d->values[i], d->choices[i], w_form_choice(&d->form, name));
}

static void
set_value(struct fields_form *d, size_t i, const char *value)
{
	const struct ticket_value *v = &d->values[i];
	const char *name = d->fields[i].name;

	if (ticket_field_is_choice(v))
		w_form_set_choice(&d->form, name,
		    ticket_field_place(v, d->choices[i], value));
	else
		w_form_set_text(&d->form, name, value);
}

static void
fill(struct fields_form *d, size_t i)
{
	const char *name = d->fields[i].name;

	d->choices[i] = ticket_field_choices(&d->values[i]);
	if (d->choices[i] != NULL)
		w_form_set_choices(&d->form, name, d->choices[i]);
	set_value(d, i, d->values[i].value);
	if (d->values[i].misfit)
		ticket_field_tell_misfit(&d->values[i], &d->form, name);
	d->was[i] = xstrdup(value_now(d, i));
}

static int
fields_open(struct screen *s, const void *args, struct err *err)
{
	const struct fields_args *a = args;
	struct fields_form *d = s->data;

	(void)err;
	d->ticket_id = a->aim->id;
	d->version = a->aim->version;
	d->number = a->aim->number;
	d->values = a->data->values;
	d->count = a->data->value_count;
	a->data->values = NULL;
	a->data->value_count = 0;
	d->shown = d->count < W_FORM_FIELDS ? d->count : W_FORM_FIELDS;
	d->was = xcalloc(d->shown, sizeof(d->was[0]));
	for (size_t i = 0; i < d->shown; i++)
		ticket_field_declare(
		    &d->values[i], d->values[i].field.key, &d->fields[i]);
	w_form_init(&d->form, d->fields, (int)d->shown);
	for (size_t i = 0; i < d->shown; i++)
		fill(d, i);
	w_form_focus(&d->form, d->fields[0].name);
	return 0;
}

static void
fields_close(struct screen *s)
{
	struct fields_form *d = s->data;

	w_form_free(&d->form);
	for (size_t i = 0; i < d->shown; i++) {
		free(d->was[i]);
		free(d->choices[i]);
	}
	free(d->was);
	ticket_values_free(&d->values, d->count);
}

static void
fields_layout(struct screen *s, int w, int h)
{
	struct fields_form *d = s->data;

	w_form_layout(&d->form, w, h > 2 ? h - 2 : h);
}

/* Below stands what the focused field is for. */
static void
fields_draw(const struct screen *s, struct canvas *c)
{
	const struct fields_form *d = s->data;
	const struct ticket_field *f = &d->values[d->form.focus].field;
	struct canvas above = canvas_sub(c, 0, 0, c->w, c->h - 2);
	int x = 0;

	w_form_draw(&d->form, c->h > 2 ? &above : c);
	if (c->h <= 2)
		return;
	if (f->required)
		x = canvas_text(c, 0, c->h - 1, -1, ROLE_MUTED,
			_("Needed before the ticket is ended.")) +
		    1;
	canvas_outside(
	    c, x, c->h - 1, -1, ROLE_MUTED, f->help, strlen(f->help));
}

/* ---- somebody else was faster ---- */

static const char *
was_before(const struct screen *s, const struct conflict_field *f)
{
	const struct fields_form *d = s->data;

	for (size_t i = 0; i < d->shown && f->own_key != NULL; i++)
		if (str_equal(d->fields[i].name, f->own_key))
			return d->was[i];
	return NULL;
}

static void
take_theirs(struct screen *s, const char *key, const char *theirs)
{
	struct fields_form *d = s->data;

	for (size_t i = 0; i < d->shown; i++) {
		if (!str_equal(d->fields[i].name, key))
			continue;
		set_value(d, i, theirs);
		free(d->was[i]);
		d->was[i] = xstrdup(value_now(d, i));
	}
}

static void save(struct screen *s);

static void
go_on(struct screen *s, int64_t version)
{
	struct fields_form *d = s->data;

	d->version = version;
	save(s);
}

static const struct conflict_ops clashes = {was_before, take_theirs, go_on};

static void
on_saved(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer)
{
	struct fields_form *d = s->data;
	struct screen_result result = {true, action->id, NULL};

	d->sending = false;
	ui_mark(s->ui, s, REACT_REDRAW);
	if (answer->rc == OD_ECONFLICT &&
	    answer->conflict->kind == RECORD_TICKET)
		conflict_resolve(s, answer->conflict, &clashes);
	else if (answer->rc == OD_ECONFLICT)
		ui_toast_err(s->ui, answer->err);
	else if (answer->rc == 0)
		ui_finish(s->ui, s, &result);
}

/* What was changed is right; else the first wrong one has its sentence. */
static bool
check(struct fields_form *d, struct ticket_action *a)
{
	char clean[TICKET_VALUE_MAX + 1];

	for (size_t i = 0; i < d->shown; i++) {
		const char *now = value_now(d, i);
		struct err err = ERR_INIT;
		struct ticket_typed *t;

		if (str_equal(now, d->was[i]))
			continue;
		/* Choices come from a list, and were split there. */
		if (!ticket_field_is_choice(&d->values[i]) &&
		    ticket_field_value(&d->values[i].field, now, clean, &err) !=
			0) {
			w_form_set_error(&d->form, d->fields[i].name, err.text);
			return false;
		}
		w_form_set_error(&d->form, d->fields[i].name, NULL);
		a->typed = xreallocarray(
		    a->typed, a->typed_count + 1, sizeof(a->typed[0]));
		t = &a->typed[a->typed_count++];
		str_copy(t->key, sizeof(t->key), d->fields[i].name);
		str_copy(t->value, sizeof(t->value), now);
	}
	return true;
}

static void
save(struct screen *s)
{
	struct fields_form *d = s->data;
	struct ticket_action a = {.act = TICKET_ACT_FIELDS,
	    .id = d->ticket_id,
	    .version = d->version,
	    .number = d->number};

	if (!check(d, &a)) {
		free(a.typed);
		return;
	}
	if (a.typed_count == 0) {
		ui_finish(s->ui, s, NULL);
		return;
	}
	d->sending = true;
	model_ticket_act(model_of(s), s, &a, on_saved);
}

static unsigned
react_to(struct screen *s, unsigned react, enum w_event event)
{
	struct fields_form *d = s->data;

	if (event == W_CANCEL) {
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	}
	if (event == W_ACCEPT && !d->sending)
		save(s);
	return react | REACT_REDRAW;
}

static unsigned
fields_input(struct screen *s, const struct input *in)
{
	struct fields_form *d = s->data;
	enum w_event event;
	unsigned react = w_form_input(&d->form, in, &event);

	return react == REACT_NONE && event == W_NONE
	           ? REACT_NONE
	           : react_to(s, react, event);
}

static unsigned
fields_paste(struct screen *s, const char *text, size_t n)
{
	struct fields_form *d = s->data;
	enum w_event event;
	unsigned react = w_form_paste(&d->form, text, n, &event);

	return react == REACT_NONE ? react : react_to(s, react, event);
}

static bool
fields_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static void
fields_subtitle(const struct screen *s, struct str *out)
{
	const struct fields_form *d = s->data;

	str_addf(out, _("Fields of ticket %lld"), (long long)d->number);
}

static void
fields_size(const struct screen *s, int *w, int *h)
{
	const struct fields_form *d = s->data;

	*w = 74;
	*h = (int)d->shown + 8 < 18 ? (int)d->shown + 8 : 18;
}

static const char *
fields_hints(const struct screen *s)
{
	(void)s;
	return "edit.accept move.next move.back";
}

static const struct screen_ops fields_ops = {
    .name = "ticket-form",
    .modal = true,
    .data_size = sizeof(struct fields_form),
    .open = fields_open,
    .close = fields_close,
    .layout = fields_layout,
    .draw = fields_draw,
    .input = fields_input,
    .paste = fields_paste,
    .wants_text = fields_wants_text,
    .subtitle = fields_subtitle,
    .size = fields_size,
    .hints = fields_hints,
};

static unsigned
fields_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)s, (void)r, (void)context;
	return REACT_REFRESH;
}

static void
on_fields(struct screen *s, struct ticket_form_data *data)
{
	const struct fields_args args = {s->data, data};
	struct err err = ERR_INIT;

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	if (data->value_count == 0)
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("Tickets of this category have no fields of their own"));
	else if (ui_push_for(s->ui, s, &fields_ops, data->ticket_id, &args,
		     fields_done, 0, &err) != 0)
		ui_toast_err(s->ui, &err);
}

void
ticket_do_fields(struct ui *ui, struct screen *s, const struct ticket *t)
{
	(void)ui;
	model_ticket_form(model_of(s), s, t->id, t->category, on_fields);
}
