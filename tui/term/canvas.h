/*
 * canvas - a grid of cells between the screens and the terminal.
 *
 * Screens draw here, the terminal copies it out, tests dump it as text.  A
 * struct canvas is a view (clip rectangle) on a grid: it is passed by
 * pointer, made by value, owns nothing, and everything outside it is cut.
 * Positions count cells from 0 at the view's top left.  Drawing cannot fail;
 * it allocates nothing but the grid's scratch buffer.  Loop thread only.
 *
 * Two doors: canvas_text() for our own constants and numbers,
 * canvas_outside() for everything that came from somebody else.
 */
#ifndef TUI_TERM_CANVAS_H
#define TUI_TERM_CANVAS_H

#include "common/str.h"
#include "tui/term/theme.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELL_CP_MAX     5 /* a base and four marks; what ncurses holds too */
#define CANVAS_MAX_SIDE 1000

struct canvas_cell {
	uint32_t cp[CELL_CP_MAX]; /* 0-ended when shorter; cp[0] 0: blank */
	uint8_t cells; /* 1 or 2; 0: right half of the wide cell before */
	uint8_t role;  /* enum role */
};

struct canvas_grid; /* owns the cells */

struct canvas {
	struct canvas_grid *grid; /* borrowed */
	int x, y;                 /* of the view in the grid */
	int w, h;                 /* of the view; may be 0, never negative */
};

enum canvas_align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

enum canvas_flags {
	CANVAS_ASCII = 1, /* lines, ellipsis and marks from ASCII */
	CANVAS_PLAIN = 2, /* for screen readers: no boxes at all */
};

/* Sides are clamped to 1..CANVAS_MAX_SIDE. All cells blank, ROLE_NORMAL. */
struct canvas_grid *canvas_grid_new(int w, int h, unsigned flags);
void canvas_grid_free(struct canvas_grid **grid);
/* Contents are lost. */
void canvas_grid_resize(struct canvas_grid *grid, int w, int h);
void canvas_grid_size(const struct canvas_grid *grid, int *w, int *h);
unsigned canvas_grid_flags(const struct canvas_grid *grid);
/* Borrowed; NULL outside of the grid. */
const struct canvas_cell *canvas_grid_cell(
    const struct canvas_grid *grid, int x, int y);
/* Where the terminal's cursor goes; false when it is hidden. */
bool canvas_grid_cursor(const struct canvas_grid *grid, int *x, int *y);

/* The whole grid as a view. */
struct canvas canvas_all(struct canvas_grid *grid);
/* A part of c, cut to c; x and y may be negative. */
struct canvas canvas_sub(const struct canvas *c, int x, int y, int w, int h);
bool canvas_is_plain(const struct canvas *c);
/* ASCII lines wanted (CANVAS_ASCII or CANVAS_PLAIN). */
bool canvas_is_ascii(const struct canvas *c);

/* Blank every cell of the view. */
void canvas_clear(struct canvas *c, enum role role);
/* Blank w cells of one row. */
void canvas_fill(struct canvas *c, int x, int y, int w, enum role role);
/* Change the role of w cells of a row and keep their text. */
void canvas_restyle(struct canvas *c, int x, int y, int w, enum role role);

/*
 * Put s at x, y in at most max_cells cells (and never beyond the view; a
 * negative max_cells means up to the view's edge).  What does not fit is cut
 * between clusters and ends in an ellipsis.  Returns the cells written.
 * canvas_text: s is a constant of ours, a translation, digits, or what has
 * passed text_safe(); a control or a direction mark in it is shown as U+FFFD.
 */
int canvas_text(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *s);
int canvas_textn(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *s, size_t n);
int canvas_textf(struct canvas *c, int x, int y, int max_cells, enum role role,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* The same for text from outside, s[0..n): it passes text_safe first. */
int canvas_outside(struct canvas *c, int x, int y, int max_cells,
    enum role role, const char *s, size_t n);
/*
 * Text in a field of exactly w cells: blanks around it, aligned.  trusted
 * says which of the two doors s takes.
 */
void canvas_field(struct canvas *c, int x, int y, int w,
    enum canvas_align align, enum role role, const char *s, bool trusted);
/*
 * What a text takes on a canvas: bytes of its first cluster (n above 0) with
 * its cells, and cells of all of it.  For cursors and wrapping.
 */
size_t canvas_cluster(const char *s, size_t n, int *cells);
int canvas_cells(const char *s, size_t n);
/* One code point of ours. */
void canvas_char(struct canvas *c, int x, int y, enum role role, uint32_t cp);

/* Lines; nothing in plain mode. */
void canvas_hline(struct canvas *c, int x, int y, int w, enum role role);
void canvas_vline(struct canvas *c, int x, int y, int h, enum role role);
/*
 * A frame around the view with title (ours, or NULL) in its top edge.
 * Returns the inside.  In plain mode the title is a row of its own, without
 * a frame, and the inside is what is below.
 */
struct canvas canvas_box(struct canvas *c, enum role border, const char *title,
    enum role title_role);

/* Show the terminal's cursor at x, y of the view (outside: not moved). */
void canvas_cursor(struct canvas *c, int x, int y);
void canvas_hide_cursor(struct canvas *c);

/*
 * The grid as lines of text, blanks at line ends removed, and as lines of
 * role letters (theme_letter) of full width.  Both are appended.
 */
void canvas_dump_text(const struct canvas_grid *grid, struct str *out);
void canvas_dump_roles(const struct canvas_grid *grid, struct str *out);

#endif
