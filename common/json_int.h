/*
 * json_int - a parsed value as json.c builds it and json_get.c reads it.
 *
 * Nodes stand in document order: the first child of a container is the node
 * after it, and siblings are linked by distance.
 */
#ifndef COMMON_JSON_INT_H
#define COMMON_JSON_INT_H

#include "common/json.h"

struct json {
	const char *name; /* in the document's text; NULL in arrays */
	const char *text; /* decoded string, or the number as written */
	uint32_t name_len;
	uint32_t len;   /* of text */
	uint32_t count; /* children */
	uint32_t next;  /* nodes to the next sibling, 0: the last one */
	uint8_t type;
	bool is_true; /* JSON_BOOL */
};

#endif
