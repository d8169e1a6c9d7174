/* health - see health.h. */
#include "db/engine/health.h"
#include "db/core/db_int.h"
#include "db/engine/server.h"
#include <string.h>
#include <sys/stat.h>

#define SPARE_MIN     (64 << 20) /* bytes; and a quarter of the file */
#define LOG_LONG      (256 << 20)
#define OF_OUR_TABLES " FROM pg_stat_user_tables WHERE schemaname = 'public'"

/* A name and how many there are, none: no row. */
static int
read_names(
    struct db *db, const char *sql, struct health_names *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(db, &st, sql, NO_BINDS, err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->count = stmt_int(st, 0);
		if (!stmt_is_null(st, 1))
			str_copy(
			    out->first, sizeof(out->first), stmt_text(st, 1));
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

/* The server's own autovacuum begins well before these. */
static int
read_tables(struct db *db, struct health *h, struct err *err)
{
	int rc;

	if ((rc = read_names(db,
		 "SELECT count(*), CAST(min(relname) AS TEXT)" OF_OUR_TABLES
		 " AND n_dead_tup > 1000 AND n_dead_tup * 5 > n_live_tup",
		 &h->dead, err)) != 0 ||
	    (rc = read_names(db,
		 "SELECT count(*), CAST(min(relname) AS TEXT)" OF_OUR_TABLES
		 " AND n_mod_since_analyze > 1000"
		 " AND n_mod_since_analyze * 5 > n_live_tup",
		 &h->stale, err)) != 0)
		return rc;
	return read_names(db,
	    "SELECT count(*), CAST(min(relname) AS TEXT)" OF_OUR_TABLES
	    " AND n_live_tup > 10000 AND seq_scan > 100"
	    " AND seq_scan > COALESCE(idx_scan, 0)",
	    &h->whole, err);
}

/* Those that keep a rule do so without being asked. */
static int
read_indexes(struct db *db, struct health *h, struct err *err)
{
	int rc = db_int(db, &h->indexes,
	    "SELECT count(*) FROM pg_stat_user_indexes"
	    " WHERE schemaname = 'public'",
	    NO_BINDS, err);

	if (rc != 0)
		return rc;
	return read_names(db,
	    "SELECT count(*), CAST(min(s.indexrelname) AS TEXT)"
	    " FROM pg_stat_user_indexes s"
	    " JOIN pg_index i ON i.indexrelid = s.indexrelid"
	    " WHERE s.schemaname = 'public' AND s.idx_scan = 0"
	    " AND NOT i.indisunique",
	    &h->unused, err);
}

/*
 * When somebody else's transaction began is not shown to everybody.  Those of
 * opdesk are short, and end by themselves; a dump only reads.
 */
static int
read_holders(struct db *db, struct health *h, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(db, &st,
	    "SELECT count(*) OVER (), h.pid, CAST(h.usename AS TEXT),"
	    " h.application_name FROM (SELECT DISTINCT a.pid, a.usename,"
	    " a.application_name, a.xact_start"
	    " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
	    " WHERE l.granted AND l.mode <> 'AccessShareLock'"
	    " AND l.database = (SELECT oid FROM pg_database"
	    " WHERE datname = current_database())"
	    " AND a.pid <> pg_backend_pid() AND a.usename IS NOT NULL"
	    " AND (l.locktype = 'advisory' AND a.xact_start IS NOT NULL"
	    " OR l.locktype = 'relation' AND l.relation IN (SELECT c.oid"
	    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	    " WHERE n.nspname = 'public'))"
	    " AND (clock_timestamp() - a.xact_start"
	    " > CAST('10 s' AS INTERVAL)" /* HEALTH_SLOW_S */
	    " OR a.xact_start IS NULL AND a.application_name <> 'opdesk')) h"
	    " ORDER BY h.xact_start NULLS LAST LIMIT 1",
	    NO_BINDS, err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		h->holders = stmt_int(st, 0);
		h->holder_pid = stmt_int(st, 1);
		str_copy(h->holder, sizeof(h->holder), stmt_text(st, 2));
		str_copy(h->holder_program, sizeof(h->holder_program),
		    stmt_text(st, 3));
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
read_server(struct db *db, struct health *h, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(db, &st,
	    "SELECT pg_database_size(current_database()),"
	    " CASE WHEN current_setting('autovacuum') = 'on' THEN 1 ELSE 0 END,"
	    " (SELECT CAST(COALESCE(sum(n_dead_tup), 0) AS "
	    "BIGINT)" OF_OUR_TABLES "), count(*),"
	    " CAST(COALESCE(max(extract(epoch FROM clock_timestamp()"
	    " - a.query_start)), 0) AS BIGINT)"
	    " FROM pg_stat_activity a WHERE a.datname = current_database()"
	    " AND a.pid <> pg_backend_pid() AND a.state = 'active'"
	    " AND a.backend_type = 'client backend'"
	    " AND clock_timestamp() - a.query_start"
	    " > CAST('10 s' AS INTERVAL)", /* HEALTH_SLOW_S */
	    NO_BINDS, err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		h->bytes = stmt_int(st, 0);
		h->has_autovacuum = stmt_int(st, 1) == 1;
		h->dead_rows = stmt_int(st, 2);
		h->slow = stmt_int(st, 3);
		h->slowest_s = stmt_int(st, 4);
		rc = 0;
	}
	stmt_close(&st);
	if (rc != 0 || (rc = read_holders(db, h, err)) != 0 ||
	    (rc = read_tables(db, h, err)) != 0)
		return rc;
	return read_indexes(db, h, err);
}

static int
read_file(struct db *db, struct health *h, struct err *err)
{
	struct str path = STR_INIT;
	int64_t page, all, empty;
	struct stat st;
	int rc;

	if ((rc = db_int(db, &page, "SELECT page_size FROM pragma_page_size",
		 NO_BINDS, err)) != 0 ||
	    (rc = db_int(db, &all, "SELECT page_count FROM pragma_page_count",
		 NO_BINDS, err)) != 0 ||
	    (rc = db_int(db, &empty,
		 "SELECT freelist_count FROM pragma_freelist_count", NO_BINDS,
		 err)) != 0)
		return rc;
	h->bytes = all * page;
	h->spare_bytes = empty * page;
	str_addf(&path, "%s-wal", db_path(db));
	if (stat(path.s, &st) == 0)
		h->log_bytes = st.st_size;
	str_free(&path);
	return 0;
}

int
db_health(struct db *db, struct health *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return server_has(db) ? read_server(db, out, err)
	                      : read_file(db, out, err);
}

bool
health_has_spare(const struct health *h)
{
	return h->spare_bytes > SPARE_MIN && h->spare_bytes > h->bytes / 4;
}

bool
health_has_long_log(const struct health *h)
{
	return h->log_bytes > LOG_LONG;
}

bool
health_is_poor(const struct health *h)
{
	return h->dead.count > 0 || h->stale.count > 0 || h->whole.count > 0 ||
	       h->slow > 0 || h->holders > 0 || health_has_spare(h) || health_has_long_log(h);
}

int
db_tidy(struct db *db, struct err *err)
{
	if (db->in_transaction)
		BUG("a database is tidied inside of a transaction");
	return db->engine->tidy == NULL ? 0 : db->engine->tidy(db->conn, err);
}
