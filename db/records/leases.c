/* leases - see leases.h. */
#include "db/records/leases.h"
#include "common/digest.h"
#include "db/core/op.h"
#include <string.h>

/* The owner's name, as a key that is held while it lives. */
static int64_t
live_key(const char *owner)
{
	uint8_t sum[SHA256_SIZE];
	uint64_t key = 0;

	sha256(owner, strlen(owner), sum);
	for (int i = 0; i < 8; i++)
		key = key << 8 | sum[i];
	return (int64_t)(key & ((UINT64_C(1) << 62) - 1));
}

int
lease_live(struct desk *d, const char *owner, struct err *err)
{
	return db_live_hold(d->db, live_key(owner), err);
}

bool
lease_is_live(struct desk *d, const char *owner)
{
	return db_live_elsewhere(d->db, live_key(owner));
}

int
lease_dead_owners(struct desk *d, const char *owner,
    struct lease_owner out[LEASE_OWNERS_MAX], size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT lease_owner FROM outbox"
	    " WHERE state = 1 AND state < 2 AND lease_owner <> $1"
	    " UNION SELECT lease_owner FROM jobs"
	    " WHERE state = 1 AND state < 2 AND lease_owner <> $1"
	    " ORDER BY 1 LIMIT 16",
	    BINDS(b_text(owner)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			str_copy(out[n++].name, sizeof(out[0].name),
			    stmt_text(st, 0));
	stmt_close(&st);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!db_live_elsewhere(d->db, live_key(out[i].name)))
			out[(*count)++] = out[i];
	return rc;
}

int
lease_end(struct desk *d, const char *owner, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OUTBOX_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE outbox SET next_try_us = $1, lease_until_us = $1"
	    " WHERE state = 1 AND state < 2 AND lease_owner = $2"
	    " AND next_try_us > $1",
	    BINDS(b_int(op.now_us), b_text(owner)), NULL, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE jobs SET next_try_us = $1, lease_until_us = $1"
		    " WHERE state = 1 AND state < 2 AND lease_owner = $2"
		    " AND next_try_us > $1",
		    BINDS(b_int(op.now_us), b_text(owner)), NULL, err);
	return op_end(d, &op, rc, err);
}
