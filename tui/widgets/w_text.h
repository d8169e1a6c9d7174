/*
 * w_text - wrapped read-only text with scroll and search.
 *
 * The text is a row of blocks, each with a role and an indent, so that a
 * thread of messages, a card or a help page is one widget.  Everything added
 * with w_text_outside passes the text gate once, when it is added.
 */
#ifndef TUI_WIDGETS_W_TEXT_H
#define TUI_WIDGETS_W_TEXT_H

#include "common/str.h"
#include "tui/widgets/w_line.h"
#include "tui/widgets/widget.h"

enum w_text_frame {
	W_FRAME_NONE,
	W_FRAME_RULE,   /* the text in the middle of a line from end to end */
	W_FRAME_TOP,    /* upper edge of a box, the text is its title */
	W_FRAME_SIDE,   /* between the sides of a box */
	W_FRAME_BOTTOM, /* lower edge */
};

struct w_text_block {
	size_t at, len; /* in text */
	uint8_t frame;  /* enum w_text_frame; none in plain mode */
	uint8_t frame_role;
	uint8_t role;
	int16_t indent;    /* cells before every row of the block */
	int16_t hang;      /* more of them before all but the first row */
	int16_t label_len; /* bytes at the start drawn in label_role */
	uint8_t label_role;
	int64_t id; /* the record it shows, 0: none */
};

struct w_text_row { /* one row on the screen, made by layout */
	uint32_t block;
	uint32_t at, len; /* in text */
};

struct w_text {
	struct str text;
	struct w_text_block *blocks; /* owned */
	size_t block_count, block_cap;
	struct w_line find;
	bool find_open;
	bool follow; /* stay at the end while text is added */
	/* private */
	struct w_text_row *rows; /* owned */
	size_t row_count, row_cap;
	size_t found; /* row of the last match + 1, 0: none */
	size_t top;
	int w, h;
	bool laid; /* rows are those of the text at width w */
};

void w_text_init(struct w_text *t);
void w_text_free(struct w_text *t);
void w_text_clear(struct w_text *t); /* keeps the scroll position */
/* One paragraph or several (LF); ours, or from outside. */
void w_text_add(struct w_text *t, enum role role, int indent, const char *s);
void w_text_outside(
    struct w_text *t, enum role role, int indent, const char *s, size_t n);
/* "label: text" in one block; label is ours, text from outside. */
void w_text_pair(
    struct w_text *t, const char *label, const char *text, size_t n);
void w_text_gap(struct w_text *t); /* an empty row */
/* The first bytes of the last added block in a role of their own. */
void w_text_set_label(struct w_text *t, size_t bytes, enum role role);
/*
 * Rows of the last added block after its first begin this many cells further
 * in, as in a list of keys; less when the text is narrow.
 */
void w_text_set_hang(struct w_text *t, int cells);
/* A piece of a box or line for the last added block, which has no indent. */
void w_text_set_frame(
    struct w_text *t, enum w_text_frame frame, enum role role);
/* The record that the last added block shows. */
void w_text_set_id(struct w_text *t, int64_t id);
/* Wrap; call after adding and when the size changes. */
void w_text_layout(struct w_text *t, int w, int h);
size_t w_text_rows(const struct w_text *t);
void w_text_to_end(struct w_text *t);
/*
 * As far down as there is text, but no further than where the first block of
 * this record begins; false when none is, and nothing is done then.
 */
bool w_text_from(struct w_text *t, int64_t id);
/* Scroll so that the block of this record is seen; false when none is. */
bool w_text_show(struct w_text *t, int64_t id);
/* Record at the first row shown. */
int64_t w_text_top_id(const struct w_text *t);
/* The same; 0 where a rule is shown before it, which tells what it is about. */
int64_t w_text_under_rule(const struct w_text *t);
bool w_text_at_end(const struct w_text *t);
/* Append "  1-18/120": which rows are seen; nothing when all of them are. */
void w_text_place(const struct w_text *t, struct str *out);
/* Is something searched, so that the next match can be asked for? */
bool w_text_is_finding(const struct w_text *t);
bool w_text_wants_text(const struct w_text *t);
unsigned w_text_input(
    struct w_text *t, const struct input *in, enum w_event *event);
void w_text_draw(const struct w_text *t, struct canvas *c, bool focused);

#endif
