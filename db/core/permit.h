/*
 * permit - private to db/core: may this actor do that to this record?
 *
 * Read from the database each time, so that a changed role or a disabled
 * operator counts from the next operation on.
 */
#ifndef DB_CORE_PERMIT_H
#define DB_CORE_PERMIT_H

#include "db/core/op.h"

/* 0, OD_EDENIED with a sentence, or OD_ENOTFOUND for a foreign record. */
int permit_check(struct desk *d, const struct op_def *def, int64_t record_id,
    struct err *err);
/* Whether the actor is somebody still; role and team are those of now. */
int permit_actor(struct desk *d, struct err *err);
enum scope permit_scope(struct desk *d, const struct op_def *def);

#endif
