/* desk_copy_int - what the files of desk_copy share. */
#ifndef DB_RECORDS_DESK_COPY_INT_H
#define DB_RECORDS_DESK_COPY_INT_H

#include "db/records/desk_copy.h"
#include "db/records/spool_files.h"

/* db_begin for a transaction that may last. */
int desk_copy__begin(struct db *db, struct err *err);

/* ---- desk_copy_source.c ---- */

/* The desk that is copied; nobody else writes to it. */
struct desk_copy_source {
	struct desk *desk; /* owned; in a transaction */
	bool holds;        /* the keeper's lock */
	struct str place;  /* where it goes, as every program names it */
	bool was_moved;    /* there already: a copy that was interrupted */
	struct spool_names spool; /* what was taken in */
	struct str spool_dir;
};

void desk_copy__source_init(struct desk_copy_source *s);
/*
 * Open it, lock it and begin.  OD_ECONFLICT when it was moved to another
 * place, or when it is to be kept and was moved.
 */
int desk_copy__source_open(struct desk_copy_source *s,
    const struct desk_copy_options *options, struct err *err);
/* In its transaction: what waits in the spool, and what the audit says. */
int desk_copy__source_note(
    struct desk_copy_source *s, struct desk_copy *copy, struct err *err);
/* Commit that it was moved. */
int desk_copy__source_close(struct desk_copy_source *s, struct err *err);
/* The new desk has them. */
void desk_copy__source_empty_spool(struct desk_copy_source *s);
void desk_copy__source_free(struct desk_copy_source *s);

/* ---- desk_copy_files.c ---- */

/*
 * The files of the open desk from into dir, the same names; those that are
 * there already as they should be stay.
 */
int desk_copy__files(struct desk *from, const char *dir,
    const struct desk_copy_options *options, struct desk_copy *copy,
    struct err *err);
/*
 * What stands beside the desk from: see desk_copy.h.  OD_ECONFLICT when that
 * of another desk is at the new place.
 */
int desk_copy__beside(struct desk *from, const char *to, struct err *err);

#endif
