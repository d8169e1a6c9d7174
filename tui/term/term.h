/*
 * term - the terminal: keys and modes by curses, frames by paint.
 *
 * One terminal a process.  Raw mode, alternate screen, bracketed paste, an
 * Esc delay of 25 ms.  Nothing from outside is ever written but through a
 * canvas; title, bell and notices are fixed texts of ours.  Loop thread only.
 */
#ifndef TUI_TERM_TERM_H
#define TUI_TERM_TERM_H

#include "common/err.h"
#include "tui/term/canvas.h"
#include "tui/term/keys.h"
#include <stdbool.h>
#include <stddef.h>

#define TERM_PASTE_MAX (64 * 1024)

struct term;

struct term_options {
	bool plain;    /* for screen readers */
	bool mouse;    /* report the mouse from the start */
	bool no_color; /* besides NO_COLOR in the environment */
};

enum term_event_kind {
	TERM_KEY,
	TERM_PASTE, /* text, at most TERM_PASTE_MAX bytes, line ends are LF */
	TERM_MOUSE
};

enum term_button {
	BUTTON_LEFT,
	BUTTON_MIDDLE,
	BUTTON_RIGHT,
	BUTTON_WHEEL_UP,
	BUTTON_WHEEL_DOWN
};

struct term_event {
	enum term_event_kind kind;
	struct key key;
	const char *text; /* borrowed until the next term_read; not safe yet */
	size_t text_len;
	bool text_cut; /* the paste was longer */
	int x, y;      /* mouse: cell of the grid */
	enum term_button button;
};

/* Fixed notices (OSC 9 and 777): no name or text of a customer. */
enum term_notice {
	TERM_NOTICE_MESSAGE,
	TERM_NOTICE_TICKET,
	TERM_NOTICE_CALL,
	TERM_NOTICE_ALARM,
	TERM_NOTICE_COUNT
};

/*
 * Take over standard input and output.  OD_EUSAGE when they are no terminal,
 * OD_EUNAVAIL when the terminal cannot place a cursor (TERM=dumb) or is not
 * known; each with a sentence.  Sets the BUG handler, so that an abort leaves
 * a usable terminal.
 */
int term_start(
    const struct term_options *options, struct term **term, struct err *err);
/* Give the terminal back as it was found; frees.  NULL is fine. */
void term_stop(struct term **term);

int term_fd(const struct term *term); /* to be polled for reading */
enum theme_depth term_depth(const struct term *term);
/* CANVAS_* flags that fit this terminal. */
unsigned term_canvas_flags(const struct term *term);

/*
 * The next event: 1 and *ev, 0 when none is left, OD_EIO when the terminal
 * is gone.  Call it until it gives 0: the descriptor does not become ready
 * again for what is queued already.
 */
int term_read(struct term *term, struct term_event *ev);
/* Ask the terminal for its size (after SIGWINCH or SIGCONT). */
void term_resize(struct term *term, int *w, int *h);
/* Show grid; only differences are sent.  OD_EIO when the terminal is gone. */
int term_flush(struct term *term, const struct canvas_grid *grid);
/* The next flush sends everything. */
void term_redraw_all(struct term *term);

void term_bell(struct term *term);
void term_notify(struct term *term, enum term_notice notice);
void term_mouse(struct term *term, bool on);
bool term_mouse_on(const struct term *term);
/* Give the terminal back and stop the process; returns after SIGCONT. */
void term_suspend(struct term *term);

#endif
