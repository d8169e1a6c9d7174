/*
 * Unit tests of db/records/calendars and promises: what changes counts from
 * then on, and what was counted stays.
 *
 * Turned red by: a calendar that is changed in its place.
 */
#include "db/records/calendars.h"
#include "common/clock.h"
#include "db/records/ticket_explain.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

static int64_t
at(const char *rfc3339)
{
	int64_t us = -1;

	assert_int_equal(clock_parse_rfc3339(rfc3339, &us), 0);
	return us;
}

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
calendar__changed_while_clocks_run__counts_from_then_on(void **state)
{
	struct calendar_in all_day = {.week = "mon-sun 24h", .zone = "UTC"};
	struct calendar_in utc = {.zone = "UTC"};
	struct desk_fixture *f = *state;
	struct ticket_explained e;
	struct calendar_row cal;
	struct err err = ERR_INIT;
	int64_t ticket, id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	clock_fake_wall(at("2026-11-23T09:00:00Z"));
	assert_ok(calendar_find(f->d, "", &cal, &err));
	assert_ok(calendar_edit(f->d, cal.id, &utc, &id, &err));
	assert_true(id != cal.id);
	ticket = make(f);
	clock_fake_wall(at("2026-11-23T16:00:00Z"));
	assert_ok(calendar_find(f->d, "", &cal, &err));
	assert_int_equal(cal.id, id);
	assert_ok(calendar_edit(f->d, cal.id, &all_day, &id, &err));
	clock_fake_wall(at("2026-11-23T17:00:00Z"));
	assert_ok(ticket_explain(f->d, ticket, &e, &err));
	assert_int_equal(e.count, 2);
	assert_int_equal(e.clocks[1].span_count, 2);
	assert_int_equal(e.clocks[1].spans[1].reason, CLOCK_CALENDAR);
	assert_int_equal(e.extras[1].spans[0].work_us, 6 * US_PER_HOUR);
	assert_int_equal(e.extras[1].spans[1].work_us, US_PER_HOUR);
	assert_int_equal(e.clocks[1].due_us, at("2026-11-23T18:00:00Z"));
	assert_false(e.extras[1].differs);
	ticket_explained_free(&e);
	clock_fake_wall(0);
}

static int64_t
due_of(struct desk_fixture *f, int64_t ticket, size_t *spans)
{
	struct ticket_explained e;
	struct err err = ERR_INIT;
	int64_t due;

	assert_ok(ticket_explain(f->d, ticket, &e, &err));
	assert_false(e.extras[1].differs);
	due = e.clocks[1].due_us;
	*spans = e.clocks[1].span_count;
	ticket_explained_free(&e);
	return due;
}

static void
calendar__change_undone__counts_as_before(void **state)
{
	struct calendar_in all_day = {.week = "mon-sun 24h", .zone = "UTC"};
	struct calendar_in utc = {.zone = "UTC"};
	struct desk_fixture *f = *state;
	struct calendar_row cal;
	struct err err = ERR_INIT;
	int64_t ticket, id, was;
	char said[256];
	size_t spans;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	clock_fake_wall(at("2026-11-23T09:00:00Z"));
	assert_ok(calendar_find(f->d, "", &cal, &err));
	assert_ok(calendar_edit(f->d, cal.id, &utc, &id, &err));
	ticket = make(f);
	was = due_of(f, ticket, &spans);
	clock_fake_wall(at("2026-11-23T12:00:00Z"));
	assert_ok(calendar_edit(f->d, id, &all_day, NULL, &err));
	assert_true(due_of(f, ticket, &spans) < was);
	assert_int_equal(spans, 2);
	clock_fake_wall(at("2026-11-23T13:00:00Z"));
	assert_ok(op_undo(f->d, said, &err));
	assert_int_equal(due_of(f, ticket, &spans), was);
	assert_int_equal(spans, 1);
	assert_ok(calendar_find(f->d, "", &cal, &err));
	assert_int_equal(cal.id, id);
	clock_fake_wall(at("2026-11-23T13:30:00Z"));
	assert_ok(op_redo(f->d, said, &err));
	assert_true(due_of(f, ticket, &spans) < was);
	clock_fake_wall(0);
}

/* A calendar that a promise is counted by stays, and one name is one's. */
static void
calendar__undo_that_something_newer_needs__is_refused(void **state)
{
	const struct calendar_in night = {
	    .name = "Night", .zone = "UTC", .week = "mon-fri 22-24"};
	struct promise promise = {.name = "Dark", .first_us = US_PER_HOUR};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, other;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(calendar_new(f->d, &night, &promise.calendar_id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(promise_set(f->d, &promise, &id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(op_undo(f->d, said, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(calendar_delete(f->d, promise.calendar_id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(calendar_new(f->d, &night, &other, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
}

static void
calendar__holiday_on_the_day_of_breach__moves_it_on(void **state)
{
	struct calendar_in utc = {.zone = "UTC"};
	struct desk_fixture *f = *state;
	struct ticket_explained e;
	struct calendar_row cal;
	struct err err = ERR_INIT;
	int64_t ticket, id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	clock_fake_wall(at("2026-12-24T12:00:00Z"));
	assert_ok(calendar_find(f->d, "", &cal, &err));
	assert_ok(calendar_edit(f->d, cal.id, &utc, &id, &err));
	ticket = make(f);
	/* Two hours, three hours, and three more on Friday, Christmas. */
	assert_ok(ticket_explain(f->d, ticket, &e, &err));
	assert_int_equal(e.clocks[1].due_us, at("2026-12-25T12:00:00Z"));
	ticket_explained_free(&e);
	assert_ok(
	    calendar_day_set(f->d, id, "12-25", "", "Navidad", &id, &err));
	clock_fake_wall(at("2026-12-28T10:00:00Z"));
	assert_ok(ticket_explain(f->d, ticket, &e, &err));
	assert_int_equal(e.clocks[1].due_us, at("2026-12-28T12:00:00Z"));
	assert_string_equal(e.extras[1].spans[0].closed, "Navidad (12-25)");
	ticket_explained_free(&e);
	assert_ok(calendar_day_remove(f->d, id, "12-25", &id, &err));
	assert_rc(
	    calendar_day_remove(f->d, id, "12-25", &id, &err), OD_ENOTFOUND);
	clock_fake_wall(0);
}

static void
calendar__bad_input__is_refused(void **state)
{
	static const struct calendar_in bad[] = {{.name = ""},
	    {.name = "x", .zone = "Mars/Olympus"},
	    {.name = "x", .week = "monday 25-26"},
	    {.name = "x", .week = "mon 9-8"}};
	struct desk_fixture *f = *state;
	struct calendar_row cal;
	struct err err = ERR_INIT;
	int64_t id, us;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_rc(calendar_new(f->d, &bad[i], &id, &err), OD_EDATA);
	assert_ok(calendar_find(f->d, NULL, &cal, &err));
	assert_rc(calendar_delete(f->d, cal.id, &err), OD_ECONFLICT);
	assert_rc(calendar_day_set(f->d, cal.id, "02-30", "", "", &id, &err),
	    OD_EDATA);
	assert_rc(calendar_edit(f->d, 999999, &bad[0], &id, &err), OD_EDATA);
	assert_rc(promise_parse_span("soon", &us, &err), OD_EDATA);
	assert_rc(promise_parse_span("1h2h", &us, &err), OD_EDATA);
	assert_ok(promise_parse_span("1h30", &us, &err));
	assert_int_equal(us, 90 * US_PER_MINUTE);
	assert_ok(promise_parse_span("45", &us, &err));
	assert_int_equal(us, 45 * US_PER_MINUTE);
}

static void
promise__for_a_company__goes_before_one_for_all(void **state)
{
	struct promise in = {.name = "Gold", .first_us = 10 * US_PER_MINUTE};
	struct calendar_in always = {
	    .name = "Always", .week = "mon-sun 24h", .zone = "UTC"};
	struct ticket_new ticket = {.subject = "x"};
	struct desk_fixture *f = *state;
	struct ticket_explained e;
	struct err err = ERR_INIT;
	int64_t company, id, n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(calendar_new(f->d, &always, &in.calendar_id, &err));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &company,
	    "INSERT INTO companies(tenant_id, name, name_folded, created_at,"
	    " updated_at) VALUES($1, 'Sol', 'sol', 1, 1) RETURNING id",
	    BINDS(b_int(f->demo.id)), &err));
	assert_ok(db_commit(f->d->db, &err));
	in.company_id = ticket.company_id = company;
	assert_ok(promise_set(f->d, &in, &id, &err));
	clock_fake_wall(at("2026-11-22T03:00:00Z"));
	assert_ok(ticket_new(f->d, &ticket, &n, &id, &err));
	assert_ok(ticket_explain(f->d, n, &e, &err));
	assert_int_equal(e.count, 1);
	assert_int_equal(e.due_us, at("2026-11-22T03:10:00Z"));
	assert_string_equal(e.extras[0].promise, "Gold");
	ticket_explained_free(&e);
	clock_fake_wall(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(calendar__changed_while_clocks_run__counts_from_then_on),
	    DESK_TEST(calendar__change_undone__counts_as_before),
	    DESK_TEST(calendar__undo_that_something_newer_needs__is_refused),
	    DESK_TEST(calendar__holiday_on_the_day_of_breach__moves_it_on),
	    DESK_TEST(calendar__bad_input__is_refused),
	    DESK_TEST(promise__for_a_company__goes_before_one_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
