/*
 * rows - all rows of a table: their digest, and a copy in another database.
 *
 * The digest is the same on every engine: SHA-256 over the rows in the order
 * of the key, each column by name with its kind and length.  A database's own
 * thread.
 */
#ifndef DB_CORE_ROWS_H
#define DB_CORE_ROWS_H

#include "common/digest.h"
#include "db/core/catalogue.h"

struct rows_figures {
	int64_t rows;
	int64_t mended; /* texts that were no UTF-8 */
	char digest[SHA256_HEX_SIZE];
};

struct rows_options {
	/* Count texts as an engine has them that mends them (utf8_mend). */
	bool mend;
	/* Now and then, after rows more; what it returns ends the work. */
	int (*progress)(int64_t rows, void *data, struct err *err);
	void *data;
};

int rows_digest(struct db *db, const struct catalogue_table *t,
    const struct rows_options *options, struct rows_figures *figures,
    struct err *err);
/*
 * Add every row of the table to the one of the same name in the database to,
 * a few thousand in a transaction, with what full text needs; the engine's
 * next id follows the highest that was ever made in from.  figures are of the
 * rows as they were read.  from may be in a transaction.
 */
int rows_copy(struct db *from, struct db *to, const struct catalogue_table *t,
    const struct rows_options *options, struct rows_figures *figures,
    struct err *err);
/* In one transaction, which is open: of small tables. */
int rows_copy_within(struct db *from, struct db *to,
    const struct catalogue_table *t, struct rows_figures *figures,
    struct err *err);

#endif
