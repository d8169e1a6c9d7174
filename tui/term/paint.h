/*
 * paint - what to send so that the terminal shows a grid.
 *
 * For terminals that speak ECMA-48, which are all in use; term.c finds out.
 * A frame is one piece of text, written at once, where curses writes once for
 * every row; of the ways to change a row the shortest is taken.  No input or
 * output here; loop thread only.
 */
#ifndef TUI_TERM_PAINT_H
#define TUI_TERM_PAINT_H

#include "tui/term/canvas.h"

struct paint;

struct paint_options {
	enum theme_depth depth;
	unsigned attrs;          /* ATTR_*: those that the terminal has */
	bool erases_colour;      /* erasing leaves the background colour */
	bool erases_cells;       /* it knows CSI n X */
	bool scrolls;            /* it moves the rows between two margins */
	const char *show, *hide; /* the cursor; "" when it cannot, kept */
};

/* The screen is unknown: the first frame clears it. */
struct paint *paint_new(const struct paint_options *o);
void paint_free(struct paint **paint);

/* Somebody else wrote: the next frame clears the screen and is whole. */
void paint_forget(struct paint *paint);

/*
 * Append what turns the screen of the last frame into grid, cut to w cells
 * and h rows; a change of size clears.  Both sides above 0.
 */
void paint_frame(struct paint *paint, const struct canvas_grid *grid, int w,
    int h, struct str *out);

/* Append what gives back usual letters and a cursor, and forget. */
void paint_end(struct paint *paint, struct str *out);

#endif
