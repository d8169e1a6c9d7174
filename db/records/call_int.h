/* call_int - private to the files of calls. */
#ifndef DB_RECORDS_CALL_INT_H
#define DB_RECORDS_CALL_INT_H

#include "db/core/query.h"
#include "db/records/call_settings.h"
#include "db/records/calls.h"
#include "db/records/dispositions.h"
#include "db/records/records_int.h"

/* Every column that call__read takes, from calls c and its joins. */
#define CALL_COLUMNS                                                           \
	"SELECT c.id, c.version, c.created_at, c.updated_at, c.direction,"     \
	" c.state, c.contact_id, c.operator_id, c.team_id, o.team_id,"         \
	" c.ticket_id, t.number, c.conversation_id, c.session_id,"             \
	" c.callback_id, c.disposition_id, c.started_us, c.answered_us,"       \
	" c.ended_us, c.wrapped_us, c.wrap_until_us, c.wrap_extended,"         \
	" i.begun_us, c.ring_us, c.talk_us, c.hold_us, c.wrap_us,"             \
	" c.sale_cents, c.consent, c.consent_us, x.is_sale, c.name,"           \
	" c.provider, c.provider_call, c.extension, c.number,"                 \
	" c.number_folded, c.currency, x.key, x.label_es, x.label_en,"         \
	" k.full_name, o.login, o.full_name, te.name, s.name,"                 \
	" c.transferred_to, c.notes, c.stop_override, ld.id FROM calls c"      \
	" LEFT JOIN operators o ON o.id = c.operator_id"                       \
	" AND o.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN teams te ON te.id = c.team_id"                             \
	" AND te.tenant_id = c.tenant_id"                                      \
	" LEFT JOIN tickets t ON t.id = c.ticket_id"                           \
	" AND t.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN contacts k ON k.id = c.contact_id"                         \
	" AND k.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN guide_sessions s ON s.id = c.session_id"                   \
	" AND s.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN dispositions x ON x.id = c.disposition_id"                 \
	" AND x.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN leads ld ON ld.id = c.lead_id"                             \
	" AND ld.tenant_id = c.tenant_id AND ld.deleted_at IS NULL"            \
	" LEFT JOIN call_intervals i ON i.call_id = c.id"                      \
	" AND i.tenant_id = c.tenant_id AND i.ended_us IS NULL"

/* Into a struct call. */
void call__read(struct stmt *st, void *row);
/* How the customer is reached, as far as the actor may see it. */
void call__mask(struct desk *d, struct call *c);
/* Without asking whether the actor may, and unmasked; no deleted ones. */
int call__load(struct desk *d, int64_t id, struct call *out, struct err *err);
/* The id of the call that an operator is at; 0 when none. */
int call__of_operator(
    struct desk *d, int64_t operator_id, int64_t *id, struct err *err);
/* By what an exchange calls it; 0 when there is none. */
int call__of_provider(
    struct desk *d, const char *provider_call, int64_t *id, struct err *err);

/* An open bracket on a call, which is loaded. */
struct call_work {
	struct op op;
	struct call c;
};
int call__begin(struct desk *d, struct call_work *w, enum op_id id,
    int64_t call_id, struct err *err);
int call__finish(struct desk *d, struct call_work *w, int rc, struct err *err);
/*
 * Inside a bracket: what happens to a call, with its intervals, sums and its
 * operator's state.  1: it happened already, or (reported) it cannot happen
 * any more, and nothing was written; OD_ECONFLICT.
 */
int call__move(struct desk *d, struct op *op, struct call *c,
    enum call_event event, bool reported, struct err *err);
/* Inside a bracket in which nothing came to be: no event, no audit row. */
void call__nothing(struct op *op);
/* The first interval of a call that was just made. */
int call__begin_intervals(
    struct desk *d, struct op *op, struct call *c, struct err *err);

/*
 * Inside another bracket: the call is about what was just made in it, as
 * call_link does.  OD_EDENIED when the actor may not link that call,
 * OD_ENOTFOUND.
 */
int call__about(struct desk *d, struct op *op, int64_t call_id,
    const struct call_links *made, struct err *err);

/*
 * " AND ..." of rows of alias with operator_id and team_id and their operators
 * o: those that the actor's scope of an operation reaches.
 */
void call__add_scope(
    struct query *q, struct desk *d, enum op_id read, const char *alias);

/* ---- of others' files, inside an open bracket ---- */

/*
 * The operator does that from *at_us on, or from where his last interval
 * began, which *at_us then is.  reason_id and call_id: 0 for none.
 */
struct seat_change {
	int64_t operator_id, reason_id, call_id;
	enum seat_state state;
};
int seat__change(struct desk *d, const struct seat_change *to, int64_t *at_us,
    bool *changed, struct err *err);
/* When his present interval began; 0: never anything. */
int seat__since(
    struct desk *d, int64_t operator_id, int64_t *us, struct err *err);
/* What he was before his call. */
int seat__before_call(struct desk *d, int64_t operator_id,
    struct seat_change *out, struct err *err);
/* He is here: his shift is not asked about. */
int shift__seen(
    struct desk *d, int64_t operator_id, int64_t at_us, struct err *err);

int do_not_call__put(struct desk *d, struct op *op, const char *number,
    const char *reason, int64_t until_us, int64_t call_id, int64_t *id,
    struct err *err);
struct callback_new;
int callback__insert(struct desk *d, struct op *op,
    const struct callback_new *in, int64_t *id, struct err *err);
/* Done by that call; nothing when it is not due any more. */
/* It is told when it is due as of now, and nobody was told yet. */
int callback__remind_one(
    struct desk *d, int64_t id, bool *told, struct err *err);
int callback__done(struct desk *d, struct op *op, int64_t id, int64_t call_id,
    struct err *err);
/* The label of the tenant's number, or the contact's; "" when there is none. */
int call__contact_number(
    struct desk *d, int64_t contact_id, char number[65], struct err *err);
/* Who has that folded number; 0 when nobody. */
int call__contact_of(struct desk *d, const char *folded, const char *country,
    int64_t *contact_id, struct err *err);

#endif
