/*
 * pg_pipe - statements on their way to the server while the answers of those
 * ahead of them have not come.
 *
 * Who needs no answer yet sends and goes on; who does waits for all of them,
 * which is one round trip however many there are.  After an error the server
 * skips what was sent behind it, up to where somebody waits: so nothing is
 * done out of order, and a COMMIT behind an error saves nothing.
 */
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include <stdlib.h>

/* More than these are waited for: their answers must go somewhere. */
#define SENT_MAX 256

enum pg_answer {
	PG_ANSWER_NONE,
	PG_ANSWER_MARK,     /* pg__outcome_mark */
	PG_ANSWER_FIRST,    /* to gets the first value of the first row, or 0 */
	PG_ANSWER_PREPARED, /* to becomes 0 when it was not */
};

struct pg_sent {
	enum pg_answer answer;
	int64_t *to; /* borrowed; see enum pg_answer */
};

void
pg__pipe_forget(struct engine_conn *conn)
{
	conn->sent_count = 0;
	conn->unsure = false;
}

void
pg__pipe_free(struct engine_conn *conn)
{
	pg__pipe_forget(conn);
	FREE(&conn->sent);
}

void
pg__pipe_leave(struct engine_conn *conn, const int64_t *to)
{
	for (size_t i = 0; i < conn->sent_count; i++) {
		if (conn->sent[i].to == to)
			conn->sent[i].to = NULL;
	}
}

/* What is in the pipe cannot be told any more. */
static int
broken(struct engine_conn *conn, struct err *err)
{
	int rc = pg__fail(conn, NULL, err);

	if (conn->pg != NULL)
		pg__abandon(conn);
	return rc;
}

/* The first that is sent opens the pipe. */
static int
open_pipe(struct engine_conn *conn, struct err *err)
{
	int rc;

	if (conn->sent_count >= SENT_MAX &&
	    (rc = pg__await(conn, NULL, err)) != 0)
		return rc;
	if (conn->sent == NULL)
		conn->sent = xcalloc(SENT_MAX + 1, sizeof(*conn->sent));
	if (conn->sent_count == 0 && PQenterPipelineMode(conn->pg) != 1)
		return broken(conn, err);
	return 0;
}

static int
note(struct engine_conn *conn, bool is_sent, enum pg_answer answer, int64_t *to,
    struct err *err)
{
	struct pg_sent *sent;

	if (!is_sent)
		return broken(conn, err);
	sent = &conn->sent[conn->sent_count++];
	sent->answer = answer;
	sent->to = to;
	return 0;
}

static int
send_text(struct engine_conn *conn, const char *sql, enum pg_answer answer,
    int64_t *to, struct err *err)
{
	int rc;

	if ((rc = open_pipe(conn, err)) != 0)
		return rc;
	return note(conn,
	    PQsendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 0) == 1,
	    answer, to, err);
}

int
pg__send(struct engine_conn *conn, const char *sql, struct err *err)
{
	return send_text(conn, sql, PG_ANSWER_NONE, NULL, err);
}

int
pg__send_mark(struct engine_conn *conn, struct err *err)
{
	conn->mark.xid = 0;
	conn->asked_us = clock_mono_us();
	return send_text(
	    conn, pg__outcome_sql(conn), PG_ANSWER_MARK, NULL, err);
}

int
pg__send_prepare(struct engine_conn *conn, const char *name, const char *sql,
    size_t count, const Oid *types, int64_t *generation, struct err *err)
{
	int rc;

	if ((rc = open_pipe(conn, err)) != 0)
		return rc;
	*generation = conn->generation;
	return note(conn,
	    PQsendPrepare(conn->pg, name, sql, (int)count, types) == 1,
	    PG_ANSWER_PREPARED, generation, err);
}

int
pg__send_prepared(struct engine_conn *conn, const char *name,
    const struct pg_values *values, size_t count, int64_t *first,
    struct err *err)
{
	int rc;

	if ((rc = open_pipe(conn, err)) != 0)
		return rc;
	return note(conn,
	    PQsendQueryPrepared(conn->pg, name, (int)count, values->p,
		values->n, values->format, 0) == 1,
	    first != NULL ? PG_ANSWER_FIRST : PG_ANSWER_NONE, first, err);
}

static bool
is_good(const PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/*
 * Trouble of libpq's own, as want of memory: the server may have done what it
 * was asked, and what comes next may be the answer to something else.
 */
static bool
is_ours(const PGresult *res)
{
	return PQresultStatus(res) != PGRES_PIPELINE_ABORTED &&
	       PQresultErrorField(res, PG_DIAG_SQLSTATE) == NULL;
}

static void
take(struct engine_conn *conn, const struct pg_sent *sent, const PGresult *res)
{
	switch (sent->answer) {
	case PG_ANSWER_MARK:
		pg__outcome_mark(conn, res, conn->asked_us);
		break;
	case PG_ANSWER_FIRST:
		if (sent->to != NULL)
			*sent->to =
			    PQntuples(res) > 0
				? strtoll(PQgetvalue(res, 0, 0), NULL, 10)
				: 0;
		break;
	case PG_ANSWER_PREPARED:
	case PG_ANSWER_NONE:
		break;
	}
}

/* The answer to one of them; *rc is what went wrong first. */
static PGresult *
take_one(struct engine_conn *conn, const struct pg_sent *sent, int *rc,
    struct err *err)
{
	PGresult *res = pg__next_result(conn), *rest;

	if (is_good(res)) {
		take(conn, sent, res);
	} else {
		if (sent->answer == PG_ANSWER_PREPARED && sent->to != NULL)
			*sent->to = 0;
		if (*rc == 0)
			*rc = pg__fail(conn, res, err);
		if (conn->pg != NULL && is_ours(res))
			pg__abandon(conn);
	}
	while (conn->pg != NULL && (rest = pg__next_result(conn)) != NULL)
		PQclear(rest);
	return res;
}

int
pg__await(struct engine_conn *conn, PGresult **last, struct err *err)
{
	size_t count = conn->sent_count;
	PGresult *res = NULL;
	int rc = 0;

	if (last != NULL)
		*last = NULL;
	if (count == 0)
		return 0;
	if (PQpipelineSync(conn->pg) != 1)
		rc = broken(conn, err);
	for (size_t i = 0; i < count && conn->pg != NULL; i++) {
		PQclear(res);
		res = take_one(conn, &conn->sent[i], &rc, err);
	}
	pg__pipe_forget(conn);
	if (conn->pg != NULL)
		PQclear(pg__next_result(conn)); /* of the Sync */
	if (conn->pg != NULL && PQexitPipelineMode(conn->pg) != 1)
		rc = broken(conn, err);
	if (conn->pg == NULL && rc == 0)
		rc = pg__away(err);
	if (rc != 0)
		conn->told = -1; /* SET may have been among them */
	if (rc == 0 && last != NULL)
		*last = res;
	else
		PQclear(res);
	return rc;
}
