/* The sentence that stays below the title. */
#include "common/utf8.h"
#include "tests/lib/console_test.h"
#include "tests/lib/inbox_fixture.h"

static void
banner__golden(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	console_fixture_start(f, "operator", &scr_inbox, 0);
	ui_set_banner(f->ui, app_outdated);
	console_fixture_settle(f);
	golden_check(f->ui, "inbox", "outdated", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "inbox", "outdated", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "inbox", "outdated", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "inbox", "outdated", LANG_ES, 80, 24, CANVAS_PLAIN);
	/* Too low for it: the title and the list are what is left. */
	golden_check(f->ui, "inbox", "outdated", LANG_ES, 40, 6, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(banner__golden),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
