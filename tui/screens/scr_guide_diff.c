/* scr_guide_diff - what differs between two texts of a guide, on a page. */
#include "tui/screens/guide_edit_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"

#include <stdlib.h>

struct diff {
	char *title, *yes; /* owned; yes may be NULL */
	struct w_text text;
};

static void
add_line(struct w_text *t, const struct diff_line *l)
{
	enum role role = l->sign == '-'   ? ROLE_DANGER
	                 : l->sign == '+' ? ROLE_OK
	                                  : ROLE_MUTED;
	struct str line = STR_INIT;

	if (l->skips)
		w_text_add(t, ROLE_MUTED, 0, "...");
	str_addf(&line, "%5d %c ", l->number, l->sign);
	str_addn(&line, l->text, l->len);
	w_text_outside(t, role, 0, line.s, line.len);
	w_text_set_hang(t, 8);
	str_free(&line);
}

static int
diff_open(struct screen *s, const void *args, struct err *err)
{
	struct diff *d = s->data;
	const struct guide_diff_args *a = args;

	(void)err;
	d->title = xstrdup(a->title);
	d->yes = a->yes != NULL ? xstrdup(a->yes) : NULL;
	w_text_init(&d->text);
	for (size_t i = 0; i < a->count; i++)
		add_line(&d->text, &a->lines[i]);
	if (a->count == 0)
		w_text_add(&d->text, ROLE_MUTED, 0, _("Nothing differs"));
	return 0;
}

static void
diff_close(struct screen *s)
{
	struct diff *d = s->data;

	free(d->title);
	free(d->yes);
	w_text_free(&d->text);
}

static void
diff_layout(struct screen *s, int w, int h)
{
	struct diff *d = s->data;

	w_text_layout(&d->text, w, h > 1 ? h - 1 : 1);
}

static void
diff_draw(const struct screen *s, struct canvas *c)
{
	const struct diff *d = s->data;
	struct canvas text = canvas_sub(c, 0, 0, c->w, c->h - 1);
	int x = 1, y = c->h - 1;

	w_text_draw(&d->text, &text, true);
	if (y < 1)
		return;
	if (d->yes != NULL) {
		x += canvas_text(c, x, y, -1, ROLE_KEY, "y ");
		x += canvas_text(c, x, y, -1, ROLE_HINT, d->yes);
		x += 2;
	}
	x += canvas_text(c, x, y, -1, ROLE_KEY, "Esc ");
	canvas_text(c, x, y, c->w - x, ROLE_HINT, _("goes back"));
}

static unsigned
diff_end(struct screen *s, bool accepted)
{
	struct screen_result result = {accepted, accepted ? 1 : 0, NULL};

	ui_finish(s->ui, s, &result);
	return REACT_HANDLED;
}

static unsigned
diff_input(struct screen *s, const struct input *in)
{
	struct diff *d = s->data;
	enum w_event event;
	unsigned react;

	if (!w_text_wants_text(&d->text) && in->nav == NAV_NONE &&
	    in->key.cp == 'y' && d->yes != NULL)
		return diff_end(s, true);
	react = w_text_input(&d->text, in, &event);
	if (react == REACT_NONE && in->nav == NAV_BACK)
		return diff_end(s, false);
	return react;
}

static bool
diff_wants_text(const struct screen *s)
{
	const struct diff *d = s->data;

	return w_text_wants_text(&d->text);
}

static void
diff_subtitle(const struct screen *s, struct str *out)
{
	const struct diff *d = s->data;

	str_add(out, d->title);
}

static void
diff_size(const struct screen *s, int *w, int *h)
{
	(void)s;
	*w = CANVAS_MAX_SIDE;
	*h = CANVAS_MAX_SIDE;
}

static const char *
diff_hints(const struct screen *s)
{
	(void)s;
	return "move.back move.filter move.page-down";
}

static const struct screen_ops diff_ops = {
    .name = "guide-diff",
    .modal = true,
    .data_size = sizeof(struct diff),
    .open = diff_open,
    .close = diff_close,
    .layout = diff_layout,
    .draw = diff_draw,
    .input = diff_input,
    .wants_text = diff_wants_text,
    .hints = diff_hints,
    .subtitle = diff_subtitle,
    .size = diff_size,
};

void
guide_diff_push(struct screen *parent, const struct guide_diff_args *args,
    screen_result_fn *done, int64_t context)
{
	struct err err = ERR_INIT;

	if (ui_push_for(parent->ui, parent, &diff_ops, 0, args, done, context,
		&err) != 0)
		ui_toast_err(parent->ui, &err);
}
