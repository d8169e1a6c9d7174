/*
 * memory_use - what the tests of use cases over a small desk share.
 *
 * Memory runs out at every place of a use case or a read, in our code and in
 * SQLite's or libpq's: each time the desk holds all of it or nothing of it,
 * nobody is told that it was saved when it was not, and the same connection
 * (or, after an end, the next program) does it then.
 */
#ifndef TESTS_LIB_MEMORY_USE_H
#define TESTS_LIB_MEMORY_USE_H

#include "tests/lib/memory_desk.h"

static const struct memory_seed *const s = &memory_seed;
static const struct page first_page = {.limit = 20};

/* The works of a program, all in one test. */
struct memory_use {
	const struct memory_work *works;
	size_t count;
};

static inline void
works__no_memory__are_done_or_not_begun(void **state)
{
	const struct memory_use *u = *state;

	memory_works(u->works, u->count);
}

static inline int
memory_use_run(const struct memory_work *works, size_t count)
{
	struct memory_use u = {works, count};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_prestate(
		works__no_memory__are_done_or_not_begun, &u),
	};

	return cmocka_run_group_tests(
	    tests, memory_desk_setup, memory_desk_teardown);
}

#endif
