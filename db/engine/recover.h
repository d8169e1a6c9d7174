/*
 * recover - what can still be read of a damaged desk's file, into a new one.
 *
 * Works on a copy (TO.damaged), never on the damaged file.  Each table that a
 * desk of this program has is read row by row; where a page cannot be read
 * the next readable row behind it is looked for.  Rows that the new desk
 * refuses (a value that cannot be there, an id twice) are counted and left
 * out.  The search index is built anew.  SQLite's files only.
 */
#ifndef DB_ENGINE_RECOVER_H
#define DB_ENGINE_RECOVER_H

#include "common/err.h"
#include <stdint.h>

struct recover_table {
	const char *name; /* borrowed until the call returns */
	int64_t read;     /* rows in the new desk */
	int64_t expected; /* rows that an index knows; -1: unknown */
	int64_t refused;  /* read, but no row of a desk */
	int64_t gaps;     /* places where pages could not be read */
};

struct recover_figures {
	int64_t rows, lost; /* lost: of what is known */
	int64_t gaps;
	int64_t orphans; /* rows whose company, contact ... is lost */
};

typedef void (*recover_told_fn)(const struct recover_table *t, void *data);

/*
 * from is the path of a desk that nobody uses now; nothing may be at to.
 * OD_EUNAVAIL: a program uses it; OD_ECONFLICT: to is there; OD_EDATA:
 * nothing could be read.  After an error nothing is at to.
 */
int recover_file(const char *from, const char *to, recover_told_fn told,
    void *data, struct recover_figures *out, struct err *err);

#endif
