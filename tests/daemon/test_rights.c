/*
 * Rights that are taken away count at once in programs that run: a token that
 * was revoked, or whose issuer was disabled, opens nothing at the daemon; the
 * console of a person with another role may do what that one may, and that of
 * a disabled person ends.  All of it is changed by another program.
 *
 * Turned red by: a daemon that remembers the tokens it has seen; a look at the
 * bell that takes no new part.
 */
#include "common/clock.h"
#include "common/json.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_close(&stage);
	return 0;
}

/* A member of the JSON that a verb printed.  Owned. */
static char *
member(const struct str *out, const char *name)
{
	struct err err = ERR_INIT;
	struct json *doc = NULL;
	const char *s;
	int64_t n;
	char *text = NULL;

	assert_int_equal(
	    json_parse(out->s, out->len, &json_limits_api, &doc, &err), 0);
	if ((s = json_string(doc, name)) != NULL)
		text = strdup(s);
	else if (json_int64(doc, name, &n) && (text = malloc(24)) != NULL)
		snprintf(text, 24, "%lld", (long long)n);
	json_free(&doc);
	assert_non_null(text);
	return text;
}

/* What an administrator types; words as of stage_opdesk. */
#define ADMIN(login, out, ...)                                                 \
	assert_int_equal(stage_opdesk(&stage, out, NULL, "--operator", login,  \
			     "--yes", "--json", __VA_ARGS__, NULL),            \
	    0)

struct token {
	char *id, *text; /* owned */
};

static struct token
issue(const char *login, const char *name)
{
	struct str out = STR_INIT;
	struct token t;

	ADMIN(login, &out, "token", "new", name, "--scopes", "metrics.read");
	t.id = member(&out, "id");
	t.text = member(&out, "token");
	str_free(&out);
	return t;
}

static void
forget(struct token *t)
{
	free(t->id);
	free(t->text);
}

/* Asked from elsewhere: on this machine nobody needs a token for it. */
static int
ask(const struct token *t)
{
	char headers[256];

	snprintf(headers, sizeof(headers),
	    "X-Forwarded-For: 203.0.113.9\r\nAuthorization: Bearer %s\r\n",
	    t->text);
	return wire_call(
	    stage.daemon_port, "GET", "/metrics", headers, "", 0, NULL);
}

/* Until it answers like that. */
static void
wait_for(const struct token *t, int status)
{
	const int64_t end = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	int got;

	while ((got = ask(t)) != status && clock_mono_us() < end)
		(void)poll(NULL, 0, 10);
	assert_int_equal(got, status);
}

static void
token__revoked_by_another_program__opens_nothing(void **state)
{
	struct token a = issue("irene", "uno"), b = issue("irene", "dos");

	(void)state;
	assert_int_equal(ask(&a), 200);
	assert_int_equal(ask(&b), 200);
	ADMIN("irene", NULL, "token", "revoke", a.id);
	wait_for(&a, 401);
	assert_int_equal(ask(&b), 200);
	forget(&a);
	forget(&b);
}

static void
token__of_somebody_disabled__opens_nothing_until_enabled(void **state)
{
	struct token mine, hers;

	(void)state;
	ADMIN("irene", NULL, "operator", "new", "berta", "--name", "Berta Ríos",
	    "--role", "admin");
	mine = issue("irene", "tres");
	hers = issue("berta", "cuatro");
	assert_int_equal(ask(&hers), 200);
	ADMIN("irene", NULL, "operator", "disable", "berta");
	wait_for(&hers, 401);
	assert_int_equal(ask(&mine), 200);
	ADMIN("irene", NULL, "operator", "enable", "berta");
	wait_for(&hers, 200);
	forget(&mine);
	forget(&hers);
}

static struct pty *
console_of(const char *login)
{
	char program[512];
	const char *const argv[] = {program, "--config", stage.conf, "--lang",
	    "en", "--operator", login, NULL};
	struct pty_options o = {.dir = stage.dir};
	struct pty *p;

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	assert_non_null(p = pty_start(argv, &o));
	return p;
}

static void
must_show(struct pty *p, const char *text)
{
	struct str screen = STR_INIT;

	if (pty_wait_text(p, text))
		return;
	pty_screen(p, &screen);
	fail_msg("\"%s\" is not to be seen:\n%s", text, screen.s);
}

static bool
says_either(struct pty *p, void *data)
{
	(void)data;
	return pty_find(p, "Nothing is held") >= 0 ||
	       pty_find(p, "Your role may not do this") >= 0;
}

static void
console__of_another_role_and_disabled__knows_it(void **state)
{
	const int64_t end = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	struct pty *p = console_of("marta");
	int status;

	(void)state;
	must_show(p, "Marta Ruiz");
	pty_send(p, "S");
	must_show(p, "soporte");
	pty_send(p, "H"); /* let go out what is held */
	must_show(p, "Nothing is held");
	ADMIN("irene", NULL, "operator", "edit", "marta", "--role", "operator");
	while (pty_find(p, "Your role may not do this") < 0 &&
	       clock_mono_us() < end) {
		pty_send(p, "H");
		(void)pty_wait(p, says_either, NULL, PTY_WAIT_MS);
	}
	must_show(p, "Your role may not do this");
	ADMIN("irene", NULL, "operator", "disable", "marta");
	must_show(p, "An administrator disabled your account");
	pty_send(p, "\r");
	if (!pty_wait_exit(p, &status))
		fail_msg("the console goes on");
	pty_stop(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(token__revoked_by_another_program__opens_nothing),
	    cmocka_unit_test(
		token__of_somebody_disabled__opens_nothing_until_enabled),
	    cmocka_unit_test(console__of_another_role_and_disabled__knows_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
