/*
 * engine_postgres - statements and transactions on PostgreSQL.
 *
 * Values go in binary, with their types: what the server would infer for $1
 * depends on its place.  So a statement is prepared when it first runs, and
 * once more for other types; NULL fits any.  Rows come as text, all at once:
 * every query of ours is limited.
 *
 * Writers take turns, as on SQLite: one advisory lock from BEGIN to COMMIT.
 * Use cases read before they write, and each statement sees all that was
 * committed before it.
 */
#include "common/clock.h"
#include "common/str.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS 64
#define VARIANTS   4
#define BLOBS      4

enum pg_type { /* of the server's catalogue pg_type */
	TYPE_ANY = 0,
	TYPE_BOOL = 16,
	TYPE_BYTEA = 17,
	TYPE_INT8 = 20,
	TYPE_TEXT = 25,
	TYPE_FLOAT8 = 701,
};

struct variant {
	Oid types[PARAMETERS];
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
	return conn->pg == NULL;
}

static int
op_prepare(struct engine_conn *conn, const char *sql, struct engine_stmt **out,
    struct err *err)
{
	struct engine_stmt *st = xcalloc(1, sizeof(*st));

	(void)err;
	st->conn = conn;
	st->sql = xstrdup(sql);
	st->writes = pg__writes(sql);
	st->rolls_back = strncmp(sql, "ROLLBACK", 8) == 0;
	st->parameters = pg__parameters(sql);
	BUG_ON(st->parameters > PARAMETERS);
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

/* Told to the server with the next transaction, never at the end. */
static void
drop_variant(struct engine_conn *conn, struct variant *v)
{
	if (v->generation != 0 && v->generation == conn->generation)
		str_addf(&conn->dropped, "DEALLOCATE s%" PRId64 ";", v->name);
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
	case BIND_REAL:
		return TYPE_FLOAT8;
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

static int
undone(struct err *err)
{
	return err_set(err, OD_EIO,
	    "An earlier error undid what was being saved; try again");
}

/*
 * When the server has ended our transaction, what came next would be
 * committed statement by statement.
 */
static int
check_alive(struct engine_conn *conn, struct err *err)
{
	if (!conn->began || PQtransactionStatus(conn->pg) != PQTRANS_IDLE)
		return 0;
	return undone(err);
}

/* A statement that fails in a transaction takes that with it. */
static int
fail(struct engine_conn *conn, const PGresult *res, struct err *err)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if (state != NULL && strcmp(state, "25P02") == 0)
		return undone(err);
	return pg__fail(conn, res, err);
}

static int
find_variant(struct engine_stmt *st, const struct bind *binds, size_t n,
    struct variant **out, struct err *err)
{
	struct engine_conn *conn = st->conn;
	struct variant *v;
	PGresult *res;
	char name[24];
	int rc = 0;

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
	res = PQprepare(conn->pg, name, st->sql, (int)n, v->types);
	if (PQresultStatus(res) == PGRES_COMMAND_OK)
		v->generation = conn->generation;
	else
		rc = fail(conn, res, err);
	PQclear(res);
	*out = v;
	return rc;
}

/* The values in the server's order of bytes. */
struct values {
	const char *p[PARAMETERS];
	int n[PARAMETERS];
	int format[PARAMETERS];
	uint64_t number[PARAMETERS];
	struct str mended[PARAMETERS];
};

static void
clear_values(struct values *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_free(&v->mended[i]);
}

static void
set_values(struct values *v, const struct bind *binds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct bind *b = &binds[i];

		v->format[i] = 1;
		str_init(&v->mended[i]);
		v->p[i] = NULL;
		v->n[i] = 0;
		if (b->kind == BIND_INT || b->kind == BIND_REAL) {
			if (b->kind == BIND_INT)
				v->number[i] = (uint64_t)b->i;
			else
				memcpy(&v->number[i], &b->r, sizeof(b->r));
			v->number[i] = htobe64(v->number[i]);
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
op_run(struct engine_stmt *st, const struct bind *binds, size_t nbinds,
    bool is_kept, struct err *err)
{
	struct engine_conn *conn = st->conn;
	struct values values;
	struct variant *v;
	ExecStatusType status;
	char name[24];
	int rc;

	(void)is_kept; /* it has run when this returns */
	if (st->parameters != nbinds)
		BUG("%zu values for %zu parameters: %s", nbinds, st->parameters,
		    st->sql);
	if (st->writes && (rc = pg__may_write(conn, err)) != 0)
		return rc;
	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (rc = check_alive(conn, err)) != 0 ||
	    (rc = pg__tell_tenant(conn, err)) != 0 ||
	    (rc = find_variant(st, binds, nbinds, &v, err)) != 0)
		return rc;
	set_values(&values, binds, nbinds);
	name_of(v, name);
	st->row = -1;
	st->res = PQexecPrepared(
	    conn->pg, name, (int)nbinds, values.p, values.n, values.format, 0);
	clear_values(&values, nbinds);
	status = PQresultStatus(st->res);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		rc = fail(conn, st->res, err);
		op_reset(st);
		return rc;
	}
	conn->changed = strtoll(PQcmdTuples(st->res), NULL, 10);
	if (st->writes && conn->changed > 0)
		conn->wrote = true;
	if (st->rolls_back)
		pg__tenant_undone(conn);
	return 0;
}

static int
op_step(struct engine_stmt *st, struct err *err)
{
	(void)err;
	free_blobs(st);
	if (st->res == NULL || st->row + 1 >= PQntuples(st->res))
		return 0;
	st->row++;
	return 1;
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

static double
op_column_real(struct engine_stmt *st, int column)
{
	return strtod(op_column_text(st, column), NULL);
}

static const void *
op_column_blob(struct engine_stmt *st, int column, size_t *n)
{
	const char *s = op_column_text(st, column);
	int i;

	if (PQftype(st->res, column) != TYPE_BYTEA || s[0] == '\0') {
		*n = (size_t)PQgetlength(st->res, st->row, column);
		return s;
	}
	for (i = 0; i < st->nblobs; i++) {
		if (st->blobs[i].column == column)
			break;
	}
	if (i == st->nblobs) {
		BUG_ON(st->nblobs == BLOBS);
		st->blobs[i].column = column;
		st->blobs[i].bytes =
		    PQunescapeBytea((const unsigned char *)s, &st->blobs[i].n);
		st->nblobs++;
	}
	*n = st->blobs[i].n;
	return st->blobs[i].bytes;
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
	res = PQexecParams(
	    conn->pg, "SELECT to_regclass($1)", 1, NULL, &name, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		*has = !PQgetisnull(res, 0, 0);
	else
		rc = fail(conn, res, err);
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
op_begin(struct engine_conn *conn, struct err *err)
{
	int64_t asked_us = clock_mono_us();
	struct str sql = STR_INIT;
	PGresult *res;
	int rc;

	if ((rc = pg__may_write(conn, err)) != 0 ||
	    (rc = pg__ensure(conn, err)) != 0)
		return rc;
	if (conn->dropped.len > 0) {
		(void)pg__run(conn, conn->dropped.s, NULL);
		str_clear(&conn->dropped);
		if ((rc = pg__ensure(conn, err)) != 0)
			return rc;
	}
	conn->wrote = conn->lost = false;
	str_add(&sql, "BEGIN;");
	pg__tenant_sql(conn, &sql);
	str_add(&sql, "SELECT pg_advisory_xact_lock(1869636723, 1);");
	str_add(&sql, pg__outcome_sql(conn));
	res = PQexec(conn->pg, sql.s);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		pg__outcome_mark(conn, res, asked_us);
	else
		rc = pg__fail(conn, res, err);
	PQclear(res);
	str_free(&sql);
	if (rc == 0) {
		conn->began = true;
		pg__tenant_told(conn);
	} else if (conn->pg != NULL) {
		(void)pg__run(conn, "ROLLBACK", NULL);
	}
	return rc;
}

static void
op_rollback(struct engine_conn *conn)
{
	bool was_lost = conn->lost;

	conn->began = conn->lost = false;
	if (!was_lost && conn->pg != NULL)
		(void)pg__run(conn, "ROLLBACK", NULL);
	pg__tenant_undone(conn);
}

/* While its answer is not known nobody may say that it was saved. */
static int
ask_outcome(struct engine_conn *conn, struct err *err)
{
	switch (pg__outcome(conn)) {
	case PG_COMMITTED:
		return 0;
	case PG_ABORTED:
		return err_set(err, OD_EUNAVAIL,
		    "The database server went away for a moment and nothing "
		    "was saved; try again");
	case PG_UNKNOWN:
		break;
	}
	return err_set(err, OD_EUNAVAIL,
	    "The database server went away while this was being saved; look "
	    "whether it is there before you try again");
}

static int
op_commit(struct engine_conn *conn, struct err *err)
{
	PGresult *res;
	int rc = 0;

	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (rc = check_alive(conn, err)) != 0) {
		op_rollback(conn);
		return rc;
	}
	res =
	    PQexec(conn->pg, conn->wrote ? "NOTIFY opdesk; COMMIT" : "COMMIT");
	if (pg__check_lost(conn))
		rc = ask_outcome(conn, err);
	else if (PQresultStatus(res) != PGRES_COMMAND_OK)
		rc = fail(conn, res, err);
	else if (strcmp(PQcmdStatus(res), "COMMIT") != 0)
		rc = undone(err); /* it rolled back: a statement had failed */
	PQclear(res);
	if (rc != 0)
		op_rollback(conn);
	conn->began = conn->lost = conn->told_within = false;
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
    .step = op_step,
    .reset = op_reset,
    .finalize = op_finalize,
    .column_int = op_column_int,
    .column_real = op_column_real,
    .column_text = op_column_text,
    .column_blob = op_column_blob,
    .column_is_null = op_column_is_null,
    .changed = op_changed,
    .script = op_script,
    .has_table = op_has_table,
    .copy = op_copy,
    .verify = op_verify,
    .begin = op_begin,
    .commit = op_commit,
    .rollback = op_rollback,
    .is_durable = op_is_durable,
    .guard = op_guard,
    .set_tenant = pg__set_tenant,
    .change_token = pg__change_token,
    .bell_fd = pg__bell_fd,
    .live_hold = pg__live_hold,
    .live_elsewhere = pg__live_elsewhere,
    .ring = op_ring,
};
