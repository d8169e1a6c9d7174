/* ticket_files - see ticket_files.h. */
#include "db/records/ticket_files.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

int
ticket__file_insert(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t comment_id, int64_t file_id, struct err *err)
{
	int64_t id;

	return db_insert(d->db, &id,
	    "INSERT INTO ticket_files(tenant_id, ticket_id, comment_id,"
	    " file_id, created_at) VALUES($1, $2, $3, $4, $5) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
		b_ref(comment_id), b_int(file_id), b_int(op->now_us)),
	    err);
}

static void
read_row(struct stmt *st, void *row)
{
	struct ticket_file *f = row;

	f->file.id = stmt_int(st, 0);
	f->file.size = stmt_int(st, 1);
	f->file.created_at = stmt_int(st, 2);
	f->file.kind = (enum file_kind)stmt_int(st, 3);
	str_copy(f->file.name, sizeof(f->file.name), stmt_text(st, 4));
	str_copy(f->file.digest, sizeof(f->file.digest), stmt_text(st, 5));
	str_copy(f->file.mime, sizeof(f->file.mime), stmt_text(st, 6));
	str_copy(f->file.title, sizeof(f->file.title), stmt_text(st, 7));
	f->comment_id = stmt_int(st, 8);
}

int
ticket_files(struct desk *d, int64_t ticket_id, struct ticket_file **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT f.id, f.size, f.created_at, f.kind, f.name, f.digest,"
	    " f.mime, f.title, k.comment_id FROM ticket_files k"
	    " JOIN files f ON f.tenant_id = k.tenant_id AND f.id = k.file_id"
	    " AND f.deleted_at IS NULL"
	    " LEFT JOIN ticket_comments m ON m.tenant_id = k.tenant_id"
	    " AND m.id = k.comment_id"
	    " WHERE k.tenant_id = $1 AND k.ticket_id = $2"
	    " AND (k.comment_id IS NULL OR (m.deleted_at IS NULL"
	    " AND (m.held_until_us IS NULL OR m.held_until_us <= $3)))"
	    " ORDER BY k.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
		b_int(ticket__seen_until(d))),
	    err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

int
ticket__comment_files(struct desk *d, int64_t comment_id,
    struct ticket_file **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT f.id, f.size, f.created_at, f.kind, f.name, f.digest,"
	    " f.mime, f.title, k.comment_id FROM ticket_files k"
	    " JOIN files f ON f.tenant_id = k.tenant_id AND f.id = k.file_id"
	    " AND f.deleted_at IS NULL WHERE k.tenant_id = $1"
	    " AND k.comment_id = $2 AND k.comment_id IS NOT NULL"
	    " ORDER BY k.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(comment_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

int
ticket_file_get(struct desk *d, int64_t ticket_id, int64_t file_id,
    struct ticket_file *out, struct err *err)
{
	struct ticket_file *rows;
	size_t count;
	int rc = ticket_files(d, ticket_id, &rows, &count, err);

	if (rc != 0)
		return rc;
	rc = OD_ENOTFOUND;
	for (size_t i = 0; i < count; i++)
		if (rows[i].file.id == file_id) {
			*out = rows[i];
			rc = 0;
		}
	free(rows);
	return rc == 0 ? 0 : err_set(err, rc, "There is no such file");
}

void
ticket_file_json(const struct ticket_file *f, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", f->file.id);
	json_out_string(out, "title", f->file.title);
	json_out_string(out, "mime", f->file.mime);
	json_out_int(out, "size", f->file.size);
	json_out_string(out, "sha256", f->file.digest);
	records__json_ref(out, "comment_id", f->comment_id);
	json_out_time(out, "created_at", f->file.created_at);
	json_out_end(out, '}');
}
