/*
 * Unit tests of what a connection keeps in memory, and lets go of again.
 */
#include "db/core/db_int.h"
#include "db/engine/sqlite_int.h"
#include "tests/lib/engine.h"
#include "tests/lib/tmp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct tmp tmp;

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("code %d: %s", rc, err->text);
}

static struct db *
desk_with(enum db_mode mode)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(tmp_desk(&tmp, "desk.db"), mode, &db, &err), &err);
	return db;
}

static int64_t
ask(struct db *db, int number)
{
	struct err err = ERR_INIT;
	char sql[64];
	int64_t v;

	snprintf(sql, sizeof(sql), "SELECT %d + $1", number);
	must(db_int(db, &v, sql, BINDS(b_int(1)), &err), &err);
	return v;
}

static void
db_forget_statements__made_since__leave_the_others(void **state)
{
	static const char open[] = "SELECT $1 UNION ALL SELECT 9";
	struct db *db = desk_with(DB_CREATE);
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	bool stays = engine_is_postgres(); /* they are the server's */
	int64_t mark;
	int before;

	(void)state;
	ask(db, 1);
	before = db->cached;
	mark = db_statements_mark(db);
	for (int i = 1; i < 20; i++)
		ask(db, i); /* the first one is there already */
	must(db_query(db, &st, open, BINDS(b_int(7)), &err), &err);
	assert_int_equal(db->cached, before + 19);
	db_forget_statements(db, mark);
	assert_int_equal(db->cached, stays ? before + 19 : before + 1);
	/* What is being read goes on, and what went can be asked again. */
	assert_int_equal(stmt_step(st, &err), 1);
	assert_int_equal(stmt_int(st, 0), 7);
	stmt_close(&st);
	for (int i = 0; i < 20; i++)
		assert_int_equal(ask(db, i), i + 1);
	db_close(&db);
}

static int
cached_bytes(struct db *db)
{
	int now = 0, most = 0;

	sqlite3_db_status(
	    db->conn->db, SQLITE_DBSTATUS_CACHE_USED, &now, &most, 0);
	return now;
}

static void
fill(struct db *db)
{
	struct err err = ERR_INIT;

	must(db_begin(db, "test", &err), &err);
	must(db_script(db,
		 "CREATE TABLE t(body BLOB);"
		 "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
		 " WHERE i < 100) INSERT INTO t SELECT zeroblob(3500) FROM n",
		 &err),
	    &err);
	must(db_commit(db, &err), &err);
}

static void
db_release_memory__many_pages__are_read_again(void **state)
{
	struct db *db = desk_with(DB_CREATE);
	struct err err = ERR_INIT;
	int64_t sum;
	int full;

	(void)state;
	if (engine_is_postgres()) {
		db_release_memory(db); /* has none, and that is fine */
		db_close(&db);
		return;
	}
	fill(db);
	full = cached_bytes(db);
	assert_true(full > 100 * 3500);
	db_release_memory(db);
	assert_true(cached_bytes(db) < full / 10);
	must(
	    db_int(db, &sum, "SELECT sum(length(body)) FROM t", NO_BINDS, &err),
	    &err);
	assert_int_equal(sum, 350000);
	db_close(&db);
}

static int64_t
cache_size(struct db *db)
{
	struct err err = ERR_INIT;
	int64_t size;

	must(db_int(db, &size, "PRAGMA cache_size", NO_BINDS, &err), &err);
	return size;
}

static void
db_set_small_cache__later_opens__keep_less(void **state)
{
	SQLITE_ONLY("a server's pages are its own");

	struct db *before, *after;
	pid_t pid;
	int status;

	(void)state;
	before = desk_with(DB_CREATE);
	assert_int_equal(cache_size(before), -8000);
	if ((pid = fork()) == 0) { /* it is for good */
		db_set_small_cache();
		after = desk_with(DB_OPEN);
		_exit(cache_size(after) == -1000 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	db_close(&before);
}

static int
setup(void **state)
{
	(void)state;
	tmp_make(&tmp);
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
	    TEST(db_forget_statements__made_since__leave_the_others),
	    TEST(db_release_memory__many_pages__are_read_again),
	    TEST(db_set_small_cache__later_opens__keep_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
