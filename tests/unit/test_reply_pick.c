/*
 * Canned replies at the ";" of a composer: golden screens, what is found and
 * inserted, what stops the sending.
 *
 * Turned red by: no look at what is before the cursor, a picker that ends
 * without giving the key back, an insertion in two steps, a sending that does
 * not ask reply_pick_stops.
 */
#include "tests/lib/console_test.h"

#include "common/utf8.h"
#include "db/records/replies.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/screens/inbox_int.h"
#include "tui/screens/ticket_write.h"

static void
canned(struct console_fixture *f, const char *title, const char *shortcut,
    const char *body)
{
	struct reply_new in = {
	    .title = title, .shortcut = shortcut, .body = body};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	in.operator_id = f->desk.d->actor.id;
	assert_int_equal(reply_new(f->desk.d, &in, &id, &err), 0);
}

static void
make_replies(struct console_fixture *f)
{
	canned(f, "Cierre", "fin",
	    "Gracias, {{contact.name}}. Soy {{operator.name}}; si vuelve a"
	    " pasar, cite el caso {{ticket.number}}.");
	canned(f, "Factura", "fac",
	    "La factura de {{company.name}} va adjunta, con fecha {{fecha}}.");
	canned(f, "Reinicio del módem", "", "Apáguelo y espere un minuto.");
}

static int64_t
start_ticket(struct console_fixture *f)
{
	int64_t id = console_seed_ticket(
	    f, 90, "Avería en la centralita", 4, 4, "Lucía Peña", "operator");

	make_replies(f);
	console_fixture_start(f, "operator", &scr_ticket, id);
	return id;
}

static const char *
typed(struct console_fixture *f)
{
	return w_editor_text(&ticket_card_write(ui_front(f->ui))->editor, NULL);
}

static void
reply_pick__shows__what_would_be_inserted(void **state)
{
	struct console_fixture *f = *state;

	(void)start_ticket(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "Hola ;");
	golden_check(f->ui, "replies", "all", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "replies", "all", LANG_EN, 40, 10, 0);
	golden_check(f->ui, "replies", "all", LANG_EN, 80, 24, GOLDEN_MONO);
	console_fixture_type(f, "fecha");
	golden_check(f->ui, "replies", "found", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "replies", "found", LANG_ES, 40, 10, 0);
	console_fixture_type(f, "xyz");
	golden_check(f->ui, "replies", "nothing", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "fac");
	console_fixture_keys(f, "Enter C-s");
	golden_check(f->ui, "replies", "unfilled", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "replies", "unfilled", LANG_EN, 40, 10, 0);
}

/* Whose console speaks Spanish finds the Spanish one on top. */
static void
reply_pick__in_several_languages__ones_own_is_first(void **state)
{
	struct console_fixture *f = *state;
	struct reply_new in = {.lang = "en", .title = "Bye", .body = "Goodbye"};
	struct err err = ERR_INIT;
	int64_t id = console_seed_ticket(
		    f, 90, "Avería", 4, 4, "Lucía Peña", "operator"),
		reply;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	in.operator_id = f->desk.d->actor.id;
	assert_int_equal(reply_new(f->desk.d, &in, &reply, &err), 0);
	in = (struct reply_new){.lang = "es",
	    .title = "Despedida",
	    .body = "Hasta luego",
	    .operator_id = in.operator_id};
	assert_int_equal(reply_new(f->desk.d, &in, &reply, &err), 0);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "r");
	console_fixture_type(f, ";");
	console_fixture_keys(f, "Enter");
	assert_string_equal(typed(f), "Goodbye");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, ";");
	console_fixture_keys(f, "Enter");
	i18n_set_process(LANG_EN);
	assert_string_equal(typed(f), "Hasta luego");
}

static void
reply_pick__insertion__is_one_step_at_the_cursor(void **state)
{
	struct console_fixture *f = *state;

	(void)start_ticket(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "A  Z");
	console_fixture_keys(f, "Left Left");
	console_fixture_type(f, ";fin");
	console_fixture_keys(f, "Enter");
	assert_string_equal(typed(f),
	    "A Gracias, Lucía Peña. Soy operator; si vuelve a pasar, cite el"
	    " caso 1. Z");
	console_fixture_keys(f, "C-_");
	assert_string_equal(typed(f), "A  Z");
	/* Several in one message. */
	console_fixture_keys(f, "C-y End Enter");
	console_fixture_type(f, ";modem");
	console_fixture_keys(f, "Enter");
	assert_non_null(strstr(typed(f), " Z\nApáguelo y espere un minuto."));
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "The reply on ticket 1 stays"));
}

static void
reply_pick__what_is_no_search__stays_text(void **state)
{
	static const struct {
		const char *type, *keys, *text;
	} cases[] = {
	    {"uno;dos", "Left", "uno;dos"},
	    {";", "Esc", ";"},
	    {"sí ;)", "Left", "sí ;)"},
	    {"sí ; no", "Left", "sí ; no"},
	    {";fac", "Esc", ";"},
	    {"nada de ;esto", "Esc", "nada de ;esto"},
	};
	struct console_fixture *f = *state;

	(void)start_ticket(f);
	console_fixture_keys(f, "r");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		console_fixture_type(f, cases[i].type);
		console_fixture_keys(f, cases[i].keys);
		assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
		assert_string_equal(typed(f), cases[i].text);
		console_fixture_keys(f, "End C-u");
	}
}

static void
reply_pick__faster_than_the_desk__takes_what_was_meant(void **state)
{
	struct console_fixture *f = *state;

	(void)start_ticket(f);
	console_fixture_keys(f, "r");
	model_delay_answers(f->app.model, 300);
	golden_type(f->ui, ";modem");
	golden_keys(f->ui, "Enter");
	console_fixture_settle(f);
	assert_string_equal(typed(f), "Apáguelo y espere un minuto.");
}

static void
reply_pick__unfilled__stops_a_reply_and_no_note(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_write *w;

	(void)start_ticket(f);
	console_fixture_keys(f, "r");
	console_fixture_type(f, ";fac");
	console_fixture_keys(f, "Enter");
	w = ticket_card_write(ui_front(f->ui));
	assert_int_equal(w->editor.at, strlen("La factura de "));
	console_fixture_keys(f, "Home C-s");
	assert_true(console_fixture_shows(
	    f, "{{company.name}}, {{fecha}} was not filled in"));
	assert_true(w->open);
	assert_int_equal(w->editor.at, strlen("La factura de "));
	console_fixture_keys(f, "Esc N");
	console_fixture_type(f, ";fac");
	console_fixture_keys(f, "Enter C-t");
	assert_true(console_fixture_shows(f, "The note on ticket 1 is kept"));
}

static void
reply_pick__in_a_conversation__knows_the_contact(void **state)
{
	struct console_fixture *f = *state;
	struct composer *c;

	inbox_fixture_list(f);
	make_replies(f);
	console_fixture_start(f, "operator", &scr_inbox, 0);
	console_fixture_keys(f, "r");
	console_fixture_type(f, ";fin");
	golden_check(f->ui, "replies", "inbox", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "replies", "inbox", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Enter");
	c = &inbox_of(ui_front(f->ui))->composer;
	assert_non_null(strstr(w_editor_text(&c->editor, NULL),
	    "Gracias, Lucía Peña. Soy operator;"));
	console_fixture_keys(f, "C-s");
	assert_true(
	    console_fixture_shows(f, "{{ticket.number}} was not filled in"));
	assert_int_equal(c->mode, COMPOSE_REPLY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(reply_pick__shows__what_would_be_inserted),
	    SCREEN_TEST(reply_pick__in_several_languages__ones_own_is_first),
	    SCREEN_TEST(reply_pick__insertion__is_one_step_at_the_cursor),
	    SCREEN_TEST(reply_pick__what_is_no_search__stays_text),
	    SCREEN_TEST(reply_pick__faster_than_the_desk__takes_what_was_meant),
	    SCREEN_TEST(reply_pick__unfilled__stops_a_reply_and_no_note),
	    SCREEN_TEST(reply_pick__in_a_conversation__knows_the_contact),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
