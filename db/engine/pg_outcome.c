/*
 * pg_outcome - whether a COMMIT whose answer was lost has saved anything.
 *
 * The server keeps what became of each transaction, by its number.  But the
 * number of one that a crash swallowed is given out again, and whoever gets it
 * may commit: so a mark also holds how far the log was safe when it was taken.
 * A recovery ends with a checkpoint behind that place, which says the first
 * number that is given out after it.  Only two crashes between two of our
 * tries would go unseen.
 */
#include "common/clock.h"
#include "common/log.h"
#include "common/str.h"
#include "db/engine/pg_int.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PATIENCE_US (10 * US_PER_SECOND)
#define PAUSE_NS    50000000L

/* The cluster and its history: a copy that took its place has another. */
#define HISTORY                                                                \
	"(SELECT system_identifier FROM pg_control_system()) || '/' ||"        \
	" left(pg_walfile_name(pg_current_wal_flush_lsn()), 8)"

/*
 * $1 number, $2 the place in the log, $3 history.  A number that was not given
 * out yet is error 22023.
 */
static const char question[] =
    "SELECT CASE WHEN " HISTORY " <> $3 THEN 'unknown'"
    /* No recovery since. */
    " WHEN c.checkpoint_lsn < $2::pg_lsn"
    " THEN coalesce(txid_status($1::bigint), 'unknown')"
    /* The checkpoint of a recovery: those of a server at work have one. */
    " WHEN current_setting('wal_level') <> 'minimal'"
    " AND c.oldest_active_xid::text = '0' THEN"
    " CASE WHEN $1::bigint >= (split_part(c.next_xid, ':', 1)::bigint << 32)"
    " + split_part(c.next_xid, ':', 2)::bigint THEN 'aborted'"
    " ELSE coalesce(txid_status($1::bigint), 'unknown') END"
    /* Whichever it was that had the number. */
    " WHEN txid_status($1::bigint) = 'aborted' THEN 'aborted'"
    " ELSE 'unknown' END FROM pg_control_checkpoint() c";

/* Its program is gone, but its server has not seen that yet. */
static const char end_it[] =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_xid = ($1::bigint & 4294967295)::text::xid";

/* Several hosts share the desk, so its times are those of its server. */
void
pg__follow_clock(const PGresult *res, int64_t asked_us)
{
	int64_t by_us =
	    clock_follow(strtoll(PQgetvalue(res, 0, 0), NULL, 10), asked_us);

	if (by_us > US_PER_SECOND || by_us < -US_PER_SECOND)
		log_warn("db",
		    "the clock here and the database server's differ by %lld"
		    " ms; the server's is used",
		    (long long)(by_us / US_PER_MS));
}

/* Servers that cannot tell leave it empty. */
void
pg__outcome_learn(struct engine_conn *conn)
{
	PGresult *res;

	if (conn->history_of == conn->generation)
		return;
	conn->history_of = conn->generation;
	res = pg__exec(conn, "SELECT " HISTORY);
	conn->history[0] = '\0';
	conn->mark.xid = 0;
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1)
		str_copy(conn->history, sizeof(conn->history),
		    PQgetvalue(res, 0, 0));
	PQclear(res);
}

const char *
pg__outcome_sql(const struct engine_conn *conn)
{
	return conn->history[0] == '\0'
	           ? "SELECT " PG_SERVER_US
	           : "SELECT " PG_SERVER_US
	             ", txid_current(), pg_current_wal_flush_lsn()";
}

void
pg__outcome_mark(
    struct engine_conn *conn, const PGresult *res, int64_t asked_us)
{
	pg__follow_clock(res, asked_us);
	conn->mark.xid = 0;
	if (conn->history[0] == '\0')
		return;
	conn->mark.xid = strtoll(PQgetvalue(res, 0, 1), NULL, 10);
	str_copy(conn->mark.flushed, sizeof(conn->mark.flushed),
	    PQgetvalue(res, 0, 2));
	str_copy(conn->mark.history, sizeof(conn->mark.history), conn->history);
}

/* The server's word: 'committed', 'aborted', 'in progress', 'unknown'. */
static void
ask(struct engine_conn *conn, const struct pg_mark *mark, char word[16])
{
	const char *state;
	char xid[24];
	const char *values[] = {xid, mark->flushed, mark->history};
	PGresult *res;

	str_format(xid, sizeof(xid), "%" PRId64, mark->xid);
	res = pg__exec_values(conn, question, 3, values);
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	str_copy(word, 16, "");
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1)
		str_copy(word, 16, PQgetvalue(res, 0, 0));
	else if (!pg__check_lost(conn))
		str_copy(word, 16,
		    state != NULL && strcmp(state, "22023") == 0 ? "aborted"
								 : "unknown");
	PQclear(res);
	if (strcmp(word, "in progress") == 0) {
		PQclear(pg__exec_values(conn, end_it, 1, values));
		(void)pg__check_lost(conn);
	}
}

enum pg_outcome
pg__outcome(struct engine_conn *conn)
{
	const struct timespec pause = {0, PAUSE_NS};
	const struct pg_mark mark = conn->mark;
	int64_t until = clock_mono_us() + PATIENCE_US;
	char word[16] = "";

	if (mark.xid == 0)
		return PG_UNKNOWN;
	for (;;) {
		if (pg__redial(conn))
			ask(conn, &mark, word);
		if (strcmp(word, "committed") == 0)
			return PG_COMMITTED;
		if (strcmp(word, "aborted") == 0)
			return PG_ABORTED;
		if (strcmp(word, "unknown") == 0 || clock_mono_us() >= until)
			return PG_UNKNOWN;
		nanosleep(&pause, NULL);
	}
}
