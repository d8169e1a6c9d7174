/*
 * Several people on the same few tickets at once: they change them, comment on
 * them, merge them, take merges back, undo and do again what they did.  Each
 * is done, or refused with a sentence; and at the end no ticket is merged into
 * itself by any way, each merge that stands is one, no comment is left where
 * nobody looks, and every clock is what its intervals say.
 *
 * WRITERS (8), STEPS (60) and WRITERS_SEED (1) set how many and which.  Turned
 * red by: a redo of a merge whose target was merged meanwhile.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/ticket_explain.h"
#include "db/records/ticket_merge.h"
#include "db/records/tickets.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define TICKETS     5
#define WRITERS_MAX 64

struct report {
	int64_t done, refused;
};

static struct stage stage;
static int64_t tickets[TICKETS];
static uint64_t drawn;

static int
from_env(const char *name, int otherwise)
{
	const char *s = getenv(name);

	return s != NULL ? atoi(s) : otherwise;
}

static size_t
draw(size_t below)
{
	drawn = drawn * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(drawn >> 33) % below;
}

static void
make_tickets(void)
{
	struct desk *d = stage_desk(&stage, "james"); /* who undoes nothing */
	struct err err = ERR_INIT;

	for (int i = 0; i < TICKETS; i++) {
		struct ticket_new in = {.subject = "Varias manos"};
		int64_t number, comment;

		if (ticket_new(d, &in, &tickets[i], &number, &err) != 0 ||
		    ticket_comment(d, tickets[i], COMMENT_NOTE, "Empieza",
			&comment, &err) != 0)
			fail_msg("%s", err.text);
	}
	desk_close(&d);
}

/* ---- one of them ---- */

static int
change(struct desk *d, int64_t id, struct err *err)
{
	char text[32];
	struct change c = {"subject", b_text(text)};

	snprintf(text, sizeof(text), "Varias manos %zu", draw(1000));
	return ticket_edit(d, id, 0, &c, 1, err);
}

static int
step(struct desk *d, struct err *err)
{
	int64_t id = tickets[draw(TICKETS)], other = tickets[draw(TICKETS)], n;
	char said[256];

	switch (draw(9)) {
	case 0:
		return change(d, id, err);
	case 1:
		return ticket_set_state(
		    d, id, 0, (enum ticket_state)draw(4), "", 0, err);
	case 2:
		return ticket_comment(
		    d, id, COMMENT_NOTE, "Yo también", &n, err);
	case 3:
	case 4:
		return ticket_merge(d, id, 0, other, 0, NULL, err);
	case 5:
		return ticket_unmerge(d, id, 0, NULL, err);
	case 6:
	case 7:
		return op_undo(d, said, err);
	default:
		return op_redo(d, said, err);
	}
}

static bool
is_refusal(int rc)
{
	return rc == OD_ENOTFOUND || rc == OD_ECONFLICT || rc == OD_EDENIED ||
	       rc == OD_EDATA;
}

static int
write_all(int writer, int steps, struct report *out)
{
	static const char *const logins[] = {"marta", "sofia", "pablo", "ana"};
	struct desk *d = stage_desk(&stage, logins[writer % 4]);
	int rc = 0;

	drawn = (uint64_t)from_env("WRITERS_SEED", 1) * 1000 + (uint64_t)writer;
	for (int i = 0; i < steps; i++) {
		int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
		struct err err = ERR_INIT;

		do
			rc = step(d, &err);
		while (stage_is_busy(rc, &err, until));
		if (rc == 0) {
			out->done++;
		} else if (is_refusal(rc) && err.text[0] != '\0') {
			out->refused++;
			rc = 0;
		} else {
			fprintf(stderr, "writer %d: %d: %s\n", writer, rc,
			    err.text);
			break;
		}
	}
	desk_close(&d);
	return rc;
}

/* No desk is open in this process when it forks. */
static pid_t
start_writer(int writer, int steps, int *from)
{
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct report r = {0, 0};
		int rc;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		rc = write_all(writer, steps, &r);
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
	sum->done += r.done;
	sum->refused += r.refused;
}

/* ---- what must be so at the end ---- */

static void
check_none(const char *what, const char *sql)
{
	int64_t n = stage_int(&stage, sql);

	if (n != 0)
		fail_msg("%s: %lld", what, (long long)n);
}

static void
check_merges(void)
{
	check_none("merged without a target, or the other way round",
	    "SELECT count(*) FROM tickets WHERE deleted_at IS NULL"
	    " AND (state = 5) <> (merged_into IS NOT NULL)");
	check_none("ways that lead round",
	    "WITH RECURSIVE way(at, hops) AS ("
	    " SELECT merged_into, 1 FROM tickets"
	    " WHERE merged_into IS NOT NULL"
	    " UNION ALL SELECT t.merged_into, way.hops + 1 FROM way"
	    " JOIN tickets t ON t.id = way.at"
	    " WHERE t.merged_into IS NOT NULL AND way.hops < 100)"
	    " SELECT count(*) FROM way WHERE hops >= 100");
	check_none("tickets whose standing merge is not one",
	    "SELECT count(*) FROM tickets t WHERE (SELECT count(*)"
	    " FROM ticket_merges m WHERE m.source_id = t.id"
	    " AND m.undone_us IS NULL AND m.deleted_at IS NULL)"
	    " <> CASE WHEN t.state = 5 THEN 1 ELSE 0 END");
	check_none("comments where nobody looks",
	    "SELECT count(*) FROM ticket_comments c"
	    " JOIN tickets t ON t.id = c.ticket_id"
	    " WHERE t.state = 5 AND c.deleted_at IS NULL");
	check_none("beginnings that are gone",
	    "SELECT count(*) - 5 FROM ticket_comments"
	    " WHERE body = 'Empieza' AND deleted_at IS NULL");
}

static void
check_clocks(void)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;

	for (int i = 0; i < TICKETS; i++) {
		struct ticket_explained e = {0};

		if (ticket_explain(d, tickets[i], &e, &err) != 0)
			fail_msg("%s", err.text);
		for (size_t c = 0; c < e.count; c++)
			assert_false(e.extras[c].differs);
		ticket_explained_free(&e);
	}
	desk_close(&d);
}

static void
writers__of_the_same_tickets__leave_them_whole(void **state)
{
	int writers = from_env("WRITERS", 8), steps = from_env("STEPS", 60);
	struct report sum = {0, 0};
	pid_t pids[WRITERS_MAX];
	int fds[WRITERS_MAX];

	(void)state;
	assert_true(writers <= WRITERS_MAX);
	stage_open(&stage);
	make_tickets();
	for (int i = 0; i < writers; i++)
		pids[i] = start_writer(i, steps, &fds[i]);
	for (int i = 0; i < writers; i++)
		collect(pids[i], fds[i], &sum);
	print_message("%lld done, %lld refused; WRITERS_SEED=%d\n",
	    (long long)sum.done, (long long)sum.refused,
	    from_env("WRITERS_SEED", 1));
	assert_true(sum.done > steps);
	check_merges();
	check_clocks();
	stage_check_whole(&stage);
	stage_close(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writers__of_the_same_tickets__leave_them_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
