/*
 * charset - text of the character sets that mail comes in, as UTF-8.
 *
 * Only sets of a table are asked of the C library; its other converters have
 * no place before text that anybody may send.
 */
#ifndef COMMON_CHARSET_H
#define COMMON_CHARSET_H

#include "common/str.h"
#include <stdbool.h>

/*
 * Append bytes of the named set (any case; NULL and "" are unknown) to out as
 * valid UTF-8 without NUL.  A byte that the set does not know becomes U+FFFD.
 * Of a set that is not known, or ASCII that is not, the bytes are UTF-8 when
 * they are valid, else Windows-1252.  False, and out as it was, when there is
 * no memory for it.  Thread-safe.
 */
bool charset_add(struct str *out, const char *charset, const char *s, size_t n);

#endif
