/*
 * w_form_draw - rows of a form.
 */
#include "tui/widgets/w_form.h"

#include "common/i18n.h"

#include <string.h>

static int
field_rows(const struct w_form *f, int i)
{
	int rows = 1;

	if (f->fields[i].kind == W_FIELD_TEXT)
		rows = f->fields[i].rows > 0 ? f->fields[i].rows : 4;
	if (w_form_label_width(f) == 0)
		rows++;
	return rows + (f->errors[i] != NULL ? 1 : 0);
}

/* The first row shown, so that the field with the focus is whole. */
static int
first_row(const struct w_form *f, int h)
{
	int before = 0, top = 0;

	for (int i = 0; i <= f->focus; i++) {
		int end = before + field_rows(f, i);

		if (end > top + h)
			top = end - h;
		if (i == f->focus && before < top)
			top = before;
		/* With one row only, the field and not its label. */
		if (i == f->focus && h == 1 && w_form_label_width(f) == 0)
			top = before + 1;
		before = end;
	}
	return top;
}

static void
draw_choice(const struct w_form *f, struct canvas *c, int i, int x, int y)
{
	bool focused = i == f->focus;
	enum role role = focused ? ROLE_FIELD_FOCUS : ROLE_FIELD;
	const char *text = "";
	int w = c->w - x;

	if (f->choices[i] != NULL && f->choices[i][0] != NULL)
		text = f->choices[i][f->choice[i]];
	canvas_fill(c, x, y, w, role);
	canvas_char(c, x, y, role, '<');
	if (f->choices_outside[i])
		canvas_outside(c, x + 2, y, w - 4, role, text, strlen(text));
	else
		canvas_text(c, x + 2, y, w - 4, role, _(text));
	canvas_char(c, x + w - 1, y, role, '>');
	if (focused)
		canvas_cursor(c, x + 2, y);
}

static void
draw_field(const struct w_form *f, struct canvas *c, int i, int y)
{
	const struct w_field *field = &f->fields[i];
	bool focused = i == f->focus;
	int x = w_form_label_width(f), used;
	int label_w = x > 0 ? x - 2 : c->w - 2;

	const char *label = w_form__label(field);

	used = canvas_outside(c, 0, y, label_w,
	    focused ? ROLE_STRONG : ROLE_NORMAL, label, strlen(label));
	if (field->required)
		canvas_char(c, used, y, ROLE_KEY, '*');
	if (x == 0)
		y++;
	if (field->kind == W_FIELD_CHOICE) {
		draw_choice(f, c, i, x, y);
	} else if (f->texts[i] != NULL) {
		struct canvas area = canvas_sub(
		    c, x, y, c->w - x, field->rows > 0 ? field->rows : 4);

		w_editor_draw(f->texts[i], &area,
		    focused ? ROLE_FIELD_FOCUS : ROLE_FIELD, focused);
		y += area.h - 1;
	} else {
		w_line_draw(&f->lines[i], c, x, y, c->w - x, focused);
	}
	if (f->errors[i] != NULL)
		canvas_outside(c, x, y + 1, -1, ROLE_ERROR, f->errors[i],
		    strlen(f->errors[i]));
}

void
w_form_draw(const struct w_form *f, struct canvas *c)
{
	int y;

	canvas_clear(c, ROLE_NORMAL);
	y = -first_row(f, c->h);
	for (int i = 0; i < f->count; i++) {
		if (y + field_rows(f, i) > 0 && y < c->h)
			draw_field(f, c, i, y);
		y += field_rows(f, i);
	}
}
