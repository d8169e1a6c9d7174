/*
 * Saved views, columns and the preview of the list of tickets: golden screens
 * and what the keys do.
 *
 * Turned red by: a number key that leaves the filter of the view before, a
 * view that is kept without its columns, a removed one that stays open.
 */
#include "common/i18n.h"
#include "db/records/ticket_form.h"
#include "db/records/tickets.h"
#include "db/records/views.h"
#include "tests/lib/console_test.h"
#include "tui/model/model_views.h"
#include "tui/widgets/w_tabs.h"

static int64_t
save(struct console_fixture *f, const char *login, const char *name,
    const char *filter, int slot, bool everybody)
{
	struct view_new in = {.name = name,
	    .filter = filter,
	    .ordering = "-created",
	    .columns = "number,subject,tags,age",
	    .slot = slot};
	struct err err = ERR_INIT;
	int64_t id = 0;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, login);
	if (!everybody)
		in.operator_id = f->desk.d->actor.id;
	assert_int_equal(view_new(f->desk.d, &in, &id, &err), 0);
	return id;
}

static void
full(struct console_fixture *f)
{
	console_seed_tickets(f);
	(void)save(f, "admin", "Facturas", "factura", 8, true);
	(void)save(f, "operator", "Urgentes", "prioridad>=4", 7, false);
	console_fixture_start(f, "operator", &scr_tickets, 0);
}

static void
golden(struct console_fixture *f, const char *name)
{
	golden_check(f->ui, "tickets-views", name, LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets-views", name, LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets-views", name, LANG_ES, 40, 10, 0);
	golden_check(f->ui, "tickets-views", name, LANG_EN, 40, 10, 0);
	golden_check(
	    f->ui, "tickets-views", name, LANG_ES, 80, 24, GOLDEN_MONO);
}

/* A dialog speaks the language in which it was opened. */
static void
golden_dialog(struct console_fixture *f, const char *name, const char *open,
    const char *text)
{
	static const enum lang langs[] = {LANG_EN, LANG_ES};

	for (size_t i = 0; i < 2; i++) {
		i18n_set_process(langs[i]);
		console_fixture_keys(f, open);
		console_fixture_type(f, text);
		golden_check(f->ui, "tickets-views", name, langs[i], 80, 24, 0);
		golden_check(f->ui, "tickets-views", name, langs[i], 40, 10, 0);
		if (langs[i] == LANG_ES)
			golden_check(f->ui, "tickets-views", name, langs[i], 80,
			    24, GOLDEN_MONO);
		console_fixture_keys(f, "Esc");
	}
	i18n_set_process(LANG_EN);
}

static void
views__number_keys__open_them(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	golden(f, "line");
	console_fixture_keys(f, "7");
	golden(f, "saved");
	console_fixture_keys(f, "8");
	assert_true(console_fixture_shows(f, "factura"));
	assert_false(console_fixture_shows(f, "prioridad"));
	console_fixture_keys(f, "1");
	assert_false(console_fixture_shows(f, "/factura"));
	assert_true(console_fixture_shows(f, "Status"));
	console_fixture_keys(f, "9");
	assert_true(console_fixture_shows(f, "No view has the number 9"));
	console_fixture_keys(f, "Tab Tab Tab Tab Tab Tab");
	assert_true(console_fixture_shows(f, "/prioridad>=4"));
	console_fixture_keys(f, "S-Tab");
	assert_false(console_fixture_shows(f, "/prioridad>=4"));
	golden_dialog(f, "choose", "V", "");
	console_fixture_keys(f, "V");
	console_fixture_type(f, "urg");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "/prioridad>=4"));
}

/* What is shown is kept, and is shown again by its key. */
static void
views__saved_from_the_list__keep_filter_order_and_columns(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "2 /");
	console_fixture_type(f, "averia");
	console_fixture_keys(f, "Enter O Down Enter");
	golden_dialog(f, "columns", "C", "");
	console_fixture_keys(f, "C Down Space Left Enter");
	golden_dialog(f, "name", "K", "Averías");
	console_fixture_keys(f, "K");
	console_fixture_type(f, "Averías mías");
	console_fixture_keys(f, "Enter");
	golden(f, "made");
	console_fixture_keys(f, "1");
	assert_false(console_fixture_shows(f, "averia"));
	console_fixture_keys(f, "9");
	assert_true(console_fixture_shows(f, "/is:mine averia"));
	console_fixture_keys(f, "u");
	console_fixture_keys(f, "1 9");
	assert_true(console_fixture_shows(f, "No view has the number 9"));
}

static void
views__open_one__is_changed_and_removed(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "7 /");
	console_fixture_type(f, " -vip");
	console_fixture_keys(f, "Enter");
	golden_dialog(f, "deeds", "K", "");
	console_fixture_keys(f, "K Enter");
	console_fixture_keys(f, "1 7");
	assert_true(console_fixture_shows(f, "/prioridad>=4 -vip"));
	golden_dialog(f, "key", "K Down Down Enter", "");
	console_fixture_keys(f, "K Down Down Enter");
	console_fixture_type(f, "2");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "1 2");
	assert_true(console_fixture_shows(f, "/prioridad>=4 -vip"));
	console_fixture_keys(f, "K Down Down Down Enter");
	console_fixture_type(f, " ya");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "2 Urgentes ya"));
	console_fixture_keys(f, "K Down Down Down Down Enter");
	assert_true(console_fixture_shows(f, "is removed"));
	assert_true(console_fixture_shows(f, "2 Mine"));
	assert_false(console_fixture_shows(f, "2 Urgen"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "2 Urgen"));
}

/* Everybody's can be used, not changed. */
static void
views__of_everybody__are_saved_as_ones_own(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "8 K");
	assert_false(console_fixture_shows(f, "Remove it"));
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "Mine too");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "9 Mine too"));
}

/* Who may make them for others says whose; V says it of each. */
static void
views__of_team_and_everybody__are_saved_and_listed(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_tickets, 0);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "vip");
	console_fixture_keys(f, "Enter K");
	console_fixture_type(f, "Del equipo");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "My team's"));
	assert_false(console_fixture_shows(f, "Everybody's"));
	console_fixture_keys(f, "Down Enter");
	assert_true(console_fixture_shows(f, "V lists it"));
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	golden_dialog(f, "whose-list", "V", "");
	console_fixture_keys(f, "V");
	console_fixture_type(f, "del equipo");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "/vip"));
	console_fixture_end(f);
	console_fixture_start(f, "admin", &scr_tickets, 0);
	console_fixture_keys(f, "K");
	console_fixture_type(f, "De todos");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "tickets-views", "whose", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tickets-views", "whose", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "K");
	console_fixture_type(f, "De todos");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "tickets-views", "whose", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tickets-views", "whose", LANG_ES, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Down Down Enter");
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "V");
	assert_true(console_fixture_shows(f, "De todos"));
}

static void
columns__of_the_list__are_kept_for_the_next_time(void **state)
{
	struct console_fixture *f = *state;

	full(f);
	console_fixture_keys(f, "C Down Space Space G Up Up Space Enter");
	assert_true(console_fixture_shows(f, "Changed"));
	console_fixture_keys(f, "7");
	assert_false(console_fixture_shows(f, "Changed"));
	console_fixture_keys(f, "1");
	assert_true(console_fixture_shows(f, "Changed"));
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "2");
	assert_true(console_fixture_shows(f, "Changed"));
	console_fixture_keys(f, "C gg Space Space Space Space Space Space");
	console_fixture_keys(f, "Space Enter");
	assert_true(console_fixture_shows(f, "shows 1 to 12 columns"));
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Changed"));
}

static void
category__of_the_list__is_called_as_it_was_declared(void **state)
{
	struct console_fixture *f = *state;
	struct change c = {"category", b_text("tel")};
	struct err err = ERR_INIT;
	int64_t id, category;

	id = console_seed_ticket(f, 30, "Sin línea", 4, 4, NULL, NULL);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, NULL);
	assert_int_equal(ticket_category_new(f->desk.d, "tel", "Telefonía fija",
			     0, &category, &err),
	    0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, &c, 1, &err), 0);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	assert_false(console_fixture_shows(f, "Telefonía fija"));
	console_fixture_keys(f, "P");
	assert_true(console_fixture_shows(f, "Telefonía fija"));
}

/* A ticket with a reply and a note, above another one with neither. */
static void
talked_about(struct console_fixture *f)
{
	int64_t id, comment;
	struct err err = ERR_INIT;

	console_seed_ticket(f, 60, "Sin papel", 2, 2, NULL, NULL);
	id = console_seed_ticket(
	    f, 30, "La impresora no enciende", 4, 4, "Lucía Peña", "operator");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    ticket_comment(f->desk.d, id, COMMENT_REPLY,
		"Pruebe con otro enchufe,\npor favor.", &comment, &err),
	    0);
	assert_int_equal(ticket_comment(f->desk.d, id, COMMENT_NOTE,
			     "Pedir fuente nueva \033[31m", &comment, &err),
	    0);
}

static void
preview__of_the_selected_ticket__is_read_along(void **state)
{
	struct console_fixture *f = *state;

	talked_about(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "P");
	assert_true(console_fixture_shows(f, "Pedir fuente nueva"));
	golden(f, "preview");
	golden_check(f->ui, "tickets-views", "preview", LANG_ES, 120, 30, 0);
	golden_check(f->ui, "tickets-views", "preview", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "j");
	assert_false(console_fixture_shows(f, "Pedir fuente nueva"));
	console_fixture_keys(f, "k");
	assert_true(console_fixture_shows(f, "Pedir fuente nueva"));
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "gg");
	assert_true(console_fixture_shows(f, "Pedir fuente nueva"));
	console_fixture_keys(f, "P");
	assert_false(console_fixture_shows(f, "Pedir fuente nueva"));
}

/* What arrives late is of the ticket that is selected then; news are read. */
static void
preview__late_answers_and_news__show_what_is_selected(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t comment;

	talked_about(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "P j");
	model_delay_answers(f->app.model, 300);
	golden_keys(f->ui, "k j k j");
	ui_paint(f->ui, f->grid);
	console_fixture_settle(f);
	model_delay_answers(f->app.model, 0);
	assert_false(console_fixture_shows(f, "Pedir fuente nueva"));
	assert_true(console_fixture_shows(f, "#1  Sin papel"));
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_by_number(f->desk.d, 1, &t, &err), 0);
	assert_int_equal(ticket_comment(f->desk.d, t.id, COMMENT_NOTE,
			     "Hay en el armario", &comment, &err),
	    0);
	ticket_clear(&t);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "Hay en el armario"));
}

/* Red when range() in w_tabs.c leaves no blank before what stands there. */
static void
tabs__many_names__do_not_touch_the_count(void **state)
{
	static const struct w_tab tabs[] = {{"Activos", 1, false},
	    {"Míos", 2, false}, {"Sin dueño", 3, false}, {"Equipo", 4, false},
	    {"Todos", 5, false}, {"Papelera", 6, false},
	    {"Corre prisa", 7, false}, {"Esperan algo", 8, false}};
	struct canvas_grid *grid = canvas_grid_new(80, 2, 0);
	struct canvas all = canvas_all(grid);
	struct str out = STR_INIT;

	(void)state;
	w_tabs_draw(&all, 0, tabs, 8, 0, "2412");
	canvas_dump_text(grid, &out);
	assert_non_null(strstr(out.s, " 2412\n"));
	str_free(&out);
	canvas_grid_free(&grid);
}

/* Where they do not fit: closer, then cut, then those around the open one. */
static void
tabs__more_than_fit__are_shown_around_the_current_one(void **state)
{
	static const struct w_tab tabs[] = {{"First one", 1, false},
	    {"Second one", 2, false}, {"Third one", 3, false},
	    {"Fourth one", 4, false}, {"Fifth one", 5, false},
	    {"Sixth one", 6, false}, {"Seventh one", 7, false}};

	(void)state;
	assert_int_equal(w_tabs_at(200, tabs, 7, 6, "", 0), -1);
	assert_int_equal(w_tabs_at(200, tabs, 7, 6, "", 1), 0);
	assert_int_equal(w_tabs_at(82, tabs, 6, 5, "", 0), -1);
	assert_int_equal(w_tabs_at(81, tabs, 6, 5, "", 0), 0);
	assert_int_equal(w_tabs_at(81, tabs, 6, 5, "", 11), 0);
	assert_int_equal(w_tabs_at(81, tabs, 6, 5, "", 12), 1);
	assert_int_equal(w_tabs_at(60, tabs, 7, 0, "", 1), 0);
	assert_int_equal(w_tabs_at(60, tabs, 7, 6, "", 1), 2);
	assert_int_equal(w_tabs_at(60, tabs, 7, 6, "", 0), -1);
	assert_int_equal(w_tabs_at(40, tabs, 7, 6, "", 1), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tabs__many_names__do_not_touch_the_count),
	    SCREEN_TEST(views__number_keys__open_them),
	    SCREEN_TEST(
		views__saved_from_the_list__keep_filter_order_and_columns),
	    SCREEN_TEST(views__open_one__is_changed_and_removed),
	    SCREEN_TEST(views__of_everybody__are_saved_as_ones_own),
	    SCREEN_TEST(views__of_team_and_everybody__are_saved_and_listed),
	    SCREEN_TEST(columns__of_the_list__are_kept_for_the_next_time),
	    SCREEN_TEST(category__of_the_list__is_called_as_it_was_declared),
	    SCREEN_TEST(preview__of_the_selected_ticket__is_read_along),
	    SCREEN_TEST(preview__late_answers_and_news__show_what_is_selected),
	    cmocka_unit_test(
		tabs__more_than_fit__are_shown_around_the_current_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
