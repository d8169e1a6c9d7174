/* ticket_int - private to the ticket files. */
#ifndef DB_RECORDS_TICKET_INT_H
#define DB_RECORDS_TICKET_INT_H

#include "db/core/op.h"
#include "db/core/query.h"
#include "db/records/tickets.h"

/* Every column that ticket__read takes, from tickets t and its joins. */
#define TICKET_COLUMNS                                                         \
	"SELECT t.id, t.version, t.number, t.created_at, t.updated_at,"        \
	" t.deleted_at, t.contact_id, t.company_id, t.conversation_id,"        \
	" t.operator_id, t.team_id, t.solved_us, t.closed_us,"                 \
	" t.waiting_until_us, t.merged_into, t.state, t.source, t.priority,"   \
	" t.urgency, t.impact, t.subject, t.category, t.tags, t.external_id,"  \
	" c.full_name, co.name, o.login, o.full_name, te.name,"                \
	" t.description, t.waiting_reason, o.team_id, t.due_us FROM tickets t" \
	" LEFT JOIN contacts c ON c.id = t.contact_id"                         \
	" AND c.tenant_id = t.tenant_id"                                       \
	" LEFT JOIN companies co ON co.id = t.company_id"                      \
	" AND co.tenant_id = t.tenant_id"                                      \
	" LEFT JOIN operators o ON o.id = t.operator_id"                       \
	" AND o.tenant_id = t.tenant_id"                                       \
	" LEFT JOIN teams te ON te.id = t.team_id"                             \
	" AND te.tenant_id = t.tenant_id"

/* Into a struct ticket. */
void ticket__read(struct stmt *st, void *row);
/* As far as the actor sees the customer; see mask.h. */
void ticket__mask(struct desk *d, struct ticket *t);
/* Without asking whether the actor may; deleted ones too. */
int ticket__load(
    struct desk *d, int64_t id, struct ticket *out, struct err *err);
/* Inside an open op: everything of a new ticket, indexed and journaled. */
int ticket__insert(struct desk *d, struct op *op, const struct ticket_new *in,
    int64_t *id, int64_t *number, struct err *err);
/* Inside an open op: a comment, journaled and indexed with its ticket. */
int ticket__comment_insert(struct desk *d, struct op *op, int64_t ticket_id,
    enum comment_kind kind, const char *body, int64_t *id, struct err *err);

/* " AND ..." behind a page's place, and " ORDER BY ... LIMIT ..." */
void ticket__add_place(
    struct query *q, const struct ticket_filter *f, const struct page *page);
void ticket__add_order(struct query *q, const struct ticket_filter *f,
    const struct page *page, int limit);

#endif
