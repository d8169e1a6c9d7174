/*
 * The daemon's life: refused starts end in order with their status, a reload
 * keeps what runs, events survive a desk that cannot be written, and a start
 * after an unclean end looks at the file.
 */
#include "common/clock.h"
#include "tests/lib/stage_desk.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
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

/* Run a daemon that does not get far; its sentence is appended to out. */
static int
run(struct str *out, const char *conf, const char *listen)
{
	const char *program = stage_program("opdesk-syncd");
	char buf[512];
	int p[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(p[1], STDERR_FILENO);
		execl(program, program, "--config", conf, "--listen", listen,
		    (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	while ((n = read(p[0], buf, sizeof(buf))) > 0)
		str_addn(out, buf, (size_t)n);
	close(p[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
expect(const char *conf, const char *listen, int status, const char *words)
{
	struct str out = STR_INIT;
	int got = run(&out, conf, listen);

	if (got != status || strstr(out.s, words) == NULL)
		fail_msg(
		    "%d, not %d with \"%s\": %s", got, status, words, out.s);
	str_free(&out);
}

static void
start__cannot_be__ends_in_order_with_its_status(void **state)
{
	char conf[256], taken[64];

	(void)state;
	/* Before the first start, so that the desk is nobody's. */
	expect(stage.conf, "nonsense", 78, "nonsense");
	snprintf(conf, sizeof(conf), "%s/none.conf", stage.dir);
	expect(conf, "127.0.0.1:0", 78, "none.conf");
	stage_write(&stage, "none.conf",
	    "[desk]\ndatabase = nowhere.db\ntenant = demo\n");
	expect(conf, "127.0.0.1:0", 1, "nowhere.db");
	stage_conf(&stage, "", "");
	stage_start_daemon(&stage);
	/* The desk has its daemon. */
	snprintf(taken, sizeof(taken), "127.0.0.1:%d", stage.daemon_port);
	expect(stage.conf, taken, 1, "");
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

/* What other tests rely on that stop a daemon and start it again. */
static void
port__of_a_stage__is_nobody_elses_meanwhile(void **state)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)stage.daemon_port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd);
	stage_start_daemon(&stage);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

static bool
log_says(const char *words)
{
	const int64_t end = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	const struct timespec moment = {0, 10 * 1000000};
	bool found = false;

	while (!found && clock_mono_us() < end) {
		struct str text = STR_INIT;

		stage_read(&stage, "syncd.err", &text);
		found = strstr(text.s, words) != NULL;
		str_free(&text);
		nanosleep(&moment, NULL);
	}
	return found;
}

static void
reload__changed_address__says_that_it_takes_a_restart(void **state)
{
	int port;

	(void)state;
	setenv("LANG", "es_ES.UTF-8", 1);
	stage_start_daemon(&stage);
	unsetenv("LANG");
	port = stage.daemon_port;
	stage.daemon_port = 1;
	stage_conf(&stage, "", "");
	stage.daemon_port = port;
	kill(stage.daemon, SIGHUP);
	assert_true(log_says("listen was changed"));
	assert_true(log_says("read again"));
	/* It goes on where it was. */
	assert_int_equal(
	    stage_says(&stage, "34600111222", "Ana", "Hola", NULL), 200);
	/* A broken one changes nothing. */
	stage_write(&stage, "opdesk.conf", "[nonsense]\n");
	kill(stage.daemon, SIGHUP);
	/* In English, although tenant and administrator are Spanish. */
	assert_true(log_says("the old configuration stays"));
	assert_true(log_says("[nonsense] is not a section"));
	assert_int_equal(
	    stage_says(&stage, "34600111222", "Ana", "Sigo", NULL), 200);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_conf(&stage, "", "");
}

static void
desk__held_by_another__events_wait_in_files(void **state)
{
	struct err err = ERR_INIT;
	struct desk *d;

	(void)state;
	stage_start_daemon(&stage);
	d = stage_desk(&stage, NULL);
	if (db_begin(d->db, "test", &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(
	    stage_says(&stage, "34600111222", "Ana", "no se pierde", NULL),
	    200);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT COUNT(*) FROM messages WHERE body = 'no se pierde'"),
	    0);
	db_rollback(d->db);
	desk_close(&d);
	assert_true(stage_wait_int(&stage,
	    "SELECT COUNT(*) FROM messages WHERE body = 'no se pierde'", 1));
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

static void
start__after_kill__looks_at_the_file(void **state)
{
	(void)state;
	stage_start_daemon(&stage);
	stage_kill_daemon(&stage);
	stage_start_daemon(&stage);
	assert_true(log_says("did not end in order"));
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
}

#define TEST(t) cmocka_unit_test(t)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(port__of_a_stage__is_nobody_elses_meanwhile),
	    TEST(start__cannot_be__ends_in_order_with_its_status),
	    TEST(reload__changed_address__says_that_it_takes_a_restart),
	    TEST(desk__held_by_another__events_wait_in_files),
	    TEST(start__after_kill__looks_at_the_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
