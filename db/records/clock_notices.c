/* clock_notices - see clock_notices.h. */
#include "db/records/clock_notices.h"
#include "db/core/op.h"
#include "db/records/callbacks.h"
#include "db/records/records_int.h"

#define CALLBACKS_MOST 8

static void
read_notice(struct stmt *st, struct clock_notice *n)
{
	*n = (struct clock_notice){.ticket_id = stmt_int(st, 0),
	    .number = stmt_int(st, 1),
	    .due_us = stmt_int(st, 2),
	    .kind = (enum clock_kind)stmt_int(st, 3),
	    .what = (enum clock_notice_kind)stmt_int(st, 4)};
	str_copy(n->subject, sizeof(n->subject), stmt_text(st, 5));
}

/* A ticket that is told twice is told once, as it is now. */
static bool
is_there(
    const struct clock_notice *rows, size_t count, const struct clock_notice *n)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].ticket_id == n->ticket_id &&
		    rows[i].what == n->what)
			return true;
	return false;
}

static int
read_between(struct desk *d, int64_t after, int64_t last,
    struct clock_notice *rows, size_t max, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	struct clock_notice n;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT t.id, t.number, t.due_us, COALESCE((SELECT min(k.kind)"
	    " FROM ticket_clocks k WHERE k.ticket_id = t.id"
	    " AND k.tenant_id = t.tenant_id AND k.stopped_us IS NULL"
	    " AND k.due_us = t.due_us), 0),"
	    " CASE e.name WHEN 'ticket.woken' THEN 1"
	    " WHEN 'ticket.reminded' THEN 2 ELSE 0 END, t.subject"
	    " FROM events e JOIN tickets t ON t.id = e.record_id"
	    " AND t.tenant_id = e.tenant_id"
	    " WHERE e.tenant_id = $1 AND e.id > $2 AND e.id <= $3"
	    " AND e.kind = $4 AND t.active = 1"
	    " AND (e.name IN ('ticket.woken', 'ticket.reminded')"
	    " OR (e.name = 'ticket.promise_due'"
	    " AND t.due_us < 9223372036854775807))"
	    " AND (t.operator_id = $5 OR (t.operator_id IS NULL"
	    " AND (t.team_id IS NULL OR t.team_id = $6)))"
	    " ORDER BY e.id LIMIT $7",
	    BINDS(b_int(d->actor.tenant_id), b_int(after), b_int(last),
		b_int(RECORD_TICKET), b_int(d->actor.id),
		b_int(d->actor.team_id), b_int((int64_t)(max - *count))),
	    err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			read_notice(st, &n);
			if (!is_there(rows, *count, &n))
				rows[(*count)++] = n;
		}
	stmt_close(&st);
	return rc;
}

/* Calls that were promised for now and are due still. */
static int
read_callbacks(struct desk *d, int64_t after, int64_t last,
    struct clock_notice *rows, size_t max, size_t *count, struct err *err)
{
	int64_t ids[CALLBACKS_MOST];
	struct stmt *st = NULL;
	struct callback c;
	int rc, n = 0;

	rc = db_query(d->db, &st,
	    "SELECT c.id FROM events e JOIN callbacks c ON c.id = e.record_id"
	    " AND c.tenant_id = e.tenant_id"
	    " WHERE e.tenant_id = $1 AND e.id > $2 AND e.id <= $3"
	    " AND e.kind = $4 AND e.name = 'callback.due' AND c.state = 0"
	    " AND c.deleted_at IS NULL AND (c.operator_id = $5"
	    " OR (c.operator_id IS NULL"
	    " AND (c.team_id IS NULL OR c.team_id = $6)))"
	    " ORDER BY e.id LIMIT $7",
	    BINDS(b_int(d->actor.tenant_id), b_int(after), b_int(last),
		b_int(RECORD_CALLBACK), b_int(d->actor.id),
		b_int(d->actor.team_id), b_int(CALLBACKS_MOST)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		ids[n++] = stmt_int(st, 0);
		rc = 0;
	}
	stmt_close(&st);
	for (int i = 0; rc == 0 && i < n && *count < max; i++) {
		struct clock_notice *to = &rows[*count];

		if ((rc = callback_get(d, ids[i], &c, err)) != 0)
			break;
		*to = (struct clock_notice){.what = CLOCK_CALLBACK,
		    .ticket_id = c.id,
		    .due_us = c.due_us};
		str_copy(to->subject, sizeof(to->subject),
		    c.contact_name[0] != '\0' ? c.contact_name : c.number);
		*count += !is_there(rows, *count, to);
	}
	return rc;
}

int
clock_notices(struct desk *d, int64_t *seen, struct clock_notice *rows,
    size_t max, size_t *count, struct err *err)
{
	int64_t before = *seen, newest = 0;
	int rc;

	*count = 0;
	rc = db_int(d->db, &newest,
	    "SELECT COALESCE(max(id), 0) FROM events WHERE tenant_id = $1"
	    " AND id > $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(before)), err);
	if (rc != 0)
		return rc;
	if (newest > before)
		*seen = newest;
	if (before < 0 || newest <= before || d->actor.kind != ACTOR_OPERATOR)
		return 0;
	if (op_may(d, OP_CALL_START, 0, NULL) == 0)
		rc = read_callbacks(d, before, newest, rows, max, count, err);
	if (rc != 0 || *count == max ||
	    op_may(d, OP_TICKET_STATE, 0, NULL) != 0)
		return rc;
	return read_between(d, before, newest, rows, max, count, err);
}
