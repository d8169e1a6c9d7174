/*
 * form - query strings and application/x-www-form-urlencoded bodies.
 *
 * Pure: no state, no I/O, any thread.  Strict: a '%' needs two hex digits,
 * decoded text must be UTF-8 without NUL, at most FORM_FIELDS_MAX fields.
 */
#ifndef SYNCD_HTTP_FORM_H
#define SYNCD_HTTP_FORM_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS_MAX 100

struct form_field {
	const char *name;  /* decoded, NUL-terminated, may be "" */
	const char *value; /* decoded; "" without '=' */
};

struct form {
	struct form_field *fields; /* owned */
	size_t count;
	char *text; /* owned; what the fields point into */
};

#define FORM_INIT                                                              \
	{                                                                      \
		NULL, 0, NULL                                                  \
	}

/*
 * Parse s[0..n): "a=1&b=x+y%21".  Empty pieces ("&&") are skipped.  On 0 the
 * caller frees with form_clear.  OD_EDATA for a bad escape or text that is
 * not UTF-8, OD_ELIMIT for too many fields or a text over 16 MiB.
 */
int form_parse(const char *s, size_t n, struct form *form, struct err *err);
void form_clear(struct form *form);

/* First field of that name, NULL when absent. */
const char *form_get(const struct form *form, const char *name);

/*
 * Decode one path segment s[0..n) into dst (n + 1 bytes are enough; '+' is
 * itself).  False when an escape is bad, when the result is not UTF-8 or
 * holds a control character or '/', or is "." or "..".
 */
bool form_decode_segment(char *dst, const char *s, size_t n);

/* True when s[0..n) is strict UTF-8 without NUL. */
bool form_is_text(const char *s, size_t n);

#endif
