/*
 * xalloc - allocators that end the program when memory is gone.
 *
 * For small sizes that we choose: memory_gone() of err.h.  Sizes that come from
 * outside go through try_alloc, whose failure is an error value.  Thread-safe.
 */
#ifndef COMMON_XALLOC_H
#define COMMON_XALLOC_H

#include <stdbool.h>
#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc));
void *xcalloc(size_t count, size_t size) __attribute__((malloc));
void *xrealloc(void *ptr, size_t size);
void *xreallocarray(void *ptr, size_t count, size_t size);
char *xstrdup(const char *s); /* NULL gives NULL */
char *xstrndup(const char *s, size_t max);
void *xmemdup(const void *p, size_t size);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Set so many bytes aside.  The first time that memory is gone they are given
 * back, the call succeeds, and xalloc_is_short tells the program to end in
 * order: what it holds can still be kept.
 */
void xalloc_reserve(size_t size);
bool xalloc_is_short(void);

/* NULL when size is 0 or memory is gone. */
void *try_alloc(size_t size);

/* Free and set to NULL. */
#define FREE(pp)                                                               \
	do {                                                                   \
		free(*(pp));                                                   \
		*(pp) = NULL;                                                  \
	} while (0)

#endif
