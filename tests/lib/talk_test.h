/*
 * talk_test - what tests of conversations and messages say again and again:
 * customers who write, and counts of rows.
 */
#ifndef TESTS_LIB_TALK_TEST_H
#define TESTS_LIB_TALK_TEST_H

#include "common/clock.h"
#include "db/records/channels.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"
#include "tests/lib/desk_test.h"

#define TALK_CHANNEL "soporte"
#define TALK_NUMBER  "34600111222"
#define TALK_T0      1795000000000000LL /* where the fake clock starts */

static inline struct inbound_message
talk_message(const char *provider_id, const char *body, int64_t at_us)
{
	return (struct inbound_message){.channel = TALK_CHANNEL,
	    .channel_kind = CHANNEL_WHATSAPP,
	    .provider_id = provider_id,
	    .number = TALK_NUMBER,
	    .user_id = "",
	    .name = "Ana",
	    .kind = MESSAGE_TEXT,
	    .kind_name = "text",
	    .body = body,
	    .detail = "",
	    .reply_to = "",
	    .at_us = at_us};
}

static inline void
talk_system(struct desk_fixture *f)
{
	desk_act_as_system(f->d, f->demo.id);
}

static inline struct inbound_result
talk_receive(struct desk_fixture *f, const struct inbound_message *in)
{
	struct err err = ERR_INIT;
	struct inbound_result r;

	talk_system(f);
	assert_ok(message_receive(f->d, in, &r, &err));
	return r;
}

/* Ana writes; the conversation's id. */
static inline int64_t
talk_says(struct desk_fixture *f, const char *provider_id, const char *body)
{
	struct inbound_message in = talk_message(provider_id, body, 0);

	return talk_receive(f, &in).conversation_id;
}

static inline struct conversation
talk_get(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct conversation c;

	assert_ok(conversation_get(f->d, id, &c, &err));
	return c;
}

static inline int64_t
talk_int(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = 0;

	assert_ok(db_int(f->d->db, &n, sql, NO_BINDS, &err));
	return n;
}

static inline int64_t
talk_send(struct desk_fixture *f, int64_t conversation_id, const char *body)
{
	struct message_new in = {.conversation_id = conversation_id,
	    .kind = MESSAGE_TEXT,
	    .body = body};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(message_send(f->d, &in, &id, &err));
	return id;
}

static inline int
talk_setup(void **state)
{
	clock_fake_wall(TALK_T0);
	return desk_test_setup(state);
}

static inline int
talk_teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

#define TALK_TEST(t)                                                           \
	cmocka_unit_test_setup_teardown(t, talk_setup, talk_teardown)

#endif
