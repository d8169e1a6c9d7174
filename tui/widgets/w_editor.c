/*
 * w_editor - multi-line editor.
 */
#include "tui/widgets/w_editor.h"

#include "common/text.h"
#include "common/utf8.h"
#include "tui/widgets/textpos.h"

#include <string.h>

void
w_editor_init(struct w_editor *e)
{
	memset(e, 0, sizeof *e);
	str_init(&e->text);
	e->max_bytes = W_EDITOR_MAX;
	e->goal_cell = -1;
	e->w = 80;
	e->h = 4;
	text_rows_set(&e->rows, "", 0, e->w);
}

static void
drop_steps(struct w_editor *e, size_t from)
{
	for (size_t i = from; i < e->step_count; i++) {
		str_free(&e->steps[i].removed);
		str_free(&e->steps[i].added);
	}
	e->step_count = from;
}

void
w_editor_free(struct w_editor *e)
{
	drop_steps(e, 0);
	text_rows_free(&e->rows);
	str_free(&e->text);
}

struct place { /* of the cursor among the wrapped rows */
	int row, cell;
};

static struct place
find_place(const struct w_editor *e)
{
	size_t row = text_rows_find(&e->rows, e->at), at = e->rows.at[row];
	struct place p = {(int)row, 0};
	size_t next, len = 0;

	if (at < e->text.len)
		len = wrap_row(e->text.s + at, e->text.len - at, e->w, &next);
	if (e->at - at < len)
		len = e->at - at;
	p.cell = len > 0 ? canvas_cells(e->text.s + at, len) : 0;
	return p;
}

/* Byte offset of the place nearest to row and cell. */
static size_t
at_place(const struct w_editor *e, int row, int cell)
{
	size_t next, len, i = 0, last = e->rows.count - 1;
	size_t at = e->rows.at[(size_t)row < last ? (size_t)row : last];
	int width = 0, cells;

	if (at >= e->text.len)
		return e->text.len;
	len = wrap_row(e->text.s + at, e->text.len - at, e->w, &next);
	while (i < len) {
		size_t used =
		    canvas_cluster(e->text.s + at + i, len - i, &cells);

		if (width + cells > cell)
			break;
		width += cells;
		i += used;
	}
	return at + i;
}

static void
follow_cursor(struct w_editor *e)
{
	int row = find_place(e).row;

	if (row < e->top)
		e->top = row;
	if (row >= e->top + e->h)
		e->top = row - e->h + 1;
}

static void
wrap_all(struct w_editor *e)
{
	text_rows_set(
	    &e->rows, e->text.s != NULL ? e->text.s : "", e->text.len, e->w);
}

void
w_editor_layout(struct w_editor *e, int w, int h)
{
	int rows;

	w = w > 0 ? w : 1;
	e->h = h > 0 ? h : 1;
	if (w != e->w) {
		e->w = w;
		e->top = 0;
		wrap_all(e);
	}
	rows = (int)e->rows.count;
	if (e->top > rows - e->h)
		e->top = rows > e->h ? rows - e->h : 0;
	follow_cursor(e);
}

static bool
add_safe(
    struct w_editor *e, size_t at, const char *text, size_t n, struct str *safe)
{
	str_clear(safe);
	if (n > e->max_bytes)
		return false;
	text_safe(safe, text, n, TEXT_BLOCK);
	if (e->text.len + safe->len > e->max_bytes)
		return false;
	str_insert(&e->text, at, safe->s, safe->len);
	return true;
}

void
w_editor_set(struct w_editor *e, const char *text, size_t n)
{
	struct str safe;

	drop_steps(e, 0);
	e->step_at = 0;
	e->step_open = false;
	str_clear(&e->text);
	str_init(&safe);
	if (n > e->max_bytes)
		n = utf8_cut(text, n, e->max_bytes);
	while (!add_safe(e, 0, text, n, &safe))
		n = utf8_cut(text, n, n / 2);
	str_free(&safe);
	e->at = e->text.len;
	e->goal_cell = -1;
	e->revision++;
	e->top = 0;
	wrap_all(e);
	follow_cursor(e);
}

const char *
w_editor_text(const struct w_editor *e, size_t *n)
{
	if (n != NULL)
		*n = e->text.len;
	return e->text.s;
}

/* A fresh step at the end; what could be redone is forgotten. */
static struct w_edit_step *
new_step(struct w_editor *e, size_t at)
{
	struct w_edit_step *step;

	drop_steps(e, e->step_at);
	if (e->step_count == W_EDITOR_UNDO) {
		str_free(&e->steps[0].removed);
		str_free(&e->steps[0].added);
		memmove(&e->steps[0], &e->steps[1],
		    (W_EDITOR_UNDO - 1) * sizeof e->steps[0]);
		e->step_count--;
	}
	step = &e->steps[e->step_count++];
	step->at = at;
	str_init(&step->removed);
	str_init(&step->added);
	e->step_at = e->step_count;
	return step;
}

static void
changed(struct w_editor *e, size_t at, size_t removed, size_t added)
{
	text_rows_change(&e->rows, e->text.s, e->text.len, at, removed, added);
	e->revision++;
	e->goal_cell = -1;
	follow_cursor(e);
}

/* Typed characters that follow each other are one step. */
static bool
can_join(const struct w_editor *e, size_t at, const char *with, size_t n)
{
	const struct w_edit_step *last;

	if (!e->step_open || e->step_at == 0 || e->step_at != e->step_count ||
	    n == 0 || with[0] == '\n')
		return false;
	last = &e->steps[e->step_count - 1];
	return last->removed.len == 0 && last->at + last->added.len == at;
}

/* Every change goes through here. */
static bool
change(struct w_editor *e, size_t at, size_t n, const char *with, size_t with_n,
    bool typed)
{
	struct w_edit_step *step;
	struct str safe;

	str_init(&safe);
	gate_behind(&safe, e->text.s, at, with, with_n, TEXT_BLOCK);
	if (e->text.len - n + safe.len > e->max_bytes) {
		str_free(&safe);
		return false;
	}
	if (n == 0 && typed && can_join(e, at, safe.s, safe.len)) {
		step = &e->steps[e->step_count - 1];
	} else {
		step = new_step(e, at);
		str_addn(&step->removed, e->text.s + at, n);
	}
	str_addn(&step->added, safe.s, safe.len);
	if (n > 0)
		str_remove(&e->text, at, n);
	str_insert(&e->text, at, safe.s, safe.len);
	e->at = at + safe.len;
	e->step_open = typed;
	changed(e, at, n, safe.len);
	str_free(&safe);
	return true;
}

bool
w_editor_insert(struct w_editor *e, const char *text, size_t n)
{
	if (n > e->max_bytes)
		return false;
	return n == 0 || change(e, e->at, 0, text, n, false);
}

void
w_editor_replace(struct w_editor *e, size_t at, size_t n, const char *with)
{
	if (at > e->text.len)
		at = e->text.len;
	if (n > e->text.len - at)
		n = e->text.len - at;
	change(e, at, n, with, strlen(with), false);
}

static bool
undo(struct w_editor *e)
{
	struct w_edit_step *step;

	if (e->step_at == 0)
		return false;
	step = &e->steps[--e->step_at];
	str_remove(&e->text, step->at, step->added.len);
	str_insert(&e->text, step->at, step->removed.s, step->removed.len);
	e->at = step->at + step->removed.len;
	e->step_open = false;
	changed(e, step->at, step->added.len, step->removed.len);
	return true;
}

static bool
redo(struct w_editor *e)
{
	struct w_edit_step *step;

	if (e->step_at == e->step_count)
		return false;
	step = &e->steps[e->step_at++];
	str_remove(&e->text, step->at, step->removed.len);
	str_insert(&e->text, step->at, step->added.s, step->added.len);
	e->at = step->at + step->added.len;
	e->step_open = false;
	changed(e, step->at, step->removed.len, step->added.len);
	return true;
}

static unsigned
move_to(struct w_editor *e, size_t at, enum w_event *event)
{
	e->at = at;
	e->goal_cell = -1;
	e->step_open = false;
	follow_cursor(e);
	*event = W_MOVED;
	return REACT_REDRAW;
}

static unsigned
move_rows(struct w_editor *e, int rows, enum w_event *event)
{
	struct place p = find_place(e);
	int goal = e->goal_cell >= 0 ? e->goal_cell : p.cell;
	int row = p.row + rows;

	if ((rows < 0 && p.row == 0) ||
	    (rows > 0 && p.row == w_editor_rows(e, e->w) - 1))
		return REACT_NONE;
	move_to(e, at_place(e, row < 0 ? 0 : row, goal), event);
	e->goal_cell = goal;
	return REACT_REDRAW;
}

static size_t
line_begin(const struct w_editor *e)
{
	size_t at = e->at;

	while (at > 0 && e->text.s[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct w_editor *e)
{
	size_t at = e->at;

	while (at < e->text.len && e->text.s[at] != '\n')
		at++;
	return at;
}

static unsigned
cut_out(struct w_editor *e, size_t from, size_t to, enum w_event *event)
{
	if (from == to)
		return REACT_BEEP;
	change(e, from, to - from, "", 0, false);
	*event = W_CHANGED;
	return REACT_REDRAW;
}

static unsigned
type(struct w_editor *e, const char *s, size_t n, enum w_event *event)
{
	if (!change(e, e->at, 0, s, n, true))
		return REACT_BEEP;
	*event = W_CHANGED;
	return REACT_REDRAW;
}

static unsigned
undo_or_redo(bool done, enum w_event *event)
{
	if (!done)
		return REACT_BEEP;
	*event = W_CHANGED;
	return REACT_REDRAW;
}

unsigned
w_editor_input(struct w_editor *e, const struct input *in, enum w_event *event)
{
	const char *s = e->text.s;
	size_t n = e->text.len;
	char utf8[4];

	*event = W_NONE;
	switch (in->nav) {
	case NAV_NONE:
		if (!key_is_text(&in->key))
			return REACT_NONE;
		return type(e, utf8, utf8_encode(in->key.cp, utf8), event);
	case NAV_OPEN:
		return type(e, "\n", 1, event);
	case NAV_LEFT:
		return move_to(
		    e, e->at > 0 ? utf8_prev(s, n, e->at) : 0, event);
	case NAV_RIGHT:
		return move_to(
		    e, e->at < n ? utf8_next(s, n, e->at) : n, event);
	case NAV_UP:
		return move_rows(e, -1, event);
	case NAV_DOWN:
		return move_rows(e, 1, event);
	case NAV_PAGE_UP:
		return move_rows(e, -e->h, event);
	case NAV_PAGE_DOWN:
		return move_rows(e, e->h, event);
	case NAV_HOME:
		return move_to(e, line_begin(e), event);
	case NAV_END:
		return move_to(e, line_end(e), event);
	case NAV_WORD_LEFT:
		return move_to(e, word_left(s, n, e->at), event);
	case NAV_WORD_RIGHT:
		return move_to(e, word_right(s, n, e->at), event);
	case NAV_BACKSPACE:
		return cut_out(
		    e, e->at > 0 ? utf8_prev(s, n, e->at) : 0, e->at, event);
	case NAV_DELETE:
		return cut_out(
		    e, e->at, e->at < n ? utf8_next(s, n, e->at) : n, event);
	case NAV_DELETE_WORD:
		return cut_out(e, word_left(s, n, e->at), e->at, event);
	case NAV_DELETE_LINE:
		return cut_out(e, line_begin(e), e->at, event);
	case NAV_UNDO:
		return undo_or_redo(undo(e), event);
	case NAV_REDO:
		return undo_or_redo(redo(e), event);
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
w_editor_paste(
    struct w_editor *e, const char *text, size_t n, enum w_event *event)
{
	size_t fits = utf8_cut(text, n, e->max_bytes - e->text.len);

	*event = W_NONE;
	/* Unsafe bytes take more room when they are made visible. */
	while (fits > 0 && !w_editor_insert(e, text, fits))
		fits = utf8_cut(text, fits, fits - fits / 8 - 1);
	if (fits == 0)
		return n > 0 ? REACT_BEEP | REACT_CUT : REACT_BEEP;
	*event = W_CHANGED;
	return fits < n ? REACT_REDRAW | REACT_CUT : REACT_REDRAW;
}

void
w_editor_go(struct w_editor *e, size_t at)
{
	enum w_event event;
	int top = e->top, row;

	(void)move_to(e, at < e->text.len ? at : e->text.len, &event);
	row = find_place(e).row;
	if (row < top || row >= top + e->h)
		e->top = row > e->h / 3 ? row - e->h / 3 : 0;
}

int
w_editor_line(const struct w_editor *e, size_t at)
{
	const char *s = e->text.s, *end = s + at, *lf;
	int line = 1;

	while (s < end && (lf = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		line++;
		s = lf + 1;
	}
	return line;
}

size_t
w_editor_line_at(const struct w_editor *e, int line)
{
	size_t at = 0;

	while (--line > 0) {
		const char *lf = at < e->text.len ? memchr(e->text.s + at, '\n',
							e->text.len - at)
		                                  : NULL;

		if (lf == NULL)
			return at;
		at = (size_t)(lf - e->text.s) + 1;
	}
	return at;
}

bool
w_editor_shown(const struct w_editor *e, int y, size_t *at)
{
	size_t row = (size_t)e->top + (size_t)y;

	if (row >= e->rows.count)
		return false;
	*at = e->rows.at[row];
	return true;
}

int
w_editor_rows(const struct w_editor *e, int w)
{
	if (w == e->w)
		return (int)e->rows.count;
	return (int)wrap_count(e->text.s, e->text.len, w > 0 ? w : 1);
}

/* The part of text[at..at + len), one row, that is in [from, to). */
static void
draw_mark(const struct w_editor *e, struct canvas *line, size_t at, size_t len,
    size_t from, size_t to)
{
	if (from < at)
		from = at;
	if (to > at + len)
		to = at + len;
	if (from < to)
		canvas_restyle(line, canvas_cells(e->text.s + at, from - at), 0,
		    canvas_cells(e->text.s + from, to - from), ROLE_WARNING);
}

static void
draw_marks(const struct w_editor *e, struct canvas *line, size_t at, size_t len)
{
	const char *from = e->text.s, *to;

	if (e->mark == NULL)
		return;
	while ((from = e->mark(from, &to)) != NULL &&
	       from < e->text.s + at + len) {
		draw_mark(e, line, at, len, (size_t)(from - e->text.s),
		    (size_t)(to - e->text.s));
		from = to;
	}
}

void
w_editor_draw(
    const struct w_editor *e, struct canvas *c, enum role role, bool focused)
{
	struct place p;
	size_t at, next, len;

	canvas_clear(c, role);
	if (c->w <= 0 || c->h <= 0)
		return;
	for (int y = 0;
	     y < c->h && w_editor_shown(e, y, &at) && at < e->text.len; y++) {
		struct canvas line = canvas_sub(c, 0, y, c->w, 1);

		len = wrap_row(e->text.s + at, e->text.len - at, e->w, &next);
		canvas_textn(&line, 0, 0, -1, role, e->text.s + at, len);
		draw_marks(e, &line, at, len);
	}
	if (!focused)
		return;
	p = find_place(e);
	canvas_cursor(c, p.cell < c->w ? p.cell : c->w - 1, p.row - e->top);
}
