/* desk_copy - see desk_copy.h. */
#include "db/records/desk_copy.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/records/audit.h"
#include <stdlib.h>
#include <string.h>

struct work {
	const struct desk_copy_options *options;
	struct desk_copy *copy;
	struct desk *from;
	struct db *to;
	struct keeper *keeper; /* of the new place */
	struct db *old;        /* what an interrupted copy left there */
	bool holds_from, holds_to, holds_old;
	struct catalogue tables, there;
	struct rows_options rows;
	enum desk_copy_step step;
	int64_t done, all; /* rows */
};

static int
begin_patiently(struct db *db, struct err *err)
{
	const char *sql = db->engine->catalogue->patience;
	int rc = db_begin(db, "desk_copy", err);

	if (rc == 0 && sql != NULL && (rc = db_script(db, sql, err)) != 0)
		db_rollback(db);
	return rc;
}

/* From here on nobody else writes to it. */
static int
hold_source(struct work *w, struct err *err)
{
	const struct desk_options o = {
	    .uri = w->options->from, .files = w->options->from_files};
	int rc;

	if ((rc = desk_open(&o, &w->from, err)) != 0 ||
	    (rc = keeper_lock(w->from->db, err)) != 0)
		return rc;
	w->holds_from = true;
	if ((rc = db_verify(w->from->db, err)) != 0)
		return rc;
	return begin_patiently(w->from->db, err);
}

/* An interrupted copy left its mark there, or not even a tenant. */
static int
is_unfinished(struct db *db, bool *yes, struct err *err)
{
	int64_t n;
	int rc;

	*yes = false;
	rc = db_int(db, &n,
	    "SELECT count(*) FROM meta WHERE name = '" DB_META_UNFINISHED "'",
	    NO_BINDS, err);
	if (rc == 0 && n == 0)
		rc = db_int(
		    db, &n, "SELECT count(*) = 0 FROM tenants", NO_BINDS, err);
	*yes = rc == 0 && n != 0;
	return rc;
}

/* The new place is taken: begin anew where a copy was interrupted. */
static int
clear_unfinished(struct work *w, struct err *err)
{
	const struct engine *engine;
	struct err why = *err;
	const char *location;
	bool yes = false;
	int rc;

	if (db_open(w->options->to, DB_UNFINISHED, &w->old, NULL) != 0 ||
	    is_unfinished(w->old, &yes, NULL) != 0 || !yes) {
		*err = why;
		return OD_ECONFLICT;
	}
	if ((rc = keeper_lock(w->old, err)) != 0)
		return rc;
	w->holds_old = true;
	if ((engine = engine_for(w->options->to, &location, err)) == NULL)
		return OD_EUSAGE;
	return engine->catalogue->wipe(location, err);
}

static int
mark_unfinished(struct db *db, struct err *err)
{
	char now[32];
	int rc;

	str_format(now, sizeof(now), "%lld", (long long)clock_wall_us());
	if ((rc = begin_patiently(db, err)) != 0)
		return rc;
	rc = db_exec(db,
	    "INSERT INTO meta(name, value) VALUES('" DB_META_UNFINISHED
	    "', $1)",
	    BINDS(b_text(now)), NULL, err);
	if (rc == 0)
		return db_commit(db, err);
	db_rollback(db);
	return rc;
}

static int
make_target(struct work *w, struct err *err)
{
	struct err taken = ERR_INIT;
	int rc;

	if ((rc = desk_make_parent(w->options->to, err)) != 0)
		return rc;
	rc = db_open(w->options->to, DB_CREATE, &w->to, &taken);
	if (rc == OD_ECONFLICT && (rc = clear_unfinished(w, &taken)) == 0)
		rc = db_open(w->options->to, DB_CREATE, &w->to, &taken);
	if (rc != 0) {
		if (err != NULL)
			*err = taken;
		return rc;
	}
	if ((rc = keeper_lock(w->to, err)) != 0)
		return rc;
	w->holds_to = true;
	if ((rc = migrate_run(w->to, NULL, err)) != 0 ||
	    (rc = mark_unfinished(w->to, err)) != 0)
		return rc;
	return keeper_become(w->options->to, &w->keeper, err);
}

/* What the schema's own statements made in the new place, or comes last. */
static bool
is_apart(const struct catalogue_table *t)
{
	return strcmp(t->name, "schema") == 0 || strcmp(t->name, "meta") == 0;
}

static int
count_rows(struct work *w, struct err *err)
{
	struct str sql = STR_INIT;
	int64_t n;
	int rc = 0;

	w->all = 0;
	for (size_t i = 0; rc == 0 && i < w->tables.count; i++) {
		catalogue_count(&w->tables.tables[i], &sql);
		if ((rc = db_int(w->from->db, &n, sql.s, NO_BINDS, err)) == 0)
			w->all += n;
	}
	str_free(&sql);
	return rc;
}

static int
report(int64_t rows, void *data, struct err *err)
{
	struct work *w = data;

	w->done += rows;
	if (w->options->progress != NULL)
		w->options->progress(
		    w->step, w->done, w->all, w->options->data);
	/* Its log would grow to the size of the desk. */
	return w->step == DESK_COPY_ROWS && !db_in_transaction(w->to)
	           ? keeper_tend(w->keeper, false, err)
	           : 0;
}

static void
start_step(struct work *w, enum desk_copy_step step)
{
	w->step = step;
	w->done = 0;
}

static struct desk_copy_table *
add_table(struct work *w, const struct catalogue_table *t)
{
	struct desk_copy_table *row;

	w->copy->tables = xreallocarray(
	    w->copy->tables, w->copy->count + 1, sizeof(*w->copy->tables));
	row = &w->copy->tables[w->copy->count++];
	memset(row, 0, sizeof(*row));
	str_copy(row->name, sizeof(row->name), t->name);
	return row;
}

static int
copy_rows(struct work *w, struct err *err)
{
	int rc = 0;

	start_step(w, DESK_COPY_ROWS);
	for (size_t i = 0; rc == 0 && i < w->tables.count; i++) {
		const struct catalogue_table *t = &w->tables.tables[i];
		struct desk_copy_table *row = add_table(w, t);

		if (is_apart(t))
			rc = rows_digest(
			    w->from->db, t, &w->rows, &row->figures, err);
		else
			rc = rows_copy(w->from->db, w->to, t, &w->rows,
			    &row->figures, err);
		w->copy->rows += row->figures.rows;
		w->copy->mended += row->figures.mended;
		if (rc == 0)
			rc = keeper_tend(w->keeper, false, err);
	}
	return rc;
}

static int
compare_table(struct work *w, const struct desk_copy_table *row,
    const struct catalogue_table *t, struct err *err)
{
	struct rows_figures there;
	int rc = rows_digest(w->to, t, &w->rows, &there, err);

	if (rc != 0 || (there.rows == row->figures.rows &&
			   strcmp(there.digest, row->figures.digest) == 0))
		return rc;
	return err_set(err, OD_EDATA,
	    "The copy is not what was read: the table %s has %lld rows here "
	    "and %lld there, or they differ. Begin anew, and look at the "
	    "disks",
	    t->name, (long long)row->figures.rows, (long long)there.rows);
}

/* What is read back is not what this connection still remembers. */
static int
compare_rows(struct work *w, struct err *err)
{
	int rc;

	keeper_unlock(w->to);
	w->holds_to = false;
	db_close(&w->to);
	if ((rc = db_open(w->options->to, DB_UNFINISHED, &w->to, err)) != 0 ||
	    (rc = keeper_lock(w->to, err)) != 0)
		return rc;
	w->holds_to = true;
	start_step(w, DESK_COPY_COMPARE);
	for (size_t i = 0; rc == 0 && i < w->copy->count; i++) {
		const struct catalogue_table *t = &w->tables.tables[i];

		if (strcmp(t->name, "meta") != 0)
			rc = compare_table(w, &w->copy->tables[i], t, err);
	}
	return rc;
}

/* The desk's name for itself makes the copy a desk. */
static int
finish(struct work *w, struct err *err)
{
	const struct catalogue_table *meta = catalogue_find(&w->tables, "meta");
	const char *settle = w->to->engine->catalogue->settle;
	struct rows_figures figures;
	int rc;

	BUG_ON(meta == NULL);
	if ((rc = begin_patiently(w->to, err)) != 0)
		return rc;
	rc = db_exec(w->to, "DELETE FROM meta", NO_BINDS, NULL, err);
	if (rc == 0)
		rc = rows_copy_within(w->from->db, w->to, meta, &figures, err);
	for (size_t i = 0; rc == 0 && i < w->copy->count; i++)
		if (strcmp(w->copy->tables[i].name, "meta") == 0)
			rc = compare_table(w, &w->copy->tables[i], meta, err);
	if (rc == 0 && settle != NULL)
		rc = db_script(w->to, settle, err);
	if (rc == 0)
		return db_commit(w->to, err);
	db_rollback(w->to);
	return rc;
}

static int
check_audit(struct work *w, struct err *err)
{
	const struct desk_options o = {.uri = w->options->to, .readonly = true};
	struct audit_verdict verdict;
	struct desk *d = NULL;
	struct stmt *st = NULL;
	int rc;

	if ((rc = desk_open(&o, &d, err)) != 0)
		return rc;
	rc = db_query(
	    w->to, &st, "SELECT id FROM tenants ORDER BY id", NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		desk_act_as_system(d, stmt_int(st, 0));
		rc = audit_verify(d, &verdict, err);
		w->copy->audit_rows += verdict.rows;
		w->copy->audit_bad += verdict.bad_seq != 0;
	}
	stmt_close(&st);
	desk_close(&d);
	return rc;
}

static int
copy_desk(struct work *w, struct err *err)
{
	char files[sizeof(w->from->files_dir)];
	int rc;

	if ((rc = hold_source(w, err)) != 0 ||
	    (rc = make_target(w, err)) != 0 ||
	    (rc = catalogue_read(w->from->db, &w->tables, err)) != 0 ||
	    (rc = catalogue_read(w->to, &w->there, err)) != 0 ||
	    (rc = catalogue_compare(&w->tables, &w->there, err)) != 0 ||
	    (rc = desk_files_dir(db_uri(w->to), w->options->to_files, files,
		 sizeof(files), err)) != 0 ||
	    (rc = desk_copy__files(w->from, files, w->options, w->copy, err)) !=
		0 ||
	    (rc = count_rows(w, err)) != 0)
		return rc;
	w->rows.mend =
	    w->from->db->engine->mends_texts || w->to->engine->mends_texts;
	w->rows.progress = report;
	w->rows.data = w;
	if ((rc = copy_rows(w, err)) != 0 || (rc = compare_rows(w, err)) != 0 ||
	    (rc = finish(w, err)) != 0)
		return rc;
	return check_audit(w, err);
}

int
desk_copy(const struct desk_copy_options *options, struct desk_copy *copy,
    struct err *err)
{
	struct work w = {.options = options, .copy = copy};
	int rc;

	memset(copy, 0, sizeof(*copy));
	rc = copy_desk(&w, err);
	keeper_free(&w.keeper);
	if (w.from != NULL)
		db_rollback(w.from->db);
	if (w.holds_from)
		keeper_unlock(w.from->db);
	if (w.holds_to)
		keeper_unlock(w.to);
	if (w.holds_old)
		keeper_unlock(w.old);
	db_close(&w.to);
	db_close(&w.old);
	desk_close(&w.from);
	catalogue_free(&w.tables);
	catalogue_free(&w.there);
	return rc;
}

void
desk_copy_free(struct desk_copy *copy)
{
	free(copy->tables);
	memset(copy, 0, sizeof(*copy));
}

void
desk_copy_json(const struct desk_copy *copy, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "rows", copy->rows);
	json_out_int(out, "files", copy->files);
	json_out_int(out, "bytes", copy->bytes);
	json_out_int(out, "damaged_files", copy->damaged);
	json_out_int(out, "mended_texts", copy->mended);
	json_out_int(out, "audit_rows", copy->audit_rows);
	json_out_int(out, "audit_broken", copy->audit_bad);
	json_out_array(out, "tables");
	for (size_t i = 0; i < copy->count; i++) {
		const struct desk_copy_table *t = &copy->tables[i];

		json_out_object(out, NULL);
		json_out_string(out, "name", t->name);
		json_out_int(out, "rows", t->figures.rows);
		json_out_string(out, "sha256", t->figures.digest);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	json_out_end(out, '}');
}
