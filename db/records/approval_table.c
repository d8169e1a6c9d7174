/* approval_table - which use case does what was approved. */
#include "db/records/approval_int.h"
#include "db/records/recordings_int.h"
#include "db/records/retention_int.h"

static const struct {
	enum op_id id;
	approval_run_fn *run;
} rows[] = {
    {OP_RETENTION_SET, retention__run_set},
    {OP_RETENTION_HOLD, retention__run_hold},
    {OP_RETENTION_RELEASE, retention__run_release},
    {OP_RECORDING_DELETE, recording__run_delete},
};

approval_run_fn *
approval__runner(enum op_id id)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].id == id)
			return rows[i].run;
	BUG("nobody does %s when it is approved", op_def(id)->name);
}
