/*
 * model_call_before - what was before with whom a call is: calls, tickets and
 * chats, and what they could buy, of what the actor may see.
 */
#ifndef TUI_MODEL_MODEL_CALL_BEFORE_H
#define TUI_MODEL_MODEL_CALL_BEFORE_H

#include "db/records/calls.h"
#include "db/records/conversations.h"
#include "db/records/leads.h"
#include "db/records/tickets.h"
#include "tui/model/model.h"

#define CALL_BEFORE_ROWS 40 /* of each kind, the newest */

struct call_before {
	struct call *calls; /* owned, as all of them; the newest first */
	size_t call_count;
	struct ticket *tickets; /* by their last change */
	size_t ticket_count;
	struct conversation *chats;
	size_t chat_count;
	struct lead *leads; /* those that are not closed; what is due first */
	size_t lead_count;
};
void call_before_clear(struct call_before *b);
/*
 * Of a contact; contact_id 0: only the calls of a number.  What the actor may
 * not read is left out.  On the database's thread.
 */
int call_before_read(struct desk *d, int64_t contact_id, const char *number,
    struct call_before *out, struct err *err);

/* before is the model's: it is gone after fn. */
typedef void call_before_fn(struct screen *s, const char *whose,
    const struct call_before *before, const struct model_answer *answer);
/* whose: how they are called; copied, as number. */
void model_call_before(struct model *m, struct screen *s, int64_t contact_id,
    const char *number, const char *whose, call_before_fn *fn);

#endif
