/*
 * str - a growable string, and bounded copies into fixed buffers.
 *
 * A struct str is always NUL-terminated and may hold NUL bytes inside.
 * Formatting cannot fail; growing ends the program when memory is gone.
 */
#ifndef COMMON_STR_H
#define COMMON_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	char *s;    /* owned; "" when empty, never NULL after str_init */
	size_t len; /* bytes without the final NUL */
	size_t cap; /* bytes allocated, 0 while s is the static "" */
};

#define STR_INIT                                                               \
	{                                                                      \
		"", 0, 0                                                       \
	}

void str_init(struct str *b);
void str_free(struct str *b);  /* frees and re-initialises */
void str_clear(struct str *b); /* keeps the memory */
void str_reserve(struct str *b, size_t extra);
/*
 * The same for a size from outside: false, and b as it was, when there is no
 * memory for it.
 */
bool str_try_reserve(struct str *b, size_t extra);
void str_add(struct str *b, const char *s);
void str_addn(struct str *b, const void *p, size_t n);
void str_addc(struct str *b, char c);
void str_addf(struct str *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void str_trunc(struct str *b, size_t len);
void str_insert(struct str *b, size_t at, const void *p, size_t n);
void str_remove(struct str *b, size_t at, size_t n);
/* The memory, to be freed by the caller; b is empty afterwards. */
char *str_take(struct str *b);

/*
 * Copy src into dst of dst_size bytes (at least 1), cutting before a UTF-8
 * sequence that does not fit.  Returns true when nothing was cut.
 */
bool str_copy(char *dst, size_t dst_size, const char *src);
/* snprintf that never cuts inside a UTF-8 sequence; true when all fitted. */
bool str_format(char *dst, size_t dst_size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool str_vformat(char *dst, size_t dst_size, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

bool str_equal(const char *a, const char *b); /* NULL equals NULL only */
bool str_starts(const char *s, const char *prefix);
/* Whole decimal number in [min, max], nothing around it. */
bool str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out);

#endif
