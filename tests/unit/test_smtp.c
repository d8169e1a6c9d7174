/*
 * Unit tests of common/smtp against a mail server that stands in, with what
 * servers do wrong.
 *
 * Turned red by: STATE_END set only behind the last write (a connection that
 * breaks there is taken for a mail that was not sent), stuff without its dots,
 * is_loopback_only not looked at.
 */
#include "common/smtp.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "tests/lib/smtp_stand.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define MAIL "Subject: x\r\n\r\n.dot\r\n..two\r\n\r\n.\r\nend\r\n"

struct fixture {
	uv_loop_t loop;
	struct http_client *client;
	struct smtp_stand stand;
	char url[64];
	struct smtp_request request;
	/* the last result */
	int dones;
	enum smtp_outcome outcome;
	enum smtp_step step;
	int code;
	char words[700], error[300];
};

static void
on_done(const struct smtp_result *r, void *data)
{
	struct fixture *f = data;

	f->dones++;
	f->outcome = r->outcome;
	f->step = r->step;
	f->code = r->code;
	str_copy(f->words, sizeof(f->words), r->words);
	str_copy(f->error, sizeof(f->error), r->error);
}

static struct fixture *
begin(bool tls, bool login)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct err err = ERR_INIT;

	assert_int_equal(uv_loop_init(&f->loop), 0);
	assert_int_equal(http_client_new(&f->loop, &f->client, &err), 0);
	f->stand.offers_tls = tls;
	f->stand.needs_login = login;
	stand_open(&f->stand);
	str_format(
	    f->url, sizeof(f->url), "smtp://localhost:%d", f->stand.port);
	f->request = (struct smtp_request){.url = f->url,
	    .user = "",
	    .password = "",
	    .ca_file = tls ? f->stand.ca_path : "",
	    .tls = tls ? SMTP_TLS_REQUIRED : SMTP_TLS_WANTED,
	    .from = "desk@opdesk.example",
	    .to = "ana@example.org",
	    .mail = MAIL,
	    .mail_len = strlen(MAIL),
	    .done = on_done,
	    .data = f};
	return f;
}

static void
end(struct fixture *f)
{
	http_client_free(&f->client);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	stand_close(&f->stand);
	free(f);
}

static void
transfer(struct fixture *f, enum smtp_outcome outcome)
{
	struct err err = ERR_INIT;
	int dones = f->dones;

	if (smtp_send(f->client, &f->request, NULL, &err) != 0)
		fail_msg("%s", err.text);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(f->dones, dones + 1);
	if (f->outcome != outcome)
		fail_msg("outcome %d at %d, not %d: %d %s (%s)", f->outcome,
		    f->step, outcome, f->code, f->words, f->error);
}

static void
mail__that_is_taken__came_as_it_was(void **state)
{
	struct fixture *f = begin(false, false);
	const struct stand_mail *m;

	(void)state;
	transfer(f, SMTP_ACCEPTED);
	m = stand_mail(&f->stand, 0);
	assert_string_equal(m->data, MAIL);
	assert_string_equal(m->from, "desk@opdesk.example");
	assert_string_equal(m->to, "ana@example.org");
	assert_string_equal(m->ehlo, "opdesk.example");
	assert_string_equal(m->user, "");
	assert_string_equal(
	    m->mail_line, "MAIL FROM:<desk@opdesk.example> SIZE=37");
	assert_false(m->secure);
	assert_int_equal(stand_count(&f->stand), 1);
	end(f);
}

static void
mail__over_starttls_with_login__is_taken(void **state)
{
	struct fixture *f = begin(true, true);

	(void)state;
	f->request.user = "desk";
	f->request.password = "se cret\"\\ñ";
	transfer(f, SMTP_ACCEPTED);
	assert_true(stand_mail(&f->stand, 0)->secure);
	assert_string_equal(stand_mail(&f->stand, 0)->user, "desk");
	assert_string_equal(
	    stand_mail(&f->stand, 0)->password, f->request.password);
	/* Whom nobody trusts is sent nothing. */
	f->request.ca_file = "";
	transfer(f, SMTP_NOT_SENT);
	assert_int_equal(f->step, SMTP_SECURE);
	assert_int_equal(stand_count(&f->stand), 1);
	end(f);
}

static void
starttls__that_is_required_and_not_offered__sends_nothing(void **state)
{
	struct fixture *f = begin(false, true);

	(void)state;
	f->request.tls = SMTP_TLS_REQUIRED;
	f->request.user = f->request.password = "x";
	transfer(f, SMTP_NOT_SENT);
	assert_int_equal(f->step, SMTP_SECURE);
	f->request.tls = SMTP_TLS_NONE;
	transfer(f, SMTP_ACCEPTED);
	assert_int_equal(stand_count(&f->stand), 1);
	end(f);
}

static void
mail__of_some_megabytes__is_taken(void **state)
{
	struct str text = STR_INIT;

	(void)state;
	for (int i = 0; i < 80000; i++)
		str_addf(&text, "%s%d %070d\r\n", i % 3 == 0 ? "." : "", i, i);
	for (int tls = 0; tls < 2; tls++) {
		struct fixture *f = begin(tls == 1, false);

		f->request.mail = text.s;
		f->request.mail_len = text.len;
		transfer(f, SMTP_ACCEPTED);
		assert_int_equal(stand_mail(&f->stand, 0)->size, text.len);
		assert_memory_equal(
		    stand_mail(&f->stand, 0)->data, text.s, text.len);
		end(f);
	}
	str_free(&text);
}

static void
fault__of_a_server__is_told_as_what_it_is(void **state)
{
	static const struct {
		enum stand_fault fault;
		enum smtp_outcome outcome;
		enum smtp_step step;
		int code;
		size_t taken;
	} cases[] = {
	    {STAND_BUSY, SMTP_REFUSED, SMTP_CONNECT, 421, 0},
	    {STAND_NO_GREETING, SMTP_NOT_SENT, SMTP_CONNECT, 0, 0},
	    {STAND_NO_LOGIN, SMTP_REFUSED, SMTP_LOGIN, 535, 0},
	    {STAND_BAD_SENDER, SMTP_REFUSED, SMTP_SENDER, 550, 0},
	    {STAND_NO_DATA, SMTP_REFUSED, SMTP_CONTENT, 451, 0},
	    {STAND_CUTS_BODY, SMTP_REFUSED, SMTP_CONTENT, 552, 0},
	    {STAND_DROPS_BODY, SMTP_NOT_SENT, SMTP_CONTENT, 0, 0},
	    {STAND_REFUSES_END, SMTP_REFUSED, SMTP_CONTENT, 554, 0},
	    {STAND_LATER_END, SMTP_REFUSED, SMTP_CONTENT, 452, 0},
	    {STAND_DROPS_END, SMTP_UNKNOWN, SMTP_CONTENT, 0, 1},
	    {STAND_SILENT_END, SMTP_UNKNOWN, SMTP_CONTENT, 0, 1},
	    {STAND_SLOW, SMTP_ACCEPTED, SMTP_CONTENT, 250, 1},
	    {STAND_LONG_LINES, SMTP_ACCEPTED, SMTP_CONTENT, 250, 1},
	    {STAND_ENDLESS_LINE, SMTP_NOT_SENT, SMTP_SENDER, 0, 0},
	    {STAND_NONSENSE, SMTP_NOT_SENT, SMTP_SENDER, 0, 0},
	};
	struct str body = STR_INIT;

	(void)state;
	str_add(&body, MAIL);
	/* Enough that the server can speak before it is all written. */
	for (int i = 0; i < 200000; i++)
		str_addf(&body, "%078d\r\n", i);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* The second is silent only after a long talk. */
		bool mute = cases[i].fault == STAND_NO_GREETING;
		bool mute_end = cases[i].fault == STAND_SILENT_END;
		bool cut = cases[i].fault == STAND_CUTS_BODY ||
		           cases[i].fault == STAND_DROPS_BODY;
		struct fixture *f = begin(false, true);

		f->request.user = "desk";
		f->request.password = "secret";
		f->request.connect_ms = mute ? 300 : 0;
		f->request.total_ms = mute ? 600 : mute_end ? 4000 : 0;
		if (cut) {
			f->request.mail = body.s;
			f->request.mail_len = body.len;
		}
		stand_set(&f->stand, cases[i].fault);
		transfer(f, cases[i].outcome);
		if (f->step != cases[i].step || f->code != cases[i].code)
			fail_msg("fault %d: step %d, code %d (%s)",
			    cases[i].fault, f->step, f->code, f->error);
		assert_int_equal(stand_count(&f->stand), cases[i].taken);
		end(f);
	}
	str_free(&body);
}

static void
recipient__that_is_refused__is_told_with_the_words(void **state)
{
	struct fixture *f = begin(false, false);

	(void)state;
	f->request.to = "nobody@example.org";
	transfer(f, SMTP_REFUSED);
	assert_int_equal(f->step, SMTP_RECIPIENT);
	assert_int_equal(f->code, 550);
	assert_string_equal(f->words, "5.1.1 there is no such mailbox");
	f->request.to = "later@example.org";
	transfer(f, SMTP_REFUSED);
	assert_int_equal(f->code, 451);
	f->request.to = "ana@example.org";
	transfer(f, SMTP_ACCEPTED);
	assert_int_equal(stand_connections(&f->stand), 3);
	end(f);
}

static void
probe__without_a_mail__only_logs_in(void **state)
{
	struct fixture *f = begin(false, true);

	(void)state;
	f->request.mail = NULL;
	f->request.to = NULL;
	f->request.user = f->request.password = "x";
	transfer(f, SMTP_ACCEPTED);
	stand_set(&f->stand, STAND_NO_LOGIN);
	transfer(f, SMTP_REFUSED);
	assert_int_equal(f->step, SMTP_LOGIN);
	assert_int_equal(f->code, 535);
	assert_int_equal(stand_count(&f->stand), 0);
	end(f);
}

static void
nobody__who_listens__is_not_sent(void **state)
{
	struct fixture *f = begin(false, false);

	(void)state;
	f->request.url = "smtp://127.0.0.1:1";
	transfer(f, SMTP_NOT_SENT);
	assert_int_equal(f->step, SMTP_CONNECT);
	/* A rehearsal goes nowhere else. */
	f->request.url = "smtp://192.0.2.1:25";
	f->request.loopback_only = true;
	transfer(f, SMTP_NOT_SENT);
	assert_non_null(strstr(f->error, "not one that this request may"));
	end(f);
}

static void
call__that_is_cancelled__ends_once(void **state)
{
	struct fixture *f = begin(false, false);
	struct err err = ERR_INIT;
	struct smtp_call *call;

	(void)state;
	stand_set(&f->stand, STAND_NO_GREETING);
	assert_int_equal(smtp_send(f->client, &f->request, &call, &err), 0);
	smtp_cancel(call);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(f->outcome, SMTP_CANCELLED);
	assert_int_equal(smtp_send(f->client, &f->request, NULL, &err), 0);
	end(f); /* frees the client with a call under way */
}

static void
request__that_cannot_be__is_refused(void **state)
{
	static const char *const urls[] = {"http://x", "smtp://", "x",
	    "smtp://user@host", "smtp://u:p@host:25", "smtp:///x",
	    "smtp://host/path", "smtps://host?x"};
	struct fixture *f = begin(false, false);
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		f->request.url = urls[i];
		assert_int_equal(
		    smtp_send(f->client, &f->request, NULL, &err), OD_EDATA);
	}
	f->request.url = f->url;
	f->request.to = "a@b>\r\nDATA";
	assert_int_equal(
	    smtp_send(f->client, &f->request, NULL, &err), OD_EDATA);
	assert_true(smtp_is_loopback("smtp://localhost"));
	assert_true(smtp_is_loopback("smtp://127.0.0.1:25/"));
	assert_true(smtp_is_loopback("smtps://[::1]:465"));
	assert_false(smtp_is_loopback("smtp://localhost.example.org"));
	assert_false(smtp_is_loopback("smtp://10.0.0.1"));
	end(f);
}

static int
start(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	return http_client_global_init(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(mail__that_is_taken__came_as_it_was),
	    cmocka_unit_test(mail__over_starttls_with_login__is_taken),
	    cmocka_unit_test(
		starttls__that_is_required_and_not_offered__sends_nothing),
	    cmocka_unit_test(mail__of_some_megabytes__is_taken),
	    cmocka_unit_test(fault__of_a_server__is_told_as_what_it_is),
	    cmocka_unit_test(
		recipient__that_is_refused__is_told_with_the_words),
	    cmocka_unit_test(probe__without_a_mail__only_logs_in),
	    cmocka_unit_test(nobody__who_listens__is_not_sent),
	    cmocka_unit_test(call__that_is_cancelled__ends_once),
	    cmocka_unit_test(request__that_cannot_be__is_refused),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
