/* waits - see waits.h. */
#include "db/records/waits.h"
#include "common/clock.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"

/* A day, as schedule and Retry-After, and the chance of 20 %. */
#define LONGEST_US (US_PER_DAY + US_PER_DAY / 5)

struct statements {
	enum op_id op;
	const char *move_leases;  /* $1 by, $2 owner */
	const char *move_waits;   /* $1 by, $2 now of the old clock */
	const char *limit_waits;  /* $1 then, $2 attempts, $3 later than this */
	const char *limit_leases; /* $1 then */
};

static const struct statements outbox = {
    .op = OP_OUTBOX_FACT,
    .move_leases = "UPDATE outbox SET next_try_us = next_try_us + $1,"
		   " lease_until_us = lease_until_us + $1"
		   " WHERE state = 1 AND state < 2 AND lease_owner = $2",
    /* Tried, given back, or due already: not one that is to leave later. */
    .move_waits = "UPDATE outbox SET next_try_us = next_try_us + $1"
		  " WHERE state = 0 AND state < 2 AND (attempts > 0"
		  " OR updated_at <> created_at OR next_try_us <= $2)",
    .limit_waits = "UPDATE outbox SET next_try_us = $1"
		   " WHERE state = 0 AND state < 2 AND attempts = $2"
		   " AND next_try_us > $3",
    .limit_leases = "UPDATE outbox SET next_try_us = $1, lease_until_us = $1"
		    " WHERE state = 1 AND state < 2 AND next_try_us > $1",
};

static const struct statements jobs = {
    .op = OP_JOB_FACT,
    .move_leases = "UPDATE jobs SET next_try_us = next_try_us + $1,"
		   " lease_until_us = lease_until_us + $1"
		   " WHERE state = 1 AND state < 2 AND lease_owner = $2",
    .move_waits = "UPDATE jobs SET next_try_us = next_try_us + $1"
		  " WHERE state = 0 AND state < 2"
		  " AND (attempts > 0 OR next_try_us <= $2)",
    .limit_waits = "UPDATE jobs SET next_try_us = $1"
		   " WHERE state = 0 AND state < 2 AND attempts = $2"
		   " AND next_try_us > $3",
    .limit_leases = "UPDATE jobs SET next_try_us = $1, lease_until_us = $1"
		    " WHERE state = 1 AND state < 2 AND next_try_us > $1",
};

bool
waits_move_all(const struct desk *d)
{
	return db_path(d->db)[0] != '\0';
}

static int
move(struct desk *d, const struct statements *s, const char *owner,
    int64_t by_us, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, s->op, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db, s->move_leases, BINDS(b_int(by_us), b_text(owner)),
	    NULL, err);
	if (rc == 0 && waits_move_all(d))
		rc = db_exec(d->db, s->move_waits,
		    BINDS(b_int(by_us), b_int(op.now_us - by_us)), NULL, err);
	return op_end(d, &op, rc, err);
}

static int
limit(struct desk *d, const struct statements *s, int lease_s, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, s->op, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db, s->limit_leases,
	    BINDS(b_int(op.now_us + lease_s * US_PER_SECOND)), NULL, err);
	for (int n = 1; rc == 0 && n < OUTBOX_TRIES; n++)
		rc = db_exec(d->db, s->limit_waits,
		    BINDS(
			b_int(op.now_us + outbox_schedule_s(n) * US_PER_SECOND),
			b_int(n), b_int(op.now_us + LONGEST_US)),
		    NULL, err);
	return op_end(d, &op, rc, err);
}

int
outbox_waits_move(
    struct desk *d, const char *owner, int64_t by_us, struct err *err)
{
	return move(d, &outbox, owner, by_us, err);
}

int
job_waits_move(
    struct desk *d, const char *owner, int64_t by_us, struct err *err)
{
	return move(d, &jobs, owner, by_us, err);
}

int
outbox_waits_limit(struct desk *d, int lease_s, struct err *err)
{
	return limit(d, &outbox, lease_s, err);
}

int
job_waits_limit(struct desk *d, int lease_s, struct err *err)
{
	return limit(d, &jobs, lease_s, err);
}
