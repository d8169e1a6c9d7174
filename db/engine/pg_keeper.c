/* pg_keeper - see pg_keeper.h; and which sessions are alive. */
#include "db/engine/pg_keeper.h"
#include "db/engine/pg_int.h"
#include <time.h>

#define HOLD_TRIES 20 /* the server notices the end of a session late */

/* Of this database; the two halves of our lock, see pg_int.h. */
#define HELD(which)                                                            \
	"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"            \
	" AND database = (SELECT oid FROM pg_database"                         \
	" WHERE datname = current_database()) AND classid = 1869636723"        \
	" AND objid = " which " AND objsubid = 2 AND granted"

static const char held_sql[] = HELD("2"), upgrades_sql[] = HELD("3");

/* Who upgrades says so first: whoever is refused by 2 must see it. */
static const char *const take_sql[] = {
    [PG_KEEPER_ALONE] =
	"SELECT CAST(pg_try_advisory_lock(1869636723, 2) AS INT)",
    [PG_KEEPER_SHARED] =
	"SELECT CAST(pg_try_advisory_lock_shared(1869636723, 2) AS INT)",
    [PG_KEEPER_UPGRADE] =
	("SELECT CAST(pg_try_advisory_lock(1869636723, 2) AND"
	 " pg_try_advisory_lock_shared(1869636723, 3) AS INT)")};

int
pg__keeper_hold(const char *uri, enum pg_keeper_how how,
    struct engine_conn **session, struct err *err)
{
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
		rc = pg__int(conn, take_sql[how], &got, err);
	}
	if (rc == 0 && got == 0)
		rc = err_set(err, OD_EUNAVAIL,
		    "Another opdesk looks after this desk; stop it first, or "
		    "let it do this");
	if (rc != 0)
		pg__close(conn);
	else
		*session = conn;
	if (rc == 0)
		conn->kept_generation = conn->generation;
	return rc;
}

int
pg__keeper_again(struct engine_conn *session, struct err *err)
{
	int64_t got = 0;
	int rc;

	if ((rc = pg__ensure(session, err)) != 0 ||
	    (rc = pg__int(session, "SELECT 1", &got, err)) != 0 ||
	    session->kept_generation == session->generation)
		return rc;
	rc = pg__int(session, take_sql[PG_KEEPER_SHARED], &got, err);
	if (rc == 0 && got != 0)
		session->kept_generation = session->generation;
	return rc;
}

void
pg__keeper_leave(struct engine_conn *session)
{
	pg__close(session);
}

bool
pg__keeper_is_seen(struct engine_conn *conn)
{
	int64_t count = 0;

	if (pg__ensure(conn, NULL) == 0)
		(void)pg__int(conn, held_sql, &count, NULL);
	return count > 0;
}

bool
pg__keeper_upgrades(struct engine_conn *conn)
{
	int64_t count = 0;

	if (pg__ensure(conn, NULL) == 0)
		(void)pg__int(conn, upgrades_sql, &count, NULL);
	return count > 0;
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
