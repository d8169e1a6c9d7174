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
