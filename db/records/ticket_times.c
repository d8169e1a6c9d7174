/* ticket_times - time worked on tickets; see ticket_times.h. */
#include "db/records/ticket_times.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_times_int.h"
#include <stdlib.h>
#include <string.h>

#define WORKED_MAX_US (366 * US_PER_DAY) /* of one entry */

void
time__read(struct stmt *st, void *row)
{
	struct ticket_time *w = row;

	w->id = stmt_int(st, 0);
	w->version = stmt_int(st, 1);
	w->ticket_id = stmt_int(st, 2);
	w->operator_id = stmt_int(st, 3);
	w->from_us = stmt_int(st, 4);
	w->to_us = stmt_int(st, 5);
	w->idle_us = stmt_int(st, 6);
	w->worked_us = stmt_int(st, 7);
	str_copy(w->note, sizeof(w->note), stmt_text(st, 8));
	w->number = stmt_int(st, 9);
	str_copy(w->subject, sizeof(w->subject), stmt_text(st, 10));
	str_copy(
	    w->operator_login, sizeof(w->operator_login), stmt_text(st, 11));
	str_copy(w->operator_name, sizeof(w->operator_name), stmt_text(st, 12));
}

int64_t
ticket_time_worked(const struct ticket_time *w, int64_t now_us)
{
	int64_t us = now_us - w->from_us - w->idle_us;

	if (w->to_us != 0)
		return w->worked_us;
	return us > 0 ? us : 0;
}

int
ticket_times(struct desk *d, int64_t ticket_id, struct ticket_time **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    TIME_SELECT " WHERE w.tenant_id = $1 AND w.ticket_id = $2"
			" AND w.deleted_at IS NULL ORDER BY w.from_us, w.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err);
	*rows = records__all(&st, sizeof(**rows), time__read, count, &rc, err);
	return rc;
}

static int
load(struct desk *d, int64_t id, struct ticket_time *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    TIME_SELECT " WHERE w.tenant_id = $1 AND w.id = $2"
			" AND w.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), time__read, out, err);
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such time worked");
	return rc == 1 ? 0 : rc;
}

int
time_get(struct desk *d, int64_t id, struct ticket_time *out, struct err *err)
{
	int rc = load(d, id, out, err);

	return rc != 0 ? rc : op_read(d, OP_TICKET_READ, out->ticket_id, err);
}

int
time_running(struct desk *d, struct ticket_time *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	if (d->actor.kind != ACTOR_OPERATOR)
		return 0;
	return records__first(d,
	    TIME_SELECT " WHERE w.tenant_id = $1 AND w.operator_id = $2"
			" AND w.to_us IS NULL AND w.deleted_at IS NULL"
			" ORDER BY w.from_us DESC",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)), time__read,
	    out, err);
}

void
ticket_time_json(const struct ticket_time *w, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", w->id);
	json_out_int(out, "ticket", w->number);
	json_out_string(out, "subject", w->subject);
	json_out_string(out, "operator", w->operator_login);
	json_out_string(out, "name", w->operator_name);
	json_out_time(out, "began_at", w->from_us);
	json_out_time(out, "ended_at", w->to_us);
	json_out_bool(out, "running", w->to_us == 0);
	json_out_int(out, "idle_s", w->idle_us / US_PER_SECOND);
	json_out_int(out, "worked_s", w->worked_us / US_PER_SECOND);
	json_out_string(out, "note", w->note);
	json_out_int(out, "version", w->version);
	json_out_end(out, '}');
}

/* ---- changes ---- */

static int
check_actor(const struct desk *d, struct err *err)
{
	if (d->actor.kind == ACTOR_OPERATOR)
		return 0;
	return err_set(err, OD_EDENIED,
	    "Time is worked by people: do this as an operator");
}

/* People enter their own, programs somebody's. */
static int
check_worker(struct desk *d, int64_t *operator_id, struct err *err)
{
	bool is_person = d->actor.kind == ACTOR_OPERATOR;
	int rc;

	if (is_person && *operator_id == 0)
		*operator_id = d->actor.id;
	if (is_person && *operator_id != d->actor.id)
		return err_set(err, OD_EDENIED,
		    "Enter what you worked yourself; others enter theirs");
	rc = records__any(d,
	    "SELECT 1 FROM operators WHERE tenant_id = $1 AND id = $2"
	    " AND deleted_at IS NULL LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(*operator_id)), err);
	if (rc == 0)
		return err_set(err, OD_EDATA,
		    "Say which operator worked: there is no such one");
	return rc == 1 ? 0 : rc;
}

static int
insert(struct desk *d, struct op *op, const struct ticket_time *w, int64_t *id,
    struct err *err)
{
	int rc = db_insert(d->db, id,
	    "INSERT INTO ticket_times(tenant_id, ticket_id, operator_id,"
	    " from_us, to_us, worked_us, note, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(w->ticket_id),
		b_int(w->operator_id), b_int(w->from_us),
		w->to_us != 0 ? b_int(w->to_us) : b_null(), b_int(w->worked_us),
		b_text(w->note), b_int(op->now_us)),
	    err);

	return rc != 0 ? rc : record_created(d, op, RECORD_TIME, *id, err);
}

/* At to_us, less so much more that was idle. */
static int
end(struct desk *d, struct op *op, const struct ticket_time *w,
    int64_t seen_version, int64_t to_us, int64_t more_idle_us, struct err *err)
{
	int64_t idle = w->idle_us + more_idle_us;
	struct change c[] = {{"to_us", b_int(to_us)}, {"idle_us", b_int(idle)},
	    {"worked_us", b_int(to_us - w->from_us - idle)}};

	if (more_idle_us < 0 || to_us - w->from_us - idle < 0)
		return err_set(err, OD_EDATA,
		    "More than was worked cannot have been idle");
	return record_update(
	    d, op, RECORD_TIME, w->id, seen_version, c, 3, NULL, err);
}

int
time_start(struct desk *d, int64_t ticket_id, int64_t *id, int64_t *stopped,
    struct err *err)
{
	struct ticket_time now,
	    w = {.ticket_id = ticket_id, .operator_id = d->actor.id};
	struct ticket t;
	struct op op;
	int rc;

	if (stopped != NULL)
		*stopped = 0;
	if ((rc = check_actor(d, err)) != 0 ||
	    (rc = ticket__begin_live(
		 d, &op, OP_TIME_START, ticket_id, &t, err)) != 0)
		return rc;
	w.from_us = op.now_us;
	op_sentence(
	    &op, _("Started the clock of ticket %lld"), (long long)t.number);
	if ((rc = time_running(d, &now, err)) == 1) {
		if (now.ticket_id == ticket_id) {
			rc = err_set(err, OD_ECONFLICT,
			    "Your clock runs on ticket %lld already",
			    (long long)t.number);
		} else {
			/* One that began in the future of this host. */
			int64_t to = op.now_us > now.from_us + now.idle_us
			                 ? op.now_us
			                 : now.from_us + now.idle_us;

			rc = end(d, &op, &now, 0, to, 0, err);
			op_sentence(&op,
			    _("Started the clock of ticket %lld and stopped"
			      " that of %lld"),
			    (long long)t.number, (long long)now.number);
			if (stopped != NULL)
				*stopped = now.number;
		}
	}
	if (rc == 0)
		rc = insert(d, &op, &w, id, err);
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

static int
check_runs(const struct ticket_time *w, struct err *err)
{
	if (w->to_us == 0)
		return 0;
	return err_set(err, OD_ECONFLICT,
	    "The clock of ticket %lld was stopped already",
	    (long long)w->number);
}

int
time_stop(struct desk *d, int64_t id, int64_t seen_version, int64_t to_us,
    int64_t more_idle_us, struct err *err)
{
	struct ticket_time w;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TIME_STOP, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &w, err)) == 0 &&
	    (rc = check_runs(&w, err)) == 0) {
		op_sentence(&op, _("Stopped the clock of ticket %lld"),
		    (long long)w.number);
		if (to_us > op.now_us)
			rc = err_set(err, OD_EDATA,
			    "A clock cannot be stopped in the future");
		else
			rc = end(d, &op, &w, seen_version,
			    to_us != 0 ? to_us : op.now_us, more_idle_us, err);
	}
	return op_end(d, &op, rc, err);
}

int
time_idle(struct desk *d, int64_t id, int64_t seen_version,
    int64_t more_idle_us, struct err *err)
{
	struct ticket_time w;
	struct change c;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TIME_EDIT, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &w, err)) == 0 &&
	    (rc = check_runs(&w, err)) == 0) {
		op_sentence(&op,
		    _("Took idle time off the clock of ticket %lld"),
		    (long long)w.number);
		c = (struct change){"idle_us", b_int(w.idle_us + more_idle_us)};
		if (more_idle_us < 0 ||
		    more_idle_us > ticket_time_worked(&w, op.now_us))
			rc = err_set(err, OD_EDATA,
			    "More than was worked cannot have been idle");
		else
			rc = record_update(d, &op, RECORD_TIME, id,
			    seen_version, &c, 1, NULL, err);
	}
	return op_end(d, &op, rc, err);
}

/* Some time, that is over. */
static int
check_span(int64_t from_us, int64_t idle_us, int64_t worked_us, int64_t now_us,
    struct err *err)
{
	if (worked_us <= 0 || worked_us > WORKED_MAX_US)
		return err_set(err, OD_EDATA,
		    "What was worked is more than nothing and at most a year");
	if (from_us <= 0 || from_us > now_us - idle_us - worked_us)
		return err_set(err, OD_EDATA,
		    "That would end in the future; say when it began");
	return 0;
}

int
time_add(struct desk *d, int64_t ticket_id, const struct time_new *in,
    int64_t *id, struct err *err)
{
	struct ticket_time w = {.ticket_id = ticket_id,
	    .worked_us = in->worked_us,
	    .from_us = in->from_us,
	    .operator_id = in->operator_id};
	struct ticket t;
	struct op op;
	int rc;

	if ((rc = records__fit(
		 _("Note"), w.note, sizeof(w.note), in->note, err)) != 0 ||
	    (rc = ticket__begin_live(
		 d, &op, OP_TIME_ADD, ticket_id, &t, err)) != 0)
		return rc;
	if (w.from_us == 0)
		w.from_us = op.now_us - in->worked_us;
	op_sentence(
	    &op, _("Entered time worked on ticket %lld"), (long long)t.number);
	if ((rc = check_worker(d, &w.operator_id, err)) == 0 &&
	    (rc = check_span(w.from_us, 0, in->worked_us, op.now_us, err)) ==
		0) {
		w.to_us = w.from_us + in->worked_us;
		rc = insert(d, &op, &w, id, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

/*
 * Its end follows from when it began and how much was worked; where that would
 * be in the future and nobody said when it began, it began before.
 */
static int
settle(const struct ticket_time *w, struct edits *e, int64_t now_us,
    struct err *err)
{
	const struct bind *worked = records__edit(e, "worked_us");
	const struct bind *from = records__edit(e, "from_us");
	int64_t begun = from != NULL ? from->i : w->from_us;
	int64_t span = worked != NULL ? worked->i : w->worked_us;
	int rc;

	if (worked == NULL && from == NULL)
		return 0;
	if (w->to_us == 0)
		return err_set(err, OD_ECONFLICT,
		    "The clock of ticket %lld runs; stop it first",
		    (long long)w->number);
	if (from == NULL && span > now_us - w->from_us - w->idle_us)
		begun = w->to_us - w->idle_us - span;
	if ((rc = check_span(begun, w->idle_us, span, now_us, err)) != 0)
		return rc;
	if (from == NULL && begun != w->from_us)
		records__edit_add(e, "from_us", b_int(begun));
	records__edit_add(e, "to_us", b_int(begun + w->idle_us + span));
	return 0;
}

int
time_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "worked_us", "from_us", "note", NULL};
	struct ticket_time w;
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_TIME, allowed, changes, count, err);
	if (rc != 0 || (rc = op_begin(d, &op, OP_TIME_EDIT, id, err)) != 0)
		goto out;
	if ((rc = load(d, id, &w, err)) == 0 &&
	    (rc = settle(&w, &e, op.now_us, err)) == 0) {
		op_sentence(&op, _("Corrected time worked on ticket %lld"),
		    (long long)w.number);
		rc = record_update(d, &op, RECORD_TIME, id, seen_version,
		    e.list, e.count, NULL, err);
	}
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

int
time_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct ticket_time w;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TIME_DELETE, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &w, err)) == 0) {
		op_sentence(&op, _("Deleted time worked on ticket %lld"),
		    (long long)w.number);
		rc = record_delete(d, &op, RECORD_TIME, id, seen_version, err);
	}
	return op_end(d, &op, rc, err);
}
