/*
 * Everything that can go wrong with a send, ordered from the rehearsal
 * provider: the message and its outbox row end in the right state, what may
 * have been taken is never sent again by itself, dead letters can be replayed,
 * and a channel that lost its token waits for a person.
 *
 * Waits of the schedule are taken away by making rows due in the desk.  The
 * deliberate breaks: HTTP_UNKNOWN judged as a retry sends twice; a verdict
 * that is not WA_STOP for 190 lets the next message out.
 */
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"
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
static int64_t conversation;

struct row { /* what became of a message */
	enum message_state message;
	enum outbox_state outbox;
	int error_code, attempts;
	int64_t outbox_id;
};

static int64_t
send_text(const char *text)
{
	struct desk *d = stage_desk(&stage, "marta");
	struct message_new in = {.conversation_id = conversation,
	    .kind = MESSAGE_TEXT,
	    .body = text};
	int64_t id = stage_send(d, &in);

	desk_close(&d);
	return id;
}

static struct row
look(struct desk *d, int64_t id)
{
	struct row r = {0, 0, 0, 0, 0};
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	if (db_query(d->db, &st,
		"SELECT m.state, o.state, m.error_code, o.attempts, o.id"
		" FROM messages m, outbox o WHERE m.id = $1"
		" AND o.record_id = m.id AND o.kind = 1 ORDER BY o.id DESC",
		BINDS(b_int(id)), &err) != 0 ||
	    stmt_step(st, &err) != 1)
		fail_msg("%s", err.text);
	r.message = (enum message_state)stmt_int(st, 0);
	r.outbox = (enum outbox_state)stmt_int(st, 1);
	r.error_code = (int)stmt_int(st, 2);
	r.attempts = (int)stmt_int(st, 3);
	r.outbox_id = stmt_int(st, 4);
	stmt_close(&st);
	return r;
}

static bool
is_so(const struct row *r, enum message_state message, enum outbox_state outbox)
{
	return r->message == message && r->outbox == outbox &&
	       (outbox != OUTBOX_DUE || r->attempts > 0);
}

/* Wait until both states are reached; says what was seen instead. */
static struct row
await(int64_t id, enum message_state message, enum outbox_state outbox)
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;
	struct desk *d = stage_desk(&stage, NULL);
	struct row r;

	do
		r = look(d, id);
	while (!is_so(&r, message, outbox) && clock_mono_us() < until);
	desk_close(&d);
	if (!is_so(&r, message, outbox))
		fail_msg("message is %s, outbox row %s (code %d, %d tries), not"
			 " %s and %s",
		    message_state_names[r.message],
		    outbox_state_names[r.outbox], r.error_code, r.attempts,
		    message_state_names[message], outbox_state_names[outbox]);
	return r;
}

/*
 * Wait for so many tries; the schedule may be quicker than the test and have
 * made more of them, or settled the row.
 */
static void
await_tries(int64_t id, int tries, void (*meanwhile)(void))
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;
	struct desk *d = stage_desk(&stage, NULL);
	struct row r;

	while ((r = look(d, id)).attempts < tries && clock_mono_us() < until) {
		if (meanwhile != NULL)
			meanwhile();
		poll(NULL, 0, 5);
	}
	/* A try is counted before it is made; what it came to is kept after. */
	while ((r = look(d, id)).outbox == OUTBOX_SENDING &&
	       clock_mono_us() < until)
		poll(NULL, 0, 5);
	desk_close(&d);
	if (r.attempts < tries || r.outbox == OUTBOX_SENDING)
		fail_msg("%d tries, not %d, and it is %s", r.attempts, tries,
		    outbox_state_names[r.outbox]);
}

/* How often the provider took a message with this text. */
static int
taken(const char *text)
{
	struct str sent = STR_INIT;
	const char *at;
	int n = 0;

	assert_int_equal(wire_call(stage.provider_port, "GET",
			     "/rehearsal/sent", "", "", 0, &sent),
	    200);
	for (at = sent.s; (at = strstr(at, text)) != NULL; at++)
		n++;
	str_free(&sent);
	return n;
}

static void
order(const char *what, int count)
{
	char body[64];
	int n = snprintf(
	    body, sizeof(body), "{\"order\":\"%s\",\"count\":%d}", what, count);

	assert_int_equal(wire_call(stage.provider_port, "POST",
			     "/rehearsal/orders", "", body, (size_t)n, NULL),
	    204);
}

/* Every wait of the schedule is over. */
static void
make_due(void)
{
	stage_exec(&stage, "UPDATE outbox SET next_try_us = 1 WHERE state = 0"
			   " AND next_try_us > 1");
}

/* A person's word: the row goes again, or is settled. */
static void
replay(int64_t outbox_id)
{
	struct desk *d = stage_desk(&stage, "irene");
	struct err err = ERR_INIT;

	if (outbox_replay(d, outbox_id, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
}

static void
resolve(int64_t outbox_id, bool was_sent)
{
	struct desk *d = stage_desk(&stage, "irene");
	struct err err = ERR_INIT;

	if (outbox_resolve(d, outbox_id, was_sent, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
}

static void
restart_daemon(void)
{
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_start_daemon(&stage);
}

static void
send__nothing_wrong__is_read(void **state)
{
	(void)state;
	(void)await(send_text("Todo bien"), MESSAGE_READ, OUTBOX_SENT);
	assert_int_equal(taken("Todo bien"), 1);
}

static void
send__window_closed__reported_later(void **state)
{
	struct row r;

	(void)state;
	order("131047", 1);
	r = await(send_text("Fuera de plazo"), MESSAGE_FAILED, OUTBOX_SENT);
	assert_int_equal(r.error_code, 131047);
	assert_int_equal(taken("Fuera de plazo"), 1);
}

static void
send__refused_at_once__is_dead_and_can_be_replayed(void **state)
{
	struct row r;
	int64_t id;

	(void)state;
	order("now-131026", 1);
	id = send_text("Sin WhatsApp");
	r = await(id, MESSAGE_FAILED, OUTBOX_DEAD);
	assert_int_equal(r.error_code, 131026);
	assert_int_equal(taken("Sin WhatsApp"), 0);
	replay(r.outbox_id);
	(void)await(id, MESSAGE_READ, OUTBOX_SENT);
	assert_int_equal(taken("Sin WhatsApp"), 1);
}

/* Limits pause the channel; a new start does not know the pause. */
static void
send__limits__are_tried_again(void **state)
{
	static const char *const codes[] = {"now-130429", "now-131056", "500",
	    "503", "now-131000", "now-131016"};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		int64_t id;
		struct row r;

		snprintf(text, sizeof(text), "Limite %s", codes[i]);
		order(codes[i], 1);
		id = send_text(text);
		await_tries(id, 1, NULL);
		restart_daemon();
		make_due();
		r = await(id, MESSAGE_READ, OUTBOX_SENT);
		assert_int_equal(r.attempts, 2);
		assert_int_equal(taken(text), 1);
	}
}

static void
send__ten_failures__is_dead(void **state)
{
	struct row r;
	int64_t id;

	(void)state;
	order("503", OUTBOX_TRIES);
	id = send_text("Nunca");
	await_tries(id, OUTBOX_TRIES - 1, make_due);
	restart_daemon(); /* the breaker is open by now */
	make_due();
	r = await(id, MESSAGE_FAILED, OUTBOX_DEAD);
	assert_int_equal(r.attempts, OUTBOX_TRIES);
	assert_int_equal(taken("Nunca"), 0);
	replay(r.outbox_id);
	restart_daemon();
	(void)await(id, MESSAGE_READ, OUTBOX_SENT);
}

/* Nobody can tell whether it was taken: never again without a person. */
static void
send__ambiguous__waits_for_a_person(void **state)
{
	struct row r;
	int64_t id;

	(void)state;
	order("cut-before", 1);
	id = send_text("Dudoso");
	(void)await(id, MESSAGE_UNCERTAIN, OUTBOX_UNCERTAIN);
	restart_daemon();
	make_due();
	(void)await(send_text("Otro"), MESSAGE_READ, OUTBOX_SENT);
	r = await(id, MESSAGE_UNCERTAIN, OUTBOX_UNCERTAIN);
	assert_int_equal(taken("Dudoso"), 0);
	resolve(r.outbox_id, false);
	(void)await(id, MESSAGE_READ, OUTBOX_SENT);
	assert_int_equal(taken("Dudoso"), 1);
}

/* It was taken but not well answered: the statuses bring our mark back. */
static void
send__badly_answered__is_settled_by_its_statuses(void **state)
{
	static const char *const orders[] = {"cut-after", "nonsense"};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		snprintf(text, sizeof(text), "Cortado %s", orders[i]);
		order(orders[i], 1);
		(void)await(send_text(text), MESSAGE_READ, OUTBOX_SENT);
		assert_int_equal(taken(text), 1);
	}
}

static void
send__early_and_disordered_statuses__latest_wins(void **state)
{
	static const struct {
		const char *order;
		enum message_state end;
	} cases[] = {{"early", MESSAGE_READ}, {"disorder", MESSAGE_READ},
	    {"duplicate", MESSAGE_READ}, {"unread", MESSAGE_DELIVERED},
	    {"undelivered", MESSAGE_SENT}};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "Estados %s", cases[i].order);
		order(cases[i].order, 1);
		(void)await(send_text(text), cases[i].end, OUTBOX_SENT);
		assert_int_equal(taken(text), 1);
	}
}

/* The daemon dies while the provider is silent: no second try by itself. */
static void
send__daemon_killed_meanwhile__is_not_sent_again(void **state)
{
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;

	(void)state;
	order("silence", 1);
	(void)send_text("En silencio");
	while (taken("En silencio") == 0)
		assert_true(clock_mono_us() < until);
	stage_kill_daemon(&stage);
	/* The dead one's lease ends. */
	stage_exec(&stage, "UPDATE outbox SET next_try_us = 1 WHERE state = 1");
	stage_start_daemon(&stage);
	(void)await(send_text("Detrás"), MESSAGE_READ, OUTBOX_SENT);
	assert_int_equal(taken("En silencio"), 1);
	assert_int_equal(stage_int(&stage,
			     "SELECT count(*) FROM messages"
			     " WHERE body = 'En silencio' AND state IN (1, 2)"),
	    0);
}

static void
send__token_lost__channel_stops_until_resumed(void **state)
{
	struct str err = STR_INIT;
	struct desk *d;
	struct row r;
	int64_t first, second;

	(void)state;
	order("now-190", 1);
	first = send_text("Sin token 1");
	assert_true(stage_wait_int(&stage,
	    "SELECT state FROM channel_states WHERE channel = 'soporte'",
	    CHANNEL_STOPPED));
	second = send_text("Sin token 2");
	restart_daemon(); /* stopped stays stopped */
	make_due();
	assert_int_equal(
	    stage_says(&stage, "34600111222", "Lucía", "¿Hola?", NULL), 200);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM messages WHERE body = '¿Hola?'", 1));
	assert_int_equal(taken("Sin token"), 0);
	d = stage_desk(&stage, NULL);
	r = look(d, first);
	desk_close(&d);
	assert_int_equal(r.outbox, OUTBOX_DUE);
	assert_int_equal(r.attempts, 0); /* given back */
	if (stage_opdesk(&stage, NULL, &err, "--operator", "irene", "channel",
		"resume", "soporte", NULL) != 0)
		fail_msg("%s", err.s);
	str_free(&err);
	(void)await(first, MESSAGE_READ, OUTBOX_SENT);
	(void)await(second, MESSAGE_READ, OUTBOX_SENT);
	assert_int_equal(taken("Sin token"), 2);
}

/* A provider that is away is tried again when it is back. */
static void
send__provider_away__is_tried_again(void **state)
{
	int64_t id;

	(void)state;
	stage_stop_provider(&stage);
	id = send_text("A la espera");
	(void)await(id, MESSAGE_DUE, OUTBOX_DUE);
	stage_start_provider(&stage);
	make_due();
	(void)await(id, MESSAGE_READ, OUTBOX_SENT);
	assert_int_equal(taken("A la espera"), 1);
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	if (stage_says(&stage, "34600111222", "Lucía", "hola", NULL) != 200 ||
	    !stage_wait_int(&stage,
		"SELECT count(*) FROM conversations"
		" WHERE peer = '34600111222'",
		1))
		return -1;
	conversation = stage_int(
	    &stage, "SELECT id FROM conversations WHERE peer = '34600111222'");
	return 0;
}

static int
teardown(void **state)
{
	int status = stage_stop_daemon(&stage);

	(void)state;
	if (status != 0)
		fprintf(stderr, "the daemon ended with %d\n", status);
	stage_check_whole(&stage);
	stage_close(&stage);
	return status;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(send__nothing_wrong__is_read),
	    cmocka_unit_test(send__window_closed__reported_later),
	    cmocka_unit_test(
		send__refused_at_once__is_dead_and_can_be_replayed),
	    cmocka_unit_test(send__limits__are_tried_again),
	    cmocka_unit_test(send__ten_failures__is_dead),
	    cmocka_unit_test(send__ambiguous__waits_for_a_person),
	    cmocka_unit_test(send__badly_answered__is_settled_by_its_statuses),
	    cmocka_unit_test(send__early_and_disordered_statuses__latest_wins),
	    cmocka_unit_test(send__daemon_killed_meanwhile__is_not_sent_again),
	    cmocka_unit_test(send__token_lost__channel_stops_until_resumed),
	    cmocka_unit_test(send__provider_away__is_tried_again),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
