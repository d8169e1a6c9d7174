/*
 * outbox_lease - whose a row is that is being sent.
 *
 * What a daemon kept in memory while the database's server was away may be out
 * of date when it can be written: by then the row may be another one's.  And a
 * claim whose commit was not answered may have been one.
 */
#include "common/clock.h"
#include "db/records/outbox_int.h"
#include "db/records/records_int.h"

int
outbox_is_claimed(struct desk *d, const struct outbox_item *claimed,
    bool *is_claimed, struct err *err)
{
	int64_t n = 0;
	int rc;

	/* One claim is told from another by its time. */
	rc = db_int(d->db, &n,
	    "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND id = $2"
	    " AND attempts = $3 AND (state = $4 AND updated_at = $5"
	    " OR state = $6)",
	    BINDS(b_int(claimed->tenant_id), b_int(claimed->id),
		b_int(claimed->attempts), b_int(OUTBOX_SENDING),
		b_int(claimed->updated_at), b_int(OUTBOX_UNCERTAIN)),
	    err);
	*is_claimed = n > 0;
	return rc;
}

int
outbox_unclaim(struct desk *d, const char *owner, const int64_t *but, size_t n,
    struct err *err)
{
	int64_t tenant_id = d->actor.tenant_id;
	struct outbox_item *rows = NULL;
	size_t count = 0;
	int rc;

	rc = outbox__read_all(d,
	    OUTBOX_SELECT " WHERE o.state = 1 AND o.state < 2"
			  " AND o.lease_owner = $1 ORDER BY o.id LIMIT 1000",
	    BINDS(b_text(owner)), &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (records__is_among(rows[i].id, but, n))
			continue;
		d->actor.tenant_id = rows[i].tenant_id;
		rc = outbox_give_back(d, rows[i].id, clock_wall_us(), err);
	}
	d->actor.tenant_id = tenant_id;
	outbox_list_free(&rows, count);
	return rc;
}
