/*
 * w_list - selection, window and movement; drawing is in w_list_draw.c.
 */
#include "tui/widgets/w_list.h"

#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_LEAST 60
#define TWO_LINES_H  8 /* less height: one line a row */

void
w_list_init(struct w_list *l, const struct w_list_ops *ops, const void *data)
{
	memset(l, 0, sizeof *l);
	l->ops = ops;
	l->data = data;
	l->total = -1;
	l->w = 80;
	l->h = 20;
	w_line_init(&l->filter);
}

void
w_list_free(struct w_list *l)
{
	w_line_free(&l->filter);
	FREE(&l->ids);
	FREE(&l->marks);
}

int
w_list_lines(const struct w_list *l, int h)
{
	return l->ops->second != NULL && h >= TWO_LINES_H ? 2 : 1;
}

/* Cells above the rows. */
static int
head(const struct w_list *l)
{
	return (l->ops->no_header ? 0 : 1) +
	       (l->filter_open || !w_line_is_empty(&l->filter) ? 1 : 0);
}

int
w_list_body(const struct w_list *l, int h)
{
	int rows = (h - head(l)) / w_list_lines(l, h);

	return rows > 0 ? rows : 1;
}

static size_t
body(const struct w_list *l)
{
	return (size_t)w_list_body(l, l->h);
}

/* Keep the selected row in sight and no gap at the end. */
static void
clamp_top(struct w_list *l)
{
	size_t rows = body(l);

	if (l->count == 0) {
		l->top = 0;
		return;
	}
	if (l->top + rows > l->count)
		l->top = l->count > rows ? l->count - rows : 0;
	if (l->sel < l->top)
		l->top = l->sel;
	if (l->sel >= l->top + rows)
		l->top = l->sel - rows + 1;
}

void
w_list_layout(struct w_list *l, int w, int h)
{
	l->w = w;
	l->h = h;
	clamp_top(l);
}

void
w_list_want(const struct w_list *l, struct w_list_want *want)
{
	size_t rows = body(l);

	want->count = rows * 4 > WINDOW_LEAST ? rows * 4 : WINDOW_LEAST;
	want->id = 0;
	if (l->goal != WANT_NOTHING) {
		want->what = l->goal;
		return;
	}
	want->what = WANT_FIRST;
	if (l->selected == 0)
		return;
	/* At the very top a new first row must come into sight. */
	if (l->loaded && !l->has_before && l->pending == 0 && l->sel < rows / 2)
		return;
	want->what = WANT_AROUND;
	want->id = l->selected;
}

static bool
near_edge(const struct w_list *l)
{
	size_t rows = body(l);

	return (l->has_before && l->sel < rows) ||
	       (l->has_after && l->sel + rows >= l->count);
}

bool
w_list_needs_rows(const struct w_list *l)
{
	if (l->asked)
		return false;
	return !l->loaded || l->pending != 0 || l->goal != WANT_NOTHING ||
	       near_edge(l);
}

static bool
place_of(const int64_t *ids, size_t n, int64_t id, size_t *at)
{
	for (size_t i = 0; i < n; i++) {
		if (ids[i] == id) {
			*at = i;
			return true;
		}
	}
	return false;
}

/* The selected id's place in the new window, or that of a neighbour. */
static size_t
find_again(const struct w_list *l, const int64_t *ids, size_t n)
{
	size_t at;

	if (l->goal == WANT_FIRST || n == 0)
		return 0;
	if (l->goal == WANT_LAST)
		return n - 1;
	if (place_of(ids, n, l->selected, &at))
		return at;
	for (size_t i = l->sel + 1; i < l->count; i++) {
		if (place_of(ids, n, l->ids[i], &at))
			return at;
	}
	for (size_t i = l->sel; i > 0 && i <= l->count; i--) {
		if (place_of(ids, n, l->ids[i - 1], &at))
			return at;
	}
	return l->sel < n ? l->sel : n - 1;
}

/* Move the selection inside the window; returns what is left over. */
static long
step(struct w_list *l, long rows)
{
	long last = (long)l->count - 1, to = (long)l->sel + rows;

	if (l->count == 0)
		return 0;
	l->sel = to < 0 ? 0 : to > last ? (size_t)last : (size_t)to;
	l->selected = l->ids[l->sel];
	if (to < 0 && l->has_before)
		return to;
	if (to > last && l->has_after)
		return to - last;
	return 0;
}

/*
 * A row that comes back, as after an undo, is selected again if nobody moved
 * since.  Whoever asked for the first or last rows wants those.
 */
static void
regain(struct w_list *l, const int64_t *ids, size_t n)
{
	size_t at;

	if (l->lost == 0 || l->goal != WANT_NOTHING || l->pending != 0 ||
	    l->selected != l->lost_to)
		l->lost = 0;
	else if (place_of(ids, n, l->lost, &at)) {
		l->selected = l->lost;
		l->lost = 0;
	}
}

/* before: what was selected while the list had other rows. */
static void
remember_lost(struct w_list *l, int64_t before)
{
	if (before == 0 || l->goal != WANT_NOTHING || before == l->selected)
		return;
	if (l->lost == 0)
		l->lost = before;
	l->lost_to = l->selected;
}

int64_t
w_list_name_id(const char *name)
{
	uint64_t h = 1469598103934665603u;

	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211u;
	return (int64_t)(h >> 1) | 1;
}

void
w_list_set(struct w_list *l, const int64_t *ids, size_t n, bool has_before,
    bool has_after)
{
	size_t offset = l->sel >= l->top ? l->sel - l->top : 0;
	bool at_top = !l->loaded || (l->top == 0 && !l->has_before);
	int64_t before;
	size_t sel;

	regain(l, ids, n);
	before = l->selected;
	sel = find_again(l, ids, n);
	at_top = (at_top && l->pending == 0) || l->goal == WANT_FIRST;
	free(l->ids);
	l->ids = n > 0 ? xmemdup(ids, n * sizeof ids[0]) : NULL;
	l->count = n;
	l->has_before = has_before;
	l->has_after = has_after;
	l->loaded = true;
	l->asked = false;
	l->sel = sel;
	l->selected = n > 0 ? ids[sel] : 0;
	remember_lost(l, before);
	l->goal = WANT_NOTHING;
	l->pending = step(l, l->pending);
	l->top = l->sel > offset ? l->sel - offset : 0;
	if (at_top && !has_before && l->sel < body(l))
		l->top = 0;
	clamp_top(l);
}

bool
w_list_is_waiting(const struct w_list *l)
{
	return !l->loaded;
}

int64_t
w_list_selected(const struct w_list *l)
{
	return l->loaded ? l->selected : 0;
}

bool
w_list_index(const struct w_list *l, size_t *index)
{
	*index = l->sel;
	return l->loaded && l->count > 0;
}

void
w_list_select(struct w_list *l, int64_t id)
{
	size_t at;

	l->pending = 0;
	l->lost = 0;
	l->goal = WANT_NOTHING;
	if (l->loaded && place_of(l->ids, l->count, id, &at)) {
		l->sel = at;
		l->selected = id;
		clamp_top(l);
		return;
	}
	l->selected = id;
	l->loaded = false;
	l->asked = false;
}

static size_t
mark_place(const struct w_list *l, int64_t id)
{
	size_t i = 0;

	while (i < l->mark_count && l->marks[i] < id)
		i++;
	return i;
}

bool
w_list_is_marked(const struct w_list *l, int64_t id)
{
	size_t i = mark_place(l, id);

	return i < l->mark_count && l->marks[i] == id;
}

void
w_list_mark(struct w_list *l, int64_t id, bool on)
{
	size_t i = mark_place(l, id);

	if (w_list_is_marked(l, id) == on)
		return;
	if (on) {
		l->marks = xreallocarray(
		    l->marks, l->mark_count + 1, sizeof l->marks[0]);
		memmove(&l->marks[i + 1], &l->marks[i],
		    (l->mark_count - i) * sizeof l->marks[0]);
		l->marks[i] = id;
		l->mark_count++;
		return;
	}
	l->mark_count--;
	memmove(&l->marks[i], &l->marks[i + 1],
	    (l->mark_count - i) * sizeof l->marks[0]);
}

void
w_list_clear_marks(struct w_list *l)
{
	l->mark_count = 0;
}

const int64_t *
w_list_targets(const struct w_list *l, size_t *n)
{
	*n = l->mark_count;
	if (l->mark_count > 0)
		return l->marks;
	*n = w_list_selected(l) != 0 ? 1 : 0;
	return &l->selected;
}

const char *
w_list_filter(const struct w_list *l)
{
	return w_line_text(&l->filter);
}

bool
w_list_wants_text(const struct w_list *l)
{
	return l->filter_open;
}

static unsigned
ask_if_needed(struct w_list *l)
{
	if (!w_list_needs_rows(l))
		return REACT_REDRAW;
	l->asked = true;
	return REACT_REFRESH;
}

static unsigned
move(struct w_list *l, long rows, enum w_event *event)
{
	int64_t before = l->selected;

	if (!l->loaded || l->goal != WANT_NOTHING)
		l->pending += rows;
	else
		l->pending = step(l, l->pending + rows);
	clamp_top(l);
	if (l->selected != before)
		*event = W_MOVED;
	return ask_if_needed(l);
}

static unsigned
go_end(struct w_list *l, enum w_want goal, enum w_event *event)
{
	bool more = goal == WANT_FIRST ? l->has_before : l->has_after;

	l->pending = 0;
	if (!l->loaded || more) {
		l->goal = goal;
		l->asked = false;
		return ask_if_needed(l);
	}
	return move(
	    l, goal == WANT_FIRST ? -(long)l->count : (long)l->count, event);
}

static unsigned
filter_changed(struct w_list *l, enum w_event *event)
{
	*event = W_CHANGED;
	l->lost = 0;
	l->loaded = false;
	l->pending = 0;
	l->goal = WANT_FIRST;
	l->asked = true;
	return REACT_REFRESH;
}

/* All rows again, and still on the one that was looked for. */
static unsigned
filter_cleared(struct w_list *l, enum w_event *event)
{
	unsigned react;

	w_line_set(&l->filter, "");
	react = filter_changed(l, event);
	if (l->selected != 0)
		l->goal = WANT_NOTHING;
	return react;
}

static unsigned
filter_input(struct w_list *l, const struct input *in, enum w_event *event)
{
	unsigned react = w_line_input(&l->filter, in, event);

	switch (*event) {
	case W_CHANGED:
		return filter_changed(l, event);
	case W_ACCEPT:
		l->filter_open = false;
		*event = W_NONE;
		clamp_top(l);
		return REACT_REDRAW;
	case W_CANCEL:
		l->filter_open = false;
		if (w_line_is_empty(&l->filter)) {
			*event = W_NONE;
			clamp_top(l);
			return REACT_REDRAW;
		}
		return filter_cleared(l, event);
	case W_NONE:
	case W_MOVED:
		break;
	}
	return react;
}

static unsigned
toggle_mark(struct w_list *l, enum w_event *event)
{
	if (w_list_selected(l) == 0)
		return REACT_BEEP;
	w_list_mark(l, l->selected, !w_list_is_marked(l, l->selected));
	return move(l, 1, event);
}

static unsigned
go_back(struct w_list *l, enum w_event *event)
{
	if (!w_line_is_empty(&l->filter))
		return filter_cleared(l, event);
	if (l->mark_count > 0) {
		w_list_clear_marks(l);
		return REACT_REDRAW;
	}
	return REACT_NONE;
}

unsigned
w_list_input(struct w_list *l, const struct input *in, enum w_event *event)
{
	long page = (long)body(l) > 1 ? (long)body(l) - 1 : 1;

	*event = W_NONE;
	switch (in->nav) {
	case NAV_UP:
		return move(l, -1, event);
	case NAV_DOWN:
		return move(l, 1, event);
	case NAV_PAGE_UP:
		return move(l, -page, event);
	case NAV_PAGE_DOWN:
		return move(l, page, event);
	default:
		break;
	}
	if (l->filter_open)
		return filter_input(l, in, event);
	switch (in->nav) {
	case NAV_TOP:
	case NAV_HOME:
		return go_end(l, WANT_FIRST, event);
	case NAV_BOTTOM:
	case NAV_END:
		return go_end(l, WANT_LAST, event);
	case NAV_MARK:
		return toggle_mark(l, event);
	case NAV_FILTER:
		l->filter_open = true;
		clamp_top(l);
		return REACT_REDRAW;
	case NAV_OPEN:
		if (w_list_selected(l) == 0)
			return REACT_BEEP;
		*event = W_ACCEPT;
		return REACT_HANDLED;
	case NAV_BACK:
		return go_back(l, event);
	default:
		return REACT_NONE;
	}
}

unsigned
w_list_paste(struct w_list *l, const char *text, size_t n, enum w_event *event)
{
	*event = W_NONE;
	if (!l->filter_open)
		return REACT_NONE;
	if (w_line_paste(&l->filter, text, n, event) == REACT_BEEP)
		return REACT_BEEP;
	return filter_changed(l, event);
}

unsigned
w_list_mouse(
    struct w_list *l, int y, enum term_button button, enum w_event *event)
{
	size_t row;

	*event = W_NONE;
	y -= head(l);
	if (button != BUTTON_LEFT || y < 0 || !l->loaded)
		return REACT_NONE;
	row = l->top + (size_t)(y / w_list_lines(l, l->h));
	if (row >= l->count)
		return REACT_NONE;
	if (row == l->sel) {
		*event = W_ACCEPT;
		return REACT_HANDLED;
	}
	return move(l, (long)row - (long)l->sel, event);
}
