/*
 * A reply that was sent from a ticket's card and is taken back: the seconds
 * that are left, u, and the words in the editor again.
 *
 * Turned red by: a card that does not count on, an undo that leaves the editor
 * closed, words that replace what is being written, a card below another
 * screen that does not know of them.
 */
#include "tests/lib/console_test.h"

#include "common/utf8.h"
#include "tui/screens/ticket_write.h"

static void
start(struct console_fixture *f)
{
	int64_t id = console_seed_ticket(
	    f, 90, "Avería en la centralita", 4, 4, "Lucía Peña", "operator");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Ya está arreglado");
	console_fixture_keys(f, "C-s");
}

static const char *
typed(struct console_fixture *f)
{
	return w_editor_text(&ticket_card_write(ui_front(f->ui))->editor, NULL);
}

static void
tick(struct console_fixture *f, int seconds)
{
	clock_fake_wall(CONSOLE_FIXTURE_NOW + seconds * US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
}

static void
recall__seconds__are_counted_until_it_is_out(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	golden_check(f->ui, "recall", "sent", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "recall", "sent", LANG_EN, 40, 10, 0);
	tick(f, 6);
	assert_true(
	    console_fixture_shows(f, "[reply]  u takes it back for 9 s"));
	tick(f, 15);
	assert_false(console_fixture_shows(f, "[reply]  u takes it"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "cannot be taken back any more"));
	assert_true(console_fixture_shows(f, "Ya está arreglado"));
}

static void
recall__u__gives_the_words_to_the_editor(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_write *w;

	start(f);
	console_fixture_keys(f, "u");
	w = ticket_card_write(ui_front(f->ui));
	assert_true(w->open);
	assert_int_equal(w->kind, COMMENT_REPLY);
	assert_string_equal(typed(f), "Ya está arreglado");
	golden_check(f->ui, "recall", "back", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "recall", "back", LANG_EN, 40, 10, 0);
	console_fixture_type(f, " hoy");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "Ya está arreglado hoy"));
	assert_false(w->open);
}

static void
recall__with_something_begun__keeps_both(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Otra cosa");
	assert_int_equal(ui_run(f->ui, "undo.last", &err), 0);
	console_fixture_settle(f);
	assert_string_equal(typed(f), "Ya está arreglado\n\nOtra cosa");
	console_fixture_keys(f, "C-_");
	assert_string_equal(typed(f), "Otra cosa");
}

static void
recall__beside_a_note__waits_for_r(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;

	start(f);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Ojo");
	assert_int_equal(ui_run(f->ui, "undo.last", &err), 0);
	console_fixture_settle(f);
	assert_string_equal(typed(f), "Ojo");
	console_fixture_keys(f, "Esc r");
	assert_string_equal(typed(f), "Ya está arreglado");
}

/* What is typed there afterwards would be kept over the words. */
static void
recall__from_a_screen_above__waits_for_r(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	console_fixture_keys(f, "gu");
	assert_ptr_equal(ui_front(f->ui)->ops, &scr_guides);
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "is a draft again"));
	assert_ptr_equal(ui_front(f->ui)->ops, &scr_guides);
	console_fixture_keys(f, "Esc Esc");
	assert_ptr_equal(ui_front(f->ui)->ops, &scr_ticket);
	console_fixture_keys(f, "r");
	assert_string_equal(typed(f), "Ya está arreglado");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(recall__seconds__are_counted_until_it_is_out),
	    SCREEN_TEST(recall__u__gives_the_words_to_the_editor),
	    SCREEN_TEST(recall__with_something_begun__keeps_both),
	    SCREEN_TEST(recall__beside_a_note__waits_for_r),
	    SCREEN_TEST(recall__from_a_screen_above__waits_for_r),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
