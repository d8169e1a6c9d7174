/*
 * pg_int - what the files of the PostgreSQL engine share.
 *
 * A connection belongs to one thread at a time.
 */
#ifndef DB_ENGINE_PG_INT_H
#define DB_ENGINE_PG_INT_H

#include "db/engine/engine.h"
#include <libpq-fe.h>

/*
 * Our advisory locks are pairs: 1869636723 ("opds") and a number.  1 is for
 * whoever writes, until the commit, shared by those who have the turn of one
 * tenant: 1869636724 and its number (pg_transaction.c).  2 is the keeper's,
 * and 3 beside it says that the desk is being upgraded (pg_keeper.c).  A
 * single number above 2^62 is a session that is alive.
 */

/* By which a transaction is found again, see pg_outcome.c. */
struct pg_mark {
	int64_t xid; /* 0: it cannot be */
	char flushed[24];
	char history[48];
};

struct engine_conn {
	PGconn *pg;     /* NULL while the server is away */
	char *location; /* owned; the URI */
	/*
	 * Counts connections: what was prepared on an earlier one is gone.
	 */
	int64_t generation;
	int64_t names;      /* prepared statements get a number */
	struct str dropped; /* DEALLOCATEs for those no longer needed */
	bool readonly;
	bool began; /* between BEGIN and COMMIT or ROLLBACK */
	bool wrote; /* something to tell at COMMIT */
	bool lost;  /* the connection broke within the transaction */
	struct engine_conn *ear; /* owned; hears of commits, see pg_notice.c */
	bool ear_is_new;         /* nobody has its descriptor yet */
	bool lacked_memory;      /* that is why it was given up last */
	bool is_loading;         /* between pg__load_begin and pg__load_end */
	struct str load;         /* rows that wait to be sent */
	int64_t *live_keys;      /* owned; each is held once */
	size_t live_count;
	int64_t kept_generation; /* the one that took the keeper's lock */
	int64_t token;           /* counts notices of other connections */
	int64_t sure_us;         /* monotonic: none was lost before that */
	int64_t changed;         /* rows of the last statement */
	int64_t tenant;          /* whose rows are wanted; 0: everybody's */
	int64_t told;     /* of these the server knows; -1: nobody can tell */
	int64_t began_for; /* whose turn it began with; 0: the desk's */
	int64_t turn_of;   /* whose it has now */
	bool told_within; /* told in this transaction, whose end undoes it */
	int64_t retry_us; /* clock_mono_us: not asked again before */
	int64_t pause_us; /* the next wait, 0.2 to 5 s */
	struct err refusal; /* why it lets us in no more; code 0: it is silent */
	char version[48];
	char history[48]; /* the server's; "" when it does not tell */
	int64_t history_of; /* the connection that was told it */
	struct pg_mark mark; /* of the last transaction that writes */
	struct pg_sent *sent; /* owned; not answered yet, see pg_pipe.c */
	size_t sent_count;
	bool unsure;      /* one of them may fail */
	int64_t asked_us; /* clock_mono_us: for the mark */
};

/*
 * Load libpq, once for the process; any thread.  Before that none of its
 * functions may be called.  OD_EUNAVAIL when it is not installed.
 */
int pg__load(struct err *err);
/* The sentence and the code for what went wrong; res may be NULL. */
int pg__fail(struct engine_conn *conn, const PGresult *res, struct err *err);
/* Whether libpq's sentence says that it had no memory. */
bool pg__lacks_memory(const char *text);
int pg__no_memory(struct err *err); /* OD_EIO */
/* OD_EUNAVAIL: the server is not there. */
int pg__away(struct err *err);   /* what was to be saved was not */
int pg__silent(struct err *err); /* to a look */
/* OD_EIO: the server has ended the transaction. */
int pg__undone(struct err *err);
int pg__may_write(const struct engine_conn *conn, struct err *err);

int pg__connect(const char *location, enum db_mode mode,
    struct engine_conn **conn, struct err *err);
/* A connection to whatever database is there, desk or not. */
int pg__session(
    const char *location, struct engine_conn **conn, struct err *err);
void pg__close(struct engine_conn *conn);
/*
 * Make sure that there is a connection.  Outside of a transaction a lost one
 * is made anew, not sooner than its pause says; inside it is OD_EUNAVAIL, with
 * what is to be done where waiting does not help: a password was changed.
 */
int pg__ensure(struct engine_conn *conn, struct err *err);
/* Notes a connection that broke; true when it did. */
bool pg__check_lost(struct engine_conn *conn);
/* Ends a connection of which nobody knows what it will say next. */
void pg__abandon(struct engine_conn *conn);
/*
 * conn->pg is not connected (NULL: no memory): why, as a sentence with what to
 * do.  0 when the server, asked once more, let us in.
 */
int pg__refused(struct engine_conn *conn, struct err *err);
/* Whether there is one, connecting at once and whatever was under way. */
bool pg__redial(struct engine_conn *conn);

/*
 * As PQexec and PQexecParams (all as text), and as PQgetResult: owned, NULL when
 * libpq could not send.  Where it had no memory for an answer the connection is
 * given up: conn->pg is NULL then, and pg__fail says so.
 */
PGresult *pg__exec(struct engine_conn *conn, const char *sql);
PGresult *pg__exec_values(struct engine_conn *conn, const char *sql, int count,
    const char *const *values);
PGresult *pg__next_result(struct engine_conn *conn);

/* One or several statements without values; rows are dropped. */
int pg__run(struct engine_conn *conn, const char *sql, struct err *err);
/* First column of the first row; 0 without one. */
int pg__int(
    struct engine_conn *conn, const char *sql, int64_t *out, struct err *err);

/* ---- pg_transaction.c: the engine's calls of these names ---- */

int pg__begin(struct engine_conn *conn, bool is_awaited, struct err *err);
/* What was prepared and is no longer used; nothing may be under way. */
int pg__drop_statements(struct engine_conn *conn, struct err *err);
int pg__commit(struct engine_conn *conn, struct err *err);
void pg__rollback(struct engine_conn *conn);
/* The whole desk's turn, also for one that began with a tenant's. */
int pg__send_desk_turn(struct engine_conn *conn, struct err *err);
/* OD_EIO when the server has ended the transaction that we are in. */
int pg__check_alive(struct engine_conn *conn, struct err *err);

/* ---- pg_pipe.c: statements that are sent before others are answered ---- */

#define PG_VALUES_MAX 64

struct pg_values { /* as libpq takes them; numbers in the server's order */
	const char *p[PG_VALUES_MAX];
	int n[PG_VALUES_MAX];
	int format[PG_VALUES_MAX];
	uint64_t number[PG_VALUES_MAX];
	struct str mended[PG_VALUES_MAX];
};

/* One statement without values. */
int pg__send(struct engine_conn *conn, const char *sql, struct err *err);
/* The one of pg__outcome_sql. */
int pg__send_mark(struct engine_conn *conn, struct err *err);
/* *generation is set, and 0 again should it fail. */
int pg__send_prepare(struct engine_conn *conn, const char *name,
    const char *sql, size_t count, const Oid *types, int64_t *generation,
    struct err *err);
/* The values are copied; first (may be NULL) is set by pg__await. */
int pg__send_prepared(struct engine_conn *conn, const char *name,
    const struct pg_values *values, size_t count, int64_t *first,
    struct err *err);
/*
 * Wait for the answers of all that was sent.  The error of the first that
 * failed; those behind it were not run.  last (may be NULL) gets the last
 * one's result, owned, or NULL.
 */
int pg__await(struct engine_conn *conn, PGresult **last, struct err *err);
/* What `to` points to goes away. */
void pg__pipe_leave(struct engine_conn *conn, const int64_t *to);
/* The connection is gone, and all that was sent on it. */
void pg__pipe_forget(struct engine_conn *conn);
void pg__pipe_free(struct engine_conn *conn);

/* ---- pg_notice.c: the engine's calls of these names ---- */

int pg__change_token(struct engine_conn *conn, int64_t *token, struct err *err);
int pg__bell_fd(struct engine_conn *conn);
int pg__live_hold(struct engine_conn *conn, int64_t key, struct err *err);
void pg__live_release(struct engine_conn *conn, int64_t key);
bool pg__live_elsewhere(struct engine_conn *conn, int64_t key);
/* On a new connection: hold live_keys as before. */
int pg__live_again(struct engine_conn *conn, struct err *err);

/* ---- pg_outcome.c: what became of a COMMIT that was not answered ---- */

/* Before the first transaction of a connection: whether its server can tell. */
void pg__outcome_learn(struct engine_conn *conn);
/* The server's clock in a row's first column; it was asked at asked_us. */
#define PG_SERVER_US                                                           \
	"(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
void pg__follow_clock(const PGresult *res, int64_t asked_us);
/*
 * The last statement of what begins a transaction, and its row: sets
 * conn->mark and follows the server's clock; it was asked at asked_us.
 */
const char *pg__outcome_sql(const struct engine_conn *conn);
void pg__outcome_mark(
    struct engine_conn *conn, const PGresult *res, int64_t asked_us);

enum pg_outcome { PG_COMMITTED, PG_ABORTED, PG_UNKNOWN };
/*
 * The connection broke at COMMIT: connect again and ask.  PG_UNKNOWN when the
 * server is not back within 10 s, or does not know either.
 */
enum pg_outcome pg__outcome(struct engine_conn *conn);

/* ---- pg_load.c: see struct engine_catalogue ---- */

int pg__load_begin(struct engine_conn *conn, const char *sql, struct err *err);
int pg__load_row(struct engine_conn *conn, const struct bind *binds, size_t n,
    struct err *err);
int pg__load_end(struct engine_conn *conn, bool keep, struct err *err);

/* ---- pg_mend.c ---- */

/* What older programs left out; in a transaction of the owner. */
int pg__mend(struct engine_conn *conn, struct err *err);

/* ---- pg_policy.c ---- */

/* Every table of tenants gets its policy; in a transaction. */
int pg__guard(struct engine_conn *conn, struct err *err);
int pg__audit_open(struct engine_conn *conn, bool open, struct err *err);
void pg__set_tenant(struct engine_conn *conn, int64_t tenant_id);
/* Tell the server, ahead of the next statement. */
int pg__send_tenant(struct engine_conn *conn, struct err *err);
/* A transaction or a savepoint was rolled back. */
void pg__tenant_undone(struct engine_conn *conn);

/* db_tidy */
int pg__tidy(struct engine_conn *conn, struct err *err);
/* As pg__int, with one value: $1, cast to what it is. */
int pg__int_of(struct engine_conn *conn, const char *sql, int64_t value,
    int64_t *out, struct err *err);
/*
 * The length of the first statement of a script, with its semicolon, and
 * whether it holds more than spaces and comments.
 */
size_t pg__statement_len(const char *sql, bool *is_empty);
/*
 * The highest n of its $n.  Any other form of parameter, and more than one
 * statement, is our mistake.
 */
size_t pg__parameters(const char *sql);
/* Whether running sql may change the database, by its first words. */
bool pg__writes(const char *sql);

#endif
