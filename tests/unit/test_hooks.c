/*
 * Unit tests of syncd/api/hooks: the provider's handshake, whom a post is
 * refused, and what is answered when neither desk nor disk takes it.
 *
 * Turned red by: a handshake with any token, a post that is not verified, a
 * foreign number that is stored, a 200 for what was not kept.
 */
#include "common/fsutil.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "tests/lib/api_fixture.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define EVENTS "SELECT COUNT(*) FROM raw_events"

static int
setup(void **state)
{
	struct parts *p;

	api_setup(state);
	p = *state;
	p->d.channels->set.channels[0].verify_tokens[0] = xstrdup("palabra");
	return 0;
}

static int
teardown(void **state)
{
	fs_set_ops(NULL);
	return api_teardown(state);
}

static void
handshake__right_word__gets_its_challenge(void **state)
{
	static const char *const paths[] = {"/whatsapp", "/whatsapp/soporte"};
	struct parts *p = *state;
	char path[160];

	for (size_t i = 0; i < 2; i++) {
		str_format(path, sizeof(path),
		    "%s?hub.mode=subscribe&hub.challenge=11%%2B58"
		    "&hub.verify_token=p%%61labra",
		    paths[i]);
		assert_int_equal(api_get(p, path, NULL, API_ELSEWHERE), 200);
		assert_string_equal(api_answer()->body.s, "11+58");
		assert_non_null(strstr(api_answer()->kind, "text/plain"));
	}
}

static void
handshake__anything_else__is_refused(void **state)
{
	static const struct {
		const char *path;
		int status;
	} cases[] = {
	    {"/whatsapp?hub.mode=subscribe&hub.challenge=1"
	     "&hub.verify_token=otra",
		403},
	    {"/whatsapp?hub.mode=subscribe&hub.challenge=1", 400},
	    {"/whatsapp", 400},
	    {"/whatsapp/otro?hub.mode=subscribe&hub.challenge=1"
	     "&hub.verify_token=palabra",
		403},
	    {"/whatsapp?hub.mode=subscribe&hub.challenge=%zz"
	     "&hub.verify_token=palabra",
		422},
	};
	struct parts *p = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = api_get(p, cases[i].path, NULL, API_ELSEWHERE);

		if (status != cases[i].status)
			fail_msg("%s: %d", cases[i].path, status);
		assert_string_equal(
		    api_answer()->kind, "application/problem+json");
	}
}

static int
post(struct parts *p, const char *body, const char *signature)
{
	const char *const headers[] = {
	    "Content-Type: application/json", signature, NULL};
	struct http_request r = {.method = "POST",
	    .headers = headers,
	    .body = body,
	    .body_len = strlen(body)};

	return api_send(p, "/whatsapp", &r);
}

static void
post__not_signed_right__is_refused_and_not_stored(void **state)
{
	static const char body[] = "{\"entry\":[]}";
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct parts *p = *state;

	assert_int_equal(post(p, body, NULL), 401);
	rehearsal_sign(signature, "another secret", body, strlen(body));
	assert_int_equal(post(p, body, signature), 401);
	rehearsal_sign(signature, p->provider_channel.app_secrets[0], body,
	    strlen(body) - 1);
	assert_int_equal(post(p, body, signature), 401);
	assert_int_equal(talk_int(p->f, EVENTS), 0);
	assert_int_equal(
	    (int)metric_value(p->d.figures[FIGURE_WEBHOOKS], WEBHOOK_REFUSED),
	    3);
}

static void
post__foreign_number__is_answered_and_not_stored(void **state)
{
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = "777",
	    .from = TALK_NUMBER,
	    .name = "Ana",
	    .text = "No es aquí"};
	char id[REHEARSAL_ID_SIZE], signature[REHEARSAL_SIGNATURE_SIZE];
	struct str body = STR_INIT;
	struct parts *p = *state;

	rehearsal_message(&m, &body, id);
	rehearsal_sign(
	    signature, p->provider_channel.app_secrets[0], body.s, body.len);
	assert_int_equal(post(p, body.s, signature), 200);
	str_free(&body);
	assert_int_equal(talk_int(p->f, EVENTS), 0);
	assert_int_equal((int)metric_value(p->d.figures[FIGURE_FOREIGN], 0), 1);
	assert_int_equal(
	    (int)metric_value(p->d.figures[FIGURE_WEBHOOKS], WEBHOOK_IGNORED),
	    1);
}

static int
no_fsync(int fd)
{
	(void)fd;
	errno = EIO;
	return -1;
}

static const struct fs_ops sick = {
    .write = write, .fsync = no_fsync, .rename = rename, .unlink = unlink};

static void
post__nothing_keeps_it__comes_back_later(void **state)
{
	struct parts *p = *state;

	fs_set_ops(&sick);
	parts_fail_after(p, 1);
	assert_int_equal(api_message(p, "Ni mesa ni disco"), 503);
	assert_string_equal(api_answer()->retry_after, "5");
	assert_int_equal(spool_count(p->d.spool), 0);
	assert_int_equal((int)metric_value(p->d.figures[FIGURE_WEBHOOKS],
			     WEBHOOK_UNAVAILABLE),
	    1);
	fs_set_ops(NULL);
	assert_int_equal(api_message(p, "Ahora sí"), 200);
	ingest_wake(p->d.ingest);
	parts_wait_int(p, "SELECT COUNT(*) FROM messages", 1);
}

#define HOOK_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOOK_TEST(handshake__right_word__gets_its_challenge),
	    HOOK_TEST(handshake__anything_else__is_refused),
	    HOOK_TEST(post__not_signed_right__is_refused_and_not_stored),
	    HOOK_TEST(post__foreign_number__is_answered_and_not_stored),
	    HOOK_TEST(post__nothing_keeps_it__comes_back_later),
	};

	http_client_global_init(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
