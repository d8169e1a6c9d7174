/*
 * Unit tests of upgrades on both engines: who makes the copy, who waits for
 * whom, and how long a step may take.
 *
 * Turned red by: a server's desk that is upgraded without a word about its
 * copy; a lock that does not say what it is for; a step that keeps the
 * statements' time-out.
 */
#include "common/clock.h"
#include "db/engine/keeper.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/old_desk.h"
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static int
version_of(struct db *db)
{
	struct err err = ERR_INIT;
	int version, min_writer;

	assert_ok(migrate_current(db, &version, &min_writer, &err));
	return version;
}

static const char *
copy_path(void)
{
	char name[32];

	snprintf(name, sizeof(name), "desk.db.before-%d", SCHEMA_VERSION);
	return tmp_path(&tmp, name);
}

/* A desk of the first schema, open. */
static struct db *
old_desk(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	assert_ok(db_open(tmp_desk(&tmp, "desk.db"), DB_CREATE, &db, &err));
	assert_ok(old_desk_make(db, 1, &err));
	assert_int_equal(version_of(db), 1);
	return db;
}

static void
upgrade__desk_on_a_server__asks_for_a_backup(void **state)
{
	const struct migrate_options go_on = {.without_copy = true};
	struct err err = ERR_INIT;
	struct db *db = old_desk();

	(void)state;
	if (!engine_is_postgres()) {
		assert_ok(migrate_run(db, NULL, &err));
		assert_int_equal(access(copy_path(), F_OK), 0);
		db_close(&db);
		return;
	}
	assert_rc(migrate_run(db, NULL, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "pg_dump"));
	assert_non_null(strstr(err.text, db_uri(db)));
	assert_non_null(strstr(err.text, "--no-backup"));
	assert_int_equal(version_of(db), 1);
	assert_false(keeper_is_held(db_uri(db)));
	assert_ok(migrate_run(db, &go_on, &err));
	assert_int_equal(version_of(db), SCHEMA_VERSION);
	/* Nothing to be done, nothing to be asked. */
	assert_ok(migrate_run(db, NULL, &err));
	db_close(&db);
}

static void
upgrade__without_a_copy__leaves_none(void **state)
{
	const struct migrate_options o = {.without_copy = true};
	struct err err = ERR_INIT;
	struct db *db = old_desk();

	(void)state;
	assert_ok(migrate_run(db, &o, &err));
	assert_int_equal(version_of(db), SCHEMA_VERSION);
	assert_int_not_equal(access(copy_path(), F_OK), 0);
	db_close(&db);
}

/* ---- two at once ---- */

struct other { /* a program that upgrades as soon as it is told to */
	pid_t pid;
	int go, told; /* what it waits for, and says when it waits */
};

static void
say_waiting(void *data)
{
	const struct other *o = data;

	if (write(o->told, "w", 1) != 1)
		_exit(4);
}

static void
other_start(struct other *o, const char *uri)
{
	int go[2], told[2];
	char c;

	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(told), 0);
	o->go = go[1];
	if ((o->pid = fork()) == 0) {
		struct migrate_options mo = {
		    .without_copy = true, .waiting = say_waiting, .data = o};
		struct err err = ERR_INIT;
		struct db *db = NULL;

		o->told = told[1];
		if (read(go[0], &c, 1) != 1)
			_exit(3);
		if (db_open(uri, DB_OPEN, &db, &err) != 0 ||
		    migrate_run(db, &mo, &err) != 0) {
			fprintf(stderr, "the other: %s\n", err.text);
			_exit(1);
		}
		_exit(version_of(db) == SCHEMA_VERSION ? 0 : 2);
	}
	o->told = told[0];
	close(go[0]);
	close(told[1]);
}

static int
other_end(struct other *o)
{
	int status;

	assert_int_equal(waitpid(o->pid, &status, 0), o->pid);
	close(o->go);
	close(o->told);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* A server notices the end of a session, and lets its locks go, a bit late. */
static void
assert_nobody_upgrades(const struct db *db)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	int64_t until = clock_mono_us() + 60 * US_PER_SECOND;

	while (keeper_upgrades(db) && clock_mono_us() < until)
		nanosleep(&pause, NULL);
	assert_false(keeper_upgrades(db));
}

/* When ours gives up, the other one does it; when it is done, nothing is. */
static void
two_at_once(bool ours_ends_well)
{
	const struct migrate_options mo = {.without_copy = true};
	struct err err = ERR_INIT;
	struct keeper *keeper = NULL;
	struct db *db = old_desk();
	struct other o;
	char uri[TMP_SIZE], c;

	strcpy(uri, db_uri(db));
	other_start(&o, uri);
	assert_nobody_upgrades(db);
	assert_ok(keeper_lock_upgrade(db, &err));
	assert_true(keeper_upgrades(db));
	assert_int_equal(write(o.go, "g", 1), 1);
	assert_int_equal(read(o.told, &c, 1), 1);
	if (ours_ends_well) {
		assert_ok(migrate_run(db, &mo, &err));
		/* A daemon's lock from now on, which nobody gets. */
		if (!engine_is_postgres())
			assert_ok(keeper_become(uri, &keeper, &err));
	}
	keeper_unlock(db);
	if (ours_ends_well && engine_is_postgres())
		assert_ok(keeper_become(uri, &keeper, &err));
	assert_int_equal(other_end(&o), 0);
	assert_int_equal(version_of(db), SCHEMA_VERSION);
	keeper_free(&keeper);
	assert_nobody_upgrades(db);
	db_close(&db);
}

static void
upgrade__another_gives_up__is_done_by_who_waited(void **state)
{
	(void)state;
	two_at_once(false);
}

static void
upgrade__another_did_it_and_serves__is_content(void **state)
{
	(void)state;
	two_at_once(true);
}

static void
upgrade__a_daemon_serves__is_refused(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = old_desk();
	struct other o;
	char uri[TMP_SIZE], c;

	(void)state;
	strcpy(uri, db_uri(db));
	other_start(&o, uri);
	assert_ok(keeper_lock(db, &err)); /* as a copy of the desk does */
	assert_int_equal(write(o.go, "g", 1), 1);
	assert_int_equal(read(o.told, &c, 1), 0); /* it ended without a word */
	assert_int_equal(other_end(&o), 1);
	keeper_unlock(db);
	assert_int_equal(version_of(db), 1);
	db_close(&db);
}

static void
upgrade__long_step__has_no_time_out(void **state)
{
	static const struct migration steps[] = {
	    {2, 1, 1, "long",
		"INSERT INTO meta(name, value)"
		" SELECT 'patience', current_setting('statement_timeout');"},
	};
	struct err err = ERR_INIT;
	const struct migrate_options o = {.without_copy = true};
	struct db *db = old_desk();
	char *text = NULL;

	(void)state;
	if (engine_is_postgres()) {
		assert_ok(migrate__run_steps(db, steps, 1, &o, &err));
		assert_ok(db_text(db, &text,
		    "SELECT value FROM meta WHERE name = 'patience'", NO_BINDS,
		    &err));
		assert_string_equal(text, "0");
		free(text);
	}
	db_close(&db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(upgrade__desk_on_a_server__asks_for_a_backup),
	    TEST(upgrade__without_a_copy__leaves_none),
	    TEST(upgrade__another_gives_up__is_done_by_who_waited),
	    TEST(upgrade__another_did_it_and_serves__is_content),
	    TEST(upgrade__a_daemon_serves__is_refused),
	    TEST(upgrade__long_step__has_no_time_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
