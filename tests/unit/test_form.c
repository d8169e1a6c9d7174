#include "tui/widgets/w_form.h"
#include "tui/widgets/w_text.h"

#include "common/i18n.h"
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const priorities[] = {"low", "normal", "urgent", NULL};

static int
check_short(const char *value, struct err *err)
{
	if (strlen(value) < 5)
		return 0;
	return err_set(err, OD_EDATA, "at most four letters");
}

static const struct w_field fields[] = {
    {.name = "subject", .label = "Subject", .required = true},
    {.name = "priority",
	.label = "Priority",
	.kind = W_FIELD_CHOICE,
	.choices = priorities},
    {.name = "text", .label = "Text", .kind = W_FIELD_TEXT},
    {.name = "code", .label = "Code", .check = check_short, .max_bytes = 9},
};

static enum w_event event;

static unsigned
nav(struct w_form *f, enum nav what)
{
	struct input in = {{0, KC_NONE, 0}, what};

	return w_form_input(f, &in, &event);
}

static void
type(struct w_form *f, const char *text)
{
	for (; *text != '\0'; text++) {
		struct input in = {key_char((uint32_t)*text), NAV_NONE};

		w_form_input(f, &in, &event);
	}
}

static void
form__accept__stops_at_the_first_wrong_field(void **state)
{
	struct w_form f;

	(void)state;
	w_form_init(&f, fields, 4);
	w_form_focus(&f, "code");
	type(&f, "toolong");
	assert_int_equal(nav(&f, NAV_ACCEPT), REACT_REDRAW | REACT_BEEP);
	assert_int_equal(event, W_NONE);
	assert_int_equal(f.focus, 0);
	assert_non_null(f.errors[0]);
	assert_string_equal(f.errors[3], "at most four letters");
	type(&f, "x");
	assert_null(f.errors[0]);
	w_form_set_text(&f, "code", "ok");
	nav(&f, NAV_ACCEPT);
	assert_int_equal(event, W_ACCEPT);
	assert_string_equal(w_form_text(&f, "subject"), "x");
	w_form_free(&f);
}

static void
form__moving__goes_round_and_checks_what_was_left(void **state)
{
	struct w_form f;

	(void)state;
	w_form_init(&f, fields, 4);
	nav(&f, NAV_PREV);
	assert_int_equal(f.focus, 3);
	assert_null(f.errors[0]);
	type(&f, "toolong");
	nav(&f, NAV_NEXT);
	assert_int_equal(f.focus, 0);
	assert_non_null(f.errors[3]);
	nav(&f, NAV_OPEN);
	assert_int_equal(f.focus, 1);
	nav(&f, NAV_DOWN);
	assert_int_equal(f.focus, 2);
	nav(&f, NAV_OPEN);
	assert_string_equal(w_form_text(&f, "text"), "\n");
	nav(&f, NAV_DOWN);
	assert_int_equal(f.focus, 3);
	w_form_free(&f);
}

static void
form__choice__turns_and_takes_no_text(void **state)
{
	static const char *const teams[] = {"Soporte", "Ventas", NULL};
	struct w_form f;

	(void)state;
	w_form_init(&f, fields, 4);
	w_form_focus(&f, "priority");
	assert_false(w_form_wants_text(&f));
	nav(&f, NAV_LEFT);
	assert_int_equal(w_form_choice(&f, "priority"), 2);
	nav(&f, NAV_RIGHT);
	nav(&f, NAV_MARK);
	assert_int_equal(w_form_choice(&f, "priority"), 1);
	w_form_set_choice(&f, "priority", 9);
	assert_int_equal(w_form_choice(&f, "priority"), 1);
	w_form_set_choices(&f, "priority", teams);
	nav(&f, NAV_RIGHT);
	assert_int_equal(w_form_choice(&f, "priority"), 1);
	assert_int_equal(w_form_paste(&f, "x", 1, &event), REACT_NONE);
	w_form_free(&f);
}

static void
form__server_error__stands_at_its_field(void **state)
{
	struct canvas_grid *g = canvas_grid_new(60, 20, 0);
	struct canvas c = canvas_all(g);
	struct w_form f;
	struct str out;

	(void)state;
	str_init(&out);
	w_form_init(&f, fields, 4);
	w_form_layout(&f, 60, 20);
	w_form_set_error(&f, "text", "a bad \033 word");
	assert_int_equal(f.focus, 2);
	w_form_draw(&f, &c);
	canvas_dump_text(g, &out);
	assert_non_null(strstr(out.s, "a bad ␛ word"));
	w_form_free(&f);
	str_free(&out);
	canvas_grid_free(&g);
}

static void
form__small_canvas__shows_the_focused_field(void **state)
{
	(void)state;
	for (int h = 1; h < 8; h++) {
		struct canvas_grid *g = canvas_grid_new(40, h, 0);
		struct canvas c = canvas_all(g);
		struct w_form f;
		int x, y;

		w_form_init(&f, fields, 4);
		w_form_layout(&f, 40, h);
		w_form_focus(&f, "code");
		w_form_draw(&f, &c);
		assert_true(canvas_grid_cursor(g, &x, &y));
		w_form_free(&f);
		canvas_grid_free(&g);
	}
}

static unsigned
text_nav(struct w_text *t, enum nav what)
{
	struct input in = {{0, KC_NONE, 0}, what};

	return w_text_input(t, &in, &event);
}

static void
text__layout__wraps_and_keeps_the_place(void **state)
{
	struct w_text t;

	(void)state;
	w_text_init(&t);
	for (int64_t i = 1; i <= 50; i++) {
		w_text_outside(&t, ROLE_INCOMING, 2,
		    "una línea que ocupa más de una fila", 37);
		w_text_set_id(&t, i);
	}
	w_text_layout(&t, 80, 10);
	assert_int_equal(w_text_rows(&t), 50);
	assert_true(w_text_show(&t, 30));
	assert_int_equal(w_text_top_id(&t), 30);
	w_text_layout(&t, 22, 10);
	assert_int_equal(w_text_rows(&t), 100);
	assert_int_equal(w_text_top_id(&t), 30);
	assert_false(w_text_show(&t, 99));
	text_nav(&t, NAV_BOTTOM);
	assert_true(w_text_at_end(&t));
	text_nav(&t, NAV_TOP);
	assert_int_equal(w_text_top_id(&t), 1);
	t.follow = true;
	w_text_add(&t, ROLE_NORMAL, 0, "nuevo");
	w_text_layout(&t, 22, 10);
	assert_true(w_text_at_end(&t));
	w_text_free(&t);
}

static void
text__find__is_folded_and_goes_round(void **state)
{
	struct w_text t;
	struct input in = {{0, KC_CHAR, 0}, NAV_NONE};

	(void)state;
	w_text_init(&t);
	for (int i = 0; i < 30; i++)
		w_text_add(&t, ROLE_NORMAL, 0, i % 10 == 5 ? "Avería" : "nada");
	w_text_layout(&t, 40, 5);
	text_nav(&t, NAV_FILTER);
	assert_true(w_text_wants_text(&t));
	for (const char *s = "averia"; *s != '\0'; s++) {
		in.key.cp = (uint32_t)*s;
		w_text_input(&t, &in, &event);
	}
	assert_int_equal(t.found, 6);
	text_nav(&t, NAV_OPEN);
	text_nav(&t, NAV_FIND_NEXT);
	assert_int_equal(t.found, 16);
	text_nav(&t, NAV_FIND_NEXT);
	text_nav(&t, NAV_FIND_NEXT);
	assert_int_equal(t.found, 6);
	text_nav(&t, NAV_FIND_PREV);
	assert_int_equal(t.found, 26);
	assert_true(t.top <= 25 && 25 < t.top + 5);
	text_nav(&t, NAV_BACK);
	assert_int_equal(t.found, 0);
	assert_int_equal(text_nav(&t, NAV_BACK), REACT_NONE);
	w_text_free(&t);
}

/* Blanks from outside before a text: it is not pushed off the page. */
static void
text__far_in__is_still_seen(void **state)
{
	const int indents[] = {30, 70000};
	struct w_text t;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		w_text_init(&t);
		w_text_outside(
		    &t, ROLE_NORMAL, indents[i], "hola a todos", 12);
		w_text_layout(&t, 32, 10);
		assert_int_equal(w_text_rows(&t), 1);
		w_text_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(form__accept__stops_at_the_first_wrong_field),
	    cmocka_unit_test(form__moving__goes_round_and_checks_what_was_left),
	    cmocka_unit_test(form__choice__turns_and_takes_no_text),
	    cmocka_unit_test(form__server_error__stands_at_its_field),
	    cmocka_unit_test(form__small_canvas__shows_the_focused_field),
	    cmocka_unit_test(text__layout__wraps_and_keeps_the_place),
	    cmocka_unit_test(text__find__is_folded_and_goes_round),
	    cmocka_unit_test(text__far_in__is_still_seen),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
