/*
 * Unit tests of syncd/work/outbox_run: real sends to the rehearsal provider,
 * and their verdicts in the desk.
 */
#include "tests/lib/parts_fixture.h"

#define STATE(n) "SELECT COUNT(*) FROM outbox WHERE state = " #n

/* A conversation of a customer, and what we write there. */
static int64_t
customer(struct parts *p, const char *number, const char *provider_id)
{
	struct inbound_message in = talk_message(provider_id, "Hola", 0);

	in.number = number;
	return talk_receive(p->f, &in).conversation_id;
}

static bool
three_are_counted(struct parts *p)
{
	return (int)metric_value(p->d.figures[FIGURE_SENDS], VERDICT_SENT) == 3;
}

static void
outbox_run__messages_to_one_customer__keep_their_order(void **state)
{
	struct parts *p = *state;
	int64_t conv = customer(p, "34600111222", "wamid.1");

	/* The first one is refused for now, the others must not overtake. */
	assert_true(provider_order(p->provider, "503", 1));
	talk_send(p->f, conv, "uno");
	talk_send(p->f, conv, "dos");
	talk_send(p->f, conv, "tres");
	outbox_run_wake(p->d.outbox);
	parts_wait_int(p, STATE(2), 3);
	assert_int_equal(provider_sent_count(p->provider), 3);
	assert_int_equal(
	    talk_int(p->f, "SELECT COUNT(*) FROM outbox a JOIN outbox b"
			   " ON a.id < b.id AND a.sent_us >= b.sent_us"),
	    0);
	assert_int_equal(
	    talk_int(p->f, "SELECT attempts FROM outbox ORDER BY id LIMIT 1"),
	    2);
	/* The loop hears of the last commit a moment after the desk has it. */
	parts_wait(p, three_are_counted, "three sends in the figures");
}

static void
outbox_run__cut_after_the_request__is_uncertain(void **state)
{
	struct parts *p = *state;

	assert_true(provider_order(p->provider, "cut-after", 1));
	talk_send(p->f, customer(p, "34600111222", "wamid.1"), "uno");
	outbox_run_wake(p->d.outbox);
	parts_wait_int(p, STATE(3), 1);
	/* It is never sent again by itself. */
	outbox_run_wake(p->d.outbox);
	for (int i = 0; i < 20; i++)
		uv_run(&p->loop, UV_RUN_NOWAIT);
	assert_int_equal(provider_sent_count(p->provider), 1);
	assert_int_equal(talk_int(p->f, STATE(3)), 1);
}

static void
outbox_run__error_for_good__is_dead(void **state)
{
	struct parts *p = *state;

	assert_true(provider_order(p->provider, "now-131047", 1));
	talk_send(p->f, customer(p, "34600111222", "wamid.1"), "uno");
	talk_send(p->f, customer(p, "34600333444", "wamid.2"), "dos");
	outbox_run_wake(p->d.outbox);
	parts_wait_int(p, STATE(5), 1);
	parts_wait_int(p, STATE(2), 1);
}

static bool
has_sent(struct parts *p)
{
	return provider_sent_count(p->provider) > 0;
}

static bool
is_idle(struct parts *p)
{
	return outbox_run_is_idle(p->d.outbox);
}

static void
outbox_run_stop__send_under_way__gets_its_verdict(void **state)
{
	struct parts *p = *state;
	int64_t conv = customer(p, "34600111222", "wamid.1");

	assert_true(provider_order(p->provider, "slow", 1));
	talk_send(p->f, conv, "uno");
	talk_send(p->f, conv, "dos");
	outbox_run_wake(p->d.outbox);
	parts_wait(p, has_sent, "the request");
	assert_int_equal(talk_int(p->f, STATE(1)), 1);
	outbox_run_stop(p->d.outbox);
	parts_wait(p, is_idle, "the verdict");
	assert_int_equal(talk_int(p->f, STATE(2)), 1);
	assert_int_equal(talk_int(p->f, STATE(0)), 1); /* not begun any more */
}

static void
outbox_run_stop__claimed_meanwhile__is_given_back(void **state)
{
	struct parts *p = *state;

	talk_send(p->f, customer(p, "34600111222", "wamid.1"), "uno");
	outbox_run_wake(p->d.outbox); /* the claim is with the committer */
	outbox_run_stop(p->d.outbox);
	parts_wait(p, is_idle, "the claim's end");
	assert_int_equal(provider_sent_count(p->provider), 0);
	assert_int_equal(
	    talk_int(p->f, "SELECT COUNT(*) FROM outbox WHERE state = 0"
			   " AND attempts = 0"),
	    1);
}

static void
outbox_run__verdict_not_kept__is_recorded_later(void **state)
{
	struct parts *p = *state;

	assert_true(provider_order(p->provider, "slow", 1));
	talk_send(p->f, customer(p, "34600111222", "wamid.1"), "uno");
	outbox_run_wake(p->d.outbox);
	parts_wait(p, has_sent, "the request");
	parts_fail_after(p, 1); /* the next write: the verdict's */
	parts_wait_int(p, STATE(2), 1);
	assert_int_equal(provider_sent_count(p->provider), 1);
}

static void
outbox_run__channel_gone_from_the_configuration__is_dead(void **state)
{
	struct parts *p = *state;
	struct channels_ref *none = calloc(1, sizeof(*none));

	talk_send(p->f, customer(p, "34600111222", "wamid.1"), "uno");
	atomic_init(&none->refs, 1);
	channels_ref_drop(&p->d.channels);
	p->d.channels = none;
	outbox_run_wake(p->d.outbox);
	parts_wait_int(p, STATE(5), 1);
	assert_int_equal(provider_sent_count(p->provider), 0);
}

static void
outbox_run__reload_while_sending__changes_nothing_under_way(void **state)
{
	struct parts *p = *state;
	struct channels_ref *none = calloc(1, sizeof(*none));

	assert_true(provider_order(p->provider, "slow", 1));
	talk_send(p->f, customer(p, "34600111222", "wamid.1"), "uno");
	outbox_run_wake(p->d.outbox);
	parts_wait(p, has_sent, "the request");
	atomic_init(&none->refs, 1);
	channels_ref_drop(&p->d.channels);
	p->d.channels = none;
	outbox_run_reload_states(p->d.outbox);
	parts_wait_int(p, STATE(2), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PARTS_TEST(outbox_run__messages_to_one_customer__keep_their_order),
	    PARTS_TEST(outbox_run__cut_after_the_request__is_uncertain),
	    PARTS_TEST(outbox_run__error_for_good__is_dead),
	    PARTS_TEST(outbox_run_stop__send_under_way__gets_its_verdict),
	    PARTS_TEST(outbox_run_stop__claimed_meanwhile__is_given_back),
	    PARTS_TEST(outbox_run__verdict_not_kept__is_recorded_later),
	    PARTS_TEST(
		outbox_run__channel_gone_from_the_configuration__is_dead),
	    PARTS_TEST(
		outbox_run__reload_while_sending__changes_nothing_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
