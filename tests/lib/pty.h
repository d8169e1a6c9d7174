/*
 * pty - run a program in a pseudo-terminal and read its screen.
 *
 * The screen is libvterm's.  Nothing here sleeps: every wait has a condition
 * and a deadline.  One thread.
 */
#ifndef TESTS_LIB_PTY_H
#define TESTS_LIB_PTY_H

#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#define PTY_WAIT_MS 60000 /* generous: machines differ */

struct pty;

struct pty_options {
	int w, h;               /* 0: 80 x 24 */
	const char *term;       /* NULL: xterm-256color */
	const char *const *env; /* more "NAME=VALUE", NULL-ended, or NULL */
	const char *dir;        /* working directory, or NULL */
	bool no_flow; /* as after "stty -ixon": C-s never stops the output */
};

struct pty_cell {
	uint32_t cp[6]; /* 0-ended */
	int cells;
	bool bold, underline, reverse;
	int fg, bg; /* palette number; -1: the terminal's own */
};

/*
 * argv is NULL-ended, argv[0] a path.  The environment is only TERM,
 * LC_ALL=C.UTF-8 (env may name others), PATH, HOME, the sanitizers' options,
 * and env.  NULL when the
 * program cannot be started.
 */
struct pty *pty_start(const char *const *argv, const struct pty_options *o);
/* Kill it if it still runs, and free. */
void pty_stop(struct pty **p);

void pty_send(struct pty *p, const char *keys);
void pty_send_n(struct pty *p, const char *bytes, size_t n);
void pty_resize(struct pty *p, int w, int h);
void pty_signal(struct pty *p, int signum);
/* Close our end: the program's terminal is gone. */
void pty_hang_up(struct pty *p);

/* True as soon as the text stands in one row of the screen. */
bool pty_wait_text(struct pty *p, const char *text);
bool pty_wait_no_text(struct pty *p, const char *text);
/* True as soon as fn says so; it is asked after each piece of output. */
bool pty_wait(struct pty *p, bool (*fn)(struct pty *p, void *data), void *data,
    int deadline_ms);
/* True when it ended; *status as waitpid gives it. */
bool pty_wait_exit(struct pty *p, int *status);
/* It was seen to end, or has ended by now. */
bool pty_has_ended(struct pty *p);
/* Read what is there now, without waiting. */
void pty_pump(struct pty *p);

/* Row as UTF-8 without blanks at its end. */
void pty_row(struct pty *p, int row, struct str *out);
/* The whole screen, for messages. */
void pty_screen(struct pty *p, struct str *out);
/* Row of the first occurrence, -1: none. */
int pty_find(struct pty *p, const char *text);
bool pty_cell_at(struct pty *p, int row, int col, struct pty_cell *out);
bool pty_cursor(struct pty *p, int *row, int *col); /* false: hidden */
bool pty_is_stopped(struct pty *p); /* by SIGSTOP or SIGTSTP */
bool pty_is_alt_screen(const struct pty *p);
/* The program's process; 0 once it was seen to end. */
pid_t pty_pid(const struct pty *p);
/* Bytes that the program wrote so far. */
uint64_t pty_bytes(const struct pty *p);
/* Everything it wrote outside of the screen too (errors after its end). */
const struct str *pty_output(const struct pty *p);
/* The terminal's settings, as the program left them. */
bool pty_settings(struct pty *p, struct termios *out);

#endif
