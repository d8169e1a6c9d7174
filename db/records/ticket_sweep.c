/* ticket_sweep - what the time has brought; see ticket_sleep.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/ticket_clock.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_reply_int.h"
#include "db/records/ticket_sleep_int.h"
#include <stdlib.h>

#define AT_ONCE 50

#define SINCE         "mail.replies-since" /* setting, in microseconds */
#define SINCE_KEPT_US (10 * US_PER_MINUTE)

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
	bool given = false;
	size_t count = 0;
	struct op op;
	int rc;

	rc = op_begin(d, &op, OP_CLOCK_NOTICE, due->ticket_id, err);
	if (rc != 0)
		return rc;
	rc = ticket_clocks_read(d, due->ticket_id, &clocks, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (clocks[i].id == due->id && clocks[i].notice_us != 0 &&
		    clocks[i].notice_us <= op.now_us) {
			rc = ticket_clock_noticed(d, &op, &clocks[i], err);
			given = true;
		}
	if (rc == 0 && given)
		rc = op_tell(d, &op, err);
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
	if (rc == 0)
		rc = op_tell(d, &op, err);
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

/* ---- replies that go out ---- */

/*
 * Replies whose time came before that are not looked for any more.  A desk
 * that nobody swept for long finds what was written meanwhile; one whose clock
 * was put back looks further than it would have to.
 */
static int
read_since(struct desk *d, int64_t now_us, int64_t *since_us, struct err *err)
{
	char *value = NULL;
	int rc;

	*since_us = 0;
	rc = db_text(d->db, &value,
	    "SELECT value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(SINCE)), err);
	if (rc == 0 && !str_to_int64(value, 0, INT64_MAX, since_us))
		*since_us = 0;
	free(value);
	if (*since_us > now_us - SINCE_KEPT_US)
		*since_us = now_us - SINCE_KEPT_US;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static int
write_since(struct desk *d, int64_t since_us, struct err *err)
{
	char value[24];
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	str_format(value, sizeof(value), "%lld", (long long)since_us);
	rc = db_exec(d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1, 0, $2, $3, $4)"
	    " ON CONFLICT(tenant_id, operator_id, name) DO UPDATE SET"
	    " value = excluded.value, updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_text(SINCE), b_text(value),
		b_int(op.now_us)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

/* Who asks for what changed since gets the ticket again, with the reply. */
static int
go_out(struct desk *d, int64_t ticket_id, int64_t since_us, struct err *err)
{
	struct op op;
	int rc = op_begin(d, &op, OP_TICKET_REPLIED, ticket_id, err);

	if (rc != 0)
		return rc;
	rc = ticket__replies_leave(d, &op, ticket_id, since_us, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE tickets SET updated_at = $1"
		    " WHERE tenant_id = $2 AND id = $3",
		    BINDS(b_int(op.now_us), b_int(d->actor.tenant_id),
			b_int(ticket_id)),
		    NULL, err);
	if (rc == 0)
		rc = op_tell(d, &op, err);
	return op_end(d, &op, rc, err);
}

static int
find_replies(struct desk *d, int64_t now_us, int64_t since_us,
    struct due rows[AT_ONCE], int *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	/* A ticket is touched when a reply is written on it. */
	rc = db_query(d->db, &st,
	    "SELECT DISTINCT t.updated_at, t.id FROM tickets t"
	    " JOIN ticket_comments k ON k.tenant_id = t.tenant_id"
	    " AND k.ticket_id = t.id WHERE t.tenant_id = $1"
	    " AND t.updated_at > $3 - CAST(3600000000 AS BIGINT)"
	    " AND k.held_until_us > $3 AND k.held_until_us <= $2"
	    " AND k.source = 0 AND k.kind = 0 AND k.inbound = 0"
	    " AND k.deleted_at IS NULL ORDER BY t.updated_at, t.id LIMIT $4",
	    BINDS(b_int(d->actor.tenant_id), b_int(now_us), b_int(since_us),
		b_int(AT_ONCE)),
	    err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			rows[(*count)++].ticket_id = stmt_int(st, 1);
	stmt_close(&st);
	return rc;
}

static int
replies(
    struct desk *d, int64_t now_us, struct ticket_sweep *out, struct err *err)
{
	struct due rows[AT_ONCE];
	int64_t since_us;
	int count, rc;

	if ((rc = read_since(d, now_us, &since_us, err)) != 0)
		return rc;
	if (since_us == 0) {
		/* Whatever is older was never promised to anybody. */
		since_us = now_us - US_PER_HOUR;
		if ((rc = write_since(d, since_us, err)) != 0)
			return rc;
	}
	rc = find_replies(d, now_us, since_us, rows, &count, err);
	for (int i = 0; rc == 0 && i < count; i++)
		if ((rc = skip(go_out(d, rows[i].ticket_id, since_us, err))) ==
		    0)
			out->replied++;
	out->more |= count == AT_ONCE;
	if (rc == 0 && count < AT_ONCE && since_us < now_us - 2 * SINCE_KEPT_US)
		rc = write_since(d, now_us - SINCE_KEPT_US, err);
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

	rc = ticket__days(d, SETTING_TICKET_CLOSE_WAITING_DAYS, &grace, err);
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
	    (rc = wakes(d, now_us, out, err)) != 0 ||
	    (rc = replies(d, now_us, out, err)) != 0)
		return rc;
	return waits(d, now_us, out, err);
}
