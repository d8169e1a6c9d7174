/* audit_cut - see audit_cut.h. */
#include "db/records/audit_cut.h"
#include "common/i18n.h"
#include "common/str.h"
#include "db/core/audit_chain.h"
#include "db/records/audit_anchor.h"
#include <inttypes.h>
#include <string.h>

static int
sign(const char *uri, int64_t tenant_id, const struct audit_cut *cut,
    bool make_key, char mac[SHA256_HEX_SIZE], struct err *err)
{
	char text[200];

	str_format(text, sizeof(text),
	    "cut %" PRId64 " %" PRId64 " %" PRId64 " %s\n", tenant_id, cut->seq,
	    cut->at_us, cut->hash);
	return audit_anchor_sign(uri, text, make_key, mac, err);
}

int
audit_cut_read(struct desk *d, struct audit_cut *out, struct err *err)
{
	char mac[SHA256_HEX_SIZE], right[SHA256_HEX_SIZE];
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	out->is_signed = true;
	str_copy(out->hash, sizeof(out->hash), AUDIT_FIRST_PREV);
	rc = db_query(d->db, &st,
	    "SELECT seq, hash, at_us, mac FROM audit_cuts"
	    " WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->seq = stmt_int(st, 0);
		str_copy(out->hash, sizeof(out->hash), stmt_text(st, 1));
		out->at_us = stmt_int(st, 2);
		str_copy(mac, sizeof(mac), stmt_text(st, 3));
		rc = sign(
		    db_uri(d->db), d->actor.tenant_id, out, false, right, err);
		/* Without the key the row in the trail has to do. */
		out->is_signed = right[0] == '\0' || strcmp(mac, right) == 0;
	}
	stmt_close(&st);
	return rc;
}

/* ---- how far ---- */

struct reach {
	int64_t from, seq; /* cut before; the last row that may go */
	int64_t rows, oldest_us;
	char hash[SHA256_HEX_SIZE];
	bool stopped; /* by a row that is young or held */
	bool is_held;
};

/* Rows of records that a legal hold names end it: a chain has no gaps. */
static int
look(struct desk *d, struct reach *r, int64_t before_us, int limit,
    struct err *err)
{
	struct stmt *st = NULL;
	int64_t seen = 0;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT a.seq, a.at_us, a.hash, CASE WHEN EXISTS (SELECT 1"
	    " FROM holds h WHERE h.tenant_id = a.tenant_id"
	    " AND h.kind = a.kind AND h.record_id = a.record_id"
	    " AND h.released_us IS NULL) THEN 1 ELSE 0 END FROM audit a"
	    " WHERE a.tenant_id = $1 AND a.seq > $2 ORDER BY a.seq LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(r->seq), b_int(limit)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		rc = 0;
		seen++;
		r->is_held = stmt_int(st, 3) != 0;
		r->stopped = r->is_held || stmt_int(st, 1) >= before_us;
		if (r->stopped)
			break;
		if (r->rows++ == 0)
			r->oldest_us = stmt_int(st, 1);
		r->seq = stmt_int(st, 0);
		str_copy(r->hash, sizeof(r->hash), stmt_text(st, 2));
	}
	stmt_close(&st);
	r->stopped = r->stopped || seen < limit;
	return rc < 0 ? rc : 0;
}

int
audit_cut_due(struct desk *d, int64_t before_us, int64_t *due, int64_t *kept,
    int64_t *oldest_us, struct err *err)
{
	struct audit_cut cut;
	struct reach r = {0};
	int rc;

	*kept = 0;
	if ((rc = audit_cut_read(d, &cut, err)) != 0)
		return rc;
	r.seq = cut.seq;
	while (rc == 0 && !r.stopped)
		rc = look(d, &r, before_us, 1000, err);
	*due = r.rows;
	*oldest_us = r.oldest_us;
	if (rc == 0 && r.is_held)
		rc = db_int(d->db, kept,
		    "SELECT count(*) FROM audit WHERE tenant_id = $1"
		    " AND seq > $2 AND at_us < $3",
		    BINDS(b_int(d->actor.tenant_id), b_int(r.seq),
			b_int(before_us)),
		    err);
	return rc;
}

/* ---- cutting ---- */

static int
note(struct desk *d, const struct audit_cut *cut, struct err *err)
{
	char mac[SHA256_HEX_SIZE];
	int rc;

	if ((rc = sign(
		 db_uri(d->db), d->actor.tenant_id, cut, true, mac, err)) != 0)
		return rc;
	rc = db_exec(d->db, "DELETE FROM audit_cuts WHERE tenant_id = $1",
	    BINDS(b_int(d->actor.tenant_id)), NULL, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "INSERT INTO audit_cuts(tenant_id, seq, hash, at_us, mac)"
		    " VALUES($1, $2, $3, $4, $5)",
		    BINDS(b_int(d->actor.tenant_id), b_int(cut->seq),
			b_text(cut->hash), b_int(cut->at_us), b_text(mac)),
		    NULL, err);
	/* The same in the trail itself, which goes on from here. */
	return rc != 0
	           ? rc
	           : audit_append(d, op_def(OP_AUDIT_CUT)->name, RECORD_NONE,
			 cut->seq, AUDIT_DONE, "", cut->hash, cut->at_us, err);
}

static int
take(struct desk *d, int64_t seq, int64_t *removed, struct err *err)
{
	int rc;

	if ((rc = audit_open(d, true, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "DELETE FROM audit WHERE tenant_id = $1 AND seq <= $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(seq)), removed, err);
	return rc != 0 ? rc : audit_open(d, false, err);
}

int
audit_cut(struct desk *d, struct op *op, int64_t before_us, int limit,
    int64_t *removed, struct err *err)
{
	struct audit_cut cut;
	struct reach r = {0};
	int rc;

	*removed = 0;
	if ((rc = audit_cut_read(d, &cut, err)) != 0)
		return rc;
	r.seq = cut.seq;
	if ((rc = look(d, &r, before_us, limit, err)) != 0 || r.rows == 0)
		return rc;
	cut.seq = r.seq;
	cut.at_us = op->now_us;
	str_copy(cut.hash, sizeof(cut.hash), r.hash);
	if ((rc = note(d, &cut, err)) != 0)
		return rc;
	return take(d, cut.seq, removed, err);
}
