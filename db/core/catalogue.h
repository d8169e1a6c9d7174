/*
 * catalogue - the tables of a database, from the database itself, and the
 * statements that read and write all of a table.
 *
 * The only SQL besides query.c's that is joined: of names that the catalogue
 * gave and that are made of a to z, digits and underscores.
 */
#ifndef DB_CORE_CATALOGUE_H
#define DB_CORE_CATALOGUE_H

#include "db/core/db.h"

#define CATALOGUE_NAME 64

enum column_kind { COLUMN_INT = 1, COLUMN_TEXT = 2, COLUMN_BLOB = 3 };

struct catalogue_column {
	char name[CATALOGUE_NAME];
	enum column_kind kind;
	int key; /* place in the primary key, from 1; 0: not in it */
};

struct catalogue_table {
	char name[CATALOGUE_NAME];
	struct catalogue_column *columns; /* owned; by name */
	size_t count;
	int keys;     /* columns of the primary key */
	bool has_ids; /* its key is an id that the engine makes */
};

struct catalogue {
	struct catalogue_table *tables; /* owned */
	size_t count;
};

/*
 * Every table, those that others refer to first.  OD_EDATA for a column whose
 * kind or name is none of ours, and for tables that refer to each other in a
 * circle.
 */
int catalogue_read(struct db *db, struct catalogue *c, struct err *err);
void catalogue_free(struct catalogue *c);
/* NULL when there is no such table. */
const struct catalogue_table *catalogue_find(
    const struct catalogue *c, const char *name);
/* OD_EDATA unless both have the same tables with the same columns. */
int catalogue_compare(
    const struct catalogue *a, const struct catalogue *b, struct err *err);

/*
 * All columns, in the order of the key, at most $1 rows; with after only
 * those behind the key $2...  The order of texts is that of their bytes.
 */
void catalogue_select(const struct db *db, const struct catalogue_table *t,
    bool after, struct str *sql);
void catalogue_insert(const struct catalogue_table *t, struct str *sql);
/* For load_begin of engines that have it. */
void catalogue_load(const struct catalogue_table *t, struct str *sql);
void catalogue_count(const struct catalogue_table *t, struct str *sql);

#endif
