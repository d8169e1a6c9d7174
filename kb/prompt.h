/*
 * prompt - what a model is told before it is asked, and what it is given.
 *
 * A file is one JSON object with one member, the prompt's id:
 *
 *   {"hint": {
 *     "language": "es", "prompt_title": "", "prompt_description": "",
 *     "system": "", "context": "{{product}} ... {{cards}}",
 *     "translations": {"en": {the words once more, in that language}}}}
 *
 * "system" is said as it is and has no variables, so that nothing from outside
 * stands among what the model has to obey.  "context" is a message of its own
 * in which variables stand for what is known: product, contact, conversation,
 * cards.  Pure; a prompt that was read does not change.
 */
#ifndef KB_PROMPT_H
#define KB_PROMPT_H

#include "common/err.h"
#include "common/i18n.h"
#include "common/llm.h"
#include "common/str.h"
#include "kb/card_fill.h"
#include "kb/objection.h"

#define PROMPT_MAX_BYTES (64 * 1024) /* of a file */
#define PROMPT_MAX_TEXT  (16 * 1024) /* of one text */

struct prompt_words {
	const char *title, *description, *system, *context;
};
struct prompt {
	const char *id; /* as a guide's topic */
	enum lang lang; /* the one it was written in */
	struct prompt_words words[LANG_COUNT];
	struct json *doc; /* owned; the texts' */
};

/* As objection_read. */
int prompt_read(const char *s, size_t n, struct prompt **out, struct err *err);
/* As objection_read_all. */
int prompt_read_all(const char *s, size_t n, struct guide_findings *found,
    struct prompt **out, struct err *err);
void prompt_free(struct prompt **p);

/* ---- what is asked ---- */

struct hint_talk { /* a message of the conversation */
	bool by_customer;
	const char *text;
};
struct hint_context { /* all borrowed; what is not known is NULL or 0 */
	enum lang lang;
	const char *said; /* by the customer */
	const char *product, *contact;
	const struct card_values *values; /* what cards are filled with */
	const struct hint_talk *talk; /* oldest first */
	size_t talk_count;
	const struct objection *const *cards; /* best first */
	size_t card_count;
	const struct llm_message *history; /* oldest first */
	size_t history_count;
};
struct hint_messages {
	struct llm_message *items; /* owned */
	char **texts;              /* owned, each too: those of the items */
	size_t count;
};
/*
 * Put the question together: what the prompt says, what is known, what was
 * asked and said before, and the customer's words alone in the last message.
 * Whatever comes from outside is made safe, quoted line by line and without
 * numbers and mail addresses (common/redact.h).  max_bytes: of all texts; the
 * oldest of the history goes first, then of the conversation.
 */
void hint_messages_make(const struct prompt *p, const struct hint_context *in,
    size_t max_bytes, struct hint_messages *out);
void hint_messages_free(struct hint_messages *m);

#endif
