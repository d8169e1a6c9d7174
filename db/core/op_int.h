/* op_int - private to db/core: what op.c does for op_second.c. */
#ifndef DB_CORE_OP_INT_H
#define DB_CORE_OP_INT_H

#include "db/core/audit_chain.h"
#include "db/core/op.h"

/* op_begin, also for what takes two people, which the caller sees to. */
int op__begin_second(struct desk *d, struct op *op, enum op_id id,
    int64_t record_id, struct err *err);

/*
 * A row of the audit trail beside any bracket; nothing in a desk that was
 * opened for reading, or that is busy.
 */
void op__audit(struct desk *d, const struct op_def *def, int64_t record_id,
    enum audit_result result);

#endif
