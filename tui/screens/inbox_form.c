/* inbox_form - see inbox_form.h. */
#include "tui/screens/inbox_form.h"

#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "tui/app.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_BYTES  1024
#define PREVIEW_ROWS 4

static const char *const value_names[INBOX_VALUES] = {"1", "2", "3", "4", "5",
    "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"};

void
inbox__form_free(struct template_form *f)
{
	if (f->form_made) {
		w_form_free(&f->form);
		w_text_free(&f->preview);
	}
	for (size_t i = 0; f->choices != NULL && f->choices[i] != NULL; i++)
		free(f->choices[i]);
	free(f->choices);
	template_list_free(&f->rows, f->count);
	*f = (struct template_form){0};
}

/* The n-th placeholder that differs from those before: "{{name}}". */
static void
placeholder(const char *body, int n, char *out, size_t size)
{
	const char *open = body, *close;
	char raw[64];

	str_copy(out, size, "");
	for (int found = 0; (open = strstr(open, "{{")) != NULL &&
			    (close = strstr(open, "}}")) != NULL;
	     open = close + 2) {
		size_t len = (size_t)(close + 2 - open);
		const char *first;

		str_format(raw, sizeof(raw), "%.*s", (int)len, open);
		first = strstr(body, raw);
		if (first != open)
			continue; /* named before */
		if (found++ != n)
			continue;
		text_safe_buf(out, size, raw);
		return;
	}
}

static void
values_of(const struct template_form *f, const char *values[INBOX_VALUES + 1])
{
	const struct message_template *t = &f->rows[f->at];

	for (int i = 0; i < t->parameters; i++) {
		const char *v = w_form_text(&f->form, value_names[i]);

		values[i] = v[0] != '\0' ? v : f->labels[i];
	}
	values[t->parameters] = NULL;
}

static void
show_preview(struct template_form *f)
{
	const char *values[INBOX_VALUES + 1];
	struct str text = STR_INIT;

	values_of(f, values);
	model_inbox_fill(&f->rows[f->at], values, &text);
	w_text_clear(&f->preview);
	w_text_outside(&f->preview, ROLE_REPLY, 0, text.s, text.len);
	str_free(&text);
	inbox__form_layout(f, f->w, f->h);
}

static void
make_fields(struct template_form *f)
{
	const struct message_template *t = &f->rows[f->at];

	f->fields[0] = (struct w_field){.name = "template",
	    .label = N_("Template"),
	    .kind = W_FIELD_CHOICE};
	for (int i = 0; i < t->parameters; i++) {
		placeholder(t->body, i, f->labels[i], sizeof(f->labels[i]));
		f->fields[i + 1] = (struct w_field){.name = value_names[i],
		    .label = f->labels[i],
		    .kind = W_FIELD_LINE,
		    .required = true,
		    .max_bytes = VALUE_BYTES};
	}
}

/* Another template keeps what was typed in fields of the same place. */
static void
make_form(struct template_form *f)
{
	char *kept[INBOX_VALUES] = {NULL};
	int count = f->rows[f->at].parameters;

	for (int i = 0; f->form_made && i + 1 < f->form.count; i++)
		kept[i] = xstrdup(w_form_text(&f->form, value_names[i]));
	if (f->form_made)
		w_form_free(&f->form);
	else
		w_text_init(&f->preview);
	make_fields(f);
	w_form_init(&f->form, f->fields, count + 1);
	f->form_made = true;
	w_form_set_choices(
	    &f->form, "template", (const char *const *)f->choices);
	w_form_set_choice(&f->form, "template", (int)f->at);
	for (int i = 0; i < INBOX_VALUES; i++) {
		if (i < count && kept[i] != NULL)
			w_form_set_text(&f->form, value_names[i], kept[i]);
		free(kept[i]);
	}
	show_preview(f);
}

static void
set_rows(struct template_form *f, struct message_template *rows, size_t count)
{
	f->rows = rows;
	f->loaded = true;
	f->choices = xcalloc(count + 1, sizeof(f->choices[0]));
	for (size_t i = 0; i < count; i++) {
		struct message_template *t = &rows[i];

		if (t->parameters < 0 || t->parameters > INBOX_VALUES) {
			template_clear(t);
			continue;
		}
		rows[f->count] = *t;
		f->choices[f->count++] = xasprintf("%s (%s)", t->name, t->lang);
	}
	if (f->count > 0)
		make_form(f);
}

void
inbox__form_take(struct screen *s, struct template_form *f,
    struct inbox_templates *t, const struct model_answer *answer)
{
	bool fetching = f->fetching;

	if (f->form_made)
		return;
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	inbox__form_free(f);
	f->fetching = fetching;
	set_rows(f, t->rows, t->count);
	t->rows = NULL;
	t->count = 0;
	if (f->count == 0 && !fetching && !model_is_readonly(model_of(s)) &&
	    model_may(model_of(s), "channel.test")) {
		f->fetching = true;
		model_inbox_fetch(model_of(s), t->channel);
	}
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

bool
inbox__form_wants_rows(const struct template_form *f)
{
	return f->loaded && !f->form_made;
}

bool
inbox__form_is_ready(const struct template_form *f)
{
	return f->form_made;
}

bool
inbox__form_check(struct template_form *f)
{
	return f->form_made && w_form_check(&f->form);
}

void
inbox__form_fill_act(const struct template_form *f, struct inbox_act *act)
{
	const struct message_template *t = &f->rows[f->at];

	act->template_name = xstrdup(t->name);
	act->template_lang = xstrdup(t->lang);
	for (int i = 0; i < t->parameters; i++)
		act->template_values[i] =
		    xstrdup(w_form_text(&f->form, value_names[i]));
}

/* Rows of the fields; below a width labels stand above them. */
static int
field_rows(const struct template_form *f, int w)
{
	return f->form.count * (w < W_FORM_NARROW ? 2 : 1);
}

int
inbox__form_rows(const struct template_form *f, int w)
{
	return f->form_made ? field_rows(f, w) + PREVIEW_ROWS + 1 : 3;
}

void
inbox__form_layout(struct template_form *f, int w, int h)
{
	f->w = w;
	f->h = h;
	if (!f->form_made)
		return;
	w_form_layout(&f->form, w, h);
	w_text_layout(&f->preview, w - 2, PREVIEW_ROWS);
}

static void
form_changed(struct template_form *f)
{
	size_t at = (size_t)w_form_choice(&f->form, "template");

	if (at != f->at && at < f->count) {
		f->at = at;
		make_form(f);
	} else {
		show_preview(f);
	}
}

unsigned
inbox__form_input(
    struct template_form *f, const struct input *in, enum w_event *event)
{
	unsigned react;

	*event = W_NONE;
	if (!f->form_made) {
		*event = in->nav == NAV_BACK ? W_CANCEL : W_NONE;
		return REACT_HANDLED;
	}
	react = w_form_input(&f->form, in, event);
	if (*event == W_CHANGED)
		form_changed(f);
	return react;
}

unsigned
inbox__form_paste(
    struct template_form *f, const char *text, size_t n, enum w_event *event)
{
	unsigned react;

	*event = W_NONE;
	if (!f->form_made)
		return REACT_NONE;
	react = w_form_paste(&f->form, text, n, event);
	if (*event == W_CHANGED)
		form_changed(f);
	return react;
}

void
inbox__form_draw(const struct template_form *f, struct canvas *c)
{
	struct canvas fields, preview;
	int rows;

	if (!f->form_made) {
		canvas_text(c, 0, 0, c->w, ROLE_MUTED,
		    f->loaded ? _("The channel has no approved template")
			      : _("Reading..."));
		if (f->loaded)
			canvas_text(c, 0, 1, c->w, ROLE_MUTED,
			    f->fetching
				? _("They are being fetched from the provider")
				: _("System fetches them from the provider"));
		return;
	}
	rows = field_rows(f, c->w);
	if (rows > c->h)
		rows = c->h;
	fields = canvas_sub(c, 0, 0, c->w, rows);
	w_form_draw(&f->form, &fields);
	if (rows >= c->h)
		return;
	canvas_text(c, 0, rows, c->w, ROLE_MUTED, _("This will be sent:"));
	preview = canvas_sub(c, 2, rows + 1, c->w - 2, c->h - rows - 1);
	w_text_draw(&f->preview, &preview, false);
}
