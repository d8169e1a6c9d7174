/*
 * ingest - turns raw events into messages, statuses and contacts.
 *
 * Woken by a stored event, by the bell (a replay asked for in a console) and
 * at start.  Works on the committer in small bites, so that posts which wait
 * for their commit do not wait for the reading of others.
 */
#ifndef SYNCD_WORK_INGEST_H
#define SYNCD_WORK_INGEST_H

#include <stdint.h>

struct daemon;
struct ingest;

struct ingest *ingest_new(struct daemon *d);
/* There may be something to read. */
void ingest_wake(struct ingest *in);
/* How long the oldest event had waited that the last bite left; 0: none. */
int64_t ingest_lag_us(const struct ingest *in);
/* No new bites after this; the struct lives until the store stopped. */
void ingest_stop(struct ingest *in);
void ingest_free(struct ingest **in);

#endif
