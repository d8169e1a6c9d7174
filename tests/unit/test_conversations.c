/* Unit tests of db/records/conversations. */
#include "db/core/op.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>

static size_t
list(struct desk_fixture *f, enum conversation_view view, const char *match)
{
	struct err err = ERR_INIT;
	struct conversation *rows;
	size_t count;
	int n;

	assert_ok(
	    conversation_list(f->d, view, match, NULL, &rows, &count, &err));
	free(rows);
	if (match[0] == '\0') {
		assert_ok(conversation_count(f->d, view, 1000, &n, &err));
		assert_int_equal(n, count);
	}
	return count;
}

static void
conversation_claim__free_one__becomes_mine_and_undone(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	struct conversation c = talk_get(f, id);
	struct err err = ERR_INIT;
	char sentence[256];

	/* What the customer writes meanwhile is no conflict. */
	talk_says(f, "wamid.2", "¿Hola?");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_int_equal(list(f, VIEW_UNASSIGNED, ""), 1);
	assert_ok(conversation_claim(f->d, id, c.version, &err));
	c = talk_get(f, id);
	assert_int_equal(c.operator_id, f->demo.operators[ROLE_OPERATOR]);
	assert_int_equal(c.state, CONVERSATION_HANDED_OFF);
	assert_int_equal(list(f, VIEW_MINE, ""), 1);
	assert_int_equal(list(f, VIEW_UNASSIGNED, ""), 0);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_rc(conversation_claim(f->d, id, 0, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "operator"));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(talk_get(f, id).operator_id, 0);
}

static void
conversation_assign__stale__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	int64_t seen = talk_get(f, id).version;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(conversation_assign(
	    f->d, id, seen, f->demo.mate, f->demo.support, "ojo", &err));
	assert_rc(
	    conversation_assign(f->d, id, seen, 0, 0, "", &err), OD_ECONFLICT);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM"
				     " conversation_notes"),
	    1);
	assert_rc(conversation_assign(f->d, id, 0, f->other.mate, 0, "", &err),
	    OD_EDATA);
	assert_int_equal(list(f, VIEW_TEAM, ""), 1);
	assert_ok(conversation_assign(f->d, id, 0, 0, 0, NULL, &err));
	assert_int_equal(talk_get(f, id).state, CONVERSATION_ACTIVE);
}

static void
conversation_close__and_reopen__keep_one_open(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola"), other;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_close(f->d, id, 0, &err));
	assert_rc(conversation_close(f->d, id, 0, &err), OD_ECONFLICT);
	assert_int_equal(list(f, VIEW_CLOSED, ""), 1);
	assert_int_equal(list(f, VIEW_ALL, ""), 0);
	clock_fake_wall(TALK_T0 + 3 * US_PER_DAY);
	other = talk_says(f, "wamid.2", "Hola otra vez");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(conversation_reopen(f->d, id, 0, &err), OD_ECONFLICT);
	assert_ok(conversation_close(f->d, other, 0, &err));
	assert_ok(conversation_reopen(f->d, id, 0, &err));
	assert_int_equal(talk_get(f, id).closed_us, 0);
}

static void
conversation_seen__receipt__is_promised_once(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_int_equal(list(f, VIEW_UNREAD, ""), 1);
	assert_ok(conversation_seen(f->d, id, true, &err));
	assert_ok(conversation_seen(f->d, id, true, &err));
	assert_int_equal(talk_get(f, id).unread, 0);
	assert_int_equal(list(f, VIEW_UNREAD, ""), 0);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox"
				     " WHERE kind = 2"),
	    1);
}

static void
conversation_list__pages__newest_first_both_ways(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct conversation *rows;
	struct page page = {.limit = 3};
	size_t count;
	char number[24], id[24];

	for (int i = 0; i < 7; i++) {
		struct inbound_message in = talk_message(id, "Hola", 0);

		snprintf(number, sizeof(number), "3460000000%d", i);
		snprintf(id, sizeof(id), "wamid.%d", i);
		in.number = number;
		in.name = number;
		clock_fake_wall(TALK_T0 + i * US_PER_SECOND);
		talk_receive(f, &in);
	}
	assert_ok(
	    conversation_list(f->d, VIEW_ALL, "", &page, &rows, &count, &err));
	assert_int_equal(count, 3);
	assert_string_equal(rows[0].peer, "34600000006");
	page.after_key = rows[2].last_message_us;
	page.after_id = rows[2].id;
	free(rows);
	assert_ok(
	    conversation_list(f->d, VIEW_ALL, "", &page, &rows, &count, &err));
	assert_string_equal(rows[0].peer, "34600000003");
	page.after_key = rows[0].last_message_us;
	page.after_id = rows[0].id;
	page.backwards = true;
	free(rows);
	for (int found = 0; found < 2; found++) {
		assert_ok(conversation_list(f->d, VIEW_ALL, found ? "hola" : "",
		    &page, &rows, &count, &err));
		assert_int_equal(count, 3);
		assert_string_equal(rows[0].peer, "34600000006");
		assert_string_equal(rows[2].peer, "34600000004");
		free(rows);
	}
}

static void
conversation_list__match__finds_names_and_texts(void **state)
{
	struct desk_fixture *f = *state;

	talk_says(f, "wamid.1", "El router no enciende");
	assert_int_equal(list(f, VIEW_ALL, "Ana"), 1);
	assert_int_equal(list(f, VIEW_ALL, "ROUTER"), 1);
	assert_int_equal(list(f, VIEW_ALL, "impresora"), 0);
	assert_int_equal(list(f, VIEW_CLOSED, "router"), 0);
	desk_act_as_system(f->d, f->other.id);
	assert_int_equal(list(f, VIEW_ALL, "router"), 0);
}

static size_t
of_contact(struct desk_fixture *f, int64_t contact_id)
{
	struct err err = ERR_INIT;
	struct conversation *rows;
	size_t count;

	assert_ok(conversation_of_contact(
	    f->d, contact_id, &rows, &count, &err));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rows[i].contact_id, contact_id);
	free(rows);
	return count;
}

/* Turned red by a list that leaves out what is closed. */
static void
conversation_of_contact__closed_too__is_what_one_may_see(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola");
	int64_t contact = talk_get(f, id).contact_id;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_claim(f->d, id, 0, &err));
	assert_int_equal(of_contact(f, contact), 1);
	assert_int_equal(of_contact(f, contact + 1), 0);
	assert_ok(conversation_close(f->d, id, 0, &err));
	assert_int_equal(of_contact(f, contact), 1);
	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	assert_int_equal(of_contact(f, contact), 0);
	desk_act_as_system(f->d, f->other.id);
	assert_int_equal(of_contact(f, contact), 0);
}

static void
conversation_link__ticket__is_found_from_it(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = talk_says(f, "wamid.1", "Hola"), ticket;
	struct conversation c;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	ticket = desk_fixture_ticket(f, "Router");
	assert_ok(conversation_link_ticket(f->d, id, ticket, &err));
	assert_ok(conversation_by_ticket(f->d, ticket, &c, &err));
	assert_int_equal(c.id, id);
	assert_true(c.ticket_number > 0);
	assert_rc(
	    conversation_link_ticket(f->d, id, ticket + 99, &err), OD_EDATA);
}

static void
conversation_open__twice__is_one(void **state)
{
	struct desk_fixture *f = *state;
	int64_t contact, id, again;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	contact = desk_fixture_contact(f, "Luis", "+34 600 22 33 44");
	assert_ok(conversation_open(f->d, TALK_CHANNEL, CHANNEL_WHATSAPP,
	    contact, "+34 600 22 33 44", &id, &err));
	assert_ok(conversation_open(f->d, TALK_CHANNEL, CHANNEL_WHATSAPP,
	    contact, "34600223344", &again, &err));
	assert_int_equal(id, again);
	assert_rc(conversation_open(f->d, TALK_CHANNEL, CHANNEL_WHATSAPP,
		      contact, "", &id, &err),
	    OD_EDATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(conversation_claim__free_one__becomes_mine_and_undone),
	    TALK_TEST(conversation_assign__stale__is_a_conflict),
	    TALK_TEST(conversation_of_contact__closed_too__is_what_one_may_see),
	    TALK_TEST(conversation_close__and_reopen__keep_one_open),
	    TALK_TEST(conversation_seen__receipt__is_promised_once),
	    TALK_TEST(conversation_list__pages__newest_first_both_ways),
	    TALK_TEST(conversation_list__match__finds_names_and_texts),
	    TALK_TEST(conversation_link__ticket__is_found_from_it),
	    TALK_TEST(conversation_open__twice__is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
