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
	" t.description, t.waiting_reason, o.team_id, t.due_us, t.status_id,"  \
	" t.priority_reason, COALESCE((SELECT s.name FROM ticket_statuses s"   \
	" WHERE s.tenant_id = t.tenant_id AND s.id = t.status_id),"            \
	" (SELECT s.name FROM ticket_statuses s"                               \
	" WHERE s.tenant_id = t.tenant_id AND s.state = t.state"               \
	" AND s.is_default = 1)),"                                             \
	" CASE WHEN t.due_us < 9223372036854775807 THEN"                       \
	" (SELECT min(k.notice_us) FROM ticket_clocks k"                       \
	" WHERE k.ticket_id = t.id AND k.tenant_id = t.tenant_id"              \
	" AND k.stopped_us IS NULL AND k.noticed = 0"                          \
	" AND k.due_us = t.due_us) END, t.snoozed_until_us,"                   \
	" t.snooze_until_reply FROM tickets t"                               \
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
/* The same of somebody else than who acts. */
struct comment_row {
	enum comment_kind kind;
	bool inbound;             /* the customer said it */
	int64_t operator_id;      /* 0: none of the desk's */
	int64_t held_until_us;    /* 0: it goes out at once */
	const char *author, *body; /* borrowed */
};
int ticket__comment_put(struct desk *d, struct op *op, int64_t ticket_id,
    const struct comment_row *row, int64_t *id, struct err *err);
/*
 * Comments that are held until later than this are not there for the actor:
 * people see them, programs do not before they go out.
 */
int64_t ticket__seen_until(const struct desk *d);
/* 0, or OD_ECONFLICT that says that it is in the trash. */
int ticket__check_alive(const struct ticket *t, struct err *err);
/*
 * An open bracket on a ticket that lives and was not merged away, which is
 * loaded into *t: the caller's to clear.  On an error neither is left.
 */
int ticket__begin_live(struct desk *d, struct op *op, enum op_id id,
    int64_t ticket_id, struct ticket *t, struct err *err);
/* Inside an open op: as ticket_link, without asking who may. */
struct ticket_link_new;
int ticket__link_insert(struct desk *d, struct op *op, int64_t ticket_id,
    const struct ticket_link_new *in, int64_t *id, struct err *err);

/* " AND ..." behind a page's place, and " ORDER BY ... LIMIT ..." */
void ticket__add_place(
    struct query *q, const struct ticket_filter *f, const struct page *page);
void ticket__add_order(struct query *q, const struct ticket_filter *f,
    const struct page *page, int limit);
/*
 * The key of the category that a word means, into key; "" stays "".  Any word
 * goes while the tenant has declared none; OD_EDATA when it is none of them.
 */
int ticket__category(struct desk *d, const char *word, char key[65],
    struct err *err);
/*
 * Inside an open op: the values that were typed for a ticket of that category.
 * *changed: whether any of them is another one than before.
 */
int ticket__values_put(struct desk *d, struct op *op, int64_t ticket_id,
    const char *category, const struct ticket_given *given, size_t count,
    bool *changed, struct err *err);
/*
 * The ticket was changed since: those of the values that are others than what
 * stands become part of the desk's conflict.
 */
void ticket__values_conflict(struct desk *d, int64_t ticket_id,
    const char *category, const struct ticket_given *given, size_t count);
/* OD_EDATA, with their names, when required fields have no value. */
int ticket__values_check(
    struct desk *d, const struct ticket *t, struct err *err);
/* All fields that are declared, in the order of ticket_field_list. */
struct ticket_field;
int ticket__fields(struct desk *d, struct ticket_field **rows, size_t *count,
    struct err *err);
/*
 * What is declared by people: a name as it is stored, not "" and at most max
 * bytes; and the key that it makes where none is given.
 */
int ticket__name(const char *name, char *dst, size_t dst_size, struct err *err);
int ticket__key(const char *key, const char *name, char dst[65],
    struct err *err);
/* The same when both are folded. */
bool ticket__same_name(const char *a, const char *b);
/*
 * What sql, a query of id and deleted_at by tenant and key, finds: nothing,
 * one that was deleted, or one that is there; *id is its id.  Else OD_*.
 */
enum { DECLARED_NONE = 0, DECLARED_DELETED = 1, DECLARED_ALIVE = 2 };
int ticket__with_key(struct desk *d, const char *sql, const char *key,
    int64_t *id, struct err *err);
/*
 * An edit of name and position.  check looks inside the open op whether it is
 * there and the new name (NULL: as it was) is free, and gives the sentence.
 */
struct declared_edit {
	enum op_id op;
	enum record_kind kind;
	int (*check)(struct desk *d, struct op *op, int64_t id,
	    const char *name, struct err *err);
};
/* One that was deleted, back; check as above, of what is in the trash. */
struct declared_restore {
	enum op_id op;
	enum record_kind kind;
	int (*check)(struct desk *d, struct op *op, int64_t id, struct err *err);
};
int ticket__declared_restore(struct desk *d,
    const struct declared_restore *restore, int64_t id, struct err *err);
/*
 * One place up (step < 0) or down among those that sql, a query of id,
 * position and name by tenant and id, gives in their order.
 */
struct declared_move {
	enum op_id op;
	enum record_kind kind;
	const char *sql;
};
int ticket__declared_move(struct desk *d, const struct declared_move *move,
    int64_t id, int step, struct err *err);
int ticket__declared_edit(struct desk *d, const struct declared_edit *edit,
    int64_t id, int64_t seen_version, const struct change *changes,
    size_t count, struct err *err);

/* ---- ticket_attach.c ---- */

struct attach_file;
/* Inside an open op: rows for the files of a comment.  OD_ELIMIT. */
int ticket__attach(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t comment_id, const struct attach_file *files, size_t count,
    struct err *err);
/* What they are called, a line each. */
void ticket__attach_body(
    struct str *out, const struct attach_file *files, size_t count);

#endif
