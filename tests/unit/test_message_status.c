/* Unit tests of db/records/message_status, with a plain model beside it. */
#include "common/digest.h"
#include "db/core/op.h"
#include "tests/lib/talk_test.h"
#include <stdio.h>

/* Claim what is due and answer it with an id each; their count. */
static size_t
claim(struct desk_fixture *f, struct outbox_item **rows)
{
	struct err err = ERR_INIT;
	int64_t next;
	size_t count;

	talk_system(f);
	assert_ok(outbox_claim(
	    f->d, "t", 60, 2000, 2000, NULL, rows, &count, &next, &err));
	return count;
}

static bool
status(struct desk_fixture *f, const char *provider_id, const char *callback,
    const char *word, int error_code)
{
	const struct inbound_status in = {.channel = TALK_CHANNEL,
	    .provider_id = provider_id,
	    .callback = callback,
	    .status = word,
	    .recipient = TALK_NUMBER,
	    .error_code = error_code,
	    .error_text = error_code != 0 ? "no" : "",
	    .at_us = TALK_T0};
	struct err err = ERR_INIT;
	bool duplicate;

	talk_system(f);
	assert_ok(message_status(f->d, &in, &duplicate, &err));
	return duplicate;
}

static enum message_state
state_of(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	enum message_state s;
	struct message m;

	assert_ok(message_get(f->d, id, &m, &err));
	s = m.state;
	message_clear(&m);
	return s;
}

/* A message that was claimed; row is the caller's. */
static int64_t
sending(struct desk_fixture *f, struct outbox_item **row)
{
	int64_t conv = talk_says(f, "wamid.in", "Hola"), id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = talk_send(f, conv, "Buenas");
	assert_int_equal(claim(f, row), 1);
	assert_int_equal(state_of(f, id), MESSAGE_SENDING);
	return id;
}

static void
message_status__ranks__never_fall(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct outbox_item *row;
	int64_t id = sending(f, &row);

	assert_ok(outbox_sent(f->d, row->id, "wamid.1", "", &err));
	assert_int_equal(state_of(f, id), MESSAGE_SENT);
	assert_false(status(f, "wamid.1", "", "read", 0));
	assert_int_equal(state_of(f, id), MESSAGE_READ);
	assert_false(status(f, "wamid.1", "", "delivered", 0));
	assert_false(status(f, "wamid.1", "", "failed", 131047));
	assert_false(status(f, "wamid.1", "", "typed", 0));
	assert_int_equal(state_of(f, id), MESSAGE_READ);
	assert_true(status(f, "wamid.1", "", "read", 0));
	outbox_list_free(&row, 1);
}

static void
message_status__failed_then_delivered__raises(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct outbox_item *row;
	int64_t id = sending(f, &row);
	struct message m;

	assert_ok(outbox_sent(f->d, row->id, "wamid.1", "", &err));
	status(f, "wamid.1", "", "failed", 131047);
	assert_ok(message_get(f->d, id, &m, &err));
	assert_int_equal(m.state, MESSAGE_FAILED);
	assert_int_equal(m.error_code, 131047);
	message_clear(&m);
	status(f, "wamid.1", "", "delivered", 0);
	assert_ok(message_get(f->d, id, &m, &err));
	assert_int_equal(m.state, MESSAGE_DELIVERED);
	assert_int_equal(m.error_code, 0);
	message_clear(&m);
	outbox_list_free(&row, 1);
}

static void
message_status__before_the_answer__is_matched_later(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct outbox_item *row;
	int64_t id = sending(f, &row);

	status(f, "wamid.1", "", "sent", 0);
	status(f, "wamid.1", "", "delivered", 0);
	assert_int_equal(state_of(f, id), MESSAGE_SENDING);
	assert_ok(outbox_sent(f->d, row->id, "wamid.1", "", &err));
	assert_int_equal(state_of(f, id), MESSAGE_DELIVERED);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM message_statuses"
				     " WHERE message_id IS NULL"),
	    0);
	outbox_list_free(&row, 1);
}

static void
message_status__callback__settles_what_is_uncertain(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct outbox_item *row;
	int64_t id = sending(f, &row);

	assert_ok(outbox_uncertain(f->d, row->id, "time-out", &err));
	assert_int_equal(state_of(f, id), MESSAGE_UNCERTAIN);
	status(f, "wamid.1", row->callback, "sent", 0);
	assert_int_equal(state_of(f, id), MESSAGE_SENT);
	assert_int_equal(talk_int(f, "SELECT state FROM outbox"), OUTBOX_SENT);
	/* Now the id is known. */
	status(f, "wamid.1", "", "read", 0);
	assert_int_equal(state_of(f, id), MESSAGE_READ);
	outbox_list_free(&row, 1);
}

/* ---- every event five times, shuffled, against a model ---- */

#define MESSAGES 250
#define COPIES   5
#define EVENTS   (MESSAGES * 4)

struct event {
	int message; /* 0 to MESSAGES - 1 */
	int what;    /* 0: the customer writes; else a status */
};

static const char *const words[] = {"", "sent", "delivered", "read", "failed"};

static uint32_t seed = 1;

static uint32_t
chance(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)seed * limit) >> 32);
}

static void
shuffle(struct event *e, size_t n)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t k = chance((uint32_t)i + 1);
		struct event t = e[i];

		e[i] = e[k];
		e[k] = t;
	}
}

/* The best that was reported; a failure counts below delivered. */
static enum message_state
model(const bool had[5])
{
	if (had[3])
		return MESSAGE_READ;
	if (had[2])
		return MESSAGE_DELIVERED;
	return had[4] ? MESSAGE_FAILED : MESSAGE_SENT;
}

static void
feed(struct desk_fixture *f, const struct event *e)
{
	char id[32];

	if (e->what == 0) {
		snprintf(id, sizeof(id), "in.%d", e->message);
		struct inbound_message in = talk_message(
		    id, "texto", TALK_T0 - (e->message + 1) * US_PER_SECOND);

		talk_receive(f, &in);
		return;
	}
	snprintf(id, sizeof(id), "out.%d", e->message);
	status(f, id, "", words[e->what], e->what == 4 ? 131047 : 0);
}

static void
message_status__shuffled_copies__have_one_effect(void **state)
{
	static struct event events[EVENTS * COPIES];
	static bool had[MESSAGES][5];
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct outbox_item *rows;
	int64_t conv = talk_says(f, "wamid.in", "Hola"), ids[MESSAGES];
	size_t n = 0;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < MESSAGES; i++)
		ids[i] = talk_send(f, conv, "Buenas");
	for (int i = 0; i < MESSAGES; i++)
		for (int k = 0; k < 4; k++) {
			struct event e = {i, k == 0 ? 0 : 1 + (int)chance(4)};

			had[i][e.what] = true;
			for (int copy = 0; copy < COPIES; copy++)
				events[n++] = e;
		}
	shuffle(events, n);
	assert_ok(db_batch_begin(f->d, &err));
	for (size_t i = 0; i < n; i++) {
		/* The sends, one after the other, come in between. */
		if (i % (n / MESSAGES) == 0 && i / (n / MESSAGES) < MESSAGES) {
			char id[32];

			assert_int_equal(claim(f, &rows), 1);
			snprintf(id, sizeof(id), "out.%d",
			    (int)(rows->record_id - ids[0]));
			assert_ok(outbox_sent(f->d, rows->id, id, "", &err));
			outbox_list_free(&rows, 1);
		}
		feed(f, &events[i]);
	}
	assert_ok(db_batch_end(f->d, &err));
	for (int i = 0; i < MESSAGES; i++)
		if (state_of(f, ids[i]) != model(had[i]))
			fail_msg("message %d is %s, not %s", i,
			    message_state_names[state_of(f, ids[i])],
			    message_state_names[model(had[i])]);
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM messages WHERE inbound = 1"),
	    MESSAGES + 1);
	assert_int_equal(talk_get(f, conv).unread, MESSAGES + 1);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM conversations"), 1);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM message_statuses"
				     " WHERE message_id IS NULL"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(message_status__ranks__never_fall),
	    TALK_TEST(message_status__failed_then_delivered__raises),
	    TALK_TEST(message_status__before_the_answer__is_matched_later),
	    TALK_TEST(message_status__callback__settles_what_is_uncertain),
	    TALK_TEST(message_status__shuffled_copies__have_one_effect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
