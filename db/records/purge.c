/* purge - one batch after the other; see purge.h. */
#include "db/records/purge.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search.h"
#include "db/records/audit_cut.h"
#include "db/records/files.h"
#include "db/records/purge_int.h"
#include "db/records/recordings.h"
#include "db/records/records_int.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 100 /* rows that are looked at together */

struct candidate {
	int64_t id, key, at_us;
	bool keep;
};

static int64_t
undo_before(const struct purge *p)
{
	return p->before_us[RETENTION_DELETED];
}

static int64_t
before(const struct purge *p, int sweep)
{
	return p->before_us[purge_sweeps[sweep].which];
}

/* The next rows behind the place that p stands at. */
static int
read_chunk(struct desk *d, const struct purge *p, struct candidate *rows,
    size_t *count, struct err *err)
{
	const struct purge_sweep *s = &purge_sweeps[p->sweep];
	struct bind tenant = b_int(d->actor.tenant_id);
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	rc = s->order == PURGE_BY_ID
	         ? db_query(d->db, &st, s->find,
		       BINDS(tenant, b_int(p->id), b_int(CHUNK)), err)
	         : db_query(d->db, &st, s->find,
		       BINDS(tenant, b_int(p->key), b_int(p->id),
			   b_int(before(p, p->sweep)), b_int(CHUNK),
			   b_int(undo_before(p))),
		       err);
	while (rc == 0 && *count < CHUNK && (rc = stmt_step(st, err)) == 1) {
		struct candidate *c = &rows[(*count)++];

		c->id = stmt_int(st, 0);
		c->key = stmt_int(st, 1);
		c->at_us = stmt_int(st, 2);
		c->keep = stmt_int(st, 3) != 0;
		rc = 0;
	}
	stmt_close(&st);
	return rc < 0 ? rc : 0;
}

static void
next_sweep(struct purge *p)
{
	p->sweep++;
	p->key = INT64_MIN;
	p->id = 0;
}

static void
count_row(struct purge_row *r, const struct candidate *c)
{
	if (c->keep)
		r->kept++;
	else
		r->due++;
	if (r->oldest_us == 0 || c->at_us < r->oldest_us)
		r->oldest_us = c->at_us;
}

static int
set_times(struct desk *d, struct purge *p, struct err *err)
{
	int64_t now_us = clock_wall_us();
	int days, rc = 0;

	memset(p, 0, sizeof(*p));
	p->key = INT64_MIN;
	for (int c = 0; rc == 0 && c < RETENTION_CLASSES; c++) {
		rc = retention_days(d, (enum retention_class)c, &days, err);
		p->before_us[c] = now_us - days * US_PER_DAY;
	}
	for (int i = 0; i < PURGE_SWEEPS; i++) {
		p->rows[i].which = purge_sweeps[i].which;
		p->rows[i].name = purge_sweeps[i].name;
	}
	return rc;
}

/* ---- the report ---- */

static int
report_bulk(struct desk *d, struct purge *p, struct err *err)
{
	struct purge_row *r = &p->rows[p->sweep];
	struct stmt *st = NULL;
	int rc;

	if (p->sweep == PURGE_AUDIT)
		return audit_cut_due(d, before(p, p->sweep), &r->due, &r->kept,
		    &r->oldest_us, err);
	rc = db_query(d->db, &st, purge_sweeps[p->sweep].find,
	    BINDS(b_int(d->actor.tenant_id), b_int(before(p, p->sweep))), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		r->due = stmt_int(st, 0);
		r->oldest_us = stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

/* Of rows in the order of their ids the rest is young when all of these are. */
static bool
is_last(const struct purge *p, const struct candidate *rows, size_t n)
{
	if (n < CHUNK)
		return true;
	if (purge_sweeps[p->sweep].order != PURGE_BY_ID)
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].at_us < before(p, p->sweep))
			return false;
	return true;
}

static int
report_rows(struct desk *d, struct purge *p, struct err *err)
{
	struct candidate rows[CHUNK];
	size_t n = 0;
	int rc;

	do {
		if ((rc = read_chunk(d, p, rows, &n, err)) != 0)
			return rc;
		for (size_t i = 0; i < n; i++) {
			p->key = rows[i].key;
			p->id = rows[i].id;
			if (rows[i].at_us < before(p, p->sweep))
				count_row(&p->rows[p->sweep], &rows[i]);
		}
	} while (!is_last(p, rows, n));
	return 0;
}

int
purge_report(
    struct desk *d, struct purge_row out[PURGE_SWEEPS], struct err *err)
{
	struct purge p;
	int rc;

	if ((rc = op_may(d, OP_RETENTION_READ, 0, err)) != 0 ||
	    (rc = set_times(d, &p, err)) != 0)
		return rc;
	while (rc == 0 && p.sweep < PURGE_SWEEPS) {
		rc = purge_sweeps[p.sweep].order == PURGE_BULK
		         ? report_bulk(d, &p, err)
		         : report_rows(d, &p, err);
		next_sweep(&p);
	}
	memcpy(out, p.rows, sizeof(p.rows));
	return rc;
}

void
purge_json(const struct purge_row *r, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "what", r->name);
	json_out_string(out, "class", retention_class(r->which)->name);
	json_out_int(out, "due", r->due);
	json_out_int(out, "kept", r->kept);
	json_out_time(out, "oldest_at", r->oldest_us);
	json_out_end(out, '}');
}

/* ---- one transaction ---- */

/* In the audit row: which ones they were, as a digest of them all. */
static void
note_gone(struct op *op, const char *name, int64_t id)
{
	char line[64];

	str_format(line, sizeof(line), "%s %" PRId64 "\n", name, id);
	op_digest(op, line, strlen(line));
}

static int
clear_bulk(
    struct desk *d, struct purge *p, struct purge_batch *b, struct err *err)
{
	const struct purge_sweep *s = &purge_sweeps[p->sweep];
	int64_t changed = 0, limit = b->left;
	int rc;

	if (p->sweep == PURGE_AUDIT)
		rc = audit_cut(
		    d, b->op, before(p, p->sweep), b->left, &changed, err);
	else
		rc = db_exec(d->db, s->remove_all,
		    BINDS(b_int(d->actor.tenant_id), b_int(before(p, p->sweep)),
			b_int(limit)),
		    &changed, err);
	if (rc != 0)
		return rc;
	b->removed += changed;
	b->left -= (int)changed;
	p->rows[p->sweep].due += changed;
	if (changed > 0)
		note_gone(b->op, s->name, changed);
	if (changed < limit)
		next_sweep(p);
	return 0;
}

/* The rest of a chunk; the place is behind what was decided. */
static int
clear_chunk(struct desk *d, struct purge *p, struct purge_batch *b,
    const struct candidate *rows, size_t n, struct err *err)
{
	const struct purge_sweep *s = &purge_sweeps[p->sweep];

	for (size_t i = 0; i < n; i++) {
		bool old = rows[i].at_us < before(p, p->sweep);
		int rc;

		if (purge__is_full(b))
			return 0;
		if (old && !rows[i].keep) {
			if ((rc = s->remove(d, b, rows[i].id, err)) < 0)
				return rc;
			if (rc == 0)
				return 0;
			note_gone(b->op, s->name, rows[i].id);
		}
		if (old)
			count_row(&p->rows[p->sweep], &rows[i]);
		p->key = rows[i].key;
		p->id = rows[i].id;
	}
	if (is_last(p, rows, n))
		next_sweep(p);
	return 0;
}

static int
clear(struct desk *d, struct purge *p, struct purge_batch *b, struct err *err)
{
	struct candidate rows[CHUNK];
	size_t n = 0;
	int rc = 0;

	while (rc == 0 && p->sweep < PURGE_SWEEPS && !purge__is_full(b)) {
		if (purge_sweeps[p->sweep].order == PURGE_BULK)
			rc = clear_bulk(d, p, b, err);
		else if ((rc = read_chunk(d, p, rows, &n, err)) == 0)
			rc = clear_chunk(d, p, b, rows, n, err);
	}
	return rc;
}

int
purge_begin(struct desk *d, struct purge *p, struct err *err)
{
	int rc = op_may(d, OP_RETENTION_RUN, 0, err);

	return rc != 0 ? rc : set_times(d, p, err);
}

int
purge_step(struct desk *d, struct purge *p, bool *more, struct err *err)
{
	struct purge next = *p; /* taken over when it is committed */
	struct purge_batch b = {
	    .left = PURGE_ROWS, .until_us = clock_mono_us() + PURGE_US};
	struct op op;
	int rc;

	*more = false;
	if (p->sweep >= PURGE_SWEEPS)
		return 0;
	if ((rc = op_begin(d, &op, OP_RETENTION_RUN, 0, err)) != 0)
		return rc;
	b.op = &op;
	rc = clear(d, &next, &b, err);
	if (rc == 0 && b.removed > 0)
		rc = purge__note_due(d, err);
	if (rc == 0 && b.removed == 0)
		/* Nothing is to be kept of it. */
		(void)op_end(d, &op, OD_ECANCEL, NULL);
	else
		rc = op_end(d, &op, rc, err);
	if (rc != 0)
		return rc;
	next.removed += b.removed;
	*p = next;
	*more = p->sweep < PURGE_SWEEPS;
	return 0;
}

/* ---- what is beside the rows ---- */

static void
read_name(struct stmt *st, void *row)
{
	str_copy(row, 65, stmt_text(st, 0));
}

int
purge_files(struct desk *d, size_t most, char (**names)[65], size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT name FROM file_removals WHERE tenant_id = $1 LIMIT $2",
	    BINDS(b_int(d->actor.tenant_id), b_int((int64_t)most)), err);
	*names = records__all(&st, sizeof(**names), read_name, count, &rc, err);
	return rc;
}

size_t
purge_unlink(const char *files_dir, char (*names)[65], size_t count)
{
	struct str path = STR_INIT;
	size_t gone = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_file = file_is_name(names[i]);

		str_clear(&path);
		str_addf(&path, "%s/%.2s/%s", files_dir, names[i], names[i]);
		if (is_file) {
			file_discard(files_dir, names[i]);
			recording_files_discard(files_dir, names[i]);
		}
		if (is_file && access(path.s, F_OK) == 0)
			continue; /* the next time */
		memmove(names[gone++], names[i], sizeof(names[i]));
	}
	str_free(&path);
	return gone;
}

static int
forget(struct desk *d, const char (*names)[65], size_t count, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = db_exec(d->db,
		    "DELETE FROM file_removals WHERE tenant_id = $1"
		    " AND name = $2",
		    BINDS(b_int(d->actor.tenant_id), b_text(names[i])), NULL,
		    err);
	return rc;
}

int
purge_files_gone(
    struct desk *d, const char (*names)[65], size_t count, struct err *err)
{
	int rc;

	if (db_in_transaction(d->db))
		return forget(d, names, count, err);
	if ((rc = db_begin(d->db, "purge_files_gone", err)) != 0)
		return rc;
	if ((rc = forget(d, names, count, err)) == 0)
		return db_commit(d->db, err);
	db_rollback(d->db);
	return rc;
}
