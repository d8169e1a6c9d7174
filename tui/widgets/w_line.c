/*
 * w_line - one-line editor.
 */
#include "tui/widgets/w_line.h"

#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/widgets/textpos.h"

#include <stdlib.h>
#include <string.h>

void
w_line_history_add(struct w_line_history *h, const char *text)
{
	if (text[0] == '\0' || (h->count > 0 && str_equal(h->items[0], text)))
		return;
	if (h->count == W_LINE_HISTORY)
		free(h->items[--h->count]);
	memmove(&h->items[1], &h->items[0], h->count * sizeof h->items[0]);
	h->items[0] = xstrdup(text);
	h->count++;
}

void
w_line_history_free(struct w_line_history *h)
{
	while (h->count > 0)
		free(h->items[--h->count]);
}

void
w_line_init(struct w_line *l)
{
	memset(l, 0, sizeof *l);
	str_init(&l->text);
	l->max_bytes = W_LINE_MAX;
}

void
w_line_free(struct w_line *l)
{
	str_free(&l->text);
	FREE(&l->kept);
}

/* The safe form of s at the cursor; false when it does not fit. */
static bool
insert(struct w_line *l, const char *s, size_t n)
{
	struct str safe;
	bool fits;

	str_init(&safe);
	gate_behind(&safe, l->text.s, l->at, s, n, TEXT_LINE);
	fits = l->text.len + safe.len <= l->max_bytes;
	if (fits) {
		str_insert(&l->text, l->at, safe.s, safe.len);
		l->at += safe.len;
	}
	str_free(&safe);
	return fits;
}

void
w_line_set(struct w_line *l, const char *text)
{
	size_t n = strlen(text);

	str_clear(&l->text);
	l->at = 0;
	l->history_at = 0;
	if (n > l->max_bytes)
		n = utf8_cut(text, n, l->max_bytes);
	while (!insert(l, text, n))
		n = utf8_cut(text, n, n / 2);
}

const char *
w_line_text(const struct w_line *l)
{
	return l->text.s;
}

bool
w_line_is_empty(const struct w_line *l)
{
	return l->text.len == 0;
}

void
w_line_set_history(struct w_line *l, struct w_line_history *h)
{
	l->history = h;
	l->history_at = 0;
}

static unsigned
cut_out(struct w_line *l, size_t from, size_t to, enum w_event *event)
{
	if (from == to)
		return REACT_BEEP;
	str_remove(&l->text, from, to - from);
	l->at = from;
	*event = W_CHANGED;
	return REACT_REDRAW;
}

static unsigned
move_to(struct w_line *l, size_t at, enum w_event *event)
{
	l->at = at;
	*event = W_MOVED;
	return REACT_REDRAW;
}

/* Older is +1, newer -1; the text being typed comes back at 0. */
static unsigned
walk_history(struct w_line *l, int step, enum w_event *event)
{
	size_t at;

	if (l->history == NULL)
		return REACT_NONE;
	if ((step < 0 && l->history_at == 0) ||
	    (step > 0 && l->history_at == l->history->count))
		return REACT_BEEP;
	if (l->history_at == 0) {
		free(l->kept);
		l->kept = xstrdup(l->text.s);
	}
	at = l->history_at + (step > 0 ? 1 : (size_t)-1);
	w_line_set(l, at == 0 ? l->kept : l->history->items[at - 1]);
	l->history_at = at;
	*event = W_CHANGED;
	return REACT_REDRAW;
}

unsigned
w_line_input(struct w_line *l, const struct input *in, enum w_event *event)
{
	const char *s = l->text.s;
	size_t n = l->text.len;
	char utf8[4];

	*event = W_NONE;
	switch (in->nav) {
	case NAV_NONE:
		if (!key_is_text(&in->key))
			return REACT_NONE;
		if (!insert(l, utf8, utf8_encode(in->key.cp, utf8)))
			return REACT_BEEP;
		*event = W_CHANGED;
		return REACT_REDRAW;
	case NAV_LEFT:
		return move_to(
		    l, l->at > 0 ? utf8_prev(s, n, l->at) : 0, event);
	case NAV_RIGHT:
		return move_to(
		    l, l->at < n ? utf8_next(s, n, l->at) : n, event);
	case NAV_HOME:
		return move_to(l, 0, event);
	case NAV_END:
		return move_to(l, n, event);
	case NAV_WORD_LEFT:
		return move_to(l, word_left(s, n, l->at), event);
	case NAV_WORD_RIGHT:
		return move_to(l, word_right(s, n, l->at), event);
	case NAV_BACKSPACE:
		return cut_out(
		    l, l->at > 0 ? utf8_prev(s, n, l->at) : 0, l->at, event);
	case NAV_DELETE:
		return cut_out(
		    l, l->at, l->at < n ? utf8_next(s, n, l->at) : n, event);
	case NAV_DELETE_WORD:
		return cut_out(l, word_left(s, n, l->at), l->at, event);
	case NAV_DELETE_LINE:
		return cut_out(l, 0, l->at, event);
	case NAV_UP:
		return walk_history(l, 1, event);
	case NAV_DOWN:
		return walk_history(l, -1, event);
	case NAV_OPEN:
	case NAV_ACCEPT:
		*event = W_ACCEPT;
		return REACT_HANDLED;
	case NAV_BACK:
		*event = W_CANCEL;
		return REACT_HANDLED;
	default:
		return REACT_NONE;
	}
}

unsigned
w_line_paste(struct w_line *l, const char *text, size_t n, enum w_event *event)
{
	size_t fits;

	*event = W_NONE;
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	fits = utf8_cut(text, n, l->max_bytes - l->text.len);
	/* Unsafe bytes take more room when they are made visible. */
	while (fits > 0 && !insert(l, text, fits))
		fits = utf8_cut(text, fits, fits - fits / 8 - 1);
	if (fits == 0)
		return n > 0 ? REACT_BEEP | REACT_CUT : REACT_BEEP;
	*event = W_CHANGED;
	return fits < n ? REACT_REDRAW | REACT_CUT : REACT_REDRAW;
}

/* First byte to show so that the cursor is inside w cells, not at each step. */
static size_t
first_shown(const struct w_line *l, int w)
{
	int cursor = canvas_cells(l->text.s, l->at), jump = w / 4 + 1;
	int shift = 0, width = 0, cells;
	size_t at = 0;

	while (cursor - shift > w - 1)
		shift += jump;
	while (at < l->at && width < shift) {
		at += canvas_cluster(l->text.s + at, l->text.len - at, &cells);
		width += cells;
	}
	return at;
}

static void
draw_secret(const struct w_line *l, struct canvas *c, int x, int y, int w,
    enum role role, bool focused)
{
	int dots = 0, cells, before = 0;

	for (size_t at = 0; at < l->text.len; dots++) {
		if (at < l->at)
			before++;
		at += canvas_cluster(l->text.s + at, l->text.len - at, &cells);
	}
	for (int i = 0; i < dots && i < w; i++)
		canvas_char(c, x + i, y, role, '*');
	if (focused)
		canvas_cursor(c, x + (before < w ? before : w - 1), y);
}

void
w_line_draw(
    const struct w_line *l, struct canvas *c, int x, int y, int w, bool focused)
{
	enum role role = focused ? ROLE_FIELD_FOCUS : ROLE_FIELD;
	struct canvas field = canvas_sub(c, x, y, w, 1);
	size_t from;

	if (field.w <= 0 || field.h <= 0)
		return;
	canvas_fill(&field, 0, 0, field.w, role);
	if (l->secret) {
		draw_secret(l, &field, 0, 0, field.w, role, focused);
		return;
	}
	from = focused ? first_shown(l, field.w) : 0;
	canvas_text(&field, 0, 0, -1, role, l->text.s + from);
	if (focused)
		canvas_cursor(
		    &field, canvas_cells(l->text.s + from, l->at - from), 0);
}
