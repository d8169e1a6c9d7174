/*
 * sqlite_schema - whether a file's schema is the one that we made.
 *
 * Triggers and views are code that runs with our rights, so every one must be
 * a text of ours before anything else is read.  The whole schema is compared
 * with one of the same version that is built afresh in memory.
 */
#include "db/engine/migrate.h"
#include "db/engine/schema.h"
#include "db/engine/sqlite_int.h"
#include "common/text.h"
#include <stdlib.h>
#include <string.h>

static int
strange(const char *name, struct err *err)
{
	char shown[80];

	text_safe_buf(shown, sizeof(shown), name);
	return err_set(err, OD_EDATA,
	    "The schema of this desk is not as opdesk made it: %s was added, "
	    "changed or taken away. Do not use it; restore a backup",
	    shown);
}

static bool
is_ours(const char *sql)
{
	if (sql == NULL)
		return false;
	for (const struct schema_file *f = schema_files; f->name; f++) {
		if (strstr(f->sql, sql) != NULL)
			return true;
	}
	return false;
}

static const char *
text_of(sqlite3_stmt *st, int column)
{
	const char *s = (const char *)sqlite3_column_text(st, column);

	return s != NULL ? s : "";
}

int
sqlite__check_code(struct engine_conn *conn, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	rc = sqlite3_prepare_v2(conn->db,
	    "SELECT name, sql FROM sqlite_schema "
	    "WHERE type NOT IN ('table', 'index')",
	    -1, &st, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		if (!is_ours((const char *)sqlite3_column_text(st, 1))) {
			rc = strange(text_of(st, 0), err);
			sqlite3_finalize(st);
			return rc;
		}
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? 0 : sqlite__fail(conn, rc, err);
}

/* 0 when there is none yet. */
static int
version_of(struct engine_conn *conn, int *version, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	*version = 0;
	rc = sqlite3_prepare_v2(
	    conn->db, "SELECT max(version) FROM schema", -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW)
		*version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : sqlite__fail(conn, rc, err);
}

/* What a desk of that version was made with. */
static int
build_reference(struct engine_conn *ref, int version, struct err *err)
{
	int rc = sqlite3_open_v2(":memory:", &ref->db,
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX,
	    NULL);

	for (const struct schema_file *f = schema_files;
	     rc == SQLITE_OK && f->name != NULL; f++) {
		if (strstr(f->name, ".sqlite") != NULL &&
		    strtol(f->name, NULL, 10) <= version)
			rc = sqlite3_exec(ref->db, f->sql, NULL, NULL, NULL);
	}
	return rc == SQLITE_OK ? 0 : sqlite__fail(ref, rc, err);
}

/* Both lists in one order; the first difference is named. */
static int
compare(struct engine_conn *conn, struct engine_conn *ref, struct err *err)
{
	static const char sql[] =
	    "SELECT name, type || ' ' || tbl_name || ' ' || coalesce(sql, '') "
	    "FROM sqlite_schema WHERE name <> 'sqlite_stat1' "
	    "AND name <> 'sqlite_stat4' ORDER BY name, type";
	sqlite3_stmt *a = NULL, *b = NULL;
	int rc, order, ra = SQLITE_ROW, rb = SQLITE_ROW;

	if ((rc = sqlite3_prepare_v2(conn->db, sql, -1, &a, NULL)) != 0 ||
	    (rc = sqlite3_prepare_v2(ref->db, sql, -1, &b, NULL)) != 0) {
		rc = sqlite__fail(conn, rc, err);
		goto out;
	}
	for (;;) {
		ra = sqlite3_step(a);
		rb = sqlite3_step(b);
		if (ra != SQLITE_ROW || rb != SQLITE_ROW)
			break;
		order = strcmp(text_of(a, 0), text_of(b, 0));
		if (order == 0 && strcmp(text_of(a, 1), text_of(b, 1)) == 0)
			continue;
		/* The smaller name is the one that only one of them has. */
		rc = strange(text_of(order <= 0 ? a : b, 0), err);
		goto out;
	}
	if (ra != SQLITE_ROW && ra != SQLITE_DONE)
		rc = sqlite__fail(conn, ra, err);
	else if (ra != rb)
		rc = strange(text_of(ra == SQLITE_ROW ? a : b, 0), err);
out:
	sqlite3_finalize(a);
	sqlite3_finalize(b);
	return rc;
}

/* As it was made: whoever compares the schema finds it the same again. */
int
sqlite__audit_open(struct engine_conn *conn, bool open, struct err *err)
{
	static const char begins[] = "CREATE TRIGGER audit_no_delete ";
	const char *from = NULL, *end;
	struct str sql = STR_INIT;
	int rc;

	if (open)
		return sqlite__run(conn, "DROP TRIGGER audit_no_delete", err);
	for (const struct schema_file *f = schema_files; f->name; f++)
		if (strstr(f->name, ".sqlite") != NULL &&
		    strstr(f->sql, begins) != NULL)
			from = strstr(f->sql, begins);
	BUG_ON(from == NULL || (end = strstr(from, "END;")) == NULL);
	str_addn(&sql, from, (size_t)(end - from) + 3);
	rc = sqlite__run(conn, sql.s, err);
	str_free(&sql);
	return rc;
}

static int
check_pages(struct engine_conn *conn, bool indexes, struct err *err)
{
	sqlite3_stmt *st = NULL;
	bool is_ok;
	int rc;

	rc = sqlite3_prepare_v2(conn->db,
	    indexes ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", -1,
	    &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	is_ok = rc == SQLITE_ROW && strcmp(text_of(st, 0), "ok") == 0;
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sqlite__fail(conn, rc, err);
	return is_ok ? 0 : sqlite__fail(conn, SQLITE_CORRUPT, err);
}

int
sqlite__verify(struct engine_conn *conn, bool indexes, struct err *err)
{
	struct engine_conn ref = {.turn_fd = -1, .bell_fd = -1};
	int rc, version;

	if ((rc = check_pages(conn, indexes, err)) != 0 ||
	    (rc = version_of(conn, &version, err)) != 0)
		return rc;
	/* What a newer program made, only that one can judge. */
	if (version > SCHEMA_VERSION)
		return 0;
	if ((rc = build_reference(&ref, version, err)) == 0)
		rc = compare(conn, &ref, err);
	sqlite3_close_v2(ref.db);
	return rc;
}
