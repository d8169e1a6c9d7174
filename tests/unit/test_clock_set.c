/*
 * Somebody sets the clock while the desk is at work: nothing is tried too
 * early, twice, or never.  Each case is one row: how far, and from when.
 *
 * Turned red by: a watch that sees nothing (tries that never come, a message
 * that is uncertain while it is being sent).
 */
#include "common/rehearsal.h"
#include "db/core/op.h"
#include "db/records/jobs.h"
#include "db/records/seat.h"
#include "db/records/tokens.h"
#include "db/records/waits.h"
#include "tests/lib/parts_fixture.h"

#define WAIT_S   240 /* the second try's wait when chance gives the least */
#define LEASE_S  900
#define STATE(n) "SELECT COUNT(*) FROM outbox WHERE state = " #n

static const struct {
	const char *name, *from;
	int64_t by_s;
} cases[] = {
    {"an hour back", "2026-11-21T10:00:00Z", -3600},
    {"an hour ahead", "2026-11-21T10:00:00Z", 3600},
    {"25 hours ahead", "2026-11-21T10:00:00Z", 25 * 3600},
    {"25 hours back", "2026-11-21T10:00:00Z", -25 * 3600},
    {"across the end of 31 bits", "2038-01-19T03:10:00Z", 600},
    {"from the end of 31 bits to a clock without a battery",
	"2038-01-19T03:14:00Z", -68 * 365 * 86400LL},
    {"summer begins in Madrid", "2026-03-29T00:58:00Z", 3600},
    {"summer ends in Madrid", "2026-10-25T00:58:00Z", -3600},
    {"two minutes", "2026-11-21T10:00:00Z", 120},
    {"a second, as often", "2026-11-21T10:00:00Z", 1},
    {"a leap second", "2026-12-31T23:59:59Z", -1},
    {"not at all", "2026-11-21T10:00:00Z", 0},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void
start_at(size_t i)
{
	int64_t us;

	assert_int_equal(clock_parse_rfc3339(cases[i].from, &us), 0);
	clock_fake_wall(us);
}

static void
set_clock(size_t i)
{
	clock_fake_wall(clock_wall_us() + cases[i].by_s * US_PER_SECOND);
}

static void
pass(int64_t s)
{
	clock_fake_advance(s * US_PER_SECOND);
}

/* Both clocks go on, and what waits is looked at. */
static void
pass_and_look(struct parts *p, int64_t s)
{
	pass(s);
	outbox_run_wake(p->d.outbox);
	for (int n = 0; n < 50; n++)
		uv_run(&p->loop, UV_RUN_NOWAIT);
}

static bool
is_idle(struct parts *p)
{
	return outbox_run_is_idle(p->d.outbox);
}

static int64_t
customer(struct parts *p)
{
	return talk_says(p->f, "wamid.1", "Hola");
}

/* Sent, refused twice: it waits for its second repetition. */
static void
refuse_twice(struct parts *p)
{
	assert_true(provider_order(p->provider, "503", 2));
	talk_send(p->f, customer(p), "uno");
	outbox_run_wake(p->d.outbox);
	parts_wait_int(p, STATE(0) " AND attempts = 2", 1);
	parts_wait(p, is_idle, "the verdict");
}

static int
fresh_parts(void **state)
{
	return parts_setup(state);
}

static void
outbox__clock_is_set__tries_in_its_time(void **state)
{
	SQLITE_ONLY("a server's desk goes by its clock");

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct parts *p;
		bool is_late;

		start_at(i);
		fresh_parts((void **)&p);
		refuse_twice(p);
		set_clock(i);
		pass_and_look(p, 0);
		pass_and_look(p, WAIT_S - 5);
		parts_wait(p, is_idle, "the look");
		if (provider_sent_count(p->provider) != 0)
			fail_msg("%s: too early", cases[i].name);
		pass_and_look(p, 70); /* less than a minute is not seen */
		/* A day later the customer's window is over. */
		is_late = cases[i].by_s > 86400;
		parts_wait_int(p, is_late ? STATE(5) : STATE(2), 1);
		assert_int_equal(
		    provider_sent_count(p->provider), is_late ? 0 : 1);
		parts_teardown((void **)&p);
	}
}

/* The wall clock stands still, the machine does not. */
static void
outbox__frozen_clock__tries_within_a_minute_more(void **state)
{
	SQLITE_ONLY("a server's desk goes by its clock");

	int64_t wall_us;
	struct parts *p;

	(void)state;
	start_at(0);
	fresh_parts((void **)&p);
	refuse_twice(p);
	wall_us = clock_wall_us();
	for (int s = 0; s <= WAIT_S + 120; s += 60) {
		pass_and_look(p, 61);
		parts_wait(p, is_idle, "the look");
		clock_fake_wall(wall_us);
	}
	parts_wait_int(p, STATE(2), 1);
	assert_int_equal(provider_sent_count(p->provider), 1);
	parts_teardown((void **)&p);
}

/* What is due already stays due. */
static void
outbox__clock_is_set_before_the_first_try__leaves_soon(void **state)
{
	SQLITE_ONLY("a server's desk goes by its clock");

	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		bool is_late = cases[i].by_s > 86400;
		int64_t conversation;
		struct parts *p;

		start_at(i);
		fresh_parts((void **)&p);
		conversation = customer(p);
		talk_send(p->f, conversation, "cero");
		outbox_run_wake(p->d.outbox);
		parts_wait_int(p, STATE(2), 1); /* so it has looked */
		parts_wait(p, is_idle, "the end of it");
		talk_send(p->f, conversation, "uno");
		set_clock(i);
		pass_and_look(p, 61); /* less than a minute is not seen */
		parts_wait_int(
		    p, is_late ? STATE(5) : STATE(2), is_late ? 1 : 2);
		parts_teardown((void **)&p);
	}
}

static bool
has_sent(struct parts *p)
{
	return provider_sent_count(p->provider) > 0;
}

/* Its lease is not over because the clock says so. */
static void
outbox__clock_is_set_while_sending__is_sent_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct parts *p;

		start_at(i);
		fresh_parts((void **)&p);
		assert_true(provider_order(p->provider, "slow", 1));
		talk_send(p->f, customer(p), "uno");
		outbox_run_wake(p->d.outbox);
		parts_wait(p, has_sent, "the request");
		set_clock(i);
		pass_and_look(p, 0);
		parts_fail_after(p, 1 << 20); /* after the look's commit */
		if (talk_int(p->f, STATE(3)) != 0)
			fail_msg("%s: uncertain", cases[i].name);
		parts_wait_int(p, STATE(2), 1);
		assert_int_equal(provider_sent_count(p->provider), 1);
		parts_teardown((void **)&p);
	}
}

/* A message that is to leave at a time of day leaves then. */
static void
outbox__clock_is_set_before_its_time__leaves_at_that_time(void **state)
{
	struct parts *p;
	struct err err = ERR_INIT;
	struct message_new in = {.kind = MESSAGE_TEXT, .body = "uno"};
	int64_t id;

	(void)state;
	start_at(0);
	fresh_parts((void **)&p);
	in.conversation_id = customer(p);
	in.send_at_us = clock_wall_us() + 2 * US_PER_HOUR;
	assert_ok(message_send(p->f->d, &in, &id, &err));
	pass_and_look(p, 1);
	parts_wait(p, is_idle, "the look");
	clock_fake_wall(in.send_at_us - US_PER_MINUTE);
	pass_and_look(p, 1);
	parts_wait(p, is_idle, "the look");
	assert_int_equal(provider_sent_count(p->provider), 0);
	pass_and_look(p, 60);
	parts_wait_int(p, STATE(2), 1);
	parts_teardown((void **)&p);
}

/* ---- jobs ---- */

static struct job *
claim_jobs(struct desk_fixture *f, size_t *count)
{
	struct err err = ERR_INIT;
	struct job *rows;
	int64_t next_us;

	desk_act_as_system(f->d, 0);
	assert_ok(
	    job_claim(f->d, "test", LEASE_S, 4, &rows, count, &next_us, &err));
	return rows;
}

static size_t
count_claims(struct desk_fixture *f)
{
	size_t count;
	struct job *rows = claim_jobs(f, &count);

	job_list_free(&rows, count);
	return count;
}

static void
move_jobs(struct desk_fixture *f, size_t i)
{
	struct err err = ERR_INIT;

	desk_act_as_system(f->d, 0);
	assert_ok(
	    job_waits_move(f->d, "test", cases[i].by_s * US_PER_SECOND, &err));
}

static void
queue_job(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct op op;

	talk_system(f);
	assert_ok(op_begin(f->d, &op, OP_JOB_NEW, 0, &err));
	assert_ok(op_end(f->d, &op,
	    job_queue(f->d, &op, JOB_TEMPLATES, 0, "{}", NULL, &err), &err));
}

static void
job__clock_is_set_while_it_runs__is_not_begun_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct desk_fixture *f;

		start_at(i);
		desk_test_setup((void **)&f);
		queue_job(f);
		assert_int_equal(count_claims(f), 1);
		set_clock(i);
		move_jobs(f, i);
		pass(LEASE_S - 5);
		if (count_claims(f) != 0)
			fail_msg("%s: begun twice", cases[i].name);
		pass(10); /* its daemon is gone */
		if (count_claims(f) != 1)
			fail_msg("%s: stuck", cases[i].name);
		desk_test_teardown((void **)&f);
	}
}

static void
job__clock_was_set_while_stopped__is_not_stuck(void **state)
{
	struct desk_fixture *f;
	struct err err = ERR_INIT;
	struct job *rows;
	size_t count;

	(void)state;
	start_at(5);
	desk_test_setup((void **)&f);
	queue_job(f);
	rows = claim_jobs(f, &count);
	assert_int_equal(count, 1);
	set_clock(5);
	desk_act_as_system(f->d, 0);
	assert_ok(job_waits_limit(f->d, LEASE_S, &err));
	assert_ok(outbox_waits_limit(f->d, LEASE_S, &err));
	pass(LEASE_S + 1);
	assert_int_equal(count_claims(f), 1);
	/* The same with a wait instead of a lease. */
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(job_retry(
	    f->d, rows[0].id, clock_wall_us() + 30 * US_PER_DAY, "", &err));
	desk_act_as_system(f->d, 0);
	assert_ok(job_waits_limit(f->d, LEASE_S, &err));
	pass(301 + 60); /* of the second try, at most */
	assert_int_equal(count_claims(f), 1);
	job_list_free(&rows, count);
	desk_test_teardown((void **)&f);
}

/* ---- who is there ---- */

static bool
sees_admin(struct desk *d, int64_t ticket_id)
{
	struct err err = ERR_INIT;
	struct presence *rows;
	size_t count;

	assert_ok(
	    presence_list(d, RECORD_TICKET, ticket_id, &rows, &count, &err));
	free(rows);
	return count == 1;
}

/* After the console's next renewal they see each other again. */
static void
presence__clock_is_set__is_right_after_the_renewal(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct desk_fixture *f;
		struct err err = ERR_INIT;
		struct desk *other;
		int64_t id;

		start_at(i);
		desk_test_setup((void **)&f);
		desk_fixture_act(f, FIXTURE_TENANT, "operator");
		id = desk_fixture_ticket(f, "Router");
		other = desk_fixture_open(f);
		assert_ok(desk_act_as_operator(
		    other, FIXTURE_TENANT, "supervisor", &err));
		assert_ok(presence_set(f->d, RECORD_TICKET, id, false, &err));
		assert_true(sees_admin(other, id));
		set_clock(i);
		assert_ok(presence_set(f->d, RECORD_TICKET, id, false, &err));
		if (!sees_admin(other, id))
			fail_msg("%s: not seen", cases[i].name);
		pass(PRESENCE_LEASE_US / US_PER_SECOND + 1);
		if (sees_admin(other, id))
			fail_msg("%s: seen for too long", cases[i].name);
		desk_close(&other);
		desk_test_teardown((void **)&f);
	}
}

/* ---- tokens: until a date, by whatever clock there is ---- */

static void
token__clock_is_set__holds_until_its_date(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		char token[TOKEN_SIZE];
		struct desk_fixture *f;
		struct err err = ERR_INIT;
		int64_t until_us, id;

		start_at(i);
		until_us = clock_wall_us() + 12 * US_PER_HOUR;
		desk_test_setup((void **)&f);
		assert_ok(
		    token_new(f->d, "GLPI", "*", until_us, token, &id, &err));
		set_clock(i);
		assert_rc(desk_act_as_token(f->d, token, &err),
		    clock_wall_us() < until_us ? 0 : OD_EDENIED);
		clock_fake_wall(until_us);
		assert_rc(desk_act_as_token(f->d, token, &err), OD_EDENIED);
		desk_test_teardown((void **)&f);
	}
}

static int
end(void **state)
{
	(void)state;
	clock_fake_wall(0);
	return 0;
}

#define TEST(t) cmocka_unit_test_teardown(t, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(outbox__clock_is_set__tries_in_its_time),
	    TEST(outbox__clock_is_set_before_the_first_try__leaves_soon),
	    TEST(outbox__frozen_clock__tries_within_a_minute_more),
	    TEST(outbox__clock_is_set_while_sending__is_sent_once),
	    TEST(outbox__clock_is_set_before_its_time__leaves_at_that_time),
	    TEST(job__clock_is_set_while_it_runs__is_not_begun_twice),
	    TEST(job__clock_was_set_while_stopped__is_not_stuck),
	    TEST(token__clock_is_set__holds_until_its_date),
	    TEST(presence__clock_is_set__is_right_after_the_renewal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
