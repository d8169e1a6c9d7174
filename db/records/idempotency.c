/* idempotency - answers kept with their effect; see tokens.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/tokens.h"
#include <stdlib.h>
#include <string.h>

/* A key belongs to the token that sent it. */
static int64_t
token_of(const struct desk *d)
{
	return d->actor.kind == ACTOR_TOKEN ? d->actor.id : 0;
}

static int
check_key(const char *key, struct err *err)
{
	size_t n = strlen(key);

	if (n == 0 || n > 200)
		return err_set(err, OD_EDATA,
		    "An Idempotency-Key has 1 to 200 characters");
	return records__body("Idempotency-Key", key, 200, err);
}

static int
refuse_other_request(struct err *err)
{
	return err_set(err, OD_EDATA,
	    "This Idempotency-Key was used with another request; use a new"
	    " one");
}

int
idempotency_find(struct desk *d, const char *key, const char *request_hash,
    struct idempotent *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	out->status = 0;
	out->response = NULL;
	if ((rc = check_key(key, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT request_hash, status, response FROM idempotency"
	    " WHERE tenant_id = $1 AND token_id = $2 AND name = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(token_of(d)), b_text(key)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		if (strcmp(stmt_text(st, 0), request_hash) != 0) {
			rc = refuse_other_request(err);
		} else {
			out->status = (int)stmt_int(st, 1);
			out->response = stmt_dup(st, 2);
			rc = 0;
		}
	}
	stmt_close(&st);
	return rc;
}

static int
keep(struct desk *d, const char *key, const char *request_hash, int status,
    const char *response, struct err *err)
{
	int64_t changed = 0;
	int rc;

	rc = db_exec(d->db,
	    "INSERT INTO idempotency(tenant_id, token_id, name, request_hash,"
	    " status, response, at_us) VALUES($1,$2,$3,$4,$5,$6,$7)"
	    " ON CONFLICT(tenant_id, token_id, name) DO NOTHING",
	    BINDS(b_int(d->actor.tenant_id), b_int(token_of(d)), b_text(key),
		b_text(request_hash), b_int(status), b_text(response),
		b_int(clock_wall_us())),
	    &changed, err);
	if (rc == 0 && changed == 0)
		return err_set(err, OD_ECONFLICT,
		    "A request with this Idempotency-Key was answered"
		    " meanwhile; send it again to get that answer");
	return rc;
}

int
idempotency_keep(struct desk *d, const char *key, const char *request_hash,
    int status, const char *response, struct err *err)
{
	int rc;

	if ((rc = check_key(key, err)) != 0)
		return rc;
	if (db_in_transaction(d->db))
		return keep(d, key, request_hash, status, response, err);
	if ((rc = db_begin(d->db, "idempotency_keep", err)) != 0)
		return rc;
	if ((rc = keep(d, key, request_hash, status, response, err)) == 0)
		rc = db_commit(d->db, err);
	if (rc != 0)
		db_rollback(d->db);
	return rc;
}
