/* Unit tests of db/core/op_second and db/records/approvals. */
#include "db/records/approvals.h"
#include "common/clock.h"
#include "db/records/audit.h"
#include "db/records/retention.h"
#include "db/records/staff.h"
#include "tests/lib/desk_test.h"

static void
act(struct desk_fixture *f, const char *login)
{
	desk_fixture_act(f, FIXTURE_TENANT, login);
}

/* A second administrator, "second". */
static int64_t
make_second(struct desk_fixture *f, enum staff_role role)
{
	struct operator_new in = {.login = "second",
	    .full_name = "Berta",
	    .role = role,
	    .unix_uid = -1};
	struct err err = ERR_INIT;
	int64_t id;

	act(f, "admin");
	assert_ok(operator_new(f->d, &in, &id, &err));
	return id;
}

static void
run_sql(struct desk_fixture *f, const char *sql, const struct bind *b, size_t n)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, sql, b, n, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static int64_t
count(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n, sql, BINDS(b_int(f->demo.id)), &err));
	return n;
}

static int
days_of(struct desk_fixture *f, enum retention_class c)
{
	struct err err = ERR_INIT;
	int days;

	assert_ok(retention_days(f->d, c, &days, &err));
	return days;
}

/* By the administrator; its number. */
static int64_t
propose(struct desk_fixture *f, int days)
{
	struct err err = ERR_INIT;

	act(f, "admin");
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, days, &err), OD_EWAITS);
	assert_true(f->d->proposed != 0);
	return f->d->proposed;
}

static enum approval_state
state_of(struct desk_fixture *f, int64_t id)
{
	enum approval_state state;
	struct err err = ERR_INIT;
	struct approval a;

	assert_ok(approval_get(f->d, id, &a, &err));
	state = a.state;
	approval_clear(&a);
	return state;
}

static void
approval__by_another_one__does_it(void **state)
{
	struct desk_fixture *f = *state;
	int64_t second = make_second(f, ROLE_ADMIN);
	struct err err = ERR_INIT;
	struct audit_verdict v;
	struct approval a;
	int64_t id = propose(f, 60);

	assert_int_equal(days_of(f, RETENTION_DRAFTS), 30);
	act(f, "second");
	assert_ok(approval_approve(f->d, id, &err));
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 60);
	assert_ok(approval_get(f->d, id, &a, &err));
	assert_int_equal(a.state, APPROVAL_APPROVED);
	assert_int_equal(a.decider_id, second);
	assert_int_equal(a.proposer_id, f->demo.operators[ROLE_ADMIN]);
	assert_string_equal(a.decider, "Berta");
	assert_true(a.decided_us != 0);
	approval_clear(&a);
	/* Proposed, approved, done: each is in the trail, by who did it. */
	assert_int_equal(
	    count(f, "SELECT count(*) FROM audit WHERE tenant_id = $1"
		     " AND result = 0 AND operation IN"
		     " ('approval.propose', 'approval.approve',"
		     " 'retention.set')"),
	    3);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM audit a WHERE tenant_id = $1"
		     " AND operation = 'retention.set'"
		     " AND actor_id = (SELECT id FROM operators o"
		     " WHERE o.tenant_id = a.tenant_id"
		     " AND login = 'second')"),
	    1);
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
	assert_rc(approval_approve(f->d, id, &err), OD_ECONFLICT);
}

static void
proposal__kept__says_who_has_to_approve(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	act(f, "admin");
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EWAITS);
	assert_non_null(strstr(err.text, "there is none"));
	make_second(f, ROLE_ADMIN);
	act(f, "admin");
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 61, &err), OD_EWAITS);
	assert_non_null(strstr(err.text, "Berta must approve it"));
}

static void
proposal__made_again__waits_once(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = propose(f, 60);

	assert_int_equal(propose(f, 60), id);
	assert_int_not_equal(propose(f, 61), id);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM approvals WHERE tenant_id = $1"), 2);
}

static int64_t
denials(struct desk_fixture *f)
{
	return count(f,
	    "SELECT count(*) FROM audit WHERE tenant_id = $1 AND result = 1"
	    " AND operation = 'approval.approve'");
}

static void
approval__ones_own__is_refused_and_kept(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60);

	assert_rc(approval_approve(f->d, id, &err), OD_EDENIED);
	assert_int_equal(denials(f), 1);
	assert_int_equal(state_of(f, id), APPROVAL_PROPOSED);
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 30);
}

static void
approval__by_every_other_role__only_by_those_who_may(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60), second = make_second(f, ROLE_OPERATOR);

	for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
		int64_t before = denials(f);

		if (r == ROLE_ADMIN)
			continue;
		run_sql(f,
		    "UPDATE operators SET role = $1 WHERE tenant_id = $2"
		    " AND id = $3",
		    BINDS(b_int(r), b_int(f->demo.id), b_int(second)));
		act(f, "second");
		assert_rc(approval_approve(f->d, id, &err), OD_EDENIED);
		assert_int_equal(denials(f), before + 1);
		assert_rc(approval_refuse(f->d, id, "no", &err), OD_EDENIED);
	}
	act(f, "admin");
	assert_int_equal(state_of(f, id), APPROVAL_PROPOSED);
}

static void
approval__unconfirmed__asks_first(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60);

	make_second(f, ROLE_ADMIN);
	act(f, "second");
	f->d->stepped_up_us = 0;
	assert_rc(approval_approve(f->d, id, &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
	assert_int_equal(denials(f), 0);
	op_stepped_up(f->d);
	assert_ok(approval_approve(f->d, id, &err));
}

static void
proposal__unconfirmed__asks_first(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	act(f, "admin");
	f->d->stepped_up_us = 0;
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM approvals WHERE tenant_id = $1"), 0);
}

static void
approval__of_another_tenant__is_not_there(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct approval *rows, a;
	int64_t id = propose(f, 60);
	size_t n;

	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(approval_approve(f->d, id, &err), OD_ENOTFOUND);
	assert_rc(approval_refuse(f->d, id, "no", &err), OD_ENOTFOUND);
	assert_rc(approval_get(f->d, id, &a, &err), OD_ENOTFOUND);
	assert_ok(approval_list(f->d, -1, 0, 10, &rows, &n, &err));
	assert_int_equal(n, 0);
	assert_ok(approval_waiting(f->d, 10, &rows, &n, &err));
	assert_int_equal(n, 0);
}

static void
proposal__by_who_is_not_known_by_name__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	act(f, NULL);
	f->d->owned = true;
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EDENIED);
	desk_act_as_system(f->d, f->demo.id);
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EDENIED);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM approvals WHERE tenant_id = $1"), 0);
}

static void
proposal__refused__is_not_done(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct approval a;
	int64_t id = propose(f, 60);

	make_second(f, ROLE_ADMIN);
	act(f, "second");
	assert_rc(approval_refuse(f->d, id, " ", &err), OD_EDATA);
	assert_ok(approval_refuse(f->d, id, "too long", &err));
	assert_rc(approval_approve(f->d, id, &err), OD_ECONFLICT);
	assert_ok(approval_get(f->d, id, &a, &err));
	assert_int_equal(a.state, APPROVAL_REFUSED);
	assert_string_equal(a.reason, "too long");
	approval_clear(&a);
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 30);
	/* Who proposed it takes it back himself. */
	id = propose(f, 61);
	assert_ok(approval_refuse(f->d, id, "a mistake", &err));
	assert_int_equal(state_of(f, id), APPROVAL_REFUSED);
}

static void
proposal__nobody_decided__expires(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60), other = propose(f, 61);
	int ended;

	make_second(f, ROLE_ADMIN);
	clock_fake_advance(APPROVAL_DAYS * US_PER_DAY - US_PER_SECOND);
	act(f, "second");
	assert_int_equal(state_of(f, id), APPROVAL_PROPOSED);
	clock_fake_advance(2 * US_PER_SECOND);
	assert_int_equal(state_of(f, id), APPROVAL_EXPIRED);
	assert_rc(approval_approve(f->d, id, &err), OD_ECONFLICT);
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 30);
	assert_int_equal(count(f, "SELECT count(*) FROM approvals"
				  " WHERE tenant_id = $1 AND state = 3"),
	    1);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(approval_expire(f->d, &ended, &err));
	assert_int_equal(ended, 1);
	assert_ok(approval_expire(f->d, &ended, &err));
	assert_int_equal(ended, 0);
	act(f, "second");
	assert_rc(approval_refuse(f->d, other, "late", &err), OD_ECONFLICT);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM audit WHERE tenant_id = $1"
		     " AND operation = 'approval.expire'"),
	    1);
}

/* What who reads and what is done are one: any change of either is seen. */
static void
proposal__changed_in_the_database__is_refused(void **state)
{
	static const char *const edits[] = {
	    "UPDATE approvals SET args = '{\"class\":\"drafts\",\"days\":7,"
	    "\"was\":30}' WHERE tenant_id = $1",
	    "UPDATE approvals SET sentence = 'harmless' WHERE tenant_id = $1",
	    "UPDATE approvals SET operation = 'retention.hold'"
	    " WHERE tenant_id = $1",
	    "UPDATE approvals SET operation = 'ticket.new'"
	    " WHERE tenant_id = $1",
	    "UPDATE approvals SET proposer_id = proposer_id + 1"
	    " WHERE tenant_id = $1",
	    "UPDATE approvals SET record_id = 9 WHERE tenant_id = $1",
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	make_second(f, ROLE_ADMIN);
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		int64_t id = propose(f, 60);

		run_sql(f, edits[i], BINDS(b_int(f->demo.id)));
		act(f, "second");
		assert_rc(approval_approve(f->d, id, &err), OD_EDATA);
		assert_int_equal(days_of(f, RETENTION_DRAFTS), 30);
		run_sql(f, "DELETE FROM approvals WHERE tenant_id = $1",
		    BINDS(b_int(f->demo.id)));
	}
	assert_int_equal(denials(f), (int)(sizeof(edits) / sizeof(edits[0])));
}

/* Meanwhile it is another thing: neither the approval nor the change. */
static void
approval__of_what_changed_meanwhile__does_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t first = propose(f, 60), later = propose(f, 90);

	make_second(f, ROLE_ADMIN);
	act(f, "second");
	assert_ok(approval_approve(f->d, first, &err));
	assert_rc(approval_approve(f->d, later, &err), OD_ECONFLICT);
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 60);
	assert_int_equal(state_of(f, later), APPROVAL_PROPOSED);
	assert_null(f->d->approved);
}

static void
approval__of_who_was_disabled__does_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60);

	make_second(f, ROLE_ADMIN);
	act(f, "second");
	assert_ok(operator_set_enabled(
	    f->d, f->demo.operators[ROLE_ADMIN], 0, false, &err));
	assert_rc(approval_approve(f->d, id, &err), OD_ECONFLICT);
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 30);
}

/* Each write of both operations fails once: both are there, or none. */
static void
approval__failing_anywhere__is_whole_or_not_there(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60);
	int n, rc = OD_EIO;

	make_second(f, ROLE_ADMIN);
	act(f, "second");
	for (n = 1; rc != 0 && n < 50; n++) {
		db_fail_after(f->d->db, n, OD_EIO);
		rc = approval_approve(f->d, id, &err);
		db_fail_after(f->d->db, 0, 0);
		assert_int_equal(
		    days_of(f, RETENTION_DRAFTS), rc == 0 ? 60 : 30);
		assert_int_equal(state_of(f, id),
		    rc == 0 ? APPROVAL_APPROVED : APPROVAL_PROPOSED);
	}
	assert_int_equal(rc, 0);
	assert_true(n > 6);
}

static void
approval__inside_a_batch__is_done_with_it(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = propose(f, 60);

	make_second(f, ROLE_ADMIN);
	act(f, "second");
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(approval_approve(f->d, id, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 60);
}

static void
list__of_everybody__shows_ones_own_and_what_one_decides(void **state)
{
	static const char *const logins[] = {
	    "operator", "supervisor", "technician", "admin", "auditor"};
	static const size_t seen[] = {0, 0, 0, 1, 1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct approval *rows, a;
	int64_t id = propose(f, 60);
	size_t n;

	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		act(f, logins[i]);
		assert_ok(approval_list(f->d, -1, 0, 10, &rows, &n, &err));
		assert_int_equal(n, seen[i]);
		approval_list_free(&rows, n);
		assert_ok(approval_waiting(f->d, 10, &rows, &n, &err));
		assert_int_equal(n, 0);
		if (seen[i] == 0)
			assert_rc(approval_get(f->d, id, &a, &err), OD_EDENIED);
	}
	make_second(f, ROLE_ADMIN);
	act(f, "second");
	assert_ok(approval_waiting(f->d, 10, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_true(rows[0].may_decide);
	assert_false(rows[0].mine);
	approval_list_free(&rows, n);
	assert_ok(
	    approval_list(f->d, APPROVAL_REFUSED, 0, 10, &rows, &n, &err));
	assert_int_equal(n, 0);
}

static void
owner__of_a_desk_of_ones_own__types_it(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	act(f, "admin");
	f->d->single_user = true;
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EDENIED);
	assert_true(f->d->wants_typed);
	assert_rc(op_typed(f->d, "yes", &err), OD_EDENIED);
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EDENIED);
	assert_ok(op_typed(f->d, "retention.set", &err));
	/* For this wish alone, and once. */
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 61, &err), OD_EDENIED);
	assert_ok(op_typed(f->d, "retention.set", &err));
	assert_ok(retention_set(f->d, RETENTION_DRAFTS, 61, &err));
	assert_int_equal(days_of(f, RETENTION_DRAFTS), 61);
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, 60, &err), OD_EDENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(approval__by_another_one__does_it),
	    DESK_TEST(proposal__kept__says_who_has_to_approve),
	    DESK_TEST(proposal__made_again__waits_once),
	    DESK_TEST(approval__ones_own__is_refused_and_kept),
	    DESK_TEST(approval__by_every_other_role__only_by_those_who_may),
	    DESK_TEST(approval__unconfirmed__asks_first),
	    DESK_TEST(proposal__unconfirmed__asks_first),
	    DESK_TEST(approval__of_another_tenant__is_not_there),
	    DESK_TEST(proposal__by_who_is_not_known_by_name__is_refused),
	    DESK_TEST(proposal__refused__is_not_done),
	    DESK_TEST(proposal__nobody_decided__expires),
	    DESK_TEST(proposal__changed_in_the_database__is_refused),
	    DESK_TEST(approval__of_what_changed_meanwhile__does_nothing),
	    DESK_TEST(approval__of_who_was_disabled__does_nothing),
	    DESK_TEST(approval__failing_anywhere__is_whole_or_not_there),
	    DESK_TEST(approval__inside_a_batch__is_done_with_it),
	    DESK_TEST(list__of_everybody__shows_ones_own_and_what_one_decides),
	    DESK_TEST(owner__of_a_desk_of_ones_own__types_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
