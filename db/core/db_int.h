/*
 * db_int - what db.c and stmt.c share.
 */
#ifndef DB_CORE_DB_INT_H
#define DB_CORE_DB_INT_H

#include "db/core/db.h"
#include "db/engine/engine.h"

#define STMT_BUCKETS  128
#define STMT_MAX      160 /* prepared statements kept */
#define STMT_QUICK    256 /* places where texts were last seen */
#define SAVEPOINT_MAX 4   /* nested */

struct stmt {
	struct db *db;          /* borrowed */
	struct engine_stmt *es; /* owned */
	char *sql;              /* owned; the key */
	uint32_t hash;
	int64_t made; /* see db_statements_mark */
	bool in_use;
	bool is_cached;     /* else freed by stmt_close */
	struct stmt *next;  /* in its bucket */
	struct stmt *newer; /* in order of use */
	struct stmt *older;
};

struct db {
	const struct engine *engine;
	char *uri; /* owned */
	struct engine_conn *conn;
	struct stmt *buckets[STMT_BUCKETS];
	struct stmt *newest, *oldest;
	/*
	 * By the address of the text, which is mostly a literal; what it says
	 * there is still compared.  Without it every call hashed it all.
	 */
	struct stmt *quick[STMT_QUICK];
	int cached;
	int64_t made; /* statements, so far */
	int open_statements;
	bool in_transaction;
	const char *where; /* borrowed literal: who opened the transaction */
	int savepoints;
	bool is_lost; /* a savepoint could not be undone: no more than that */
	int64_t span, stand; /* the last ones, see db__span */
	struct {
		int64_t span; /* at that time; 0: nothing */
		int64_t tenant_id, seq;
		char hash[65];
	} trail; /* private to audit_chain.c: the last row that we wrote */
	struct {
		int64_t stand; /* at that time; 0: nothing */
		int kind;      /* of the actor, as the next two */
		int64_t tenant_id, id, team_id;
		int role;
		bool has_secret;
		char scopes[512];   /* of a token */
		int64_t expires_us; /* likewise */
	} rights; /* private to permit.c: the actor's row */
	struct {
		int64_t stand; /* likewise */
		int kind;
		int64_t tenant_id, id;
		int64_t operator_id, team_id, operator_team_id;
	} owned; /* private to permit.c: the last record asked for */
	int fail_in; /* 0: off */
	int fail_code;
	void (*fail_fn)(void *data); /* instead of an error */
	void *fail_data;
};

/* The row of meta in a desk to which another one is being copied. */
#define DB_META_UNFINISHED "copy_unfinished"
/* The row of meta in a desk that was moved: where it is now. */
#define DB_META_MOVED "moved_to"

/* OD_EUNAVAIL with where it went for a desk that was moved. */
int db__check_moved(struct db *db, struct err *err);
/*
 * Numbers by which one who remembers what a transaction read or wrote sees
 * whether that still stands; 0 outside of one.  The span stays the same until
 * something of it is taken back, the stand also changes with whatever is
 * written.
 */
static inline int64_t
db__span(const struct db *db)
{
	return db->in_transaction ? db->span : 0;
}

static inline int64_t
db__stand(const struct db *db)
{
	return db->in_transaction ? db->stand : 0;
}

/* Ahead of every write: transaction, and the tests' fault. */
int db__before_write(struct db *db, struct err *err);
int db__has_table(struct db *db, const char *name, bool *has, struct err *err);
void stmt__free_all(struct db *db);

#endif
