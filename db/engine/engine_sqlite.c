/*
 * engine_sqlite - statements and transactions on SQLite.
 */
#include "db/engine/sqlite_int.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define PARAMETERS 64

struct engine_stmt {
	struct engine_conn *conn;
	sqlite3_stmt *st;
	/* SQLite's index of $1, $2, ...: it numbers names as they appear. */
	unsigned char index[PARAMETERS];
	int parameters;
	bool is_savepoint; /* without a transaction it would begin one */
	/*
	 * An INSERT that ends in RETURNING id is run without these words: with
	 * them SQLite takes it for several writes, and keeps a copy of every
	 * page that it touches, to be able to undo the first of them.
	 */
	bool returns_id;
	bool has_row; /* the one row of it is being read */
	int64_t id;   /* its column */
};

static const char returning[] = " RETURNING id";

static int
op_open(const char *location, enum db_mode mode, struct engine_conn **conn,
    struct err *err)
{
	return sqlite__connect(location, mode, 0, conn, err);
}

static const char *
op_path(const struct engine_conn *conn)
{
	return conn->path;
}

static const char *
op_version(const struct engine_conn *conn)
{
	return conn->version;
}

static bool
op_is_readonly(const struct engine_conn *conn)
{
	return conn->readonly;
}

static bool
op_is_broken(const struct engine_conn *conn)
{
	return conn->poisoned != 0;
}

static void
op_finalize(struct engine_stmt *st)
{
	if (st == NULL)
		return;
	sqlite3_finalize(st->st);
	free(st);
}

/* Any other form of parameter than $1 to $64 is our mistake. */
static void
find_parameters(struct engine_stmt *st, const char *sql)
{
	int count = sqlite3_bind_parameter_count(st->st);

	BUG_ON(count > PARAMETERS);
	for (int i = 1; i <= count; i++) {
		const char *name = sqlite3_bind_parameter_name(st->st, i);
		int64_t n;

		if (name == NULL || name[0] != '$' ||
		    !str_to_int64(name + 1, 1, PARAMETERS, &n))
			BUG("parameter %s in: %s", name ? name : "?", sql);
		st->index[n - 1] = (unsigned char)i;
		if (n > st->parameters)
			st->parameters = (int)n;
	}
}

/* Of one row: the id of a row that was updated instead is not the last. */
static bool
inserts_one(const char *sql, size_t n)
{
	return strncmp(sql, "INSERT INTO ", 12) == 0 &&
	       n >= sizeof(returning) &&
	       strcmp(sql + n - (sizeof(returning) - 1), returning) == 0 &&
	       strstr(sql, " VALUES(") != NULL && strstr(sql, "), (") == NULL &&
	       strstr(sql, "),(") == NULL && strstr(sql, " DO UPDATE ") == NULL;
}

static int
op_prepare(struct engine_conn *conn, const char *sql, struct engine_stmt **out,
    struct err *err)
{
	struct engine_stmt *st = xcalloc(1, sizeof(*st));
	size_t n = strlen(sql);
	const char *tail = NULL;
	int rc;

	*out = NULL;
	st->conn = conn;
	st->returns_id = inserts_one(sql, n);
	if (st->returns_id)
		n -= sizeof(returning) - 1;
	rc = sqlite3_prepare_v3(
	    conn->db, sql, (int)n, SQLITE_PREPARE_PERSISTENT, &st->st, &tail);
	if (rc != SQLITE_OK) {
		op_finalize(st);
		return sqlite__fail(conn, rc, err);
	}
	if (st->st == NULL ||
	    (!st->returns_id && tail[strspn(tail, " \t\n;")] != '\0'))
		BUG("not one statement: %s", sql);
	find_parameters(st, sql);
	st->is_savepoint = strncmp(sql, "SAVEPOINT", 9) == 0 ||
	                   strncmp(sql, "RELEASE", 7) == 0 ||
	                   strncmp(sql, "ROLLBACK", 8) == 0;
	*out = st;
	return 0;
}

static bool
op_writes(const struct engine_stmt *st)
{
	return !sqlite3_stmt_readonly(st->st);
}

static int
bind_one(sqlite3_stmt *st, int index, const struct bind *b, bool is_kept)
{
	const sqlite3_destructor_type keep =
	    is_kept ? SQLITE_STATIC : SQLITE_TRANSIENT;
	const char *p = b->p != NULL ? b->p : "";

	switch (b->kind) {
	case BIND_NULL:
		return sqlite3_bind_null(st, index);
	case BIND_INT:
		return sqlite3_bind_int64(st, index, b->i);
	case BIND_TEXT:
		return sqlite3_bind_text64(
		    st, index, p, b->n, keep, SQLITE_UTF8);
	case BIND_BLOB:
		return sqlite3_bind_blob64(st, index, p, b->n, keep);
	}
	BUG("bind kind %d", (int)b->kind);
}

/*
 * SQLite rolls back by itself after some errors (disk full, for one).  What
 * came next would then be committed statement by statement.  And where memory
 * was refused nothing can be built upon: see calm.
 */
static int
check_alive(struct engine_conn *conn, struct err *err)
{
	if (!conn->began ||
	    (!sqlite3_get_autocommit(conn->db) && !conn->is_shaken))
		return 0;
	return err_set(err, OD_EIO,
	    "An earlier error undid what was being saved; try again");
}

static int
op_run(struct engine_stmt *st, const struct bind *binds, size_t nbinds,
    bool is_kept, struct err *err)
{
	int rc;

	if ((size_t)st->parameters != nbinds)
		BUG("%zu values for %d parameters: %s", nbinds, st->parameters,
		    sqlite3_sql(st->st));
	if (!st->conn->began && !sqlite__undo(st->conn))
		return sqlite__fail(st->conn, SQLITE_NOMEM, err);
	if (op_writes(st) && (rc = sqlite__may_write(st->conn, err)) != 0)
		return rc;
	if ((op_writes(st) || st->is_savepoint) &&
	    (rc = check_alive(st->conn, err)) != 0)
		return rc;
	for (size_t i = 0; i < nbinds; i++) {
		if (st->index[i] == 0)
			continue;
		rc = bind_one(st->st, st->index[i], &binds[i], is_kept);
		if (rc != SQLITE_OK)
			return sqlite__fail(st->conn, rc, err);
	}
	return 0;
}

static int
op_step(struct engine_stmt *st, struct err *err)
{
	int rc;

	if (st->has_row) {
		st->has_row = false;
		return 0;
	}
	rc = sqlite3_step(st->st);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		return sqlite__fail(st->conn, rc, err);
	st->has_row = st->returns_id && sqlite3_changes64(st->conn->db) > 0;
	if (st->has_row)
		st->id = sqlite3_last_insert_rowid(st->conn->db);
	return st->has_row;
}

static void
op_reset(struct engine_stmt *st)
{
	st->has_row = false;
	sqlite3_reset(st->st);
	sqlite3_clear_bindings(st->st);
}

static int64_t
op_column_int(struct engine_stmt *st, int column)
{
	return st->has_row ? st->id : sqlite3_column_int64(st->st, column);
}

/* A value that there was no memory for must not be read as an empty one. */
static void
check_value(struct engine_stmt *st, const void *p)
{
	if (p == NULL && sqlite3_errcode(st->conn->db) == SQLITE_NOMEM)
		memory_gone();
}

static const char *
op_column_text(struct engine_stmt *st, int column)
{
	const char *s = (const char *)sqlite3_column_text(st->st, column);

	check_value(st, s);
	return s != NULL ? s : "";
}

static const void *
op_column_blob(struct engine_stmt *st, int column, size_t *n)
{
	const void *p = sqlite3_column_blob(st->st, column);

	check_value(st, p);
	*n = (size_t)sqlite3_column_bytes(st->st, column);
	return p != NULL ? p : "";
}

static bool
op_column_is_null(struct engine_stmt *st, int column)
{
	return sqlite3_column_type(st->st, column) == SQLITE_NULL;
}

static int64_t
op_changed(struct engine_conn *conn)
{
	return sqlite3_changes64(conn->db);
}

static int
script_step(struct engine_conn *conn, sqlite3_stmt *st,
    int (*before)(void *data, struct err *err), void *data, struct err *err)
{
	int rc;

	if ((rc = check_alive(conn, err)) != 0)
		return rc;
	if (!sqlite3_stmt_readonly(st)) {
		if ((rc = sqlite__may_write(conn, err)) != 0)
			return rc;
		if (before != NULL && (rc = before(data, err)) != 0)
			return rc;
	}
	do {
		rc = sqlite3_step(st);
	} while (rc == SQLITE_ROW);
	return rc == SQLITE_DONE ? 0 : sqlite__fail(conn, rc, err);
}

static int
op_script(struct engine_conn *conn, const char *sql,
    int (*before)(void *data, struct err *err), void *data, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	while (*sql != '\0') {
		rc = sqlite3_prepare_v2(conn->db, sql, -1, &st, &sql);
		if (rc != SQLITE_OK)
			return sqlite__fail(conn, rc, err);
		if (st == NULL)
			continue;
		rc = script_step(conn, st, before, data, err);
		sqlite3_finalize(st);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
op_has_table(
    struct engine_conn *conn, const char *name, bool *has, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	*has = false;
	rc = sqlite3_prepare_v2(conn->db,
	    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1",
	    -1, &st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	*has = rc == SQLITE_ROW;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sqlite__fail(conn, rc, err);
	return 0;
}

/*
 * IMMEDIATE: a read that becomes a write later is refused without waiting.
 * When the turnstile does not open in time we go on without it, because its
 * holder may be stopped outside of a transaction.
 */
static int
op_begin(struct engine_conn *conn, bool is_awaited, struct err *err)
{
	int rc;

	(void)is_awaited; /* it has begun when this returns */
	if ((rc = sqlite__may_write(conn, err)) != 0)
		return rc;
	if (!sqlite__undo(conn))
		return sqlite__fail(conn, SQLITE_NOMEM, err);
	sqlite__turn_take(conn);
	if ((rc = sqlite__run(conn, "BEGIN IMMEDIATE", err)) != 0)
		sqlite__turn_leave(conn);
	else
		conn->began = true;
	conn->changes_before = sqlite3_total_changes64(conn->db);
	return rc;
}

/*
 * FTS5 may be left with what it knew in that transaction, and then takes its
 * index for damaged; with the schema it is read anew.
 */
static bool
calm(struct engine_conn *conn)
{
	if (conn->is_shaken &&
	    sqlite3_exec(conn->db, "PRAGMA writable_schema=RESET", NULL, NULL,
		NULL) == SQLITE_OK)
		conn->is_shaken = false;
	return !conn->is_shaken;
}

bool
sqlite__undo(struct engine_conn *conn)
{
	/* SQLite has rolled back by itself after some errors. */
	if (!sqlite3_get_autocommit(conn->db)) {
		sqlite3_step(conn->undo);
		sqlite3_reset(conn->undo);
	}
	return sqlite3_get_autocommit(conn->db) && calm(conn);
}

static void
op_rollback(struct engine_conn *conn)
{
	conn->began = false;
	(void)sqlite__undo(conn); /* else before the next statement */
	sqlite__turn_leave(conn);
}

static int
op_commit(struct engine_conn *conn, struct err *err)
{
	int rc = check_alive(conn, err);

	if (rc == 0)
		rc = sqlite__run(conn, "COMMIT", err);
	if (rc != 0) {
		op_rollback(conn);
		return rc;
	}
	conn->began = false;
	sqlite__turn_leave(conn);
	return 0;
}

static int
op_change_token(struct engine_conn *conn, int64_t *token, struct err *err)
{
	int rc = SQLITE_OK;

	if (conn->token == NULL)
		rc = sqlite3_prepare_v3(conn->db, "PRAGMA data_version", -1,
		    SQLITE_PREPARE_PERSISTENT, &conn->token, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(conn->token);
	if (rc == SQLITE_ROW)
		*token = sqlite3_column_int64(conn->token, 0);
	sqlite3_reset(conn->token);
	return rc == SQLITE_ROW ? 0 : sqlite__fail(conn, rc, err);
}

static void
op_bell_path(const char *location, struct str *path)
{
	if (sqlite__resolve(location, path, NULL) == 0)
		str_add(path, ".bell");
	else
		str_clear(path);
}

const struct engine engine_sqlite = {
    .name = "sqlite",
    .is_file = true,
    .search = &engine_search_sqlite,
    .catalogue = &engine_catalogue_sqlite,
    .open = op_open,
    .close = sqlite__close,
    .release_memory = sqlite__release_memory,
    .path = op_path,
    .version = op_version,
    .is_readonly = op_is_readonly,
    .is_broken = op_is_broken,
    .prepare = op_prepare,
    .writes = op_writes,
    .run = op_run,
    .step = op_step,
    .reset = op_reset,
    .finalize = op_finalize,
    .column_int = op_column_int,
    .column_text = op_column_text,
    .column_blob = op_column_blob,
    .column_is_null = op_column_is_null,
    .changed = op_changed,
    .script = op_script,
    .audit_open = sqlite__audit_open,
    .give_back = sqlite__give_back,
    .can_give_back = sqlite__can_give_back,
    .has_table = op_has_table,
    .copy = sqlite__copy,
    .verify = sqlite__verify,
    .begin = op_begin,
    .commit = op_commit,
    .rollback = op_rollback,
    .change_token = op_change_token,
    .bell_path = op_bell_path,
    .ring = sqlite__ring,
    .live_hold = sqlite__live_hold,
    .live_release = sqlite__live_release,
    .live_elsewhere = sqlite__live_elsewhere,
};
