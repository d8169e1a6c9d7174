/*
 * Unit tests of db/core/db and db/core/stmt on the SQLite engine.
 */
#include "common/clock.h"
#include "db/core/bell.h"
#include "db/core/db.h"
#include "db/engine/migrate.h"
#include "tests/lib/tmp.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

/* A small desk with one table: t(id, name, value). */
static struct db *
small_desk(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(tmp_path(&tmp, "desk.db"), DB_CREATE, &db, &err), &err);
	must(db_begin(db, "test", &err), &err);
	must(db_script(db,
		 "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT,"
		 " name TEXT UNIQUE, value BIGINT NOT NULL DEFAULT 0);"
		 "CREATE TABLE child(id INTEGER PRIMARY KEY,"
		 " t_id BIGINT REFERENCES t(id));"
		 "INSERT INTO t(name, value) VALUES('sum', 0);",
		 &err),
	    &err);
	must(db_commit(db, &err), &err);
	return db;
}

static struct db *
open_again(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(tmp_path(&tmp, "desk.db"), DB_OPEN, &db, &err), &err);
	return db;
}

static int64_t
count(struct db *db)
{
	struct err err = ERR_INIT;
	int64_t n;

	must(db_int(db, &n, "SELECT count(*) FROM t", NO_BINDS, &err), &err);
	return n;
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
db__values__come_back(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	const char *blob;
	size_t n;

	(void)state;
	must(db_query(db, &st, "SELECT $2, $1, $3, $4, $5, $2",
		 BINDS(b_int(INT64_MIN), b_text("Ñandú"), b_blob("a\0b", 3),
		     b_null(), b_ref(0)),
		 &err),
	    &err);
	assert_int_equal(stmt_step(st, &err), 1);
	assert_string_equal(stmt_text(st, 0), "Ñandú");
	assert_true(stmt_int(st, 1) == INT64_MIN);
	blob = stmt_blob(st, 2, &n);
	assert_int_equal(n, 3);
	assert_memory_equal(blob, "a\0b", 3);
	assert_true(stmt_is_null(st, 3));
	assert_true(stmt_is_null(st, 4));
	assert_string_equal(stmt_text(st, 3), "");
	assert_int_equal(stmt_int(st, 3), 0);
	assert_string_equal(stmt_text(st, 5), "Ñandú");
	assert_int_equal(stmt_step(st, &err), 0);
	stmt_close(&st);
	assert_null(st);
	stmt_close(&st);
	db_close(&db);
}

static void
db__empty_values__are_not_null(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	(void)state;
	must(db_query(db, &st, "SELECT $1, $2, $3",
		 BINDS(b_text(""), b_blob("", 0), b_text(NULL)), &err),
	    &err);
	assert_int_equal(stmt_step(st, &err), 1);
	assert_false(stmt_is_null(st, 0));
	assert_false(stmt_is_null(st, 1));
	assert_true(stmt_is_null(st, 2));
	stmt_close(&st);
	db_close(&db);
}

static void
db__same_text_while_open__gets_a_twin(void **state)
{
	static const char sql[] = "SELECT $1 UNION ALL SELECT 9";
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	struct stmt *a = NULL, *b = NULL;

	(void)state;
	must(db_query(db, &a, sql, BINDS(b_int(1)), &err), &err);
	assert_int_equal(stmt_step(a, &err), 1);
	must(db_query(db, &b, sql, BINDS(b_int(2)), &err), &err);
	assert_ptr_not_equal(a, b);
	assert_int_equal(stmt_step(b, &err), 1);
	assert_int_equal(stmt_int(a, 0), 1);
	assert_int_equal(stmt_int(b, 0), 2);
	assert_int_equal(stmt_step(a, &err), 1);
	assert_int_equal(stmt_int(a, 0), 9);
	stmt_close(&a);
	stmt_close(&b);
	db_close(&db);
}

static void
db__more_texts_than_the_cache__all_work(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	char sql[64];
	int64_t v;

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 400; i++) {
			snprintf(sql, sizeof(sql), "SELECT %d + $1", i);
			must(db_int(db, &v, sql, BINDS(b_int(1)), &err), &err);
			assert_int_equal(v, i + 1);
		}
	}
	db_close(&db);
}

static void
db_insert__conflict_do_nothing__gives_zero(void **state)
{
	static const char sql[] = "INSERT INTO t(name) VALUES($1) "
				  "ON CONFLICT(name) DO NOTHING RETURNING id";
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	int64_t first, second, changed;
	char *text = NULL;

	(void)state;
	must(db_begin(db, "test", &err), &err);
	must(db_insert(db, &first, sql, BINDS(b_text("x")), &err), &err);
	must(db_insert(db, &second, sql, BINDS(b_text("x")), &err), &err);
	must(db_exec(db, "UPDATE t SET value = 3", NO_BINDS, &changed, &err),
	    &err);
	must(db_commit(db, &err), &err);
	assert_true(first > 0);
	assert_int_equal(second, 0);
	assert_int_equal(changed, 2);
	must(db_text(db, &text, "SELECT name FROM t WHERE id = $1",
		 BINDS(b_int(first)), &err),
	    &err);
	assert_string_equal(text, "x");
	free(text);
	assert_int_equal(db_text(db, &text, "SELECT name FROM t WHERE id = 99",
			     NO_BINDS, &err),
	    OD_ENOTFOUND);
	assert_null(text);
	db_close(&db);
}

static void
db__constraint__gives_code_and_sentence(void **state)
{
	static const struct {
		const char *sql;
		int code;
	} cases[] = {
	    {"INSERT INTO t(name) VALUES('sum')", OD_ECONFLICT},
	    {"INSERT INTO child(t_id) VALUES(77)", OD_ECONFLICT},
	    {"INSERT INTO t(name, value) VALUES('z', NULL)", OD_EDATA},
	};
	struct db *db = small_desk();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		must(db_begin(db, "test", &err), &err);
		assert_int_equal(
		    db_exec(db, cases[i].sql, NO_BINDS, NULL, &err),
		    cases[i].code);
		assert_true(strlen(err.text) > 20);
		db_rollback(db);
	}
	db_close(&db);
}

static void
db_rollback__undoes_everything(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;

	(void)state;
	db_rollback(db);
	must(db_begin(db, "test", &err), &err);
	assert_true(db_in_transaction(db));
	must(db_exec(
		 db, "INSERT INTO t(name) VALUES('a')", NO_BINDS, NULL, &err),
	    &err);
	assert_int_equal(count(db), 2);
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_int_equal(count(db), 1);
	db_close(&db);
}

static void
db_savepoint__nested__undoes_its_own_part(void **state)
{
	static const char sql[] = "INSERT INTO t(name) VALUES($1)";
	struct db *db = small_desk();
	struct err err = ERR_INIT;

	(void)state;
	must(db_begin(db, "test", &err), &err);
	must(db_savepoint(db, &err), &err);
	must(db_exec(db, sql, BINDS(b_text("a")), NULL, &err), &err);
	must(db_savepoint(db, &err), &err);
	must(db_exec(db, sql, BINDS(b_text("b")), NULL, &err), &err);
	db_undo_savepoint(db);
	must(db_savepoint(db, &err), &err);
	must(db_exec(db, sql, BINDS(b_text("c")), NULL, &err), &err);
	must(db_release(db, &err), &err);
	must(db_release(db, &err), &err);
	must(db_commit(db, &err), &err);
	assert_int_equal(count(db), 3);
	db_close(&db);
}

static void
db_fail_after__every_write__leaves_nothing(void **state)
{
	struct db *db = small_desk();
	int rc = -1, n;

	(void)state;
	for (n = 1; rc != 0; n++) {
		struct err err = ERR_INIT;

		assert_true(n < 10);
		must(db_begin(db, "test", &err), &err);
		db_fail_after(db, n, OD_EIO);
		rc = db_exec(db, "INSERT INTO t(name) VALUES('a')", NO_BINDS,
		    NULL, &err);
		if (rc == 0)
			rc = db_exec(
			    db, "UPDATE t SET value = 1", NO_BINDS, NULL, &err);
		if (rc == 0)
			rc = db_commit(db, &err);
		else
			db_rollback(db);
		db_fail_after(db, 0, 0);
		assert_false(db_in_transaction(db));
		if (rc != 0) {
			assert_int_equal(rc, OD_EIO);
			assert_int_equal(count(db), 1);
		}
	}
	assert_int_equal(n, 5); /* two statements and the commit failed */
	assert_int_equal(count(db), 2);
	db_close(&db);
}

static void
db_change_token__changes_with_others_commits_only(void **state)
{
	struct db *a = small_desk(), *b = open_again();
	struct err err = ERR_INIT;
	int64_t before, after;

	(void)state;
	must(db_change_token(a, &before, &err), &err);
	must(db_change_token(a, &after, &err), &err);
	assert_int_equal(before, after);
	must(db_begin(b, "test", &err), &err);
	must(db_exec(b, "UPDATE t SET value = 5", NO_BINDS, NULL, &err), &err);
	must(db_commit(b, &err), &err);
	must(db_change_token(a, &after, &err), &err);
	assert_int_not_equal(before, after);
	db_close(&a);
	db_close(&b);
}

static void
bell_path__desk__is_beside_it_and_rung(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	struct str path = STR_INIT;
	struct stat st;

	(void)state;
	bell_path(tmp_path(&tmp, "desk.db"), &path);
	assert_int_equal(stat(path.s, &st), 0);
	assert_int_equal(st.st_size, 1); /* small_desk has committed */
	assert_int_equal(truncate(path.s, 0), 0);
	must(db_begin(db, "test", &err), &err);
	must(db_commit(db, &err), &err);
	assert_int_equal(stat(path.s, &st), 0);
	assert_int_equal(st.st_size, 0); /* nothing was changed */
	must(db_begin(db, "test", &err), &err);
	must(db_exec(db, "INSERT INTO t(value) VALUES(7)", NO_BINDS, NULL,
		 &err),
	    &err);
	must(db_commit(db, &err), &err);
	assert_int_equal(stat(path.s, &st), 0);
	assert_int_equal(st.st_size, 1);
	bell_path("", &path);
	assert_string_equal(path.s, "");
	str_free(&path);
	db_close(&db);
}

static int
increment(struct db *db, struct err *err)
{
	int64_t v;
	int rc;

	if ((rc = db_begin(db, "increment", err)) != 0)
		return rc;
	rc = db_int(
	    db, &v, "SELECT value FROM t WHERE name = 'sum'", NO_BINDS, err);
	if (rc == 0)
		rc = db_exec(db, "UPDATE t SET value = $1 WHERE name = 'sum'",
		    BINDS(b_int(v + 1)), NULL, err);
	if (rc != 0) {
		db_rollback(db);
		return rc;
	}
	return db_commit(db, err);
}

static void
child_increments(int times)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int rc;

	rc = db_open(tmp_path(&tmp, "desk.db"), DB_OPEN, &db, &err);
	for (int i = 0; i < times && rc == 0; i++)
		rc = increment(db, &err);
	if (rc != 0)
		fprintf(stderr, "child: %s\n", err.text);
	db_close(&db);
	_exit(rc == 0 ? 0 : 1);
}

static void
db__eight_writers__lose_nothing(void **state)
{
	enum { WRITERS = 8, TIMES = 200 };
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	pid_t pids[WRITERS];
	int64_t v;

	(void)state;
	db_close(&db); /* never fork with an open desk */
	for (int i = 0; i < WRITERS; i++) {
		if ((pids[i] = fork()) == 0)
			child_increments(TIMES);
		assert_true(pids[i] > 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	db = open_again();
	must(db_int(db, &v, "SELECT value FROM t WHERE name = 'sum'", NO_BINDS,
		 &err),
	    &err);
	assert_int_equal(v, WRITERS * TIMES);
	db_close(&db);
}

static void
db_begin__stopped_holder__gives_up_with_a_sentence(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	int ready[2], rc, status;
	int64_t until;
	char c;
	pid_t pid;

	(void)state;
	db_close(&db);
	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		db = open_again();
		must(db_begin(db, "holder", &err), &err);
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	db = open_again();
	until = clock_mono_us() + 7 * US_PER_SECOND;
	rc = db_begin(db, "test", &err);
	assert_int_equal(rc, OD_EUNAVAIL);
	assert_true(clock_mono_us() < until);
	assert_non_null(strstr(err.text, "busy"));
	assert_int_equal(count(db), 1); /* reading goes on */
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	must(db_begin(db, "test", &err), &err);
	must(db_commit(db, &err), &err);
	db_close(&db);
	close(ready[0]);
	close(ready[1]);
}

static bool
turnstile_is_open(void)
{
	int fd = open(tmp_path(&tmp, "desk.db.turn"), O_RDWR | O_CLOEXEC);
	bool is_open;

	assert_true(fd >= 0);
	is_open = flock(fd, LOCK_EX | LOCK_NB) == 0;
	close(fd);
	return is_open;
}

static void
db_begin__turnstile__is_ours_until_the_end(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;

	(void)state;
	assert_true(turnstile_is_open());
	must(db_begin(db, "test", &err), &err);
	assert_false(turnstile_is_open());
	must(db_commit(db, &err), &err);
	assert_true(turnstile_is_open());
	must(db_begin(db, "test", &err), &err);
	assert_false(turnstile_is_open());
	db_rollback(db);
	assert_true(turnstile_is_open());
	db_fail_after(db, 1, OD_EIO);
	must(db_begin(db, "test", &err), &err);
	assert_int_equal(db_commit(db, &err), OD_EIO);
	assert_true(turnstile_is_open());
	db_close(&db);
}

/* Its holder is stopped before it began to write: nobody waits for ever. */
static void
db_begin__turnstile_stuck__goes_on_without(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	int fd = open(tmp_path(&tmp, "desk.db.turn"), O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(flock(fd, LOCK_EX), 0);
	must(db_begin(db, "test", &err), &err);
	must(db_exec(db, "UPDATE t SET value = 1", NO_BINDS, NULL, &err), &err);
	must(db_commit(db, &err), &err);
	assert_false(turnstile_is_open());
	close(fd);
	assert_true(turnstile_is_open());
	db_close(&db);
}

/*
 * A full disk makes SQLite give up the whole transaction; what comes after
 * must not be committed statement by statement.
 */
static void
db__transaction_lost__nothing_more_is_written(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;

	(void)state;
	must(db_begin(db, "test", &err), &err);
	must(db_exec(db, "UPDATE t SET value = 1", NO_BINDS, NULL, &err), &err);
	must(db_savepoint(db, &err), &err);
	must(db_script(db, "PRAGMA max_page_count = 1", &err), &err);
	assert_int_equal(
	    db_exec(db, "INSERT INTO t(value) VALUES(zeroblob(100000))",
		NO_BINDS, NULL, &err),
	    OD_EIO);
	assert_non_null(strstr(err.text, "full"));
	db_undo_savepoint(db);
	assert_int_equal(db_exec(db, "INSERT INTO t(name) VALUES('later')",
			     NO_BINDS, NULL, &err),
	    OD_EIO);
	assert_non_null(strstr(err.text, "earlier"));
	assert_int_equal(db_savepoint(db, &err), OD_EIO);
	assert_int_equal(db_commit(db, &err), OD_EIO);
	assert_true(turnstile_is_open());
	db_close(&db);
	db = open_again();
	assert_int_equal(count(db), 1);
	must(db_begin(db, "test", &err), &err);
	must(db_exec(db, "INSERT INTO t(name) VALUES('later')", NO_BINDS, NULL,
		 &err),
	    &err);
	must(db_commit(db, &err), &err);
	db_close(&db);
}

/* Commits rows 1, 2, ... and tells each number after its commit. */
static void
child_commits(int fd)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	if (db_open(tmp_path(&tmp, "desk.db"), DB_OPEN, &db, &err) != 0)
		_exit(1);
	for (;;) {
		int64_t id;

		if (db_begin(db, "child", &err) != 0 ||
		    db_insert(db, &id,
			"INSERT INTO t(value) VALUES(7) RETURNING id", NO_BINDS,
			&err) != 0 ||
		    db_commit(db, &err) != 0)
			_exit(1);
		if (write(fd, &id, sizeof(id)) != sizeof(id))
			_exit(0);
	}
}

static void
db_commit__killed_at_any_moment__keeps_what_was_acknowledged(void **state)
{
	struct db *db = small_desk();
	struct err err = ERR_INIT;
	char *text = NULL;

	(void)state;
	db_close(&db);
	for (int round = 0; round < 30; round++) {
		int fds[2], status;
		int64_t id, last = 0, v;
		pid_t pid;

		assert_int_equal(pipe(fds), 0);
		if ((pid = fork()) == 0) {
			close(fds[0]);
			child_commits(fds[1]);
		}
		close(fds[1]);
		/* A different number of commits each round, then at once. */
		for (int i = 0; i <= round % 7; i++)
			assert_int_equal(
			    read(fds[0], &id, sizeof(id)), sizeof(id));
		kill(pid, SIGKILL);
		while (read(fds[0], &last, sizeof(last)) == sizeof(last))
			id = last;
		close(fds[0]);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status));
		db = open_again();
		must(db_int(db, &v, "SELECT count(*) FROM t WHERE id = $1",
			 BINDS(b_int(id)), &err),
		    &err);
		assert_int_equal(v, 1);
		db_close(&db);
	}
	db = open_again();
	must(
	    db_text(db, &text, "PRAGMA integrity_check", NO_BINDS, &err), &err);
	assert_string_equal(text, "ok");
	free(text);
	db_close(&db);
}

/* A BUG ends the process, so it happens in a child. */
static void
assert_bug(void (*fn)(struct db *db))
{
	struct db *db = small_desk();
	int status;
	pid_t pid;

	db_close(&db);
	if ((pid = fork()) == 0) {
		int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

		dup2(fd, 2);
		signal(SIGABRT, SIG_DFL);
		fn(open_again());
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	tmp_remove(&tmp);
	tmp_make(&tmp);
}

static void
bug_write_outside(struct db *db)
{
	db_exec(db, "UPDATE t SET value = 1", NO_BINDS, NULL, NULL);
}

static void
bug_open_at_commit(struct db *db)
{
	struct stmt *st;

	db_begin(db, "test", NULL);
	db_query(db, &st, "SELECT 1", NO_BINDS, NULL);
	db_commit(db, NULL);
}

static void
bug_nested_begin(struct db *db)
{
	db_begin(db, "one", NULL);
	db_begin(db, "two", NULL);
}

static void
bug_too_few_values(struct db *db)
{
	struct stmt *st;

	db_query(db, &st, "SELECT $1, $2", BINDS(b_int(1)), NULL);
}

static void
bug_question_mark(struct db *db)
{
	struct stmt *st;

	db_query(db, &st, "SELECT ?", BINDS(b_int(1)), NULL);
}

static void
bug_two_statements(struct db *db)
{
	struct stmt *st;

	db_query(db, &st, "SELECT 1; SELECT 2", NO_BINDS, NULL);
}

static void
bug_open_at_close(struct db *db)
{
	struct stmt *st;

	db_query(db, &st, "SELECT 1", NO_BINDS, NULL);
	db_close(&db);
}

static void
db__our_mistakes__are_bugs(void **state)
{
	(void)state;
	assert_bug(bug_write_outside);
	assert_bug(bug_open_at_commit);
	assert_bug(bug_nested_begin);
	assert_bug(bug_too_few_values);
	assert_bug(bug_question_mark);
	assert_bug(bug_two_statements);
	assert_bug(bug_open_at_close);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(db__values__come_back),
	    TEST(db__empty_values__are_not_null),
	    TEST(db__same_text_while_open__gets_a_twin),
	    TEST(db__more_texts_than_the_cache__all_work),
	    TEST(db_insert__conflict_do_nothing__gives_zero),
	    TEST(db__constraint__gives_code_and_sentence),
	    TEST(db_rollback__undoes_everything),
	    TEST(db_savepoint__nested__undoes_its_own_part),
	    TEST(db_fail_after__every_write__leaves_nothing),
	    TEST(db_change_token__changes_with_others_commits_only),
	    TEST(bell_path__desk__is_beside_it_and_rung),
	    TEST(db__eight_writers__lose_nothing),
	    TEST(db_begin__stopped_holder__gives_up_with_a_sentence),
	    TEST(db_begin__turnstile__is_ours_until_the_end),
	    TEST(db_begin__turnstile_stuck__goes_on_without),
	    TEST(db__transaction_lost__nothing_more_is_written),
	    TEST(db_commit__killed_at_any_moment__keeps_what_was_acknowledged),
	    TEST(db__our_mistakes__are_bugs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
