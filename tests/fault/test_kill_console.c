/*
 * kill -9 of the console while it saves and sends: what was shown as sent,
 * saved or kept is in the desk, nothing is there by half, and the desk is
 * whole.
 *
 * CONSOLE_ROUNDS sets the rounds (200).  Turned red by: a draft that is said to be
 * kept before it is, and a message and its promise in two transactions.
 */
#include "common/clock.h"
#include "tests/lib/show.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define CUSTOMER "34600111222"

enum moment {
	AT_ONCE,    /* right after the key */
	WHEN_THERE, /* the first moment at which the desk has the reply */
	WHEN_SENT,  /* the reply stands in the thread */
	WHEN_NOTED, /* so does the note */
	WHEN_KEPT,  /* the draft is said to be kept */
	MOMENTS
};

static struct stage stage;

static struct pty *
open_thread(void)
{
	struct pty *p = stage_console(&stage, "es", 80, 24, NULL);

	assert_non_null(p);
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "5");
	pty_see(p, "Loli");
	pty_send(p, "gg\r");
	pty_see(p, "+" CUSTOMER);
	return p;
}

static int64_t
count(const char *sql, const char *text)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;
	int64_t n = -1;

	if (db_int(d->db, &n, sql, BINDS(b_text(text)), &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
	return n;
}

/* Without a pause, so that what would follow in another commit is cut off. */
static void
kill_when_there(struct pty *p, const char *text)
{
	struct desk *d = stage_desk(&stage, NULL);
	int64_t n = 0, until = clock_mono_us() + PTY_WAIT_MS * US_PER_MS;
	struct err err = ERR_INIT;

	while (n == 0 && clock_mono_us() < until)
		if (db_int(d->db, &n,
			"SELECT count(*) FROM messages WHERE body = $1",
			BINDS(b_text(text)), &err) != 0)
			fail_msg("%s", err.text);
	pty_signal(p, SIGKILL);
	desk_close(&d);
	assert_int_equal(n, 1);
}

/*
 * An older draft was looked for.  Not kept yet, as a rule; where the machine is
 * busy, the frame that says so is never seen.
 */
static bool
has_draft_state(struct pty *p, void *data)
{
	(void)data;
	return pty_find(p, tr(LANG_ES, "not kept yet")) >= 0 ||
	       pty_find(p, tr(LANG_ES, "draft kept")) >= 0;
}

static void
write_text(struct pty *p, const char *key, const char *title, const char *text)
{
	pty_send(p, key);
	pty_see(p, title);
	pty_send(p, text);
	pty_see(p, text);
	if (!pty_wait(p, has_draft_state, NULL, PTY_WAIT_MS))
		pty_fail(p, tr(LANG_ES, "not kept yet"));
}

static void
do_round(int round, enum moment moment)
{
	struct pty *p = open_thread();
	char title[96], text[32];

	snprintf(text, sizeof(text), "Ronda %04d", round);
	if (moment == WHEN_NOTED)
		snprintf(title, sizeof(title), "%s",
		    tr(LANG_ES, "INTERNAL NOTE: the customer does not see it"));
	else
		snprintf(
		    title, sizeof(title), tr(LANG_ES, "REPLY to %s"), "Lucía");
	write_text(p, moment == WHEN_NOTED ? "N" : "r", title, text);
	switch (moment) {
	case AT_ONCE:
		pty_send(p, "\023");       /* C-s */
		poll(NULL, 0, rand() % 8); /* any moment will do */
		break;
	case WHEN_THERE:
		pty_send(p, "\023"); /* C-s */
		kill_when_there(p, text);
		break;
	case WHEN_SENT:
		pty_send(p, "\023"); /* C-s */
		pty_see_no(p, title);
		pty_see(p, text);
		break;
	case WHEN_NOTED:
		pty_send(p, "\024"); /* C-t */
		pty_see_no(p, title);
		pty_see(p, text);
		break;
	case WHEN_KEPT:
		pty_see(p, tr(LANG_ES, "draft kept"));
		break;
	case MOMENTS:
		break;
	}
	pty_signal(p, SIGKILL);
	pty_stop(&p);
	if (moment == WHEN_SENT)
		assert_int_equal(
		    count(
			"SELECT count(*) FROM messages WHERE body = $1", text),
		    1);
	if (moment == WHEN_NOTED)
		assert_int_equal(count("SELECT count(*) FROM conversation_notes"
				       " WHERE body = $1",
				     text),
		    1);
	if (moment == WHEN_KEPT)
		assert_int_equal(
		    count("SELECT count(*) FROM drafts WHERE body = $1", text),
		    1);
	stage_exec(&stage, "DELETE FROM drafts");
}

static void
console__loses_nothing__when_killed(void **state)
{
	const char *set = getenv("CONSOLE_ROUNDS");
	int rounds = set != NULL ? atoi(set) : 200;

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
	for (int i = 0; i < rounds; i++)
		do_round(
		    i, i % 10 == 9 ? WHEN_KEPT : (enum moment)(i % WHEN_KEPT));
	/* A message and its promise, or neither; none twice. */
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) FROM messages m WHERE m.body LIKE 'Ronda %'"
		" AND (SELECT count(*) FROM outbox o WHERE o.kind = 1"
		" AND o.record_id = m.id) <> 1"),
	    0);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) FROM outbox o WHERE o.kind = 1 AND NOT"
		" EXISTS(SELECT 1 FROM messages m WHERE m.id = o.record_id)"),
	    0);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) - count(DISTINCT body) FROM messages"
		" WHERE body LIKE 'Ronda %'"),
	    0);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages WHERE body LIKE 'Ronda %'"
	    " AND state <> 5",
	    0));
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
	stage_close(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(console__loses_nothing__when_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
