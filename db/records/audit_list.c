/*
 * audit_list - a page of the trail, as far as the role reaches; see audit.h.
 *
 * What one person did stands together in an index.  A team's is not read from
 * the trail of all, which may have little of it: the newest of each of its
 * people are, and the newest of those remain.
 */
#include "common/xalloc.h"
#include "db/core/audit_chain.h"
#include "db/core/op.h"
#include "db/core/query.h"
#include "db/records/audit.h"
#include "db/records/page.h"
#include "db/records/records_int.h"
#include <stdlib.h>

#define TOGETHER 8 /* people whose rows one statement reads */

struct reading {
	int limit;
	int64_t before_seq;     /* only rows below */
	struct audit_row *rows; /* owned; the newest first */
	size_t count;
};

static void
read_row(struct stmt *st, void *row)
{
	struct audit_row *a = row;

	a->id = stmt_int(st, 0);
	a->seq = stmt_int(st, 1);
	a->at_us = stmt_int(st, 2);
	a->actor_kind = (enum actor_kind)stmt_int(st, 3);
	a->actor_id = stmt_int(st, 4);
	str_copy(a->session, sizeof(a->session), stmt_text(st, 5));
	str_copy(a->operation, sizeof(a->operation), stmt_text(st, 6));
	a->kind = (enum record_kind)stmt_int(st, 7);
	a->record_id = stmt_int(st, 8);
	a->denied = stmt_int(st, 9) == AUDIT_DENIED;
	a->reason = stmt_dup(st, 10);
	str_copy(a->actor_name, sizeof(a->actor_name), stmt_text(st, 11));
}

#define COLUMNS                                                                \
	"SELECT a.id, a.seq, a.at_us, a.actor_kind, a.actor_id, a.session,"    \
	" a.operation, a.kind, a.record_id, a.result, a.reason,"

static int
run(struct desk *d, struct query *q, struct reading *r, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = query_run(d->db, &st, q, err);
	r->rows = records__rows(
	    r->rows, &st, sizeof(*r->rows), read_row, &r->count, &rc, err);
	return rc;
}

/* All of the tenant, or what one person did (actor_id not 0). */
static int
read_trail(struct desk *d, int64_t actor_id, struct reading *r, struct err *err)
{
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q,
	    COLUMNS " COALESCE(o.full_name, k.name, '') FROM audit a"
		    " LEFT JOIN operators o ON o.id = a.actor_id"
		    " AND a.actor_kind = 1 AND o.tenant_id = a.tenant_id"
		    " LEFT JOIN tokens k ON k.id = a.actor_id"
		    " AND a.actor_kind = 2 AND k.tenant_id = a.tenant_id");
	query_add(
	    &q, " WHERE a.tenant_id = $?", BINDS(b_int(d->actor.tenant_id)));
	if (actor_id != 0)
		query_add(&q, " AND a.actor_kind = 1 AND a.actor_id = $?",
		    BINDS(b_int(actor_id)));
	query_add(&q, " AND a.seq < $? ORDER BY a.seq DESC LIMIT $?",
	    BINDS(b_int(r->before_seq), b_int(r->limit)));
	rc = run(d, &q, r, err);
	query_free(&q);
	return rc;
}

static int
newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct audit_row *)a)->seq;
	int64_t y = ((const struct audit_row *)b)->seq;

	return x > y ? -1 : x < y;
}

/* Of these people's rows and what was read before, the newest stay. */
static int
read_people(struct desk *d, const int64_t *ids, size_t count, struct reading *r,
    struct err *err)
{
	int64_t tenant = d->actor.tenant_id, above = 0;
	struct query q;
	int rc;

	if (r->rows != NULL && r->count == (size_t)r->limit)
		above = r->rows[r->count - 1].seq;
	query_init(&q);
	query_text(&q, COLUMNS " COALESCE(o.full_name, '') FROM (");
	/* Nobody has the id 0: one text serves any number of people. */
	for (size_t i = 0; i < TOGETHER; i++) {
		query_text(&q, i > 0 ? " UNION ALL" : "");
		query_add(&q,
		    " SELECT id FROM (SELECT id FROM audit"
		    " WHERE tenant_id = $? AND actor_kind = 1"
		    " AND actor_id = $? AND seq > $? AND seq < $?"
		    " ORDER BY seq DESC LIMIT $?) AS theirs",
		    BINDS(b_int(tenant), b_int(i < count ? ids[i] : 0),
			b_int(above), b_int(r->before_seq), b_int(r->limit)));
	}
	query_add(&q,
	    ") AS newest JOIN audit a ON a.id = newest.id AND a.tenant_id = $?"
	    " LEFT JOIN operators o ON o.id = a.actor_id"
	    " AND o.tenant_id = a.tenant_id"
	    " ORDER BY a.seq DESC LIMIT $?",
	    BINDS(b_int(tenant), b_int(r->limit)));
	rc = run(d, &q, r, err);
	query_free(&q);
	if (rc != 0)
		return rc;
	if (r->count > 1)
		qsort(r->rows, r->count, sizeof(*r->rows), newest_first);
	for (; r->count > (size_t)r->limit; r->count--)
		free(r->rows[r->count - 1].reason);
	return 0;
}

static void
read_id(struct stmt *st, void *row)
{
	*(int64_t *)row = stmt_int(st, 0);
}

/* The team's people of now, the actor among them. */
static int
read_team(struct desk *d, struct reading *r, struct err *err)
{
	struct stmt *st = NULL;
	int64_t *ids = NULL;
	size_t n = 0;
	int rc = db_query(d->db, &st,
	    "SELECT id FROM operators WHERE tenant_id = $1 AND team_id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.team_id)), err);

	ids = records__rows(ids, &st, sizeof(*ids), read_id, &n, &rc, err);
	for (size_t i = 0; rc == 0 && i < n; i += TOGETHER)
		rc = read_people(
		    d, ids + i, n - i < TOGETHER ? n - i : TOGETHER, r, err);
	free(ids);
	return rc;
}

int
audit_list(struct desk *d, int64_t before_seq, int limit,
    struct audit_row **rows, size_t *count, struct err *err)
{
	struct page page = {.limit = limit};
	struct reading r = {.limit = records__limit(&page),
	    .before_seq = before_seq > 0 ? before_seq : INT64_MAX};
	enum scope scope;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_AUDIT_READ, 0, err)) != 0)
		return rc;
	scope = op_scope(d, OP_AUDIT_READ);
	if (scope == SCOPE_TEAM && d->actor.team_id != 0)
		rc = read_team(d, &r, err);
	else
		rc = read_trail(
		    d, scope == SCOPE_ALL ? 0 : d->actor.id, &r, err);
	*rows = r.rows;
	*count = r.count;
	if (rc != 0) {
		audit_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
audit_list_free(struct audit_row **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		free((*rows)[i].reason);
	FREE(rows);
}

void
audit_json(const struct audit_row *a, struct json_out *out)
{
	static const char *const actors[] = {
	    "system", "operator", "token", "bot", "host"};

	json_out_object(out, NULL);
	json_out_int(out, "seq", a->seq);
	json_out_time(out, "at", a->at_us);
	json_out_string(out, "actor_kind", actors[a->actor_kind]);
	records__json_ref(out, "actor_id", a->actor_id);
	json_out_string(out, "actor", a->actor_name);
	json_out_string(out, "session", a->session);
	json_out_string(out, "operation", a->operation);
	json_out_string(out, "kind", record_def(a->kind)->noun);
	records__json_ref(out, "record_id", a->record_id);
	json_out_string(out, "result", a->denied ? "denied" : "done");
	json_out_string(out, "reason", a->reason != NULL ? a->reason : "");
	json_out_end(out, '}');
}
