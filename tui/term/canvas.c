/*
 * canvas - the cell grid.
 */
#include "tui/term/canvas.h"

#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* No cluster that can be shown needs more bytes for one cell than this. */
#define BYTES_PER_CELL 32
#define ZWJ            0x200Du

struct canvas_grid {
	struct canvas_cell *cells; /* owned, w * h */
	int w, h;
	unsigned flags;
	bool cursor_on;
	int cursor_x, cursor_y;
	struct str scratch; /* safe form of what is being drawn */
};

static int
clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

struct canvas_grid *
canvas_grid_new(int w, int h, unsigned flags)
{
	struct canvas_grid *g = xcalloc(1, sizeof *g);

	g->flags = flags;
	str_init(&g->scratch);
	canvas_grid_resize(g, w, h);
	return g;
}

void
canvas_grid_free(struct canvas_grid **grid)
{
	if (*grid == NULL)
		return;
	free((*grid)->cells);
	str_free(&(*grid)->scratch);
	FREE(grid);
}

void
canvas_grid_resize(struct canvas_grid *grid, int w, int h)
{
	struct canvas all;

	grid->w = clamp(w, 1, CANVAS_MAX_SIDE);
	grid->h = clamp(h, 1, CANVAS_MAX_SIDE);
	free(grid->cells);
	grid->cells =
	    xcalloc((size_t)grid->w * (size_t)grid->h, sizeof grid->cells[0]);
	grid->cursor_on = false;
	all = canvas_all(grid);
	canvas_clear(&all, ROLE_NORMAL);
}

void
canvas_grid_size(const struct canvas_grid *grid, int *w, int *h)
{
	*w = grid->w;
	*h = grid->h;
}

unsigned
canvas_grid_flags(const struct canvas_grid *grid)
{
	return grid->flags;
}

static struct canvas_cell *
cell_at(const struct canvas_grid *grid, int x, int y)
{
	return &grid->cells[(size_t)y * (size_t)grid->w + (size_t)x];
}

const struct canvas_cell *
canvas_grid_cell(const struct canvas_grid *grid, int x, int y)
{
	if (x < 0 || y < 0 || x >= grid->w || y >= grid->h)
		return NULL;
	return cell_at(grid, x, y);
}

bool
canvas_grid_cursor(const struct canvas_grid *grid, int *x, int *y)
{
	*x = grid->cursor_x;
	*y = grid->cursor_y;
	return grid->cursor_on;
}

struct canvas
canvas_all(struct canvas_grid *grid)
{
	return (struct canvas){grid, 0, 0, grid->w, grid->h};
}

struct canvas
canvas_sub(const struct canvas *c, int x, int y, int w, int h)
{
	int left = clamp(x, 0, c->w), top = clamp(y, 0, c->h);
	int right = clamp(x + w, left, c->w), bottom = clamp(y + h, top, c->h);

	return (struct canvas){
	    c->grid, c->x + left, c->y + top, right - left, bottom - top};
}

bool
canvas_is_plain(const struct canvas *c)
{
	return (c->grid->flags & CANVAS_PLAIN) != 0;
}

bool
canvas_is_ascii(const struct canvas *c)
{
	return (c->grid->flags & (CANVAS_ASCII | CANVAS_PLAIN)) != 0;
}

static void
blank(struct canvas_cell *cell, enum role role)
{
	memset(cell->cp, 0, sizeof cell->cp);
	cell->cells = 1;
	cell->role = (uint8_t)role;
}

/* Half a wide character cannot be shown: its other half becomes a blank. */
static void
set_cell(struct canvas_grid *g, int x, int y, const struct canvas_cell *with)
{
	struct canvas_cell *cell = cell_at(g, x, y);

	if (cell->cells == 0 && x > 0)
		blank(cell_at(g, x - 1, y), cell_at(g, x - 1, y)->role);
	if (cell->cells == 2 && x + 1 < g->w)
		blank(cell_at(g, x + 1, y), cell->role);
	*cell = *with;
	if (with->cells != 2)
		return;
	/* The right half; if it was the left half of another, cut that one. */
	cell = cell_at(g, x + 1, y);
	if (cell->cells == 2 && x + 2 < g->w)
		blank(cell_at(g, x + 2, y), cell->role);
	memset(cell->cp, 0, sizeof cell->cp);
	cell->cells = 0;
	cell->role = with->role;
}

void
canvas_fill(struct canvas *c, int x, int y, int w, enum role role)
{
	struct canvas_cell empty;

	blank(&empty, role);
	if (y < 0 || y >= c->h)
		return;
	for (int i = clamp(x, 0, c->w); i < clamp(x + w, 0, c->w); i++)
		set_cell(c->grid, c->x + i, c->y + y, &empty);
}

void
canvas_clear(struct canvas *c, enum role role)
{
	for (int y = 0; y < c->h; y++)
		canvas_fill(c, 0, y, c->w, role);
}

void
canvas_restyle(struct canvas *c, int x, int y, int w, enum role role)
{
	if (y < 0 || y >= c->h)
		return;
	for (int i = clamp(x, 0, c->w); i < clamp(x + w, 0, c->w); i++)
		cell_at(c->grid, c->x + i, c->y + y)->role = (uint8_t)role;
}

/*
 * What text_safe() never lets pass.  It comes here only when somebody took
 * the wrong door, and then it is seen.  Joiners are welcome inside emoji.
 */
static bool
is_refused(uint32_t cp)
{
	return utf8_cp_is_control(cp) ||
	       (utf8_cp_is_invisible(cp) && cp != ZWJ);
}

/*
 * One cluster of s into at most 2 cells.  Widths are the terminal's: a code
 * point that takes cells begins a cell of its own, and what a terminal would
 * draw beyond the cluster's two cells (families of emoji) is left out.
 */
static size_t
cluster_cells(const char *s, size_t n, enum role role,
    struct canvas_cell out[2], int *used)
{
	int cells;
	size_t len = utf8_cluster(s, n, &cells);
	int count = 0, width = 0, marks = 0;

	for (size_t i = 0; i < len;) {
		uint32_t cp;
		int w;

		i += utf8_decode(s + i, len - i, &cp);
		if (is_refused(cp))
			cp = UTF8_REPLACEMENT;
		w = utf8_cp_width(cp);
		if (w > 0) {
			if (width + w > 2)
				break;
			blank(&out[count], role);
			out[count].cp[0] = cp;
			out[count].cells = (uint8_t)w;
			width += w;
			count++;
			marks = 1;
		} else if (w == 0 && count > 0 && marks < CELL_CP_MAX &&
			   cp != ZWJ && cp != 0xfe0f && cp != 0xfe0e) {
			out[count - 1].cp[marks++] = cp;
		}
	}
	*used = count;
	return len;
}

static int
draw_cells(struct canvas *c, int x, int y, int limit,
    const struct canvas_cell *cells, int count)
{
	int width = 0;

	for (int i = 0; i < count; i++) {
		if (x + width + cells[i].cells > limit)
			break;
		if (x + width >= 0)
			set_cell(
			    c->grid, c->x + x + width, c->y + y, &cells[i]);
		width += cells[i].cells;
	}
	return width;
}

size_t
canvas_cluster(const char *s, size_t n, int *cells)
{
	struct canvas_cell parts[2];
	size_t len;
	int count;

	/* Plain letters need no tables. */
	if (s[0] >= ' ' && s[0] < 0x7f &&
	    (n == 1 || ((unsigned char)s[1] & 0x80) == 0)) {
		*cells = 1;
		return 1;
	}
	len = cluster_cells(s, n, ROLE_NORMAL, parts, &count);
	*cells = 0;
	for (int i = 0; i < count; i++)
		*cells += parts[i].cells;
	return len;
}

/* Cells that s takes here, counted no further than beyond limit. */
static int
measure(const char *s, size_t n, int limit)
{
	int width = 0, cells;

	for (size_t i = 0; i < n && width <= limit; width += cells)
		i += canvas_cluster(s + i, n - i, &cells);
	return width;
}

int
canvas_cells(const char *s, size_t n)
{
	return measure(s, n, INT_MAX - 2);
}

static int
put(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *s, size_t n)
{
	struct canvas_cell cells[2];
	int limit, at = x, count;
	bool cut;

	if (y < 0 || y >= c->h || x >= c->w)
		return 0;
	limit = max_cells < 0 || max_cells > c->w - x ? c->w : x + max_cells;
	if (limit <= x)
		return 0;
	cut = measure(s, n, limit - x) > limit - x;
	if (cut)
		limit--;
	for (size_t i = 0; i < n && at < limit;) {
		int width = 0;

		i += cluster_cells(s + i, n - i, role, cells, &count);
		for (int k = 0; k < count; k++)
			width += cells[k].cells;
		if (at + width > limit)
			break;
		at += draw_cells(c, at, y, limit, cells, count);
	}
	if (cut) {
		canvas_char(c, at, y, role,
		    canvas_is_ascii(c) ? (uint32_t)'~' : 0x2026u);
		at++;
	}
	return at - x;
}

int
canvas_text(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *s)
{
	return put(c, x, y, max_cells, role, s, strlen(s));
}

int
canvas_textn(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *s, size_t n)
{
	return put(c, x, y, max_cells, role, s, n);
}

int
canvas_textf(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	str_vformat(buf, sizeof buf, fmt, ap);
	va_end(ap);
	return put(c, x, y, max_cells, role, buf, strlen(buf));
}

/* The safe form of no more of s than can be seen; in the grid's scratch. */
static const struct str *
gate(struct canvas *c, const char *s, size_t n)
{
	struct str *scratch = &c->grid->scratch;
	size_t most = ((size_t)c->w + 2) * BYTES_PER_CELL;

	if (n > most)
		n = utf8_cut(s, n, most);
	str_clear(scratch);
	text_safe(scratch, s, n, TEXT_LINE);
	return scratch;
}

int
canvas_outside(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *s, size_t n)
{
	const struct str *safe = gate(c, s, n);

	return put(c, x, y, max_cells, role, safe->s, safe->len);
}

void
canvas_field(struct canvas *c, int x, int y, int w, enum canvas_align align,
    enum role role, const char *s, bool trusted)
{
	size_t n = strlen(s);
	int width, gap = 0;

	if (w <= 0)
		return;
	if (!trusted) {
		const struct str *safe = gate(c, s, n);

		s = safe->s;
		n = safe->len;
	}
	canvas_fill(c, x, y, w, role);
	width = measure(s, n, w);
	if (width < w && align != ALIGN_LEFT)
		gap = align == ALIGN_RIGHT ? w - width : (w - width) / 2;
	put(c, x + gap, y, w - gap, role, s, n);
}

void
canvas_char(struct canvas *c, int x, int y, enum role role, uint32_t cp)
{
	struct canvas_cell cell;

	if (x < 0 || y < 0 || x >= c->w || y >= c->h)
		return;
	blank(&cell, role);
	cell.cp[0] = cp;
	set_cell(c->grid, c->x + x, c->y + y, &cell);
}

void
canvas_hline(struct canvas *c, int x, int y, int w, enum role role)
{
	if (canvas_is_plain(c))
		return;
	for (int i = x; i < x + w && i < c->w; i++)
		canvas_char(c, i, y, role,
		    canvas_is_ascii(c) ? (uint32_t)'-' : 0x2500u);
}

void
canvas_vline(struct canvas *c, int x, int y, int h, enum role role)
{
	if (canvas_is_plain(c))
		return;
	for (int i = y; i < y + h && i < c->h; i++)
		canvas_char(c, x, i, role,
		    canvas_is_ascii(c) ? (uint32_t)'|' : 0x2502u);
}

struct canvas
canvas_box(
    struct canvas *c, enum role border, const char *title, enum role title_role)
{
	static const uint32_t corners[] = {0x250c, 0x2510, 0x2514, 0x2518};
	int used;

	if (canvas_is_plain(c)) {
		if (title == NULL)
			return *c;
		canvas_fill(c, 0, 0, c->w, title_role);
		canvas_text(c, 0, 0, -1, title_role, title);
		return canvas_sub(c, 0, 1, c->w, c->h - 1);
	}
	canvas_hline(c, 0, 0, c->w, border);
	canvas_hline(c, 0, c->h - 1, c->w, border);
	canvas_vline(c, 0, 0, c->h, border);
	canvas_vline(c, c->w - 1, 0, c->h, border);
	for (int i = 0; i < 4; i++)
		canvas_char(c, i % 2 == 0 ? 0 : c->w - 1, i < 2 ? 0 : c->h - 1,
		    border, canvas_is_ascii(c) ? (uint32_t)'+' : corners[i]);
	if (title != NULL && c->w > 6) {
		canvas_char(c, 1, 0, title_role, ' ');
		used = canvas_text(c, 2, 0, c->w - 4, title_role, title);
		canvas_char(c, 2 + used, 0, title_role, ' ');
	}
	return canvas_sub(c, 1, 1, c->w - 2, c->h - 2);
}

void
canvas_cursor(struct canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->w || y >= c->h)
		return;
	c->grid->cursor_on = true;
	c->grid->cursor_x = c->x + x;
	c->grid->cursor_y = c->y + y;
}

void
canvas_hide_cursor(struct canvas *c)
{
	c->grid->cursor_on = false;
}

void
canvas_dump_text(const struct canvas_grid *grid, struct str *out)
{
	char utf8[4];

	for (int y = 0; y < grid->h; y++) {
		size_t keep = out->len;

		for (int x = 0; x < grid->w; x++) {
			const struct canvas_cell *cell = cell_at(grid, x, y);

			if (cell->cells == 0)
				continue;
			if (cell->cp[0] == 0 || cell->cp[0] == ' ') {
				str_addc(out, ' ');
				continue;
			}
			for (int i = 0; i < CELL_CP_MAX && cell->cp[i] != 0;
			     i++)
				str_addn(
				    out, utf8, utf8_encode(cell->cp[i], utf8));
			keep = out->len;
		}
		str_trunc(out, keep);
		str_addc(out, '\n');
	}
}

void
canvas_dump_roles(const struct canvas_grid *grid, struct str *out)
{
	for (int y = 0; y < grid->h; y++) {
		for (int x = 0; x < grid->w; x++)
			str_addc(out,
			    theme_letter((enum role)cell_at(grid, x, y)->role));
		str_addc(out, '\n');
	}
}
