/*
 * llm_text - the text of an answer on its way out: what the model thinks aloud
 * is taken out, and the rest made safe, piece by piece.  Pure.
 */
#ifndef COMMON_LLM_TEXT_H
#define COMMON_LLM_TEXT_H

#include "common/str.h"
#include <stdbool.h>

struct llm_text {
	/* private */
	struct str held; /* may be the start of a tag */
	bool is_thinking, has_begun;
	struct str last; /* the last cluster given out, unsafe */
};
void llm_text_init(struct llm_text *t);
void llm_text_clear(struct llm_text *t);
/*
 * The next piece, valid UTF-8, cut between any two characters; what can be
 * shown of it is appended to out.  Blanks before the first word are left out.
 */
void llm_text_feed(
    struct llm_text *t, const char *s, size_t n, struct str *out);
/* The answer ended: what was held back. */
void llm_text_end(struct llm_text *t, struct str *out);

#endif
