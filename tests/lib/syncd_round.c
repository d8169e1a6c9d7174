/* syncd_round - see syncd_round.h. */
#include "tests/lib/syncd_round.h"
#include "common/clock.h"
#include "tests/lib/put_back.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 20000
#define STOP_MS  40000

static struct stage *stage;
static int status; /* of its end; -1: it does not end */

const char *
syncd_round_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", stage->dir, name);
	return path;
}

static void
copy(const char *from, const char *to)
{
	char source[512];

	snprintf(source, sizeof(source), "%s", syncd_round_path(from));
	put_back(source, syncd_round_path(to));
}

void
syncd_round_keep(struct stage *s)
{
	stage = s;
	copy("desk.db", "pristine.db");
	copy("desk.db.audit", "pristine.audit");
	copy("desk.db.audit-key", "pristine.audit-key");
}

void
syncd_round_prepare(void)
{
	copy("pristine.db", "desk.db");
	copy("pristine.audit", "desk.db.audit");
	copy("pristine.audit-key", "desk.db.audit-key");
	unlink(syncd_round_path("desk.db.ballast"));
	remove_tree(syncd_round_path("desk.db.spool"));
	remove_tree(syncd_round_path("files"));
}

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

	unlink(syncd_round_path("faulty.err"));
	errors = open(syncd_round_path("faulty.err"),
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (errors < 0 || pipe2(fds, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		execl(program, program, "--config", stage->conf, (char *)NULL);
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

int
syncd_round_run(void (*work)(void))
{
	int fd;
	pid_t pid = start(&fd);

	if (is_listening(fd))
		work();
	if (!has_ended(pid, 0)) {
		kill(pid, SIGTERM);
		if (!has_ended(pid, STOP_MS)) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
			status = -1;
		}
	}
	close(fd);
	return status;
}

const char *
syncd_round_complain(const char *what)
{
	struct str log = STR_INIT;
	static char text[1600];

	stage_read(stage, "faulty.err", &log);
	snprintf(text, sizeof(text), "%s (exit %d): %s", what, status,
	    log.len > 1400 ? log.s + log.len - 1400 : log.s);
	str_free(&log);
	return text;
}

bool
syncd_round_has_logged(const char *text)
{
	struct str log = STR_INIT;
	bool has;

	stage_read(stage, "faulty.err", &log);
	has = strstr(log.s, text) != NULL;
	str_free(&log);
	return has;
}

const char *
syncd_round_check_end(void)
{
	if (status == -1)
		return syncd_round_complain("it does not end");
	/* Asked to end while it was ending by itself, it ends at once. */
	if (status == 128 + SIGTERM)
		status = 1;
	if (status > 1 && status != 78)
		return syncd_round_complain("a crash");
	if (status != 0 &&
	    (!syncd_round_has_logged("\n") || syncd_round_has_logged("BUG at")))
		return syncd_round_complain("no sentence");
	return NULL;
}

int
syncd_round_post(int i)
{
	char text[32];

	snprintf(text, sizeof(text), "Aviso %d", i);
	return stage_says(stage, "34600111222", "Lucía", text, NULL);
}

const char *
syncd_round_check_posts(const bool *taken, int count)
{
	char sql[96];

	for (int i = 0; i < count; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = 'Aviso %d'", i);
		if (taken[i] && !stage_wait_int(stage, sql, 1))
			return syncd_round_complain(
			    "what was acknowledged is not there");
		if (stage_int(stage, sql) > 1)
			return syncd_round_complain(
			    "what was posted once is there twice");
	}
	return NULL;
}
