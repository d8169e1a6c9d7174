/*
 * str - a growable string, and bounded copies into fixed buffers.
 */
#include "common/str.h"
#include "common/err.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
str_init(struct str *b)
{
	*b = (struct str)STR_INIT;
}

void
str_free(struct str *b)
{
	if (b->cap > 0)
		free(b->s);
	str_init(b);
}

void
str_clear(struct str *b)
{
	str_trunc(b, 0);
}

/* What cap has to become for so much more; cap itself when that fits. */
static size_t
room_for(const struct str *b, size_t extra)
{
	size_t need, cap;

	BUG_ON(extra > SIZE_MAX / 2 - b->len);
	need = b->len + extra + 1;
	if (need <= b->cap)
		return b->cap;
	cap = b->cap < 32 ? 32 : b->cap;
	while (cap < need)
		cap *= 2;
	return cap;
}

static void
move_to(struct str *b, char *s, size_t cap)
{
	if (b->cap == 0)
		s[0] = '\0';
	b->s = s;
	b->cap = cap;
}

void
str_reserve(struct str *b, size_t extra)
{
	size_t cap = room_for(b, extra);

	if (cap > b->cap)
		move_to(b, xrealloc(b->cap > 0 ? b->s : NULL, cap), cap);
}

bool
str_try_reserve(struct str *b, size_t extra)
{
	size_t cap = room_for(b, extra);
	char *s;

	if (cap == b->cap)
		return true;
	if ((s = realloc(b->cap > 0 ? b->s : NULL, cap)) == NULL)
		return false;
	move_to(b, s, cap);
	return true;
}

void
str_add(struct str *b, const char *s)
{
	str_addn(b, s, strlen(s));
}

void
str_addn(struct str *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	str_reserve(b, n);
	memcpy(b->s + b->len, p, n);
	b->len += n;
	b->s[b->len] = '\0';
}

void
str_addc(struct str *b, char c)
{
	str_addn(b, &c, 1);
}

void
str_addf(struct str *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(b, fmt, ap);
	va_end(ap);
}

void
str_vaddf(struct str *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	str_reserve(b, 64);
	room = b->cap - b->len;
	va_copy(again, ap);
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the caller's */
	n = vsnprintf(b->s + b->len, room, fmt, ap);
	if (n > 0 && (size_t)n >= room) {
		str_reserve(b, (size_t)n);
		n = vsnprintf(b->s + b->len, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->len += (size_t)n;
	b->s[b->len] = '\0';
}

void
str_trunc(struct str *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->s[len] = '\0';
}

void
str_insert(struct str *b, size_t at, const void *p, size_t n)
{
	BUG_ON(at > b->len);
	if (n == 0)
		return;
	str_reserve(b, n);
	memmove(b->s + at + n, b->s + at, b->len - at + 1);
	memcpy(b->s + at, p, n);
	b->len += n;
}

void
str_remove(struct str *b, size_t at, size_t n)
{
	if (at >= b->len || n == 0)
		return;
	if (n > b->len - at)
		n = b->len - at;
	memmove(b->s + at, b->s + at + n, b->len - at - n + 1);
	b->len -= n;
}

char *
str_take(struct str *b)
{
	char *s = b->cap > 0 ? b->s : xstrdup("");

	str_init(b);
	return s;
}

bool
str_copy(char *dst, size_t dst_size, const char *src)
{
	size_t n = strlen(src);
	size_t fits = utf8_cut(src, n, dst_size - 1);

	memmove(dst, src, fits);
	dst[fits] = '\0';
	return fits == n;
}

bool
str_format(char *dst, size_t dst_size, const char *fmt, ...)
{
	va_list ap;
	bool whole;

	va_start(ap, fmt);
	whole = str_vformat(dst, dst_size, fmt, ap);
	va_end(ap);
	return whole;
}

/* Length of s[0..n) without a UTF-8 sequence that was cut at its end. */
static size_t
without_cut_tail(const char *s, size_t n)
{
	size_t back = 0, want;
	unsigned char lead;

	while (back < 3 && back < n && (s[n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back == n)
		return n;
	lead = (unsigned char)s[n - 1 - back];
	want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	return want > back + 1 ? n - 1 - back : n;
}

bool
str_vformat(char *dst, size_t dst_size, const char *fmt, va_list ap)
{
	/* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): the caller's */
	int n = vsnprintf(dst, dst_size, fmt, ap);

	if (n < 0) {
		dst[0] = '\0';
		return false;
	}
	if ((size_t)n < dst_size)
		return true;
	dst[without_cut_tail(dst, dst_size - 1)] = '\0';
	return false;
}

bool
str_equal(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out)
{
	const char *digits = s && s[0] == '-' ? s + 1 : s;
	char *end;
	intmax_t v;

	/* strtoimax would also take spaces, a plus sign and nothing at all. */
	if (!digits || digits[0] < '0' || digits[0] > '9')
		return false;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0' || v < min || v > max)
		return false;
	*out = v;
	return true;
}
