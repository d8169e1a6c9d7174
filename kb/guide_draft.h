/*
 * guide_draft - a guide while it is written: what it begins with, what is
 * wrong with it, and what it would be when it is published.  Pure; any thread.
 */
#ifndef KB_GUIDE_DRAFT_H
#define KB_GUIDE_DRAFT_H

#include "kb/guide.h"

/*
 * Append a guide of that topic that has everything once, in both languages; it
 * has no errors.  lang: its own.
 */
void guide_draft_begin(const char *topic, enum lang lang, struct str *out);

/*
 * Add all that reader and linter find, by line.  topic: the guide that it is
 * the draft of; another one in the text, or several, is an error.
 */
void guide_draft_check(const char *text, size_t n, const char *topic,
    struct guide_findings *found);

/*
 * Append the text as it would be published, so that only words differ; a text
 * that is no guide stays as it is.
 */
void guide_draft_print(const char *text, struct str *out);

#endif
