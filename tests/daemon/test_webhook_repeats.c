/*
 * The same events again and again, shuffled, on eight connections, with the
 * daemon killed in between: each has one effect, and the latest status wins.
 * Flipped bits, two secrets, several channels.
 *
 * The deliberate breaks: statuses that may fall (raise by assignment instead
 * of by rank in message_status.c), or a message inserted without its look for
 * the provider's id, turn repeats__shuffled red; a comparison of the first
 * byte of a digest turns flipped__bits red.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/rehearsal.h"
#include "common/xalloc.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define OUTGOING    200 /* messages that were sent before */
#define INCOMING    400
#define STATUSES    (3 * OUTGOING)
#define EVENTS      (INCOMING + STATUSES)
#define TIMES       5
#define THREADS     8
#define FLIPS       1000
#define NEXT_SECRET "fedcba9876543210fedcba9876543210"

static struct stage stage;
static struct str events[EVENTS];
static int order[EVENTS * TIMES];

/* Small and repeatable. */
static uint32_t
chance(uint32_t below)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)((x >> 11) % below);
}

/* ---- what was sent before: rows as the daemon leaves them ---- */

static int64_t
customer(struct desk *d, int i)
{
	struct inbound_message in = {.channel = "soporte",
	    .channel_kind = CHANNEL_WHATSAPP,
	    .kind = MESSAGE_TEXT,
	    .kind_name = "text",
	    .name = "Eva",
	    .body = "hola",
	    .detail = "",
	    .reply_to = ""};
	struct inbound_result r;
	struct err err = ERR_INIT;
	char number[32], id[32];

	snprintf(number, sizeof(number), "34655000%03d", i);
	snprintf(id, sizeof(id), "wamid.before-%d", i);
	in.number = number;
	in.provider_id = id;
	if (message_receive(d, &in, &r, &err) != 0)
		fail_msg("%s", err.text);
	return r.conversation_id;
}

static void
send_one(struct desk *person, struct desk *daemon, int64_t conversation, int i)
{
	struct message_new in = {.conversation_id = conversation,
	    .kind = MESSAGE_TEXT,
	    .body = "respuesta"};
	struct err err = ERR_INIT;
	char provider_id[64];
	int64_t message = 0, row = 0;

	if (message_send(person, &in, &message, &err) != 0 ||
	    db_int(person->db, &row,
		"SELECT id FROM outbox WHERE record_id = $1 AND kind = 1",
		BINDS(b_int(message)), &err) != 0)
		fail_msg("%s", err.text);
	snprintf(provider_id, sizeof(provider_id), "wamid.out-%d", i);
	if (outbox_sent(daemon, row, provider_id, "", &err) != 0)
		fail_msg("%s", err.text);
}

static void
make_history(void)
{
	struct desk *daemon = stage_desk(&stage, NULL);
	struct desk *person = stage_desk(&stage, "marta");
	int64_t conversation = 0;

	for (int i = 0; i < OUTGOING; i++) {
		if (i % 20 == 0)
			conversation = customer(daemon, i / 20);
		send_one(person, daemon, conversation, i);
	}
	desk_close(&person);
	desk_close(&daemon);
}

/* ---- the events ---- */

/* How far message i came: sent, delivered or read. */
static int
reached(int i)
{
	return i % 3;
}

static void
make_events(void)
{
	static const char *const words[] = {"sent", "delivered", "read"};
	int64_t now = clock_wall_us();
	char id[64], from[32], text[64];

	for (int i = 0; i < INCOMING; i++) {
		struct rehearsal_message m = {.type = REHEARSAL_TEXT,
		    .number_id = STAGE_NUMBER_ID,
		    .from = from,
		    .name = "Eva",
		    .id = id,
		    .text = text};

		snprintf(id, sizeof(id), "wamid.again-%d", i);
		snprintf(from, sizeof(from), "34655000%03d", i % 40);
		snprintf(text, sizeof(text), "Otra vez %d", i);
		rehearsal_message(&m, &events[i], NULL);
	}
	for (int i = 0; i < STATUSES; i++) {
		int message = i / 3, step = i % 3;
		struct rehearsal_status st = {.number_id = STAGE_NUMBER_ID,
		    .id = id,
		    .status = words[step < reached(message) ? step
							    : reached(message)],
		    .recipient = "34655000001",
		    .at_us = now + step * US_PER_SECOND};

		snprintf(id, sizeof(id), "wamid.out-%d", message);
		rehearsal_status(&st, &events[INCOMING + i]);
	}
	for (int i = 0; i < EVENTS * TIMES; i++)
		order[i] = i;
	for (int i = EVENTS * TIMES - 1; i > 0; i--) {
		int k = (int)chance((uint32_t)i + 1), keep = order[i];

		order[i] = order[k];
		order[k] = keep;
	}
}

/* ---- posting ---- */

struct round {
	atomic_int next;
	int end;
	atomic_int refused;
};

static void
build(struct str *request, const struct str *event, int copy)
{
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct str body = STR_INIT;

	/* Some copies are the same bytes, some only the same event. */
	str_addn(&body, event->s, event->len);
	for (int i = 0; i < copy % 3; i++)
		str_addc(&body, ' ');
	rehearsal_sign(signature, STAGE_SECRET, body.s, body.len);
	str_clear(request);
	str_addf(request,
	    "POST /whatsapp HTTP/1.1\r\nHost: a\r\n%s\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    signature, body.len);
	str_addn(request, body.s, body.len);
	str_free(&body);
}

static void *
post_some(void *arg)
{
	struct round *r = arg;
	struct str request = STR_INIT;
	int fd = wire_dial(stage.daemon_port), at;

	while ((at = atomic_fetch_add(&r->next, 1)) < r->end) {
		int n = order[at];

		build(&request, &events[n / TIMES], n % TIMES);
		if (!wire_send(fd, request.s, request.len) ||
		    wire_answer(fd, NULL) != 200)
			atomic_fetch_add(&r->refused, 1);
	}
	close(fd);
	str_free(&request);
	return NULL;
}

static void
post_all(int first, int end)
{
	struct round r = {.end = end};
	pthread_t threads[THREADS];

	atomic_init(&r.next, first);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, post_some, &r), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(atomic_load(&r.refused), 0);
}

static void
check_messages(void)
{
	static const enum message_state states[] = {
	    MESSAGE_SENT, MESSAGE_DELIVERED, MESSAGE_READ};
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;
	char id[64];

	for (int i = 0; i < OUTGOING; i++) {
		int64_t state = -1;

		snprintf(id, sizeof(id), "wamid.out-%d", i);
		if (db_int(d->db, &state,
			"SELECT state FROM messages WHERE provider_id = $1",
			BINDS(b_text(id)), &err) != 0)
			fail_msg("%s", err.text);
		if (state != (int64_t)states[reached(i)])
			fail_msg(
			    "%s ended as %s", id, message_state_names[state]);
	}
	desk_close(&d);
}

static void
repeats__shuffled__have_one_effect(void **state)
{
	const int half = EVENTS * TIMES / 2;

	(void)state;
	make_history();
	make_events();
	stage_start_daemon(&stage);
	post_all(0, half);
	stage_kill_daemon(&stage);
	stage_start_daemon(&stage);
	post_all(half, EVENTS * TIMES);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state <> 1", 0));
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM messages"
			      " WHERE provider_id LIKE 'wamid.again-%'"),
	    INCOMING);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM message_statuses"
			      " WHERE provider_id LIKE 'wamid.out-%'"),
	    (OUTGOING + 2) / 3 + 2 * ((OUTGOING + 1) / 3) + 3 * (OUTGOING / 3));
	/* One conversation a customer, and what is unread was counted once. */
	assert_int_equal(stage_int(&stage, "SELECT count(*) FROM conversations"
					   " WHERE peer LIKE '34655000%'"),
	    40);
	assert_int_equal(
	    stage_int(&stage,
		"SELECT sum(unread) FROM conversations"
		" WHERE peer BETWEEN '34655000010' AND '34655000039'"),
	    INCOMING / 40 * 30);
	check_messages();
	for (int i = 0; i < EVENTS; i++)
		str_free(&events[i]);
}

static void
flipped__bits__are_not_accepted(void **state)
{
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = STAGE_NUMBER_ID,
	    .from = "34655777888",
	    .name = "Eva",
	    .text = "Un bit"};
	struct str body = STR_INIT, headers = STR_INIT;
	int64_t before = stage_int(&stage, "SELECT count(*) FROM raw_events");
	char *hex;

	(void)state;
	rehearsal_message(&m, &body, NULL);
	for (int i = 0; i < FLIPS; i++) {
		size_t at = chance((uint32_t)(i % 2 == 0 ? body.len : 64));
		char bit = (char)(1 << chance(i % 2 == 0 ? 8 : 5));
		char *target;
		int status;

		rehearsal_sign(signature, STAGE_SECRET, body.s, body.len);
		hex = strchr(signature, '=') + 1;
		target = i % 2 == 0 ? &body.s[at] : &hex[at];
		*target = (char)(*target ^ bit);
		str_clear(&headers);
		str_addf(&headers, "%s\r\n", signature);
		status = wire_call(stage.daemon_port, "POST", "/whatsapp",
		    headers.s, body.s, body.len, NULL);
		if (status != 401)
			fail_msg("bit %d of byte %zu of the %s: status %d", bit,
			    at, i % 2 == 0 ? "body" : "signature", status);
		if (i % 2 == 0)
			*target = (char)(*target ^ bit);
	}
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM raw_events"), before);
	str_free(&body);
	str_free(&headers);
}

/* ---- secrets and channels ---- */

/* A text for a number, signed with secret, to path; the status. */
static int
post_to(const char *path, const char *number_id, const char *secret,
    const char *text)
{
	char signature[REHEARSAL_SIGNATURE_SIZE];
	struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = number_id,
	    .from = "34655111000",
	    .name = "Eva",
	    .text = text};
	struct str body = STR_INIT, headers = STR_INIT;
	int status;

	rehearsal_message(&m, &body, NULL);
	rehearsal_sign(signature, secret, body.s, body.len);
	str_addf(&headers, "%s\r\n", signature);
	status = wire_call(
	    stage.daemon_port, "POST", path, headers.s, body.s, body.len, NULL);
	str_free(&body);
	str_free(&headers);
	return status;
}

/* SIGHUP, then wait until the post has the status. */
static void
reload_until(const char *secret, int wanted)
{
	int64_t until = clock_mono_us() + US_PER_MINUTE;
	int status;

	kill(stage.daemon, SIGHUP);
	while ((status = post_to("/whatsapp", STAGE_NUMBER_ID, secret,
		    "rotación")) != wanted)
		if (clock_mono_us() > until)
			fail_msg("status %d, not %d", status, wanted);
}

static void
secrets__in_rotation__both_hold(void **state)
{
	const char *next = NEXT_SECRET;

	(void)state;
	assert_int_equal(
	    post_to("/whatsapp", STAGE_NUMBER_ID, next, "demasiado pronto"),
	    401);
	stage_write(&stage, "app.secret", STAGE_SECRET "\n" NEXT_SECRET "\n");
	reload_until(next, 200);
	assert_int_equal(
	    post_to("/whatsapp", STAGE_NUMBER_ID, STAGE_SECRET, "el viejo"),
	    200);
	/* The old one ends. */
	stage_write(&stage, "app.secret", next);
	reload_until(STAGE_SECRET, 401);
	assert_int_equal(
	    post_to("/whatsapp", STAGE_NUMBER_ID, next, "el nuevo"), 200);
	stage_write(&stage, "app.secret", STAGE_SECRET);
	reload_until(STAGE_SECRET, 200);
	/* A configuration that is wrong changes nothing. */
	stage_conf(&stage, "kind = pigeon\n", "");
	kill(stage.daemon, SIGHUP);
	assert_int_equal(
	    post_to("/whatsapp", STAGE_NUMBER_ID, STAGE_SECRET, "sigue"), 200);
	stage_conf(&stage, "", "");
}

static int64_t
foreign_count(void)
{
	struct str text = STR_INIT;
	const char *line;
	int64_t n = -1;

	assert_int_equal(
	    wire_call(stage.daemon_port, "GET", "/metrics", "", "", 0, &text),
	    200);
	line = strstr(text.s, "\nopdesk_foreign_events_total ");
	if (line != NULL)
		n = atoll(line + strlen("\nopdesk_foreign_events_total "));
	str_free(&text);
	return n;
}

static void
channels__several__get_their_own(void **state)
{
	const char *ventas = "00112233445566778899aabbccddeeff";
	int64_t foreign, rows;

	(void)state;
	stage_write(&stage, "ventas.secret", ventas);
	stage_conf(&stage, "",
	    "[channel ventas]\nkind = whatsapp\ntenant = demo\n"
	    "phone_number_id = 200200200\nverify_token_file = verify.secret\n"
	    "app_secret_file = ventas.secret\n"
	    "access_token_file = access.secret\n"
	    "api_base = http://127.0.0.1:1\napi_version = v23.0\n");
	kill(stage.daemon, SIGHUP);
	for (int64_t until = clock_mono_us() + US_PER_MINUTE;
	     post_to("/whatsapp/ventas", "200200200", ventas, "ventas 1") !=
	     200;)
		assert_true(clock_mono_us() < until);
	assert_int_equal(
	    post_to("/whatsapp", "200200200", ventas, "ventas 2"), 200);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages WHERE channel = 'ventas'", 2));
	/* Each secret is for its own channel only. */
	assert_int_equal(
	    post_to("/whatsapp/ventas", "200200200", STAGE_SECRET, "ajeno"),
	    401);
	assert_int_equal(
	    post_to("/whatsapp/soporte", STAGE_NUMBER_ID, ventas, "ajeno"),
	    401);
	assert_int_equal(
	    post_to("/whatsapp/nadie", STAGE_NUMBER_ID, STAGE_SECRET, "ajeno"),
	    404);
	/* A number of another secret's channel, or of nobody: counted. */
	foreign = foreign_count();
	rows = stage_int(&stage, "SELECT count(*) FROM raw_events");
	assert_int_equal(
	    post_to("/whatsapp", "200200200", STAGE_SECRET, "ajeno"), 200);
	assert_int_equal(
	    post_to("/whatsapp", "300300300", ventas, "ajeno"), 200);
	assert_int_equal(foreign_count(), foreign + 2);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM raw_events"), rows);
	assert_int_equal(
	    stage_int(
		&stage, "SELECT count(*) FROM messages WHERE body = 'ajeno'"),
	    0);
}

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
	    cmocka_unit_test(repeats__shuffled__have_one_effect),
	    cmocka_unit_test(flipped__bits__are_not_accepted),
	    cmocka_unit_test(secrets__in_rotation__both_hold),
	    cmocka_unit_test(channels__several__get_their_own),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
