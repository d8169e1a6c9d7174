/*
 * textrows - where each wrapped row of a text begins, kept while it is typed.
 *
 * Rows are those of textpos.h.  A change costs the wrapping of the lines that
 * it touches, so that a text of hundreds of kilobytes is scrolled and typed in
 * like a short one.
 */
#ifndef TUI_WIDGETS_TEXTROWS_H
#define TUI_WIDGETS_TEXTROWS_H

#include <stddef.h>

struct text_rows {
	size_t *at; /* owned; at least the first row, which begins at 0 */
	size_t count, cap;
	int w; /* cells of a row */
};

void text_rows_free(struct text_rows *r);
/* All of s[0..n) at w cells (at least 1). */
void text_rows_set(struct text_rows *r, const char *s, size_t n, int w);
/*
 * s[0..n) is the text after removed bytes at offset at became added ones, and
 * r has the rows of the one before.
 */
void text_rows_change(struct text_rows *r, const char *s, size_t n, size_t at,
    size_t removed, size_t added);
/* The row in which offset at is. */
size_t text_rows_find(const struct text_rows *r, size_t at);

#endif
