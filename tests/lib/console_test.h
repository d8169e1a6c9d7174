/*
 * console_test - what tests of screens begin with: cmocka and a fixture for
 * each test.
 */
#ifndef TESTS_LIB_CONSOLE_TEST_H
#define TESTS_LIB_CONSOLE_TEST_H

#include "tests/lib/console_fixture.h"
#include "tests/lib/console_seed.h"
#include "tests/lib/golden.h"
#include "tui/screens/screens.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static inline int
console_test_setup(void **state)
{
	struct console_fixture *f = calloc(1, sizeof(*f));

	console_fixture_make(f);
	*state = f;
	return 0;
}

static inline int
console_test_teardown(void **state)
{
	console_fixture_remove(*state);
	free(*state);
	return 0;
}

#define SCREEN_TEST(t)                                                         \
	cmocka_unit_test_setup_teardown(                                       \
	    t, console_test_setup, console_test_teardown)

#endif
