/*
 * alloc - memory that runs out when a test wants it to.
 *
 * alloc.o is linked into a test program by name.  It defines malloc, calloc,
 * realloc and their kin, so what libraries ask for counts too.  The real ones,
 * of the C library or of the sanitizer, do the work.  Thread-safe; what other
 * threads ask for is counted with the rest.  It also makes fsync cost nothing:
 * no power is lost here.
 */
#ifndef TESTS_SHIM_ALLOC_H
#define TESTS_SHIM_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Count from now on; the n-th request fails (1 is the next one, 0: none), with
 * for_good every one after it as well.
 */
void alloc_fail_at(int64_t n, bool for_good);
/* The n-th and all after it fail, until so many bytes are given back at once.
 */
void alloc_fail_until(int64_t n, size_t size);
/* The n-th one kills this program, as kill -9 does. */
void alloc_kill_at(int64_t n);
/* From now on all requests for so many bytes or more fail, and no others. */
void alloc_fail_large(size_t size);
/* No more; how many there were. */
int64_t alloc_stop(void);
bool alloc_has_failed(void);

/*
 * The same without a failure, noting for each way through the code that asks
 * for memory (its return addresses) which request was its first.  As many of
 * them as there is room for.
 */
void alloc_trace(int64_t *sites, size_t room);
/* No more; how many sites were found, and requests in all. */
size_t alloc_trace_end(int64_t *requests);

#endif
