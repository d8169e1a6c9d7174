/*
 * engine - what a database engine must do for db/core/db.c.
 *
 * One const table an engine; sqlite3.h and libpq-fe.h are known only below
 * this line.  Codes and sentences as in common/err.h.  Every call is made by
 * the thread that owns the connection.
 */
#ifndef DB_ENGINE_ENGINE_H
#define DB_ENGINE_ENGINE_H

#include "db/core/db.h"

struct engine_conn;
struct engine_stmt;

/*
 * Full text.  The row itself is kept in search_texts by db/core/search.c;
 * these keep the index beside it, where the engine does not do so alone.
 */
struct engine_search {
	const char *add;    /* $1 id, $2 scope, $3 text; NULL: not needed */
	const char *forget; /* the same values as were added; or NULL */
	/*
	 * Add every text with id $1 and above, at once: an engine may write
	 * its index anew at each savepoint.  NULL when add is.
	 */
	const char *add_from;
	/*
	 * $1 pattern, $2 below this place, $3 limit, $4 tenant: kind,
	 * record_id, place, text; newest first.  [1] when the pattern's scope
	 * is one kind, [0] when it is all.
	 */
	const char *find[2];
	/*
	 * The same among the newest $5 rows, [1] those of kind $6: what many
	 * rows have is found there soonest.  NULL where find is no slower.
	 */
	const char *find_recent[2];
	/*
	 * A condition on tickets t, for db/core/query.h: the text of t's kind
	 * ($?) is found by a pattern ($?), or has_folded: by folded words.
	 */
	const char *has;
	bool has_folded;
	/* $1 tenant, $2 kind, $3 record_id: its place for find[1]. */
	const char *place;
	/*
	 * Letters of a prefix that are found at once, however many rows have
	 * it; a longer one costs by its rows.  0: no difference.
	 */
	size_t quick_prefix;
	/*
	 * Pattern for "scope and all words, the last one a prefix", of which
	 * at most prefix_max bytes are used (0: all).
	 */
	void (*pattern)(struct str *out, const char *scope, const char *folded,
	    size_t prefix_max);
	/*
	 * One step of merging the pieces of the index, inside a transaction;
	 * *goes_on: there is more to do.  NULL when the engine does so alone.
	 */
	int (*merge)(struct engine_conn *conn, bool *goes_on, struct err *err);
	/*
	 * One step of writing the index anew without what was taken out of it,
	 * inside a transaction; first: of a new round.  NULL: nothing is left.
	 */
	int (*expunge)(struct engine_conn *conn, bool first, bool *goes_on,
	    struct err *err);
};

/*
 * What tables there are, by the database's own word, and what a copy of them
 * needs.  Statements as for db_query; $1 is a table's name.
 */
struct engine_catalogue {
	const char *tables; /* the names; not those of an index or of its own */
	/*
	 * What can be written: name; 1 number, 2 text, 3 bytes or 0 else;
	 * place in the primary key from 1, 0 outside of it.  By name.
	 */
	const char *columns;
	const char *references; /* the tables that it refers to, not itself */
	const char *last_id;    /* the highest ever made; 0 or no row: none */
	const char *set_last_id[2]; /* $2 above 0; the second may be NULL */
	const char *by_bytes;       /* behind a text to have it ordered so */
	const char *patience; /* a script: transactions may last; or NULL */
	const char *settle;   /* a script after all rows came; or NULL */
	/*
	 * Many rows faster than by INSERT, inside a transaction: COPY, the
	 * rows' values, the end, with keep or to take all of them back.  Only
	 * these calls between the two.  NULL: there is no such way.
	 */
	int (*load_begin)(
	    struct engine_conn *conn, const char *sql, struct err *err);
	int (*load_row)(struct engine_conn *conn, const struct bind *binds,
	    size_t n, struct err *err);
	int (*load_end)(struct engine_conn *conn, bool keep, struct err *err);
	/* Take away what is in a place where no program is at work. */
	int (*wipe)(const char *location, struct err *err);
};

struct engine {
	const char *name; /* "sqlite" */
	bool is_file;     /* the desk is a file, and others stand beside it */
	/* A statement that fails takes its transaction or savepoint with it. */
	bool error_undoes;
	bool mends_texts;     /* by utf8_mend, those that are none */
	const char *claim[2]; /* around a name, see query_claim; or NULL */
	const struct engine_search *search;
	const struct engine_catalogue *catalogue;

	int (*open)(const char *location, enum db_mode mode,
	    struct engine_conn **conn, struct err *err);
	void (*close)(struct engine_conn *conn);
	const char *(*path)(const struct engine_conn *conn);
	const char *(*version)(const struct engine_conn *conn);

	/* db_release_memory; NULL: there is nothing of the kind. */
	void (*release_memory)(struct engine_conn *conn);

	bool (*is_readonly)(const struct engine_conn *conn);
	bool (*is_broken)(const struct engine_conn *conn);
	/* db_is_away; NULL: never. */
	bool (*is_away)(const struct engine_conn *conn);

	/* A prepared statement; parameters are $1..$n, bound by name. */
	int (*prepare)(struct engine_conn *conn, const char *sql,
	    struct engine_stmt **st, struct err *err);
	/* Whether running it may change the database. */
	bool (*writes)(const struct engine_stmt *st);
	/* is_kept: what the binds point to stays where it is until reset. */
	int (*run)(struct engine_stmt *st, const struct bind *binds,
	    size_t nbinds, bool is_kept, struct err *err);
	/* db_later; NULL where it is no quicker. */
	int (*later)(struct engine_stmt *st, const struct bind *binds,
	    size_t nbinds, int64_t *first, struct err *err);
	int (*step)(struct engine_stmt *st, struct err *err); /* 1, 0, OD_* */
	void (*reset)(struct engine_stmt *st);
	void (*finalize)(struct engine_stmt *st);
	int64_t (*column_int)(struct engine_stmt *st, int column);
	const char *(*column_text)(struct engine_stmt *st, int column);
	const void *(*column_blob)(
	    struct engine_stmt *st, int column, size_t *n);
	bool (*column_is_null)(struct engine_stmt *st, int column);
	int64_t (*changed)(struct engine_conn *conn);

	/*
	 * Several statements; before (may be NULL) is asked ahead of each one
	 * that writes, and what it returns, other than 0, ends the script.
	 */
	int (*script)(struct engine_conn *conn, const char *sql,
	    int (*before)(void *data, struct err *err), void *data,
	    struct err *err);
	int (*has_table)(struct engine_conn *conn, const char *name, bool *has,
	    struct err *err);
	/*
	 * A whole copy at path (replaced when it is there), mode 0600, durable
	 * on return.  Other programs go on meanwhile.
	 */
	int (*copy)(
	    struct engine_conn *conn, const char *path, struct err *err);
	/* db_verify, see there; with indexes: db_verify_indexes. */
	int (*verify)(struct engine_conn *conn, bool indexes, struct err *err);
	/* is_awaited: else the first statement may say that it is refused. */
	int (*begin)(
	    struct engine_conn *conn, bool is_awaited, struct err *err);
	int (*commit)(struct engine_conn *conn, struct err *err);
	void (*rollback)(struct engine_conn *conn);
	/* Whether what is saved outlives a power cut; NULL: it does. */
	int (*is_durable)(
	    struct engine_conn *conn, bool *durable, struct err *err);
	/* In a migration's transaction: a statement may take long; or NULL. */
	const char *patience;
	/* After a migration, in its transaction; NULL: nothing to do. */
	int (*guard)(struct engine_conn *conn, struct err *err);
	/*
	 * Inside a transaction: let rows of audit be deleted, or refuse that
	 * again, as is usual.
	 */
	int (*audit_open)(struct engine_conn *conn, bool open, struct err *err);
	/* db_give_back; NULL: the database sees to it by itself. */
	int (*give_back)(
	    struct engine_conn *conn, int64_t *given, struct err *err);
	/* db_can_give_back; NULL: the same. */
	int (*can_give_back)(
	    struct engine_conn *conn, bool *can, struct err *err);
	/* db_tidy; NULL: there is nothing of the kind. */
	int (*tidy)(struct engine_conn *conn, struct err *err);
	/* db_set_tenant; NULL: there is no such net. */
	void (*set_tenant)(struct engine_conn *conn, int64_t tenant_id);
	int (*change_token)(
	    struct engine_conn *conn, int64_t *token, struct err *err);
	/* Where the doorbell is; NULL for engines with a notice of their own.
	 */
	void (*bell_path)(const char *location, struct str *path);
	/* db_bell_fd; NULL for engines with a doorbell. */
	int (*bell_fd)(struct engine_conn *conn);
	/* After a commit: tell the other processes. */
	void (*ring)(struct engine_conn *conn);
	/* db_live_hold and the like; NULL: nothing can be known. */
	int (*live_hold)(
	    struct engine_conn *conn, int64_t key, struct err *err);
	void (*live_release)(struct engine_conn *conn, int64_t key);
	bool (*live_elsewhere)(struct engine_conn *conn, int64_t key);
};

extern const struct engine engine_sqlite, engine_postgres;
extern const struct engine_search engine_search_sqlite, engine_search_postgres;
extern const struct engine_catalogue engine_catalogue_sqlite,
    engine_catalogue_postgres;

/*
 * The engine for a desk's URI and, in location (borrowed from uri), what its
 * open takes: a path, or the whole of postgresql://...  NULL with a sentence
 * for another scheme or an empty path.
 */
const struct engine *engine_for(
    const char *uri, const char **location, struct err *err);

#endif
