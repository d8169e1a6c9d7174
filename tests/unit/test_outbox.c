/* Unit tests of db/records/outbox and outbox_claim. */
#include "db/core/op.h"
#include "tests/lib/talk_test.h"

#define SECOND US_PER_SECOND

struct claimed {
	struct outbox_item *rows;
	size_t count;
	int64_t next_us;
};

static struct claimed
claim(struct desk_fixture *f, int limit, int per_channel,
    const struct outbox_rule *rules)
{
	struct err err = ERR_INIT;
	struct claimed c;

	desk_act_as_system(f->d, 0);
	assert_ok(outbox_claim(f->d, "t", 60, limit, per_channel, rules,
	    &c.rows, &c.count, &c.next_us, &err));
	talk_system(f);
	return c;
}

static void
claimed_clear(struct claimed *c)
{
	outbox_list_free(&c->rows, c->count);
}

/* A row of a tenant, for a receipt, without a message behind it. */
static void
promise(struct desk_fixture *f, int64_t tenant_id, const char *channel,
    int64_t not_before_us, int64_t expires_us)
{
	const struct outbox_promise in = {.channel = channel,
	    .kind = OUTBOX_MARK_READ,
	    .intent = "{}",
	    .not_before_us = not_before_us,
	    .expires_us = expires_us};
	struct err err = ERR_INIT;
	struct op op;

	desk_act_as_system(f->d, tenant_id);
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_ok(op_end(
	    f->d, &op, outbox_promise(f->d, &op, &in, NULL, &err), &err));
}

static uint32_t
least(uint32_t limit)
{
	(void)limit;
	return 0;
}

static uint32_t
most(uint32_t limit)
{
	return limit - 1;
}

static void
outbox_schedule__jitter__stays_within(void **state)
{
	static const int64_t low[] = {
	    0, 0, 240, 1440, 5760, 14400, 28800, 40320, 57600, 69120};
	static const int64_t high[] = {
	    0, 5, 360, 2160, 8640, 21600, 43200, 60480, 86400, 103680};

	(void)state;
	for (int i = 0; i < OUTBOX_TRIES; i++) {
		outbox_set_random(least);
		assert_int_equal(outbox_schedule_s(i), low[i]);
		outbox_set_random(most);
		assert_int_equal(outbox_schedule_s(i), high[i]);
	}
	outbox_set_random(NULL);
	assert_int_equal(outbox_schedule_s(OUTBOX_TRIES), -1);
	assert_int_equal(outbox_schedule_s(-1), -1);
}

static void
outbox_claim__tenants__take_turns(void **state)
{
	struct desk_fixture *f = *state;
	struct claimed c;

	for (int i = 0; i < 20; i++)
		promise(f, f->other.id, "a", 0, 0);
	clock_fake_wall(TALK_T0 + SECOND);
	for (int i = 0; i < 3; i++)
		promise(f, f->demo.id, "b", 0, 0);
	c = claim(f, 6, 10, NULL);
	assert_int_equal(c.count, 6);
	for (int i = 0; i < 6; i++)
		assert_int_equal(
		    c.rows[i].tenant_id, i % 2 == 0 ? f->other.id : f->demo.id);
	/* More is due at once. */
	assert_int_equal(c.next_us, TALK_T0 + SECOND);
	claimed_clear(&c);
}

static void
outbox_claim__channels__are_capped_and_skipped(void **state)
{
	static const struct outbox_rule rules[] = {
	    {"b", true, 0}, {NULL, false, 0}};
	struct desk_fixture *f = *state;
	struct claimed c;

	for (int i = 0; i < 5; i++) {
		promise(f, f->demo.id, "a", 0, 0);
		promise(f, f->demo.id, "b", 0, 0);
	}
	c = claim(f, 10, 2, rules);
	assert_int_equal(c.count, 2);
	assert_string_equal(c.rows[0].channel, "a");
	assert_string_equal(c.rows[1].channel, "a");
	assert_int_equal(c.rows[0].attempts, 1);
	claimed_clear(&c);
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM outbox WHERE state = 1"
			" AND attempts = 1"),
	    2);
}

/* How many are claimed at once, and in us after T0 when there are more. */
static int64_t
claim_at(struct desk_fixture *f, int64_t us, const struct outbox_rule *rules,
    size_t wanted)
{
	struct claimed c;
	int64_t next_us;

	clock_fake_wall(TALK_T0 + us);
	c = claim(f, 100, 100, rules);
	if (c.count != wanted)
		fail_msg("%d us: %zu, not %zu", (int)us, c.count, wanted);
	next_us = c.next_us - TALK_T0;
	claimed_clear(&c);
	return next_us;
}

static void
outbox_claim__pace__is_kept_whoever_claims(void **state)
{
	static const struct outbox_rule rules[] = {
	    {"a", false, 20}, {"b", false, 1}, {NULL, false, 0}};
	struct desk_fixture *f = *state;

	for (int i = 0; i < 20; i++)
		promise(f, f->demo.id, "a", 0, 0);
	/* A tenth of a second's worth, then one every 50 ms. */
	assert_int_equal(claim_at(f, 0, rules, 2), 50000);
	assert_int_equal(claim_at(f, 0, rules, 0), 50000);
	assert_int_equal(claim_at(f, 49999, rules, 0), 50000);
	assert_int_equal(claim_at(f, 50000, rules, 1), 100000);
	assert_int_equal(claim_at(f, 130000, rules, 1), 150000);
	assert_int_equal(claim_at(f, 150000, rules, 1), 200000);
	/* A long rest saves up no more. */
	assert_int_equal(claim_at(f, 9 * SECOND, rules, 2), 9050000);
	/* Another channel has a pace of its own. */
	promise(f, f->demo.id, "b", 0, 0);
	promise(f, f->demo.id, "b", 0, 0);
	assert_int_equal(claim_at(f, 9 * SECOND, rules, 1), 9050000);
	/* Nobody else's; and what the clock was set back by is not waited. */
	for (int i = 0; i < 3; i++)
		promise(f, f->other.id, "a", 0, 0);
	assert_int_equal(claim_at(f, 9 * SECOND, rules, 2), 9050000);
	clock_fake_wall(TALK_T0 - US_PER_HOUR);
	for (int i = 0; i < 3; i++)
		promise(f, f->demo.id, "a", 0, 0);
	assert_int_equal(
	    claim_at(f, -US_PER_HOUR, rules, 2), 50000 - US_PER_HOUR);
}

static void
outbox_claim__nothing_due__tells_when(void **state)
{
	struct desk_fixture *f = *state;
	struct claimed c = claim(f, 9, 9, NULL);

	assert_int_equal(c.count, 0);
	assert_int_equal(c.next_us, 0);
	promise(f, f->demo.id, "a", TALK_T0 + 5 * SECOND, 0);
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 0);
	assert_int_equal(c.next_us, TALK_T0 + 5 * SECOND);
	clock_fake_wall(TALK_T0 + 5 * SECOND);
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.next_us, TALK_T0 + 65 * SECOND);
	claimed_clear(&c);
}

static void
outbox_claim__expired__is_dead_with_the_reason(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), id;
	struct err err = ERR_INIT;
	struct message m;
	struct claimed c;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = talk_send(f, conv, "Buenas");
	clock_fake_wall(TALK_T0 + WHATSAPP_WINDOW_US);
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 0);
	assert_int_equal(talk_int(f, "SELECT state FROM outbox"), OUTBOX_DEAD);
	assert_ok(message_get(f->d, id, &m, &err));
	assert_int_equal(m.state, MESSAGE_FAILED);
	assert_string_not_equal(m.error_text, "");
	message_clear(&m);
}

static void
outbox_claim__lease_ran_out__is_uncertain(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), id;
	struct err err = ERR_INIT;
	struct claimed c;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = talk_send(f, conv, "Buenas");
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 1);
	clock_fake_wall(TALK_T0 + 59 * SECOND);
	claimed_clear(&c);
	c = claim(f, 9, 9, NULL);
	assert_int_equal(
	    talk_int(f, "SELECT state FROM outbox"), OUTBOX_SENDING);
	clock_fake_wall(TALK_T0 + 60 * SECOND);
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 0);
	assert_int_equal(
	    talk_int(f, "SELECT state FROM outbox"), OUTBOX_UNCERTAIN);
	/* A person settles it. */
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	int64_t row = talk_int(f, "SELECT id FROM outbox");

	assert_ok(outbox_resolve(f->d, row, false, &err));
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.rows[0].record_id, id);
	assert_int_equal(c.rows[0].attempts, 1);
	claimed_clear(&c);
}

/* What is due is read, and the pace leaves no room for any of it. */
static void
outbox_claim__lease_ran_out_and_no_room__claims_nothing(void **state)
{
	static const struct outbox_rule rules[] = {
	    {TALK_CHANNEL, false, 1}, {NULL, false, 0}};
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.2", "Hola", 0);
	int64_t one = talk_says(f, "wamid.1", "Hola"), other;
	struct err err = ERR_INIT;
	struct claimed c;

	in.number = "34600111333";
	other = talk_receive(f, &in).conversation_id;
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)talk_send(f, one, "Buenas");
	c = claim(f, 9, 9, rules);
	assert_int_equal(c.count, 1);
	claimed_clear(&c);
	clock_fake_wall(TALK_T0 + 60 * SECOND);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)talk_send(f, other, "Buenas");
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE counters SET value = $1 WHERE name = 'pace:" TALK_CHANNEL
	    "'",
	    BINDS(b_int(TALK_T0 + 90 * SECOND)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	c = claim(f, 9, 9, rules);
	assert_int_equal(c.count, 0);
	assert_null(c.rows);
	assert_int_equal(
	    talk_int(f, "SELECT count(*) FROM outbox WHERE state = 3"), 1);
	assert_int_equal(
	    talk_int(f, "SELECT count(*) FROM outbox WHERE state = 0"), 1);
}

static void
outbox_verdicts__each__sets_row_and_message(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), row;
	struct err err = ERR_INIT;
	struct outbox_counts n;
	struct claimed c;
	char *shown = NULL;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	talk_send(f, conv, "Buenas");
	c = claim(f, 9, 9, NULL);
	row = c.rows[0].id;
	claimed_clear(&c);
	assert_ok(outbox_retry(f->d, row, TALK_T0 + SECOND, 131000,
	    "try \x1b[31m later", "{}", &err));
	assert_ok(db_text(
	    f->d->db, &shown, "SELECT error_text FROM outbox", NO_BINDS, &err));
	assert_non_null(strstr(shown, "[31m later"));
	assert_null(strchr(shown, '\x1b'));
	free(shown);
	assert_int_equal(talk_int(f, "SELECT state FROM messages"
				     " WHERE inbound = 0"),
	    MESSAGE_DUE);
	clock_fake_wall(TALK_T0 + SECOND);
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.rows[0].attempts, 2);
	claimed_clear(&c);
	assert_ok(outbox_give_back(f->d, row, TALK_T0 + 2 * SECOND, &err));
	assert_int_equal(talk_int(f, "SELECT attempts FROM outbox"), 1);
	clock_fake_wall(TALK_T0 + 2 * SECOND);
	c = claim(f, 9, 9, NULL);
	claimed_clear(&c);
	assert_ok(outbox_dead(f->d, row, 131026, "nobody there", "", &err));
	assert_int_equal(talk_int(f, "SELECT state FROM messages"
				     " WHERE inbound = 0"),
	    MESSAGE_FAILED);
	assert_ok(outbox_count(f->d, &n, &err));
	assert_int_equal(n.by_state[OUTBOX_DEAD], 1);
	/* Settled: a late verdict changes nothing. */
	assert_ok(outbox_retry(f->d, row, 0, 1, "x", "", &err));
	assert_int_equal(talk_int(f, "SELECT state FROM outbox"), OUTBOX_DEAD);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(outbox_replay(f->d, row, &err));
	c = claim(f, 9, 9, NULL);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.rows[0].attempts, 1);
	claimed_clear(&c);
	assert_ok(outbox_sent(f->d, row, "wamid.9", TALK_NUMBER, &err));
	assert_int_equal(talk_int(f, "SELECT state FROM messages"
				     " WHERE provider_id = 'wamid.9'"),
	    MESSAGE_SENT);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(outbox_replay(f->d, row, &err), OD_ENOTFOUND);
}

static void
outbox_sent__other_number__is_kept_for_the_answer(void **state)
{
	struct desk_fixture *f = *state;
	int64_t conv = talk_says(f, "wamid.1", "Hola");
	struct inbound_message in = talk_message("wamid.2", "Sí", 0);
	struct err err = ERR_INIT;
	struct claimed c;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	talk_send(f, conv, "Buenas");
	c = claim(f, 9, 9, NULL);
	assert_ok(
	    outbox_sent(f->d, c.rows[0].id, "wamid.9", "5215512345678", &err));
	claimed_clear(&c);
	in.number = "5215512345678";
	assert_int_equal(talk_receive(f, &in).conversation_id, conv);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM contacts"), 1);
}

/* The only row that may go now; 0 when there is none. */
static int64_t
claim_message(struct desk_fixture *f)
{
	struct claimed c = claim(f, 9, 9, NULL);
	int64_t id = c.count > 0 ? c.rows[0].id : 0;

	assert_true(c.count <= 1);
	claimed_clear(&c);
	return id;
}

static void
outbox_claim__one_conversation__keeps_its_order(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), first, second;

	talk_send(f, conv, "uno");
	talk_send(f, conv, "dos");
	first = claim_message(f);
	assert_int_not_equal(first, 0);
	/* On its way: the second waits. */
	clock_fake_wall(TALK_T0 + SECOND);
	assert_int_equal(claim_message(f), 0);
	/* To be tried again: the second still waits, also when it is due. */
	assert_ok(outbox_retry(
	    f->d, first, TALK_T0 + 300 * SECOND, 0, "later", "", &err));
	assert_int_equal(claim_message(f), 0);
	clock_fake_wall(TALK_T0 + 300 * SECOND);
	assert_int_equal(claim_message(f), first);
	assert_ok(outbox_sent(f->d, first, "wamid.o1", "", &err));
	second = claim_message(f);
	assert_true(second > first);
}

static void
outbox_claim__other_conversations__are_not_held_back(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.2", "Hola", 0);
	struct err err = ERR_INIT;
	int64_t conv = talk_says(f, "wamid.1", "Hola"), other, first, id;

	in.number = "34600333444";
	other = talk_receive(f, &in).conversation_id;
	talk_send(f, conv, "uno");
	first = claim_message(f);
	clock_fake_wall(TALK_T0 + SECOND);
	assert_ok(outbox_give_back(f->d, first, TALK_T0 + 60 * SECOND, &err));
	talk_send(f, conv, "dos");
	assert_int_equal(claim_message(f), 0); /* given back: first again */
	talk_send(f, other, "tres");
	id = claim_message(f);
	assert_int_not_equal(id, 0);
	talk_system(f);
	assert_int_equal(talk_int(f, "SELECT m.conversation_id FROM messages m"
				     " JOIN outbox o ON o.record_id = m.id"
				     " WHERE o.state = 1"),
	    other);
}

/* Programs of schema 1 do not say which conversation a message is in. */
static void
outbox_claim__promise_of_an_older_program__keeps_its_order(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t conv = talk_says(f, "wamid.1", "Hola");

	talk_send(f, conv, "uno");
	talk_send(f, conv, "dos");
	talk_system(f);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, "UPDATE outbox SET conversation_id = NULL",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_int_not_equal(claim_message(f), 0);
	assert_int_equal(claim_message(f), 0);
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox"
				     " WHERE conversation_id IS NULL"),
	    0);
}

/* What was two conversations is one, also in the outbox. */
static void
outbox_claim__joined_conversations__keep_one_order(void **state)
{
	struct desk_fixture *f = *state;
	struct inbound_message in = talk_message("wamid.2", "dos", 0);
	int64_t one = talk_says(f, "wamid.1", "uno"), other;

	in.number = "";
	in.user_id = "US.123";
	other = talk_receive(f, &in).conversation_id;
	assert_int_not_equal(one, other);
	talk_send(f, one, "a uno");
	talk_send(f, other, "a dos");
	in = talk_message("wamid.3", "tres", 0);
	in.user_id = "US.123";
	one = talk_receive(f, &in).conversation_id;
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM outbox o"
				     " JOIN messages m ON m.id = o.record_id"
				     " AND m.conversation_id"
				     " = o.conversation_id"),
	    2);
	assert_int_not_equal(claim_message(f), 0);
	assert_int_equal(claim_message(f), 0);
}

static void
outbox_claim__tried_and_new__take_turns(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct claimed c;
	int tried = 0;

	for (int i = 0; i < 6; i++)
		promise(f, f->demo.id, "a", 0, 0);
	c = claim(f, 6, 6, NULL);
	assert_int_equal(c.count, 6);
	for (int i = 0; i < 6; i++)
		assert_ok(outbox_retry(f->d, c.rows[i].id, TALK_T0 + SECOND, 0,
		    "later", "", &err));
	claimed_clear(&c);
	clock_fake_wall(TALK_T0 + 2 * SECOND);
	for (int i = 0; i < 6; i++)
		promise(f, f->demo.id, "a", 0, 0);
	c = claim(f, 6, 6, NULL);
	assert_int_equal(c.count, 6);
	for (int i = 0; i < 6; i++)
		tried += c.rows[i].attempts > 1;
	assert_int_equal(tried, 3);
	claimed_clear(&c);
	/* One at a time: whichever the coin shows. */
	outbox_set_random(least);
	c = claim(f, 1, 1, NULL);
	assert_int_equal(c.rows[0].attempts, 2);
	claimed_clear(&c);
	outbox_set_random(most);
	c = claim(f, 1, 1, NULL);
	assert_int_equal(c.rows[0].attempts, 1);
	claimed_clear(&c);
	outbox_set_random(NULL);
}

static bool
is_claimed(struct desk_fixture *f, const struct claimed *c)
{
	struct err err = ERR_INIT;
	bool is;

	assert_ok(outbox_is_claimed(f->d, &c->rows[0], &is, &err));
	return is;
}

static void
outbox_is_claimed__by_another_since__is_not(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct claimed first, again;

	talk_send(f, talk_says(f, "wamid.1", "Hola"), "uno");
	first = claim(f, 1, 1, NULL);
	assert_true(is_claimed(f, &first));
	/* Its lease ends: uncertain, and its daemon may still know. */
	clock_fake_wall(TALK_T0 + 61 * SECOND);
	again = claim(f, 1, 1, NULL);
	assert_int_equal(again.count, 0);
	assert_true(is_claimed(f, &first));
	/* A person has it sent again, and another one does that. */
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(outbox_resolve(f->d, first.rows[0].id, false, &err));
	assert_false(is_claimed(f, &first));
	again = claim(f, 1, 1, NULL);
	assert_int_equal(again.count, 1);
	assert_int_equal(again.rows[0].attempts, first.rows[0].attempts);
	assert_true(is_claimed(f, &again));
	assert_false(is_claimed(f, &first));
	assert_ok(outbox_sent(f->d, again.rows[0].id, "", "", &err));
	assert_false(is_claimed(f, &again));
	claimed_clear(&first);
	claimed_clear(&again);
}

static void
outbox_unclaim__what_nobody_knows_of__is_due_again(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct claimed known, lost, again;

	promise(f, f->demo.id, "a", 0, 0);
	known = claim(f, 1, 1, NULL);
	promise(f, f->other.id, "a", 0, 0);
	promise(f, f->demo.id, "b", 0, 0);
	lost = claim(f, 9, 9, NULL);
	assert_int_equal(lost.count, 2);
	desk_act_as_system(f->d, 0);
	assert_ok(outbox_unclaim(f->d, "u", NULL, 0, &err)); /* not his */
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM outbox WHERE state = 1"), 3);
	assert_ok(outbox_unclaim(f->d, "t", &known.rows[0].id, 1, &err));
	assert_int_equal(f->d->actor.tenant_id, 0);
	assert_int_equal(
	    talk_int(f, "SELECT COUNT(*) FROM outbox WHERE state = 0"
			" AND attempts = 0"),
	    2);
	again = claim(f, 9, 9, NULL);
	assert_int_equal(again.count, 2);
	assert_int_equal(again.rows[0].attempts, 1);
	claimed_clear(&known);
	claimed_clear(&lost);
	claimed_clear(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(outbox_schedule__jitter__stays_within),
	    TALK_TEST(outbox_claim__tenants__take_turns),
	    TALK_TEST(outbox_claim__channels__are_capped_and_skipped),
	    TALK_TEST(outbox_claim__pace__is_kept_whoever_claims),
	    TALK_TEST(outbox_is_claimed__by_another_since__is_not),
	    TALK_TEST(outbox_unclaim__what_nobody_knows_of__is_due_again),
	    TALK_TEST(outbox_claim__nothing_due__tells_when),
	    TALK_TEST(outbox_claim__expired__is_dead_with_the_reason),
	    TALK_TEST(outbox_claim__lease_ran_out__is_uncertain),
	    TALK_TEST(outbox_claim__lease_ran_out_and_no_room__claims_nothing),
	    TALK_TEST(outbox_claim__one_conversation__keeps_its_order),
	    TALK_TEST(outbox_claim__other_conversations__are_not_held_back),
	    TALK_TEST(
		outbox_claim__promise_of_an_older_program__keeps_its_order),
	    TALK_TEST(outbox_claim__joined_conversations__keep_one_order),
	    TALK_TEST(outbox_claim__tried_and_new__take_turns),
	    TALK_TEST(outbox_verdicts__each__sets_row_and_message),
	    TALK_TEST(outbox_sent__other_number__is_kept_for_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
