/*
 * Every operation that there is, by everybody who could try it, on records of
 * everybody: the bracket does what tests/data/permissions.txt says.
 */
#include "tests/lib/desk_test.h"
#include "tests/lib/permissions.h"
#include "common/clock.h"
#include "db/records/people.h"

/* For each operation its record, of that owner; 0 when none is made. */
static int64_t
record_of(struct desk_fixture *f, const int64_t *records, enum op_id id,
    enum staff_role role, enum whose *whose)
{
	enum record_kind kind = op_def(id)->kind;

	if (records[kind] == 0)
		*whose = OWN_ONE;
	if (kind != RECORD_OPERATOR)
		return records[kind];
	switch (*whose) {
	case OWN_ONE:
		return f->demo.operators[role];
	case OF_A_MATE:
		return f->demo.mate;
	case OF_OTHER_TEAM:
	case OF_OTHER_QUEUE:
		return f->demo.stranger;
	case FOREIGN:
		return f->other.operators[role];
	case OF_NOBODY:
	case WHOSE_COUNT:
		break;
	}
	return records[kind];
}

/* The audit trail's last row. */
static int64_t
last_row(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t seq;

	assert_ok(db_int(f->d->db, &seq,
	    "SELECT coalesce(max(seq), 0) FROM audit WHERE tenant_id = $1",
	    BINDS(b_int(f->demo.id)), &err));
	return seq;
}

static int64_t
denials_since(struct desk_fixture *f, int64_t seq)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM audit WHERE tenant_id = $1 AND seq > $2"
	    " AND result = 1",
	    BINDS(b_int(f->demo.id), b_int(seq)), &err));
	return n;
}

static int
run_bracket(struct desk *d, enum op_id id, int64_t record, struct err *err)
{
	struct op op;
	int rc = op_begin(d, &op, id, record, err);

	if (rc != 0)
		return rc;
	assert_int_equal(op_end(d, &op, OD_ECANCEL, NULL), OD_ECANCEL);
	return 0;
}

/* What comes of it, and that a refusal is kept, is as expected. */
static void
check(struct desk_fixture *f, enum op_id id, int64_t record, int expected,
    const char *who, enum whose whose)
{
	struct err err = ERR_INIT;
	int64_t before = last_row(f);
	int rc = run_bracket(f->d, id, record, &err);

	/* The bracket alone is not enough; see test_approvals.c. */
	if (expected == 0 && permission(id)->second)
		expected = OD_EDENIED;
	if (rc != expected)
		fail_msg("%s by %s on %s: %d, not %d: %s", op_def(id)->name,
		    who, whose_names[whose], rc, expected, err.text);
	if (denials_since(f, before) != (expected == OD_EDENIED ? 1 : 0))
		fail_msg("%s by %s on %s: %d denials in the audit trail",
		    op_def(id)->name, who, whose_names[whose],
		    (int)denials_since(f, before));
}

/* Call fn for every operation on records of everybody. */
static void
for_each(struct desk_fixture *f, enum staff_role role,
    void (*act)(struct desk_fixture *f, enum staff_role role),
    void (*fn)(struct desk_fixture *f, enum op_id id, enum staff_role role,
	enum whose whose, int64_t record))
{
	for (int w = 0; w < WHOSE_COUNT; w++) {
		int64_t records[RECORD_KIND_COUNT] = {0};

		for (int k = 1; k < RECORD_KIND_COUNT; k++)
			records[k] = permission_record(
			    f, (enum record_kind)k, role, (enum whose)w);
		act(f, role);
		for (int i = 0; i < OP_COUNT; i++) {
			enum op_id id = (enum op_id)i;
			enum whose whose = (enum whose)w;
			int64_t record =
			    record_of(f, records, id, role, &whose);

			fn(f, id, role, whose, record);
		}
	}
}

static void
act_as_role(struct desk_fixture *f, enum staff_role role)
{
	desk_fixture_act(f, FIXTURE_TENANT, role_names[role]);
}

static void
check_role(struct desk_fixture *f, enum op_id id, enum staff_role role,
    enum whose whose, int64_t record)
{
	check(f, id, record,
	    permission_expected(id, &permission(id)->role[role], whose),
	    role_names[role], whose);
}

static void
every_role__every_operation_and_owner__as_written(void **state)
{
	for (int r = 0; r < STAFF_ROLE_COUNT; r++)
		for_each(*state, (enum staff_role)r, act_as_role, check_role);
}

static void
act_as_bot(struct desk_fixture *f, enum staff_role role)
{
	desk_fixture_act(f, FIXTURE_TENANT, role_names[role]);
	f->d->actor.kind = ACTOR_BOT;
}

static void
every_bot__every_operation_and_owner__as_written(void **state)
{
	for_each(*state, ROLE_BOT, act_as_bot, check_role);
}

/* ---- who has not confirmed lately ---- */

static void
act_unconfirmed(struct desk_fixture *f, enum staff_role role)
{
	act_as_role(f, role);
	f->d->stepped_up_us = 0;
}

static void
check_unconfirmed(struct desk_fixture *f, enum op_id id, enum staff_role role,
    enum whose whose, int64_t record)
{
	int expected =
	    permission_expected(id, &permission(id)->role[role], whose);
	bool own_first = id == OP_OPERATOR_PASSWORD && whose == OWN_ONE;
	struct err err = ERR_INIT;
	int64_t before = last_row(f);

	if (expected != 0 || !permission(id)->step || own_first) {
		check(f, id, record, expected, "unconfirmed", whose);
		return;
	}
	assert_rc(run_bracket(f->d, id, record, &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
	/* Asked for, not refused. */
	assert_int_equal(denials_since(f, before), 0);
}

static void
every_role__unconfirmed__is_asked_where_written(void **state)
{
	for (int r = 0; r < STAFF_ROLE_COUNT; r++)
		for_each(*state, (enum staff_role)r, act_unconfirmed,
		    check_unconfirmed);
}

static void
step_up__after_its_minutes__is_asked_again(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	clock_fake_advance(STEP_UP_MINUTES * US_PER_MINUTE - US_PER_SECOND);
	assert_ok(run_bracket(f->d, OP_TEAM_NEW, 0, &err));
	clock_fake_advance(2 * US_PER_SECOND);
	assert_rc(run_bracket(f->d, OP_TEAM_NEW, 0, &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
}

/* ---- tokens ---- */

static int64_t token_id;

static void
run_sql(struct desk_fixture *f, const char *sql, const struct bind *b, size_t n)
{
	struct err err = ERR_INIT;

	db_set_tenant(f->d->db, 0);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, sql, b, n, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static void
set_scopes(struct desk_fixture *f, const char *scopes)
{
	run_sql(f, "UPDATE tokens SET scopes = $1 WHERE tenant_id = $2",
	    BINDS(b_text(scopes), b_int(f->demo.id)));
}

static void
act_as_token(struct desk_fixture *f, enum staff_role role)
{
	struct err err = ERR_INIT;

	(void)role;
	run_sql(f,
	    "INSERT INTO tokens(tenant_id, name, hash, hint, scopes,"
	    " created_by, created_at, updated_at)"
	    " VALUES($1, 'x', $1, '', '', $2, 1, 1)"
	    " ON CONFLICT(hash) DO NOTHING",
	    BINDS(b_int(f->demo.id), b_int(f->demo.operators[ROLE_ADMIN])));
	assert_ok(db_int(f->d->db, &token_id,
	    "SELECT max(id) FROM tokens WHERE tenant_id = $1 AND name = 'x'",
	    BINDS(b_int(f->demo.id)), &err));
	desk_act_as_system(f->d, f->demo.id);
	f->d->actor.kind = ACTOR_TOKEN;
	f->d->actor.id = token_id;
}

static void
check_token(struct desk_fixture *f, enum op_id id, enum staff_role role,
    enum whose whose, int64_t record)
{
	struct permission_cell all = {'a', false}, none = {'-', false};
	bool may = permission(id)->token;

	(void)role;
	set_scopes(f, op_def(id)->name);
	check(f, id, record, permission_expected(id, may ? &all : &none, whose),
	    "token", whose);
	set_scopes(f, "*");
	check(f, id, record, permission_expected(id, may ? &all : &none, whose),
	    "token *", whose);
	set_scopes(f, id == OP_TICKET_NEW ? "ticket.edit" : "ticket.new");
	check(f, id, record, OD_EDENIED, "token without scope", whose);
}

static void
every_token__every_operation_and_owner__as_written(void **state)
{
	for_each(*state, ROLE_ADMIN, act_as_token, check_token);
}

static void
token__of_a_disabled_issuer__may_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	act_as_token(f, ROLE_ADMIN);
	set_scopes(f, "*");
	assert_ok(run_bracket(f->d, OP_TICKET_NEW, 0, &err));
	run_sql(f,
	    "UPDATE operators SET enabled = 0 WHERE tenant_id = $1"
	    " AND id = $2",
	    BINDS(b_int(f->demo.id), b_int(f->demo.operators[ROLE_ADMIN])));
	for (int id = 0; id < OP_COUNT; id++)
		check(f, (enum op_id)id, 0, OD_EDENIED, "dead token", OWN_ONE);
	assert_rc(op_check_actor(f->d, &err), OD_EDENIED);
}

/* ---- who is disabled, and a role that changed, from the next one on ---- */

static void
act_disabled(struct desk_fixture *f, enum staff_role role)
{
	act_as_role(f, role);
	run_sql(f,
	    "UPDATE operators SET enabled = 0 WHERE tenant_id = $1"
	    " AND id = $2",
	    BINDS(b_int(f->demo.id), b_int(f->demo.operators[role])));
}

static void
check_disabled(struct desk_fixture *f, enum op_id id, enum staff_role role,
    enum whose whose, int64_t record)
{
	check(f, id, record, OD_EDENIED, role_names[role], whose);
}

static void
every_role__disabled_meanwhile__may_nothing(void **state)
{
	struct desk_fixture *f = *state;

	for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
		for (int w = 0; w < WHOSE_COUNT; w++) {
			int64_t ticket = permission_record(f, RECORD_TICKET,
			    (enum staff_role)r, (enum whose)w);

			run_sql(f,
			    "UPDATE operators SET enabled = 1"
			    " WHERE tenant_id = $1",
			    BINDS(b_int(f->demo.id)));
			act_disabled(f, (enum staff_role)r);
			for (int id = 0; id < OP_COUNT; id++)
				check_disabled(f, (enum op_id)id,
				    (enum staff_role)r, (enum whose)w,
				    op_def((enum op_id)id)->kind ==
					    RECORD_TICKET
					? ticket
					: 0);
		}
	}
}

static void
role__changed_meanwhile__counts_at_once(void **state)
{
	struct desk_fixture *f = *state;

	act_as_role(f, ROLE_ADMIN);
	for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
		run_sql(f,
		    "UPDATE operators SET role = $3"
		    " WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(f->demo.id),
			b_int(f->demo.operators[ROLE_ADMIN]), b_int(r)));
		for (int i = 0; i < OP_COUNT; i++)
			check(f, (enum op_id)i, 0,
			    permission_expected((enum op_id)i,
				&permission((enum op_id)i)->role[r], OWN_ONE),
			    role_names[r], OWN_ONE);
	}
}

/* A role that is gone does not come back by undoing what it did. */
static void
undo__by_a_role_that_may_no_more__is_denied(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id, before;

	act_as_role(f, ROLE_SUPERVISOR);
	id = desk_fixture_contact(f, "Ana", "");
	assert_ok(contact_delete(f->d, id, 0, &err));
	run_sql(f,
	    "UPDATE operators SET role = $3 WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(f->demo.id), b_int(f->demo.operators[ROLE_SUPERVISOR]),
		b_int(ROLE_OPERATOR)));
	before = last_row(f);
	assert_rc(op_undo(f->d, sentence, &err), OD_EDENIED);
	assert_int_equal(denials_since(f, before), 1);
	run_sql(f,
	    "UPDATE operators SET role = $3 WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(f->demo.id), b_int(f->demo.operators[ROLE_SUPERVISOR]),
		b_int(ROLE_SUPERVISOR)));
	assert_ok(op_undo(f->d, sentence, &err));
}

/* ---- the desk's account, the program itself, a desk to read ---- */

static void
host__of_this_desk_or_not__as_written(void **state)
{
	struct desk_fixture *f = *state;

	for (int i = 0; i < OP_COUNT; i++) {
		enum op_id id = (enum op_id)i;

		desk_fixture_act(f, FIXTURE_TENANT, NULL);
		f->d->owned = true;
		check(f, id, 0, 0, "host", OWN_ONE);
		f->d->owned = false;
		check(f, id, 0, permission(id)->read ? 0 : OD_EDENIED,
		    "another account", OWN_ONE);
		desk_act_as_system(f->d, f->demo.id);
		check(f, id, 0, permission(id)->host ? OD_EDENIED : 0, "system",
		    OWN_ONE);
	}
}

static void
owner__of_a_desk_of_ones_own__may_everything(void **state)
{
	struct desk_fixture *f = *state;

	for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
		act_as_role(f, (enum staff_role)r);
		f->d->single_user = true;
		for (int i = 0; i < OP_COUNT; i++)
			check(f, (enum op_id)i, 0, 0, "owner", OWN_ONE);
	}
}

static void
readonly__every_operation__reads_at_most(void **state)
{
	struct desk_fixture *f = *state;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	f->d->readonly = true;
	for (int i = 0; i < OP_COUNT; i++) {
		enum op_id id = (enum op_id)i;
		struct err err = ERR_INIT;
		struct op op;

		assert_rc(op_begin(f->d, &op, id, 0, &err), OD_EDENIED);
		assert_rc(op_may(f->d, id, 0, &err),
		    permission(id)->read ? 0 : OD_EDENIED);
	}
	assert_int_equal(db_batch_begin(f->d, NULL), OD_EDENIED);
}

/* The engine itself refuses, whatever the bracket would let through. */
static void
readonly__desk_of_either_engine__takes_no_write(void **state)
{
	struct desk_fixture *f = *state;
	struct desk_options o = {.uri = f->uri, .readonly = true};
	struct err err = ERR_INIT;
	struct desk *d;

	assert_ok(desk_open(&o, &d, &err));
	assert_true(d->readonly && db_is_readonly(d->db));
	assert_ok(desk_act_as_host(d, FIXTURE_TENANT, &err));
	d->readonly = false;
	assert_int_not_equal(run_bracket(d, OP_TEAM_NEW, 0, &err), 0);
	if (db_begin(d->db, "test", &err) == 0) {
		assert_int_not_equal(
		    db_exec(d->db, "UPDATE teams SET name = 'x'", NO_BINDS,
			NULL, &err),
		    0);
		db_rollback(d->db);
	}
	desk_close(&d);
}

/* What the rest of the program reads from the table beside the scopes. */
static void
flags__every_operation__as_written(void **state)
{
	(void)state;
	for (int i = 0; i < OP_COUNT; i++) {
		const struct permission *p = permission((enum op_id)i);
		unsigned flags = op_def((enum op_id)i)->flags;

		if (p->step != ((flags & OP_STEP_UP) != 0) ||
		    p->second != ((flags & OP_SECOND) != 0) ||
		    p->host != ((flags & OP_HOST) != 0) ||
		    p->fact != ((flags & OP_FACT) != 0) ||
		    p->read != ((flags & OP_READ) != 0))
			fail_msg(
			    "%s: flags %u", op_def((enum op_id)i)->name, flags);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(every_role__every_operation_and_owner__as_written),
	    DESK_TEST(every_bot__every_operation_and_owner__as_written),
	    DESK_TEST(every_role__unconfirmed__is_asked_where_written),
	    DESK_TEST(step_up__after_its_minutes__is_asked_again),
	    DESK_TEST(every_token__every_operation_and_owner__as_written),
	    DESK_TEST(token__of_a_disabled_issuer__may_nothing),
	    DESK_TEST(every_role__disabled_meanwhile__may_nothing),
	    DESK_TEST(role__changed_meanwhile__counts_at_once),
	    DESK_TEST(undo__by_a_role_that_may_no_more__is_denied),
	    DESK_TEST(host__of_this_desk_or_not__as_written),
	    DESK_TEST(owner__of_a_desk_of_ones_own__may_everything),
	    DESK_TEST(readonly__every_operation__reads_at_most),
	    DESK_TEST(readonly__desk_of_either_engine__takes_no_write),
	    cmocka_unit_test(flags__every_operation__as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
