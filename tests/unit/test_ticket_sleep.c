/*
 * Unit tests of db/records/ticket_sleep: what wakes, what waits, what reopens,
 * and what the daemon does when a time has come.
 *
 * Turned red by: a thanks that reopens, a reminder that is given twice.
 */
#include "db/records/ticket_sleep.h"
#include "common/clock.h"
#include "db/core/ticket_clock.h"
#include "db/records/ticket_where.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

static int64_t
make(struct desk_fixture *f)
{
	struct ticket_new in = {.subject = "x"};
	struct err err = ERR_INIT;
	int64_t id, n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &n, &err));
	return id;
}

static void
hear(struct desk_fixture *f, int64_t id, const char *body)
{
	struct err err = ERR_INIT;
	struct op op;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(op_begin(f->d, &op, OP_MESSAGE_RECEIVE, 0, &err));
	assert_ok(ticket_heard(f->d, &op, id, body, &err));
	assert_ok(op_end(f->d, &op, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
}

static enum ticket_state
state_of(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct ticket t;
	enum ticket_state state;

	assert_ok(ticket_get(f->d, id, &t, &err));
	state = t.state;
	ticket_clear(&t);
	return state;
}

static int64_t
number(struct desk_fixture *f, const char *sql, int64_t id)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n, sql, BINDS(b_int(id)), &err));
	return n;
}

static void
set_state(
    struct desk_fixture *f, int64_t id, enum ticket_state state, int64_t until)
{
	struct err err = ERR_INIT;

	assert_ok(ticket_set_state(f->d, id, 0, state, "a part", until, &err));
}

static void
heard__by_state_and_words__wakes_opens_or_leaves(void **state)
{
	static const struct {
		enum ticket_state from, to;
		const char *body;
		int days;
	} cases[] = {
	    {TICKET_WAITING, TICKET_OPEN, "gracias", 1},
	    {TICKET_SOLVED, TICKET_SOLVED, "¡Muchas gracias!", 1},
	    {TICKET_SOLVED, TICKET_OPEN, "gracias, pero no va", 1},
	    {TICKET_SOLVED, TICKET_SOLVED, "no va", REOPEN_WINDOW_DAYS + 1},
	    {TICKET_CLOSED, TICKET_OPEN, "no va", 1},
	    {TICKET_OPEN, TICKET_OPEN, "no va", 1},
	};
	struct desk_fixture *f = *state;

	clock_fake_wall(1764000000000000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t id = make(f);

		set_state(f, id, cases[i].from, 0);
		clock_fake_advance(cases[i].days * US_PER_DAY);
		hear(f, id, cases[i].body);
		assert_int_equal(state_of(f, id), cases[i].to);
	}
	clock_fake_wall(0);
}

static void
snooze__time_or_reply__wakes_once(void **state)
{
	static const char asleep[] =
	    "SELECT count(*) FROM tickets WHERE id = $1"
	    " AND (snoozed_until_us IS NOT NULL OR snooze_until_reply = 1)";
	static const char woken[] =
	    "SELECT woken FROM ticket_snoozes WHERE ticket_id = $1"
	    " ORDER BY id DESC LIMIT 1";
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_sweep sweep;
	int64_t id;

	clock_fake_wall(1764000000000000);
	id = make(f);
	assert_rc(ticket_snooze(f->d, id, 0, 0, false, &err), OD_EDATA);
	assert_rc(ticket_snooze(f->d, id, 0, 5, false, &err), OD_EDATA);
	assert_rc(ticket_wake(f->d, id, 0, &err), OD_ECONFLICT);
	assert_ok(ticket_snooze(f->d, id, 0, 0, true, &err));
	assert_int_equal(number(f, asleep, id), 1);
	hear(f, id, "gracias");
	assert_int_equal(number(f, asleep, id), 0);
	assert_int_equal(number(f, woken, id), 2);
	assert_ok(ticket_snooze(
	    f->d, id, 0, clock_wall_us() + US_PER_HOUR, false, &err));
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.woken, 0);
	clock_fake_advance(US_PER_HOUR);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.woken, 1);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.woken, 0);
	assert_int_equal(number(f, asleep, id), 0);
	assert_int_equal(number(f, woken, id), 1);
	clock_fake_wall(0);
}

/* Solved while it slept, and opened again: it is in the lists. */
static void
solved__while_it_slept__sleeps_no_more(void **state)
{
	static const char asleep[] =
	    "SELECT count(*) FROM tickets t, ticket_snoozes z WHERE t.id = $1"
	    " AND z.ticket_id = t.id AND (t.snoozed_until_us IS NOT NULL"
	    " OR t.snooze_until_reply = 1) AND z.woken = 0";
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = make(f);
	char sentence[256];

	assert_ok(ticket_snooze(f->d, id, 0, 0, true, &err));
	set_state(f, id, TICKET_OPEN, 0);
	assert_int_equal(number(f, asleep, id), 1);
	set_state(f, id, TICKET_SOLVED, 0);
	assert_int_equal(number(f, asleep, id), 0);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(
	    number(
		f, "SELECT snooze_until_reply FROM tickets WHERE id = $1", id),
	    1);
}

static void
sweep__of_what_waits__reminds_then_closes(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_sweep sweep;
	int64_t id;

	clock_fake_wall(1764000000000000);
	id = make(f);
	set_state(f, id, TICKET_WAITING, clock_wall_us() + US_PER_DAY);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.reminded, 0);
	clock_fake_advance(US_PER_DAY);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.reminded, 1);
	clock_fake_advance(WAIT_GRACE_DAYS * US_PER_DAY - US_PER_MINUTE);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.reminded, 0);
	assert_int_equal(sweep.closed, 0);
	clock_fake_advance(US_PER_MINUTE);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.closed, 1);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_int_equal(state_of(f, id), TICKET_CLOSED);
	clock_fake_wall(0);
}

static void
sweep__of_promises__gives_notice_twice_and_no_more(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_sweep sweep;
	struct ticket_clock *c;
	int notices[3];
	size_t n;
	int64_t id;

	clock_fake_wall(1764000000000000);
	id = make(f);
	assert_ok(ticket_clocks_read(f->d, id, &c, &n, &err));
	desk_act_as_system(f->d, f->demo.id);
	for (int i = 0; i < 3; i++) {
		clock_fake_wall(i == 0   ? c[0].notice_us
				: i == 1 ? c[0].due_us
					 : c[0].due_us + US_PER_MINUTE);
		assert_ok(ticket_sweep(f->d, &sweep, &err));
		notices[i] = sweep.notices;
	}
	assert_int_equal(notices[0], 1);
	assert_int_equal(notices[1], 1);
	assert_int_equal(notices[2], 0);
	ticket_clocks_free(&c, n);
	clock_fake_wall(0);
}

/* How many a list of the view has; its count says the same. */
static int
listed(struct desk_fixture *f, enum ticket_view view, const char *filter,
    bool with_sleeping)
{
	struct ticket_filter tf = {.view = view,
	    .state = -1,
	    .match = "",
	    .with_sleeping = with_sleeping};
	struct page page = {.limit = 50};
	struct ticket_where *where;
	struct err err = ERR_INIT;
	struct ticket *rows;
	size_t n;
	int count;

	assert_ok(ticket_where_parse(f->d, filter, &where, &err));
	tf.where = where;
	for (int sort = 0; sort < TICKET_SORT_COUNT; sort++) {
		tf.sort = (enum ticket_sort)sort;
		assert_ok(ticket_list(f->d, &tf, &page, &rows, &n, &err));
		assert_ok(ticket_count(f->d, &tf, 50, &count, &err));
		assert_int_equal(n, count);
		ticket_list_free(&rows, n);
	}
	ticket_where_free(&where);
	return count;
}

static void
lists__of_active_ones__leave_out_what_sleeps(void **state)
{
	static const char *const logins[] = {"supervisor", "operator"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_sweep sweep;
	int64_t ids[3];

	clock_fake_wall(1764000000000000);
	for (int i = 0; i < 3; i++)
		ids[i] = make(f);
	assert_ok(ticket_snooze(
	    f->d, ids[0], 0, clock_wall_us() + US_PER_HOUR, false, &err));
	assert_ok(ticket_snooze(f->d, ids[1], 0, 0, true, &err));
	for (int i = 0; i < 2; i++) {
		desk_fixture_act(f, FIXTURE_TENANT, logins[i]);
		assert_int_equal(listed(f, TICKETS_ACTIVE, "", false), 1);
		assert_int_equal(listed(f, TICKETS_UNASSIGNED, "", false), 1);
		assert_int_equal(listed(f, TICKETS_ACTIVE, "x", false), 1);
		assert_int_equal(listed(f, TICKETS_ACTIVE, "", true), 3);
		assert_int_equal(listed(f, TICKETS_ALL, "", false), 3);
		assert_int_equal(
		    listed(f, TICKETS_ACTIVE, "es:pospuesto", false), 2);
		assert_int_equal(
		    listed(f, TICKETS_ALL, "-is:snoozed", false), 1);
	}
	clock_fake_advance(US_PER_HOUR);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.woken, 1);
	hear(f, ids[1], "hola");
	assert_int_equal(listed(f, TICKETS_ACTIVE, "", false), 3);
	clock_fake_wall(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(solved__while_it_slept__sleeps_no_more),
	    DESK_TEST(lists__of_active_ones__leave_out_what_sleeps),
	    DESK_TEST(heard__by_state_and_words__wakes_opens_or_leaves),
	    DESK_TEST(snooze__time_or_reply__wakes_once),
	    DESK_TEST(sweep__of_what_waits__reminds_then_closes),
	    DESK_TEST(sweep__of_promises__gives_notice_twice_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
