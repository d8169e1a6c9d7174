/* server - see server.h. */
#include "db/engine/server.h"
#include "common/clock.h"
#include "db/core/db_int.h"
#include "db/engine/pg_policy.h"
#include <string.h>

#define OURS " c.relnamespace = CAST('public' AS regnamespace)"

#define OWNER                                                                  \
	"(SELECT c.relowner FROM pg_class c WHERE" OURS                        \
	" AND c.relname = 'tenants')"
#define TENANTS                                                                \
	"(SELECT c.oid FROM pg_class c WHERE" OURS " AND c.relname = "         \
	"'tenants')"

bool
server_has(const struct db *db)
{
	return !db->engine->is_file;
}

static int
first_of(struct db *db, const char *sql, char out[64], struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(db, &st, sql, NO_BINDS, err);

	out[0] = '\0';
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		str_copy(out, 64, stmt_text(st, 0));
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

int
server_unguarded(struct db *db, int64_t *count, char first[64], struct err *err)
{
	int rc =
	    db_int(db, count, "SELECT count(*)" PG_UNGUARDED, NO_BINDS, err);

	first[0] = '\0';
	if (rc != 0 || *count == 0)
		return rc;
	return first_of(db,
	    "SELECT CAST(c.relname AS TEXT)" PG_UNGUARDED " ORDER BY 1 LIMIT 1",
	    first, err);
}

/*
 * With the host's own clock, which ours may have left for the server's; half
 * of the round trip is taken off.
 */
static int
compare_clocks(struct db *db, int64_t *ahead_us, struct err *err)
{
	int64_t wall_us = clock_wall_us() - clock_followed_us();
	int64_t began_us = clock_mono_us();
	int64_t theirs_us;
	int rc;

	rc = db_int(db, &theirs_us,
	    "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000"
	    " AS BIGINT)",
	    NO_BINDS, err);
	*ahead_us = theirs_us - wall_us - (clock_mono_us() - began_us) / 2;
	return rc;
}

static int
invalid_indexes(struct db *db, struct server_facts *out, struct err *err)
{
	int rc = db_int(db, &out->invalid,
	    "SELECT count(*) FROM pg_index i"
	    " JOIN pg_class c ON c.oid = i.indexrelid"
	    " WHERE" OURS " AND NOT (i.indisvalid AND i.indisready)",
	    NO_BINDS, err);

	if (rc != 0 || out->invalid == 0)
		return rc;
	return first_of(db,
	    "SELECT CAST(c.relname AS TEXT) FROM pg_index i"
	    " JOIN pg_class c ON c.oid = i.indexrelid"
	    " WHERE" OURS " AND NOT (i.indisvalid AND i.indisready)"
	    " ORDER BY 1 LIMIT 1",
	    out->first_invalid, err);
}

int
server_facts(struct db *db, struct server_facts *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = compare_clocks(db, &out->ahead_us, err)) != 0)
		return rc;
	rc = db_query(db, &st,
	    "SELECT pg_database_size(current_database()),"
	    " (SELECT count(*) FROM pg_stat_activity"
	    " WHERE backend_type = 'client backend'),"
	    " CAST(current_setting('max_connections') AS BIGINT)"
	    " - CAST(current_setting('superuser_reserved_connections')"
	    " AS BIGINT),"
	    " (SELECT count(*) FROM pg_stat_replication),"
	    " CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END,"
	    " CASE WHEN current_setting('data_checksums') = 'on'"
	    " THEN 1 ELSE 0 END,"
	    " CASE WHEN current_setting('synchronous_commit')"
	    " IN ('off', 'local') THEN 0 ELSE 1 END",
	    NO_BINDS, err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->bytes = stmt_int(st, 0);
		out->connections = stmt_int(st, 1);
		out->connections_max = stmt_int(st, 2);
		out->standbys = stmt_int(st, 3);
		out->is_standby = stmt_int(st, 4) == 1;
		out->has_checksums = stmt_int(st, 5) == 1;
		out->commits_wait = stmt_int(st, 6) == 1;
		rc = 0;
	}
	stmt_close(&st);
	if (rc != 0 || (rc = invalid_indexes(db, out, err)) != 0)
		return rc;
	return server_unguarded(db, &out->unguarded, out->first_unguarded, err);
}

int
server_roles(struct db *db, struct server_role *rows, size_t max, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	rc = db_query(db, &st,
	    "SELECT CAST(r.rolname AS TEXT),"
	    " CASE WHEN r.rolname = current_user THEN 1 ELSE 0 END,"
	    " CASE WHEN r.rolsuper THEN 1 ELSE 0 END,"
	    " CASE WHEN r.rolbypassrls THEN 1 ELSE 0 END,"
	    " CASE WHEN r.oid = " OWNER " THEN 1 ELSE 0 END,"
	    " CASE WHEN pg_has_role(r.oid, " OWNER ", 'MEMBER')"
	    " THEN 1 ELSE 0 END"
	    " FROM pg_roles r WHERE r.rolname = current_user"
	    " OR (r.rolcanlogin AND NOT r.rolsuper"
	    " AND (r.rolbypassrls OR (r.oid <> " OWNER
	    " AND pg_has_role(r.oid, " OWNER ", 'MEMBER')))"
	    " AND has_table_privilege(r.oid, " TENANTS ", 'SELECT'))"
	    " ORDER BY 2 DESC, 1",
	    NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		struct server_role *r = &rows[*count];

		rc = 0;
		if (*count == max)
			break;
		memset(r, 0, sizeof(*r));
		str_copy(r->name, sizeof(r->name), stmt_text(st, 0));
		r->is_mine = stmt_int(st, 1) == 1;
		r->is_superuser = stmt_int(st, 2) == 1;
		r->bypasses = stmt_int(st, 3) == 1;
		r->owns = stmt_int(st, 4) == 1;
		r->may_owner = !r->owns && stmt_int(st, 5) == 1;
		(*count)++;
	}
	stmt_close(&st);
	return rc;
}

int
server_is_divided(struct db *db, bool *divided, struct err *err)
{
	int64_t n = 0;
	int rc = db_int(db, &n,
	    "SELECT count(*) FROM pg_roles r WHERE r.rolcanlogin"
	    " AND NOT r.rolsuper AND r.oid <> " OWNER
	    " AND has_table_privilege(r.oid, " TENANTS ", 'INSERT')",
	    NO_BINDS, err);

	*divided = rc == 0 && n > 0;
	return rc;
}
