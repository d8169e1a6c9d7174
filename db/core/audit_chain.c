/* audit_chain - see audit_chain.h. */
#include "db/core/audit_chain.h"
#include "common/str.h"
#include "db/core/db_int.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void
add_text(struct str *out, const char *s)
{
	str_addf(out, "%zu:", strlen(s));
	str_add(out, s);
	str_addc(out, '\n');
}

static void
add_int(struct str *out, int64_t v)
{
	str_addf(out, "%" PRId64 "\n", v);
}

void
audit_hash(const struct audit_entry *e, char hex[SHA256_HEX_SIZE])
{
	struct str row = STR_INIT;

	str_add(&row, e->prev_hash);
	str_addc(&row, '\n');
	add_int(&row, e->tenant_id);
	add_int(&row, e->seq);
	add_int(&row, e->at_us);
	add_int(&row, e->actor_kind);
	add_int(&row, e->actor_id);
	add_text(&row, e->session);
	add_text(&row, e->operation);
	add_int(&row, e->kind);
	add_int(&row, e->record_id);
	add_int(&row, e->result);
	add_text(&row, e->reason);
	add_text(&row, e->digest);
	sha256_hex(row.s, row.len, hex);
	str_free(&row);
}

int
counter_next(struct desk *d, const char *name, int64_t *value, struct err *err)
{
	return db_int(d->db, value,
	    "INSERT INTO counters(tenant_id, name, value) VALUES($1, $2, 1)"
	    " ON CONFLICT(tenant_id, name)"
	    " DO UPDATE SET value = counters.value + 1 RETURNING value",
	    BINDS(b_int(d->actor.tenant_id), b_text(name)), err);
}

int
audit_open(struct desk *d, bool open, struct err *err)
{
	int rc = db__before_write(d->db, err);

	d->db->trail.span = 0; /* its last row may go */
	return rc != 0 ? rc
	               : d->db->engine->audit_open(d->db->conn, open, err);
}

/*
 * The place behind the trail's end, and that one's hash.  Who has the tenant's
 * counter in a transaction keeps it until its end: nobody else appends, and the
 * row that we wrote last is the last one.
 */
static int
take_place(struct desk *d, int64_t *seq, char prev[SHA256_HEX_SIZE],
    struct err *err)
{
	char *text = NULL;
	int rc;

	if (d->db->trail.span != 0 && d->db->trail.span == db__span(d->db) &&
	    d->db->trail.tenant_id == d->actor.tenant_id) {
		*seq = d->db->trail.seq + 1;
		str_copy(prev, SHA256_HEX_SIZE, d->db->trail.hash);
		return db_later(d->db, NULL,
		    "UPDATE counters SET value = $1"
		    " WHERE tenant_id = $2 AND name = 'audit'",
		    BINDS(b_int(*seq), b_int(d->actor.tenant_id)), err);
	}
	if ((rc = counter_next(d, "audit", seq, err)) != 0)
		return rc;
	rc = db_text(d->db, &text,
	    "SELECT hash FROM audit WHERE tenant_id = $1 AND seq = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(*seq - 1)), err);
	str_copy(
	    prev, SHA256_HEX_SIZE, text != NULL ? text : AUDIT_FIRST_PREV);
	free(text);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
audit_append(struct desk *d, const char *operation, int kind, int64_t record_id,
    enum audit_result result, const char *reason, const char *digest,
    int64_t at_us, struct err *err)
{
	struct audit_entry e = {.tenant_id = d->actor.tenant_id,
	    .at_us = at_us,
	    .actor_id = d->actor.id,
	    .record_id = record_id,
	    .actor_kind = (int)d->actor.kind,
	    .kind = kind,
	    .result = (int)result,
	    .session = d->session,
	    .operation = operation,
	    .reason = reason,
	    .digest = digest};
	char hex[SHA256_HEX_SIZE], prev[SHA256_HEX_SIZE];
	int rc = take_place(d, &e.seq, prev, err);

	d->db->trail.span = 0;
	if (rc != 0)
		return rc;
	e.prev_hash = prev;
	audit_hash(&e, hex);
	rc = db_later(d->db, NULL,
	    "INSERT INTO audit(tenant_id, seq, at_us, actor_kind, actor_id,"
	    " session, operation, kind, record_id, result, reason, digest,"
	    " prev_hash, hash)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
	    BINDS(b_int(e.tenant_id), b_int(e.seq), b_int(e.at_us),
		b_int(e.actor_kind), b_int(e.actor_id), b_text(e.session),
		b_text(e.operation), b_int(e.kind), b_int(e.record_id),
		b_int(e.result), b_text(e.reason), b_text(e.digest),
		b_text(e.prev_hash), b_text(hex)),
	    err);
	if (rc != 0)
		return rc;
	d->db->trail.span = db__span(d->db);
	d->db->trail.tenant_id = e.tenant_id;
	d->db->trail.seq = e.seq;
	str_copy(d->db->trail.hash, sizeof(d->db->trail.hash), hex);
	return 0;
}
