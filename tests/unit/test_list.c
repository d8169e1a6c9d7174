#include "tui/widgets/w_list.h"

#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
no_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	(void)data;
	(void)index;
	(void)column;
	(void)out;
}

static const struct w_column columns[] = {{"A", 4, 1, 0, ALIGN_LEFT}};
static const struct w_list_ops ops = {
    .columns = columns,
    .column_count = 1,
    .cell = no_cell,
};

static unsigned
press(struct w_list *l, enum nav nav)
{
	struct input in = {{0, KC_NONE, 0}, nav};
	enum w_event event;

	return w_list_input(l, &in, &event);
}

/* Rows first to last, both included, of a table from 1 to rows. */
static void
give(struct w_list *l, int64_t first, int64_t last, int64_t rows)
{
	int64_t ids[512];
	size_t n = 0;

	for (int64_t id = first; id <= last; id++)
		ids[n++] = id;
	w_list_set(l, ids, n, first > 1, last < rows);
}

static void
make(struct w_list *l)
{
	w_list_init(l, &ops, NULL);
	w_list_layout(l, 40, 11); /* header and ten rows */
}

static void
list__first_want__is_the_first_rows(void **state)
{
	struct w_list l;
	struct w_list_want want;

	(void)state;
	make(&l);
	assert_true(w_list_needs_rows(&l));
	assert_int_equal(w_list_selected(&l), 0);
	w_list_want(&l, &want);
	assert_int_equal(want.what, WANT_FIRST);
	assert_true(want.count >= 10);
	give(&l, 1, 60, 1000);
	assert_int_equal(w_list_selected(&l), 1);
	assert_false(w_list_needs_rows(&l));
	w_list_free(&l);
}

static void
list__refresh__keeps_selection_and_screen_row(void **state)
{
	struct w_list l;
	size_t row;

	(void)state;
	make(&l);
	give(&l, 1, 100, 1000);
	for (int i = 0; i < 29; i++)
		press(&l, NAV_DOWN);
	for (int i = 0; i < 4; i++)
		press(&l, NAV_UP);
	assert_int_equal(w_list_selected(&l), 26);
	row = l.sel - l.top;
	give(&l, 10, 90, 1000);
	assert_int_equal(w_list_selected(&l), 26);
	assert_int_equal(l.sel - l.top, row);
	w_list_free(&l);
}

static void
list__gone_row__gives_the_neighbour(void **state)
{
	int64_t ids[] = {1, 2, 3, 5, 6}, few[] = {1, 2};
	struct w_list l;

	(void)state;
	make(&l);
	give(&l, 1, 6, 6);
	w_list_select(&l, 4);
	w_list_set(&l, ids, 5, false, false);
	assert_int_equal(w_list_selected(&l), 5);
	w_list_set(&l, few, 2, false, false);
	assert_int_equal(w_list_selected(&l), 2);
	w_list_set(&l, few, 0, false, false);
	assert_int_equal(w_list_selected(&l), 0);
	w_list_free(&l);
}

/* Red when regain() in w_list.c does nothing. */
static void
list__row_that_comes_back__is_selected_again(void **state)
{
	static const int64_t all[] = {1, 2, 3, 4}, fewer[] = {1, 3, 4};
	struct w_list l;

	(void)state;
	make(&l);
	w_list_set(&l, all, 4, false, false);
	press(&l, NAV_DOWN);
	w_list_set(&l, fewer, 3, false, false);
	assert_int_equal(w_list_selected(&l), 3);
	w_list_set(&l, all, 4, false, false);
	assert_int_equal(w_list_selected(&l), 2);

	/* Not under somebody who went on meanwhile. */
	w_list_set(&l, fewer, 3, false, false);
	press(&l, NAV_DOWN);
	w_list_set(&l, all, 4, false, false);
	assert_int_equal(w_list_selected(&l), 4);
	w_list_free(&l);
}

static void
list__new_first_row__is_seen_at_the_top(void **state)
{
	int64_t ids[] = {100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
	struct w_list l;

	(void)state;
	make(&l);
	give(&l, 1, 12, 12);
	w_list_set(&l, ids, 13, false, false);
	assert_int_equal(w_list_selected(&l), 1);
	assert_int_equal(l.top, 0);
	w_list_free(&l);
}

static void
list__edge__asks_for_more_and_walks_through(void **state)
{
	struct w_list l;
	struct w_list_want want;

	(void)state;
	make(&l);
	give(&l, 1, 60, 1000);
	for (int64_t id = 2; id <= 1000; id++) {
		unsigned react = press(&l, NAV_DOWN);
		int64_t half;

		if ((react & REACT_REFRESH) == 0)
			continue;
		w_list_want(&l, &want);
		assert_int_equal(want.what, WANT_AROUND);
		half = (int64_t)want.count / 2;
		give(&l, want.id > half ? want.id - half : 1,
		    want.id + half < 1000 ? want.id + half : 1000, 1000);
		assert_int_equal(w_list_selected(&l), id);
	}
	assert_int_equal(w_list_selected(&l), 1000);
	w_list_free(&l);
}

static void
list__late_rows__keep_count_of_keys(void **state)
{
	struct w_list l;
	struct w_list_want want;

	(void)state;
	make(&l);
	give(&l, 1, 60, 1000);
	assert_int_equal(press(&l, NAV_BOTTOM) & REACT_REFRESH, REACT_REFRESH);
	w_list_want(&l, &want);
	assert_int_equal(want.what, WANT_LAST);
	press(&l, NAV_UP);
	press(&l, NAV_PAGE_UP);
	give(&l, 941, 1000, 1000);
	assert_int_equal(w_list_selected(&l), 990);
	w_list_free(&l);
}

static void
list__overshoot__waits_for_the_window(void **state)
{
	struct w_list l;

	(void)state;
	make(&l);
	give(&l, 1, 12, 1000);
	for (int i = 0; i < 30; i++)
		press(&l, NAV_DOWN);
	assert_int_equal(w_list_selected(&l), 12);
	give(&l, 1, 100, 1000);
	assert_int_equal(w_list_selected(&l), 31);
	w_list_free(&l);
}

static void
list__marks__are_targets_until_cleared(void **state)
{
	struct w_list l;
	const int64_t *targets;
	size_t n;

	(void)state;
	make(&l);
	give(&l, 1, 20, 20);
	targets = w_list_targets(&l, &n);
	assert_int_equal(n, 1);
	assert_int_equal(targets[0], 1);
	press(&l, NAV_DOWN);
	press(&l, NAV_MARK);
	press(&l, NAV_MARK);
	targets = w_list_targets(&l, &n);
	assert_int_equal(n, 2);
	assert_int_equal(targets[0], 2);
	assert_int_equal(targets[1], 3);
	assert_true(w_list_is_marked(&l, 3));
	assert_int_equal(press(&l, NAV_BACK), REACT_REDRAW);
	w_list_targets(&l, &n);
	assert_int_equal(n, 1);
	assert_int_equal(press(&l, NAV_BACK), REACT_NONE);
	w_list_free(&l);
}

static void
list__filter__asks_anew_and_stays_until_cleared(void **state)
{
	struct w_list l;
	struct w_list_want want;
	struct input a = {key_char('a'), NAV_NONE};
	enum w_event event;

	(void)state;
	make(&l);
	give(&l, 1, 20, 20);
	press(&l, NAV_FILTER);
	assert_true(w_list_wants_text(&l));
	assert_int_equal(w_list_input(&l, &a, &event), REACT_REFRESH);
	assert_int_equal(event, W_CHANGED);
	w_list_want(&l, &want);
	assert_int_equal(want.what, WANT_FIRST);
	give(&l, 3, 5, 20);
	press(&l, NAV_OPEN);
	assert_false(w_list_wants_text(&l));
	assert_string_equal(w_list_filter(&l), "a");
	press(&l, NAV_DOWN);
	assert_int_equal(w_list_selected(&l), 4);
	assert_int_equal(press(&l, NAV_BACK), REACT_REFRESH);
	assert_string_equal(w_list_filter(&l), "");
	/* What was found stays selected among all. */
	w_list_want(&l, &want);
	assert_int_equal(want.what, WANT_AROUND);
	assert_int_equal(want.id, 4);
	give(&l, 1, 20, 20);
	assert_int_equal(w_list_selected(&l), 4);
	w_list_free(&l);
}

static void
list__mouse__selects_then_accepts(void **state)
{
	struct w_list l;
	enum w_event event;

	(void)state;
	make(&l);
	give(&l, 1, 20, 20);
	w_list_mouse(&l, 3, BUTTON_LEFT, &event);
	assert_int_equal(w_list_selected(&l), 3);
	w_list_mouse(&l, 3, BUTTON_LEFT, &event);
	assert_int_equal(event, W_ACCEPT);
	w_list_mouse(&l, 0, BUTTON_LEFT, &event);
	assert_int_equal(event, W_NONE);
	w_list_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(list__first_want__is_the_first_rows),
	    cmocka_unit_test(list__refresh__keeps_selection_and_screen_row),
	    cmocka_unit_test(list__gone_row__gives_the_neighbour),
	    cmocka_unit_test(list__row_that_comes_back__is_selected_again),
	    cmocka_unit_test(list__new_first_row__is_seen_at_the_top),
	    cmocka_unit_test(list__edge__asks_for_more_and_walks_through),
	    cmocka_unit_test(list__late_rows__keep_count_of_keys),
	    cmocka_unit_test(list__overshoot__waits_for_the_window),
	    cmocka_unit_test(list__marks__are_targets_until_cleared),
	    cmocka_unit_test(list__filter__asks_anew_and_stays_until_cleared),
	    cmocka_unit_test(list__mouse__selects_then_accepts),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
