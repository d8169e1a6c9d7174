/*
 * Unit tests of channels of the kind mail: their configuration, and what
 * becomes of a row by what the server said.
 *
 * Turned red by: a password that goes in the clear to another machine, a
 * refused recipient that stops the channel, SMTP_UNKNOWN tried again.
 */
#include "syncd/channels/mail.h"
#include "common/mail.h"
#include "common/xalloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int
load(const char *text, struct channel_set *set, struct err *err)
{
	struct conf *conf = NULL;
	int rc;

	rc = conf_parse(text, strlen(text), "/etc/opdesk/t.conf", &conf, err);
	if (rc == 0)
		rc = channel_set_load(conf, set, err);
	conf_free(&conf);
	return rc;
}

#define MAIL   "[channel correo]\nkind = mail\n"
#define SERVER "smtp_url = smtp://mail.example.org:587\n"
#define FROM   "from = desk@example.org\n"

static void
channel__that_sends__is_what_was_written(void **state)
{
	struct channel_set set = CHANNEL_SET_INIT;
	struct err err = ERR_INIT;

	(void)state;
	if (load(MAIL SERVER FROM "from_name = Soporte\nsmtp_user = u\n"
				  "smtp_password = secreto\n",
		&set, &err) != 0)
		fail_msg("%s", err.text);
	assert_true(mail_channel_sends(&set.channels[0]));
	assert_ptr_equal(mail_channel_of(&set, 0), &set.channels[0]);
	assert_null(mail_channel_of(&set, 7));
	assert_int_equal(set.channels[0].smtp_tls, SMTP_TLS_REQUIRED);
	assert_string_equal(set.channels[0].smtp_password, "secreto");
	assert_int_equal(set.channels[0].per_second, 5);
	channel_set_clear(&set);
	/* This machine needs no encryption. */
	assert_int_equal(
	    load(MAIL FROM "smtp_url = smtp://localhost:25\n", &set, &err), 0);
	assert_int_equal(set.channels[0].smtp_tls, SMTP_TLS_WANTED);
	channel_set_clear(&set);
	/* One that only takes mail in. */
	assert_int_equal(load(MAIL, &set, &err), 0);
	assert_false(mail_channel_sends(&set.channels[0]));
	channel_set_clear(&set);
}

static void
channel__that_cannot_be__says_why(void **state)
{
	static const char *const wrong[] = {
	    MAIL SERVER,                   /* no from */
	    MAIL SERVER "from = nobody\n", /* no address */
	    MAIL FROM "smtp_url = http://mail.example.org\n",
	    MAIL FROM "smtp_url = smtp://u:p@mail.example.org\n",
	    MAIL SERVER FROM "smtp_user = u\n", /* no password */
	    MAIL SERVER FROM "tls = none\nsmtp_user = u\n"
			     "smtp_password = p\n",
	    MAIL SERVER FROM "tls = maybe\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct channel_set set = CHANNEL_SET_INIT;
		struct err err = ERR_INIT;

		if (load(wrong[i], &set, &err) != OD_EDATA)
			fail_msg("%zu: %s", i, err.text);
		channel_set_clear(&set);
	}
}

static void
answer__of_a_server__decides_what_becomes_of_a_row(void **state)
{
	static const struct {
		enum smtp_outcome outcome;
		enum smtp_step step;
		int code;
		enum verdict_kind kind;
		enum channel_state channel;
	} cases[] = {
	    {SMTP_ACCEPTED, SMTP_CONTENT, 250, VERDICT_SENT, CHANNEL_OK},
	    {SMTP_UNKNOWN, SMTP_CONTENT, 0, VERDICT_UNCERTAIN, CHANNEL_OK},
	    {SMTP_NOT_SENT, SMTP_CONNECT, 0, VERDICT_RETRY, CHANNEL_OK},
	    {SMTP_CANCELLED, SMTP_CONTENT, 0, VERDICT_RETRY, CHANNEL_OK},
	    {SMTP_NOT_SENT, SMTP_SECURE, 0, VERDICT_GIVE_BACK, CHANNEL_PAUSED},
	    {SMTP_REFUSED, SMTP_CONNECT, 421, VERDICT_RETRY, CHANNEL_OK},
	    {SMTP_REFUSED, SMTP_CONNECT, 554, VERDICT_GIVE_BACK,
		CHANNEL_PAUSED},
	    {SMTP_REFUSED, SMTP_LOGIN, 535, VERDICT_GIVE_BACK, CHANNEL_STOPPED},
	    {SMTP_REFUSED, SMTP_LOGIN, 454, VERDICT_GIVE_BACK, CHANNEL_PAUSED},
	    {SMTP_REFUSED, SMTP_SENDER, 530, VERDICT_GIVE_BACK,
		CHANNEL_STOPPED},
	    {SMTP_REFUSED, SMTP_SENDER, 550, VERDICT_GIVE_BACK,
		CHANNEL_STOPPED},
	    {SMTP_REFUSED, SMTP_SENDER, 552, VERDICT_DEAD, CHANNEL_OK},
	    {SMTP_REFUSED, SMTP_SENDER, 451, VERDICT_RETRY, CHANNEL_OK},
	    {SMTP_REFUSED, SMTP_RECIPIENT, 550, VERDICT_DEAD, CHANNEL_OK},
	    {SMTP_REFUSED, SMTP_RECIPIENT, 450, VERDICT_RETRY, CHANNEL_OK},
	    {SMTP_REFUSED, SMTP_CONTENT, 554, VERDICT_DEAD, CHANNEL_OK},
	    {SMTP_REFUSED, SMTP_CONTENT, 452, VERDICT_RETRY, CHANNEL_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct smtp_result r = {cases[i].outcome, cases[i].step,
		    cases[i].code, "5.1.1 no\033[2J", "It broke."};
		struct channel_verdict v;

		mail_judge(&r, &v);
		if (v.kind != cases[i].kind || v.channel != cases[i].channel)
			fail_msg(
			    "case %zu: %d, channel %d", i, v.kind, v.channel);
		assert_null(strchr(v.text, '\033'));
		assert_null(strchr(v.response, '\033'));
		assert_true(v.kind == VERDICT_SENT || v.text[0] != '\0');
		assert_int_equal(v.wait_s, -1);
	}
}

static void
intent__that_is_broken__is_told(void **state)
{
	static const char *const wrong[] = {"", "{", "[]", "{\"to\":5}",
	    ("{\"to\":\"a@b\\r\\nc\",\"id\":\"x@y\",\"subject\":\"\","
	     "\"body\":\"\"}")};
	const struct channel c = {
	    .kind = CHANNEL_MAIL, .from = "desk@example.org"};
	struct outbox_item item = {0};
	struct str out = STR_INIT;
	char to[MAIL_ADDRESS_MAX + 1];
	struct err err = ERR_INIT;
	struct mail m;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		item.intent = xstrdup(wrong[i]);
		assert_int_equal(
		    mail_build(&c, &item, "d", NULL, 0, to, &out, &err),
		    OD_EDATA);
		free(item.intent);
	}
	item.intent =
	    xstrdup("{\"to\":\"ana@example.org\",\"id\":\"x@y\",\"subject\":"
		    "\"Hola\",\"body\":\"Sí\",\"automatic\":true,"
		    "\"refs\":[\"a@b\",7,\"c@d\"]}");
	assert_int_equal(
	    mail_build(&c, &item, "d", NULL, 0, to, &out, &err), 0);
	assert_string_equal(to, "ana@example.org");
	assert_int_equal(mail_read(out.s, out.len, &m, &err), 0);
	assert_int_equal(m.ref_count, 2);
	assert_int_equal(m.kind, MAIL_AUTOMATIC);
	mail_free(&m);
	free(item.intent);
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(channel__that_sends__is_what_was_written),
	    cmocka_unit_test(channel__that_cannot_be__says_why),
	    cmocka_unit_test(
		answer__of_a_server__decides_what_becomes_of_a_row),
	    cmocka_unit_test(intent__that_is_broken__is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
