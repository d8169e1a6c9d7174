/* older - see older.h. */
#include "db/engine/older.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <ctype.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE      1000
#define BUSY_TIMEOUT 5000 /* ms */
#define SHOWN        240

struct older {
	sqlite3 *db;
	sqlite3_stmt *st;
	char *path;    /* owned */
	bool is_still; /* nobody used it when it was opened */
	char **tables; /* owned */
	size_t table_count;
	char **columns; /* owned */
	size_t column_count;
	const char **values; /* room for the columns; borrowed of st */
	int64_t seen, last_id;
	int at_once; /* rows of st so far; -1: it is read in one go */
};

static int
failed(struct older *o, int code, struct err *err)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, OD_EUNAVAIL,
		    "Another program keeps the database locked; try again when"
		    " it is done");
	case SQLITE_NOTADB:
		return err_set(err, OD_EDATA, "The file is no SQLite database");
	case SQLITE_CORRUPT:
		return err_set(err, OD_EDATA,
		    "The database is damaged; bring it back from a backup, or"
		    " save what can be saved of it with: sqlite3 FILE "
		    ".recover");
	default:
		return err_set(err, OD_EIO, "The database cannot be read: %s",
		    o->db != NULL ? sqlite3_errmsg(o->db)
				  : sqlite3_errstr(code));
	}
}

static void
forget(char ***names, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		free((*names)[i]);
	FREE(names);
	*count = 0;
}

static int
read_tables(struct older *o, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int code;

	code = sqlite3_prepare_v2(o->db,
	    "SELECT name FROM sqlite_schema WHERE type = 'table'"
	    " AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rowid",
	    -1, &st, NULL);
	o->tables = xcalloc(OLDER_TABLES_MAX, sizeof(*o->tables));
	while (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);

		if (name != NULL && o->table_count < OLDER_TABLES_MAX)
			o->tables[o->table_count++] = xstrdup(name);
		code = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return code == SQLITE_DONE ? 0 : failed(o, code, err);
}

/* Whether a log of commits stands beside it. */
static bool
has_log(const char *path)
{
	struct str log = STR_INIT;
	bool found;

	str_addf(&log, "%s-wal", path);
	found = access(log.s, F_OK) == 0;
	str_free(&log);
	return found;
}

/* Whether it is one that has a log while it is used. */
static bool
wants_log(const char *path)
{
	unsigned char head[20] = {0};
	FILE *in = fopen(path, "rbe");
	bool wants = false;

	if (in != NULL) {
		wants = fread(head, 1, sizeof(head), in) == sizeof(head) &&
		        head[18] == 2;
		fclose(in);
	}
	return wants;
}

/*
 * Nobody uses it: read as it is, else a log and its index would be left there
 * that perhaps only we may write to.
 */
static void
add_uri(struct str *out, const char *path)
{
	str_add(out, "file:");
	for (const char *p = path; *p != '\0'; p++)
		if (isalnum((unsigned char)*p) || strchr("/._-", *p) != NULL)
			str_addc(out, *p);
		else
			str_addf(out, "%%%02X", (unsigned char)*p);
	str_add(out, "?immutable=1");
}

static int
open_it(struct older *o, const char *path)
{
	int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_PRIVATECACHE;
	struct str uri = STR_INIT;
	int code;

	o->is_still = wants_log(path) && !has_log(path);
	if (!o->is_still)
		return sqlite3_open_v2(path, &o->db, flags, NULL);
	add_uri(&uri, path);
	code = sqlite3_open_v2(uri.s, &o->db, flags | SQLITE_OPEN_URI, NULL);
	str_free(&uri);
	return code;
}

int
older_open(const char *path, struct older **out, struct err *err)
{
	struct older *o = xcalloc(1, sizeof(*o));
	char shown[SHOWN];
	int code, rc = 0;

	o->path = xstrdup(path);
	code = open_it(o, path);
	if (code == SQLITE_CANTOPEN) {
		text_safe_buf(shown, sizeof(shown), path);
		rc = err_set(err, OD_ENOTFOUND,
		    "%s cannot be opened; copy it, with the files whose names"
		    " begin like its, to a directory that you may write to",
		    shown);
	} else if (code != SQLITE_OK) {
		rc = failed(o, code, err);
	}
	if (rc == 0) {
		sqlite3_db_config(o->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(
		    o->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sqlite3_db_config(
		    o->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
		/* Its log stays for whoever it belongs to. */
		sqlite3_db_config(
		    o->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		sqlite3_limit(o->db, SQLITE_LIMIT_LENGTH, 64 << 20);
		sqlite3_busy_timeout(o->db, BUSY_TIMEOUT);
		rc = read_tables(o, err);
	}
	if (rc != 0)
		older_close(&o);
	*out = o;
	return rc;
}

void
older_close(struct older **older)
{
	struct older *o = *older;

	if (o == NULL)
		return;
	sqlite3_finalize(o->st);
	sqlite3_close(o->db);
	forget(&o->tables, &o->table_count);
	forget(&o->columns, &o->column_count);
	free(o->values);
	free(o->path);
	FREE(older);
}

size_t
older_tables(const struct older *o, const char *const **names)
{
	*names = (const char *const *)o->tables;
	return o->table_count;
}

size_t
older_columns(const struct older *o, const char *const **names)
{
	*names = (const char *const *)o->columns;
	return o->column_count;
}

/* with_id: in pieces, by the number that SQLite gives each row. */
static int
prepare(struct older *o, const char *table, bool with_id)
{
	char *sql = with_id ? sqlite3_mprintf("SELECT rowid, * FROM \"%w\""
					      " WHERE rowid > ?1 ORDER BY rowid"
					      " LIMIT ?2",
				  table)
	                    : sqlite3_mprintf("SELECT 0, * FROM \"%w\"", table);
	int code = SQLITE_NOMEM;

	sqlite3_finalize(o->st);
	o->st = NULL;
	if (sql != NULL)
		code = sqlite3_prepare_v2(o->db, sql, -1, &o->st, NULL);
	sqlite3_free(sql);
	return code;
}

static int
count_rows(struct older *o, const char *table, int64_t *rows)
{
	char *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", table);
	sqlite3_stmt *st = NULL;
	int code = SQLITE_NOMEM;

	if (sql != NULL)
		code = sqlite3_prepare_v2(o->db, sql, -1, &st, NULL);
	sqlite3_free(sql);
	if (code == SQLITE_OK && (code = sqlite3_step(st)) == SQLITE_ROW) {
		*rows = sqlite3_column_int64(st, 0);
		code = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return code;
}

int
older_begin(struct older *o, const char *table, int64_t *rows, struct err *err)
{
	int code;

	if ((code = count_rows(o, table, rows)) != SQLITE_OK)
		return failed(o, code, err);
	o->at_once = 0;
	if ((code = prepare(o, table, true)) == SQLITE_ERROR) {
		o->at_once = -1;
		code = prepare(o, table, false);
	}
	if (code != SQLITE_OK)
		return failed(o, code, err);
	o->seen = 0;
	o->last_id = INT64_MIN;
	forget(&o->columns, &o->column_count);
	FREE(&o->values);
	o->column_count = (size_t)sqlite3_column_count(o->st) - 1;
	if (o->column_count > OLDER_COLUMNS_MAX)
		o->column_count = OLDER_COLUMNS_MAX;
	o->columns = xcalloc(o->column_count, sizeof(*o->columns));
	o->values = xcalloc(o->column_count, sizeof(*o->values));
	for (size_t i = 0; i < o->column_count; i++) {
		const char *name = sqlite3_column_name(o->st, (int)i + 1);

		o->columns[i] = xstrdup(name != NULL ? name : "");
	}
	if (o->at_once == 0) {
		sqlite3_bind_int64(o->st, 1, o->last_id);
		sqlite3_bind_int(o->st, 2, AT_ONCE);
	}
	return 0;
}

static const char *
value(sqlite3_stmt *st, int column)
{
	int type = sqlite3_column_type(st, column);
	const char *text = (const char *)sqlite3_column_text(st, column);
	size_t n = (size_t)sqlite3_column_bytes(st, column);

	if (type == SQLITE_NULL)
		return "";
	if (type == SQLITE_BLOB && n > 0)
		return NULL;
	if (text == NULL)
		return n == 0 ? "" : NULL;
	return utf8_is_text(text, n) ? text : NULL;
}

/* SQLITE_ROW, SQLITE_DONE at the end of the table, or what went wrong. */
static int
step(struct older *o)
{
	int code = sqlite3_step(o->st);

	if (code != SQLITE_DONE || o->at_once < AT_ONCE)
		return code;
	/* Not one read for all: a log could not be taken in meanwhile. */
	sqlite3_reset(o->st);
	sqlite3_bind_int64(o->st, 1, o->last_id);
	o->at_once = 0;
	return sqlite3_step(o->st);
}

int
older_next(
    struct older *o, int64_t *id, const char *const **values, struct err *err)
{
	int code = step(o);

	if (o->is_still && o->at_once <= 1 && has_log(o->path))
		return err_set(err, OD_EUNAVAIL,
		    "Another program began to work with the database"
		    " meanwhile; import it once more");
	if (code == SQLITE_DONE) {
		sqlite3_reset(o->st);
		return 0;
	}
	if (code != SQLITE_ROW)
		return failed(o, code, err);
	o->seen++;
	if (o->at_once >= 0) {
		o->at_once++;
		o->last_id = sqlite3_column_int64(o->st, 0);
	}
	*id = o->at_once >= 0 && o->last_id > 0 ? o->last_id : o->seen;
	for (size_t i = 0; i < o->column_count; i++)
		o->values[i] = value(o->st, (int)i + 1);
	*values = o->values;
	return 1;
}
