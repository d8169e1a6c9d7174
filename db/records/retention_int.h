/* retention_int - private to db/records: what the approvals run. */
#ifndef DB_RECORDS_RETENTION_INT_H
#define DB_RECORDS_RETENTION_INT_H

#include "db/records/approval_int.h"

approval_run_fn retention__run_set;
approval_run_fn retention__run_hold;
approval_run_fn retention__run_release;

#endif
