/*
 * all_rows - what is in every table of a desk, to be compared with later.
 */
#ifndef TESTS_LIB_ALL_ROWS_H
#define TESTS_LIB_ALL_ROWS_H

#include "db/core/db.h"

/*
 * A line for each table: name, count, digest of all its rows.  Owned; what
 * goes wrong aborts the test program with the sentence.
 */
char *all_rows(struct db *db);

#endif
