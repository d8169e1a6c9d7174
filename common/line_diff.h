/*
 * line_diff - what differs between two texts, line by line.
 */
#ifndef COMMON_LINE_DIFF_H
#define COMMON_LINE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct diff_line {
	char sign;        /* '-' only in a, '+' only in b, ' ' in both */
	int number;       /* from 1, in b; in a for '-' */
	const char *text; /* borrowed from a or b, without its line end */
	size_t len;
	bool skips; /* lines that are the same were left out before it */
};

/*
 * The lines that differ, with so many same ones around them.  *lines is owned
 * by the caller (free), NULL when nothing differs.  Texts with more than
 * LINE_DIFF_MAX lines between the first and the last difference are told as
 * taken out and put in whole.
 */
#define LINE_DIFF_MAX 2000
size_t line_diff(
    const char *a, const char *b, int context, struct diff_line **lines);

#endif
