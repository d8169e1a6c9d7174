/*
 * draft - a guide, a card of an objection or a prompt while it is written:
 * what it begins with, what is wrong with it, what it would be when it is
 * published, and its way there.  All but the last are pure; any thread.
 */
#ifndef KB_DRAFT_H
#define KB_DRAFT_H

#include "db/records/knowledge.h"
#include "kb/guide.h"

/*
 * Append a text of that topic that has everything once, in both languages; it
 * has no errors.  lang: its own.
 */
void kb_draft_begin(enum knowledge_kind kind, const char *topic, enum lang lang,
    struct str *out);

/*
 * Add all that reader and linter find, by line; found is empty before.  topic:
 * what it is the draft of; another one in the text, or several, is an error.
 */
void kb_draft_check(enum knowledge_kind kind, const char *text, size_t n,
    const char *topic, struct guide_findings *found);

/*
 * Append the text as it would be published, so that only words differ; what
 * cannot be read stays as it is.
 */
void kb_draft_print(
    enum knowledge_kind kind, const char *text, struct str *out);

/*
 * Publish a text as the next version of k.  OD_EDATA with the reason when it
 * has an error; the rest as knowledge_publish.
 */
int kb_draft_publish(struct desk *d, const struct knowledge *k,
    int64_t seen_version, const char *text, int64_t *number, struct err *err);

#endif
