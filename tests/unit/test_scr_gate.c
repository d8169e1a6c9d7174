/* Logging in, the lock, and the end of whoever was disabled. */
#include "tests/lib/console_test.h"

#include "db/records/login.h"
#include "db/records/staff.h"
#include "tests/lib/desk_test.h"
#include "tui/model/model_app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/scr_gate.h"

#define RIGHT "casi tres gatos"

static void
give_password(struct console_fixture *f)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_ok(operator_set_password(
	    f->desk.d, f->desk.demo.operators[ROLE_OPERATOR], RIGHT, &err));
}

static void
login__name_and_password__opens_the_console(void **state)
{
	struct console_fixture *f = *state;

	give_password(f);
	console_fixture_start_login(f);
	golden_check(f->ui, "gate", "login", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "gate", "login", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "gate", "login", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "gate", "login", LANG_EN, 40, 10, 0);
	/* No way around it. */
	console_fixture_keys(f, "F2 F3 F4 C-k Esc");
	assert_true(ui_is_gated(f->ui));
	console_fixture_type(f, "operator");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "never that one");
	console_fixture_keys(f, "Enter");
	assert_true(ui_is_gated(f->ui));
	golden_check(f->ui, "gate", "wrong", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "gate", "wrong", LANG_EN, 40, 10, 0);
	assert_false(console_fixture_shows(f, "never that one"));
	console_fixture_type(f, RIGHT);
	console_fixture_keys(f, "Enter");
	assert_false(ui_is_gated(f->ui));
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_inbox);
	assert_string_equal(model_actor(f->app.model)->login, "operator");
	assert_true(model_may(f->app.model, "ticket.new"));
	assert_false(model_may(f->app.model, "operator.new"));
}

static void
lock__at_once__hides_all_until_the_password(void **state)
{
	struct console_fixture *f = *state;

	give_password(f);
	console_seed_writes(f, 5, "34600111001", "Rosa Vidal", "hola");
	console_fixture_start(f, "operator", &scr_inbox, 0);
	console_fixture_keys(f, "2");
	assert_true(console_fixture_shows(f, "Rosa Vidal"));
	console_fixture_keys(f, "L");
	assert_true(ui_is_gated(f->ui));
	golden_check(f->ui, "gate", "lock", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "gate", "lock", LANG_EN, 40, 10, 0);
	/* What comes meanwhile is not shown, whatever it opens or says. */
	console_seed_writes(f, 1, "34600111001", "Rosa Vidal", "otra vez");
	console_fixture_changed(f);
	ui_toast(f->ui, TOAST_INFO, "Rosa Vidal wrote");
	pager_push(f->ui, "Rosa Vidal", "secret", 6);
	console_fixture_settle(f);
	assert_true(ui_is_gated(f->ui));
	assert_false(console_fixture_shows(f, "Rosa"));
	assert_false(console_fixture_shows(f, "secret"));
	console_fixture_keys(f, "Esc F2 F3 C-k L");
	assert_true(ui_is_gated(f->ui));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "not it, not it");
	console_fixture_keys(f, "Enter");
	assert_true(ui_is_gated(f->ui));
	console_fixture_type(f, RIGHT);
	console_fixture_keys(f, "Enter");
	assert_false(ui_is_gated(f->ui));
	assert_true(console_fixture_shows(f, "secret"));
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Rosa Vidal"));
}

static void
lock__idle_so_long__comes_by_itself(void **state)
{
	struct console_fixture *f = *state;

	give_password(f);
	console_fixture_start(f, "operator", &scr_inbox, 0);
	f->app.lock_us = 15 * US_PER_MINUTE;
	clock_fake_advance(14 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_false(ui_is_gated(f->ui));
	console_fixture_keys(f, "j");
	clock_fake_advance(14 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_false(ui_is_gated(f->ui));
	clock_fake_advance(2 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_true(ui_is_gated(f->ui));
}

static void
lock__without_password__never_comes(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_inbox, 0);
	f->app.lock_us = US_PER_MINUTE;
	clock_fake_advance(20 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_false(ui_is_gated(f->ui));
	console_fixture_keys(f, "L");
	assert_false(ui_is_gated(f->ui));
	assert_true(console_fixture_shows(f, "no password to unlock with"));
}

static void
disabled__open_console__says_so_and_ends(void **state)
{
	struct console_fixture *f = *state;
	int64_t until_us = clock_mono_us() + US_PER_MINUTE;
	struct err err = ERR_INIT;

	console_fixture_start(f, "operator", &scr_inbox, 0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_ok(operator_set_enabled(
	    f->desk.d, f->desk.demo.operators[ROLE_OPERATOR], 0, false, &err));
	while (!ui_is_gated(f->ui) && clock_mono_us() < until_us)
		uv_run(&f->app.loop, UV_RUN_ONCE);
	console_fixture_settle(f);
	golden_check(f->ui, "gate", "ended", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "gate", "ended", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "F2 q j");
	assert_true(ui_is_gated(f->ui));
	assert_false(ui_wants_quit(f->ui));
	golden_keys(f->ui, "Enter");
	assert_true(ui_wants_quit(f->ui));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(login__name_and_password__opens_the_console),
	    SCREEN_TEST(lock__at_once__hides_all_until_the_password),
	    SCREEN_TEST(lock__idle_so_long__comes_by_itself),
	    SCREEN_TEST(lock__without_password__never_comes),
	    SCREEN_TEST(disabled__open_console__says_so_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
