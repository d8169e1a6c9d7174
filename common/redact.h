/*
 * redact - a text without what reaches a person or is a key to money: for
 * readers who need what was said and not who said it, as a model is.
 */
#ifndef COMMON_REDACT_H
#define COMMON_REDACT_H

#include "common/str.h"
#include <stddef.h>

/*
 * Append s[0..n) to out with "[mail]" for every mail address and "[number]"
 * for every row of 7 digits or more (telephones, cards, accounts), also when
 * blanks, dots, dashes or parentheses stand between them.  Prices, dates with
 * slashes and times stay.  Cannot fail; linear.  Thread-safe.
 */
void redact(struct str *out, const char *s, size_t n);

#endif
