/* operator_states - see operator_states.h. */
#include "db/records/operator_states.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/mask.h"
#include <stdlib.h>
#include <string.h>

/* ---- the present interval ---- */

struct present {
	int64_t state, reason_id, call_id, begun_us;
};

static void
read_present(struct stmt *st, void *row)
{
	struct present *p = row;

	p->state = stmt_int(st, 0);
	p->reason_id = stmt_int(st, 1);
	p->call_id = stmt_int(st, 2);
	p->begun_us = stmt_int(st, 3);
}

/* 1, or 0 when there is none. */
static int
present_of(
    struct desk *d, int64_t operator_id, struct present *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return records__first(d,
	    "SELECT state, reason_id, call_id, begun_us FROM operator_states"
	    " WHERE operator_id = $1 AND tenant_id = $2 AND ended_us IS NULL",
	    BINDS(b_int(operator_id), b_int(d->actor.tenant_id)), read_present,
	    out, err);
}

int
seat__since(struct desk *d, int64_t operator_id, int64_t *us, struct err *err)
{
	struct present now;
	int rc = present_of(d, operator_id, &now, err);

	*us = now.begun_us;
	return rc < 0 ? rc : 0;
}

int
seat__before_call(struct desk *d, int64_t operator_id, struct seat_change *out,
    struct err *err)
{
	struct present before;
	int rc;

	memset(&before, 0, sizeof(before));
	rc = records__first(d,
	    "SELECT state, reason_id, call_id, begun_us FROM operator_states"
	    " WHERE operator_id = $1 AND tenant_id = $2 AND call_id IS NULL"
	    " ORDER BY begun_us DESC, id DESC LIMIT 1",
	    BINDS(b_int(operator_id), b_int(d->actor.tenant_id)), read_present,
	    &before, err);
	*out = (struct seat_change){.operator_id = operator_id,
	    .reason_id = before.reason_id,
	    .state = rc == 1 ? (enum seat_state)before.state : SEAT_OFF};
	return rc < 0 ? rc : 0;
}

int
seat__change(struct desk *d, const struct seat_change *to, int64_t *at_us,
    bool *changed, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	struct present now;
	int rc = present_of(d, to->operator_id, &now, err);

	*changed = false;
	if (rc < 0 ||
	    (rc == 1 && now.state == (int64_t)to->state &&
		now.reason_id == to->reason_id && now.call_id == to->call_id))
		return rc < 0 ? rc : 0;
	*changed = true;
	if (*at_us < now.begun_us)
		*at_us = now.begun_us;
	if (rc == 1 &&
	    (rc = db_exec(d->db,
		 "UPDATE operator_states SET ended_us = $1"
		 " WHERE operator_id = $2 AND tenant_id = $3"
		 " AND ended_us IS NULL",
		 BINDS(b_int(*at_us), b_int(to->operator_id), tenant), NULL,
		 err)) != 0)
		return rc;
	return db_exec(d->db,
	    "INSERT INTO operator_states(tenant_id, operator_id, state,"
	    " reason_id, call_id, begun_us) VALUES($1,$2,$3,$4,$5,$6)",
	    BINDS(tenant, b_int(to->operator_id), b_int(to->state),
		b_ref(to->reason_id), b_ref(to->call_id), b_int(*at_us)),
	    NULL, err);
}

/* ---- setting ---- */

static int
check_reason(
    struct desk *d, const char *reason, struct seat_change *to, struct err *err)
{
	struct call_code code;
	int rc;

	if (to->state != SEAT_PAUSED)
		return 0;
	if (reason == NULL || reason[0] == '\0')
		return err_set(err, OD_EDATA,
		    "A pause needs its reason, such as BREAK; \"opdesk call"
		    " reasons\" lists them");
	if ((rc = call_code_find(d, CODE_PAUSE_REASON, reason, &code, err)) ==
	    0)
		to->reason_id = code.id;
	return rc;
}

int
seat_set(struct desk *d, int64_t operator_id, enum seat_state state,
    const char *reason, struct err *err)
{
	struct seat_change to = {.state = state};
	struct present now;
	bool changed = false;
	struct op op;
	int rc;

	if (state != SEAT_READY && state != SEAT_PAUSED && state != SEAT_OFF)
		return err_set(err, OD_EDATA,
		    "An operator makes himself ready, paused or off; the rest"
		    " comes from calls");
	to.operator_id = operator_id != 0 ? operator_id : d->actor.id;
	if ((rc = op_begin(d, &op, OP_SEAT_SET, to.operator_id, err)) != 0)
		return rc;
	if ((rc = check_reason(d, reason, &to, err)) != 0 ||
	    (rc = present_of(d, to.operator_id, &now, err)) < 0)
		return op_end(d, &op, rc, err);
	rc = 0;
	if (seat_is_on_call((enum seat_state)now.state))
		rc = err_set(err, OD_ECONFLICT,
		    "There is a call; end and close it first");
	if (rc == 0 && now.begun_us == 0 && state == SEAT_OFF)
		call__nothing(&op);
	else if (rc == 0) {
		int64_t at_us = op.now_us;

		rc = seat__change(d, &to, &at_us, &changed, err);
		if (rc == 0)
			rc = shift__seen(d, to.operator_id, at_us, err);
		if (rc == 0 && !changed)
			call__nothing(&op);
	}
	return op_end(d, &op, rc, err);
}

/* ---- reading ---- */

#define SEAT_SELECT                                                            \
	"SELECT o.id, o.team_id, p.state, p.begun_us, p.call_id, p.reason_id," \
	" c.wrap_until_us, o.login, o.full_name, te.name, r.key, r.label_es,"  \
	" r.label_en, c.name, c.number, k.full_name, s.begun_us, s.kind"       \
	" FROM operators o LEFT JOIN operator_states p"                        \
	" ON p.operator_id = o.id AND p.tenant_id = o.tenant_id"               \
	" AND p.ended_us IS NULL"                                              \
	" LEFT JOIN teams te ON te.id = o.team_id"                             \
	" AND te.tenant_id = o.tenant_id"                                      \
	" LEFT JOIN pause_reasons r ON r.id = p.reason_id"                     \
	" AND r.tenant_id = o.tenant_id"                                       \
	" LEFT JOIN calls c ON c.id = p.call_id"                               \
	" AND c.tenant_id = o.tenant_id"                                       \
	" LEFT JOIN contacts k ON k.id = c.contact_id"                         \
	" AND k.tenant_id = o.tenant_id"                                       \
	" LEFT JOIN shifts s ON s.operator_id = o.id"                          \
	" AND s.tenant_id = o.tenant_id AND s.ended_us IS NULL"

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

static void
read_row(struct stmt *st, void *row)
{
	struct seat_now *s = row;

	s->operator_id = stmt_int(st, 0);
	s->team_id = stmt_int(st, 1);
	s->state = (enum seat_state)stmt_int(st, 2);
	s->since_us = stmt_int(st, 3);
	s->call_id = stmt_int(st, 4);
	s->reason_id = stmt_int(st, 5);
	s->wrap_until_us = stmt_int(st, 6);
	TAKE(st, 7, s->login);
	TAKE(st, 8, s->name);
	TAKE(st, 9, s->team_name);
	TAKE(st, 10, s->reason);
	TAKE(st, 11, s->label_es);
	TAKE(st, 12, s->label_en);
	TAKE(st, 13, s->call_name);
	TAKE(st, 14, s->number);
	TAKE(st, 15, s->contact_name);
	s->shift_us = stmt_int(st, 16);
	s->on_break = stmt_int(st, 17) == 1;
}

static void
mask_row(struct desk *d, struct seat_now *s)
{
	const struct op_owner own = {s->operator_id, s->team_id, s->team_id};

	if (mask_sees(d, &own))
		return;
	mask_address(s->number, sizeof(s->number));
	mask_name(s->contact_name, sizeof(s->contact_name));
}

int
seat_get(
    struct desk *d, int64_t operator_id, struct seat_now *out, struct err *err)
{
	int64_t id = operator_id != 0 ? operator_id : d->actor.id;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_SEAT_READ, id, err)) != 0)
		return rc;
	rc = records__first(d,
	    SEAT_SELECT " WHERE o.tenant_id = $1 AND o.id = $2"
			" AND o.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such operator");
	if (rc == 1)
		mask_row(d, out);
	return rc == 1 ? 0 : rc;
}

int
seat_list(
    struct desk *d, struct seat_now **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	enum scope scope;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_SEAT_READ, 0, err)) != 0)
		return rc;
	scope = op_scope(d, OP_SEAT_READ);
	query_init(&q);
	query_add(&q,
	    SEAT_SELECT " WHERE o.tenant_id = $? AND o.deleted_at IS NULL"
			" AND o.enabled = 1 AND o.role IN (0, 1, 2, 3)",
	    BINDS(b_int(d->actor.tenant_id)));
	if (scope == SCOPE_OWN || d->actor.team_id == 0) {
		if (scope != SCOPE_ALL)
			query_add(
			    &q, " AND o.id = $?", BINDS(b_int(d->actor.id)));
	} else if (scope == SCOPE_TEAM) {
		query_add(&q, " AND (o.id = $? OR o.team_id = $?)",
		    BINDS(b_int(d->actor.id), b_int(d->actor.team_id)));
	}
	query_text(&q, " ORDER BY o.full_name, o.id");
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	for (size_t i = 0; i < *count; i++)
		mask_row(d, &(*rows)[i]);
	return rc;
}

static void
text_or_null(struct json_out *out, const char *name, const char *s)
{
	json_out_string(out, name, s[0] != '\0' ? s : NULL);
}

void
seat_json(const struct seat_now *s, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "operator", s->login);
	json_out_string(out, "name", s->name);
	text_or_null(out, "team", s->team_name);
	json_out_string(out, "state", seat_state_names[s->state]);
	json_out_time(out, "since", s->since_us);
	text_or_null(out, "reason", s->reason);
	text_or_null(out, "call", s->call_name);
	text_or_null(out, "number", s->number);
	text_or_null(out, "contact_name", s->contact_name);
	json_out_time(out, "wrap_up_until",
	    s->state == SEAT_WRAP_UP ? s->wrap_until_us : 0);
	json_out_time(out, "shift_since", s->shift_us);
	json_out_bool(out, "on_break", s->on_break);
	json_out_end(out, '}');
}

static void
read_interval(struct stmt *st, void *row)
{
	struct seat_interval *i = row;

	i->state = (enum seat_state)stmt_int(st, 0);
	i->begun_us = stmt_int(st, 1);
	i->ended_us = stmt_int(st, 2);
	i->reason_id = stmt_int(st, 3);
	i->call_id = stmt_int(st, 4);
	TAKE(st, 5, i->reason);
	TAKE(st, 6, i->call_name);
}

int
seat_intervals(struct desk *d, int64_t operator_id, int64_t from_us,
    int64_t to_us, struct seat_interval **rows, size_t *count, struct err *err)
{
	int64_t id = operator_id != 0 ? operator_id : d->actor.id;
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_SEAT_READ, id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT p.state, p.begun_us, p.ended_us, p.reason_id, p.call_id,"
	    " r.key, c.name FROM operator_states p"
	    " LEFT JOIN pause_reasons r ON r.id = p.reason_id"
	    " AND r.tenant_id = p.tenant_id"
	    " LEFT JOIN calls c ON c.id = p.call_id"
	    " AND c.tenant_id = p.tenant_id"
	    " WHERE p.operator_id = $1 AND p.tenant_id = $2"
	    " AND p.begun_us < $3 AND (p.ended_us IS NULL OR p.ended_us > $4)"
	    " ORDER BY p.begun_us, p.id",
	    BINDS(b_int(id), b_int(d->actor.tenant_id), b_int(to_us),
		b_int(from_us)),
	    err);
	*rows =
	    records__all(&st, sizeof(**rows), read_interval, count, &rc, err);
	return rc;
}
