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
	int open_statements;
	bool in_transaction;
	const char *where; /* borrowed literal: who opened the transaction */
	int savepoints;
	bool is_lost; /* a savepoint could not be undone: no more than that */
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
/* Ahead of every write: transaction, and the tests' fault. */
int db__before_write(struct db *db, struct err *err);
int db__has_table(struct db *db, const char *name, bool *has, struct err *err);
void stmt__free_all(struct db *db);

#endif
