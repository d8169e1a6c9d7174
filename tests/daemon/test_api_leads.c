/*
 * /api/leads against the real daemon: made once by a key, changed by who saw
 * the last version, closed with a scope of its own, page by page, followed by
 * what changed since, to the trash and back.
 *
 * Turned red by: a version that is not compared, a close that asks for the
 * scope of a change, a page that begins again.
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
static struct rest api, narrow; /* may not close */

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	rest_open(&api, &stage, "*");
	rest_open(&narrow, &stage, "lead.read lead.edit");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rest_close(&api);
	rest_close(&narrow);
	stage_close(&stage);
	return 0;
}

static const char *
at(int64_t id, const char *suffix)
{
	return rest_at("/api/leads", id, suffix);
}

static int64_t
make(const char *body)
{
	rest_must(&api, 201, "POST", "/api/leads", "", body);
	return rest_int(&api, "id");
}

static bool
has(const char *path, int64_t id)
{
	const struct json *rows;
	int64_t one;

	rest_must(&api, 200, "GET", path, "", NULL);
	rows = json_get(api.doc, "leads");
	for (const struct json *r = json_first(rows); r != NULL;
	     r = json_next(r))
		if (json_int64(r, "id", &one) && one == id)
			return true;
	return false;
}

static void
lead__made_and_changed__by_who_saw_the_last_version(void **state)
{
	int64_t ticket = rest_make(&api, "Quiere más"), id;
	char body[128], seen[96];

	(void)state;
	str_format(body, sizeof(body),
	    "{\"problem_statement\":\"Fibra\",\"ticket\":%lld,"
	    "\"next_at\":\"2040-01-01T00:00:00Z\"}",
	    (long long)ticket);
	rest_must(&api, 201, "POST", "/api/leads", "Idempotency-Key: l1\r\n",
	    body);
	id = rest_int(&api, "id");
	rest_must(&api, 201, "POST", "/api/leads", "Idempotency-Key: l1\r\n",
	    body);
	assert_int_equal(rest_int(&api, "id"), id);
	rest_must(&api, 200, "GET", at(id, ""), "", NULL);
	assert_int_equal(rest_int(&api, "ticket"), ticket);
	assert_string_equal(rest_text(&api, "status"), "qualified");
	assert_string_equal(
	    rest_text(&api, "next_at"), "2040-01-01T00:00:00Z");
	str_format(seen, sizeof(seen), "If-Match: %s\r\n", api.etag);
	rest_must(&api, 200, "PATCH", at(id, ""), seen,
	    "{\"status\":\"needs_expert\",\"next_at\":null}");
	assert_true(json_type(json_get(api.doc, "next_at")) == JSON_NULL);
	rest_must(&api, 412, "PATCH", at(id, ""), seen,
	    "{\"status\":\"qualified\"}");
	assert_non_null(json_get(api.doc, "current"));
	rest_must(&api, 412, "DELETE", at(id, ""), seen, NULL);
	rest_must(&api, 200, "GET", at(id, ""), "", NULL);
	assert_string_equal(rest_text(&api, "status"), "needs_expert");
}

static void
lead__that_cannot_be__is_refused(void **state)
{
	(void)state;
	rest_must(&api, 422, "POST", "/api/leads", "", "{}");
	rest_must(&api, 422, "POST", "/api/leads", "",
	    "{\"problem_statement\":\" \"}");
	rest_must(&api, 422, "POST", "/api/leads", "",
	    "{\"problem_statement\":\"x\",\"status\":\"sold\"}");
	rest_must(&api, 422, "POST", "/api/leads", "",
	    "{\"problem_statement\":\"x\",\"operator\":\"nobody\"}");
	rest_must(&api, 422, "POST", "/api/leads", "",
	    "{\"problem_statement\":\"x\",\"contact_id\":987654}");
	rest_must(&api, 404, "GET", at(987654, ""), "", NULL);
	rest_must(&narrow, 403, "POST", "/api/leads", "",
	    "{\"problem_statement\":\"x\"}");
}

static void
lead__closed__takes_its_own_scope(void **state)
{
	int64_t id = make("{\"problem_statement\":\"Centralita\"}");

	(void)state;
	rest_must(&narrow, 403, "PATCH", at(id, ""), "",
	    "{\"status\":\"closed\"}");
	rest_must(&narrow, 200, "PATCH", at(id, ""), "",
	    "{\"status\":\"needs_expert\"}");
	rest_must(
	    &api, 200, "PATCH", at(id, ""), "", "{\"status\":\"closed\"}");
	assert_string_equal(rest_text(&api, "status"), "closed");
	assert_true(has("/api/leads?limit=200", id));
	assert_false(has("/api/leads?view=open&limit=200", id));
	assert_true(has("/api/leads?status=closed&limit=200", id));
}

static void
leads__deleted__are_followed_and_come_back(void **state)
{
	static const char since[] =
	    "/api/leads?limit=200&updated_since=2001-01-01T00:00:00Z";
	int64_t id = make("{\"problem_statement\":\"Teléfono\"}");

	(void)state;
	rest_must(&api, 200, "DELETE", at(id, ""), "", NULL);
	assert_true(json_bool(api.doc, "is_deleted"));
	assert_false(has("/api/leads?limit=200", id));
	assert_true(has("/api/leads?limit=200&view=trash", id));
	assert_true(has(since, id));
	assert_non_null(rest_text(&api, "next_since"));
	rest_must(&api, 200, "POST", at(id, "/restore"), "", NULL);
	assert_true(has("/api/leads?limit=200", id));
}

/* Each once, however small the pages are. */
static void
leads__page_by_page__each_once(void **state)
{
	char path[128] = "/api/leads?limit=2";
	int64_t seen[64], id;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		(void)make("{\"problem_statement\":\"Otra\"}");
	do {
		rest_must(&api, 200, "GET", path, "", NULL);
		for (const struct json *r =
			 json_first(json_get(api.doc, "leads"));
		     r != NULL; r = json_next(r)) {
			assert_true(json_int64(r, "id", &id));
			for (size_t k = 0; k < n; k++)
				assert_true(seen[k] != id);
			assert_true(n < 64);
			seen[n++] = id;
		}
		str_format(path, sizeof(path), "/api/leads?limit=2&cursor=%s",
		    rest_text(&api, "next_cursor"));
	} while (rest_text(&api, "next_cursor")[0] != '\0');
	assert_true(n >= 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lead__made_and_changed__by_who_saw_the_last_version),
	    cmocka_unit_test(lead__that_cannot_be__is_refused),
	    cmocka_unit_test(lead__closed__takes_its_own_scope),
	    cmocka_unit_test(leads__deleted__are_followed_and_come_back),
	    cmocka_unit_test(leads__page_by_page__each_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
