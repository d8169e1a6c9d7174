/*
 * stmt - prepared statements, kept by their text, and the short calls.
 *
 * The least recently used one goes when there are too many; one that is
 * asked for while it is open (a recursion) gets a twin for that time.
 */
#include "db/core/db_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

struct bind
b_text(const char *s)
{
	return b_textn(s, s != NULL ? strlen(s) : 0);
}

struct bind
b_textn(const char *s, size_t n)
{
	return (struct bind){s != NULL ? BIND_TEXT : BIND_NULL, 0, s, n};
}

struct bind
b_blob(const void *p, size_t n)
{
	return (struct bind){p != NULL ? BIND_BLOB : BIND_NULL, 0, p, n};
}

static uint32_t
hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static void
unlink_age(struct stmt *st)
{
	struct db *db = st->db;

	if (st->newer != NULL)
		st->newer->older = st->older;
	else
		db->newest = st->older;
	if (st->older != NULL)
		st->older->newer = st->newer;
	else
		db->oldest = st->newer;
	st->newer = st->older = NULL;
}

static void
link_newest(struct stmt *st)
{
	struct db *db = st->db;

	st->newer = NULL;
	st->older = db->newest;
	if (db->newest != NULL)
		db->newest->newer = st;
	else
		db->oldest = st;
	db->newest = st;
}

static void
stmt_free(struct stmt *st)
{
	st->db->engine->finalize(st->es);
	free(st->sql);
	free(st);
}

static void
uncache(struct stmt *st)
{
	struct stmt **p = &st->db->buckets[st->hash % STMT_BUCKETS];

	while (*p != st)
		p = &(*p)->next;
	*p = st->next;
	for (size_t i = 0; i < STMT_QUICK; i++)
		if (st->db->quick[i] == st)
			st->db->quick[i] = NULL;
	unlink_age(st);
	st->db->cached--;
	stmt_free(st);
}

static void
make_room(struct db *db)
{
	struct stmt *st = db->oldest;

	while (st != NULL && st->in_use)
		st = st->newer;
	if (st != NULL)
		uncache(st);
}

void
stmt__free_all(struct db *db)
{
	while (db->oldest != NULL)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it unlinks */
		uncache(db->oldest);
}

int64_t
db_statements_mark(const struct db *db)
{
	return db->made;
}

void
db_forget_statements(struct db *db, int64_t mark)
{
	struct stmt *st = db->engine->is_file ? db->oldest : NULL;

	while (st != NULL) {
		struct stmt *newer = st->newer;

		if (st->made > mark && !st->in_use)
			uncache(st);
		st = newer;
	}
}

static struct stmt *
find(struct db *db, const char *sql, uint32_t hash, bool *is_busy)
{
	struct stmt *st = db->buckets[hash % STMT_BUCKETS];

	*is_busy = false;
	for (; st != NULL; st = st->next) {
		if (st->hash != hash || strcmp(st->sql, sql) != 0)
			continue;
		*is_busy = st->in_use;
		return st->in_use ? NULL : st;
	}
	return NULL;
}

static int
obtain(struct db *db, const char *sql, struct stmt **out, struct err *err)
{
	struct stmt **quick = &db->quick[((uintptr_t)sql >> 3) % STMT_QUICK];
	struct stmt *st = *quick;
	struct engine_stmt *es = NULL;
	uint32_t hash = 0;
	bool is_busy = false;
	int rc;

	if (st == NULL || st->in_use || strcmp(st->sql, sql) != 0) {
		hash = hash_of(sql);
		st = find(db, sql, hash, &is_busy);
	}
	if (st != NULL) {
		unlink_age(st);
		link_newest(st);
		*out = *quick = st;
		return 0;
	}
	if ((rc = db->engine->prepare(db->conn, sql, &es, err)) != 0)
		return rc;
	st = xcalloc(1, sizeof(*st));
	st->db = db;
	st->es = es;
	st->sql = xstrdup(sql);
	st->hash = hash;
	st->made = ++db->made;
	st->is_cached = !is_busy;
	if (st->is_cached) {
		if (db->cached >= STMT_MAX)
			make_room(db);
		st->next = db->buckets[hash % STMT_BUCKETS];
		db->buckets[hash % STMT_BUCKETS] = st;
		link_newest(st);
		db->cached++;
	}
	*out = st;
	return 0;
}

static int
query(struct db *db, struct stmt **out, const char *sql,
    const struct bind *binds, size_t nbinds, bool is_kept, struct err *err)
{
	struct stmt *st;
	int rc;

	*out = NULL;
	if ((rc = obtain(db, sql, &st, err)) != 0)
		return rc;
	st->in_use = true;
	db->open_statements++;
	if (db->engine->writes(st->es))
		rc = db__before_write(db, err);
	if (rc == 0)
		rc = db->engine->run(st->es, binds, nbinds, is_kept, err);
	if (rc != 0) {
		stmt_close(&st);
		return rc;
	}
	*out = st;
	return 0;
}

int
db_query(struct db *db, struct stmt **out, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err)
{
	/* Rows may be read when the caller's memory is gone. */
	return query(db, out, sql, binds, nbinds, false, err);
}

int
stmt_step(struct stmt *st, struct err *err)
{
	BUG_ON(!st->in_use);
	return st->db->engine->step(st->es, err);
}

void
stmt_close(struct stmt **p)
{
	struct stmt *st = p != NULL ? *p : NULL;

	if (st == NULL)
		return;
	*p = NULL;
	BUG_ON(!st->in_use);
	st->db->engine->reset(st->es);
	st->in_use = false;
	st->db->open_statements--;
	if (!st->is_cached)
		stmt_free(st);
}

int64_t
stmt_int(struct stmt *st, int column)
{
	return st->db->engine->column_int(st->es, column);
}

bool
stmt_is_null(struct stmt *st, int column)
{
	return st->db->engine->column_is_null(st->es, column);
}

const char *
stmt_text(struct stmt *st, int column)
{
	return st->db->engine->column_text(st->es, column);
}

const void *
stmt_blob(struct stmt *st, int column, size_t *n)
{
	return st->db->engine->column_blob(st->es, column, n);
}

char *
stmt_dup(struct stmt *st, int column)
{
	return xstrdup(stmt_text(st, column));
}

/* Steps to the end: some statements finish their work only there. */
static int
run_out(struct stmt *st, struct err *err)
{
	int rc;

	while ((rc = stmt_step(st, err)) > 0)
		;
	return rc;
}

int
db_exec(struct db *db, const char *sql, const struct bind *binds, size_t nbinds,
    int64_t *changed, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	if ((rc = query(db, &st, sql, binds, nbinds, true, err)) != 0)
		return rc;
	rc = run_out(st, err);
	if (rc == 0 && changed != NULL)
		*changed = db->engine->changed(db->conn);
	stmt_close(&st);
	return rc;
}

/* Query and first row: *st is open there, else NULL; 0 or a code then. */
static int
first_row(struct db *db, struct stmt **st, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err)
{
	int rc = query(db, st, sql, binds, nbinds, true, err);

	if (rc == 0)
		rc = stmt_step(*st, err);
	if (rc <= 0)
		stmt_close(st);
	return rc;
}

int
db_int(struct db *db, int64_t *out, const char *sql, const struct bind *binds,
    size_t nbinds, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*out = 0;
	rc = first_row(db, &st, sql, binds, nbinds, err);
	if (st == NULL)
		return rc == 0 ? OD_ENOTFOUND : rc;
	*out = stmt_int(st, 0);
	rc = run_out(st, err);
	stmt_close(&st);
	return rc;
}

int
db_text(struct db *db, char **out, const char *sql, const struct bind *binds,
    size_t nbinds, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*out = NULL;
	rc = first_row(db, &st, sql, binds, nbinds, err);
	if (st == NULL)
		return rc == 0 ? OD_ENOTFOUND : rc;
	*out = stmt_dup(st, 0);
	rc = run_out(st, err);
	stmt_close(&st);
	if (rc != 0)
		FREE(out);
	return rc;
}

int
db_insert(struct db *db, int64_t *id, const char *sql, const struct bind *binds,
    size_t nbinds, struct err *err)
{
	int rc = db_int(db, id, sql, binds, nbinds, err);

	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
db_later(struct db *db, int64_t *first, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err)
{
	struct stmt *st;
	int64_t value;
	int rc;

	if (db->engine->later == NULL) {
		rc = db_int(db, &value, sql, binds, nbinds, err);
		if (first != NULL && (rc == 0 || rc == OD_ENOTFOUND))
			*first = value;
		return rc == OD_ENOTFOUND ? 0 : rc;
	}
	if ((rc = obtain(db, sql, &st, err)) != 0)
		return rc;
	st->in_use = true;
	db->open_statements++;
	if (db->engine->writes(st->es))
		rc = db__before_write(db, err);
	if (rc == 0)
		rc = db->engine->later(st->es, binds, nbinds, first, err);
	stmt_close(&st);
	return rc;
}
