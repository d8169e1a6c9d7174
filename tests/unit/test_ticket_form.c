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

/* In both languages and sizes, keys bring the sentences there. */
static void
check_form(struct console_fixture *f, const char *name, const char *keys)
{
	static const enum lang langs[] = {LANG_EN, LANG_ES};

	for (size_t i = 0; i < 2; i++) {
		i18n_set_process(langs[i]);
		console_fixture_keys(f, keys);
		golden_check(f->ui, "ticket-form", name, langs[i], 80, 24, 0);
		golden_check(f->ui, "ticket-form", name, langs[i], 40, 10, 0);
	}
}

/* Subject, description, category: the next choice of it. */
#define TO_CATEGORY "Tab Tab"

static void
form__category__brings_its_fields_at_once(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct ticket t;

	declare(f);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	assert_false(console_fixture_shows(f, "Metros de cable"));
	console_fixture_keys(f, TO_CATEGORY " Right");
	assert_true(console_fixture_shows(f, "Metros de cable"));
	console_fixture_keys(f, "Tab");
	console_fixture_type(f, "A-77");
	check_form(f, "category", "Left Right");
	/* Looked at another one: what was typed for this one stays. */
	console_fixture_keys(f, "S-Tab Left");
	assert_false(console_fixture_shows(f, "A-77"));
	console_fixture_keys(f, "Right");
	assert_true(console_fixture_shows(f, "A-77"));
	console_fixture_keys(f, "Tab Tab");
	console_fixture_type(f, "doce");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "\"doce\" is not a number"));
	console_fixture_keys(f, "Backspace Backspace Backspace Backspace");
	console_fixture_type(f, "12");
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_field(f, id, "serial", "A-77");
	assert_field(f, id, "metres", "12");
	t = read_back(f, id);
	assert_string_equal(t.category, "aparatos");
	/* One change, one undo. */
	assert_int_equal(t.version, 2);
	ticket_clear(&t);
	console_fixture_keys(f, "u");
	t = read_back(f, id);
	assert_string_equal(t.category, "");
	ticket_clear(&t);
	assert_field(f, id, "serial", "");
}

/* From the category, which has no fields, to the priority. */
#define TO_PRIORITY "Tab Tab Tab Tab"

static void
form__priority__is_put_with_its_reason(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct ticket t;

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e " TO_CATEGORY " " TO_PRIORITY);
	assert_false(console_fixture_shows(f, "Why this priority"));
	console_fixture_keys(f, "5 C-s");
	/* The reason is asked for, and nothing is saved without it. */
	check_form(f, "override", "C-s");
	console_fixture_type(f, "lo pide dirección");
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	t = read_back(f, id);
	assert_int_equal(t.priority, 5);
	assert_string_equal(t.priority_reason, "lo pide dirección");
	ticket_clear(&t);
	/* Another urgency leaves what was put; the subject, too. */
	console_fixture_keys(f, "e");
	console_fixture_type(f, "!");
	console_fixture_keys(f, "Tab Tab Tab Tab 4 C-s");
	t = read_back(f, id);
	assert_int_equal(t.urgency, 4);
	assert_int_equal(t.priority, 5);
	assert_string_equal(t.priority_reason, "lo pide dirección");
	ticket_clear(&t);
	/* And back to what urgency and impact give. */
	console_fixture_keys(f, "e " TO_CATEGORY " " TO_PRIORITY " Right C-s");
	t = read_back(f, id);
	assert_int_equal(t.priority, ticket_priority(4, 3));
	assert_string_equal(t.priority_reason, "");
	ticket_clear(&t);
}

static void
form__new_one__has_category_fields_and_priority(void **state)
{
	struct console_fixture *f = *state;
	struct ticket t;
	int64_t id;

	declare(f);
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Sin red");
	console_fixture_keys(f, TO_CATEGORY " Right Tab");
	console_fixture_type(f, "B-1");
	/* Serial, metres, bought, colour, warranty, tags, two levels. */
	console_fixture_keys(f, "Tab Tab Tab Tab Tab Tab Tab Tab 5 Tab");
	console_fixture_type(f, "vip");
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	id = ui_top(f->ui)->id;
	t = read_back(f, id);
	assert_string_equal(t.category, "aparatos");
	assert_int_equal(t.priority, 5);
	assert_string_equal(t.priority_reason, "vip");
	ticket_clear(&t);
	assert_field(f, id, "serial", "B-1");
}

static void
form__draft__has_the_tenants_fields(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");

	declare(f);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	console_fixture_keys(f, TO_CATEGORY " Right Tab");
	console_fixture_type(f, "C-3");
	tick(f);
	assert_int_equal(draft_rows(f), 1);
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	assert_true(console_fixture_shows(f, "Aparatos"));
	assert_true(console_fixture_shows(f, "C-3"));
	console_fixture_keys(f, "C-s");
	assert_field(f, id, "serial", "C-3");
	assert_int_equal(draft_rows(f), 0);
}

/* A field of the tenant's, the tags and the priority, all at once. */
static void
form__others_changed_everything__is_chosen_field_by_field(void **state)
{
	const struct ticket_given given[] = {{"serial", "SUYO"}};
	const struct change theirs[] = {{"tags", b_text("lento")},
	    {"priority", b_int(1)}, {"priority_reason", b_text("espera")}};
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct err err = ERR_INIT;
	struct ticket t;

	declare(f);
	change(f, id, "category", "aparatos");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	console_fixture_keys(f, TO_CATEGORY " Tab");
	console_fixture_type(f, "MIO");
	console_fixture_keys(f, "Tab Tab Tab Tab Tab");
	console_fixture_type(f, "vip");
	console_fixture_keys(f, "Tab Tab Tab 5 Tab");
	console_fixture_type(f, "urge");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_edit_form(
			     f->desk.d, id, 0, theirs, 3, given, 1, &err),
	    0);
	console_fixture_keys(f, "C-s");
	check_form(f, "conflict", "y");
	/* Tags theirs, the serial number theirs, the rest is mine. */
	console_fixture_keys(f, "t j j j t Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	t = read_back(f, id);
	assert_string_equal(t.tags, "lento");
	assert_int_equal(t.priority, 5);
	assert_string_equal(t.priority_reason, "urge");
	ticket_clear(&t);
	assert_field(f, id, "serial", "SUYO");
}

static void
fields__changed_meanwhile__are_chosen(void **state)
{
	const struct ticket_given given[] = {
	    {"serial", "SUYO"}, {"colour", "rojo"}};
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct err err = ERR_INIT;

	declare(f);
	change(f, id, "category", "aparatos");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "f");
	console_fixture_type(f, "MIO");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(
	    ticket_edit_form(f->desk.d, id, 0, NULL, 0, given, 2, &err), 0);
	console_fixture_keys(f, "C-s");
	check_sizes(f, "conflict", "t y");
	console_fixture_keys(f, "Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_field(f, id, "serial", "MIO");
	/* Only one of us wrote it: it is theirs. */
	assert_field(f, id, "colour", "rojo");
	/* Both sides, and theirs is taken: nothing is left to save. */
	console_fixture_keys(f, "f");
	console_fixture_type(f, "2");
	assert_int_equal(
	    ticket_edit_form(f->desk.d, id, 0, NULL, 0, given, 1, &err), 0);
	console_fixture_keys(f, "C-s");
	console_fixture_keys(f, "t Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_field(f, id, "serial", "SUYO");
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

static void
status__changed_meanwhile__is_chosen(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");
	struct err err = ERR_INIT;
	struct ticket t;

	declare(f);
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "s");
	/* What nobody else touched needs no choice. */
	change(f, id, "tags", "lento");
	console_fixture_type(f, "open");
	console_fixture_keys(f, "Enter");
	t = read_back(f, id);
	assert_int_equal(t.state, TICKET_OPEN);
	ticket_clear(&t);
	console_fixture_keys(f, "s");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(
	    ticket_set_state(f->desk.d, id, 0, TICKET_SOLVED, "", 0, &err),
	    OD_OK);
	console_fixture_type(f, "taller");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "una pieza");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	golden_check(
	    f->ui, "ticket-form", "status-conflict", LANG_ES, 80, 24, 0);
	golden_check(
	    f->ui, "ticket-form", "status-conflict", LANG_ES, 40, 10, 0);
	console_fixture_keys(f, "t Enter");
	t = read_back(f, id);
	assert_int_equal(t.state, TICKET_SOLVED);
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
	    SCREEN_TEST(form__category__brings_its_fields_at_once),
	    SCREEN_TEST(form__priority__is_put_with_its_reason),
	    SCREEN_TEST(form__new_one__has_category_fields_and_priority),
	    SCREEN_TEST(form__draft__has_the_tenants_fields),
	    SCREEN_TEST(
		form__others_changed_everything__is_chosen_field_by_field),
	    SCREEN_TEST(fields__changed_meanwhile__are_chosen),
	    SCREEN_TEST(status__labels_of_the_tenant__are_in_the_menu),
	    SCREEN_TEST(status__changed_meanwhile__is_chosen),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
