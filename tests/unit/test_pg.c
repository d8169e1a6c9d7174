/*
 * Unit tests of db/engine/pg_*: a server that goes away, values and types,
 * notices, and scripts.  Those with a server run on that engine only.
 *
 * Turned red by: sessions that do not look whether their client lives.
 */
#include "common/clock.h"
#include "db/core/db_int.h"
#include "db/engine/pg_int.h"
#include "db/engine/pg_keeper.h"
#include "tests/lib/desk_test.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* End every other session of this database, as a restart does. */
static void
cut_all(struct desk_fixture *f)
{
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;

	assert_ok(pg__session(f->uri, &conn, &err));
	assert_ok(pg__run(conn,
	    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
	    " WHERE datname = current_database()"
	    " AND pid <> pg_backend_pid()",
	    &err));
	pg__close(conn);
}

static int64_t
teams(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t n = 0;

	assert_ok(
	    db_int(f->d->db, &n, "SELECT count(*) FROM teams", NO_BINDS, &err));
	return n;
}

static int
add_team(struct desk_fixture *f, const char *name, struct err *err)
{
	return db_exec(f->d->db,
	    "INSERT INTO teams(tenant_id, name, created_at, updated_at)"
	    " VALUES($1, $2, 1, 1)",
	    BINDS(b_int(f->demo.id), b_text(name)), NULL, err);
}

static void
pg__lost_in_a_transaction__saves_nothing_and_says_so(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t before;

	before = teams(f);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(add_team(f, "first", &err));
	cut_all(f);
	assert_int_equal(add_team(f, "second", &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "nothing was saved"));
	/* Not one of them goes to a connection made meanwhile. */
	assert_int_equal(add_team(f, "third", &err), OD_EUNAVAIL);
	assert_int_equal(db_commit(f->d->db, &err), OD_EUNAVAIL);
	desk_fixture_await_server(f);
	assert_int_equal(teams(f), before);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(add_team(f, "fourth", &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_int_equal(teams(f), before + 1);
	assert_false(db_is_broken(f->d->db));
}

static void
pg__lost_at_commit__is_not_called_saved(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(add_team(f, "first", &err));
	cut_all(f);
	assert_int_equal(db_commit(f->d->db, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "nothing was saved"));
	assert_false(db_in_transaction(f->d->db));
}

static void
pg__lost_between__begins_again_by_itself(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 3; i++) {
		cut_all(f);
		desk_fixture_await_server(f);
		id = desk_fixture_ticket(f, "after a restart");
		assert_true(id > 0);
	}
	assert_ok(db_begin(f->d->db, "test", &err));
	db_rollback(f->d->db);
}

/* Waiting does not help against that, so nobody is told to wait. */
static void
pg__let_in_no_more__says_why_until_it_is(void **state)
{
	struct desk_fixture *f = *state;
	struct engine_conn *owner = NULL;
	struct err err = ERR_INIT;
	int64_t one;

	assert_ok(pg__session(f->uri, &owner, &err));
	assert_ok(pg__run(owner,
	    "DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I"
	    " FROM PUBLIC, %I', current_database(), current_user); END $$",
	    &err));
	assert_ok(pg__run(owner,
	    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
	    " WHERE datname = current_database()"
	    " AND pid <> pg_backend_pid()",
	    &err));
	/* The first one finds it lost, the next ones try and wait. */
	for (int i = 0; i < 3; i++)
		assert_rc(
		    db_int(f->d->db, &one, "SELECT 1", NO_BINDS, &err),
		    OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "GRANT CONNECT"));
	assert_ok(pg__run(owner,
	    "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I',"
	    " current_database(), current_user); END $$",
	    &err));
	pg__close(owner);
	desk_fixture_await_server(f);
}

/* The server would work on for the dead, whose lock nobody gets. */
static void
pg__killed_in_a_long_statement__lets_others_write(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND, n = 0;
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		struct db *db = NULL;

		if (db_open(f->uri, DB_OPEN, &db, &err) != 0 ||
		    db_begin(db, "test", &err) != 0)
			_exit(1);
		(void)db_int(
		    db, &n, "SELECT 1 FROM pg_sleep(50)", NO_BINDS, &err);
		_exit(2);
	}
	while (n == 0 && clock_mono_us() < until) {
		assert_ok(db_int(f->d->db, &n,
		    "SELECT count(*) FROM pg_stat_activity"
		    " WHERE datname = current_database()"
		    " AND wait_event = 'PgSleep'",
		    NO_BINDS, &err));
		poll(NULL, 0, 5);
	}
	assert_int_equal(n, 1);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_commit(f->d->db, &err));
}

static void
pg__error_in_a_transaction__takes_it_whole(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t before;

	before = teams(f);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(add_team(f, "twice", &err));
	assert_int_equal(add_team(f, "twice", &err), OD_ECONFLICT);
	assert_int_equal(add_team(f, "other", &err), OD_EIO);
	assert_int_equal(db_commit(f->d->db, &err), OD_EIO);
	assert_int_equal(teams(f), before);
	/* A savepoint keeps it to itself. */
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(add_team(f, "twice", &err));
	assert_ok(db_savepoint(f->d->db, &err));
	assert_int_equal(add_team(f, "twice", &err), OD_ECONFLICT);
	db_undo_savepoint(f->d->db);
	assert_ok(db_commit(f->d->db, &err));
	assert_int_equal(teams(f), before + 1);
}

static void
pg__values_of_other_types__are_prepared_anew(void **state)
{
	static const char sql[] = "SELECT $1";
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *text = NULL;
	int64_t n;

	for (int i = 0; i < 6; i++) {
		assert_ok(db_int(f->d->db, &n, sql, BINDS(b_int(i)), &err));
		assert_int_equal(n, i);
		assert_ok(
		    db_text(f->d->db, &text, sql, BINDS(b_text("ñ")), &err));
		assert_string_equal(text, "ñ");
		free(text);
		assert_ok(db_int(f->d->db, &n, sql, BINDS(b_null()), &err));
		assert_int_equal(n, 0);
	}
	/* What is no text there is mended, not refused. */
	assert_ok(
	    db_text(f->d->db, &text, sql, BINDS(b_textn("a\xff\0b", 4)), &err));
	assert_string_equal(text, "a\xef\xbf\xbd\xef\xbf\xbd"
				  "b");
	free(text);
}

static void
pg__commit_of_another__can_be_waited_for(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk *mate;
	struct pollfd p = {.events = POLLIN};
	int64_t before, after;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	mate = desk_fixture_open(f);
	assert_ok(db_change_token(mate->db, &before, &err));
	p.fd = db_bell_fd(mate->db);
	assert_true(p.fd >= 0);
	assert_int_equal(db_bell_fd(mate->db), -1); /* the same */
	assert_int_equal(poll(&p, 1, 0), 0);
	desk_fixture_ticket(f, "new");
	assert_int_equal(poll(&p, 1, 60000), 1);
	assert_ok(db_change_token(mate->db, &after, &err));
	assert_true(after != before);
	assert_int_equal(poll(&p, 1, 0), 0);
	close(p.fd);
	/* A new connection means that something may have been missed. */
	cut_all(f);
	while (db_change_token(mate->db, &before, &err) == OD_EUNAVAIL)
		;
	assert_true(after != before);
	p.fd = db_bell_fd(mate->db);
	assert_true(p.fd >= 0);
	close(p.fd);
	desk_close(&mate);
}

/* Whoever asks now and then learns of it all the same. */
static void
pg__notice_that_was_lost__is_made_up_for(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk *mate;
	int64_t before, after;
	PGnotify *notice;
	int lost = 0;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	mate = desk_fixture_open(f);
	assert_ok(db_change_token(mate->db, &before, &err));
	desk_fixture_ticket(f, "new");
	assert_ok(pg__run(mate->db->conn->ear, "SELECT 1", &err));
	while ((notice = PQnotifies(mate->db->conn->ear->pg)) != NULL) {
		PQfreemem(notice);
		lost++;
	}
	assert_int_equal(lost, 1);
	assert_ok(db_change_token(mate->db, &after, &err));
	assert_int_equal(after, before);
	clock_fake_advance(31 * US_PER_SECOND);
	assert_ok(db_change_token(mate->db, &after, &err));
	assert_int_not_equal(after, before);
	assert_ok(db_change_token(mate->db, &before, &err));
	assert_int_equal(after, before);
	desk_close(&mate);
}

static void
pg__keepers__share_and_a_migration_is_alone(void **state)
{
	struct desk_fixture *f = *state;
	struct engine_conn *one = NULL, *two = NULL, *none = NULL;
	struct err err = ERR_INIT;

	assert_false(pg__keeper_is_held(f->uri));
	assert_ok(pg__keeper_hold(f->uri, true, &one, &err));
	assert_ok(pg__keeper_hold(f->uri, true, &two, &err));
	assert_true(pg__keeper_is_held(f->uri));
	assert_rc(pg__keeper_hold(f->uri, false, &none, &err), OD_EUNAVAIL);
	assert_null(none);
	pg__keeper_leave(one);
	pg__keeper_leave(two);
	assert_ok(pg__keeper_hold(f->uri, false, &one, &err));
	pg__keeper_leave(one);
}

static void
pg__servers_trouble__has_its_sentence(void **state)
{
	static const struct {
		const char *sql;
		int code;
		const char *says;
	} cases[] = {
	    {"DO $$ BEGIN RAISE 'x' USING ERRCODE = '53100'; END $$", OD_EIO,
		"disk is full"},
	    {"DO $$ BEGIN RAISE 'x' USING ERRCODE = '53200'; END $$", OD_EIO,
		"memory"},
	    {"DO $$ BEGIN RAISE 'x' USING ERRCODE = '58030'; END $$", OD_EIO,
		"error of its disk"},
	    {"DO $$ BEGIN RAISE 'x' USING ERRCODE = '42501'; END $$",
		OD_EDENIED, "rights of the role that opdesk uses (x)"},
	    {"DO $$ BEGIN RAISE 'x' USING ERRCODE = '55P03'; END $$",
		OD_EUNAVAIL, "busy: another transaction"},
	};
	struct desk_fixture *f = *state;
	struct engine_conn *conn = NULL, *none = NULL;
	struct err err = ERR_INIT;

	assert_ok(pg__session(f->uri, &conn, &err));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_rc(pg__run(conn, cases[i].sql, &err), cases[i].code);
		assert_non_null(strstr(err.text, cases[i].says));
	}
	assert_ok(pg__run(conn,
	    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I"
	    " CONNECTION LIMIT 1', current_database()); END $$",
	    &err));
	assert_rc(pg__session(f->uri, &none, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "no room"));
	pg__close(conn);
}

/* A server may end sessions that idle; ours hold locks that tell who lives. */
static void
pg__sessions_of_a_hasty_server__stay(void **state)
{
	struct desk_fixture *f = *state;
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;
	int64_t hasty = 0;

	assert_ok(pg__session(f->uri, &conn, &err));
	if (PQserverVersion(conn->pg) < 140000) {
		pg__close(conn);
		return;
	}
	assert_ok(pg__run(conn,
	    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I"
	    " SET idle_session_timeout = 60000', current_database()); END $$",
	    &err));
	pg__close(conn);
	assert_ok(pg__session(f->uri, &conn, &err));
	assert_ok(pg__int(conn,
	    "SELECT CAST(current_setting('idle_session_timeout') <> '0' AS "
	    "INT)",
	    &hasty, &err));
	assert_int_equal(hasty, 0);
	pg__close(conn);
}

/* A console that only looks asks in ever new words, all day. */
static void
pg__many_words_outside_of_transactions__are_not_kept_for_ever(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sql[64];
	int64_t n;

	for (int i = 0; i < 1000; i++) {
		snprintf(sql, sizeof(sql), "SELECT %d + 0", i);
		assert_ok(db_int(f->d->db, &n, sql, NO_BINDS, &err));
		assert_int_equal(n, i);
	}
	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM pg_prepared_statements", NO_BINDS, &err));
	assert_in_range(n, 1, 300);
}

/* How many rows the server expects. */
static int64_t
expected_rows(struct desk *d, const char *sql)
{
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	int64_t n = 0;
	const char *rows;

	assert_ok(db_query(d->db, &st, sql, NO_BINDS, &err));
	assert_int_equal(stmt_step(st, &err), 1);
	rows = strstr(stmt_text(st, 0), " rows=");
	assert_non_null(rows);
	n = strtoll(rows + strlen(" rows="), NULL, 10);
	stmt_close(&st);
	return n;
}

/* It would hide from the server how many rows there are. */
static void
pg__plus_for_a_files_planner__is_left_out(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (int i = 0; i < 100; i++)
		desk_fixture_ticket(f, "one of many");
	assert_ok(db_begin(f->d->db, "analyze", &err));
	assert_ok(db_script(f->d->db, "ANALYZE tickets", &err));
	assert_ok(db_commit(f->d->db, &err));
	n = expected_rows(f->d,
	    "EXPLAIN SELECT t.id FROM tickets t"
	    " WHERE t.state = 0 AND t.alive = 1 AND t.category = ''");
	assert_true(n > 10);
	assert_int_equal(n, expected_rows(f->d,
	    "EXPLAIN SELECT t.id FROM tickets t WHERE +t.state = 0"
	    " AND +t.alive = 1 AND (+t.category = '' OR '+' = '-')"));
}

static void
pg__database_of_other_letters__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;
	char name[32], sql[128], uri[ENGINE_URI_SIZE];

	snprintf(name, sizeof(name), "ascii%d", (int)getpid());
	snprintf(sql, sizeof(sql),
	    "CREATE DATABASE %s ENCODING 'SQL_ASCII' TEMPLATE template0", name);
	assert_ok(pg__session(f->uri, &conn, &err));
	assert_ok(pg__run(conn, sql, &err));
	/* The shorter name of the scheme is known too. */
	snprintf(
	    uri, sizeof(uri), "postgres:///%s%s", name, strchr(f->uri, '?'));
	assert_rc(desk_create(uri, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "UTF-8"));
	snprintf(sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", name);
	assert_ok(pg__run(conn, sql, &err));
	pg__close(conn);
}

static void
pg__script__is_taken_apart_where_statements_end(void **state)
{
	static const char script[] =
	    "-- one; two\nSELECT ';'; SELECT \"a;b\";\n"
	    "CREATE FUNCTION f() AS $$ a; b; $$;\n-- end\n";
	static const size_t lens[] = {23, 14, 36, 8};
	const char *s = script;
	bool is_empty;

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		size_t n = pg__statement_len(s, &is_empty);

		assert_int_equal(n, lens[i]);
		assert_int_equal(is_empty, i == 3);
		s += n;
	}
	assert_string_equal(s, "");
	assert_true(pg__writes("UPDATE t SET a = 1"));
	assert_true(pg__writes("WITH c AS (SELECT 1) UPDATE t SET a = 1"));
	assert_false(pg__writes("WITH c AS (SELECT 1) SELECT * FROM c"));
	assert_false(pg__writes("SELECT a FROM t FOR UPDATE"));
	assert_int_equal(pg__parameters("SELECT $2, '$9', $1"), 2);
}

int
main(void)
{
	const struct CMUnitTest on_server[] = {
	    DESK_TEST(pg__lost_in_a_transaction__saves_nothing_and_says_so),
	    DESK_TEST(pg__lost_at_commit__is_not_called_saved),
	    DESK_TEST(pg__lost_between__begins_again_by_itself),
	    DESK_TEST(pg__let_in_no_more__says_why_until_it_is),
	    DESK_TEST(pg__error_in_a_transaction__takes_it_whole),
	    DESK_TEST(pg__killed_in_a_long_statement__lets_others_write),
	    DESK_TEST(pg__values_of_other_types__are_prepared_anew),
	    DESK_TEST(pg__commit_of_another__can_be_waited_for),
	    DESK_TEST(pg__notice_that_was_lost__is_made_up_for),
	    DESK_TEST(pg__keepers__share_and_a_migration_is_alone),
	    DESK_TEST(pg__servers_trouble__has_its_sentence),
	    DESK_TEST(pg__sessions_of_a_hasty_server__stay),
	    DESK_TEST(
		pg__many_words_outside_of_transactions__are_not_kept_for_ever),
	    DESK_TEST(pg__plus_for_a_files_planner__is_left_out),
	    DESK_TEST(pg__database_of_other_letters__is_refused),
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pg__script__is_taken_apart_where_statements_end),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	if (engine_is_postgres())
		rc += cmocka_run_group_tests(on_server, NULL, NULL);
	return rc;
}
