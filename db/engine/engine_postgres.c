/*
 * engine_postgres - statements on PostgreSQL.
 *
 * Values go in binary, with their types: what the server would infer for $1
 * depends on its place.  So a statement is prepared when it first runs, and
 * once more for other types; NULL fits any.  Rows come as text, all at once:
 * every query of ours is limited.  What precedes a statement is sent together
 * with it: its tenant, its preparation, and what nobody waited for so far.
 */
#include "common/str.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include <ctype.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIANTS    4
#define BLOBS       4
#define DROPPED_MAX 1024 /* bytes of DEALLOCATEs, some sixty */

enum pg_type { /* of the server's catalogue pg_type */
	TYPE_ANY = 0,
	TYPE_BOOL = 16,
	TYPE_BYTEA = 17,
	TYPE_INT8 = 20,
	TYPE_TEXT = 25,
};

struct variant {
	Oid types[PG_VALUES_MAX];
	size_t count;
	int64_t name;
	int64_t generation; /* 0: this place is free */
};

struct engine_stmt {
	struct engine_conn *conn;
	char *sql; /* owned */
	size_t parameters;
	bool writes;
	bool rolls_back; /* to a savepoint */
	bool releases;   /* one */
	struct variant variants[VARIANTS];
	int next_variant;
	PGresult *res; /* owned; NULL when not running */
	int row;
	struct {
		int column;
		unsigned char *bytes; /* owned by libpq */
		size_t n;
	} blobs[BLOBS]; /* of this row */
	int nblobs;
};

static const char *
op_path(const struct engine_conn *conn)
{
	(void)conn;
	return "";
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

/* A lost connection is made anew: it never ends the program. */
static bool
op_is_broken(const struct engine_conn *conn)
{
	(void)conn;
	return false;
}

static bool
op_is_away(const struct engine_conn *conn)
{
	return conn->pg == NULL || PQstatus(conn->pg) != CONNECTION_OK;
}

/*
 * A "+" ahead of a column keeps a file's planner from the column's index, and
 * the server's from what it knows of the column: it would take half of a table
 * for one row.  It is left out; "+ 0" behind a column is for both.  No text of
 * a statement has a "+" ahead of a letter.
 */
static char *
without_plus(const char *sql)
{
	char *copy = xstrdup(sql), *to = copy;

	for (const char *s = sql; *s != '\0'; s++)
		if (*s != '+' || !islower((unsigned char)s[1]))
			*to++ = *s;
	*to = '\0';
	return copy;
}

static int
op_prepare(struct engine_conn *conn, const char *sql, struct engine_stmt **out,
    struct err *err)
{
	struct engine_stmt *st = xcalloc(1, sizeof(*st));

	(void)err;
	st->conn = conn;
	st->sql = without_plus(sql);
	st->writes = pg__writes(sql);
	st->rolls_back = strncmp(sql, "ROLLBACK", 8) == 0;
	st->releases = strncmp(sql, "RELEASE", 7) == 0;
	st->parameters = pg__parameters(sql);
	BUG_ON(st->parameters > PG_VALUES_MAX);
	*out = st;
	return 0;
}

static bool
op_writes(const struct engine_stmt *st)
{
	return st->writes;
}

static void
free_blobs(struct engine_stmt *st)
{
	for (int i = 0; i < st->nblobs; i++)
		PQfreemem(st->blobs[i].bytes);
	st->nblobs = 0;
}

static void
op_reset(struct engine_stmt *st)
{
	free_blobs(st);
	PQclear(st->res);
	st->res = NULL;
}

/*
 * Told to the server with the next transaction, or when there are many of
 * whoever begins none, never at the end.
 */
static void
drop_variant(struct engine_conn *conn, struct variant *v)
{
	if (v->generation != 0 && v->generation == conn->generation)
		str_addf(&conn->dropped, "DEALLOCATE s%" PRId64 ";", v->name);
	pg__pipe_leave(conn, &v->generation);
	v->generation = 0;
}

static void
op_finalize(struct engine_stmt *st)
{
	if (st == NULL)
		return;
	op_reset(st);
	for (int i = 0; i < VARIANTS; i++)
		drop_variant(st->conn, &st->variants[i]);
	free(st->sql);
	free(st);
}

static Oid
type_of(const struct bind *b)
{
	switch (b->kind) {
	case BIND_NULL:
		return TYPE_ANY;
	case BIND_INT:
		return TYPE_INT8;
	case BIND_TEXT:
		return TYPE_TEXT;
	case BIND_BLOB:
		return TYPE_BYTEA;
	}
	BUG("bind kind %d", (int)b->kind);
}

static bool
fits(const struct variant *v, const struct bind *binds, size_t n)
{
	if (v->count != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (binds[i].kind != BIND_NULL &&
		    v->types[i] != type_of(&binds[i]))
			return false;
	}
	return true;
}

static void
name_of(const struct variant *v, char name[24])
{
	snprintf(name, 24, "s%" PRId64, v->name);
}

/* The one for these values; it is prepared ahead of what is sent next. */
static int
find_variant(struct engine_stmt *st, const struct bind *binds, size_t n,
    struct variant **out, struct err *err)
{
	struct engine_conn *conn = st->conn;
	struct variant *v;
	char name[24];

	for (int i = 0; i < VARIANTS; i++) {
		v = &st->variants[i];
		if (v->generation == conn->generation && fits(v, binds, n)) {
			*out = v;
			return 0;
		}
	}
	v = &st->variants[st->next_variant++ % VARIANTS];
	drop_variant(conn, v);
	v->count = n;
	for (size_t i = 0; i < n; i++)
		v->types[i] = type_of(&binds[i]);
	v->name = ++conn->names;
	name_of(v, name);
	*out = v;
	return pg__send_prepare(
	    conn, name, st->sql, n, v->types, &v->generation, err);
}

static void
clear_values(struct pg_values *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_free(&v->mended[i]);
}

static void
set_values(struct pg_values *v, const struct bind *binds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct bind *b = &binds[i];

		v->format[i] = 1;
		str_init(&v->mended[i]);
		v->p[i] = NULL;
		v->n[i] = 0;
		if (b->kind == BIND_INT) {
			v->number[i] = htobe64((uint64_t)b->i);
			v->p[i] = (const char *)&v->number[i];
			v->n[i] = sizeof(v->number[i]);
		} else if (b->kind != BIND_NULL) {
			v->p[i] = b->p != NULL ? b->p : "";
			v->n[i] = (int)b->n;
		}
		if (b->kind == BIND_TEXT && !utf8_is_text(v->p[i], b->n)) {
			utf8_mend(&v->mended[i], v->p[i], b->n);
			v->p[i] = v->mended[i].s;
			v->n[i] = (int)v->mended[i].len;
		}
	}
}

static int
send(struct engine_stmt *st, const struct bind *binds, size_t nbinds,
    int64_t *first, struct err *err)
{
	struct engine_conn *conn = st->conn;
	struct pg_values values;
	struct variant *v;
	char name[24];
	int rc;

	if (st->parameters != nbinds)
		BUG("%zu values for %zu parameters: %s", nbinds, st->parameters,
		    st->sql);
	if (st->writes && (rc = pg__may_write(conn, err)) != 0)
		return rc;
	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (!conn->began && conn->dropped.len > DROPPED_MAX &&
		(rc = pg__drop_statements(conn, err)) != 0) ||
	    (rc = pg__check_alive(conn, err)) != 0 ||
	    /* In what failed the server takes nothing else. */
	    (!st->rolls_back && (rc = pg__send_tenant(conn, err)) != 0) ||
	    (rc = find_variant(st, binds, nbinds, &v, err)) != 0)
		return rc;
	set_values(&values, binds, nbinds);
	name_of(v, name);
	rc = pg__send_prepared(conn, name, &values, nbinds, first, err);
	clear_values(&values, nbinds);
	return rc;
}

static int
op_run(struct engine_stmt *st, const struct bind *binds, size_t nbinds,
    bool is_kept, struct err *err)
{
	struct engine_conn *conn = st->conn;
	int rc;

	(void)is_kept; /* it has run when this returns */
	st->row = -1;
	if ((rc = send(st, binds, nbinds, NULL, err)) != 0 ||
	    (rc = pg__await(conn, &st->res, err)) != 0)
		return rc;
	conn->changed = strtoll(PQcmdTuples(st->res), NULL, 10);
	if (st->writes && conn->changed > 0)
		conn->wrote = true;
	if (st->rolls_back)
		pg__tenant_undone(conn);
	return 0;
}

/*
 * The end of a savepoint in which something may have failed is waited for:
 * behind it nobody could undo that alone.
 */
static int
op_later(struct engine_stmt *st, const struct bind *binds, size_t nbinds,
    int64_t *first, struct err *err)
{
	struct engine_conn *conn = st->conn;
	int rc;

	if ((rc = send(st, binds, nbinds, first, err)) != 0)
		return rc;
	if (!conn->began || (st->releases && conn->unsure))
		return pg__await(conn, NULL, err);
	if (st->writes)
		conn->wrote = conn->unsure = true;
	return 0;
}

/* Here, as a column's reader is told of no trouble. */
static int
read_blobs(struct engine_stmt *st, struct err *err)
{
	for (int c = 0; c < PQnfields(st->res); c++) {
		const char *s = PQgetvalue(st->res, st->row, c);
		unsigned char *bytes;

		if (PQftype(st->res, c) != TYPE_BYTEA || s[0] == '\0')
			continue;
		BUG_ON(st->nblobs == BLOBS);
		bytes = PQunescapeBytea(
		    (const unsigned char *)s, &st->blobs[st->nblobs].n);
		if (bytes == NULL)
			return pg__no_memory(err);
		st->blobs[st->nblobs].bytes = bytes;
		st->blobs[st->nblobs++].column = c;
	}
	return 0;
}

static int
op_step(struct engine_stmt *st, struct err *err)
{
	int rc;

	free_blobs(st);
	if (st->res == NULL || st->row + 1 >= PQntuples(st->res))
		return 0;
	st->row++;
	return (rc = read_blobs(st, err)) != 0 ? rc : 1;
}

static const char *
op_column_text(struct engine_stmt *st, int column)
{
	return PQgetvalue(st->res, st->row, column); /* "" for NULL */
}

static int64_t
op_column_int(struct engine_stmt *st, int column)
{
	const char *s = op_column_text(st, column);

	if (PQftype(st->res, column) == TYPE_BOOL)
		return s[0] == 't';
	return strtoll(s, NULL, 10);
}

static const void *
op_column_blob(struct engine_stmt *st, int column, size_t *n)
{
	for (int i = 0; i < st->nblobs; i++) {
		if (st->blobs[i].column == column) {
			*n = st->blobs[i].n;
			return st->blobs[i].bytes;
		}
	}
	*n = (size_t)PQgetlength(st->res, st->row, column);
	return op_column_text(st, column);
}

static bool
op_column_is_null(struct engine_stmt *st, int column)
{
	return PQgetisnull(st->res, st->row, column) != 0;
}

static int64_t
op_changed(struct engine_conn *conn)
{
	return conn->changed;
}

static int
op_script(struct engine_conn *conn, const char *sql,
    int (*before)(void *data, struct err *err), void *data, struct err *err)
{
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	while (*sql != '\0') {
		bool is_empty;
		size_t n = pg__statement_len(sql, &is_empty);
		char *one;

		if (!is_empty &&
		    ((rc = pg__may_write(conn, err)) != 0 ||
			(before != NULL && (rc = before(data, err)) != 0)))
			return rc;
		one = xstrndup(sql, n);
		rc = is_empty ? 0 : pg__run(conn, one, err);
		free(one);
		if (rc != 0)
			return rc;
		sql += n;
	}
	conn->wrote = true;
	return 0;
}

static int
op_has_table(
    struct engine_conn *conn, const char *name, bool *has, struct err *err)
{
	PGresult *res;
	int rc;

	*has = false;
	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	if ((rc = pg__await(conn, NULL, err)) != 0)
		return rc;
	res = pg__exec_values(conn, "SELECT to_regclass($1)", 1, &name);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		*has = !PQgetisnull(res, 0, 0);
	else
		rc = pg__fail(conn, res, err);
	PQclear(res);
	return rc;
}

static int
op_copy(struct engine_conn *conn, const char *path, struct err *err)
{
	(void)conn;
	(void)path;
	return err_set(err, OD_EUNAVAIL,
	    "A desk on a database server is copied there, with pg_dump");
}

static int
op_verify(struct engine_conn *conn, bool indexes, struct err *err)
{
	int64_t one;
	int rc;

	(void)indexes;
	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	return pg__int(conn, "SELECT version FROM schema", &one, err);
}

/* synchronous_commit is our own choice, for each connection. */
static int
op_is_durable(struct engine_conn *conn, bool *durable, struct err *err)
{
	int64_t off = 0;
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	rc = pg__int(conn,
	    "SELECT count(*) FROM pg_settings WHERE setting = 'off'"
	    " AND name IN ('fsync', 'full_page_writes')",
	    &off, err);
	*durable = off == 0;
	return rc;
}

static int
op_guard(struct engine_conn *conn, struct err *err)
{
	int rc = pg__mend(conn, err);

	return rc != 0 ? rc : pg__guard(conn, err);
}

/* COMMIT has told the others. */
static void
op_ring(struct engine_conn *conn)
{
	(void)conn;
}

const struct engine engine_postgres = {
    .name = "postgres",
    .error_undoes = true,
    .mends_texts = true,
    .claim = {" FOR UPDATE OF ", " SKIP LOCKED"},
    .search = &engine_search_postgres,
    .catalogue = &engine_catalogue_postgres,
    .open = pg__connect,
    .close = pg__close,
    .path = op_path,
    .version = op_version,
    .is_readonly = op_is_readonly,
    .is_broken = op_is_broken,
    .is_away = op_is_away,
    .prepare = op_prepare,
    .writes = op_writes,
    .run = op_run,
    .later = op_later,
    .step = op_step,
    .reset = op_reset,
    .finalize = op_finalize,
    .column_int = op_column_int,
    .column_text = op_column_text,
    .column_blob = op_column_blob,
    .column_is_null = op_column_is_null,
    .changed = op_changed,
    .script = op_script,
    .has_table = op_has_table,
    .copy = op_copy,
    .verify = op_verify,
    .begin = pg__begin,
    .commit = pg__commit,
    .rollback = pg__rollback,
    .is_durable = op_is_durable,
    .patience = "SET LOCAL statement_timeout = 0",
    .guard = op_guard,
    .audit_open = pg__audit_open,
    .tidy = pg__tidy,
    .set_tenant = pg__set_tenant,
    .change_token = pg__change_token,
    .bell_fd = pg__bell_fd,
    .live_hold = pg__live_hold,
    .live_release = pg__live_release,
    .live_elsewhere = pg__live_elsewhere,
    .ring = op_ring,
};
