/*
 * Unit tests of syncd/channels/whatsapp_apply: which facts a stored body
 * becomes, and that one refused part does not take the others with it.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "syncd/channels/whatsapp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct channel channel = {.id = "soporte",
    .kind = CHANNEL_WHATSAPP,
    .number_id = "100",
    .account_id = "900"};

/* A sink that writes one line a fact, and refuses what it is told to. */
struct recorder {
	struct str log;
	const char *refuse_id; /* of a message */
	bool has_original;
	int calls;
};

static int
on_message(void *data, const struct inbound_message *in, struct err *err)
{
	struct recorder *r = data;

	r->calls++;
	assert_string_equal(in->channel, "soporte");
	assert_int_equal(in->channel_kind, CHANNEL_WHATSAPP);
	if (r->refuse_id != NULL && strcmp(r->refuse_id, in->provider_id) == 0)
		return err_set(err, OD_EDATA, "refused %s", in->provider_id);
	str_addf(&r->log, "message %s %s/%s kind %d%s '%s'\n", in->provider_id,
	    in->number, in->user_id, (int)in->kind, in->from_app ? " app" : "",
	    in->body);
	return 0;
}

static int
on_status(void *data, const struct inbound_status *in, struct err *err)
{
	struct recorder *r = data;

	(void)err;
	r->calls++;
	str_addf(&r->log, "status %s %s %d\n", in->provider_id, in->status,
	    in->error_code);
	return 0;
}

static int
on_edit(void *data, const char *ch, const char *original_id,
    enum inbound_edit what, const char *body, int64_t at_us, struct err *err)
{
	struct recorder *r = data;

	(void)ch;
	assert_true(at_us == 1789000000 * US_PER_SECOND);
	r->calls++;
	if (!r->has_original)
		return err_set(err, OD_ENOTFOUND, "none");
	str_addf(&r->log, "%s %s '%s'\n",
	    what == INBOUND_EDIT ? "edit" : "revoke", original_id, body);
	return 0;
}

static int
on_peer(void *data, const char *ch, const char *old_number,
    const char *new_number, const char *old_user_id, const char *new_user_id,
    struct err *err)
{
	struct recorder *r = data;

	(void)ch;
	(void)err;
	r->calls++;
	str_addf(&r->log, "peer %s/%s -> %s/%s\n", old_number, old_user_id,
	    new_number, new_user_id);
	return 0;
}

static int
on_alert(void *data, const char *ch, enum channel_state state, const char *text,
    struct err *err)
{
	struct recorder *r = data;

	(void)ch;
	(void)err;
	r->calls++;
	str_addf(&r->log, "alert %d %s\n", (int)state, text);
	return 0;
}

static int
on_templates(void *data, const char *ch, struct err *err)
{
	struct recorder *r = data;

	(void)ch;
	(void)err;
	r->calls++;
	str_add(&r->log, "templates\n");
	return 0;
}

static const struct channel_sink sink = {
    on_message, on_status, on_edit, on_peer, on_alert, on_templates};

static int
ingest(struct recorder *r, const char *name, struct channel_ingested *done,
    struct err *err)
{
	struct str path = STR_INIT, body = STR_INIT;
	int rc;

	str_init(&r->log);
	str_addf(&path, "tests/fuzz/corpus/whatsapp/%s.json", name);
	assert_int_equal(fs_read(path.s, 1 << 20, &body, NULL), 0);
	rc = whatsapp_ingest(&channel, body.s, body.len, &sink, r, done, err);
	str_free(&path);
	str_free(&body);
	return rc;
}

static void
ingest__each_kind__its_fact(void **state)
{
	static const struct {
		const char *file, *log;
		bool has_original;
	} cases[] = {
	    {"text_reply", "message wamid.IN1 34600111222/ kind 1 'sí'\n",
		false},
	    {"status_read", "status wamid.OUT1 read 0\n", false},
	    {"status_failed", "status wamid.OUT1 failed 131047\n", false},
	    {"echo",
		"message wamid.E 34600111222/ES.1 kind 1 app "
		"'desde el móvil'\n",
		false},
	    {"edit", "edit wamid.IN0 'corregido'\n", true},
	    {"edit", "message wamid.IN1 34600111222/ kind 1 'corregido'\n",
		false},
	    {"revoke", "revoke wamid.IN0 ''\n", true},
	    {"revoke",
		"message wamid.IN1 34600111222/ kind 13 'The customer "
		"deleted a message that is not in this conversation.'\n",
		false},
	    {"system_number",
		"peer 34600111222/ -> 34600999888/\n"
		"message wamid.IN1 34600999888/ kind 13 'User A changed from "
		"34600111222 to 34600999888'\n",
		false},
	    {"user_id_update", "peer 34600111222/ES.1 -> /ES.2\n", false},
	    {"template_status", "templates\n", false},
	    {"account_update",
		"alert 0 Meta reports about the account: ACCOUNT_VIOLATION, "
		"SPAM\n",
		false},
	    {"account_disabled",
		"alert 2 Meta reports about the account: DISABLED_UPDATE\n",
		false},
	    {"value_errors",
		"alert 2 Meta reports error 0: AuthException: blocked\n",
		false},
	    {"unknown_field", "", false},
	    {"nobody", "", false},
	    {"other_object", "", false},
	};
	struct channel_ingested done;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct recorder r = {.has_original = cases[i].has_original};
		struct err err = ERR_INIT;

		if (ingest(&r, cases[i].file, &done, &err) != 0)
			fail_msg("%s: %s", cases[i].file, err.text);
		assert_string_equal(r.log.s, cases[i].log);
		assert_int_equal(done.refused, 0);
		str_free(&r.log);
	}
}

static void
ingest__foreign_and_broken_parts__the_rest_goes_on(void **state)
{
	struct recorder r = {.calls = 0};
	struct channel_ingested done;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(ingest(&r, "many", &done, &err), OD_EDATA);
	assert_string_equal(err.text, "A message has no id.");
	assert_string_equal(r.log.s,
	    "message wamid.IN1 34600111222/ kind 1 'uno'\n"
	    "message wamid.IN2 34600111222/ kind 1 'dos'\n"
	    "status wamid.OUT1 sent 0\n");
	assert_int_equal(done.messages, 2);
	assert_int_equal(done.statuses, 1);
	assert_int_equal(done.skipped, 1); /* number 999 */
	assert_int_equal(done.refused, 1);
	str_free(&r.log);
}

static void
ingest__one_message_refused__first_problem_told(void **state)
{
	struct recorder r = {.refuse_id = "wamid.IN1"};
	struct channel_ingested done;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(ingest(&r, "many", &done, &err), OD_EDATA);
	assert_string_equal(err.text, "A message has no id.");
	assert_int_equal(done.refused, 2);
	assert_non_null(strstr(r.log.s, "wamid.IN2"));
	assert_non_null(strstr(r.log.s, "status"));
	str_free(&r.log);
	err = (struct err)ERR_INIT;
	assert_int_equal(ingest(&r, "text", &done, &err), OD_EDATA);
	assert_string_equal(err.text, "refused wamid.IN1");
	str_free(&r.log);
}

static void
ingest__account_trouble_in_a_status__channel_stops(void **state)
{
	const char *body =
	    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":"
	    "\"900\",\"changes\":[{\"field\":\"messages\",\"value\":"
	    "{\"metadata\":{\"phone_number_id\":\"100\"},\"statuses\":[{"
	    "\"id\":\"wamid.A\",\"status\":\"failed\",\"errors\":[{\"code\":"
	    "131042,\"title\":\"pay \\u001b[31m\"}]}]}}]}]}";
	struct recorder r = {.log = STR_INIT};
	struct channel_ingested done;

	(void)state;
	assert_int_equal(whatsapp_ingest(&channel, body, strlen(body), &sink,
			     &r, &done, NULL),
	    0);
	assert_non_null(strstr(r.log.s, "status wamid.A failed 131042\n"));
	assert_non_null(strstr(r.log.s, "alert 2 Meta reports error 131042"));
	assert_null(strchr(r.log.s, '\033'));
	str_free(&r.log);
}

static void
ingest__another_account__not_for_this_channel(void **state)
{
	const char *body =
	    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":"
	    "\"901\",\"changes\":[{\"field\":\"account_update\",\"value\":"
	    "{\"event\":\"DISABLED_UPDATE\"}}]}]}";
	struct recorder r = {.log = STR_INIT};
	struct channel_ingested done;

	(void)state;
	assert_int_equal(whatsapp_ingest(&channel, body, strlen(body), &sink,
			     &r, &done, NULL),
	    0);
	assert_int_equal(r.calls, 0);
	assert_int_equal(done.skipped, 1);
	str_free(&r.log);
}

static void
ingest__unreadable__a_sentence(void **state)
{
	struct recorder r = {.log = STR_INIT};
	struct channel_ingested done;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    whatsapp_ingest(&channel, "{", 1, &sink, &r, &done, &err),
	    OD_EDATA);
	assert_true(err.text[0] != '\0');
	assert_int_equal(r.calls, 0);
	assert_int_equal(
	    whatsapp_ingest(&channel, "[]", 2, &sink, &r, &done, &err),
	    OD_EDATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ingest__each_kind__its_fact),
	    cmocka_unit_test(
		ingest__foreign_and_broken_parts__the_rest_goes_on),
	    cmocka_unit_test(ingest__one_message_refused__first_problem_told),
	    cmocka_unit_test(
		ingest__account_trouble_in_a_status__channel_stops),
	    cmocka_unit_test(ingest__another_account__not_for_this_channel),
	    cmocka_unit_test(ingest__unreadable__a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
