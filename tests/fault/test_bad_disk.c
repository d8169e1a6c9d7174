/*
 * A disk whose writes do not become durable, and a desk on the network: an
 * fsync that fails ends the daemon with an error before it acknowledges
 * anything more, and is told by the others; what was acknowledged is there.
 *
 * The faults are ordered from tests/shim/fault.c, which runs in the programs.
 * Turned red by: an error of the disk that is forgotten (the log is synced once
 * more), one that the store does not see or the daemon outlives, a network that
 * is not recognised.
 *
 * SQLite only: the faults are of the disk below the desk's file.
 */
#include "common/clock.h"
#include "common/xalloc.h"
#include "tests/lib/preload.h"
#include "tests/lib/show.h"
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define CUSTOMER "34600111222"
#define BEFORE   20
#define MESSAGES 3000
#define PAUSE_MS 20 /* so they are enough for a minute */

static struct stage stage;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	preload_begin("fault", "OPDESK_FAULT_DIR", stage.dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	preload_end();
	stage_close(&stage);
	return 0;
}

static void
order(const char *fault, bool on)
{
	char path[256];

	if (on) {
		stage_write(&stage, fault, "");
		return;
	}
	snprintf(path, sizeof(path), "%s/%s", stage.dir, fault);
	unlink(path);
}

static int
new_ticket(const char *subject, struct str *said)
{
	str_clear(said);
	return stage_opdesk(&stage, NULL, said, "--lang", "en", "ticket", "new",
	    "--subject", subject, NULL);
}

/* One line, which says who speaks and what is wrong. */
static void
check_said(const char *said, const char *program, const char *wanted)
{
	const char *end = strchr(said, '\n');

	if (strncmp(said, program, strlen(program)) != 0 || end == NULL ||
	    end[1] != '\0' || strstr(said, wanted) == NULL)
		fail_msg("no sentence about \"%s\": %s", wanted, said);
}

/* ---- the daemon ---- */

static int
says(int i)
{
	char text[32];

	snprintf(text, sizeof(text), "Disco %d", i);
	return stage_says(&stage, CUSTOMER, "Lucía", text, NULL);
}

/* Syncs of the desk's file or log that failed in a process: never a second. */
static int
failed_syncs(pid_t pid)
{
	struct str all = STR_INIT;
	char head[256];
	int n = 0;

	snprintf(head, sizeof(head), "%d %s/desk.db", (int)pid, stage.dir);
	stage_read(&stage, "unsynced", &all);
	for (const char *at = all.s; (at = strstr(at, head)) != NULL; at++)
		n += strncmp(at + strlen(head), "-wal\n", 5) == 0 ||
		     at[strlen(head)] == '\n';
	str_free(&all);
	return n;
}

static bool
has_logged(const char *text)
{
	struct str log = STR_INIT;
	bool has;

	stage_read(&stage, "syncd.err", &log);
	has = strstr(log.s, text) != NULL;
	str_free(&log);
	return has;
}

/* Its exit status, by itself; -1: it goes on. */
static int
wait_daemon(void)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	int status = 0;

	while (waitpid(stage.daemon, &status, WNOHANG) == 0) {
		if (clock_mono_us() > until)
			return -1;
		poll(NULL, 0, 10);
	}
	stage.daemon = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
daemon__fsync_fails__acknowledges_nothing_more_and_ends(void **state)
{
	bool taken[MESSAGES] = {false};
	int last = 0, status = 0, exit_status;
	pid_t pid;

	(void)state;
	stage_start_daemon(&stage);
	pid = stage.daemon;
	for (; last < BEFORE; last++)
		assert_true((taken[last] = says(last) == 200));
	order("fsync", true);
	/* What was under way may still be answered; 0: it is gone. */
	while (last < MESSAGES && (status = says(last)) != 0) {
		taken[last++] = status == 200;
		poll(NULL, 0, PAUSE_MS);
	}
	exit_status = wait_daemon();
	assert_int_equal(failed_syncs(pid), 1);
	if (exit_status != 1) {
		struct str log = STR_INIT;

		stage_read(&stage, "syncd.err", &log);
		fail_msg("it ends with %d: %s", exit_status, log.s);
	}
	assert_true(last < MESSAGES);
	assert_false(has_logged("the desk's file is whole"));
	for (int i = BEFORE; i < last; i++)
		assert_false(taken[i]);
	order("fsync", false);
	stage_start_daemon(&stage);
	assert_true(has_logged("the desk's file is whole"));
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	assert_int_equal(says(MESSAGES), 200);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages WHERE body = 'Disco 3000'", 1));
	for (int i = 0; i < BEFORE; i++) {
		char sql[96];

		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = 'Disco %d'", i);
		assert_int_equal(stage_int(&stage, sql), 1);
	}
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
}

/* ---- the others ---- */

static void
cli__fsync_fails__is_told(void **state)
{
	struct str said = STR_INIT;
	int status;

	(void)state;
	assert_int_equal(new_ticket("Vale", &said), 0);
	order("fsync", true);
	status = new_ticket("No vale", &said);
	if (status != 1)
		fail_msg("exit %d: %s", status, said.s);
	check_said(said.s, "opdesk: ", "disk");
	order("fsync", false);
	assert_int_equal(new_ticket("Vale otra vez", &said), 0);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM tickets"
			      " WHERE subject IN ('Vale', 'Vale otra vez')"),
	    2);
	stage_check_whole(&stage);
	str_free(&said);
}

static struct pty *
start_console(void)
{
	return stage_console(&stage, "en", 80, 24, preload_env());
}

static void
console__fsync_fails__is_told_and_the_text_stays(void **state)
{
	struct pty *p = start_console();
	int status = -1;

	(void)state;
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "gg\rN");
	pty_see(p, "INTERNAL NOTE");
	order("fsync", true);
	pty_send(p, "Llamar por la tarde");
	pty_send(p, "\024");
	pty_see(p, "disk");
	pty_see(p, "Llamar por la tarde");
	pty_send(p, "\021");
	if (!pty_wait_exit(p, &status))
		pty_see(p, "its end");
	pty_stop(&p);
	order("fsync", false);
	p = start_console();
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "\021");
	assert_true(pty_wait_exit(p, &status));
	assert_int_equal(WEXITSTATUS(status), 0);
	pty_stop(&p);
	stage_check_whole(&stage);
}

/* ---- a desk on the network ---- */

static void
desk__on_the_network__is_refused(void **state)
{
	struct str said = STR_INIT;
	struct pty *p;
	int status = -1;

	(void)state;
	order("nfs", true);
	assert_int_equal(new_ticket("No", &said), 4);
	check_said(said.s, "opdesk: ", "network");
	p = start_console();
	assert_true(pty_wait_exit(p, &status));
	assert_int_equal(WEXITSTATUS(status), 4);
	assert_non_null(strstr(pty_output(p)->s, "network"));
	pty_stop(&p);
	str_clear(&said);
	assert_int_equal(stage_try_daemon(&stage, &said), 1);
	assert_non_null(strstr(said.s, "opdesk-syncd: "));
	order("nfs", false);
	assert_int_equal(new_ticket("Ya", &said), 0);
	str_free(&said);
}

#define ON_STAGE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(daemon__fsync_fails__acknowledges_nothing_more_and_ends),
	    ON_STAGE(cli__fsync_fails__is_told),
	    ON_STAGE(console__fsync_fails__is_told_and_the_text_stays),
	    ON_STAGE(desk__on_the_network__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
