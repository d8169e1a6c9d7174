/*
 * show - a test types into a real console, says what it must then see, and
 * looks up in the desk what came of it.
 *
 * Everything here waits, for PTY_WAIT_MS on a screen and for STAGE_WAIT_MS on
 * the desk; what does not come ends the test with the screen printed.  So wait
 * for what lasts: a busy machine may show two changes at once, and what stood
 * between them never.  One thread.
 */
#ifndef TESTS_LIB_SHOW_H
#define TESTS_LIB_SHOW_H

#include "common/i18n.h"
#include "tests/lib/stage_desk.h"

struct show { /* a desk, a console on it, and how that is looked at */
	struct stage stage;
	struct pty *pty;        /* owned by the test; the one typed in */
	struct pty *beside;     /* NULL, or printed too when a test ends */
	const char *const *env; /* as of stage_console */
	enum lang lang;
	int w, h;
};

/* A console of the demo's first operator, as s->pty. */
void show_console(struct show *s);
/* One of that operator, who may be another one. */
void show_console_of(struct show *s, const char *login);
/* C-q in *p; its end, in peace; *p is NULL then. */
void show_leave(struct show *s, struct pty **p);

void keys(struct show *s, const char *text);
/* The text stands, or does not stand any more, in one row of the screen. */
void see(struct show *s, const char *text);
void see_no(struct show *s, const char *text);
/*
 * The first bytes of a sentence of the console, in its language: as many as
 * surely fit in a row.
 */
void see_said(struct show *s, const char *sentence, size_t bytes);
/* stage_wait_int. */
void must(struct show *s, const char *sql, int64_t wanted);
/* Print what was awaited, the screens and what the daemon said. */
_Noreturn void fail_with_screen(struct show *s, const char *what);

/* The same for any console of a test. */
void pty_see(struct pty *p, const char *text);
void pty_see_no(struct pty *p, const char *text);
void pty_must(
    struct pty *p, struct stage *stage, const char *sql, int64_t wanted);
_Noreturn void pty_fail(struct pty *p, const char *what);

#endif
