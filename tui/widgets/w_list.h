/*
 * w_list - a list of any length: selection by id, a window of rows.
 *
 * The list knows ids only; the texts stay in the screen's snapshot and come
 * through the cell callback.  A screen's refresh asks w_list_want() which
 * rows to fetch, and hands them over with w_list_set(), at once or when the
 * model's answer arrives; movement past the window's edge waits for it.
 * After a refresh the selected id stays selected and on the same screen row;
 * when it is gone its neighbour is taken.
 */
#ifndef TUI_WIDGETS_W_LIST_H
#define TUI_WIDGETS_W_LIST_H

#include "tui/widgets/w_line.h"
#include "tui/widgets/widget.h"

#define W_LIST_COLUMNS 12
#define W_CELL_SIZE    128

struct w_column {
	const char *title; /* N_(); NULL: none */
	int min;           /* cells; below the sum the last ranks go first */
	int weight;        /* share of what is left over; 0: stays at min */
	int rank;          /* 0: never hidden; higher: hidden earlier */
	enum canvas_align align;
};

struct w_cell {                /* filled by the cell callback; zeroed before */
	const char *text;      /* borrowed during the call, or buf */
	char buf[W_CELL_SIZE]; /* place for formatted text */
	enum role role;        /* ROLE_NORMAL: the row's own */
	bool trusted;          /* ours; else it passes the text gate */
};

struct w_list_ops {
	const struct w_column *columns;
	int column_count; /* 1 to W_LIST_COLUMNS */
	/* index is the row's place in what w_list_set() was given. */
	void (*cell)(
	    const void *data, size_t index, int column, struct w_cell *out);
	/* The row's role, or NULL: always ROLE_NORMAL. */
	enum role (*row)(const void *data, size_t index);
	/* A second line below each row (from 8 cells of height), or NULL. */
	void (*second)(const void *data, size_t index, struct w_cell *out);
	const char *empty; /* N_(): shown with no rows */
	bool no_header;
};

enum w_want {
	WANT_NOTHING,
	WANT_FIRST,  /* the first count rows */
	WANT_LAST,   /* the last count rows */
	WANT_AROUND, /* about count/2 before id, id, and about count/2 after;
	                when id is gone: where it would be, else the first */
};

struct w_list_want {
	enum w_want what;
	int64_t id;
	size_t count;
};

struct w_list {
	const struct w_list_ops *ops;
	const void *data; /* borrowed: given to the callbacks */
	struct w_line filter;
	bool filter_open;  /* the filter line has the focus */
	/* Borrowed, translated: what a filter that finds nothing is told, or
	 * NULL: the usual. */
	const char *nothing;
	int64_t total;     /* rows in all, -1: not known */
	bool total_capped; /* at least that many */
	/* private */
	int64_t *ids; /* owned window */
	size_t count;
	bool has_before, has_after;
	bool loaded;      /* an answer came */
	bool asked;       /* REACT_REFRESH was returned for rows */
	int64_t selected; /* id; 0: none */
	size_t sel, top;  /* places in the window */
	/* Was selected until it went; what took its place.  0: none did. */
	int64_t lost, lost_to;
	long pending;     /* rows still to move when the window comes */
	enum w_want goal; /* FIRST or LAST asked by gg or G */
	int w, h;
	int64_t *marks; /* owned, sorted ids */
	size_t mark_count;
};

void w_list_init(
    struct w_list *l, const struct w_list_ops *ops, const void *data);
void w_list_free(struct w_list *l);
void w_list_layout(struct w_list *l, int w, int h);
/* What refresh should fetch now; never WANT_NOTHING on a first call. */
void w_list_want(const struct w_list *l, struct w_list_want *want);
/* Movement ran out of rows, so a refresh is due. */
bool w_list_needs_rows(const struct w_list *l);
/* Rows are on their way and there is none to select yet. */
bool w_list_is_waiting(const struct w_list *l);
/* The new window; ids are copied.  has_*: there are rows beyond it. */
void w_list_set(struct w_list *l, const int64_t *ids, size_t n, bool has_before,
    bool has_after);
/* An id for a row that has a name and no number: the name's digest, never 0. */
int64_t w_list_name_id(const char *name);

int64_t w_list_selected(const struct w_list *l); /* 0: none */
/* Its place in the window, for the screen's snapshot; false when none. */
bool w_list_index(const struct w_list *l, size_t *index);
/* Select id when it is in the window, else ask for it with the next want. */
void w_list_select(struct w_list *l, int64_t id);

bool w_list_is_marked(const struct w_list *l, int64_t id);
void w_list_mark(struct w_list *l, int64_t id, bool on);
void w_list_clear_marks(struct w_list *l);
/* Marked ids, else the selected one, else none. Borrowed; *n counts. */
const int64_t *w_list_targets(const struct w_list *l, size_t *n);

/* Rows that fit in h cells of height, without header and filter. */
int w_list_body(const struct w_list *l, int h);
/* Lines that a row takes in h cells of height: 1 or 2. */
int w_list_lines(const struct w_list *l, int h);
/* Text of the filter, "" when none; it stays until cleared. */
const char *w_list_filter(const struct w_list *l);
/* The filter line is being typed: the screen wants text. */
bool w_list_wants_text(const struct w_list *l);

/*
 * Movement, marks and filter.  W_ACCEPT on Enter with a row selected.
 * REACT_REFRESH when rows are needed or the filter changed (W_CHANGED).
 */
unsigned w_list_input(
    struct w_list *l, const struct input *in, enum w_event *event);
unsigned w_list_paste(
    struct w_list *l, const char *text, size_t n, enum w_event *event);
/* y counts from the list's own top; a click selects, a second one accepts. */
unsigned w_list_mouse(
    struct w_list *l, int y, enum term_button button, enum w_event *event);
void w_list_draw(const struct w_list *l, struct canvas *c, bool focused);

#endif
