/*
 * ticket_files - what came with a ticket or with one of its comments.
 */
#ifndef DB_RECORDS_TICKET_FILES_H
#define DB_RECORDS_TICKET_FILES_H

#include "db/records/files.h"
#include "db/records/tickets.h"

struct ticket_file {
	struct file_row file;
	int64_t comment_id; /* 0: it came with the ticket */
};

/* Inside an open op: a file's row belongs to a ticket or a comment (or 0). */
int ticket__file_insert(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t comment_id, int64_t file_id, struct err *err);
/* For who may read the ticket; oldest first.  Caller frees. */
int ticket_files(struct desk *d, int64_t ticket_id, struct ticket_file **rows,
    size_t *count, struct err *err);
/* One of them, by its file's id; OD_ENOTFOUND. */
int ticket_file_get(struct desk *d, int64_t ticket_id, int64_t file_id,
    struct ticket_file *out, struct err *err);
/* Those of one comment, without asking who may; oldest first. */
int ticket__comment_files(struct desk *d, int64_t comment_id,
    struct ticket_file **rows, size_t *count, struct err *err);
void ticket_file_json(const struct ticket_file *f, struct json_out *out);

#endif
