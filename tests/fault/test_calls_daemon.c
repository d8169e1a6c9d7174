/*
 * A system call of the daemon fails while it starts, takes in signed posts,
 * sends and stops: at every site, with each error that it can have.  It goes
 * on, or ends with status 1; what it answered with 200 is there, once, after
 * the next start; no failed fsync is tried again.
 *
 * FAULT_ROUNDS sets the rounds (0: every site and error).
 * Turned red by: an answer of 200 for an event that the spool was to keep and
 * did not.
 *
 * SQLite only: these are the calls that its engine makes for its file.
 */
#include "common/clock.h"
#include "common/xalloc.h"
#include "tests/lib/faults.h"
#include "tests/lib/put_back.h"
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
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define POSTS    8
#define START_MS 20000
#define STOP_MS  40000
#define READ_MS  1500 /* events may be read later as well */

static struct stage stage;
static bool taken[POSTS];
static int status; /* of its end; -1: it does not end */

static const char *
below(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", stage.dir, name);
	return path;
}

/* ---- a daemon that may not start ---- */

static bool
has_ended(pid_t pid, int64_t within_ms)
{
	int64_t until = clock_mono_us() + within_ms * US_PER_MS;
	int s = 0;

	while (waitpid(pid, &s, WNOHANG) == 0) {
		if (clock_mono_us() >= until)
			return false;
		poll(NULL, 0, 5);
	}
	status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
	return true;
}

static pid_t
start(int *out)
{
	const char *program = stage_program("opdesk-syncd");
	int fds[2], errors;
	pid_t pid;

	unlink(below("faulty.err"));
	errors = open(below("faulty.err"),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (errors < 0 || pipe2(fds, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		execl(program, program, "--config", stage.conf, (char *)NULL);
		_exit(127);
	}
	close(errors);
	close(fds[1]);
	*out = fds[0];
	return pid;
}

/* False: it ended before it could be asked for anything. */
static bool
is_listening(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	char line[256];

	return poll(&p, 1, START_MS) == 1 && read(fd, line, sizeof(line)) > 0;
}

static void
post_all(void)
{
	int64_t until = clock_mono_us() + READ_MS * US_PER_MS;
	char text[32];

	for (int i = 0; i < POSTS; i++) {
		int answer;

		snprintf(text, sizeof(text), "Aviso %d", i);
		answer = stage_says(&stage, "34600111222", "Lucía", text, NULL);
		taken[i] = answer == 200;
		if (answer == 0)
			return; /* it is gone, or deaf */
	}
	while (stage_int(&stage,
		   "SELECT count(*) FROM raw_events WHERE state = 0") > 0 &&
	       clock_mono_us() < until)
		poll(NULL, 0, 5);
}

/* ---- a round ---- */

static void
prepare(const void *data)
{
	static const char *const beside[] = {
	    "desk.db.audit", "desk.db.audit-key", "desk.db.ballast"};
	char pristine[512];

	(void)data;
	snprintf(pristine, sizeof(pristine), "%s", below("pristine.db"));
	put_back(pristine, stage.desk);
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		unlink(below(beside[i]));
	remove_tree(below("desk.db.spool"));
	memset(taken, 0, sizeof(taken));
}

static void
run(const void *data)
{
	int fd;
	pid_t pid = start(&fd);

	(void)data;
	if (is_listening(fd))
		post_all();
	if (!has_ended(pid, 0)) {
		kill(pid, SIGTERM);
		if (!has_ended(pid, STOP_MS)) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			status = -1;
		}
	}
	close(fd);
}

static const char *
complain(const char *what)
{
	struct str log = STR_INIT;
	static char text[1600];

	stage_read(&stage, "faulty.err", &log);
	snprintf(text, sizeof(text), "%s (exit %d): %s", what, status,
	    log.len > 1400 ? log.s + log.len - 1400 : log.s);
	str_free(&log);
	return text;
}

static bool
is_told(void)
{
	struct str log = STR_INIT;
	bool is;

	stage_read(&stage, "faulty.err", &log);
	is = log.len > 0 && strstr(log.s, "BUG at") == NULL;
	str_free(&log);
	return is;
}

static const char *
check_taken(void)
{
	char sql[96];

	for (int i = 0; i < POSTS; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = 'Aviso %d'", i);
		/* The spool is read after the start. */
		if (taken[i] && !stage_wait_int(&stage, sql, 1))
			return complain("what was acknowledged is not there");
		if (stage_int(&stage, sql) > 1)
			return complain("what was posted once is there twice");
	}
	return NULL;
}

static const char *
check(const void *data, bool is_lost)
{
	const char *wrong;

	(void)data;
	(void)is_lost; /* the spool may have taken it */
	if (status == -1)
		return complain("it does not end");
	/* Asked to end while it was ending by itself, it ends at once. */
	if (status == 128 + SIGTERM)
		status = 1;
	if (status > 1 && status != 78)
		return complain("a crash");
	if (status != 0 && !is_told())
		return complain("no sentence");
	stage_start_daemon(&stage);
	if (!stage_wait_int(
		&stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0))
		return complain("events stay unread");
	wrong = check_taken();
	if (stage_stop_daemon(&stage) != 0 && wrong == NULL)
		wrong = complain("the next one does not stop in order");
	if (wrong == NULL)
		wrong = check_taken();
	stage_check_whole(&stage);
	return wrong;
}

static void
daemon__a_call_fails__loses_nothing(void **state)
{
	const struct fault_case one = {"daemon", prepare, run, check, NULL};

	(void)state;
	faults_play(&one, 1, 24);
}

static int
setup(void **state)
{
	char pristine[512];

	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	snprintf(pristine, sizeof(pristine), "%s", below("pristine.db"));
	put_back(stage.desk, pristine);
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
	    cmocka_unit_test(daemon__a_call_fails__loses_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
