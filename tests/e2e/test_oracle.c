/*
 * Hostile names, texts and subjects through every screen of the console, on
 * several kinds of terminal: what comes out is read by a strict machine
 * (tests/lib/oracle.h).  The daemon's log under the same input is one JSON
 * object a line and tells no secret and no text of a customer.
 *
 * Text passes two gates.  What text_safe() lets pass, the canvas shows as
 * U+FFFD, and that is a fault here: the screens turned red when text_safe()
 * let direction marks pass.
 */
#include "common/clock.h"
#include "common/json.h"
#include "tests/lib/hostile.h"
#include "tests/lib/oracle.h"
#include "tests/lib/show.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define MARKER   HOSTILE_MARKER
#define DEMO     7 /* open conversations of the demo */
#define IDLE_MS  60
#define LEAVE_MS 1000
#define DIVIDER  32 /* column, at 80x24 */

static struct stage stage;

/* ---- the console ---- */

/* The row below the thread's head, which has the customer's number. */
static bool
is_another(struct pty *p, void *data)
{
	struct str *last = data, row = STR_INIT;
	const char *number;
	bool another;

	pty_row(p, 3, &row);
	number = strstr(row.s, "│ +");
	if (number == NULL) /* of somebody else's customer, masked */
		number = strstr(row.s, "│ •");
	another = number != NULL && strcmp(number, last->s) != 0;
	if (another) {
		str_clear(last);
		str_add(last, number);
	}
	str_free(&row);
	return another;
}

static bool
is_quiet(struct pty *p, void *data)
{
	int64_t *state = data, now = clock_mono_us();

	if ((int64_t)pty_bytes(p) != state[0]) {
		state[0] = (int64_t)pty_bytes(p);
		state[1] = now;
	}
	return now - state[1] > IDLE_MS * US_PER_MS;
}

/* Send keys and read on until nothing more comes. */
static void
press(struct pty *p, const char *keys)
{
	int64_t state[2] = {-1, 0};

	pty_send(p, keys);
	(void)pty_wait(p, is_quiet, state, PTY_WAIT_MS);
}

/* The line between list and thread is straight: widths agree. */
static void
check_columns(struct pty *p, size_t i)
{
	for (int row = 2; row < 22; row++) {
		struct pty_cell cell;

		if (pty_cell_at(p, row, DIVIDER, &cell) && cell.cp[0] == 0x2502)
			continue;
		struct str screen = STR_INIT;

		pty_screen(p, &screen);
		fail_msg("conversation %zu, row %d is not straight\n%s", i, row,
		    screen.s);
	}
}

static void
walk_inbox(struct pty *p, size_t threads)
{
	struct str last = STR_INIT;

	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "5");
	pty_see(p, MARKER);
	pty_send(p, "gg");
	for (size_t i = 0; i < threads; i++) {
		if (i > 0)
			pty_send(p, "j");
		if (!pty_wait(p, is_another, &last, PTY_WAIT_MS)) {
			struct str screen = STR_INIT;

			pty_screen(p, &screen);
			fail_msg("conversation %zu is not shown after %s\n%s",
			    i, last.s, screen.s);
		}
		check_columns(p, i);
	}
	str_free(&last);
	press(p, "gg\r");
	press(p, "N" MARKER "\033[31m");
	press(p, "\033");
	press(p, "\033");
	press(p, "a");
	pty_see(p, MARKER); /* operators and teams to choose from */
	press(p, "\033");
}

static void
walk_others(struct pty *p, size_t tickets)
{
	press(p, "T");
	pty_see(p, MARKER);
	for (size_t i = 0; i < tickets; i += 8) {
		press(p, "\r");
		press(p, "\033");
		press(p, "jjjjjjjj");
	}
	press(p, "/" MARKER);
	press(p, "\033");
	press(p, "D");
	press(p, "S");
	press(p, "\t");
	press(p, "j\t");
	press(p, "?");
	press(p, "\033");
	press(p, ":");
	press(p, "\033");
}

static void
judge(struct pty *p, const char *what)
{
	const struct str *out = pty_output(p);
	struct oracle o = {.marker = MARKER, .is_whole = true};

	if (!oracle_read(&o, out->s, out->len, false))
		fail_msg("%s: %s", what, o.fault);
	assert_true(o.sequences > 100 && o.characters > 1000);
}

static bool
has_ended(struct pty *p, void *data)
{
	(void)data;
	return pty_has_ended(p);
}

/*
 * C-q, once more if it came so soon after an Esc that both were one key: on a
 * slow machine a quiet screen is no sign that the Esc was read.
 */
static void
leave(struct pty *p)
{
	for (int ms = 0; ms < PTY_WAIT_MS; ms += LEAVE_MS) {
		pty_send(p, "\021");
		if (pty_wait(p, has_ended, NULL, LEAVE_MS))
			return;
	}
}

struct look {
	const char *lang;
	int w, h;
	const char *term, *locale;
	size_t count; /* threads and tickets that are looked at */
};

static void
run_console(const struct look *s)
{
	const char *const env[] = {s->term, s->locale, NULL};
	struct pty *p = stage_console(&stage, s->lang, s->w, s->h, env);
	int status = -1;

	assert_non_null(p);
	if (s->w >= 80)
		walk_inbox(p, s->count);
	walk_others(p, s->count);
	leave(p);
	assert_true(pty_wait_exit(p, &status));
	assert_int_equal(WEXITSTATUS(status), 0);
	judge(p, s->term);
	pty_stop(&p);
}

static void
screens__hostile_text__comes_out_harmless(void **state)
{
	const struct look all = {"es", 80, 24, "TERM=xterm-256color",
	    "LC_ALL=C.UTF-8", hostile_count + DEMO - 1};
	const struct look small = {"en", 40, 10, "TERM=xterm-256color",
	    "LC_ALL=C.UTF-8", hostile_count};

	(void)state;
	run_console(&all);
	run_console(&small);
}

static void
screens__other_terminals__are_harmless_too(void **state)
{
	static const struct look shows[] = {
	    {"en", 80, 24, "TERM=linux", "LC_ALL=C.UTF-8", 12},
	    {"es", 80, 24, "TERM=vt100", "LC_ALL=C.UTF-8", 12},
	    {"en", 80, 24, "TERM=screen-256color", "LC_ALL=C.UTF-8", 12},
	    {"es", 80, 24, "TERM=xterm-256color", "LC_ALL=C", 12},
	    {"en", 80, 24, "TERM=vt100", "LC_ALL=C", 12},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++)
		run_console(&shows[i]);
}

static void
log__hostile_text__is_json_and_silent(void **state)
{
	struct str log = STR_INIT;
	size_t lines = 0;
	char *at, *end;

	(void)state;
	assert_int_equal(
	    stage_hook(&stage, "\033[31m no json " MARKER, 16), 200);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_read(&stage, "syncd.err", &log);
	for (at = log.s; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		struct json *doc = NULL;

		*end = '\0';
		if (json_parse(at, strlen(at), &json_limits_api, &doc, NULL) !=
			0 ||
		    json_type(doc) != JSON_OBJECT)
			fail_msg("no JSON: %s", at);
		json_free(&doc);
		lines++;
		if (strstr(at, MARKER) != NULL ||
		    strstr(at, STAGE_SECRET) != NULL ||
		    strstr(at, "EAAstage") != NULL ||
		    strstr(at, "stage-verify") != NULL ||
		    strstr(at, "3466000") != NULL)
			fail_msg("told too much: %s", at);
	}
	assert_int_equal(*at, '\0');
	assert_true(lines > 0);
	str_free(&log);
}

/* The machine itself: without it, the other tests show nothing. */
static void
oracle__bad_output__is_found(void **state)
{
	static const char *const bad[] = {"\033[31", "\033]0;" MARKER "\a",
	    "\033]0;x", "\033P1$r0m\033\\", "\033_Gx\033\\", "\033\033[m",
	    "\001", "\177", "\302\23331m", "\xff", "\xe2\x80\xae",
	    "\xe2\x80\x8e", "\xef\xbb\xbf", "a\xe2\x80\x8d",
	    "\xf3\xa0\x81\x81"};
	static const char good[] =
	    "\033[?1049h\033[1;24r\033[38;5;12mcañón \033[m"
	    "\033(B\r\n┌─┐ 👩‍💻";
	struct oracle o = {.marker = MARKER};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (oracle_read(&o, bad[i], strlen(bad[i]), false))
			fail_msg("%zu is let pass", i);
	o.fault[0] = '\0';
	if (!oracle_read(&o, good, strlen(good), false))
		fail_msg("%s", o.fault);
	assert_false(oracle_read(&o, good, strlen(good), true));
	assert_true(oracle_read(&o, "\xef\xbf\xbd", 3, true));
	o.is_whole = true;
	assert_false(oracle_read(&o, "\xef\xbf\xbd", 3, true));
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	hostile_fill(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_close(&stage);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(oracle__bad_output__is_found),
	    cmocka_unit_test(screens__hostile_text__comes_out_harmless),
	    cmocka_unit_test(screens__other_terminals__are_harmless_too),
	    cmocka_unit_test(log__hostile_text__is_json_and_silent),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
