/*
 * Unit tests of db/records/ticket_times: one clock an operator, idle time that
 * does not count, entries by hand, and sums that add up.
 *
 * Turned red by: a second clock beside the first, idle time counted as worked,
 * an entry that ends tomorrow, a supervisor's figures of another team.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_times.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

#define T0  (20000 * US_PER_DAY)
#define MIN US_PER_MINUTE

static int
setup(void **state)
{
	clock_fake_wall(T0);
	return desk_test_setup(state);
}

static int
teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

static int64_t
worked(struct desk_fixture *f, int64_t id)
{
	struct ticket_time w;
	struct err err = ERR_INIT;

	assert_ok(time_get(f->d, id, &w, &err));
	assert_true(
	    w.to_us == 0 || w.worked_us == w.to_us - w.from_us - w.idle_us);
	return w.worked_us;
}

static void
time_start__while_another_runs__stops_that(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_time now;
	struct err err = ERR_INIT;
	int64_t a, b, first, second, stopped;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = desk_fixture_ticket(f, "A");
	b = desk_fixture_ticket(f, "B");
	assert_int_equal(time_running(f->d, &now, &err), 0);
	assert_ok(time_start(f->d, a, &first, &stopped, &err));
	assert_int_equal(stopped, 0);
	assert_rc(time_start(f->d, a, &second, &stopped, &err), OD_ECONFLICT);
	clock_fake_advance(10 * MIN);
	assert_ok(time_start(f->d, b, &second, &stopped, &err));
	assert_int_equal(stopped, 1);
	assert_true(worked(f, first) == 10 * MIN);
	assert_int_equal(time_running(f->d, &now, &err), 1);
	assert_true(now.id == second);
	clock_fake_advance(MIN);
	assert_true(ticket_time_worked(&now, clock_wall_us()) == MIN);
	/* Back: the first one goes on as if it had never stopped. */
	assert_ok(op_undo(f->d, said, &err));
	assert_int_equal(time_running(f->d, &now, &err), 1);
	assert_true(now.id == first);
	/* A mate's clock is another one. */
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_int_equal(time_running(f->d, &now, &err), 0);
	assert_rc(time_stop(f->d, first, 0, 0, 0, &err), OD_EDENIED);
}

static void
time_stop__with_idle_time__does_not_count_it(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t t, id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	t = desk_fixture_ticket(f, "A");
	assert_ok(time_start(f->d, t, &id, NULL, &err));
	clock_fake_advance(30 * MIN);
	assert_rc(time_idle(f->d, id, 0, 31 * MIN, &err), OD_EDATA);
	assert_rc(time_idle(f->d, id, 0, -1, &err), OD_EDATA);
	assert_ok(time_idle(f->d, id, 1, 20 * MIN, &err));
	assert_rc(time_idle(f->d, id, 1, MIN, &err), OD_ECONFLICT);
	clock_fake_advance(5 * MIN);
	assert_rc(time_stop(f->d, id, 0, T0 + 36 * MIN, 0, &err), OD_EDATA);
	assert_rc(time_stop(f->d, id, 0, T0 + MIN, 0, &err), OD_EDATA);
	assert_rc(time_stop(f->d, id, 0, 0, 16 * MIN, &err), OD_EDATA);
	assert_ok(time_stop(f->d, id, 0, T0 + 34 * MIN, 4 * MIN, &err));
	assert_true(worked(f, id) == 10 * MIN);
	assert_rc(time_stop(f->d, id, 0, 0, 0, &err), OD_ECONFLICT);
	assert_rc(time_idle(f->d, id, 0, MIN, &err), OD_ECONFLICT);
}

static void
time_add__and_edit__follow_the_clock(void **state)
{
	static const struct {
		int64_t worked, from;
		int rc;
	} cases[] = {
	    {80 * MIN, 0, 0},
	    {MIN, T0 - MIN, 0},
	    {MIN, T0 - MIN + 1, OD_EDATA},
	    {0, 0, OD_EDATA},
	    {-MIN, 0, OD_EDATA},
	    {367 * US_PER_DAY, 0, OD_EDATA},
	    {INT64_MAX, 1, OD_EDATA},
	    {MIN, -5, OD_EDATA},
	};
	struct desk_fixture *f = *state;
	struct change c[] = {{"worked_us", b_int(30 * MIN)},
	    {"from_us", b_int(T0 - 40 * MIN)}, {"note", b_text("Phone")}};
	struct err err = ERR_INIT;
	struct ticket_time w;
	int64_t t, id, first = 0;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	t = desk_fixture_ticket(f, "A");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct time_new in = {
		    .worked_us = cases[i].worked, .from_us = cases[i].from};

		assert_rc(time_add(f->d, t, &in, &id, &err), cases[i].rc);
		if (i == 0)
			first = id;
	}
	assert_true(worked(f, first) == 80 * MIN);
	assert_ok(time_edit(f->d, first, 1, c, 3, &err));
	assert_ok(time_get(f->d, first, &w, &err));
	assert_true(w.to_us == T0 - 10 * MIN);
	assert_string_equal(w.note, "Phone");
	/* More than fits until now: it began before. */
	c[0].value = b_int(45 * MIN);
	assert_ok(time_edit(f->d, first, 0, c, 1, &err));
	assert_ok(time_get(f->d, first, &w, &err));
	assert_true(w.from_us == T0 - 55 * MIN && w.to_us == T0 - 10 * MIN);
	c[0].value = b_int(41 * MIN);
	assert_rc(time_edit(f->d, first, 0, c, 3, &err), OD_EDATA);
	assert_ok(time_delete(f->d, first, 0, &err));
	assert_rc(time_get(f->d, first, &w, &err), OD_ENOTFOUND);
	/* Of a clock that runs only the note is changed. */
	assert_ok(time_start(f->d, t, &id, NULL, &err));
	assert_rc(time_edit(f->d, id, 0, c, 1, &err), OD_ECONFLICT);
	assert_ok(time_edit(f->d, id, 0, &c[2], 1, &err));
}

static int64_t
add(struct desk_fixture *f, const char *login, int64_t t, int64_t minutes)
{
	struct time_new in = {.worked_us = minutes * MIN};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(time_add(f->d, t, &in, &id, &err));
	return id;
}

static void
time_figures__of_a_period__are_what_is_seen(void **state)
{
	struct desk_fixture *f = *state;
	struct time_figure *rows;
	struct ticket_time *list;
	struct time_sum sums[2];
	struct err err = ERR_INIT;
	int64_t a, b, ids[2];
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	ids[0] = a = desk_fixture_ticket(f, "A");
	ids[1] = b = desk_fixture_ticket(f, "B");
	(void)add(f, "operator", a, 10);
	(void)add(f, "operator", b, 5);
	(void)add(f, "operator", b, 5);
	(void)add(f, "mate", a, 60);
	(void)add(f, "stranger", a, 7);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(time_figures(f->d, T0 - US_PER_DAY, T0, 0, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].entries, 3);
	assert_int_equal(rows[0].tickets, 2);
	assert_true(rows[0].worked_us == 20 * MIN);
	free(rows);
	assert_ok(time_figure_rows(
	    f->d, f->demo.mate, T0 - US_PER_DAY, T0, &list, &n, &err));
	assert_int_equal(n, 0);
	free(list);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(time_figures(f->d, T0 - US_PER_DAY, T0, 0, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].login, "mate");
	free(rows);
	assert_ok(time_figure_rows(
	    f->d, f->demo.mate, T0 - US_PER_DAY, T0, &list, &n, &err));
	assert_int_equal(n, 1);
	free(list);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(time_figures(f->d, T0 - US_PER_DAY, T0, 0, &rows, &n, &err));
	assert_int_equal(n, 3);
	free(rows);
	assert_ok(time_figures(f->d, T0 - 8 * MIN, T0, 0, &rows, &n, &err));
	assert_int_equal(n, 2);
	free(rows);
	assert_ok(ticket_time_sums(f->d, ids, 2, sums, &n, &err));
	assert_int_equal(n, 2);
	assert_true(sums[0].worked_us + sums[1].worked_us == 87 * MIN);
}

static void
ticket_merge__with_a_clock_that_runs__takes_it_along(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_time now;
	struct err err = ERR_INIT;
	int64_t a, b, id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = desk_fixture_ticket(f, "A");
	b = desk_fixture_ticket(f, "B");
	assert_ok(time_start(f->d, a, &id, NULL, &err));
	clock_fake_advance(MIN);
	assert_ok(ticket_merge(f->d, a, 0, b, 0, NULL, &err));
	assert_int_equal(time_running(f->d, &now, &err), 1);
	assert_true(now.ticket_id == b);
	assert_rc(time_start(f->d, a, &id, NULL, &err), OD_ECONFLICT);
	assert_ok(time_stop(f->d, now.id, 0, 0, 0, &err));
	assert_true(worked(f, now.id) == MIN);
}

#define TIME_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TIME_TEST(time_start__while_another_runs__stops_that),
	    TIME_TEST(time_stop__with_idle_time__does_not_count_it),
	    TIME_TEST(time_add__and_edit__follow_the_clock),
	    TIME_TEST(time_figures__of_a_period__are_what_is_seen),
	    TIME_TEST(ticket_merge__with_a_clock_that_runs__takes_it_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
