/*
 * desk_copy - a whole desk, moved to another place or another engine.
 *
 * Every table of the database, by its own word, and every file.  Nobody may
 * write to the desk meanwhile: its keeper's lock and its write transaction
 * are held from the first row read to the last one compared.  What was
 * written is read back and compared by count and digest, table by table.
 * Until all is there the new place is refused as unfinished; a copy to it may
 * be begun anew.
 *
 * Nothing may be sent twice.  Unless the old desk is to be kept, no program
 * writes to it any more once the copy is whole, and it says where it is now;
 * it is closed before the new one can be opened, so both are never at work.
 * When it is kept, what was to be sent is held in the copy.
 *
 * What a daemon kept in the spool goes into the new desk as well, and so do
 * the notes of where the audit trails stood, with their key, and the key of
 * what is sealed.
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
	bool keep_source;  /* both go on; else the old desk is closed */
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
	char files_dir[sizeof(((struct desk *)NULL)->files_dir)]; /* there */
	int64_t damaged;      /* files that were missing or not as noted */
	char first_damaged[65];
	int64_t spooled;    /* events that waited in files and came along */
	int64_t unreadable; /* those that stay, since they cannot be read */
	int64_t held;       /* sendings, when both desks go on */
	bool is_moved;      /* the old desk is closed */
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

/*
 * Go on with a desk that was moved away, or that was brought back by other
 * means than a restore: what was to be sent is held, since the other one may
 * have sent it.  Nobody may look after it (OD_EUNAVAIL).  d was opened with
 * closed and acts as its host (OP_DESK_REOPEN).
 */
int desk_reopen(
    struct desk *d, bool *was_moved, int64_t *held, struct err *err);
/* Where a desk was moved to; "" when it was not. */
int desk_moved_to(struct desk *d, char *to, size_t size, struct err *err);

#endif
