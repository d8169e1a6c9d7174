/*
 * Macros in the console: the menu, a key of their own, the difference before
 * they are run, and one undo after it.
 *
 * Turned red by: a run that does not wait for Enter, a look at the ticket
 * under the cursor while others are marked, a key that is looked for while
 * one types, Enter that ends a search and runs it.
 */
#include "tests/lib/console_test.h"

#include "common/utf8.h"
#include "db/records/macros.h"

static const char all[] =
    "[{\"do\":\"reply\",\"text\":\"Hola {{contact.name}}: lo recogemos"
    " mañana.\"},{\"do\":\"note\",\"text\":\"Recogida pedida.\"},"
    "{\"do\":\"status\",\"status\":\"waiting\",\"reason\":\"la recogida\"},"
    "{\"do\":\"urgency\",\"level\":5},{\"do\":\"tag\",\"tag\":\"taller\"}]";

static void
macro(struct console_fixture *f, const char *name, const char *actions,
    const char *bound)
{
	struct macro_new in = {
	    .name = name, .actions = actions, .bound = bound};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	in.operator_id = f->desk.d->actor.id;
	if (macro_new(f->desk.d, &in, &id, &err) != 0)
		fail_msg("%s", err.text);
}

static int64_t
start(struct console_fixture *f, const char *contact)
{
	int64_t id = console_seed_ticket(
	    f, 90, "Avería en la centralita", 4, 4, contact, "operator");

	macro(f, "Al taller", all, "F7");
	macro(f, "Urgente", "[{\"do\":\"tag\",\"tag\":\"vip\"}]", "F8");
	return id;
}

static void
macro_do__shows__what_will_change(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = start(f, "Lucía Peña");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, ";");
	golden_check(f->ui, "macros", "menu", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, ";");
	golden_check(f->ui, "macros", "menu", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "macros", "look", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc");
	assert_false(console_fixture_shows(f, "Recogida pedida"));
	console_fixture_keys(f, ";");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "macros", "look", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "macros", "look", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "macros", "look", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "macros", "done", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Ran the macro \"Al taller\""));
	assert_false(console_fixture_shows(f, "Recogida pedida"));
}

static void
macro_do__its_key__shows_it_and_runs_it(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = start(f, NULL);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "F8");
	assert_true(console_fixture_shows(f, "Tags: -- → vip"));
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Ran the macro \"Urgente\""));
	console_fixture_keys(f, "F8");
	assert_true(console_fixture_shows(f, "changes nothing on ticket 1"));
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	/* What is missing is said, and nothing is shown to run. */
	console_fixture_keys(f, "F7");
	assert_true(
	    console_fixture_shows(f, "{{contact.name}} is not known for"));
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	/* While one writes it is nothing. */
	console_fixture_keys(f, "N F8");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

static void
macro_do__enter_of_a_search__runs_nothing(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = start(f, "Lucía Peña");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "F7");
	console_fixture_keys(f, "/");
	console_fixture_type(f, "taller");
	console_fixture_keys(f, "Enter");
	assert_false(console_fixture_shows(f, "Ran the macro"));
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Ran the macro \"Al taller\""));
}

/* Nobody learns a key that is not listed. */
static void
help__where_tickets_are__lists_keys_of_macros(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = start(f, NULL);

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "?");
	console_fixture_keys(f, "/");
	console_fixture_type(f, "Al taller");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "F7            Al taller"));
	assert_true(console_fixture_shows(f, "F8            Urgente"));
}

static void
macro_do__marked_ones__are_run_together(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket t;
	int64_t first = start(f, "Lucía Peña");
	int64_t second =
	    console_seed_ticket(f, 80, "Otra", 3, 3, "Ana", "operator");
	int64_t third =
	    console_seed_ticket(f, 70, "Tercera", 3, 3, "Eva", "operator");

	(void)second;
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "Space Space F8");
	golden_check(f->ui, "macros", "many", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "Esc");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "F8");
	golden_check(f->ui, "macros", "many", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(
	    f, "Ran the macro \"Urgente\" on 2 tickets; u takes it back"));
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(ticket_get(f->desk.d, third, &t, &err), 0);
	assert_string_equal(t.tags, "vip");
	ticket_clear(&t);
	assert_int_equal(ticket_get(f->desk.d, first, &t, &err), 0);
	assert_string_equal(t.tags, "");
	ticket_clear(&t);
}

static void
macro_do__changed_meanwhile__asks_to_look_again(void **state)
{
	struct console_fixture *f = *state;
	struct change c[] = {{"subject", b_text("Otra cosa")}};
	struct err err = ERR_INIT;
	int64_t id = start(f, "Lucía Peña");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "F8");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, c, 1, &err), 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Ticket 1 was changed meanwhile"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(macro_do__shows__what_will_change),
	    SCREEN_TEST(macro_do__enter_of_a_search__runs_nothing),
	    SCREEN_TEST(macro_do__its_key__shows_it_and_runs_it),
	    SCREEN_TEST(help__where_tickets_are__lists_keys_of_macros),
	    SCREEN_TEST(macro_do__marked_ones__are_run_together),
	    SCREEN_TEST(macro_do__changed_meanwhile__asks_to_look_again),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
