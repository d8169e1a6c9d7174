/*
 * Unit tests of db/engine/health and db/records/maintain, on both engines.
 *
 * Turned red by: dead rows that are compared with nothing; a maintenance that
 * frees nothing, or that leaves the tables unmeasured.
 */
#include "common/clock.h"
#include "db/engine/pg_int.h"
#include "db/records/maintain.h"
#include "tests/lib/desk_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define WAIT_US (60 * US_PER_SECOND)

static int
setup(void **state)
{
	static struct desk_fixture f;

	memset(&f, 0, sizeof(f));
	desk_fixture_make(&f);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	desk_fixture_remove(*state);
	return 0;
}

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("code %d: %s", rc, err->text);
}

static void
run(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;

	must(db_begin(db, "test", &err), &err);
	must(db_exec(db, sql, NO_BINDS, NULL, &err), &err);
	must(db_commit(db, &err), &err);
}

/* Rows that are gone at once, 24 MiB of them in a file. */
static void
fill_and_clear(struct db *db)
{
	run(db,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 6000) INSERT INTO meta(name, value)"
	    " SELECT 'test' || CAST(i AS TEXT), replace('"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',"
	    " 'x', '0123456789012345678901234567890123456789012345678901234567"
	    "89') FROM n");
	run(db, "DELETE FROM meta WHERE name LIKE 'test%'");
}

/* A server writes its figures down when it has time. */
static void
wait_for_dead_rows(struct db *db, struct health *h)
{
	const struct timespec pause = {0, 50000000};
	int64_t until_us = clock_mono_us() + WAIT_US;
	struct err err = ERR_INIT;

	do {
		must(db_health(db, h, &err), &err);
		if (h->dead_rows > 1000 && h->dead.count > 0 &&
		    h->stale.count > 0)
			return;
		nanosleep(&pause, NULL);
	} while (clock_mono_us() < until_us);
	fail_msg("no dead rows are seen");
}

static void
db_health__fresh_desk__is_well(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct health h;

	must(db_health(f->d->db, &h, &err), &err);
	assert_true(h.bytes > 0);
	assert_int_equal(h.dead.count, 0);
	assert_int_equal(h.whole.count, 0);
	assert_false(health_has_spare(&h));
	assert_false(health_has_long_log(&h));
	assert_true(engine_is_postgres() == (h.indexes > 0));
	assert_true(h.unused.count <= h.indexes);
}

static void
desk_maintain__after_a_big_clearing__frees_the_room(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct maintained m;
	struct health h;

	fill_and_clear(f->d->db);
	if (engine_is_postgres()) {
		wait_for_dead_rows(f->d->db, &h);
		assert_string_equal(h.dead.first, "meta");
		assert_true(health_is_poor(&h));
	}
	must(desk_maintain(f->d, &m, &err), &err);
	if (engine_is_postgres()) {
		assert_int_equal(m.before.dead.count, 1);
		assert_int_equal(m.after.dead.count, 0);
		assert_int_equal(m.after.stale.count, 0);
		assert_int_equal(m.given, 0);
		return;
	}
	assert_true(m.before.spare_bytes > 16 << 20);
	assert_true(m.after.spare_bytes < 8 << 20);
	assert_true(m.given > 1000);
	assert_true(m.log_emptied);
	assert_int_equal(m.after.log_bytes, 0);
}

/* The same desk as the server's superuser at a prompt. */
static struct engine_conn *
at_a_prompt(struct desk_fixture *f)
{
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;
	char uri[ENGINE_URI_SIZE];
	const char *user = strstr(f->uri, "user=opdesk");

	assert_non_null(user);
	snprintf(uri, sizeof(uri), "%.*suser=postgres&application_name=psql%s",
	    (int)(user - f->uri), f->uri, user + strlen("user=opdesk"));
	must(pg__session(uri, &conn, &err), &err);
	return conn;
}

/* Whoever is told that the desk is busy finds out by whom. */
static void
db_health__somebody_holds_rows__says_who(void **state)
{
	struct desk_fixture *f = *state;
	struct engine_conn *other;
	struct err err = ERR_INIT;
	struct health h;

	if (!engine_is_postgres())
		return;
	other = at_a_prompt(f);
	must(pg__run(other, "BEGIN; SELECT count(*) FROM tickets", &err), &err);
	must(db_health(f->d->db, &h, &err), &err);
	assert_int_equal(h.holders, 0);
	must(pg__run(other, "SELECT id FROM tenants FOR UPDATE", &err), &err);
	must(db_health(f->d->db, &h, &err), &err);
	assert_int_equal(h.holders, 1);
	assert_int_equal(h.holder_pid, PQbackendPID(other->pg));
	assert_string_equal(h.holder, "postgres");
	assert_string_equal(h.holder_program, "psql");
	assert_true(health_is_poor(&h));
	must(pg__run(other, "ROLLBACK", &err), &err);
	must(db_health(f->d->db, &h, &err), &err);
	assert_int_equal(h.holders, 0);
	pg__close(other);
}

/* What is much for one file is nothing for a big one. */
static void
health_is_poor__by_its_limits__says_so(void **state)
{
	struct health h = {.bytes = (int64_t)100 << 20};

	(void)state;
	assert_false(health_is_poor(&h));
	h.spare_bytes = (int64_t)80 << 20;
	assert_true(health_is_poor(&h));
	h.bytes = (int64_t)1000 << 20;
	assert_false(health_is_poor(&h));
	h.log_bytes = (int64_t)300 << 20;
	assert_true(health_is_poor(&h));
	h.log_bytes = 0;
	h.slow = 1;
	assert_true(health_is_poor(&h));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		db_health__fresh_desk__is_well, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		desk_maintain__after_a_big_clearing__frees_the_room, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		db_health__somebody_holds_rows__says_who, setup, teardown),
	    cmocka_unit_test(health_is_poor__by_its_limits__says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
