/* all_rows - see all_rows.h. */
#include "tests/lib/all_rows.h"
#include "db/core/rows.h"
#include <stdio.h>
#include <stdlib.h>

char *
all_rows(struct db *db)
{
	static const struct rows_options options = {0};
	struct catalogue c = {0};
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct rows_figures figures;
	int rc = catalogue_read(db, &c, &err);

	for (size_t i = 0; rc == 0 && i < c.count; i++) {
		rc = rows_digest(db, &c.tables[i], &options, &figures, &err);
		str_addf(&out, "%s %lld %s\n", c.tables[i].name,
		    (long long)figures.rows, figures.digest);
	}
	if (rc != 0) {
		fprintf(stderr, "all_rows: %s\n", err.text);
		abort();
	}
	catalogue_free(&c);
	return str_take(&out);
}
