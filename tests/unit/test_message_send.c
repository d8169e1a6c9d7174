/* Unit tests of db/records/message_send. */
#include "tests/lib/talk_test.h"

static int
try_send(struct desk_fixture *f, const struct message_new *in, struct err *err)
{
	int64_t id;

	return message_send(f->d, in, &id, err);
}

static void
message_send__text__is_promised_and_claims(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), next;
	struct err err = ERR_INIT;
	struct outbox_item *rows;
	struct conversation c;
	size_t count;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	talk_send(f, conv, "Buenas, ¿qué tal?");
	c = talk_get(f, conv);
	assert_int_equal(c.operator_id, f->demo.operators[ROLE_OPERATOR]);
	assert_int_equal(c.waiting_since_us, 0);
	assert_false(c.preview_inbound);
	talk_system(f);
	assert_ok(outbox_claim(
	    f->d, "t", 60, 9, 9, NULL, &rows, &count, &next, &err));
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].intent,
	    "{\"to\":\"34600111222\",\"type\":\"text\","
	    "\"body\":\"Buenas, ¿qué tal?\"}");
	assert_int_equal(rows[0].expires_us, TALK_T0 + WHATSAPP_WINDOW_US);
	assert_true(rows[0].rehearsal);
	outbox_list_free(&rows, count);
}

static void
message_send__bad_input__writes_nothing(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola");
	static char longer[MESSAGE_TEXT_MAX + 2];
	struct message_new bad[] = {
	    {.kind = MESSAGE_TEXT, .body = ""},
	    {.kind = MESSAGE_TEXT, .body = " \n"},
	    {.kind = MESSAGE_TEXT, .body = "Hola {{nombre}}"},
	    {.kind = MESSAGE_TEXT, .body = "\xff"},
	    {.kind = MESSAGE_TEXT, .body = longer},
	    {.kind = MESSAGE_IMAGE, .link = "http://a/b.png"},
	    {.kind = MESSAGE_AUDIO, .link = "https://a/b", .body = "x"},
	    {.kind = MESSAGE_INTERACTIVE, .body = "¿Sí?"},
	    {.kind = MESSAGE_INTERACTIVE,
		.body = "¿Sí?",
		.buttons = {{"1", "Sí"}, {"2", "Sí"}}},
	    {.kind = MESSAGE_INTERACTIVE,
		.body = "¿Sí?",
		.buttons = {{"1", "Un título de más de veinte"}}},
	    {.kind = MESSAGE_TEMPLATE},
	    {.kind = MESSAGE_TEMPLATE,
		.template_name = "ninguna",
		.template_lang = "es"},
	    {.kind = MESSAGE_REACTION, .body = "x"},
	};
	struct err err = ERR_INIT;

	memset(longer, 'a', sizeof(longer) - 1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bad[i].conversation_id = conv;
		if (try_send(f, &bad[i], &err) != OD_EDATA)
			fail_msg("case %zu: %s", i, err.text);
	}
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox"), 0);
}

static void
message_send__window_closed__offers_a_template(void **state)
{
	const char *const values[] = {"Ana", NULL};
	struct message_template tpl = {.name = "aviso",
	    .lang = "es",
	    .status = "APPROVED",
	    .parameters = 1,
	    .body = "Hola {{1}}, ya está."};
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), id;
	struct message_new in = {
	    .conversation_id = conv, .kind = MESSAGE_TEXT, .body = "Buenas"};
	struct err err = ERR_INIT;
	struct message m;

	assert_ok(template_replace_all(f->d, TALK_CHANNEL, &tpl, 1, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	/* Nor may it be meant for later than that. */
	in.send_at_us = TALK_T0 + WHATSAPP_WINDOW_US;
	assert_rc(try_send(f, &in, &err), OD_ECONFLICT);
	in.send_at_us = 0;
	clock_fake_wall(TALK_T0 + WHATSAPP_WINDOW_US);
	assert_rc(try_send(f, &in, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "template"));
	in = (struct message_new){.conversation_id = conv,
	    .kind = MESSAGE_TEMPLATE,
	    .template_name = "aviso",
	    .template_lang = "es"};
	assert_rc(try_send(f, &in, &err), OD_EDATA);
	in.template_values = values;
	assert_ok(message_send(f->d, &in, &id, &err));
	assert_ok(message_get(f->d, id, &m, &err));
	assert_string_equal(m.body, "Hola Ana, ya está.");
	message_clear(&m);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox"
				     " WHERE expires_us IS NULL"),
	    1);
}

static void
message_send__named_placeholders__their_names_go_along(void **state)
{
	const char *const values[] = {"Ana", "12", NULL};
	struct message_template tpl = {.name = "cita",
	    .lang = "es",
	    .status = "APPROVED",
	    .parameters = 2,
	    .body = "Hola {{nombre}}: la {{numero}}, {{nombre}}."};
	struct desk_fixture *f = *state;
	struct message_new in = {
	    .conversation_id = talk_says(f, "wamid.1", "Hola"),
	    .kind = MESSAGE_TEMPLATE,
	    .template_name = "cita",
	    .template_lang = "es",
	    .template_values = values};
	struct err err = ERR_INIT;
	struct message m;
	int64_t id;

	assert_ok(template_replace_all(f->d, TALK_CHANNEL, &tpl, 1, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(message_send(f->d, &in, &id, &err));
	assert_ok(message_get(f->d, id, &m, &err));
	assert_string_equal(m.body, "Hola Ana: la 12, Ana.");
	message_clear(&m);
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM outbox WHERE intent LIKE"
			" '%\"values\":[\"Ana\",\"12\"],"
			"\"names\":[\"nombre\",\"numero\"]}'"),
	    1);
}

static void
message_send__changed_meanwhile__says_what(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message first = talk_message("wamid.1", "Hola", 0);
	struct inbound_result r = talk_receive(f, &first);
	struct message_new in = {.conversation_id = r.conversation_id,
	    .kind = MESSAGE_TEXT,
	    .body = "Buenas",
	    .seen_version = talk_get(f, r.conversation_id).version,
	    .seen_message = r.message_id};
	struct err err = ERR_INIT;

	talk_says(f, "wamid.2", "Espera");
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(try_send(f, &in, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "customer"));
	in.seen_message = 0;
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(conversation_claim(f->d, r.conversation_id, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(try_send(f, &in, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "mate"));
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox"), 0);
	/* Somebody else's is not an operator's to answer. */
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.seen_version = 0;
	assert_rc(try_send(f, &in, &err), OD_EDENIED);
}

static void
message_send__closed__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct message_new in = {.kind = MESSAGE_TEXT, .body = "Buenas"};
	struct err err = ERR_INIT;

	in.conversation_id = talk_says(f, "wamid.1", "Hola");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_close(f->d, in.conversation_id, 0, &err));
	assert_rc(try_send(f, &in, &err), OD_ECONFLICT);
}

static void
message_retry__failed_one__is_promised_again(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), id, next;
	struct err err = ERR_INIT;
	struct outbox_item *rows;
	size_t count;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = talk_send(f, conv, "Buenas");
	assert_rc(message_retry(f->d, id, &err), OD_ECONFLICT);
	talk_system(f);
	assert_ok(outbox_claim(
	    f->d, "t", 60, 9, 9, NULL, &rows, &count, &next, &err));
	assert_ok(outbox_dead(f->d, rows[0].id, 131026, "no", "", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(message_retry(f->d, id, &err));
	assert_int_equal(talk_int(f, "SELECT state FROM messages"
				     " WHERE inbound = 0"),
	    MESSAGE_DUE);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox"), 2);
	/* The old row is not to be sent besides. */
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(outbox_replay(f->d, rows[0].id, &err), OD_ECONFLICT);
	outbox_list_free(&rows, count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(message_send__text__is_promised_and_claims),
	    TALK_TEST(message_send__bad_input__writes_nothing),
	    TALK_TEST(message_send__window_closed__offers_a_template),
	    TALK_TEST(message_send__named_placeholders__their_names_go_along),
	    TALK_TEST(message_send__changed_meanwhile__says_what),
	    TALK_TEST(message_send__closed__is_refused),
	    TALK_TEST(message_retry__failed_one__is_promised_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
