/*
 * model_reply - the canned replies that somebody writes with.
 */
#ifndef TUI_MODEL_MODEL_REPLY_H
#define TUI_MODEL_MODEL_REPLY_H

#include "db/records/replies.h"
#include "tui/model/model.h"

struct reply_choice {
	struct reply *rows; /* owned; a callback may take them (set NULL) */
	size_t count;
	struct reply_values values; /* of the record that is written about */
};
/* When answer says that it failed there are no rows. */
typedef void reply_choice_fn(struct screen *s, struct reply_choice *choice,
    const struct model_answer *answer);
/* All that are at hand; kind and id as in reply_values_read. */
void model_reply_choice(struct model *m, struct screen *s,
    enum record_kind kind, int64_t id, reply_choice_fn *fn);

#endif
