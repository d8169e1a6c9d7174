/*
 * journal - private to db/core: rows of `changes`, and the undo group that an
 * operation opens with its first change.
 */
#ifndef DB_CORE_JOURNAL_H
#define DB_CORE_JOURNAL_H

#include "db/core/op.h"

/* The field name under which making and deleting a record are noted. */
#define JOURNAL_DELETED "deleted_at"

struct journal_entry {
	enum record_kind kind;
	int64_t record_id, version;
	const char *field;
	const char *before, *after; /* NULL: no value */
};

/* Inside an open op: keep one change; opens the undo group when due. */
int journal_add(struct desk *d, struct op *op, const struct journal_entry *e,
    struct err *err);
/* At the end of an op: the undo group gets its sentence. */
int journal_finish(struct desk *d, struct op *op, struct err *err);
/* At the end of operations together: their group gets it, and the time. */
int journal_name(struct desk *d, int64_t undo_id, const char *sentence,
    struct err *err);

#endif
