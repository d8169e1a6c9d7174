/*
 * ticket_timeline - see ticket_timeline.h.  Each kind is asked for one page of
 * its own, behind the same place; the newest of all are the page.
 */
#include "db/records/ticket_timeline.h"
#include "common/xalloc.h"
#include "db/records/mask.h"
#include "db/records/records_int.h"
#include "db/records/ticket_reply_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define LIMIT_MOST 200

const char *const timeline_kind_names[] = {
    "change", "link", "merge", "message", "comment", NULL};

struct reading {
	struct desk *d;
	int64_t ticket_id;
	const struct timeline_place *behind;
	int limit;
	struct timeline_item *rows;
	size_t count;
};

static void
item_clear(struct timeline_item *item)
{
	free(item->text);
	free(item->operation);
	free(item->field);
	free(item->before);
	free(item->after);
}

void
timeline_free(struct timeline_item **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		item_clear(&(*rows)[i]);
	FREE(rows);
}

/* Below which id a row of this kind comes when it has the place's time. */
static int64_t
id_below(const struct timeline_place *p, enum timeline_kind kind)
{
	if (kind == p->kind)
		return p->id;
	return kind < p->kind ? INT64_MAX : 0;
}

/*
 * Rows of one kind: $1 tenant, $2 which, $3 time, $4 id below which, $5 how
 * many; of comments $6, see ticket__seen_until.
 */
static int
read_kind(struct reading *r, enum timeline_kind kind, const char *sql,
    int64_t which, records_read_fn *read, struct err *err)
{
	bool all = r->behind->at_us == 0;
	size_t from = r->count;
	const struct bind binds[] = {b_int(r->d->actor.tenant_id), b_int(which),
	    b_int(all ? INT64_MAX : r->behind->at_us),
	    b_int(all ? INT64_MAX : id_below(r->behind, kind)), b_int(r->limit),
	    b_int(ticket__seen_until(r->d))};
	struct stmt *st = NULL;
	int rc;

	rc = db_query(
	    r->d->db, &st, sql, binds, kind == TIMELINE_COMMENT ? 6 : 5, err);
	r->rows = records__rows(
	    r->rows, &st, sizeof(*r->rows), read, &r->count, &rc, err);
	for (size_t i = from; i < r->count; i++)
		r->rows[i].kind = kind;
	return rc;
}

#define BEHIND(at, id)                                                         \
	" AND " at " <= $3 AND (" at " < $3 OR " id " < $4)"                   \
	" ORDER BY " at " DESC, " id " DESC LIMIT $5"

static void
read_comment(struct stmt *st, void *row)
{
	struct timeline_item *i = row;

	i->id = stmt_int(st, 0);
	i->at_us = stmt_int(st, 1);
	i->internal = stmt_int(st, 2) == COMMENT_NOTE;
	i->inbound = stmt_int(st, 3) != 0;
	str_copy(i->who, sizeof(i->who), stmt_text(st, 4));
	i->text = stmt_dup(st, 5);
}

static int
read_comments(struct reading *r, struct err *err)
{
	return read_kind(r, TIMELINE_COMMENT,
	    "SELECT m.id, m.at_us, m.kind, m.inbound,"
	    " COALESCE(o.full_name, m.author), m.body FROM ticket_comments m"
	    " LEFT JOIN operators o ON o.id = m.operator_id"
	    " AND o.tenant_id = m.tenant_id"
	    " WHERE m.tenant_id = $1 AND m.ticket_id = $2"
	    " AND m.deleted_at IS NULL AND (m.held_until_us IS NULL"
	    " OR m.held_until_us <= $6)" BEHIND("m.at_us", "m.id"),
	    r->ticket_id, read_comment, err);
}

/* ---- messages ---- */

static void
read_message(struct stmt *st, void *row)
{
	struct timeline_item *i = row;

	i->id = stmt_int(st, 0);
	i->at_us = stmt_int(st, 1);
	i->inbound = stmt_int(st, 2) != 0;
	i->record_id = stmt_int(st, 3);
	str_copy(i->who, sizeof(i->who), stmt_text(st, 4));
	i->text = stmt_dup(st, 5);
}

/* Those that belong to it, it came from, or it is linked to. */
int
ticket__talks(struct desk *d, int64_t ticket_id, int64_t ids[TICKET_TALKS_MOST],
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT id FROM conversations WHERE tenant_id = $1"
	    " AND ticket_id = $2 AND ticket_id IS NOT NULL"
	    " UNION SELECT COALESCE(conversation_id, 0) FROM tickets"
	    " WHERE tenant_id = $1 AND id = $2"
	    " UNION SELECT record_id FROM ticket_links"
	    " WHERE tenant_id = $1 AND ticket_id = $2 AND kind = 1"
	    " AND deleted_at IS NULL ORDER BY 1 DESC LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
		b_int(TICKET_TALKS_MOST)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		ids[*count] = stmt_int(st, 0);
		*count += ids[*count] != 0; /* 0: it came from none */
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
read_messages(struct reading *r, struct err *err)
{
	int64_t talks[TICKET_TALKS_MOST];
	size_t count, from = r->count;
	int rc = ticket__talks(r->d, r->ticket_id, talks, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (op_may(r->d, OP_CONVERSATION_READ, talks[i], NULL) != 0)
			continue;
		rc = read_kind(r, TIMELINE_MESSAGE,
		    "SELECT m.id, m.at_us, m.inbound, m.conversation_id,"
		    " CASE WHEN m.inbound = 1 THEN c.full_name"
		    " ELSE COALESCE(o.full_name, '') END,"
		    " CASE WHEN m.revoked_us IS NULL THEN m.body ELSE '' END"
		    " FROM messages m JOIN conversations v"
		    " ON v.tenant_id = m.tenant_id AND v.id = m.conversation_id"
		    " JOIN contacts c ON c.tenant_id = m.tenant_id"
		    " AND c.id = v.contact_id"
		    " LEFT JOIN operators o ON o.tenant_id = m.tenant_id"
		    " AND o.id = m.operator_id"
		    " WHERE m.tenant_id = $1 AND m.conversation_id = $2"
		    /* no reaction; a reply is there as a comment */
		    " AND m.deleted_at IS NULL AND m.kind <> 11"
		    " AND m.detail NOT LIKE '{\"comment_id\":%'" BEHIND(
			"m.at_us", "m.id"),
		    talks[i], read_message, err);
	}
	/* As in the conversation: a number is no name for everybody. */
	for (size_t i = from; i < r->count; i++)
		if (r->rows[i].inbound)
			mask_name(r->rows[i].who, sizeof(r->rows[i].who));
	return rc;
}

/* ---- links, merges, changes ---- */

static void
read_link(struct stmt *st, void *row)
{
	struct timeline_item *i = row;

	i->id = stmt_int(st, 0);
	i->at_us = stmt_int(st, 1);
	i->link = (enum link_kind)stmt_int(st, 2);
	i->record_id = stmt_int(st, 3);
	i->number = stmt_int(st, 4);
	str_copy(i->who, sizeof(i->who), stmt_text(st, 5));
	i->text = stmt_dup(st, 6);
}

static int
read_links(struct reading *r, struct err *err)
{
	return read_kind(r, TIMELINE_LINK,
	    "SELECT l.id, l.created_at, l.kind, l.record_id, t.number,"
	    " o.full_name, l.record_name FROM ticket_links l"
	    " LEFT JOIN tickets t ON l.kind = 5 AND t.tenant_id = l.tenant_id"
	    " AND t.id = l.record_id"
	    " LEFT JOIN operators o ON o.tenant_id = l.tenant_id"
	    " AND o.id = l.operator_id"
	    " WHERE l.tenant_id = $1 AND l.ticket_id = $2"
	    " AND l.deleted_at IS NULL" BEHIND("l.created_at", "l.id"),
	    r->ticket_id, read_link, err);
}

static void
read_merge(struct stmt *st, void *row)
{
	struct timeline_item *i = row;

	i->id = stmt_int(st, 0);
	i->at_us = stmt_int(st, 1);
	i->undone = stmt_int(st, 2) != 0;
	i->number = stmt_int(st, 3);
	i->inbound = stmt_int(st, 4) != 0;
	str_copy(i->who, sizeof(i->who), stmt_text(st, 5));
	i->text = stmt_dup(st, 6);
}

static int
read_merges(struct reading *r, struct err *err)
{
	static const char into[] =
	    "SELECT g.id, g.at_us, g.undone_us, t.number, 1, o.full_name,"
	    " t.subject FROM ticket_merges g"
	    " JOIN tickets t ON t.tenant_id = g.tenant_id"
	    " AND t.id = g.source_id"
	    " LEFT JOIN operators o ON o.tenant_id = g.tenant_id"
	    " AND o.id = g.operator_id"
	    " WHERE g.tenant_id = $1 AND g.target_id = $2"
	    " AND g.deleted_at IS NULL" BEHIND("g.at_us", "g.id");
	static const char from[] =
	    "SELECT g.id, g.at_us, g.undone_us, t.number, 0, o.full_name,"
	    " t.subject FROM ticket_merges g"
	    " JOIN tickets t ON t.tenant_id = g.tenant_id"
	    " AND t.id = g.target_id"
	    " LEFT JOIN operators o ON o.tenant_id = g.tenant_id"
	    " AND o.id = g.operator_id"
	    " WHERE g.tenant_id = $1 AND g.source_id = $2"
	    " AND g.deleted_at IS NULL" BEHIND("g.at_us", "g.id");
	int rc =
	    read_kind(r, TIMELINE_MERGE, into, r->ticket_id, read_merge, err);

	return rc != 0 ? rc
	               : read_kind(r, TIMELINE_MERGE, from, r->ticket_id,
			     read_merge, err);
}

static void
read_change(struct stmt *st, void *row)
{
	struct timeline_item *i = row;

	i->id = stmt_int(st, 0);
	i->at_us = stmt_int(st, 1);
	i->operation = stmt_dup(st, 2);
	i->field = stmt_dup(st, 3);
	i->before = stmt_dup(st, 4);
	i->after = stmt_dup(st, 5);
	str_copy(i->who, sizeof(i->who), stmt_text(st, 6));
	i->text = xstrdup("");
}

static int
read_changes(struct reading *r, struct err *err)
{
	/* What follows from other fields is no news. */
	return read_kind(r, TIMELINE_CHANGE,
	    "SELECT c.id, c.at_us, c.operation, c.field, c.before_value,"
	    " c.after_value, o.full_name FROM changes c"
	    " LEFT JOIN operators o ON o.tenant_id = c.tenant_id"
	    " AND o.id = c.actor_id AND c.actor_kind = 1"
	    " WHERE c.tenant_id = $1 AND c.kind = 11 AND c.record_id = $2"
	    " AND c.field NOT IN ('due_us', 'reminded_us')" BEHIND(
		"c.at_us", "c.id"),
	    r->ticket_id, read_change, err);
}

static int
newest_first(const void *a, const void *b)
{
	const struct timeline_item *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us > y->at_us ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind > y->kind ? -1 : 1;
	return x->id > y->id ? -1 : x->id < y->id;
}

int
ticket_timeline(struct desk *d, int64_t ticket_id,
    const struct timeline_place *behind, int limit, struct timeline_item **rows,
    size_t *count, struct err *err)
{
	struct reading r = {.d = d, .ticket_id = ticket_id, .behind = behind};
	int rc;

	*rows = NULL;
	*count = 0;
	r.limit = limit < 1 ? 1 : limit > LIMIT_MOST ? LIMIT_MOST : limit;
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0)
		return rc;
	if ((rc = read_comments(&r, err)) == 0 &&
	    (rc = read_messages(&r, err)) == 0 &&
	    (rc = read_links(&r, err)) == 0 && (rc = read_merges(&r, err)) == 0)
		rc = read_changes(&r, err);
	if (rc != 0) {
		timeline_free(&r.rows, r.count);
		return rc;
	}
	if (r.count > 0)
		qsort(r.rows, r.count, sizeof(*r.rows), newest_first);
	while (r.count > (size_t)r.limit)
		item_clear(&r.rows[--r.count]);
	*rows = r.rows;
	*count = r.count;
	return 0;
}

void
timeline_json(const struct timeline_item *i, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "kind", timeline_kind_names[i->kind]);
	json_out_int(out, "id", i->id);
	json_out_time(out, "at", i->at_us);
	json_out_string(out, "by", i->who);
	switch (i->kind) {
	case TIMELINE_COMMENT:
		json_out_bool(out, "internal", i->internal);
		json_out_bool(out, "inbound", i->inbound);
		break;
	case TIMELINE_MESSAGE:
		json_out_bool(out, "inbound", i->inbound);
		json_out_int(out, "conversation_id", i->record_id);
		break;
	case TIMELINE_LINK:
		json_out_string(out, "link", link_kind_names[i->link]);
		if (i->link == LINK_TICKET)
			json_out_int(out, "ticket", i->number);
		if (i->link == LINK_CONVERSATION)
			json_out_int(out, "conversation_id", i->record_id);
		break;
	case TIMELINE_MERGE:
		json_out_int(out, "ticket", i->number);
		json_out_bool(out, "inward", i->inbound);
		json_out_bool(out, "undone", i->undone);
		break;
	case TIMELINE_CHANGE:
		json_out_string(out, "operation", i->operation);
		json_out_string(out, "field", i->field);
		json_out_string(out, "before", i->before);
		json_out_string(out, "after", i->after);
		break;
	case TIMELINE_KIND_COUNT:
		break;
	}
	if (i->kind != TIMELINE_CHANGE)
		json_out_string(out, "text", i->text);
	json_out_end(out, '}');
}
