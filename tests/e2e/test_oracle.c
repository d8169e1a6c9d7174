/*
 * Hostile names, texts and subjects through every screen of the console: what
 * comes out is read by a strict machine (tests/lib/oracle.h).  The daemon's
 * log under the same input is one JSON object a line and tells no secret and
 * no text of a customer.
 *
 * Text passes two gates, text_safe() and the canvas, so one open gate shows
 * nothing here; oracle__bad_output__is_found shows that the machine sees.
 */
#include "common/clock.h"
#include "common/json.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "db/records/tickets.h"
#include "tests/lib/oracle.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define MARKER  "Zqx"
#define DEMO    7 /* open conversations of the demo */
#define IDLE_MS 60

static const char *const hostile[] = {"\033", "\033[31m", "\033[2J\033[H",
    "\033[6n", "\033[5n", "\033[c", "\033c", "\033[?1049h", "\033[?1049l",
    "\033[5i", "\033[4i", "\033[?25l", "\033[8;1;1t", "\033[21t", "\033[20t",
    "\033]0;t\a", "\033]2;t\033\\", "\033]52;c;aGk=\a", "\033]8;;http://x\a",
    "\033]9;x\a", "\033]777;notify;x;y\a", "\033]1337;File=:x\a",
    "\033]4;1;?\a", "\033]10;?\a", "\033P1$r0m\033\\", "\033P+q544e\033\\",
    "\033_Gx\033\\", "\033^x\033\\", "\033Xx\033\\", "\033(0", "\033)B",
    "\033#8", "\033%G", "\033N", "\033O", "\0337", "\0338", "\033D", "\033M",
    "\033[200~", "\033[201~", "\001", "\005", "\a", "\b\b\b", "\v", "\f", "\r",
    "x\ry", "\016", "\017", "\022", "\030", "\032", "\034", "\037", "\177",
    "\t", "\n", "\r\n\r\n", "\xc2\x80", "\xc2\x84", "\xc2\x85", "\xc2\x8d",
    "\xc2\x90q\xc2\x9c", "\xc2\x9b",
    "\xc2\x9b"
    "31m",
    "\xc2\x9c",
    "\xc2\x9d"
    "0;t\xc2\x9c",
    "\xc2\x9e", "\xc2\x9f", "\xd8\x9c", "\xe2\x80\x8b", "\xe2\x80\x8c",
    "\xe2\x80\x8d", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
    "\xe2\x80\xad", "\xe2\x80\xaemoc.knab", "\xe2\x81\xa0", "\xe2\x81\xa6",
    "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf", "\xc2\xad",
    "\xf3\xa0\x81\x81\xf3\xa0\x81\xbf", "\xef\xbf\xb9x\xef\xbf\xbby",
    "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88",
    "\xcd\x8f", "\xef\xbf\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "%s%s%n",
    "$(reboot)", "`id`", "{{1}}", "\\033[31m", "^[[31m", "</b>&lt;",
    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "'; DROP TABLE tickets;"};

#define HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

static struct stage stage;

static void
bring_in(void)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;
	char from[32];

	for (size_t i = 0; i < HOSTILE; i++) {
		struct str text = STR_INIT;
		struct ticket_new in = {.subject = NULL};
		int64_t id, number;

		snprintf(from, sizeof(from), "3466000%04zu", i);
		str_addf(&text, MARKER "%s" MARKER, hostile[i]);
		if (stage_says(&stage, from, text.s, text.s, NULL) != 200)
			fail_msg("%zu was refused", i);
		in.subject = in.description = text.s;
		if (ticket_new(d, &in, &id, &number, &err) != 0)
			print_message("no ticket %zu: %s\n", i, err.text);
		str_free(&text);
	}
	desk_close(&d);
	/* What cannot be read is shown, too. */
	assert_int_equal(
	    stage_hook(&stage, MARKER "\033[31m{", strlen(MARKER) + 6), 200);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM conversations WHERE peer LIKE '3466000%'",
	    (int64_t)HOSTILE));
}

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
	another = number != NULL && strcmp(number, last->s) != 0;
	if (another) {
		str_clear(last);
		str_add(last, number);
	}
	str_free(&row);
	return another;
}

static void
see(struct pty *p, const char *text)
{
	struct str screen = STR_INIT;

	if (pty_wait_text(p, text))
		return;
	pty_screen(p, &screen);
	fail_msg("not seen: %s\n%s", text, screen.s);
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

static void
walk_inbox(struct pty *p)
{
	struct str last = STR_INIT;

	see(p, "Beatriz Olmedo");
	pty_send(p, "5");
	see(p, MARKER);
	pty_send(p, "gg");
	for (size_t i = 0; i < HOSTILE + DEMO - 1; i++) {
		if (i > 0)
			pty_send(p, "j");
		if (!pty_wait(p, is_another, &last, PTY_WAIT_MS))
			fail_msg("conversation %zu is not shown", i);
	}
	str_free(&last);
	press(p, "gg\r");
	press(p, "r" MARKER "\033[31m");
	press(p, "\033");
	press(p, "\033");
}

static void
walk_others(struct pty *p)
{
	press(p, "T");
	see(p, MARKER);
	for (size_t i = 0; i < HOSTILE; i += 8) {
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
	struct oracle o = {.marker = MARKER};

	if (!oracle_read(&o, out->s, out->len, false))
		fail_msg("%s: %s", what, o.fault);
	assert_true(o.sequences > 100 && o.characters > 1000);
}

static void
run_console(const char *lang, int w, int h)
{
	struct pty *p = stage_console(&stage, lang, w, h, NULL);
	int status = -1;

	assert_non_null(p);
	if (w >= 80)
		walk_inbox(p);
	walk_others(p);
	press(p, "\021");
	assert_true(pty_wait_exit(p, &status));
	assert_int_equal(WEXITSTATUS(status), 0);
	judge(p, lang);
	pty_stop(&p);
}

static void
screens__hostile_text__comes_out_harmless(void **state)
{
	(void)state;
	run_console("es", 80, 24);
	run_console("en", 40, 10);
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
	    "\001", "\177",
	    "\xc2\x9b"
	    "31m",
	    "\xff", "\xe2\x80\xae", "\xe2\x80\x8e", "\xef\xbb\xbf",
	    "a\xe2\x80\x8d", "\xf3\xa0\x81\x81"};
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
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	bring_in();
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
	    cmocka_unit_test(log__hostile_text__is_json_and_silent),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
