/* pg_tidy - what a server's autovacuum does, at once; see db_tidy. */
#include "db/engine/pg_int.h"

/* Others' tables are left out with a warning that nobody reads. */
int
pg__tidy(struct engine_conn *conn, struct err *err)
{
	int rc, after;

	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (rc = pg__may_write(conn, err)) != 0 ||
	    (rc = pg__run(conn, "SET statement_timeout = 0", err)) != 0)
		return rc;
	rc = pg__run(conn, "VACUUM (ANALYZE, SKIP_LOCKED)", err);
	/* As every connection begins with it. */
	after = pg__run(
	    conn, "SET statement_timeout = '60s'", rc == 0 ? err : NULL);
	return rc != 0 ? rc : after;
}
