/*
 * pg_transaction - BEGIN, COMMIT and ROLLBACK on the server.
 *
 * Use cases read before they write, as if they were alone: they take turns,
 * an advisory lock from BEGIN to COMMIT, and each statement sees all that was
 * committed before it.  A transaction for one tenant has that tenant's turn,
 * one for everybody's rows (a daemon's batch, the host, a migration) the whole
 * desk's, which waits for all of them and they for it.
 *
 * Two tenants at once are as good as one after the other.  The forced policies
 * let a transaction see and write rows of its tenant and of the desk (tenant
 * 0) only; the latter, and the tables without a tenant, are written by the
 * host and by migrations, with the whole desk's turn.  So neither reads what
 * the other writes.  Audit chains, counters and versions are a tenant's own;
 * ids may become visible out of order between tenants, and what reads rows of
 * all tenants by rising id is a batch.  Rows are deadlocked over only where
 * two transactions write the same, which they do not.
 *
 * What the daemons claim (events, sendings, jobs) is claimed in batches, so
 * with the whole desk's turn.  Without it a claim would have to hold its own
 * against everything that looks at a row's state and then writes it (a message
 * called back, a verdict that comes late, a channel's pace), for a gain that
 * is small: a batch is sent in one piece and its turn is as long as its commit.
 * A claim passes over rows that somebody else holds (query_claim), an
 * administrator's open session for one, rather than wait for them.
 */
#include "common/str.h"
#include "db/engine/pg_int.h"
#include <string.h>

/*
 * When the server has ended our transaction, what came next would be
 * committed statement by statement.
 */
int
pg__check_alive(struct engine_conn *conn, struct err *err)
{
	if (!conn->began || conn->sent_count > 0 ||
	    PQtransactionStatus(conn->pg) != PQTRANS_IDLE)
		return 0;
	return pg__undone(err);
}

int
pg__send_desk_turn(struct engine_conn *conn, struct err *err)
{
	conn->turn_of = 0;
	return pg__send(
	    conn, "SELECT pg_advisory_xact_lock(1869636723, 1)", err);
}

int
pg__drop_statements(struct engine_conn *conn, struct err *err)
{
	if (conn->dropped.len == 0)
		return 0;
	(void)pg__run(conn, conn->dropped.s, NULL);
	str_clear(&conn->dropped);
	return pg__ensure(conn, err);
}

static int
send_turn(struct engine_conn *conn, struct err *err)
{
	static const char one[] =
	    "SELECT pg_advisory_xact_lock_shared(1869636723, 1),"
	    " pg_advisory_xact_lock(1869636724, CAST(2147483647 &"
	    " CAST(current_setting('opdesk.tenant') AS BIGINT) AS INTEGER))";

	return conn->turn_of == 0 ? pg__send_desk_turn(conn, err)
	                          : pg__send(conn, one, err);
}

static int
send_begin(struct engine_conn *conn, struct err *err)
{
	int rc;

	if ((rc = pg__send(conn, "BEGIN", err)) != 0)
		return rc;
	conn->began = true;
	conn->turn_of = conn->began_for = conn->tenant;
	if ((rc = pg__send_tenant(conn, err)) == 0 &&
	    (rc = send_turn(conn, err)) == 0)
		rc = pg__send_mark(conn, err);
	return rc;
}

int
pg__begin(struct engine_conn *conn, bool is_awaited, struct err *err)
{
	int rc;

	if ((rc = pg__may_write(conn, err)) != 0)
		return rc;
	if ((rc = pg__ensure(conn, err)) != 0)
		return rc == OD_EUNAVAIL ? pg__away(err) : rc;
	if ((rc = pg__drop_statements(conn, err)) != 0)
		return rc;
	pg__outcome_learn(conn);
	conn->wrote = conn->lost = false;
	rc = send_begin(conn, err);
	if (rc == 0 && is_awaited)
		rc = pg__await(conn, NULL, err);
	if (rc != 0)
		pg__rollback(conn);
	return rc;
}

void
pg__rollback(struct engine_conn *conn)
{
	bool was_lost = conn->lost;

	conn->began = conn->lost = false;
	if (!was_lost && conn->pg != NULL) {
		(void)pg__await(conn, NULL, NULL);
		if (conn->pg != NULL)
			(void)pg__run(conn, "ROLLBACK", NULL);
	}
	pg__tenant_undone(conn);
}

/* While its answer is not known nobody may say that it was saved. */
static int
ask_outcome(struct engine_conn *conn, struct err *err)
{
	switch (pg__outcome(conn)) {
	case PG_COMMITTED:
		return 0;
	case PG_ABORTED:
		return err_set(err, OD_EUNAVAIL,
		    "The database server went away for a moment and nothing "
		    "was saved; try again");
	case PG_UNKNOWN:
		break;
	}
	return err_set(err, OD_EUNAVAIL,
	    "The database server went away while this was being saved; look "
	    "whether it is there before you try again");
}

/* With all that was not waited for; behind an error it does nothing. */
static int
send_commit(struct engine_conn *conn, struct err *err)
{
	int rc = 0;

	if (conn->wrote)
		rc = pg__send(conn, "NOTIFY opdesk", err);
	return rc != 0 ? rc : pg__send(conn, "COMMIT", err);
}

int
pg__commit(struct engine_conn *conn, struct err *err)
{
	PGresult *res = NULL;
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0 ||
	    (rc = pg__check_alive(conn, err)) != 0 ||
	    /* By its mark it is found again. */
	    (conn->mark.xid == 0 && conn->history[0] != '\0' &&
		(rc = pg__await(conn, NULL, err)) != 0)) {
		pg__rollback(conn);
		return rc;
	}
	if ((rc = send_commit(conn, err)) == 0)
		rc = pg__await(conn, &res, err);
	if (conn->pg == NULL)
		rc = ask_outcome(conn, err);
	else if (rc == 0 && strcmp(PQcmdStatus(res), "COMMIT") != 0)
		rc = pg__undone(err); /* a statement had failed */
	PQclear(res);
	if (rc != 0)
		pg__rollback(conn);
	conn->began = conn->lost = conn->told_within = false;
	return rc;
}
