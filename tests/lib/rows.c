/* rows - see rows.h. */
#include "tests/lib/rows.h"
#include "common/clock.h"
#include "common/str.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROW_SIZE 1024

static void
give_up(sqlite3 *db, const char *what)
{
	fprintf(stderr, "rows: %s: %s\n", what, sqlite3_errmsg(db));
	abort();
}

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		give_up(db, sql);
}

static sqlite3 *
open_new(const char *dir, const char *name)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[512];
	sqlite3 *db = NULL;

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s%s", dir, name, ends[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (sqlite3_open(path, &db) != SQLITE_OK)
		give_up(db, path);
	run(db,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
	    "PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16384;");
	return db;
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		give_up(db, sql);
	return st;
}

static void
step(sqlite3 *db, sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		give_up(db, sqlite3_sql(st));
	sqlite3_reset(st);
}

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state;
}

double
rows_raw(const char *dir, int batch, double seconds)
{
	sqlite3 *db = open_new(dir, "raw.db");
	sqlite3_stmt *insert;
	char body[ROW_SIZE], key[80];
	uint64_t random = 1;
	int64_t since = clock_mono_us(), count = 0;

	run(db,
	    "CREATE TABLE raw(id INTEGER PRIMARY KEY, key TEXT NOT NULL,"
	    " body BLOB NOT NULL); CREATE UNIQUE INDEX raw_key ON raw(key)");
	insert = prepare(db, "INSERT INTO raw(key, body) VALUES(?1, ?2)");
	memset(body, 'o', sizeof(body));
	while (clock_mono_us() - since < (int64_t)(seconds * 1e6)) {
		run(db, "BEGIN IMMEDIATE");
		for (int i = 0; i < batch; i++, count++) {
			for (int k = 0; k < 4; k++)
				snprintf(key + k * 16, 17, "%016" PRIx64,
				    next_random(&random));
			sqlite3_bind_text(insert, 1, key, 64, SQLITE_STATIC);
			sqlite3_bind_blob(
			    insert, 2, body, sizeof(body), SQLITE_STATIC);
			step(db, insert);
		}
		run(db, "COMMIT");
	}
	sqlite3_finalize(insert);
	seconds = (double)(clock_mono_us() - since) / 1e6;
	sqlite3_close(db);
	return (double)count / seconds;
}

/* ---- the same rows again ---- */

static const char *const copied[] = {"tenants", "operators", "teams",
    "contacts", "contact_points", "conversations", "messages", "search_texts"};
#define COPIED (sizeof(copied) / sizeof(copied[0]))

struct table {
	sqlite3_stmt *insert; /* rows with ?1 < rowid <= ?2 */
	int64_t from, rows;
};

/* Tables, then indexes: as the desk has them. */
static void
copy_schema(sqlite3 *db)
{
	/* Those that FTS5 makes by itself are named after it. */
	sqlite3_stmt *st = prepare(db,
	    "SELECT sql FROM desk.sqlite_schema WHERE sql IS NOT NULL"
	    " AND type IN ('table', 'index') AND name NOT LIKE 'sqlite%'"
	    " AND (name NOT LIKE 'search\\__%' ESCAPE '\\'"
	    " OR tbl_name = 'search_texts') ORDER BY type DESC, rowid");

	while (sqlite3_step(st) == SQLITE_ROW)
		run(db, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	run(db, "INSERT INTO search(search, rank) VALUES('automerge', 0)");
}

static void
append(struct str *out, sqlite3_stmt *columns)
{
	bool is_first = true;

	while (sqlite3_step(columns) == SQLITE_ROW) {
		str_addf(out, "%s%s", is_first ? "" : ", ",
		    (const char *)sqlite3_column_text(columns, 0));
		is_first = false;
	}
	sqlite3_reset(columns);
}

static void
table_prepare(sqlite3 *db, struct table *t, const char *name)
{
	struct str sql = STR_INIT;
	sqlite3_stmt *st;

	/* Without the generated columns. */
	st = prepare(db, "SELECT name FROM pragma_table_xinfo(?1) WHERE"
			 " hidden = 0");
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	str_addf(&sql, "INSERT INTO main.%s(", name);
	append(&sql, st);
	str_addf(&sql, ") SELECT ");
	append(&sql, st);
	str_addf(&sql,
	    " FROM desk.%s WHERE rowid > ?1 AND rowid <= ?2 ORDER BY rowid",
	    name);
	sqlite3_finalize(st);
	t->insert = prepare(db, sql.s);
	str_clear(&sql);
	str_addf(&sql, "SELECT COALESCE(MAX(rowid), 0) FROM desk.%s", name);
	st = prepare(db, sql.s);
	sqlite3_step(st);
	t->rows = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	str_free(&sql);
}

static void
copy_until(sqlite3 *db, struct table *t, int64_t until)
{
	sqlite3_bind_int64(t->insert, 1, t->from);
	sqlite3_bind_int64(t->insert, 2, until);
	step(db, t->insert);
	t->from = until;
}

double
rows_copy(const char *dir, const char *desk, int batch)
{
	sqlite3 *db = open_new(dir, "copy.db");
	struct table tables[COPIED + 1] = {{0}};
	struct str sql = STR_INIT;
	int64_t since, batches;
	double seconds;

	str_addf(&sql, "ATTACH '%s' AS desk", desk);
	run(db, sql.s);
	copy_schema(db);
	for (size_t i = 0; i < COPIED; i++)
		table_prepare(db, &tables[i], copied[i]);
	tables[COPIED].insert = prepare(db,
	    "INSERT INTO main.search(rowid, scope, text) SELECT id, scope,"
	    " text FROM desk.search_texts WHERE id > ?1 AND id <= ?2");
	tables[COPIED].rows = tables[COPIED - 1].rows;
	batches = (tables[6].rows + batch - 1) / batch;
	since = clock_mono_us();
	for (int64_t b = 1; b <= batches; b++) {
		run(db, "BEGIN IMMEDIATE");
		for (size_t i = 0; i <= COPIED; i++)
			copy_until(
			    db, &tables[i], tables[i].rows * b / batches);
		run(db, "COMMIT");
	}
	seconds = (double)(clock_mono_us() - since) / 1e6;
	for (size_t i = 0; i <= COPIED; i++)
		sqlite3_finalize(tables[i].insert);
	sqlite3_close(db);
	str_free(&sql);
	return seconds;
}
