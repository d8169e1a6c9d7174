/*
 * Guides that go by mail, with the real daemon and a mail server that stands
 * in: the present step to the customer's address, the first one of a new
 * ticket by the tenant's rule, and what was tried to the second line.
 *
 * Turned red by: a session whose step is not in its mail, an escalation that
 * is mailed to the customer, a rule that sends twice.
 */
#include "common/mail.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "tests/lib/smtp_stand.h"
#include "tests/lib/stage_desk.h"
#include "common/clock.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;
static struct smtp_stand stand;

static void
must(int rc, const struct str *out, const struct str *err)
{
	if (rc != 0)
		fail_msg("%d: %s%s", rc, out->s, err->s);
}

static int
setup(void **state)
{
	struct str s = STR_INIT, out = STR_INIT, err = STR_INIT;

	(void)state;
	memset(&stand, 0, sizeof(stand));
	stand.offers_tls = stand.needs_login = true;
	stand_open(&stand);
	stage_open(&stage);
	stage_write(&stage, "smtp.secret", "un secreto\n");
	str_addf(&s,
	    "[channel correo]\nkind = mail\ntenant = demo\n"
	    "smtp_url = smtp://localhost:%d\nca_file = %s\n"
	    "smtp_user = desk\nsmtp_password_file = smtp.secret\n"
	    "from = desk@opdesk.example\nmessages_per_second = 1000\n",
	    stand.port, stand.ca_path);
	stage_conf(&stage, "", s.s);
	str_free(&s);
	must(stage_opdesk(&stage, &out, &err, "--operator", "irene", "guide",
		 "import", "kb/guides/printer_offline.json", NULL),
	    &out, &err);
	str_free(&out);
	str_free(&err);
	stage_start_daemon(&stage);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM settings WHERE name = 'mail.sender'"
	    " AND value = 'correo desk@opdesk.example'",
	    1));
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

/* The i-th mail, when it has come. */
static void
await_mail(size_t i, struct mail *m)
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;
	const struct stand_mail *sent;
	struct err err = ERR_INIT;

	while (stand_count(&stand) <= i && clock_mono_us() < until)
		poll(NULL, 0, 5);
	if (stand_count(&stand) <= i)
		fail_msg("%zu mails", stand_count(&stand));
	sent = stand_mail(&stand, i);
	if (mail_read(sent->data, sent->size, m, &err) != 0)
		fail_msg("%s", err.text);
}

static void
assert_mail(size_t i, const char *to, const char *subject, const char *text)
{
	struct mail m;

	await_mail(i, &m);
	assert_string_equal(stand_mail(&stand, i)->to, to);
	if (strstr(m.subject, subject) == NULL ||
	    strstr(m.text.s, text) == NULL)
		fail_msg("%s\n\n%s", m.subject, m.text.s);
	/* Nobody's absence answers it. */
	assert_int_not_equal(m.kind, MAIL_BY_PERSON);
	mail_free(&m);
}

/* The name of the session in what was printed. */
static void
session_name(const struct str *out, char name[33])
{
	const char *at = strstr(out->s, "\"session_id\":\"");

	assert_non_null(at);
	snprintf(name, 33, "%.32s", at + strlen("\"session_id\":\""));
}

static void
session__with_an_address__goes_there_step_by_step(void **state)
{
	struct str out = STR_INIT, err = STR_INIT;
	char name[33];

	(void)state;
	must(stage_opdesk(&stage, &out, &err, "--operator", "marta", "--json",
		 "session", "start", "--guide", "printer_offline", "--lang",
		 "es", "--email", "ana@example.org", "--name", "Ana", "--send",
		 NULL),
	    &out, &err);
	session_name(&out, name);
	assert_mail(0, "ana@example.org", "mpresora", "1");
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM guide_steps p"
			      " JOIN events e ON e.record_id = p.session_id"
			      " AND e.tenant_id = p.tenant_id"
			      " WHERE p.action = 7 AND p.notes = 'mail'"
			      " AND e.name = 'session.sent'"),
	    1);
	must(stage_opdesk(&stage, &out, &err, "--operator", "marta", "session",
		 "answer", name, "no", NULL),
	    &out, &err);
	must(stage_opdesk(&stage, &out, &err, "--operator", "marta", "session",
		 "send", name, NULL),
	    &out, &err);
	assert_mail(1, "ana@example.org", "mpresora", "2");
	assert_string_not_equal(
	    stand_mail(&stand, 0)->data, stand_mail(&stand, 1)->data);
	/* What was tried goes to the second line, and is on the ticket. */
	must(stage_opdesk(&stage, &out, &err, "--operator", "irene", "--yes",
		 "guide", "set", "--escalations", "n2@opdesk.example", NULL),
	    &out, &err);
	must(stage_opdesk(&stage, &out, &err, "--operator", "marta", "session",
		 "escalate", name, "--reason", "Sigue sin imprimir", NULL),
	    &out, &err);
	assert_mail(2, "n2@opdesk.example", "[#", "Sigue sin imprimir");
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM ticket_comments"
			      " WHERE body LIKE '%Sigue sin imprimir%'"),
	    1);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	assert_int_equal(stand_count(&stand), 3);
	str_free(&out);
	str_free(&err);
}

static void
rule__new_ticket__sends_the_first_step_once(void **state)
{
	struct contact_new who = {
	    .full_name = "Eva Ruiz", .email = "eva@example.org"};
	struct ticket_new in = {.subject = "La impresora sale sin conexión",
	    .description = "la impresora sale sin conexión y no imprime"};
	struct str out = STR_INIT, said = STR_INIT;
	struct err err = ERR_INIT;
	int64_t id, number;
	struct desk *d;

	(void)state;
	must(stage_opdesk(&stage, &out, &said, "--operator", "irene", "--yes",
		 "guide", "set", "--on-ticket", "on", NULL),
	    &out, &said);
	/* From then on: what there was before is left alone. */
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM settings WHERE name = 'guide.ticket_event'",
	    1));
	d = stage_desk(&stage, "marta");
	if (contact_new(d, &who, &in.contact_id, &err) != 0 ||
	    ticket_new(d, &in, &id, &number, &err) != 0)
		fail_msg("%s", err.text);
	in.subject = "¿Cuándo abren?";
	in.description = "Buenas tardes";
	if (ticket_new(d, &in, &id, &number, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
	assert_mail(0, "eva@example.org", "mpresora", "1");
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM guide_sessions WHERE state = 0"
	    " AND ticket_id IS NOT NULL",
	    1));
	assert_int_equal(stage_stop_daemon(&stage), 0);
	assert_int_equal(stand_count(&stand), 1);
	str_free(&out);
	str_free(&said);
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(session__with_an_address__goes_there_step_by_step),
	    CASE(rule__new_ticket__sends_the_first_step_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
