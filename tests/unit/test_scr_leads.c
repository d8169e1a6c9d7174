/*
 * Leads on the screens: one is made of the call by one key and a line.
 *
 * Turned red by: a lead without its call, one that u does not take back, a key
 * that makes one of nothing.
 */
#include "tests/lib/console_test.h"

#include "db/records/calls.h"
#include "db/records/leads.h"
#include "db/records/people.h"

#define NUMBER "+34600111222"

static int64_t
make_contact(struct console_fixture *f)
{
	struct contact_new in = {
	    .full_name = "Lucía Peña", .phone_number = NUMBER};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(contact_new(f->desk.d, &in, &id, &err), 0);
	return id;
}

static void
begin_call(struct console_fixture *f)
{
	console_fixture_start(f, "operator", &scr_call, 0);
	console_fixture_keys(f, "s i");
	console_fixture_type(f, NUMBER);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "TALKING"));
}

/* How many there are, not in the trash; the first one. */
static size_t
leads_of(struct console_fixture *f, struct lead *first)
{
	const struct lead_filter filter = {.view = LEADS_ALL, .status = -1};
	const struct page page = {.limit = 10};
	struct err err = ERR_INIT;
	struct lead *rows;
	size_t n;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    lead_list(f->desk.d, &filter, &page, &rows, &n, &err), 0);
	if (n > 0)
		*first = rows[0];
	free(rows);
	return n;
}

static void
leads__one_of_the_call__has_its_contact_and_is_taken_back(void **state)
{
	struct console_fixture *f = *state;
	int64_t contact = make_contact(f);
	struct err err = ERR_INIT;
	struct call now = {0};
	struct lead lead;

	begin_call(f);
	console_fixture_keys(f, "O");
	assert_true(console_fixture_shows(f, "What the customer needs"));
	console_fixture_type(f, "Quiere fibra en la segunda casa");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(
	    f, "Lead 1 is there, with the call; u takes it back"));
	assert_true(console_fixture_shows(f, "TALKING"));
	assert_int_equal(leads_of(f, &lead), 1);
	assert_string_equal(
	    lead.problem_statement, "Quiere fibra en la segunda casa");
	assert_int_equal(lead.contact_id, contact);
	assert_int_equal(
	    lead.operator_id, f->desk.demo.operators[ROLE_OPERATOR]);
	assert_int_equal(call_current(f->desk.d, 0, &now, &err), 0);
	assert_int_equal(lead.call_id, now.id);
	call_clear(&now);
	console_fixture_keys(f, "u");
	assert_int_equal(leads_of(f, &lead), 0);
}

/* The line that is left, and the key where nobody is on the telephone. */
static void
leads__nothing_said__makes_none(void **state)
{
	struct console_fixture *f = *state;
	struct lead lead;

	begin_call(f);
	console_fixture_keys(f, "O");
	console_fixture_type(f, "Quiere");
	console_fixture_keys(f, "Esc O Enter");
	assert_int_equal(leads_of(f, &lead), 0);
	console_fixture_keys(f, "Esc c c n");
	console_fixture_keys(f, "O");
	assert_false(console_fixture_shows(f, "What the customer needs"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(
		leads__one_of_the_call__has_its_contact_and_is_taken_back),
	    SCREEN_TEST(leads__nothing_said__makes_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
