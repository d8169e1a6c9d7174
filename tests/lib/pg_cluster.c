/* pg_cluster - see pg_cluster.h. */
#include "tests/lib/pg_cluster.h"
#include "common/clock.h"
#include "db/engine/pg_int.h"
#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_US (60 * US_PER_SECOND)
#define CHILDREN 256

_Noreturn static void
give_up(const char *what)
{
	fprintf(stderr, "pg_cluster: ");
	perror(what);
	abort();
}

/* The server refuses to run as root. */
static void
be_its_account(void)
{
	const struct passwd *pw = getpwnam("postgres");

	if (geteuid() != 0)
		return;
	if (pw == NULL || setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0)
		give_up("the account postgres");
}

/* argv runs to its end. */
static bool
run(const char *const *argv, bool as_postgres)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (as_postgres)
			be_its_account();
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
find_programs(struct pg_cluster *c)
{
	glob_t g = {0};
	bool found = glob("/usr/lib/postgresql/*/bin", 0, NULL, &g) == 0 &&
	             g.gl_pathc > 0;

	if (found)
		snprintf(
		    c->bin, sizeof(c->bin), "%s", g.gl_pathv[g.gl_pathc - 1]);
	globfree(&g);
	return found;
}

static void
make_files(struct pg_cluster *c)
{
	char data[80], initdb[128];
	const struct passwd *pw = getpwnam("postgres");
	const char *const argv[] = {initdb, "-D", data, "-U", "postgres", "-A",
	    "trust", "-E", "UTF8", "--locale=C", "--no-sync", NULL};

	snprintf(c->dir, sizeof(c->dir), "%s/opdesk-crash-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(c->dir) == NULL)
		give_up(c->dir);
	if (geteuid() == 0 &&
	    (pw == NULL || chown(c->dir, pw->pw_uid, pw->pw_gid) != 0))
		give_up("the account postgres");
	snprintf(data, sizeof(data), "%s/data", c->dir);
	snprintf(initdb, sizeof(initdb), "%s/initdb", c->bin);
	if (!run(argv, true))
		give_up(initdb);
}

/*
 * What was not committed is on no disk: else a busy machine writes it between
 * a test's statement and its crash.
 */
static void
start(struct pg_cluster *c)
{
	char data[80], program[128], log[80];
	/* clang-format off */
	const char *const argv[] = {program, "-D", data, "-k", c->dir,
	    "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
	    "-c", "fsync=off", "-c", "max_connections=100",
	    "-c", "shared_buffers=16MB", "-c", "autovacuum=off",
	    "-c", "wal_writer_delay=10s", NULL};
	/* clang-format on */
	int fd;

	snprintf(data, sizeof(data), "%s/data", c->dir);
	snprintf(program, sizeof(program), "%s/postgres", c->bin);
	snprintf(log, sizeof(log), "%s/log", c->dir);
	if ((c->postmaster = fork()) < 0)
		give_up("fork");
	if (c->postmaster != 0)
		return;
	be_its_account();
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 ||
	    dup2(fd, STDERR_FILENO) < 0 || chdir(c->dir) != 0)
		_exit(126);
	execv(program, (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* One statement as the server's owner; false when it is not there. */
static bool
ask(const struct pg_cluster *c, const char *sql)
{
	const char *const names[] = {"host", "user", "dbname", NULL};
	const char *const values[] = {c->dir, "postgres", "postgres", NULL};
	PGconn *conn;
	PGresult *res;
	bool well;

	if (pg__load(NULL) != 0)
		abort();
	conn = PQconnectdbParams(names, values, 0);
	well = PQstatus(conn) == CONNECTION_OK;
	if (well) {
		res = PQexec(conn, sql);
		well = PQresultStatus(res) == PGRES_COMMAND_OK ||
		       PQresultStatus(res) == PGRES_TUPLES_OK;
		PQclear(res);
	}
	PQfinish(conn);
	return well;
}

void
pg_cluster_back(struct pg_cluster *c)
{
	int64_t until = clock_mono_us() + READY_US;

	if (c->postmaster == 0)
		start(c);
	while (!ask(c, "SELECT 1")) {
		if (clock_mono_us() > until)
			give_up("the server does not come back");
		poll(NULL, 0, 10);
	}
}

bool
pg_cluster_start(struct pg_cluster *c, char why[128])
{
	memset(c, 0, sizeof(*c));
	if (!find_programs(c)) {
		snprintf(
		    why, 128, "skipped: PostgreSQL's server is not installed");
		return false;
	}
	make_files(c);
	pg_cluster_back(c);
	if (!ask(c, "CREATE ROLE opdesk LOGIN CREATEDB"))
		give_up("CREATE ROLE");
	setenv("OPDESK_TEST_PG", c->dir, 1);
	setenv("OPDESK_TEST_ENGINE", "postgres", 1);
	return true;
}

static pid_t
parent_of(pid_t pid)
{
	char path[48], text[256], *at;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((f = fopen(path, "re")) != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	/* "PID (NAME) STATE PARENT ..." */
	at = strrchr(text, ')');
	return at != NULL ? (pid_t)strtol(at + 4, NULL, 10) : 0;
}

static int
children_of(pid_t parent, pid_t pids[CHILDREN])
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	int n = 0;

	while (dir != NULL && (e = readdir(dir)) != NULL && n < CHILDREN) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid > 0 && parent_of(pid) == parent)
			pids[n++] = pid;
	}
	if (dir != NULL)
		closedir(dir);
	return n;
}

static void
reap(struct pg_cluster *c)
{
	int status;

	(void)waitpid(c->postmaster, &status, 0);
	c->postmaster = 0;
}

static void
kill_all(struct pg_cluster *c)
{
	int64_t until = clock_mono_us() + READY_US;
	pid_t pids[CHILDREN];
	int n;

	kill(c->postmaster, SIGSTOP); /* it has no more children now */
	n = children_of(c->postmaster, pids);
	kill(c->postmaster, SIGKILL);
	for (int i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	reap(c);
	/* Whoever still had its memory would keep it from starting. */
	for (int i = 0; i < n; i++)
		while (kill(pids[i], 0) == 0 && parent_of(pids[i]) != 0) {
			if (clock_mono_us() > until)
				give_up("a killed process stays");
			poll(NULL, 0, 1);
		}
}

/* "postgres: opdesk DATABASE [local] ..." */
static bool
is_session(pid_t pid)
{
	char path[48], text[128];
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	if ((f = fopen(path, "re")) != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return strstr(text, "postgres: opdesk ") != NULL;
}

static void
kill_one(struct pg_cluster *c)
{
	pid_t pids[CHILDREN];
	int n = children_of(c->postmaster, pids);

	for (int i = rand() % (n > 0 ? n : 1), k = 0; k < n; k++, i++)
		if (is_session(pids[i % n])) {
			kill(pids[i % n], SIGKILL);
			return;
		}
}

void
pg_cluster_crash(struct pg_cluster *c, enum pg_crash how)
{
	switch (how) {
	case PG_KILL_ALL:
		kill_all(c);
		break;
	case PG_KILL_ONE:
		kill_one(c);
		break;
	case PG_STOP_IMMEDIATE:
		kill(c->postmaster, SIGQUIT);
		reap(c);
		break;
	case PG_CRASHES:
		abort();
	}
}

void
pg_cluster_remove(struct pg_cluster *c)
{
	const char *const argv[] = {"rm", "-rf", c->dir, NULL};

	if (c->postmaster != 0) {
		kill(c->postmaster, SIGQUIT);
		reap(c);
	}
	(void)run(argv, false);
}
