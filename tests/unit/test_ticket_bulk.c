/*
 * Unit tests of db/records/ticket_bulk: many tickets at once are all changed
 * or none, and one undo gives back the same desk.
 *
 * Broken on purpose: with a group of its own for each operation one undo takes
 * back one ticket; with op_together_end deaf to rc the first ones stay changed.
 */
#include "db/records/ticket_bulk.h"
#include "common/clock.h"
#include "db/core/op.h"
#include "tests/lib/desk_test.h"

#define MANY 6

static void
make(struct desk_fixture *f, int64_t ids[MANY])
{
	static const char *const tags[] = {"vip", "", "a, VIP, b"};

	for (int i = 0; i < MANY; i++) {
		struct ticket_new in = {.subject = "Router",
		    .tags = tags[i % 3],
		    .urgency = 1 + i % 5};
		struct err err = ERR_INIT;
		int64_t number;

		assert_ok(ticket_new(f->d, &in, &ids[i], &number, &err));
	}
}

static void
ticket_bulk__each_act__is_undone_and_redone_by_one_step(void **state)
{
	struct desk_fixture *f = *state;
	const struct ticket_bulk acts[] = {
	    {.act = BULK_ASSIGN, .operator_id = f->demo.mate},
	    {.act = BULK_ASSIGN, .team_id = f->demo.sales},
	    {.act = BULK_STATE, .state = TICKET_WAITING, .reason = "pieza"},
	    {.act = BULK_STATE, .state = TICKET_SOLVED},
	    {.act = BULK_PRIORITY, .priority = 5, .reason = "Feria"},
	    {.act = BULK_TAG, .tag = "Urgente"},
	    {.act = BULK_UNTAG, .tag = "vip"},
	    {.act = BULK_DELETE},
	    {.act = BULK_STATE,
		.state = TICKET_WAITING,
		.reason = "pieza",
		.until_us = clock_wall_us() + US_PER_DAY},
	    {.act = BULK_SNOOZE, .until_us = clock_wall_us() + US_PER_HOUR},
	    {.act = BULK_SNOOZE, .until_reply = true},
	};
	int64_t ids[MANY];

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	make(f, ids);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		struct ticket_bulk b = acts[i];
		char *before = desk_fixture_dump(f), *after, *now;
		char done[256], undone[256];
		struct err err = ERR_INIT;

		b.ids = ids;
		b.count = MANY;
		assert_ok(ticket_bulk(f->d, &b, done, &err));
		after = desk_fixture_dump(f);
		assert_string_not_equal(before, after);
		assert_ok(op_undo(f->d, undone, &err));
		assert_string_equal(undone, done);
		now = desk_fixture_dump(f);
		assert_string_equal(now, before);
		free(now);
		assert_ok(op_redo(f->d, undone, &err));
		now = desk_fixture_dump(f);
		assert_string_equal(now, after);
		assert_ok(op_undo(f->d, undone, &err));
		free(now);
		free(before);
		free(after);
	}
}

static void
ticket_bulk__one_is_refused__changes_none_and_names_it(void **state)
{
	static const char denied[] =
	    "SELECT count(*) FROM audit WHERE operation = 'ticket.state'"
	    " AND result = 1";
	struct desk_fixture *f = *state;
	int64_t ids[MANY], n;
	struct ticket_bulk b = {
	    .act = BULK_STATE, .state = TICKET_OPEN, .ids = ids, .count = MANY};
	struct err err = ERR_INIT;
	char *before, *now;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	make(f, ids);
	assert_ok(ticket_assign(
	    f->d, ids[4], 0, f->demo.operators[ROLE_SUPERVISOR], 0, "", &err));
	before = desk_fixture_dump(f);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(ticket_bulk(f->d, &b, NULL, &err), OD_EDENIED);
	assert_non_null(strstr(err.text, "ticket 5"));
	now = desk_fixture_dump(f);
	assert_string_equal(now, before);
	assert_ok(db_int(f->d->db, &n, denied, NO_BINDS, &err));
	assert_int_equal(n, 1);
	free(now);
	free(before);
	/* What was done before is still what undo takes back. */
	assert_rc(op_undo(f->d, (char[256]){""}, &err), OD_ENOTFOUND);
}

static void
ticket_bulk__asked_wrongly__says_what_is_wrong(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id;
	const struct ticket_bulk wrong[] = {
	    {.act = BULK_DELETE},
	    {.act = BULK_DELETE, .ids = &id, .count = TICKET_BULK_MAX + 1},
	    {.act = BULK_PRIORITY, .ids = &id, .count = 1, .priority = 6},
	    {.act = BULK_TAG, .ids = &id, .count = 1, .tag = "a,b"},
	    {.act = BULK_TAG, .ids = &id, .count = 1},
	};

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = desk_fixture_ticket(f, "x");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_not_equal(
		    ticket_bulk(f->d, &wrong[i], NULL, &err), 0);
		assert_string_not_equal(err.text, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(ticket_bulk__each_act__is_undone_and_redone_by_one_step),
	    DESK_TEST(ticket_bulk__one_is_refused__changes_none_and_names_it),
	    DESK_TEST(ticket_bulk__asked_wrongly__says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
