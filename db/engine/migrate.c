/*
 * migrate - bring a desk to the schema of this program, step by step.
 */
#include "db/engine/migrate_int.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "db/core/db_int.h"
#include "db/engine/keeper.h"
#include "db/engine/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WAIT_US (10 * US_PER_MINUTE) /* for another's upgrade */

/* Which programs get along with each version; one row a step. */
static const struct {
	int version;
	int min_writer;
	int min_reader;
} rules[] = {
    {1, 1, 1},
    {2, 1, 1}, /* outbox_claim fills in what older programs leave out */
    {3, 1, 1}, /* older programs take an operator by the Unix user only */
    {4, 1, 1}, /* older programs neither propose nor purge */
    {5, 5, 1}, /* older programs would not keep reach true */
    {6, 5, 1}, /* older programs take a trail that was cut for a broken one */
    {7, 6, 1}, /* an index */
    {8, 8, 1}, /* older programs would leave clocks and tags behind */
    {9, 9, 1}, /* older programs would clear what guides were walked for */
    {10, 10, 1}, /* older programs would clear what calls refer to */
    {11, 10, 1}, /* an index */
    {12, 12, 1}, /* older programs would clear what leads refer to */
    {13, 12, 1}, /* tables that only this program knows */
};

#define RULES  (sizeof(rules) / sizeof(rules[0]))
#define NOBODY 1000000 /* no schema will have this number */

int
migrate_current(struct db *db, int *version, int *min_writer, struct err *err)
{
	struct stmt *st = NULL;
	bool has;
	int rc;

	*version = *min_writer = 0;
	if ((rc = db__has_table(db, "schema", &has, err)) != 0 || !has)
		return rc;
	rc = db_query(
	    db, &st, "SELECT version, min_writer FROM schema", NO_BINDS, err);
	if (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		*version = (int)stmt_int(st, 0);
		*min_writer = (int)stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
note_version(struct db *db, const struct migration *m, struct err *err)
{
	char reader[16], id[33], uid[16];
	int rc;

	snprintf(reader, sizeof(reader), "%d", m->min_reader);
	if ((rc = db_exec(db, "DELETE FROM schema", NO_BINDS, NULL, err)) != 0)
		return rc;
	rc = db_exec(db,
	    "INSERT INTO schema(version, min_writer) VALUES($1, $2)",
	    BINDS(b_int(m->version), b_int(m->min_writer)), NULL, err);
	if (rc != 0)
		return rc;
	rc = db_exec(db,
	    "INSERT INTO meta(name, value) VALUES('min_reader', $1) "
	    "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
	    BINDS(b_text(reader)), NULL, err);
	if (rc != 0)
		return rc;
	/* With the first step, so that no desk is ever without. */
	random_hex(id, 32);
	snprintf(uid, sizeof(uid), "%u", (unsigned)geteuid());
	return db_exec(db,
	    "INSERT INTO meta(name, value) VALUES('desk_id', $1), "
	    "('owner_uid', $2) ON CONFLICT(name) DO NOTHING",
	    BINDS(b_text(id), b_text(uid)), NULL, err);
}

/* With the first step, so that it never looks like a desk of its own. */
static int
note_copy(struct db *db, struct err *err)
{
	char now[24];

	snprintf(now, sizeof(now), "%lld", (long long)clock_wall_us());
	return db_exec(db,
	    "INSERT INTO meta(name, value) VALUES('" DB_META_UNFINISHED
	    "', $1)",
	    BINDS(b_text(now)), NULL, err);
}

/* 1 when another program did the step meanwhile. */
static int
run_step(struct db *db, const struct migration *m,
    const struct migrate_options *o, struct err *err)
{
	int rc, version, min_writer;

	if ((rc = db_begin(db, "migrate", err)) != 0)
		return rc;
	/* A large table takes longer than any statement of daily work. */
	if (db->engine->patience != NULL)
		rc = db_script(db, db->engine->patience, err);
	if (rc == 0)
		rc = migrate_current(db, &version, &min_writer, err);
	if (rc == 0 && version >= m->version)
		rc = 1;
	if (rc == 0)
		rc = db_script(db, m->sql, err);
	if (rc == 0)
		rc = note_version(db, m, err);
	if (rc == 0 && version == 0 && o->is_copy)
		rc = note_copy(db, err);
	if (rc == 0 && db->engine->guard != NULL)
		rc = db->engine->guard(db->conn, err);
	if (rc != 0) {
		db_rollback(db);
		return rc;
	}
	return db_commit(db, err);
}

static int
sync_dir(struct db *db, struct err *err)
{
	const char *path = db_path(db);
	const char *slash = strrchr(path, '/');
	struct str dir = STR_INIT;
	int rc;

	if (slash == NULL)
		return 0;
	str_addn(&dir, path, slash == path ? 1 : (size_t)(slash - path));
	rc = fs_sync_dir(dir.s, err);
	str_free(&dir);
	return rc;
}

static int
copy_before(struct db *db, int version, struct err *err)
{
	struct str path = STR_INIT;
	int rc;

	if (!db->engine->is_file)
		return err_set(err, OD_ECONFLICT,
		    "The desk is on a server and has to be backed up first: "
		    "PGOPTIONS='-c opdesk.tenant=*' pg_dump "
		    "--enable-row-security --format=custom "
		    "--file=desk-before-%d.dump '%s'; then run "
		    "\"opdesk desk upgrade --no-backup\"",
		    version, db_uri(db));
	migrate__copy_path(db, version, &path);
	rc = db_copy(db, path.s, err);
	str_free(&path);
	return rc;
}

/* Desks of these schemas were made before there was a guard. */
static int
guard_only(struct db *db, struct err *err)
{
	int rc;

	if (db->engine->guard == NULL)
		return sync_dir(db, err);
	if ((rc = db_begin(db, "guard", err)) != 0)
		return rc;
	if ((rc = db->engine->guard(db->conn, err)) == 0)
		return db_commit(db, err);
	db_rollback(db);
	return rc;
}

static int
run_locked(struct db *db, const struct migration *steps, size_t count,
    const struct migrate_options *o, struct err *err)
{
	int last = steps[count - 1].version;
	int rc, version, min_writer;

	if ((rc = migrate_current(db, &version, &min_writer, err)) != 0)
		return rc;
	if (version > last)
		return err_set(err, OD_EUNAVAIL,
		    "This desk is newer than this program (schema %d, known "
		    "is %d); install the newer opdesk here too",
		    version, last);
	if (version == last)
		return guard_only(db, err);
	if (version > 0 && !o->without_copy &&
	    (rc = copy_before(db, last, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		if (steps[i].version <= version)
			continue;
		if (o->progress != NULL)
			o->progress(steps[i].version, steps[i].title, o->data);
		if (run_step(db, &steps[i], o, err) < 0)
			return err_prefix(err,
			    "The upgrade to schema %d failed and the desk is "
			    "as it was before that step",
			    steps[i].version);
	}
	return sync_dir(db, err);
}

/*
 * The keeper's lock; or *done, when another program upgraded meanwhile: it may
 * be a daemon, which keeps the lock.
 */
static int
lock_or_wait(struct db *db, int last, const struct migrate_options *o,
    bool *done, struct err *err)
{
	static const struct timespec pause = {0, 50 * 1000000};
	int64_t until = clock_mono_us() + WAIT_US;
	int version, min_writer, rc, refused = 0;
	bool is_told = false;

	*done = false;
	while ((rc = keeper_lock_upgrade(db, err)) == OD_EUNAVAIL) {
		bool upgrades = keeper_upgrades(db);
		int now = migrate_current(db, &version, &min_writer, NULL);

		*done = now == 0 && version == last;
		if (*done)
			return 0;
		/* It may have ended between our asking for both. */
		if ((!upgrades && ++refused > 1) || clock_mono_us() > until)
			return rc;
		if (upgrades && !is_told && o->waiting != NULL)
			o->waiting(o->data);
		is_told = is_told || upgrades;
		nanosleep(&pause, NULL);
	}
	return rc;
}

int
migrate__run_steps(struct db *db, const struct migration *steps, size_t count,
    const struct migrate_options *options, struct err *err)
{
	static const struct migrate_options usual;
	const struct migrate_options *o = options != NULL ? options : &usual;
	bool done;
	int rc;

	rc = lock_or_wait(db, steps[count - 1].version, o, &done, err);
	if (rc != 0 || done)
		return rc;
	rc = run_locked(db, steps, count, o, err);
	keeper_unlock(db);
	return rc;
}

static bool
is_for(const char *name, const char *engine)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && strcmp(dot + 1, engine) == 0;
}

int
migrate_run(
    struct db *db, const struct migrate_options *options, struct err *err)
{
	struct migration steps[RULES];
	size_t n = 0;

	for (const struct schema_file *f = schema_files; f->name; f++) {
		if (!is_for(f->name, db->engine->name))
			continue;
		BUG_ON(n == RULES ||
		       strtol(f->name, NULL, 10) != rules[n].version);
		steps[n] = (struct migration){rules[n].version,
		    rules[n].min_writer, rules[n].min_reader, f->name, f->sql};
		n++;
	}
	BUG_ON(n != RULES || rules[RULES - 1].version != SCHEMA_VERSION);
	return migrate__run_steps(db, steps, n, options, err);
}

int
migrate_close(struct db *db, bool closed, struct err *err)
{
	int version, min_writer, rc;

	if ((rc = migrate_current(db, &version, &min_writer, err)) != 0)
		return rc;
	BUG_ON(version < 1 || version > SCHEMA_VERSION);
	return db_exec(db, "UPDATE schema SET min_writer = $1",
	    BINDS(b_int(closed ? NOBODY : rules[version - 1].min_writer)), NULL,
	    err);
}
