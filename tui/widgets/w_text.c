/*
 * w_text - wrapped read-only text.
 */
#include "tui/widgets/w_text.h"

#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/widgets/textpos.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_INDENT 2 /* edge and a blank, on both sides */

void
w_text_init(struct w_text *t)
{
	memset(t, 0, sizeof *t);
	str_init(&t->text);
	w_line_init(&t->find);
	t->w = 80;
	t->h = 20;
}

void
w_text_free(struct w_text *t)
{
	str_free(&t->text);
	w_line_free(&t->find);
	FREE(&t->blocks);
	FREE(&t->rows);
}

void
w_text_clear(struct w_text *t)
{
	str_clear(&t->text);
	t->block_count = 0;
	t->row_count = 0;
	t->laid = false;
}

static struct w_text_block *
new_block(struct w_text *t, enum role role, int indent)
{
	struct w_text_block *b;

	if (t->block_count == t->block_cap) {
		t->block_cap = t->block_cap == 0 ? 32 : t->block_cap * 2;
		t->blocks =
		    xreallocarray(t->blocks, t->block_cap, sizeof t->blocks[0]);
	}
	b = &t->blocks[t->block_count++];
	memset(b, 0, sizeof *b);
	b->at = t->text.len;
	b->role = (uint8_t)role;
	b->indent = (int16_t)(indent < INT16_MAX ? indent : INT16_MAX);
	t->laid = false;
	return b;
}

void
w_text_add(struct w_text *t, enum role role, int indent, const char *s)
{
	struct w_text_block *b = new_block(t, role, indent);

	str_add(&t->text, s);
	b->len = t->text.len - b->at;
}

void
w_text_outside(
    struct w_text *t, enum role role, int indent, const char *s, size_t n)
{
	struct w_text_block *b = new_block(t, role, indent);

	text_safe(&t->text, s, n, TEXT_BLOCK);
	b->len = t->text.len - b->at;
}

void
w_text_pair(struct w_text *t, const char *label, const char *text, size_t n)
{
	struct w_text_block *b = new_block(t, ROLE_NORMAL, 0);

	str_add(&t->text, label);
	str_add(&t->text, ": ");
	b->label_len = (int16_t)(t->text.len - b->at);
	b->label_role = ROLE_MUTED;
	text_safe(&t->text, text, n, TEXT_BLOCK);
	b->len = t->text.len - b->at;
}

void
w_text_gap(struct w_text *t)
{
	new_block(t, ROLE_NORMAL, 0);
}

void
w_text_set_label(struct w_text *t, size_t bytes, enum role role)
{
	struct w_text_block *b = &t->blocks[t->block_count - 1];

	b->label_len = (int16_t)(bytes < b->len ? bytes : b->len);
	b->label_role = (uint8_t)role;
}

void
w_text_set_hang(struct w_text *t, int cells)
{
	t->blocks[t->block_count - 1].hang = (int16_t)cells;
	t->laid = false;
}

void
w_text_set_frame(struct w_text *t, enum w_text_frame frame, enum role role)
{
	struct w_text_block *b = &t->blocks[t->block_count - 1];

	b->frame = (uint8_t)frame;
	b->frame_role = (uint8_t)role;
	b->indent = frame == W_FRAME_RULE ? 0 : FRAME_INDENT;
}

void
w_text_set_id(struct w_text *t, int64_t id)
{
	if (t->block_count > 0)
		t->blocks[t->block_count - 1].id = id;
}

static void
add_row(struct w_text *t, size_t block, size_t at, size_t len)
{
	if (t->row_count == t->row_cap) {
		t->row_cap = t->row_cap == 0 ? 64 : t->row_cap * 2;
		t->rows = xreallocarray(t->rows, t->row_cap, sizeof t->rows[0]);
	}
	t->rows[t->row_count++] =
	    (struct w_text_row){(uint32_t)block, (uint32_t)at, (uint32_t)len};
}

/* Cells that the rows after the first stand further in. */
static int
hang_of(const struct w_text *t, const struct w_text_block *b)
{
	return b->hang < t->w / 2 ? b->hang : t->w / 8;
}

/* The same before all of them: a text from outside is not pushed off. */
static int
indent_of(const struct w_text *t, const struct w_text_block *b)
{
	return b->frame != W_FRAME_NONE || b->indent < t->w / 2 ? b->indent
	                                                        : t->w / 8;
}

static void
wrap_block(struct w_text *t, size_t i)
{
	const struct w_text_block *b = &t->blocks[i];
	size_t at = 0, next, len;
	int w = t->w - indent_of(t, b) -
	        (b->frame > W_FRAME_RULE ? FRAME_INDENT : 0);

	if (b->len == 0)
		add_row(t, i, b->at, 0);
	while (at < b->len) {
		len = wrap_row(
		    t->text.s + b->at + at, b->len - at, w > 0 ? w : 1, &next);
		add_row(t, i, b->at + at, len);
		if (at == 0)
			w -= hang_of(t, b);
		at += next;
	}
}

static size_t
last_top(const struct w_text *t)
{
	size_t h = (size_t)(t->h > 0 ? t->h : 1);

	return t->row_count > h ? t->row_count - h : 0;
}

static size_t
row_of_id(const struct w_text *t, int64_t id)
{
	for (size_t i = 0; id != 0 && i < t->row_count; i++) {
		if (t->blocks[t->rows[i].block].id == id)
			return i;
	}
	return t->row_count;
}

void
w_text_layout(struct w_text *t, int w, int h)
{
	bool rewrap = !t->laid || w != t->w;
	int64_t id = rewrap && t->row_count > 0 ? w_text_top_id(t) : 0;
	size_t row;

	t->w = w > 0 ? w : 1;
	t->h = h > 0 ? h : 1;
	if (rewrap) {
		t->row_count = 0;
		for (size_t i = 0; i < t->block_count; i++)
			wrap_block(t, i);
		t->laid = true;
		if ((row = row_of_id(t, id)) < t->row_count)
			t->top = row;
	}
	if (t->follow || t->top > last_top(t))
		t->top = last_top(t);
}

size_t
w_text_rows(const struct w_text *t)
{
	return t->row_count;
}

void
w_text_to_end(struct w_text *t)
{
	t->top = last_top(t);
}

bool
w_text_from(struct w_text *t, int64_t id)
{
	size_t row = row_of_id(t, id);

	if (row == t->row_count)
		return false;
	t->top = row < last_top(t) ? row : last_top(t);
	return true;
}

bool
w_text_show(struct w_text *t, int64_t id)
{
	size_t row = row_of_id(t, id);

	if (row == t->row_count)
		return false;
	if (row < t->top || row >= t->top + (size_t)t->h)
		t->top = row < last_top(t) ? row : last_top(t);
	return true;
}

int64_t
w_text_top_id(const struct w_text *t)
{
	size_t row = t->top < t->row_count ? t->top : t->row_count;

	for (size_t i = row; i < t->row_count; i++) {
		int64_t id = t->blocks[t->rows[i].block].id;

		if (id != 0)
			return id;
	}
	return 0;
}

int64_t
w_text_under_rule(const struct w_text *t)
{
	for (size_t i = t->top; i < t->row_count; i++) {
		const struct w_text_block *b = &t->blocks[t->rows[i].block];

		if (b->frame == W_FRAME_RULE)
			return 0;
		if (b->id != 0)
			return b->id;
	}
	return 0;
}

bool
w_text_at_end(const struct w_text *t)
{
	return t->top >= last_top(t);
}

void
w_text_place(const struct w_text *t, struct str *out)
{
	size_t h = (size_t)t->h;

	if (t->row_count > h)
		str_addf(out, "  %zu-%zu/%zu", t->top + 1, t->top + h,
		    t->row_count);
}

bool
w_text_is_finding(const struct w_text *t)
{
	return t->find_open || t->found > 0;
}

bool
w_text_wants_text(const struct w_text *t)
{
	return t->find_open;
}

static unsigned
scroll(struct w_text *t, long rows, enum w_event *event)
{
	long to = (long)t->top + rows, last = (long)last_top(t);
	size_t before = t->top;

	t->top = to < 0 ? 0 : to > last ? (size_t)last : (size_t)to;
	*event = t->top != before ? W_MOVED : W_NONE;
	return REACT_REDRAW;
}

/* Does the row hold what is searched?  Folded on both sides. */
static bool
row_matches(const struct w_text *t, size_t row, const struct str *needle)
{
	const struct w_text_row *r = &t->rows[row];
	struct str hay;
	bool hit;

	str_init(&hay);
	utf8_fold(&hay, t->text.s + r->at, r->len);
	hit = strstr(hay.s, needle->s) != NULL;
	str_free(&hay);
	return hit;
}

/* From row on in the direction of step (1 or -1), around the end once. */
static bool
find(struct w_text *t, size_t from, long step)
{
	struct str needle;
	bool hit = false;
	size_t row = from;

	if (w_line_is_empty(&t->find) || t->row_count == 0)
		return false;
	str_init(&needle);
	utf8_fold(&needle, t->find.text.s, t->find.text.len);
	for (size_t i = 0; i < t->row_count && !hit; i++) {
		row = (from + t->row_count + i * (size_t)step) % t->row_count;
		hit = row_matches(t, row, &needle);
	}
	str_free(&needle);
	if (!hit)
		return false;
	t->found = row + 1;
	if (row < t->top || row >= t->top + (size_t)t->h)
		t->top = row < last_top(t) ? row : last_top(t);
	return true;
}

static unsigned
find_input(struct w_text *t, const struct input *in, enum w_event *event)
{
	unsigned react = w_line_input(&t->find, in, event);

	switch (*event) {
	case W_CHANGED:
		t->found = 0;
		if (!find(t, t->top, 1) && !w_line_is_empty(&t->find))
			react |= REACT_BEEP;
		break;
	case W_ACCEPT:
		t->find_open = false;
		react = REACT_REDRAW;
		break;
	case W_CANCEL:
		t->find_open = false;
		t->found = 0;
		w_line_set(&t->find, "");
		react = REACT_REDRAW;
		break;
	case W_NONE:
	case W_MOVED:
		break;
	}
	*event = W_NONE;
	return react;
}

static unsigned
find_again(struct w_text *t, long step)
{
	size_t from = t->found > 0 ? t->found - 1 : t->top;

	if (t->row_count == 0)
		return REACT_BEEP;
	from = (from + t->row_count + (size_t)step) % t->row_count;
	return find(t, from, step) ? REACT_REDRAW : REACT_BEEP;
}

unsigned
w_text_input(struct w_text *t, const struct input *in, enum w_event *event)
{
	long page = t->h > 1 ? t->h - 1 : 1;

	*event = W_NONE;
	if (t->find_open)
		return find_input(t, in, event);
	switch (in->nav) {
	case NAV_UP:
		return scroll(t, -1, event);
	case NAV_DOWN:
		return scroll(t, 1, event);
	case NAV_PAGE_UP:
		return scroll(t, -page, event);
	case NAV_PAGE_DOWN:
	case NAV_MARK: /* as in every pager */
		return scroll(t, page, event);
	case NAV_TOP:
	case NAV_HOME:
		return scroll(t, -(long)t->row_count, event);
	case NAV_BOTTOM:
	case NAV_END:
		return scroll(t, (long)t->row_count, event);
	case NAV_FILTER:
		t->find_open = true;
		return REACT_REDRAW;
	case NAV_FIND_NEXT:
		return find_again(t, 1);
	case NAV_FIND_PREV:
		return find_again(t, -1);
	case NAV_BACK:
		if (t->found == 0)
			return REACT_NONE;
		t->found = 0;
		w_line_set(&t->find, "");
		return REACT_REDRAW;
	default:
		return REACT_NONE;
	}
}

/* The piece of box or line in this row; the text goes over it. */
static void
draw_frame(const struct w_text_block *b, struct canvas *c, int y, int *x,
    int text_cells)
{
	static const uint32_t corners[][2] = {
	    [W_FRAME_TOP] = {0x250c, 0x2510},
	    [W_FRAME_BOTTOM] = {0x2514, 0x2518},
	};
	enum role role = (enum role)b->frame_role;
	bool ascii = canvas_is_ascii(c);

	if (b->frame == W_FRAME_RULE && text_cells + 2 < c->w)
		*x = (c->w - text_cells) / 2;
	if (canvas_is_plain(c))
		return;
	if (b->frame == W_FRAME_SIDE) {
		canvas_vline(c, 0, y, 1, role);
		canvas_vline(c, c->w - 1, y, 1, role);
		return;
	}
	canvas_hline(c, 0, y, c->w, role);
	if (text_cells > 0)
		canvas_fill(c, *x - 1, y, text_cells + 2, role);
	if (b->frame == W_FRAME_RULE)
		return;
	canvas_char(c, 0, y, role, ascii ? '+' : corners[b->frame][0]);
	canvas_char(c, c->w - 1, y, role, ascii ? '+' : corners[b->frame][1]);
}

static void
draw_row(const struct w_text *t, struct canvas *c, int y, size_t row)
{
	const struct w_text_row *r = &t->rows[row];
	const struct w_text_block *b = &t->blocks[r->block];
	size_t label_end = b->at + (size_t)b->label_len, label = 0;
	enum role role = t->found == row + 1 ? ROLE_MATCH : (enum role)b->role;
	int x = indent_of(t, b) + (r->at > b->at ? hang_of(t, b) : 0);

	if (b->frame != W_FRAME_NONE)
		draw_frame(
		    b, c, y, &x, canvas_cells(t->text.s + r->at, r->len));
	if (r->at < label_end) {
		label = label_end - r->at < r->len ? label_end - r->at : r->len;
		x += canvas_textn(c, x, y, -1, (enum role)b->label_role,
		    t->text.s + r->at, label);
	}
	canvas_textn(
	    c, x, y, -1, role, t->text.s + r->at + label, r->len - label);
}

void
w_text_draw(const struct w_text *t, struct canvas *c, bool focused)
{
	int rows = c->h - (t->find_open ? 1 : 0);

	canvas_clear(c, ROLE_NORMAL);
	for (int y = 0; y < rows && t->top + (size_t)y < t->row_count; y++)
		draw_row(t, c, y, t->top + (size_t)y);
	if (t->find_open) {
		canvas_char(c, 0, c->h - 1, ROLE_KEY, '/');
		w_line_draw(&t->find, c, 1, c->h - 1, c->w - 1, true);
	} else if (focused && canvas_is_plain(c)) {
		canvas_cursor(
		    c, 0, t->found > t->top ? (int)(t->found - 1 - t->top) : 0);
	}
}
