/*
 * Unit tests of syncd/api/rate.
 *
 * Turned red by: what is paid that is not remembered, one bucket for all.
 */
#include "syncd/api/rate.h"
#include "common/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NOW (1000 * US_PER_SECOND)

/* How many of these requests at one time pass. */
static int
ask(struct rate *r, int64_t token, int64_t per_second, int64_t now, int times)
{
	int passed = 0;

	for (int i = 0; i < times; i++)
		passed += rate_take(r, token, per_second, now) == 0 ? 1 : 0;
	return passed;
}

static void
rate__at_once_and_later__is_what_was_said(void **state)
{
	struct rate *r = rate_new();

	(void)state;
	assert_int_equal(ask(r, 1, 10, NOW, 100), 20);
	assert_int_equal(rate_take(r, 1, 10, NOW), 1);
	assert_int_equal(ask(r, 1, 10, NOW + US_PER_SECOND, 100), 10);
	assert_int_equal(ask(r, 1, 10, NOW + 60 * US_PER_SECOND, 100), 20);
	/* One has nothing to do with the other. */
	assert_int_equal(ask(r, 2, 10, NOW + 60 * US_PER_SECOND, 100), 20);
	assert_int_equal(ask(r, 3, 0, NOW, 100), 100);
	assert_int_equal(ask(r, 4, 1, NOW, 100), 2);
	rate_free(&r);
	assert_null(r);
}

static void
rate__more_tokens_than_places__lets_them_be(void **state)
{
	struct rate *r = rate_new();

	(void)state;
	for (int64_t t = 1; t <= 3 * RATE_TOKENS; t++)
		assert_int_equal(rate_take(r, t, 1, NOW), 0);
	/* The newest are remembered. */
	assert_int_equal(ask(r, 3 * RATE_TOKENS, 1, NOW, 5), 1);
	rate_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rate__at_once_and_later__is_what_was_said),
	    cmocka_unit_test(rate__more_tokens_than_places__lets_them_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
