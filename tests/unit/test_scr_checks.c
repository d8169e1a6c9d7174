/*
 * What is to be done on a ticket: on its card, and ticked by key.
 *
 * Turned red by: Space that marks a row instead, a head that counts what was
 * taken off, a role that ticks what is somebody else's.
 */
#include "tests/lib/console_test.h"

#include "db/records/checklists.h"
#include "db/records/ticket_times.h"

static int64_t
make(struct console_fixture *f, const char *owner)
{
	struct checklist_new list = {.name = "Baja de línea",
	    .items = "! Recoger el teléfono\nBorrar la extensión"};
	struct err err = ERR_INIT;
	int64_t id = console_seed_ticket(
	    f, 20, "Baja en Almacén", 3, 3, "Lucía Peña", owner);
	int64_t list_id;
	int added;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(checklist_new(f->desk.d, &list, &list_id, &err), 0);
	assert_int_equal(
	    ticket_check_put(f->desk.d, id, list_id, &added, &err), 0);
	assert_int_equal(ticket_check_add(f->desk.d, id,
			     "Avisar a \033[31mcontabilidad", &added, &err),
	    0);
	return id;
}

static void
checks__on_the_card__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_ticket, make(f, "operator"));
	golden_check(f->ui, "checks", "card", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "checks", "card", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "checks", "card", LANG_EN, 40, 10, 0);
}

static void
checks__by_key__are_ticked_and_taken_back(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_ticket, make(f, "operator"));
	console_fixture_keys(f, "C Space j Enter");
	golden_check(f->ui, "checks", "list", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "checks", "list", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "checks", "list", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "checks", "list", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	assert_true(console_fixture_shows(f, "checks 2/3"));
	console_fixture_keys(f, "t");
	assert_true(console_fixture_shows(f, "checks 1/3"));
	console_fixture_keys(f, "x");
	assert_true(console_fixture_shows(f, "checks 1/2"));
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Llamar");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "checks 1/3"));
	console_fixture_keys(f, "p");
	golden_check(f->ui, "checks", "put", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "checks 1/4"));
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Checks: 1/4"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Checks: 1/3"));
	console_fixture_keys(f, "u u u u u");
	assert_true(console_fixture_shows(f, "Checks: 0/3"));
}

/* The checklists come late: what is typed by then is a new check. */
static void
checks__opened_meanwhile__are_not_covered(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_ticket, make(f, "operator"));
	console_fixture_keys(f, "C p n");
	assert_false(console_fixture_shows(f, "Put a checklist here"));
	console_fixture_type(f, "Llamar");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "checks 0/4"));
}

/* What would be cut behind one's back cannot be typed. */
static void
checks__a_long_one__is_refused_where_it_is_typed(void **state)
{
	struct console_fixture *f = *state;
	char words[201];

	memset(words, 'x', 200);
	words[200] = '\0';
	console_fixture_start(f, "operator", &scr_ticket, make(f, "operator"));
	console_fixture_keys(f, "C n");
	console_fixture_type(f, words);
	console_fixture_type(f, " the end");
	assert_false(console_fixture_shows(f, "the end"));
	assert_true(console_fixture_shows(f, "xxx"));
}

static void
checks__of_somebody_else__are_not_ticked(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_ticket, make(f, "mate"));
	console_fixture_keys(f, "C Space");
	assert_true(console_fixture_shows(f, "checks 0/3"));
	assert_true(console_fixture_shows(f, "has it"));
}

static void
checks__none__say_how_to_add(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 20, "Baja", 3, 3, "Lucía Peña", "operator");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "C");
	golden_check(f->ui, "checks", "none", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "checks", "none", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Space p");
	assert_true(console_fixture_shows(f, "There is no checklist yet"));
}

static void
checks__as_a_column_of_the_list__are_counted(void **state)
{
	struct console_fixture *f = *state;
	struct time_new in = {.worked_us = 80 * US_PER_MINUTE};
	struct err err = ERR_INIT;
	int64_t ticket = make(f, "operator"), id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(time_add(f->desk.d, ticket, &in, &id, &err), 0);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	assert_false(console_fixture_shows(f, "0/3"));
	console_fixture_keys(
	    f, "C Down Space Space Down Space Space G Space k Space Enter");
	golden_check(f->ui, "checks", "column", LANG_ES, 80, 24, 0);
	assert_true(console_fixture_shows(f, "0/3"));
	assert_true(console_fixture_shows(f, "1 h 20 min"));
}

/* What is corrected is what was seen. */
static void
times__corrected_meanwhile__are_not_overwritten(void **state)
{
	struct console_fixture *f = *state;
	struct time_new in = {.worked_us = 80 * US_PER_MINUTE};
	const struct change less = {"worked_us", b_int(10 * US_PER_MINUTE)};
	struct err err = ERR_INIT;
	int64_t ticket = make(f, "operator"), id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(time_add(f->desk.d, ticket, &in, &id, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, ticket);
	console_fixture_keys(f, "Y Down Enter");
	assert_true(console_fixture_shows(f, "How much it was"));
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(time_edit(f->desk.d, id, 0, &less, 1, &err), 0);
	console_fixture_changed(f);
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "2h");
	console_fixture_keys(f, "Enter");
	assert_false(console_fixture_shows(f, "The time is corrected"));
	assert_true(console_fixture_shows(f, "10 min"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(checks__on_the_card__in_every_size),
	    SCREEN_TEST(checks__by_key__are_ticked_and_taken_back),
	    SCREEN_TEST(checks__opened_meanwhile__are_not_covered),
	    SCREEN_TEST(checks__a_long_one__is_refused_where_it_is_typed),
	    SCREEN_TEST(checks__of_somebody_else__are_not_ticked),
	    SCREEN_TEST(checks__none__say_how_to_add),
	    SCREEN_TEST(checks__as_a_column_of_the_list__are_counted),
	    SCREEN_TEST(times__corrected_meanwhile__are_not_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
