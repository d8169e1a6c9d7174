/* utf16 - see utf16.h. */
#include "common/utf16.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NONE (-1)

struct utf16 {
	FILE *in; /* borrowed */
	bool high_first, begun;
	int32_t waits; /* a unit that was read ahead; NONE */
	char rest[4];  /* of a character that did not fit */
	size_t rest_count;
};

/* The next 16 bits; NONE at the end. */
static int32_t
unit(struct utf16 *u)
{
	int32_t got = u->waits;
	int a, b;

	u->waits = NONE;
	if (got != NONE)
		return got;
	if ((a = getc(u->in)) == EOF)
		return NONE;
	/* Half a unit at the end is half a character. */
	if ((b = getc(u->in)) == EOF)
		return 0xdc00;
	return u->high_first ? a << 8 | b : b << 8 | a;
}

/* One character as UTF-8; 0 at the end. */
static size_t
character(struct utf16 *u, char out[4])
{
	int32_t first = unit(u), second;

	if (first == NONE)
		return 0;
	if (first < 0xd800 || first > 0xdfff)
		return utf8_encode((uint32_t)first, out);
	if (first < 0xdc00) {
		second = unit(u);
		if (second >= 0xdc00 && second <= 0xdfff)
			return utf8_encode(
			    0x10000 + ((uint32_t)(first - 0xd800) << 10) +
				(uint32_t)(second - 0xdc00),
			    out);
		u->waits = second;
	}
	out[0] = '\xff';
	return 1;
}

static void
begin(struct utf16 *u)
{
	u->begun = true;
	u->waits = unit(u);
	if (u->waits == 0xfffe)
		u->high_first = true;
	if (u->waits == 0xfffe || u->waits == 0xfeff)
		u->waits = NONE;
}

static ssize_t
read_some(void *cookie, char *out, size_t size)
{
	struct utf16 *u = cookie;
	size_t n = 0;

	if (!u->begun)
		begin(u);
	while (n < size) {
		size_t part;

		if (u->rest_count == 0)
			u->rest_count = character(u, u->rest);
		if (u->rest_count == 0)
			break;
		part = u->rest_count < size - n ? u->rest_count : size - n;
		memcpy(out + n, u->rest, part);
		memmove(u->rest, u->rest + part, u->rest_count - part);
		u->rest_count -= part;
		n += part;
	}
	return n == 0 && ferror(u->in) ? -1 : (ssize_t)n;
}

static int
close_it(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *
utf16_open(FILE *in)
{
	static const cookie_io_functions_t calls = {
	    .read = read_some, .close = close_it};
	struct utf16 *u = xcalloc(1, sizeof(*u));
	FILE *out;

	u->in = in;
	u->waits = NONE;
	out = fopencookie(u, "r", calls);
	if (out == NULL)
		free(u);
	return out;
}
