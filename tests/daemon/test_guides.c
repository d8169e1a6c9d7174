/*
 * Guides walked through the real daemon: one by the API, from the problem to
 * the feedback and the figures, and one by a customer in a chat, with buttons,
 * who then asks for a person.
 *
 * Turned red by: a step that is counted twice, an answer of a button that
 * nobody reads, a bot that goes on after a person was asked for.
 */
#include "db/records/knowledge.h"
#include "kb/guides.h"
#include "kb/session.h"
#include "tests/lib/rest.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define BASE "/api/support/troubleshooting"
#define FROM "34600111222"

static struct stage stage;
static struct rest api;

static void
import_guides(void)
{
	static const char *const files[] = {"tests/data/guides/good.json"};
	struct desk *d = stage_desk(&stage, "irene");
	struct kb_guides guides;
	struct str body = STR_INIT;
	struct err err = ERR_INIT;
	enum knowledge_put put;
	int64_t id;

	if (kb_guides_read(files, 1, &guides, &err) != 0)
		fail_msg("%s", err.text);
	for (int i = 0; i < guides.files[0]->count; i++) {
		const struct guide *g = &guides.files[0]->guides[i];
		struct knowledge_new in = {
		    .topic = g->topic, .category = "", .title = g->topic};

		str_clear(&body);
		guide_print(g, &body);
		in.body = body.s;
		if (knowledge_import(d, &in, true, &put, &id, &err) != 0)
			fail_msg("%s", err.text);
	}
	kb_guides_free(&guides);
	str_free(&body);
	desk_close(&d);
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	import_guides();
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	rest_open(&api, &stage, "session.*,template.*");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rest_close(&api);
	stage_close(&stage);
	return 0;
}

static int
post(const char *session, const char *what, const char *body)
{
	char path[160];

	snprintf(path, sizeof(path), BASE "/%s%s", session, what);
	return rest_call(&api, "POST", path, "", body);
}

static void
api__from_problem_to_feedback__as_other_programs_do_it(void **state)
{
	char session[40], path[160];

	(void)state;
	assert_int_equal(
	    rest_call(&api, "POST", BASE "/start", "",
		"{\"problem_description\":\"la pantalla parpadea\","
		"\"problem_id\":\"screen_flickers\","
		"\"customer_email\":\"ana@example.com\","
		"\"customer_name\":\"Ana\",\"ticket_id\":\"TKT-12345\","
		"\"variables\":{\"kind\":\"portatil\"}}"),
	    201);
	snprintf(session, sizeof(session), "%s", rest_text(&api, "session_id"));
	assert_string_equal(rest_text(&api, "external_ticket"), "TKT-12345");
	assert_non_null(rest_text(&api, "message"));
	assert_int_equal(rest_int(&api, "step_number"), 1);
	assert_int_equal(
	    post(session, "/step", "{\"success\":true,\"step_number\":1}"),
	    200);
	assert_int_equal(rest_int(&api, "step_number"), 2);
	assert_int_equal(
	    post(session, "/step", "{\"success\":true,\"step_number\":1}"),
	    200);
	assert_int_equal(rest_int(&api, "step_number"), 2);
	assert_int_equal(
	    post(session, "/step", "{\"success\":false,\"step_number\":1}"),
	    409);
	assert_int_equal(post(session, "/step", "{}"), 422);
	assert_int_equal(post(session, "/step", "{\"answer\":\"skip\"}"), 422);
	assert_int_equal(
	    post(session, "/step",
		"{\"success\":true,\"step_number\":2,\"notes\":\"ya\"}"),
	    200);
	assert_string_equal(rest_text(&api, "status"), "resolved");
	assert_int_equal(post(session, "/feedback",
			     "{\"rating\":5,\"feedback_text\":\"bien\","
			     "\"was_helpful\":true}"),
	    200);
	assert_int_equal(post(session, "/feedback", "{\"rating\":1}"), 409);
	assert_int_equal(post(session, "/escalate", "{}"), 409);
	snprintf(path, sizeof(path), BASE "/%s", session);
	assert_int_equal(rest_call(&api, "GET", path, "", NULL), 200);
	assert_int_equal(rest_int(&api, "rating"), 5);
	assert_int_equal(
	    rest_call(&api, "GET", BASE "/analytics?days=30", "", NULL), 200);
	assert_int_equal(rest_int(&api, "resolution_rate"), 100);
	assert_non_null(strstr(api.body.s, "\"summary\":{"));
	assert_int_equal(
	    rest_call(&api, "GET", BASE "/realtime", "", NULL), 200);
	assert_int_equal(rest_int(&api, "resolved_last_hour"), 1);
}

/* Started by an operator, for the customer to walk; its name's start. */
static int64_t
begin_chat(char name[9])
{
	const struct session_given kind = {"kind", "portátil"};
	struct desk *d = stage_desk(&stage, "marta");
	struct session_begin in = {.topic = "screen_flickers",
	    .walker = WALKER_CUSTOMER,
	    .lang = "es",
	    .threshold = -1};
	struct guide_session s;
	struct err err = ERR_INIT;
	int64_t id;

	in.conversation_id = stage_int(
	    &stage, "SELECT id FROM conversations WHERE peer = '" FROM "'");
	if (session_begin(d, &in, &id, &err) != 0 ||
	    session_give(d, id, 0, &kind, 1, &err) != 0 ||
	    guide_session_get(d, id, &s, &err) != 0)
		fail_msg("%s", err.text);
	snprintf(name, 9, "%.8s", s.name);
	guide_session_clear(&s);
	desk_close(&d);
	d = stage_desk(&stage, NULL);
	if (session_send(d, id, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
	return id;
}

static void
press(const char *name, int step, const char *word)
{
	char id[48];
	struct str said = STR_INIT;

	snprintf(id, sizeof(id), "guide:%s:%d:%s", name, step, word);
	if (stage_opdesk(&stage, NULL, &said, "rehearse", "whatsapp", "--from",
		FROM, "--type", "reply", "--text", id, NULL) != 0)
		fail_msg("%s", said.s);
	str_free(&said);
}

static void
chat__with_buttons_and_a_person_in_the_middle__is_one_session(void **state)
{
	struct session_reply yes = {.action = PATH_YES};
	char name[9], sql[160];
	struct err err = ERR_INIT;
	struct desk *d;
	int64_t id, sent;
	bool again;

	(void)state;
	assert_int_equal(
	    stage_says(&stage, FROM, "Ana", "la pantalla parpadea", NULL), 200);
	assert_true(stage_wait_int(&stage,
	    "SELECT COUNT(*) FROM conversations WHERE peer = '" FROM "'", 1));
	id = begin_chat(name);
	press(name, 1, "yes");
	snprintf(sql, sizeof(sql),
	    "SELECT step FROM guide_sessions WHERE id = %lld", (long long)id);
	assert_true(stage_wait_int(&stage, sql, 2));
	press(name, 2, "person");
	snprintf(sql, sizeof(sql),
	    "SELECT walker FROM guide_sessions WHERE id = %lld", (long long)id);
	assert_true(stage_wait_int(&stage, sql, 0));
	sent = stage_int(
	    &stage, "SELECT COUNT(*) FROM messages WHERE inbound = 0");
	d = stage_desk(&stage, "marta");
	if (session_reply(d, id, &yes, &again, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
	assert_int_equal(stage_says(&stage, FROM, "Ana", "sí", NULL), 200);
	snprintf(sql, sizeof(sql),
	    "SELECT COUNT(*) FROM guide_sessions WHERE id = %lld"
	    " AND state = 2 AND operator_id IS NOT NULL",
	    (long long)id);
	assert_true(stage_wait_int(&stage, sql, 1));
	assert_int_equal(stage_int(&stage,
			     "SELECT COUNT(*) FROM messages WHERE inbound = 0"),
	    sent);
	stage_check_whole(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		api__from_problem_to_feedback__as_other_programs_do_it),
	    cmocka_unit_test(
		chat__with_buttons_and_a_person_in_the_middle__is_one_session),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
