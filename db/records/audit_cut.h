/*
 * audit_cut - taking away the oldest rows of an audit trail.
 *
 * Where it was cut is a row of its own with the last one's hash, from which
 * the rest is verified; it is under a MAC, and an audit row behind it says
 * the same.  Rows about what a legal hold covers are never cut off.
 */
#ifndef DB_RECORDS_AUDIT_CUT_H
#define DB_RECORDS_AUDIT_CUT_H

#include "common/digest.h"
#include "db/core/op.h"

/* How many could go, and how many as old are kept for a legal hold. */
int audit_cut_due(struct desk *d, int64_t before_us, int64_t *due,
    int64_t *kept, int64_t *oldest_us, struct err *err);
/* Inside an open op: take away at most limit rows from before that time. */
int audit_cut(struct desk *d, struct op *op, int64_t before_us, int limit,
    int64_t *removed, struct err *err);

struct audit_cut {
	int64_t seq; /* 0: it was never cut */
	int64_t at_us;
	char hash[SHA256_HEX_SIZE];
	bool is_signed; /* false: its MAC is wrong; true without the key */
};
int audit_cut_read(struct desk *d, struct audit_cut *out, struct err *err);

#endif
