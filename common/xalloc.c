/*
 * xalloc - allocators that end the program when memory is gone.
 */
#include "common/xalloc.h"
#include "common/err.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *reserve;          /* guarded by mutex */
static atomic_uint given_back; /* how often one was; written under mutex */
static atomic_bool is_short;

void
xalloc_reserve(size_t size)
{
	void *now = xmalloc(size), *before;

	pthread_mutex_lock(&mutex);
	before = reserve;
	reserve = now;
	pthread_mutex_unlock(&mutex);
	free(before);
}

bool
xalloc_is_short(void)
{
	return atomic_load(&is_short);
}

/*
 * Whether there is something to try again with.  Several threads may find
 * memory gone at once: one gives the reserve back, and the others wait until
 * that is done.  Whoever asked before (seen) then asks again as well.
 */
static bool
release_reserve(unsigned seen)
{
	bool is_new;

	pthread_mutex_lock(&mutex);
	if (reserve != NULL) {
		atomic_store(&is_short, true);
		free(reserve);
		reserve = NULL;
		atomic_fetch_add(&given_back, 1);
	}
	is_new = atomic_load(&given_back) != seen;
	pthread_mutex_unlock(&mutex);
	return is_new;
}

void *
xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

void *
xcalloc(size_t count, size_t size)
{
	unsigned seen;
	void *p;

	do {
		seen = atomic_load(&given_back);
		p = calloc(count ? count : 1, size ? size : 1);
	} while (!p && release_reserve(seen));
	if (!p)
		memory_gone();
	return p;
}

void *
xrealloc(void *ptr, size_t size)
{
	unsigned seen;
	void *p;

	do {
		seen = atomic_load(&given_back);
		p = realloc(ptr, size ? size : 1);
	} while (!p && release_reserve(seen));
	if (!p)
		memory_gone();
	return p;
}

void *
xreallocarray(void *ptr, size_t count, size_t size)
{
	BUG_ON(size > 0 && count > SIZE_MAX / size);
	return xrealloc(ptr, count * size);
}

char *
xstrdup(const char *s)
{
	return s ? xmemdup(s, strlen(s) + 1) : NULL;
}

char *
xstrndup(const char *s, size_t max)
{
	size_t n = strnlen(s, max);
	char *p = xmalloc(n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

void *
xmemdup(const void *p, size_t size)
{
	void *copy = xmalloc(size);

	if (size > 0)
		memcpy(copy, p, size);
	return copy;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	BUG_ON(n < 0);
	s = xmalloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

void *
try_alloc(size_t size)
{
	return size ? malloc(size) : NULL;
}
