/* Unit tests of syncd/work/pace: how fast a channel may be sent to. */
#include "syncd/work/pace.h"
#include "common/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define T0 (1000 * US_PER_SECOND)

static void
pace_may__at_once__begins_with_two_and_grows(void **state)
{
	struct pace p;
	int64_t wait;

	(void)state;
	pace_init(&p);
	for (int i = 0; i < 2; i++) {
		assert_true(pace_may(&p, T0, &wait));
		pace_started(&p);
	}
	assert_false(pace_may(&p, T0, &wait));
	assert_int_equal(wait, 0); /* the end of a send wakes it */
	for (int i = 0; i < 20; i++)
		pace_succeeded(&p);
	assert_int_equal(p.at_once, p.at_once_max);
	pace_ended(&p);
	assert_true(pace_may(&p, T0, &wait));
	pace_failed(&p, T0);
	assert_int_equal(p.at_once, 2);
}

static void
pace_failed__ten_in_a_row__opens_the_breaker(void **state)
{
	struct pace p;
	int64_t wait, now = T0;

	(void)state;
	pace_init(&p);
	for (int i = 0; i < PACE_FAILURES_MAX - 1; i++)
		pace_failed(&p, now);
	assert_true(pace_may(&p, now, &wait));
	pace_failed(&p, now);
	assert_false(pace_may(&p, now, &wait));
	assert_int_equal(wait, US_PER_MINUTE);
	now += US_PER_MINUTE;
	assert_true(pace_may(&p, now, &wait));
	pace_started(&p);
	assert_false(pace_may(&p, now, &wait)); /* one probe only */
	pace_ended(&p);
	pace_failed(&p, now);
	assert_false(pace_may(&p, now, &wait));
	now += US_PER_MINUTE;
	assert_true(pace_may(&p, now, &wait));
	pace_succeeded(&p);
	assert_int_equal(p.failures, 0);
	assert_true(pace_may(&p, now, &wait));
}

static void
pace_pause__and_stop__hold_it(void **state)
{
	struct pace p;
	int64_t wait;

	(void)state;
	pace_init(&p);
	pace_pause(&p, T0, 30);
	pace_pause(&p, T0, 5); /* the longer one counts */
	assert_false(pace_may(&p, T0 + 6 * US_PER_SECOND, &wait));
	assert_int_equal(wait, 24 * US_PER_SECOND);
	assert_true(pace_may(&p, T0 + 30 * US_PER_SECOND, &wait));
	p.stopped = true;
	assert_false(pace_may(&p, T0 + US_PER_HOUR, &wait));
	assert_int_equal(wait, 0); /* a person wakes it */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pace_may__at_once__begins_with_two_and_grows),
	    cmocka_unit_test(pace_failed__ten_in_a_row__opens_the_breaker),
	    cmocka_unit_test(pace_pause__and_stop__hold_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
