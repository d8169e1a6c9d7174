/* pg_keeper - see pg_keeper.h; and which sessions are alive. */
#include "db/engine/pg_keeper.h"
#include "db/engine/pg_int.h"
#include <time.h>

#define HOLD_TRIES 20 /* the server notices the end of a session late */

/* Of this database; the two halves of our lock, see PG_LOCK_KEEPER. */
static const char held_sql[] =
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
    " AND database = (SELECT oid FROM pg_database"
    " WHERE datname = current_database())"
    " AND classid = 1869636723 AND objid = 2 AND objsubid = 2 AND granted";

int
pg__keeper_hold(const char *uri, bool is_shared, struct engine_conn **session,
    struct err *err)
{
	static const char *const sql[] = {
	    "SELECT CAST(pg_try_advisory_lock(1869636723, 2) AS INT)",
	    "SELECT CAST(pg_try_advisory_lock_shared(1869636723, 2) AS INT)"};
	const struct timespec pause = {0, 20000000};
	struct engine_conn *conn = NULL;
	int64_t got = 0;
	int rc;

	*session = NULL;
	if ((rc = pg__session(uri, &conn, err)) != 0)
		return rc;
	for (int i = 0; rc == 0 && got == 0 && i < HOLD_TRIES; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		rc = pg__int(conn, sql[is_shared], &got, err);
	}
	if (rc == 0 && got == 0)
		rc = err_set(err, OD_EUNAVAIL,
		    "Another opdesk looks after this desk; stop it first, or "
		    "let it do this");
	if (rc != 0)
		pg__close(conn);
	else
		*session = conn;
	return rc;
}

void
pg__keeper_leave(struct engine_conn *session)
{
	pg__close(session);
}

bool
pg__keeper_is_held(const char *uri)
{
	struct engine_conn *conn = NULL;
	int64_t count = 0;

	if (pg__session(uri, &conn, NULL) == 0)
		(void)pg__int(conn, held_sql, &count, NULL);
	pg__close(conn);
	return count > 0;
}
