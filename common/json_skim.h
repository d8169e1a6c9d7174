/*
 * json_skim - a few texts out of a large JSON document.
 *
 * json.h builds what it reads and has limits for that; this walks over a
 * document of any size without building anything.  Its structure is checked to
 * the end; strings and numbers that nobody wants are passed over.  Thread-safe.
 */
#ifndef COMMON_JSON_SKIM_H
#define COMMON_JSON_SKIM_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

enum json_skim_kind { JSON_SKIM_NONE, JSON_SKIM_TEXT, JSON_SKIM_OTHER };

struct json_want {
	/* Members from the root, "content/versionclient". */
	const char *path;
	char *out; /* a string's text; of anything else the first bytes of it */
	size_t size;
	enum json_skim_kind kind; /* JSON_SKIM_NONE: it is not there */
};

/*
 * OD_EDATA: it is no JSON object, deeper than 64, or a string that is wanted
 * does not fit or is no text.
 */
int json_skim(const char *s, size_t n, struct json_want *wants, size_t count,
    struct err *err);

#endif
