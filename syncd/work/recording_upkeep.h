/*
 * recording_upkeep - puts right what a recorder left that died, without a
 * person: when the daemon starts, and every hour.  Looks on the reader; the
 * committer works only when there is something.
 */
#ifndef SYNCD_WORK_RECORDING_UPKEEP_H
#define SYNCD_WORK_RECORDING_UPKEEP_H

struct daemon;
struct recording_upkeep;

struct recording_upkeep *recording_upkeep_new(struct daemon *d);
void recording_upkeep_wake(struct recording_upkeep *u); /* when it is time */
/* After the store stopped. */
void recording_upkeep_free(struct recording_upkeep **u);

#endif
