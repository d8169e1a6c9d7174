/*
 * console_fixture - the console's screens over a desk of their own, without a
 * terminal: keys go in, golden screens come out.
 *
 * The wall clock stands at CONSOLE_FIXTURE_NOW until a test moves it; the
 * zone is the tenant's (Europe/Madrid).  Questions run on the real worker;
 * console_fixture_settle waits for all answers.  Anything that fails while it
 * is made aborts the test program with the sentence.
 */
#ifndef TESTS_LIB_CONSOLE_FIXTURE_H
#define TESTS_LIB_CONSOLE_FIXTURE_H

#include "common/clock.h"
#include "tests/lib/desk_fixture.h"
#include "tui/app.h"

#define CONSOLE_FIXTURE_NOW 1795255020000000 /* 2026-11-21T09:57:00Z */

struct console_fixture {
	struct desk_fixture desk; /* to fill it, and for what others do */
	struct app app;
	struct invocation in; /* of app: no words */
	struct conf *conf;    /* of app: the defaults; owned */
	struct ui *ui;        /* of app; NULL until started */
	struct canvas_grid *grid;
	bool timed_out;
	const char *keys; /* keys.conf of the next console, or NULL; borrowed */
	bool readonly; /* the next console is started with --readonly */
};

/* The desk, and the clock. */
void console_fixture_make(struct console_fixture *f);
/* The console of an operator of the tenant demo, with ops on it. */
void console_fixture_start(struct console_fixture *f, const char *login,
    const struct screen_ops *ops, int64_t id);
/* The same with nobody in it yet: name and password are asked for. */
void console_fixture_start_login(struct console_fixture *f);
/* Paint and wait until no question is open and nothing is stale. */
void console_fixture_settle(struct console_fixture *f);
/* Press keys (see golden_keys), then settle. */
void console_fixture_keys(struct console_fixture *f, const char *keys);
void console_fixture_type(struct console_fixture *f, const char *text);
/* Click on the first place that shows text, then settle; false: nowhere. */
bool console_fixture_click(struct console_fixture *f, const char *text);
/* Somebody else changed the desk: tell the screens, then settle. */
void console_fixture_changed(struct console_fixture *f);
/* The painted screen holds text. */
bool console_fixture_shows(struct console_fixture *f, const char *text);
/* Ends the console; another one may be started. */
void console_fixture_end(struct console_fixture *f);
/* Ends the console, if it runs, and removes the desk. */
void console_fixture_remove(struct console_fixture *f);

#endif
