/* Who is in a conversation, as the others see it. */
#include "common/utf8.h"
#include "db/records/seat.h"
#include "tests/lib/console_test.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/screens/screens.h"

/* How many others see there, and whether the first one types. */
static size_t
watchers(struct console_fixture *f, int64_t id, bool *typing)
{
	struct presence *rows = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;

	assert_ok(
	    presence_list(f->desk.d, RECORD_CONVERSATION, id, &rows, &n, &err));
	*typing = n > 0 && rows[0].typing;
	free(rows);
	return n;
}

static void
inbox__tells_others__where_it_is(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);
	bool typing;

	console_fixture_start(f, "operator", &scr_inbox, 0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(watchers(f, id, &typing), 0);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "H");
	assert_int_equal(watchers(f, id, &typing), 1);
	assert_true(typing);
	console_fixture_keys(f, "Esc Esc");
	assert_int_equal(watchers(f, id, &typing), 0);
}

static void
inbox__looking__lasts_while_somebody_sits_there(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);
	bool typing;

	console_fixture_start(f, "operator", &scr_inbox, 0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	console_fixture_keys(f, "Enter");
	assert_int_equal(watchers(f, id, &typing), 1);
	/* Without a key, for longer than a lease. */
	for (int i = 0; i < 6; i++) {
		clock_fake_advance(US_PER_MINUTE);
		ui_notify(f->ui, NOTICE_TICK, 0);
		console_fixture_settle(f);
		assert_int_equal(watchers(f, id, &typing), 1);
	}
	clock_fake_advance(4 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_int_equal(watchers(f, id, &typing), 0);
	console_fixture_keys(f, "G");
	assert_int_equal(watchers(f, id, &typing), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(inbox__tells_others__where_it_is),
	    SCREEN_TEST(inbox__looking__lasts_while_somebody_sits_there),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
