/*
 * A backup of every schema that was ever released comes back as a desk of this
 * one: its rows are those that it had, what was due is held, the audit trail
 * is whole.  And a backup comes back on a server, and from there into a file.
 *
 * Turned red by: check_desk without migrate_run; desk_copy's source kept as it
 * is (due) after a restore to a server.
 *
 * What is restored is a backup of a desk in a file.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "db/core/db_int.h"
#include "db/engine/migrate.h"
#include "db/records/backup.h"
#include "db/records/desk_copy.h"
#include "db/records/outbox.h"
#include "tests/lib/backup_wrap.h"
#include "tests/lib/desk_test.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct archive_secret plain;

static bool
unpack(int version, const char *to)
{
	char from[64];
	int status, fd;
	pid_t pid;

	snprintf(
	    from, sizeof(from), "tests/data/desk-schema-%d.db.gz", version);
	if (access(from, R_OK) != 0)
		return false;
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	if ((pid = fork()) == 0) {
		dup2(fd, 1);
		execlp("gzip", "gzip", "-dc", from, (char *)NULL);
		_exit(127);
	}
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return true;
}

static int64_t
count(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = 0;

	assert_ok(db_int(db, &n, sql, NO_BINDS, &err));
	return n;
}

static const char *const counted[] = {"SELECT count(*) FROM tickets",
    "SELECT count(*) FROM messages", "SELECT count(*) FROM contacts",
    "SELECT count(*) FROM changes", "SELECT count(*) FROM search_texts",
    "SELECT count(*) FROM outbox"};
#define COUNTED (sizeof(counted) / sizeof(counted[0]))

/* Some sendings of it are due, and nothing else is open. */
static void
read_old(const char *path, struct archive_head *head, int64_t counts[COUNTED])
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	char *id = NULL;
	int min_writer;

	assert_ok(db_open(path, DB_OPEN, &db, &err));
	assert_ok(migrate_current(db, &head->schema, &min_writer, &err));
	assert_ok(db_begin(db, "test", &err));
	assert_ok(db_exec(db,
	    "UPDATE outbox SET state = 0 WHERE id IN"
	    " (SELECT id FROM outbox LIMIT 2)",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(db, &err));
	assert_ok(db_text(db, &id,
	    "SELECT value FROM meta WHERE name ="
	    " 'desk_id'",
	    NO_BINDS, &err));
	str_copy(head->desk_id, sizeof(head->desk_id), id);
	head->created_us = clock_wall_us();
	for (size_t i = 0; i < COUNTED; i++)
		counts[i] = count(db, counted[i]);
	free(id);
	/* One file, as in a backup. */
	db_close(&db);
}

static void
write_backup(struct tmp *t, const char *desk, const struct archive_head *head)
{
	struct str bytes = STR_INIT, archive = STR_INIT;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	char whole[TMP_SIZE];

	str_copy(whole, sizeof(whole), tmp_path(t, "whole.db"));
	assert_ok(db_open(desk, DB_OPEN, &db, &err));
	assert_ok(db_copy(db, whole, &err));
	db_close(&db);
	assert_ok(fs_read(whole, 64 << 20, &bytes, &err));
	backup_wrap(head, &bytes, &archive);
	assert_ok(fs_write_atomic(
	    tmp_path(t, "old.backup"), archive.s, archive.len, 0600, &err));
	str_free(&bytes);
	str_free(&archive);
}

static void
check_desk(const char *uri, const int64_t counts[COUNTED])
{
	const struct desk_options o = {.uri = uri};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	int64_t held;

	assert_ok(desk_open(&o, &d, &err));
	assert_ok(db_verify_indexes(d->db, &err));
	for (size_t i = 0; i < COUNTED; i++)
		assert_int_equal(count(d->db, counted[i]), counts[i]);
	assert_ok(outbox_count_held(d, &held, &err));
	assert_int_equal(held, 2);
	assert_int_equal(
	    count(d->db, "SELECT count(*) FROM outbox WHERE state IN (0, 1)"),
	    0);
	desk_close(&d);
}

static void
restore_old(struct tmp *t, int version)
{
	char desk[TMP_SIZE], from[TMP_SIZE], to[TMP_SIZE], name[32];
	struct restore_options o = {.from = from, .secret = &plain};
	struct archive_head head = {0};
	struct restore_figures out;
	struct err err = ERR_INIT;
	int64_t counts[COUNTED];

	snprintf(name, sizeof(name), "schema%d.db", version);
	str_copy(desk, sizeof(desk), tmp_path(t, name));
	if (!unpack(version, desk))
		return;
	read_old(desk, &head, counts);
	assert_int_equal(head.schema, version);
	write_backup(t, desk, &head);
	str_copy(from, sizeof(from), tmp_path(t, "old.backup"));
	snprintf(name, sizeof(name), "back%d/desk.db", version);
	str_copy(to, sizeof(to), tmp_path(t, name));
	assert_ok(restore_run(&o, &out, &err)); /* --verify */
	o.to = to;
	assert_ok(restore_run(&o, &out, &err));
	assert_int_equal(out.schema, SCHEMA_VERSION);
	assert_int_equal(out.held, 2);
	assert_int_equal(out.audit_bad, 0);
	assert_true(out.audit_rows > 10);
	check_desk(to, counts);
}

static void
restore__every_released_schema__is_brought_to_this_one(void **state)
{
	struct tmp t;

	(void)state;
	SQLITE_ONLY("a backup is of a desk in a file");
	tmp_make(&t);
	for (int i = 1; i <= SCHEMA_VERSION; i++)
		restore_old(&t, i);
	tmp_remove(&t);
}

/* To the engine that the tests run on, and back into a file. */
static void
restore__to_a_server__is_held_there_and_moves_on(void **state)
{
	char desk[TMP_SIZE], from[TMP_SIZE], to[ENGINE_URI_SIZE];
	char files[TMP_SIZE], back[TMP_SIZE];
	struct restore_options o = {
	    .from = from, .to = to, .to_files = files, .secret = &plain};
	struct desk_copy_options c = {
	    .from = to, .from_files = files, .to = back};
	struct archive_head head = {0};
	struct restore_figures out;
	struct err err = ERR_INIT;
	int64_t counts[COUNTED];
	struct desk_copy copy;
	struct tmp t;

	(void)state;
	tmp_make(&t);
	str_copy(desk, sizeof(desk), tmp_path(&t, "old.db"));
	if (!unpack(1, desk))
		fail_msg("there is no desk of schema 1");
	read_old(desk, &head, counts);
	write_backup(&t, desk, &head);
	str_copy(from, sizeof(from), tmp_path(&t, "old.backup"));
	str_copy(to, sizeof(to), tmp_desk(&t, "there/desk.db"));
	str_copy(files, sizeof(files), tmp_path(&t, "there/files"));
	str_copy(back, sizeof(back), tmp_path(&t, "back/desk.db"));
	if (!engine_is_postgres())
		o.to_files = NULL;
	assert_ok(restore_run(&o, &out, &err));
	assert_int_equal(out.held, 2);
	check_desk(to, counts);
	/* Nothing is replaced, there as here. */
	assert_rc(restore_run(&o, &out, &err), OD_ECONFLICT);
	assert_ok(desk_copy(&c, &copy, &err));
	desk_copy_free(&copy);
	check_desk(back, counts);
	tmp_remove(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		restore__every_released_schema__is_brought_to_this_one),
	    cmocka_unit_test(restore__to_a_server__is_held_there_and_moves_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
