/*
 * Unit tests of db/engine/pg_outcome: what is said of a COMMIT whose answer
 * was lost is what the server has done.
 *
 * Turned red by: an outcome that is not asked for; one that takes "in
 * progress" for the end.
 *
 * PostgreSQL only: a file answers every COMMIT.
 */
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/pg_proxy.h"
#include <inttypes.h>
#include <stdio.h>

struct via { /* the desk once more, through a proxy */
	struct desk_fixture f;
	struct pg_proxy *proxy;
	struct db *db;
};

static int
setup(void **state)
{
	struct via *v = xcalloc(1, sizeof(*v));
	char through[ENGINE_URI_SIZE];
	struct err err = ERR_INIT;

	desk_fixture_make(&v->f);
	v->proxy = pg_proxy_start(v->f.uri, through);
	assert_ok(db_open(through, DB_OPEN, &v->db, &err));
	*state = v;
	return 0;
}

static int
teardown(void **state)
{
	struct via *v = *state;

	db_close(&v->db);
	pg_proxy_stop(v->proxy);
	desk_fixture_remove(&v->f);
	free(v);
	return 0;
}

static int
add_team(struct via *v, const char *name, struct err *err)
{
	return db_exec(v->db,
	    "INSERT INTO teams(tenant_id, name, created_at, updated_at)"
	    " VALUES($1, $2, 1, 1)",
	    BINDS(b_int(v->f.demo.id), b_text(name)), NULL, err);
}

static int64_t
teams(struct via *v, const char *name)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(
	    db_int(v->f.d->db, &n, "SELECT count(*) FROM teams WHERE name = $1",
		BINDS(b_text(name)), &err));
	return n;
}

static int
commit_and_lose(struct via *v, const char *name, enum pg_loss loss)
{
	struct err err = ERR_INIT;
	int rc;

	/* A checkpoint in between looks like a recovery's on this cluster. */
	engine_quiet(true);
	assert_ok(db_begin(v->db, "test", &err));
	assert_ok(add_team(v, name, &err));
	pg_proxy_lose(v->proxy, loss);
	rc = db_commit(v->db, &err);
	engine_quiet(false);
	assert_int_equal(rc, rc != 0 ? OD_EUNAVAIL : 0);
	if (rc != 0)
		assert_non_null(strstr(err.text, "nothing was saved"));
	return rc;
}

static void
outcome__lost_commit__is_what_the_server_did(void **state)
{
	static const struct {
		const char *name;
		enum pg_loss loss;
		bool is_saved;
	} cases[] = {
	    {"answered", PG_LOSE_NOTHING, true},
	    {"answer", PG_LOSE_ANSWER, true},
	    {"request", PG_LOSE_REQUEST, false},
	    /* Its transaction would be open for 30 s. */
	    {"client", PG_LOSE_CLIENT, false},
	    {"answer again", PG_LOSE_ANSWER, true},
	};
	struct via *v = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc = commit_and_lose(v, cases[i].name, cases[i].loss);

		if ((rc == 0) != cases[i].is_saved ||
		    teams(v, cases[i].name) != cases[i].is_saved)
			fail_msg("%s: %d, and %" PRId64 " rows", cases[i].name,
			    rc, teams(v, cases[i].name));
	}
}

static void
outcome__next_transaction__goes_its_own_way(void **state)
{
	struct via *v = *state;
	struct err err = ERR_INIT;

	assert_int_equal(commit_and_lose(v, "one", PG_LOSE_ANSWER), 0);
	assert_ok(db_begin(v->db, "test", &err));
	assert_ok(add_team(v, "two", &err));
	db_rollback(v->db);
	assert_int_equal(
	    commit_and_lose(v, "three", PG_LOSE_REQUEST), OD_EUNAVAIL);
	assert_ok(db_begin(v->db, "test", &err));
	assert_ok(add_team(v, "four", &err));
	assert_ok(db_commit(v->db, &err));
	assert_int_equal(teams(v, "one"), 1);
	assert_int_equal(teams(v, "two"), 0);
	assert_int_equal(teams(v, "three"), 0);
	assert_int_equal(teams(v, "four"), 1);
}

/* A transaction that is committed, or the reverse, and its mark. */
static void
run_marked(struct engine_conn *conn, const char *end)
{
	struct err err = ERR_INIT;

	assert_ok(engine_postgres.begin(conn, true, &err));
	assert_ok(
	    pg__run(conn, "CREATE TABLE IF NOT EXISTS x(n INTEGER)", &err));
	assert_ok(pg__run(conn, end, &err));
	conn->began = false;
}

static void
outcome__what_cannot_be_known__is_said_so(void **state)
{
	struct via *v = *state;
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;

	assert_ok(pg__session(v->f.uri, &conn, &err));
	run_marked(conn, "COMMIT");
	assert_int_equal(pg__outcome(conn), PG_COMMITTED);
	/* Another server, or an older copy of this one, took its place. */
	str_copy(conn->mark.history, sizeof(conn->mark.history), "1/00000001");
	assert_int_equal(pg__outcome(conn), PG_UNKNOWN);
	/* There was a checkpoint, and it was not that of a recovery. */
	run_marked(conn, "COMMIT");
	str_copy(conn->mark.flushed, sizeof(conn->mark.flushed), "0/1");
	assert_int_equal(pg__outcome(conn), PG_UNKNOWN);
	/* It is undone, whichever of two it was. */
	run_marked(conn, "ROLLBACK");
	assert_int_equal(pg__outcome(conn), PG_ABORTED);
	str_copy(conn->mark.flushed, sizeof(conn->mark.flushed), "0/1");
	assert_int_equal(pg__outcome(conn), PG_ABORTED);
	/* The server has not come to that number. */
	conn->mark.xid += 1000;
	assert_int_equal(pg__outcome(conn), PG_ABORTED);
	conn->mark.xid = 0;
	assert_int_equal(pg__outcome(conn), PG_UNKNOWN);
	pg__close(conn);
}

int
main(void)
{
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(outcome__lost_commit__is_what_the_server_did),
	    T(outcome__next_transaction__goes_its_own_way),
	    T(outcome__what_cannot_be_known__is_said_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
