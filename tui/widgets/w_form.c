/*
 * w_form - fields, focus and checks; drawing is in w_form_draw.c.
 */
#include "tui/widgets/w_form.h"

#include "common/i18n.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

void
w_form_init(struct w_form *f, const struct w_field *fields, int count)
{
	BUG_ON(count < 1 || count > W_FORM_FIELDS);
	memset(f, 0, sizeof *f);
	f->fields = fields;
	f->count = count;
	f->w = 60;
	f->h = 20;
	for (int i = 0; i < count; i++) {
		w_line_init(&f->lines[i]);
		f->lines[i].secret = fields[i].kind == W_FIELD_SECRET;
		f->choices[i] = fields[i].choices;
		if (fields[i].max_bytes > 0 &&
		    fields[i].max_bytes < f->lines[i].max_bytes)
			f->lines[i].max_bytes = fields[i].max_bytes;
		if (fields[i].kind != W_FIELD_TEXT)
			continue;
		f->texts[i] = xcalloc(1, sizeof *f->texts[i]);
		w_editor_init(f->texts[i]);
		if (fields[i].max_bytes > 0)
			f->texts[i]->max_bytes = fields[i].max_bytes;
	}
}

void
w_form_free(struct w_form *f)
{
	for (int i = 0; i < f->count; i++) {
		w_line_free(&f->lines[i]);
		if (f->texts[i] != NULL)
			w_editor_free(f->texts[i]);
		FREE(&f->texts[i]);
		FREE(&f->errors[i]);
	}
}

static int
find_field(const struct w_form *f, const char *name)
{
	int i = 0;

	while (i < f->count && !str_equal(f->fields[i].name, name))
		i++;
	return i;
}

/* What field j of from holds goes over to field i of to, and back. */
static void
swap_field(struct w_form *to, int i, struct w_form *from, int j)
{
	struct w_line line = to->lines[i];
	struct w_editor *text = to->texts[i];

	to->lines[i] = from->lines[j];
	from->lines[j] = line;
	to->texts[i] = from->texts[j];
	from->texts[j] = text;
	to->errors[i] = from->errors[j];
	from->errors[j] = NULL;
	to->choices[i] = from->choices[j];
	to->choices_outside[i] = from->choices_outside[j];
	to->choice[i] = from->choice[j];
}

void
w_form_change(struct w_form *f, const struct w_field *fields, int count)
{
	struct w_form now;
	int focus;

	w_form_init(&now, fields, count);
	now.w = f->w;
	now.h = f->h;
	for (int i = 0; i < count; i++) {
		int j = find_field(f, fields[i].name);

		if (j < f->count && f->fields[j].kind == fields[i].kind)
			swap_field(&now, i, f, j);
	}
	focus = find_field(&now, f->fields[f->focus].name);
	now.focus = focus < count        ? focus
	            : f->focus < count ? f->focus
				       : count - 1;
	w_form_free(f);
	*f = now;
}

static int
place_of(const struct w_form *f, const char *name)
{
	int i = find_field(f, name);

	if (i < f->count)
		return i;
	BUG("form has no field %s", name);
}

const char *
w_form__label(const struct w_field *field)
{
	return field->label_outside ? field->label : _(field->label);
}

int
w_form_label_width(const struct w_form *f)
{
	int widest = 0;

	if (f->w < W_FORM_NARROW)
		return 0;
	for (int i = 0; i < f->count; i++) {
		const char *label = w_form__label(&f->fields[i]);
		int cells = canvas_cells(label, strlen(label));

		if (cells > widest)
			widest = cells;
	}
	/* The label, a star when it is required, and a blank. */
	widest += 2;
	return widest < f->w / 2 ? widest : f->w / 2;
}

void
w_form_layout(struct w_form *f, int w, int h)
{
	f->w = w;
	f->h = h;
	for (int i = 0; i < f->count; i++) {
		int rows = f->fields[i].rows > 0 ? f->fields[i].rows : 4;

		if (f->texts[i] != NULL)
			w_editor_layout(
			    f->texts[i], w - w_form_label_width(f), rows);
	}
}

static void
set_error(struct w_form *f, int i, const char *text)
{
	free(f->errors[i]);
	f->errors[i] = xstrdup(text);
}

void
w_form_set_text(struct w_form *f, const char *name, const char *text)
{
	int i = place_of(f, name);

	if (f->texts[i] != NULL)
		w_editor_set(f->texts[i], text, strlen(text));
	else
		w_line_set(&f->lines[i], text);
}

const char *
w_form_text(const struct w_form *f, const char *name)
{
	int i = place_of(f, name);

	return f->texts[i] != NULL ? w_editor_text(f->texts[i], NULL)
	                           : w_line_text(&f->lines[i]);
}

static int
choice_count(const struct w_form *f, int i)
{
	int n = 0;

	while (f->choices[i] != NULL && f->choices[i][n] != NULL)
		n++;
	return n;
}

void
w_form_set_choice(struct w_form *f, const char *name, int index)
{
	int i = place_of(f, name);

	if (index >= 0 && index < choice_count(f, i))
		f->choice[i] = index;
}

int
w_form_choice(const struct w_form *f, const char *name)
{
	return f->choice[place_of(f, name)];
}

void
w_form_set_choices(
    struct w_form *f, const char *name, const char *const *choices)
{
	int i = place_of(f, name);

	f->choices[i] = choices;
	f->choices_outside[i] = true;
	f->choice[i] = 0;
}

void
w_form_set_error(struct w_form *f, const char *name, const char *text)
{
	int i = place_of(f, name);

	set_error(f, i, text);
	if (text != NULL)
		f->focus = i;
}

void
w_form_focus(struct w_form *f, const char *name)
{
	f->focus = place_of(f, name);
}

static bool
check_field(struct w_form *f, int i)
{
	const struct w_field *field = &f->fields[i];
	const char *value = w_form_text(f, field->name);
	struct err err = ERR_INIT;

	set_error(f, i, NULL);
	if (field->kind == W_FIELD_CHOICE)
		return true;
	if (field->required && value[strspn(value, " \n")] == '\0') {
		set_error(f, i, _("This field cannot be empty"));
		return false;
	}
	if (field->check == NULL || value[0] == '\0' ||
	    field->check(value, &err) == 0)
		return true;
	set_error(f, i, err.text);
	return false;
}

bool
w_form_check(struct w_form *f)
{
	int wrong = -1;

	for (int i = f->count - 1; i >= 0; i--) {
		if (!check_field(f, i))
			wrong = i;
	}
	if (wrong >= 0)
		f->focus = wrong;
	return wrong < 0;
}

bool
w_form_wants_text(const struct w_form *f)
{
	return f->fields[f->focus].kind != W_FIELD_CHOICE;
}

static unsigned
accept(struct w_form *f, enum w_event *event)
{
	if (!w_form_check(f))
		return REACT_REDRAW | REACT_BEEP;
	*event = W_ACCEPT;
	return REACT_REDRAW;
}

static unsigned
move(struct w_form *f, int step, enum w_event *event)
{
	check_field(f, f->focus);
	/* An empty field that was only passed by is no error yet. */
	if (w_form_text(f, f->fields[f->focus].name)[0] == '\0')
		set_error(f, f->focus, NULL);
	f->focus = (f->focus + f->count + step) % f->count;
	*event = W_MOVED;
	return REACT_REDRAW;
}

static unsigned
change_choice(struct w_form *f, int step, enum w_event *event)
{
	int i = f->focus, n = choice_count(f, i);

	if (n == 0)
		return REACT_BEEP;
	f->choice[i] = (f->choice[i] + n + step) % n;
	*event = W_CHANGED;
	return REACT_REDRAW;
}

static unsigned
choice_input(struct w_form *f, const struct input *in, enum w_event *event)
{
	switch (in->nav) {
	case NAV_LEFT:
		return change_choice(f, -1, event);
	case NAV_RIGHT:
	case NAV_MARK:
		return change_choice(f, 1, event);
	default:
		break;
	}
	/* A screen that wants text all the time gives the blank as text. */
	return in->key.cp == ' ' ? change_choice(f, 1, event) : REACT_NONE;
}

static unsigned
field_input(struct w_form *f, const struct input *in, enum w_event *event)
{
	int i = f->focus;

	switch (f->fields[i].kind) {
	case W_FIELD_CHOICE:
		return choice_input(f, in, event);
	case W_FIELD_TEXT:
		return w_editor_input(f->texts[i], in, event);
	case W_FIELD_LINE:
	case W_FIELD_SECRET:
		return w_line_input(&f->lines[i], in, event);
	}
	return REACT_NONE;
}

unsigned
w_form_input(struct w_form *f, const struct input *in, enum w_event *event)
{
	unsigned react;

	*event = W_NONE;
	switch (in->nav) {
	case NAV_NEXT:
		return move(f, 1, event);
	case NAV_PREV:
		return move(f, -1, event);
	case NAV_ACCEPT:
		return accept(f, event);
	case NAV_BACK:
		*event = W_CANCEL;
		return REACT_HANDLED;
	case NAV_OPEN:
		if (f->fields[f->focus].kind == W_FIELD_TEXT)
			break;
		if (f->focus == f->count - 1)
			return accept(f, event);
		return move(f, 1, event);
	default:
		break;
	}
	react = field_input(f, in, event);
	if (*event == W_CHANGED)
		set_error(f, f->focus, NULL);
	if (react == REACT_NONE && in->nav == NAV_UP)
		return move(f, -1, event);
	if (react == REACT_NONE && in->nav == NAV_DOWN)
		return move(f, 1, event);
	return react;
}

unsigned
w_form_paste(struct w_form *f, const char *text, size_t n, enum w_event *event)
{
	int i = f->focus;

	*event = W_NONE;
	if (f->fields[i].kind == W_FIELD_CHOICE)
		return REACT_NONE;
	set_error(f, i, NULL);
	if (f->texts[i] != NULL)
		return w_editor_paste(f->texts[i], text, n, event);
	return w_line_paste(&f->lines[i], text, n, event);
}
