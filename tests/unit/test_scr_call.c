/*
 * The call's screen: a call is started, wrapped up and closed by single keys,
 * and between two of them stands whom to call next.
 *
 * Turned red by: a hang-up that skips the wrap-up, a hot key that is taken for
 * another command, a row that dials another number; a dialler that is run for
 * a call that came in, a call that ends because nobody could be
 * dialled; a promised call that is not told, a shift that asks nobody; words
 * that go to another call than they were typed for, or to none.
 */
#include "tests/lib/console_test.h"

#include "db/records/call_settings.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/do_not_call.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "tests/lib/llm_stand.h"
#include "common/fsutil.h"
#include "tests/lib/queries.h"
#include "tests/lib/tmp.h"
#include "tui/screens/call_int.h"
#include <sys/stat.h>
#include <unistd.h>

static int64_t
make_contact(struct console_fixture *f)
{
	struct contact_new in = {
	    .full_name = "Lucía \033[31mPeña", .phone_number = "+34600111222"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(contact_new(f->desk.d, &in, &id, &err), 0);
	return id;
}

static void
promise(struct console_fixture *f, int64_t contact, int64_t in_us)
{
	struct callback_new in = {.contact_id = contact,
	    .due_us = CONSOLE_FIXTURE_NOW + in_us,
	    .operator_id = f->desk.demo.operators[ROLE_OPERATOR],
	    .note = "Pide precio del plan"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(callback_new(f->desk.d, &in, &id, &err), 0);
}

static void
later(struct console_fixture *f, int64_t us)
{
	clock_fake_advance(us);
	console_fixture_settle(f);
}

static void
start(struct console_fixture *f)
{
	console_fixture_start(f, "operator", &scr_call, 0);
	console_fixture_keys(f, "s"); /* clock in */
}

static void
dial(struct console_fixture *f, const char *number)
{
	console_fixture_keys(f, "c");
	console_fixture_type(f, number);
	console_fixture_keys(f, "Enter");
}

static void
call__between_two__promised_ones_are_first(void **state)
{
	struct console_fixture *f = *state;

	promise(f, make_contact(f), 10 * US_PER_MINUTE);
	start(f);
	dial(f, "+34 911 222 333");
	later(f, 95 * US_PER_SECOND);
	console_fixture_keys(f, "c");
	later(f, 5 * US_PER_SECOND);
	console_fixture_keys(f, "c n");
	golden_check(f->ui, "call", "between", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "between", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "call", "between", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "call", "between", LANG_EN, 40, 10, 0);
	/* The promised one is under the cursor. */
	console_fixture_keys(f, "gg Enter");
	assert_true(console_fixture_shows(f, "-> Lucía"));
	assert_true(console_fixture_shows(f, "+34600111222"));
}

static void
call__with_a_contact__shows_what_was_before(void **state)
{
	struct console_fixture *f = *state;

	(void)make_contact(f);
	start(f);
	dial(f, "+34600111222");
	later(f, 61 * US_PER_SECOND);
	console_fixture_keys(f, "c c b"); /* busy */
	console_fixture_keys(f, "i");
	console_fixture_type(f, "+34600111222");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y Enter");
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Quiere el plan de fibra");
	console_fixture_keys(f, "Enter");
	later(f, 3 * US_PER_SECOND);
	golden_check(f->ui, "call", "talking", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "talking", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "call", "talking", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "w");
	assert_true(console_fixture_shows(f, "ON HOLD"));
	console_fixture_keys(f, "w c c");
	golden_check(f->ui, "call", "how", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "how", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "WRAP-UP"));
	console_fixture_keys(f, "d s");
	console_fixture_type(f, "120,50");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "READY"));
	assert_true(console_fixture_shows(f, "2 calls, 1 sale (50 %)"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "2 calls, 0 sales (0 %)"));
}

/* A shift is begun by one key; to end one is a choice. */
static void
call__shift__begins_at_once(void **state)
{
	struct console_fixture *f = *state;

	promise(f, make_contact(f), US_PER_MINUTE);
	start(f);
	assert_true(str_equal(ui_top(f->ui)->ops->name, "call"));
	assert_true(console_fixture_shows(f, "READY"));
	assert_true(console_fixture_shows(f, "on shift for"));
	console_fixture_keys(f, "s");
	assert_true(console_fixture_shows(f, "clock out"));
	console_fixture_keys(f, "Enter"); /* a break */
	assert_true(console_fixture_shows(f, "PAUSED"));
	console_fixture_keys(f, "s Enter"); /* and back */
	assert_true(console_fixture_shows(f, "READY"));
}

/* Turned red by a "y" that finds the words of another answer. */
static void
call__consent__is_what_is_typed(void **state)
{
	static const struct {
		enum lang lang;
		const char *typed, *shown;
	} rows[] = {
	    {LANG_ES, "y", "Se puede grabar: sí"},
	    {LANG_ES, "s", "Se puede grabar: sí"},
	    {LANG_ES, "si", "Se puede grabar: sí"},
	    {LANG_ES, "n", "Se puede grabar: rechazada"},
	    {LANG_ES, "av", "Se puede grabar: avisado"},
	    {LANG_EN, "y", "Recording allowed: yes"},
	    {LANG_EN, "n", "Recording allowed: refused"},
	    {LANG_EN, "a", "Recording allowed: announced"},
	};
	struct console_fixture *f = *state;

	start(f);
	dial(f, "+34600999888");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		i18n_set_process(rows[i].lang);
		console_fixture_keys(f, "y");
		console_fixture_type(f, rows[i].typed);
		console_fixture_keys(f, "Enter");
		ui_notify(f->ui, NOTICE_LANG, 0);
		console_fixture_settle(f);
		if (!console_fixture_shows(f, rows[i].shown))
			fail_msg("%s: not %s", rows[i].typed, rows[i].shown);
	}
}

static void
seed_before(struct console_fixture *f, int64_t contact)
{
	struct err err = ERR_INIT;
	struct ticket_new in = {.contact_id = contact};
	int64_t id, number;
	char subject[32];

	for (int i = 1; i <= 5; i++) {
		desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
		str_format(subject, sizeof(subject), "Avería número %d", i);
		in.subject = subject;
		clock_fake_wall(
		    CONSOLE_FIXTURE_NOW - (60 - i) * US_PER_MINUTE);
		assert_int_equal(
		    ticket_new(f->desk.d, &in, &id, &number, &err), 0);
	}
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	(void)console_seed_writes(
	    f, 30, "34600111222", "Lucía", "¿Cuándo vienen?");
}

/* Turned red by a history of somebody else, and by one without chats. */
static void
call__with_a_contact__has_all_that_was_before(void **state)
{
	struct console_fixture *f = *state;

	seed_before(f, make_contact(f));
	start(f);
	dial(f, "+34600111222");
	later(f, 61 * US_PER_SECOND);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Pide que se le llame por la tarde");
	console_fixture_keys(f, "Enter c c b");
	console_fixture_keys(f, "i");
	console_fixture_type(f, "+34600111222");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "call", "before", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "before", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "H");
	golden_check(f->ui, "call", "all-before", LANG_ES, 80, 24, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc H");
	golden_check(f->ui, "call", "all-before", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "call", "all-before", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	assert_true(console_fixture_shows(f, "Pide que se le llame"));
	assert_true(console_fixture_shows(f, "Avería número 1"));
	assert_true(console_fixture_shows(f, "¿Cuándo vienen?"));
	/* Between two calls it is of the row under the cursor. */
	console_fixture_keys(f, "Esc c c n gg H");
	assert_true(console_fixture_shows(f, "Before, with Lucía"));
	assert_true(console_fixture_shows(f, "Calls (2)"));
	console_fixture_keys(f, "Esc");
	dial(f, "+34600999888");
	assert_false(console_fixture_shows(f, "Avería"));
	console_fixture_keys(f, "H");
	assert_true(console_fixture_shows(f, "Tickets (0)"));
}

static void
call__of_nobody__becomes_a_contact_and_a_ticket(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	dial(f, "+34 600 999 888");
	assert_true(console_fixture_shows(f, "Nobody has this number"));
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Nuria Nueva");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "-> Nuria Nueva"));
	console_fixture_keys(f, "t");
	console_fixture_type(f, "No tiene línea");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Ticket: 1"));
	console_fixture_keys(f, "t");
	assert_true(console_fixture_shows(f, "No tiene línea"));
}

static void
call__wrap_up__counts_down_and_is_extended_once(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	dial(f, "+34 600 999 888");
	console_fixture_keys(f, "c");
	later(f, 20 * US_PER_SECOND);
	assert_true(console_fixture_shows(f, "WRAP-UP -00:40"));
	console_fixture_keys(f, "+");
	assert_true(console_fixture_shows(f, "WRAP-UP -01:10"));
	console_fixture_keys(f, "+");
	assert_true(console_fixture_shows(f, "WRAP-UP -01:10"));
	later(f, 75 * US_PER_SECOND);
	assert_true(console_fixture_shows(f, "WRAP-UP +00:05"));
}

/* Turned red by figures of all that a supervisor may see. */
static void
call__today__is_what_the_operator_did(void **state)
{
	struct console_fixture *f = *state;
	const struct call_new in = {
	    .direction = CALL_IN, .number = "+34911222333"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(call_start(f->desk.d, &in, &id, NULL, &err), 0);
	console_fixture_start(f, "supervisor", &scr_call, 0);
	assert_true(console_fixture_shows(f, "Today: 0 calls"));
}

static void
call__pause__has_its_reason(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	console_fixture_keys(f, "p");
	golden_check(f->ui, "call", "pause", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "READY"));
	console_fixture_keys(f, "p 1");
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "READY"));
}

/* Keys that come before the answer does mean what they will mean. */
static void
call__keys_before_the_answer__dial_nobody(void **state)
{
	struct console_fixture *f = *state;

	promise(f, make_contact(f), US_PER_MINUTE);
	start(f);
	model_delay_answers(f->app.model, 300);
	console_fixture_keys(f, "c");
	console_fixture_type(f, "+34911222333");
	console_fixture_keys(f, "Enter Enter c c n");
	assert_true(console_fixture_shows(f, "TALKING"));
	assert_true(console_fixture_shows(f, "-> +34911222333"));
	console_fixture_keys(f, "c c n");
	assert_true(console_fixture_shows(f, "-> NI"));
}

static void
call__stopped_number__is_refused(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(do_not_call_add(f->desk.d, "+34600999888", "Lo pidió",
			     0, &id, &err),
	    0);
	start(f);
	dial(f, "+34600999888");
	assert_false(console_fixture_shows(f, "TALKING"));
	assert_true(console_fixture_shows(f, "Lo pidió"));
}

static void
call__bad_number_and_amount__are_told_at_once(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	dial(f, "llámame");
	assert_true(console_fixture_shows(f, "15 digits"));
	console_fixture_keys(f, "Esc");
	dial(f, "+34600999888");
	console_fixture_keys(f, "c c s");
	console_fixture_type(f, "12,345");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "120.50"));
}

/* ---- a call that ends, or comes, while something is asked ---- */

/* Elsewhere, or by its telephone: the call is over and another one there. */
static void
next_call(struct console_fixture *f)
{
	const struct call_close ni = {.disposition = "NI"};
	const struct call_new in = {
	    .direction = CALL_IN, .number = "+34911222333"};
	struct err err = ERR_INIT;
	struct call now = {0};
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	if (call_current(f->desk.d, 0, &now, &err) == 0) {
		assert_int_equal(call_end(f->desk.d, now.id, &err), 0);
		assert_int_equal(call_close(f->desk.d, now.id, &ni, &err), 0);
	}
	call_clear(&now);
	assert_int_equal(call_start(f->desk.d, &in, &id, NULL, &err), 0);
	console_fixture_changed(f);
}

static void
call__another_one_meanwhile__gets_nothing_of_the_first(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	dial(f, "+34 600 999 888");
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Nuria Nueva");
	next_call(f);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "<- +34911222333"));
	assert_true(console_fixture_shows(f, "Nobody has this number"));
	/* Nor is it recorded because the other one agreed. */
	console_fixture_keys(f, "y");
	next_call(f);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Recording allowed: not asked"));
}

static void
call__that_comes_while_a_pause_is_chosen__has_its_keys(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	console_fixture_keys(f, "p");
	assert_true(console_fixture_shows(f, "Why the pause?"));
	next_call(f);
	assert_false(console_fixture_shows(f, "Why the pause?"));
	console_fixture_keys(f, "w");
	assert_true(console_fixture_shows(f, "ON HOLD"));
}

static void
call__notes_that_are_refused__are_still_there(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct call now = {0};

	start(f);
	dial(f, "+34 600 999 888");
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Quiere el plan de fibra");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(call_current(f->desk.d, 0, &now, &err), 0);
	assert_int_equal(
	    call_notes_set(f->desk.d, now.id, 0, "De otra pantalla", &err), 0);
	call_clear(&now);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Quiere el plan de fibra"));
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "The notes are kept"));
	assert_true(console_fixture_shows(f, "Notes: Quiere el plan"));
}

/* ---- what the customer objects ---- */

static void
call__objection__has_its_card_while_it_is_typed(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	dial(f, "+34600999888");
	console_fixture_keys(f, "o");
	console_fixture_type(f, "es muy caro");
	golden_check(f->ui, "call", "objection", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "objection", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "call", "objection", LANG_EN, 40, 10, 0);
	/* No model is configured: the cards stay, and nothing waits. */
	console_fixture_keys(f, "Enter");
	/* What nobody said is a gap, never a variable. */
	assert_true(console_fixture_shows(f, "[price]"));
	assert_false(console_fixture_shows(f, "{{"));
	console_fixture_keys(f, "P");
	console_fixture_type(f, "Fibra 600");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "29,90 €");
	console_fixture_keys(f, "Enter");
	assert_false(console_fixture_shows(f, "[price]"));
	assert_true(console_fixture_shows(f, "29,90 €"));
	golden_check(f->ui, "call", "filled", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "filled", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "call", "filled", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "gh");
	assert_true(console_fixture_shows(f, "Nothing was asked yet"));
	console_fixture_keys(f, "Esc gm");
	assert_true(console_fixture_shows(f, "No model server is configured"));
	assert_true(console_fixture_shows(f, "Customer: es muy caro"));
	console_fixture_keys(f, "o");
	console_fixture_type(f, "buenos días");
	assert_true(console_fixture_shows(f, "No card is about that"));
	console_fixture_keys(f, "Esc c c n");
	assert_true(console_fixture_shows(f, "READY"));
	dial(f, "+34600999888");
	assert_false(console_fixture_shows(f, "buenos"));
}

/* Turned red by cards above the contact when nobody is there to hear them. */
static void
call__wrap_up__shows_the_contact_above_the_cards(void **state)
{
	struct console_fixture *f = *state;

	(void)make_contact(f);
	start(f);
	dial(f, "+34600111222");
	console_fixture_keys(f, "o");
	console_fixture_type(f, "es muy caro");
	console_fixture_keys(f, "Enter");
	assert_false(console_fixture_shows(f, "Recording allowed"));
	console_fixture_keys(f, "c");
	assert_true(console_fixture_shows(f, "WRAP-UP"));
	assert_true(console_fixture_shows(f, "Recording allowed"));
	assert_true(console_fixture_shows(f, "0 open tickets"));
	golden_check(f->ui, "call", "wrap-up", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "wrap-up", LANG_EN, 40, 10, 0);
	/* Typed on all the same, they are looked for. */
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "o");
	console_fixture_type(f, "buenos");
	assert_true(console_fixture_shows(f, "No card is about that"));
}

static void
with_model(struct console_fixture *f, struct llm_stand *stand)
{
	struct err err = ERR_INIT;
	char text[200];

	llm_stand_open(stand);
	str_format(text, sizeof(text),
	    "[llm]\nkind = ollama\nurl = http://127.0.0.1:%d\n"
	    "model = llama3\n",
	    stand->port);
	conf_free(&f->conf);
	assert_int_equal(
	    conf_parse(text, strlen(text), "test", &f->conf, &err), 0);
	f->app.conf = f->conf;
}

static bool
shows_soon(struct console_fixture *f, const char *text)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;

	while (!console_fixture_shows(f, text)) {
		if (clock_mono_us() > limit)
			return false;
		uv_run(&f->app.loop, UV_RUN_ONCE);
		console_fixture_settle(f);
	}
	return true;
}

static void
call__model__speaks_below_the_cards_and_is_rated(void **state)
{
	struct console_fixture *f = *state;
	struct llm_stand stand = {.port = 0};

	with_model(f, &stand);
	start(f);
	/* The shift begins: the model is loaded, and that is to be seen. */
	/* A look that asks nothing may say so before. */
	for (int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;
	     llm_stand_questions(&stand) == 0 && clock_mono_us() < limit;)
		uv_run(&f->app.loop, UV_RUN_NOWAIT);
	assert_true(shows_soon(f, "llama3: loaded"));
	assert_int_equal(llm_stand_questions(&stand), 1);
	assert_true(llm_stand_heard(&stand, "\"messages\":[]"));
	dial(f, "+34600999888");
	console_fixture_keys(f, "o");
	console_fixture_type(f, "es muy caro");
	console_fixture_keys(f, "Enter");
	assert_true(shows_soon(f, "Was it any good?"));
	assert_true(console_fixture_shows(f, STAND_SAYS));
	assert_true(llm_stand_heard(&stand, "es muy caro"));
	golden_check(f->ui, "call", "model", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "v");
	assert_true(shows_soon(f, "it is kept"));
	console_fixture_keys(f, "gh");
	assert_true(console_fixture_shows(f, "It was of use"));
	golden_check(f->ui, "call", "history", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "history", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "Esc gm");
	assert_true(shows_soon(f, "Which model is asked"));
	golden_check(f->ui, "call", "models", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "models", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_type(f, "mistral");
	console_fixture_keys(f, "Enter");
	assert_true(shows_soon(f, "mistral:7b is asked from now on"));
	/* A server that says nothing is left alone by Esc, or by an end. */
	llm_stand_set(&stand, LLM_SILENT);
	console_fixture_keys(f, "o");
	console_fixture_type(f, "no me interesa");
	console_fixture_keys(f, "Enter");
	assert_true(shows_soon(f, "thinks..."));
	console_fixture_keys(f, "Esc");
	assert_true(shows_soon(f, "Was it any good?"));
	assert_true(console_fixture_shows(f, "TALKING"));
	llm_stand_set(&stand, LLM_NO_MODEL);
	console_fixture_keys(f, "o");
	console_fixture_type(f, "ya tengo proveedor");
	console_fixture_keys(f, "Enter");
	assert_true(shows_soon(f, "has no model"));
	llm_stand_set(&stand, LLM_SILENT);
	console_fixture_keys(f, "o");
	console_fixture_type(f, "es muy caro");
	console_fixture_keys(f, "Enter");
	console_fixture_end(f);
	llm_stand_close(&stand);
}

/* ---- what the time brings ---- */

static void
remind(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int n;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, NULL);
	assert_int_equal(callback_remind(f->desk.d, 10, &n, &err), 0);
	console_fixture_changed(f);
	app_notices(&f->app);
	console_fixture_settle(f);
}

static void
call__promised__is_told_once_when_it_is_due(void **state)
{
	struct console_fixture *f = *state;

	promise(f, make_contact(f), 10 * US_PER_MINUTE);
	start(f);
	remind(f);
	assert_false(console_fixture_shows(f, "You promised"));
	later(f, 11 * US_PER_MINUTE);
	remind(f);
	assert_true(console_fixture_shows(f, "You promised to call Lucía"));
	later(f, 2 * US_PER_MINUTE);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
	assert_false(console_fixture_shows(f, "You promised"));
	remind(f);
	assert_false(console_fixture_shows(f, "You promised"));
}

static void
call__on_shift_and_idle__is_asked(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	assert_false(console_fixture_shows(f, "Are you still there"));
	later(f, CALL_IDLE_US + US_PER_MINUTE);
	console_fixture_changed(f);
	golden_check(f->ui, "call", "idle", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "call", "idle", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "m");
	assert_false(console_fixture_shows(f, "till there"));
}

/* ---- a program dials ---- */

static void
write_text(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* The program notes what it is given, and fails for 666. */
static void
use_dialler(struct console_fixture *f, struct tmp *tmp)
{
	struct err err = ERR_INIT;
	char text[1024], out[TMP_SIZE];

	str_copy(out, sizeof(out), tmp_path(tmp, "dialled"));
	str_format(text, sizeof(text),
	    "#!/bin/sh\necho \"$*\" >>'%s'\n[ \"$2\" != 666 ]\n", out);
	write_text(tmp_path(tmp, "dial"), text, 0700);
	str_format(text, sizeof(text),
	    "[call]\nprovider = command\ndialler = %s\n"
	    "dialler_arguments = --to {number}\n",
	    tmp_path(tmp, "dial"));
	write_text(tmp_path(tmp, "opdesk.conf"), text, 0600);
	conf_free(&f->conf);
	assert_int_equal(
	    conf_load(tmp_path(tmp, "opdesk.conf"), &f->conf, &err), 0);
	f->app.conf = f->conf;
}

static void
wait_dialler(struct console_fixture *f)
{
	const struct call_desk *d = ui_top(f->ui)->data;
	int64_t until_us = clock_mono_us() + 60 * US_PER_SECOND;

	while (dialler_running(d->dialler) > 0) {
		assert_true(clock_mono_us() < until_us);
		uv_run(&f->app.loop, UV_RUN_NOWAIT);
	}
	console_fixture_settle(f);
}

static void
call__dialler__is_given_the_number_and_may_fail(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct str dialled = STR_INIT;
	struct tmp tmp;

	SQLITE_ONLY("a desk on a server is no personal one");
	tmp_make(&tmp);
	use_dialler(f, &tmp);
	promise(f, make_contact(f), US_PER_MINUTE);
	start(f);
	dial(f, "+34 911 222-333");
	wait_dialler(f);
	assert_true(console_fixture_shows(f, "RINGING"));
	console_fixture_keys(f, "a");
	assert_true(console_fixture_shows(f, "TALKING"));
	console_fixture_keys(f, "c c n");
	dial(f, "666");
	wait_dialler(f);
	assert_true(console_fixture_shows(f, "status 1"));
	assert_true(console_fixture_shows(f, "RINGING")); /* it goes on */
	console_fixture_keys(f, "c c n i");
	console_fixture_type(f, "600999888");
	console_fixture_keys(f, "Enter c c n gg Enter"); /* the promised one */
	wait_dialler(f);
	assert_true(console_fixture_shows(f, "-> Lucía"));
	assert_int_equal(
	    fs_read(tmp_path(&tmp, "dialled"), 4096, &dialled, &err), 0);
	assert_string_equal(
	    dialled.s, "--to +34911222333\n--to 666\n--to +34600111222\n");
	str_free(&dialled);
	tmp_remove(&tmp);
}

/* Others could have written what would be run: a person dials. */
static void
call__dialler__of_a_shared_desk__is_not_run(void **state)
{
	struct console_fixture *f = *state;
	struct tmp tmp;

	tmp_make(&tmp);
	use_dialler(f, &tmp);
	assert_int_equal(chmod(tmp_path(&tmp, "opdesk.conf"), 0666), 0);
	start(f);
	dial(f, "+34 911 222 333");
	wait_dialler(f);
	assert_true(console_fixture_shows(f, "dial by hand"));
	assert_true(console_fixture_shows(f, "TALKING"));
	assert_int_not_equal(access(tmp_path(&tmp, "dialled"), F_OK), 0);
	tmp_remove(&tmp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(call__between_two__promised_ones_are_first),
	    SCREEN_TEST(call__with_a_contact__shows_what_was_before),
	    SCREEN_TEST(call__shift__begins_at_once),
	    SCREEN_TEST(call__consent__is_what_is_typed),
	    SCREEN_TEST(call__with_a_contact__has_all_that_was_before),
	    SCREEN_TEST(call__wrap_up__shows_the_contact_above_the_cards),
	    SCREEN_TEST(call__of_nobody__becomes_a_contact_and_a_ticket),
	    SCREEN_TEST(call__wrap_up__counts_down_and_is_extended_once),
	    SCREEN_TEST(call__today__is_what_the_operator_did),
	    SCREEN_TEST(call__pause__has_its_reason),
	    SCREEN_TEST(call__keys_before_the_answer__dial_nobody),
	    SCREEN_TEST(call__stopped_number__is_refused),
	    SCREEN_TEST(call__another_one_meanwhile__gets_nothing_of_the_first),
	    SCREEN_TEST(call__that_comes_while_a_pause_is_chosen__has_its_keys),
	    SCREEN_TEST(call__notes_that_are_refused__are_still_there),
	    SCREEN_TEST(call__bad_number_and_amount__are_told_at_once),
	    SCREEN_TEST(call__objection__has_its_card_while_it_is_typed),
	    SCREEN_TEST(call__promised__is_told_once_when_it_is_due),
	    SCREEN_TEST(call__on_shift_and_idle__is_asked),
	    SCREEN_TEST(call__dialler__is_given_the_number_and_may_fail),
	    SCREEN_TEST(call__dialler__of_a_shared_desk__is_not_run),
	    SCREEN_TEST(call__model__speaks_below_the_cards_and_is_rated),
	};

	queries_share();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
