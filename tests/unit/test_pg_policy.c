/*
 * Unit tests of db/engine/pg_policy: what a server shows and takes when a
 * statement forgets to name its tenant, which none of ours does.
 *
 * PostgreSQL only: a file knows no policies.
 */
#include "common/clock.h"
#include "db/engine/migrate.h"
#include "db/engine/pg_int.h"
#include "db/engine/server.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>

#define FORGETFUL "SELECT count(*) FROM teams WHERE name = 'Support'"

static int64_t
number(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(db, &n, sql, NO_BINDS, &err));
	return n;
}

static int64_t
changed(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, sql, BINDS(b_int(f->other.id)), &n, &err));
	assert_ok(db_commit(f->d->db, &err));
	return n;
}

static void
policy__forgotten_tenant__neither_seen_nor_written(void **state)
{
	static const char insert[] =
	    "INSERT INTO teams(tenant_id, name, created_at, updated_at)"
	    " VALUES($1, 'x', 1, 1)";
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	assert_int_equal(number(f->d->db, FORGETFUL), 1);
	assert_int_equal(
	    changed(f, "UPDATE teams SET name = 'y' WHERE tenant_id = $1"), 0);
	assert_int_equal(
	    changed(f, "DELETE FROM settings WHERE tenant_id >= $1"), 0);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_rc(
	    db_exec(f->d->db, insert, BINDS(b_int(f->other.id)), NULL, &err),
	    OD_EDENIED);
	db_rollback(f->d->db);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_rc(db_exec(f->d->db,
		      "UPDATE teams SET tenant_id = $1 WHERE name = 'Sales'",
		      BINDS(b_int(f->other.id)), NULL, &err),
	    OD_EDENIED);
	db_rollback(f->d->db);
	desk_see_all(f->d);
	assert_int_equal(number(f->d->db, FORGETFUL), 2);
	assert_int_equal(changed(f, insert), 1);
	desk_see_own(f->d);
	assert_int_equal(number(f->d->db, FORGETFUL), 1);
}

static void
policy__tenant_changes_within__follows_and_is_undone(void **state)
{
	static const char mine[] = "SELECT tenant_id FROM teams LIMIT 1";
	struct desk_fixture *f = *state;
	struct db *db = f->d->db;
	struct err err = ERR_INIT;

	for (int i = 0; i < 3; i++) { /* in three ways the end may come */
		db_set_tenant(db, f->demo.id);
		assert_int_equal(number(db, mine), f->demo.id);
		assert_ok(db_begin(db, "test", &err));
		assert_ok(db_savepoint(db, &err));
		db_set_tenant(db, f->other.id);
		assert_int_equal(number(db, mine), f->other.id);
		if (i == 0)
			assert_ok(db_release(db, &err));
		else
			db_undo_savepoint(db);
		assert_int_equal(number(db, mine), f->other.id);
		if (i == 2)
			assert_ok(db_commit(db, &err));
		else
			db_rollback(db);
		assert_int_equal(number(db, mine), f->other.id);
		db_set_tenant(db, 0);
		assert_int_equal(number(db, FORGETFUL), 2);
	}
}

static void
policy__new_connection__is_told_again(void **state)
{
	struct desk_fixture *f = *state;
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND, n;
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;
	int rc;

	assert_int_equal(number(f->d->db, FORGETFUL), 1);
	assert_ok(pg__session(f->uri, &conn, &err));
	assert_ok(pg__run(conn,
	    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
	    " WHERE datname = current_database() AND pid <> pg_backend_pid()",
	    &err));
	/* Where nobody says whose, as at a prompt, nothing is shown. */
	assert_ok(pg__int(conn, FORGETFUL, &n, &err));
	assert_int_equal(n, 2);
	assert_ok(pg__run(conn, "RESET opdesk.tenant", &err));
	assert_ok(pg__int(conn, FORGETFUL, &n, &err));
	assert_int_equal(n, 0);
	pg__close(conn);
	do {
		rc = db_int(f->d->db, &n, FORGETFUL, NO_BINDS, &err);
	} while (rc == OD_EUNAVAIL && clock_mono_us() < until);
	assert_ok(rc);
	assert_int_equal(n, 1);
}

static void
policy__every_table_of_tenants__has_it(void **state)
{
	static const char without[] =
	    "SELECT count(*) FROM pg_class c JOIN pg_attribute a"
	    " ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
	    " WHERE c.relnamespace = 'public'::regnamespace"
	    " AND c.relkind = 'r' AND NOT (c.relforcerowsecurity"
	    " AND c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy p"
	    " WHERE p.polrelid = c.oid))";
	struct desk_fixture *f = *state;

	assert_int_equal(number(f->d->db, without), 0);
	assert_true(number(f->d->db, "SELECT count(*) FROM pg_policy") > 20);
}

/* As an owner may; none of it stays after an upgrade. */
static void
policy__loosened__is_seen_and_mended(void **state)
{
	static const char *const loosened[] = {
	    "ALTER TABLE teams NO FORCE ROW LEVEL SECURITY",
	    "ALTER TABLE teams DISABLE ROW LEVEL SECURITY",
	    "CREATE POLICY more ON teams USING (true)",
	    "DROP POLICY tenant ON teams",
	    "ALTER POLICY tenant ON teams USING (true)",
	    "CREATE POLICY more ON search_texts USING (true)",
	};
	struct desk_fixture *f = *state;
	struct db *db = f->d->db;
	struct err err = ERR_INIT;
	char first[64];
	int64_t n;

	for (size_t i = 0; i < sizeof(loosened) / sizeof(loosened[0]); i++) {
		assert_ok(db_begin(db, "test", &err));
		assert_ok(db_script(db, loosened[i], &err));
		assert_ok(db_commit(db, &err));
		assert_ok(server_unguarded(db, &n, first, &err));
		assert_int_equal(n, 1);
		assert_non_null(strstr(loosened[i], first));
		assert_ok(migrate_run(db, NULL, &err));
		assert_ok(server_unguarded(db, &n, first, &err));
		assert_int_equal(n, 0);
		assert_int_equal(number(db, FORGETFUL), 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(policy__forgotten_tenant__neither_seen_nor_written),
	    DESK_TEST(policy__tenant_changes_within__follows_and_is_undone),
	    DESK_TEST(policy__new_connection__is_told_again),
	    DESK_TEST(policy__every_table_of_tenants__has_it),
	    DESK_TEST(policy__loosened__is_seen_and_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
