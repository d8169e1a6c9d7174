/*
 * Every route that /api/openapi.json describes, live: without a token, with
 * one of another scope, with the right one; what it answers is of a status
 * and of members that are described; bodies and queries that are wrong in
 * every way get what is described, too, never 5xx.
 *
 * A route that is added wants a row in `samples`, as it could not be called
 * otherwise.
 *
 * Turned red by: a scope that is not asked for, a status that is left out of
 * api_statuses, a member of ticket_json that the sample lacks, a body that is
 * not checked against its row.
 */
#include "tests/lib/rest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;
static struct rest all, other, nobody; /* by what their token may */
static struct json *described;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	rest_open(&all, &stage, "*");
	rest_open(&other, &stage, "contact.read");
	rest_share(&nobody, &all);
	nobody.token[0] = '\0';
	if (rest_call(&nobody, "GET", "/api/openapi.json", "", NULL) != 200)
		return -1;
	described = nobody.doc;
	nobody.doc = NULL;
	return described == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	json_free(&described);
	rest_close(&all);
	rest_close(&other);
	rest_close(&nobody);
	stage_close(&stage);
	return 0;
}

/* How each is called so that it goes well; {} is a ticket's number. */
static const struct sample {
	const char *method, *path, *body;
	int status; /* 0: described, below 300 */
} samples[] = {
    {"get", "/health", NULL, 0},
    {"get", "/metrics", NULL, 0},
    {"get", "/whatsapp", NULL, 400},
    {"get", "/whatsapp/{channel}", NULL, 400},
    {"post", "/whatsapp", "{}", 401},
    {"post", "/whatsapp/{channel}", "{}", 401},
    {"get", "/api/openapi.json", NULL, 0},
    {"get", "/api/tickets", NULL, 0},
    {"post", "/api/tickets", "{\"subject\":\"Uno\",\"tags\":\"a,b\"}", 0},
    {"get", "/api/tickets/{number}", NULL, 0},
    {"patch", "/api/tickets/{number}",
	"{\"state\":\"waiting\",\"waiting_reason\":\"x\","
	"\"waiting_until\":\"2031-01-01T00:00:00Z\",\"contact_id\":1}",
	0},
    {"delete", "/api/tickets/{number}", NULL, 0},
    {"post", "/api/tickets/{number}/restore", NULL, 0},
    {"get", "/api/tickets/{number}/comments", NULL, 0},
    {"post", "/api/tickets/{number}/comments",
	"{\"body\":\"Hola\",\"kind\":\"reply\"}", 0},
    {"post", "/api/tickets/{number}/merge", "{\"into\":1}", 0},
    {"post", "/api/tickets/{number}/unmerge", NULL, 0},
    {"post", "/api/tickets/{number}/split", "{\"comments\":[]}", 422},
    {"get", "/api/tickets/{number}/links", NULL, 0},
    {"post", "/api/tickets/{number}/links", "{\"ticket\":1}", 0},
    {"delete", "/api/tickets/{number}/links/{id}", NULL, 404},
    {"post", "/api/tickets/{number}/snooze", "{\"until_reply\":\"yes\"}", 0},
    {"post", "/api/tickets/{number}/wake", NULL, 409},
    {"get", "/api/tickets/{number}/files", NULL, 0},
    {"post", "/api/tickets/{number}/files", "hola", 0},
    {"get", "/api/tickets/{number}/files/{id}", NULL, 404},
    {"get", "/api/tickets/{number}/checks", NULL, 0},
    {"post", "/api/tickets/{number}/checks", "{\"items\":\"Uno\\nDos\"}", 0},
    {"patch", "/api/tickets/{number}/checks/{id}", "{\"done\":true}", 404},
    {"delete", "/api/tickets/{number}/checks/{id}", NULL, 404},
    {"get", "/api/tickets/{number}/times", NULL, 0},
    {"post", "/api/tickets/{number}/times",
	"{\"operator_id\":1,\"worked_s\":60}", 0},
    {"patch", "/api/tickets/{number}/times/{id}", "{\"note\":\"x\"}", 404},
    {"delete", "/api/tickets/{number}/times/{id}", NULL, 404},
    {"post", "/api/support/troubleshooting/start",
	"{\"problem_description\":\"x\",\"problem_id\":\"none\"}", 422},
    {"get", "/api/support/troubleshooting", NULL, 0},
    {"get", "/api/support/troubleshooting/{session_id}", NULL, 404},
    {"post", "/api/support/troubleshooting/{session_id}/step",
	"{\"success\":true}", 404},
    {"post", "/api/support/troubleshooting/{session_id}/feedback",
	"{\"rating\":5}", 404},
    {"post", "/api/support/troubleshooting/{session_id}/escalate", "{}", 404},
    {"post", "/api/support/troubleshooting/{session_id}/resolve", "{}", 404},
    {"post", "/api/support/troubleshooting/{session_id}/abandon", "{}", 404},
    {"get", "/api/support/troubleshooting/analytics", NULL, 0},
    {"get", "/api/support/troubleshooting/realtime", NULL, 0},
    {"post", "/api/call/start",
	"{\"direction\":\"in\",\"number\":\"600111222\","
	"\"provider_call\":\"p-1\"}",
	0},
    {"post", "/api/call/end", "{\"provider_call\":\"p-1\"}", 0},
    {"get", "/api/calls", NULL, 0},
    {"get", "/api/inventory/agents", NULL, 0},
    {"get", "/api/inventory/stats", NULL, 0},
    {"get", "/api/leads", NULL, 0},
    {"post", "/api/leads", "{\"problem_statement\":\"Uno\"}", 0},
    {"get", "/api/leads/{id}", NULL, 404},
    {"patch", "/api/leads/{id}", "{\"status\":\"closed\"}", 404},
    {"delete", "/api/leads/{id}", NULL, 404},
    {"post", "/api/leads/{id}/restore", NULL, 404},
    {"get", "/api/recordings", NULL, 0},
    {"post", "/api/recordings", "RIFF", 400},
    {"get", "/api/support/troubleshooting/templates", NULL, 0},
    {"post", "/api/support/troubleshooting/templates",
	"{\"template_id\":\"alta\",\"name\":\"Alta\","
	"\"steps_template\":[\"Hola\"]}",
	0},
    {"get", "/api/events", NULL, 0},
    {"get", "/mesa_ayuda", NULL, 0},
    {"get", "/ticket/new", NULL, 0},
    {"get", "/ticket/{number}/edit", NULL, 0},
    {"get", "/ticket/{number}/delete", NULL, 0},
    {"post", "/ticket/new", "{\"subject\":\"Dos\"}", 0},
    {"post", "/ticket/{number}/edit", "{\"priority\":4}", 0},
    {"post", "/ticket/{number}/delete", "{}", 0},
    {"get", "/api/webhooks", NULL, 0},
    {"post", "/api/webhooks",
	"{\"name\":\"Uno\",\"url\":\"https://hooks.example.com/\","
	"\"events\":[\"ticket.*\"]}",
	0},
    {"get", "/api/webhooks/{id}", NULL, 404},
    {"patch", "/api/webhooks/{id}", "{\"name\":\"Dos\"}", 404},
    {"delete", "/api/webhooks/{id}", NULL, 404},
    {"post", "/api/webhooks/{id}/state", "{\"state\":\"off\"}", 404},
    {"post", "/api/webhooks/{id}/test", NULL, 404},
    {"post", "/api/webhooks/{id}/replay", "{}", 404},
    {"get", "/api/webhooks/{id}/attempts", NULL, 404},
    {"get", "/api/support/troubleshooting/webhooks", NULL, 0},
    {"post", "/api/support/troubleshooting/webhooks",
	"{\"id\":\"crm\",\"url\":\"https://hooks.example.com/\","
	"\"events\":[\"SESSION_STARTED\"]}",
	0},
    {"get", "/api/approvals", NULL, 0},
    {"get", "/api/approvals/{id}", NULL, 404},
    {"post", "/api/approvals",
	"{\"id\":1,\"decision\":\"approve\",\"login\":\"irene\","
	"\"password\":\"no\"}",
	403},
};

static const struct sample *
sample_of(const char *method, const char *path)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strcmp(samples[i].method, method) == 0 &&
		    strcmp(samples[i].path, path) == 0)
			return &samples[i];
	fail_msg("%s %s has no sample", method, path);
	return NULL;
}

static void
upper(const char *method, char out[8])
{
	size_t n = 0;

	for (; method[n] != '\0' && n < 7; n++)
		out[n] = (char)(method[n] & ~0x20);
	out[n] = '\0';
}

/* A ticket of its own for each call; one in the trash for its way out. */
static void
fill_path(const char *path, char out[128])
{
	const char *open = strchr(path, '{'), *part;
	char value[24] = "soporte", at[64];

	if (open == NULL) {
		snprintf(out, 128, "%s", path);
		return;
	}
	if (strncmp(open, "{id}", 4) == 0)
		snprintf(value, sizeof(value), "77");
	else if (strncmp(open, "{number}", 8) == 0) {
		assert_int_equal(rest_call(&all, "POST", "/api/tickets", "",
				     "{\"subject\":\"Muestra\"}"),
		    201);
		snprintf(value, sizeof(value), "%lld",
		    (long long)rest_int(&all, "number"));
		snprintf(at, sizeof(at), "/api/tickets/%s", value);
		if (strstr(path, "/restore") != NULL)
			assert_int_equal(
			    rest_call(&all, "DELETE", at, "", NULL), 200);
		if (strstr(path, "/unmerge") != NULL) {
			snprintf(
			    at, sizeof(at), "/api/tickets/%s/merge", value);
			assert_int_equal(
			    rest_call(&all, "POST", at, "", "{\"into\":1}"),
			    200);
		}
	}
	if ((part = strstr(open, "/{id}")) != NULL)
		snprintf(out, 128, "%.*s%s%.*s/77", (int)(open - path), path,
		    value, (int)(part - strchr(open, '}') - 1),
		    strchr(open, '}') + 1);
	else
		snprintf(out, 128, "%.*s%s%s", (int)(open - path), path, value,
		    strchr(open, '}') + 1);
}

/* ---- what is described ---- */

static void
each_row(
    void (*fn)(const char *method, const char *path, const struct json *row))
{
	const struct json *paths = json_get(described, "paths");

	assert_true(json_size(paths) > 10);
	for (const struct json *p = json_first(paths); p != NULL;
	     p = json_next(p))
		for (const struct json *m = json_first(p); m != NULL;
		     m = json_next(m))
			fn(json_name(m), json_name(p), m);
}

static const struct json *
answer_of(const struct json *row, int status)
{
	char name[8];

	snprintf(name, sizeof(name), "%d", status);
	return json_path(row, "responses", name, NULL);
}

static void
check_described(const char *method, const char *path, const struct json *row,
    const struct rest *r)
{
	if (answer_of(row, r->status) == NULL)
		fail_msg("%s %s: %d is not described: %s", method, path,
		    r->status, r->body.s);
}

static bool
is_type(const char *type, const struct json *v)
{
	static const char *const names[] = {
	    [JSON_NULL] = "null",
	    [JSON_BOOL] = "boolean",
	    [JSON_NUMBER] = "integer",
	    [JSON_STRING] = "string",
	    [JSON_ARRAY] = "array",
	    [JSON_OBJECT] = "object",
	};

	return strcmp(type, names[json_type(v)]) == 0;
}

static void
check_type(const char *path, const struct json *schema, const struct json *v)
{
	const struct json *types = json_get(schema, "type");
	bool good = types == NULL;

	if (json_type(types) == JSON_STRING)
		good = is_type(json_as_string(types), v);
	else
		for (const struct json *t = json_first(types); t != NULL;
		     t = json_next(t))
			good = good || is_type(json_as_string(t), v);
	if (!good)
		fail_msg("%s: %s is of another type", path, json_name(v));
}

/* All that is there is described, and the other way round. */
static void
check_object(const char *path, const struct json *schema, const struct json *v)
{
	const struct json *properties, *items;
	const char *ref = json_string(schema, "$ref");

	if (ref != NULL)
		schema = json_path(described, "components", "schemas",
		    strrchr(ref, '/') + 1, NULL);
	if ((properties = json_get(schema, "properties")) == NULL)
		return;
	for (const struct json *m = json_first(v); m != NULL;
	     m = json_next(m)) {
		const struct json *s = json_get(properties, json_name(m));

		if (s == NULL)
			fail_msg("%s: %s is not described", path, json_name(m));
		check_type(path, s, m);
		if ((items = json_get(s, "items")) != NULL)
			for (const struct json *e = json_first(m); e != NULL;
			     e = json_next(e))
				check_object(path, items, e);
	}
	for (const struct json *s = json_first(properties); s != NULL;
	     s = json_next(s))
		if (json_get(v, json_name(s)) == NULL &&
		    (ref == NULL || strstr(ref, "Problem") == NULL))
			fail_msg("%s: %s is described and not there", path,
			    json_name(s));
}

static void
check_body(const char *path, const struct json *row, const struct rest *r)
{
	const char *type =
	    r->status < 300 ? "application/json" : "application/problem+json";
	const struct json *schema = json_path(
	    answer_of(row, r->status), "content", type, "schema", NULL);

	if (schema == NULL)
		return;
	if (r->doc == NULL || json_type(r->doc) != JSON_OBJECT ||
	    strstr(r->head.s, type) == NULL)
		fail_msg("%s: %d without %s", path, r->status, type);
	check_object(path, schema, r->doc);
}

/* ---- the tests ---- */

static void
call_live(const char *method, const char *path, const struct json *row)
{
	const struct sample *s = sample_of(method, path);
	char upper_method[8], at[128];
	int status;

	upper(method, upper_method);
	fill_path(path, at);
	status = rest_call(&all, upper_method, at, "", s->body);
	if (s->status != 0 ? status != s->status : status >= 300)
		fail_msg("%s %s: %d: %s", method, path, status, all.body.s);
	check_described(method, path, row, &all);
	check_body(path, row, &all);
	if (strcmp(method, "get") == 0 && all.etag[0] != '\0') {
		char line[96];

		snprintf(line, sizeof(line), "If-None-Match: %s\r\n", all.etag);
		assert_int_equal(rest_call(&all, "GET", at, line, NULL), 304);
	}
}

static void
routes__each_that_is_described__answers_as_described(void **state)
{
	(void)state;
	each_row(call_live);
}

static void
call_without(const char *method, const char *path, const struct json *row)
{
	const struct json *security = json_first(json_get(row, "security"));
	bool needs_token =
	    security != NULL && json_get(security, "bearer") != NULL;
	const struct sample *s = sample_of(method, path);
	/* As from elsewhere: on this machine some need no token. */
	const char *from = "X-Forwarded-For: 203.0.113.9\r\n";
	char upper_method[8], at[128];

	if (!needs_token)
		return;
	upper(method, upper_method);
	fill_path(path, at);
	assert_int_equal(
	    rest_call(&nobody, upper_method, at, from, s->body), 401);
	check_body(path, row, &nobody);
	check_described(method, path, row, &nobody);
	assert_int_equal(
	    rest_call(&other, upper_method, at, from, s->body), 403);
	check_described(method, path, row, &other);
	check_body(path, row, &other);
	if (strcmp(path, "/metrics") == 0)
		return; /* whose scope is no operation of the table */
	assert_non_null(strstr(other.body.s,
	    json_as_string(json_first(json_get(security, "bearer")))));
}

static void
routes__token_lacks_or_has_another_scope__get_401_and_403(void **state)
{
	(void)state;
	each_row(call_without);
}

static const char *const bad_bodies[] = {"", "{", "}", "[]", "null", "1",
    "\"x\"", "{\"subject\":1}", "{\"subject\":null}", "{\"subject\":\"\"}",
    "{\"subject\":\"a\",\"subject\":\"b\"}", "{\"subject\":\"a\"} x",
    "{\"subject\":\"a\",\"nothing\":1}", "{\"subject\":\"a\\u0000b\"}",
    "{\"subject\":\"\xff\"}", "\xef\xbb\xbf{}", "{\"subject\":\"\\ud800\"}",
    "{\"subject\":\"a\",\"urgency\":0}", "{\"subject\":\"a\",\"urgency\":6}",
    "{\"subject\":\"a\",\"urgency\":1e999}",
    "{\"subject\":\"a\",\"urgency\":\"3\"}",
    "{\"subject\":\"a\",\"urgency\":3.5}",
    "{\"subject\":\"a\",\"urgency\":99999999999999999999}",
    "{\"subject\":\"a\",\"contact_id\":9223372036854775807}",
    "{\"subject\":\"a\",\"contact_id\":-1}",
    "{\"subject\":\"a\",\"company_id\":987654}",
    "{\"subject\":\"a\",\"operator_id\":987654}",
    "{\"subject\":\"a\",\"team_id\":987654}",
    "{\"subject\":\"a\",\"state\":\"merged\"}",
    "{\"subject\":\"a\",\"state\":\"nothing\"}",
    "{\"subject\":\"a\",\"waiting_until\":\"tomorrow\"}",
    "{\"subject\":\"a\",\"waiting_until\":\"9999-99-99T00:00:00Z\"}",
    "{\"subject\":{\"a\":{\"a\":{}}}}", "{\"subject\":[[[[[[[[[[]]]]]]]]]]}",
    "{\"body\":\"\"}", "{\"body\":\"a\",\"kind\":1}", "{\"body\":[]}",
    "{\"id\":1,\"decision\":\"approve\",\"login\":\"\",\"password\":\"\"}",
    "{\"id\":0,\"decision\":\"no\",\"login\":\"a\",\"password\":\"b\"}"};

static const char *const bad_headers[] = {"", "Content-Type: text/plain\r\n",
    "Content-Type: application/json; x\r\n",
    "Content-Type: application/x-www-form-urlencoded\r\n", "If-Match: x\r\n",
    "If-Match: \"1\r\n", "If-Match: \"\xff\"\r\n",
    "If-Match: W/\"1\", \"77\"\r\n", "Idempotency-Key: \r\n",
    "Idempotency-Key: \xff\r\n"};

static void
send_bad(const char *method, const char *path, const struct json *row)
{
	char upper_method[8], at[128];

	if (strncmp(path, "/whatsapp", 9) == 0)
		return; /* tests/daemon/test_webhook_corpus.c */
	upper(method, upper_method);
	fill_path(path, at);
	for (size_t i = 0; i < sizeof(bad_bodies) / sizeof(bad_bodies[0]);
	     i++) {
		/* Each header with one body, each body with one header. */
		const char *headers =
		    bad_headers[i < sizeof(bad_headers) / sizeof(char *) ? i
									 : 0];

		rest_call(&all, upper_method, at, headers, bad_bodies[i]);
		check_described(method, path, row, &all);
		if (all.status >= 500)
			fail_msg("%s %s \"%s\": %d", method, path,
			    bad_bodies[i], all.status);
		if (all.status >= 300)
			check_body(path, row, &all);
	}
}

static void
routes__bodies_that_are_wrong__never_get_5xx(void **state)
{
	(void)state;
	each_row(send_bad);
	assert_int_equal(rest_call(&all, "GET", "/health", "", NULL), 200);
}

static void
routes__queries_and_numbers_that_are_wrong__get_400_or_404(void **state)
{
	static const struct {
		const char *path;
		int status;
	} bad[] = {{"/api/tickets?x=1", 400}, {"/api/tickets?state=x", 400},
	    {"/api/tickets?state=", 400}, {"/api/tickets?limit=0", 400},
	    {"/api/tickets?limit=201", 400}, {"/api/tickets?limit=-1", 400},
	    {"/api/tickets?limit=99999999999999999999", 400},
	    {"/api/tickets?limit=5&limit=5", 400},
	    {"/api/tickets?cursor=x", 400}, {"/api/tickets?cursor=1-", 400},
	    {"/api/tickets?cursor=1-2-3", 400},
	    {"/api/tickets?cursor=ffffffffffffffffffff-1", 400},
	    {"/api/tickets?updated_since=yesterday", 400},
	    {"/api/tickets?updated_since=2026-11-21", 400},
	    {"/api/tickets?q=%ff", 400}, {"/api/tickets?q=%00", 400},
	    {"/api/tickets?q=%zz", 400}, {"/api/tickets?q=", 400},
	    {"/api/tickets?contact_id=1%27", 400},
	    {"/api/tickets?view=mine", 400}, {"/api/tickets/0", 404},
	    {"/api/tickets/-1", 404}, {"/api/tickets/1.0", 404},
	    {"/api/tickets/99999999999999999999", 404},
	    {"/api/tickets/987654", 404}, {"/api/tickets/987654/comments", 404},
	    {"/api/tickets/%ff", 400}, {"/api/tickets/%2e%2e", 400},
	    {"/api/tickets/1/x", 404}, {"/mesa_ayuda?order=x", 400},
	    {"/api/approvals?state=x", 400}};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rest_call(&all, "GET", bad[i].path, "", NULL);
		if (all.status != bad[i].status)
			fail_msg(
			    "%s: %d: %s", bad[i].path, all.status, all.body.s);
		assert_non_null(strstr(all.head.s, "application/problem+json"));
	}
	assert_int_equal(rest_call(&all, "GET",
			     "/api/tickets?q=%22%2a%20OR%20%28", "", NULL),
	    200);
}

static void
routes__too_large__get_413(void **state)
{
	struct str body = STR_INIT;

	(void)state;
	str_add(&body, "{\"subject\":\"a\",\"description\":\"");
	for (int i = 0; i < 70000; i++)
		str_addc(&body, 'x');
	str_add(&body, "\"}");
	assert_int_equal(
	    rest_call(&all, "POST", "/api/tickets", "", body.s), 413);
	for (int i = 0; i < 300000; i++)
		str_addc(&body, ' ');
	rest_call(&all, "POST", "/api/tickets", "", body.s);
	assert_true(all.status == 413 || all.status == 0);
	str_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		routes__each_that_is_described__answers_as_described),
	    cmocka_unit_test(
		routes__token_lacks_or_has_another_scope__get_401_and_403),
	    cmocka_unit_test(routes__bodies_that_are_wrong__never_get_5xx),
	    cmocka_unit_test(
		routes__queries_and_numbers_that_are_wrong__get_400_or_404),
	    cmocka_unit_test(routes__too_large__get_413),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
