/*
 * scr_columns - the columns of the ticket list, to be chosen: Space shows or
 * hides one, Left and Right move it.
 */
#include "tui/screens/ticket_columns.h"

#include "common/i18n.h"

#define HINT_ROWS 2 /* below the list: a blank one and what the keys do */

struct columns {
	struct w_list list; /* its ids are columns, plus 1; marked ones show */
	enum ticket_column order[TICKET_COLUMN_COUNT];
};

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct columns *d = data;
	enum ticket_column c = d->order[index];

	out->trusted = true;
	out->text =
	    column == 0 ? ticket_column_title(c) : ticket_column_name(c);
	if (column == 1)
		out->role = ROLE_MUTED;
}

static const struct w_column list_columns[] = {
    {NULL, 16, 1, 0, ALIGN_LEFT},
    {NULL, 10, 1, 1, ALIGN_LEFT},
};

static const struct w_list_ops list_ops = {
    .columns = list_columns,
    .column_count = 2,
    .cell = cell,
    .no_header = true,
};

static void
set_rows(struct columns *d)
{
	int64_t ids[TICKET_COLUMN_COUNT];

	for (int i = 0; i < TICKET_COLUMN_COUNT; i++)
		ids[i] = (int64_t)d->order[i] + 1;
	w_list_set(&d->list, ids, TICKET_COLUMN_COUNT, false, false);
}

/* Those that are shown come first, in their order. */
static int
columns_open(struct screen *s, const void *args, struct err *err)
{
	const struct ticket_columns *now = args;
	struct columns *d = s->data;
	int n = 0;

	(void)err;
	w_list_init(&d->list, &list_ops, d);
	for (int i = 0; i < now->count; i++) {
		d->order[n++] = now->which[i];
		w_list_mark(&d->list, (int64_t)now->which[i] + 1, true);
	}
	for (int c = 0; c < TICKET_COLUMN_COUNT; c++)
		if (!w_list_is_marked(&d->list, c + 1))
			d->order[n++] = (enum ticket_column)c;
	set_rows(d);
	return 0;
}

static void
columns_close(struct screen *s)
{
	struct columns *d = s->data;

	w_list_free(&d->list);
}

static void
columns_layout(struct screen *s, int w, int h)
{
	struct columns *d = s->data;

	w_list_layout(&d->list, w, h > HINT_ROWS ? h - HINT_ROWS : 1);
}

static void
columns_draw(const struct screen *s, struct canvas *c)
{
	const struct columns *d = s->data;
	struct canvas list =
	    canvas_sub(c, 0, 0, c->w, c->h > HINT_ROWS ? c->h - HINT_ROWS : 1);

	w_list_draw(&d->list, &list, true);
	if (c->h > HINT_ROWS)
		canvas_text(c, 1, c->h - 1, c->w - 2, ROLE_MUTED,
		    _("Space shows or hides; Left, Right move it"));
}

static unsigned
move(struct columns *d, int by)
{
	enum ticket_column c;
	size_t at;

	if (!w_list_index(&d->list, &at))
		return REACT_BEEP;
	if (by < 0 ? at == 0 : at + 1 >= TICKET_COLUMN_COUNT)
		return REACT_BEEP;
	c = d->order[at];
	d->order[at] = by < 0 ? d->order[at - 1] : d->order[at + 1];
	d->order[by < 0 ? at - 1 : at + 1] = c;
	set_rows(d);
	return REACT_REDRAW;
}

static unsigned
accept(struct screen *s)
{
	struct columns *d = s->data;
	struct screen_result result = {.accepted = true};
	struct str words = STR_INIT;
	int n = 0;

	for (int i = 0; i < TICKET_COLUMN_COUNT; i++) {
		if (!w_list_is_marked(&d->list, (int64_t)d->order[i] + 1))
			continue;
		str_addf(&words, "%s%s", n > 0 ? "," : "",
		    ticket_column_name(d->order[i]));
		n++;
	}
	if (n == 0 || n > W_LIST_COLUMNS) {
		ui_toast(s->ui, TOAST_WARNING,
		    _("A list shows 1 to %d columns"), W_LIST_COLUMNS);
		str_free(&words);
		return REACT_BEEP;
	}
	result.text = words.s;
	ui_finish(s->ui, s, &result);
	str_free(&words);
	return REACT_HANDLED;
}

static unsigned
columns_input(struct screen *s, const struct input *in)
{
	struct columns *d = s->data;
	enum w_event event;

	switch (in->nav) {
	case NAV_LEFT:
	case NAV_RIGHT:
		return move(d, in->nav == NAV_LEFT ? -1 : 1);
	case NAV_OPEN:
	case NAV_ACCEPT:
		return accept(s);
	case NAV_FILTER:
		return REACT_BEEP;
	case NAV_BACK:
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	default:
		return w_list_input(&d->list, in, &event) &
		       ~(unsigned)REACT_REFRESH;
	}
}

static unsigned
columns_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct columns *d = s->data;
	enum w_event event;

	(void)x;
	return w_list_mouse(&d->list, y, button, &event) &
	       ~(unsigned)REACT_REFRESH;
}

static const char *
columns_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.mark move.back";
}

static void
columns_size(const struct screen *s, int *w, int *h)
{
	(void)s;
	*w = 46;
	*h = TICKET_COLUMN_COUNT + HINT_ROWS;
}

static const struct screen_ops columns_ops = {
    .name = "columns",
    .title = N_("Columns"),
    .modal = true,
    .data_size = sizeof(struct columns),
    .open = columns_open,
    .close = columns_close,
    .layout = columns_layout,
    .draw = columns_draw,
    .input = columns_input,
    .mouse = columns_mouse,
    .hints = columns_hints,
    .size = columns_size,
};

void
ticket_columns_push(struct ui *ui, struct screen *parent,
    const struct ticket_columns *now, screen_result_fn *done, int64_t context)
{
	struct err err = ERR_INIT;

	if (ui_push_for(
		ui, parent, &columns_ops, 0, now, done, context, &err) != 0)
		ui_toast_err(ui, &err);
}
