/*
 * inflate - what came packed, unpacked, within limits.
 *
 * zlib, gzip and raw deflate.  What grows beyond the limits is given up while
 * it is being unpacked, so that a small thing that would be huge costs no more
 * than a limit.  Thread-safe.
 */
#ifndef COMMON_INFLATE_H
#define COMMON_INFLATE_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

struct inflate_limits {
	size_t max; /* bytes of out */
	/* Above free_bytes, at most so many times what came. */
	size_t max_ratio, free_bytes;
};

/*
 * Append the plain bytes of p[0..n) to out.  raw: deflate without a head, else
 * the head says whether it is zlib or gzip.  OD_EDATA: damaged, cut off, or
 * something behind it; OD_ELIMIT.  On an error out holds some of it.
 */
int inflate_all(const void *p, size_t n, bool raw,
    const struct inflate_limits *limits, struct str *out, struct err *err);

/* Whether it begins as zlib or gzip do. */
bool inflate_is_packed(const void *p, size_t n);

#endif
