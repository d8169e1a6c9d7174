/* w_tabs - see w_tabs.h. */
#include "tui/widgets/w_tabs.h"

#include "common/i18n.h"

#include <string.h>

#define NAME_MOST  20 /* cells of a name, at most */
#define NAME_LEAST 6  /* of those that are cut to make room */
#define WIDE       60 /* from here on several are shown, cut or not */

struct shown {
	int from, until; /* places; from == until: only the current one */
	int cells;       /* of each name but the current one's, at most */
	bool is_dense;   /* no blank behind a name, but the current one's */
};

static const char *
label_of(const struct w_tab *t)
{
	return t->is_outside ? t->label : _(t->label);
}

/* With its number and the blanks around. */
static int
cells_of(const struct w_tab *t, int most)
{
	int cells = canvas_cells(label_of(t), strlen(label_of(t)));

	return (cells < most ? cells : most) + (t->number != 0 ? 4 : 2);
}

/* The same as it is shown. */
static int
cells_shown(const struct shown *s, const struct w_tab *tabs, int i, int current)
{
	return i == current ? cells_of(&tabs[i], NAME_MOST)
	                    : cells_of(&tabs[i], s->cells) - s->is_dense;
}

static int
all_cells(
    const struct shown *s, const struct w_tab *tabs, int count, int current)
{
	int cells = 0;

	for (int i = 0; i < count; i++)
		cells += cells_shown(s, tabs, i, current);
	return cells;
}

/* Where the first one begins; dense ones have the row to its ends. */
static int
first_x(const struct shown *s)
{
	return s->is_dense ? 0 : 1;
}

/*
 * Whole; without the blanks that part them; cut; or those around the current
 * one, where a cell on each side says that there are more.  A cell parts them
 * from right.
 */
static struct shown
range(
    int w, const struct w_tab *tabs, int count, int current, const char *right)
{
	int right_cells = canvas_cells(right, strlen(right));
	int room = w - right_cells - 2, dense_room, cells;
	struct shown s = {0, count, NAME_MOST, false};

	if (all_cells(&s, tabs, count, current) <= room)
		return s;
	dense_room = w - (right_cells > 0 ? right_cells + 2 : 0);
	s.is_dense = w >= WIDE;
	while (all_cells(&s, tabs, count, current) > dense_room && w >= WIDE &&
	       s.cells > NAME_LEAST)
		s.cells--;
	if (s.is_dense && all_cells(&s, tabs, count, current) <= dense_room)
		return s;
	s.is_dense = false;
	room -= 3;
	cells = cells_of(&tabs[current], NAME_MOST);
	s.from = current;
	s.until = current + 1;
	while (
	    s.from > 0 && cells + cells_of(&tabs[s.from - 1], s.cells) <= room)
		cells += cells_of(&tabs[--s.from], s.cells);
	while (s.until < count &&
	       cells + cells_of(&tabs[s.until], s.cells) <= room)
		cells += cells_of(&tabs[s.until++], s.cells);
	if (w < WIDE)
		s.from = s.until = current;
	return s;
}

static int
draw_label(const struct w_tab *t, struct canvas *c, int x, int y,
    enum role role, int most)
{
	if (t->is_outside)
		return canvas_outside(
		    c, x, y, most, role, t->label, strlen(t->label));
	return canvas_text(c, x, y, most, role, _(t->label));
}

static int
draw_alone(const struct w_tab *t, struct canvas *c, int y, int place, int count)
{
	int x = 1;

	if (t->number == place)
		x += canvas_textf(
		    c, x, y, -1, ROLE_BADGE, " %d/%d ", place, count);
	else if (t->number != 0)
		x += canvas_textf(c, x, y, -1, ROLE_BADGE, " %d ", t->number);
	else
		x += canvas_text(c, x, y, -1, ROLE_BADGE, " ");
	x += draw_label(t, c, x, y, ROLE_BADGE, NAME_MOST);
	return x + canvas_text(c, x, y, -1, ROLE_BADGE, " ");
}

static void
draw_tab(const struct w_tab *t, struct canvas *c, int x, int y, int most,
    enum role role)
{
	if (t->number != 0)
		x += canvas_textf(c, x, y, -1, role, " %d ", t->number);
	else
		x += canvas_text(c, x, y, -1, role, " ");
	x += draw_label(t, c, x, y, role, most);
	canvas_text(c, x, y, -1, role, " ");
}

void
w_tabs_draw(struct canvas *c, int y, const struct w_tab *tabs, int count,
    int current, const char *right)
{
	struct shown s = range(c->w, tabs, count, current, right);
	int right_cells = canvas_cells(right, strlen(right));
	int x = first_x(&s);

	canvas_fill(c, 0, y, c->w, ROLE_HEADER);
	if (s.from == s.until)
		x = draw_alone(&tabs[current], c, y, current + 1, count);
	for (int i = s.from; i < s.until; i++) {
		if (i == current)
			draw_tab(&tabs[i], c, x, y, NAME_MOST, ROLE_BADGE);
		else
			draw_tab(&tabs[i], c, x, y, s.cells, ROLE_HEADER);
		x += cells_shown(&s, tabs, i, current);
	}
	if (s.from > 0 && s.from < s.until)
		canvas_char(c, 0, y, ROLE_HEADER, '<');
	if (s.until < count && s.from < s.until)
		canvas_char(c, x, y, ROLE_HEADER, '>');
	if (right_cells > 0 && x + right_cells + 1 <= c->w)
		canvas_text(c, c->w - right_cells - 1, y, right_cells,
		    ROLE_HEADER, right);
}

int
w_tabs_at(int w, const struct w_tab *tabs, int count, int current,
    const char *right, int x)
{
	struct shown s = range(w, tabs, count, current, right);
	int from = first_x(&s);

	if (s.from == s.until) {
		from += cells_shown(&s, tabs, current, current) + 2;
		return x < 1 || x >= from    ? -1
		       : current + 1 < count ? current + 1
		                             : 0;
	}
	for (int i = s.from; i < s.until; i++) {
		int until = from + cells_shown(&s, tabs, i, current);

		if (x >= from && x < until)
			return i;
		from = until;
	}
	return -1;
}
