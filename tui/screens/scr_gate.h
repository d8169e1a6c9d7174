/*
 * scr_gate - what stands before everything else: logging in, the lock, and
 * the end for whoever was disabled.
 *
 * While it is on top nothing else is drawn, no command of another screen runs
 * and what is pushed goes below it.
 */
#ifndef TUI_SCREENS_SCR_GATE_H
#define TUI_SCREENS_SCR_GATE_H

#include "tui/screen.h"

enum gate_mode {
	GATE_LOGIN = 1,
	GATE_LOCK = 2,
	GATE_ENDED = 3, /* an administrator disabled the operator */
};

/* login: to begin with, or NULL; only for GATE_LOGIN. */
int gate_push(
    struct ui *ui, enum gate_mode mode, const char *login, struct err *err);

#endif
