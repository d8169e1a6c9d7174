/*
 * Sessions that stay open while others change roles, teams, tokens and who has
 * what, by a second connection: every operation is judged by what is true at
 * that moment, as tests/data/permissions.txt says, and every denial is kept.
 * PERMIT_STEPS says how many; the seed is printed when it fails.
 */
#include "db/core/token_scope.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "db/records/tokens.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/permissions.h"

#define TICKETS  8
#define PEOPLE   5 /* sessions of operators; then those of tokens */
#define SESSIONS 7

struct thing { /* a ticket */
	int64_t id, operator_id, team_id;
};

struct person {
	int64_t id, team_id;
	int role;
	bool enabled;
};

struct world {
	struct desk_fixture *f; /* the second connection: all is changed here */
	struct desk *d;         /* the sessions */
	struct actor sessions[SESSIONS];
	struct person people[PEOPLE];
	char scopes[SESSIONS][64];
	bool revoked[SESSIONS];
	struct thing tickets[TICKETS];
	int64_t foreign, teams[3], denials;
	uint64_t random;
};

static int
steps(void)
{
	const char *s = getenv("PERMIT_STEPS");

	return s != NULL ? atoi(s) : 3000;
}

static unsigned
pick(struct world *w, unsigned below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((w->random >> 33) % below);
}

/* ---- what is true ---- */

static int64_t
team_of(const struct world *w, const struct thing *t)
{
	if (t->team_id != 0)
		return t->team_id;
	for (int i = 0; i < PEOPLE; i++)
		if (w->people[i].id == t->operator_id)
			return w->people[i].team_id;
	return 0;
}

static int
by_owner(const struct world *w, const struct person *p,
    const struct permission_cell *cell, const struct thing *t)
{
	int64_t team = team_of(w, t);

	if (cell->letter == 'a' || t->operator_id == p->id)
		return 0;
	if (cell->unowned && t->operator_id == 0 &&
	    (team == 0 || team == p->team_id))
		return 0;
	return cell->letter == 't' && team != 0 && team == p->team_id
	           ? 0
	           : OD_EDENIED;
}

/* t: the ticket, or NULL for none; foreign: one of another tenant. */
static int
expected(const struct world *w, int session, enum op_id id,
    const struct thing *t, bool foreign)
{
	static const struct permission_cell all = {'a', false},
					    none = {'-', false};
	const struct permission *row = permission(id);
	const struct permission_cell *cell;
	struct person nobody = {0, 0, 0, true};
	const struct person *p = &nobody;

	if (session >= PEOPLE) {
		if (w->revoked[session] ||
		    !token_scopes_cover(w->scopes[session], op_def(id)->name))
			return OD_EDENIED;
		cell = row->token ? &all : &none;
	} else {
		p = &w->people[session];
		if (!p->enabled)
			return OD_EDENIED;
		cell = &row->role[p->role];
	}
	if (cell->letter == '-')
		return OD_EDENIED;
	if (foreign)
		return OD_ENOTFOUND;
	if (t != NULL && by_owner(w, p, cell, t) != 0)
		return OD_EDENIED;
	return row->second ? OD_EDENIED : 0;
}

/* ---- changes by somebody else ---- */

static void
change_person(struct world *w)
{
	int i = (int)pick(w, PEOPLE);
	struct person *p = &w->people[i];
	struct err err = ERR_INIT;
	struct change c;

	switch (pick(w, 3)) {
	case 0:
		p->role = (int)pick(w, ROLE_BOT);
		c = (struct change){"role", b_int(p->role)};
		break;
	case 1:
		p->team_id = w->teams[pick(w, 3)];
		c = (struct change){"team_id", b_ref(p->team_id)};
		break;
	default:
		p->enabled = !p->enabled;
		assert_ok(
		    operator_set_enabled(w->f->d, p->id, 0, p->enabled, &err));
		return;
	}
	assert_ok(operator_edit(w->f->d, p->id, 0, &c, 1, &err));
}

static void
change_token(struct world *w)
{
	static const char *const scopes[] = {"*", "ticket.*",
	    "ticket.read,contact.read", "contact.read_full", "company.new"};
	int i = PEOPLE + (int)pick(w, SESSIONS - PEOPLE);
	struct err err = ERR_INIT;

	w->revoked[i] = pick(w, 4) == 0;
	str_copy(w->scopes[i], sizeof(w->scopes[i]), scopes[pick(w, 5)]);
	const struct bind now[] = {b_int(w->f->demo.id),
	    b_int(w->sessions[i].id), b_text(w->scopes[i]),
	    w->revoked[i] ? b_int(1) : b_null()};

	assert_ok(db_begin(w->f->d->db, "test", &err));
	assert_ok(db_exec(w->f->d->db,
	    "UPDATE tokens SET scopes = $3, expires_us = $4"
	    " WHERE tenant_id = $1 AND id = $2",
	    now, 4, NULL, &err));
	assert_ok(db_commit(w->f->d->db, &err));
}

static void
change_ticket(struct world *w)
{
	struct thing *t = &w->tickets[pick(w, TICKETS)];
	unsigned who = pick(w, PEOPLE + 1);
	struct err err = ERR_INIT;

	if (who < PEOPLE && !w->people[who].enabled)
		return; /* he takes no work */
	t->operator_id = who < PEOPLE ? w->people[who].id : 0;
	t->team_id = w->teams[pick(w, 3)];
	assert_ok(ticket_assign(
	    w->f->d, t->id, 0, t->operator_id, t->team_id, "", &err));
}

/* ---- one operation ---- */

static int
run(struct desk *d, enum op_id id, int64_t record, struct err *err)
{
	struct op op;
	int rc = op_begin(d, &op, id, record, err);

	return rc != 0 ? rc : op_end(d, &op, OD_ECANCEL, NULL);
}

static void
act(struct world *w, int step)
{
	int session = (int)pick(w, SESSIONS);
	enum op_id id = (enum op_id)pick(w, OP_COUNT);
	const struct thing *t = NULL;
	struct err err = ERR_INIT;
	bool foreign = false;
	int64_t record = 0;
	int rc, want;

	/* Tickets are half of it: there is most to go wrong. */
	if (pick(w, 2) == 0)
		while (op_def(id)->kind != RECORD_TICKET)
			id = (enum op_id)pick(w, OP_COUNT);
	if (op_def(id)->kind == RECORD_TICKET) {
		foreign = pick(w, 8) == 0;
		t = foreign ? NULL : &w->tickets[pick(w, TICKETS)];
		record = foreign ? w->foreign : t->id;
	}
	/* What the session was told when it began, whatever came since. */
	w->d->actor = w->sessions[session];
	op_stepped_up(w->d);
	want = expected(w, session, id, t, foreign);
	rc = run(w->d, id, record, &err);
	w->denials += want == OD_EDENIED;
	if (rc != (want == 0 ? OD_ECANCEL : want))
		fail_msg("step %d: %s by session %d: %d, not %d: %s", step,
		    op_def(id)->name, session, rc, want, err.text);
}

static void
open_sessions(struct world *w)
{
	static const char *const logins[PEOPLE] = {
	    "operator", "supervisor", "technician", "mate", "stranger"};
	struct err err = ERR_INIT;

	for (int i = 0; i < PEOPLE; i++) {
		struct actor *a = &w->sessions[i];

		assert_ok(desk_act_as_operator(
		    w->d, FIXTURE_TENANT, logins[i], &err));
		*a = w->d->actor;
		w->people[i] =
		    (struct person){a->id, a->team_id, (int)a->role, true};
	}
	for (int i = PEOPLE; i < SESSIONS; i++) {
		char token[TOKEN_SIZE];
		int64_t id;

		assert_ok(token_new(w->f->d, "t", "*", 0, token, &id, &err));
		assert_ok(desk_act_as_token(w->d, token, &err));
		w->sessions[i] = w->d->actor;
		str_copy(w->scopes[i], sizeof(w->scopes[i]), "*");
	}
}

static int64_t
audited(struct world *w)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(w->f->d->db, &n,
	    "SELECT count(*) FROM audit WHERE tenant_id = $1 AND result = 1",
	    BINDS(b_int(w->f->demo.id)), &err));
	return n;
}

static void
sessions__random_changes_between__are_judged_by_now(void **state)
{
	struct world w = {.f = *state, .random = 20251121};
	int64_t before;

	w.d = desk_fixture_open(w.f);
	desk_fixture_act(w.f, FIXTURE_OTHER, NULL);
	w.foreign = desk_fixture_ticket(w.f, "foreign");
	desk_fixture_act(w.f, FIXTURE_TENANT, NULL);
	w.teams[1] = w.f->demo.support;
	w.teams[2] = w.f->demo.sales;
	for (int i = 0; i < TICKETS; i++)
		w.tickets[i].id = desk_fixture_ticket(w.f, "x");
	open_sessions(&w);
	desk_fixture_act(w.f, FIXTURE_TENANT, NULL);
	before = audited(&w);
	for (int i = 0; i < steps(); i++) {
		unsigned what = pick(&w, 20);

		if (what == 0)
			change_person(&w);
		else if (what == 1)
			change_token(&w);
		else if (what < 5)
			change_ticket(&w);
		else
			act(&w, i);
	}
	assert_int_equal(audited(&w) - before, w.denials);
	assert_true(w.denials > 0);
	desk_close(&w.d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(sessions__random_changes_between__are_judged_by_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
