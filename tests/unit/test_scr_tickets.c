/* The list of tickets: golden screens, paging, and late answers. */
#include "common/i18n.h"
#include "db/core/db.h"
#include "tests/lib/console_test.h"
#include "tui/widgets/w_tabs.h"

#include "db/records/tickets.h"

static void
full(struct console_fixture *f)
{
	console_seed_tickets(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
}

static void
tickets__empty__says_what_to_do(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	golden_check(f->ui, "tickets", "empty", LANG_ES, 80, 24, 0);
}

static void
tickets__full_page__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "j j j");
	golden_check(f->ui, "tickets", "full", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets", "full", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets", "full", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "tickets", "full", LANG_EN, 40, 10, 0);
}

static void
tickets__filter__stays_until_cleared(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "averia");
	golden_check(f->ui, "tickets", "filter", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter Esc");
	assert_true(console_fixture_shows(f, "Invoice missing"));
}

static void
tickets__filter_of_fields__narrows_and_says_what_is_wrong(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "prioridad>=4 -averia");
	golden_check(f->ui, "tickets", "fields", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets", "fields", LANG_EN, 40, 10, 0);
	console_fixture_type(f, " estado:abirto");
	golden_check(f->ui, "tickets", "fields-wrong", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets", "fields-wrong", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Enter Esc");
	assert_true(console_fixture_shows(f, "Invoice missing"));
}

static void
tickets__order__is_chosen_and_turned_around(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "O");
	golden_check(f->ui, "tickets", "order", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Down Down Enter");
	golden_check(f->ui, "tickets", "by-priority", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "G");
	console_fixture_keys(f, "gg");
	console_fixture_keys(f, "O Enter");
	golden_check(f->ui, "tickets", "by-priority-back", LANG_ES, 80, 24, 0);
}

/* Three are asked about, changed by one step, and given back by one. */
static void
tickets__marked__change_together(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "2");
	console_fixture_keys(f, "Space");
	assert_true(console_fixture_shows(f, "1 marcado · "));
	console_fixture_keys(f, "Space");
	golden_check(f->ui, "tickets", "marked", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets", "marked", LANG_ES, 40, 10, 0);
	golden_check(f->ui, "tickets", "marked", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets", "marked", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "t");
	console_fixture_type(f, "feria");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "2 tickets etiquetados: feria"));
	console_fixture_keys(f, "u");
	console_fixture_keys(f, "gg j j Space x");
	golden_check(f->ui, "tickets", "many-asked", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets", "many-asked", LANG_ES, 40, 10, 0);
	/* Who thinks twice need not mark them again. */
	console_fixture_keys(f, "n");
	assert_true(console_fixture_shows(f, "3 marked"));
	console_fixture_keys(f, "x y");
	assert_true(console_fixture_shows(f, "Moved 3 tickets to the trash"));
	assert_false(console_fixture_shows(f, "3 marked"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Undone: Moved 3 tickets"));
}

static void
tickets__nothing_found__says_so(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "zzzz");
	assert_true(console_fixture_shows(f, "Nothing matches"));
	console_fixture_keys(f, "Enter a s x");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
}

static void
tickets__trash__restores(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "2");
	console_fixture_keys(f, "x y");
	console_fixture_keys(f, "j x y");
	console_fixture_keys(f, "6");
	golden_check(f->ui, "tickets", "trash", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "o");
	console_fixture_keys(f, "o");
	assert_true(console_fixture_shows(f, "is out of the trash"));
	assert_true(console_fixture_shows(f, "No tickets here"));
}

static void
tickets__assign__offers_people_and_teams(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "2");
	console_fixture_keys(f, "a");
	golden_check(f->ui, "tickets", "assign", LANG_ES, 80, 24, 0);
	console_fixture_type(f, "mate");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "tickets", "assign-note", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_type(f, "she knows the router");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "1 gg");
	assert_true(console_fixture_shows(f, "is assigned"));
	assert_true(console_fixture_shows(f, "mate"));
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "she knows the router"));
}

static int64_t
notes_of(struct console_fixture *f, const char *text)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_int_equal(db_int(f->desk.d->db, &n,
			     "SELECT count(*) FROM ticket_comments"
			     " WHERE kind = 1 AND body = $1",
			     BINDS(b_text(text)), &err),
	    0);
	return n;
}

static void
tickets__assign_many__notes_each(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "2");
	console_fixture_keys(f, "Space Space a");
	console_fixture_type(f, "mate");
	console_fixture_keys(f, "Enter");
	assert_int_equal(notes_of(f, "holidays"), 0);
	console_fixture_type(f, "holidays");
	console_fixture_keys(f, "Enter");
	assert_int_equal(notes_of(f, "holidays"), 2);
}

static void
tickets__state__waits_with_a_reason(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "2");
	console_fixture_keys(f, "s");
	golden_check(f->ui, "tickets", "state", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Down Enter");
	console_fixture_type(f, "a spare part");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "gg Enter");
	assert_true(console_fixture_shows(f, "Waiting for: a spare part"));
}

static void
tickets__new__checks_and_shows_the_priority(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "n C-s");
	golden_check(f->ui, "tickets", "new-error", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "C-s");
	golden_check(f->ui, "tickets", "new-error", LANG_EN, 40, 10, 0);
	console_fixture_type(f, "Router sin luz");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "No enciende");
	console_fixture_keys(f, "Tab Tab Tab Right Right Tab 4");
	golden_check(f->ui, "tickets", "new", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_true(console_fixture_shows(f, "Router sin luz"));
	assert_true(console_fixture_shows(f, "5 urgent"));
}

static void
tickets__form_left__keeps_a_draft_or_throws_it_away(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "n Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Router");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "No enciende");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Esc");
	golden_check(f->ui, "tickets", "new-left", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc Esc");
	golden_check(f->ui, "tickets", "new-left", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Router"));
	console_fixture_keys(f, "Esc Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	console_fixture_keys(f, "n");
	assert_true(console_fixture_shows(f, "Router"));
	assert_true(console_fixture_shows(f, "No enciende"));
	console_fixture_keys(f, "Esc Down Enter");
	console_fixture_keys(f, "n");
	assert_false(console_fixture_shows(f, "Router"));
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
}

static void
tickets__selected_row_gone__takes_a_neighbour(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ids[3];

	for (int i = 0; i < 3; i++)
		ids[i] = console_seed_ticket(f, 30 - i,
		    i == 0   ? "first"
		    : i == 1 ? "second"
			     : "third",
		    3, 3, NULL, "operator");
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "j");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_delete(f->desk.d, ids[1], 0, &err), 0);
	console_fixture_changed(f);
	assert_false(console_fixture_shows(f, "second"));
	console_fixture_keys(f, "Enter");
	assert_int_equal(ui_top(f->ui)->id, ids[0]);
}

static void
tickets__long_list__is_walked_to_both_ends(void **state)
{
	struct console_fixture *f = *state;
	char subject[32];

	for (int i = 0; i < 300; i++) {
		str_format(subject, sizeof(subject), "subject %d", i);
		console_seed_ticket(f, 400 - i, subject, 3, 3, NULL, NULL);
	}
	console_fixture_start(f, "operator", &scr_tickets, 0);
	assert_true(console_fixture_shows(f, "subject 299"));
	console_fixture_keys(f, "G");
	assert_true(console_fixture_shows(f, "subject 0"));
	for (int i = 0; i < 20; i++)
		console_fixture_keys(f, "PageUp");
	assert_true(console_fixture_shows(f, "subject 299"));
	for (int i = 0; i < 20; i++)
		console_fixture_keys(f, "PageDown");
	assert_true(console_fixture_shows(f, "subject 0"));
	console_fixture_keys(f, "gg");
	assert_true(console_fixture_shows(f, "subject 299"));
}

static void
tickets__late_answers__show_the_view_that_is_chosen(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	model_delay_answers(f->app.model, 300);
	golden_keys(f->ui, "5 6 2 j j");
	ui_paint(f->ui, f->grid);
	golden_keys(f->ui, "3 1 Enter a 2 x");
	console_fixture_settle(f);
	model_delay_answers(f->app.model, 0);
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	assert_true(console_fixture_shows(f, "operator"));
	assert_false(console_fixture_shows(f, "mate"));
}

static void
tickets__answer_for_another_view__is_dropped(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	model_delay_answers(f->app.model, 100);
	golden_keys(f->ui, "5");
	ui_paint(f->ui, f->grid);
	uv_run(&f->app.loop, UV_RUN_ONCE); /* from the worker, held back */
	model_delay_answers(f->app.model, 600);
	golden_keys(f->ui, "6");
	ui_paint(f->ui, f->grid);
	while (model_pending(f->app.model) > 1)
		uv_run(&f->app.loop, UV_RUN_ONCE);
	assert_false(console_fixture_shows(f, "Invoice missing"));
	console_fixture_settle(f);
	model_delay_answers(f->app.model, 0);
	assert_true(console_fixture_shows(f, "No tickets here"));
}

/* More than is asked with: said, and not waited for. */
static void
tickets__filter_too_long__says_so(void **state)
{
	struct console_fixture *f = *state;
	char words[1002];

	memset(words, 'x', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	full(f);
	console_fixture_keys(f, "/");
	console_fixture_type(f, words);
	assert_true(console_fixture_shows(f, "The filter is too long"));
	assert_false(scr_tickets.state(ui_top(f->ui)) & STATE_READING);
	console_fixture_keys(f, "Backspace");
	assert_false(console_fixture_shows(f, "The filter is too long"));
	console_fixture_keys(f, "C-u");
	assert_true(scr_tickets.state(ui_top(f->ui)) & NEED_TICKET);
}

static void
rename_tickets(struct console_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(f->desk.d->db, "rename_tickets", &err), 0);
	assert_int_equal(db_script(f->desk.d->db, sql, &err), 0);
	assert_int_equal(db_commit(f->desk.d->db, &err), 0);
}

/* An answer that is an error is one: nothing is read any more. */
static void
tickets__error__is_no_reading(void **state)
{
	SQLITE_ONLY("a server waits until nobody reads the table");

	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	rename_tickets(f, "ALTER TABLE tickets RENAME TO elsewhere");
	console_fixture_keys(f, "Tab");
	assert_false(scr_tickets.state(ui_top(f->ui)) & STATE_READING);
	assert_false(console_fixture_shows(f, "Reading"));
	assert_false(f->timed_out);
	rename_tickets(f, "ALTER TABLE elsewhere RENAME TO tickets");
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "No tickets here"));
}

static void
tickets__auditor__may_only_look(void **state)
{
	struct console_fixture *f = *state;

	console_seed_ticket(f, 5, "one", 3, 3, NULL, NULL);
	console_fixture_start(f, "auditor", &scr_tickets, 0);
	console_fixture_keys(f, "n");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	console_fixture_keys(f, "x");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	assert_true(console_fixture_shows(f, "Your role may not do this"));
}

static void
tickets__of_somebody_else__says_who_has_it(void **state)
{
	struct console_fixture *f = *state;

	console_seed_ticket(f, 5, "one", 3, 3, NULL, "mate");
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	assert_true(console_fixture_shows(f, "has it: ask that it be handed"));
}

/* A click on a view shows it; where there is one name only, the next. */
static void
tickets__click_on_the_views__shows_them(void **state)
{
	static const struct w_tab narrow[] = {
	    {"One view", 1, false}, {"Another", 2, false}};
	struct console_fixture *f = *state;

	full(f);
	assert_true(console_fixture_click(f, "6 Trash"));
	assert_true(console_fixture_shows(f, "No tickets here"));
	assert_true(console_fixture_click(f, "5 All"));
	assert_false(console_fixture_shows(f, "No tickets here"));
	assert_int_equal(w_tabs_at(16, narrow, 2, 1, "", 1), 0);
	assert_int_equal(w_tabs_at(16, narrow, 2, 1, "", 15), -1);
	assert_int_equal(w_tabs_at(16, narrow, 2, 1, "", 0), -1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(tickets__empty__says_what_to_do),
	    SCREEN_TEST(tickets__full_page__in_every_size),
	    SCREEN_TEST(tickets__filter__stays_until_cleared),
	    SCREEN_TEST(
		tickets__filter_of_fields__narrows_and_says_what_is_wrong),
	    SCREEN_TEST(tickets__order__is_chosen_and_turned_around),
	    SCREEN_TEST(tickets__marked__change_together),
	    SCREEN_TEST(tickets__nothing_found__says_so),
	    SCREEN_TEST(tickets__trash__restores),
	    SCREEN_TEST(tickets__assign__offers_people_and_teams),
	    SCREEN_TEST(tickets__assign_many__notes_each),
	    SCREEN_TEST(tickets__state__waits_with_a_reason),
	    SCREEN_TEST(tickets__new__checks_and_shows_the_priority),
	    SCREEN_TEST(tickets__form_left__keeps_a_draft_or_throws_it_away),
	    SCREEN_TEST(tickets__selected_row_gone__takes_a_neighbour),
	    SCREEN_TEST(tickets__long_list__is_walked_to_both_ends),
	    SCREEN_TEST(tickets__late_answers__show_the_view_that_is_chosen),
	    SCREEN_TEST(tickets__answer_for_another_view__is_dropped),
	    SCREEN_TEST(tickets__filter_too_long__says_so),
	    SCREEN_TEST(tickets__error__is_no_reading),
	    SCREEN_TEST(tickets__auditor__may_only_look),
	    SCREEN_TEST(tickets__of_somebody_else__says_who_has_it),
	    SCREEN_TEST(tickets__click_on_the_views__shows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
