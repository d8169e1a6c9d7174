#include "tui/widgets/w_editor.h"
#include "tui/widgets/w_line.h"

#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/widgets/textpos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum w_event event;

static unsigned
nav(struct w_editor *e, enum nav what)
{
	struct input in = {{0, KC_NONE, 0}, what};

	return w_editor_input(e, &in, &event);
}

static void
type(struct w_editor *e, const char *text)
{
	size_t n = strlen(text), at = 0;

	while (at < n) {
		struct input in = {{0, KC_CHAR, 0}, NAV_NONE};

		at += utf8_decode(text + at, n - at, &in.key.cp);
		if (in.key.cp == '\n')
			in.nav = NAV_OPEN;
		w_editor_input(e, &in, &event);
	}
}

static void
wrap__rows__break_at_blanks_and_inside_long_words(void **state)
{
	const char *s = "uno dos tres";
	size_t next;

	(void)state;
	assert_int_equal(wrap_row(s, 12, 8, &next), 7);
	assert_int_equal(next, 8);
	assert_int_equal(wrap_row("abcdefghij", 10, 4, &next), 4);
	assert_int_equal(next, 4);
	assert_int_equal(wrap_row("日本語", 9, 5, &next), 6);
	assert_int_equal(wrap_row("a\nb", 3, 5, &next), 1);
	assert_int_equal(next, 2);
	assert_int_equal(wrap_count("", 0, 5), 1);
	assert_int_equal(wrap_count("a\n", 2, 5), 2);
	assert_int_equal(wrap_count(s, 12, 8), 2);
	assert_int_equal(wrap_row("日", 3, 1, &next), 3);
	/* Two blanks at the edge: the second one takes no room. */
	assert_int_equal(wrap_row("abcd  ef", 8, 4, &next), 4);
	assert_int_equal(next, 6);
}

/* The rows that are kept are those of the whole text, whatever is done. */
static void
must_be_wrapped(const struct w_editor *e)
{
	struct text_rows all = {.w = 0};

	text_rows_set(&all, e->text.s, e->text.len, e->w);
	assert_int_equal(e->rows.count, all.count);
	assert_memory_equal(e->rows.at, all.at, all.count * sizeof(all.at[0]));
	assert_int_equal(wrap_count(e->text.s, e->text.len, e->w), all.count);
	text_rows_free(&all);
}

static void
editor__changes_of_all_kinds__leave_the_right_rows(void **state)
{
	static const char *const pieces[] = {"a", " ", "\n", "uno dos tres ",
	    "日本語", "abcdefghijklmnop", "\n\n", "x\ny\nz"};
	struct w_editor e;
	unsigned seed = 1;

	(void)state;
	w_editor_init(&e);
	w_editor_layout(&e, 7, 5);
	must_be_wrapped(&e);
	for (int i = 0; i < 4000; i++) {
		seed = seed * 1103515245 + 12345;
		w_editor_go(&e, (seed >> 8) % (e.text.len + 1));
		while (e.at < e.text.len && (e.text.s[e.at] & 0xc0) == 0x80)
			e.at++;
		switch ((seed >> 4) % 9) {
		case 0:
			nav(&e, NAV_UNDO);
			break;
		case 1:
			nav(&e, NAV_REDO);
			break;
		case 2:
			nav(&e, NAV_BACKSPACE);
			break;
		case 3:
			nav(&e, NAV_DELETE_LINE);
			break;
		case 4:
			nav(&e, NAV_DELETE_WORD);
			break;
		default:
			w_editor_insert(&e, pieces[(seed >> 16) % 8],
			    strlen(pieces[(seed >> 16) % 8]));
			break;
		}
		must_be_wrapped(&e);
	}
	w_editor_layout(&e, 20, 5);
	must_be_wrapped(&e);
	w_editor_free(&e);
}

static void
editor__lines__are_found_and_gone_to(void **state)
{
	struct w_editor e;
	size_t at = 99;

	(void)state;
	w_editor_init(&e);
	w_editor_set(&e, "a\nbb bb\n\nc\nd\ne\nf\ng", 18);
	w_editor_layout(&e, 3, 3);
	assert_int_equal(w_editor_line_at(&e, 1), 0);
	assert_int_equal(w_editor_line_at(&e, 2), 2);
	assert_int_equal(w_editor_line_at(&e, 4), 9);
	assert_int_equal(w_editor_line_at(&e, 99), 17);
	assert_int_equal(w_editor_line(&e, 0), 1);
	assert_int_equal(w_editor_line(&e, 2), 2);
	assert_int_equal(w_editor_line(&e, e.text.len), 8);
	w_editor_go(&e, 2);
	assert_true(w_editor_shown(&e, 0, &at));
	assert_int_equal(at, 0);
	assert_true(w_editor_shown(&e, 2, &at));
	assert_int_equal(at, 5);
	w_editor_free(&e);
}

static void
editor__typing__inserts_at_the_cursor(void **state)
{
	struct w_editor e;

	(void)state;
	w_editor_init(&e);
	type(&e, "holañ\n日本");
	nav(&e, NAV_LEFT);
	type(&e, "x");
	assert_string_equal(w_editor_text(&e, NULL), "holañ\n日x本");
	nav(&e, NAV_UP);
	nav(&e, NAV_END);
	nav(&e, NAV_BACKSPACE);
	assert_string_equal(w_editor_text(&e, NULL), "hola\n日x本");
	nav(&e, NAV_DELETE);
	assert_string_equal(w_editor_text(&e, NULL), "hola日x本");
	w_editor_free(&e);
}

static void
editor__clusters__go_as_one(void **state)
{
	struct w_editor e;

	(void)state;
	w_editor_init(&e);
	type(&e, "ae\xcc\x81"
		 "b");
	nav(&e, NAV_LEFT);
	nav(&e, NAV_BACKSPACE);
	assert_string_equal(w_editor_text(&e, NULL), "ab");
	w_editor_free(&e);
}

static void
editor__undo__takes_back_runs_and_redoes(void **state)
{
	struct w_editor e;

	(void)state;
	w_editor_init(&e);
	type(&e, "uno dos");
	nav(&e, NAV_DELETE_WORD);
	assert_string_equal(w_editor_text(&e, NULL), "uno ");
	nav(&e, NAV_UNDO);
	assert_string_equal(w_editor_text(&e, NULL), "uno dos");
	nav(&e, NAV_UNDO);
	assert_string_equal(w_editor_text(&e, NULL), "");
	assert_int_equal(nav(&e, NAV_UNDO), REACT_BEEP);
	nav(&e, NAV_REDO);
	nav(&e, NAV_REDO);
	assert_string_equal(w_editor_text(&e, NULL), "uno ");
	type(&e, "x");
	assert_int_equal(nav(&e, NAV_REDO), REACT_BEEP);
	nav(&e, NAV_UNDO);
	nav(&e, NAV_UNDO);
	type(&e, "x");
	nav(&e, NAV_UNDO);
	nav(&e, NAV_UNDO);
	assert_string_equal(w_editor_text(&e, NULL), "");
	for (int i = 0; i < 300; i++) {
		type(&e, "y");
		nav(&e, NAV_LEFT);
	}
	while (nav(&e, NAV_UNDO) != REACT_BEEP)
		;
	w_editor_free(&e);
}

static void
editor__limit__keeps_what_was_and_what_fits(void **state)
{
	struct w_editor e;
	char *big = xmalloc(W_EDITOR_MAX + 2);

	(void)state;
	memset(big, 'a', W_EDITOR_MAX + 1);
	big[W_EDITOR_MAX + 1] = '\0';
	w_editor_init(&e);
	assert_int_equal(w_editor_paste(&e, big, W_EDITOR_MAX + 1, &event),
	    REACT_REDRAW | REACT_CUT);
	assert_int_equal(e.text.len, W_EDITOR_MAX);
	assert_int_equal(
	    w_editor_paste(&e, big, 1, &event), REACT_BEEP | REACT_CUT);
	type(&e, "b");
	assert_int_equal(e.text.len, W_EDITOR_MAX);
	w_editor_free(&e);
	free(big);
}

static void
editor__paste__is_gated(void **state)
{
	struct w_editor e;

	(void)state;
	w_editor_init(&e);
	w_editor_paste(&e, "a\033[31m\r\nb\xff", 10, &event);
	assert_null(strchr(w_editor_text(&e, NULL), 27));
	assert_null(strchr(w_editor_text(&e, NULL), '\r'));
	assert_non_null(strstr(w_editor_text(&e, NULL), "m\nb"));
	w_editor_free(&e);
}

static void
editor__up_and_down__keep_the_column(void **state)
{
	struct w_editor e;

	(void)state;
	w_editor_init(&e);
	w_editor_layout(&e, 20, 5);
	type(&e, "uno dos tres\nx\ncuatro cinco");
	nav(&e, NAV_UP);
	nav(&e, NAV_UP);
	type(&e, "!");
	assert_string_equal(
	    w_editor_text(&e, NULL), "uno dos tres!\nx\ncuatro cinco");
	assert_int_equal(nav(&e, NAV_UP), REACT_NONE);
	w_editor_free(&e);
}

static void
editor__replace__fills_a_placeholder(void **state)
{
	struct w_editor e;

	(void)state;
	w_editor_init(&e);
	w_editor_set(&e, "Hola {nombre}, buenas", 21);
	w_editor_replace(&e, 5, 8, "Lucía");
	assert_string_equal(w_editor_text(&e, NULL), "Hola Lucía, buenas");
	nav(&e, NAV_UNDO);
	assert_string_equal(w_editor_text(&e, NULL), "Hola {nombre}, buenas");
	w_editor_free(&e);
}

static void
editor__draw__shows_the_cursor_wherever_it_is(void **state)
{
	struct w_editor e;
	struct canvas_grid *g = canvas_grid_new(10, 3, 0);
	struct canvas c = canvas_all(g);
	int x, y;

	(void)state;
	w_editor_init(&e);
	w_editor_layout(&e, 10, 3);
	type(&e, "uno dos tres cuatro cinco seis\n\nfin");
	w_editor_draw(&e, &c, ROLE_NORMAL, true);
	assert_true(canvas_grid_cursor(g, &x, &y));
	assert_int_equal(x, 3);
	assert_int_equal(y, 2);
	nav(&e, NAV_PAGE_UP);
	nav(&e, NAV_PAGE_UP);
	w_editor_draw(&e, &c, ROLE_NORMAL, true);
	assert_true(canvas_grid_cursor(g, &x, &y));
	assert_int_equal(y, 0);
	w_editor_free(&e);
	canvas_grid_free(&g);
}

static unsigned
line_nav(struct w_line *l, enum nav what)
{
	struct input in = {{0, KC_NONE, 0}, what};

	return w_line_input(l, &in, &event);
}

static void
line__edits__by_words_and_history(void **state)
{
	struct w_line l;
	struct w_line_history h = {.count = 0};

	(void)state;
	w_line_history_add(&h, "uno");
	w_line_history_add(&h, "dos");
	w_line_history_add(&h, "dos");
	assert_int_equal(h.count, 2);
	w_line_init(&l);
	w_line_set_history(&l, &h);
	w_line_set(&l, "mi texto");
	line_nav(&l, NAV_UP);
	assert_string_equal(w_line_text(&l), "dos");
	line_nav(&l, NAV_UP);
	assert_string_equal(w_line_text(&l), "uno");
	assert_int_equal(line_nav(&l, NAV_UP), REACT_BEEP);
	line_nav(&l, NAV_DOWN);
	line_nav(&l, NAV_DOWN);
	assert_string_equal(w_line_text(&l), "mi texto");
	line_nav(&l, NAV_DELETE_WORD);
	assert_string_equal(w_line_text(&l), "mi ");
	line_nav(&l, NAV_DELETE_LINE);
	assert_true(w_line_is_empty(&l));
	w_line_paste(&l, "a\nb\n", 4, &event);
	assert_string_equal(w_line_text(&l), "a b");
	w_line_free(&l);
	w_line_history_free(&h);
}

static void
line__draw__scrolls_to_the_cursor_and_hides_secrets(void **state)
{
	struct canvas_grid *g = canvas_grid_new(8, 1, 0);
	struct canvas c = canvas_all(g);
	struct w_line l;
	struct str text;
	int x, y;

	(void)state;
	str_init(&text);
	w_line_init(&l);
	w_line_set(&l, "日本語チケットの件");
	w_line_draw(&l, &c, 0, 0, 8, true);
	assert_true(canvas_grid_cursor(g, &x, &y));
	assert_true(x < 8);
	canvas_dump_text(g, &text);
	assert_non_null(strstr(text.s, "件"));
	l.secret = true;
	w_line_draw(&l, &c, 0, 0, 8, true);
	str_clear(&text);
	canvas_dump_text(g, &text);
	assert_string_equal(text.s, "********\n");
	w_line_free(&l);
	str_free(&text);
	canvas_grid_free(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrap__rows__break_at_blanks_and_inside_long_words),
	    cmocka_unit_test(
		editor__changes_of_all_kinds__leave_the_right_rows),
	    cmocka_unit_test(editor__lines__are_found_and_gone_to),
	    cmocka_unit_test(editor__typing__inserts_at_the_cursor),
	    cmocka_unit_test(editor__clusters__go_as_one),
	    cmocka_unit_test(editor__undo__takes_back_runs_and_redoes),
	    cmocka_unit_test(editor__limit__keeps_what_was_and_what_fits),
	    cmocka_unit_test(editor__paste__is_gated),
	    cmocka_unit_test(editor__up_and_down__keep_the_column),
	    cmocka_unit_test(editor__replace__fills_a_placeholder),
	    cmocka_unit_test(editor__draw__shows_the_cursor_wherever_it_is),
	    cmocka_unit_test(line__edits__by_words_and_history),
	    cmocka_unit_test(
		line__draw__scrolls_to_the_cursor_and_hides_secrets),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
