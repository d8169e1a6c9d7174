/*
 * html_text - what an HTML document says, as plain text.
 *
 * Reads tags one after the other and builds no tree, so that no document takes
 * longer than its bytes.  Nothing is fetched, run or drawn.
 */
#ifndef COMMON_HTML_TEXT_H
#define COMMON_HTML_TEXT_H

#include "common/str.h"
#include <stdbool.h>

/*
 * Append the text of html[0..n), valid UTF-8, to out: paragraphs and rows on
 * lines of their own, quotations behind "> ", links with their address when it
 * is not what they show; scripts, styles and what is in head left out.  False,
 * and out as it was, when there is no memory for it.  Thread-safe.
 */
bool html_text(struct str *out, const char *html, size_t n);

#endif
