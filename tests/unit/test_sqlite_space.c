/*
 * Files that give back what they do not need.
 *
 * Turned red by: a copy without its own auto_vacuum; a file that keeps none of
 * the room for later.
 *
 * SQLite only: a server keeps its own files.
 */
#include "db/engine/migrate.h"
#include "db/engine/sqlite_int.h"
#include "tests/lib/tmp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct tmp tmp;

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

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("code %d: %s", rc, err->text);
}

static const char *
desk_path(void)
{
	return tmp_path(&tmp, "desk.db");
}

static void
make_desk(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	must(migrate_run(db, NULL, &err), &err);
	db_close(&db);
}

/* Whatever SQLite itself accepts, without our checks. */
static void
raw(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(desk_path(), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
run(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;

	must(db_begin(db, "test", &err), &err);
	must(db_script(db, sql, &err), &err);
	must(db_commit(db, &err), &err);
}

static int64_t
number(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	must(db_int(db, &n, sql, NO_BINDS, &err), &err);
	return n;
}

static int64_t
give_back(struct db *db)
{
	struct err err = ERR_INIT;
	int64_t given;

	must(db_begin(db, "test", &err), &err);
	must(db_give_back(db, &given, &err), &err);
	must(db_commit(db, &err), &err);
	return given;
}

#define SHRINKS "SELECT auto_vacuum FROM pragma_auto_vacuum"
#define EMPTY   "SELECT freelist_count FROM pragma_freelist_count"
#define PAGES   "SELECT page_count FROM pragma_page_count"

/* The desk of an opdesk that did not know how; its copy is a new one. */
static void
db_give_back__older_desk__stays_and_its_copy_shrinks(void **state)
{
	static const char fill[] =
	    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 3000) INSERT INTO meta(name, value)"
	    " SELECT 'test' || i, hex(zeroblob(4000)) FROM n";
	static const char clear[] = "DELETE FROM meta WHERE name LIKE 'test%'";
	char copy[TMP_SIZE];
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t all;
	bool can;

	(void)state;
	make_desk();
	raw("PRAGMA journal_mode=DELETE; PRAGMA auto_vacuum=NONE; VACUUM;"
	    " PRAGMA journal_mode=WAL");
	raw(fill);
	raw(clear);
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	assert_int_equal(number(db, SHRINKS), 0);
	must(db_can_give_back(db, &can, &err), &err);
	assert_false(can);
	all = number(db, PAGES);
	assert_int_equal(give_back(db), 0);
	assert_int_equal(number(db, PAGES), all);
	str_copy(copy, sizeof(copy), tmp_path(&tmp, "copy.db"));
	must(db_copy(db, copy, &err), &err);
	assert_int_equal(number(db, SHRINKS), 0);
	db_close(&db);
	must(db_open(copy, DB_OPEN, &db, &err), &err);
	assert_int_equal(number(db, SHRINKS), 2);
	must(db_can_give_back(db, &can, &err), &err);
	assert_true(can);
	assert_true(number(db, PAGES) < all / 2);
	/* What is new gives back all but what stays for later. */
	run(db, fill);
	run(db, clear);
	all = number(db, PAGES);
	while (give_back(db) > 0)
		;
	assert_true(number(db, PAGES) < all / 2);
	assert_true(number(db, EMPTY) >= 1024);
	must(db_verify_indexes(db, &err), &err);
	db_close(&db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		db_give_back__older_desk__stays_and_its_copy_shrinks, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
