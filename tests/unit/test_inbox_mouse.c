/* The mouse in the inbox; what is clicked on is looked for on the screen. */
#include "common/utf8.h"
#include "tests/lib/console_test.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/screens/screens.h"

static void
inbox__click_on_a_view__shows_it(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	console_fixture_start(f, "operator", &scr_inbox, 0);
	assert_true(console_fixture_click(f, "6 Done"));
	assert_true(console_fixture_shows(f, "Obras Ríos"));
	assert_true(console_fixture_click(f, "5 All open"));
	assert_false(console_fixture_shows(f, "Obras Ríos"));
	/* From a thread, too: the list has the keys then. */
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_click(f, "6 Done"));
	console_fixture_keys(f, "5 j");
	assert_false(console_fixture_shows(f, "Obras Ríos"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(inbox__click_on_a_view__shows_it),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
