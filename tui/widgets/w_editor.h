/*
 * w_editor - multi-line editor with soft wrap.
 *
 * At most max_bytes of UTF-8 (64 KiB unless the screen says another limit);
 * more is refused with REACT_BEEP, never cut in silence.  Everything that
 * enters has passed the text gate.  Undo and redo inside, a run of typed
 * characters is one step.  NAV_ACCEPT (C-s) gives W_ACCEPT, NAV_BACK gives
 * W_CANCEL, NAV_OPEN (Enter) a new line.
 */
#ifndef TUI_WIDGETS_W_EDITOR_H
#define TUI_WIDGETS_W_EDITOR_H

#include "common/str.h"
#include "tui/widgets/textrows.h"
#include "tui/widgets/widget.h"

#define W_EDITOR_MAX  (64 * 1024)
#define W_EDITOR_UNDO 64

struct w_edit_step { /* one change, for undo */
	size_t at;
	struct str removed, added; /* owned */
};

struct w_editor {
	struct str text;
	size_t at; /* byte offset of the cursor */
	size_t max_bytes;
	bool refused;      /* something did not fit since last asked */
	unsigned revision; /* counts changes: for "is it saved?" */
	/*
	 * NULL, or finds what is drawn as a warning: its next place in text,
	 * NULL when there is none, and in *end where it ends.
	 */
	const char *(*mark)(const char *text, const char **end);
	/* private */
	int goal_cell;         /* column that up and down aim at, -1: none */
	int top;               /* first wrapped row shown */
	int w, h;              /* cells of the last layout */
	struct text_rows rows; /* of text at width w */
	struct w_edit_step steps[W_EDITOR_UNDO];
	size_t step_count, step_at; /* steps[step_at..] can be redone */
	bool step_open; /* the next typed character joins the last step */
};

void w_editor_init(struct w_editor *e);
void w_editor_free(struct w_editor *e);
void w_editor_layout(struct w_editor *e, int w, int h);
/* Forgets undo; cursor at the end. */
void w_editor_set(struct w_editor *e, const char *text, size_t n);
const char *w_editor_text(const struct w_editor *e, size_t *n); /* borrowed */
/* At the cursor, one undo step; false when it does not fit (nothing done). */
bool w_editor_insert(struct w_editor *e, const char *text, size_t n);
/* Take out n bytes at offset at (a placeholder, say); one undo step. */
void w_editor_replace(
    struct w_editor *e, size_t at, size_t n, const char *with);
unsigned w_editor_input(
    struct w_editor *e, const struct input *in, enum w_event *event);
/* What fits; REACT_CUT when that is not all. */
unsigned w_editor_paste(
    struct w_editor *e, const char *text, size_t n, enum w_event *event);
/* The cursor to byte offset at; out of sight before, it is shown in the upper
 * half. */
void w_editor_go(struct w_editor *e, size_t at);
/* Lines count from 1 and end in LF: that of an offset, and where one begins
 * (the last one, when there are fewer). */
int w_editor_line(const struct w_editor *e, size_t at);
size_t w_editor_line_at(const struct w_editor *e, int line);
/* The offset at which the y-th row that is shown begins; false: below the end.
 */
bool w_editor_shown(const struct w_editor *e, int y, size_t *at);
/* Wrapped rows that the text needs at width w (at least 1). */
int w_editor_rows(const struct w_editor *e, int w);
void w_editor_draw(
    const struct w_editor *e, struct canvas *c, enum role role, bool focused);

#endif
