/* import_undo - what an import made, taken back; see imports.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/contact_int.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define BATCH 200

struct made { /* a row's record */
	char key[KEY_SIZE];
	struct mark mark;
};

static void
read_source(struct stmt *st, void *row)
{
	struct import_source_row *r = row;

	memset(r, 0, sizeof(*r));
	str_copy(r->source, sizeof(r->source), stmt_text(st, 0));
	r->rows = stmt_int(st, 1);
	r->last_us = stmt_int(st, 2);
}

int
import_sources(struct desk *d, struct import_source_row **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if (op_scope(d, OP_IMPORT_RUN) != SCOPE_ALL)
		return err_set(err, OD_EDENIED,
		    "You may not see what was imported; ask a supervisor or an"
		    " administrator");
	rc = db_query(d->db, &st,
	    "SELECT source, sum(CASE WHEN digest <> '' THEN 1 ELSE 0 END),"
	    " max(at_us) FROM import_marks WHERE tenant_id = $1"
	    " AND substr(key, 1, 2) IN ('t:', 'c:', 'e:')"
	    " GROUP BY source ORDER BY source",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_source, count, &rc, err);
	return rc;
}

static void
read_made(struct stmt *st, void *row)
{
	struct made *m = row;

	memset(m, 0, sizeof(*m));
	str_copy(m->key, sizeof(m->key), stmt_text(st, 0));
	m->mark.kind = (enum record_kind)stmt_int(st, 1);
	m->mark.record_id = stmt_int(st, 2);
	m->mark.at_us = stmt_int(st, 3);
	str_copy(m->mark.digest, sizeof(m->mark.digest), stmt_text(st, 4));
}

static int
read_some(struct desk *d, const char *source, const char *after,
    struct made **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT key, kind, record_id, at_us, digest FROM import_marks"
	    " WHERE tenant_id = $1 AND source = $2 AND key > $3"
	    " ORDER BY key LIMIT $4",
	    BINDS(b_int(d->actor.tenant_id), b_text(source), b_text(after),
		b_int(BATCH)),
	    err);

	*rows = records__all(&st, sizeof(**rows), read_made, count, &rc, err);
	return rc;
}

/* 1 when an import made it, 0 when it was there before, else OD_*. */
static int
was_made(struct desk *d, const struct mark *m, struct err *err)
{
	return records__any(d,
	    "SELECT 1 FROM changes WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND operation = 'import.run'"
	    " AND field = 'deleted_at' AND before_value = 'new' LIMIT 1",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(m->kind), b_int(m->record_id)),
	    err);
}

static int
is_needed(struct desk *d, const struct mark *m, struct err *err)
{
	if (m->kind != RECORD_CONTACT)
		return 0;
	return records__any(d,
	    "SELECT 1 WHERE EXISTS (SELECT 1 FROM tickets"
	    " WHERE tenant_id = $1 AND contact_id = $2"
	    " AND deleted_at IS NULL) OR EXISTS (SELECT 1 FROM conversations"
	    " WHERE tenant_id = $1 AND contact_id = $2"
	    " AND deleted_at IS NULL)",
	    BINDS(b_int(d->actor.tenant_id), b_int(m->record_id)), err);
}

static int
is_there(struct desk *d, const struct mark *m, struct err *err)
{
	int rc = records__exists(d, m->kind, m->record_id, NULL);

	if (rc == OD_ENOTFOUND)
		return 0;
	return rc == 0 ? 1 : err_set(err, rc, "The desk cannot be read");
}

/* 1 when it goes to the trash, 0 when it stays, else OD_*. */
static int
may_go(struct desk *d, const struct mark *m, struct err *err)
{
	int rc;

	if ((rc = is_there(d, m, err)) <= 0 || (rc = was_made(d, m, err)) <= 0)
		return rc;
	if ((rc = import__changed_here(
		 d, m->kind, m->record_id, m->at_us, err)) != 0 ||
	    (rc = is_needed(d, m, err)) != 0)
		return rc < 0 ? rc : 0;
	return 1;
}

static int
take_back(struct desk *d, struct op *op, const char *source,
    const struct made *m, struct err *err)
{
	int rc;

	rc = record_delete(d, op, m->mark.kind, m->mark.record_id, 0, err);
	if (rc == 0 && m->mark.kind == RECORD_CONTACT)
		rc = contact__points_delete(d, op, m->mark.record_id, err);
	if (rc == 0)
		rc = search_refresh(d, m->mark.kind, m->mark.record_id, err);
	return rc != 0 ? rc
	               : db_later(d->db, NULL,
			     "UPDATE import_marks SET digest = '', at_us = $1"
			     " WHERE tenant_id = $2 AND source = $3"
			     " AND key = $4",
			     BINDS(b_int(op->now_us), b_int(d->actor.tenant_id),
				 b_text(source), b_text(m->key)),
			     err);
}

static int
take_rows_back(struct desk *d, struct op *op, const char *source,
    const struct made *rows, size_t count, struct import_undone *out,
    struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct made *m = &rows[i];
		int rc;

		/* Comments go with their ticket; requesters stay. */
		if (strchr("cet", m->key[0]) == NULL ||
		    m->mark.digest[0] == '\0')
			continue;
		if ((rc = may_go(d, &m->mark, err)) < 0)
			return rc;
		if (rc == 0) {
			out->kept++;
			continue;
		}
		if ((rc = take_back(d, op, source, m, err)) != 0)
			return rc;
		out->trashed++;
	}
	return 0;
}

static int
undo_some(struct desk *d, const char *source, char after[KEY_SIZE],
    struct import_undone *out, bool *goes_on, struct err *err)
{
	struct made *rows = NULL;
	size_t count = 0;
	struct op op;
	int rc;

	if ((rc = op_together_begin(d, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_IMPORT_UNDO, 0, err)) != 0)
		return op_together_end(d, rc, "", err);
	op_digest(&op, source, strlen(source) + 1);
	rc = read_some(d, source, after, &rows, &count, err);
	if (rc == 0)
		rc = take_rows_back(d, &op, source, rows, count, out, err);
	*goes_on = count == BATCH;
	if (count > 0)
		str_copy(after, KEY_SIZE, rows[count - 1].key);
	free(rows);
	rc = op_end(d, &op, rc, err);
	return op_together_end(d, rc, "", err);
}

int
import_undo(struct desk *d, const char *source, struct import_undone *result,
    struct err *err)
{
	char after[KEY_SIZE] = "";
	bool goes_on = true;
	int rc;

	memset(result, 0, sizeof(*result));
	if ((rc = op_may(d, OP_IMPORT_UNDO, 0, err)) != 0)
		return rc;
	rc = records__any(d,
	    "SELECT 1 FROM import_marks WHERE tenant_id = $1 AND source = $2"
	    " ORDER BY key LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(source)), err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    "Nothing was imported under the name \"%s\"; see: opdesk"
		    " import list",
		    source);
	while (rc >= 0 && goes_on) {
		rc = undo_some(d, source, after, result, &goes_on, err);
		if (rc != 0)
			break;
	}
	return rc > 0 ? 0 : rc;
}
