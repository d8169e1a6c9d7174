#include "tests/lib/demo.h"
#include "tests/lib/golden.h"

#include "common/clock.h"
#include "common/utf8.h"
#include "tui/screens/dialogs.h"
#include "tui/widgets/w_bar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct app app;
	struct ui *ui;
	struct canvas_grid *grid;
};

static int
set_up(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof f);
	f.app.rows = 1000;
	f.ui = demo_ui(&f.app);
	f.grid = canvas_grid_new(80, 24, 0);
	ui_paint(f.ui, f.grid);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	ui_free(&f->ui);
	canvas_grid_free(&f->grid);
	i18n_set_process(LANG_EN);
	return 0;
}

static bool
shows(struct fixture *f, const char *text)
{
	struct str out;
	bool found;

	str_init(&out);
	ui_paint(f->ui, f->grid);
	canvas_dump_text(f->grid, &out);
	found = strstr(out.s, text) != NULL;
	str_free(&out);
	return found;
}

static void
screen__dispatch__runs_commands_by_key_and_name(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	golden_keys(f->ui, "n");
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_form_ops);
	golden_keys(f->ui, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_list_ops);
	assert_int_equal(ui_run(f->ui, "demo.edit", &err), 0);
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_editor_ops);
	assert_int_equal(ui_run(f->ui, "demo.none", &err), OD_ENOTFOUND);
}

static void
screen__dispatch__refuses_with_the_reason(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "x");
	assert_true(shows(f, "Your role may not do this: Audit"));
	f->app.read_only = true;
	golden_keys(f->ui, "n");
	assert_true(shows(f, "The desk is open read-only"));
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_list_ops);
	assert_int_equal(f->app.bells, 2);
	f->app.rows = 0;
	ui_notify(f->ui, NOTICE_DATA, 0);
	assert_true(shows(f, "No rows yet"));
	golden_keys(f->ui, "d");
	assert_true(shows(f, "Select a row first"));
}

static void
screen__sequence__waits_and_esc_drops_it(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "G");
	assert_true(shows(f, " 1000 "));
	golden_keys(f->ui, "g Esc");
	assert_int_equal(f->app.bells, 0);
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_list_ops);
	golden_keys(f->ui, "gg");
	assert_true(shows(f, "     1 "));
	golden_keys(f->ui, "g n");
	assert_int_equal(f->app.bells, 1);
}

static void
screen__open_again__raises_instead_of_doubling(void **state)
{
	struct fixture *f = *state;
	uint64_t serial;

	ui_push(f->ui, &demo_form_ops, 0, NULL, NULL);
	serial = ui_top(f->ui)->serial;
	ui_push(f->ui, &demo_editor_ops, 0, NULL, NULL);
	ui_push(f->ui, &demo_form_ops, 0, NULL, NULL);
	assert_int_equal(ui_top(f->ui)->serial, serial);
	assert_null(ui_screen(f->ui, 3));
	ui_push(f->ui, &demo_form_ops, 7, NULL, NULL);
	assert_true(ui_top(f->ui)->serial != serial);
}

static void
screen__confirm__says_no_by_default(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "d Enter");
	assert_int_equal(f->app.deleted, 0);
	golden_keys(f->ui, "d Esc");
	assert_int_equal(f->app.deleted, 0);
	golden_keys(f->ui, "d Right Enter");
	assert_int_equal(f->app.deleted, 1);
	golden_keys(f->ui, "j d y");
	assert_int_equal(f->app.deleted, 2);
}

static void
screen__typed_confirm__needs_the_word(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "D Enter");
	golden_type(f->ui, "delet");
	golden_keys(f->ui, "Enter");
	assert_int_equal(f->app.deleted, 0);
	golden_type(f->ui, "e");
	golden_keys(f->ui, "Enter");
	assert_int_equal(f->app.deleted, 1);
}

static void
screen__result__is_dropped_when_the_parent_is_gone(void **state)
{
	struct fixture *f = *state;
	struct screen *confirm, *list = ui_top(f->ui);

	ui_push(f->ui, &demo_form_ops, 0, NULL, NULL);
	ui_finish(f->ui, ui_top(f->ui), NULL);
	golden_keys(f->ui, "d");
	confirm = ui_top(f->ui);
	ui_push(f->ui, &demo_editor_ops, 0, NULL, NULL);
	ui_finish(f->ui, list, NULL);
	ui_finish(f->ui, confirm, &(struct screen_result){true, 1, NULL});
	assert_int_equal(f->app.deleted, 0);
}

static void
screen__prompt__checks_before_it_answers(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "z Enter");
	assert_true(shows(f, "cannot be empty"));
	golden_type(f->ui, "5000");
	golden_keys(f->ui, "Enter");
	assert_true(shows(f, "a number from 1 to 999"));
	golden_keys(f->ui, "C-u");
	golden_type(f->ui, "50");
	golden_keys(f->ui, "Enter");
	assert_string_equal(f->app.answer, "50");
}

static void
screen__prompt__shows_all_that_is_asked(void **state)
{
	static const struct prompt_args args = {.title = "Ask",
	    .label = "Which light stands out, and how it is: steady, blinking,"
		     " which colour, since when"};
	struct fixture *f = *state;

	prompt_push(f->ui, ui_top(f->ui), &args, NULL, 0);
	assert_true(shows(f, "since when"));
	ui_resize(f->ui, 40, 10);
	assert_true(shows(f, "since when"));
	golden_keys(f->ui, "Enter");
	assert_true(shows(f, "cannot be empty"));
	ui_resize(f->ui, 20, 5);
	assert_true(shows(f, "Which light"));
}

static void
screen__chooser__filters_while_typing(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "a Enter");
	assert_int_equal(f->app.chosen, 12);
	golden_keys(f->ui, "a");
	golden_type(f->ui, "nunez");
	golden_keys(f->ui, "Enter");
	assert_int_equal(f->app.chosen, 13);
	golden_keys(f->ui, "a Down Down Esc");
	assert_int_equal(f->app.chosen, 13);
}

static void
screen__chooser__keeps_open_when_esc_clears_the_filter(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "a");
	golden_type(f->ui, "qqq");
	assert_true(shows(f, "Esc clears the filter"));
	golden_keys(f->ui, "Esc");
	assert_string_equal(ui_top(f->ui)->ops->name, "chooser");
	assert_false(shows(f, "Esc clears the filter"));
	golden_keys(f->ui, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_list_ops);
}

static unsigned
note_chosen(struct ui *ui, struct screen *s, const struct screen_result *result,
    int64_t context)
{
	(void)ui, (void)s;
	*(int64_t *)(uintptr_t)context = result->id;
	return REACT_REDRAW;
}

static void
screen__chooser__name_comes_before_the_same_in_a_detail(void **state)
{
	static const struct chooser_item items[] = {
	    {1, "Ana", "Support", false}, {2, "Support", "team", false}};
	struct chooser_args args = {.title = "To", .items = items, .count = 2};
	struct fixture *f = *state;
	int64_t chosen = 0;

	chooser_push(f->ui, ui_top(f->ui), &args, note_chosen,
	    (int64_t)(uintptr_t)&chosen);
	golden_type(f->ui, "support");
	golden_keys(f->ui, "Enter");
	assert_int_equal(chosen, 2);
}

static void
screen__bar__names_only_keys_that_work_now(void **state)
{
	struct fixture *f = *state;

	assert_true(shows(f, "? Help  : Commands"));
	golden_keys(f->ui, "a");
	assert_true(shows(f, "Enter Accept  Esc Back"));
	assert_false(shows(f, "? Help"));
	assert_false(shows(f, ": Commands"));
	golden_keys(f->ui, "Esc e");
	assert_true(shows(f, "Esc Back  C-k Commands"));
	assert_false(shows(f, "? Help"));
	golden_keys(f->ui, "Esc /");
	assert_true(shows(f, "Esc Back  C-k Commands"));
	assert_false(shows(f, "n New ticket"));
}

static void
screen__filter_key__says_where_it_does_nothing(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "d /");
	assert_true(shows(f, "There is nothing to filter or search here"));
}

static void
screen__help__indents_what_does_not_fit_a_row(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "?");
	assert_true(shows(f, "\342\224\202               (screen.close)"));
}

static void
screen__palette__runs_what_was_found(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "C-k");
	golden_type(f->ui, "new tick");
	golden_keys(f->ui, "Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_form_ops);
	golden_keys(f->ui, "C-k Esc Esc :");
	golden_type(f->ui, "demo.edit");
	golden_keys(f->ui, "Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_editor_ops);
}

static void
screen__help__lists_every_key_of_the_tables(void **state)
{
	struct fixture *f = *state;
	const char *context, *keys, *command;

	golden_keys(f->ui, "?");
	canvas_grid_free(&f->grid);
	f->grid = canvas_grid_new(80, 90, 0);
	ui_resize(f->ui, 80, 90);
	for (size_t i = 0;
	     keymap_entry(ui_keymap(f->ui), i, &context, &keys, &command); i++)
		assert_true(shows(f, command) || !str_equal(context, "demo"));
	golden_keys(f->ui, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &demo_list_ops);
}

static void
screen__quit__comes_from_the_last_screen_only(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "e Esc");
	assert_int_equal(f->app.quits, 0);
	golden_keys(f->ui, "Esc");
	assert_int_equal(f->app.quits, 0);
	golden_keys(f->ui, "q");
	assert_int_equal(f->app.quits, 1);
	assert_true(ui_wants_quit(f->ui));
}

static void
screen__toast__stays_for_two_seconds_and_goes_after_ten(void **state)
{
	struct fixture *f = *state;

	ui_toast(f->ui, TOAST_ERROR, "It failed: %s", "\033[2Jx");
	golden_keys(f->ui, "j");
	assert_true(shows(f, "It failed: "));
	clock_fake_advance(3 * US_PER_SECOND);
	golden_keys(f->ui, "j");
	assert_false(ui_is_dirty(f->ui) && shows(f, "It failed"));
	ui_toast(f->ui, TOAST_INFO, "Noted");
	clock_fake_advance(11 * US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	ui_paint(f->ui, f->grid);
	assert_int_equal(canvas_grid_cell(f->grid, 1, 23)->cp[0], 'n');
}

/* Red when shows_toast() in screen_paint.c forgets what was opened since. */
static void
screen__toast__gives_its_row_to_a_dialog_opened_since(void **state)
{
	struct fixture *f = *state;

	ui_toast(f->ui, TOAST_INFO, "Noted");
	assert_true(shows(f, "Noted"));
	golden_keys(f->ui, "?");
	assert_false(shows(f, "Noted"));
	assert_true(shows(f, "Esc Back"));
	ui_toast(f->ui, TOAST_INFO, "Told later");
	assert_true(shows(f, "Told later"));
	golden_keys(f->ui, "Esc");
	assert_true(shows(f, "Told later"));
}

/* Red when w_text_input() takes no notice of NAV_MARK. */
static void
screen__help__pages_by_space_and_says_where_it_is(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "?");
	assert_true(shows(f, " Keys  1-20/"));
	assert_true(shows(f, "PageDown Page down  Esc Back  / Search"));
	golden_keys(f->ui, "Space");
	assert_true(shows(f, " Keys  20-39/"));
	golden_keys(f->ui, "/");
	golden_type(f->ui, "quit");
	assert_true(shows(f, "C-n Next match  C-p Match before"));
}

/* Red when keep_whole() in w_bar.c cuts wherever the room ends. */
static void
screen__narrow_title__leaves_out_whole_parts(void **state)
{
	struct canvas_grid *grid = canvas_grid_new(40, 10, 0);
	struct canvas all = canvas_all(grid);
	struct str out = STR_INIT;

	(void)state;
	w_bar_title(&all, 0, "Tickets  Acme", "6 unread  3 without owner", true);
	canvas_dump_text(grid, &out);
	assert_non_null(strstr(out.s, "Tickets  Acme"));
	assert_non_null(strstr(out.s, " 6 unread\n"));
	str_free(&out);
	canvas_grid_free(&grid);
}

static void
screen__paste__is_text_and_never_a_command(void **state)
{
	struct fixture *f = *state;

	ui_paste(f->ui, "dyq", 3, false);
	assert_int_equal(f->app.deleted, 0);
	assert_int_equal(f->app.quits, 0);
	assert_true(shows(f, "can be pasted"));
	golden_keys(f->ui, "e");
	ui_paste(f->ui, "dyq\nq", 5, false);
	assert_true(shows(f, "5 bytes"));
	ui_paste(f->ui, "dyq\nq", 5, true);
	assert_true(shows(f, "Only the first 0 KiB of what you pasted"));
}

static void
screen__any_size__paints(void **state)
{
	struct fixture *f = *state;

	for (int w = 1; w < 120; w += 7) {
		for (int h = 1; h < 40; h += 5) {
			struct canvas_grid *g = canvas_grid_new(w, h, 0);

			golden_keys(f->ui, "j");
			ui_paint(f->ui, g);
			golden_keys(f->ui, "d");
			ui_paint(f->ui, g);
			golden_keys(f->ui, "Esc n Tab Tab");
			ui_paint(f->ui, g);
			golden_keys(f->ui, "Esc C-k");
			ui_paint(f->ui, g);
			golden_keys(f->ui, "Esc ?");
			ui_paint(f->ui, g);
			golden_keys(f->ui, "Esc");
			canvas_grid_free(&g);
		}
	}
}

static void
screen__late_answers__lose_no_movement(void **state)
{
	struct fixture *f = *state;

	f->app.late = true;
	golden_keys(f->ui, "G");
	ui_paint(f->ui, f->grid);
	golden_keys(f->ui, "k k");
	demo_answer(f->ui);
	golden_keys(f->ui, "d y");
	assert_int_equal(f->app.deleted, 998);
}

static void
golden__list(void **state)
{
	struct fixture *f = *state;

	golden_check(f->ui, "demo", "list", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "demo", "list", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "demo", "list", LANG_EN, 40, 10, 0);
	golden_check(f->ui, "demo", "list", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "demo", "list", LANG_ES, 80, 24, GOLDEN_PLAIN);
	golden_keys(f->ui, "j Space Space /");
	golden_type(f->ui, "red");
	golden_check(f->ui, "demo", "list-filter", LANG_ES, 80, 24, 0);
	golden_type(f->ui, "zzz");
	golden_check(f->ui, "demo", "list-nothing", LANG_ES, 80, 24, 0);
}

static void
golden__form(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "n Tab Right Tab");
	golden_type(f->ui, "Sin conexión desde ayer, y con una línea que no "
			   "cabe en el ancho del campo del texto de muestra");
	golden_keys(f->ui, "Tab x C-s");
	golden_check(f->ui, "demo", "form", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "demo", "form", LANG_EN, 40, 10, 0);
}

static void
golden__dialogs(void **state)
{
	struct fixture *f = *state;

	golden_keys(f->ui, "d");
	golden_check(f->ui, "demo", "confirm", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "demo", "confirm", LANG_EN, 40, 10, 0);
	golden_check(f->ui, "demo", "confirm", LANG_EN, 80, 24, GOLDEN_PLAIN);
	golden_keys(f->ui, "Esc a Down");
	golden_check(f->ui, "demo", "chooser", LANG_ES, 80, 24, 0);
	golden_keys(f->ui, "Esc C-k");
	golden_type(f->ui, "ti");
	golden_check(f->ui, "demo", "palette", LANG_EN, 80, 24, 0);
	golden_keys(f->ui, "Esc Esc ?");
	golden_check(f->ui, "demo", "help", LANG_EN, 80, 24, 0);
	golden_keys(f->ui, "Esc e");
	golden_type(f->ui, "Hola Lucía, ya estamos en ello: 日本語");
	golden_check(f->ui, "demo", "editor", LANG_ES, 80, 24, 0);
}

#define WITH_UI(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_UI(screen__dispatch__runs_commands_by_key_and_name),
	    WITH_UI(screen__dispatch__refuses_with_the_reason),
	    WITH_UI(screen__sequence__waits_and_esc_drops_it),
	    WITH_UI(screen__open_again__raises_instead_of_doubling),
	    WITH_UI(screen__confirm__says_no_by_default),
	    WITH_UI(screen__typed_confirm__needs_the_word),
	    WITH_UI(screen__result__is_dropped_when_the_parent_is_gone),
	    WITH_UI(screen__prompt__checks_before_it_answers),
	    WITH_UI(screen__prompt__shows_all_that_is_asked),
	    WITH_UI(screen__chooser__filters_while_typing),
	    WITH_UI(screen__chooser__keeps_open_when_esc_clears_the_filter),
	    WITH_UI(screen__chooser__name_comes_before_the_same_in_a_detail),
	    WITH_UI(screen__bar__names_only_keys_that_work_now),
	    WITH_UI(screen__filter_key__says_where_it_does_nothing),
	    WITH_UI(screen__help__indents_what_does_not_fit_a_row),
	    WITH_UI(screen__palette__runs_what_was_found),
	    WITH_UI(screen__help__lists_every_key_of_the_tables),
	    WITH_UI(screen__quit__comes_from_the_last_screen_only),
	    WITH_UI(screen__toast__stays_for_two_seconds_and_goes_after_ten),
	    WITH_UI(screen__toast__gives_its_row_to_a_dialog_opened_since),
	    WITH_UI(screen__narrow_title__leaves_out_whole_parts),
	    WITH_UI(screen__help__pages_by_space_and_says_where_it_is),
	    WITH_UI(screen__paste__is_text_and_never_a_command),
	    WITH_UI(screen__any_size__paints),
	    WITH_UI(screen__late_answers__lose_no_movement),
	    WITH_UI(golden__list),
	    WITH_UI(golden__form),
	    WITH_UI(golden__dialogs),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
