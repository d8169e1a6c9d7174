/* scr_conflict - see scr_conflict.h. */
#include "tui/screens/scr_conflict.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"

#include <stdlib.h>
#include <string.h>

struct clash {
	const struct field *field;
	char *own_key, *own_name;        /* owned; NULL: of the field */
	char *yours, *theirs, *raw, *by; /* owned */
	int64_t at_us;
	bool keep_theirs;
};

struct conflict_data {
	struct clash *rows; /* owned */
	size_t count, at;
	int64_t version;
	uint64_t parent; /* serial */
	const struct conflict_ops *ops;
};

struct conflict_args {
	const struct conflict *conflict;
	const struct screen *parent;
	const struct conflict_ops *ops;
};

/* Does the value that stands differ from what the parent began with? */
static bool
is_clash(const struct conflict_args *a, const struct conflict_field *f)
{
	const char *was = a->ops->was(a->parent, f);

	return was != NULL && !str_equal(was, f->raw);
}

static int
conflict_open(struct screen *s, const void *args, struct err *err)
{
	struct conflict_data *d = s->data;
	const struct conflict_args *a = args;

	(void)err;
	d->parent = a->parent->serial;
	d->ops = a->ops;
	d->version = a->conflict->version;
	d->rows = xcalloc(a->conflict->count + 1, sizeof(d->rows[0]));
	for (size_t i = 0; i < a->conflict->count; i++) {
		const struct conflict_field *f = &a->conflict->fields[i];

		if (!is_clash(a, f))
			continue;
		d->rows[d->count++] = (struct clash){.field = f->field,
		    .own_key = xstrdup(f->own_key),
		    .own_name = xstrdup(f->own_name),
		    .yours = xstrdup(f->yours),
		    .theirs = xstrdup(f->theirs),
		    .raw = xstrdup(f->raw),
		    .by = xstrdup(f->by),
		    .at_us = f->at_us};
	}
	return 0;
}

static void
conflict_close(struct screen *s)
{
	struct conflict_data *d = s->data;

	for (size_t i = 0; i < d->count; i++) {
		free(d->rows[i].own_key);
		free(d->rows[i].own_name);
		free(d->rows[i].raw);
		free(d->rows[i].yours);
		free(d->rows[i].theirs);
		free(d->rows[i].by);
	}
	free(d->rows);
}

static void
draw_value(
    struct canvas *c, int y, const char *label, const char *value, bool chosen)
{
	enum role role = chosen ? ROLE_STRONG : ROLE_MUTED;
	int x = 2;

	x += canvas_text(c, x, y, -1, role, chosen ? "(*) " : "( ) ");
	x += canvas_textf(c, x, y, -1, role, "%s: ", label);
	canvas_outside(c, x, y, c->w - x, role, value, strlen(value));
}

static void
draw_clash(const struct screen *s, struct canvas *c, int y, size_t i)
{
	const struct conflict_data *d = s->data;
	const struct clash *r = &d->rows[i];
	enum role role = i == d->at ? ROLE_SELECTED : ROLE_HEADER;
	char time[32];
	int x;

	app_time(app_of(s->ui), time, sizeof(time), r->at_us);
	canvas_fill(c, 0, y, c->w, role);
	x = 1;
	if (r->own_name != NULL)
		x += canvas_outside(
		    c, 1, y, c->w / 2, role, r->own_name, strlen(r->own_name));
	else
		x += canvas_text(c, 1, y, -1, role, _(r->field->label));
	x += canvas_text(c, x, y, -1, role, "   ");
	x += canvas_text(c, x, y, -1, role, time);
	x += canvas_text(c, x, y, -1, role, " ");
	canvas_outside(c, x, y, c->w - x, role, r->by, strlen(r->by));
	draw_value(c, y + 1, _("yours"), r->yours, !r->keep_theirs);
	draw_value(c, y + 2, _("theirs"), r->theirs, r->keep_theirs);
}

static void
conflict_draw(const struct screen *s, struct canvas *c)
{
	const struct conflict_data *d = s->data;
	size_t fit = c->h > 5 ? (size_t)(c->h - 2) / 3 : 1;
	size_t from = d->at >= fit ? d->at - fit + 1 : 0;
	int y = 0;

	if (c->h > 4)
		canvas_text(c, 1, y++, c->w - 2, ROLE_WARNING,
		    _("Somebody saved this record before you."));
	for (size_t i = from; i < d->count && y + 2 < c->h; i++, y += 3)
		draw_clash(s, c, y, i);
	if (y < c->h)
		canvas_text(c, 1, c->h - 1, c->w - 2, ROLE_HINT,
		    _("y yours  t theirs  Enter saves  Esc goes back"));
}

static unsigned
decide(struct screen *s)
{
	struct conflict_data *d = s->data;
	const struct conflict_ops *ops = d->ops;
	struct screen *parent = ui_find(s->ui, d->parent);
	int64_t version = d->version;

	for (size_t i = 0; i < d->count && parent != NULL; i++)
		if (d->rows[i].keep_theirs)
			ops->their(parent,
			    d->rows[i].own_key != NULL
				? d->rows[i].own_key
				: d->rows[i].field->column,
			    d->rows[i].raw);
	ui_finish(s->ui, s, NULL);
	if (parent != NULL)
		ops->go_on(parent, version);
	return REACT_HANDLED;
}

static unsigned
choose(struct conflict_data *d, bool theirs)
{
	if (d->count == 0)
		return REACT_BEEP;
	d->rows[d->at].keep_theirs = theirs;
	return REACT_REDRAW;
}

static unsigned
conflict_input(struct screen *s, const struct input *in)
{
	struct conflict_data *d = s->data;

	switch (in->nav) {
	case NAV_UP:
	case NAV_PREV:
		d->at -= d->at > 0 ? 1 : 0;
		return REACT_REDRAW;
	case NAV_DOWN:
	case NAV_NEXT:
		d->at += d->at + 1 < d->count ? 1 : 0;
		return REACT_REDRAW;
	case NAV_LEFT:
		return choose(d, false);
	case NAV_RIGHT:
		return choose(d, true);
	case NAV_MARK:
		return d->count == 0 ? REACT_BEEP
		                     : choose(d, !d->rows[d->at].keep_theirs);
	case NAV_OPEN:
	case NAV_ACCEPT:
		return decide(s);
	case NAV_BACK:
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	default:
		break;
	}
	if (in->key.cp == 'y')
		return choose(d, false);
	if (in->key.cp == 't')
		return choose(d, true);
	return REACT_NONE;
}

static void
conflict_size(const struct screen *s, int *w, int *h)
{
	const struct conflict_data *d = s->data;
	size_t rows = d->count < 5 ? d->count : 5;

	*w = 70;
	*h = (int)rows * 3 + 3;
}

static const char *
conflict_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back";
}

static const struct screen_ops conflict_screen = {
    .name = "conflict",
    .title = N_("Changed meanwhile"),
    .modal = true,
    .data_size = sizeof(struct conflict_data),
    .open = conflict_open,
    .close = conflict_close,
    .draw = conflict_draw,
    .input = conflict_input,
    .hints = conflict_hints,
    .size = conflict_size,
};

void
conflict_resolve(struct screen *s, const struct conflict *conflict,
    const struct conflict_ops *ops)
{
	struct conflict_args args = {conflict, s, ops};
	struct err err = ERR_INIT;
	bool any = false;

	for (size_t i = 0; i < conflict->count; i++)
		any = any || is_clash(&args, &conflict->fields[i]);
	if (!any)
		ops->go_on(s, conflict->version);
	else if (ui_push(s->ui, &conflict_screen, 0, &args, &err) != 0)
		ui_toast_err(s->ui, &err);
}
