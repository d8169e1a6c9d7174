/* guide_chats - see guide_chats.h. */
#include "db/records/guide_chats.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

void
guide_chat_clear(struct guide_chat *c)
{
	FREE(&c->body);
	FREE(&c->detail);
}

static void
read_chat(struct stmt *st, void *row)
{
	struct guide_chat *c = row;

	c->session_id = stmt_int(st, 0);
	c->message_id = stmt_int(st, 1);
	c->body = stmt_dup(st, 2);
	c->detail = stmt_dup(st, 3);
	c->misunderstood = (int)stmt_int(st, 4);
}

/*
 * Numbers: sessions that are active (0) and walked by customers (1), notes (6)
 * of the path, reactions (11) and notices (13) among messages.  A provider's
 * clock may be ten minutes behind.
 */
int
guide_chat_next(
    struct desk *d, int64_t after_id, struct guide_chat *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return records__first(d,
	    "SELECT s.id, m.id, m.body, m.detail, (SELECT count(*)"
	    " FROM guide_steps p WHERE p.session_id = s.id"
	    " AND p.tenant_id = s.tenant_id AND p.action = 6"
	    " AND p.by_customer = 1 AND p.created_at > s.step_since_us)"
	    " FROM guide_sessions s"
	    " JOIN conversations v ON v.id = s.conversation_id"
	    " AND v.tenant_id = s.tenant_id AND v.operator_id IS NULL"
	    " AND v.state < 2"
	    " JOIN messages m ON m.tenant_id = s.tenant_id"
	    " AND m.conversation_id = s.conversation_id AND m.inbound = 1"
	    " AND m.at_us >= s.step_since_us - 600000000"
	    " AND m.created_at > s.step_since_us AND m.kind NOT IN (11, 13)"
	    " AND NOT EXISTS (SELECT 1 FROM guide_steps p"
	    " WHERE p.session_id = s.id AND p.tenant_id = s.tenant_id"
	    " AND p.action = 6 AND p.by_customer = 1"
	    " AND p.created_at >= m.created_at)"
	    " WHERE s.tenant_id = $1 AND s.state = 0 AND s.walker = 1"
	    " AND s.deleted_at IS NULL AND s.id > $2"
	    " ORDER BY s.id, m.at_us, m.id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(after_id)), read_chat, out,
	    err);
}

/* ---- marks ---- */

int
guide_mark(struct desk *d, const char *name, int64_t *value, struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(name)), err);

	*value = 0;
	if (rc == 0)
		(void)str_to_int64(text, 0, INT64_MAX, value);
	free(text);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
guide_mark_set(struct desk *d, const char *name, int64_t value, struct err *err)
{
	char text[32];
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_SESSION_REFRESH, 0, err)) != 0)
		return rc;
	str_format(text, sizeof(text), "%lld", (long long)value);
	rc = db_exec(d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1, 0, $2, $3, $4)"
	    " ON CONFLICT(tenant_id, operator_id, name) DO UPDATE SET"
	    " value = excluded.value, updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_text(text),
		b_int(op.now_us)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

/* ---- new tickets ---- */

int
guide_last_event(struct desk *d, int64_t *event, struct err *err)
{
	int rc = db_int(d->db, event,
	    "SELECT id FROM events WHERE tenant_id = $1"
	    " ORDER BY id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id)), err);

	if (rc == OD_ENOTFOUND)
		*event = 0;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
guide_new_tickets(struct desk *d, int64_t *event, int64_t *ids, size_t max,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT e.id, e.record_id, CASE WHEN e.name = 'ticket.created'"
	    " AND NOT EXISTS (SELECT 1 FROM guide_sessions s"
	    " WHERE s.ticket_id = e.record_id AND s.tenant_id = e.tenant_id)"
	    " THEN 1 ELSE 0 END FROM events e WHERE e.tenant_id = $1"
	    " AND e.id > $2 ORDER BY e.id LIMIT $3",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(*event), b_int((int64_t)max)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*event = stmt_int(st, 0);
		if (stmt_int(st, 2) == 1)
			ids[(*count)++] = stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}
