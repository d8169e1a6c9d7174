/*
 * card_fill - what a card says with what is known of the customer and of what
 * is sold in place of its {{variables}}.  Pure; any thread.
 */
#ifndef KB_CARD_FILL_H
#define KB_CARD_FILL_H

#include "common/i18n.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

struct card_values {         /* borrowed; NULL or "": not known */
	const char *product; /* its first line is the name */
	const char *price;
	const char *contact, *company;
	const char *operator_name;
};

/* Whether a variable of that name is ever filled. */
bool card_variable_known(const char *name, size_t n);

/*
 * Append text with the variables filled in, each on one line.  What is not
 * known stands there as a gap, named in lang: "[price]".  values NULL: nothing
 * is known.  As unsafe as what goes in.  Returns how many gaps there are.
 */
int card_fill(const char *text, const struct card_values *values,
    enum lang lang, struct str *out);

#endif
