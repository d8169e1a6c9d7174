/*
 * desk_copy - a whole desk, moved to another place or another engine.
 *
 * Every table of the database, by its own word, and every file.  Nobody may
 * write to the desk meanwhile: its keeper's lock and its write transaction
 * are held from the first row read to the last one compared.  What was
 * written is read back and compared by count and digest, table by table.
 * Until all is there the new place is refused as unfinished; a copy to it may
 * be begun anew.
 */
#ifndef DB_RECORDS_DESK_COPY_H
#define DB_RECORDS_DESK_COPY_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/core/rows.h"

enum desk_copy_step { DESK_COPY_FILES, DESK_COPY_ROWS, DESK_COPY_COMPARE };

struct desk_copy_options {
	const char *from, *to;             /* URIs */
	const char *from_files, *to_files; /* "" or NULL: beside the desk */
	bool keep_damaged; /* files as they are; else they end the copy */
	/* Each step from 0 to all; may be NULL. */
	void (*progress)(
	    enum desk_copy_step step, int64_t done, int64_t all, void *data);
	void *data;
};

struct desk_copy_table {
	char name[CATALOGUE_NAME];
	struct rows_figures figures;
};

struct desk_copy {
	struct desk_copy_table *tables; /* owned */
	size_t count;
	int64_t rows;
	int64_t mended;       /* texts that were no UTF-8 and are now */
	int64_t files, bytes; /* copied, or there already */
	int64_t damaged;      /* files that were missing or not as noted */
	char first_damaged[65];
	int64_t audit_rows; /* of all tenants, checked in the new place */
	int64_t audit_bad;  /* tenants whose chain is broken, there as here */
};

/*
 * OD_EUNAVAIL when somebody else looks after or writes to one of the desks,
 * OD_ECONFLICT when there is one at the new place already, OD_EDATA when the
 * desk is damaged (keep_damaged excuses its files) or the copy differs.
 */
int desk_copy(const struct desk_copy_options *options, struct desk_copy *copy,
    struct err *err);
void desk_copy_free(struct desk_copy *copy);
void desk_copy_json(const struct desk_copy *copy, struct json_out *out);

/* ---- desk_copy_files.c ---- */

/*
 * The files of the open desk from into dir, the same names; those that are
 * there already as they should be stay.
 */
int desk_copy__files(struct desk *from, const char *dir,
    const struct desk_copy_options *options, struct desk_copy *copy,
    struct err *err);

#endif
