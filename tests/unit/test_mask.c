/* What is shown of a customer to those who may not see how he is reached. */
#include "db/records/mask.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "tests/lib/talk_test.h"

static void
mask_address__each_kind__shows_little(void **state)
{
	static const char *const cases[][2] = {{"", ""},
	    {"+34 600 111 222", "•••222"}, {"34600111222", "•••222"},
	    {"600111", "•••"}, {"12", "•••"}, {"ana@example.org", "a•••"},
	    {"Ñandú@example.org", "Ñ•••"}, {"US.1349", "U•••"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[201];

		str_copy(text, sizeof(text), cases[i][0]);
		mask_address(text, sizeof(text));
		assert_string_equal(text, cases[i][1]);
	}
}

static void
mask_name__only_numbers__are_hidden(void **state)
{
	static const char *const cases[][2] = {{"Ana Ruiz", "Ana Ruiz"},
	    {"+34600111222", "•••222"}, {"Bar 24", "Bar 24"}, {"1234", "1234"},
	    {"600 11 12 22", "•••222"}, {"日本 12345678", "日本 12345678"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[201];

		str_copy(text, sizeof(text), cases[i][0]);
		mask_name(text, sizeof(text));
		assert_string_equal(text, cases[i][1]);
	}
}

/* A customer with everything, who wrote; the conversation's id. */
static int64_t
customer(struct desk_fixture *f, int64_t *contact)
{
	const struct change c[] = {{"email", b_text("ana@example.org")},
	    {"notes", b_text("call 34600111222")},
	    {"problem_statement", b_text("never pays")}};
	struct err err = ERR_INIT;
	struct conversation talk;
	int64_t id = talk_says(f, "wamid.m1", "Hola");

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(conversation_get(f->d, id, &talk, &err));
	*contact = talk.contact_id;
	assert_ok(contact_edit(f->d, *contact, 0, c, 3, &err));
	return id;
}

static void
assert_shown(
    struct desk_fixture *f, const char *login, int64_t contact, bool whole)
{
	struct contact_point *points;
	struct str json = STR_INIT;
	struct err err = ERR_INIT;
	struct page page = {.limit = 10};
	struct contact one = {0}, *rows;
	struct json_out out;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(contact_get(f->d, contact, &one, &err));
	assert_ok(contact_list(f->d, "", 0, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	json_out_init(&out, &json);
	json_out_array(&out, NULL);
	contact_json(&one, &out);
	contact_json(&rows[0], &out);
	contact_list_free(&rows, n);
	/* Who knows the number finds the name, as when it rings. */
	assert_ok(contact_list(f->d, TALK_NUMBER, 0, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	contact_json(&rows[0], &out);
	contact_list_free(&rows, n);
	json_out_end(&out, ']');
	assert_ok(contact_points(f->d, contact, &points, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(one.masked, !whole);
	assert_non_null(strstr(json.s, "Ana"));
	if (whole) {
		assert_string_equal(points[0].value, TALK_NUMBER);
		assert_string_equal(one.email, "ana@example.org");
		assert_string_equal(one.notes, "call 34600111222");
	} else {
		assert_string_equal(points[0].value, "•••222");
		assert_null(strstr(json.s, "600111"));
		assert_null(strstr(json.s, "example"));
		assert_null(strstr(json.s, "pays"));
		assert_string_equal(one.phone_number, "•••222");
	}
	contact_clear(&one);
	free(points);
	str_free(&json);
}

static void
contact__by_who_has_it__is_whole_or_masked(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t contact, talk = customer(f, &contact);

	/* Nobody's: whoever takes calls may see it, nobody else. */
	assert_shown(f, "operator", contact, true);
	assert_shown(f, "stranger", contact, true);
	assert_shown(f, "supervisor", contact, true);
	assert_shown(f, "technician", contact, false);
	assert_shown(f, "admin", contact, false);
	assert_shown(f, "auditor", contact, false);
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(conversation_assign(
	    f->d, talk, 0, f->demo.stranger, 0, NULL, &err));
	assert_shown(f, "stranger", contact, true);
	assert_shown(f, "operator", contact, false);
	assert_shown(f, "supervisor", contact, false);
	/* A ticket of the team is enough, also one that is done. */
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	const struct ticket_new in = {
	    .subject = "x", .contact_id = contact, .operator_id = f->demo.mate};
	int64_t id, number;

	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_CLOSED, "", 0, &err));
	assert_shown(f, "operator", contact, true);
	assert_shown(f, "supervisor", contact, true);
	assert_shown(f, "admin", contact, false);
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(ticket_delete(f->d, id, 0, &err));
	assert_shown(f, "operator", contact, false);
}

/* The number behind a conversation, and a name that is one. */
static void
conversation__of_others__hides_the_number(void **state)
{
	static const struct {
		const char *login;
		bool whole;
	} cases[] = {{"operator", true}, {"supervisor", true}, {"admin", false},
	    {"auditor", false}};
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.m2", "Hola", 0);
	struct err err = ERR_INIT;
	int64_t id, number, ticket;

	in.name = "";
	id = talk_receive(f, &in).conversation_id;
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(
	    conversation_assign(f->d, id, 0, f->demo.mate, 0, NULL, &err));
	assert_ok(
	    ticket_from_conversation(f->d, id, "x", &ticket, &number, &err));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = cases[i].whole ? TALK_NUMBER : "•••222";
		struct conversation c, *rows;
		struct ticket t;
		size_t n;

		desk_fixture_act(f, FIXTURE_TENANT, cases[i].login);
		assert_ok(conversation_get(f->d, id, &c, &err));
		assert_string_equal(c.peer, shown);
		assert_ok(conversation_list(
		    f->d, VIEW_ALL, "", NULL, &rows, &n, &err));
		assert_int_equal(n, 1);
		assert_string_equal(rows[0].peer, shown);
		free(rows);
		assert_ok(conversation_list(
		    f->d, VIEW_ALL, "hola", NULL, &rows, &n, &err));
		assert_int_equal(n, 1);
		assert_string_equal(rows[0].peer, shown);
		free(rows);
		assert_ok(ticket_get(f->d, ticket, &t, &err));
		assert_string_equal(t.contact_name,
		    cases[i].whole ? "+" TALK_NUMBER : "•••222");
		ticket_clear(&t);
	}
}

/* Nobody reaches, or writes over, what he may not see. */
static void
masked__address__is_of_no_use(void **state)
{
	struct desk_fixture *f = *state;
	const struct change c = {"phone_number", b_text("•••222")};
	struct err err = ERR_INIT;
	int64_t contact, id, talk = customer(f, &contact);

	assert_ok(conversation_assign(
	    f->d, talk, 0, f->demo.stranger, 0, NULL, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(contact_edit(f->d, contact, 0, &c, 1, &err), OD_EDENIED);
	assert_rc(conversation_open(f->d, TALK_CHANNEL, CHANNEL_WHATSAPP,
		      contact, "222", &id, &err),
	    OD_EDENIED);
	assert_rc(conversation_open(f->d, TALK_CHANNEL, CHANNEL_WHATSAPP,
		      contact, TALK_NUMBER, &id, &err),
	    OD_EDENIED);
	assert_ok(
	    contact_by_address(f->d, POINT_PHONE, TALK_NUMBER, &id, &err));
	assert_int_equal(id, contact);
	assert_rc(contact_by_address(f->d, POINT_PHONE, "222", &id, &err),
	    OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mask_address__each_kind__shows_little),
	    cmocka_unit_test(mask_name__only_numbers__are_hidden),
	    DESK_TEST(contact__by_who_has_it__is_whole_or_masked),
	    DESK_TEST(conversation__of_others__hides_the_number),
	    DESK_TEST(masked__address__is_of_no_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
