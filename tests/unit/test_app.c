/*
 * Unit tests of tui/app and tui/app_commands: times for people, the title
 * bar, and what can be done from every screen.
 *
 * Turned red by: a place that opens another one, a language that is not kept,
 * an age that counts from the wrong unit, a capped count that seems exact.
 */
#include "common/i18n.h"
#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "tui/model/model_seat.h"
#include "tests/lib/console_test.h"
#include "tests/lib/desk_test.h"
#include "tui/model/model_app.h"

/* ---- times ---- */

static void
app_age__each_unit__is_cut_not_rounded(void **state)
{
	static const struct {
		int64_t seconds;
		const char *en, *es;
	} cases[] = {{-5, "now", "ahora"}, {0, "now", "ahora"},
	    {59, "now", "ahora"}, {60, "1 min", "1 min"},
	    {3599, "59 min", "59 min"}, {3600, "1 h", "1 h"},
	    {86399, "23 h", "23 h"}, {86400, "1 d", "1 d"},
	    {20 * 86400 + 5, "20 d", "20 d"}};
	char out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t then =
		    CONSOLE_FIXTURE_NOW - cases[i].seconds * US_PER_SECOND;

		i18n_set_process(LANG_EN);
		app_age(out, sizeof(out), then, CONSOLE_FIXTURE_NOW);
		assert_string_equal(out, cases[i].en);
		i18n_set_process(LANG_ES);
		app_age(out, sizeof(out), then, CONSOLE_FIXTURE_NOW);
		assert_string_equal(out, cases[i].es);
	}
	app_age(out, sizeof(out), 0, CONSOLE_FIXTURE_NOW);
	assert_string_equal(out, "--");
	i18n_set_process(LANG_EN);
}

static void
app_time__in_the_zone__is_as_short_as_it_is_clear(void **state)
{
	static const struct {
		const char *at, *shown;
	} cases[] = {
	    {"2026-11-21T09:57:00Z", "10:57"},
	    {"2026-11-20T23:00:00Z", "00:00"}, /* midnight in Madrid */
	    {"2026-11-20T22:59:59Z", "20/11 23:59"},
	    {"2026-11-22T09:57:00Z", "22/11 10:57"},
	    {"2026-10-21T09:57:00Z", "21/10 11:57"},
	    {"2026-07-01T10:00:00Z", "01/07 12:00"}, /* summer time */
	    {"2025-12-31T22:59:00Z", "2025-12-31"},
	    {"2025-12-31T23:30:00Z", "01/01 00:30"},
	};
	struct app app = {.zone = NULL};
	struct err err = ERR_INIT;
	char out[24];
	int64_t us;

	(void)state;
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	assert_ok(zone_get("Europe/Madrid", &app.zone, &err));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(clock_parse_rfc3339(cases[i].at, &us), 0);
		app_time(&app, out, sizeof(out), us);
		assert_string_equal(out, cases[i].shown);
	}
	app_time(&app, out, sizeof(out), 0);
	assert_string_equal(out, "--");
	clock_fake_wall(0);
}

/* ---- the title bar ---- */

static void
title__counts__are_told_with_their_cap(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_desk, 0);
	assert_false(console_fixture_shows(f, "no daemon"));
	f->app.waiting.known = true;
	f->app.waiting.mine_unread = WAITING_CAP - 1;
	f->app.daemon_alive = true;
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "999 unread"));
	assert_false(console_fixture_shows(f, "without owner"));
	f->app.waiting.mine_unread = WAITING_CAP;
	f->app.waiting.unassigned = 2;
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "999+ unread"));
	assert_true(console_fixture_shows(f, "2 without owner"));
	f->app.daemon_alive = false;
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "no daemon: sends wait"));
}

/* ---- from everywhere ---- */

static void
places__their_keys__open_them_from_anywhere(void **state)
{
	static const struct {
		const char *keys;
		const struct screen_ops *ops;
	} places[] = {{"I", &scr_inbox}, {"T", &scr_tickets},
	    {"S", &scr_system}, {"D", &scr_desk}, {"F3", &scr_inbox},
	    {"F5", &scr_system}, {"F4", &scr_tickets}, {"F2", &scr_desk}};
	struct console_fixture *f = *state;

	console_fixture_start(f, "admin", &scr_desk, 0);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		console_fixture_keys(f, places[i].keys);
		if (ui_top(f->ui)->ops != places[i].ops)
			fail_msg("%s opens %s", places[i].keys,
			    ui_top(f->ui)->ops->name);
	}
}

static void
language__switched__stays_for_the_operator(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	char *lang = NULL;

	console_seed_tickets(f);
	i18n_set_process(LANG_EN);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "F12");
	assert_int_equal(i18n_lang(), LANG_ES);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_ok(setting_get(f->desk.d, SETTING_LANG, &lang, &err));
	assert_string_equal(lang, "es");
	free(lang);
	console_fixture_keys(f, "F12");
	assert_int_equal(i18n_lang(), LANG_EN);
	assert_ok(setting_get(f->desk.d, SETTING_LANG, &lang, &err));
	assert_string_equal(lang, "en");
	free(lang);
}

static void
undo__from_any_screen__takes_back_and_does_again(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket t;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(&f->desk, "Sin red");
	assert_ok(ticket_set_state(
	    f->desk.d, id, 0, TICKET_WAITING, "pieza", 0, &err));
	console_fixture_start(f, "operator", &scr_desk, 0);
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Undone: "));
	assert_ok(ticket_get(f->desk.d, id, &t, &err));
	assert_int_not_equal(t.state, TICKET_WAITING);
	ticket_clear(&t);
	console_fixture_keys(f, "C-r");
	assert_true(console_fixture_shows(f, "Done again: "));
	assert_ok(ticket_get(f->desk.d, id, &t, &err));
	assert_int_equal(t.state, TICKET_WAITING);
	ticket_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(app_age__each_unit__is_cut_not_rounded),
	    cmocka_unit_test(app_time__in_the_zone__is_as_short_as_it_is_clear),
	    SCREEN_TEST(title__counts__are_told_with_their_cap),
	    SCREEN_TEST(places__their_keys__open_them_from_anywhere),
	    SCREEN_TEST(language__switched__stays_for_the_operator),
	    SCREEN_TEST(undo__from_any_screen__takes_back_and_does_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
