/* outbox_int - private to outbox.c and outbox_claim.c. */
#ifndef DB_RECORDS_OUTBOX_INT_H
#define DB_RECORDS_OUTBOX_INT_H

#include "db/core/op.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"

/* Followed by what chooses; tenants is joined as t. */
#define OUTBOX_SELECT                                                          \
	"SELECT o.id, o.tenant_id, o.record_id, o.created_at, o.updated_at,"   \
	" o.next_try_us, o.expires_us, o.sent_us, o.channel, o.callback,"      \
	" o.kind, o.state, o.attempts, o.error_code, t.rehearsal, o.intent,"   \
	" o.error_text, o.response FROM outbox o"                              \
	" LEFT JOIN tenants t ON t.id = o.tenant_id"

/* Heads or tails, by the source of outbox_set_random. */
bool outbox__coin(void);
/* Append what a query gives. */
int outbox__read_all(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct outbox_item **rows, size_t *count, struct err *err);
/* The message behind a row, if it is one, comes to a state. */
int outbox__message(struct desk *d, struct op *op, enum outbox_kind kind,
    int64_t record_id, enum message_state state, int error_code,
    const char *error_text, struct err *err);

/* ---- outbox_pace.c, see struct outbox_rule; per_second is above 0 ---- */

/* How many may leave now, and when the one after them may. */
int outbox__room(struct desk *d, int64_t tenant_id, const char *channel,
    int per_second, int64_t now_us, int *room, int64_t *again_us,
    struct err *err);
/* One does; in a transaction. */
int outbox__spend(struct desk *d, int64_t tenant_id, const char *channel,
    int per_second, int64_t now_us, struct err *err);

#endif
