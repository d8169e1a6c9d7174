/*
 * desk_test - what unit tests over a desk fixture begin with: cmocka, a
 * fixture for each test, and assertions that show the sentence.
 */
#ifndef TESTS_LIB_DESK_TEST_H
#define TESTS_LIB_DESK_TEST_H

#include "common/clock.h"
#include "tests/lib/desk_fixture.h"
#include "tests/lib/engine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static inline int
desk_test_setup(void **state)
{
	struct desk_fixture *f = calloc(1, sizeof(*f));

	desk_fixture_make(f);
	*state = f;
	return 0;
}

static inline int
desk_test_teardown(void **state)
{
	desk_fixture_remove(*state);
	free(*state);
	return 0;
}

/* A row of the table of tests: each on a fresh desk. */
#define DESK_TEST(t)                                                           \
	cmocka_unit_test_setup_teardown(t, desk_test_setup, desk_test_teardown)

#define DESK_TEST_NOW INT64_C(1790000000000000)

static inline int
desk_test_setup_now(void **state)
{
	int rc = desk_test_setup(state);

	clock_fake_wall(DESK_TEST_NOW);
	return rc;
}

static inline int
desk_test_teardown_now(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

/* The same at a moment of its own, which stands unless the test moves it. */
#define DESK_TEST_AT_NOW(t)                                                    \
	cmocka_unit_test_setup_teardown(                                       \
	    t, desk_test_setup_now, desk_test_teardown_now)

/* The call's result, with its sentence when it is another one. */
#define assert_rc(call, expected)                                              \
	do {                                                                   \
		int rc_ = (call);                                              \
		if (rc_ != (expected))                                         \
			fail_msg("%s: %d, not %d: %s", #call, rc_, (expected), \
			    err.text);                                         \
	} while (0)
#define assert_ok(call) assert_rc(call, 0)

#endif
