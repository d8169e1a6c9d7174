/*
 * inbox - what keys and news do, on a desk of its own and the real worker.
 */
#include "common/i18n.h"
#include "common/utf8.h"
#include "db/records/seat.h"
#include "tests/lib/golden.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/screens/inbox_int.h"
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

static struct inbox *
inbox(struct console_fixture *f)
{
	return inbox_of(ui_front(f->ui));
}

static struct conversation
talk(struct console_fixture *f, int64_t id)
{
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	return talk_get(&f->desk, id);
}

static int64_t
count(struct console_fixture *f, const char *sql)
{
	return talk_int(&f->desk, sql);
}

static char *
draft(struct console_fixture *f, int64_t id, enum draft_slot slot)
{
	struct draft dr = {0};
	char *body;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	if (draft_get(f->desk.d, RECORD_CONVERSATION, id, slot, &dr, NULL) != 0)
		return strdup("");
	body = strdup(dr.body);
	draft_clear(&dr);
	return body;
}

static void
assert_draft(struct console_fixture *f, int64_t id, enum draft_slot slot,
    const char *expected)
{
	char *body = draft(f, id, slot);

	assert_string_equal(body, expected);
	free(body);
}

static const char *
typed(struct console_fixture *f)
{
	size_t n;

	return w_editor_text(&inbox(f)->composer.editor, &n);
}

static int64_t
messages(struct console_fixture *f)
{
	return count(f, "SELECT COUNT(*) FROM messages WHERE inbound = 0");
}

/* ---- drafts ---- */

static void
inbox__keeps_a_draft__two_seconds_after_the_last_key(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Buenos días");
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_draft(f, id, DRAFT_REPLY, "");
	clock_fake_advance(2100 * US_PER_MS);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_draft(f, id, DRAFT_REPLY, "Buenos días");
	assert_true(console_fixture_shows(f, "draft kept"));
}

static void
inbox__keeps_a_draft__when_the_composer_is_left(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "uno");
	console_fixture_keys(f, "Esc N");
	console_fixture_type(f, "dos");
	console_fixture_keys(f, "Esc Esc j");
	assert_draft(f, id, DRAFT_REPLY, "uno");
	assert_draft(f, id, DRAFT_NOTE, "dos");
	console_fixture_keys(f, "k r");
	assert_string_equal(typed(f), "uno");
	console_fixture_keys(f, "Esc N");
	assert_string_equal(typed(f), "dos");
}

static void
inbox__keeps_a_draft__when_the_program_ends(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "a medias");
	f->app.ending = true;
	ui_notify(f->ui, NOTICE_HIDDEN, 0);
	console_fixture_settle(f);
	assert_draft(f, id, DRAFT_REPLY, "a medias");
}

static void
inbox__joins_draft_and_keys__when_the_draft_comes_late(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "antes ");
	console_fixture_keys(f, "Esc");
	golden_keys(f->ui, "r");
	golden_type(f->ui, "después");
	console_fixture_settle(f);
	assert_string_equal(typed(f), "antes después");
}

static void
inbox__keeps_what_was_typed__before_the_draft_came(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "antes ");
	console_fixture_keys(f, "Esc");
	golden_keys(f->ui, "r");
	golden_type(f->ui, "después");
	golden_keys(f->ui, "Esc");
	console_fixture_settle(f);
	assert_draft(f, id, DRAFT_REPLY, "antes después");
}

/* ---- sending ---- */

static void
inbox__sends_a_reply__and_forgets_its_draft(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Ya está");
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 1);
	assert_draft(f, id, DRAFT_REPLY, "");
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_NONE);
	assert_true(console_fixture_shows(f, "operator 10:57 ·"));
}

static void
inbox__sends_once__however_often_the_key_comes(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Ya está");
	console_fixture_keys(f, "C-s C-s C-s");
	assert_int_equal(messages(f), 1);
}

static void
inbox__sends_nothing__with_a_placeholder(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Hola {{nombre}}, ya está");
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 0);
	assert_true(console_fixture_shows(f, "{{nombre}} was not filled in"));
	assert_int_equal(inbox(f)->composer.editor.at, strlen("Hola "));
}

static void
inbox__sends_nothing__when_the_key_is_that_of_the_other(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "esto no es para el cliente");
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 0);
	assert_int_equal(
	    count(f, "SELECT COUNT(*) FROM conversation_notes"), 0);
	console_fixture_keys(f, "C-t");
	assert_int_equal(messages(f), 0);
	assert_int_equal(
	    count(f, "SELECT COUNT(*) FROM conversation_notes"), 1);
	assert_int_equal(
	    count(f, "SELECT COUNT(*) FROM outbox WHERE kind = 1"), 0);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "esto sí");
	console_fixture_keys(f, "C-t");
	assert_int_equal(messages(f), 0);
	assert_true(console_fixture_shows(f, "This is a reply: C-s sends it"));
}

/* Somebody else answers while a reply is written, and it is on the screen. */
static void
inbox__asks_before_sending__when_somebody_else_answered(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Le llamo");
	inbox_fixture_answers(f, "supervisor", id, "Ya voy yo", 0);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "Ya voy yo"));
	assert_string_equal(typed(f), "Le llamo");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "The conversation changed"));
	console_fixture_keys(f, "Enter");
	assert_int_equal(messages(f), 1);
	assert_string_equal(typed(f), "Le llamo");
	console_fixture_keys(f, "C-s y");
	assert_int_equal(messages(f), 2);
}

static void
inbox__asks_before_sending__when_the_customer_wrote_unseen(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Le llamo");
	inbox_fixture_says(
	    f, "34600111222", "Lucía Peña", "No me llamen hoy", 0);
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "No me llamen hoy"));
	assert_int_equal(messages(f), 0);
}

static void
inbox__sends_at_once__when_the_news_was_on_the_screen(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Le llamo");
	inbox_fixture_says(f, "34600111222", "Lucía Peña", "Dígame", 0);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "Dígame"));
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 1);
}

static void
inbox__offers_templates__when_the_window_closes_while_writing(void **state)
{
	struct console_fixture *f = *state;
	int64_t id;

	inbox_fixture_templates(f);
	id = inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Demasiado tarde");
	clock_fake_advance(25 * US_PER_HOUR);
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 0);
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_FORM);
	assert_draft(f, id, DRAFT_REPLY, "Demasiado tarde");
}

static void
inbox__sends_a_template__with_its_values(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_templates(f);
	inbox_fixture_says(f, "34600111222", "Lucía Peña", "Hola", 60 * 30);
	start(f);
	console_fixture_keys(f, "r");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "Lucía");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "la calle Mayor");
	assert_true(console_fixture_shows(f, "calle Mayor. Le"));
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 1);
	assert_true(console_fixture_shows(f, "[template] aviso_averia"));
}

/* ---- reading ---- */

static void
inbox__marks_as_read__when_opened_and_not_when_passed(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "j k");
	assert_int_equal(talk(f, id).unread, 2);
	console_fixture_keys(f, "Enter");
	assert_int_equal(talk(f, id).unread, 0);
	assert_int_equal(
	    count(f, "SELECT COUNT(*) FROM outbox WHERE kind = 2"), 1);
	inbox_fixture_says(f, "34600111222", "Lucía Peña", "Otra cosa", 0);
	console_fixture_changed(f);
	assert_int_equal(talk(f, id).unread, 0);
}

static void
inbox__keeps_its_place__when_news_comes(void **state)
{
	struct console_fixture *f = *state;
	size_t top;

	inbox_fixture_thread(f);
	start(f);
	console_fixture_keys(f, "Enter PageUp PageUp");
	top = inbox(f)->text.top;
	assert_false(inbox(f)->text.follow);
	inbox_fixture_says(f, "34600111222", "Lucía Peña", "Más", 0);
	console_fixture_changed(f);
	assert_int_equal(inbox(f)->text.top, top);
	assert_false(console_fixture_shows(f, "Lucía Peña 10:57"));
	console_fixture_keys(f, "G");
	assert_true(console_fixture_shows(f, "Lucía Peña 10:57"));
}

static void
inbox__goes_on_upwards__beyond_the_first_page(void **state)
{
	struct console_fixture *f = *state;
	char body[32];

	for (int i = 0; i < 90; i++) {
		snprintf(body, sizeof(body), "mensaje %d", i);
		inbox_fixture_says(
		    f, "34600111222", "Lucía Peña", body, 200 - i);
	}
	start(f);
	console_fixture_keys(f, "Enter gg");
	assert_true(console_fixture_shows(f, "mensaje 30"));
	console_fixture_keys(f, "gg");
	assert_true(console_fixture_shows(f, "mensaje 0"));
}

static void
inbox__keeps_thread_and_text__when_the_row_leaves_the_view(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "sigo aquí");
	inbox_fixture_assign(f, id, f->desk.demo.mate, 0);
	console_fixture_changed(f);
	assert_int_equal(inbox(f)->current, id);
	assert_string_equal(typed(f), "sigo aquí");
	assert_true(console_fixture_shows(f, "owner: mate"));
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 0);
	assert_string_equal(typed(f), "sigo aquí");
}

static void
inbox__goes_to_the_neighbour__when_the_selected_one_goes(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	assert_int_equal(inbox(f)->current, id);
	inbox_fixture_assign(f, id, f->desk.demo.mate, 0);
	console_fixture_changed(f);
	assert_int_not_equal(inbox(f)->current, id);
	assert_int_equal(inbox(f)->current, w_list_selected(&inbox(f)->list));
}

static void
inbox__keeps_the_selection__when_another_comes_above(void **state)
{
	struct console_fixture *f = *state;
	int64_t id;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "5 j j");
	id = inbox(f)->current;
	inbox_fixture_says(f, "34600000009", "Nuevo", "Hola", 0);
	console_fixture_changed(f);
	assert_int_equal(w_list_selected(&inbox(f)->list), id);
	assert_int_equal(inbox(f)->current, id);
	assert_true(console_fixture_shows(f, "Nuevo"));
}

/* ---- commands ---- */

static void
inbox__claims_closes_and_reopens(void **state)
{
	struct console_fixture *f = *state;
	int64_t me = f->desk.demo.operators[ROLE_OPERATOR];
	int64_t id = inbox_fixture_says(f, "34600111222", "Lucía", "Hola", 5);

	start(f);
	console_fixture_keys(f, "Enter m");
	assert_int_equal(talk(f, id).operator_id, me);
	console_fixture_keys(f, "c");
	assert_int_equal(talk(f, id).state, CONVERSATION_CLOSED);
	assert_true(console_fixture_shows(f, "conversation closed"));
	console_fixture_keys(f, "r");
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_NONE);
	console_fixture_keys(f, "o");
	assert_int_equal(talk(f, id).state, CONVERSATION_HANDED_OFF);
}

static void
inbox__assigns__with_a_note(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "a");
	console_fixture_type(f, "mate");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "Conoce la zona");
	console_fixture_keys(f, "Enter");
	assert_int_equal(talk(f, id).operator_id, f->desk.demo.mate);
	assert_int_equal(count(f, "SELECT COUNT(*) FROM conversation_notes"
				  " WHERE body = 'Conoce la zona'"),
	    1);
}

static void
inbox__assigns__to_a_team(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	console_fixture_keys(f, "a");
	console_fixture_type(f, "Sales");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	assert_int_equal(talk(f, id).team_id, f->desk.demo.sales);
	assert_int_equal(talk(f, id).operator_id, 0);
}

static void
inbox__makes_a_ticket__and_opens_it(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	console_fixture_keys(f, "t");
	assert_int_equal(count(f, "SELECT COUNT(*) FROM tickets"), 1);
	assert_true(console_fixture_shows(f, "ticket 1"));
	console_fixture_keys(f, "Enter");
	assert_ptr_equal(ui_front(f->ui)->ops, &scr_ticket);
}

static void
inbox__tries_again__what_failed(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    inbox_fixture_says(f, "34600111222", "Lucía Peña", "Hola", 60);

	inbox_fixture_assign(f, id, f->desk.demo.operators[ROLE_OPERATOR], 0);
	inbox_fixture_status(f,
	    inbox_fixture_answers(f, "operator", id, "¿Sigue ahí?", 20),
	    "failed", 131026, "Message undeliverable");
	start(f);
	console_fixture_keys(f, "Enter R");
	assert_int_equal(
	    count(f, "SELECT COUNT(*) FROM messages WHERE state = 1"), 1);
	console_fixture_keys(f, "R");
	assert_true(console_fixture_shows(f, "No message failed"));
}

static void
inbox__refuses_to_write__for_an_auditor(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	console_fixture_start(f, "auditor", &scr_inbox, 0);
	console_fixture_keys(f, "5 Enter r");
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_NONE);
	assert_int_equal(talk(f, id).unread, 2);
	console_fixture_keys(f, "m c t");
	assert_int_equal(count(f, "SELECT COUNT(*) FROM tickets"), 0);
}

/* Three answers in a row: an answered one goes to the top of the list. */
static void
inbox__next__is_who_waits_longest(void **state)
{
	struct console_fixture *f = *state;
	int64_t id[3];
	const int order[] = {2, 0, 1};

	id[0] = inbox_fixture_says(f, "34600111001", "Uno", "Hola", 30);
	id[1] = inbox_fixture_says(f, "34600111002", "Dos", "Hola", 20);
	id[2] = inbox_fixture_says(f, "34600111003", "Tres", "Hola", 10);
	start(f);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(inbox(f)->current, id[order[i]]);
		console_fixture_keys(f, "r");
		console_fixture_type(f, "Ya va");
		console_fixture_keys(f, "C-s");
		clock_fake_advance(US_PER_SECOND);
		console_fixture_keys(f, "J");
	}
	assert_true(console_fixture_shows(f, "Nobody else waits"));
	assert_int_equal(messages(f), 3);
}

/* ---- what is somebody else's ---- */

static void
inbox__refuses_to_open__what_somebody_else_has(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	inbox_fixture_assign(f, id, f->desk.demo.mate, 0);
	start(f);
	console_fixture_keys(f, "5 g g Enter");
	assert_int_equal(inbox(f)->current, id);
	for (const char *const *key =
		 (const char *const[]){"r", "p", "c", "a", "m", NULL};
	     *key != NULL; key++) {
		console_fixture_keys(f, *key);
		assert_int_equal(inbox(f)->composer.mode, COMPOSE_NONE);
		assert_true(console_fixture_shows(f, "leave a note with N"));
		assert_ptr_equal(ui_top(f->ui), ui_front(f->ui));
	}
	console_fixture_keys(f, "N");
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_NOTE);
}

static void
inbox__closes_the_reply__when_its_owner_comes_late(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	inbox_fixture_assign(f, id, f->desk.demo.mate, 0);
	console_fixture_start(f, "operator", &scr_inbox, id);
	model_delay_answers(f->app.model, 60);
	inbox_show(f->ui, id);
	golden_keys(f->ui, "r");
	console_fixture_settle(f);
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_NONE);
	assert_true(console_fixture_shows(f, "leave a note with N"));
}

/* ---- views ---- */

static void
inbox__shows_each_view__by_number_and_by_tab(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_list(f);
	start(f);
	assert_int_equal(inbox(f)->view, VIEW_MINE);
	console_fixture_keys(f, "2");
	assert_int_equal(inbox(f)->count, 2);
	console_fixture_keys(f, "Tab Tab");
	assert_int_equal(inbox(f)->view, VIEW_TEAM);
	assert_int_equal(inbox(f)->count, 3);
	console_fixture_keys(f, "S-Tab S-Tab S-Tab S-Tab");
	assert_int_equal(inbox(f)->view, VIEW_CLOSED);
	assert_int_equal(inbox(f)->count, 1);
}

static void
inbox__begins_with_what_waits__when_nothing_is_mine(void **state)
{
	struct console_fixture *f = *state;

	inbox_fixture_says(f, "34600000001", "Uno", "Hola", 5);
	start(f);
	assert_int_equal(inbox(f)->view, VIEW_UNASSIGNED);
	assert_int_equal(inbox(f)->count, 1);
}

/* Keys that come before the rows: none may hit what was shown before. */
static void
inbox__touches_nothing_old__when_the_view_is_another(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	assert_int_equal(inbox(f)->current, id);
	golden_keys(f->ui, "2 c m t N r");
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_NONE);
	assert_true(console_fixture_shows(f, "still being read"));
	console_fixture_settle(f);
	assert_int_equal(talk(f, id).state, CONVERSATION_HANDED_OFF);
	assert_int_equal(count(f, "SELECT COUNT(*) FROM tickets"), 0);
	assert_int_equal(inbox(f)->count, 2);
	golden_keys(f->ui, "1 G Enter");
	console_fixture_settle(f);
	assert_int_equal(inbox(f)->focus, INBOX_THREAD);
	assert_int_not_equal(inbox(f)->current, id);
	console_fixture_keys(f, "Esc /");
	golden_type(f->ui, "lucia");
	golden_keys(f->ui, "Enter Enter");
	console_fixture_settle(f);
	assert_int_equal(inbox(f)->current, id);
	assert_int_equal(inbox(f)->focus, INBOX_THREAD);
}

/* ---- late answers, sizes ---- */

static void
inbox__works__with_answers_300_ms_late(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	start(f);
	model_delay_answers(f->app.model, 300);
	golden_keys(f->ui, "j k Enter r");
	golden_type(f->ui, "Con calma");
	golden_keys(f->ui, "C-s");
	console_fixture_settle(f);
	assert_int_equal(inbox(f)->current, id);
	assert_int_equal(messages(f), 1);
	golden_keys(f->ui, "r");
	golden_type(f->ui, "Otra");
	golden_keys(f->ui, "Esc r");
	golden_type(f->ui, "más");
	golden_keys(f->ui, "C-s");
	console_fixture_settle(f);
	assert_int_equal(messages(f), 1);
	assert_string_equal(typed(f), "Otra\nmás");
	console_fixture_keys(f, "C-s");
	assert_int_equal(messages(f), 2);
	assert_draft(f, id, DRAFT_REPLY, "");
}

static void
inbox__turns_a_reply_into_a_form__when_it_was_begun_too_early(void **state)
{
	struct console_fixture *f = *state;
	int64_t id;

	inbox_fixture_templates(f);
	id = inbox_fixture_says(f, "34600000001", "Uno", "Hola", 60 * 30);
	inbox_fixture_list(f);
	start(f);
	inbox__show(ui_front(f->ui), id);
	golden_keys(f->ui, "r");
	golden_type(f->ui, "Hola");
	console_fixture_settle(f);
	assert_int_equal(inbox(f)->composer.mode, COMPOSE_FORM);
	assert_draft(f, id, DRAFT_REPLY, "Hola");
}

static void
inbox__draws__at_every_size(void **state)
{
	static const int sizes[][2] = {{1, 1}, {5, 3}, {20, 6}, {40, 10},
	    {59, 15}, {60, 15}, {60, 9}, {80, 24}, {200, 60}, {300, 5}};
	static const char *const steps[] = {
	    "", "Enter", "r", "Esc N", "Esc", "p", "Esc a", "Esc Esc 6"};
	struct console_fixture *f = *state;

	inbox_fixture_templates(f);
	inbox_fixture_thread(f);
	start(f);
	for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
		console_fixture_keys(f, steps[k]);
		for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]);
		     i++) {
			canvas_grid_resize(
			    f->grid, sizes[i / 2][0], sizes[i / 2][1]);
			i18n_set_process(i % 2 == 0 ? LANG_EN : LANG_ES);
			ui_notify(f->ui, NOTICE_LANG, 0);
			console_fixture_settle(f);
		}
		canvas_grid_resize(f->grid, 80, 24);
		console_fixture_settle(f);
	}
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(inbox__keeps_a_draft__two_seconds_after_the_last_key),
	    CASE(inbox__keeps_a_draft__when_the_composer_is_left),
	    CASE(inbox__keeps_a_draft__when_the_program_ends),
	    CASE(inbox__joins_draft_and_keys__when_the_draft_comes_late),
	    CASE(inbox__keeps_what_was_typed__before_the_draft_came),
	    CASE(inbox__sends_a_reply__and_forgets_its_draft),
	    CASE(inbox__sends_once__however_often_the_key_comes),
	    CASE(inbox__sends_nothing__with_a_placeholder),
	    CASE(inbox__sends_nothing__when_the_key_is_that_of_the_other),
	    CASE(inbox__asks_before_sending__when_somebody_else_answered),
	    CASE(inbox__asks_before_sending__when_the_customer_wrote_unseen),
	    CASE(inbox__sends_at_once__when_the_news_was_on_the_screen),
	    CASE(inbox__offers_templates__when_the_window_closes_while_writing),
	    CASE(inbox__sends_a_template__with_its_values),
	    CASE(inbox__marks_as_read__when_opened_and_not_when_passed),
	    CASE(inbox__keeps_its_place__when_news_comes),
	    CASE(inbox__goes_on_upwards__beyond_the_first_page),
	    CASE(inbox__keeps_thread_and_text__when_the_row_leaves_the_view),
	    CASE(inbox__goes_to_the_neighbour__when_the_selected_one_goes),
	    CASE(inbox__keeps_the_selection__when_another_comes_above),
	    CASE(inbox__claims_closes_and_reopens),
	    CASE(inbox__assigns__with_a_note),
	    CASE(inbox__assigns__to_a_team),
	    CASE(inbox__makes_a_ticket__and_opens_it),
	    CASE(inbox__tries_again__what_failed),
	    CASE(inbox__next__is_who_waits_longest),
	    CASE(inbox__refuses_to_write__for_an_auditor),
	    CASE(inbox__refuses_to_open__what_somebody_else_has),
	    CASE(inbox__closes_the_reply__when_its_owner_comes_late),
	    CASE(inbox__shows_each_view__by_number_and_by_tab),
	    CASE(inbox__begins_with_what_waits__when_nothing_is_mine),
	    CASE(inbox__touches_nothing_old__when_the_view_is_another),
	    CASE(inbox__works__with_answers_300_ms_late),
	    CASE(inbox__turns_a_reply_into_a_form__when_it_was_begun_too_early),
	    CASE(inbox__draws__at_every_size),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
