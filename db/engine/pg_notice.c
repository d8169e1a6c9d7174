/*
 * pg_notice - what other sessions did: their commits, and whether they live.
 *
 * Notices come on a connection of their own, the ear, that asks nothing else:
 * so it can be read only when there is one, and a loop may wait for that.
 */
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include <fcntl.h>

/* libpq drops a notice without a word when it has no memory for it. */
#define SURE_US (30 * US_PER_SECOND)

static int
open_ear(struct engine_conn *conn, struct err *err)
{
	int rc;

	if (conn->ear != NULL && conn->ear->pg != NULL)
		return 0;
	pg__close(conn->ear);
	conn->ear = NULL;
	conn->ear_is_new = false;
	if ((rc = pg__session(conn->location, &conn->ear, err)) != 0)
		return rc;
	if ((rc = pg__run(conn->ear, "LISTEN opdesk", err)) != 0) {
		pg__close(conn->ear);
		conn->ear = NULL;
		return rc;
	}
	conn->ear_is_new = true;
	conn->sure_us = clock_mono_us();
	conn->token++; /* what was missed meanwhile cannot be known */
	return 0;
}

int
pg__change_token(struct engine_conn *conn, int64_t *token, struct err *err)
{
	PGnotify *notice;
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (rc = open_ear(conn, err)) != 0)
		return rc;
	/* After a round trip all notices of earlier commits are here. */
	if ((rc = pg__run(conn->ear, "SELECT 1", err)) != 0)
		return rc;
	while ((notice = PQnotifies(conn->ear->pg)) != NULL) {
		if (notice->be_pid != PQbackendPID(conn->pg))
			conn->token++;
		PQfreemem(notice);
	}
	if (clock_mono_us() - conn->sure_us > SURE_US) {
		conn->sure_us = clock_mono_us();
		conn->token++;
	}
	*token = conn->token;
	return 0;
}

int
pg__bell_fd(struct engine_conn *conn)
{
	if (!conn->ear_is_new || conn->ear == NULL || conn->ear->pg == NULL)
		return -1;
	conn->ear_is_new = false;
	return fcntl(PQsocket(conn->ear->pg), F_DUPFD_CLOEXEC, 0);
}

/* In the upper half of the numbers that a lock may have. */
static int64_t
live_lock(int64_t key)
{
	return INT64_MIN | key;
}

static int
take_lock(struct engine_conn *conn, int64_t key, struct err *err)
{
	int64_t one;

	return pg__int_of(conn,
	    "SELECT 1 FROM pg_advisory_lock_shared(CAST($1 AS BIGINT))",
	    live_lock(key), &one, err);
}

int
pg__live_again(struct engine_conn *conn, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < conn->live_count; i++)
		rc = take_lock(conn, conn->live_keys[i], err);
	return rc;
}

/* Where it is among those that are held, or live_count. */
static size_t
find_key(const struct engine_conn *conn, int64_t key)
{
	size_t i = 0;

	while (i < conn->live_count && conn->live_keys[i] != key)
		i++;
	return i;
}

int
pg__live_hold(struct engine_conn *conn, int64_t key, struct err *err)
{
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0 ||
	    find_key(conn, key) < conn->live_count ||
	    (rc = take_lock(conn, key, err)) != 0)
		return rc;
	conn->live_keys = xreallocarray(
	    conn->live_keys, conn->live_count + 1, sizeof(key));
	conn->live_keys[conn->live_count++] = key;
	return 0;
}

/* Whoever is away holds nothing, and takes only what is left. */
void
pg__live_release(struct engine_conn *conn, int64_t key)
{
	size_t at = find_key(conn, key);
	int64_t one;

	if (at == conn->live_count)
		return;
	conn->live_keys[at] = conn->live_keys[--conn->live_count];
	if (conn->pg != NULL)
		(void)pg__int_of(conn,
		    "SELECT CASE WHEN pg_advisory_unlock_shared("
		    "CAST($1 AS BIGINT)) THEN 1 ELSE 0 END",
		    live_lock(key), &one, NULL);
}

bool
pg__live_elsewhere(struct engine_conn *conn, int64_t key)
{
	int64_t count = 0;

	if (pg__ensure(conn, NULL) != 0)
		return true;
	return pg__int_of(conn,
		   "SELECT count(*) FROM pg_locks"
		   " WHERE locktype = 'advisory' AND objsubid = 1"
		   " AND database = (SELECT oid FROM pg_database"
		   " WHERE datname = current_database())"
		   " AND (CAST(CAST(classid AS BIGINT) AS BIT(32)) ||"
		   " CAST(CAST(objid AS BIGINT) AS BIT(32))) ="
		   " CAST(CAST($1 AS BIGINT) AS BIT(64))"
		   " AND pid <> pg_backend_pid()",
		   live_lock(key), &count, NULL) != 0 ||
	       count > 0;
}
