/*
 * Desks that are newer, foreign, damaged, read-only or held by a stopped
 * process, and terminals that are tiny, dumb, resized or gone: the console,
 * the command line and the daemon each say one sentence, with the right exit
 * status, and the file stays as it was.
 *
 * A daemon that served a desk newer than itself was found by this.  Turned red
 * by: no look at min_writer, at min_reader, at whose file it is, or at its
 * pages after a crash; a busy desk that counts as a broken disk; terminals
 * without a cursor or none at all that are taken; hang-ups and new sizes that
 * are not heard; a second signal that ends what the first one began; an absent
 * daemon that the title does not tell.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/xalloc.h"
#include "db/records/tickets.h"
#include "tests/lib/engine.h"
#include "tests/lib/stage_desk.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct stage stage;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_close(&stage);
	return 0;
}

/* ---- what the three programs say ---- */

/* One sentence: one line, which begins with who speaks. */
static void
check_sentence(const char *what, const char *text, const char *program)
{
	const char *end = strchr(text, '\n');

	if (strncmp(text, program, strlen(program)) != 0 || end == NULL ||
	    end[1] != '\0' || strlen(text) < strlen(program) + 20)
		fail_msg("%s: %s says: %s", what, program, text);
}

/* The last line, without what the log said before. */
static const char *
last_line(struct str *s)
{
	const char *at = s->s + s->len;

	if (at > s->s)
		at--;
	while (at > s->s && at[-1] != '\n')
		at--;
	return at;
}

static int
run_console(struct str *said)
{
	struct pty *p = stage_console(&stage, "en", 80, 24, NULL);
	const struct str *out;
	int status = -1;

	assert_non_null(p);
	if (!pty_wait_exit(p, &status)) {
		pty_screen(p, said);
		fail_msg("the console goes on:\n%s", said->s);
	}
	out = pty_output(p);
	/* A terminal ends its lines with CR and LF. */
	for (size_t i = 0; i < out->len; i++)
		if (out->s[i] != '\r')
			str_addc(said, out->s[i]);
	pty_stop(&p);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* The file's bytes, or all that a server's tables hold. */
static void
read_desk(struct str *out)
{
	if (engine_is_postgres())
		engine_read_all(stage.desk, out);
	else
		assert_int_equal(fs_read(stage.desk, 64u << 20, out, NULL), 0);
}

/* None of the three opens it; the desk is as it was. */
static void
refuse_all(const char *what, int cli, int daemon)
{
	struct str before = STR_INIT, after = STR_INIT, said = STR_INIT;
	int status;

	read_desk(&before);
	assert_true(before.len > 0);
	status = stage_opdesk(
	    &stage, NULL, &said, "--lang", "en", "ticket", "list", NULL);
	check_sentence(what, said.s, "opdesk: ");
	if (status != cli)
		fail_msg("%s: exit %d, not %d: %s", what, status, cli, said.s);
	str_clear(&said);
	status = run_console(&said);
	check_sentence(what, said.s, "opdesk: ");
	if (status != cli)
		fail_msg("%s: exit %d, not %d: %s", what, status, cli, said.s);
	str_clear(&said);
	status = stage_try_daemon(&stage, &said);
	check_sentence(what, last_line(&said), "opdesk-syncd: ");
	if (status != daemon)
		fail_msg("%s: the daemon's exit %d, not %d: %s", what, status,
		    daemon, said.s);
	read_desk(&after);
	assert_int_equal(before.len, after.len);
	assert_memory_equal(before.s, after.s, before.len);
	str_free(&before);
	str_free(&after);
	str_free(&said);
}

static void
poke(off_t at, const char *bytes, size_t n)
{
	int fd = open(stage.desk, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

/* All is in the file itself, nothing in the log beside it. */
static void
settle(void)
{
	stage_start_daemon(&stage);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

/* Reading goes on; whoever would write is told that opdesk was upgraded. */
static void
desk__newer__is_only_read(void **state)
{
	struct str said = STR_INIT, list = STR_INIT;
	int64_t rows;
	int status;

	(void)state;
	stage_exec(
	    &stage, "UPDATE schema SET version = 9000, min_writer = 9000");
	rows = stage_int(&stage, "SELECT count(*) FROM tickets");
	assert_int_equal(
	    stage_opdesk(&stage, &list, NULL, "ticket", "list", NULL), 0);
	assert_true(list.len > 0);
	status = stage_opdesk(&stage, NULL, &said, "--lang", "en", "ticket",
	    "new", "--subject", "No cabe", NULL);
	check_sentence("a newer desk", said.s, "opdesk: ");
	if (status != 6)
		fail_msg("exit %d: %s", status, said.s);
	str_clear(&said);
	status = stage_try_daemon(&stage, &said);
	check_sentence("a newer desk", last_line(&said), "opdesk-syncd: ");
	assert_int_equal(status, 1);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM tickets"), rows);
	str_free(&said);
	str_free(&list);
}

static void
desk__too_new_to_read__is_left_alone(void **state)
{
	(void)state;
	stage_exec(&stage,
	    "INSERT INTO meta(name, value) VALUES('min_reader', '9000')"
	    " ON CONFLICT(name) DO UPDATE SET value = excluded.value");
	refuse_all("a desk that is too new", 6, 1);
}

static void
desk__foreign__is_left_alone(void **state)
{
	(void)state;
	if (engine_is_postgres()) { /* of a program that has a table "schema" */
		stage_exec(&stage, "ALTER TABLE schema RENAME TO schemas");
	} else {
		settle();
		poke(68, "\0\0\0\7", 4); /* the application's id */
	}
	refuse_all("a foreign desk", 7, 1);
}

static void
desk__no_database__is_left_alone(void **state)
{
	SQLITE_ONLY("a server has databases and no letters");

	(void)state;
	settle();
	poke(0, "This is a letter to my aunt.", 28);
	refuse_all("a letter", 7, 1);
}

static void
desk__damaged__is_left_alone(void **state)
{
	SQLITE_ONLY("it damages pages of the file");

	char rubbish[4096];

	(void)state;
	settle();
	memset(rubbish, 0xA5, sizeof(rubbish));
	poke(100, rubbish, 400); /* the table of tables */
	refuse_all("a damaged desk", 7, 1);
}

/* The last page of rows: nothing that a program reads at its start. */
static off_t
last_leaf(void)
{
	struct str file = STR_INIT;
	off_t at;

	assert_int_equal(fs_read(stage.desk, 64u << 20, &file, NULL), 0);
	for (at = (off_t)file.len - 4096; at > 0; at -= 4096)
		if (file.s[at] == 0x0d)
			break;
	str_free(&file);
	assert_true(at > 0);
	return at;
}

static void
desk__damaged_inside__is_found_after_a_crash(void **state)
{
	SQLITE_ONLY("it damages pages of the file");

	struct str said = STR_INIT;

	(void)state;
	settle();
	stage_start_daemon(&stage);
	stage_kill_daemon(&stage);
	poke(last_leaf() + 3, "\xff\xff\xff\xff",
	    4); /* cells, where they begin */
	assert_int_equal(stage_try_daemon(&stage, &said), 1);
	check_sentence("damaged inside", last_line(&said), "opdesk-syncd: ");
	str_free(&said);
}

static void
desk__missing__is_said(void **state)
{
	struct str said = STR_INIT;

	(void)state;
	if (engine_is_postgres()) {
		engine_drop(stage.dir);
	} else {
		settle();
		assert_int_equal(unlink(stage.desk), 0);
	}
	assert_int_equal(stage_opdesk(&stage, NULL, &said, "--lang", "en",
			     "ticket", "list", NULL),
	    3);
	check_sentence("no desk", said.s, "opdesk: ");
	str_clear(&said);
	assert_true(stage_try_daemon(&stage, &said) != 0);
	check_sentence("no desk", last_line(&said), "opdesk-syncd: ");
	str_free(&said);
}

/* ---- held by a stopped process ---- */

static pid_t
hold_desk(void)
{
	int fds[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		struct desk *d;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		d = stage_desk(&stage, NULL);
		if (db_begin(d->db, "held", NULL) != 0 ||
		    write(fds[1], "x", 1) != 1)
			_exit(1);
		raise(SIGSTOP);
		db_rollback(d->db);
		_exit(0);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	return pid;
}

static void
desk__held_by_a_stopped_process__is_said(void **state)
{
	pid_t holder = hold_desk();
	struct str said = STR_INIT, list = STR_INIT;
	int status;

	(void)state;
	/* Reading goes on; who writes is told, and nothing is half there. */
	assert_int_equal(
	    stage_opdesk(&stage, &list, &said, "ticket", "list", NULL), 0);
	assert_true(list.len > 0);
	status = stage_opdesk(&stage, NULL, &said, "--lang", "en", "ticket",
	    "new", "--subject", "No cabe", NULL);
	if (status != 6)
		fail_msg("exit %d: %s", status, said.s);
	check_sentence("a held desk", said.s, "opdesk: ");
	kill(holder, SIGCONT);
	assert_int_equal(waitpid(holder, &status, 0), holder);
	assert_int_equal(stage_opdesk(&stage, NULL, NULL, "ticket", "new",
			     "--subject", "Ahora", NULL),
	    0);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) FROM tickets WHERE subject = 'No cabe'"),
	    0);
	str_free(&said);
	str_free(&list);
}

/* ---- terminals ---- */

static void
quit(struct pty *p)
{
	int status = -1;

	pty_send(p, "\021");
	if (!pty_wait_exit(p, &status))
		fail_msg("it does not end");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool
wrote_more(struct pty *p, void *data)
{
	return pty_bytes(p) > *(const uint64_t *)data;
}

static void
terminal__of_any_size__is_drawn(void **state)
{
	static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 2}, {3, 3}, {5, 2},
	    {10, 5}, {20, 1}, {1, 20}, {39, 9}, {59, 14}, {200, 1}, {300, 100},
	    {500, 200}, {2, 2}, {80, 24}};
	struct pty *p = stage_console(&stage, "es", 1, 1, NULL);
	uint64_t bytes = 0;

	(void)state;
	assert_non_null(p);
	assert_true(pty_wait(p, wrote_more, &bytes, PTY_WAIT_MS));
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			bytes = pty_bytes(p);
			pty_resize(p, sizes[i][0], sizes[i][1]);
			if (round == 0) /* the smallest may change nothing */
				(void)pty_wait(p, wrote_more, &bytes, 200);
			/* Keys while it draws. */
			pty_send(p, "5jjT\rj\033IDSj?\033");
			pty_pump(p);
		}
	pty_resize(p, 80, 24);
	pty_send(p, "\033\033I");
	assert_true(pty_wait_text(p, "Fibra Norte"));
	quit(p);
	pty_stop(&p);
}

static void
terminal__dumb__is_said(void **state)
{
	static const char *const kinds[] = {"dumb", "no-such-terminal", ""};
	char program[512];
	const char *const argv[] = {
	    program, "--config", stage.conf, "--lang", "en", NULL};

	(void)state;
	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct pty_options o = {.term = kinds[i]};
		struct pty *p = pty_start(argv, &o);
		int status = -1;

		assert_non_null(p);
		assert_true(pty_wait_exit(p, &status));
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 6 ||
		    strstr(pty_output(p)->s, "opdesk: ") == NULL)
			fail_msg("TERM=%s: status %x: %s", kinds[i],
			    (unsigned)status, pty_output(p)->s);
		pty_stop(&p);
	}
}

static void
terminal__none__is_said(void **state)
{
	struct str said = STR_INIT;
	int status;

	(void)state;
	status = stage_opdesk(&stage, NULL, &said, "--lang", "en", NULL);
	if (status != 2)
		fail_msg("exit %d: %s", status, said.s);
	check_sentence("no terminal", said.s, "opdesk: ");
	str_free(&said);
}

static void
terminal__gone__console_ends(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		struct pty *p = stage_console(&stage, "es", 80, 24, NULL);
		int status = -1;

		assert_non_null(p);
		if (i % 2 == 0)
			assert_true(pty_wait_text(p, "Fibra Norte"));
		pty_hang_up(p);
		assert_true(pty_wait_exit(p, &status));
		pty_stop(&p);
	}
	stage_check_whole(&stage);
}

/* A hang-up without the terminal's end, as from who manages the session. */
static void
terminal__hang_up_signal__console_ends(void **state)
{
	struct pty *p = stage_console(&stage, "es", 80, 24, NULL);
	int status = -1;

	(void)state;
	assert_non_null(p);
	assert_true(pty_wait_text(p, "Fibra Norte"));
	pty_signal(p, SIGHUP);
	assert_true(pty_wait_exit(p, &status));
	assert_true(WIFEXITED(status));
	assert_false(pty_is_alt_screen(p));
	pty_stop(&p);
}

/*
 * Who ends a session may say it several times: what was asked is finished all
 * the same, and the terminal given back.
 */
static void
terminal__signals_again__console_ends_in_order(void **state)
{
	static const char *const env[] = {"OPDESK_TEST_DELAY_MS=400", NULL};
	struct pty *p = stage_console(&stage, "es", 80, 24, env);
	int status = -1;

	(void)state;
	assert_non_null(p);
	assert_true(pty_wait_text(p, "Fibra Norte"));
	pty_signal(p, SIGHUP);
	for (int i = 0; i < PTY_WAIT_MS && pty_pid(p) != 0; i++) {
		poll(NULL, 0, 1);
		pty_signal(p, i % 2 == 0 ? SIGTERM : SIGHUP);
		pty_pump(p);
	}
	assert_true(pty_wait_exit(p, &status));
	assert_int_equal(status, 0);
	assert_false(pty_is_alt_screen(p));
	pty_stop(&p);
}

static void
daemon__absent__console_works_and_says_so(void **state)
{
	struct pty *p = stage_console(&stage, "en", 80, 24, NULL);

	(void)state;
	assert_non_null(p);
	assert_true(pty_wait_text(p, "Beatriz Olmedo"));
	if (!pty_wait_text(p, "no daemon")) {
		struct str screen = STR_INIT;

		pty_screen(p, &screen);
		fail_msg("%s", screen.s);
	}
	quit(p);
	pty_stop(&p);
}

#define ON_STAGE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_STAGE(desk__newer__is_only_read),
	    ON_STAGE(desk__too_new_to_read__is_left_alone),
	    ON_STAGE(desk__foreign__is_left_alone),
	    ON_STAGE(desk__no_database__is_left_alone),
	    ON_STAGE(desk__damaged__is_left_alone),
	    ON_STAGE(desk__damaged_inside__is_found_after_a_crash),
	    ON_STAGE(desk__missing__is_said),
	    ON_STAGE(desk__held_by_a_stopped_process__is_said),
	    ON_STAGE(terminal__of_any_size__is_drawn),
	    ON_STAGE(terminal__dumb__is_said),
	    ON_STAGE(terminal__none__is_said),
	    ON_STAGE(terminal__gone__console_ends),
	    ON_STAGE(terminal__hang_up_signal__console_ends),
	    ON_STAGE(terminal__signals_again__console_ends_in_order),
	    ON_STAGE(daemon__absent__console_works_and_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
