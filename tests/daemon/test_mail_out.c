/*
 * Replies that leave by mail, with the real daemon and a mail server that
 * stands in: one mail a reply, whatever goes wrong and whenever the daemon is
 * killed; what nobody knows waits for a person; what is answered comes to the
 * ticket.  MAIL_SEED varies the moments of the kills, MAIL_ROUNDS their number.
 *
 * Turned red by: SMTP_UNKNOWN judged as a retry (it is sent twice), a source
 * that is not set when a reply leaves, LOGIN judged as a dead letter.
 */
#include "common/clock.h"
#include "common/mail.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "db/records/mails.h"
#include "db/records/outbox.h"
#include "db/records/people.h"
#include "db/records/ticket_mail.h"
#include "tests/lib/smtp_stand.h"
#include "tests/lib/stage_desk.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define STATE_OF "SELECT state FROM outbox WHERE id = %lld"

static struct stage stage;
static struct smtp_stand stand;

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%d %s", rc, err->text);
}

static void
configure(const char *more)
{
	struct str s = STR_INIT;

	str_addf(&s,
	    "[channel correo]\nkind = mail\ntenant = demo\n"
	    "smtp_url = smtp://localhost:%d\nca_file = %s\n"
	    "smtp_user = desk\nsmtp_password_file = smtp.secret\n"
	    "from = desk@opdesk.example\nfrom_name = Soporte Ñandú\n"
	    "messages_per_second = 1000\n%s",
	    stand.port, stand.ca_path, more);
	stage_conf(&stage, "", s.s);
	str_free(&s);
}

static int
setup(void **state)
{
	(void)state;
	memset(&stand, 0, sizeof(stand));
	stand.offers_tls = stand.needs_login = true;
	stand_open(&stand);
	stage_open(&stage);
	stage_write(&stage, "smtp.secret", "un secreto\n");
	configure("");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_check_whole(&stage);
	stage_close(&stage);
	stand_close(&stand);
	return 0;
}

static void
await_mails(size_t n)
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;

	while (stand_count(&stand) < n && clock_mono_us() < until)
		poll(NULL, 0, 5);
	if (stand_count(&stand) < n) {
		struct str said = STR_INIT;

		stage_read(&stage, "syncd.err", &said);
		fail_msg(
		    "%zu mails, not %zu\n%s", stand_count(&stand), n, said.s);
	}
}

/* A row of the outbox comes to that state. */
static void
await_state(int64_t id, enum outbox_state state)
{
	char sql[100];

	snprintf(sql, sizeof(sql), STATE_OF, (long long)id);
	assert_true(stage_wait_int(&stage, sql, state));
}

/* What a guide or a program sends: without the wait of a reply. */
static int64_t
promise(const char *to, const char *subject)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct mail_promise in = {
	    .to = to, .subject = subject, .body = "Hola.\n.\nFin"};
	struct err err = ERR_INIT;
	struct op op;
	int64_t id = 0;

	desk_act_as_system(
	    d, stage_int(&stage, "SELECT id FROM tenants WHERE slug = 'demo'"));
	must(op_begin(d, &op, OP_OUTBOX_FACT, 0, &err), &err);
	must(op_end(d, &op, mail_promise(d, &op, &in, &id, &err), &err), &err);
	desk_close(&d);
	return id;
}

static void
start(void)
{
	stage_start_daemon(&stage);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM settings WHERE name = 'mail.sender'"
	    " AND value = 'correo desk@opdesk.example'",
	    1));
}

/* ---- a reply and its answer ---- */

static int64_t
make_ticket(const char *address)
{
	struct contact_new who = {.full_name = "Ana Pérez", .email = address};
	struct ticket_new in = {.subject = "La impresora no imprime ñ"};
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;
	int64_t id, number;

	must(contact_new(d, &who, &in.contact_id, &err), &err);
	must(ticket_new(d, &in, &id, &number, &err), &err);
	desk_close(&d);
	return id;
}

/* Written long enough ago that it goes out now. */
static int64_t
reply(int64_t ticket, const char *body)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;
	int64_t id;

	clock_fake_wall(clock_wall_us() - US_PER_MINUTE);
	must(ticket_comment(d, ticket, COMMENT_REPLY, body, &id, &err), &err);
	clock_fake_wall(0);
	desk_close(&d);
	return id;
}

static void
take_in(const char *bytes, size_t n, struct ticket_mail *out)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct ticket_mail_in in = {0};
	struct err err = ERR_INIT;
	struct mail m;

	desk_act_as_system(
	    d, stage_int(&stage, "SELECT id FROM tenants WHERE slug = 'demo'"));
	must(mail_read(bytes, n, &m, &err), &err);
	in.mail = &m;
	in.bytes = bytes;
	in.n = n;
	must(ticket_mail(d, &in, out, &err), &err);
	mail_free(&m);
	desk_close(&d);
}

/* What "opdesk --lang en ..." says. */
static void
assert_says(
    const char *words, const char *noun, const char *verb, const char *what)
{
	struct str out = STR_INIT, err = STR_INIT;
	int rc = stage_opdesk(&stage, &out, &err, "--lang", "en", "--operator",
	    "irene", noun, verb, what, NULL);

	/* The doctor also finds what is wrong with a server of tests. */
	if ((rc != 0 && strcmp(noun, "doctor") != 0) ||
	    strstr(out.s, words) == NULL)
		fail_msg("%s %s: %d, without \"%s\":\n%s%s", noun, verb, rc,
		    words, out.s, err.s);
	str_free(&out);
	str_free(&err);
}

static void
reply__of_a_ticket__arrives_and_is_answered(void **state)
{
	int64_t ticket = make_ticket("ana@example.org");
	const struct stand_mail *sent;
	struct str answer = STR_INIT;
	struct err err = ERR_INIT;
	struct ticket_mail out;
	char number[24];
	struct mail m;

	(void)state;
	start();
	reply(ticket, "Buenos días:\n\n¿La ha encendido? 👍\n.\n");
	await_mails(1);
	sent = stand_mail(&stand, 0);
	assert_string_equal(sent->from, "desk@opdesk.example");
	assert_string_equal(sent->to, "ana@example.org");
	assert_string_equal(sent->user, "desk");
	assert_string_equal(sent->password, "un secreto");
	assert_true(sent->secure);
	must(mail_read(sent->data, sent->size, &m, &err), &err);
	assert_string_equal(m.from_name, "Soporte Ñandú");
	assert_non_null(strstr(m.subject, "Re: La impresora no imprime ñ [#"));
	assert_string_equal(
	    m.text.s, "Buenos días:\n\n¿La ha encendido? 👍\n.\n");
	assert_int_equal(m.kind, MAIL_BY_PERSON);
	str_addf(&answer,
	    "From: Ana <ana@example.org>\nMessage-ID: <a1@example.org>\n"
	    "Subject: sin marca\nIn-Reply-To: <%s>\n\nAhora sí.\n",
	    m.id);
	mail_free(&m);
	take_in(answer.s, answer.len, &out);
	assert_int_equal(out.what, TICKET_MAIL_HEARD);
	assert_true(out.ticket_id == ticket);
	snprintf(number, sizeof(number), "%lld", (long long)out.number);
	/* What comes back of it goes round no more. */
	take_in(sent->data, sent->size, &out);
	assert_int_equal(out.what, TICKET_MAIL_OWN);
	/* The next one answers the answer, and is another mail. */
	reply(ticket, "Me alegro.");
	await_mails(2);
	assert_non_null(strstr(
	    stand_mail(&stand, 1)->data, "In-Reply-To: <a1@example.org>"));
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM outbox WHERE kind = 4 AND state = 2", 2));
	assert_says("(reply) by mail: sent", "ticket", "show", number);
	assert_says("Reply: goes by mail to a***@example.org", "ticket",
	    "explain", number);
	assert_says("acepta correo de desk@opdesk.example", "channel", "test",
	    "correo");
	assert_says("desk@opdesk.example", "channel", "list", NULL);
	assert_says(
	    "correo sends from desk@opdesk.example", "doctor", NULL, NULL);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	assert_int_equal(stand_count(&stand), 2);
	str_free(&answer);
}

/* ---- what goes wrong ---- */

static void
mail__that_is_refused__is_dead_with_the_words(void **state)
{
	int64_t id;
	char *text;

	(void)state;
	start();
	id = promise("nobody@example.org", "uno");
	await_state(id, OUTBOX_DEAD);
	text =
	    stage_text(&stage, "SELECT error_text FROM outbox WHERE state = 5");
	assert_non_null(strstr(text, "550 5.1.1 there is no such mailbox"));
	free(text);
	/* Busy for the moment: tried again, and there in the end. */
	stand_set(&stand, STAND_LATER_END);
	id = promise("ana@example.org", "dos");
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM outbox WHERE state = 0 AND attempts > 0"
	    " AND error_code = 452",
	    1));
	stand_set(&stand, STAND_FINE);
	stage_exec(&stage, "UPDATE outbox SET next_try_us = 0 WHERE state = 0");
	await_state(id, OUTBOX_SENT);
	assert_int_equal(stand_count(&stand), 1);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

static void
mail__nobody_knows_of__is_not_sent_again(void **state)
{
	struct err err = ERR_INIT;
	struct desk *d;
	int64_t id;

	(void)state;
	start();
	stand_set(&stand, STAND_DROPS_END);
	id = promise("ana@example.org", "uno");
	await_state(id, OUTBOX_UNCERTAIN);
	stand_set(&stand, STAND_FINE);
	/* Another one passes by. */
	await_state(promise("ana@example.org", "dos"), OUTBOX_SENT);
	assert_int_equal(stand_holding(&stand, "Subject: uno"), 1);
	d = stage_desk(&stage, "marta");
	must(outbox_resolve(d, id, false, &err), &err);
	desk_close(&d);
	await_state(id, OUTBOX_SENT);
	assert_int_equal(stand_holding(&stand, "Subject: uno"), 2);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

static void
channel__with_a_wrong_password__waits_for_people(void **state)
{
	struct err err = ERR_INIT;
	struct desk *d;
	size_t before;
	int64_t id;
	char *text;

	(void)state;
	start();
	stand_set(&stand, STAND_NO_LOGIN);
	id = promise("ana@example.org", "uno");
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM channel_states WHERE channel = 'correo'"
	    " AND state = 2",
	    1));
	text = stage_text(&stage,
	    "SELECT reason FROM channel_states WHERE channel = 'correo'");
	assert_non_null(strstr(text, "535 5.7.8 Username and password"));
	assert_null(strchr(text, '\033'));
	free(text);
	await_state(id, OUTBOX_DUE);
	/* A live test says the same, and sends nothing. */
	d = stage_desk(&stage, "irene");
	must(channel_ask_test(d, "correo", &err), &err);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM channel_states WHERE channel = 'correo'"
	    " AND test_result LIKE '%535%'",
	    1));
	before = stand_connections(&stand);
	stand_set(&stand, STAND_FINE);
	must(channel_ask_test(d, "correo", &err), &err);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM channel_states WHERE channel = 'correo'"
	    " AND test_result LIKE '%desk@opdesk.example%'",
	    1));
	assert_int_equal(stand_connections(&stand), before + 1);
	must(channel_resume(d, "correo", &err), &err);
	desk_close(&d);
	await_state(id, OUTBOX_SENT);
	assert_int_equal(stand_count(&stand), 1);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

/* ---- kill -9 ---- */

static int
number_of(const char *name, int fallback)
{
	const char *value = getenv(name);

	return value != NULL ? atoi(value) : fallback;
}

static void
daemon__killed_again_and_again__sends_each_once(void **state)
{
	unsigned seed = (unsigned)number_of("MAIL_SEED", 7);
	int rounds = number_of("MAIL_ROUNDS", 8), n = 0;
	int64_t ticket = make_ticket("ana@example.org");

	(void)state;
	start();
	for (int i = 0; i < rounds; i++) {
		char text[40];

		for (int k = 0; k < 3; k++) {
			snprintf(text, sizeof(text), "respuesta %04d fin", n++);
			reply(ticket, text);
		}
		poll(NULL, 0,
		    (int)((seed = seed * 1103515245 + 12345) >> 16) % 60);
		stage_kill_daemon(&stage);
		/* Whoever is dead gives back nothing. */
		stage_exec(&stage,
		    "UPDATE outbox SET next_try_us = 0 WHERE state = 1");
		stage_start_daemon(&stage);
	}
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM ticket_comments WHERE source = 0"
	    " AND held_until_us IS NOT NULL",
	    0));
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM outbox WHERE kind = 4 AND state < 2", 0));
	for (int i = 0; i < n; i++) {
		char text[40];

		snprintf(text, sizeof(text), "respuesta %04d fin", i);
		assert_true(stand_holding(&stand, text) <= 1);
	}
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM outbox WHERE kind = 4"), n);
	assert_true(
	    (int64_t)stand_count(&stand) >=
	    stage_int(&stage, "SELECT count(*) FROM outbox WHERE kind = 4"
			      " AND state = 2"));
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		reply__of_a_ticket__arrives_and_is_answered, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		mail__that_is_refused__is_dead_with_the_words, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		mail__nobody_knows_of__is_not_sent_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		channel__with_a_wrong_password__waits_for_people, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		daemon__killed_again_and_again__sends_each_once, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
