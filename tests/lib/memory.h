/*
 * memory - memory runs out at every place of an operation, one after the
 * other.
 *
 * Each round is a process of its own, forked from one that has no thread and
 * no desk open: begin, then run with one request for memory refused (or that
 * and all after it), then after.  A round ends well in one of three ways:
 *
 *	refused    run returned a code for trouble, with a sentence
 *	tolerated  run returned 0: what was asked for is there, all of it
 *	ended      the program ended by memory_gone(), with its sentence
 *
 * A case that tells what the next program finds is killed once as well, at one
 * of its requests; every third case without MEMORY_ROUNDS.
 *
 * What is large is large because of what came from outside, and no reason to
 * end: so when all such requests are refused, but none of the small ones, a
 * round is refused or tolerated.
 *
 * Anything else (a crash, a sanitizer's finding, a leak, another code) fails
 * the test, and says which request it was.
 */
#ifndef TESTS_LIB_MEMORY_H
#define TESTS_LIB_MEMORY_H

#include "common/err.h"
#include <stddef.h>
#include <stdint.h>

struct memory_case {
	const char *name;
	/* What run needs; its result goes to the others.  May be NULL. */
	void *(*begin)(const void *data);
	int (*run)(void *context, struct err *err);
	/*
	 * With what run returned; memory is there again.  Checks with cmocka's
	 * asserts, and frees context.  May be NULL.
	 */
	void (*after)(void *context, int rc);
	/* After a round that ended or was killed, in another process; or NULL.
	 */
	void (*ended)(const void *data);
	const void *data;
};

/*
 * Run the rounds of each case, one for each site: each way through the code
 * that asks for memory.  MEMORY_ROUNDS (0: all) limits those of one case: then
 * it is a share of them, another one with each MEMORY_SEED (1), which is
 * printed. MEMORY_ONLY names the one case to run, MEMORY_STEP takes each n-th
 * of them [1]. Fails the test with all that
 * went wrong.
 */
void memory_rounds(const struct memory_case *cases, size_t count);

#endif
