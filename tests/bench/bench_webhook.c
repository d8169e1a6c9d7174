/*
 * bench_webhook - durable signed webhooks through the real daemon, beside
 * nginx answering 200 to the same client: A B A B, in the same minute.
 *
 * "The same core" is core 0 for all threads of the daemon (loop, committer,
 * reader) and for nginx's one worker; the client, which signs every post, has
 * core 1 for itself.  What is left of core 0 while the disk works is lost to
 * the daemon alone: nginx waits for no disk.  So its own limits stand beside
 * it: at most all connections ride each fdatasync, and SQLite alone stores
 * rows of the same size in batches of 64.  The events that were stored are
 * read into conversations meanwhile, as in life; .unread is what was left at
 * the end of a round.  A client that finds nginx idle measures itself: .cpu
 * says what a request costs either server, whatever else the machine does.
 *
 * .rss_anon is the daemon's private memory at its height under that load;
 * before it, and once all is read and quiet again, stand at the end.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "tests/lib/engine.h"
#include "tests/lib/hammer.h"
#include "tests/lib/rows.h"
#include "tests/lib/stage_desk.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TARGET_MIB  6 /* of private memory */
#define REST_S      20
#define SERVER_CORE 0
#define CLIENT_CORE 1
#define ROUNDS      2

struct nginx {
	pid_t pid;
	int port;
};

static bool
answers(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	close(fd);
	return ok;
}

static void
nginx_start(struct nginx *n, const char *dir, int port)
{
	struct str conf = STR_INIT;
	char path[256];

	n->port = port;
	str_addf(&conf,
	    "daemon off;\nmaster_process off;\nworker_processes 1;\n"
	    "pid %s/nginx.pid;\nerror_log %s/nginx.err;\n"
	    "events { worker_connections 1024; }\n"
	    "http { access_log off; keepalive_requests 1000000000;\n"
	    "client_body_temp_path %s/nginx.body;\n"
	    "server { listen 127.0.0.1:%d; location / { return 200 \"\"; } }"
	    " }\n",
	    dir, dir, dir, port);
	snprintf(path, sizeof(path), "%s/nginx.conf", dir);
	if (fs_write_atomic(path, conf.s, conf.len, 0600, NULL) != 0)
		abort();
	str_free(&conf);
	if ((n->pid = fork()) == 0) {
		execl("/usr/sbin/nginx", "nginx", "-p", dir, "-c", path,
		    (char *)NULL);
		_exit(127);
	}
	for (int64_t end = clock_mono_us() + 5000000;
	     !answers(port) && clock_mono_us() < end;)
		sched_yield();
	if (waitpid(n->pid, NULL, WNOHANG) != 0)
		n->pid = 0; /* not installed */
	else
		figure_pin(n->pid, SERVER_CORE);
}

static void
nginx_stop(struct nginx *n)
{
	if (n->pid <= 0)
		return;
	kill(n->pid, SIGTERM);
	waitpid(n->pid, NULL, 0);
}

struct side { /* one server under the same load */
	double answered, seconds, failed, cpu_us, most_kib;
	struct samples took_us;
};

struct lookout { /* for the height of a process's private memory */
	pthread_t thread;
	pid_t pid;
	double most_kib; /* the thread's until it was joined */
	atomic_bool done;
};

static void *
look_out(void *data)
{
	const struct timespec pause = {0, 50000000};
	struct lookout *l = data;

	while (!atomic_load(&l->done)) {
		double kib = figure_rss_anon(l->pid);

		if (kib > l->most_kib)
			l->most_kib = kib;
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static void
load(struct side *s, pid_t pid, int port, int connections, double seconds)
{
	static int64_t next = 1;
	const struct hammer_options o = {.port = port,
	    .connections = connections,
	    .secret = STAGE_SECRET,
	    .number_id = STAGE_NUMBER_ID,
	    .first = next,
	    .seconds = seconds,
	    .customers = 1000};
	double cpu_us = figure_cpu_us(pid);
	struct lookout lookout = {.pid = pid, .most_kib = s->most_kib};
	struct hammer_result r;

	if (pthread_create(&lookout.thread, NULL, look_out, &lookout) != 0)
		abort();
	hammer_run(&o, &r);
	s->cpu_us += figure_cpu_us(pid) - cpu_us;
	atomic_store(&lookout.done, true);
	pthread_join(lookout.thread, NULL);
	s->most_kib = lookout.most_kib;
	next = r.sent;
	s->answered += (double)r.answered;
	s->failed += (double)r.failed;
	s->seconds += r.seconds;
	for (size_t i = 0; i < r.took_us.count; i++)
		samples_add(&s->took_us, r.took_us.values[i]);
	samples_free(&r.took_us);
}

static const char *
named(const char *what, int connections)
{
	static char name[96];

	snprintf(name, sizeof(name), "webhook.%d.%s", connections, what);
	return name;
}

struct rates { /* of a side */
	double per_second, p50_ms, p99_ms, cpu_us;
};

static struct rates
rates_of(struct side *s)
{
	return (struct rates){.per_second = s->answered / s->seconds,
	    .p50_ms = samples_at(&s->took_us, 0.5) / 1000,
	    .p99_ms = samples_at(&s->took_us, 0.99) / 1000,
	    .cpu_us = s->cpu_us / s->answered};
}

/* Ours beside nginx's, which may not be there. */
static void
tell(const struct rates *ours, const struct rates *theirs, int connections)
{
	const struct {
		const char *what, *unit;
		double ours, theirs;
		int decimals;
	} rows[] = {
	    {"opdesk", "requests/s", ours->per_second, theirs->per_second, 0},
	    {"opdesk.p50", "ms", ours->p50_ms, theirs->p50_ms, 3},
	    {"opdesk.p99", "ms", ours->p99_ms, theirs->p99_ms, 3},
	    {"opdesk.cpu", "us/request", ours->cpu_us, theirs->cpu_us, 1},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = named(rows[i].what, connections);

		if (theirs->per_second > 0)
			figure_beside(name, rows[i].ours, "nginx",
			    rows[i].theirs, rows[i].decimals, rows[i].unit);
		else
			figure(
			    name, rows[i].ours, rows[i].decimals, rows[i].unit);
	}
}

/* On the engine of this run, batch rows a commit. */
static double
raw_rows(const char *dir, int batch)
{
	return engine_is_postgres() ? rows_raw_server(dir, batch, 1)
	                            : rows_raw(dir, batch, 1);
}

static double
unread_events(struct stage *s)
{
	return (double)stage_int(s,
	    "SELECT COUNT(*) FROM raw_events WHERE state <> 1 AND state = 0");
}

static void
compare(struct stage *s, const struct nginx *n, int connections, double seconds)
{
	struct side ours = {0}, theirs = {0};
	struct disk_figures disk;
	struct rates our, their = {0};
	double unread = 0, rows;

	figure_disk(s->dir, 1, &disk);
	figure(named("disk.fdatasync", connections), disk.per_second, 0, "/s");
	figure(named("disk.fdatasync.p99", connections), disk.p99_us / 1000, 3,
	    "ms");
	figure(
	    named("raw_rows.1", connections), raw_rows(s->dir, 1), 0, "rows/s");
	rows = raw_rows(s->dir, 64);
	for (int i = 0; i < ROUNDS; i++) {
		load(&ours, s->daemon, s->daemon_port, connections, seconds);
		unread += unread_events(s) / ROUNDS;
		if (n->pid > 0)
			load(&theirs, n->pid, n->port, connections, seconds);
	}
	our = rates_of(&ours);
	if (n->pid > 0)
		their = rates_of(&theirs);
	tell(&our, &their, connections);
	figure_beside(named("stored", connections), our.per_second,
	    "raw rows by 64", rows, 0, "events/s");
	figure(named("unread", connections), unread, 0, "events");
	if (ours.failed > 0)
		figure(named("failed", connections), ours.failed, 0, "");
	if (connections == 64) {
		if (n->pid > 0)
			figure_at_least("webhook.64.of_nginx",
			    our.per_second / their.per_second, 0.5, 2, "x");
		figure_at_most("webhook.64.p99", our.p99_ms,
		    10 + 2 * disk.p99_us / 1000, 2, "ms");
		figure_at_most("webhook.64.rss_anon", ours.most_kib / 1024,
		    TARGET_MIB, 1, "MiB");
	} else
		figure(named("rss_anon", connections), ours.most_kib / 1024, 1,
		    "MiB");
	samples_free(&ours.took_us);
	samples_free(&theirs.took_us);
}

/* All that came is read, and the daemon had the time to tidy up. */
static void
await_rest(struct stage *s)
{
	const struct timespec pause = {0, 200000000}, rest = {REST_S, 0};

	for (int64_t end = clock_mono_us() + US_PER_MINUTE;
	     unread_events(s) > 0 && clock_mono_us() < end;)
		nanosleep(&pause, NULL);
	nanosleep(&rest, NULL);
}

int
main(void)
{
	static const int connections[] = {1, 16, 64, 256};
	double seconds = (double)figure_setting("BENCH_SECONDS", 3);
	int only = (int)figure_setting("BENCH_CONNECTIONS", 0);
	struct nginx nginx = {0};
	double before_kib;
	struct stage s;

	stage_open(&s);
	nginx_start(&nginx, s.dir, s.provider_port);
	if (nginx.pid == 0)
		printf("webhook.nginx: not installed\n");
	stage_start_daemon(&s);
	figure_pin(s.daemon, SERVER_CORE);
	figure_pin(getpid(), CLIENT_CORE);
	await_rest(&s);
	before_kib = figure_rss_anon(s.daemon);
	for (size_t i = 0; i < sizeof(connections) / sizeof(connections[0]);
	     i++)
		if (only == 0 || only == connections[i])
			compare(&s, &nginx, connections[i], seconds);
	await_rest(&s);
	figure_at_most(
	    "webhook.rss_anon.before", before_kib / 1024, TARGET_MIB, 1, "MiB");
	figure_at_most("webhook.rss_anon.after",
	    figure_rss_anon(s.daemon) / 1024, TARGET_MIB, 1, "MiB");
	nginx_stop(&nginx);
	stage_close(&s);
	return 0;
}
