/*
 * Unit tests of syncd/api: who a bearer token is, /health and /metrics.
 *
 * Turned red by: no look at the scope, a refusal taken for a yes, a use that
 * is not noted, a health that asks nobody, a scope that no token may have.
 */
#include "common/clock.h"
#include "db/records/tokens.h"
#include "tests/lib/api_fixture.h"

static int64_t
issue(struct parts *p, const char *scopes, char token[TOKEN_SIZE])
{
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(p->f, FIXTURE_TENANT, "admin");
	assert_ok(token_new(p->f->d, "Monitor", scopes, 0, token, &id, &err));
	return id;
}

/* ---- tokens ---- */

static void
auth__token_with_the_scope__is_let_in(void **state)
{
	static const char *const good[] = {
	    "metrics.read", "metrics.*", "*", "ticket.new,metrics.read"};
	struct parts *p = *state;
	char token[TOKEN_SIZE];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		issue(p, good[i], token);
		assert_int_equal(
		    api_get(p, "/metrics", token, API_ELSEWHERE), 200);
	}
}

static void
auth__unknown__gets_401(void **state)
{
	static char long_one[200];
	struct parts *p = *state;
	char token[TOKEN_SIZE];

	memset(long_one, 'a', sizeof(long_one) - 1);
	issue(p, "*", token);
	token[TOKEN_SIZE - 2] = token[TOKEN_SIZE - 2] == '0' ? '1' : '0';
	assert_int_equal(api_get(p, "/metrics", NULL, API_ELSEWHERE), 401);
	assert_non_null(strstr(api_answer()->wanted, "Bearer"));
	assert_string_equal(api_answer()->kind, "application/problem+json");
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 401);
	assert_int_equal(api_get(p, "/metrics", "opd_", API_ELSEWHERE), 401);
	assert_int_equal(api_get(p, "/metrics", long_one, API_ELSEWHERE), 401);
	assert_null(strstr(api_answer()->body.s, "aaaa"));
}

static void
auth__scope_missing__gets_403_with_its_name(void **state)
{
	struct parts *p = *state;
	char token[TOKEN_SIZE];

	issue(p, "ticket.*", token);
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 403);
	assert_non_null(strstr(api_answer()->body.s, "metrics.read"));
}

static void
auth__revoked_or_expired__counts_at_once(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE], sql[96];
	int64_t id = issue(p, "*", token);

	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 200);
	assert_ok(token_revoke(p->f->d, id, &err));
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 401);
	id = issue(p, "*", token);
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 200);
	str_format(sql, sizeof(sql),
	    "UPDATE tokens SET expires_us = 1 WHERE id = %lld", (long long)id);
	assert_ok(db_begin(p->f->d->db, "expired", &err));
	assert_ok(db_exec(p->f->d->db, sql, NO_BINDS, NULL, &err));
	assert_ok(db_commit(p->f->d->db, &err));
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 401);
}

static void
auth__issuer_disabled__counts_at_once(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE];

	(void)issue(p, "*", token);
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 200);
	assert_ok(db_begin(p->f->d->db, "disabled", &err));
	assert_ok(db_exec(p->f->d->db,
	    "UPDATE operators SET enabled = 0 WHERE tenant_id = $1",
	    BINDS(b_int(p->f->demo.id)), NULL, &err));
	assert_ok(db_exec(p->f->d->db,
	    "UPDATE tokens SET created_by = $2 WHERE tenant_id = $1",
	    BINDS(b_int(p->f->demo.id), b_int(p->f->demo.mate)), NULL, &err));
	assert_ok(db_commit(p->f->d->db, &err));
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 401);
}

static void
auth__token_used__is_noted(void **state)
{
	struct parts *p = *state;
	char token[TOKEN_SIZE];

	issue(p, "*", token);
	assert_int_equal(api_get(p, "/metrics", token, API_ELSEWHERE), 200);
	parts_wait_int(
	    p, "SELECT COUNT(*) FROM tokens WHERE last_used_us > 0", 1);
}

static void
auth__this_machine__needs_no_token(void **state)
{
	struct parts *p = *state;

	assert_int_equal(api_get(p, "/metrics", NULL, NULL), 200);
	assert_int_equal(
	    api_get(p, "/metrics", NULL, "X-Forwarded-For: 127.0.0.1"), 401);
	assert_int_equal(
	    api_get(p, "/metrics", NULL, "Forwarded: for=203.0.113.9"), 401);
}

static void
check_scope(const struct route *route, void *data)
{
	struct parts *p = data;
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE];
	int64_t id;

	assert_int_equal(route->auth == ROUTE_OPEN, route->scope == NULL);
	if (route->scope != NULL &&
	    token_new(p->f->d, "Each", route->scope, 0, token, &id, &err) != 0)
		fail_msg("%s: %s", route->path, err.text);
}

static void
routes__each_scope__can_be_given_to_a_token(void **state)
{
	struct parts *p = *state;

	desk_fixture_act(p->f, FIXTURE_TENANT, "admin");
	router_each(p->d.router, check_scope, p);
}

/* ---- health and figures ---- */

static void
health__well__counts_what_waits(void **state)
{
	struct spool_target t;
	struct parts *p = *state;
	struct err err = ERR_INIT;

	t.tenant_id = p->f->demo.id;
	str_copy(t.channel, sizeof(t.channel), TALK_CHANNEL);
	assert_ok(spool_keep(p->d.spool, &t, 1, "{}", 2, &err));
	spool_kept(p->d.spool);
	spool_stop(p->d.spool); /* it waits for ever */
	assert_int_equal(api_get(p, "/health", NULL, API_ELSEWHERE), 200);
	assert_string_equal(api_answer()->kind, "application/json");
	assert_non_null(strstr(api_answer()->body.s, "\"status\":\"ok\""));
	assert_non_null(strstr(api_answer()->body.s, "\"spooled\":1"));
	assert_non_null(strstr(api_answer()->body.s, "\"failed\":0"));
	assert_non_null(strstr(api_answer()->body.s, "\"dead\":0"));
}

static bool
works_no_more(struct parts *p)
{
	return !store_works(p->d.store);
}

static void
health__commits_fail__says_503(void **state)
{
	struct parts *p = *state;
	struct spool_target t;
	struct err err = ERR_INIT;

	t.tenant_id = p->f->demo.id;
	str_copy(t.channel, sizeof(t.channel), TALK_CHANNEL);
	parts_fail_after(p, 2);
	assert_ok(spool_keep(p->d.spool, &t, 1, "{}", 2, &err));
	spool_kept(p->d.spool);
	spool_wake(p->d.spool);
	parts_wait(p, works_no_more, "the commit to fail");
	spool_stop(p->d.spool); /* nothing is tried again */
	assert_int_equal(api_get(p, "/health", NULL, API_ELSEWHERE), 503);
	assert_non_null(
	    strstr(api_answer()->body.s, "\"status\":\"unavailable\""));
}

static void
metrics__are_in_the_text_format(void **state)
{
	struct parts *p = *state;

	metric_add(p->d.figures[FIGURE_MESSAGES], 0, 7);
	assert_int_equal(api_get(p, "/metrics", NULL, NULL), 200);
	assert_non_null(strstr(api_answer()->kind, "text/plain"));
	assert_non_null(strstr(api_answer()->body.s, "# TYPE opdesk_"));
	assert_non_null(strstr(api_answer()->body.s, "} 7\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    API_TEST(auth__token_with_the_scope__is_let_in),
	    API_TEST(auth__unknown__gets_401),
	    API_TEST(auth__scope_missing__gets_403_with_its_name),
	    API_TEST(auth__revoked_or_expired__counts_at_once),
	    API_TEST(auth__issuer_disabled__counts_at_once),
	    API_TEST(auth__token_used__is_noted),
	    API_TEST(auth__this_machine__needs_no_token),
	    API_TEST(routes__each_scope__can_be_given_to_a_token),
	    API_TEST(health__well__counts_what_waits),
	    API_TEST(health__commits_fail__says_503),
	    API_TEST(metrics__are_in_the_text_format),
	};

	http_client_global_init(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
