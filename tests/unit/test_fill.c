/*
 * A desk that is filled says how far it is, also within a batch.
 *
 * Turned red by: progress after whole batches only, an end that is told before
 * all of it is kept.
 */
#include "tests/lib/desk_test.h"
#include "tui/cli/fill.h"

#define TICKETS 100
#define ALL     (TICKETS + 60)

struct told {
	struct desk_fixture *f;
	int64_t last;
	int times;
};

static int
tickets(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM tickets WHERE tenant_id = $1",
	    BINDS(b_int(f->demo.id)), &err));
	return (int)n;
}

static void
on_progress(int64_t done, int64_t all, void *data)
{
	struct told *t = data;

	assert_int_equal(all, ALL);
	assert_true(done >= t->last && done <= all);
	t->last = done;
	t->times++;
	if (done == all)
		assert_int_equal(tickets(t->f), TICKETS);
}

static void
fill__of_one_batch__tells_how_far_it_is(void **state)
{
	struct desk_fixture *f = *state;
	struct told told = {.f = f};
	const struct fill_options o = {.tickets = TICKETS,
	    .messages = ALL - TICKETS,
	    .seed = 5,
	    .progress = on_progress,
	    .data = &told};
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(fill_desk(f->d, &o, &err));
	assert_int_equal(told.last, ALL);
	assert_true(told.times >= 5);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    DESK_TEST(fill__of_one_batch__tells_how_far_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
