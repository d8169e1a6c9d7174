/*
 * db - one connection to the shared database: statements and transactions.
 *
 * A struct db belongs to one thread at a time.  SQL is a literal in the
 * subset that both engines share ($1..$n, BIGINT times, no BOOLEAN); only
 * db/core/query.c joins fragments.  Rows are copied out and the statement is
 * closed before control returns to a loop: an open SELECT pins the log.
 */
#ifndef DB_CORE_DB_H
#define DB_CORE_DB_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct stmt;

enum db_mode {
	DB_OPEN,     /* read and write an existing desk */
	DB_READONLY, /* only read */
	DB_CREATE,   /* make a new one; OD_ECONFLICT when there is one */
	/* DB_OPEN, also of what a copy left unfinished, or moved away from */
	DB_UNFINISHED,
};

/* A parameter.  Texts and blobs are borrowed until the call returns. */
enum bind_kind { BIND_NULL, BIND_INT, BIND_TEXT, BIND_BLOB };

struct bind {
	enum bind_kind kind;
	int64_t i;
	const void *p;
	size_t n;
};

static inline struct bind
b_int(int64_t v)
{
	return (struct bind){BIND_INT, v, 0, 0};
}

/* An optional reference: 0 becomes NULL. */
static inline struct bind
b_ref(int64_t v)
{
	return (struct bind){v != 0 ? BIND_INT : BIND_NULL, v, 0, 0};
}

static inline struct bind
b_null(void)
{
	return (struct bind){BIND_NULL, 0, 0, 0};
}

struct bind b_text(const char *s); /* NULL becomes NULL */
struct bind b_textn(const char *s, size_t n);
struct bind b_blob(const void *p, size_t n);

#define BINDS(...)                                                             \
	(const struct bind[]){__VA_ARGS__},                                    \
	    sizeof((const struct bind[]){__VA_ARGS__}) / sizeof(struct bind)
#define NO_BINDS NULL, 0

/*
 * Open the desk at uri (a path, or "sqlite:PATH").  Refuses, each with its
 * sentence: a network or FUSE file system, a symbolic link, more than one
 * hard link, a foreign owner, a mode that lets others in (0660 is allowed in
 * a directory that others cannot enter), a foreign application id, a newer
 * schema than this program can read, a corrupt file (OD_EDATA), a database
 * of another program, triggers or views that are not ours, a copy that was
 * not finished (OD_EUNAVAIL), and unless it is only read a desk that was
 * moved elsewhere (OD_EUNAVAIL).  OD_ENOTFOUND when there is none.  Does not
 * migrate.  On a file system that is mounted for reading only, DB_OPEN gives
 * a desk that can only be read.
 */
int db_open(
    const char *uri, enum db_mode mode, struct db **db, struct err *err);
/*
 * The password for the server of every later db_open, as no URI holds one;
 * "" or NULL: none.  Copied.  Before there are threads.
 */
void db_set_password(const char *password);
/*
 * Every later db_open of a file keeps at most 1 MB of its pages in memory, not
 * 8: for a program that stays, beside which the system's own cache remembers
 * the others.  Before there are threads.
 */
void db_set_small_cache(void);
void db_close(struct db **db);
/*
 * Let go of the pages that are kept for later calls, which read them again; a
 * server has them for itself.  Outside of a transaction.
 */
void db_release_memory(struct db *db);
/*
 * "" for engines without a file.  Never open or read that file, its -wal or
 * its -shm in this process: closing it would drop the engine's locks.
 */
const char *db_path(const struct db *db);
/* What db_open takes for the same desk: the path, or the URI. */
const char *db_uri(const struct db *db);
bool db_is_readonly(const struct db *db);
/*
 * The disk reported an error, or the file is damaged: every later write is
 * refused, and a daemon ends so that it is started anew on what is safe.
 */
bool db_is_broken(const struct db *db);
/*
 * The server did not answer the last call: what was to be saved then was not.
 * Every call asks it again, after a moment, by itself.
 */
bool db_is_away(const struct db *db);
/* Version of the library, for doctor: "SQLite 3.40.1". */
const char *db_engine_version(const struct db *db);

/*
 * Run sql; rows are fetched with stmt_step.  The statement comes from a cache
 * and must be closed with stmt_close in every case.  A statement that writes
 * outside of a transaction is a BUG.
 */
int db_query(struct db *db, struct stmt **st, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err);
/* 1: a row is there; 0: no more; below 0: an OD_* code. */
int stmt_step(struct stmt *st, struct err *err);
void stmt_close(struct stmt **st); /* NULL is fine */
/*
 * For work that comes once in a while, with many statements: those that the
 * cache got since the mark was taken leave it again.  On a server they stay:
 * they are its own.
 */
int64_t db_statements_mark(const struct db *db);
void db_forget_statements(struct db *db, int64_t mark);

int64_t stmt_int(struct stmt *st, int column); /* NULL gives 0 */
bool stmt_is_null(struct stmt *st, int column);
/* Borrowed until the next step or close; "" for NULL. */
const char *stmt_text(struct stmt *st, int column);
const void *stmt_blob(struct stmt *st, int column, size_t *n);
char *stmt_dup(struct stmt *st, int column); /* owned; "" for NULL */

/* A statement without rows.  changed (rows touched) may be NULL. */
int db_exec(struct db *db, const char *sql, const struct bind *binds,
    size_t nbinds, int64_t *changed, struct err *err);
/* First column of the first row.  OD_ENOTFOUND (no sentence) without one. */
int db_int(struct db *db, int64_t *out, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err);
int db_text(struct db *db, char **out, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err);
/* INSERT ... RETURNING id; *id is 0 when ON CONFLICT DO NOTHING did nothing. */
int db_insert(struct db *db, int64_t *id, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err);
/*
 * A statement of a transaction whose answer nobody needs before its end, or
 * that of its savepoint: a server is sent it with the next one that is waited
 * for.  So what is wrong with it may be said there, at the latest by
 * db_release or db_commit, and whatever was sent in between is not done
 * either.  By then *first (may be NULL) has the first column of the first
 * row, 0 without one; when it failed it may be left as it was.
 */
int db_later(struct db *db, int64_t *first, const char *sql,
    const struct bind *binds, size_t nbinds, struct err *err);
/*
 * Several statements at once inside a transaction, for migrations; literal
 * text only.
 */
int db_script(struct db *db, const char *sql, struct err *err);

/*
 * Write transaction: takes the turnstile (at most 1 s of waiting in line,
 * then the busy handler decides within 5 s: OD_EUNAVAIL), then BEGIN
 * IMMEDIATE.  Nested calls are a BUG; where names the origin for it.
 */
int db_begin(struct db *db, const char *where, struct err *err);
/* The same, but the first statement may say that it is refused. */
int db_begin_soon(struct db *db, const char *where, struct err *err);
/*
 * COMMIT, durable on return; then the turnstile is left and the bell rung.
 * On an error it is rolled back.  A statement that is still open is a BUG.
 */
int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db); /* nothing when none is open */
bool db_in_transaction(const struct db *db);
/* Savepoints inside a transaction, nested at most 4 deep. */
int db_savepoint(struct db *db, struct err *err);
/* On an error the savepoint is still open: undo it. */
int db_release(struct db *db, struct err *err);
void db_undo_savepoint(struct db *db);

/* Whether a server is set up so that what is saved outlives a power cut. */
int db_is_durable(struct db *db, bool *durable, struct err *err);

/*
 * Inside a transaction: pages at the end of the file that hold nothing go back
 * to the file system, a few at a time, so that nobody waits long for it; some
 * stay for what comes next.  *given: how many went; 0: there is nothing (more)
 * to give, or the desk was made before files could shrink.
 */
int db_give_back(struct db *db, int64_t *given, struct err *err);
/* Whether there is no such limit: a file made since then, or a server. */
int db_can_give_back(struct db *db, bool *can, struct err *err);

/*
 * What follows sees and writes rows of this tenant and of the desk itself
 * only; 0, as at the start: everybody's.  A second net, on a server: each
 * statement names its tenant all the same.
 */
void db_set_tenant(struct db *db, int64_t tenant_id);

/*
 * Being alive is a lock, not a row: key (0 to 2^62), for example a session's
 * number, is held until db is closed or its process dies, in whatever way, or
 * until it is released.  Any number of keys; holding one twice is once.
 */
int db_live_hold(struct db *db, int64_t key, struct err *err);
/* One that this db does not hold is left alone. */
void db_live_release(struct db *db, int64_t key);
/*
 * Does another connection hold it?  Also true where that cannot be known: a
 * desk that is opened for reading only.
 */
bool db_live_elsewhere(struct db *db, int64_t key);

/*
 * A number that changes when another connection committed (data_version).
 * Cheap enough for every bell.
 */
int db_change_token(struct db *db, int64_t *token, struct err *err);
/*
 * Where the doorbell is no file (see bell_path): a descriptor that can be read
 * from another one's commit until the next db_change_token, which makes it.
 * The caller closes it.  -1 when the one given before is still right.
 */
int db_bell_fd(struct db *db);

/*
 * A whole copy of the desk at path, mode 0600, durable on return; one that is
 * there is replaced.  Others may write meanwhile.  Not inside a transaction.
 */
int db_copy(struct db *db, const char *path, struct err *err);
/*
 * Read every page and compare the schema with that of a new desk: after an
 * unclean end, for doctor, and before a restored copy is used.  Slow on a
 * large desk.  OD_EDATA with what is wrong.
 */
int db_verify(struct db *db, struct err *err);
/* The same, and that every index says what its table says: slower still. */
int db_verify_indexes(struct db *db, struct err *err);

/*
 * Tests: fail the n-th next write statement or COMMIT with code (n 0: off).
 */
void db_fail_after(struct db *db, int n, int code);
/* The same, but fn is called ahead of it, which may not come back. */
void db_call_before(struct db *db, int n, void (*fn)(void *data), void *data);

#endif
