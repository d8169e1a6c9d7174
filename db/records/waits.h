/*
 * waits - what is to be tried later, and leases, after the clock was set.
 *
 * A wait is stored as a time of the wall clock, but was reckoned from now; so
 * was a lease.  By the system actor, over all tenants.  What people set to a
 * time of day (a message that is to leave then) stays there.
 */
#ifndef DB_RECORDS_WAITS_H
#define DB_RECORDS_WAITS_H

#include "db/core/desk.h"

/*
 * The clock was set by_us ahead (back when below 0) while the daemon `owner`
 * ran: its leases move along, and on a desk of this machine alone all waits.
 */
int outbox_waits_move(
    struct desk *d, const char *owner, int64_t by_us, struct err *err);
int job_waits_move(
    struct desk *d, const char *owner, int64_t by_us, struct err *err);

/* Whether that machine is the only one: no server. */
bool waits_move_all(const struct desk *d);

/*
 * It may have been set while no daemon ran: what would wait for longer than
 * any answer of a provider can ask for waits for its step of the schedule
 * from now, and no lease is longer than lease_s.
 */
int outbox_waits_limit(struct desk *d, int lease_s, struct err *err);
int job_waits_limit(struct desk *d, int lease_s, struct err *err);

#endif
