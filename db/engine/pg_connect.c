/*
 * pg_connect - connections to the server, made anew when they are lost.
 *
 * What was under way when a connection broke is lost with it and says so; the
 * next call outside of a transaction connects again, not sooner than 0.2 s
 * (later 5 s) after the last try, so that nobody waits for a server that is
 * away.
 */
#include "db/engine/pg_int.h"
#include "db/engine/pg_password.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAUSE_MIN_US (200 * US_PER_MS)
#define PAUSE_MAX_US (5000 * US_PER_MS)

/*
 * Nobody may hold others up: a lock is waited for 5 s, a transaction that
 * does nothing ends after 30 s.  Neither may the dead: what a killed program
 * asked for ends in 2 s, also in the middle of a long statement, and what a
 * host that fell silent had locked is free in half a minute.  Sessions that
 * idle stay whatever the server thinks of them: whose locks are gone is dead.
 * No statement is long enough for other processes to come and help with it.
 */
static const char settings[] =
    "SET client_min_messages = error;"
    "SET standard_conforming_strings = on;"
    "SET synchronous_commit = on;"
    "SET statement_timeout = '60s';"
    "SET lock_timeout = '5s';"
    "SET idle_in_transaction_session_timeout = '30s';"
    "SET default_transaction_isolation = 'read committed';"
    "SET search_path = public;"
    "SET opdesk.tenant = '*';"
    "SET jit = off;"
    "SET max_parallel_workers_per_gather = 0;"
    "SET tcp_keepalives_idle = 10;"
    "SET tcp_keepalives_interval = 5;"
    "SET tcp_keepalives_count = 3;"
    "SET tcp_user_timeout = '25s';"
    "SELECT set_config('client_connection_check_interval', '2s', false)"
    " WHERE current_setting('server_version_num')::int >= 140000"
    " AND version() LIKE '%linux%';"
    "SELECT set_config('idle_session_timeout', '0', false)"
    " WHERE current_setting('server_version_num')::int >= 140000;"
    "SELECT " PG_SERVER_US;

void
pg__abandon(struct engine_conn *conn)
{
	log_warn("db", "the database server is away");
	PQfinish(conn->pg);
	conn->pg = NULL;
	pg__pipe_forget(conn);
	conn->pause_us = 0;
	conn->retry_us = clock_mono_us();
	if (conn->began)
		conn->lost = true;
}

bool
pg__check_lost(struct engine_conn *conn)
{
	if (conn->pg != NULL && PQstatus(conn->pg) == CONNECTION_OK)
		return false;
	if (conn->pg != NULL)
		pg__abandon(conn);
	else if (conn->began)
		conn->lost = true;
	return true;
}

int
pg__run(struct engine_conn *conn, const char *sql, struct err *err)
{
	ExecStatusType status;
	PGresult *res;
	int rc;

	if ((rc = pg__await(conn, NULL, err)) != 0)
		return rc;
	res = pg__exec(conn, sql);
	status = PQresultStatus(res);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
	    status != PGRES_EMPTY_QUERY)
		rc = pg__fail(conn, res, err);
	PQclear(res);
	return rc;
}

static int
first_int(
    struct engine_conn *conn, PGresult *res, int64_t *out, struct err *err)
{
	int rc = 0;

	*out = 0;
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		rc = pg__fail(conn, res, err);
	else if (PQntuples(res) > 0)
		*out = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);
	return rc;
}

int
pg__int(
    struct engine_conn *conn, const char *sql, int64_t *out, struct err *err)
{
	int rc = pg__await(conn, NULL, err);

	*out = 0;
	return rc != 0 ? rc : first_int(conn, pg__exec(conn, sql), out, err);
}

int
pg__int_of(struct engine_conn *conn, const char *sql, int64_t value,
    int64_t *out, struct err *err)
{
	char text[24];
	const char *values[] = {text};
	int rc = pg__await(conn, NULL, err);

	*out = 0;
	if (rc != 0)
		return rc;
	str_format(text, sizeof(text), "%" PRId64, value);
	return first_int(conn,
	    pg__exec_values(conn, sql, 1, values), out,
	    err);
}

/* Notices are for people at a prompt; errors come back as results. */
static void
ignore_notice(void *data, const PGresult *res)
{
	(void)data;
	(void)res;
}

static char *password; /* owned; NULL: none */

void
pg__set_password(const char *value)
{
	free(password);
	password = value != NULL && value[0] != '\0' ? xstrdup(value) : NULL;
}

/* In one round trip, as it is part of every start. */
static int
set_up(struct engine_conn *conn, struct err *err)
{
	int64_t asked_us = clock_mono_us();
	struct str sql = STR_INIT;
	PGresult *res;
	int rc = 0;

	if (conn->readonly)
		str_add(&sql, "SET default_transaction_read_only = on;");
	str_add(&sql, settings);
	res = pg__exec(conn, sql.s);
	str_free(&sql);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		pg__follow_clock(res, asked_us);
	else
		rc = pg__fail(conn, res, err);
	PQclear(res);
	return rc;
}

static int
dial(struct engine_conn *conn, struct err *err)
{
	/* What stands before dbname may be said otherwise by the URI. */
	static const char *const names[] = {"connect_timeout",
	    "tcp_user_timeout", "keepalives_idle", "keepalives_interval",
	    "keepalives_count", "fallback_application_name", "dbname",
	    "client_encoding", "password", NULL};
	/* A host that fell silent is given up in half a minute. */
	const char *const values[] = {"3", "15000", "10", "5", "3", "opdesk",
	    conn->location, "UTF8", password, NULL};
	int rc;

	if ((rc = pg__load(err)) != 0)
		return rc;
	conn->pg = PQconnectdbParams(names, values, 1);
	if ((conn->pg == NULL || PQstatus(conn->pg) != CONNECTION_OK) &&
	    (rc = pg__refused(conn, err)) != 0) {
		PQfinish(conn->pg);
		conn->pg = NULL;
		return rc;
	}
	PQsetNoticeReceiver(conn->pg, ignore_notice, NULL);
	conn->generation++;
	conn->lacked_memory = false;
	conn->told = 0;
	conn->told_within = false;
	rc = set_up(conn, err);
	if (rc == 0)
		rc = pg__live_again(conn, err);
	if (rc != 0) {
		PQfinish(conn->pg);
		conn->pg = NULL;
	}
	return rc;
}

bool
pg__redial(struct engine_conn *conn)
{
	if (!pg__check_lost(conn))
		return true;
	if (dial(conn, NULL) != 0)
		return false;
	conn->token++; /* what was missed cannot be known */
	return true;
}

static int
not_back(const struct engine_conn *conn, struct err *err)
{
	if (conn->refusal.code == 0)
		return pg__silent(err);
	if (err != NULL) {
		*err = conn->refusal;
		err->code = OD_EUNAVAIL;
	}
	return OD_EUNAVAIL;
}

int
pg__ensure(struct engine_conn *conn, struct err *err)
{
	struct err why = ERR_INIT;
	int64_t now;
	int rc;

	if (conn->began && conn->lost)
		return pg__away(err);
	if (!pg__check_lost(conn))
		return 0;
	if (conn->began)
		return pg__away(err);
	now = clock_mono_us();
	if (now < conn->retry_us)
		return not_back(conn, err);
	rc = dial(conn, &why);
	conn->refusal = rc == OD_EDENIED || rc == OD_ENOTFOUND
	                    ? why
	                    : (struct err)ERR_INIT;
	if (rc == 0) {
		log_info("db", "the database server answers again");
		conn->token++; /* what was missed cannot be known */
		return 0;
	}
	conn->pause_us =
	    conn->pause_us == 0 ? PAUSE_MIN_US : conn->pause_us * 2;
	if (conn->pause_us > PAUSE_MAX_US)
		conn->pause_us = PAUSE_MAX_US;
	conn->retry_us = clock_mono_us() + conn->pause_us;
	return not_back(conn, err);
}

/* What is there: tables, those that a desk has, whether texts are UTF-8. */
static int
look_round(struct engine_conn *conn, int64_t found[3], struct err *err)
{
	PGresult *res = pg__exec(conn,
	    "SELECT count(*),"
	    " count(*) FILTER (WHERE c.relname IN ('schema', 'meta')),"
	    " (SELECT count(*) FROM pg_database"
	    " WHERE datname = current_database()"
	    " AND pg_encoding_to_char(encoding) = 'UTF8')"
	    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v')");
	int rc = 0;

	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		rc = pg__fail(conn, res, err);
	for (int i = 0; rc == 0 && i < 3; i++)
		found[i] = strtoll(PQgetvalue(res, 0, i), NULL, 10);
	PQclear(res);
	return rc;
}

/* A desk has our tables; for a new one there may be none at all. */
static int
check_identity(struct engine_conn *conn, enum db_mode mode, struct err *err)
{
	int64_t found[3] = {0};
	int rc;

	if ((rc = look_round(conn, found, err)) != 0)
		return rc;
	const int64_t tables = found[0], ours = found[1], utf8 = found[2];

	if (utf8 == 0)
		return err_set(err, OD_EDATA,
		    "This database does not keep its texts as UTF-8; make one "
		    "that does with createdb -T template0 -E UTF8");
	if (mode == DB_CREATE && tables > 0)
		return err_set(err, OD_ECONFLICT,
		    "There is already a desk or other tables in this "
		    "database; make another one with createdb");
	if (mode == DB_CREATE || ours == 2)
		return 0;
	if (tables == 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no desk in this database; opdesk init makes "
		    "one");
	return err_set(err, OD_EDATA,
	    "This is the database of another program, not a desk; give the "
	    "URI of a desk");
}

static int
new_conn(const char *location, bool readonly, struct engine_conn **out,
    struct err *err)
{
	struct engine_conn *conn = xcalloc(1, sizeof(*conn));
	int rc;

	conn->location = xstrdup(location);
	conn->readonly = readonly;
	if ((rc = dial(conn, err)) == 0)
		*out = conn;
	else
		pg__close(conn);
	return rc;
}

int
pg__session(const char *location, struct engine_conn **conn, struct err *err)
{
	*conn = NULL;
	return new_conn(location, false, conn, err);
}

int
pg__connect(const char *location, enum db_mode mode, struct engine_conn **out,
    struct err *err)
{
	struct engine_conn *conn = NULL;
	int rc, v;

	*out = NULL;
	if ((rc = new_conn(location, mode == DB_READONLY, &conn, err)) != 0)
		return rc;
	if ((rc = check_identity(conn, mode, err)) != 0) {
		pg__close(conn);
		return rc;
	}
	v = PQserverVersion(conn->pg);
	str_format(conn->version, sizeof(conn->version), "PostgreSQL %d.%d",
	    v / 10000, v % 10000);
	*out = conn;
	return 0;
}

void
/* NOLINTNEXTLINE(misc-no-recursion): an ear has none */
pg__close(struct engine_conn *conn)
{
	if (conn == NULL)
		return;
	pg__close(conn->ear);
	PQfinish(conn->pg);
	str_free(&conn->dropped);
	str_free(&conn->load);
	free(conn->live_keys);
	pg__pipe_free(conn);
	free(conn->location);
	free(conn);
}
