/*
 * leases - ends what other daemons had taken to do when they died.
 *
 * Only where several daemons may share a desk.  One that is not there for a
 * while, for example because the database's server is back for us and not yet
 * for it, is not dead at once.  Loop thread.
 */
#ifndef SYNCD_WORK_LEASES_H
#define SYNCD_WORK_LEASES_H

struct daemon;
struct leases;

struct leases *leases_new(struct daemon *d);
/* Look for dead ones; from time to time. */
void leases_wake(struct leases *l);
/* Nothing more is done; the struct lives until the store stopped. */
void leases_stop(struct leases *l);
void leases_free(struct leases **l);

#endif
