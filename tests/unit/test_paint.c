/*
 * Unit tests of tui/term/paint: what a terminal shows after many frames is
 * what the last grid says, however it was sent.
 */
#include "tui/term/paint.h"
#include "common/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vterm.h>

#define FRAMES 300

struct fixture {
	VTerm *vt;
	VTermScreen *screen;
	VTermPos cursor;
	bool is_shown;
	struct canvas_grid *grid;
	struct paint *paint;
	struct paint_options o;
	struct str out;
	unsigned seed;
	int w, h;
};

static int
on_property(VTermProp prop, VTermValue *value, void *data)
{
	struct fixture *f = data;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		f->is_shown = value->boolean != 0;
	return 1;
}

static int
on_cursor(VTermPos pos, VTermPos old, int visible, void *data)
{
	struct fixture *f = data;

	(void)old, (void)visible;
	f->cursor = pos;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
    .settermprop = on_property, .movecursor = on_cursor};

static void
start(struct fixture *f, int w, int h, const struct paint_options *o)
{
	memset(f, 0, sizeof(*f));
	f->w = w;
	f->h = h;
	f->o = *o;
	f->seed = 1;
	f->vt = vterm_new(h, w);
	vterm_set_utf8(f->vt, 1);
	f->screen = vterm_obtain_screen(f->vt);
	vterm_screen_set_callbacks(f->screen, &callbacks, f);
	vterm_screen_reset(f->screen, 1);
	f->grid = canvas_grid_new(w, h, 0);
	f->paint = paint_new(o);
	str_init(&f->out);
}

static void
stop(struct fixture *f)
{
	paint_free(&f->paint);
	canvas_grid_free(&f->grid);
	vterm_free(f->vt);
	str_free(&f->out);
}

static unsigned
pick(struct fixture *f, unsigned n)
{
	f->seed = f->seed * 1103515245u + 12345u;
	return (f->seed >> 16) % n;
}

static int
number_of(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return -1;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

static bool
is_blank(const struct canvas_cell *c)
{
	return c->cp[0] == 0 || (c->cp[0] == ' ' && c->cp[1] == 0);
}

static void
check_style(const struct fixture *f, const struct canvas_cell *c,
    const VTermScreenCell *got)
{
	struct theme_style s = *theme_style(f->o.depth, (enum role)c->role);
	bool is_lined;

	s.attrs &= (uint16_t)f->o.attrs;
	is_lined = (s.attrs & (ATTR_UNDERLINE | ATTR_REVERSE)) != 0;
	assert_int_equal(number_of(&got->bg), s.bg);
	assert_int_equal(got->attrs.reverse, (s.attrs & ATTR_REVERSE) != 0);
	assert_int_equal(
	    got->attrs.underline != 0, (s.attrs & ATTR_UNDERLINE) != 0);
	if (is_blank(c) && !is_lined)
		return;
	assert_int_equal(number_of(&got->fg), s.fg);
	assert_int_equal(got->attrs.bold, (s.attrs & ATTR_BOLD) != 0);
}

static void
check_cell(const struct fixture *f, int x, int y)
{
	const struct canvas_cell *c = canvas_grid_cell(f->grid, x, y);
	VTermPos pos = {y, x};
	VTermScreenCell got;

	if (c->cells == 0)
		return;
	vterm_screen_get_cell(f->screen, pos, &got);
	assert_int_equal(got.width, c->cells);
	/* Behind the end of a cell's text vterm leaves what was there. */
	for (int i = 0; i < CELL_CP_MAX; i++) {
		uint32_t want = i == 0 && is_blank(c) ? ' ' : c->cp[i];
		uint32_t seen =
		    i == 0 && got.chars[0] == 0 ? ' ' : got.chars[i];

		assert_int_equal(seen, want);
		if (want == 0 || got.chars[i] == 0)
			break;
	}
	check_style(f, c, &got);
}

/* Sends the grid; returns the bytes. */
static size_t
frame(struct fixture *f)
{
	int x, y;
	bool on = canvas_grid_cursor(f->grid, &x, &y);

	str_clear(&f->out);
	paint_frame(f->paint, f->grid, f->w, f->h, &f->out);
	vterm_input_write(f->vt, f->out.s, f->out.len);
	for (int i = 0; i < f->w * f->h; i++)
		check_cell(f, i % f->w, i / f->w);
	assert_int_equal(f->is_shown, on);
	if (on) {
		assert_int_equal(f->cursor.col, x);
		assert_int_equal(f->cursor.row, y);
	}
	return f->out.len;
}

static void
draw_list(struct fixture *f, int from, int selected)
{
	struct canvas c = canvas_all(f->grid);

	for (int y = 1; y < f->h; y++) {
		bool is = y == selected;

		canvas_fill(&c, 0, y, f->w, is ? ROLE_SELECTED : ROLE_NORMAL);
		canvas_textf(&c, 1, y, -1, is ? ROLE_SELECTED : ROLE_NORMAL,
		    "%d", 1000400 + from + y);
		canvas_text(
		    &c, 9, y, 9, is ? ROLE_SELECTED : ROLE_UNREAD, "N nuevo");
		canvas_text(&c, 19, y, -1, is ? ROLE_SELECTED : ROLE_NORMAL,
		    "3 normal La impresora de recepción no responde desde hoy");
		canvas_text(
		    &c, 75, y, -1, is ? ROLE_SELECTED : ROLE_MUTED, "4 min");
	}
}

static void
change(struct fixture *f)
{
	static const char *const texts[] = {"ticket", " a ", "日本語", "",
	    "ñandú e\xcc\x81s", "1000405 nuevo      normal         4 min", "│",
	    "チケット 12", "x"};
	struct canvas c = canvas_all(f->grid);
	enum role role = (enum role)pick(f, ROLE_COUNT);
	int x = (int)pick(f, (unsigned)f->w), y = (int)pick(f, (unsigned)f->h);

	switch (pick(f, 7)) {
	case 0:
		canvas_fill(&c, x, y, (int)pick(f, 80), role);
		break;
	case 1:
		canvas_restyle(&c, 0, y, f->w, role);
		break;
	case 2:
		if (pick(f, 2) == 0)
			canvas_cursor(&c, x, y);
		else
			canvas_hide_cursor(&c);
		break;
	case 3:
		draw_list(f, (int)pick(f, 5), f->h / 2);
		break;
	default:
		canvas_text(&c, x, y, -1, role,
		    texts[pick(f, sizeof(texts) / sizeof(texts[0]))]);
		break;
	}
}

static const unsigned all =
    ATTR_BOLD | ATTR_DIM | ATTR_UNDERLINE | ATTR_REVERSE;

static void
paint__random_frames__screen_is_the_grid(void **state)
{
	static const int sides[][2] = {{80, 24}, {11, 3}, {2, 1}, {1, 1}};

	(void)state;
	for (unsigned i = 0; i < 4 * 2 * 2 * THEME_DEPTH_COUNT; i++) {
		const struct paint_options o = {
		    .depth = (enum theme_depth)(i % THEME_DEPTH_COUNT),
		    .attrs = all,
		    .erases_colour = i / THEME_DEPTH_COUNT % 2 == 0,
		    .erases_cells = i / THEME_DEPTH_COUNT / 2 % 2 == 0,
		    .scrolls = true,
		    .show = "\033[?25h",
		    .hide = "\033[?25l"};
		const int *side = sides[i / THEME_DEPTH_COUNT / 4];
		struct fixture f;

		start(&f, side[0], side[1], &o);
		for (int n = 0; n < FRAMES; n++) {
			for (unsigned k = pick(&f, 8); k > 0; k--)
				change(&f);
			if (pick(&f, 50) == 0) {
				paint_forget(f.paint);
				vterm_input_write(f.vt, "\033[7mnoise", 9);
			}
			frame(&f);
		}
		stop(&f);
	}
}

static const struct paint_options usual = {.depth = THEME_256,
    .attrs = ATTR_BOLD | ATTR_DIM | ATTR_UNDERLINE | ATTR_REVERSE,
    .erases_colour = true,
    .erases_cells = true,
    .scrolls = true,
    .show = "\033[?25h",
    .hide = "\033[?25l"};

static void
paint__nothing_changed__nothing_sent(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, 80, 24, &usual);
	draw_list(&f, 0, 1);
	assert_true(frame(&f) > 1000);
	assert_int_equal(frame(&f), 0);
	stop(&f);
}

static void
paint__selection_moves__few_bytes(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, 80, 24, &usual);
	draw_list(&f, 0, 1);
	frame(&f);
	for (int y = 2; y < 24; y++) {
		draw_list(&f, 0, y);
		assert_in_range(frame(&f), 1, 230);
	}
	stop(&f);
}

/* A list of one page after the other, a title above and hints below. */
static void
paint__list_goes_on_by_rows__is_moved(void **state)
{
	static const int steps[] = {1, 1, 2, 3, -1, -3, -2, 1};
	int from = 100;
	struct fixture f;

	(void)state;
	start(&f, 80, 24, &usual);
	draw_list(&f, from, 23);
	frame(&f);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int rows = steps[i] > 0 ? steps[i] : -steps[i];

		from += steps[i];
		draw_list(&f, from, steps[i] > 0 ? 23 : 1);
		assert_in_range(frame(&f), 1, 230 + 110 * rows);
	}
	f.o.scrolls = false;
	paint_free(&f.paint);
	f.paint = paint_new(&f.o);
	frame(&f);
	draw_list(&f, from + 1, 23);
	frame(&f);
	assert_null(strstr(f.out.s, "r\033["));
	stop(&f);
}

/* Terminals erase without lines, and some without the colour. */
static void
paint__erasing__only_what_a_terminal_erases_to(void **state)
{
	static const struct {
		enum theme_depth depth;
		bool erases_colour;
		enum role role;
		bool is_erased;
	} cases[] = {
	    {THEME_256, true, ROLE_STATUS, true},
	    {THEME_256, false, ROLE_STATUS, false},
	    {THEME_256, false, ROLE_UNREAD, true},
	    {THEME_MONO, true, ROLE_HEADER, false},
	    {THEME_MONO, true, ROLE_STATUS, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct paint_options o = usual;
		struct fixture f;
		struct canvas c;

		o.depth = cases[i].depth;
		o.erases_colour = cases[i].erases_colour;
		start(&f, 80, 2, &o);
		c = canvas_all(f.grid);
		canvas_fill(&c, 0, 0, 80, ROLE_MATCH);
		canvas_text(&c, 0, 0, -1, ROLE_MATCH, "here and there");
		frame(&f);
		canvas_fill(&c, 0, 0, 80, cases[i].role);
		frame(&f);
		assert_int_equal(
		    strstr(f.out.s, "\033[K") != NULL, cases[i].is_erased);
		assert_null(strchr(f.out.s, 'X'));
		stop(&f);
	}
}

static void
paint__wide_character_cut_at_the_edge__stays_in_its_row(void **state)
{
	struct fixture f;
	struct canvas c;

	(void)state;
	start(&f, 5, 2, &usual);
	canvas_grid_resize(f.grid, 6, 2);
	c = canvas_all(f.grid);
	canvas_text(&c, 0, 0, -1, ROLE_NORMAL, "abcd日");
	paint_frame(f.paint, f.grid, 5, 2, &f.out);
	vterm_input_write(f.vt, f.out.s, f.out.len);
	assert_null(strstr(f.out.s, "日"));
	check_cell(&f, 3, 0);
	check_cell(&f, 0, 1);
	stop(&f);
}

static void
paint__end__usual_letters_and_cursor(void **state)
{
	struct fixture f;
	VTermScreenCell cell;
	VTermPos corner = {0, 0};

	(void)state;
	start(&f, 80, 24, &usual);
	draw_list(&f, 0, 1);
	frame(&f);
	assert_false(f.is_shown);
	str_clear(&f.out);
	paint_end(f.paint, &f.out);
	str_add(&f.out, "\033[Hz");
	vterm_input_write(f.vt, f.out.s, f.out.len);
	assert_true(f.is_shown);
	vterm_screen_get_cell(f.screen, corner, &cell);
	assert_int_equal(cell.chars[0], 'z');
	assert_int_equal(number_of(&cell.bg), -1);
	assert_true(frame(&f) > 1000);
	stop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paint__random_frames__screen_is_the_grid),
	    cmocka_unit_test(paint__nothing_changed__nothing_sent),
	    cmocka_unit_test(paint__selection_moves__few_bytes),
	    cmocka_unit_test(paint__list_goes_on_by_rows__is_moved),
	    cmocka_unit_test(paint__erasing__only_what_a_terminal_erases_to),
	    cmocka_unit_test(
		paint__wide_character_cut_at_the_edge__stays_in_its_row),
	    cmocka_unit_test(paint__end__usual_letters_and_cursor),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
