/* inflate - see inflate.h. */
#include "common/inflate.h"
#include <limits.h>
#include <stdint.h>
#define ZLIB_CONST /* it does not write there */
#include <zlib.h>

#define PIECE ((size_t)64 * 1024)

bool
inflate_is_packed(const void *p, size_t n)
{
	const uint8_t *b = p;

	if (n < 2)
		return false;
	/* RFC 1950: deflate, and the two bytes divide by 31. */
	return (b[0] == 0x1f && b[1] == 0x8b) ||
	       ((b[0] & 0x0f) == 8 && (b[0] >> 4) <= 7 &&
		   (b[0] * 256 + b[1]) % 31 == 0);
}

static int
refuse_size(struct err *err)
{
	return err_set(err, OD_ELIMIT, "Unpacked it would be too large");
}

/* How large it may be now. */
static size_t
allowed(const struct inflate_limits *limits, size_t n)
{
	size_t by_ratio = n > SIZE_MAX / limits->max_ratio
			      ? SIZE_MAX
			      : n * limits->max_ratio;

	if (by_ratio < limits->free_bytes)
		by_ratio = limits->free_bytes;
	return by_ratio < limits->max ? by_ratio : limits->max;
}

static int
unpack(z_stream *z, size_t max, struct str *out, struct err *err)
{
	size_t from = out->len;

	for (;;) {
		size_t before = out->len;
		int rc;

		if (!str_try_reserve(out, PIECE))
			return err_set(
			    err, OD_ELIMIT, "There is no memory for it");
		z->next_out = (Bytef *)out->s + out->len;
		z->avail_out = (uInt)PIECE;
		rc = inflate(z, Z_NO_FLUSH);
		out->len += PIECE - z->avail_out;
		out->s[out->len] = '\0';
		if (rc == Z_MEM_ERROR || out->len - from > max)
			return refuse_size(err);
		if (rc == Z_STREAM_END)
			return z->avail_in == 0
				   ? 0
				   : err_set(err, OD_EDATA,
					 "Something stands behind its end");
		if (rc != Z_OK || out->len == before)
			return err_set(
			    err, OD_EDATA, "It is damaged or cut off");
	}
}

int
inflate_all(const void *p, size_t n, bool raw,
    const struct inflate_limits *limits, struct str *out, struct err *err)
{
	/* 32 more: zlib or gzip, as the head says. */
	int bits = raw ? -MAX_WBITS : MAX_WBITS + 32;
	z_stream z = {0};
	int rc;

	if (n > UINT_MAX)
		return refuse_size(err);
	if (inflateInit2(&z, bits) != Z_OK)
		return err_set(err, OD_ELIMIT, "There is no memory for it");
	z.next_in = p;
	z.avail_in = (uInt)n;
	rc = unpack(&z, allowed(limits, n), out, err);
	(void)inflateEnd(&z);
	return rc;
}
