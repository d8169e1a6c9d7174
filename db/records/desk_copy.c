/* desk_copy - see desk_copy.h. */
#include "db/records/desk_copy_int.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include "db/core/desk_files.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/records/audit.h"
#include "db/records/backup_int.h"
#include <stdlib.h>
#include <string.h>

struct work {
	const struct desk_copy_options *options;
	struct desk_copy *copy;
	struct desk_copy_source from;
	struct db *to;
	struct keeper *keeper; /* of the new place */
	struct db *old;        /* what an interrupted copy left there */
	bool holds_to, holds_old;
	struct catalogue tables, there;
	struct rows_options rows;
	enum desk_copy_step step;
	int64_t done, all; /* rows */
};

int
desk_copy__begin(struct db *db, struct err *err)
{
	const char *sql = db->engine->catalogue->patience;
	int rc = db_begin(db, "desk_copy", err);

	if (rc == 0 && sql != NULL && (rc = db_script(db, sql, err)) != 0)
		db_rollback(db);
	return rc;
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
make_target(struct work *w, struct err *err)
{
	const struct migrate_options options = {.is_copy = true};
	struct err taken = ERR_INIT;
	int rc;

	rc = db_open(w->options->to, DB_CREATE, &w->to, &taken);
	if (rc == OD_ECONFLICT && (rc = clear_unfinished(w, &taken)) == 0)
		rc = db_open(w->options->to, DB_CREATE, &w->to, &taken);
	if (rc == OD_ECONFLICT && w->from.was_moved)
		return err_set(err, rc,
		    "This desk was moved to %s already, and all of it is there",
		    w->from.place.s);
	if (rc != 0) {
		if (err != NULL)
			*err = taken;
		return rc;
	}
	if ((rc = keeper_lock(w->to, err)) != 0)
		return rc;
	w->holds_to = true;
	if ((rc = migrate_run(w->to, &options, err)) != 0)
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
		if ((rc = db_int(w->from.desk->db, &n, sql.s, NO_BINDS, err)) ==
		    0)
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
			    w->from.desk->db, t, &w->rows, &row->figures, err);
		else
			rc = rows_copy(w->from.desk->db, w->to, t, &w->rows,
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

/*
 * The desk's name for itself makes the copy a desk.  The old one is closed
 * just before: who is interrupted here has one that is closed and one that is
 * not finished, and runs the copy again.
 */
static int
finish_within(struct work *w, struct err *err)
{
	const struct catalogue_table *meta = catalogue_find(&w->tables, "meta");
	const char *settle = w->to->engine->catalogue->settle;
	struct rows_figures figures;
	int rc;

	BUG_ON(meta == NULL);
	rc = db_exec(w->to, "DELETE FROM meta", NO_BINDS, NULL, err);
	if (rc == 0)
		rc = rows_copy_within(
		    w->from.desk->db, w->to, meta, &figures, err);
	for (size_t i = 0; rc == 0 && i < w->copy->count; i++)
		if (strcmp(w->copy->tables[i].name, "meta") == 0)
			rc = compare_table(w, &w->copy->tables[i], meta, err);
	if (rc == 0 && w->options->keep_source)
		rc = backup__new_epoch(
		    w->to, clock_wall_us(), &w->copy->held, err);
	if (rc == 0 && settle != NULL)
		rc = db_script(w->to, settle, err);
	if (rc == 0 && !w->options->keep_source)
		rc = desk_copy__source_close(&w->from, err);
	return rc;
}

static int
finish(struct work *w, struct err *err)
{
	int rc;

	if ((rc = desk_copy__begin(w->to, err)) != 0)
		return rc;
	if ((rc = finish_within(w, err)) != 0) {
		db_rollback(w->to);
		return rc;
	}
	if ((rc = db_commit(w->to, err)) != 0 || w->options->keep_source)
		return rc;
	w->copy->is_moved = true;
	desk_copy__source_empty_spool(&w->from);
	return 0;
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

/* The copy has the same id. */
static int
mark_files(struct work *w, const char *dir, struct err *err)
{
	return desk_files_mark(
	    dir, w->to->engine->is_file ? "" : w->from.desk->id, err);
}

static int
copy_desk(struct work *w, struct err *err)
{
	char *files = w->copy->files_dir;
	int rc;

	if ((rc = desk_make_parent(w->options->to, err)) != 0 ||
	    (rc = desk_copy__source_open(&w->from, w->options, err)) != 0 ||
	    (rc = make_target(w, err)) != 0 ||
	    (rc = desk_copy__source_note(&w->from, w->copy, err)) != 0 ||
	    (rc = desk_copy__beside(w->from.desk, db_uri(w->to), err)) != 0 ||
	    (rc = catalogue_read(w->from.desk->db, &w->tables, err)) != 0 ||
	    (rc = catalogue_read(w->to, &w->there, err)) != 0 ||
	    (rc = catalogue_compare(&w->tables, &w->there, err)) != 0 ||
	    (rc = desk_files_dir(db_uri(w->to), w->options->to_files, files,
		 sizeof(w->copy->files_dir), err)) != 0 ||
	    (rc = mark_files(w, files, err)) != 0 ||
	    (rc = desk_copy__files(
		 w->from.desk, files, w->options, w->copy, err)) != 0 ||
	    (rc = count_rows(w, err)) != 0)
		return rc;
	w->rows.mend =
	    w->from.desk->db->engine->mends_texts || w->to->engine->mends_texts;
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
	desk_copy__source_init(&w.from);
	rc = copy_desk(&w, err);
	keeper_free(&w.keeper);
	if (w.holds_to)
		keeper_unlock(w.to);
	if (w.holds_old)
		keeper_unlock(w.old);
	db_close(&w.to);
	db_close(&w.old);
	desk_copy__source_free(&w.from);
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
	json_out_string(out, "files_place", copy->files_dir);
	json_out_int(out, "bytes", copy->bytes);
	json_out_int(out, "damaged_files", copy->damaged);
	json_out_int(out, "mended_texts", copy->mended);
	json_out_int(out, "spooled_events", copy->spooled);
	json_out_int(out, "unreadable_events", copy->unreadable);
	json_out_bool(out, "moved", copy->is_moved);
	json_out_int(out, "held", copy->held);
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
