/*
 * whose - what belongs to an operator, to a team, or to the whole tenant
 * (neither): canned replies, saved views, macros.
 *
 * An operator's own are seen by that operator alone, but for who may read
 * everybody's (an administrator, to put in order what somebody left behind).
 */
#ifndef DB_RECORDS_WHOSE_H
#define DB_RECORDS_WHOSE_H

#include "db/core/op.h"
#include "db/core/query.h"

/*
 * " AND ..." of rows x with operator_id and team_id: those that the actor
 * sees.  at_hand: whatever the role, only what the actor works with, which is
 * the own ones, the team's and the tenant's.
 */
void whose_add_seen(
    struct query *q, struct desk *d, enum op_id read, bool at_hand);
/*
 * Whether the actor may make something with this operation that belongs to
 * them, at most one of which is not 0: OD_EDATA for both, OD_ENOTFOUND, or
 * OD_EDENIED with who could.
 */
int whose_check(struct desk *d, enum op_id make, int64_t operator_id,
    int64_t team_id, struct err *err);

#endif
