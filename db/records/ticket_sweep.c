/* ticket_sweep - what the time has brought; see ticket_sleep.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/ticket_clock.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_sleep_int.h"

#define AT_ONCE 50

struct due { /* a row of what is due */
	int64_t id, ticket_id;
};

static int
read_due(struct desk *d, const char *sql, int64_t now_us, struct due *rows,
    int *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	rc = db_query(d->db, &st, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(now_us), b_int(AT_ONCE)),
	    err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			rows[*count].id = stmt_int(st, 0);
			rows[*count].ticket_id = stmt_int(st, 1);
			(*count)++;
		}
	stmt_close(&st);
	return rc;
}

/* What cannot be done to one must not keep the others waiting. */
static int
skip(int rc)
{
	return rc == OD_ECONFLICT || rc == OD_EDATA || rc == OD_ENOTFOUND ? 0
	                                                                  : rc;
}

/* ---- notices ---- */

static int
notice(struct desk *d, const struct due *due, struct err *err)
{
	struct ticket_clock *clocks = NULL;
	size_t count = 0;
	struct op op;
	int rc;

	rc = op_begin(d, &op, OP_CLOCK_NOTICE, due->ticket_id, err);
	if (rc != 0)
		return rc;
	rc = ticket_clocks_read(d, due->ticket_id, &clocks, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (clocks[i].id == due->id && clocks[i].notice_us != 0)
			rc = ticket_clock_noticed(d, &op, &clocks[i], err);
	ticket_clocks_free(&clocks, count);
	return op_end(d, &op, rc, err);
}

static int
notices(
    struct desk *d, int64_t now_us, struct ticket_sweep *out, struct err *err)
{
	struct due rows[AT_ONCE];
	int count, rc;

	rc = read_due(d,
	    "SELECT id, ticket_id FROM ticket_clocks"
	    " WHERE tenant_id = $1 AND notice_us IS NOT NULL"
	    " AND notice_us <= $2 ORDER BY notice_us, id LIMIT $3",
	    now_us, rows, &count, err);
	for (int i = 0; rc == 0 && i < count; i++)
		if ((rc = skip(notice(d, &rows[i], err))) == 0)
			out->notices++;
	out->more |= count == AT_ONCE;
	return rc;
}

/* ---- sleep ---- */

static int
wake(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc = op_begin(d, &op, OP_TICKET_WAKE, id, err);

	if (rc != 0)
		return rc;
	rc = ticket__end_snooze(d, &op, id, SNOOZE_BY_TIME, err);
	/* Also one in the trash, which is no ticket to be changed. */
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE tickets SET snoozed_until_us = NULL,"
		    " snooze_until_reply = 0, version = version + 1,"
		    " updated_at = $1 WHERE tenant_id = $2 AND id = $3",
		    BINDS(
			b_int(op.now_us), b_int(d->actor.tenant_id), b_int(id)),
		    NULL, err);
	return op_end(d, &op, rc, err);
}

static int
wakes(struct desk *d, int64_t now_us, struct ticket_sweep *out, struct err *err)
{
	struct due rows[AT_ONCE];
	int count, rc;

	rc = read_due(d,
	    "SELECT id, id FROM tickets WHERE tenant_id = $1"
	    " AND snoozed_until_us IS NOT NULL AND snoozed_until_us <= $2"
	    " ORDER BY snoozed_until_us, id LIMIT $3",
	    now_us, rows, &count, err);
	for (int i = 0; rc == 0 && i < count; i++)
		if ((rc = skip(wake(d, rows[i].id, err))) == 0)
			out->woken++;
	out->more |= count == AT_ONCE;
	return rc;
}

/* ---- waiting ---- */

static int
note(struct desk *d, struct op *op, int64_t id, const char *text,
    struct err *err)
{
	int64_t comment;

	return ticket__comment_insert(
	    d, op, id, COMMENT_NOTE, text, &comment, err);
}

static int
remind(struct desk *d, int64_t id, struct err *err)
{
	struct change c = {"reminded_us", b_null()};
	struct op op;
	int rc = op_begin(d, &op, OP_TICKET_REMIND, id, err);

	if (rc != 0)
		return rc;
	c.value = b_int(op.now_us);
	op_sentence(&op, _("Reminded of a ticket that waits"));
	rc = record_update(d, &op, RECORD_TICKET, id, 0, &c, 1, NULL, err);
	if (rc == 0)
		rc = note(d, &op, id,
		    _("This ticket waited until now, and nobody has said"
		      " anything; it will be closed if that stays so."),
		    err);
	return op_end(d, &op, rc, err);
}

static int
close_it(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc = op_begin(d, &op, OP_TICKET_CLOSE_WAITING, id, err);

	if (rc != 0)
		return rc;

	const struct change c[] = {{"state", b_int(TICKET_CLOSED)},
	    {"waiting_until_us", b_null()}, {"reminded_us", b_null()},
	    {"solved_us", b_int(op.now_us)}, {"closed_us", b_int(op.now_us)},
	    {"status_id", b_null()}};

	op_sentence(&op, _("Closed a ticket that waited in vain"));
	rc = record_update(d, &op, RECORD_TICKET, id, 0, c,
	    sizeof(c) / sizeof(c[0]), NULL, err);
	if (rc == 0)
		rc = note(d, &op, id,
		    _("Closed, because nobody has said anything since the"
		      " reminder."),
		    err);
	return op_end(d, &op, rc, err);
}

static int
waits(struct desk *d, int64_t now_us, struct ticket_sweep *out, struct err *err)
{
	struct due rows[AT_ONCE];
	int64_t grace = 0;
	int count = 0, rc;

	rc = ticket__days(
	    d, "ticket.close_waiting_days", WAIT_GRACE_DAYS, &grace, err);
	if (rc == 0)
		rc = read_due(d,
		    "SELECT id, id FROM tickets WHERE tenant_id = $1"
		    " AND waiting_until_us IS NOT NULL"
		    " AND waiting_until_us <= $2 AND state = 2"
		    " AND reminded_us IS NULL AND deleted_at IS NULL"
		    " ORDER BY waiting_until_us, id LIMIT $3",
		    now_us, rows, &count, err);
	for (int i = 0; rc == 0 && i < count; i++)
		if ((rc = skip(remind(d, rows[i].id, err))) == 0)
			out->reminded++;
	if (rc != 0 || grace == 0)
		return rc;
	out->more |= count == AT_ONCE;
	rc = read_due(d,
	    "SELECT id, id FROM tickets WHERE tenant_id = $1"
	    " AND waiting_until_us IS NOT NULL AND waiting_until_us <= $2"
	    " AND reminded_us <= $2 AND state = 2 AND deleted_at IS NULL"
	    " ORDER BY waiting_until_us, id LIMIT $3",
	    now_us - grace, rows, &count, err);
	for (int i = 0; rc == 0 && i < count; i++)
		if ((rc = skip(close_it(d, rows[i].id, err))) == 0)
			out->closed++;
	out->more |= count == AT_ONCE;
	return rc;
}

int
ticket_sweep(struct desk *d, struct ticket_sweep *out, struct err *err)
{
	int64_t now_us = clock_wall_us();
	int rc;

	*out = (struct ticket_sweep){0};
	if ((rc = notices(d, now_us, out, err)) != 0 ||
	    (rc = wakes(d, now_us, out, err)) != 0)
		return rc;
	return waits(d, now_us, out, err);
}
