/*
 * w_list_draw - columns and rows of a list.
 */
#include "tui/widgets/w_list.h"

#include "common/i18n.h"
#include "tui/widgets/textpos.h"

#include <string.h>

#define EDGE     1 /* cell for mark and, without colours, the selection */
#define SECOND_X 3 /* where second lines begin */

struct widths {
	int cells[W_LIST_COLUMNS]; /* 0: hidden */
};

static int
total_of(const struct w_list_ops *ops, const struct widths *w)
{
	int total = 0;

	for (int i = 0; i < ops->column_count; i++)
		total += w->cells[i] > 0 ? w->cells[i] + 1 : 0;
	return total > 0 ? total - 1 : 0;
}

/* The column that goes first when there is no room; -1: none may. */
static int
least(const struct w_list_ops *ops, const struct widths *w)
{
	int worst = -1;

	for (int i = 0; i < ops->column_count; i++) {
		int rank = ops->columns[i].rank;

		if (w->cells[i] > 0 && rank > 0 &&
		    (worst < 0 || rank >= ops->columns[worst].rank))
			worst = i;
	}
	return worst;
}

static void
share(const struct w_list_ops *ops, struct widths *w, int left)
{
	int weights = 0, given = 0, last = -1;

	for (int i = 0; i < ops->column_count; i++)
		weights += w->cells[i] > 0 ? ops->columns[i].weight : 0;
	if (weights == 0 || left <= 0)
		return;
	for (int i = 0; i < ops->column_count; i++) {
		int part;

		if (w->cells[i] == 0 || ops->columns[i].weight == 0)
			continue;
		part = left * ops->columns[i].weight / weights;
		w->cells[i] += part;
		given += part;
		last = i;
	}
	w->cells[last] += left - given;
}

static void
fit(const struct w_list_ops *ops, int room, struct widths *w)
{
	int drop;

	memset(w, 0, sizeof *w);
	for (int i = 0; i < ops->column_count; i++)
		w->cells[i] = ops->columns[i].min > 0 ? ops->columns[i].min : 1;
	while (total_of(ops, w) > room && (drop = least(ops, w)) >= 0)
		w->cells[drop] = 0;
	share(ops, w, room - total_of(ops, w));
}

static void
draw_header(
    const struct w_list *l, struct canvas *c, int y, const struct widths *w)
{
	int x = EDGE;

	canvas_fill(c, 0, y, c->w, ROLE_HEADER);
	for (int i = 0; i < l->ops->column_count; i++) {
		const struct w_column *col = &l->ops->columns[i];

		if (w->cells[i] == 0)
			continue;
		canvas_field(c, x, y, w->cells[i], col->align, ROLE_HEADER,
		    col->title != NULL ? _(col->title) : "", true);
		x += w->cells[i] + 1;
	}
}

static enum role
row_role(const struct w_list *l, size_t row, bool focused)
{
	enum role role = ROLE_NORMAL;

	if (row == l->sel)
		return focused ? ROLE_SELECTED : ROLE_SELECTED_DIM;
	if (l->ops->row != NULL)
		role = l->ops->row(l->data, row);
	if (role == ROLE_NORMAL && w_list_is_marked(l, l->ids[row]))
		role = ROLE_MARKED;
	return role;
}

static void
draw_row(const struct w_list *l, struct canvas *c, int y, size_t row,
    const struct widths *w, bool focused)
{
	enum role role = row_role(l, row, focused);
	int x = EDGE;

	canvas_fill(c, 0, y, c->w, role);
	if (w_list_is_marked(l, l->ids[row]))
		canvas_char(c, 0, y, role, '*');
	else if (row == l->sel && canvas_is_plain(c))
		canvas_char(c, 0, y, role, '>');
	for (int i = 0; i < l->ops->column_count; i++) {
		struct w_cell cell;

		if (w->cells[i] == 0)
			continue;
		memset(&cell, 0, sizeof cell);
		cell.text = cell.buf;
		l->ops->cell(l->data, row, i, &cell);
		if (row == l->sel || cell.role == ROLE_NORMAL)
			cell.role = role;
		canvas_field(c, x, y, w->cells[i], l->ops->columns[i].align,
		    cell.role, cell.text, cell.trusted);
		x += w->cells[i] + 1;
	}
	if (row == l->sel && focused && canvas_is_plain(c) && !l->filter_open)
		canvas_cursor(c, 0, y);
}

static void
draw_second(
    const struct w_list *l, struct canvas *c, int y, size_t row, bool focused)
{
	enum role role = row_role(l, row, focused);
	struct w_cell cell;

	memset(&cell, 0, sizeof cell);
	cell.text = cell.buf;
	l->ops->second(l->data, row, &cell);
	if (row == l->sel || cell.role == ROLE_NORMAL)
		cell.role = role;
	canvas_fill(c, 0, y, c->w, role);
	canvas_field(c, SECOND_X, y, c->w - SECOND_X, ALIGN_LEFT, cell.role,
	    cell.text, cell.trusted);
}

static void
draw_filter(const struct w_list *l, struct canvas *c, int y)
{
	canvas_fill(c, 0, y, c->w, ROLE_NORMAL);
	canvas_char(c, 0, y, ROLE_KEY, '/');
	w_line_draw(&l->filter, c, 1, y, c->w - 1, l->filter_open);
}

/* Why there are no rows: as many lines as it takes. */
static void
draw_empty(struct canvas *c, int y, const char *s)
{
	size_t n = strlen(s), next, len;
	int w = c->w - 2 * EDGE;

	for (; n > 0 && y < c->h; y++, s += next, n -= next) {
		len = wrap_row(s, n, w > 0 ? w : 1, &next);
		canvas_textn(c, EDGE, y, -1, ROLE_MUTED, s, len);
	}
}

void
w_list_draw(const struct w_list *l, struct canvas *c, bool focused)
{
	struct widths w;
	int y = 0, rows = w_list_body(l, c->h), lines = w_list_lines(l, c->h);

	canvas_clear(c, ROLE_NORMAL);
	fit(l->ops, c->w - EDGE, &w);
	if (l->filter_open || !w_line_is_empty(&l->filter))
		draw_filter(l, c, y++);
	if (!l->ops->no_header)
		draw_header(l, c, y++, &w);
	if (!l->loaded && l->count == 0) {
		canvas_text(c, EDGE, y, -1, ROLE_MUTED, _("Reading..."));
		return;
	}
	if (l->count == 0) {
		if (!w_line_is_empty(&l->filter))
			draw_empty(c, y,
			    l->nothing != NULL
				? l->nothing
				: _("Nothing matches; Esc clears the filter"));
		else if (l->ops->empty != NULL)
			draw_empty(c, y, _(l->ops->empty));
		return;
	}
	for (int i = 0; i < rows && l->top + (size_t)i < l->count; i++) {
		draw_row(l, c, y + i * lines, l->top + (size_t)i, &w, focused);
		if (lines == 2)
			draw_second(
			    l, c, y + i * 2 + 1, l->top + (size_t)i, focused);
	}
}
