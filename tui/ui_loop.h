/*
 * ui_loop - the terminal and the screens on a libuv loop.
 *
 * Reads keys until none is left, paints once a turn in a prepare hook when
 * something is dirty, and at most ten times a second for changes that no key
 * caused.  SIGWINCH, SIGCONT, SIGTSTP are handled here; SIGTERM, SIGHUP and a
 * lost terminal are reported.  Loop thread only; no nested loops.
 */
#ifndef TUI_UI_LOOP_H
#define TUI_UI_LOOP_H

#include "tui/screen.h"
#include <uv.h>

enum ui_end {
	UI_END_QUIT,     /* the person left */
	UI_END_SIGNAL,   /* SIGTERM or SIGINT */
	UI_END_TERMINAL, /* SIGHUP, or the terminal is gone */
	UI_END_MEMORY,   /* xalloc_is_short */
};

struct ui_loop;

/*
 * term and ui are borrowed until ui_loop_stop.  end is called once; it lets
 * the program save drafts, then calls ui_loop_stop.
 */
int ui_loop_start(uv_loop_t *loop, struct term *term, struct ui *ui,
    void (*end)(enum ui_end why, void *data), void *data, struct ui_loop **out,
    struct err *err);
/*
 * Closes the handles; the struct dies in their callbacks.  The signals that it
 * watched are ignored from here to the program's end.
 */
void ui_loop_stop(struct ui_loop **l);
/* A change from outside (model, doorbell): paint within a tenth of a second. */
void ui_loop_wake(struct ui_loop *l);

#endif
