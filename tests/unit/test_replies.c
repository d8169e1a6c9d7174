/*
 * Unit tests of db/records/replies: whose canned replies are seen and changed
 * by whom, found by any of their words, and filled in.
 *
 * Turned red by: a list without the condition on owners, a % that is no letter,
 * an edit that leaves folded as it was.
 */
#include "db/core/op.h"
#include "db/records/replies.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

static int64_t
make(struct desk_fixture *f, const char *login, const char *title,
    const char *body, int64_t operator_id, int64_t team_id)
{
	struct reply_new in = {.title = title,
	    .body = body,
	    .operator_id = operator_id,
	    .team_id = team_id};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(reply_new(f->d, &in, &id, &err));
	return id;
}

/* The titles that a search gives whoever acts, as "a;b;". */
static void
assert_found(struct desk_fixture *f, const char *login, const char *match,
    bool at_hand, const char *expected)
{
	struct reply *rows;
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(reply_list(f->d, match, at_hand, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		str_addf(&got, "%s;", rows[i].title);
	reply_list_free(&rows, n);
	assert_string_equal(got.s, expected);
	str_free(&got);
}

static void
replies__of_everybody__are_seen_by_whom_they_belong_to(void **state)
{
	struct desk_fixture *f = *state;
	const struct fixture_tenant *t = &f->demo;

	(void)make(f, "admin", "all", "x", 0, 0);
	(void)make(f, "supervisor", "support", "x", 0, t->support);
	(void)make(f, "admin", "sales", "x", 0, t->sales);
	(void)make(f, "operator", "mine", "x", t->operators[ROLE_OPERATOR], 0);
	(void)make(f, "mate", "mate's", "x", t->mate, 0);

	assert_found(f, "operator", "", false, "all;mine;support;");
	assert_found(f, "mate", "", true, "all;mate's;support;");
	assert_found(f, "stranger", "", true, "all;sales;");
	assert_found(f, "admin", "", false, "all;mate's;mine;sales;support;");
	assert_found(f, "admin", "", true, "all;support;");
}

static void
reply_new__out_of_reach__is_denied(void **state)
{
	struct desk_fixture *f = *state;
	const struct fixture_tenant *t = &f->demo;
	const struct {
		const char *login;
		int64_t operator_id, team_id;
		int rc;
	} cases[] = {
	    {"operator", 0, 0, OD_EDENIED},
	    {"operator", 0, t->support, OD_EDENIED},
	    {"operator", t->mate, 0, OD_EDENIED},
	    {"supervisor", 0, 0, OD_EDENIED},
	    {"supervisor", 0, t->sales, OD_EDENIED},
	    {"supervisor", 0, t->support, 0},
	    {"auditor", t->operators[ROLE_AUDITOR], 0, OD_EDENIED},
	    {"admin", 0, f->other.support, OD_ENOTFOUND},
	    {"admin", f->other.mate, 0, OD_ENOTFOUND},
	    {"admin", t->mate, t->support, OD_EDATA},
	    {"admin", 0, 0, 0},
	};
	struct err err = ERR_INIT;
	int64_t id;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply_new in = {.title = "t",
		    .body = "b",
		    .operator_id = cases[i].operator_id,
		    .team_id = cases[i].team_id};

		desk_fixture_act(f, FIXTURE_TENANT, cases[i].login);
		assert_rc(reply_new(f->d, &in, &id, &err), cases[i].rc);
	}
}

static void
reply_new__bad_data__is_refused(void **state)
{
	static const struct reply_new cases[] = {
	    {.title = "", .body = "b"},
	    {.title = " \t", .body = "b"},
	    {.title = "t", .body = ""},
	    {.title = "t"},
	    {.title = "t", .body = "\xff"},
	    {.title = "t", .body = "b", .lang = "fr"},
	    {.title = "t",
		.body = "b",
		.shortcut = "a shortcut that is far too long to be short"},
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *large = malloc(16386);
	struct reply_new in = {.title = "t", .body = large};
	int64_t id;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_rc(reply_new(f->d, &cases[i], &id, &err), OD_EDATA);
	memset(large, 'a', 16385);
	large[16385] = '\0';
	assert_rc(reply_new(f->d, &in, &id, &err), OD_EDATA);
	large[16384] = '\0';
	assert_ok(reply_new(f->d, &in, &id, &err));
	free(large);
}

static void
reply_list__words__are_found_in_title_and_body(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"body", b_text("Vuelva a encenderlo")};
	struct err err = ERR_INIT;
	int64_t id;

	id = make(f, "admin", "Reinicio", "Apague la conexión 10 s", 0, 0);
	(void)make(f, "admin", "Saludo", "Hola, ¿qué tal?\n100%", 0, 0);
	assert_found(f, "admin", "CONEXION", false, "Reinicio;");
	assert_found(f, "admin", "  rein  apagu ", false, "Reinicio;");
	assert_found(f, "admin", "reini hola", false, "");
	assert_found(f, "admin", "que", false, "Saludo;");
	assert_found(f, "admin", "%", false, "Saludo;");
	assert_found(f, "admin", "_", false, "");
	assert_found(f, "admin", "a", false, "Reinicio;Saludo;");
	assert_ok(reply_edit(f->d, id, 1, &c, 1, &err));
	assert_found(f, "admin", "conexion", false, "");
	assert_found(f, "admin", "encender", false, "Reinicio;");
	c.value = b_text("Otra cosa");
	assert_rc(reply_edit(f->d, id, 1, &c, 1, &err), OD_ECONFLICT);
	c.value = b_text("");
	assert_rc(reply_edit(f->d, id, 0, &c, 1, &err), OD_EDATA);
	c = (struct change){"team_id", b_int(f->demo.sales)};
	assert_rc(reply_edit(f->d, id, 0, &c, 1, &err), OD_EDATA);
}

/* A supervisor leads the mate, but what is written for oneself is one's own. */
static void
reply_edit__of_what_one_does_not_see__finds_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"body", b_text("z")};
	struct err err = ERR_INIT;
	struct reply r;
	int64_t id = make(f, "mate", "own", "x", f->demo.mate, 0);

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(reply_get(f->d, id, &r, &err), OD_ENOTFOUND);
	assert_rc(reply_edit(f->d, id, 0, &c, 1, &err), OD_ENOTFOUND);
	assert_rc(reply_delete(f->d, id, 0, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(reply_get(f->d, id, &r, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(reply_delete(f->d, id, 1, &err));
	assert_rc(reply_get(f->d, id, &r, &err), OD_ENOTFOUND);
}

static void
reply_fill__variables__take_what_is_known(void **state)
{
	static const char *const values[REPLY_VARIABLE_COUNT] = {
	    [REPLY_CONTACT_NAME] = "Lucía {{ticket.number}}",
	    [REPLY_TICKET_NUMBER] = "12",
	    [REPLY_OPERATOR_NAME] = "",
	};
	static const struct {
		const char *body, *filled, *names;
		size_t at;
	} cases[] = {
	    {"", "", NULL, 0},
	    {"no more", "no more", NULL, 0},
	    {"#{{ticket.number}}.", "#12.", NULL, 0},
	    {"{{ ticket.number }}{{ticket.number}}", "1212", NULL, 0},
	    {"{{contact.name}}", "Lucía {{ticket.number}}", "{{ticket.number}}",
		7},
	    {"{{operator.name}} {{x}} {{x}}", "{{operator.name}} {{x}} {{x}}",
		"{{operator.name}}, {{x}}", 0},
	    {"a {{company.name}}", "a {{company.name}}", "{{company.name}}", 2},
	    {"{{ {{ticket.number}} }}", "{{ 12 }}", "{{ 12 }}", 0},
	    {"{{ticket.number", "{{ticket.number", NULL, 0},
	    {"}} {{{ticket.number}}}", "}} {12}", NULL, 0},
	    {"{{}}", "{{}}", "{{}}", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out = STR_INIT, names = STR_INIT;
		size_t at = 0;
		bool open;

		reply_fill(cases[i].body, values, &out);
		assert_string_equal(out.s, cases[i].filled);
		open = reply_unfilled(out.s, &at, &names);
		assert_int_equal(open, cases[i].names != NULL);
		if (open) {
			assert_string_equal(names.s, cases[i].names);
			assert_int_equal(at, cases[i].at);
		}
		str_free(&out);
		str_free(&names);
	}
}

static void
reply_values__of_a_ticket__are_what_is_known(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "Sin tono"};
	struct reply_values v;
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.contact_id = desk_fixture_contact(f, "+34 600 111 222", "");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_ok(reply_values_read(f->d, RECORD_TICKET, id, &v, &err));
	/* Nobody is greeted by a number. */
	assert_string_equal(v.of[REPLY_CONTACT_NAME], "");
	assert_string_equal(v.of[REPLY_TICKET_SUBJECT], "Sin tono");
	assert_string_equal(v.of[REPLY_TICKET_NUMBER], "1");
	assert_string_equal(v.of[REPLY_OPERATOR_NAME], f->d->actor.name);
	in.contact_id = desk_fixture_contact(f, "Íñigo", "");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_ok(reply_values_read(f->d, RECORD_TICKET, id, &v, &err));
	assert_string_equal(v.of[REPLY_CONTACT_NAME], "Íñigo");
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_rc(reply_values_read(f->d, RECORD_TICKET, id, &v, &err),
	    OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(replies__of_everybody__are_seen_by_whom_they_belong_to),
	    DESK_TEST(reply_new__out_of_reach__is_denied),
	    DESK_TEST(reply_new__bad_data__is_refused),
	    DESK_TEST(reply_list__words__are_found_in_title_and_body),
	    DESK_TEST(reply_edit__of_what_one_does_not_see__finds_nothing),
	    cmocka_unit_test(reply_fill__variables__take_what_is_known),
	    DESK_TEST(reply_values__of_a_ticket__are_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
