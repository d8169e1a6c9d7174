/*
 * Leads on the screens: one is made of the call by one key and a line, where
 * the customer has none that is chosen instead; the list shows what is overdue
 * first, and one is changed, closed and deleted there.
 *
 * Turned red by: a lead without its call, a call that is about none, one that u
 * does not take back, a key that makes one of nothing; a change that another
 * one's is lost by, a trash that nothing comes out of; a step, an owner or a
 * customer that is not written, a list that ends with its first window.
 */
#include "tests/lib/console_test.h"

#include "db/records/calls.h"
#include "db/records/leads.h"
#include "db/records/people.h"

#define NUMBER "+34600111222"

static int64_t
make_contact(struct console_fixture *f)
{
	struct contact_new in = {
	    .full_name = "Lucía Peña", .phone_number = NUMBER};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(contact_new(f->desk.d, &in, &id, &err), 0);
	return id;
}

static int64_t
seed(struct console_fixture *f, const char *problem, enum lead_status status,
    int64_t contact, int64_t in_us)
{
	const struct lead_new in = {.problem_statement = problem,
	    .status = status,
	    .contact_id = contact,
	    .next_us = in_us != 0 ? CONSOLE_FIXTURE_NOW + in_us : 0};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(lead_new(f->desk.d, &in, &id, &err), 0);
	return id;
}

static void
begin_call(struct console_fixture *f)
{
	console_fixture_start(f, "operator", &scr_call, 0);
	console_fixture_keys(f, "s i");
	console_fixture_type(f, NUMBER);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "TALKING"));
}

/* How many there are, not in the trash; the first one. */
static size_t
leads_of(struct console_fixture *f, struct lead *first)
{
	const struct lead_filter filter = {.view = LEADS_ALL, .status = -1};
	const struct page page = {.limit = 10};
	struct err err = ERR_INIT;
	struct lead *rows;
	size_t n;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    lead_list(f->desk.d, &filter, &page, &rows, &n, &err), 0);
	if (n > 0)
		*first = rows[0];
	free(rows);
	return n;
}

static void
leads__one_of_the_call__has_its_contact_and_is_taken_back(void **state)
{
	struct console_fixture *f = *state;
	int64_t contact = make_contact(f);
	struct err err = ERR_INIT;
	struct call now = {0};
	struct lead lead;

	begin_call(f);
	console_fixture_keys(f, "O");
	assert_true(console_fixture_shows(f, "What the customer needs"));
	console_fixture_type(f, "Quiere fibra en la segunda casa");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(
	    f, "Lead 1 is there, with the call; u takes it back"));
	assert_true(console_fixture_shows(f, "TALKING"));
	assert_int_equal(leads_of(f, &lead), 1);
	assert_string_equal(
	    lead.problem_statement, "Quiere fibra en la segunda casa");
	assert_int_equal(lead.contact_id, contact);
	assert_int_equal(
	    lead.operator_id, f->desk.demo.operators[ROLE_OPERATOR]);
	assert_int_equal(call_current(f->desk.d, 0, &now, &err), 0);
	assert_int_equal(lead.call_id, now.id);
	assert_int_equal(now.lead_id, lead.id);
	call_clear(&now);
	console_fixture_keys(f, "u");
	assert_int_equal(leads_of(f, &lead), 0);
}

/* One that the customer has is offered first, and the call is about it. */
static void
leads__that_the_customer_has__are_offered_at_the_call(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	struct call now = {0};
	struct lead lead;

	seed(f, "Quiere fibra en la segunda casa", LEAD_NEEDS_EXPERT,
	    make_contact(f), -60 * US_PER_MINUTE);
	begin_call(f);
	assert_true(console_fixture_shows(f, "Open leads"));
	golden_check(f->ui, "leads", "call", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "O");
	golden_check(f->ui, "leads", "offered", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc O");
	golden_check(f->ui, "leads", "offered", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "trata de la oportunidad 1; u"));
	golden_check(f->ui, "leads", "with-call", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(call_current(f->desk.d, 0, &now, &err), 0);
	assert_int_equal(now.lead_id, 1);
	call_clear(&now);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Lead: 1"));
	/* A second one is possible; the call stays with the first. */
	console_fixture_keys(f, "O");
	console_fixture_type(f, "new one");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "Un teléfono");
	console_fixture_keys(f, "Enter");
	assert_int_equal(leads_of(f, &lead), 2);
	assert_true(console_fixture_shows(f, "Lead: 1"));
	console_fixture_keys(f, "u");
	console_fixture_keys(f, "u");
	assert_int_equal(leads_of(f, &lead), 1);
	assert_false(console_fixture_shows(f, "Lead: 1"));
}

/* The line that is left, and the key where nobody is on the telephone. */
static void
leads__nothing_said__makes_none(void **state)
{
	struct console_fixture *f = *state;
	struct lead lead;

	begin_call(f);
	console_fixture_keys(f, "O");
	console_fixture_type(f, "Quiere");
	console_fixture_keys(f, "Esc O Enter");
	assert_int_equal(leads_of(f, &lead), 0);
	console_fixture_keys(f, "Esc c c n");
	console_fixture_keys(f, "O");
	assert_false(console_fixture_shows(f, "What the customer needs"));
}

/* Some day, in an hour, and since yesterday. */
static void
fill(struct console_fixture *f)
{
	int64_t contact = make_contact(f);

	seed(f, "Cámaras para la tienda", LEAD_QUALIFIED, 0, 0);
	seed(f, "Quiere fibra en la segunda casa", LEAD_NEEDS_EXPERT, contact,
	    60 * US_PER_MINUTE);
	seed(f, "Más líneas móviles\nen enero", LEAD_QUALIFIED, contact,
	    -24 * 60 * US_PER_MINUTE);
}

static struct lead
get(struct console_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct lead l;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(lead_get(f->desk.d, id, &l, &err), 0);
	return l;
}

static void
leads__overdue_ones__are_first_and_shown_whole(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	console_fixture_keys(f, "gl");
	golden_check(f->ui, "leads", "list", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "leads", "list", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "leads", "one", LANG_ES, 80, 24, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc Enter");
	golden_check(f->ui, "leads", "one", LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	console_fixture_keys(f, "Esc");
	/* What has lines is not joined by the line that one types in. */
	console_fixture_keys(f, "e");
	assert_true(console_fixture_shows(f, "It has several lines"));
	assert_string_equal(
	    get(f, 3).problem_statement, "Más líneas móviles\nen enero");
}

static void
leads__one__is_changed_and_closed_and_had_back(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_leads, 0);
	console_fixture_keys(f, "j e C-u");
	console_fixture_type(f, "Fibra para dos casas");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Lead 2 is changed"));
	assert_true(console_fixture_shows(f, "Fibra para dos casas"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Quiere fibra"));
	console_fixture_keys(f, "s");
	console_fixture_type(f, "qualified");
	console_fixture_keys(f, "Enter");
	assert_int_equal(get(f, 2).status, LEAD_QUALIFIED);
	console_fixture_keys(f, "c");
	assert_true(console_fixture_shows(f, "Lead 2 is closed; u takes it"));
	assert_false(console_fixture_shows(f, "Quiere fibra"));
	assert_int_equal(get(f, 2).status, LEAD_CLOSED);
	console_fixture_keys(f, "3"); /* all of them */
	assert_true(console_fixture_shows(f, "Quiere fibra"));
	console_fixture_keys(f, "u 1");
	assert_true(console_fixture_shows(f, "Quiere fibra"));
	assert_int_equal(get(f, 2).status, LEAD_QUALIFIED);
}

/* The next step, whose it is and whom it is with, in the list and on a card. */
static void
leads__step_owner_and_customer__are_set_by_key(void **state)
{
	struct console_fixture *f = *state;
	struct lead l;

	fill(f);
	console_fixture_start(f, "operator", &scr_leads, 0);
	console_fixture_keys(f, "G w");
	assert_true(console_fixture_shows(f, "When is something to be done"));
	console_fixture_type(f, "2h");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Lead 1 is changed; u takes it"));
	l = get(f, 1);
	assert_true(l.next_us > CONSOLE_FIXTURE_NOW &&
		    l.next_us < CONSOLE_FIXTURE_NOW + 121 * US_PER_MINUTE);
	console_fixture_keys(f, "i");
	console_fixture_type(f, "lucia");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "peña");
	console_fixture_keys(f, "Enter");
	assert_string_equal(get(f, 1).contact_name, "Lucía Peña");
	/* The same on the card, which says so. */
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Contact: Luc"));
	console_fixture_keys(f, "w Enter");
	assert_true(console_fixture_shows(f, "Next step: -"));
	assert_true(get(f, 1).next_us == LEAD_NEVER);
	console_fixture_keys(f, "a");
	console_fixture_type(f, "Nobody");
	console_fixture_keys(f, "Enter");
	assert_int_equal(get(f, 1).operator_id, 0);
	assert_false(console_fixture_shows(f, "Operator:"));
	console_fixture_keys(f, "m");
	assert_true(console_fixture_shows(f, "Operator: operator"));
	console_fixture_keys(f, "i");
	console_fixture_type(f, "lucia");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "Nobody");
	console_fixture_keys(f, "Enter");
	assert_false(console_fixture_shows(f, "Contact:"));
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Contact: Luc"));
	/* One that was deleted is told so, and comes back on its card. */
	console_fixture_keys(f, "x");
	assert_true(console_fixture_shows(f, "It is in the trash"));
	console_fixture_keys(f, "o");
	assert_false(console_fixture_shows(f, "It is in the trash"));
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "1 Not closed"));
}

/* As other lists: words, fields, and what is no field is told. */
static void
leads__filter__leaves_what_it_means(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_leads, 0);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "camaras");
	assert_true(console_fixture_shows(f, "Cámaras"));
	assert_false(console_fixture_shows(f, "Quiere fibra"));
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "is:overdue");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Más líneas"));
	assert_false(console_fixture_shows(f, "Quiere fibra"));
	console_fixture_keys(f, "/ C-u");
	console_fixture_type(f, "colour:red");
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "leads", "wrong", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
}

/* More than are read at once: each is reached, from either end. */
static void
leads__long_list__is_walked_to_its_ends(void **state)
{
	struct console_fixture *f = *state;
	char problem[32];

	for (int i = 0; i < 240; i++) {
		str_format(problem, sizeof(problem), "Wish %03d", i);
		seed(f, problem, LEAD_QUALIFIED, 0, (i + 1) * US_PER_MINUTE);
	}
	console_fixture_start(f, "operator", &scr_leads, 0);
	assert_true(console_fixture_shows(f, "Wish 000"));
	assert_true(console_fixture_shows(f, "240"));
	console_fixture_keys(f, "G");
	assert_true(console_fixture_shows(f, "Wish 239"));
	for (int i = 0; i < 16; i++)
		console_fixture_keys(f, "PageUp");
	assert_true(console_fixture_shows(f, "Wish 000"));
	for (int i = 0; i < 16; i++)
		console_fixture_keys(f, "PageDown");
	assert_true(console_fixture_shows(f, "Wish 239"));
}

static void
leads__deleted_one__comes_out_of_the_trash(void **state)
{
	struct console_fixture *f = *state;
	struct lead unused;

	fill(f);
	console_fixture_start(f, "operator", &scr_leads, 0);
	console_fixture_keys(f, "x");
	assert_true(console_fixture_shows(f, "Lead 3 is in the trash; u"));
	assert_int_equal(leads_of(f, &unused), 2);
	console_fixture_keys(f, "u");
	assert_int_equal(leads_of(f, &unused), 3);
	console_fixture_keys(f, "gg x");
	console_fixture_keys(f, "4");
	console_fixture_keys(f, "e");
	assert_true(console_fixture_shows(f, "It is in the trash; o takes"));
	console_fixture_keys(f, "o");
	assert_true(console_fixture_shows(f, "Lead 3 is out of the trash"));
	assert_int_equal(leads_of(f, &unused), 3);
}

static void
leads__views__by_click_and_by_role(void **state)
{
	struct console_fixture *f = *state;

	fill(f);
	console_fixture_start(f, "operator", &scr_leads, 0);
	assert_true(console_fixture_click(f, "4 Trash"));
	assert_true(console_fixture_shows(f, "No leads here"));
	assert_true(console_fixture_click(f, "2 With me"));
	assert_true(console_fixture_shows(f, "Quiere fibra"));
	/* Another one's are not with the supervisor. */
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_leads, 0);
	assert_true(console_fixture_shows(f, "Quiere fibra"));
	console_fixture_keys(f, "2");
	assert_true(console_fixture_shows(f, "No leads here"));
	console_fixture_keys(f, "Tab");
	assert_true(console_fixture_shows(f, "Quiere fibra"));
}

/* What another one changed meanwhile is told, and what was typed is there. */
static void
leads__change_that_is_refused__is_still_there(void **state)
{
	const struct change theirs = {
	    "problem_statement", b_text("De otra pantalla")};
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;

	fill(f);
	console_fixture_start(f, "operator", &scr_leads, 0);
	console_fixture_keys(f, "j e C-u");
	console_fixture_type(f, "De esta");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    lead_edit(f->desk.d, 2, 0, &theirs, 1, &err), 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "De esta"));
	assert_string_equal(get(f, 2).problem_statement, "De otra pantalla");
	console_fixture_keys(f, "Enter");
	assert_string_equal(get(f, 2).problem_statement, "De esta");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(
		leads__one_of_the_call__has_its_contact_and_is_taken_back),
	    SCREEN_TEST(leads__that_the_customer_has__are_offered_at_the_call),
	    SCREEN_TEST(leads__nothing_said__makes_none),
	    SCREEN_TEST(leads__overdue_ones__are_first_and_shown_whole),
	    SCREEN_TEST(leads__one__is_changed_and_closed_and_had_back),
	    SCREEN_TEST(leads__step_owner_and_customer__are_set_by_key),
	    SCREEN_TEST(leads__filter__leaves_what_it_means),
	    SCREEN_TEST(leads__long_list__is_walked_to_its_ends),
	    SCREEN_TEST(leads__deleted_one__comes_out_of_the_trash),
	    SCREEN_TEST(leads__views__by_click_and_by_role),
	    SCREEN_TEST(leads__change_that_is_refused__is_still_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
