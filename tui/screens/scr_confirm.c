/*
 * scr_confirm - a question whose default is No.
 */
#include "tui/screens/dialogs.h"

#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "tui/widgets/w_text.h"

#include <stdlib.h>
#include <string.h>

struct confirm {
	char *title, *yes, *type; /* owned; type may be NULL */
	struct w_text question;
	struct w_line typed;
	bool danger, on_yes, is_page;
};

static int
confirm_open(struct screen *s, const void *args, struct err *err)
{
	struct confirm *d = s->data;
	const struct confirm_args *a = args;

	(void)err;
	d->title = xstrdup(a->title);
	d->yes = xstrdup(a->yes != NULL ? a->yes : _("Yes"));
	d->type = xstrdup(a->type);
	d->danger = a->danger;
	d->is_page = a->is_page;
	w_line_init(&d->typed);
	w_text_init(&d->question);
	w_text_outside(
	    &d->question, ROLE_NORMAL, 0, a->question, strlen(a->question));
	if (d->type != NULL) {
		struct str line;

		str_init(&line);
		str_addf(&line, _("Type \"%s\" to confirm:"), d->type);
		w_text_gap(&d->question);
		w_text_outside(&d->question, ROLE_STRONG, 0, line.s, line.len);
		str_free(&line);
	}
	return 0;
}

static void
confirm_close(struct screen *s)
{
	struct confirm *d = s->data;

	FREE(&d->title);
	FREE(&d->yes);
	FREE(&d->type);
	w_line_free(&d->typed);
	w_text_free(&d->question);
}

static void
confirm_layout(struct screen *s, int w, int h)
{
	struct confirm *d = s->data;

	w_text_layout(&d->question, w - 2, h > 2 ? h - 2 : 1);
}

static void
confirm_subtitle(const struct screen *s, struct str *out)
{
	const struct confirm *d = s->data;

	str_add(out, d->title);
}

static void
confirm_size(const struct screen *s, int *w, int *h)
{
	const struct confirm *d = s->data;

	*w = d->is_page ? 76 : 60;
	*h = d->is_page ? 18 : d->type != NULL ? 8 : 6;
}

static int
draw_button(struct canvas *c, int x, int y, const char *text, bool focused,
    enum role role)
{
	if (focused) {
		role = ROLE_SELECTED;
		canvas_cursor(c, x + 2, y);
	}
	x += canvas_text(c, x, y, -1, role, "[ ");
	x += canvas_outside(c, x, y, -1, role, text, strlen(text));
	x += canvas_text(c, x, y, -1, role, " ]");
	return x + 2;
}

static void
confirm_draw(const struct screen *s, struct canvas *c)
{
	const struct confirm *d = s->data;
	struct canvas text = canvas_sub(c, 1, 0, c->w - 2, c->h - 2);
	int y = c->h - 1, x = 1, cells;

	w_text_draw(&d->question, &text, false);
	if (d->type != NULL) {
		w_line_draw(&d->typed, c, 1, y, c->w - 2, true);
		return;
	}
	x = draw_button(c, x, y, _("No"), !d->on_yes, ROLE_HINT);
	x = draw_button(
	    c, x, y, d->yes, d->on_yes, d->danger ? ROLE_DANGER : ROLE_HINT);
	/* The letters that answer at once; see confirm_input. */
	cells = canvas_cells(_("y yes  n no"), strlen(_("y yes  n no")));
	if (cells < c->w - x)
		canvas_text(c, c->w - cells - 1, y, cells, ROLE_MUTED,
		    _("y yes  n no"));
}

static unsigned
confirm_end(struct screen *s, bool accepted)
{
	struct screen_result result = {accepted, accepted ? 1 : 0, NULL};

	ui_finish(s->ui, s, &result);
	return REACT_HANDLED;
}

static unsigned
typed_input(struct screen *s, const struct input *in)
{
	struct confirm *d = s->data;
	enum w_event event;
	unsigned react = w_line_input(&d->typed, in, &event);

	if (event == W_CANCEL)
		return confirm_end(s, false);
	if (event != W_ACCEPT)
		return react;
	if (str_equal(w_line_text(&d->typed), d->type))
		return confirm_end(s, true);
	return REACT_BEEP;
}

static unsigned
confirm_input(struct screen *s, const struct input *in)
{
	struct confirm *d = s->data;
	uint32_t cp = in->key.code == KC_CHAR && in->key.mods == 0
	                  ? in->key.cp | 0x20
	                  : 0;
	enum w_event event;

	if (d->type != NULL)
		return typed_input(s, in);
	if (w_text_wants_text(&d->question))
		return w_text_input(&d->question, in, &event);
	switch (in->nav) {
	case NAV_LEFT:
	case NAV_RIGHT:
	case NAV_NEXT:
	case NAV_PREV:
		d->on_yes = !d->on_yes;
		return REACT_REDRAW;
	case NAV_OPEN:
		return confirm_end(s, d->on_yes);
	case NAV_BACK:
		return confirm_end(s, false);
	case NAV_NONE:
		break;
	default:
		return d->is_page ? w_text_input(&d->question, in, &event)
		                  : REACT_NONE;
	}
	if (cp == 'y' || (cp == 's' && i18n_lang() == LANG_ES))
		return confirm_end(s, true);
	if (cp == 'n')
		return confirm_end(s, false);
	return REACT_NONE;
}

static unsigned
confirm_paste(struct screen *s, const char *text, size_t n)
{
	struct confirm *d = s->data;
	enum w_event event;

	if (d->type == NULL)
		return REACT_BEEP;
	return w_line_paste(&d->typed, text, n, &event);
}

static bool
confirm_wants_text(const struct screen *s)
{
	const struct confirm *d = s->data;

	return d->type != NULL || w_text_wants_text(&d->question);
}

static const char *
confirm_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back";
}

static const struct screen_ops confirm_ops = {
    .name = "confirm",
    .modal = true,
    .data_size = sizeof(struct confirm),
    .open = confirm_open,
    .close = confirm_close,
    .layout = confirm_layout,
    .draw = confirm_draw,
    .input = confirm_input,
    .paste = confirm_paste,
    .wants_text = confirm_wants_text,
    .subtitle = confirm_subtitle,
    .hints = confirm_hints,
    .size = confirm_size,
};

void
confirm_push(struct ui *ui, struct screen *parent,
    const struct confirm_args *args, screen_result_fn *done, int64_t context)
{
	struct err err = ERR_INIT;

	if (ui_push_for(
		ui, parent, &confirm_ops, 0, args, done, context, &err) != 0)
		ui_toast_err(ui, &err);
}
