/*
 * Unit tests of db/engine/sqlite_err: what each failure of SQLite is for the
 * caller.
 *
 * Turned red by: an error of the disk that does not end the connection, a code
 * that is taken for another.
 */
#include "common/log.h"
#include "db/engine/sqlite_int.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct str logged = STR_INIT;

static void
keep_line(const char *line, void *data)
{
	str_add(data, line);
}

/* What each failure is for the caller, and whether the connection is over. */
static void
sqlite__fail__each_code__has_its_sentence(void **state)
{
	static const struct {
		int sqlite, code;
		const char *says;
		bool poisons, is_logged;
	} cases[] = {
	    {SQLITE_BUSY, OD_EUNAVAIL, "busy", false, false},
	    {SQLITE_BUSY_SNAPSHOT, OD_EUNAVAIL, "busy", false, false},
	    {SQLITE_LOCKED, OD_EUNAVAIL, "busy", false, false},
	    {SQLITE_FULL, OD_EIO, "Make room", false, false},
	    {SQLITE_READONLY, OD_EDENIED, "who owns", false, false},
	    {SQLITE_PERM, OD_EDENIED, "who owns", false, false},
	    {SQLITE_CONSTRAINT_UNIQUE, OD_ECONFLICT, "already", false, false},
	    {SQLITE_CONSTRAINT_PRIMARYKEY, OD_ECONFLICT, "already", false,
		false},
	    {SQLITE_CONSTRAINT_ROWID, OD_ECONFLICT, "already", false, false},
	    {SQLITE_CONSTRAINT_FOREIGNKEY, OD_ECONFLICT, "refers to", false,
		false},
	    {SQLITE_CONSTRAINT_TRIGGER, OD_EDENIED, "audit", false, false},
	    {SQLITE_CONSTRAINT_NOTNULL, OD_EDATA, "range", false, true},
	    {SQLITE_TOOBIG, OD_ELIMIT, "too large", false, false},
	    {SQLITE_INTERRUPT, OD_ECANCEL, "stopped", false, false},
	    {SQLITE_NOMEM, OD_EIO, "memory", false, false},
	    {SQLITE_CANTOPEN, OD_EIO, "directory", false, false},
	    {SQLITE_IOERR_FSYNC, OD_EIO, "nothing more is written", true, true},
	    {SQLITE_CORRUPT, OD_EDATA, "damaged", true, true},
	    {SQLITE_NOTADB, OD_EDATA, "damaged", true, true},
	    {SQLITE_MISUSE, OD_EIO, "doctor", false, false}, /* a brake */
	};

	(void)state;
	log_set_sink(keep_line, &logged);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct engine_conn conn = {.turn_fd = -1};
		struct err err = ERR_INIT;

		str_clear(&logged);
		if (sqlite__fail(&conn, cases[i].sqlite, &err) !=
			cases[i].code ||
		    strstr(err.text, cases[i].says) == NULL)
			fail_msg(
			    "%d: %d: %s", cases[i].sqlite, err.code, err.text);
		assert_int_equal(
		    sqlite__may_write(&conn, &err) != 0, cases[i].poisons);
		if (cases[i].is_logged)
			assert_non_null(
			    strstr(logged.s, "\"level\":\"error\""));
	}
	log_set_sink(NULL, NULL);
	str_free(&logged);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sqlite__fail__each_code__has_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
