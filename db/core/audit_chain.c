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

	return rc != 0 ? rc
	               : d->db->engine->audit_open(d->db->conn, open, err);
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
	char hex[SHA256_HEX_SIZE];
	char *prev = NULL;
	int rc;

	if ((rc = counter_next(d, "audit", &e.seq, err)) != 0)
		return rc;
	rc = db_text(d->db, &prev,
	    "SELECT hash FROM audit WHERE tenant_id = $1 AND seq = $2",
	    BINDS(b_int(e.tenant_id), b_int(e.seq - 1)), err);
	if (rc != 0 && rc != OD_ENOTFOUND)
		goto out;
	e.prev_hash = prev != NULL ? prev : AUDIT_FIRST_PREV;
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
out:
	free(prev);
	return rc;
}
