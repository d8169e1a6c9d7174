/* ticket_links - see ticket_links.h. */
#include "db/records/ticket_links.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

const char *const link_kind_names[] = {"other", "conversation",
    "call", "guide", "equipment", "ticket", NULL};
const char *const link_relation_names[] = {
    "related", "follow_up", "split_from", "duplicate", NULL};

/* What it names is there, and the actor may read it. */
static int
check_named(struct desk *d, int64_t ticket_id, const struct ticket_link_new *in,
    const char *name, struct err *err)
{
	if (in->kind != LINK_TICKET && in->kind != LINK_CONVERSATION)
		return name[0] != '\0'
		           ? 0
		           : err_set(err, OD_EDATA,
				 "What is linked to needs a name, as it is"
				 " called where it is kept");
	if (in->kind == LINK_TICKET && in->record_id == ticket_id)
		return err_set(err, OD_ECONFLICT,
		    "A ticket cannot be linked to itself; name another one");
	return op_read(d,
	    in->kind == LINK_TICKET ? OP_TICKET_READ : OP_CONVERSATION_READ,
	    in->record_id, err);
}

static int
check_new(struct desk *d, int64_t ticket_id, const struct ticket_link_new *in,
    const char *name, struct err *err)
{
	int rc;

	if ((rc = check_named(d, ticket_id, in, name, err)) != 0)
		return rc;
	rc = records__any(d,
	    "SELECT 1 FROM ticket_links WHERE tenant_id = $1"
	    " AND ticket_id = $2 AND kind = $3 AND record_id = $4"
	    " AND record_name = $5 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id), b_int(in->kind),
		b_int(in->record_id), b_text(name)),
	    err);
	return rc == 1 ? err_set(err, OD_ECONFLICT,
			     "That is linked to this ticket already")
	               : rc;
}

int
ticket__link_insert(struct desk *d, struct op *op, int64_t ticket_id,
    const struct ticket_link_new *in, int64_t *id, struct err *err)
{
	bool by_operator = d->actor.kind == ACTOR_OPERATOR;
	char name[201];
	int rc;

	if ((rc = records__fit(_("Name"), name, sizeof(name), in->name, err)) !=
		0 ||
	    (rc = check_new(d, ticket_id, in, name, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO ticket_links(tenant_id, ticket_id, kind, record_id,"
	    " record_name, relation, operator_id, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id), b_int(in->kind),
		b_int(in->record_id), b_text(name), b_int(in->relation),
		by_operator ? b_int(d->actor.id) : b_null(), b_int(op->now_us)),
	    err);
	return rc != 0 ? rc
	               : record_created(d, op, RECORD_TICKET_LINK, *id, err);
}

int
ticket_link(struct desk *d, int64_t ticket_id, const struct ticket_link_new *in,
    int64_t *id, struct err *err)
{
	struct ticket t = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_LINK, ticket_id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, ticket_id, &t, err)) == 0 &&
	    (rc = ticket__check_alive(&t, err)) == 0) {
		op_sentence(&op, _("Linked ticket %lld"), (long long)t.number);
		rc = ticket__link_insert(d, &op, ticket_id, in, id, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

int
ticket_unlink(
    struct desk *d, int64_t ticket_id, int64_t link_id, struct err *err)
{
	struct ticket t = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_UNLINK, ticket_id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, ticket_id, &t, err)) != 0)
		goto out;
	rc = records__any(d,
	    "SELECT 1 FROM ticket_links WHERE tenant_id = $1 AND id = $2"
	    " AND (ticket_id = $3 OR (kind = 5 AND record_id = $3))"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(link_id), b_int(ticket_id)),
	    err);
	if (rc == 0)
		rc = err_set(err, OD_ENOTFOUND, "This ticket has no such link");
	op_sentence(&op, _("Took a link off ticket %lld"), (long long)t.number);
	if (rc == 1)
		rc = record_delete(d, &op, RECORD_TICKET_LINK, link_id, 0, err);
out:
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

/* ---- reading ---- */

static void
read_link(struct stmt *st, void *row)
{
	struct ticket_link *l = row;

	l->id = stmt_int(st, 0);
	l->kind = (enum link_kind)stmt_int(st, 1);
	l->relation = (enum link_relation)stmt_int(st, 2);
	l->at_us = stmt_int(st, 3);
	l->record_id = stmt_int(st, 4);
	l->number = stmt_int(st, 5);
	str_copy(l->name, sizeof(l->name), stmt_text(st, 6));
}

static void
read_inward(struct stmt *st, void *row)
{
	struct ticket_link *l = row;

	read_link(st, row);
	l->inward = true;
	l->record_id = stmt_int(st, 7);
}

static int
append(struct desk *d, const char *sql, int64_t ticket_id,
    records_read_fn *read, struct ticket_link **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err);
	*rows =
	    records__rows(*rows, &st, sizeof(**rows), read, count, &rc, err);
	return rc;
}

static int
by_time(const void *a, const void *b)
{
	const struct ticket_link *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

int
ticket_links(struct desk *d, int64_t ticket_id, struct ticket_link **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0)
		return rc;
	rc = append(d,
	    "SELECT l.id, l.kind, l.relation, l.created_at, l.record_id,"
	    " t.number, COALESCE(t.subject, l.record_name)"
	    " FROM ticket_links l LEFT JOIN tickets t ON l.kind = 5"
	    " AND t.tenant_id = l.tenant_id AND t.id = l.record_id"
	    " WHERE l.tenant_id = $1 AND l.ticket_id = $2"
	    " AND l.deleted_at IS NULL",
	    ticket_id, read_link, rows, count, err);
	if (rc == 0)
		rc = append(d,
		    "SELECT l.id, l.kind, l.relation, l.created_at,"
		    " l.record_id, t.number, t.subject, t.id"
		    " FROM ticket_links l JOIN tickets t"
		    " ON t.tenant_id = l.tenant_id AND t.id = l.ticket_id"
		    " WHERE l.tenant_id = $1 AND l.kind = 5"
		    " AND l.record_id = $2 AND l.deleted_at IS NULL",
		    ticket_id, read_inward, rows, count, err);
	if (rc != 0) {
		FREE(rows);
		*count = 0;
		return rc;
	}
	if (*count > 0)
		qsort(*rows, *count, sizeof(**rows), by_time);
	for (size_t i = 0; i < *count; i++) {
		struct ticket_link *l = &(*rows)[i];

		if (l->kind == LINK_TICKET &&
		    op_may(d, OP_TICKET_READ, l->record_id, NULL) != 0)
			l->name[0] = '\0';
	}
	return 0;
}

void
ticket_link_json(const struct ticket_link *l, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", l->id);
	json_out_string(out, "kind", link_kind_names[l->kind]);
	json_out_string(out, "relation", link_relation_names[l->relation]);
	json_out_bool(out, "inward", l->inward);
	if (l->kind == LINK_TICKET)
		json_out_int(out, "ticket", l->number);
	if (l->kind == LINK_CONVERSATION)
		json_out_int(out, "conversation_id", l->record_id);
	json_out_string(out, "name", l->name);
	json_out_time(out, "at", l->at_us);
	json_out_end(out, '}');
}
