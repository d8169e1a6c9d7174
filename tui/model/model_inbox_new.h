/*
 * model_inbox_new - whom to write first, and over which channel.
 */
#ifndef TUI_MODEL_MODEL_INBOX_NEW_H
#define TUI_MODEL_MODEL_INBOX_NEW_H

#include "db/records/conversations.h"
#include "db/records/people.h"
#include "tui/model/model.h"

#define INBOX_FOUND_MAX  50
#define INBOX_NUMBER_MIN 6 /* digits of a number that can be typed */

struct inbox_found {
	char text[201];       /* as asked: a name or a number */
	char number[65];      /* its digits when it is a number, else "" */
	struct contact *rows; /* owned; with a number */
	size_t count;
	/* Names of channels that a state is known of. */
	char (*channels)[65]; /* owned */
	size_t channel_count;
};
typedef void inbox_found_fn(struct screen *s, const struct inbox_found *found,
    const struct model_answer *answer);
/* text is copied. */
void model_inbox_find(
    struct model *m, struct screen *s, const char *text, inbox_found_fn *fn);

/* c: the conversation with that number that is not closed; NULL: none. */
typedef void inbox_with_fn(struct screen *s, const struct conversation *c);
/* channel and peer are copied; errors become a toast. */
void model_inbox_with(struct model *m, struct screen *s, const char *channel,
    const char *peer, inbox_with_fn *fn);

#endif
