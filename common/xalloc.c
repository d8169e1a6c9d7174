/*
 * xalloc - allocators that end the program when memory is gone.
 */
#include "common/xalloc.h"
#include "common/err.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *_Atomic reserve;
static atomic_bool is_short;

void
xalloc_reserve(size_t size)
{
	free(atomic_exchange(&reserve, xmalloc(size)));
}

bool
xalloc_is_short(void)
{
	return atomic_load(&is_short);
}

/* Whether there is something to try again with. */
static bool
release_reserve(void)
{
	void *p = atomic_exchange(&reserve, NULL);

	if (p == NULL)
		return false;
	atomic_store(&is_short, true);
	free(p);
	return true;
}

void *
xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

void *
xcalloc(size_t count, size_t size)
{
	void *p;

	do {
		p = calloc(count ? count : 1, size ? size : 1);
	} while (!p && release_reserve());
	if (!p)
		memory_gone();
	return p;
}

void *
xrealloc(void *ptr, size_t size)
{
	void *p;

	do {
		p = realloc(ptr, size ? size : 1);
	} while (!p && release_reserve());
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
