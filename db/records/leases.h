/*
 * leases - what a daemon that shares the desk has taken to do, and whether it
 * still lives.
 *
 * Being alive is a lock (db_live_hold), so it ends with the process in
 * whatever way; a lease that outlives its owner need not be waited for.
 */
#ifndef DB_RECORDS_LEASES_H
#define DB_RECORDS_LEASES_H

#include "db/core/desk.h"

#define LEASE_OWNERS_MAX 16

struct lease_owner {
	char name[65];
};

/* owner lives from now, until d is closed or its process ends. */
int lease_live(struct desk *d, const char *owner, struct err *err);
/*
 * Whether owner lives, in another process; also true where that cannot be
 * known: on a desk in a file.
 */
bool lease_is_live(struct desk *d, const char *owner);
/*
 * Those who have a lease and do not live, but for `owner`; none where that
 * cannot be known.  At most LEASE_OWNERS_MAX.
 */
int lease_dead_owners(struct desk *d, const char *owner,
    struct lease_owner out[LEASE_OWNERS_MAX], size_t *count, struct err *err);
/*
 * Every lease of a dead owner ends now: the next claim settles what it was
 * doing.  System actor.
 */
int lease_end(struct desk *d, const char *owner, struct err *err);

#endif
