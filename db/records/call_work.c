/* call_work - a call moves from state to state; see call_int.h. */
#include "common/i18n.h"
#include "db/records/call_int.h"
#include <string.h>

int
call__begin(struct desk *d, struct call_work *w, enum op_id id, int64_t call_id,
    struct err *err)
{
	int rc;

	memset(w, 0, sizeof(*w));
	if ((rc = op_begin(d, &w->op, id, call_id, err)) != 0)
		return rc;
	if ((rc = call__load(d, call_id, &w->c, err)) != 0)
		return call__finish(d, w, rc, err);
	return 0;
}

int
call__finish(struct desk *d, struct call_work *w, int rc, struct err *err)
{
	call_clear(&w->c);
	return op_end(d, &w->op, rc, err);
}

void
call__nothing(struct op *op)
{
	op->id = OP_CALL_FACT;
}

/* ---- intervals ---- */

static int
open_interval(struct desk *d, int64_t call_id, enum call_state state,
    int64_t at_us, struct err *err)
{
	return db_exec(d->db,
	    "INSERT INTO call_intervals(tenant_id, call_id, state, begun_us)"
	    " VALUES($1, $2, $3, $4)",
	    BINDS(b_int(d->actor.tenant_id), b_int(call_id), b_int(state),
		b_int(at_us)),
	    NULL, err);
}

static int
close_interval(struct desk *d, int64_t call_id, int64_t at_us, struct err *err)
{
	return db_exec(d->db,
	    "UPDATE call_intervals SET ended_us = $1 WHERE call_id = $2"
	    " AND tenant_id = $3 AND ended_us IS NULL",
	    BINDS(b_int(at_us), b_int(call_id), b_int(d->actor.tenant_id)),
	    NULL, err);
}

static int
read_sums(struct desk *d, struct call *c, struct err *err)
{
	int64_t *sums[CALL_STATE_COUNT] = {
	    &c->ring_us, &c->talk_us, &c->hold_us, &c->wrap_us, NULL};
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT state, CAST(SUM(ended_us - begun_us) AS BIGINT)"
	    " FROM call_intervals WHERE call_id = $1 AND tenant_id = $2"
	    " AND ended_us IS NOT NULL GROUP BY state",
	    BINDS(b_int(c->id), b_int(d->actor.tenant_id)), err);

	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		int64_t state = stmt_int(st, 0);

		if (state >= 0 && state < CALL_ENDED)
			*sums[state] = stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

/* ---- the operator beside it ---- */

static int
operator_follows(
    struct desk *d, const struct call *c, int64_t *at_us, struct err *err)
{
	struct seat_change to = {.operator_id = c->operator_id,
	    .call_id = c->id,
	    .state = call_seat(c->state)};
	bool changed;
	int rc = 0;

	if (c->operator_id == 0)
		return 0;
	if (c->state == CALL_ENDED)
		rc = seat__before_call(d, c->operator_id, &to, err);
	if (rc == 0)
		rc = seat__change(d, &to, at_us, &changed, err);
	return rc != 0 ? rc : shift__seen(d, c->operator_id, *at_us, err);
}

/* Neither before its own last change nor before its operator's. */
static int
find_moment(struct desk *d, const struct op *op, const struct call *c,
    int64_t *at_us, struct err *err)
{
	int64_t since = 0;
	int rc = 0;

	if (c->operator_id != 0)
		rc = seat__since(d, c->operator_id, &since, err);
	*at_us = op->now_us;
	if (*at_us < c->state_us)
		*at_us = c->state_us;
	if (*at_us < since)
		*at_us = since;
	return rc;
}

/* ---- moving ---- */

static int
refuse(const struct call *c, enum call_event event, struct err *err)
{
	if (c->state == CALL_ENDED)
		return err_set(
		    err, OD_ECONFLICT, "The call %.8s has ended", c->name);
	if (event == CALL_CLOSED)
		return err_set(err, OD_ECONFLICT,
		    "The call %.8s goes on; end it first", c->name);
	if (c->state == CALL_WRAP_UP)
		return err_set(err, OD_ECONFLICT,
		    "The call %.8s is over; close it with a disposition",
		    c->name);
	return err_set(err, OD_ECONFLICT,
	    "The call %.8s still rings; answer it first", c->name);
}

static void
note_times(struct call *c, enum call_state from, int64_t at_us,
    const struct call_settings *s)
{
	if (c->state == CALL_TALKING && c->answered_us == 0)
		c->answered_us = at_us;
	if (from < CALL_WRAP_UP && c->state >= CALL_WRAP_UP)
		c->ended_us = at_us;
	if (c->state == CALL_WRAP_UP)
		c->wrap_until_us = at_us + s->wrap_us;
	if (c->state == CALL_ENDED)
		c->wrapped_us = at_us;
	c->state_us = at_us;
}

static int
write_call(struct desk *d, const struct op *op, struct call *c, struct err *err)
{
	int rc = db_exec(d->db,
	    "UPDATE calls SET state = $1, answered_us = $2, ended_us = $3,"
	    " wrapped_us = $4, wrap_until_us = $5, ring_us = $6, talk_us = $7,"
	    " hold_us = $8, wrap_us = $9, operator_id = $10, team_id = $11,"
	    " updated_at = $12, version = version + 1"
	    " WHERE id = $13 AND tenant_id = $14",
	    BINDS(b_int(c->state), b_ref(c->answered_us), b_ref(c->ended_us),
		b_ref(c->wrapped_us), b_ref(c->wrap_until_us),
		b_int(c->ring_us), b_int(c->talk_us), b_int(c->hold_us),
		b_int(c->wrap_us), b_ref(c->operator_id), b_ref(c->team_id),
		b_int(op->now_us), b_int(c->id), b_int(d->actor.tenant_id)),
	    NULL, err);

	c->version += rc == 0;
	return rc;
}

int
call__move(struct desk *d, struct op *op, struct call *c, enum call_event event,
    bool reported, struct err *err)
{
	struct call_settings s;
	enum call_state from = c->state, to;
	int64_t at_us;
	int rc;

	switch (call_next(from, event, c->operator_id != 0, &to)) {
	case CALL_STAYS:
		return 1;
	case CALL_NEVER:
		return reported ? 1 : refuse(c, event, err);
	case CALL_MOVES:
		break;
	}
	c->state = to;
	if ((rc = call_settings_get(d, &s, err)) != 0 ||
	    (rc = find_moment(d, op, c, &at_us, err)) != 0 ||
	    (rc = operator_follows(d, c, &at_us, err)) != 0 ||
	    (rc = close_interval(d, c->id, at_us, err)) != 0)
		return rc;
	if (to != CALL_ENDED)
		rc = open_interval(d, c->id, to, at_us, err);
	note_times(c, from, at_us, &s);
	if (rc == 0)
		rc = read_sums(d, c, err);
	return rc != 0 ? rc : write_call(d, op, c, err);
}

int
call__begin_intervals(
    struct desk *d, struct op *op, struct call *c, struct err *err)
{
	int64_t at_us;
	int rc;

	c->state_us = 0;
	if ((rc = find_moment(d, op, c, &at_us, err)) != 0 ||
	    (rc = operator_follows(d, c, &at_us, err)) != 0)
		return rc;
	c->started_us = c->state_us = at_us;
	if (c->state == CALL_TALKING)
		c->answered_us = at_us;
	rc = db_exec(d->db,
	    "UPDATE calls SET started_us = $1, answered_us = $2"
	    " WHERE id = $3 AND tenant_id = $4",
	    BINDS(b_int(at_us), b_ref(c->answered_us), b_int(c->id),
		b_int(d->actor.tenant_id)),
	    NULL, err);
	return rc != 0 ? rc : open_interval(d, c->id, c->state, at_us, err);
}
