#include "tui/term/canvas.h"

#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
expect_text(const struct canvas_grid *g, const char *want)
{
	struct str got;

	str_init(&got);
	canvas_dump_text(g, &got);
	assert_string_equal(got.s, want);
	str_free(&got);
}

static void
canvas__text__is_cut_by_cells_with_an_ellipsis(void **state)
{
	struct canvas_grid *g = canvas_grid_new(10, 3, 0);
	struct canvas c = canvas_all(g);

	(void)state;
	assert_int_equal(
	    canvas_text(&c, 0, 0, -1, ROLE_NORMAL, "0123456789"), 10);
	assert_int_equal(
	    canvas_text(&c, 0, 1, -1, ROLE_NORMAL, "01234567890"), 10);
	assert_int_equal(
	    canvas_text(&c, 0, 2, 6, ROLE_NORMAL, "日本語チケット"), 5);
	expect_text(g, "0123456789\n012345678…\n日本…\n");
	canvas_grid_free(&g);
}

static void
canvas__wide_cells__never_stand_in_half(void **state)
{
	struct canvas_grid *g = canvas_grid_new(6, 1, 0);
	struct canvas c = canvas_all(g);

	(void)state;
	canvas_text(&c, 0, 0, -1, ROLE_NORMAL, "日本語");
	canvas_char(&c, 1, 0, ROLE_NORMAL, 'x');
	expect_text(g, " x本語\n");
	canvas_char(&c, 2, 0, ROLE_NORMAL, 'y');
	expect_text(g, " xy 語\n");
	canvas_text(&c, 3, 0, 2, ROLE_NORMAL, "字");
	expect_text(g, " xy字\n");
	canvas_grid_free(&g);
}

static void
canvas__sub__clips_everything(void **state)
{
	struct canvas_grid *g = canvas_grid_new(8, 4, 0);
	struct canvas c = canvas_all(g), s = canvas_sub(&c, 2, 1, 4, 2);

	(void)state;
	canvas_text(&s, 0, 0, -1, ROLE_NORMAL, "abcdefgh");
	canvas_text(&s, 0, 5, -1, ROLE_NORMAL, "below");
	canvas_text(&s, 9, 0, -1, ROLE_NORMAL, "right");
	canvas_hline(&s, -3, 1, 90, ROLE_NORMAL);
	s = canvas_sub(&c, 7, 3, 50, 50);
	assert_int_equal(s.w, 1);
	assert_int_equal(s.h, 1);
	s = canvas_sub(&c, 50, 50, 5, 5);
	canvas_clear(&s, ROLE_ERROR);
	expect_text(g, "\n  abc…\n  ────\n\n");
	canvas_grid_free(&g);
}

static void
canvas__outside__never_lets_control_bytes_in(void **state)
{
	struct canvas_grid *g = canvas_grid_new(40, 1, 0);
	struct canvas c = canvas_all(g);
	const char *bad = "a\033[31mb\r\n\tc\xe2\x80\xae"
			  "d\xff\x9b";

	(void)state;
	canvas_outside(&c, 0, 0, -1, ROLE_NORMAL, bad, strlen(bad));
	assert_int_equal(canvas_grid_cell(g, 1, 0)->cp[0], 0x241b);
	for (int x = 0; x < 40; x++) {
		const struct canvas_cell *cell = canvas_grid_cell(g, x, 0);

		assert_true(cell->cp[0] == 0 || cell->cp[0] >= 0x20);
		assert_false(cell->cp[0] >= 0x7f && cell->cp[0] < 0xa0);
		assert_false(cell->cp[0] == 0x202e);
	}
	canvas_grid_free(&g);
}

static void
canvas__wrong_door__shows_what_was_refused(void **state)
{
	struct canvas_grid *g = canvas_grid_new(20, 2, 0);
	struct canvas c = canvas_all(g);
	const char *bad = "a\033b\xc2\x9b"
			  "c\xe2\x80\xae"
			  "d\xe2\x80\x8b"
			  "e";

	(void)state;
	canvas_text(&c, 0, 0, -1, ROLE_NORMAL, bad);
	expect_text(g, "a\xef\xbf\xbd"
		       "b\xef\xbf\xbd"
		       "c\xef\xbf\xbd"
		       "d\xef\xbf\xbd"
		       "e\n\n");
	assert_int_equal(canvas_cells(bad, strlen(bad)), 9);
	canvas_grid_free(&g);
}

static void
canvas__clusters__keep_marks_and_fit_two_cells(void **state)
{
	struct canvas_grid *g = canvas_grid_new(12, 2, 0);
	struct canvas c = canvas_all(g);
	const char *family = "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"
			     "\xe2\x80\x8d\xf0\x9f\x91\xa7|";

	(void)state;
	assert_int_equal(
	    canvas_text(&c, 0, 0, -1, ROLE_NORMAL, "e\xcc\x81|"), 2);
	assert_int_equal(canvas_text(&c, 0, 1, -1, ROLE_NORMAL, family), 3);
	assert_int_equal(canvas_grid_cell(g, 0, 0)->cp[1], 0x301);
	assert_int_equal(canvas_grid_cell(g, 0, 1)->cells, 2);
	assert_int_equal(canvas_grid_cell(g, 2, 1)->cp[0], '|');
	assert_int_equal(canvas_cells(family, strlen(family)), 3);
	canvas_grid_free(&g);
}

static void
canvas__field__aligns(void **state)
{
	struct canvas_grid *g = canvas_grid_new(9, 4, 0);
	struct canvas c = canvas_all(g);

	(void)state;
	canvas_field(&c, 0, 0, 8, ALIGN_RIGHT, ROLE_NORMAL, "ñu", true);
	canvas_field(&c, 0, 1, 8, ALIGN_CENTRE, ROLE_NORMAL, "ñu", true);
	canvas_field(&c, 0, 2, 4, ALIGN_RIGHT, ROLE_NORMAL, "abcdef", true);
	expect_text(g, "      ñu\n   ñu\nabc…\n\n");
	canvas_grid_free(&g);
}

static void
canvas__box__has_ascii_and_plain_forms(void **state)
{
	struct canvas_grid *g = canvas_grid_new(10, 3, 0);
	struct canvas c = canvas_all(g), in;

	(void)state;
	in = canvas_box(&c, ROLE_BORDER, "Note", ROLE_TITLE);
	assert_int_equal(in.w, 8);
	expect_text(g, "┌ Note ──┐\n│        │\n└────────┘\n");
	canvas_grid_free(&g);
	g = canvas_grid_new(10, 3, CANVAS_ASCII);
	c = canvas_all(g);
	canvas_box(&c, ROLE_BORDER, "Note", ROLE_TITLE);
	expect_text(g, "+ Note --+\n|        |\n+--------+\n");
	canvas_grid_free(&g);
	g = canvas_grid_new(10, 3, CANVAS_PLAIN);
	c = canvas_all(g);
	in = canvas_box(&c, ROLE_BORDER, "Note", ROLE_TITLE);
	assert_int_equal(in.h, 2);
	expect_text(g, "Note\n\n\n");
	canvas_grid_free(&g);
}

static void
canvas__any_size__draws_without_harm(void **state)
{
	(void)state;
	for (int w = 1; w < 8; w++) {
		struct canvas_grid *g = canvas_grid_new(w, w % 3 + 1, 0);
		struct canvas c = canvas_all(g);
		struct canvas in =
		    canvas_box(&c, ROLE_BORDER, "日本語", ROLE_TITLE);

		canvas_text(&in, 0, 0, -1, ROLE_NORMAL, "日本語");
		canvas_field(
		    &c, -2, 0, w, ALIGN_CENTRE, ROLE_NORMAL, "日本語", false);
		canvas_text(&c, -1, 0, -1, ROLE_NORMAL, "日本語");
		canvas_grid_free(&g);
	}
}

static void
theme__every_role__has_a_letter_of_its_own(void **state)
{
	(void)state;
	for (int a = 0; a < ROLE_COUNT; a++) {
		assert_true(theme_letter((enum role)a) > ' ');
		assert_non_null(theme_role_name((enum role)a));
		for (int b = 0; b < a; b++)
			assert_true(theme_letter((enum role)a) !=
				    theme_letter((enum role)b));
	}
}

static void
theme__monochrome__tells_what_matters_apart(void **state)
{
	static const enum role loud[] = {ROLE_SELECTED, ROLE_UNREAD,
	    ROLE_DANGER, ROLE_ERROR, ROLE_WARNING, ROLE_NOTE_BORDER, ROLE_FIELD,
	    ROLE_TITLE};

	(void)state;
	for (size_t i = 0; i < sizeof loud / sizeof loud[0]; i++)
		assert_true(theme_style(THEME_MONO, loud[i])->attrs != 0);
	assert_true(theme_style(THEME_MONO, ROLE_NOTE_BORDER)->attrs !=
		    theme_style(THEME_MONO, ROLE_REPLY_BORDER)->attrs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(canvas__text__is_cut_by_cells_with_an_ellipsis),
	    cmocka_unit_test(canvas__wide_cells__never_stand_in_half),
	    cmocka_unit_test(canvas__sub__clips_everything),
	    cmocka_unit_test(canvas__outside__never_lets_control_bytes_in),
	    cmocka_unit_test(canvas__wrong_door__shows_what_was_refused),
	    cmocka_unit_test(canvas__clusters__keep_marks_and_fit_two_cells),
	    cmocka_unit_test(canvas__field__aligns),
	    cmocka_unit_test(canvas__box__has_ascii_and_plain_forms),
	    cmocka_unit_test(canvas__any_size__draws_without_harm),
	    cmocka_unit_test(theme__every_role__has_a_letter_of_its_own),
	    cmocka_unit_test(theme__monochrome__tells_what_matters_apart),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
