/*
 * What the clocks of tickets say on the screens: the countdown of the list,
 * tickets that sleep, the clocks on the card.
 *
 * Turned red by: a list that keeps what sleeps, a tick that draws nothing.
 */
#include "common/i18n.h"
#include "db/records/ticket_sleep.h"
#include "db/records/tickets.h"
#include "tests/lib/console_test.h"
#include "tui/screens/scr_gate.h"

#define NOW 1795171320000000 /* Friday 2026-11-20 11:42 in Madrid */

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%s", err->text);
}

/* A ticket of "operator"'s, minutes before NOW. */
static int64_t
made(struct console_fixture *f, int minutes, const char *subject, int level)
{
	int64_t id = console_seed_ticket(f,
	    minutes + (int)((CONSOLE_FIXTURE_NOW - NOW) / US_PER_MINUTE),
	    subject, level, level, "Lucía Peña", "operator");

	clock_fake_wall(NOW);
	return id;
}

static void
waits(struct console_fixture *f, int64_t id, int64_t until)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	must(ticket_set_state(
		 f->desk.d, id, 0, TICKET_WAITING, "una placa", until, &err),
	    &err);
}

static void
sleeps(struct console_fixture *f, int64_t id, int64_t until)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	must(ticket_snooze(f->desk.d, id, 0, until, until == 0, &err), &err);
}

/* One in each state, as a desk has them on a Friday before noon. */
static void
fill(struct console_fixture *f)
{
	made(f, 75, "Sin servidor de correo", 5);
	made(f, 13, "Monitor sin imagen", 5);
	made(f, 50, "Impresora atascada", 4);
	made(f, 20, "No llega el fax", 3);
	made(f, 200, "Teclado con eñe", 1);
	waits(f, made(f, 40, "Falta una placa", 4), 0);
	sleeps(f, made(f, 9, "Renovar el contrato", 3), NOW + 3 * US_PER_DAY);
	sleeps(f, made(f, 8, "Espera noticias", 1), 0);
}

static void
list__of_promises__counts_down(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "2 O Down Down Down Enter gg");
	golden_check(f->ui, "tickets", "breaks", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets", "breaks", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets", "breaks", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "tickets", "breaks", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "tickets", "breaks", LANG_EN, 40, 10, 0);
}

static void
list__of_what_sleeps__is_asked_for_by_name(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	assert_false(console_fixture_shows(f, "Renovar"));
	console_fixture_keys(f, "5");
	assert_true(console_fixture_shows(f, "Renovar"));
	console_fixture_keys(f, "2 /");
	console_fixture_type(f, "es:pospuesto");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "tickets", "asleep", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets", "asleep", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets", "asleep", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "tickets", "asleep", LANG_EN, 40, 10, 0);
}

/* The time alone changes what is shown; nothing is asked of the desk. */
static void
list__at_a_tick__counts_on_by_itself(void **state)
{
	struct console_fixture *f = *state;

	made(f, 13, "Monitor sin imagen", 5);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	assert_true(console_fixture_shows(f, "!2 min"));
	ui_notify(f->ui, NOTICE_TICK, 0);
	ui_paint(f->ui, f->grid);
	clock_fake_wall(NOW + 90 * US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_true(ui_wants_frame(f->ui));
	assert_false(ui_is_stale(f->ui));
	assert_int_equal(model_pending(f->app.model), 0);
	console_fixture_settle(f);
	assert_true(console_fixture_shows(f, "!0 min"));
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_false(ui_wants_frame(f->ui));
	clock_fake_wall(NOW + 2 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_true(console_fixture_shows(f, "X-0 min"));
}

/* ---- the card ---- */

static void
shows(struct console_fixture *f, const char *text)
{
	if (!console_fixture_shows(f, text))
		fail_msg("\"%s\" is not shown", text);
}

static void
card__of_promises__says_when_they_break_and_why_not(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = made(f, 50, "Impresora atascada", 4);

	console_fixture_start(f, "operator", &scr_ticket, id);
	golden_check(f->ui, "ticket", "clocks", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "clocks", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "ticket", "clocks", LANG_EN, 40, 10, 0);
	clock_fake_wall(NOW + 11 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	assert_true(ui_wants_frame(f->ui));
	assert_false(ui_is_stale(f->ui));
	console_fixture_settle(f);
	shows(f, "X-1 min (11:52)");
	waits(f, id, NOW + US_PER_DAY);
	console_fixture_changed(f);
	clock_fake_wall(NOW + US_PER_HOUR);
	console_fixture_changed(f);
	golden_check(f->ui, "ticket", "clocks-still", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "clocks-still", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "clocks-still", LANG_ES, 40, 10, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "E");
	golden_check(f->ui, "ticket", "explain", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc E");
	golden_check(f->ui, "ticket", "explain", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "ticket", "explain", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

/* What is understood is told with every letter; undo wakes it again. */
static void
card__sleep__tells_the_moment_while_it_is_typed(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = made(f, 5, "Renovar el contrato", 3);

	console_fixture_start(f, "operator", &scr_ticket, id);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "z");
	golden_check(f->ui, "ticket", "sleep", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc z Enter");
	shows(f, "This field cannot be empty");
	console_fixture_type(f, "mañana 9");
	shows(f, "= Saturday 21/11 09:00 (21 h)");
	golden_check(f->ui, "ticket", "sleep-told", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "sleep-told", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "lunez");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "sleep-wrong", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "sleep-wrong", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "lunes o respuesta");
	shows(f, "= Monday 23/11 09:00 (69 h), or a reply");
	console_fixture_keys(f, "Enter");
	shows(f, "sleeps until Monday 23/11 09:00 or until the customer");
	golden_check(f->ui, "ticket", "asleep", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "asleep", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "z");
	shows(f, "It sleeps until Monday");
	console_fixture_keys(f, "Enter");
	shows(f, "is awake");
	console_fixture_keys(f, "u");
	shows(f, "Sleeps: until Monday 23/11 09:00");
	console_fixture_keys(f, "u");
	shows(f, "Undone: Put ticket 1 to sleep");
	assert_false(console_fixture_shows(f, "Sleeps:"));
	console_fixture_keys(f, "Z");
	shows(f, "does not sleep");
}

static void
card__wait__asks_why_and_until_when(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = made(f, 5, "Falta una placa", 4);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "W");
	shows(f, "The ticket does not wait");
	console_fixture_keys(f, "w");
	console_fixture_type(f, "una placa nueva");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "wait", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc w");
	console_fixture_type(f, "una placa nueva");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "ticket", "wait", LANG_EN, 40, 10, 0);
	console_fixture_type(f, "2 semanas");
	console_fixture_keys(f, "Enter");
	shows(f, "waits until Friday 04/12 11:42");
	shows(f, "una placa nueva, since 11:42, until 04/12 11:42");
	shows(f, "‖ 55 min left");
	console_fixture_keys(f, "W");
	shows(f, "its clocks run again");
	shows(f, "55 min (12:37)");
	console_fixture_keys(f, "u");
	shows(f, "Waiting for: una placa nueva");
	console_fixture_keys(f, "u");
	assert_false(console_fixture_shows(f, "Waiting for:"));
	console_fixture_keys(f, "w Enter Enter");
	shows(f, "no reason was given");
	console_fixture_keys(f, "w Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

/* The list has the same keys, about the row under the cursor. */
static void
list__sleep__takes_the_row_away(void **state)
{
	struct console_fixture *f = *state;

	made(f, 50, "Impresora atascada", 4);
	made(f, 5, "Renovar el contrato", 3);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "z");
	console_fixture_type(f, "respuesta");
	console_fixture_keys(f, "Enter");
	shows(f, "sleeps until the customer says something");
	assert_false(console_fixture_shows(f, "Renovar"));
	shows(f, "Impresora");
	console_fixture_keys(f, "u");
	shows(f, "Renovar");
	console_fixture_keys(f, "E");
	shows(f, "Promises of ticket");
}

/* Marked ones by one step, back by one. */
static void
list__sleep_and_wait__of_marked_ones(void **state)
{
	struct console_fixture *f = *state;

	made(f, 50, "Impresora atascada", 4);
	made(f, 5, "Renovar el contrato", 3);
	made(f, 4, "Falta una placa", 3);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "Space Space z");
	shows(f, "Sleep: 2 tickets");
	console_fixture_type(f, "1h");
	console_fixture_keys(f, "Enter");
	shows(f, "Put 2 tickets to sleep; u takes it back");
	assert_false(console_fixture_shows(f, "Renovar"));
	console_fixture_keys(f, "u gg Space Space Space w");
	console_fixture_type(f, "piezas");
	console_fixture_keys(f, "Enter Enter");
	shows(f, "3 tickets are changed at once");
	console_fixture_keys(f, "y");
	shows(f, "Set 3 tickets to waiting");
	shows(f, "‖ waits");
	console_fixture_keys(f, "u");
	assert_false(console_fixture_shows(f, "‖ waits"));
}

/* ---- notices, and my day ---- */

/* What the daemon does when the time has come. */
static void
sweep(struct console_fixture *f, int64_t now_us)
{
	struct ticket_sweep done;
	struct err err = ERR_INIT;

	clock_fake_wall(now_us);
	desk_act_as_system(f->desk.d, f->desk.demo.id);
	must(ticket_sweep(f->desk.d, &done, &err), &err);
	ui_status_changed(f->ui);
	console_fixture_changed(f);
	console_fixture_settle(f);
}

static void
notice__of_my_ticket__is_a_line_on_any_screen(void **state)
{
	struct console_fixture *f = *state;

	made(f, 5, "Impresora atascada", 4);
	sleeps(
	    f, made(f, 5, "Renovar el contrato", 1), NOW + 50 * US_PER_MINUTE);
	console_seed_ticket(f,
	    5 + (int)((CONSOLE_FIXTURE_NOW - NOW) / US_PER_MINUTE), "ajeno", 4,
	    4, NULL, "mate");
	clock_fake_wall(NOW);
	console_fixture_start(f, "operator", &scr_inbox, 0);
	ui_status_changed(f->ui);
	console_fixture_settle(f);
	sweep(f, NOW + 30 * US_PER_MINUTE);
	assert_false(console_fixture_shows(f, "Ticket"));
	i18n_set_process(LANG_ES);
	sweep(f, NOW + 45 * US_PER_MINUTE);
	golden_check(f->ui, "notice", "soon", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "notice", "soon", LANG_EN, 40, 10, 0);
	shows(f, "Primera respuesta vence en 10 min: Impresora");
	i18n_set_process(LANG_EN);
	clock_fake_advance(20 * US_PER_SECOND);
	sweep(f, NOW + 50 * US_PER_MINUTE);
	shows(f, "Ticket 2 is awake: Renovar el contrato");
	sweep(f, NOW + 57 * US_PER_MINUTE);
	shows(f, "Ticket 1: First response broke 2 min ago");
	assert_false(console_fixture_shows(f, "ajeno"));
	clock_fake_advance(20 * US_PER_SECOND);
	waits(f, made(f, 5, "Falta una placa", 1), NOW + US_PER_HOUR);
	sweep(f, NOW + US_PER_HOUR);
	shows(f, "Ticket 4 waited until now");
}

static void
notice__while_locked__says_nothing_of_it(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;

	made(f, 5, "Impresora atascada", 4);
	console_fixture_start(f, "operator", &scr_inbox, 0);
	ui_status_changed(f->ui);
	console_fixture_settle(f);
	must(gate_push(f->ui, GATE_LOCK, NULL, &err), &err);
	sweep(f, NOW + 45 * US_PER_MINUTE);
	assert_false(console_fixture_shows(f, "Impresora"));
}

static void
my_day__of_what_breaks__begins_with_the_first(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	golden_check(f->ui, "desk", "breaks", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "desk", "breaks", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "desk", "breaks", LANG_EN, 40, 10, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(list__of_promises__counts_down),
	    SCREEN_TEST(list__of_what_sleeps__is_asked_for_by_name),
	    SCREEN_TEST(list__at_a_tick__counts_on_by_itself),
	    SCREEN_TEST(card__of_promises__says_when_they_break_and_why_not),
	    SCREEN_TEST(card__sleep__tells_the_moment_while_it_is_typed),
	    SCREEN_TEST(card__wait__asks_why_and_until_when),
	    SCREEN_TEST(list__sleep__takes_the_row_away),
	    SCREEN_TEST(list__sleep_and_wait__of_marked_ones),
	    SCREEN_TEST(notice__of_my_ticket__is_a_line_on_any_screen),
	    SCREEN_TEST(notice__while_locked__says_nothing_of_it),
	    SCREEN_TEST(my_day__of_what_breaks__begins_with_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
