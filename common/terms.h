/*
 * terms - what a person writes to narrow a list down: words and fields.
 *
 *   router "no enciende" -vip estado:abierto,espera prioridad>=4 creado<7d
 *
 * Which fields there are and what their values mean, the caller knows.
 * Thread-safe.
 */
#ifndef COMMON_TERMS_H
#define COMMON_TERMS_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

#define TERMS_MAX       16
#define TERM_VALUES_MAX 8
#define TERM_TEXT_SIZE  256

enum term_relation {
	TERM_IS, /* field:value and field=value; any of several values */
	TERM_BELOW,
	TERM_AT_MOST,
	TERM_ABOVE,
	TERM_AT_LEAST
};

struct term {
	bool is_negated;   /* -vip, -estado:abierto */
	const char *field; /* folded; "" for a word or a quoted phrase */
	enum term_relation relation;
	const char *values[TERM_VALUES_MAX]; /* as written */
	size_t value_count;                  /* 0: not typed yet, "estado:" */
};

struct terms {
	struct term terms[TERMS_MAX];
	size_t count;
	char *text; /* owned; what the terms point into */
};

/*
 * Cuts a text into its terms, in their order.  A quote that is still open goes
 * on to the end, so that what is being typed can be read at every key; a word
 * with a ":" is a field's only when letters and "_" stand before it
 * ("10:30" and "http://..." are words).  Only quotes keep "," and blanks.
 * Free with terms_clear.  OD_ELIMIT: more than TERMS_MAX terms or
 * TERM_VALUES_MAX values, or one longer than TERM_TEXT_SIZE.
 */
int terms_parse(const char *text, struct terms *out, struct err *err);
void terms_clear(struct terms *t);

#endif
