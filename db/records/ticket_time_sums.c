/* ticket_time_sums - how much was worked; see ticket_times.h. */
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_times.h"
#include "db/records/ticket_times_int.h"
#include <stdlib.h>

#define SUMS_AT_ONCE 50 /* ids of one statement */

static int
sum_some(struct desk *d, const int64_t *ids, size_t count,
    struct time_sum *sums, size_t *found, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_add(&q,
	    "SELECT ticket_id, CAST(sum(worked_us) AS BIGINT)"
	    " FROM ticket_times"
	    " WHERE tenant_id = $? AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	records__in(&q,
	    " AND ticket_id IN ($?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,"
	    "$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,"
	    "$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?)",
	    SUMS_AT_ONCE, ids, count);
	query_text(&q, " GROUP BY ticket_id");
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		while ((rc = stmt_step(st, err)) == 1)
			sums[(*found)++] =
			    (struct time_sum){stmt_int(st, 0), stmt_int(st, 1)};
	stmt_close(&st);
	query_free(&q);
	return rc;
}

int
ticket_time_sums(struct desk *d, const int64_t *ids, size_t count,
    struct time_sum *sums, size_t *found, struct err *err)
{
	int rc;

	*found = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < count; i += SUMS_AT_ONCE)
		rc = sum_some(d, ids + i,
		    count - i < SUMS_AT_ONCE ? count - i : SUMS_AT_ONCE, sums,
		    found, err);
	return rc;
}

/* Whose time the actor may see. */
static void
add_reach(struct query *q, struct desk *d)
{
	switch (op_scope(d, OP_TIME_READ)) {
	case SCOPE_ALL:
		return;
	case SCOPE_TEAM:
		query_add(q, " AND (o.team_id = $? OR o.id = $?)",
		    BINDS(b_ref(d->actor.team_id), b_int(d->actor.id)));
		return;
	case SCOPE_OWN:
	case SCOPE_NONE:
		break;
	}
	query_add(q, " AND o.id = $?",
	    BINDS(b_int(d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0)));
}

static void
read_figure(struct stmt *st, void *row)
{
	struct time_figure *f = row;

	f->operator_id = stmt_int(st, 0);
	str_copy(f->login, sizeof(f->login), stmt_text(st, 1));
	str_copy(f->name, sizeof(f->name), stmt_text(st, 2));
	f->entries = stmt_int(st, 3);
	f->tickets = stmt_int(st, 4);
	f->worked_us = stmt_int(st, 5);
}

static int
by_worked(const void *a, const void *b)
{
	const struct time_figure *x = a, *y = b;

	if (x->worked_us != y->worked_us)
		return x->worked_us > y->worked_us ? -1 : 1;
	return x->operator_id < y->operator_id
	           ? -1
	           : x->operator_id > y->operator_id;
}

int
time_figures(struct desk *d, int64_t from_us, int64_t to_us,
    int64_t operator_id, struct time_figure **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TIME_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    "SELECT o.id, o.login, o.full_name, count(*),"
	    " count(DISTINCT w.ticket_id), CAST(sum(w.worked_us) AS BIGINT)"
	    /* Each operator's own part of the index, not all of it. */
	    " FROM operators o CROSS JOIN ticket_times w"
	    " WHERE w.tenant_id = o.tenant_id AND w.operator_id = o.id"
	    " AND w.from_us >= $? AND w.from_us < $?"
	    " AND w.deleted_at IS NULL AND w.to_us IS NOT NULL"
	    " AND o.tenant_id = $?",
	    BINDS(b_int(from_us), b_int(to_us), b_int(d->actor.tenant_id)));
	if (operator_id != 0)
		query_add(&q, " AND o.id = $?", BINDS(b_int(operator_id)));
	add_reach(&q, d);
	query_text(&q, " GROUP BY o.id, o.login, o.full_name");
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), read_figure, count, &rc, err);
	query_free(&q);
	if (*count > 1)
		qsort(*rows, *count, sizeof(**rows), by_worked);
	return rc;
}

int
time_figure_rows(struct desk *d, int64_t operator_id, int64_t from_us,
    int64_t to_us, struct ticket_time **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TIME_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    TIME_SELECT " WHERE w.tenant_id = $? AND w.operator_id = $?"
			" AND w.from_us >= $? AND w.from_us < $?"
			" AND w.deleted_at IS NULL AND w.to_us IS NOT NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id), b_int(from_us),
		b_int(to_us)));
	add_reach(&q, d);
	query_text(&q, " ORDER BY w.from_us, w.id");
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), time__read, count, &rc, err);
	query_free(&q);
	return rc;
}

void
time_figure_json(const struct time_figure *f, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "operator", f->login);
	json_out_string(out, "name", f->name);
	json_out_int(out, "entries", f->entries);
	json_out_int(out, "tickets", f->tickets);
	json_out_int(out, "worked_s", f->worked_us / US_PER_SECOND);
	json_out_end(out, '}');
}
