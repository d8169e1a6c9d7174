/* audit - see audit.h; op_end writes the rows. */
#include "db/records/audit.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/audit_chain.h"
#include "db/records/audit_anchor.h"
#include "db/records/audit_cut.h"
#include "db/records/records_int.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VERIFY_BATCH 1000

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

/* Own actions, the team's, or all: what the role may read. */
static void
add_scope(struct query *q, struct desk *d)
{
	enum scope scope = op_scope(d, OP_AUDIT_READ);

	if (scope == SCOPE_ALL)
		return;
	query_text(q, " AND a.actor_kind = 1");
	if (scope == SCOPE_TEAM && d->actor.team_id != 0)
		query_add(q, " AND (a.actor_id = $? OR o.team_id = $?)",
		    BINDS(b_int(d->actor.id), b_int(d->actor.team_id)));
	else
		query_add(q, " AND a.actor_id = $?", BINDS(b_int(d->actor.id)));
}

int
audit_list(struct desk *d, int64_t before_seq, int limit,
    struct audit_row **rows, size_t *count, struct err *err)
{
	struct page page = {.limit = limit};
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_AUDIT_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q,
	    "SELECT a.id, a.seq, a.at_us, a.actor_kind, a.actor_id,"
	    " a.session, a.operation, a.kind, a.record_id, a.result, a.reason,"
	    " COALESCE(o.full_name, k.name, '') FROM audit a"
	    " LEFT JOIN operators o ON o.id = a.actor_id"
	    " AND a.actor_kind = 1 AND o.tenant_id = a.tenant_id"
	    " LEFT JOIN tokens k ON k.id = a.actor_id"
	    " AND a.actor_kind = 2 AND k.tenant_id = a.tenant_id");
	query_add(
	    &q, " WHERE a.tenant_id = $?", BINDS(b_int(d->actor.tenant_id)));
	add_scope(&q, d);
	if (before_seq > 0)
		query_add(&q, " AND a.seq < $?", BINDS(b_int(before_seq)));
	query_add(&q, " ORDER BY a.seq DESC LIMIT $?",
	    BINDS(b_int(records__limit(&page))));
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		*rows = records__rows(
		    *rows, st, sizeof(**rows), read_row, count, &rc, err);
	stmt_close(&st);
	query_free(&q);
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

/* Where the walk along the chain stands. */
struct walk {
	int64_t seq;                /* of the last good row */
	char hash[SHA256_HEX_SIZE]; /* of it */
	struct audit_verdict *out;
	/* What was noted outside, of all tenants; read ahead of the rows. */
	struct audit_anchors anchors;
	size_t next;          /* of them, to be compared */
	int64_t safe;         /* row of the last one that is right */
	struct audit_cut cut; /* where it begins */
	bool cut_is_noted;    /* by a row behind it */
};

static void
bad(struct walk *w, int64_t seq, const char *reason)
{
	w->out->bad_seq = seq;
	str_copy(w->out->reason, sizeof(w->out->reason), reason);
}

/* The next note about this tenant; NULL behind the last one. */
static const struct audit_anchor *
next_anchor(struct walk *w, int64_t tenant_id)
{
	const struct audit_anchors *a = &w->anchors;

	while (w->next < a->count && a->rows[w->next].tenant_id != tenant_id)
		w->next++;
	return w->next < a->count ? &a->rows[w->next] : NULL;
}

/* A chain that was computed anew is whole, but not the one of that time. */
static void
check_anchor(struct walk *w, int64_t tenant_id)
{
	const struct audit_anchor *a = next_anchor(w, tenant_id);

	if (a == NULL || a->seq != w->seq)
		return;
	if (strcmp(a->hash, w->hash) != 0) {
		bad(w, w->safe + 1,
		    _("rows from here on were written anew; DESK.audit noted"
		      " others"));
		return;
	}
	w->safe = w->seq;
	w->next++;
}

/* Behind the rows: what was noted and is not there. */
static void
check_last_anchor(struct walk *w, int64_t tenant_id)
{
	const struct audit_anchors *a = &w->anchors;

	if (next_anchor(w, tenant_id) != NULL)
		bad(w, w->seq + 1, _("the rows from here on are missing"));
	else if (a->bad_line != 0)
		bad(w, w->safe + 1,
		    _("its checkpoint outside of the desk, DESK.audit, was"
		      " changed"));
}

static void
check_row(struct walk *w, int64_t tenant_id, struct stmt *st)
{
	struct audit_entry e = {.tenant_id = tenant_id,
	    .seq = stmt_int(st, 0),
	    .at_us = stmt_int(st, 1),
	    .actor_kind = (int)stmt_int(st, 2),
	    .actor_id = stmt_int(st, 3),
	    .session = stmt_text(st, 4),
	    .operation = stmt_text(st, 5),
	    .kind = (int)stmt_int(st, 6),
	    .record_id = stmt_int(st, 7),
	    .result = (int)stmt_int(st, 8),
	    .reason = stmt_text(st, 9),
	    .digest = stmt_text(st, 10),
	    .prev_hash = stmt_text(st, 11)};
	char hex[SHA256_HEX_SIZE];

	if (e.seq != w->seq + 1) {
		bad(w, w->seq + 1, _("the row is missing"));
		return;
	}
	audit_hash(&e, hex);
	if (strcmp(e.prev_hash, w->hash) != 0)
		bad(w, e.seq, _("it does not follow the row before it"));
	else if (strcmp(hex, stmt_text(st, 12)) != 0)
		bad(w, e.seq, _("its content was changed"));
	w->out->rows++;
	if (e.record_id == w->cut.seq &&
	    strcmp(e.operation, op_def(OP_AUDIT_CUT)->name) == 0 &&
	    strcmp(e.digest, w->cut.hash) == 0)
		w->cut_is_noted = true;
	w->seq = e.seq;
	str_copy(w->hash, sizeof(w->hash), hex);
	if (w->out->bad_seq == 0)
		check_anchor(w, tenant_id);
}

/* The next rows; *more says whether there may be others. */
static int
check_batch(struct desk *d, struct walk *w, bool *more, struct err *err)
{
	struct stmt *st = NULL;
	int n = 0, rc;

	rc = db_query(d->db, &st,
	    "SELECT seq, at_us, actor_kind, actor_id, session, operation,"
	    " kind, record_id, result, reason, digest, prev_hash, hash"
	    " FROM audit WHERE tenant_id = $1 AND seq > $2"
	    " ORDER BY seq LIMIT $3",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(w->seq), b_int(VERIFY_BATCH)),
	    err);
	if (rc == 0)
		while (w->out->bad_seq == 0 && (rc = stmt_step(st, err)) == 1) {
			check_row(w, d->actor.tenant_id, st);
			n++;
		}
	stmt_close(&st);
	*more = n == VERIFY_BATCH && w->out->bad_seq == 0;
	return rc < 0 ? rc : 0;
}

/* How many rows were ever written. */
static int
read_written(struct desk *d, int64_t *written, struct err *err)
{
	int rc;

	rc = db_int(d->db, written,
	    "SELECT value FROM counters"
	    " WHERE tenant_id = $1 AND name = 'audit'",
	    BINDS(b_int(d->actor.tenant_id)), err);
	if (rc == OD_ENOTFOUND)
		*written = rc = 0;
	return rc;
}

/* What was taken away by the rules cannot be compared any more. */
static int
begin_at_cut(struct desk *d, struct walk *w, struct err *err)
{
	const struct audit_anchor *a;
	int rc;

	if ((rc = audit_cut_read(d, &w->cut, err)) != 0)
		return rc;
	w->seq = w->safe = w->cut.seq;
	str_copy(w->hash, sizeof(w->hash), w->cut.hash);
	while (
	    (a = next_anchor(w, d->actor.tenant_id)) != NULL && a->seq < w->seq)
		w->next++;
	if (!w->cut.is_signed)
		bad(w, w->seq + 1,
		    _("where it begins was not written by this desk"));
	else if (w->seq > 0)
		check_anchor(w, d->actor.tenant_id);
	return 0;
}

static void
check_cut(struct walk *w)
{
	if (w->cut.seq > 0 && !w->cut_is_noted)
		bad(w, w->cut.seq + 1,
		    _("nothing in it says that older rows were taken away"));
}

int
audit_verify(struct desk *d, struct audit_verdict *out, struct err *err)
{
	struct walk w = {.hash = AUDIT_FIRST_PREV, .out = out};
	int64_t before = 0, after = 0;
	bool more = true;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_AUDIT_READ, 0, err)) != 0)
		return rc;
	if (op_scope(d, OP_AUDIT_READ) != SCOPE_ALL)
		return err_set(err, OD_EDENIED,
		    "Only an administrator or an auditor verifies the audit"
		    " trail");
	/* Others go on writing: the end lies between before and after. */
	if ((rc = audit_anchor_read(db_uri(d->db), &w.anchors, err)) == 0)
		rc = read_written(d, &before, err);
	if (rc == 0)
		rc = begin_at_cut(d, &w, err);
	while (rc == 0 && more && out->bad_seq == 0)
		rc = check_batch(d, &w, &more, err);
	if (rc == 0)
		rc = read_written(d, &after, err);
	if (rc == 0 && out->bad_seq == 0) {
		if (w.seq < before)
			bad(&w, w.seq + 1,
			    _("the rows from here on are missing"));
		else if (w.seq > after)
			bad(&w, after + 1,
			    _("there are more rows than were written"));
		else
			check_last_anchor(&w, d->actor.tenant_id);
		if (out->bad_seq == 0)
			check_cut(&w);
	}
	audit_anchor_free(&w.anchors);
	return rc;
}
