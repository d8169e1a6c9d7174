/* approval_int - private to db/records: who does what was approved. */
#ifndef DB_RECORDS_APPROVAL_INT_H
#define DB_RECORDS_APPROVAL_INT_H

#include "common/json.h"
#include "db/core/op.h"

/* Calls the use case with what was kept; it says the same by op_matter. */
typedef int approval_run_fn(struct desk *d, int64_t record_id,
    const struct json *args, struct err *err);

/* For an operation with OP_SECOND; one without is a BUG. */
approval_run_fn *approval__runner(enum op_id id);

#endif
