/*
 * Corpus of damaged desk files: a good desk, changed as a line says.
 *
 * The changes stand one behind the other, ended by a line end: "cut SIZE",
 * "grow BYTES", "put OFFSET HEX", "flip OFFSET BIT", "noise OFFSET BYTES" and
 * "sql STATEMENTS".  Expected is "ok", or who refuses it ("open", "verify")
 * with words of its sentence.  However it is opened, the file stays as it was;
 * and doctor makes a whole desk of what can be read, or none.
 *
 * Seen red with: the application id not compared in check_identity, and with
 * sqlite__check_code made to accept every trigger.
 *
 * SQLite only: the bytes that are wrong are a file's.
 */
#include "common/fsutil.h"
#include "db/core/db.h"
#include "db/engine/recover.h"
#include "db/engine/sqlite_int.h"
#include "tests/lib/corpus.h"
#include "tests/lib/old_desk.h"
#include "tests/lib/tmp.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define RECOVER_EACH 7 /* of the cases: it takes the time of ten others */
#define DESK_MAX     ((size_t)16 * 1024 * 1024)

static struct tmp tmp;
/* The bytes of a desk of the first schema, without a log. */
static struct str good = STR_INIT;

static const char *
desk_path(void)
{
	return tmp_path(&tmp, "desk.db");
}

static void
forget_log(void)
{
	unlink(tmp_path(&tmp, "desk.db-wal"));
	unlink(tmp_path(&tmp, "desk.db-shm"));
}

/* What SQLite itself accepts, brought into the file. */
static void
raw(const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(desk_path(), &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA writable_schema=ON", NULL, NULL, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		print_error("%s: %s\n", sql, sqlite3_errmsg(db));
	sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	sqlite3_close(db);
	forget_log();
}

static void
read_desk(struct str *out)
{
	struct err err = ERR_INIT;

	str_clear(out);
	if (fs_read(desk_path(), DESK_MAX, out, &err) != 0)
		fail_msg("%s", err.text);
}

static int
setup(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	tmp_make(&tmp);
	if (db_open(desk_path(), DB_CREATE, &db, &err) != 0 ||
	    old_desk_make(db, 1, &err) != 0)
		fail_msg("%s", err.text);
	db_close(&db);
	raw("SELECT 1");
	read_desk(&good);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	str_free(&good);
	tmp_remove(&tmp);
	return 0;
}

static void
write_desk(const struct str *bytes)
{
	int fd = open(desk_path(), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fs_put(fd, bytes->s, bytes->len, NULL), 0);
	close(fd);
	forget_log();
}

static void
put(struct str *b, size_t at, const char *hex)
{
	unsigned byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2, at++) {
		assert_in_range(at, 0, b->len - 1);
		b->s[at] = (char)byte;
	}
}

/* Bytes that are the same in each run. */
static void
noise(struct str *b, size_t at, size_t n)
{
	uint32_t v = (uint32_t)at + 1;

	for (; n > 0; n--, at++) {
		v = v * 1664525 + 1013904223;
		assert_in_range(at, 0, b->len - 1);
		b->s[at] = (char)(v >> 24);
	}
}

static void
change(struct str *b, const char *line)
{
	char verb[8] = "";
	unsigned long at = 0, n = 0;
	int end = 0;

	sscanf(line, "%7s %n", verb, &end);
	if (strcmp(verb, "sql") == 0) {
		write_desk(b);
		raw(line + end);
		read_desk(b);
		return;
	}
	assert_true(sscanf(line + end, "%lu %lu", &at, &n) >= 1);
	if (strcmp(verb, "cut") == 0)
		str_trunc(b, at);
	else if (strcmp(verb, "grow") == 0)
		while (at-- > 0)
			str_addc(b, '\0');
	else if (strcmp(verb, "flip") == 0)
		b->s[at] = (char)(b->s[at] ^ 1 << n);
	else if (strcmp(verb, "noise") == 0)
		noise(b, at, n);
	else if (strcmp(verb, "put") == 0)
		put(b, at, strchr(line + end, ' ') + 1);
	else
		fail_msg("no change: %s", line);
}

static void
describe(char *got, size_t got_size, const char *who, const struct err *err,
    const char *expected)
{
	const char *words = strchr(expected, ' ');

	if (words != NULL && strstr(err->text, words + 1) != NULL)
		str_format(got, got_size, "%s%s", who, words);
	else
		str_format(got, got_size, "%s %s", who, err->text);
}

/* What can be read of it becomes a whole desk, or there is none. */
static void
recover(char *got, size_t got_size)
{
	static const char *const names[] = {"recovered.db", "recovered.db-wal",
	    "recovered.db-shm", "recovered.db.turn", "recovered.db.bell",
	    "recovered.db.keeper"};
	char to[TMP_SIZE];
	struct recover_figures f;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	int rc;

	str_copy(to, sizeof(to), tmp_path(&tmp, "recovered.db"));
	if ((rc = recover_file(desk_path(), to, NULL, NULL, &f, &err)) == 0 &&
	    ((rc = db_open(to, DB_OPEN, &db, &err)) != 0 ||
		(rc = db_verify_indexes(db, &err)) != 0))
		str_format(got, got_size, "recovered badly: %s", err.text);
	else if (rc != 0 && access(to, F_OK) == 0)
		str_copy(got, got_size, "recovered nothing, and it is there");
	db_close(&db);
	for (int i = 0; i < 6; i++)
		unlink(tmp_path(&tmp, names[i]));
}

static void
run_desk(const struct corpus_case *c, char *got, size_t got_size)
{
	struct str bytes = STR_INIT, after = STR_INIT, lines = STR_INIT;
	char *save = NULL, other[600];

	str_addn(&bytes, good.s, good.len);
	str_add(&lines, c->input);
	for (char *l = strtok_r(lines.s, "\n", &save); l != NULL;
	     l = strtok_r(NULL, "\n", &save))
		change(&bytes, l);
	for (int mode = DB_OPEN; mode <= DB_READONLY; mode++) {
		struct err err = ERR_INIT;
		struct db *db = NULL;
		int64_t tables;

		write_desk(&bytes);
		str_copy(other, sizeof(other), got);
		if (db_open(desk_path(), (enum db_mode)mode, &db, &err) != 0)
			describe(got, got_size, "open", &err, c->expected);
		else if (db_verify(db, &err) != 0)
			describe(got, got_size, "verify", &err, c->expected);
		else if (db_int(db, &tables, "SELECT count(*) FROM meta",
			     NO_BINDS, &err) != 0)
			describe(got, got_size, "read", &err, c->expected);
		else
			str_copy(got, got_size, "ok");
		assert_int_equal(db == NULL, strncmp(got, "open", 4) == 0);
		db_close(&db);
		if (mode == DB_READONLY && strcmp(other, got) != 0)
			str_format(got, got_size, "for writing: %s", other);
		read_desk(&after);
		if (after.len != bytes.len ||
		    memcmp(after.s, bytes.s, bytes.len) != 0)
			str_copy(got, got_size, "changes the file");
	}
	if (c->line % RECOVER_EACH == 0)
		recover(got, got_size);
	str_free(&bytes);
	str_free(&after);
	str_free(&lines);
}

static void
corpus__desk__is_read_whole_or_refused(void **state)
{
	(void)state;
	alarm(100); /* nothing hangs */
	corpus_run("sqlite/damage", 300, run_desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		corpus__desk__is_read_whole_or_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
