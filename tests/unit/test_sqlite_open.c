/*
 * Unit tests of db/engine/sqlite_open: which files are refused and why, and
 * how the others are opened.
 *
 * SQLite only: it is about how the file is opened.
 */
#include "common/fsutil.h"
#include "db/core/db.h"
#include "db/engine/migrate.h"
#include "db/engine/sqlite_int.h"
#include "tests/lib/tmp.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
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

static void
run(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;

	must(db_begin(db, "test", &err), &err);
	must(db_script(db, sql, &err), &err);
	must(db_commit(db, &err), &err);
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
write_file(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(tmp_path(&tmp, name), "w");

	assert_non_null(f);
	fputs(text, f);
	fchmod(fileno(f), mode);
	fclose(f);
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
	chmod(tmp.dir, 0700);
	tmp_remove(&tmp);
	return 0;
}

static void
break_nothing(void)
{
}

static void
break_symlink(void)
{
	char to[TMP_SIZE];

	snprintf(to, sizeof(to), "%s/real.db", tmp.dir);
	assert_int_equal(rename(desk_path(), to), 0);
	assert_int_equal(symlink("real.db", desk_path()), 0);
}

static void
break_hard_link(void)
{
	char to[TMP_SIZE];

	snprintf(to, sizeof(to), "%s/second.db", tmp.dir);
	assert_int_equal(link(desk_path(), to), 0);
}

static void
break_mode_world(void)
{
	chmod(desk_path(), 0604);
}

static void
break_mode_group_in_open_dir(void)
{
	chmod(desk_path(), 0660);
	chmod(tmp.dir, 0751);
}

static void
share_in_closed_dir(void)
{
	chmod(desk_path(), 0660);
	chmod(tmp.dir, 0750);
}

static void
break_owner(void)
{
	if (geteuid() == 0)
		assert_int_equal(chown(desk_path(), 65534, 65534), 0);
	else
		chmod(desk_path(), 0606);
}

static void
break_directory(void)
{
	unlink(desk_path());
	mkdir(desk_path(), 0700);
}

static void
break_fifo(void)
{
	unlink(desk_path());
	mkfifo(desk_path(), 0600);
}

static void
break_missing(void)
{
	tmp_remove(&tmp);
	mkdir(tmp.dir, 0700);
}

static void
break_no_directory(void)
{
	tmp_remove(&tmp);
}

static void
break_other_program(void)
{
	raw("PRAGMA application_id = 7");
}

static void
break_empty(void)
{
	break_missing();
	write_file("desk.db", "", 0600);
}

static void
break_text(void)
{
	break_missing();
	write_file("desk.db",
	    "this is no database, only a text that is long "
	    "enough to hold what would be a header of one, "
	    "and a little more so that it is not cut off.",
	    0600);
}

static void
break_newer(void)
{
	raw("UPDATE meta SET value = '1000' WHERE name = 'min_reader'");
}

static void
break_trigger(void)
{
	raw("CREATE TRIGGER evil AFTER INSERT ON tickets BEGIN "
	    "DELETE FROM tickets; END");
}

static void
break_known_trigger(void)
{
	raw("DROP TRIGGER audit_no_delete; CREATE TRIGGER audit_no_delete "
	    "BEFORE DELETE ON audit BEGIN SELECT 1; END");
}

static void
break_view(void)
{
	raw("DROP TABLE presence; CREATE VIEW presence AS SELECT 1");
}

/* The root page of the schema no longer is a page. */
static void
break_page(void)
{
	int fd = open(desk_path(), O_RDWR);

	raw("PRAGMA wal_checkpoint(TRUNCATE)");
	assert_true(fd >= 0);
	assert_int_equal(
	    pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 100), 8);
	close(fd);
}

static const struct {
	const char *what;
	void (*change)(void);
	int code;
	const char *says;
} kinds[] = {
    {"as made", break_nothing, 0, ""},
    {"shared, closed dir", share_in_closed_dir, 0, ""},
    {"symlink", break_symlink, OD_EDENIED, "symbolic link"},
    {"hard link", break_hard_link, OD_EDENIED, "hard link"},
    {"world mode", break_mode_world, OD_EDENIED, "chmod 600"},
    {"open dir", break_mode_group_in_open_dir, OD_EDENIED, "chmod 2770"},
    {"owner", break_owner, OD_EDENIED, ""},
    {"directory", break_directory, OD_EDENIED, "not a file"},
    {"fifo", break_fifo, OD_EDENIED, "not a file"},
    {"missing", break_missing, OD_ENOTFOUND, "opdesk init"},
    {"no directory", break_no_directory, OD_ENOTFOUND, "directory"},
    {"other program", break_other_program, OD_EDATA, "another program"},
    {"empty", break_empty, OD_EDATA, "another program"},
    {"text", break_text, OD_EDATA, "damaged"},
    {"newer", break_newer, OD_EUNAVAIL, "newer"},
    {"trigger", break_trigger, OD_EDATA, "evil"},
    {"known trigger", break_known_trigger, OD_EDATA, "audit_no_delete"},
    {"view", break_view, OD_EDATA, "presence"},
    {"page", break_page, OD_EDATA, "damaged"},
};

static void
db_open__kind_of_file__is_opened_or_refused_with_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (int mode = DB_OPEN; mode <= DB_READONLY; mode++) {
			struct err err = ERR_INIT;
			struct db *db = NULL;
			int rc;

			make_desk();
			kinds[i].change();
			rc =
			    db_open(desk_path(), (enum db_mode)mode, &db, &err);
			if (rc != kinds[i].code ||
			    strstr(err.text, kinds[i].says) == NULL)
				fail_msg("%s, mode %d: code %d: %s",
				    kinds[i].what, mode, rc, err.text);
			assert_true((rc == 0) == (db != NULL));
			db_close(&db);
			chmod(tmp.dir, 0700);
			tmp_remove(&tmp);
			tmp_make(&tmp);
		}
	}
}

static void
db_open__uri__is_understood_or_refused(void **state)
{
	char uri[TMP_SIZE + 8];
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	make_desk();
	snprintf(uri, sizeof(uri), "sqlite:%s", desk_path());
	must(db_open(uri, DB_OPEN, &db, &err), &err);
	assert_string_equal(db_path(db), desk_path());
	db_close(&db);
	assert_int_equal(db_open("", DB_OPEN, &db, &err), OD_EUSAGE);
	assert_int_equal(db_open("sqlite:", DB_OPEN, &db, &err), OD_EUSAGE);
	assert_int_equal(db_open("mysql://h/x", DB_OPEN, &db, &err), OD_EUSAGE);
	snprintf(uri, sizeof(uri), "%s/", tmp.dir);
	assert_int_equal(db_open(uri, DB_OPEN, &db, &err), OD_EUSAGE);
	assert_null(db);
}

static void
db_open__strange_name__is_no_uri_for_sqlite(void **state)
{
	static const char *const names[] = {
	    "a?mode=memory", "b#c", "d%41", "e f", "ñandú"};
	struct err err = ERR_INIT;
	struct db *db = NULL;
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		must(db_open(tmp_path(&tmp, names[i]), DB_CREATE, &db, &err),
		    &err);
		run(db, "CREATE TABLE t(id INTEGER PRIMARY KEY)");
		db_close(&db);
		assert_int_equal(stat(tmp_path(&tmp, names[i]), &st), 0);
		must(db_open(tmp_path(&tmp, names[i]), DB_OPEN, &db, &err),
		    &err);
		db_close(&db);
	}
}

static void
db_create__there_is_one__conflicts(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	make_desk();
	assert_int_equal(
	    db_open(desk_path(), DB_CREATE, &db, &err), OD_ECONFLICT);
	assert_null(db);
	raw("PRAGMA application_id = 7");
	assert_int_equal(
	    db_open(desk_path(), DB_CREATE, &db, &err), OD_ECONFLICT);
	/* A creation that was interrupted at its first step. */
	break_empty();
	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	db_close(&db);
	/* ... and at its second one. */
	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	db_close(&db);
}

static void
db_create__files__are_private(void **state)
{
	static const char *const names[] = {"desk.db", "desk.db-wal",
	    "desk.db-shm", "desk.db.turn", "desk.db.bell"};
	struct err err = ERR_INIT;
	struct db *db = NULL;
	mode_t old = umask(0);
	struct stat st;

	(void)state;
	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	run(db, "CREATE TABLE t(id INTEGER PRIMARY KEY)");
	umask(old);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(stat(tmp_path(&tmp, names[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	db_close(&db);
	/* Closing never checkpoints: only the keeper does. */
	assert_int_equal(stat(tmp_path(&tmp, "desk.db-wal"), &st), 0);
	assert_true(st.st_size > 0);
}

static void
db_open__every_connection__has_the_rules(void **state)
{
	static const struct {
		const char *sql;
		int64_t want;
	} rules[] = {
	    {"PRAGMA synchronous", 2},
	    {"PRAGMA foreign_keys", 1},
	    {"PRAGMA trusted_schema", 0},
	    {"PRAGMA temp_store", 2},
	    {"PRAGMA cell_size_check", 1},
	    {"PRAGMA secure_delete", 1},
	    {"PRAGMA wal_autocheckpoint", 0},
	    {"PRAGMA journal_size_limit", 64 << 20},
	    {"PRAGMA application_id", SQLITE_DESK_ID},
	};
	struct err err = ERR_INIT;
	struct db *db = NULL;
	char version;
	int64_t v;
	int fd;

	(void)state;
	make_desk();
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		must(db_int(db, &v, rules[i].sql, NO_BINDS, &err), &err);
		if (v != rules[i].want)
			fail_msg("%s is %d", rules[i].sql, (int)v);
	}
	/* The header's write version: 2 is the log. */
	assert_true((fd = open(desk_path(), O_RDONLY)) >= 0);
	assert_int_equal(pread(fd, &version, 1, 18), 1);
	assert_int_equal(version, 2);
	must(db_begin(db, "test", &err), &err);
	assert_int_not_equal(
	    db_script(db, "ATTACH ':memory:' AS other", &err), 0);
	assert_int_not_equal(db_script(db, "DELETE FROM search_data", &err), 0);
	assert_int_not_equal(
	    db_script(db, "SELECT load_extension('x')", &err), 0);
	db_rollback(db);
	assert_int_equal(strncmp(db_engine_version(db), "SQLite 3.", 9), 0);
	db_close(&db);
	close(fd); /* not before: it would drop SQLite's locks */
}

static void
db_readonly__writes__are_refused(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t v;

	(void)state;
	make_desk();
	must(db_open(desk_path(), DB_READONLY, &db, &err), &err);
	assert_true(db_is_readonly(db));
	must(db_int(db, &v, "SELECT count(*) FROM tickets", NO_BINDS, &err),
	    &err);
	assert_int_equal(db_begin(db, "test", &err), OD_EDENIED);
	assert_non_null(strstr(err.text, "reading only"));
	db_close(&db);
}

/* Another account of the desk's group: 0 when it could write. */
static int
as_other_account(gid_t gid)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int rc;

	if (setgroups(0, NULL) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(4321, 4321, 4321) != 0)
		return 77;
	if ((rc = db_open(desk_path(), DB_OPEN, &db, &err)) != 0)
		return -rc;
	rc = db_begin(db, "test", &err);
	if (rc == 0)
		rc = db_script(db, "UPDATE schema SET version = version", &err);
	if (rc == 0)
		rc = db_commit(db, &err);
	db_close(&db);
	return -rc;
}

static int
status_of(gid_t gid)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(as_other_account(gid));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
db_open__shared_by_a_group__both_accounts_write(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can become two accounts\n");
		skip();
	}
	make_desk();
	break_missing();
	assert_int_equal(chown(tmp.dir, 0, 54321), 0);
	assert_int_equal(chmod(tmp.dir, 02770), 0);
	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	assert_int_equal(chmod(desk_path(), 0660), 0);
	must(migrate_run(db, NULL, &err), &err);
	db_close(&db);
	unlink(tmp_path(&tmp, "desk.db.turn"));
	unlink(tmp_path(&tmp, "desk.db.bell"));
	/* The log was made before the desk was shared. */
	chmod(tmp_path(&tmp, "desk.db-wal"), 0660);
	chmod(tmp_path(&tmp, "desk.db-shm"), 0660);
	assert_int_equal(status_of(54321), 0);
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	run(db, "UPDATE schema SET version = version");
	db_close(&db);
	assert_int_equal(status_of(54322), -OD_EDENIED);
	assert_int_equal(chmod(desk_path(), 0600), 0);
	assert_int_equal(status_of(54321), -OD_EDENIED);
}

static int dirs_synced;

static int
count_dirs(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		dirs_synced++;
	return fsync(fd);
}

static void
db_create__directory__is_made_durable(void **state)
{
	static const struct fs_ops ops = {.write = write,
	    .fsync = count_dirs,
	    .rename = rename,
	    .unlink = unlink};
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	fs_set_ops(&ops);
	dirs_synced = 0;
	must(db_open(desk_path(), DB_CREATE, &db, &err), &err);
	assert_true(dirs_synced > 0);
	dirs_synced = 0;
	must(migrate_run(db, NULL, &err), &err);
	assert_true(dirs_synced > 0);
	fs_set_ops(NULL);
	db_close(&db);
}

/* In a mount namespace of its own; 77 when the system does not allow it. */
static int
on_readonly_disk(void)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t v;

	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount(tmp.dir, tmp.dir, NULL, MS_BIND, NULL) != 0)
		return 77;
	make_desk();
	if (mount(NULL, tmp.dir, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY,
		NULL) != 0)
		return 77;
	/* Its log has rows: without the right to lock they are out of reach. */
	if (db_open(desk_path(), DB_OPEN, &db, &err) != OD_EUNAVAIL ||
	    strstr(err.text, "-wal") == NULL)
		return 1;
	mount(NULL, tmp.dir, NULL, MS_REMOUNT | MS_BIND, NULL);
	raw("PRAGMA wal_checkpoint(TRUNCATE)");
	mount(NULL, tmp.dir, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
	if (db_open(desk_path(), DB_OPEN, &db, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	if (!db_is_readonly(db) ||
	    db_int(db, &v, "SELECT count(*) FROM schema", NO_BINDS, &err) != 0)
		return 3;
	if (db_begin(db, "test", &err) != OD_EDENIED ||
	    strstr(err.text, "mounted for reading only") == NULL)
		return 4;
	db_close(&db);
	return 0;
}

static void
db_open__readonly_disk__reads_and_says_why_not_more(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if ((pid = fork()) == 0)
		_exit(on_readonly_disk());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("mounting is not allowed here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A write that the system cuts off is an error of the disk. */
static void
db_commit__disk_error__poisons_the_connection(void **state)
{
	struct rlimit limit, small;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t v;
	int rc;

	(void)state;
	make_desk();
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	run(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, body BLOB)");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 1 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	must(db_begin(db, "test", &err), &err);
	rc = db_exec(db, "INSERT INTO t(body) VALUES(zeroblob(3000000))",
	    NO_BINDS, NULL, &err);
	if (rc == 0)
		rc = db_commit(db, &err);
	else
		db_rollback(db);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(rc, OD_EIO);
	assert_non_null(strstr(err.text, "start opdesk again"));
	assert_true(db_is_broken(db));
	/* The disk is well again, but this connection is not. */
	assert_int_equal(db_begin(db, "test", &err), OD_EIO);
	assert_non_null(strstr(err.text, "start opdesk again"));
	must(db_int(db, &v, "SELECT count(*) FROM t", NO_BINDS, &err), &err);
	assert_int_equal(v, 0);
	db_close(&db);
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	assert_false(db_is_broken(db));
	run(db, "INSERT INTO t(body) VALUES(zeroblob(3000000))");
	db_close(&db);
}

static void
db_verify__changed_schema_or_page__is_found(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int64_t root;
	int fd;

	(void)state;
	make_desk();
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	must(db_verify(db, &err), &err);
	run(db, "CREATE TABLE extra(id INTEGER PRIMARY KEY)");
	assert_int_equal(db_verify(db, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "extra"));
	run(db, "DROP TABLE extra; DROP INDEX tickets_recent");
	assert_int_equal(db_verify(db, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "tickets_recent"));
	must(db_int(db, &root,
		 "SELECT rootpage FROM sqlite_schema WHERE name = 'tickets'",
		 NO_BINDS, &err),
	    &err);
	db_close(&db);
	raw("PRAGMA wal_checkpoint(TRUNCATE)");
	assert_true((fd = open(desk_path(), O_RDWR)) >= 0);
	assert_int_equal(
	    pwrite(fd, "\xff\xff\xff\xff", 4, (root - 1) * 4096), 4);
	close(fd);
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	assert_int_equal(db_verify(db, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "damaged"));
	assert_int_equal(db_begin(db, "test", &err), OD_EDATA);
	db_close(&db);
}

static void
db_copy__whole_desk__is_private_and_opens(void **state)
{
	char to[TMP_SIZE], *mode = NULL;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	mode_t old = umask(0);
	struct stat st;
	int64_t v;

	(void)state;
	make_desk();
	snprintf(to, sizeof(to), "%s/copy.db", tmp.dir);
	must(db_open(desk_path(), DB_OPEN, &db, &err), &err);
	for (int i = 1; i <= 2; i++) {
		run(db, "INSERT INTO events(tenant_id, name, kind, record_id, "
			"at_us) VALUES(1, 'x', 1, 1, 1)");
		must(db_copy(db, to, &err), &err);
	}
	umask(old);
	db_close(&db);
	assert_int_equal(stat(to, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	must(db_open(to, DB_OPEN, &db, &err), &err);
	must(db_int(db, &v, "SELECT count(*) FROM events", NO_BINDS, &err),
	    &err);
	assert_int_equal(v, 2);
	must(db_verify_indexes(db, &err), &err);
	must(db_begin(db, "test", &err), &err); /* it could also set it */
	must(db_text(db, &mode, "PRAGMA journal_mode", NO_BINDS, &err), &err);
	assert_string_equal(mode, "wal");
	free(mode);
	db_rollback(db);
	assert_int_equal(db_copy(db, "/nowhere/copy.db", &err), OD_EIO);
	db_close(&db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(db_open__kind_of_file__is_opened_or_refused_with_a_sentence),
	    TEST(db_open__uri__is_understood_or_refused),
	    TEST(db_open__strange_name__is_no_uri_for_sqlite),
	    TEST(db_create__there_is_one__conflicts),
	    TEST(db_create__files__are_private),
	    TEST(db_open__every_connection__has_the_rules),
	    TEST(db_readonly__writes__are_refused),
	    TEST(db_open__shared_by_a_group__both_accounts_write),
	    TEST(db_create__directory__is_made_durable),
	    TEST(db_open__readonly_disk__reads_and_says_why_not_more),
	    TEST(db_commit__disk_error__poisons_the_connection),
	    TEST(db_verify__changed_schema_or_page__is_found),
	    TEST(db_copy__whole_desk__is_private_and_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
