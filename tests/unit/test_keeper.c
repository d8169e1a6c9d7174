/*
 * Unit tests of db/engine/keeper: one keeper, checkpoints, merges.
 *
 * SQLite only: what is kept is the file's log.
 */
#include "common/log.h"
#include "common/str.h"
#include "db/core/search.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/engine/sqlite_int.h"
#include "tests/lib/tmp.h"
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

static const char *
desk_path(void)
{
	return tmp_path(&tmp, "desk.db");
}

static int
setup(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	tmp_make(&tmp);
	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	must(migrate_run(db, NULL, &err), &err);
	must(db_begin(db, "test", &err), &err);
	must(db_script(
		 db, "CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB)", &err),
	    &err);
	must(db_commit(db, &err), &err);
	db_close(&db);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_remove(&tmp);
	return 0;
}

static struct db *
open_desk(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	return db;
}

static struct keeper *
become(void)
{
	struct err err = ERR_INIT;
	struct keeper *k = NULL;

	must(keeper_become(desk_path(), &k, &err), &err);
	return k;
}

static struct keeper_figures
figures(struct keeper *k)
{
	struct keeper_figures f;

	keeper_figures(k, &f);
	return f;
}

/* One commit of about pages pages. */
static int
write_pages(struct db *db, int pages, struct err *err)
{
	int rc;

	if ((rc = db_begin(db, "test", err)) != 0)
		return rc;
	for (int i = 0; i < pages && rc == 0; i++)
		rc = db_exec(db, "INSERT INTO t(body) VALUES(zeroblob(3500))",
		    NO_BINDS, NULL, err);
	if (rc != 0) {
		db_rollback(db);
		return rc;
	}
	return db_commit(db, err);
}

static void
keeper__second_process__is_refused_with_the_pid(void **state)
{
	struct err err = ERR_INIT;
	struct keeper *k = NULL;
	char text[32], c;
	int ready[2], status, rc;
	pid_t pid;

	(void)state;
	assert_false(keeper_is_held(desk_path()));
	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		k = become();
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_true(keeper_is_held(desk_path()));
	rc = keeper_become(desk_path(), &k, &err);
	assert_int_equal(rc, OD_EUNAVAIL);
	assert_null(k);
	snprintf(text, sizeof(text), "process %d", (int)pid);
	assert_non_null(strstr(err.text, text));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	assert_false(keeper_is_held(desk_path()));
	k = become();
	assert_true(keeper_is_held(desk_path()));
	keeper_free(&k);
	assert_false(keeper_is_held(desk_path()));
	close(ready[0]);
	close(ready[1]);
}

static void
keeper_lock__own_keeper__is_shared(void **state)
{
	struct keeper *k = become();
	struct db *db = open_desk();
	struct err err = ERR_INIT;

	(void)state;
	must(keeper_lock(db, &err), &err);
	keeper_unlock(db);
	assert_true(keeper_is_held(desk_path()));
	keeper_free(&k);
	assert_false(keeper_is_held(desk_path()));
	db_close(&db);
}

static void
keeper_tend__short_log__leaves_it(void **state)
{
	struct keeper *k = become();
	struct db *db = open_desk();
	struct err err = ERR_INIT;

	(void)state;
	must(keeper_tend(k, true, &err), &err);
	assert_int_equal(figures(k).checkpoints, 1);
	must(write_pages(db, 5, &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 1);
	must(write_pages(db, 1001, &err), &err);
	assert_true(figures(k).log_pages > 1000);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 2);
	/* All is in the file now, so the next writer starts the log anew. */
	must(write_pages(db, 1, &err), &err);
	assert_true(figures(k).log_pages < 20);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 2);
	keeper_free(&k);
	db_close(&db);
}

static void
keeper_tend__reader_in_the_way__does_not_wait(void **state)
{
	struct keeper *k = become();
	struct db *db = open_desk(), *reader = open_desk();
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	(void)state;
	must(write_pages(db, 3, &err), &err);
	must(db_query(reader, &st, "SELECT id FROM t", NO_BINDS, &err), &err);
	assert_int_equal(stmt_step(st, &err), 1);
	must(write_pages(db, 1001, &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 1);
	stmt_close(&st);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 2);
	must(write_pages(db, 1, &err), &err);
	assert_true(figures(k).log_pages < 20);
	keeper_free(&k);
	db_close(&db);
	db_close(&reader);
}

static void
keeper_tend__writer_at_work__is_put_off(void **state)
{
	struct keeper *k = become();
	struct db *db = open_desk();
	struct err err = ERR_INIT;

	(void)state;
	must(write_pages(db, 1001, &err), &err);
	must(db_begin(db, "test", &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 0);
	assert_int_equal(figures(k).put_off, 1);
	assert_int_equal(keeper_tend(k, true, &err), OD_EUNAVAIL);
	assert_true(err.text[0] != '\0');
	must(db_commit(db, &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 1);
	assert_int_equal(figures(k).checkpoints_without_turnstile, 0);
	keeper_free(&k);
	db_close(&db);
}

/*
 * The control: without the turnstile SQLite would turn to a passive
 * checkpoint beside the writer.  It is counted, and it does not happen.
 */
static void
keeper_tend__no_turnstile__is_counted_and_never_passive(void **state)
{
	struct keeper *k = become();
	struct db *db = open_desk();
	struct err err = ERR_INIT;

	(void)state;
	keeper_break(k);
	must(write_pages(db, 1001, &err), &err);
	must(db_begin(db, "test", &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 0);
	assert_int_equal(figures(k).put_off, 1);
	must(db_commit(db, &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(figures(k).checkpoints, 1);
	assert_int_equal(figures(k).checkpoints_without_turnstile, 1);
	keeper_free(&k);
	db_close(&db);
}

static void
child_writes(int commits)
{
	struct err err = ERR_INIT;
	struct db *db = open_desk();
	int rc = 0;

	for (int i = 0; i < commits && rc == 0; i++)
		rc = write_pages(db, 25, &err);
	if (rc != 0)
		fprintf(stderr, "child: %s\n", err.text);
	db_close(&db);
	_exit(rc == 0 ? 0 : 1);
}

static void
keeper_tend__four_writers__always_holds_the_turnstile(void **state)
{
	enum { WRITERS = 4, COMMITS = 120 };
	struct keeper *k;
	struct db *db;
	struct err err = ERR_INIT;
	pid_t pids[WRITERS];
	int alive = WRITERS;
	char *text = NULL;
	int64_t n;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		if ((pids[i] = fork()) == 0)
			child_writes(COMMITS);
	}
	k = become();
	while (alive > 0) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG);

		must(keeper_tend(k, false, &err), &err);
		if (pid > 0) {
			assert_int_equal(status, 0);
			alive--;
		}
	}
	must(keeper_tend(k, true, &err), &err);
	assert_true(figures(k).checkpoints >= 3);
	assert_int_equal(figures(k).checkpoints_without_turnstile, 0);
	keeper_free(&k);
	db = open_desk();
	must(db_int(db, &n, "SELECT count(*) FROM t", NO_BINDS, &err), &err);
	assert_int_equal(n, WRITERS * COMMITS * 25);
	must(
	    db_text(db, &text, "PRAGMA integrity_check", NO_BINDS, &err), &err);
	assert_string_equal(text, "ok");
	free(text);
	db_close(&db);
}

/* Else every start would read it again. */
static void
keeper_tend__forced__empties_the_log(void **state)
{
	struct db *db = open_desk();
	struct keeper *k = become();
	struct err err = ERR_INIT;
	struct stat st;

	(void)state;
	must(write_pages(db, 50, &err), &err);
	must(keeper_tend(k, true, &err), &err);
	assert_int_equal(stat(tmp_path(&tmp, "desk.db-wal"), &st), 0);
	assert_int_equal(st.st_size, 0);
	must(write_pages(db, 5, &err), &err);
	keeper_free(&k);
	db_close(&db);
}

static int64_t
log_bytes(void)
{
	struct stat st;

	return stat(tmp_path(&tmp, "desk.db-wal"), &st) == 0 ? st.st_size : 0;
}

/* Without a keeper whoever wrote much tidies up, and goes on his way. */
static void
keeper_pass_by__long_log__is_emptied_and_the_place_is_free(void **state)
{
	struct db *db = open_desk();
	struct err err = ERR_INIT;
	int64_t before;
	int fd;

	(void)state;
	must(write_pages(db, 50, &err), &err);
	assert_false(keeper_is_due(db));
	before = log_bytes();
	keeper_pass_by(db);
	assert_int_equal(log_bytes(), before);
	must(write_pages(db, 1001, &err), &err);
	assert_true(keeper_is_due(db));
	keeper_pass_by(db);
	assert_int_equal(log_bytes(), 0);
	assert_false(keeper_is_due(db));
	assert_false(keeper_is_held(desk_path()));
	/* Another program's keeper is left to its work. */
	fd = open(tmp_path(&tmp, "desk.db.keeper"), O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	must(write_pages(db, 1001, &err), &err);
	before = log_bytes();
	assert_true(before > 0);
	keeper_pass_by(db);
	assert_int_equal(log_bytes(), before);
	assert_true(keeper_is_elsewhere(desk_path()));
	close(fd);
	assert_false(keeper_is_elsewhere(desk_path()));
	keeper_pass_by(db);
	assert_int_equal(log_bytes(), 0);
	db_close(&db);
}

static struct str logged = STR_INIT;

static void
keep_line(const char *line, void *data)
{
	str_add(data, line);
	str_addc(data, '\n');
}

static size_t
count_warnings(void)
{
	size_t n = 0;

	for (const char *s = logged.s; (s = strstr(s, "reads without end"));
	     s++)
		n++;
	return n;
}

/* 64 MiB that a reader keeps from being checkpointed: said once each time. */
static void
keeper_tend__log_without_end__warns_once(void **state)
{
	struct db *db = open_desk(), *reader = open_desk();
	struct keeper *k = become();
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	(void)state;
	log_set_sink(keep_line, &logged);
	must(keeper_tend(k, true, &err), &err);
	must(write_pages(db, 2, &err), &err);
	must(db_query(reader, &st, "SELECT id FROM t", NO_BINDS, &err), &err);
	assert_int_equal(stmt_step(st, &err), 1);
	for (int i = 0; i < 3; i++) {
		must(write_pages(db, (64 << 8) / 2, &err), &err);
		must(keeper_tend(k, false, &err), &err);
		assert_int_equal(count_warnings(), i > 0);
	}
	stmt_close(&st);
	must(keeper_tend(k, true, &err), &err);
	must(write_pages(db, 5, &err), &err);
	must(keeper_tend(k, false, &err), &err);
	assert_int_equal(count_warnings(), 1);
	log_set_sink(NULL, NULL);
	str_free(&logged);
	keeper_free(&k);
	db_close(&reader);
	db_close(&db);
}

static int64_t
segments(struct db *db)
{
	struct err err = ERR_INIT;
	int64_t n;

	must(db_int(db, &n, "SELECT count(DISTINCT segid) FROM search_idx",
		 NO_BINDS, &err),
	    &err);
	return n;
}

static void
keeper_tend__many_small_texts__merges_the_index(void **state)
{
	struct desk desk = {.db = open_desk(), .actor.tenant_id = 1};
	struct keeper *k = become();
	struct search_hit hits[4];
	struct err err = ERR_INIT;
	char text[64];
	int64_t before;
	size_t count;
	int steps = 0;

	(void)state;
	for (int i = 1; i <= 14; i++) {
		must(db_begin(desk.db, "test", &err), &err);
		snprintf(text, sizeof(text), "palabra%d router", i);
		must(search_put(&desk, RECORD_TICKET, i, i, text, &err), &err);
		must(db_commit(desk.db, &err), &err);
	}
	before = segments(desk.db);
	assert_true(before > 4);
	must(write_pages(desk.db, 1100, &err), &err);
	do {
		must(keeper_tend(k, false, &err), &err);
		assert_true(++steps < 50);
	} while (segments(desk.db) >= before);
	assert_true(figures(k).merges > 0);
	must(search_find(
		 &desk, RECORD_TICKET, "palabra3", 0, 4, hits, &count, &err),
	    &err);
	assert_int_equal(count, 1);
	assert_int_equal(hits[0].record_id, 3);
	keeper_free(&k);
	db_close(&desk.db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(keeper__second_process__is_refused_with_the_pid),
	    TEST(keeper_lock__own_keeper__is_shared),
	    TEST(keeper_tend__short_log__leaves_it),
	    TEST(keeper_tend__reader_in_the_way__does_not_wait),
	    TEST(keeper_tend__writer_at_work__is_put_off),
	    TEST(keeper_tend__no_turnstile__is_counted_and_never_passive),
	    TEST(keeper_tend__four_writers__always_holds_the_turnstile),
	    TEST(keeper_tend__forced__empties_the_log),
	    TEST(keeper_pass_by__long_log__is_emptied_and_the_place_is_free),
	    TEST(keeper_tend__log_without_end__warns_once),
	    TEST(keeper_tend__many_small_texts__merges_the_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
