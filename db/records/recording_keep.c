/*
 * recording_keep - how long the sound of calls is kept; see recordings.h.
 *
 * Of one that is cleared the row stays, without whose it was: its digest is
 * what the next one in the chain was made of.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/files.h"
#include "db/records/purge_int.h"
#include "db/records/recordings_int.h"
#include <stdlib.h>
#include <unistd.h>

void
recording_files_discard(const char *files_dir, const char *name)
{
	static const char *const suffixes[] = {".json", ".part"};

	BUG_ON(!file_is_name(name));
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct str path = STR_INIT;

		str_addf(
		    &path, "%s/%.2s/%s%s", files_dir, name, name, suffixes[i]);
		fs_remove(path.s);
		str_free(&path);
	}
}

int
recording__empty(struct desk *d, int64_t now_us, int64_t id, struct err *err)
{
	static const char *const sql[] = {
	    "INSERT INTO file_removals(name, tenant_id)"
	    " SELECT name, tenant_id FROM recordings"
	    " WHERE tenant_id = $1 AND id = $2 AND $3 > 0"
	    " ON CONFLICT(name) DO NOTHING",
	    "DELETE FROM files WHERE tenant_id = $1 AND name ="
	    " (SELECT r.name FROM recordings r WHERE r.tenant_id = $1"
	    " AND r.id = $2) AND $3 > 0",
	    "DELETE FROM recording_marks WHERE tenant_id = $1"
	    " AND recording_id = $2 AND $3 > 0",
	    "UPDATE recordings SET deleted_at = $3, updated_at = $3,"
	    " state = 5, contact_name = '', contact_phone = '',"
	    " contact_id = NULL, device = '', reason = '',"
	    " version = version + 1 WHERE tenant_id = $1 AND id = $2",
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(sql) / sizeof(sql[0]); i++)
		rc = db_exec(d->db, sql[i],
		    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(now_us)),
		    NULL, err);
	return rc;
}

int
purge__recording(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	struct recording r;
	int rc = recording__row(d, id, &r, err);

	if (rc == 0)
		rc = recording__empty(d, b->op->now_us, id, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "DELETE FROM changes WHERE tenant_id = $1 AND kind = $3"
		    " AND record_id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(id),
			b_int(RECORD_RECORDING)),
		    NULL, err);
	if (rc != 0)
		return rc;
	op_digest(b->op, r.name, sizeof(r.name));
	b->removed++;
	b->left--;
	return 1;
}

/* The sidecar is written at once: without a name it is never wrong. */
int
purge__recorded(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const sql[] = {
	    "UPDATE files SET title = '' WHERE tenant_id = $1 AND name ="
	    " (SELECT r.name FROM recordings r WHERE r.tenant_id = $1"
	    " AND r.id = $2)",
	    "UPDATE recordings SET contact_id = NULL, contact_name = '',"
	    " contact_phone = '' WHERE tenant_id = $1 AND id = $2",
	};
	struct str path = STR_INIT;
	struct recording r;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(sql) / sizeof(sql[0]); i++)
		rc = db_exec(d->db, sql[i],
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), NULL, err);
	if (rc != 0 || (rc = recording__row(d, id, &r, err)) != 0)
		return rc;
	recording__path(d, r.name, ".json", &path);
	if (access(path.s, F_OK) == 0)
		recording__sidecar(d, &r);
	str_free(&path);
	b->removed++;
	b->left--;
	return 1;
}

static void
read_due(struct stmt *st, void *row)
{
	struct recording_due *r = row;

	r->id = stmt_int(st, 0);
	r->since_us = stmt_int(st, 2);
	r->held = stmt_int(st, 3) != 0;
}

static int
name_due(struct desk *d, struct recording_due *due, struct err *err)
{
	struct recording r;
	int rc = recording__row(d, due->id, &r, err);

	due->bytes = r.bytes;
	str_copy(due->name, sizeof(due->name), r.name);
	return rc;
}

int
recording_due_list(struct desk *d, bool deleted, int limit,
    struct recording_due **rows, size_t *count, struct err *err)
{
	const struct purge_sweep *s =
	    &purge_sweeps[deleted ? PURGE_RECORDING_TRASH : PURGE_RECORDINGS];
	struct stmt *st = NULL;
	int64_t before_us;
	size_t n = 0;
	int days = 0, rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_RETENTION_READ, 0, err)) != 0 ||
	    (rc = retention_days(d, s->which, &days, err)) != 0)
		return rc;
	before_us = clock_wall_us() - days * US_PER_DAY;
	rc = db_query(d->db, &st, s->find,
	    BINDS(b_int(d->actor.tenant_id), b_int(INT64_MIN), b_int(0),
		b_int(before_us), b_int(limit), b_int(before_us)),
	    err);
	*rows = records__all(&st, sizeof(**rows), read_due, count, &rc, err);
	for (size_t i = 0; i < *count; i++)
		if ((*rows)[i].since_us < before_us)
			(*rows)[n++] = (*rows)[i];
	*count = n;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = name_due(d, &(*rows)[i], err);
	return rc;
}

void
recording_due_json(const struct recording_due *r, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "name", r->name);
	json_out_int(out, "id", r->id);
	json_out_time(out, "since", r->since_us);
	json_out_int(out, "size", r->bytes);
	json_out_bool(out, "held", r->held);
	json_out_end(out, '}');
}

int
recording_restore(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int64_t changed = 0;
	int rc;

	if ((rc = op_begin(d, &op, OP_RECORDING_RESTORE, id, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE recordings SET deleted_at = NULL, updated_at = $3,"
	    " version = version + 1 WHERE tenant_id = $1 AND id = $2"
	    " AND deleted_at IS NOT NULL AND state <> 5",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(op.now_us)),
	    &changed, err);
	if (rc == 0 && changed != 1)
		rc = err_set(err, OD_ECONFLICT,
		    "It is not in the trash, or its sound is gone for good");
	return op_end(d, &op, rc, err);
}
