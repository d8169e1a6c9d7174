/*
 * The cards on the call's screen follow the desk: what is published while it
 * is open, and what stands in their gaps.
 *
 * Turned red by cards that are the old ones until the screen is left.
 */
#include "tests/lib/console_test.h"

#include "db/records/seat.h"
#include "kb/hint.h"
#include "tests/lib/queries.h"
#include "tui/screens/screens.h"

static void
publish(struct console_fixture *f, const char *path)
{
	struct kb_import imported = {0};
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(kb_texts_import(f->desk.d, KNOWLEDGE_CARD, &path, 1,
			     false, &imported, &err),
	    0);
	assert_int_equal(imported.changed, 1);
	kb_import_free(&imported);
	console_fixture_changed(f);
}

static void
set_price(struct console_fixture *f, const char *price)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(
	    setting_set_tenant(f->desk.d, SETTING_HINT_PRICE, price, &err), 0);
	console_fixture_changed(f);
}

static void
cards__of_an_open_call__follow_what_is_published(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_call, 0);
	console_fixture_keys(f, "s Enter"); /* clock in */
	console_fixture_keys(f, "c");
	console_fixture_type(f, "+34600999888");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "o");
	console_fixture_type(f, "es muy caro");
	assert_true(console_fixture_shows(f, "Price too high"));
	publish(f, "tests/data/playbook/objections/price_too_high.json");
	assert_false(console_fixture_shows(f, "Price too high"));
	assert_true(console_fixture_shows(f, "Too dear"));
	assert_true(console_fixture_shows(f, "[price] is what"));
	set_price(f, "29,90 €");
	assert_true(console_fixture_shows(f, "29,90 € is what"));
	/* It is still being typed. */
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "no tengo tiempo");
	assert_true(console_fixture_shows(f, "No card is about that"));
	publish(f, "tests/data/playbook/objections/no_time.json");
	assert_true(console_fixture_shows(f, "No time"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(cards__of_an_open_call__follow_what_is_published),
	};

	queries_share();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
