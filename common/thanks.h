/*
 * thanks - a message that only says thanks, or that all is well.
 *
 * Spanish and English, however it is written.  Pure, thread-safe.
 */
#ifndef COMMON_THANKS_H
#define COMMON_THANKS_H

#include <stdbool.h>

#define THANKS_WORDS 8 /* more than these say something else */

/*
 * Whether the text is nothing but thanks, agreement and the words around them:
 * "¡Muchas gracias!", "ok perfecto", "thanks a lot". Anything else in it, a
 * question or a number makes it a message like others; so does no word at all
 * but for a gesture alone.
 */
bool thanks_only(const char *text);

#endif
