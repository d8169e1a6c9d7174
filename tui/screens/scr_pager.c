/*
 * scr_pager - a page of text on top of the screen; help is one.
 */
#include "tui/screens/dialogs.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_macro.h"
#include "tui/widgets/w_text.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_CELLS 14

struct pager {
	char *title; /* owned */
	struct w_text text;
};

struct pager_args {
	const char *title;
	const char *text; /* from outside, or NULL: keys of the front screen */
	size_t n;
};

static void
add_command(struct w_text *t, struct ui *ui, const char *context,
    const struct command *cmd)
{
	char keys[KEY_NAME_SIZE * 2];
	struct str line;

	str_init(&line);
	for (size_t i = 0; keymap_keys_of(
		 ui_keymap(ui), context, cmd->name, i, keys, sizeof keys);
	     i++) {
		if (i > 0)
			str_addc(&line, ' ');
		str_add(&line, keys);
	}
	if (line.len > 0) {
		int cells = canvas_cells(line.s, line.len);

		do
			str_addc(&line, ' ');
		while (++cells < KEYS_CELLS);
		str_addf(&line, "%s (%s)", _(cmd->help), cmd->name);
		w_text_outside(t, ROLE_NORMAL, 1, line.s, line.len);
		w_text_set_hang(t, KEYS_CELLS);
	}
	str_free(&line);
}

static void
add_section(
    struct w_text *t, struct ui *ui, const char *title, const char *context)
{
	const struct commands *cs = ui_commands(ui);
	const struct command *cmd;

	w_text_add(t, ROLE_HEADER, 0, title);
	for (size_t i = 0; (cmd = commands_at(cs, i)) != NULL; i++)
		add_command(t, ui, context, cmd);
	w_text_gap(t);
}

/* Those that a key runs; they belong to people, not to a table. */
static void
add_macros(struct w_text *t, const struct macro *rows, size_t count)
{
	struct str line = STR_INIT;
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		int cells = canvas_cells(rows[i].bound, strlen(rows[i].bound));

		if (rows[i].bound[0] == '\0')
			continue;
		if (!any)
			w_text_add(t, ROLE_HEADER, 0, _("Macros"));
		any = true;
		str_clear(&line);
		str_add(&line, rows[i].bound);
		do
			str_addc(&line, ' ');
		while (++cells < KEYS_CELLS);
		str_add(&line, rows[i].name);
		w_text_outside(t, ROLE_NORMAL, 1, line.s, line.len);
		w_text_set_hang(t, KEYS_CELLS);
	}
	if (any)
		w_text_gap(t);
	str_free(&line);
}

/* What is under the cursor of the front screen. */
static void
add_about(struct w_text *t, const struct screen *front)
{
	struct str title = STR_INIT, text = STR_INIT;

	if (front == NULL || front->ops->about == NULL)
		return;
	front->ops->about(front, &title, &text);
	if (title.len > 0) {
		w_text_outside(t, ROLE_HEADER, 0, title.s, title.len);
		w_text_outside(t, ROLE_NORMAL, 1, text.s, text.len);
		w_text_gap(t);
	}
	str_free(&title);
	str_free(&text);
}

static void
add_keys(struct w_text *t, struct ui *ui, const struct macro *macros,
    size_t macro_count)
{
	const struct screen *front = ui_front(ui);

	add_about(t, front);
	if (front != NULL)
		add_section(t, ui,
		    front->ops->title != NULL ? _(front->ops->title)
					      : front->ops->name,
		    front->ops->name);
	add_macros(t, macros, macro_count);
	add_section(t, ui, _("Everywhere"), KEYMAP_GLOBAL);
	add_section(t, ui, _("While typing"), KEYMAP_EDIT);
}

static void
on_macros(
    struct screen *s, const struct macro *rows, size_t count, int64_t context)
{
	struct pager *d = s->data;

	(void)context;
	w_text_clear(&d->text);
	add_keys(&d->text, s->ui, rows, count);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

/* Where tickets are, and whoever has macros. */
static void
ask_macros(struct screen *s)
{
	const struct screen *front = ui_front(s->ui);

	if (front == NULL || strncmp(front->ops->name, "ticket", 6) != 0 ||
	    ui_app(s->ui) == NULL || model_of(s) == NULL ||
	    !model_may(model_of(s), "macro.read"))
		return;
	model_macro_list(model_of(s), s, 0, on_macros);
}

/* A line that begins with blanks stays that far in when it is wrapped. */
static void
add_text(struct w_text *t, const char *text, size_t n)
{
	size_t at = 0, blanks, len;

	while (at < n) {
		const char *end = memchr(text + at, '\n', n - at);

		len = end != NULL ? (size_t)(end - (text + at)) : n - at;
		blanks = strspn(text + at, " ");
		if (blanks > len)
			blanks = len;
		if (len == blanks)
			w_text_gap(t);
		else
			w_text_outside(t, ROLE_NORMAL, (int)blanks,
			    text + at + blanks, len - blanks);
		at += len + 1;
	}
}

static int
pager_open(struct screen *s, const void *args, struct err *err)
{
	struct pager *d = s->data;
	const struct pager_args *a = args;

	(void)err;
	d->title = xstrdup(a->title);
	w_text_init(&d->text);
	if (a->text != NULL) {
		add_text(&d->text, a->text, a->n);
	} else {
		add_keys(&d->text, s->ui, NULL, 0);
		ask_macros(s);
	}
	return 0;
}

static void
pager_close(struct screen *s)
{
	struct pager *d = s->data;

	FREE(&d->title);
	w_text_free(&d->text);
}

static void
pager_layout(struct screen *s, int w, int h)
{
	struct pager *d = s->data;

	w_text_layout(&d->text, w, h);
}

static void
pager_draw(const struct screen *s, struct canvas *c)
{
	const struct pager *d = s->data;

	w_text_draw(&d->text, c, true);
}

static unsigned
pager_input(struct screen *s, const struct input *in)
{
	struct pager *d = s->data;
	enum w_event event;

	return w_text_input(&d->text, in, &event);
}

static bool
pager_wants_text(const struct screen *s)
{
	const struct pager *d = s->data;

	return w_text_wants_text(&d->text);
}

static void
pager_subtitle(const struct screen *s, struct str *out)
{
	const struct pager *d = s->data;

	str_add(out, d->title);
	w_text_place(&d->text, out);
}

static void
pager_size(const struct screen *s, int *w, int *h)
{
	(void)s;
	*w = 76;
	*h = 40;
}

static const char *
pager_hints(const struct screen *s)
{
	const struct pager *d = s->data;

	if (w_text_is_finding(&d->text))
		return "move.find-next move.find-previous move.back";
	return w_text_rows(&d->text) > (size_t)s->h
	           ? "move.page-down move.back move.filter"
	           : "move.back move.filter";
}

static const struct screen_ops pager_ops = {
    .name = "pager",
    .modal = true,
    .data_size = sizeof(struct pager),
    .open = pager_open,
    .close = pager_close,
    .layout = pager_layout,
    .draw = pager_draw,
    .input = pager_input,
    .wants_text = pager_wants_text,
    .hints = pager_hints,
    .subtitle = pager_subtitle,
    .size = pager_size,
};

static void
push(struct ui *ui, const struct pager_args *args)
{
	struct err err = ERR_INIT;

	if (ui_push(ui, &pager_ops, 0, args, &err) != 0)
		ui_toast_err(ui, &err);
}

void
help_push(struct ui *ui)
{
	const struct screen *top = ui_top(ui);
	struct pager_args args = {_("Keys"), NULL, 0};

	if (top != NULL && top->ops->modal) {
		ui_bell(ui);
		return;
	}
	push(ui, &args);
}

void
pager_push(struct ui *ui, const char *title, const char *text, size_t n)
{
	struct pager_args args = {title, text, n};

	push(ui, &args);
}
