/* plans_calls - see plans_calls.h. */
#include "tests/lib/plans_calls.h"
#include "common/clock.h"
#include "db/records/agents.h"
#include "db/records/ai_logs.h"
#include "db/records/call_figures.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/dispositions.h"
#include "db/records/do_not_call.h"
#include "db/records/guide_figures.h"
#include "db/records/guide_sessions.h"
#include "db/records/leads.h"
#include "db/records/operator_states.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>
#include <stdlib.h>

/* $1 tenant, $2 a number, $3 a name, $4 the call. */
#define ALL " AND $2 >= 0 AND CAST($3 AS TEXT) <> '' AND $4 > 0"
static const char *const rows_sql[] = {
    "INSERT INTO call_intervals(tenant_id, call_id, state, begun_us,"
    " ended_us) SELECT o.tenant_id, $4, 1, $2, $2 + 1 FROM operators o"
    " WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
    "INSERT INTO operator_states(tenant_id, operator_id, state, call_id,"
    " begun_us, ended_us) SELECT o.tenant_id, o.id, 3, $4, $2, $2 + 1"
    " FROM operators o WHERE o.tenant_id = $1 AND o.login ="
    " CASE WHEN $2 % 2 = 0 THEN 'operator' ELSE 'supervisor' END" ALL,
    "INSERT INTO shifts(tenant_id, operator_id, begun_us, ended_us, seen_us)"
    " SELECT o.tenant_id, o.id, $2, $2 + 1, $2 FROM operators o"
    " WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
    "INSERT INTO callbacks(tenant_id, number, number_folded, operator_id,"
    " due_us, state, call_id, created_at, updated_at)"
    " SELECT o.tenant_id, $3, $3, o.id, $2, 1, $4, 1, $2 + 1"
    " FROM operators o WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
    "INSERT INTO leads(tenant_id, status, problem_statement, contact_id,"
    " operator_id, call_id, next_us, created_at, updated_at, deleted_at)"
    " SELECT o.tenant_id, $2 % 3, $3, (SELECT min(c.id) FROM contacts c"
    " WHERE c.tenant_id = $1) + $2 % 20, o.id, $4, $2, 1, $2 + 1,"
    " CASE WHEN $2 % 5 = 0 THEN $2 + 1 END"
    " FROM operators o WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
    "INSERT INTO agents(tenant_id, agent_key, device_id, state, contact_us,"
    " created_at, updated_at, deleted_at)"
    " SELECT o.tenant_id, $3, $3, $2 % 2, $2, 1, 1,"
    " CASE WHEN $2 % 5 = 0 THEN $2 + 1 END"
    " FROM operators o WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
    "INSERT INTO do_not_call(tenant_id, number, number_folded,"
    " source_call_id, created_at, updated_at)"
    " SELECT o.tenant_id, $3, $3, $4, $2, 1 FROM operators o"
    " WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
    "INSERT INTO recordings(tenant_id, name, call_id, started_us, created_at,"
    " updated_at) SELECT o.tenant_id, $3, $4, $2, 1, 1 FROM operators o"
    " WHERE o.tenant_id = $1 AND o.login = 'operator' AND $2 % 4 = 0" ALL,
    "INSERT INTO ai_logs(tenant_id, kind, operator_id, call_id, asked, said,"
    " asked_us, outcome, created_at, updated_at)"
    " SELECT o.tenant_id, 0, o.id, $4, $3, $3, $2, 1, 1, 1"
    " FROM operators o WHERE o.tenant_id = $1 AND o.login = 'operator'" ALL,
};

void
plans_called(struct desk_fixture *f, int count)
{
	struct err err = ERR_INIT;
	char name[48];
	int64_t id;

	assert_ok(db_begin(f->d->db, "fill", &err));
	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%032d", i);
		assert_ok(db_insert(f->d->db, &id,
		    "INSERT INTO calls(tenant_id, name, direction, number,"
		    " number_folded, contact_id, operator_id, team_id, state,"
		    " started_us, answered_us, ended_us, wrapped_us,"
		    " disposition_id, created_at, updated_at)"
		    " SELECT o.tenant_id, $2, 0, $2, $2, (SELECT min(c.id)"
		    " FROM contacts c WHERE c.tenant_id = $1) + $3 % 20,"
		    " o.id, o.team_id, 4, $3 + 1, $3 + 1, $3 + 1, $3 + 1,"
		    " (SELECT min(x.id) FROM dispositions x"
		    " WHERE x.tenant_id = $1) + $3 % 12, 1, 1"
		    " FROM operators o WHERE o.tenant_id = $1"
		    " AND o.login = 'operator' RETURNING id",
		    BINDS(b_int(f->demo.id), b_text(name), b_int(i)), &err));
		for (size_t k = 0; k < sizeof(rows_sql) / sizeof(rows_sql[0]);
		     k++)
			assert_ok(db_exec(f->d->db, rows_sql[k],
			    BINDS(b_int(f->demo.id), b_int(i), b_text(name),
				b_int(id)),
			    NULL, &err));
		assert_ok(db_exec(f->d->db,
		    "INSERT INTO agent_reports(tenant_id, agent_id, partial,"
		    " body, received_us) SELECT a.tenant_id, a.id, 0, $3, $2"
		    " FROM agents a WHERE a.tenant_id = $1"
		    " AND a.agent_key = $4",
		    BINDS(b_int(f->demo.id), b_int(i), b_blob("x", 1),
			b_text(name)),
		    NULL, &err));
	}
	assert_ok(db_commit(f->d->db, &err));
}

static void
list(struct desk *d, const struct call_filter *f)
{
	struct err err = ERR_INIT;
	struct call *rows;
	size_t n;

	for (int way = 0; way < 4; way++) {
		const struct page page = {.after_key = 100,
		    .after_id = way / 2 * 100,
		    .backwards = way % 2 != 0,
		    .limit = 20};

		assert_ok(call_list(d, f, &page, &rows, &n, &err));
		call_list_free(&rows, n);
	}
}

/* Each view, and each thing that a list is cut down by. */
static void
lists_of_calls(struct desk *d)
{
	struct call_filter f = call_filter_any;

	for (int v = 0; v < CALL_VIEW_COUNT; v++) {
		f.view = (enum call_view)v;
		list(d, &f);
	}
#define BY(member, value)                                                      \
	f = call_filter_any;                                                   \
	f.member = (value);                                                    \
	list(d, &f)
	BY(contact_id, 3);
	BY(operator_id, 3);
	BY(team_id, 1);
	BY(disposition_id, 2);
	BY(ticket_id, 3);
	BY(conversation_id, 3);
	BY(from_us, 3);
	BY(number, "600111222");
	BY(talked, true);
	BY(state, CALL_ENDED);
	BY(state, CALL_TALKING);
	BY(direction, CALL_OUT);
#undef BY
}

static void
lists_of_promises(struct desk *d)
{
	static const struct callback_filter filters[] = {
	    {.state = -1},
	    {.state = CALLBACK_DUE},
	    {.state = CALLBACK_DUE, .mine = true},
	    {.state = -1, .mine = true},
	    {.state = -1, .operator_id = 3},
	    {.state = -1, .contact_id = 3},
	    {.state = CALLBACK_DUE, .from_us = 5, .to_us = 9},
	};
	struct err err = ERR_INIT;
	struct callback *rows;
	size_t n;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		for (int way = 0; way < 2; way++) {
			const struct page page = {.after_id = way * 100,
			    .after_key = 100,
			    .limit = 20};

			assert_ok(callback_list(
			    d, &filters[i], &page, &rows, &n, &err));
			free(rows);
		}
}

static void
lists_of_agents(struct desk *d)
{
	struct agent_program *programs;
	struct err err = ERR_INIT;
	struct agent_stats stats;
	struct agent *rows;
	size_t n;

	for (int v = 0; v < AGENT_VIEW_COUNT * 2; v++) {
		const struct page page = {
		    .after_id = v % 2 * 100, .after_key = 100, .limit = 20};

		if (agent_list(d, (enum agent_view)(v / 2), &page, &rows, &n,
			&err) != 0)
			return; /* not his to see */
		free(rows);
	}
	assert_ok(agent_stats(d, &stats, &err));
	assert_ok(agent_programs(d, &programs, &n, &err));
	free(programs);
}

static void
list_leads(struct desk *d, const struct lead_filter *f)
{
	struct err err = ERR_INIT;
	struct lead *rows;
	int64_t count;
	size_t n;

	for (int way = 0; way < 4; way++) {
		const struct page page = {.after_id = way % 2 * 100,
		    .after_key = 100,
		    .backwards = way > 1,
		    .limit = 20};

		assert_ok(lead_list(d, f, &page, &rows, &n, &err));
		free(rows);
	}
	assert_ok(lead_count(d, f, 100, &count, &err));
}

static void
lists_of_leads(struct desk *d)
{
	static const struct lead_filter filters[] = {
	    {.view = LEADS_ALL, .status = LEAD_NEEDS_EXPERT},
	    {.view = LEADS_ALL, .status = -1, .operator_id = 3},
	    {.view = LEADS_ALL, .status = -1, .contact_id = 3},
	    {.view = LEADS_ALL, .status = -1, .crm_id = "c1"},
	    {.view = LEADS_ALL, .status = -1, .call_id = 3},
	    {.view = LEADS_ALL, .status = -1, .conversation_id = 3},
	    {.view = LEADS_ALL, .status = -1, .ticket_id = 3},
	    {.view = LEADS_ALL, .status = -1, .updated_since_us = 5},
	    {.status = -1, .next_from_us = 1, .next_to_us = 5},
	    {.status = -1, .words = "fibre\ncasa", .contact = "ana"},
	    {.status = -1, .statuses = 3, .owners = {.or_none = true}},
	    {.view = LEADS_ALL, .status = -1, .from_us = 5, .to_us = 9},
	    {.status = -1, .teams = {{1, 2}, 2, false}},
	};

	for (int v = 0; v < LEAD_VIEW_COUNT; v++)
		list_leads(d,
		    &(struct lead_filter){
			.view = (enum lead_view)v, .status = -1});
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		list_leads(d, &filters[i]);
}

static void
figures(struct desk *d)
{
	struct call_figures_ask ask = {.from_us = 1, .to_us = US_PER_HOUR};
	struct err err = ERR_INIT;
	struct call_figure *rows, now;
	size_t n;

	for (int by = 0; by < CALL_FIGURES_BY_COUNT; by++)
		for (int i = 0; i < 3; i++) {
			ask.by = (enum call_figures_by)by;
			ask.operator_id = i == 1 ? d->actor.id : 0;
			ask.team_id = i == 2 ? d->actor.team_id : 0;
			assert_ok(call_figures(d, &ask, &rows, &n, &err));
			free(rows);
		}
	assert_ok(call_metrics(d, 0, &now, &err));
}

static void
seats(struct desk *d)
{
	struct err err = ERR_INIT;
	struct seat_now *seats, seat;
	struct seat_interval *did;
	struct ai_log *logs;
	struct shift *shifts;
	struct call call;
	int64_t since;
	size_t n;
	bool ask;

	assert_ok(seat_list(d, &seats, &n, &err));
	free(seats);
	assert_ok(seat_get(d, 0, &seat, &err));
	assert_ok(seat_intervals(d, 0, 5, 9, &did, &n, &err));
	free(did);
	assert_ok(shift_list(d, 0, 5, 9, &shifts, &n, &err));
	free(shifts);
	assert_ok(shift_ask(d, &ask, &since, &err));
	assert_rc(call_current(d, 0, &call, &err), OD_ENOTFOUND);
	for (int call_id = 0; call_id < 2; call_id++) {
		assert_ok(ai_log_history(d, call_id, &logs, &n, &err));
		ai_log_list_free(&logs, n);
	}
	assert_ok(ai_log_list(d, 0, 20, &logs, &n, &err));
	ai_log_list_free(&logs, n);
}

static void
list_of_stopped(struct desk *d)
{
	struct err err = ERR_INIT;
	struct do_not_call *stopped;
	size_t n;

	for (int way = 0; way < 2; way++) {
		const struct page page = {
		    .after_id = way * 100, .after_key = 100, .limit = 20};

		assert_ok(do_not_call_list(d, NULL, &page, &stopped, &n, &err));
		free(stopped);
	}
}

/* A call from its ring to its disposition. */
static void
one_call(struct desk *d)
{
	const struct call_new in = {.direction = CALL_IN,
	    .number = "600111222",
	    .provider = "http",
	    .provider_call = "x-1",
	    .rings = true,
	    .reported = true};
	const struct call_close as = {.disposition = "DNC"};
	struct call_interval *intervals;
	struct err err = ERR_INIT;
	struct str told = STR_INIT;
	struct call_who who;
	struct call call;
	bool again;
	int64_t id;
	size_t n;

	assert_ok(call_who(d, in.number, 0, &who, &err));
	assert_ok(call_start(d, &in, &id, &again, &err));
	assert_ok(call_start(d, &in, &id, &again, &err));
	assert_ok(call_answer(d, id, &err));
	assert_ok(call_current(d, 0, &call, &err));
	assert_ok(call_hold(d, id, &err));
	assert_ok(call_end(d, id, &err));
	assert_ok(call_close(d, id, &as, &err));
	assert_ok(call_intervals(d, id, &intervals, &n, &err));
	free(intervals);
	assert_ok(call_explain(d, id, &told, &err));
	str_free(&told);
	call_clear(&call);
	assert_ok(call_by_provider(d, "x-1", &call, &err));
	call_clear(&call);
	assert_ok(call_get(d, id, &call, &err));
	call_clear(&call);
}

static void
by_the_daemon(struct desk *d)
{
	struct err err = ERR_INIT;
	int64_t idle, oldest;
	int n;

	desk_act_as_system(d, d->actor.tenant_id);
	assert_ok(callback_remind(d, 10, &n, &err));
	assert_ok(shift_expire(d, 10, &n, &err));
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	assert_ok(guide_sessions_idle_count(d, 7, &idle, &oldest, &err));
}

void
plans_calls(struct desk *d)
{
	static const char *const logins[] = {
	    "operator", "technician", "supervisor", "admin"};
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		assert_ok(
		    desk_act_as_operator(d, FIXTURE_TENANT, logins[i], &err));
		lists_of_calls(d);
		lists_of_promises(d);
		lists_of_leads(d);
		lists_of_agents(d);
		figures(d);
		seats(d);
	}
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "operator", &err));
	list_of_stopped(d);
	one_call(d);
	by_the_daemon(d);
}
