/*
 * nearest - the name that a misspelt word was meant to be.
 *
 * Names are looked at one by one; the one with the fewest wrong letters is
 * kept, the first of equals.  Two letters that changed places are one mistake.
 * Pure; any thread.
 */
#ifndef COMMON_NEAREST_H
#define COMMON_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#define NEAREST_MAX 64 /* bytes; a longer word or name is like nothing */

struct nearest {
	const char *word; /* borrowed */
	size_t len;       /* bytes of it that count */
	bool is_begun;    /* it may be the beginning of a name */
	const char *name; /* borrowed; the best one so far, NULL: none */
	size_t distance;  /* of that one */
};

/* n bytes of word count. */
void nearest_begin(struct nearest *n, const char *word, size_t len);
void nearest_look(struct nearest *n, const char *name);
/* The same; what is found is called shown. */
void nearest_look_as(struct nearest *n, const char *name, const char *shown);
/* The best one when it is near enough to be said, else NULL. */
const char *nearest_found(const struct nearest *n);

#endif
