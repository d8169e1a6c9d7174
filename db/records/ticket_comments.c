/* ticket_comments - what was said about a ticket; see tickets.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/records_int.h"
#include "db/records/ticket_attach.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_merge_int.h"
#include "db/records/ticket_reply_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool
is_blank(const char *s)
{
	for (; *s != '\0'; s++)
		if (!isspace((unsigned char)*s))
			return false;
	return true;
}

int
ticket__check_alive(const struct ticket *t, struct err *err)
{
	if (t->deleted_at == 0)
		return 0;
	return err_set(err, OD_ECONFLICT,
	    "Ticket %lld is in the trash; take it out first",
	    (long long)t->number);
}

int
ticket__begin_live(struct desk *d, struct op *op, enum op_id id,
    int64_t ticket_id, struct ticket *t, struct err *err)
{
	int rc;

	memset(t, 0, sizeof(*t));
	if ((rc = op_begin(d, op, id, ticket_id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, ticket_id, t, err)) == 0 &&
	    (rc = ticket__check_alive(t, err)) == 0 &&
	    t->state == TICKET_MERGED)
		rc = err_set(err, OD_ECONFLICT,
		    "Ticket %lld was merged into another one; work there",
		    (long long)t->number);
	if (rc != 0) {
		ticket_clear(t);
		rc = op_end(d, op, rc, err);
	}
	return rc;
}

int
ticket__comment_put(struct desk *d, struct op *op, int64_t ticket_id,
    const struct comment_row *row, int64_t *id, struct err *err)
{
	int rc;

	if ((rc = records__body(_("Comment"), row->body, 65536, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO ticket_comments(tenant_id, ticket_id, kind,"
	    " operator_id, author, body, inbound, at_us, created_at,"
	    " updated_at, held_until_us)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8,$8,$9) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id), b_int(row->kind),
		b_ref(row->operator_id), b_text(row->author), b_text(row->body),
		b_int(row->inbound), b_int(op->now_us),
		b_ref(row->held_until_us)),
	    err);
	if (rc == 0)
		rc = record_created(d, op, RECORD_TICKET_COMMENT, *id, err);
	return rc != 0 ? rc : search_refresh(d, RECORD_TICKET, ticket_id, err);
}

int
ticket__comment_insert(struct desk *d, struct op *op, int64_t ticket_id,
    enum comment_kind kind, const char *body, int64_t *id, struct err *err)
{
	/* A program does not take back what it says. */
	const struct comment_row row = {
	    .kind = kind,
	    .operator_id = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0,
	    .held_until_us = kind != COMMENT_REPLY ? 0
	                     : d->actor.kind == ACTOR_OPERATOR
	                         ? op->now_us + REPLY_HOLD_US
	                     : d->actor.kind == ACTOR_TOKEN ? op->now_us
	                                                    : 0,
	    .author = d->actor.name,
	    .body = body,
	};

	return ticket__comment_put(d, op, ticket_id, &row, id, err);
}

/* body is not blank. */
static int
write_comment(struct desk *d, int64_t ticket_id, enum comment_kind kind,
    const char *body, const struct attach_file *files, size_t count,
    int64_t *id, struct err *err)
{
	struct ticket t = {0};
	int64_t asked_id = ticket_id;
	struct op op;
	int rc;

	if (kind != COMMENT_REPLY && kind != COMMENT_NOTE)
		return err_set(err, OD_EDATA, "There is no such comment kind");
	if ((rc = op_begin(d, &op, OP_TICKET_COMMENT, ticket_id, err)) != 0)
		return rc;
	/* What comes late belongs to the ticket that it was merged into. */
	if ((rc = ticket_target(d, asked_id, &ticket_id, err)) != 0 ||
	    (ticket_id != asked_id &&
		(rc = op_may(d, OP_TICKET_COMMENT, ticket_id, err)) != 0) ||
	    (rc = ticket__load(d, ticket_id, &t, err)) != 0 ||
	    (rc = ticket__check_alive(&t, err)) != 0)
		goto out;
	op_created(&op, ticket_id);
	if (kind == COMMENT_REPLY)
		op_sentence(&op, _("Wrote a reply on ticket %lld"),
		    (long long)t.number);
	else
		op_sentence(
		    &op, _("Wrote a note on ticket %lld"), (long long)t.number);
	rc = ticket__comment_insert(d, &op, ticket_id, kind, body, id, err);
	if (rc == 0)
		rc = ticket__attach(d, &op, ticket_id, *id, files, count, err);
	if (rc == 0)
		rc = merge__went_on(
		    d, &op, asked_id, RECORD_TICKET_COMMENT, *id, err);
	/* The list shows the newest change first: this is one. */
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE tickets SET updated_at = $1"
		    " WHERE tenant_id = $2 AND id = $3",
		    BINDS(b_int(op.now_us), b_int(d->actor.tenant_id),
			b_int(ticket_id)),
		    NULL, err);
out:
	ticket_clear(&t);
	return merge__end(d, &op, rc, err);
}

int
ticket_comment(struct desk *d, int64_t ticket_id, enum comment_kind kind,
    const char *body, int64_t *id, struct err *err)
{
	if (body == NULL || is_blank(body))
		return err_set(err, OD_EDATA, "The comment is empty");
	return write_comment(d, ticket_id, kind, body, NULL, 0, id, err);
}

int
ticket_comment_attach(struct desk *d, int64_t ticket_id, enum comment_kind kind,
    const char *body, const struct attach_file *files, size_t count,
    int64_t *id, struct err *err)
{
	struct str called = STR_INIT;
	int rc;

	if (count == 0)
		return ticket_comment(d, ticket_id, kind, body, id, err);
	if (body == NULL || is_blank(body)) {
		ticket__attach_body(&called, files, count);
		body = called.s;
	}
	rc = write_comment(d, ticket_id, kind, body, files, count, id, err);
	str_free(&called);
	return rc;
}

int64_t
ticket__seen_until(const struct desk *d)
{
	return d->actor.kind == ACTOR_TOKEN || d->actor.kind == ACTOR_BOT
	           ? clock_wall_us()
	           : INT64_MAX;
}

static void
read_comment(struct stmt *st, void *row)
{
	struct ticket_comment *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	c->ticket_id = stmt_int(st, 1);
	c->operator_id = stmt_int(st, 2);
	c->at_us = stmt_int(st, 3);
	c->kind = (enum comment_kind)stmt_int(st, 4);
	str_copy(c->author, sizeof(c->author), stmt_text(st, 5));
	c->body = stmt_dup(st, 6);
	c->held_until_us = stmt_int(st, 7);
	c->way = (enum reply_way)stmt_int(st, 8);
	if (c->way != REPLY_BY_MAIL)
		return;
	c->went = ticket__went_by_mail(stmt_int(st, 9));
	str_copy(c->problem, sizeof(c->problem), stmt_text(st, 10));
}

int
ticket_comments(struct desk *d, int64_t ticket_id, struct ticket_comment **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT m.id, m.ticket_id, m.operator_id, m.at_us, m.kind,"
	    " COALESCE(o.full_name, m.author), m.body, m.held_until_us,"
	    " CASE WHEN m.inbound = 0 AND m.kind = 0 THEN m.source ELSE 0 END,"
	    " COALESCE(s.state, 2), COALESCE(s.error_text, '')"
	    " FROM ticket_comments m"
	    " LEFT JOIN operators o ON o.id = m.operator_id"
	    " AND o.tenant_id = m.tenant_id"
	    " LEFT JOIN outbox s ON s.tenant_id = m.tenant_id"
	    " AND s.kind = 4 AND s.record_id = m.id"
	    " WHERE m.tenant_id = $1 AND m.ticket_id = $2"
	    " AND m.deleted_at IS NULL AND (m.held_until_us IS NULL"
	    " OR m.held_until_us <= $3) ORDER BY m.at_us, m.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
		b_int(ticket__seen_until(d))),
	    err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_comment, count, &rc, err);
	if (rc == 0)
		rc = ticket__reply_chats(d, ticket_id, *rows, *count, err);
	if (rc != 0) {
		ticket_comments_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
ticket_comments_free(struct ticket_comment **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		free((*rows)[i].body);
	FREE(rows);
}

void
ticket_comment_json(const struct ticket_comment *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_string(
	    out, "kind", c->kind == COMMENT_NOTE ? "note" : "reply");
	records__json_ref(out, "operator_id", c->operator_id);
	json_out_string(out, "author", c->author);
	json_out_string(out, "body", c->body);
	json_out_time(out, "at", c->at_us);
	if (c->way != REPLY_UNDECIDED) {
		json_out_string(out, "way", reply_way_names[c->way]);
		json_out_string(out, "sending", reply_went_names[c->went]);
		json_out_string(out, "problem", c->problem);
	}
	json_out_end(out, '}');
}
