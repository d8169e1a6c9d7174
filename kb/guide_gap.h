/*
 * guide_gap - a sentence from which a value was left out, closed again.  Pure.
 */
#ifndef KB_GUIDE_GAP_H
#define KB_GUIDE_GAP_H

#include "common/str.h"

/*
 * before is what stands in front of the gap, rest what follows it.  Blanks
 * that would stand twice or in front of a mark, empty brackets and quotes, and
 * a comma or colon that introduces nothing are taken off: from the end of
 * before, and from the beginning of rest as many bytes as are returned.
 */
size_t guide_close_gap(struct str *before, const char *rest);

#endif
