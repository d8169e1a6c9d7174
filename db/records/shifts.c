/* shifts - who is at work, and since when; see operator_states.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/operator_states.h"
#include <stdlib.h>
#include <string.h>

struct open_shift {
	int64_t id, kind, begun_us, seen_us, operator_id;
};

static void
read_open(struct stmt *st, void *row)
{
	struct open_shift *s = row;

	s->id = stmt_int(st, 0);
	s->kind = stmt_int(st, 1);
	s->begun_us = stmt_int(st, 2);
	s->seen_us = stmt_int(st, 3);
	s->operator_id = stmt_int(st, 4);
}

/* 1, or 0 when there is none. */
static int
open_of(struct desk *d, int64_t operator_id, struct open_shift *out,
    struct err *err)
{
	memset(out, 0, sizeof(*out));
	return records__first(d,
	    "SELECT id, kind, begun_us, seen_us, operator_id FROM shifts"
	    " WHERE operator_id = $1 AND tenant_id = $2 AND ended_us IS NULL",
	    BINDS(b_int(operator_id), b_int(d->actor.tenant_id)), read_open,
	    out, err);
}

int
shift__seen(struct desk *d, int64_t operator_id, int64_t at_us, struct err *err)
{
	return db_exec(d->db,
	    "UPDATE shifts SET seen_us = $1 WHERE operator_id = $2"
	    " AND tenant_id = $3 AND ended_us IS NULL AND seen_us < $1",
	    BINDS(b_int(at_us), b_int(operator_id), b_int(d->actor.tenant_id)),
	    NULL, err);
}

static int
end_shift(struct desk *d, int64_t id, int64_t at_us, enum shift_ended by,
    struct err *err)
{
	return db_exec(d->db,
	    "UPDATE shifts SET ended_us = $1, ended_by = $2"
	    " WHERE id = $3 AND tenant_id = $4",
	    BINDS(
		b_int(at_us), b_int(by), b_int(id), b_int(d->actor.tenant_id)),
	    NULL, err);
}

static int
begin_shift(struct desk *d, int64_t operator_id, enum shift_kind kind,
    int64_t at_us, struct err *err)
{
	return db_exec(d->db,
	    "INSERT INTO shifts(tenant_id, operator_id, kind, begun_us,"
	    " seen_us) VALUES($1,$2,$3,$4,$4)",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id), b_int(kind),
		b_int(at_us)),
	    NULL, err);
}

/* The first reason for pauses stands for a break on the clock. */
static int
break_reason(struct desk *d, int64_t *id, struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM pause_reasons WHERE tenant_id = $1 AND active = 1"
	    " AND deleted_at IS NULL ORDER BY position, id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id)), err);

	if (rc != OD_ENOTFOUND)
		return rc;
	*id = 0;
	return 0;
}

/* *nothing: it is so already. */
static int
check_act(const struct open_shift *now, bool open, enum clock_act act,
    bool *nothing, struct err *err)
{
	*nothing = false;
	switch (act) {
	case CLOCK_IN:
		*nothing = open && now->kind == SHIFT_WORK;
		return 0;
	case CLOCK_OUT:
		*nothing = !open;
		return 0;
	case CLOCK_BREAK:
		*nothing = open && now->kind == SHIFT_BREAK;
		break;
	case CLOCK_BACK:
		*nothing = open && now->kind == SHIFT_WORK;
		break;
	}
	if (!open)
		return err_set(
		    err, OD_ECONFLICT, "There is no shift; clock in first");
	return 0;
}

static int
act_on_clock(struct desk *d, struct op *op, int64_t operator_id,
    enum clock_act act, struct err *err)
{
	struct seat_change to = {.operator_id = operator_id};
	int64_t at_us = op->now_us, since;
	struct open_shift now;
	bool nothing, changed;
	int rc, open;

	if ((open = open_of(d, operator_id, &now, err)) < 0)
		return open;
	if ((rc = check_act(&now, open == 1, act, &nothing, err)) != 0)
		return rc;
	if (nothing) {
		call__nothing(op);
		return shift__seen(d, operator_id, at_us, err);
	}
	to.state = act == CLOCK_OUT     ? SEAT_OFF
	           : act == CLOCK_BREAK ? SEAT_PAUSED
	                                : SEAT_READY;
	if (act == CLOCK_BREAK &&
	    (rc = break_reason(d, &to.reason_id, err)) != 0)
		return rc;
	if ((rc = seat__since(d, operator_id, &since, err)) != 0)
		return rc;
	if (at_us < now.begun_us)
		at_us = now.begun_us;
	if (at_us < since)
		at_us = since;
	if ((rc = seat__change(d, &to, &at_us, &changed, err)) != 0)
		return rc;
	if (open == 1)
		rc = end_shift(d, now.id, at_us,
		    d->actor.id == operator_id ? SHIFT_BY_PERSON
					       : SHIFT_BY_OTHER,
		    err);
	if (rc == 0 && act != CLOCK_OUT)
		rc = begin_shift(d, operator_id,
		    act == CLOCK_BREAK ? SHIFT_BREAK : SHIFT_WORK, at_us, err);
	return rc;
}

int
shift_clock(
    struct desk *d, int64_t operator_id, enum clock_act act, struct err *err)
{
	int64_t id = operator_id != 0 ? operator_id : d->actor.id, call;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_SHIFT_CLOCK, id, err)) != 0)
		return rc;
	rc = call__of_operator(d, id, &call, err);
	if (rc == 0 && call != 0)
		rc = err_set(err, OD_ECONFLICT,
		    "There is a call; end and close it first");
	if (rc == 0)
		rc = act_on_clock(d, &op, id, act, err);
	return op_end(d, &op, rc, err);
}

/* ---- reading ---- */

static void
read_row(struct stmt *st, void *row)
{
	struct shift *s = row;

	s->id = stmt_int(st, 0);
	s->operator_id = stmt_int(st, 1);
	s->begun_us = stmt_int(st, 2);
	s->ended_us = stmt_int(st, 3);
	s->seen_us = stmt_int(st, 4);
	s->kind = (enum shift_kind)stmt_int(st, 5);
	s->ended_by = (enum shift_ended)stmt_int(st, 6);
	str_copy(s->login, sizeof(s->login), stmt_text(st, 7));
	str_copy(s->name, sizeof(s->name), stmt_text(st, 8));
}

int
shift_list(struct desk *d, int64_t operator_id, int64_t from_us, int64_t to_us,
    struct shift **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	enum scope scope;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_SEAT_READ, operator_id, err)) != 0)
		return rc;
	scope = op_scope(d, OP_SEAT_READ);
	query_init(&q);
	query_add(&q,
	    "SELECT s.id, s.operator_id, s.begun_us, s.ended_us, s.seen_us,"
	    " s.kind, s.ended_by, o.login, o.full_name FROM shifts s"
	    " JOIN operators o ON o.id = s.operator_id"
	    " AND o.tenant_id = s.tenant_id"
	    " WHERE s.tenant_id = $? AND s.begun_us < $?"
	    " AND (s.ended_us IS NULL OR s.ended_us > $?)",
	    BINDS(b_int(d->actor.tenant_id), b_int(to_us), b_int(from_us)));
	if (operator_id != 0)
		query_add(
		    &q, " AND s.operator_id = $?", BINDS(b_int(operator_id)));
	else if (scope == SCOPE_OWN || scope == SCOPE_TEAM)
		query_add(&q,
		    " AND (s.operator_id = $? OR (CAST($? AS BIGINT) > 0"
		    " AND o.team_id = $?))",
		    BINDS(b_int(d->actor.id),
			b_int(scope == SCOPE_TEAM ? d->actor.team_id : 0),
			b_int(d->actor.team_id)));
	query_text(&q, " ORDER BY s.begun_us, s.id LIMIT 10000");
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	return rc;
}

void
shift_json(const struct shift *s, struct json_out *out)
{
	static const char *const by[] = {"person", "question", "supervisor"};

	json_out_object(out, NULL);
	json_out_int(out, "id", s->id);
	json_out_string(out, "operator", s->login);
	json_out_string(out, "name", s->name);
	json_out_string(out, "kind", s->kind == SHIFT_BREAK ? "break" : "work");
	json_out_time(out, "begun_at", s->begun_us);
	json_out_time(out, "ended_at", s->ended_us);
	json_out_string(
	    out, "ended_by", s->ended_us != 0 ? by[s->ended_by] : NULL);
	json_out_time(out, "seen_at", s->seen_us);
	json_out_end(out, '}');
}

/* ---- still there? ---- */

int
shift_ask(struct desk *d, bool *ask, int64_t *since_us, struct err *err)
{
	struct call_settings s;
	struct open_shift now;
	int64_t call = 0;
	int rc;

	*ask = false;
	*since_us = 0;
	if ((rc = op_may(d, OP_SEAT_READ, 0, err)) != 0 ||
	    (rc = call_settings_get(d, &s, err)) != 0 ||
	    (rc = open_of(d, d->actor.id, &now, err)) != 1)
		return rc;
	if ((rc = call__of_operator(d, d->actor.id, &call, err)) != 0)
		return rc;
	*since_us = now.seen_us;
	*ask = call == 0 && clock_wall_us() - now.seen_us >= s.idle_us;
	return 0;
}

int
shift_seen(struct desk *d, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_SHIFT_CLOCK, d->actor.id, err)) != 0)
		return rc;
	call__nothing(&op);
	rc = shift__seen(d, d->actor.id, op.now_us, err);
	return op_end(d, &op, rc, err);
}

static int
silent_ones(struct desk *d, int64_t before_us, int limit,
    struct open_shift *rows, int *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT s.id, s.kind, s.begun_us, s.seen_us, s.operator_id"
	    " FROM shifts s WHERE s.tenant_id = $1 AND s.seen_us < $2"
	    " AND s.ended_us IS NULL AND NOT EXISTS (SELECT 1 FROM calls c"
	    " WHERE c.operator_id = s.operator_id"
	    " AND c.tenant_id = s.tenant_id AND c.operator_id IS NOT NULL"
	    " AND c.state < 4 AND c.deleted_at IS NULL)"
	    " ORDER BY s.seen_us, s.id LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(before_us), b_int(limit)),
	    err);

	*count = 0;
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		read_open(st, &rows[(*count)++]);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

/*
 * Until when he was seen to be there; off since then.  *count is one more,
 * unless he came back, or clocked out, since he was found to be silent.
 */
static int
expire(struct desk *d, const struct open_shift *s, int *count, struct err *err)
{
	const struct seat_change off = {
	    .operator_id = s->operator_id, .state = SEAT_OFF};
	int64_t at_us = s->seen_us;
	struct open_shift now;
	bool changed, silent;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CALL_FACT, 0, err)) != 0)
		return rc;
	rc = open_of(d, s->operator_id, &now, err);
	silent = rc == 1 && now.id == s->id && now.seen_us == s->seen_us;
	rc = rc < 0 ? rc : 0;
	if (silent && (rc = seat__change(d, &off, &at_us, &changed, err)) == 0)
		rc = end_shift(d, s->id, s->seen_us, SHIFT_BY_QUESTION, err);
	rc = op_end(d, &op, rc, err);
	*count += rc == 0 && silent;
	return rc;
}

int
shift_expire(struct desk *d, int limit, int *count, struct err *err)
{
	struct open_shift rows[64];
	struct call_settings s;
	int rc, n = 0;

	*count = 0;
	if ((rc = call_settings_get(d, &s, err)) != 0 ||
	    (rc = silent_ones(d, clock_wall_us() - s.idle_us - s.answer_us,
		 limit < 64 ? limit : 64, rows, &n, err)) != 0)
		return rc;
	for (int i = 0; rc == 0 && i < n; i++)
		rc = expire(d, &rows[i], count, err);
	return rc;
}
