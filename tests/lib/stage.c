/* stage - see stage.h. */
#include "tests/lib/stage.h"
#include "db/core/desk_files.h"
#include "tests/lib/engine.h"
#include "tests/lib/tmp.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/desk.h"
#include "tui/cli/demo.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 60000
#define ARGS_MAX 40

_Noreturn static void
give_up(const char *what)
{
	fprintf(stderr, "stage: %s: %s\n", what, strerror(errno));
	abort();
}

const char *
stage_program(const char *name)
{
	static char path[PATH_MAX + 32];
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		give_up("/proc/self/exe");
	self[n] = '\0';
	for (int up = 0; up < 3; up++) /* BUILD/tests/KIND/test */
		*strrchr(self, '/') = '\0';
	str_format(path, sizeof(path), "%s/%s", self, name);
	return path;
}

/*
 * A free port that stays ours while *fd is open: a socket that is bound and
 * never listens keeps the system from giving it to anybody else.  Programs
 * that ask for this very port with SO_REUSEADDR, as the daemon does, get it.
 */
static int
hold_port(int *fd)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int one = 1;

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* Only now may it be shared: the port was nobody's. */
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    getsockname(*fd, (struct sockaddr *)&a, &len) != 0)
		give_up("a free port");
	return ntohs(a.sin_port);
}

void
stage_write(struct stage *s, const char *name, const char *text)
{
	struct err err = ERR_INIT;
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	if (fs_write_atomic(path, text, strlen(text), 0600, &err) != 0) {
		fprintf(stderr, "stage: %s\n", err.text);
		abort();
	}
}

void
stage_conf(struct stage *s, const char *channel, const char *more)
{
	struct str conf = STR_INIT;

	/* The load comes from one address: not to be counted as one client. */
	str_addf(&conf,
	    "[desk]\ndatabase = %s\ntenant = demo\nfiles = %s\n"
	    "[daemon]\nlisten = 127.0.0.1:%d\n"
	    "trusted_proxies = 127.0.0.1\nballast_mib = %d\n"
	    "token_rate = %d\n"
	    "[channel soporte]\nkind = whatsapp\ntenant = demo\n"
	    "phone_number_id = " STAGE_NUMBER_ID "\n"
	    "business_account_id = 104996122399160\n"
	    "verify_token_file = verify.secret\n"
	    "app_secret_file = app.secret\n"
	    "access_token_file = access.secret\n"
	    "api_base = http://127.0.0.1:%d\napi_version = v23.0\n%s%s",
	    s->desk, s->files, s->daemon_port, s->ballast_mib, s->token_rate,
	    s->provider_port, channel, more);
	stage_write(s, "opdesk.conf", conf.s);
	str_free(&conf);
}

/* As `opdesk rehearse demo` makes it. */
static void
make_desk(const char *uri)
{
	struct desk_options o = {.uri = uri};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	if (desk_make(&o, &d, &err) != 0 ||
	    desk_act_as_host(d, NULL, &err) != 0 ||
	    demo_fill(d, "soporte", &err) != 0) {
		fprintf(stderr, "stage: %s\n", err.text);
		abort();
	}
	desk_close(&d);
}

/* What stands beside a server's desk, a copy of it has not. */
static void
mark_files(const char *uri)
{
	struct desk_options o = {.uri = uri};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	if (desk_open(&o, &d, &err) != 0 ||
	    desk_files_mark(d->files_dir, desk_files_id(d), &err) != 0) {
		fprintf(stderr, "stage: %s\n", err.text);
		abort();
	}
	desk_close(&d);
}

static void
prepare(struct stage *s)
{
	snprintf(s->conf, sizeof(s->conf), "%s/opdesk.conf", s->dir);
	s->daemon_port = hold_port(&s->held[0]);
	s->provider_port = hold_port(&s->held[1]);
	stage_write(s, "app.secret", STAGE_SECRET "\n");
	stage_write(s, "verify.secret", "stage-verify\n");
	stage_write(s, "access.secret", "EAAstage\n");
	stage_conf(s, "", "");
}

void
stage_open(struct stage *s)
{
	stage_open_on(s, NULL);
}

static void
name_desk(const char *dir, char path[160])
{
	if (snprintf(path, 160, "%s/desk.db", dir) >= 160)
		abort();
}

static void
make_dir(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	tmp_new("stage", s->dir, sizeof(s->dir));
}

void
stage_open_on(struct stage *s, const char *desk_dir)
{
	char path[160];

	make_dir(s);
	name_desk(desk_dir != NULL ? desk_dir : s->dir, path);
	engine_copy("stage", path, make_desk, s->desk);
	mark_files(s->desk);
	prepare(s);
}

void
stage_open_beside(struct stage *s, const struct stage *first)
{
	struct err err = ERR_INIT;

	make_dir(s);
	memcpy(s->desk, first->desk, sizeof(s->desk));
	/* What all hosts mount. */
	if (desk_files_dir(first->desk, first->files, s->files,
		sizeof(s->files), &err) != 0) {
		fprintf(stderr, "stage: %s\n", err.text);
		abort();
	}
	prepare(s);
}

void
stage_share_provider(struct stage *s, const struct stage *with)
{
	s->provider_port = with->provider_port;
	stage_conf(s, "", "");
}

bool
stage_open_kept(struct stage *s, const char *dir)
{
	struct err err = ERR_INIT;
	char path[160];

	memset(s, 0, sizeof(*s));
	s->is_kept = true;
	if (!str_copy(s->dir, sizeof(s->dir), dir) ||
	    fs_mkdir(dir, 0700, &err) != 0)
		give_up(dir);
	name_desk(dir, path);
	engine_uri(path, s->desk);
	prepare(s);
	if (access(s->desk, F_OK) == 0)
		return false;
	make_desk(s->desk);
	return true;
}

/* ---- programs in the background ---- */

static int
open_in(struct stage *s, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		give_up(path);
	return fd;
}

/* Read until a whole line "listening ..." or the end. */
static bool
wait_listening(int fd)
{
	char line[256];
	size_t n = 0;

	while (n < sizeof(line) - 1) {
		struct pollfd p = {fd, POLLIN, 0};
		ssize_t k;

		if (poll(&p, 1, START_MS) <= 0)
			return false;
		k = read(fd, line + n, sizeof(line) - 1 - n);
		if (k <= 0)
			return false;
		n += (size_t)k;
		line[n] = '\0';
		if (strstr(line, "listening ") != NULL &&
		    strchr(line, '\n') != NULL)
			return true;
	}
	return false;
}

/* Its own addresses, name and files. */
static bool
go_to_host(const struct stage *s)
{
	return setns(s->netns, CLONE_NEWNET) == 0 &&
	       unshare(CLONE_NEWUTS) == 0 &&
	       sethostname(s->host, strlen(s->host)) == 0 &&
	       setenv("XDG_DATA_HOME", s->dir, 1) == 0;
}

static pid_t
start(struct stage *s, const char *log, const char *const *argv,
    const char *const *env)
{
	struct str text = STR_INIT;
	int out[2], errors = open_in(s, log);
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		give_up("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		if (s->host != NULL && !go_to_host(s))
			_exit(126);
		for (; env != NULL && *env != NULL; env++)
			putenv((char *)(uintptr_t)*env);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(out[1]);
	close(errors);
	if (!wait_listening(out[0])) {
		stage_read(s, log, &text);
		fprintf(
		    stderr, "stage: %s did not start:\n%s\n", argv[0], text.s);
		abort();
	}
	close(out[0]);
	return pid;
}

void
stage_start_provider(struct stage *s)
{
	char program[PATH_MAX];
	const char *const argv[] = {program, "--rehearsal-provider", "--config",
	    s->conf, "--delay-ms", "5", NULL};

	snprintf(program, sizeof(program), "%s", stage_program("opdesk-syncd"));
	s->provider = start(s, "provider.err", argv, NULL);
}

void
stage_start_daemon(struct stage *s)
{
	char program[PATH_MAX];
	const char *const argv[] = {program, "--config", s->conf, NULL};

	snprintf(program, sizeof(program), "%s", stage_program("opdesk-syncd"));
	s->daemon = start(s, "syncd.err", argv, s->env);
}

static int
end(pid_t *pid, int signum)
{
	int status = 0;

	if (*pid <= 0)
		return 0;
	kill(*pid, signum);
	while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
stage_stop_daemon(struct stage *s)
{
	return end(&s->daemon, SIGTERM);
}

void
stage_kill_daemon(struct stage *s)
{
	(void)end(&s->daemon, SIGKILL);
}

void
stage_stop_provider(struct stage *s)
{
	(void)end(&s->provider, SIGTERM);
}

int
stage_try_daemon(struct stage *s, struct str *said)
{
	const char *program = stage_program("opdesk-syncd");
	int status = -1, fds[2];
	char piece[512];
	pid_t pid;
	ssize_t n;

	if (pipe2(fds, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		give_up("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDERR_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		execl(program, program, "--config", s->conf, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], piece, sizeof(piece))) > 0) {
		str_addn(said, piece, (size_t)n);
		if (strstr(said->s, "listening ") != NULL)
			kill(pid, SIGTERM);
	}
	close(fds[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)kind, (void)at;
	return remove(path);
}

void
stage_close(struct stage *s)
{
	(void)end(&s->daemon, SIGTERM);
	(void)end(&s->provider, SIGTERM);
	for (int i = 0; i < 2; i++) {
		if (s->held[i] > 0)
			close(s->held[i]);
		s->held[i] = 0;
	}
	engine_drop(s->dir);
	if (!s->is_kept)
		nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- programs that are waited for ---- */

static void
drain(int fd, struct str *out)
{
	char piece[4096];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) > 0)
		if (out != NULL)
			str_addn(out, piece, (size_t)n);
	close(fd);
}

static int
run(struct stage *s, const char *const *argv, struct str *out, struct str *err)
{
	char name[] = "run.err";
	int fds[2], errors, status = 0;
	char path[256];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	unlink(path);
	errors = open_in(s, name);
	if (pipe2(fds, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		give_up("fork");
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(fds[1]);
	close(errors);
	drain(fds[0], out);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (err != NULL)
		stage_read(s, name, err);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
stage_opdesk(struct stage *s, struct str *out, struct str *err, ...)
{
	const char *argv[ARGS_MAX] = {NULL};
	char program[PATH_MAX];
	const char *word;
	va_list ap;
	int n = 0;

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	argv[n++] = program;
	argv[n++] = "--config";
	argv[n++] = s->conf;
	va_start(ap, err);
	while ((word = va_arg(ap, const char *)) != NULL && n < ARGS_MAX - 1)
		argv[n++] = word;
	va_end(ap);
	return run(s, argv, out, err);
}

struct pty *
stage_console(
    struct stage *s, const char *lang, int w, int h, const char *const *env)
{
	char program[PATH_MAX];
	const char *const argv[] = {
	    program, "--config", s->conf, "--lang", lang, NULL};
	struct pty_options o = {.w = w, .h = h, .env = env, .dir = s->dir};

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	return pty_start(argv, &o);
}

void
stage_read(struct stage *s, const char *name, struct str *out)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	(void)fs_read(path, 16u << 20, out, NULL);
}
