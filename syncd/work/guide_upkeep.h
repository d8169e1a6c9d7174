/*
 * guide_upkeep - what guides need without a person: customers' answers in
 * chats, guides for new tickets, sums that are kept, sessions that nobody goes
 * on with.  On the committer, from the loop's tick.
 */
#ifndef SYNCD_WORK_GUIDE_UPKEEP_H
#define SYNCD_WORK_GUIDE_UPKEEP_H

struct daemon;
struct guide_upkeep;

struct guide_upkeep *guide_upkeep_new(struct daemon *d);
void guide_upkeep_wake(struct guide_upkeep *u);
void guide_upkeep_free(struct guide_upkeep **u);

#endif
