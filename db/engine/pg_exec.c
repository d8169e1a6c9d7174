/*
 * pg_exec - statements whose answer is waited for at once.
 *
 * libpq's own PQexec and PQgetResult wait for ever for an answer that came when
 * libpq had no memory for it; what waits here gives the connection up instead.
 */
#include "db/engine/pg_int.h"
#include <errno.h>
#include <poll.h>

PGresult *
pg__next_result(struct engine_conn *conn)
{
	struct pollfd p = {.fd = PQsocket(conn->pg), .events = POLLIN};

	while (PQisBusy(conn->pg)) {
		if (pg__lacks_memory(PQerrorMessage(conn->pg))) {
			pg__abandon(conn);
			conn->lacked_memory = true;
			return NULL;
		}
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			break;
		if (PQconsumeInput(conn->pg) != 1)
			break;
	}
	return PQgetResult(conn->pg);
}

static bool
is_copy(const PGresult *res)
{
	return PQresultStatus(res) == PGRES_COPY_IN ||
	       PQresultStatus(res) == PGRES_COPY_OUT;
}

static PGresult *
last_result(struct engine_conn *conn, bool was_sent)
{
	PGresult *last = NULL, *res;

	while (was_sent && conn->pg != NULL &&
	       (res = pg__next_result(conn)) != NULL) {
		PQclear(last);
		last = res;
		if (is_copy(res))
			break;
	}
	if (conn->pg == NULL) { /* what came before tells nothing */
		PQclear(last);
		last = NULL;
	}
	return last;
}

PGresult *
pg__exec(struct engine_conn *conn, const char *sql)
{
	return last_result(conn, PQsendQuery(conn->pg, sql) == 1);
}

PGresult *
pg__exec_values(struct engine_conn *conn, const char *sql, int count,
    const char *const *values)
{
	return last_result(conn, PQsendQueryParams(conn->pg, sql, count, NULL,
				     values, NULL, NULL, 0) == 1);
}
