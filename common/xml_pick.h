/*
 * xml_pick - a few texts out of a large XML document.
 *
 * The document is read as a stream and checked to its end; nothing of it is
 * built.  A document type is refused where it begins, so that there are no
 * entities but those of XML itself, and nothing is fetched.  Any thread.
 */
#ifndef COMMON_XML_PICK_H
#define COMMON_XML_PICK_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

struct xml_want {
	/* Names from the root, "REQUEST/QUERY"; in any case of letters. */
	const char *path;
	char *out; /* the first one's text; "" when there is none */
	size_t size;
	bool is_there;
};

/*
 * s[0..n) is UTF-8.  OD_EDATA: it is not well formed, has a document type, is
 * deeper than 64 elements, or a text that is wanted does not fit.
 */
int xml_pick(const char *s, size_t n, struct xml_want *wants, size_t count,
    struct err *err);

#endif
