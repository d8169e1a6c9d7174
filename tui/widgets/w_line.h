/*
 * w_line - one-line editor: clusters, words, paste, history, own scroll.
 *
 * Everything that enters has passed the text gate (one line: line ends of a
 * paste become blanks), so what is drawn is what is held.
 */
#ifndef TUI_WIDGETS_W_LINE_H
#define TUI_WIDGETS_W_LINE_H

#include "common/str.h"
#include "tui/widgets/widget.h"

#define W_LINE_MAX     4096
#define W_LINE_HISTORY 50

struct w_line_history { /* shared by prompts of one kind; zero to begin */
	char *items[W_LINE_HISTORY]; /* owned, newest first */
	size_t count;
};
/* Copied; a repeated or empty one is not added twice. */
void w_line_history_add(struct w_line_history *h, const char *text);
void w_line_history_free(struct w_line_history *h);

struct w_line {
	struct str text;
	size_t at;        /* byte offset of the cursor */
	size_t max_bytes; /* W_LINE_MAX, or less */
	bool secret;      /* drawn as dots */
	/* private */
	int shift_cells;                /* first cell shown */
	struct w_line_history *history; /* borrowed, or NULL */
	size_t history_at;              /* 0: the text itself */
	char *kept;                     /* owned: text while in the history */
};

void w_line_init(struct w_line *l);
void w_line_free(struct w_line *l);
/* Cursor at the end.  Invalid UTF-8 becomes U+FFFD. */
void w_line_set(struct w_line *l, const char *text);
const char *w_line_text(const struct w_line *l); /* borrowed */
bool w_line_is_empty(const struct w_line *l);
void w_line_set_history(struct w_line *l, struct w_line_history *h);
unsigned w_line_input(
    struct w_line *l, const struct input *in, enum w_event *event);
/* What fits; REACT_CUT when that is not all. */
unsigned w_line_paste(
    struct w_line *l, const char *text, size_t n, enum w_event *event);
/* One row, w cells; the cursor is placed when focused. */
void w_line_draw(const struct w_line *l, struct canvas *c, int x, int y, int w,
    bool focused);

#endif
