/*
 * Eight writers, two programs that want to look after the log, and readers
 * that take their time, on one desk: the file stays whole, no checkpoint is
 * made without the turnstile, and the log is short again when the readers
 * have gone.
 *
 * CHECKPOINT_SECONDS sets how long.  The control beside it: a keeper that
 * forgets its turnstile, which is counted.  Turned red by: a keeper that never
 * takes it.
 *
 * SQLite only: it is about the file's log.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/log.h"
#include "db/engine/keeper.h"
#include "db/records/audit.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/power.h"
#include "tests/lib/stage_desk.h"
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS   60
#define PACE_MS   4 /* of a writer: many write, nobody as fast as it can */
#define WRITERS   8
#define KEEPERS   2
#define READERS   2
#define CHILDREN  (WRITERS + KEEPERS + READERS)
#define READ_MS   300          /* a reader's snapshot */
#define LOG_BYTES (64LL << 20) /* at most, when nobody reads */

struct report { /* what a child says at its end */
	int64_t saved, read, checkpoints, without_turnstile;
	int64_t log_pages; /* the most that were seen */
};

struct job {
	struct desk_fixture *f;
	int64_t until_us;
	bool is_broken; /* the keepers forget their turnstile */
};

static bool
goes_on(const struct job *j)
{
	return clock_mono_us() < j->until_us;
}

static int
write_tickets(const struct job *j, struct report *r)
{
	struct desk *d = desk_fixture_open(j->f);
	struct ticket_new in = {.subject = "Router",
	    .description = "No hay señal desde ayer por la tarde"};
	struct err err = ERR_INIT;
	int64_t id, number;
	int rc = desk_act_as_operator(d, FIXTURE_TENANT, "operator", &err);

	while (rc == 0 && goes_on(j)) {
		rc = ticket_new(d, &in, &id, &number, &err);
		r->saved += rc == 0;
		if (stage_is_busy(rc, &err, INT64_MAX))
			rc = 0; /* nothing was saved */
		poll(NULL, 0, PACE_MS);
	}
	if (rc != 0)
		fprintf(stderr, "writer: %s\n", err.text);
	desk_close(&d);
	return rc;
}

/* As the consoles do it: whoever gets the place, for some time. */
static int
keep(const struct job *j, struct report *r)
{
	struct keeper_figures figures;
	struct keeper *keeper = NULL;
	struct err err = ERR_INIT;
	int rc = 0;

	while (rc == 0 && goes_on(j)) {
		if (keeper_become(j->f->uri, &keeper, &err) != 0) {
			poll(NULL, 0, 1);
			continue;
		}
		if (j->is_broken)
			keeper_break(keeper);
		for (int i = 0; rc == 0 && i < 50 && goes_on(j); i++) {
			rc = keeper_tend(keeper, false, &err);
			poll(NULL, 0, 1);
		}
		keeper_figures(keeper, &figures);
		r->checkpoints += figures.checkpoints;
		r->without_turnstile += figures.checkpoints_without_turnstile;
		if (figures.log_pages > r->log_pages)
			r->log_pages = figures.log_pages;
		keeper_free(&keeper);
	}
	if (rc != 0)
		fprintf(stderr, "keeper: %s\n", err.text);
	return rc;
}

/* Snapshots, which do not change, and as long without one. */
static int
read_slowly(const struct job *j, struct report *r)
{
	struct desk *d = desk_fixture_open(j->f);
	struct err err = ERR_INIT;
	int rc = 0;

	while (rc == 0 && goes_on(j)) {
		struct stmt *st = NULL;
		int64_t before = 0, after = 0;

		rc = db_query(d->db, &st, "SELECT id FROM tickets ORDER BY id",
		    NO_BINDS, &err);
		if (rc == 0)
			rc = stmt_step(st, &err) < 0;
		if (rc == 0)
			rc = db_int(d->db, &before,
			    "SELECT count(*) FROM tickets", NO_BINDS, &err);
		poll(NULL, 0, READ_MS);
		if (rc == 0)
			rc = db_int(d->db, &after,
			    "SELECT count(*) FROM tickets", NO_BINDS, &err);
		stmt_close(&st);
		poll(NULL, 0, (int)random_below(2 * READ_MS));
		if (rc == 0 && before != after)
			rc = err_set(&err, OD_EDATA, "the snapshot changed");
		r->read++;
	}
	if (rc != 0)
		fprintf(stderr, "reader: %s\n", err.text);
	desk_close(&d);
	return rc;
}

/* No desk is open in this process when it forks. */
static pid_t
start(int (*work)(const struct job *j, struct report *r), const struct job *j,
    int *from)
{
	struct report r = {0};
	int fds[2], rc;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		rc = work(j, &r);
		if (write(fds[1], &r, sizeof(r)) != (ssize_t)sizeof(r))
			rc = -1;
		_exit(rc == 0 ? 0 : 1);
	}
	close(fds[1]);
	*from = fds[0];
	return pid;
}

static void
collect(pid_t pid, int fd, struct report *sum)
{
	struct report r;
	int status = -1;

	assert_int_equal(read(fd, &r, sizeof(r)), sizeof(r));
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	sum->saved += r.saved;
	sum->read += r.read;
	sum->checkpoints += r.checkpoints;
	sum->without_turnstile += r.without_turnstile;
	if (r.log_pages > sum->log_pages)
		sum->log_pages = r.log_pages;
}

static void
run_all(struct desk_fixture *f, int seconds, bool is_broken, struct report *sum)
{
	const struct job j = {.f = f,
	    .until_us = clock_mono_us() + seconds * US_PER_SECOND,
	    .is_broken = is_broken};
	pid_t pids[CHILDREN];
	int fds[CHILDREN];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	desk_fixture_ticket(f, "Router"); /* something to read */
	sum->saved++;
	desk_close(&f->d);
	for (int i = 0; i < CHILDREN; i++)
		pids[i] = start(i < WRITERS             ? write_tickets
				: i < WRITERS + KEEPERS ? keep
							: read_slowly,
		    &j, &fds[i]);
	for (int i = 0; i < CHILDREN; i++)
		collect(pids[i], fds[i], sum);
	f->d = desk_fixture_open(f);
}

/* Nobody reads any more: what is written now starts the log anew. */
static void
check_log(struct desk_fixture *f)
{
	struct keeper_figures figures;
	struct keeper *keeper = NULL;
	struct err err = ERR_INIT;
	struct stat st;
	char wal[TMP_SIZE + 8];

	assert_ok(keeper_become(f->uri, &keeper, &err));
	assert_ok(keeper_checkpoint(keeper, true, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	desk_fixture_ticket(f, "Router");
	keeper_figures(keeper, &figures);
	assert_true(figures.log_pages < 100);
	keeper_free(&keeper);
	snprintf(wal, sizeof(wal), "%s-wal", f->uri);
	assert_int_equal(stat(wal, &st), 0);
	assert_true(st.st_size < LOG_BYTES);
}

static void
check_desk(struct desk_fixture *f, int64_t saved)
{
	struct audit_verdict audit;
	struct err err = ERR_INIT;
	char *text = NULL;
	int64_t n;

	assert_ok(db_int(
	    f->d->db, &n, "SELECT count(*) FROM tickets", NO_BINDS, &err));
	assert_int_equal(n, saved);
	assert_ok(
	    db_text(f->d->db, &text, "PRAGMA integrity_check", NO_BINDS, &err));
	assert_string_equal(text, "ok");
	free(text);
	assert_ok(db_verify(f->d->db, &err));
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(audit_verify(f->d, &audit, &err));
	assert_int_equal(audit.bad_seq, 0);
}

static void
log__writers_keepers_and_slow_readers__stays_whole(void **state)
{
	struct desk_fixture *f = *state;
	struct report sum = {0};

	run_all(f, power_number("CHECKPOINT_SECONDS", SECONDS), false, &sum);
	print_message("%" PRId64 " saves, %" PRId64 " slow reads, %" PRId64
		      " checkpoints, the log had %" PRId64 " pages\n",
	    sum.saved, sum.read, sum.checkpoints, sum.log_pages);
	assert_true(sum.checkpoints > 0);
	assert_int_equal(sum.without_turnstile, 0);
	check_desk(f, sum.saved);
	check_log(f);
}

static void
control__keeper_without_turnstile__is_counted(void **state)
{
	struct report sum = {0};
	int seconds = 0;

	/* Until one got through: mostly a writer is in its way. */
	while (sum.without_turnstile == 0 && seconds++ < 60)
		run_all(*state, 1, true, &sum);
	assert_true(sum.without_turnstile > 0);
	check_desk(*state, sum.saved);
}

/* That somebody reads for long is what this is about. */
static void
no_log(const char *line, void *data)
{
	(void)line;
	(void)data;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(log__writers_keepers_and_slow_readers__stays_whole),
	    DESK_TEST(control__keeper_without_turnstile__is_counted),
	};

	log_set_sink(no_log, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
