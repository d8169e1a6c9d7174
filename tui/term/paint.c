/*
 * paint - differences of two grids as ECMA-48 text.
 */
#include "tui/term/paint.h"

#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/term/pen.h"

#include <stdlib.h>
#include <string.h>

/* Attributes that are seen on a blank, too. */
#define SEEN    (ATTR_UNDERLINE | ATTR_REVERSE)
#define UNKNOWN PEN_UNKNOWN
/* Clean cells that are rather written again than passed by. */
#define REWRITE_MAX 4
/* Lines that rows are moved by, and rows that must be saved by it. */
#define SCROLL_MAX  3
#define SCROLL_PAYS 3

struct paint {
	struct paint_options o;
	struct theme_style styles[ROLE_COUNT];
	struct canvas_cell *shown; /* owned, w * h: the screen */
	struct canvas_cell *blank; /* owned, w: a row after erasing */
	bool *dirty;               /* owned, w: cells of a row to be sent */
	int w, h;
	bool is_known;
	int cursor; /* 1 shown, 0 hidden, UNKNOWN */
	struct pen pen;
	struct str other; /* the other way to change a row */
};

struct paint *
paint_new(const struct paint_options *o)
{
	struct paint *p = xcalloc(1, sizeof(*p));

	p->o = *o;
	for (int i = 0; i < ROLE_COUNT; i++) {
		p->styles[i] = *theme_style(o->depth, (enum role)i);
		p->styles[i].attrs &= (uint16_t)o->attrs;
	}
	str_init(&p->other);
	paint_forget(p);
	return p;
}

void
paint_free(struct paint **pp)
{
	struct paint *p = *pp;

	if (p == NULL)
		return;
	free(p->shown);
	free(p->blank);
	free(p->dirty);
	str_free(&p->other);
	FREE(pp);
}

void
paint_forget(struct paint *p)
{
	p->is_known = false;
	p->cursor = UNKNOWN;
	p->pen = (struct pen){.x = UNKNOWN, .y = UNKNOWN};
}

/* ---- cells ---- */

static struct canvas_cell *
shown_row(const struct paint *p, int y)
{
	return &p->shown[(size_t)y * (size_t)p->w];
}

static void
blank_cells(struct canvas_cell *cells, size_t count)
{
	memset(cells, 0, count * sizeof(*cells));
	for (size_t i = 0; i < count; i++)
		cells[i].cells = 1;
}

static bool
is_blank(const struct canvas_cell *c)
{
	return c->cells == 1 &&
	       (c->cp[0] == 0 || (c->cp[0] == ' ' && c->cp[1] == 0));
}

/* On a blank only the background is seen, and lines. */
static bool
same_on_blank(const struct theme_style *a, const struct theme_style *b)
{
	if (((a->attrs | b->attrs) & SEEN) != 0)
		return pen_same_style(a, b);
	return a->bg == b->bg;
}

static bool
looks_same(const struct paint *p, const struct canvas_cell *a,
    const struct canvas_cell *b)
{
	const struct theme_style *sa = &p->styles[a->role];
	const struct theme_style *sb = &p->styles[b->role];

	if (is_blank(a) && is_blank(b))
		return same_on_blank(sa, sb);
	return a->cells == b->cells && pen_same_style(sa, sb) &&
	       memcmp(a->cp, b->cp, sizeof(a->cp)) == 0;
}

/* Erasing leaves just such a blank. */
static bool
can_erase(const struct paint *p, const struct canvas_cell *c)
{
	const struct theme_style *s = &p->styles[c->role];

	return is_blank(c) && (s->attrs & SEEN) == 0 &&
	       (s->bg < 0 || p->o.erases_colour);
}

/*
 * false: nothing is.  Where a wide character comes or goes both cells differ,
 * so that no half of one is ever left.
 */
static bool
mark_dirty(struct paint *p, const struct canvas_cell *old,
    const struct canvas_cell *new)
{
	bool any = false;

	for (int x = 0; x < p->w; x++) {
		p->dirty[x] = !looks_same(p, &old[x], &new[x]);
		any = any || p->dirty[x];
	}
	return any;
}

/* ---- one cell ---- */

static void
style_for(struct paint *p, const struct canvas_cell *c, struct str *out)
{
	const struct theme_style *s = &p->styles[c->role];

	if (!is_blank(c) || !p->pen.is_styled ||
	    !same_on_blank(&p->pen.style, s))
		pen_style(&p->pen, s, out);
}

static void
put_cell(struct paint *p, const struct canvas_cell *c, struct str *out)
{
	char utf8[4];

	style_for(p, c, out);
	if (c->cp[0] == 0)
		str_addc(out, ' ');
	for (int i = 0; i < CELL_CP_MAX && c->cp[i] != 0; i++)
		str_addn(out, utf8, utf8_encode(c->cp[i], utf8));
	p->pen.x += c->cells;
	/*
	 * At the right edge a terminal may wait or not; and terminals differ
	 * in the width of rare characters: say where it goes on.
	 */
	if (p->pen.x >= p->w || c->cells > 1 || c->cp[1] != 0)
		p->pen.x = UNKNOWN;
}

/* ---- rows ---- */

/* Clean cells before x that take fewer bytes than a jump over them. */
static bool
rewrite(struct paint *p, const struct canvas_cell *new, int x, struct str *out)
{
	const struct pen *pen = &p->pen;
	int from = pen->x;

	if (!pen->is_styled || from < 0 || x <= from || x - from > REWRITE_MAX)
		return false;
	for (int i = from; i < x; i++) {
		const struct theme_style *s = &p->styles[new[i].role];

		if (new[i].cells != 1 || new[i].cp[0] > '~' ||
		    new[i].cp[1] != 0 ||
		    !(is_blank(&new[i]) ? same_on_blank(s, &pen->style)
					: pen_same_style(s, &pen->style)))
			return false;
	}
	for (int i = from; i < x; i++)
		put_cell(p, &new[i], out);
	return true;
}

static void
go(struct paint *p, const struct canvas_cell *new, int x, int y,
    struct str *out)
{
	if (p->pen.y != y || !rewrite(p, new, x, out))
		pen_move(&p->pen, x, y, out);
}

static int
digits(int n)
{
	return n < 10 ? 1 : n < 100 ? 2 : n < 1000 ? 3 : 4;
}

/* Cells from x on that one erasing can make; 0: none, or it does not pay. */
static int
erase_run(
    const struct paint *p, const struct canvas_cell *new, int x, bool *to_end)
{
	int n = 1, cost;

	*to_end = false;
	if (!can_erase(p, &new[x]))
		return 0;
	while (x + n < p->w && is_blank(&new[x + n]) &&
	       looks_same(p, &new[x], &new[x + n]))
		n++;
	if (x + n == p->w) {
		*to_end = true;
		return n > 3 ? n : 0;
	}
	cost = 3 + digits(n);
	for (int i = x + n; i < p->w; i++) {
		if (p->dirty[i]) {
			cost += 3 + digits(n);
			break;
		}
	}
	return p->o.erases_cells && cost < n ? n : 0;
}

/* The dirty cells. */
static void
send_row(struct paint *p, const struct canvas_cell *new, int y, struct str *out)
{
	const struct canvas_cell space = {.cells = 1};
	bool to_end;

	for (int x = 0; x < p->w; x++) {
		int n;

		if (!p->dirty[x] || new[x].cells == 0)
			continue;
		go(p, new, x, y, out);
		if (x + new[x].cells > p->w) { /* cut in two */
			put_cell(p, &space, out);
			continue;
		}
		if ((n = erase_run(p, new, x, &to_end)) == 0) {
			put_cell(p, &new[x], out);
			continue;
		}
		style_for(p, &new[x], out);
		if (to_end)
			str_add(out, "\033[K");
		else
			str_addf(out, "\033[%dX", n);
		x += n - 1;
	}
}

/*
 * The other way: erase from the first dirty cell on, then send what is no
 * blank.  false: nothing that could be erased is dirty.
 */
static bool
send_row_erased(struct paint *p, const struct canvas_cell *old,
    const struct canvas_cell *new, int y, struct str *out)
{
	int first = 0, like = UNKNOWN;

	while (first < p->w && !p->dirty[first])
		first++;
	for (int x = first; x < p->w && like < 0; x++) {
		if (p->dirty[x] && can_erase(p, &new[x]))
			like = x;
	}
	if (like < 0)
		return false;
	pen_move(&p->pen, first, y, out);
	style_for(p, &new[like], out);
	str_add(out, "\033[K");
	for (int x = 0; x < p->w; x++)
		p->blank[x] = x < first ? old[x] : new[like];
	if (mark_dirty(p, p->blank, new))
		send_row(p, new, y, out);
	return true;
}

static void
paint_row(
    struct paint *p, const struct canvas_cell *new, int y, struct str *out)
{
	struct canvas_cell *old = shown_row(p, y);
	struct pen before = p->pen, erased;
	size_t from = out->len;
	bool is_other;

	if (!mark_dirty(p, old, new))
		return;
	str_clear(&p->other);
	is_other = send_row_erased(p, old, new, y, &p->other);
	erased = p->pen;
	p->pen = before;
	(void)mark_dirty(p, old, new);
	send_row(p, new, y, out);
	if (is_other && p->other.len < out->len - from) {
		str_trunc(out, from);
		str_addn(out, p->other.s, p->other.len);
		p->pen = erased;
	}
	memcpy(old, new, (size_t)p->w * sizeof(*old));
}

/* ---- rows that moved ---- */

/* Row y of the grid looks as row at of the screen. */
static bool
is_right(const struct paint *p, const struct canvas_grid *grid, int y, int at)
{
	const struct canvas_cell *new = canvas_grid_cell(grid, 0, y);
	const struct canvas_cell *old = shown_row(p, at);
	int x = 0;

	while (x < p->w && looks_same(p, &old[x], &new[x]))
		x++;
	return x == p->w;
}

/*
 * How many more rows would be right if what is shown stood lines higher
 * (below 0: lower).  *first and *last: of these, as the grid has them.
 */
static int
gain_of(const struct paint *p, const struct canvas_grid *grid, int lines,
    int *first, int *last)
{
	int gain = 0;

	for (int y = 0; y < p->h; y++) {
		bool now, then;

		if (y + lines < 0 || y + lines >= p->h)
			continue;
		now = is_right(p, grid, y, y);
		then = is_right(p, grid, y, y + lines);
		if (then && !now) {
			*first = gain == 0 ? y : *first;
			*last = y;
			gain++;
		} else if (now && !then && gain > 0) {
			gain--;
		}
	}
	return gain;
}

/* Move rows [top, bottom] of the screen by lines; blank ones come in. */
static void
scroll(struct paint *p, int top, int bottom, int lines, struct str *out)
{
	size_t w = (size_t)p->w;
	int n = lines > 0 ? lines : -lines;
	int kept = bottom - top + 1 - n;
	int come_in = lines > 0 ? bottom - n + 1 : top;

	pen_style(&p->pen, &p->styles[ROLE_NORMAL], out);
	str_addf(out, "\033[%d;%dr\033[%dH", top + 1, bottom + 1,
	    (lines > 0 ? bottom : top) + 1);
	for (int i = 0; i < n; i++)
		str_add(out, lines > 0 ? "\n" : "\033M");
	str_add(out, "\033[r");
	p->pen.x = p->pen.y = 0;
	memmove(shown_row(p, lines > 0 ? top : top + n),
	    shown_row(p, lines > 0 ? top + n : top),
	    (size_t)kept * w * sizeof(*p->shown));
	blank_cells(shown_row(p, come_in), (size_t)n * w);
}

/* A list that goes on by a few rows is moved, not sent again. */
static void
scroll_if_it_pays(
    struct paint *p, const struct canvas_grid *grid, struct str *out)
{
	int best = SCROLL_PAYS - 1, lines = 0, top = 0, bottom = 0;

	for (int k = -SCROLL_MAX; k <= SCROLL_MAX; k++) {
		int first = 0, last = 0, gain;

		if (k == 0 ||
		    (gain = gain_of(p, grid, k, &first, &last)) <= best)
			continue;
		best = gain;
		lines = k;
		top = k > 0 ? first : first + k;
		bottom = k > 0 ? last + k : last;
	}
	if (lines != 0)
		scroll(p, top, bottom, lines, out);
}

/* ---- frames ---- */

static void
clear_screen(struct paint *p, int w, int h, struct str *out)
{
	size_t count = (size_t)w * (size_t)h;

	if (w != p->w || h != p->h) {
		p->shown = xreallocarray(p->shown, count, sizeof(*p->shown));
		p->blank =
		    xreallocarray(p->blank, (size_t)w, sizeof(*p->blank));
		p->dirty =
		    xreallocarray(p->dirty, (size_t)w, sizeof(*p->dirty));
		p->w = w;
		p->h = h;
	}
	blank_cells(p->shown, count);
	p->pen.is_styled = false;
	pen_style(&p->pen, &p->styles[ROLE_NORMAL], out);
	str_add(out, "\033[r\033[H\033[J"); /* margins, place, all */
	p->pen.x = p->pen.y = 0;
	p->is_known = true;
}

static void
paint_cursor(struct paint *p, const struct canvas_grid *grid, struct str *out)
{
	int x, y;
	bool on = canvas_grid_cursor(grid, &x, &y) && x < p->w && y < p->h;

	if (on)
		pen_move(&p->pen, x, y, out);
	if (p->cursor != (int)on)
		str_add(out, on ? p->o.show : p->o.hide);
	p->cursor = on;
}

void
paint_frame(struct paint *p, const struct canvas_grid *grid, int w, int h,
    struct str *out)
{
	if (!p->is_known || w != p->w || h != p->h)
		clear_screen(p, w, h, out);
	else if (p->o.scrolls)
		scroll_if_it_pays(p, grid, out);
	for (int y = 0; y < h; y++)
		paint_row(p, canvas_grid_cell(grid, 0, y), y, out);
	paint_cursor(p, grid, out);
}

void
paint_end(struct paint *p, struct str *out)
{
	str_add(out, "\033[m");
	str_add(out, p->o.show);
	paint_forget(p);
}
