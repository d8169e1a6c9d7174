/*
 * A desk of many rows is brought from the first schema to the last: killed in
 * the middle of each step, and then to its end, whose time is printed.  What
 * comes out has the rows that it had, the schema of a fresh desk, and what the
 * steps fill in is right for each row.
 *
 * UPGRADE_ROWS: so many tickets, and messages.
 *
 * Turned red by: a step that commits before its version is noted; an UPDATE of
 * a step that leaves out every hundredth row.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "db/engine/keeper.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/old_desk.h"
#include "tests/lib/power.h"
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROWS      10000
#define TEAMS     5
#define OPERATORS 10
#define WAIT_US   (300 * US_PER_SECOND) /* for the dead one's locks */

static struct tmp tmp;
static char uri[TMP_SIZE];
static int64_t rows;

/* ---- the desk as a program of schema 1 left it ---- */

static const char small[] =
    "INSERT INTO tenants(slug, name, rehearsal, lang, zone, created_at,"
    " updated_at) VALUES('a', 'A', 1, 'es', 'UTC', 1, 1);"
    "INSERT INTO companies(tenant_id, name, name_folded, created_at,"
    " updated_at) VALUES(1, 'c', 'c', 1, 1);"
    "INSERT INTO divisions(tenant_id, company_id, name, created_at,"
    " updated_at) VALUES(1, 1, 'd', 1, 1);";

/* Numbers from 1 to the one bound, on either engine. */
#define COUNTED                                                                \
	"WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL"           \
	" SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT))"

static const struct {
	const char *sql;
	int64_t count; /* 0: rows */
} large[] = {
    {"INSERT INTO teams(tenant_id, name, created_at, updated_at) " COUNTED
     " SELECT 1, 'team ' || i, 1, 1 FROM n",
	TEAMS},
    {"INSERT INTO operators(tenant_id, login, full_name, role, team_id,"
     " created_at, updated_at) " COUNTED
     " SELECT 1, 'op' || i, 'Op', 0, 1 + i % 5, 1, 1 FROM n",
	OPERATORS},
    {"INSERT INTO contacts(tenant_id, division_id, full_name, name_folded,"
     " created_at, updated_at) " COUNTED " SELECT 1, 1, 'x', 'x', 1, 1 FROM n",
	100},
    {"INSERT INTO conversations(tenant_id, contact_id, channel, channel_kind,"
     " peer, state, operator_id, last_message_us, created_at,"
     " updated_at) " COUNTED
     " SELECT 1, 1 + i % 100, 'w', 1, CAST(i AS TEXT), 2,"
     " CASE WHEN i % 3 = 0 THEN 1 + i % 10 END, i, 1, 1 FROM n",
	0},
    {"INSERT INTO messages(tenant_id, conversation_id, channel, inbound, role,"
     " kind, kind_name, body, state, at_us, created_at, updated_at) " COUNTED
     " SELECT 1, i, 'w', 0, 1, 1, 'text', 'x', 1, i, 1, 1 FROM n",
	0},
    {"INSERT INTO outbox(tenant_id, channel, kind, record_id, callback,"
     " intent, state, next_try_us, created_at, updated_at) " COUNTED
     " SELECT 1, 'w', 1, i, CAST(i AS TEXT), '{}', 2, 1, 1, 1 FROM n",
	0},
    {"INSERT INTO tickets(tenant_id, number, subject, contact_id, team_id,"
     " operator_id, priority, urgency, impact, source, state, created_at,"
     " updated_at) " COUNTED " SELECT 1, i, 'x', 1 + i % 100,"
     " CASE WHEN i % 2 = 0 THEN 1 + i % 5 END,"
     " CASE WHEN i % 3 = 0 THEN 1 + i % 10 END, 2, 2, 2, 0, i % 5, 1, i"
     " FROM n",
	0},
};

static void
fill(struct db *db)
{
	const char *patience = db->engine->catalogue->patience;
	struct err err = ERR_INIT;

	assert_ok(db_begin(db, "fill", &err));
	if (patience != NULL)
		assert_ok(db_script(db, patience, &err));
	assert_ok(db_script(db, small, &err));
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		assert_ok(db_exec(db, large[i].sql,
		    BINDS(b_int(large[i].count != 0 ? large[i].count : rows)),
		    NULL, &err));
	assert_ok(db_commit(db, &err));
}

static int64_t
count(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(db, &n, sql, NO_BINDS, &err));
	return n;
}

/* ---- upgrades ---- */

static int
run_upgrade(const struct migrate_options *o, struct err *err)
{
	struct db *db = NULL;
	int rc;

	if ((rc = db_open(uri, DB_OPEN, &db, err)) == 0)
		rc = migrate_run(db, o, err);
	db_close(&db);
	return rc;
}

struct child {
	int version, tell;
};

static void
tell_step(int version, const char *title, void *data)
{
	const struct child *c = data;

	(void)title;
	if (version == c->version && write(c->tell, "s", 1) != 1)
		_exit(3);
}

/* While that step is under way, or just after: nobody can know. */
static void
kill_in_step(int version)
{
	int64_t moment = (int64_t)random_below((uint32_t)(rows * 2 + 1000));
	int tell[2], status;
	pid_t pid;
	char c;

	assert_int_equal(pipe(tell), 0);
	if ((pid = fork()) == 0) {
		struct child me = {version, tell[1]};
		const struct migrate_options o = {
		    .without_copy = true, .progress = tell_step, .data = &me};
		struct err err = ERR_INIT;
		int rc;

		close(tell[0]);
		while ((rc = run_upgrade(&o, &err)) == OD_EUNAVAIL)
			poll(NULL, 0, 20); /* the last dead one's locks */
		fprintf(stderr, "%s", rc != 0 ? err.text : "");
		_exit(rc != 0);
	}
	close(tell[1]);
	/* Nothing when the one before came to the end of this step. */
	if (read(tell[0], &c, 1) == 1) {
		clock_nanosleep(CLOCK_MONOTONIC, 0,
		    &(struct timespec){
			moment / 1000000, moment % 1000000 * 1000},
		    NULL);
		kill(pid, SIGKILL);
	}
	close(tell[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

static void
check_whole_step(int version)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int now, min_writer;

	/* What the dead one's session was told to do, it does to its end. */
	if (engine_is_postgres())
		engine_await_alone(uri);
	assert_ok(db_open(uri, DB_READONLY, &db, &err));
	assert_ok(migrate_current(db, &now, &min_writer, &err));
	assert_true(now >= version - 1);
	assert_int_equal(count(db, "SELECT count(*) FROM tickets"), rows);
	db_close(&db);
}

static void
check_rows(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	assert_ok(db_open(uri, DB_OPEN, &db, &err));
	assert_ok(db_verify(db, &err));
	assert_int_equal(count(db, "SELECT count(*) FROM tickets"), rows);
	assert_int_equal(count(db, "SELECT count(*) FROM messages"), rows);
	assert_int_equal(count(db, "SELECT count(*) FROM outbox"
				   " WHERE conversation_id = record_id"),
	    rows);
	assert_int_equal(
	    count(db, "SELECT count(*) FROM tickets"
		      " WHERE reach = 2 * COALESCE(team_id,"
		      " (SELECT o.team_id FROM operators o"
		      " WHERE o.id = tickets.operator_id), 0)"
		      " + CASE WHEN operator_id IS NULL THEN 1 ELSE 0 END"),
	    rows);
	assert_int_equal(
	    count(db, "SELECT count(*) FROM conversations WHERE reach ="
		      " CASE WHEN operator_id IS NULL THEN 1 ELSE 2 *"
		      " (SELECT o.team_id FROM operators o"
		      " WHERE o.id = conversations.operator_id) END"),
	    rows);
	db_close(&db);
}

static void
upgrade__many_rows__are_all_there(void **state)
{
	const struct migrate_options o = {.without_copy = engine_is_postgres()};
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t since;
	int rc;

	(void)state;
	assert_ok(db_open(uri, DB_CREATE, &db, &err));
	assert_ok(old_desk_make(db, 1, &err));
	since = clock_mono_us();
	fill(db);
	db_close(&db);
	print_message("%" PRId64 " tickets and messages made: %.1f s\n", rows,
	    (double)(clock_mono_us() - since) / US_PER_SECOND);
	for (int v = 2; v <= SCHEMA_VERSION; v++) {
		kill_in_step(v);
		check_whole_step(v);
	}
	since = clock_mono_us();
	while ((rc = run_upgrade(&o, &err)) == OD_EUNAVAIL &&
	       clock_mono_us() - since < WAIT_US)
		poll(NULL, 0, 20);
	assert_ok(rc);
	print_message("what was left of the upgrade: %.1f s\n",
	    (double)(clock_mono_us() - since) / US_PER_SECOND);
	check_rows();
}

/* From the first schema at once, nobody killed: the figure. */
static void
upgrade__undisturbed__tells_its_time(void **state)
{
	const struct migrate_options o = {.without_copy = engine_is_postgres()};
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t since;

	(void)state;
	assert_ok(db_open(uri, DB_CREATE, &db, &err));
	assert_ok(old_desk_make(db, 1, &err));
	fill(db);
	db_close(&db);
	since = clock_mono_us();
	assert_ok(run_upgrade(&o, &err));
	print_message("upgrade.%" PRId64 "_rows.s: %.1f\n", rows,
	    (double)(clock_mono_us() - since) / US_PER_SECOND);
	check_rows();
}

static int
setup(void **state)
{
	(void)state;
	rows = power_number("UPGRADE_ROWS", ROWS);
	tmp_make(&tmp);
	strcpy(uri, tmp_desk(&tmp, "desk.db"));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_remove(&tmp);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(upgrade__many_rows__are_all_there),
	    TEST(upgrade__undisturbed__tells_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
