/* pg_tidy - what a server's autovacuum does, at once; see db_tidy. */
#include "db/engine/pg_int.h"

/*
 * A table that this role may not tidy is left out with a warning that nobody
 * reads, so it is asked before: of all, by one.
 */
static int
may_tidy(struct engine_conn *conn, struct err *err)
{
	int64_t may;
	int rc = pg__int(conn,
	    "SELECT (pg_has_role(c.relowner, 'USAGE')"
	    " OR EXISTS(SELECT 1 FROM pg_database d"
	    " WHERE d.datname = current_database()"
	    " AND pg_has_role(d.datdba, 'USAGE'))"
	    " OR CASE WHEN current_setting('server_version_num')::int >= 170000"
	    " THEN has_table_privilege(c.oid, 'MAINTAIN')"
	    " ELSE false END)::int"
	    " FROM pg_class c WHERE c.oid = 'audit'::regclass",
	    &may, err);

	if (rc == 0 && may == 0)
		rc = err_set(err, OD_EDENIED,
		    "On this server only the role that owns the tables does "
		    "this; name it in the configuration that --config gives");
	return rc;
}

int
pg__tidy(struct engine_conn *conn, struct err *err)
{
	int rc, after;

	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (rc = pg__may_write(conn, err)) != 0 ||
	    (rc = may_tidy(conn, err)) != 0 ||
	    (rc = pg__run(conn, "SET statement_timeout = 0", err)) != 0)
		return rc;
	rc = pg__run(conn, "VACUUM (ANALYZE, SKIP_LOCKED)", err);
	/* As every connection begins with it. */
	after = pg__run(
	    conn, "SET statement_timeout = '60s'", rc == 0 ? err : NULL);
	return rc != 0 ? rc : after;
}
