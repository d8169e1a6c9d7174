/*
 * Sixteen writers with two hundred saves each on one desk, while the daemon
 * takes webhooks: no update is lost, each conflict is told to its writer, and
 * the audit chain is whole.
 *
 * WRITERS and SAVES set the numbers.  The deliberate break: record_update
 * without its check of the version loses updates, and the sum is too small.
 */
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/records/tickets.h"
#include "tests/lib/load.h"
#include "tests/lib/stage_desk.h"
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define TICKETS     8
#define WRITERS_MAX 256

struct report { /* what a writer says at its end */
	int64_t saved, conflicts;
};

static struct stage stage;
static int64_t tickets[TICKETS];

static int
from_env(const char *name, int otherwise)
{
	const char *s = getenv(name);

	return s != NULL ? atoi(s) : otherwise;
}

static void
make_tickets(void)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;

	for (int i = 0; i < TICKETS; i++) {
		struct ticket_new in = {
		    .subject = "Contador", .description = "0"};
		int64_t number;

		if (ticket_new(d, &in, &tickets[i], &number, &err) != 0)
			fail_msg("%s", err.text);
	}
	desk_close(&d);
}

/* As ticket_edit; who has to wait longer than a person would, does. */
static int
edit(struct desk *d, int64_t id, int64_t version, const struct change *change,
    struct err *err)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	int rc;

	do
		rc = ticket_edit(d, id, version, change, 1, err);
	while (stage_is_busy(rc, err, until));
	return rc;
}

/* Add one to the number in the ticket's description; OD_ECONFLICT: again. */
static int
add_one(struct desk *d, int64_t id, struct err *err)
{
	struct ticket t = {0};
	char next[32];
	struct change change = {"description", {0}};
	int rc = ticket_get(d, id, &t, err);

	if (rc != 0)
		return rc;
	snprintf(next, sizeof(next), "%lld", atoll(t.description) + 1);
	change.value = b_text(next);
	rc = edit(d, id, t.version, &change, err);
	ticket_clear(&t);
	return rc;
}

/* A conflict says what stands there now, where it is not the same. */
static bool
is_explained(const struct desk *d, int64_t id)
{
	const struct conflict *c = &d->conflict;

	return c->id == id && c->version > 1 &&
	       (c->count == 0 || c->fields[0].theirs[0] != '\0');
}

static int
write_all(int writer, int saves, struct report *out)
{
	struct desk *d = stage_desk(&stage, writer % 2 ? "marta" : "sofia");
	struct err err = ERR_INIT;
	int rc = 0;

	for (int i = 0; rc == 0 && i < saves; i++) {
		int64_t id = tickets[(writer + i) % TICKETS];

		while ((rc = add_one(d, id, &err)) == OD_ECONFLICT) {
			out->conflicts++;
			if (!is_explained(d, id))
				return -1;
		}
		if (rc == 0)
			out->saved++;
	}
	if (rc != 0)
		fprintf(stderr, "writer %d: %s\n", writer, err.text);
	desk_close(&d);
	return rc;
}

/* No desk is open in this process when it forks. */
static pid_t
start_writer(int writer, int saves, int *from)
{
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		struct report r = {0, 0};
		int rc = write_all(writer, saves, &r);

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
	struct report r = {0, 0};
	int status = -1;

	assert_int_equal(read(fd, &r, sizeof(r)), sizeof(r));
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	sum->saved += r.saved;
	sum->conflicts += r.conflicts;
}

/* Threads begin after the last fork. */
static void
run_all(int writers, int saves, struct report *sum, struct load *load)
{
	struct load_options o = {.port = stage.daemon_port,
	    .connections = 4,
	    .secret = STAGE_SECRET,
	    .number_id = STAGE_NUMBER_ID};
	pid_t pids[WRITERS_MAX];
	int fds[WRITERS_MAX];

	for (int i = 0; i < writers; i++)
		pids[i] = start_writer(i, saves, &fds[i]);
	load_start(load, &o);
	for (int i = 0; i < writers; i++)
		collect(pids[i], fds[i], sum);
	load_stop(load);
}

static void
writers__many_at_once__lose_no_update(void **state)
{
	int writers = from_env("WRITERS", 16), saves = from_env("SAVES", 200);
	struct report sum = {0, 0};
	struct load load;
	int64_t wanted = (int64_t)writers * saves;

	(void)state;
	assert_true(writers <= WRITERS_MAX);
	stage_open(&stage);
	make_tickets();
	stage_start_daemon(&stage);
	run_all(writers, saves, &sum, &load);
	assert_int_equal(sum.saved, wanted);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT sum(CAST(description AS BIGINT)) FROM tickets"
		" WHERE subject = 'Contador'"),
	    wanted);
	/* Each save is one version, one line of history, one of audit. */
	assert_int_equal(
	    stage_int(&stage, "SELECT sum(version - 1) FROM tickets"
			      " WHERE subject = 'Contador'"),
	    wanted);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) FROM changes WHERE field = 'description'"
		" AND operation = 'ticket.edit'"),
	    wanted);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT count(*) FROM audit WHERE operation = 'ticket.edit'"
		" AND result = 0"),
	    wanted);
	assert_int_equal(atomic_load(&load.refused), 0);
	assert_true(load.acknowledged_count > 0);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages"
	    " WHERE provider_id LIKE 'wamid.load-%'",
	    (int64_t)load.acknowledged_count));
	print_message("%lld saves, %lld conflicts, %zu webhooks\n",
	    (long long)sum.saved, (long long)sum.conflicts,
	    load.acknowledged_count);
	load_free(&load);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
	stage_close(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writers__many_at_once__lose_no_update),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
