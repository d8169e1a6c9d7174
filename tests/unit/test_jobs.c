/* Unit tests of db/records/jobs. */
#include "db/core/op.h"
#include "db/records/jobs.h"
#include "tests/lib/talk_test.h"

static void
queue(struct desk_fixture *f, char name[33])
{
	struct err err = ERR_INIT;
	struct op op;

	talk_system(f);
	assert_ok(op_begin(f->d, &op, OP_JOB_NEW, 0, &err));
	assert_ok(op_end(f->d, &op,
	    job_queue(f->d, &op, JOB_TEMPLATES, 0, "{}", name, &err), &err));
}

static int64_t
claim(struct desk_fixture *f, int attempts)
{
	struct err err = ERR_INIT;
	struct job *rows;
	int64_t next, id = 0;
	size_t count;

	assert_ok(job_claim(f->d, "t", 60, 9, &rows, &count, &next, &err));
	if (count > 0) {
		id = rows[0].id;
		assert_int_equal(rows[0].attempts, attempts);
		assert_int_equal(next, clock_wall_us() + 60 * US_PER_SECOND);
	}
	job_list_free(&rows, count);
	return id;
}

static enum job_state
state_of(struct desk_fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	enum job_state s;
	struct job j;

	assert_ok(job_by_name(f->d, name, &j, &err));
	s = j.state;
	job_clear(&j);
	return s;
}

static void
job_claim__lease_ran_out__is_queued_again(void **state)
{
	struct desk_fixture *f = *state;
	char name[33];

	queue(f, name);
	assert_int_not_equal(claim(f, 1), 0);
	assert_int_equal(claim(f, 0), 0);
	assert_int_equal(state_of(f, name), JOB_RUNNING);
	for (int i = 1; i < 10; i++) {
		clock_fake_wall(TALK_T0 + i * 60 * US_PER_SECOND);
		assert_int_not_equal(claim(f, i + 1), 0);
	}
	/* Whoever runs it dies each time: enough. */
	clock_fake_wall(TALK_T0 + 600 * US_PER_SECOND);
	assert_int_equal(claim(f, 0), 0);
	assert_int_equal(state_of(f, name), JOB_FAILED);
}

static void
job_verdicts__each__settle_once(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct job j;
	char name[33];
	int64_t id;

	queue(f, name);
	id = claim(f, 1);
	assert_ok(job_retry(f->d, id, TALK_T0 + US_PER_SECOND, "later", &err));
	assert_int_equal(claim(f, 0), 0);
	clock_fake_wall(TALK_T0 + US_PER_SECOND);
	assert_int_equal(claim(f, 2), id);
	assert_ok(job_done(f->d, id, "{\"n\":3}", &err));
	assert_ok(job_failed(f->d, id, "too late", &err));
	assert_ok(job_by_name(f->d, name, &j, &err));
	assert_int_equal(j.state, JOB_DONE);
	assert_string_equal(j.result, "{\"n\":3}");
	job_clear(&j);
	desk_act_as_system(f->d, f->other.id);
	assert_rc(job_by_name(f->d, name, &j, &err), OD_ENOTFOUND);
}

static bool
is_claimed(struct desk_fixture *f, int64_t id, int attempts)
{
	const struct job j = {
	    .id = id, .tenant_id = f->demo.id, .attempts = attempts};
	struct err err = ERR_INIT;
	bool is;

	assert_ok(job_is_claimed(f->d, &j, &is, &err));
	return is;
}

static void
job_unclaim__what_nobody_knows_of__is_queued_again(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char name[33];
	int64_t id;

	queue(f, name);
	id = claim(f, 1);
	assert_true(is_claimed(f, id, 1));
	assert_ok(job_unclaim(f->d, "t", &id, 1, &err));
	assert_int_equal(state_of(f, name), JOB_RUNNING);
	assert_ok(job_unclaim(f->d, "t", NULL, 0, &err));
	assert_int_equal(state_of(f, name), JOB_QUEUED);
	assert_false(is_claimed(f, id, 1));
	assert_int_equal(claim(f, 1), id);
	/* It took too long, and another one has it. */
	clock_fake_wall(TALK_T0 + 61 * US_PER_SECOND);
	assert_int_equal(claim(f, 2), id);
	assert_false(is_claimed(f, id, 1));
	assert_true(is_claimed(f, id, 2));
	assert_ok(job_done(f->d, id, "", &err));
	assert_false(is_claimed(f, id, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(job_claim__lease_ran_out__is_queued_again),
	    TALK_TEST(job_unclaim__what_nobody_knows_of__is_queued_again),
	    TALK_TEST(job_verdicts__each__settle_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
