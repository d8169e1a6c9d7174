/*
 * scr_prompt - one line of text, asked for.
 */
#include "tui/screens/dialogs.h"

#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "tui/widgets/textpos.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH      60
#define LABEL_ROWS 4 /* at most */

struct prompt {
	char *title, *label; /* owned */
	struct w_line line;
	struct w_line_history *history; /* borrowed, or NULL */
	bool may_be_empty;
	int (*check)(const char *value, struct err *err);
	char error[ERR_TEXT_SIZE];
};

static int
prompt_open(struct screen *s, const void *args, struct err *err)
{
	struct prompt *d = s->data;
	const struct prompt_args *a = args;

	(void)err;
	d->title = xstrdup(a->title);
	d->label = text_safe_dup(a->label, TEXT_LINE);
	d->may_be_empty = a->may_be_empty;
	d->check = a->check;
	d->history = a->history;
	w_line_init(&d->line);
	d->line.secret = a->secret;
	if (a->max_bytes > 0)
		d->line.max_bytes = a->max_bytes;
	w_line_set_history(&d->line, a->history);
	if (a->text != NULL)
		w_line_set(&d->line, a->text);
	return 0;
}

static void
prompt_close(struct screen *s)
{
	struct prompt *d = s->data;

	FREE(&d->title);
	FREE(&d->label);
	w_line_free(&d->line);
}

static void
prompt_subtitle(const struct screen *s, struct str *out)
{
	const struct prompt *d = s->data;

	str_add(out, d->title);
}

/* What is asked is read to its end: a guide's author wrote it. */
static int
label_rows(const struct prompt *d, int w)
{
	size_t rows = wrap_count(d->label, strlen(d->label), w > 3 ? w - 2 : 1);

	return rows < LABEL_ROWS ? (int)rows : LABEL_ROWS;
}

static void
prompt_size(const struct screen *s, int *w, int *h)
{
	*w = *w < WIDTH ? *w : WIDTH;
	*h = label_rows(s->data, *w) + 2;
}

static void
prompt_draw(const struct screen *s, struct canvas *c)
{
	const struct prompt *d = s->data;
	int rows = label_rows(d, c->w), y = 0;
	const char *at = d->label;

	if (rows > c->h - 2)
		rows = c->h > 3 ? c->h - 2 : 1;
	for (; y < rows; y++) {
		size_t left = strlen(at), next = left, n = left;

		if (y < rows - 1)
			n = wrap_row(at, left, c->w > 3 ? c->w - 2 : 1, &next);
		canvas_outside(c, 1, y, c->w - 2, ROLE_NORMAL, at, n);
		at += next;
	}
	w_line_draw(&d->line, c, 1, y, c->w - 2, true);
	canvas_outside(
	    c, 1, y + 1, c->w - 2, ROLE_ERROR, d->error, strlen(d->error));
}

static unsigned
prompt_accept(struct screen *s)
{
	struct prompt *d = s->data;
	const char *text = w_line_text(&d->line);
	struct screen_result result = {true, 0, text};
	struct err err = ERR_INIT;

	if (text[0] == '\0' && !d->may_be_empty) {
		str_copy(
		    d->error, sizeof d->error, _("This field cannot be empty"));
		return REACT_REDRAW | REACT_BEEP;
	}
	if (d->check != NULL && d->check(text, &err) != 0) {
		str_copy(d->error, sizeof d->error, err.text);
		return REACT_REDRAW | REACT_BEEP;
	}
	if (d->history != NULL && !d->line.secret)
		w_line_history_add(d->history, text);
	ui_finish(s->ui, s, &result);
	return REACT_HANDLED;
}

static unsigned
prompt_input(struct screen *s, const struct input *in)
{
	struct prompt *d = s->data;
	enum w_event event;
	unsigned react = w_line_input(&d->line, in, &event);

	if (event == W_CANCEL) {
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	}
	if (event == W_ACCEPT)
		return prompt_accept(s);
	if (event == W_CHANGED)
		d->error[0] = '\0';
	return react;
}

static unsigned
prompt_paste(struct screen *s, const char *text, size_t n)
{
	struct prompt *d = s->data;
	enum w_event event;

	return w_line_paste(&d->line, text, n, &event);
}

static bool
prompt_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static const char *
prompt_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back";
}

static const struct screen_ops prompt_ops = {
    .name = "prompt",
    .modal = true,
    .data_size = sizeof(struct prompt),
    .open = prompt_open,
    .close = prompt_close,
    .draw = prompt_draw,
    .input = prompt_input,
    .paste = prompt_paste,
    .wants_text = prompt_wants_text,
    .hints = prompt_hints,
    .subtitle = prompt_subtitle,
    .size = prompt_size,
};

void
prompt_push(struct ui *ui, struct screen *parent,
    const struct prompt_args *args, screen_result_fn *done, int64_t context)
{
	struct err err = ERR_INIT;

	if (ui_push_for(
		ui, parent, &prompt_ops, 0, args, done, context, &err) != 0)
		ui_toast_err(ui, &err);
}
