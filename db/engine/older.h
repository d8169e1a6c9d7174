/*
 * older - the database of another program (SQLite), only read.
 *
 * Nothing of it is ever changed, and whoever works with it goes on: it is read
 * a thousand rows at a time, nothing is locked in between.  What it holds is
 * not trusted: its views and triggers never run.  Not thread-safe.
 */
#ifndef DB_ENGINE_OLDER_H
#define DB_ENGINE_OLDER_H

#include "common/err.h"
#include <stddef.h>
#include <stdint.h>

#define OLDER_TABLES_MAX  1000
#define OLDER_COLUMNS_MAX 200

struct older;

/* OD_ENOTFOUND, OD_EDATA (damaged, or no database), OD_EUNAVAIL (busy). */
int older_open(const char *path, struct older **older, struct err *err);
void older_close(struct older **older);

/* Its tables, in the order in which they were made; borrowed. */
size_t older_tables(const struct older *o, const char *const **names);

/* Read that table from its first row on; *rows: how many it has by now. */
int older_begin(
    struct older *o, const char *table, int64_t *rows, struct err *err);
size_t older_columns(const struct older *o, const char *const **names);
/*
 * 1 and the next row, 0 at the end, else an error as above.  *values as many
 * as there are columns, "" for NULL, and NULL for what is no text (a blob, no
 * UTF-8, a NUL within); they live until the next call.  *id is the number by
 * which the row is known there, or how manieth it is.
 */
int older_next(
    struct older *o, int64_t *id, const char *const **values, struct err *err);

#endif
