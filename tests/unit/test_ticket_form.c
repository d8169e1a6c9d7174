/* What is begun in a ticket's form outlives the console. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "db/records/seat.h"
#include "db/records/ticket_form.h"
#include "tests/lib/console_test.h"

static int64_t
draft_rows(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_int_equal(db_int(f->desk.d->db, &n,
			     "SELECT count(*) FROM drafts", NO_BINDS, &err),
	    0);
	return n;
}

static void
tick(struct console_fixture *f)
{
	clock_fake_advance(2100 * US_PER_MS);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
}

/* Somebody else changes the ticket meanwhile. */
static void
change(struct console_fixture *f, int64_t id, const char *field,
    const char *value)
{
	struct change c = {field, b_text(value)};
	struct err err = ERR_INIT;
	struct ticket t = {0};

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_int_equal(
	    ticket_edit(f->desk.d, id, t.version, &c, 1, &err), 0);
	ticket_clear(&t);
}

static void
form__killed_console__is_there_again(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Sin fibra");
	tick(f);
	assert_int_equal(draft_rows(f), 1);
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	golden_check(f->ui, "desk", "new-ticket", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Sin fibra"));
	assert_true(console_fixture_shows(f, "What you had begun"));
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_int_equal(draft_rows(f), 0);
}

static void
form__changed_meanwhile__is_a_conflict_even_later(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	console_fixture_type(f, " roto");
	tick(f);
	console_fixture_end(f);
	change(f, id, "subject", "Router quemado");
	change(f, id, "category", "hardware");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	assert_true(console_fixture_shows(f, "Router roto"));
	assert_true(console_fixture_shows(f, "hardware"));
	console_fixture_keys(f, "C-s");
	/* Theirs and ours, and only the field that both changed. */
	assert_true(console_fixture_shows(f, "Router quemado"));
	assert_true(console_fixture_shows(f, "Router roto"));
	assert_int_equal(draft_rows(f), 1);
}

static void
form__unchanged__leaves_no_draft(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	tick(f);
	assert_int_equal(draft_rows(f), 0);
	console_fixture_type(f, "x");
	tick(f);
	assert_int_equal(draft_rows(f), 1);
	console_fixture_keys(f, "Backspace");
	tick(f);
	assert_int_equal(draft_rows(f), 0);
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

/* The sentence is made when the text is pasted, in the language of then. */
static void
form__paste_too_long__says_that_its_end_is_missing(void **state)
{
	static const enum lang langs[] = {LANG_ES, LANG_EN, LANG_ES};
	struct console_fixture *f = *state;
	char text[301];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "n");
	for (int i = 0; i < 3; i++) {
		i18n_set_process(langs[i]);
		ui_paste(f->ui, text, strlen(text), false);
		golden_check(f->ui, "tickets", "paste-cut", langs[i],
		    i == 2 ? 40 : 80, i == 2 ? 10 : 24, 0);
	}
}

/* What an admin declared: a category with fields of every type, a label. */
static void
declare(struct console_fixture *f)
{
	const struct ticket_field_new fields[] = {
	    {.name = "Número de serie",
		.key = "serial",
		.help = "Está en la etiqueta de debajo",
		.required = true},
	    {.name = "Metros de cable",
		.key = "metres",
		.type = TICKET_FIELD_NUMBER},
	    {.name = "Comprado el",
		.key = "bought",
		.type = TICKET_FIELD_DATE},
	    {.name = "Color",
		.key = "colour",
		.choices = "rojo\nazul",
		.type = TICKET_FIELD_CHOICE},
	    {.name = "En garantía",
		.key = "warranty",
		.type = TICKET_FIELD_YES_NO}};
	struct err err = ERR_INIT;
	int64_t category, id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(ticket_category_new(f->desk.d, NULL, "Aparatos", 0,
			     &category, &err),
	    0);
	assert_int_equal(ticket_status_new(f->desk.d, "En el taller",
			     TICKET_WAITING, 0, &id, &err),
	    0);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct ticket_field_new in = fields[i];

		in.category_id = category;
		assert_int_equal(
		    ticket_field_new(f->desk.d, &in, &id, &err), 0);
	}
}

static struct ticket
read_back(struct console_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct ticket t;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	return t;
}

static void
assert_field(struct console_fixture *f, int64_t id, const char *key,
    const char *expected)
{
	struct ticket_value *rows;
	struct err err = ERR_INIT;
	size_t n;

	assert_int_equal(
	    ticket_values(f->desk.d, id, "aparatos", &rows, &n, &err), 0);
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].field.key, key) == 0)
			assert_string_equal(rows[i].value, expected);
	ticket_values_free(&rows, n);
}

/* Sentences are made in the language of the moment: keys bring it there. */
static void
check_sizes(struct console_fixture *f, const char *name, const char *keys)
{
	static const enum lang langs[] = {LANG_EN, LANG_ES};

	for (size_t i = 0; i < 2; i++) {
		i18n_set_process(langs[i]);
		console_fixture_keys(f, keys);
		golden_check(f->ui, "ticket-fields", name, langs[i], 80, 24, 0);
		golden_check(f->ui, "ticket-fields", name, langs[i], 40, 10, 0);
	}
	golden_check(
	    f->ui, "ticket-fields", name, LANG_ES, 80, 24, GOLDEN_MONO);
}

static void
fields__of_the_category__are_filled_in_by_key(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct ticket t;

	declare(f);
	change(f, id, "category", "aparatos");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "f");
	console_fixture_type(f, "A-77");
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "doce");
	console_fixture_keys(f, "Tab Tab Right Right Tab Right");
	check_sizes(f, "form", "Left Right");
	/* One is wrong: nothing is saved, and it is said where. */
	check_sizes(f, "wrong", "C-s");
	console_fixture_keys(f, "Backspace Backspace Backspace Backspace");
	console_fixture_type(f, "12,50");
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_field(f, id, "serial", "A-77");
	assert_field(f, id, "metres", "12.5");
	assert_field(f, id, "bought", "");
	assert_field(f, id, "colour", "azul");
	assert_field(f, id, "warranty", "yes");
	t = read_back(f, id);
	assert_int_equal(t.version, 3);
	ticket_clear(&t);
}

static void
fields__changed_type__show_what_was_written(void **state)
{
	const struct ticket_given given[] = {
	    {"serial", "A-77"}, {"colour", "azul"}};
	struct change type = {"type", b_int(TICKET_FIELD_NUMBER)};
	struct change choices = {"choices", b_text("verde")};
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct ticket_field field;
	struct err err = ERR_INIT;
	struct desk *d = f->desk.d;

	declare(f);
	change(f, id, "category", "aparatos");
	assert_int_equal(
	    ticket_edit_form(d, id, 0, NULL, 0, given, 2, &err), 0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(ticket_field_find(d, "colour", &field, &err), 0);
	assert_int_equal(
	    ticket_field_edit(d, field.id, 0, &choices, 1, &err), 0);
	ticket_field_clear(&field);
	assert_int_equal(ticket_field_find(d, "serial", &field, &err), 0);
	assert_int_equal(
	    ticket_field_edit(d, field.id, 0, &type, 1, &err), 0);
	ticket_field_clear(&field);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "f");
	check_sizes(f, "misfit", "Esc f");
	/* Another field is saved, and these stay as they were. */
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "x");
	console_fixture_keys(f, "Esc f Tab Right C-s");
	assert_field(f, id, "serial", "A-77");
	assert_field(f, id, "colour", "azul");
}

static void
status__labels_of_the_tenant__are_in_the_menu(void **state)
{
	const struct change priority[] = {
	    {"priority", b_int(5)}, {"priority_reason", b_text("el jefe")}};
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct err err = ERR_INIT;
	struct ticket t;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(
	    ticket_edit(f->desk.d, id, 0, priority, 2, &err), 0);
	declare(f);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "s");
	check_sizes(f, "status", "Esc s");
	console_fixture_type(f, "taller");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "una pieza");
	console_fixture_keys(f, "Enter");
	check_sizes(f, "card", "Up");
	t = read_back(f, id);
	assert_int_equal(t.state, TICKET_WAITING);
	assert_string_equal(t.status, "En el taller");
	assert_string_equal(t.waiting_reason, "una pieza");
	ticket_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(form__killed_console__is_there_again),
	    SCREEN_TEST(form__changed_meanwhile__is_a_conflict_even_later),
	    SCREEN_TEST(form__paste_too_long__says_that_its_end_is_missing),
	    SCREEN_TEST(form__unchanged__leaves_no_draft),
	    SCREEN_TEST(fields__of_the_category__are_filled_in_by_key),
	    SCREEN_TEST(fields__changed_type__show_what_was_written),
	    SCREEN_TEST(status__labels_of_the_tenant__are_in_the_menu),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
