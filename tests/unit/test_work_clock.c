/*
 * The clock of time worked in the console: started and stopped by key, told in
 * the title bar, asked about after idling and by the next console.
 *
 * Turned red by: idle time that is thrown away from the question on instead of
 * from the last key, a question that stops by itself, a clock that the next
 * console forgets; a time that is corrected and deleted at once, entered anew;
 * a question that takes the keys of what is being typed.
 */
#include "tests/lib/console_test.h"

#include "db/core/op.h"
#include "db/records/ticket_times.h"

#define MINUTE US_PER_MINUTE

static void
tick(struct console_fixture *f)
{
	ui_notify(f->ui, NOTICE_TICK, 0);
	ui_status_changed(f->ui);
	console_fixture_settle(f);
}

/* What "operator" has running; false: nothing. */
static bool
running(struct console_fixture *f, struct ticket_time *w)
{
	struct err err = ERR_INIT;
	int rc;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	rc = time_running(f->desk.d, w, &err);
	assert_true(rc >= 0);
	return rc == 1;
}

static int64_t
begin(struct console_fixture *f)
{
	int64_t id = console_seed_ticket(
	    f, 20, "Avería en la línea", 3, 3, "Lucía Peña", "operator");

	f->app.idle_us = 5 * MINUTE;
	console_fixture_start(f, "operator", &scr_ticket, id);
	tick(f);
	return id;
}

static void
clock__by_key__runs_and_stops(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_time w;

	(void)begin(f);
	console_fixture_keys(f, "t");
	assert_true(running(f, &w));
	clock_fake_advance(4 * MINUTE);
	console_fixture_keys(f, "j");
	tick(f);
	golden_check(f->ui, "clock", "runs", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "clock", "runs", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "clock", "runs", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "t");
	assert_false(running(f, &w));
	tick(f);
	assert_false(console_fixture_shows(f, "#1 0:04"));
	assert_true(console_fixture_shows(f, "Time worked: 4 min"));
	console_fixture_keys(f, "u");
	assert_true(running(f, &w));
}

static void
clock__after_idling__throws_the_idle_part_away(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_time w;

	(void)begin(f);
	console_fixture_keys(f, "t");
	tick(f);
	clock_fake_advance(3 * MINUTE);
	console_fixture_keys(f, "j");
	tick(f);
	clock_fake_advance(6 * MINUTE);
	i18n_set_process(LANG_ES);
	tick(f);
	golden_check(f->ui, "clock", "asks", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "clock", "asks", LANG_ES, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "F10");
	golden_check(f->ui, "clock", "idle", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "clock", "idle", LANG_ES, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_EN);
	/* Nobody answers: nothing is decided. */
	clock_fake_advance(14 * MINUTE);
	tick(f);
	assert_true(running(f, &w));
	assert_true(w.idle_us == 0);
	console_fixture_keys(f, "F10 Down Enter");
	assert_true(running(f, &w));
	/* To what a machine takes between two lines of a test. */
	assert_true(w.idle_us / US_PER_MINUTE == 20);
	assert_true(w.idle_us < 21 * MINUTE);
	console_fixture_keys(f, "u");
	assert_true(running(f, &w));
	assert_true(w.idle_us == 0);
}

static void
clock__after_idling__stops_or_goes_on(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_time w;

	(void)begin(f);
	console_fixture_keys(f, "t");
	tick(f);
	clock_fake_advance(6 * MINUTE);
	tick(f);
	golden_check(f->ui, "clock", "asks", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "clock", "asks", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "gk");
	golden_check(f->ui, "clock", "idle", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "clock", "idle", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "clock", "idle", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Enter"); /* keep */
	assert_true(running(f, &w));
	assert_true(w.idle_us == 0);
	clock_fake_advance(4 * MINUTE);
	tick(f);
	assert_false(console_fixture_shows(f, "nobody here"));
	clock_fake_advance(2 * MINUTE);
	tick(f);
	assert_true(console_fixture_shows(f, "nobody here"));
	console_fixture_keys(f, "F10 Down Down Enter");
	assert_false(console_fixture_shows(f, "nobody here"));
	assert_false(running(f, &w));
	tick(f);
	assert_true(console_fixture_shows(f, "Time worked: 6 min"));
}

/* Turned red by a dialog that stands in the way of what is being typed. */
static void
clock__while_one_types__takes_no_key_but_its_own(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_time w;

	(void)begin(f);
	console_fixture_keys(f, "t");
	tick(f);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Dice que ");
	clock_fake_advance(6 * MINUTE);
	tick(f);
	assert_true(console_fixture_shows(f, "nobody here"));
	clock_fake_advance(US_PER_SECOND);
	/* "gk", Enter and the arrows are text and movement here. */
	console_fixture_type(f, "gk y");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "nada");
	assert_true(console_fixture_shows(f, "Dice que gk y"));
	assert_true(console_fixture_shows(f, "nada"));
	assert_true(console_fixture_shows(f, "nobody here"));
	/* Who came back worked: that is not thrown away. */
	tick(f);
	clock_fake_advance(2 * MINUTE);
	console_fixture_keys(f, "F10 Down Enter");
	assert_true(running(f, &w));
	assert_true(w.idle_us / MINUTE == 6);
	assert_true(console_fixture_shows(f, "Dice que gk y"));
	assert_false(console_fixture_shows(f, "nobody here"));
	console_fixture_keys(f, "F10");
	assert_true(console_fixture_shows(f, "No clock asks"));
}

/* It asks no more when it was stopped elsewhere. */
static void
clock__stopped_elsewhere__asks_no_more(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_time w;

	(void)begin(f);
	console_fixture_keys(f, "t");
	tick(f);
	clock_fake_advance(6 * MINUTE);
	tick(f);
	assert_true(console_fixture_shows(f, "nobody here"));
	assert_true(running(f, &w));
	assert_int_equal(time_stop(f->desk.d, w.id, 0, 0, 0, &err), 0);
	console_fixture_changed(f);
	tick(f);
	assert_false(console_fixture_shows(f, "nobody here"));
}

static void
clock__left_by_a_dead_console__is_asked_about(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_time w;
	int64_t id = begin(f);

	console_fixture_keys(f, "t");
	tick(f);
	clock_fake_advance(2 * MINUTE + MINUTE / 2);
	console_fixture_keys(f, "j");
	tick(f); /* is told now: this minute is not lost */
	console_fixture_settle(f);
	console_fixture_end(f);
	clock_fake_advance(12 * US_PER_HOUR);
	i18n_set_process(LANG_ES);
	console_fixture_start(f, "operator", &scr_ticket, id);
	tick(f);
	golden_check(f->ui, "clock", "waits", LANG_ES, 80, 24, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "F10");
	golden_check(f->ui, "clock", "left", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "clock", "left", LANG_ES, 40, 10, 0);
	i18n_set_process(LANG_EN);
	assert_true(running(f, &w));
	assert_true(w.idle_us == 0);
	console_fixture_keys(f, "Down Down Enter");
	assert_false(running(f, &w));
	tick(f);
	assert_true(console_fixture_shows(f, "Time worked: 2 min"));
}

static void
clock__begun_elsewhere__is_kept_or_stopped(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket_time w;
	int64_t ticket, id;

	ticket = console_seed_ticket(f, 20, "x", 3, 3, NULL, "operator");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(time_start(f->desk.d, ticket, &id, NULL, &err), 0);
	clock_fake_advance(US_PER_HOUR);
	f->app.idle_us = 0;
	console_fixture_start(f, "operator", &scr_ticket, ticket);
	tick(f);
	assert_true(console_fixture_shows(f, "has run since"));
	console_fixture_keys(f, "F10 Enter");
	assert_true(running(f, &w));
	assert_false(console_fixture_shows(f, "has run since"));
	clock_fake_advance(US_PER_HOUR);
	tick(f); /* 0: never asked */
	assert_false(console_fixture_shows(f, "nobody here"));
}

static void
time__by_hand__is_entered_and_corrected(void **state)
{
	struct console_fixture *f = *state;

	(void)begin(f);
	console_fixture_keys(f, "Y Enter");
	console_fixture_type(f, "soon");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "is no span of time"));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "1h 20m");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Time worked: 1 h 20 min"));
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Y Down");
	golden_check(f->ui, "clock", "entries", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "clock", "entries", LANG_ES, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Enter C-u");
	console_fixture_type(f, "90m");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Time worked: 1 h 30 min"));
	console_fixture_keys(f, "Y Down Enter C-u");
	console_fixture_type(f, "0");
	console_fixture_keys(f, "Enter");
	assert_false(console_fixture_shows(f, "Time worked:"));
	console_fixture_keys(f, "u u");
	assert_true(console_fixture_shows(f, "Time worked: 1 h 20 min"));
}

static void
time__gone_while_it_is_corrected__is_not_entered_anew(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_time *rows = NULL;
	struct err err = ERR_INIT;
	int64_t id = begin(f);
	size_t n = 0;

	console_fixture_keys(f, "Y Enter");
	console_fixture_type(f, "1h");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Y Down Enter C-u");
	console_fixture_type(f, "90m");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(ticket_times(f->desk.d, id, &rows, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(
	    time_delete(f->desk.d, rows[0].id, rows[0].version, &err), 0);
	free(rows);
	console_fixture_changed(f);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "gone meanwhile"));
	assert_false(console_fixture_shows(f, "Time worked:"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(clock__by_key__runs_and_stops),
	    SCREEN_TEST(clock__after_idling__throws_the_idle_part_away),
	    SCREEN_TEST(clock__after_idling__stops_or_goes_on),
	    SCREEN_TEST(clock__while_one_types__takes_no_key_but_its_own),
	    SCREEN_TEST(clock__stopped_elsewhere__asks_no_more),
	    SCREEN_TEST(clock__left_by_a_dead_console__is_asked_about),
	    SCREEN_TEST(clock__begun_elsewhere__is_kept_or_stopped),
	    SCREEN_TEST(time__by_hand__is_entered_and_corrected),
	    SCREEN_TEST(time__gone_while_it_is_corrected__is_not_entered_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
