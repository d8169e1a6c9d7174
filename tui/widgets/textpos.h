/*
 * textpos - where rows and words begin in a text; for editors and pagers.
 *
 * Texts have passed the text gate.  Pure functions.
 */
#ifndef TUI_WIDGETS_TEXTPOS_H
#define TUI_WIDGETS_TEXTPOS_H

#include "common/text.h"
#include <stddef.h>

/*
 * The row that begins at s[0] when rows have w cells (at least 1): returns
 * the bytes to show, *next the bytes to where the following row begins (a
 * line end or blanks at the break are in between).  n above 0.
 */
size_t wrap_row(const char *s, size_t n, int w, size_t *next);
/* Rows of the whole text; an empty one has 1, a final LF opens one more. */
size_t wrap_count(const char *s, size_t n, int w);

/*
 * Append the safe form of s, which is to stand behind text[0..at): a mark
 * that was typed by itself joins the letter before it.
 */
void gate_behind(struct str *out, const char *text, size_t at, const char *s,
    size_t n, enum text_kind kind);

size_t word_left(const char *s, size_t n, size_t at);
size_t word_right(const char *s, size_t n, size_t at);

#endif
