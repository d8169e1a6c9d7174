/*
 * What is below /api/tickets/{number}, /api/events and the older help desk's
 * pages, against the real daemon: merges, splits, links and sleep; events that
 * are followed; forms that a browser sends, and those that another site makes
 * it send; and a token that asks too often.
 *
 * Turned red by: a merge that does not compare the version, a cursor of events
 * that begins again, a form without is_from_elsewhere, text in a page that is
 * not escaped, a bucket that never fills.
 */
#include "tests/lib/rest_tickets.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;
static struct rest api;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	rest_open(&api, &stage, "*");
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

/* ---- parts of tickets ---- */

static const char *
part(int64_t number, const char *suffix)
{
	return rest_at("/api/tickets", number, suffix);
}

static void
parts__merged_split_and_linked__and_back(void **state)
{
	int64_t a = rest_make(&api, "Uno"), b = rest_make(&api, "Dos"), made,
		comment;
	char body[96], tag[96];

	(void)state;
	rest_must(
	    &api, 201, "POST", rest_comments(a), "", "{\"body\":\"De uno\"}");
	str_format(body, sizeof(body), "{\"into\":%lld}", (long long)b);
	/* Another version than the one that was seen. */
	rest_must(
	    &api, 412, "POST", part(a, "/merge"), "If-Match: \"77\"\r\n", body);
	rest_must(&api, 200, "GET", rest_ticket(a), "", NULL);
	str_format(tag, sizeof(tag), "If-Match: %s\r\nIdempotency-Key: m1\r\n",
	    api.etag);
	rest_must(&api, 200, "POST", part(a, "/merge"), tag, body);
	assert_int_equal(rest_int(&api, "into"), b);
	assert_int_equal(rest_int(&api, "comments"), 1);
	rest_must(&api, 200, "POST", part(a, "/merge"), tag, body);
	rest_must(&api, 409, "POST", part(a, "/merge"), "", body);
	rest_must(
	    &api, 422, "POST", part(b, "/merge"), "", "{\"into\":987654}");
	rest_must(&api, 422, "POST", part(b, "/merge"), "", "{}");
	rest_must(&api, 200, "GET", rest_comments(b), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "comments")), 1);
	rest_must(&api, 200, "POST", part(a, "/unmerge"), "", NULL);
	rest_must(&api, 409, "POST", part(a, "/unmerge"), "", NULL);
	rest_must(&api, 200, "GET", rest_comments(a), "", NULL);
	(void)json_int64(
	    json_first(json_get(api.doc, "comments")), "id", &comment);
	str_format(
	    body, sizeof(body), "{\"comments\":[%lld]}", (long long)comment);
	rest_must(&api, 422, "POST", part(b, "/split"), "", body);
	rest_must(&api, 201, "POST", part(a, "/split"), "", body);
	made = rest_int(&api, "number");
	rest_must(
	    &api, 422, "POST", part(a, "/split"), "", "{\"comments\":[\"1\"]}");
	rest_must(&api, 422, "POST", part(a, "/split"), "", "{\"comments\":1}");
	rest_must(&api, 200, "GET", part(made, "/links"), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "links")), 1);
	str_format(body, sizeof(body),
	    "{\"ticket\":%lld,\"relation\":\"duplicate\"}", (long long)b);
	rest_must(&api, 201, "POST", part(made, "/links"), "", body);
	assert_int_equal(json_size(json_get(api.doc, "links")), 2);
	rest_must(&api, 409, "POST", part(made, "/links"), "", body);
	(void)json_int64(
	    json_first(json_get(api.doc, "links")), "id", &comment);
	rest_must(&api, 200, "GET", part(made, "/links"), "", NULL);
	(void)json_int64(
	    json_first(json_get(api.doc, "links")), "id", &comment);
	str_format(body, sizeof(body), "/links/%lld", (long long)comment);
	rest_must(&api, 200, "DELETE", part(made, body), "", NULL);
	rest_must(&api, 404, "DELETE", part(made, body), "", NULL);
	rest_must(&api, 404, "DELETE", part(made, "/links/x"), "", NULL);
}

static void
parts__put_to_sleep__and_woken(void **state)
{
	int64_t n = rest_make(&api, "Duerme");

	(void)state;
	rest_must(&api, 422, "POST", part(n, "/snooze"), "", "{}");
	rest_must(&api, 422, "POST", part(n, "/snooze"), "",
	    "{\"until\":\"2001-01-01T00:00:00Z\"}");
	rest_must(&api, 200, "POST", part(n, "/snooze"), "",
	    "{\"until\":\"2040-01-01T00:00:00Z\"}");
	rest_must(&api, 200, "POST", part(n, "/wake"), "", NULL);
	rest_must(&api, 409, "POST", part(n, "/wake"), "", NULL);
}

static void
parts__checks__are_put_ticked_and_taken_off(void **state)
{
	int64_t n = rest_make(&api, "Con lista"), id;
	const struct json *first;
	char at[64];

	(void)state;
	rest_must(&api, 200, "GET", part(n, "/checks"), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "checks")), 0);
	rest_must(&api, 422, "POST", part(n, "/checks"), "", "{}");
	rest_must(&api, 422, "POST", part(n, "/checks"), "",
	    "{\"items\":\"Uno\",\"checklist\":\"Alta\"}");
	rest_must(&api, 422, "POST", part(n, "/checks"), "",
	    "{\"checklist\":\"no hay tal\"}");
	rest_must(&api, 201, "POST", part(n, "/checks"),
	    "Idempotency-Key: c1\r\n", "{\"items\":\"! Uno\\n- Dos\\n\"}");
	rest_must(&api, 201, "POST", part(n, "/checks"),
	    "Idempotency-Key: c1\r\n", "{\"items\":\"! Uno\\n- Dos\\n\"}");
	assert_int_equal(json_size(json_get(api.doc, "checks")), 2);
	first = json_first(json_get(api.doc, "checks"));
	assert_string_equal(json_string(first, "text"), "Uno");
	assert_true(json_bool(first, "required"));
	assert_true(json_int64(first, "id", &id));
	str_format(at, sizeof(at), "/checks/%lld", (long long)id);
	rest_must(&api, 422, "PATCH", part(n, at), "", "{\"done\":\"x\"}");
	rest_must(&api, 200, "PATCH", part(n, at), "", "{\"done\":true}");
	first = json_first(json_get(api.doc, "checks"));
	assert_true(json_bool(first, "done"));
	rest_must(&api, 404, "PATCH", part(n, "/checks/987654"), "",
	    "{\"done\":true}");
	rest_must(&api, 200, "DELETE", part(n, at), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "checks")), 1);
	rest_must(&api, 404, "DELETE", part(n, at), "", NULL);
	rest_must(&api, 200, "GET", part(n, "/times"), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "times")), 0);
}

static void
parts__time_worked__is_entered_corrected_and_deleted(void **state)
{
	int64_t n = rest_make(&api, "Con horas"),
		other = rest_make(&api, "Otra");
	char at[64], tag[96];

	(void)state;
	rest_must(
	    &api, 422, "POST", part(n, "/times"), "", "{\"worked_s\":60}");
	rest_must(&api, 422, "POST", part(n, "/times"), "",
	    "{\"operator_id\":987654,\"worked_s\":60}");
	rest_must(&api, 422, "POST", part(n, "/times"), "",
	    "{\"operator_id\":1,\"worked_s\":0}");
	rest_must(&api, 422, "POST", part(n, "/times"), "",
	    "{\"operator_id\":1,\"worked_s\":60,"
	    "\"began_at\":\"2099-01-01T00:00:00Z\"}");
	for (int i = 0; i < 2; i++)
		rest_must(&api, 201, "POST", part(n, "/times"),
		    "Idempotency-Key: t1\r\n",
		    "{\"operator_id\":1,\"worked_s\":4800,"
		    "\"note\":\"Taller\"}");
	assert_int_equal(rest_int(&api, "worked_s"), 4800);
	str_format(
	    at, sizeof(at), "/times/%lld", (long long)rest_int(&api, "id"));
	rest_must(&api, 404, "PATCH", part(other, at), "", "{\"note\":\"x\"}");
	rest_must(&api, 422, "PATCH", part(n, at), "", "{}");
	rest_must(&api, 412, "PATCH", part(n, at), "If-Match: \"77\"\r\n",
	    "{\"note\":\"x\"}");
	rest_must(&api, 200, "PATCH", part(n, at), "", "{\"worked_s\":5400}");
	str_format(tag, sizeof(tag), "If-Match: %s\r\n", api.etag);
	rest_must(&api, 200, "GET", part(n, "/times"), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "times")), 1);
	rest_must(&api, 200, "DELETE", part(n, at), tag, NULL);
	rest_must(&api, 404, "DELETE", part(n, at), "", NULL);
}

static void
parts__files__are_added_listed_and_given_back_in_ranges(void **state)
{
	int64_t n = rest_make(&api, "Con archivos"), other, id;
	const char *in = "Content-Type: text/html\r\nIdempotency-Key: f1\r\n";
	char at[64];

	(void)state;
	other = rest_make(&api, "Sin ellos");
	rest_must(&api, 422, "POST", part(n, "/files"), "", NULL);
	rest_must(&api, 400, "POST", part(n, "/files?kind=x"), "", "a");
	rest_must(&api, 404, "POST", part(987654, "/files"), "", "a");
	for (int i = 0; i < 2; i++)
		rest_must(&api, 201, "POST",
		    part(n, "/files?name=..%2F..%2Fcarta%20%22uno%22.html"), in,
		    "<b>0123456789</b>");
	assert_string_equal(rest_text(&api, "title"), "carta \"uno\".html");
	assert_string_equal(rest_text(&api, "mime"), "text/plain");
	id = rest_int(&api, "id");
	rest_must(&api, 200, "GET", part(n, "/files"), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "files")), 1);
	str_format(at, sizeof(at), "/files/%lld", (long long)id);
	rest_must(&api, 404, "GET", part(other, at), "", NULL);
	rest_must(&api, 200, "GET", part(n, at), "", NULL);
	assert_string_equal(api.body.s, "<b>0123456789</b>");
	assert_non_null(strstr(api.head.s, "attachment; filename=\"carta _"));
	assert_non_null(strstr(api.head.s, "nosniff"));
	rest_must(&api, 206, "GET", part(n, at), "Range: bytes=3-12\r\n", NULL);
	assert_string_equal(api.body.s, "0123456789");
	assert_non_null(strstr(api.head.s, "Content-Range: bytes 3-12/17"));
	rest_must(&api, 416, "GET", part(n, at), "Range: bytes=17-\r\n", NULL);
	rest_must(&api, 200, "GET", part(n, at),
	    "Range: bytes=3-12\r\nIf-Range: \"x\"\r\n", NULL);
	/* The comment that it came with goes with it. */
	rest_must(&api, 200, "GET", rest_comments(n), "", NULL);
	assert_int_equal(json_size(json_get(api.doc, "comments")), 1);
}

/* The path of the answer's next page. */
static const char *
next_events(void)
{
	static char path[96];

	str_format(path, sizeof(path), "/api/events?limit=200&cursor=%s",
	    rest_text(&api, "next_cursor"));
	return path;
}

/*
 * The first from e on of this ticket; NULL: there is none.  The daemon finds
 * something to say of others at any time.
 */
static const struct json *
event_of(const struct json *e, int64_t number)
{
	int64_t n;

	while (e != NULL &&
	       (!json_int64(json_get(e, "data"), "number", &n) || n != number))
		e = json_next(e);
	return e;
}

static void
events__followed_from_a_place__come_once_with_their_ticket(void **state)
{
	static const char *const types[] = {
	    "ticket.created", "ticket.commented", "ticket.updated"};
	const struct json *e;
	char path[96];
	int64_t n;

	(void)state;
	/* To the end of what was before. */
	rest_must(&api, 200, "GET", "/api/events?limit=200", "", NULL);
	for (int i = 0; i < 100; i++)
		rest_must(&api, 200, "GET", next_events(), "", NULL);
	str_format(path, sizeof(path), "%s", next_events());
	n = rest_make(&api, "Suceso");
	rest_must(&api, 201, "POST", rest_comments(n), "", "{\"body\":\"x\"}");
	rest_must(&api, 200, "PATCH", rest_ticket(n), "",
	    "{\"subject\":\"Suceso 2\"}");
	rest_must(&api, 200, "GET", path, "", NULL);
	e = event_of(json_first(json_get(api.doc, "events")), n);
	for (size_t i = 0; i < 3; i++, e = event_of(json_next(e), n)) {
		assert_non_null(e);
		assert_string_equal(json_string(e, "type"), types[i]);
		/* As it is now, whatever it was then. */
		assert_string_equal(
		    json_string(json_get(e, "data"), "subject"), "Suceso 2");
	}
	assert_null(e);
	rest_must(&api, 200, "GET", next_events(), "", NULL);
	assert_null(event_of(json_first(json_get(api.doc, "events")), n));
	rest_must(&api, 400, "GET", "/api/events?cursor=x", "", NULL);
	rest_must(&api, 400, "GET", "/api/events?limit=201", "", NULL);
}

/* ---- the older routes ---- */

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define HTML "Accept: text/html\r\n"

static void
forms__of_a_ticket__hold_what_it_is_and_are_sent_back(void **state)
{
	char body[160];
	int64_t n, version;

	(void)state;
	rest_must(&api, 200, "GET", "/ticket/new", HTML, NULL);
	assert_non_null(strstr(api.body.s, "<form method=\"post\""));
	assert_non_null(strstr(api.body.s, "name=\"subject\""));
	assert_non_null(strstr(api.head.s, "form-action 'self'"));
	rest_must(&api, 201, "POST", "/api/tickets", "",
	    "{\"subject\":\"\\\"><script>alert(1)</script>'\","
	    "\"description\":\"\\n</textarea><b>x & y\",\"urgency\":5}");
	n = rest_int(&api, "number");
	version = rest_int(&api, "version");
	rest_must(&api, 200, "GET", rest_at("/ticket", n, "/edit"), HTML, NULL);
	assert_null(strstr(api.body.s, "<script>"));
	assert_null(strstr(api.body.s, "<b>"));
	assert_non_null(strstr(api.body.s,
	    "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;\""));
	assert_non_null(strstr(api.body.s, "\n\n&lt;/textarea&gt;"));
	assert_non_null(strstr(api.body.s, "<option value=\"5\" selected>5"));
	rest_must(
	    &api, 200, "GET", rest_at("/ticket", n, "/delete"), HTML, NULL);
	assert_null(strstr(api.body.s, "<script>"));
	/* As a browser sends it back. */
	str_format(body, sizeof(body),
	    "version=%lld&subject=Uno&description=a%%0D%%0Ab&category=&tags=&"
	    "urgency=5&impact=3&state=",
	    (long long)version);
	rest_must(
	    &api, 303, "POST", rest_at("/ticket", n, "/edit"), HTML FORM, body);
	rest_must(&api, 200, "GET", part(n, ""), "", NULL);
	assert_string_equal(rest_text(&api, "description"), "a\nb");
	assert_string_equal(rest_text(&api, "state"), "new");
	/* Somebody was faster: a page says so. */
	rest_must(
	    &api, 412, "POST", rest_at("/ticket", n, "/edit"), HTML FORM, body);
	assert_non_null(strstr(api.head.s, "text/html"));
	rest_must(&api, 412, "POST", rest_at("/ticket", n, "/delete"), FORM,
	    "version=1");
	rest_must(&api, 422, "POST", "/ticket/new", HTML FORM, "subject=");
	assert_non_null(strstr(api.head.s, "text/html"));
	rest_must(&api, 404, "GET", "/ticket/987654/edit", HTML, NULL);
}

static void
forms__from_another_site__are_refused(void **state)
{
	static const struct {
		const char *headers;
		int status;
	} cases[] = {
	    {"Origin: https://mal.example.org\r\n", 403},
	    {"Origin: null\r\n", 403},
	    {"Origin: http://localhost.example.org\r\n", 403},
	    {"Sec-Fetch-Site: cross-site\r\n", 403},
	    {"Sec-Fetch-Site: same-site\r\n", 403},
	    {"Sec-Fetch-Site: same-origin\r\n", 201},
	    {"Sec-Fetch-Site: none\r\n", 201},
	    {"Origin: http://localhost\r\n", 201},
	    {"", 201},
	};
	char headers[160];
	int64_t before = stage_int(&stage, "SELECT COUNT(*) FROM tickets");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		str_format(
		    headers, sizeof(headers), "%s" FORM, cases[i].headers);
		rest_must(&api, cases[i].status, "POST", "/ticket/new", headers,
		    "subject=Formulario");
	}
	assert_int_equal(
	    stage_int(&stage, "SELECT COUNT(*) FROM tickets") - before, 4);
}

/* ---- how often ---- */

/* ---- calls ---- */

static void
calls__of_an_exchange__belong_to_who_has_the_extension(void **state)
{
	char call[40];
	int64_t calls;

	(void)state;
	stage_exec(&stage, "UPDATE operators SET extension = '201'"
			   " WHERE login = 'ana' AND tenant_id = 1");
	rest_must(&api, 200, "POST", "/api/call/start", "",
	    "{\"direction\":\"in\",\"number\":\"600 111 222\","
	    "\"extension\":\"201\",\"provider_call\":\"x-1\"}");
	assert_string_equal(rest_text(&api, "operator"), "ana");
	assert_string_equal(rest_text(&api, "state"), "ringing");
	assert_string_equal(rest_text(&api, "extension"), "201");
	assert_string_equal(rest_text(&api, "provider"), "http");
	str_copy(call, sizeof(call), rest_text(&api, "call_id"));
	/* Told again, with what was not known before. */
	rest_must(&api, 200, "POST", "/api/call/start", "",
	    "{\"direction\":\"in\",\"number\":\"600 111 222\","
	    "\"extension\":\"201\",\"provider_call\":\"x-1\"}");
	assert_string_equal(rest_text(&api, "call_id"), call);
	rest_must(&api, 200, "POST", "/api/call/end", "",
	    "{\"provider_call\":\"x-1\"}");
	assert_string_equal(rest_text(&api, "status"), "ok");
	assert_string_equal(rest_text(&api, "call_id"), call);
	calls = rest_int(&api, "calls_today");
	/* An extension that nobody has is a call that nobody has. */
	rest_must(&api, 200, "POST", "/api/call/start", "",
	    "{\"direction\":\"in\",\"number\":\"600 111 "
	    "333\",\"extension\":\"999\","
	    "\"provider_call\":\"x-2\"}");
	assert_null(strstr(api.body.s, "\"operator\":\"ana\""));
	rest_must(&api, 200, "POST", "/api/call/end", "",
	    "{\"provider_call\":\"x-2\"}");
	assert_int_equal(rest_int(&api, "calls_today"), calls + 1);
	rest_must(&api, 422, "POST", "/api/call/start", "",
	    "{\"direction\":\"in\",\"operator\":\"nobody\",\"number\":"
	    "\"600111222\"}");
}

static void
token__that_asks_too_often__waits_and_others_do_not(void **state)
{
	struct rest busy, calm;
	struct stage own;
	int status = 200;

	(void)state;
	stage_open(&own);
	own.token_rate = 1;
	stage_conf(&own, "", "");
	stage_start_daemon(&own);
	rest_open(&busy, &own, "*");
	rest_open(&calm, &own, "ticket.read");
	for (int i = 0; i < 500 && status == 200; i++)
		status = rest_call(&busy, "GET", "/api/tickets", "", NULL);
	assert_int_equal(status, 429);
	assert_non_null(strstr(busy.head.s, "Retry-After: "));
	assert_non_null(strstr(busy.head.s, "application/problem+json"));
	rest_must(&calm, 200, "GET", "/api/tickets", "", NULL);
	/* What needs no token is not counted. */
	rest_must(&busy, 200, "GET", "/api/openapi.json", "", NULL);
	rest_close(&busy);
	rest_close(&calm);
	stage_close(&own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parts__merged_split_and_linked__and_back),
	    cmocka_unit_test(parts__put_to_sleep__and_woken),
	    cmocka_unit_test(parts__checks__are_put_ticked_and_taken_off),
	    cmocka_unit_test(
		parts__time_worked__is_entered_corrected_and_deleted),
	    cmocka_unit_test(
		parts__files__are_added_listed_and_given_back_in_ranges),
	    cmocka_unit_test(
		events__followed_from_a_place__come_once_with_their_ticket),
	    cmocka_unit_test(
		forms__of_a_ticket__hold_what_it_is_and_are_sent_back),
	    cmocka_unit_test(forms__from_another_site__are_refused),
	    cmocka_unit_test(
		calls__of_an_exchange__belong_to_who_has_the_extension),
	    cmocka_unit_test(
		token__that_asks_too_often__waits_and_others_do_not),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
