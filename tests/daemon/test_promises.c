/*
 * A daemon and the time: promises at 75 % and at the breach, what waits until
 * a day, what sleeps until a moment or a reply.  Each run of the daemon has a
 * clock that stands at one moment.
 *
 * Turned red by: a notice that comes again, a reminder without its note,
 * waiting that is closed before the grace is over, "<" for "<=" at the end of
 * a sleep.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/records/ticket_sleep.h"
#include "db/records/tickets.h"
#include "tests/lib/stage_desk.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* Monday 2027-03-08, 10:00 in Madrid: every calendar of the demo works. */
#define T0 1804496400000000

static struct stage stage;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	clock_fake_wall(0);
	stage_check_whole(&stage);
	stage_close(&stage);
	return 0;
}

/* ---- tickets, as marta makes them at a moment ---- */

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%d %s", rc, err->text);
}

static int64_t
make(int64_t at_us, const char *subject)
{
	struct ticket_new in = {.subject = subject, .urgency = 4, .impact = 4};
	struct err err = ERR_INIT;
	int64_t id, number;
	struct desk *d;

	clock_fake_wall(at_us);
	d = stage_desk(&stage, "marta");
	in.operator_id = d->actor.id;
	must(ticket_new(d, &in, &id, &number, &err), &err);
	desk_close(&d);
	return id;
}

static void
waits(int64_t id, int64_t until_us)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;

	must(ticket_set_state(
		 d, id, 0, TICKET_WAITING, "una placa", until_us, &err),
	    &err);
	desk_close(&d);
}

static void
sleeps(int64_t id, int64_t until_us)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct err err = ERR_INIT;

	must(ticket_snooze(d, id, 0, until_us, until_us == 0, &err), &err);
	desk_close(&d);
}

/* A number of the ticket's; what is a column, or a subquery of ticket t. */
static int64_t
number(const char *what, int64_t id)
{
	char sql[400];

	str_format(sql, sizeof(sql),
	    "SELECT %s FROM tickets t WHERE t.id = %" PRId64, what, id);
	return stage_int(&stage, sql);
}

#define FIRST(column)                                                          \
	"(SELECT k." column " FROM ticket_clocks k"                            \
	" WHERE k.ticket_id = t.id AND k.kind = 0)"
#define TOLD                                                                   \
	"(SELECT count(*) FROM events e WHERE e.record_id = t.id"              \
	" AND e.name = 'ticket.promise_due')"
#define NOTES                                                                  \
	"(SELECT count(*) FROM ticket_comments c WHERE c.ticket_id = t.id"     \
	" AND c.kind = 1)"
#define SLEEPS                                                                 \
	"CASE WHEN t.snoozed_until_us IS NULL"                                 \
	" AND t.snooze_until_reply = 0 THEN 0 ELSE 1 END"

/* ---- the daemon ---- */

static void
start_at(int64_t us)
{
	static char clock[64];
	static const char *env[] = {clock, NULL};
	char time[RFC3339_SIZE];

	clock_format_rfc3339(time, us);
	str_format(clock, sizeof(clock), "OPDESK_FAKE_CLOCK=%s", time);
	stage.env = env;
	stage_start_daemon(&stage);
}

static void
await(const char *what, int64_t id, int64_t wanted)
{
	char sql[400];

	str_format(sql, sizeof(sql),
	    "SELECT %s FROM tickets t WHERE t.id = %" PRId64, what, id);
	assert_true(stage_wait_int(&stage, sql, wanted));
}

/*
 * A daemon that looks once at that moment, and ends.  A ticket that wakes then
 * says that it has looked; what comes after that is done when it has ended.
 */
static void
look_at(int64_t us)
{
	int64_t mark = make(us - US_PER_SECOND, "marca");

	sleeps(mark, us);
	start_at(us);
	await(SLEEPS, mark, 0);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

/* ---- tests ---- */

static void
promise__at_75_and_100_percent__is_told_once_each(void **state)
{
	int64_t id = make(T0, "Impresora atascada"), warn, due;

	(void)state;
	warn = number(FIRST("notice_us"), id);
	due = number(FIRST("due_us"), id);
	assert_true(T0 < warn && warn < due);
	look_at(warn - US_PER_SECOND);
	assert_int_equal(number(FIRST("noticed"), id), 0);
	assert_int_equal(number(TOLD, id), 0);
	look_at(warn);
	assert_int_equal(number(FIRST("noticed"), id), 1);
	assert_int_equal(number(TOLD, id), 1);
	look_at(due - US_PER_SECOND);
	assert_int_equal(number(TOLD, id), 1);
	look_at(due);
	assert_int_equal(number(FIRST("noticed"), id), 2);
	assert_int_equal(number(TOLD, id), 2);
	look_at(due + US_PER_MINUTE);
	assert_int_equal(number(TOLD, id), 2);
}

static void
waiting__until_a_day__is_reminded_then_closed(void **state)
{
	const int64_t day = T0 + US_PER_DAY;
	const int64_t grace = WAIT_GRACE_DAYS * US_PER_DAY;
	int64_t id = make(T0, "Falta una placa");

	(void)state;
	waits(id, day);
	look_at(day - US_PER_SECOND);
	assert_int_equal(number(NOTES, id), 0);
	look_at(day);
	assert_int_equal(number(NOTES, id), 1);
	assert_int_equal(number("t.state", id), TICKET_WAITING);
	look_at(day + grace - US_PER_SECOND);
	assert_int_equal(number(NOTES, id), 1);
	assert_int_equal(number("t.state", id), TICKET_WAITING);
	look_at(day + grace);
	assert_int_equal(number("t.state", id), TICKET_CLOSED);
	assert_int_equal(number(NOTES, id), 2);
	assert_int_equal(number(TOLD, id), 0);
}

static void
sleep__until_a_reply__ends_when_the_customer_writes(void **state)
{
	int64_t until = T0 + US_PER_HOUR, timed, heard, number_of;
	struct err err = ERR_INIT;
	struct desk *d;

	(void)state;
	timed = make(T0, "Renovar");
	sleeps(timed, until);
	start_at(until - US_PER_SECOND);
	assert_int_equal(
	    stage_says(&stage, "34611000077", "Eva", "No va la VPN", NULL),
	    200);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM conversations WHERE peer = '34611000077'",
	    1));
	d = stage_desk(&stage, "marta");
	must(ticket_from_conversation(d,
		 stage_int(&stage, "SELECT id FROM conversations"
				   " WHERE peer = '34611000077'"),
		 NULL, &heard, &number_of, &err),
	    &err);
	desk_close(&d);
	sleeps(heard, 0);
	assert_int_equal(number(SLEEPS, heard), 1);
	assert_int_equal(
	    stage_says(&stage, "34611000077", "Eva", "gracias", NULL), 200);
	await(SLEEPS, heard, 0);
	assert_int_equal(number(SLEEPS, timed), 1);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	look_at(until);
	assert_int_equal(number(SLEEPS, timed), 0);
}

/* Whoever has the ticket is told while he sits there. */
static void
console__of_who_has_it__hears_of_the_promise(void **state)
{
	int64_t id = make(T0, "Sin servidor"), warn;
	char clock[64], time[RFC3339_SIZE], text[80];
	const char *env[] = {clock, NULL};
	struct pty *p;

	(void)state;
	warn = number(FIRST("notice_us"), id);
	clock_format_rfc3339(time, warn);
	str_format(clock, sizeof(clock), "OPDESK_FAKE_CLOCK=%s", time);
	p = stage_console(&stage, "es", 80, 24, env);
	assert_non_null(p);
	assert_true(pty_wait_text(p, "Beatriz Olmedo"));
	pty_send(p, "T");
	assert_true(pty_wait_text(p, "Sin servidor"));
	str_format(text, sizeof(text),
	    "Ticket %" PRId64 ": Primera respuesta vence en",
	    number("t.number", id));
	start_at(warn);
	assert_true(pty_wait_text(p, text));
	pty_stop(&p);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(promise__at_75_and_100_percent__is_told_once_each),
	    cmocka_unit_test(waiting__until_a_day__is_reminded_then_closed),
	    cmocka_unit_test(
		sleep__until_a_reply__ends_when_the_customer_writes),
	    cmocka_unit_test(console__of_who_has_it__hears_of_the_promise),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
