/*
 * sqlite_int - what the files of the SQLite engine share.
 *
 * A connection belongs to one thread at a time.
 */
#ifndef DB_ENGINE_SQLITE_INT_H
#define DB_ENGINE_SQLITE_INT_H

#include "db/engine/engine.h"
#include <sqlite3.h>

#define SQLITE_DESK_ID 0x6F706473 /* application_id of our files */
#define TURN_WAIT_MS   1000       /* in line at the turnstile */
#define BUSY_WAIT_MS   5000       /* then for SQLite's own lock */

struct engine_conn {
	sqlite3 *db;
	char *path;    /* owned; absolute, without symbolic links */
	int turn_fd;   /* -1 when opened for reading only */
	int bell_fd;   /* likewise */
	bool has_turn; /* the turnstile is ours */
	bool began;    /* between BEGIN and COMMIT or ROLLBACK */
	bool readonly;
	bool disk_readonly;     /* because its file system is */
	bool is_shaken;         /* memory was refused; see sqlite__undo */
	int poisoned;           /* SQLite's code after which we stop */
	int64_t changes_before; /* sqlite3_total_changes at BEGIN */
	int64_t busy_since_us;  /* of the wait that goes on */
	sqlite3_stmt *token;    /* PRAGMA data_version */
	sqlite3_stmt *undo;     /* ROLLBACK: there is no memory for it later */
	char version[32];
};

/* How sqlite__connect differs from the connections of db/core/db.c. */
enum connect_flag {
	CONNECT_NO_WAIT = 1, /* busy timeout 0 (the keeper's checkpoints) */
	CONNECT_COPY = 2,    /* may ATTACH once (VACUUM INTO needs it) */
};

/* The sentence and the code for SQLite's rc; poisons conn when due. */
int sqlite__fail(struct engine_conn *conn, int rc, struct err *err);
/* Refuses a write on a read-only or poisoned connection. */
int sqlite__may_write(const struct engine_conn *conn, struct err *err);

/* The engine's open, with flags of enum connect_flag. */
int sqlite__connect(const char *location, enum db_mode mode, unsigned flags,
    struct engine_conn **conn, struct err *err);
void sqlite__close(struct engine_conn *conn);
/* The pages that no transaction holds. */
void sqlite__release_memory(struct engine_conn *conn);
/*
 * The same, and the schema: for a connection that hardly ever has a statement
 * to run, which then reads it again.
 */
void sqlite__shrink(struct engine_conn *conn);
/* Several statements without rows or parameters. */
int sqlite__run(struct engine_conn *conn, const char *sql, struct err *err);
/* First column of the first row; 0 without one. */
int sqlite__int(
    struct engine_conn *conn, const char *sql, int64_t *out, struct err *err);

/*
 * No transaction is open any more, and nothing is left of one in which memory
 * was refused.  False: there is still none for that; nothing is read or begun
 * until there is.
 */
bool sqlite__undo(struct engine_conn *conn);

int sqlite__copy(struct engine_conn *conn, const char *path, struct err *err);

/* OD_EDATA when there is a trigger or a view that is not ours. */
int sqlite__check_code(struct engine_conn *conn, struct err *err);
/* All pages, and the whole schema against a new one. */
int sqlite__verify(struct engine_conn *conn, bool indexes, struct err *err);

/* Absolute path without symbolic links in its directory, into out. */
int sqlite__resolve(const char *location, struct str *out, struct err *err);
/* Open (or make, with the desk's own mode) path + suffix; -1: see err. */
int sqlite__open_beside(const char *path, const char *suffix, struct err *err);

/*
 * A FULL checkpoint.  Not done (and 0) when another connection holds the
 * write lock; SQLite's own fallback to PASSIVE does not happen.  With empty
 * the log is also cut to nothing when nobody reads from it: the first program
 * that opens the desk reads all of it, even what is in the database already.
 */
int sqlite__checkpoint(
    struct engine_conn *conn, bool empty, bool *done, struct err *err);
/*
 * Pages in the log, and those of them that no checkpoint has copied yet.
 * False (and zeros) when the log was never opened.
 */
bool sqlite__log_frames(
    struct engine_conn *conn, int64_t *all, int64_t *waiting);

/* busy handler: random short sleeps, gives up after BUSY_WAIT_MS. */
int sqlite__busy(void *conn, int tries);
/*
 * Wait in line for the turnstile, at most TURN_WAIT_MS.  True when it is
 * ours; a caller that goes on without it meets SQLite's own lock.
 */
bool sqlite__turn_take(struct engine_conn *conn);
void sqlite__turn_leave(struct engine_conn *conn);
void sqlite__ring(struct engine_conn *conn);
/* A byte of the turnstile's file is locked as long as conn lives. */
int sqlite__live_hold(struct engine_conn *conn, int64_t key, struct err *err);
void sqlite__live_release(struct engine_conn *conn, int64_t key);
bool sqlite__live_elsewhere(struct engine_conn *conn, int64_t key);

/* db_give_back and db_can_give_back, see there. */
int sqlite__can_give_back(struct engine_conn *conn, bool *can, struct err *err);
int sqlite__give_back(
    struct engine_conn *conn, int64_t *given, struct err *err);

/* ---- sqlite_schema.c ---- */
int sqlite__audit_open(struct engine_conn *conn, bool open, struct err *err);

#endif
