/*
 * Unit tests of syncd/work/webhook_send: what is sent to a webhook, and what
 * its answers mean.
 *
 * Turned red by: a redirect that counts as taken, Retry-After without its cap,
 * 410 that is tried again, a signature that is not of the kept bytes.
 */
#include "common/digest.h"
#include "syncd/work/webhook_send.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define BODY "{\"id\":7,\"type\":\"ticket.created\",\"data\":{}}"

static char intent[] = "ticket.created 11 4\n" BODY;

static struct outbox_item
item(int attempts)
{
	return (struct outbox_item){.attempts = attempts,
	    .callback = "0123456789abcdef0123456789abcdef",
	    .intent = intent};
}

static struct webhook_target
target(enum webhook_kind kind)
{
	return (struct webhook_target){.kind = kind,
	    .url = "https://hooks.example.com/x",
	    .authorization = "Basic dTpw",
	    .keys = {{.bytes = "0123456789abcdef", .n = 16}}};
}

static bool
has(const struct webhook_request *r, const char *line)
{
	for (size_t i = 0; r->headers[i] != NULL; i++)
		if (strncmp(r->headers[i], line, strlen(line)) == 0)
			return true;
	return false;
}

static void
webhook_build__standard__signs_what_is_kept(void **state)
{
	struct webhook_target t = target(WEBHOOK_STANDARD);
	struct str signature = STR_INIT;
	struct outbox_item i = item(1);
	struct webhook_request r;
	struct http_request http;

	(void)state;
	t.authorization[0] = '\0';
	webhook_build(&t, &i, 1614265330, &r);
	str_add(&signature, "webhook-signature: ");
	webhook_sign(&signature, t.keys, 1,
	    "msg_0123456789abcdef0123456789abcdef", 1614265330, BODY,
	    strlen(BODY));
	assert_true(has(&r, signature.s));
	assert_true(
	    has(&r, "webhook-id: msg_0123456789abcdef0123456789abcdef"));
	assert_true(has(&r, "webhook-timestamp: 1614265330"));
	assert_false(has(&r, "Authorization"));
	webhook_http(&r, &t, &i, &http);
	assert_string_equal(http.body, BODY);
	assert_true(http.public_only);
	assert_int_equal(http.max_redirects, 0);
	t.is_private = true;
	webhook_http(&r, &t, &i, &http);
	assert_false(http.public_only);
	i.rehearsal = true;
	webhook_http(&r, &t, &i, &http);
	assert_true(http.loopback_only);
	webhook_request_clear(&r);
	str_free(&signature);
}

static void
webhook_build__other_kinds__have_their_headers(void **state)
{
	struct webhook_target t = target(WEBHOOK_KESTRA);
	struct outbox_item i = item(1);
	struct webhook_request r;

	(void)state;
	webhook_build(&t, &i, 1, &r);
	assert_true(has(&r, "Authorization: Basic dTpw"));
	assert_true(has(&r, "webhook-id: msg_"));
	assert_false(has(&r, "webhook-signature"));
	webhook_request_clear(&r);
	t.kind = WEBHOOK_SLACK;
	webhook_build(&t, &i, 1, &r);
	assert_false(has(&r, "webhook-id"));
	assert_false(has(&r, "Authorization"));
	webhook_request_clear(&r);
}

struct judged {
	enum webhook_kind kind;
	int status, attempts;
	int64_t retry_after_s;
	enum verdict_kind verdict;
	enum webhook_end end;
	int64_t wait_s, pause_s;
};

static uint32_t
none(uint32_t limit)
{
	(void)limit;
	return 0;
}

static void
webhook_judge__each_answer__as_the_sheet_says(void **state)
{
	/* clang-format off */
	static const struct judged table[] = {
	    {WEBHOOK_STANDARD, 200, 1, -1, VERDICT_SENT, WEBHOOK_TOOK_IT, 0, 0},
	    {WEBHOOK_STANDARD, 204, 1, -1, VERDICT_SENT, WEBHOOK_TOOK_IT, 0, 0},
	    {WEBHOOK_KESTRA, 204, 1, -1, VERDICT_SENT, WEBHOOK_TOOK_IT, 0, 0},
	    {WEBHOOK_STANDARD, 302, 1, -1, VERDICT_RETRY, WEBHOOK_FAILED, 0, 0},
	    {WEBHOOK_STANDARD, 404, 2, -1, VERDICT_RETRY, WEBHOOK_FAILED, 240, 0},
	    {WEBHOOK_STANDARD, 410, 1, -1, VERDICT_DEAD, WEBHOOK_SAID_GONE, 0, 0},
	    {WEBHOOK_STANDARD, 429, 1, 90, VERDICT_RETRY, WEBHOOK_FAILED, 90, 90},
	    {WEBHOOK_STANDARD, 429, 3, 90, VERDICT_RETRY, WEBHOOK_FAILED, 1440, 90},
	    {WEBHOOK_STANDARD, 503, 1, 999999, VERDICT_RETRY, WEBHOOK_FAILED, 86400, 86400},
	    {WEBHOOK_STANDARD, 500, 9, -1, VERDICT_RETRY, WEBHOOK_FAILED, 69120, 0},
	    {WEBHOOK_STANDARD, 500, 10, -1, VERDICT_DEAD, WEBHOOK_FAILED, 0, 0},
	    {WEBHOOK_STANDARD, 0, 1, -1, VERDICT_RETRY, WEBHOOK_FAILED, 0, 0},
	    {WEBHOOK_SLACK, 400, 1, -1, VERDICT_DEAD, WEBHOOK_FAILED, 0, 0},
	    {WEBHOOK_SLACK, 403, 1, -1, VERDICT_DEAD, WEBHOOK_SAID_GONE, 0, 0},
	    {WEBHOOK_SLACK, 404, 1, -1, VERDICT_DEAD, WEBHOOK_SAID_GONE, 0, 0},
	    {WEBHOOK_KESTRA, 404, 1, -1, VERDICT_RETRY, WEBHOOK_FAILED, 0, 0},
	};
	/* clang-format on */

	(void)state;
	outbox_set_random(none);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct judged *j = &table[i];
		struct channel_answer a = {
		    .outcome = j->status != 0 ? HTTP_ANSWERED : HTTP_UNKNOWN,
		    .status = j->status,
		    .body = "\033]0;x",
		    .retry_after_s = j->retry_after_s,
		    .error = j->status != 0 ? "" : "The answer did not come."};
		struct outbox_item row = item(j->attempts);
		struct channel_verdict v;
		enum webhook_end end;
		int64_t pause_s;

		webhook_judge(j->kind, &row, &a, &v, &end, &pause_s);
		if (v.kind != j->verdict || end != j->end ||
		    (v.kind == VERDICT_RETRY && v.wait_s != j->wait_s) ||
		    pause_s != j->pause_s)
			fail_msg("row %zu (%d): %d, %d, %lld, %lld", i,
			    j->status, v.kind, end, (long long)v.wait_s,
			    (long long)pause_s);
		assert_null(strchr(v.response, '\033'));
		assert_true((v.kind == VERDICT_SENT) == (v.text[0] == '\0'));
	}
	outbox_set_random(NULL);
}

static void
webhook_judge__much_or_cancelled__is_told_apart(void **state)
{
	struct channel_answer a = {.outcome = HTTP_TOO_LARGE,
	    .status = 200,
	    .body = "",
	    .retry_after_s = -1,
	    .error = "too large"};
	struct outbox_item i = item(1);
	struct channel_verdict v;
	enum webhook_end end;
	int64_t pause_s;

	(void)state;
	webhook_judge(WEBHOOK_STANDARD, &i, &a, &v, &end, &pause_s);
	assert_int_equal(v.kind, VERDICT_SENT);
	a.outcome = HTTP_CANCELLED;
	a.status = 0;
	webhook_judge(WEBHOOK_STANDARD, &i, &a, &v, &end, &pause_s);
	assert_int_equal(v.kind, VERDICT_GIVE_BACK);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(webhook_build__standard__signs_what_is_kept),
	    cmocka_unit_test(webhook_build__other_kinds__have_their_headers),
	    cmocka_unit_test(webhook_judge__each_answer__as_the_sheet_says),
	    cmocka_unit_test(webhook_judge__much_or_cancelled__is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
