/*
 * Two daemons on one desk, and one provider that writes down when it got what:
 * together they keep a channel's pace, their hosts' clocks may be wrong, and
 * one of them may be frozen while it holds the writers' turn.
 *
 * Turned red by: a pace that each daemon counts for itself (outbox__spend left
 * out); times by the host's clock (clock_follow left out): a message that is to
 * leave later leaves at once; no end of transactions that do nothing: a frozen
 * one keeps the other from writing.
 *
 * PostgreSQL only: a file has one daemon.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/records/outbox.h"
#include "tests/lib/engine.h"
#include "tests/lib/load.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define DAEMONS   2
#define CUSTOMERS 24
#define PACE      40
#define PACED     "messages_per_second = 40\n"
#define AT_ONCE   8 /* more than leave together after a rest */
#define SENDS     160
#define LATER_S   4
/* A server ends a transaction that does nothing for 30 s. */
#define FREEZE_US (60 * US_PER_SECOND)

static struct stage stages[DAEMONS];
static int64_t conversations[CUSTOMERS];

static int
setup(void **state)
{
	(void)state;
	stage_open(&stages[0]);
	stage_open_beside(&stages[1], &stages[0]);
	stage_start_provider(&stages[0]);
	stage_share_provider(&stages[1], &stages[0]);
	return 0;
}

static int
teardown(void **state)
{
	int bad = 0;

	(void)state;
	for (int i = 0; i < DAEMONS; i++)
		bad |= stage_stop_daemon(&stages[i]);
	stage_check_whole(&stages[0]);
	stage_close(&stages[1]);
	stage_close(&stages[0]);
	return bad;
}

/* Each with files of its own, and these variables. */
static void
start_daemons(const char *clocks[DAEMONS], const char *channel)
{
	static char home[DAEMONS][160];
	static const char *env[DAEMONS][3];

	for (int i = 0; i < DAEMONS; i++) {
		str_format(home[i], sizeof(home[i]), "XDG_DATA_HOME=%s",
		    stages[i].dir);
		env[i][0] = home[i];
		env[i][1] = clocks != NULL ? clocks[i] : NULL;
		stages[i].env = env[i];
		stage_conf(&stages[i], channel, "");
		stage_start_daemon(&stages[i]);
	}
}

static void
stop_daemons(void)
{
	for (int i = 0; i < DAEMONS; i++)
		assert_int_equal(stage_stop_daemon(&stages[i]), 0);
}

static void
meet_customers(void)
{
	char number[32], sql[128];

	for (int i = 0; i < CUSTOMERS; i++) {
		snprintf(number, sizeof(number), "346110000%02d", i);
		assert_int_equal(stage_says(&stages[i % DAEMONS], number, "Eva",
				     "hola", NULL),
		    200);
	}
	assert_true(stage_wait_int(&stages[0],
	    "SELECT count(*) FROM conversations WHERE peer LIKE '346110000%'",
	    CUSTOMERS));
	for (int i = 0; i < CUSTOMERS; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT id FROM conversations WHERE peer = '346110000%02d'",
		    i);
		conversations[i] = stage_int(&stages[0], sql);
	}
}

static void
send_texts(const char *word, int count, int64_t at_us)
{
	struct desk *d = stage_desk(&stages[0], "marta");
	char text[48];

	for (int i = 0; i < count; i++) {
		struct message_new in = {
		    .conversation_id = conversations[i % CUSTOMERS],
		    .kind = MESSAGE_TEXT,
		    .send_at_us = at_us,
		    .body = text};

		snprintf(text, sizeof(text), "%s <%d>", word, i);
		(void)stage_send(d, &in);
	}
	desk_close(&d);
}

static void
wait_sent(const char *word, int count)
{
	char sql[192];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM outbox o, messages m"
	    " WHERE o.record_id = m.id AND o.kind = 1 AND o.state = 2"
	    " AND m.body LIKE '%s <%%'",
	    word);
	assert_true(stage_wait_int(&stages[0], sql, count));
}

/* When the provider got each that has this word, in order; how many. */
static int
times_of(const char *word, int64_t *us, int most)
{
	struct str sent = STR_INIT;
	char at_text[RFC3339_SIZE];
	int n = 0;

	assert_int_equal(wire_call(stages[0].provider_port, "GET",
			     "/rehearsal/sent", "", "", 0, &sent),
	    200);
	for (const char *at = sent.s; (at = strstr(at, "\"at\":\"")) != NULL;
	     at++) {
		const char *next = strstr(at + 6, "\"at\":\"");
		const char *text = strstr(at, word);

		if (text == NULL || (next != NULL && text > next))
			continue;
		assert_true(n < most);
		snprintf(at_text, sizeof(at_text), "%.*s",
		    (int)strcspn(at + 6, "\""), at + 6);
		assert_int_equal(clock_parse_rfc3339(at_text, &us[n++]), 0);
	}
	str_free(&sent);
	return n;
}

static int64_t
sent_by(struct stage *s)
{
	static const char name[] = "opdesk_sends_total{verdict=\"sent\"} ";
	struct str text = STR_INIT;
	const char *at;
	int64_t n;

	assert_int_equal(
	    wire_call(s->daemon_port, "GET", "/metrics", "", "", 0, &text),
	    200);
	at = strstr(text.s, name);
	assert_non_null(at);
	n = strtoll(at + sizeof(name) - 1, NULL, 10);
	str_free(&text);
	return n;
}

static void
two_daemons__one_channel__keep_its_pace(void **state)
{
	int64_t us[SENDS], since;

	(void)state;
	start_daemons(NULL, PACED);
	meet_customers();
	since = clock_wall_us();
	send_texts("Paso", SENDS, 0);
	wait_sent("Paso", SENDS);
	assert_int_equal(times_of("Paso <", us, SENDS), SENDS);
	/*
	 * From the beginning to each of them, not in each second: those that a
	 * busy machine held up arrive together.
	 */
	for (int i = 0; i < SENDS; i++) {
		int64_t took = us[i] - since;

		if (i + 1 > took * PACE / US_PER_SECOND + AT_ONCE)
			fail_msg("%d in %" PRId64 " us, and %d a second are"
				 " allowed",
			    i + 1, took, PACE);
	}
	for (int i = 0; i < DAEMONS; i++)
		assert_true(sent_by(&stages[i]) > 0);
	stop_daemons();
}

static void
two_daemons__wrong_clocks__nothing_early_stuck_or_twice(void **state)
{
	const char *clocks[] = {
	    "OPDESK_FAKE_CLOCK=+3600", "OPDESK_FAKE_CLOCK=-3600"};
	/* One: who is refused twice waits for minutes. */
	static const char refuse[] = "{\"order\":\"503\",\"count\":1}";
	static const char slow[] = "{\"order\":\"slow\",\"count\":8}";
	int64_t us[CUSTOMERS], at_us;

	(void)state;
	start_daemons(clocks, "");
	meet_customers();
	assert_int_equal(
	    wire_call(stages[0].provider_port, "POST", "/rehearsal/orders", "",
		refuse, sizeof(refuse) - 1, NULL),
	    204);
	assert_int_equal(
	    wire_call(stages[0].provider_port, "POST", "/rehearsal/orders", "",
		slow, sizeof(slow) - 1, NULL),
	    204);
	/* One is tried again, some are on their way for a while. */
	send_texts("Reloj", CUSTOMERS, 0);
	wait_sent("Reloj", CUSTOMERS);
	at_us = clock_wall_us() + LATER_S * US_PER_SECOND;
	send_texts("Luego", CUSTOMERS, at_us);
	wait_sent("Luego", CUSTOMERS);
	assert_int_equal(times_of("Reloj <", us, CUSTOMERS), CUSTOMERS);
	assert_int_equal(times_of("Luego <", us, CUSTOMERS), CUSTOMERS);
	for (int i = 0; i < CUSTOMERS; i++)
		if (us[i] < at_us)
			fail_msg("%" PRId64 " us early", at_us - us[i]);
	assert_int_equal(stage_int(&stages[0],
			     "SELECT count(*) FROM outbox WHERE state <> 2"),
	    0);
	/* What is kept is by one clock. */
	assert_int_equal(stage_int(&stages[0], "SELECT count(*) FROM outbox"
					       " WHERE sent_us < created_at"),
	    0);
	stop_daemons();
}

/* ---- one is frozen in the middle of a transaction ---- */

static bool
holds_the_turn(void)
{
	return stage_int(&stages[0],
		   "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a"
		   " ON a.pid = l.pid WHERE l.locktype = 'advisory'"
		   " AND l.classid = 1869636723 AND l.objid = 1 AND l.granted"
		   " AND a.datname = current_database()"
		   " AND a.state = 'idle in transaction'") == 1;
}

/* What it had said before may still be under way at the server. */
static bool
freezes_with_the_turn(pid_t pid)
{
	kill(pid, SIGSTOP);
	for (int i = 0; i < 3; i++) {
		if (!holds_the_turn()) {
			kill(pid, SIGCONT);
			return false;
		}
		poll(NULL, 0, 10);
	}
	return true;
}

static void
freeze_within(pid_t pid)
{
	int64_t until = clock_mono_us() + FREEZE_US;

	do {
		if (clock_mono_us() > until)
			fail_msg("it is never in a transaction");
		poll(NULL, 0, rand() % 20);
	} while (!freezes_with_the_turn(pid));
}

static void
wait_messages(const char *text, int64_t within_us)
{
	int64_t until = clock_mono_us() + within_us;
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM messages WHERE body = '%s'", text);
	while (stage_int(&stages[0], sql) != 1) {
		if (clock_mono_us() > until)
			fail_msg("\"%s\" does not come", text);
		poll(NULL, 0, 50);
	}
}

static void
two_daemons__one_is_frozen__the_other_goes_on(void **state)
{
	static const char slow[] = "{\"order\":\"slow\",\"count\":8}";
	struct load_options o = {.connections = 4,
	    .secret = STAGE_SECRET,
	    .number_id = STAGE_NUMBER_ID,
	    .pause_ms = 5};
	int64_t us[CUSTOMERS];
	struct load l;

	(void)state;
	start_daemons(NULL, "");
	meet_customers();
	assert_int_equal(
	    wire_call(stages[0].provider_port, "POST", "/rehearsal/orders", "",
		slow, sizeof(slow) - 1, NULL),
	    204);
	send_texts("Hielo", CUSTOMERS, 0);
	o.port = stages[0].daemon_port;
	load_start(&l, &o);
	freeze_within(stages[0].daemon);
	/* It is kept, and in the desk as soon as the server frees its turn. */
	assert_int_equal(
	    stage_says(&stages[1], "34611000000", "Eva", "Congelado", NULL),
	    200);
	wait_messages("Congelado", 2 * FREEZE_US);
	kill(stages[0].daemon, SIGCONT);
	load_stop(&l);
	assert_int_equal(
	    stage_says(&stages[0], "34611000000", "Eva", "De vuelta", NULL),
	    200);
	wait_messages("De vuelta", FREEZE_US);
	/* What was in the transaction that the server ended is in files. */
	for (int i = 0; i < DAEMONS; i++)
		assert_true(stage_wait_spool(&stages[i]));
	assert_true(stage_wait_int(
	    &stages[0], "SELECT count(*) FROM raw_events WHERE state <> 1", 0));
	stage_check_load(&stages[0], l.acknowledged, l.acknowledged_count);
	load_free(&l);
	wait_sent("Hielo", CUSTOMERS);
	assert_int_equal(times_of("Hielo <", us, CUSTOMERS), CUSTOMERS);
	stop_daemons();
}

int
main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(two_daemons__one_channel__keep_its_pace),
	    T(two_daemons__wrong_clocks__nothing_early_stuck_or_twice),
	    T(two_daemons__one_is_frozen__the_other_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
