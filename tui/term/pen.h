/*
 * pen - where an ECMA-48 terminal writes next and in which style, and the
 * shortest text that changes it.  Nothing is written here; loop thread only.
 */
#ifndef TUI_TERM_PEN_H
#define TUI_TERM_PEN_H

#include "common/str.h"
#include "tui/term/theme.h"
#include <stdbool.h>

#define PEN_UNKNOWN (-1)

struct pen {
	int x, y;       /* cells from 0; PEN_UNKNOWN: say where */
	bool is_styled; /* style is what the terminal has */
	struct theme_style style;
};

bool pen_same_style(const struct theme_style *a, const struct theme_style *b);

/* Append what moves to cell x of row y; the margins are the screen's. */
void pen_move(struct pen *pen, int x, int y, struct str *out);

/* Append what sets s, counted from the style at hand or from the usual one. */
void pen_style(struct pen *pen, const struct theme_style *s, struct str *out);

#endif
