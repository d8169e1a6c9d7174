/*
 * Unit tests of kb/session_chat: a customer walks a guide in a chat, with
 * buttons and with words, asks for a person, is not understood, is taken over;
 * and the rule that starts a guide for a new ticket.
 *
 * Turned red by: a button of another step that counts, a bot that speaks where
 * a person does, an answer that is read twice, a rule that starts two sessions.
 */
#include "kb/session_chat.h"
#include "db/core/op.h"
#include "db/records/tenant_settings.h"
#include "db/records/tickets.h"
#include "tests/lib/guide_data.h"
#include "tests/lib/talk_test.h"

static int serial;

/* Ana's conversation, in which she walks a guide; the session's id. */
static int64_t
begin(struct desk_fixture *f, int64_t *conversation)
{
	const struct session_given kind = {"kind", "portátil"};
	struct session_begin in = {.topic = "screen_flickers",
	    .lang = "es",
	    .walker = WALKER_CUSTOMER,
	    .threshold = -1};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	guide_data_file(f, "tests/data/guides/good.json");
	serial = 0;
	*conversation = talk_says(f, "wamid.0", "la pantalla parpadea");
	in.conversation_id = *conversation;
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(session_begin(f->d, &in, &id, &err));
	assert_ok(session_give(f->d, id, 0, &kind, 1, &err));
	talk_system(f);
	assert_ok(session_send(f->d, id, &err));
	return id;
}

static void
says(struct desk_fixture *f, const char *body, const char *detail)
{
	struct inbound_message in = talk_message("", body, 0);
	char provider_id[32];

	clock_fake_advance(US_PER_SECOND);
	str_format(provider_id, sizeof(provider_id), "wamid.%d", ++serial);
	in.provider_id = provider_id;
	in.detail = detail;
	(void)talk_receive(f, &in);
	clock_fake_advance(US_PER_SECOND);
}

static int
run(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int count = 0;

	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(session_chat_run(f->d, f->demo.id, 10, &count, &err));
	assert_ok(db_batch_end(f->d, &err));
	return count;
}

static struct guide_session
get(struct desk_fixture *f, int64_t id)
{
	struct guide_session s;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_get(f->d, id, &s, &err));
	guide_session_clear(&s);
	return s;
}

static void
button(struct desk_fixture *f, int64_t id, int step, const char *word)
{
	char detail[128];

	str_format(detail, sizeof(detail),
	    "{\"button_reply\":{\"id\":\"guide:%.8s:%d:%s\",\"title\":\"x\"}}",
	    get(f, id).name, step, word);
	says(f, "x", detail);
}

static void
chat__buttons_and_words__walk_to_the_end(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conversation, id = begin(f, &conversation);

	assert_int_equal(run(f), 0);
	button(f, id, 1, "yes");
	assert_int_equal(run(f), 1);
	assert_int_equal(get(f, id).step, 2);
	assert_int_equal(run(f), 0);
	says(f, "¡SÍ!", "");
	assert_int_equal(run(f), 1);
	assert_int_equal(get(f, id).state, SESSION_RESOLVED);
	assert_int_equal(
	    talk_int(f, "SELECT count(*) FROM messages WHERE inbound = 0"
			" AND role = 1"),
	    2);
	says(f, "gracias", "");
	assert_int_equal(run(f), 0);
}

static void
chat__button_of_another_step__does_not_count(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conversation, id = begin(f, &conversation);

	button(f, id, 3, "yes");
	assert_int_equal(run(f), 1);
	assert_int_equal(get(f, id).step, 1);
	assert_int_equal(run(f), 0);
}

static void
chat__person__gets_one_and_the_bot_is_silent(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conversation, id = begin(f, &conversation);
	struct session_reply yes = {.action = PATH_YES};
	struct err err = ERR_INIT;
	struct guide_session s;
	bool again;

	button(f, id, 1, "person");
	assert_int_equal(run(f), 1);
	s = get(f, id);
	assert_int_equal(s.walker, WALKER_OPERATOR);
	assert_int_equal(s.state, SESSION_ACTIVE);
	assert_int_equal(
	    talk_int(f, "SELECT count(*) FROM conversation_notes"), 1);
	says(f, "si", "");
	assert_int_equal(run(f), 0);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(session_reply(f->d, id, &yes, &again, &err));
	assert_int_equal(
	    get(f, id).operator_id, f->demo.operators[ROLE_OPERATOR]);
}

static void
chat__not_understood_twice__gets_a_person(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conversation, id = begin(f, &conversation);

	says(f, "mi primo dice que es el cable", "");
	assert_int_equal(run(f), 1);
	assert_int_equal(run(f), 0);
	assert_int_equal(get(f, id).walker, WALKER_CUSTOMER);
	says(f, "", "");
	assert_int_equal(run(f), 1);
	assert_int_equal(get(f, id).walker, WALKER_OPERATOR);
}

static void
chat__conversation_that_a_person_has__is_left_alone(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conversation, id = begin(f, &conversation);
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_claim(f->d, conversation, 0, &err));
	says(f, "si", "");
	assert_int_equal(run(f), 0);
	assert_int_equal(get(f, id).step, 1);
}

static int
rule(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int count = 0;

	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(session_rule_run(f->d, f->demo.id, &count, &err));
	assert_ok(db_batch_end(f->d, &err));
	return count;
}

static void
rule__new_ticket__starts_a_guide_once_when_it_is_on(void **state)
{
	struct ticket_new in = {.subject = "El monitor parpadea"};
	struct ticket_new other = {.subject = "Quiero dos pizzas"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, number;

	guide_data_train(f, "tests/data/guides/good.json");
	guide_data_file(f, "tests/data/guides/good.json");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_int_equal(rule(f), 0);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	op_stepped_up(f->d);
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_ON_TICKET, "on", &err));
	assert_int_equal(rule(f), 0);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_ok(ticket_new(f->d, &other, &id, &number, &err));
	assert_int_equal(rule(f), 1);
	assert_int_equal(rule(f), 0);
	assert_int_equal(talk_int(f, "SELECT count(*) FROM guide_sessions"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(chat__buttons_and_words__walk_to_the_end),
	    TALK_TEST(chat__button_of_another_step__does_not_count),
	    TALK_TEST(chat__person__gets_one_and_the_bot_is_silent),
	    TALK_TEST(chat__not_understood_twice__gets_a_person),
	    TALK_TEST(chat__conversation_that_a_person_has__is_left_alone),
	    TALK_TEST(rule__new_ticket__starts_a_guide_once_when_it_is_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
