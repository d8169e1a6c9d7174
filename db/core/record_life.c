/* record_life - made, deleted, restored, and the history; see record.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/journal.h"
#include "db/core/query.h"
#include "db/core/ticket_clock.h"
#include <inttypes.h>
#include <stdlib.h>

int
record_created(struct desk *d, struct op *op, enum record_kind kind, int64_t id,
    struct err *err)
{
	struct journal_entry e = {kind, id, 1, JOURNAL_DELETED, "new", NULL};
	int rc = journal_add(d, op, &e, err);

	return rc != 0 ? rc
	               : ticket_clock_changed(d, op, kind, id, NULL, 0, err);
}

/* Set or clear deleted_at; version 0 takes any. */
static int
set_deleted(struct desk *d, struct op *op, enum record_kind kind, int64_t id,
    int64_t seen_version, bool deleted, struct err *err)
{
	const struct record_def *def = record_def(kind);
	struct journal_entry e = {.kind = kind, .record_id = id,
	    .field = JOURNAL_DELETED};
	char *stamp = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, "UPDATE ");
	query_text(&q, def->table);
	query_add(&q,
	    " SET version = version + 1, updated_at = $?, deleted_at = $?"
	    " WHERE tenant_id = $? AND id = $?",
	    BINDS(b_int(op->now_us), deleted ? b_int(op->now_us) : b_null(),
		b_int(d->actor.tenant_id), b_int(id)));
	query_text(&q,
	    deleted ? " AND deleted_at IS NULL" : " AND deleted_at IS NOT NULL");
	if (seen_version != 0)
		query_add(&q, " AND version = $?",
		    BINDS(b_int(seen_version)));
	query_text(&q, " RETURNING version");
	rc = query_int(d->db, &e.version, &q, err);
	query_free(&q);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ECONFLICT,
		    deleted ? N_("%s is in the trash already, or was changed"
				 " meanwhile")
			    : N_("%s is not in the trash"),
		    _(def->label));
	if (rc != 0)
		return rc;
	stamp = xasprintf("%" PRId64, op->now_us);
	e.before = deleted ? NULL : stamp;
	e.after = deleted ? stamp : NULL;
	rc = journal_add(d, op, &e, err);
	free(stamp);
	return rc != 0 ? rc
	               : ticket_clock_changed(d, op, kind, id, NULL, 0, err);
}

int
record_delete(struct desk *d, struct op *op, enum record_kind kind, int64_t id,
    int64_t seen_version, struct err *err)
{
	return set_deleted(d, op, kind, id, seen_version, true, err);
}

int
record_restore(struct desk *d, struct op *op, enum record_kind kind, int64_t id,
    struct err *err)
{
	return set_deleted(d, op, kind, id, 0, false, err);
}

int
record_history(struct desk *d, enum record_kind kind, int64_t id, size_t limit,
    struct history_row **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT c.at_us, c.operation, c.field, c.before_value,"
	    " c.after_value, o.full_name FROM changes c"
	    " LEFT JOIN operators o ON o.id = c.actor_id AND c.actor_kind = 1"
	    " AND o.tenant_id = c.tenant_id"
	    " WHERE c.tenant_id = $1 AND c.kind = $2 AND c.record_id = $3"
	    " ORDER BY c.id DESC LIMIT $4",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(id),
		b_int((int64_t)limit)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		struct history_row *r;

		*rows = xreallocarray(*rows, *count + 1, sizeof(**rows));
		r = &(*rows)[(*count)++];
		r->at_us = stmt_int(st, 0);
		r->operation = stmt_dup(st, 1);
		r->field = stmt_dup(st, 2);
		r->before = stmt_dup(st, 3);
		r->after = stmt_dup(st, 4);
		r->by = stmt_dup(st, 5);
		rc = 0;
	}
	stmt_close(&st);
	if (rc < 0) {
		history_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
history_free(struct history_row **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++) {
		struct history_row *r = &(*rows)[i];

		free(r->operation);
		free(r->field);
		free(r->before);
		free(r->after);
		free(r->by);
	}
	FREE(rows);
}
