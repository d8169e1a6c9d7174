/* seat_int - what seat_drafts.c and draft_files.c share. */
#ifndef DB_RECORDS_SEAT_INT_H
#define DB_RECORDS_SEAT_INT_H

#include "db/records/seat.h"

/* Whose drafts these are; a token's or the daemon's id is no operator's. */
int seat__draft_owner(
    const struct desk *d, int64_t *owner, struct err *err);
/*
 * Inside a bracket: dr takes the place of what is there; an empty body
 * removes it.  The record is not looked at.
 */
int seat__draft_put(struct desk *d, int64_t owner, const struct draft *dr,
    int64_t now_us, struct err *err);

#endif
