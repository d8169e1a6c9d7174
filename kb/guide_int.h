/*
 * guide_int - what the files of kb/guide share: findings as they are made, and
 * what a struct guide_file owns behind its pointers.
 */
#ifndef KB_GUIDE_INT_H
#define KB_GUIDE_INT_H

#include "common/json.h"
#include "kb/guide.h"
#include <stdarg.h>

#define GUIDE_MAX_FINDINGS 500

extern const struct json_limits guide__json_limits;

struct guide_file_own {
	struct json *doc;      /* every text stands in it */
	uint32_t *line_starts; /* bytes of the source */
	int lines;
	struct guide_block *blocks; /* the arrays */
};

/* Add a finding; fmt is translated already. f may be NULL. */
void guide__found(struct guide_findings *f, enum guide_rule rule, bool is_error,
    int line, const char *topic, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void guide__vfound(struct guide_findings *f, enum guide_rule rule,
    bool is_error, int line, const char *topic, const char *fmt, va_list ap)
    __attribute__((format(printf, 6, 0)));

/*
 * What is no JSON, or too large: its one finding, at the line that err tells
 * by byte.  found may be NULL.  Returns rc.
 */
int guide__no_json(struct guide_findings *found, const char *s, size_t n,
    int rc, const struct err *err);

/* Whether the text has anything but spaces. */
bool guide__has_words(const char *s);

#endif
