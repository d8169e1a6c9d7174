/*
 * Unit tests of db/engine/migrate: whole steps or nothing.
 *
 * SQLite only: older desks are made as files.
 */
#include "common/digest.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate_int.h"
#include "tests/lib/old_desk.h"
#include "tests/lib/tmp.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

/* Each step makes a table of its number and fills the one before. */
static const struct migration steps[] = {
    {1, 1, 1, "first",
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);"
	"CREATE TABLE schema(version INTEGER, min_writer INTEGER);"
	"CREATE TABLE t1(id INTEGER PRIMARY KEY, body TEXT);"
	"INSERT INTO t1(body) VALUES('one');"},
    {2, 1, 1, "second",
	"CREATE TABLE t2(id INTEGER PRIMARY KEY, body TEXT);"
	"INSERT INTO t1(body) VALUES('two');"
	"CREATE INDEX t2_body ON t2(body);"},
    {3, 3, SCHEMA_VERSION + 1, "third",
	"ALTER TABLE t1 ADD COLUMN extra TEXT NOT NULL DEFAULT 'x';"
	"CREATE TABLE t3(id INTEGER PRIMARY KEY, body TEXT);"
	"INSERT INTO t1(body) VALUES('three');"},
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

static struct tmp tmp;

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

static struct db *
open_desk(enum db_mode mode)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(desk_path(), mode, &db, &err), &err);
	return db;
}

static int
version_of(struct db *db)
{
	struct err err = ERR_INIT;
	int version, min_writer;

	must(migrate_current(db, &version, &min_writer, &err), &err);
	return version;
}

static int64_t
number(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	must(db_int(db, &n, sql, NO_BINDS, &err), &err);
	return n;
}

/* What is there is exactly what its version says. */
static void
assert_is_version(struct db *db, int version)
{
	assert_int_equal(version_of(db), version);
	assert_int_equal(number(db, "SELECT count(*) FROM sqlite_schema "
				    "WHERE name IN ('t1', 't2', 't3')"),
	    version);
	if (version > 0)
		assert_int_equal(
		    number(db, "SELECT count(*) FROM t1"), version);
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

static void
count_steps(int version, const char *title, void *data)
{
	assert_true(version > 0 && title[0] != '\0');
	++*(int *)data;
}

static void
migrate_run__new_desk__has_the_programs_schema(void **state)
{
	struct db *db = open_desk(DB_CREATE);
	struct err err = ERR_INIT;
	int version, min_writer, told = 0;
	const struct migrate_options o = {
	    .progress = count_steps, .data = &told};

	(void)state;
	must(migrate_current(db, &version, &min_writer, &err), &err);
	assert_int_equal(version, 0);
	must(migrate_run(db, &o, &err), &err);
	assert_int_equal(told, SCHEMA_VERSION);
	must(migrate_current(db, &version, &min_writer, &err), &err);
	assert_int_equal(version, SCHEMA_VERSION);
	assert_true(min_writer >= 1 && min_writer <= SCHEMA_VERSION);
	must(db_verify(db, &err), &err);
	must(migrate_run(db, &o, &err), &err);
	assert_int_equal(told, SCHEMA_VERSION); /* nothing was to be done */
	db_close(&db);
	assert_int_not_equal(
	    access(tmp_path(&tmp, "desk.db.before-1"), F_OK), 0);
}

static void
migrate__older_desk__is_copied_and_upgraded(void **state)
{
	struct db *db = open_desk(DB_CREATE);
	struct err err = ERR_INIT;
	int version, min_writer;
	struct stat st;

	(void)state;
	must(migrate__run_steps(db, steps, 1, NULL, &err), &err);
	assert_is_version(db, 1);
	must(migrate__run_steps(db, steps, STEPS, NULL, &err), &err);
	assert_is_version(db, 3);
	must(migrate_current(db, &version, &min_writer, &err), &err);
	assert_int_equal(min_writer, 3);
	assert_int_equal(number(db, "SELECT CAST(value AS INTEGER) FROM meta "
				    "WHERE name = 'min_reader'"),
	    SCHEMA_VERSION + 1);
	db_close(&db);
	assert_int_equal(stat(tmp_path(&tmp, "desk.db.before-3"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	must(db_open(tmp_path(&tmp, "desk.db.before-3"), DB_OPEN, &db, &err),
	    &err);
	assert_is_version(db, 1);
	db_close(&db);
	/* This program knows less than the steps of the test. */
	assert_int_equal(db_open(desk_path(), DB_OPEN, &db, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "newer"));
}

/* Two messages and a receipt, one of them sent already. */
static const char old_rows[] =
    "INSERT INTO tenants(slug, name, rehearsal, lang, zone, created_at,"
    " updated_at) VALUES('a', 'A', 1, 'es', 'UTC', 1, 1);"
    "INSERT INTO companies(tenant_id, name, name_folded, created_at,"
    " updated_at) VALUES(1, 'c', 'c', 1, 1);"
    "INSERT INTO divisions(tenant_id, company_id, name, created_at,"
    " updated_at) VALUES(1, 1, 'd', 1, 1);"
    "INSERT INTO contacts(tenant_id, division_id, full_name, name_folded,"
    " created_at, updated_at) VALUES(1, 1, 'x', 'x', 1, 1);"
    "INSERT INTO conversations(tenant_id, contact_id, channel, channel_kind,"
    " peer, state, last_message_us, created_at, updated_at)"
    " VALUES(1, 1, 'w', 1, '1', 2, 1, 1, 1), (1, 1, 'w', 1, '2', 0, 1, 1, 1);"
    "INSERT INTO messages(tenant_id, conversation_id, channel, inbound, role,"
    " kind, kind_name, body, state, at_us, created_at, updated_at)"
    " VALUES(1, 2, 'w', 0, 1, 1, 'text', 'x', 1, 1, 1, 1),"
    " (1, 1, 'w', 0, 1, 1, 'text', 'x', 0, 1, 1, 1);"
    "INSERT INTO outbox(tenant_id, channel, kind, record_id, callback, intent,"
    " state, next_try_us, created_at, updated_at)"
    " VALUES(1, 'w', 1, 1, 'a', '{}', 2, 1, 1, 1),"
    " (1, 'w', 1, 2, 'b', '{}', 0, 1, 1, 1),"
    " (1, 'w', 2, 2, 'c', '{}', 0, 1, 1, 1);";

static void
migrate_run__desk_of_schema_1__is_as_a_fresh_one(void **state)
{
	struct db *db = open_desk(DB_CREATE);
	struct err err = ERR_INIT;
	char *text = NULL;

	(void)state;
	must(old_desk_make(db, 1, &err), &err);
	assert_int_equal(version_of(db), 1);
	must(db_verify(db, &err), &err);
	must(db_begin(db, "test", &err), &err);
	must(db_script(db, old_rows, &err), &err);
	must(db_commit(db, &err), &err);
	must(migrate_run(db, NULL, &err), &err);
	assert_int_equal(version_of(db), SCHEMA_VERSION);
	must(db_verify(db, &err), &err);
	must(db_text(db, &text,
		 "SELECT group_concat(callback || ':' ||"
		 " coalesce(conversation_id, '-')) FROM outbox",
		 NO_BINDS, &err),
	    &err);
	assert_string_equal(text, "a:2,b:1,c:-");
	free(text);
	db_close(&db);
}

static void
migrate__newer_desk__is_refused(void **state)
{
	struct db *db = open_desk(DB_CREATE);
	struct err err = ERR_INIT;

	(void)state;
	must(migrate__run_steps(db, steps, 2, NULL, &err), &err);
	assert_int_equal(
	    migrate__run_steps(db, steps, 1, NULL, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "newer"));
	assert_is_version(db, 2);
	db_close(&db);
}

/* The n-th write fails, for each n of two steps, on a fresh desk each. */
static void
migrate__every_write_failing__leaves_whole_steps(void **state)
{
	enum { WRITES = 8 }; /* of a step: three, its version and id, commit */
	int rc = -1, n;

	(void)state;
	for (n = 1; rc != 0; n++) {
		struct db *db = open_desk(DB_CREATE);
		struct err err = ERR_INIT;

		must(migrate__run_steps(db, steps, 1, NULL, &err), &err);
		db_fail_after(db, n, OD_EIO);
		rc = migrate__run_steps(db, steps, STEPS, NULL, &err);
		db_fail_after(db, 0, 0);
		assert_false(keeper_is_held(desk_path()));
		if (rc != 0) {
			assert_int_equal(rc, OD_EIO);
			assert_non_null(strstr(err.text, "failed"));
			assert_is_version(db, n <= WRITES ? 1 : 2);
			must(migrate__run_steps(db, steps, STEPS, NULL, &err),
			    &err);
		}
		assert_is_version(db, 3);
		db_close(&db);
		tmp_remove(&tmp);
		tmp_make(&tmp);
	}
	assert_int_equal(n - 2, 2 * WRITES);
}

static void
migrate__keeper_elsewhere__is_refused(void **state)
{
	struct db *db = open_desk(DB_CREATE);
	struct err err = ERR_INIT;
	int ready[2], status;
	char c;
	pid_t pid;

	(void)state;
	must(migrate__run_steps(db, steps, 1, NULL, &err), &err);
	db_close(&db);
	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		struct keeper *k = NULL;

		if (keeper_become(desk_path(), &k, &err) != 0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	db = open_desk(DB_OPEN);
	assert_int_equal(
	    migrate__run_steps(db, steps, 2, NULL, &err), OD_EUNAVAIL);
	assert_is_version(db, 1);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	must(migrate__run_steps(db, steps, 2, NULL, &err), &err);
	assert_is_version(db, 2);
	db_close(&db);
	close(ready[0]);
	close(ready[1]);
}

/* Makes and migrates until a timer kills it. */
static void
child_migrates(void)
{
	struct sigevent ev = {
	    .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
	struct itimerspec when = {{0, 0}, {0, 0}};
	struct err err = ERR_INIT;
	struct db *db = NULL;
	timer_t timer;
	int rc;

	when.it_value.tv_nsec = 1 + (long)random_below(25000000);
	if (timer_create(CLOCK_MONOTONIC, &ev, &timer) != 0 ||
	    timer_settime(timer, 0, &when, NULL) != 0)
		_exit(2);
	rc = db_open(desk_path(), DB_CREATE, &db, &err);
	if (rc == OD_ECONFLICT)
		rc = db_open(desk_path(), DB_OPEN, &db, &err);
	if (rc == 0)
		rc = migrate__run_steps(db, steps, STEPS, NULL, &err);
	if (rc != 0)
		fprintf(stderr, "child: %s\n", err.text);
	db_close(&db);
	_exit(rc == 0 ? 0 : 1);
}

static void
migrate__killed_at_any_moment__goes_on_from_a_whole_step(void **state)
{
	struct err err = ERR_INIT;
	int killed = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct db *db = NULL;
		char *text = NULL;
		int status, rc;
		pid_t pid;

		if ((pid = fork()) == 0)
			child_migrates();
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFSIGNALED(status))
			killed++;
		else
			assert_int_equal(WEXITSTATUS(status), 0);
		/* Also takes up what was left of a half-made file. */
		rc = db_open(desk_path(), DB_CREATE, &db, &err);
		if (rc == OD_ECONFLICT)
			rc = db_open(desk_path(), DB_OPEN, &db, &err);
		if (rc == OD_EUNAVAIL) {
			/* It came to the end; the next round begins anew. */
			assert_non_null(strstr(err.text, "newer"));
			tmp_remove(&tmp);
			tmp_make(&tmp);
			continue;
		}
		must(rc, &err);
		assert_is_version(db, version_of(db));
		must(db_text(
			 db, &text, "PRAGMA integrity_check", NO_BINDS, &err),
		    &err);
		assert_string_equal(text, "ok");
		free(text);
		if (version_of(db) < 2) {
			must(
			    migrate__run_steps(db, steps, 2, NULL, &err), &err);
			assert_is_version(db, 2);
		}
		db_close(&db);
		if (round % 3 == 0) {
			tmp_remove(&tmp);
			tmp_make(&tmp);
		}
	}
	assert_true(killed > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(migrate_run__new_desk__has_the_programs_schema),
	    TEST(migrate__older_desk__is_copied_and_upgraded),
	    TEST(migrate_run__desk_of_schema_1__is_as_a_fresh_one),
	    TEST(migrate__newer_desk__is_refused),
	    TEST(migrate__every_write_failing__leaves_whole_steps),
	    TEST(migrate__keeper_elsewhere__is_refused),
	    TEST(migrate__killed_at_any_moment__goes_on_from_a_whole_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
