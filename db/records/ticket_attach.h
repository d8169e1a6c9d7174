/*
 * ticket_attach - files that people and programs add to a ticket, with a
 * comment.
 *
 * The bytes are taken first, aside and without the database: they are a file
 * of the desk that has no row.  The comment gives them one, or they are
 * dropped.  A path inside the desk is never made from what a file is called.
 */
#ifndef DB_RECORDS_TICKET_ATTACH_H
#define DB_RECORDS_TICKET_ATTACH_H

#include "db/records/tickets.h"

/* A mail carries them, a third larger than they are. */
#define ATTACH_BYTES_MAX (16u << 20) /* of one comment's together */
#define ATTACH_FILES_MAX 10

struct attach_file { /* taken; of no row yet */
	char name[65], digest[65];
	char title[201];  /* what it was called, gated */
	const char *mime; /* a literal, from the content */
	int64_t size;
};

/*
 * The last part of what a file is called, made harmless: no path, no dots
 * before it, nothing that cannot be shown; "file" when nothing is left.
 */
void attach_title(char dst[201], const char *called);
/*
 * files_dir is a desk's.  OD_EDATA when there is nothing in it, OD_ELIMIT when
 * it is too large or the disk is short of room; any thread, one at a time.
 */
int attach_take(const char *files_dir, const char *called, const void *bytes,
    size_t n, struct attach_file *out, struct err *err);
/*
 * The same of a file of whoever runs the program: a regular one, by its path.
 * OD_ENOTFOUND, OD_EDENIED.
 */
int attach_take_path(const char *files_dir, const char *path,
    struct attach_file *out, struct err *err);
/* The same, but only whether it could be taken; its size. */
int attach_look(const char *path, int64_t *size, struct err *err);
/* They got no row. */
void attach_drop(
    const char *files_dir, const struct attach_file *files, size_t count);

/*
 * As ticket_comment, with files.  An empty body becomes what they are called.
 * The files belong to the comment: whoever reads the ticket reads them, its
 * undo takes them away, and a reply that goes by mail carries them.
 */
int ticket_comment_attach(struct desk *d, int64_t ticket_id,
    enum comment_kind kind, const char *body, const struct attach_file *files,
    size_t count, int64_t *id, struct err *err);

#endif
