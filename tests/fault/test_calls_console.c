/*
 * A system call of the console fails while somebody writes: a reply, an
 * internal note, a draft.  What it said to be sent, noted or kept is there,
 * once; what was written on a terminal that fails is kept as a draft; and
 * however it ends, without a crash, the terminal is as it was before.
 *
 * FAULT_ROUNDS sets the rounds of each case (0: every site and error).
 * Turned red by: an end that does not keep what is being written.
 */
#include "common/clock.h"
#include "tests/lib/faults.h"
#include "tests/lib/preload.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define CUSTOMER "34600111222"
/*
 * Who is refused waits in vain for the editor to close.  What a console says
 * later than that is not counted as said: the round then asks less of it.
 */
#define PATIENCE_MS 3000
#define KEEPS_MS    8000 /* it keeps a draft two seconds after the last key */

struct way {
	void (*write)(struct pty *p);
	bool keeps; /* what was typed, whatever fails */
};

struct writing { /* what the person saw */
	bool sent, noted, kept;
	bool typed; /* the draft */
	int status; /* as waitpid; -1: it does not end */
	bool raw, alt;
	char screen[2400];
};

static struct stage stage;
static int number;
static char reply[32], note[32], draft[32];
static char reply_title[] = "REPLY to Lucía", note_title[] = "INTERNAL NOTE:";
static struct writing seen;

static void
prepare(const void *data)
{
	(void)data;
	number++;
	snprintf(reply, sizeof(reply), "Respuesta %d.", number);
	snprintf(note, sizeof(note), "Nota %d.", number);
	snprintf(draft, sizeof(draft), "Borrador %d.", number);
	stage_exec(&stage, "DELETE FROM drafts");
	seen = (struct writing){.status = -1};
}

/* ---- what somebody does ---- */

static bool
has_text(struct pty *p, void *data)
{
	return pty_find(p, data) >= 0;
}

static bool
has_no_text(struct pty *p, void *data)
{
	return pty_find(p, data) < 0;
}

static bool
open_thread(struct pty *p)
{
	if (!pty_wait_text(p, "Beatriz Olmedo"))
		return false;
	pty_send(p, "5");
	if (!pty_wait_text(p, "Loli"))
		return false;
	pty_send(p, "gg\r");
	return pty_wait_text(p, "+" CUSTOMER);
}

static bool
type(struct pty *p, const char *key, char *title, char *text)
{
	pty_send(p, key);
	if (!pty_wait(p, has_text, title, PATIENCE_MS))
		return false;
	pty_send(p, text);
	return pty_wait(p, has_text, text, PATIENCE_MS);
}

/* Its editor closes, and what was written stands in the thread. */
static bool
hand_in(struct pty *p, const char *key, char *title, const char *text)
{
	pty_send(p, key);
	return pty_wait(p, has_no_text, title, PATIENCE_MS) &&
	       pty_find(p, text) >= 0;
}

static void
write_draft(struct pty *p)
{
	static char kept[] = "draft kept";

	seen.typed = type(p, "r", reply_title, draft);
	faults_hold(false);
	if (!seen.typed)
		return;
	pty_send(p, "!");
	seen.kept = pty_wait(p, has_text, kept, KEEPS_MS);
}

/* All of it, or up to where it goes wrong. */
static void
write_all(struct pty *p)
{
	if (!open_thread(p) || !type(p, "r", reply_title, reply))
		return;
	seen.sent = hand_in(p, "\023", reply_title, reply); /* C-s */
	if (!seen.sent || !type(p, "N", note_title, note))
		return;
	seen.noted = hand_in(p, "\024", note_title, note); /* C-t */
	if (seen.noted)
		write_draft(p);
}

/* On a terminal that fails only when it is written. */
static void
write_late(struct pty *p)
{
	faults_hold(true);
	if (open_thread(p))
		write_draft(p);
}

static void
end(struct pty *p)
{
	struct termios now;
	struct str screen = STR_INIT;

	pty_screen(p, &screen);
	snprintf(seen.screen, sizeof(seen.screen), "%s", screen.s);
	str_free(&screen);
	pty_send(p, "\021"); /* C-q */
	if (!pty_wait_exit(p, &seen.status)) {
		pty_signal(p, SIGHUP);
		if (!pty_wait_exit(p, &seen.status))
			seen.status = -1;
	}
	seen.alt = pty_is_alt_screen(p);
	seen.raw = pty_settings(p, &now) &&
	           (now.c_lflag & (tcflag_t)(ICANON | ECHO)) !=
	               (tcflag_t)(ICANON | ECHO);
}

static void
run(const void *data)
{
	struct pty *p = stage_console(&stage, "en", 80, 24, preload_env());
	const struct way *way = data;

	assert_non_null(p);
	way->write(p);
	faults_hold(false);
	end(p);
	pty_stop(&p);
}

/* ---- what must be so ---- */

static int64_t
count(const char *table, const char *text)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE body = '%s'",
	    table, text);
	return stage_int(&stage, sql);
}

/* With or without what was typed last. */
static bool
has_draft(void)
{
	char more[40];

	snprintf(more, sizeof(more), "%s!", draft);
	return count("drafts", draft) + count("drafts", more) == 1;
}

static const char *
complain(const char *what)
{
	static char text[2600];

	snprintf(text, sizeof(text), "%s (wait status %d)\n%.2400s", what,
	    seen.status, seen.screen);
	return text;
}

static const char *
check(const void *data, bool is_lost)
{
	const struct way *way = data;

	(void)is_lost;
	if (seen.status == -1)
		return complain("it does not end");
	if (!WIFEXITED(seen.status) || WEXITSTATUS(seen.status) > 7)
		return complain("a crash");
	/* Where nothing can be written nothing can be put back. */
	if (seen.raw || (seen.alt && !faults_is_hang_up()))
		return complain("the terminal is not as it was");
	if (count("messages", reply) > 1 ||
	    count("conversation_notes", note) > 1)
		return complain("something is there twice");
	if (seen.sent && count("messages", reply) != 1)
		return complain("it said that it was sent");
	if (seen.noted && count("conversation_notes", note) != 1)
		return complain("it said that the note was kept");
	if ((seen.kept || (seen.typed && way->keeps)) && !has_draft())
		return complain("a draft is lost");
	stage_check_whole(&stage);
	return NULL;
}

static void
console__a_call_fails__keeps_what_was_written(void **state)
{
	static const struct way all = {write_all, false},
				late = {write_late, true};
	const bool on_server = engine_is_postgres();
	const struct fault_case cases[] = {
	    {.name = "terminal",
		.prepare = prepare,
		.run = run,
		.check = check,
		.data = &all,
		.calls = FAULT_TERM},
	    {.name = "late",
		.prepare = prepare,
		.run = run,
		.check = check,
		.data = &late,
		.rounds = 9,
		.calls = FAULT_TERM},
	    {.name = on_server ? "server" : "files",
		.prepare = prepare,
		.run = run,
		.check = check,
		.data = &all,
		.calls = on_server ? FAULT_TALK : FAULT_FILES},
	};

	(void)state;
	faults_play(cases, sizeof(cases) / sizeof(cases[0]), 4);
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	assert_int_equal(
	    stage_says(&stage, CUSTOMER, "Lucía", "No tengo internet", NULL),
	    200);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM conversations WHERE peer = '" CUSTOMER "'",
	    1));
	assert_int_equal(stage_stop_daemon(&stage), 0);
	faults_begin();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	faults_end();
	stage_close(&stage);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(console__a_call_fails__keeps_what_was_written),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
