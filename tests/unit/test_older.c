/*
 * Unit tests of db/engine/older: another program's database is read while that
 * program works with it, and not a byte of it changes.
 *
 * Turned red by: a connection that may write (the file changes), a log that is
 * taken in when the reader goes, one statement for all rows (the writer's
 * checkpoint finds a reader).
 */
#include "db/engine/older.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "db/records/imports.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static void
run_sql(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

/* Another system's database, as it is while that works with it. */
static sqlite3 *
make_older(const char *path, bool with_log, int rows)
{
	sqlite3 *db;
	char sql[200];

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (with_log)
		run_sql(db, "PRAGMA journal_mode=WAL;"
			    "PRAGMA wal_autocheckpoint=0");
	run_sql(db,
	    "CREATE TABLE empleados(id INTEGER PRIMARY KEY, nombre TEXT);"
	    "CREATE TABLE tickets(id INTEGER PRIMARY KEY, title TEXT,"
	    " description BLOB, status TEXT, created_at TEXT);"
	    "CREATE TABLE log(t TEXT PRIMARY KEY) WITHOUT ROWID;"
	    "INSERT INTO log VALUES('a'), ('b');"
	    /* What nobody who reads should run. */
	    "CREATE VIEW mesa_ayuda AS SELECT load_extension('x') AS id;"
	    "INSERT INTO empleados VALUES(1, 'Marta');"
	    "BEGIN");
	for (int i = 1; i <= rows; i++) {
		str_format(sql, sizeof(sql),
		    "INSERT INTO tickets VALUES(%d, 'Ticket %d', %s, 'abierto',"
		    " '2024-01-02 03:04:05')",
		    i, i,
		    i == 2   ? "x'00ff'"
		    : i == 3 ? "NULL"
			     : "'a'");
		run_sql(db, sql);
	}
	run_sql(db, "COMMIT");
	return db;
}

static void
digest_of(const char *path, char hex[SHA256_HEX_SIZE])
{
	struct str text = STR_INIT;

	assert_int_equal(fs_read(path, (size_t)64 << 20, &text, NULL), 0);
	sha256_hex(text.s, text.len, hex);
	str_free(&text);
}

static void
import_run__of_a_database_in_use__reads_and_leaves_it(void **state)
{
	struct desk_fixture *f = *state;
	char path[TMP_SIZE], log[TMP_SIZE + 8], before[2][SHA256_HEX_SIZE],
	    after[2][SHA256_HEX_SIZE];
	struct import_options o = {.kind = IMPORT_TICKETS, .path = path};
	struct import_result *r = calloc(1, sizeof(*r));
	struct err err = ERR_INIT;
	struct ticket t;
	sqlite3 *db;

	str_copy(path, sizeof(path), tmp_path(&f->tmp, "older.db"));
	str_format(log, sizeof(log), "%s-wal", path);
	db = make_older(path, true, 2500);
	digest_of(path, before[0]);
	digest_of(log, before[1]);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	for (int i = 0; i < 2; i++) {
		assert_ok(import_run(f->d, &o, r, &err));
		assert_int_equal(r->format, FORMAT_SQLITE);
		assert_int_equal(r->rows, 2500);
		/* The blob is no text. */
		assert_int_equal(r->refused, 1);
		assert_int_equal(i == 0 ? r->made : r->unchanged, 2499);
		import_result_clear(r);
	}
	digest_of(path, after[0]);
	digest_of(log, after[1]);
	assert_string_equal(before[0], after[0]);
	assert_string_equal(before[1], after[1]);
	/* Its own program goes on. */
	run_sql(db, "UPDATE tickets SET status = 'cerrado' WHERE id = 1");
	assert_int_equal(sqlite3_wal_checkpoint_v2(
			     db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
	    SQLITE_OK);
	assert_ok(import_run(f->d, &o, r, &err));
	assert_int_equal(r->updated, 1);
	import_result_clear(r);
	assert_ok(ticket_by_number(f->d, 1, &t, &err));
	assert_int_equal(t.state, TICKET_CLOSED);
	assert_string_equal(t.subject, "Ticket 1");
	ticket_clear(&t);
	o.table = "nada";
	assert_rc(import_run(f->d, &o, r, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "empleados"));
	sqlite3_close(db);
	/* Nobody uses it now: nothing of ours stays beside it. */
	o.table = NULL;
	o.kind = IMPORT_EMPLOYEES;
	assert_ok(import_run(f->d, &o, r, &err));
	assert_int_equal(r->made, 1);
	assert_int_equal(access(log, F_OK), -1);
	free(r);
}

static void
import_run__of_the_desk_itself__is_refused(void **state)
{
	SQLITE_ONLY("there is no file of it");
	struct desk_fixture *f = *state;
	struct import_options o = {
	    .kind = IMPORT_TICKETS, .path = db_path(f->d->db)};
	struct import_result *r = calloc(1, sizeof(*r));
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(import_run(f->d, &o, r, &err), OD_EUSAGE);
	(void)desk_fixture_ticket(f, "It still can be written");
	free(r);
}

static void
older_next__without_row_numbers__counts_them(void **state)
{
	struct desk_fixture *f = *state;
	char path[TMP_SIZE];
	const char *const *values, *const *names;
	struct err err = ERR_INIT;
	struct older *o = NULL;
	int64_t rows, id;
	sqlite3 *db;

	str_copy(path, sizeof(path), tmp_path(&f->tmp, "older.db"));
	db = make_older(path, false, 3);
	sqlite3_close(db);
	assert_ok(older_open(path, &o, &err));
	assert_int_equal(older_tables(o, &names), 3);
	assert_ok(older_begin(o, "log", &rows, &err));
	assert_int_equal(rows, 2);
	assert_int_equal(older_columns(o, &names), 1);
	assert_string_equal(names[0], "t");
	assert_int_equal(older_next(o, &id, &values, &err), 1);
	assert_string_equal(values[0], "a");
	assert_int_equal(older_next(o, &id, &values, &err), 1);
	assert_int_equal(id, 2);
	assert_int_equal(older_next(o, &id, &values, &err), 0);
	assert_ok(older_begin(o, "tickets", &rows, &err));
	assert_int_equal(older_next(o, &id, &values, &err), 1);
	assert_int_equal(older_next(o, &id, &values, &err), 1);
	assert_null(values[2]);
	assert_int_equal(older_next(o, &id, &values, &err), 1);
	assert_string_equal(values[2], "");
	assert_int_equal(older_next(o, &id, &values, &err), 0);
	older_close(&o);
}

static void
older_open__what_is_no_database__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	char path[TMP_SIZE];
	struct err err = ERR_INIT;
	struct older *o = NULL;
	int64_t rows, id;
	const char *const *values;
	FILE *out;
	int rc;

	str_copy(path, sizeof(path), tmp_path(&f->tmp, "older.db"));
	assert_rc(older_open(path, &o, &err), OD_ENOTFOUND);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs("This is no database, but long enough to be looked at.\n", out);
	fclose(out);
	assert_rc(older_open(path, &o, &err), OD_EDATA);
	/* Damaged in the middle, it ends there with a sentence. */
	unlink(path);
	sqlite3_close(make_older(path, false, 2000));
	out = fopen(path, "r+");
	assert_non_null(out);
	for (long at = 4096 * 6; at < 4096 * 12; at += 512) {
		fseek(out, at, SEEK_SET);
		for (int i = 0; i < 400; i++)
			fputc(0xee, out);
	}
	fclose(out);
	rc = older_open(path, &o, &err);
	if (rc == 0)
		rc = older_begin(o, "tickets", &rows, &err);
	if (rc == 0)
		while ((rc = older_next(o, &id, &values, &err)) == 1)
			;
	assert_int_equal(rc, OD_EDATA);
	older_close(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(import_run__of_a_database_in_use__reads_and_leaves_it),
	    DESK_TEST(import_run__of_the_desk_itself__is_refused),
	    DESK_TEST(older_next__without_row_numbers__counts_them),
	    DESK_TEST(older_open__what_is_no_database__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
