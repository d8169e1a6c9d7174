/*
 * engine - which engine the tests' desks are on.
 *
 * OPDESK_TEST_ENGINE=postgres puts every desk that is asked for here into a
 * database of its own on the cluster of OPDESK_TEST_PG (tests/lib/pg.sh);
 * else it is a file.  What cannot be done aborts the program.
 */
#ifndef TESTS_LIB_ENGINE_H
#define TESTS_LIB_ENGINE_H

#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>

#define ENGINE_URI_SIZE 256

bool engine_is_postgres(void);
/*
 * The URI of a new desk: path itself, or that of an empty database made for
 * it.  The same path gives the same database until engine_drop.
 */
void engine_uri(const char *path, char uri[ENGINE_URI_SIZE]);
/*
 * The same with a desk in it, as make() fills a new one and closes it.  That
 * is done once for each name: on a server by whoever comes first, for files by
 * each program, or once for all that run with the same directory
 * OPDESK_TEST_TEMPLATES.  This is a copy of it.
 */
void engine_copy(const char *name, const char *path,
    void (*make)(const char *uri), char uri[ENGINE_URI_SIZE]);
/* A server's desk as another one is; nobody has that one open. */
void engine_put_back(const char *from, const char *to);
/*
 * Rows that were rolled back have used numbers up: statements by which the
 * next ones of a server's desk get the numbers that they would get now.
 */
void engine_numbers(const char *uri, struct str *out);
void engine_number_again(const char *uri, const char *numbers);
/* The server has seen that whoever had this desk open is gone. */
void engine_await_alone(const char *uri);
/* Drop the databases of all paths that begin with dir. */
void engine_drop(const char *dir);
/*
 * The server goes away for this desk, and for nobody else's: every connection
 * is ended in the middle of what it does, and none is taken until it is back.
 */
void engine_away(const char *uri);
void engine_back(const char *uri);

/*
 * First in main: the program begins again, argv0 as before, on a cluster that
 * nobody else uses.
 */
void engine_own_cluster(const char *argv0);
/*
 * While it is quiet no test program makes or drops a database on the cluster,
 * which would make a checkpoint; neither may the caller.
 */
void engine_quiet(bool is_quiet);

/* All rows of all tables of a server's desk, as a text. */
void engine_read_all(const char *uri, struct str *out);

/*
 * First in a test that means nothing on the other engine: skips it there and
 * says why, "it is about pages of the file".
 */
void engine_say_skipped(const char *test, const char *why);
#define SQLITE_ONLY(why)                                                       \
	do {                                                                   \
		if (engine_is_postgres()) {                                    \
			engine_say_skipped(__func__, why);                     \
			skip();                                                \
		}                                                              \
	} while (0)

#endif
