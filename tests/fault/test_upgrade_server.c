/*
 * The program that upgrades a desk on a server is killed, or the server's
 * process that serves it is, ahead of each statement: whole steps are there or
 * nothing of them, and the next upgrade ends where one without trouble does.
 *
 * Desks of every schema that was ever on a server (tests/data, see
 * tools/make-fixture-postgres.sh) and a new desk.  The result is compared by
 * the server's catalogue with a fresh desk, and row by row with an upgrade
 * that nobody disturbed.  A killed backend takes all sessions of its cluster
 * along, so the cluster is this test's own.  KILL_STRIDE: only every so
 * many-th, more often for the first schema, whose upgrade has all steps.
 *
 * Turned red by: a step that commits before its version is noted (both ways);
 * a mending that leaves one table as it was.
 *
 * PostgreSQL only: tests/fault/test_power_upgrade.c is about files.
 */
#include "common/clock.h"
#include "db/engine/migrate.h"
#include "db/engine/pg_int.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/power.h"
#include "tests/lib/server_shape.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define STRIDE     24
#define BACK_US    (60 * US_PER_SECOND)
#define STATEMENTS 1000 /* more than there are */
#define ENDED      7    /* exit status: nothing was left to be done */
#define FRESH      0    /* instead of a fixture's number */

enum victim { PROGRAM, BACKEND };

static const struct migrate_options quietly = {.without_copy = true};
static struct tmp tmp;
static struct str fresh_shape;
static int fixture; /* for load */

/* ---- desks ---- */

static void
load(const char *uri)
{
	char path[64];
	int status;
	pid_t pid;

	snprintf(
	    path, sizeof(path), "tests/data/desk-schema-%d.sql.gz", fixture);
	assert_int_equal(access(path, R_OK), 0);
	if ((pid = fork()) == 0) {
		execlp("sh", "sh", "-c",
		    "gzip -dc \"$1\" | psql -qX -v ON_ERROR_STOP=1 \"$2\""
		    " >/dev/null",
		    "sh", path, uri, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A crash is got over sooner with few databases. */
static void
forget_desks(void)
{
	engine_drop(tmp.dir);
}

/* A new database for each call: the fixture in it, or nothing. */
static void
desk_of(int version, char uri[ENGINE_URI_SIZE])
{
	static int count;
	char name[32], template[32];

	fixture = version;
	snprintf(name, sizeof(name), "desk%d.db", ++count);
	snprintf(template, sizeof(template), "schema%d", version);
	if (version == FRESH)
		engine_uri(tmp_path(&tmp, name), uri);
	else
		engine_copy(template, tmp_path(&tmp, name), load, uri);
}

static int
run_upgrade(const char *uri, int version, struct db **db, struct err *err)
{
	int rc = db_open(uri, version == FRESH ? DB_CREATE : DB_OPEN, db, err);

	if (version == FRESH && rc == OD_ECONFLICT)
		rc = db_open(uri, DB_OPEN, db, err);
	return rc != 0 ? rc : migrate_run(*db, &quietly, err);
}

struct state {
	int version;
	struct str shape, rows;
};

static void
state_clear(struct state *s)
{
	str_free(&s->shape);
	str_free(&s->rows);
}

/* Of a desk, or of a database without one. */
static void
see(const char *uri, struct state *s)
{
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t tables;
	int min_writer, rc;

	str_init(&s->shape);
	str_init(&s->rows);
	s->version = 0;
	rc = db_open(uri, DB_READONLY, &db, &err);
	if (rc == OD_ENOTFOUND) {
		assert_ok(pg__session(uri, &conn, &err));
		assert_ok(pg__int(conn,
		    "SELECT count(*) FROM pg_class WHERE relnamespace ="
		    " CAST('public' AS regnamespace)",
		    &tables, &err));
		assert_int_equal(tables, 0);
		pg__close(conn);
		return;
	}
	assert_ok(rc);
	assert_ok(migrate_current(db, &s->version, &min_writer, &err));
	server_shape(db, &s->shape);
	server_rows(db, &s->rows);
	db_close(&db);
}

/* Each desk has an id of its own, which is in meta. */
static void
forget_meta(struct str *rows)
{
	char *at = strstr(rows->s, "meta ");

	assert_non_null(at);
	memset(at, '-', strcspn(at, "\n"));
}

static void
assert_same(const struct state *a, const struct state *b)
{
	char why[2000];

	assert_int_equal(a->version, b->version);
	server_difference(&a->shape, &b->shape, why, sizeof(why));
	if (why[0] != '\0')
		fail_msg("%s", why);
	server_difference(&a->rows, &b->rows, why, sizeof(why));
	if (why[0] != '\0')
		fail_msg("%s", why);
}

/* ---- the one who is killed ---- */

struct child {
	enum victim victim;
	struct db *db;
	int tell, go;
};

static void
at_statement(void *data)
{
	struct child *c = data;
	struct err err = ERR_INIT;
	int64_t backend = 0;
	char end;

	if (c->victim == PROGRAM)
		kill(getpid(), SIGKILL);
	if (db_int(c->db, &backend, "SELECT pg_backend_pid()", NO_BINDS,
		&err) != 0)
		_exit(3);
	if (write(c->tell, &backend, sizeof(backend)) != sizeof(backend) ||
	    read(c->go, &end, 1) != 1)
		_exit(4);
}

/* In a process of its own. */
static void
be_killed(struct child *c, const char *uri, int version, int n)
{
	struct err err = ERR_INIT;
	int rc;

	rc = db_open(uri, version == FRESH ? DB_CREATE : DB_OPEN, &c->db, &err);
	if (rc != 0) {
		fprintf(stderr, "child: %s\n", err.text);
		_exit(5);
	}
	db_call_before(c->db, n, at_statement, c);
	rc = migrate_run(c->db, &quietly, &err);
	if (rc == 0)
		_exit(ENDED);
	_exit(err.text[0] != '\0' ? 1 : 6);
}

/*
 * The server ends all its sessions when it notices that one was killed, which
 * may be later than the next one begins; so it has ended the witness first.
 */
static void
wait_for_server(const char *uri, struct engine_conn *witness)
{
	int64_t one, until = clock_mono_us() + BACK_US;
	struct engine_conn *conn = NULL;

	while (pg__int(witness, "SELECT 1", &one, NULL) == 0) {
		assert_true(clock_mono_us() < until);
		poll(NULL, 0, 5);
	}
	while (pg__session(uri, &conn, NULL) != 0) {
		assert_true(clock_mono_us() < until);
		poll(NULL, 0, 5);
	}
	pg__close(conn);
}

/* False: it came to the end. */
static bool
killed_at(enum victim victim, const char *uri, int version, int n)
{
	struct child c = {.victim = victim};
	struct engine_conn *witness = NULL;
	struct err err = ERR_INIT;
	int tell[2], go[2], status;
	int64_t backend;
	pid_t pid;

	assert_int_equal(pipe(tell), 0);
	assert_int_equal(pipe(go), 0);
	c.tell = tell[1];
	c.go = go[0];
	if ((pid = fork()) == 0) {
		close(tell[0]);
		close(go[1]);
		be_killed(&c, uri, version, n);
	}
	close(tell[1]);
	close(go[0]);
	if (read(tell[0], &backend, sizeof(backend)) == sizeof(backend)) {
		assert_true(backend > 1);
		assert_ok(pg__session(uri, &witness, &err));
		assert_int_equal(kill((pid_t)backend, SIGKILL), 0);
		assert_int_equal(write(go[1], "g", 1), 1);
	}
	close(tell[0]);
	close(go[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (witness != NULL)
		wait_for_server(uri, witness);
	pg__close(witness);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ENDED)
		return false;
	if (victim == PROGRAM)
		assert_true(WIFSIGNALED(status));
	else
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	return true;
}

static void
kill_at_each(enum victim victim, int version, int stride)
{
	struct state before, wanted, now;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	char uri[ENGINE_URI_SIZE];
	int kills = 0;
	bool killed = true;

	desk_of(version, uri);
	see(uri, &before);
	assert_int_equal(before.version, version);
	assert_ok(run_upgrade(uri, version, &db, &err));
	db_close(&db);
	see(uri, &wanted);
	if (version == FRESH)
		forget_meta(&wanted.rows);
	for (int n = 1; killed; n += stride) {
		assert_true(n < STATEMENTS);
		desk_of(version, uri);
		killed = killed_at(victim, uri, version, n);
		see(uri, &now);
		if (now.version == version && version != FRESH)
			assert_same(&now, &before);
		state_clear(&now);
		assert_ok(run_upgrade(uri, version, &db, &err));
		db_close(&db);
		see(uri, &now);
		if (version == FRESH)
			forget_meta(&now.rows);
		assert_same(&now, &wanted);
		state_clear(&now);
		forget_desks();
		kills += killed;
	}
	print_message("schema %d: killed %d times\n", version, kills);
	assert_true(kills > 0);
	state_clear(&before);
	state_clear(&wanted);
}

static void
killed(enum victim victim)
{
	int stride = power_number("KILL_STRIDE", STRIDE);

	/* The first one goes through the steps of all others. */
	kill_at_each(victim, 1, stride == 1 ? 1 : victim == PROGRAM ? 8 : 24);
	for (int v = 2; v < SCHEMA_VERSION; v++)
		if (victim == PROGRAM || stride == 1)
			kill_at_each(victim, v, stride);
	kill_at_each(victim, FRESH, stride);
}

static void
upgrade__program_killed__ends_as_without(void **state)
{
	(void)state;
	killed(PROGRAM);
}

static void
upgrade__backend_killed__ends_as_without(void **state)
{
	(void)state;
	killed(BACKEND);
}

/* ---- and without anybody killed ---- */

static void
upgrade__every_schema__is_as_a_fresh_one(void **state)
{
	char uri[ENGINE_URI_SIZE], why[2000];
	struct err err = ERR_INIT;
	struct state now;
	struct db *db = NULL;

	(void)state;
	for (int v = 1; v <= SCHEMA_VERSION; v++) {
		desk_of(v, uri);
		assert_ok(run_upgrade(uri, v, &db, &err));
		assert_ok(db_verify(db, &err));
		db_close(&db);
		see(uri, &now);
		server_difference(&now.shape, &fresh_shape, why, sizeof(why));
		if (why[0] != '\0')
			fail_msg("schema %d: %s", v, why);
		state_clear(&now);
	}
}

static int
setup(void **state)
{
	char uri[ENGINE_URI_SIZE];
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	tmp_make(&tmp);
	desk_of(FRESH, uri);
	if (run_upgrade(uri, FRESH, &db, &err) != 0)
		fail_msg("%s", err.text);
	server_shape(db, &fresh_shape);
	db_close(&db);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_remove(&tmp);
	str_free(&fresh_shape);
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(upgrade__every_schema__is_as_a_fresh_one),
	    cmocka_unit_test(upgrade__program_killed__ends_as_without),
	    cmocka_unit_test(upgrade__backend_killed__ends_as_without),
	};

	(void)argc;
	engine_own_cluster(argv[0]);
	return cmocka_run_group_tests(tests, setup, teardown);
}
