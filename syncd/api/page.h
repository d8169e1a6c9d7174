/*
 * page - the plain pages of the older routes: no script, no style, and nothing
 * of a text that a browser takes for a mark.
 */
#ifndef SYNCD_API_PAGE_H
#define SYNCD_API_PAGE_H

#include "common/str.h"

void page_begin(struct str *out, const char *title);
void page_end(struct str *out);
/* A text of ours or from outside, safe and on one line. */
void page_text(struct str *out, const char *s);
/* The same bytes, for a field of a form that is sent back as it is. */
void page_value(struct str *out, const char *s);
/* A whole page that says one sentence. */
void page_sentence(struct str *out, const char *title, const char *sentence);

#endif
