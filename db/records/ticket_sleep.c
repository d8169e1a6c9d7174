/* ticket_sleep - tickets put to sleep and woken; see ticket_sleep.h. */
#include "db/records/ticket_sleep.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/thanks.h"
#include "db/core/ticket_clock.h"
#include "db/records/records_int.h"
#include "db/records/seat.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_sleep_int.h"
#include <stdlib.h>

static struct bind
b_time(int64_t us)
{
	return us != 0 ? b_int(us) : b_null();
}

/* A change like others, so that an undo gives the sleep back as well. */
int
ticket__end_snooze(struct desk *d, struct op *op, int64_t ticket_id,
    enum snooze_end how, struct err *err)
{
	const struct change c[] = {
	    {"woken", b_int(how)}, {"woken_us", b_int(op->now_us)}};
	int64_t id = 0;
	int rc = db_int(d->db, &id,
	    "SELECT id FROM ticket_snoozes WHERE ticket_id = $1"
	    " AND tenant_id = $2 AND woken = 0 AND deleted_at IS NULL"
	    " ORDER BY from_us DESC, id DESC LIMIT 1",
	    BINDS(b_int(ticket_id), b_int(d->actor.tenant_id)), err);

	if (rc == OD_ENOTFOUND)
		return 0;
	return rc != 0 ? rc
	               : record_update(
			     d, op, RECORD_SNOOZE, id, 0, c, 2, NULL, err);
}

static int
sleep_from_now(struct desk *d, struct op *op, int64_t id, int64_t seen_version,
    int64_t until_us, bool until_reply, struct err *err)
{
	const struct change c[] = {
	    {"snoozed_until_us",
		b_int(until_us != 0 ? until_us : TICKET_UNTIL_REPLY)},
	    {"snooze_until_reply", b_int(until_reply)}};
	int64_t snooze;
	int rc;

	if ((rc = ticket__end_snooze(d, op, id, SNOOZE_BY_HAND, err)) != 0 ||
	    (rc = record_update(
		 d, op, RECORD_TICKET, id, seen_version, c, 2, NULL, err)) != 0)
		return rc;
	rc = db_insert(d->db, &snooze,
	    "INSERT INTO ticket_snoozes(tenant_id, ticket_id, operator_id,"
	    " from_us, until_us, until_reply, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $4, $4) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(id),
		d->actor.kind == ACTOR_OPERATOR ? b_int(d->actor.id) : b_null(),
		b_int(op->now_us), b_time(until_us), b_int(until_reply)),
	    err);
	return rc != 0 ? rc : record_created(d, op, RECORD_SNOOZE, snooze, err);
}

int
ticket_snooze(struct desk *d, int64_t id, int64_t seen_version,
    int64_t until_us, bool until_reply, struct err *err)
{
	struct ticket t = {0};
	struct op op;
	int rc;

	if (until_us == 0 && !until_reply)
		return err_set(err, OD_EDATA,
		    "Until when does it sleep? Name a time, or until a reply");
	if ((rc = op_begin(d, &op, OP_TICKET_SNOOZE, id, err)) != 0)
		return rc;
	if (until_us != 0 && until_us <= op.now_us)
		rc = err_set(err, OD_EDATA,
		    "That time is over; name one that is still to come");
	else if ((rc = ticket__load(d, id, &t, err)) == 0 &&
		 t.state >= TICKET_SOLVED)
		rc = err_set(err, OD_ECONFLICT,
		    "Ticket %lld is done; only active ones sleep",
		    (long long)t.number);
	else if (rc == 0) {
		op_sentence(
		    &op, _("Put ticket %lld to sleep"), (long long)t.number);
		rc = sleep_from_now(
		    d, &op, id, seen_version, until_us, until_reply, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

int
ticket__wake(struct desk *d, struct op *op, int64_t id, int64_t seen_version,
    enum snooze_end how, struct err *err)
{
	static const struct change c[] = {
	    {"snoozed_until_us", {BIND_NULL, 0, NULL, 0}},
	    {"snooze_until_reply", {BIND_INT, 0, NULL, 0}}};
	int rc = ticket__end_snooze(d, op, id, how, err);

	return rc != 0 ? rc
	               : record_update(d, op, RECORD_TICKET, id, seen_version,
			     c, 2, NULL, err);
}

int
ticket_wake(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct ticket t = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_SNOOZE, id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, id, &t, err)) == 0) {
		op_sentence(&op, _("Woke ticket %lld"), (long long)t.number);
		rc = records__any(d,
		    "SELECT 1 FROM tickets WHERE tenant_id = $1 AND id = $2"
		    " AND (snoozed_until_us IS NOT NULL"
		    " OR snooze_until_reply = 1)",
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
		rc = rc == 0   ? err_set(err, OD_ECONFLICT,
				     "Ticket %lld does not sleep",
				     (long long)t.number)
		     : rc == 1 ? ticket__wake(d, &op, id, seen_version,
				     SNOOZE_BY_HAND, err)
		               : rc;
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

/* ---- what the customer says ---- */

int
ticket__days(
    struct desk *d, enum tenant_setting setting, int64_t *us, struct err *err)
{
	int64_t days;
	int rc = tenant_setting(d, setting, &days, NULL, err);

	*us = days * US_PER_DAY;
	return rc;
}

static int
reopens(struct desk *d, struct op *op, const struct ticket *t, const char *body,
    bool *out, struct err *err)
{
	int64_t window = 0,
		ended = t->solved_us != 0 ? t->solved_us : t->closed_us;
	int rc = ticket__days(d, SETTING_TICKET_REOPEN_DAYS, &window, err);

	*out = rc == 0 && t->deleted_at == 0 && ended + window > op->now_us &&
	       !thanks_only(body);
	return rc;
}

static int
open_again(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	const struct change c[] = {{"state", b_int(TICKET_OPEN)},
	    {"waiting_reason", b_text("")}, {"waiting_until_us", b_null()},
	    {"reminded_us", b_null()}, {"solved_us", b_null()},
	    {"closed_us", b_null()}, {"status_id", b_null()}};

	return record_update(d, op, RECORD_TICKET, id, 0, c,
	    sizeof(c) / sizeof(c[0]), NULL, err);
}

int
ticket_heard(struct desk *d, struct op *op, int64_t ticket_id, const char *body,
    struct err *err)
{
	struct ticket t = {0};
	bool again = false;
	int rc = ticket__load(d, ticket_id, &t, err);

	if (rc == 0 && t.deleted_at == 0 && t.state < TICKET_SOLVED &&
	    (rc = records__any(d,
		 "SELECT 1 FROM tickets WHERE tenant_id = $1 AND id = $2"
		 " AND snooze_until_reply = 1",
		 BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err)) == 1)
		rc = ticket__wake(d, op, ticket_id, 0, SNOOZE_BY_REPLY, err);
	if (rc == 0 && (t.state == TICKET_SOLVED || t.state == TICKET_CLOSED))
		rc = reopens(d, op, &t, body, &again, err);
	else if (rc == 0)
		again = t.state == TICKET_WAITING && t.deleted_at == 0;
	if (rc == 0 && again)
		rc = open_again(d, op, ticket_id, err);
	ticket_clear(&t);
	return rc != 0 ? rc : ticket_said(d, op, ticket_id, err);
}

int
ticket_said(struct desk *d, struct op *op, int64_t ticket_id, struct err *err)
{
	return ticket_clock_follow(d, op, ticket_id, 0, err);
}
