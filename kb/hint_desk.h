/*
 * hint_desk - cards of objections and prompts between files and a desk: what
 * is published, imports, and a draft that becomes a version.  What there is of
 * guides in guides_desk.h.
 */
#ifndef KB_HINT_DESK_H
#define KB_HINT_DESK_H

#include "kb/guides_desk.h"
#include "kb/match.h"
#include "kb/objections.h"
#include "kb/prompt.h"

/* A card, a companion of cards, or a prompt, as it is kept. */
struct kb_text {
	char id[GUIDE_MAX_TOPIC + 1], category[65], title[201];
	struct str body; /* owned; laid out in one form */
};
/* kind: not guides.  OD_EDATA when it is none; *out is cleared by the caller.
 */
int kb_text_read(enum knowledge_kind kind, const char *s, size_t n,
    struct kb_text *out, struct err *err);
void kb_text_clear(struct kb_text *t);
/* Append a value as bodies are laid out. */
struct json;
void kb_text_lay_out(const struct json *v, struct str *out);

/*
 * Publish what files hold, in one transaction that one undo takes back; what
 * is wrong is refused and the rest imported.  count 0: what comes with opdesk.
 */
int kb_texts_import(struct desk *d, enum knowledge_kind kind,
    const char *const *paths, int count, bool take_back, struct kb_import *out,
    struct err *err);
/*
 * The cards that the tenant has published, by id, with their companions; those
 * that come with opdesk when it has none.
 */
int kb_cards_of_desk(
    struct desk *d, struct kb_objections *out, struct err *err);
/*
 * The tenant's prompt, else the one that comes with opdesk (*version_id 0).
 * d NULL: the latter.
 */
int kb_prompt_of_desk(struct desk *d, const char *id, struct prompt **out,
    int64_t *version_id, struct err *err);

/* As matcher_of_desk. */
int matcher_cards_of_desk(
    struct desk *d, struct match_model **out, struct err *err);

/* ---- of both ---- */

/* After an undo: learn what is behind; nothing to do is no error. */
int kb_learn_behind(struct desk *d, struct err *err);

#endif
