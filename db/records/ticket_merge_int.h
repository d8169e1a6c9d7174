/* ticket_merge_int - private to the files of merging. */
#ifndef DB_RECORDS_TICKET_MERGE_INT_H
#define DB_RECORDS_TICKET_MERGE_INT_H

#include "db/records/ticket_int.h"
#include "db/records/ticket_merge.h"

/*
 * End an op in which the other ticket was not to be changed: audited as a
 * refusal of this one.
 */
int merge__end(struct desk *d, struct op *op, int rc, struct err *err);
/* The merge that made a ticket merged and stands; 0 when there is none. */
int merge__standing(
    struct desk *d, int64_t source_id, int64_t *merge_id, struct err *err);
/*
 * Inside an open op: a record that was meant for ticket asked_id was put to
 * the one that ticket_target names; taking a merge back takes it along.
 */
int merge__went_on(struct desk *d, struct op *op, int64_t asked_id,
    enum record_kind kind, int64_t record_id, struct err *err);

#endif
