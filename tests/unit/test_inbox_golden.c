/*
 * inbox - kept screens.
 */
#include "common/utf8.h"
#include "common/i18n.h"
#include "kb/session.h"
#include "tests/lib/golden.h"
#include "tests/lib/guide_data.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/screens/screens.h"

static int
setup(void **state)
{
	struct console_fixture *f = calloc(1, sizeof(*f));

	console_fixture_make(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	console_fixture_remove(*state);
	free(*state);
	return 0;
}

static void
start(struct console_fixture *f)
{
	console_fixture_start(f, "operator", &scr_inbox, 0);
}

/* What is put together while keys are pressed is in Spanish, too. */
static void
keys(struct console_fixture *f, const char *names)
{
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, names);
}

/* Another language and size may ask for other rows: settle, then compare. */
static void
check(struct console_fixture *f, const char *name, enum lang lang, int w, int h,
    unsigned flags)
{
	canvas_grid_resize(f->grid, w, h);
	console_fixture_settle(f);
	golden_check(f->ui, "inbox", name, lang, w, h, flags);
}

static void
inbox__shows__an_empty_desk(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	check(f, "empty", LANG_ES, 80, 24, 0);
	check(f, "empty", LANG_ES, 40, 10, 0);
}

static void
inbox__shows__the_list_of_each_view(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	check(f, "list", LANG_ES, 80, 24, 0);
	check(f, "list", LANG_EN, 80, 24, GOLDEN_MONO);
	check(f, "list", LANG_ES, 40, 10, 0);
	keys(f, "5");
	check(f, "list-all", LANG_ES, 80, 24, 0);
	check(f, "list-all", LANG_ES, 120, 30, 0);
	keys(f, "6");
	check(f, "list-closed", LANG_ES, 80, 24, 0);
	keys(f, "5 /");
	console_fixture_type(f, "factura");
	check(f, "list-filter", LANG_ES, 80, 24, 0);
}

static void
inbox__shows__every_kind_and_tick(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_thread(f);
	struct desk *other = inbox_fixture_other(f, "mate", id, true);

	start(f);
	keys(f, "Enter");
	check(f, "thread", LANG_ES, 80, 24, 0);
	check(f, "thread", LANG_EN, 80, 24, 0);
	check(f, "thread", LANG_ES, 80, 24, GOLDEN_MONO);
	check(f, "thread", LANG_ES, 80, 24, GOLDEN_PLAIN);
	check(f, "thread", LANG_ES, 40, 10, 0);
	check(f, "thread-whole", LANG_ES, 80, 92, 0);
	desk_close(&other);
}

/* The guide that is walked there is shown, and one key opens it. */
static void
inbox__shows__the_guide_that_is_walked(void **state)
{
	struct console_fixture *f = *state;
	struct session_begin in = {.topic = "vpn_stops",
	    .walker = WALKER_CUSTOMER,
	    .conversation_id = inbox_fixture_list(f)};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	guide_data_file(&f->desk, "tests/data/guides/console.json");
	if (session_begin(f->desk.d, &in, &id, &err) != 0)
		fail_msg("%s", err.text);
	start(f);
	keys(f, "Enter");
	check(f, "walk-alone", LANG_ES, 80, 24, 0);
	check(f, "walk-alone", LANG_EN, 80, 24, 0);
	check(f, "walk-alone", LANG_ES, 40, 10, 0);
	check(f, "walk-alone", LANG_EN, 40, 10, 0);
	canvas_grid_resize(f->grid, 80, 24);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "gu");
	assert_true(console_fixture_shows(f, "Is there internet"));
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Guide (gu):"));
}

static void
inbox__shows__a_reply_and_a_note_that_differ(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	keys(f, "r");
	console_fixture_type(f, "Hola, Lucía: ya lo miramos.");
	check(f, "reply", LANG_ES, 80, 24, 0);
	check(f, "reply", LANG_ES, 80, 24, GOLDEN_MONO);
	check(f, "reply", LANG_ES, 40, 10, 0);
	keys(f, "Esc N");
	console_fixture_type(f, "Cliente de la zona norte.");
	check(f, "note", LANG_ES, 80, 24, 0);
	check(f, "note", LANG_ES, 80, 24, GOLDEN_MONO);
	keys(f, "Esc");
	check(f, "draft", LANG_ES, 80, 24, 0);
	keys(f, "N C-s");
	check(f, "note-refused", LANG_ES, 80, 24, 0);
}

static void
inbox__shows__the_template_form_when_the_window_is_closed(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_templates(f);
	inbox_fixture_assign(f,
	    inbox_fixture_says(
		f, "34600111222", "Lucía Peña", "No tengo internet", 60 * 25),
	    f->desk.demo.operators[ROLE_OPERATOR], 0);
	start(f);
	keys(f, "Enter");
	check(f, "window-closed", LANG_ES, 80, 24, 0);
	keys(f, "r");
	keys(f, "Tab");
	console_fixture_type(f, "Lucía");
	check(f, "template", LANG_ES, 80, 24, 0);
	check(f, "template", LANG_ES, 40, 10, 0);
	keys(f, "C-s");
	check(f, "template-unfilled", LANG_ES, 80, 24, 0);
}

static void
inbox__shows__why_a_message_failed(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    inbox_fixture_says(f, "34600111222", "Lucía Peña", "Hola", 60);

	inbox_fixture_status(f,
	    inbox_fixture_answers(f, "operator", id, "¿Sigue ahí?", 20),
	    "failed", 131047,
	    "Re-engagement message: more than 24 hours have passed since the"
	    " customer last replied");
	start(f);
	keys(f, "Enter");
	check(f, "failed", LANG_ES, 80, 24, 0);
}

static void
inbox__shows__what_came_before_it_sends(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	keys(f, "r");
	console_fixture_type(f, "Le llamo en diez minutos");
	inbox_fixture_answers(
	    f, "supervisor", id, "Ya está avisado el técnico", 0);
	keys(f, "C-s");
	check(f, "conflict", LANG_ES, 80, 24, 0);
	check(f, "conflict", LANG_EN, 40, 10, 0);
}

static void
inbox__shows__to_whom_a_conversation_can_go(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	keys(f, "a");
	check(f, "assign", LANG_ES, 80, 24, 0);
}

static void
inbox__shows__a_first_message(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_templates(f);
	inbox_fixture_list(f);
	start(f);
	keys(f, "n");
	console_fixture_type(f, "600 333 444");
	keys(f, "Enter");
	check(f, "new-whom", LANG_ES, 80, 24, 0);
	keys(f, "Enter");
	check(f, "new", LANG_ES, 80, 24, 0);
}

/* From the list, without going into the thread first. */
static void
inbox__opens__the_ticket_or_offers_to_make_it(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	keys(f, "gt");
	check(f, "no-ticket", LANG_ES, 80, 24, 0);
	check(f, "no-ticket", LANG_ES, 40, 10, 0);
	keys(f, "n gt");
	assert_int_equal(talk_int(&f->desk, "SELECT COUNT(*) FROM tickets"), 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc gt");
	check(f, "no-ticket", LANG_EN, 80, 24, 0);
	check(f, "no-ticket", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "y");
	assert_int_equal(talk_int(&f->desk, "SELECT COUNT(*) FROM tickets"), 1);
	check(f, "has-ticket", LANG_ES, 80, 24, 0);
	check(f, "has-ticket", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc gt");
	assert_ptr_equal(ui_front(f->ui)->ops, &scr_ticket);
	assert_int_equal(talk_int(&f->desk, "SELECT COUNT(*) FROM tickets"), 1);
}

/* Nothing is offered that the person may not do. */
static void
inbox__ticket_key__only_says_that_there_is_none(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	console_fixture_start(f, "auditor", &scr_inbox, 0);
	console_fixture_keys(f, "5");
	console_fixture_keys(f, "gt");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_inbox);
	assert_true(console_fixture_shows(f, "No ticket belongs to this"));
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(inbox__shows__an_empty_desk),
	    CASE(inbox__shows__the_list_of_each_view),
	    CASE(inbox__shows__every_kind_and_tick),
	    CASE(inbox__shows__the_guide_that_is_walked),
	    CASE(inbox__shows__a_reply_and_a_note_that_differ),
	    CASE(inbox__shows__the_template_form_when_the_window_is_closed),
	    CASE(inbox__shows__why_a_message_failed),
	    CASE(inbox__shows__what_came_before_it_sends),
	    CASE(inbox__shows__to_whom_a_conversation_can_go),
	    CASE(inbox__shows__a_first_message),
	    CASE(inbox__opens__the_ticket_or_offers_to_make_it),
	    CASE(inbox__ticket_key__only_says_that_there_is_none),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
