/*
 * rows - what an engine alone does, as a limit beside our own figures.
 *
 * Plain statements on a connection of their own.  SQLite: WAL, synchronous
 * FULL, the log folded back every 1,000 pages.
 */
#ifndef TESTS_LIB_ROWS_H
#define TESTS_LIB_ROWS_H

#include <stdint.h>

/*
 * Insert 1 KiB rows with a unique text into a table of their own below dir,
 * batch of them a commit.  Returns rows per second.
 */
double rows_raw(const char *dir, int batch, double seconds);
/* The same on the server of tests/lib/pg.sh, each row a prepared statement. */
double rows_raw_server(const char *dir, int batch, double seconds);

/*
 * Insert every row of a desk's messages, conversations, contacts, contact
 * points and search texts, full text included, into a new file with the same
 * tables and indexes; batch messages, and their share of the others, a commit.
 * Returns the seconds it took.
 */
double rows_copy(const char *dir, const char *desk, int batch);
/* The same on a server, into tables of the same shape; desk is its URI. */
double rows_copy_server(const char *desk, int batch);

#endif
