/* Unit tests of db/core/op: the bracket around every write. */
#include "db/core/op.h"
#include "common/fsutil.h"
#include "db/core/audit_chain.h"
#include "db/engine/migrate.h"
#include "db/records/people.h"
#include "tests/lib/desk_test.h"

static int64_t
number(struct desk *d, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(d->db, &n, sql, NO_BINDS, &err));
	return n;
}

#define EVERYTHING                                                             \
	"SELECT (SELECT COUNT(*) FROM contacts) + (SELECT COUNT(*) FROM"       \
	" changes) + (SELECT COUNT(*) FROM audit) + (SELECT COUNT(*) FROM"     \
	" undo) + (SELECT COUNT(*) FROM events)"

/* A write of the bracket's own: an event row; what op_end adds comes too. */
static int
write_row(struct desk *d, struct err *err)
{
	return db_exec(d->db,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " VALUES($1, 'test', 0, 0, 0)",
	    BINDS(b_int(d->actor.tenant_id)), NULL, err);
}

static void
op_end__error__leaves_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t before = number(f->d, EVERYTHING);
	struct op op;

	assert_ok(op_begin(f->d, &op, OP_CONTACT_NEW, 0, &err));
	assert_ok(write_row(f->d, &err));
	err_set(&err, OD_EDATA, "no");
	assert_int_equal(op_end(f->d, &op, OD_EDATA, &err), OD_EDATA);
	assert_false(db_in_transaction(f->d->db));
	assert_int_equal(number(f->d, EVERYTHING), before);
	/* Each write of op_end itself may fail, the commit too. */
	for (int n = 1; n < 12; n++) {
		int rc;

		assert_ok(op_begin(f->d, &op, OP_CONTACT_NEW, 0, &err));
		assert_ok(write_row(f->d, &err));
		db_fail_after(f->d->db, n, OD_EIO);
		rc = op_end(f->d, &op, 0, &err);
		db_fail_after(f->d->db, 0, 0);
		assert_false(db_in_transaction(f->d->db));
		if (rc == 0) {
			assert_true(n > 2);
			assert_true(number(f->d, EVERYTHING) > before);
			return;
		}
		assert_int_equal(rc, OD_EIO);
		assert_int_equal(number(f->d, EVERYTHING), before);
	}
	fail_msg("op_end writes too much");
}

static void
batch__one_of_three_fails__the_others_stay(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk *other = desk_fixture_open(f);
	int64_t before = number(f->d, "SELECT COUNT(*) FROM events");
	struct op op;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(db_batch_begin(f->d, &err));
	for (int i = 0; i < 3; i++) {
		int rc = i == 1 ? OD_EDATA : 0;

		assert_rc(op_begin(f->d, &op, OP_RAW_EVENT_RECEIVE, 0, &err),
		    OD_EDENIED);
		desk_act_as_system(f->d, f->demo.id);
		assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
		assert_ok(write_row(f->d, &err));
		assert_int_equal(op_end(f->d, &op, rc, &err), rc);
		desk_fixture_act(f, FIXTURE_TENANT, "operator");
	}
	/* Nobody sees any of it before the commit. */
	assert_int_equal(number(other, "SELECT COUNT(*) FROM events"), before);
	assert_ok(db_batch_end(f->d, &err));
	assert_int_equal(
	    number(other, "SELECT COUNT(*) FROM events"), before + 2);
	/* The three refusals were kept with the batch. */
	assert_int_equal(
	    number(other, "SELECT COUNT(*) FROM audit WHERE result = 1"
			  " AND operation = 'raw_event.receive'"),
	    3);
	desk_close(&other);
}

/* One operation that writes a row and says rc in the end. */
static void
write_one(struct desk *d, bool is_one, int rc)
{
	struct err err = ERR_INIT;
	struct op op;

	assert_ok((is_one ? op_begin_one : op_begin)(
	    d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_ok(write_row(d, &err));
	assert_int_equal(op_end(d, &op, rc, &err), rc);
}

/* A fact without its kind, which the desk does not take; the code. */
static int
write_wrong(struct desk *d)
{
	struct err err = ERR_INIT;
	struct op op;
	int rc;

	if ((rc = op_begin_one(d, &op, OP_OUTBOX_FACT, 0, &err)) != 0)
		return rc;
	rc = db_later(d->db, NULL,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " VALUES($1, 'test', NULL, 0, 0)",
	    BINDS(b_int(d->actor.tenant_id)), &err);
	return op_end(d, &op, rc, &err);
}

/*
 * Where an error undoes a transaction it takes the batch, and nobody is told
 * otherwise; it does so once.
 */
static void
batch__wrong_fact__takes_one_batch_at_most(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t before = number(f->d, "SELECT COUNT(*) FROM events");
	int rc;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(db_batch_begin(f->d, &err));
	write_one(f->d, true, 0);
	rc = write_wrong(f->d);
	assert_true((rc == 0) == engine_is_postgres());
	assert_int_equal(db_batch_end(f->d, &err) != 0, engine_is_postgres());
	assert_int_equal(number(f->d, "SELECT COUNT(*) FROM events"),
	    before + !engine_is_postgres());
	before = number(f->d, "SELECT COUNT(*) FROM events");
	assert_ok(db_batch_begin(f->d, &err));
	write_one(f->d, true, 0);
	assert_int_equal(write_wrong(f->d), OD_EDATA);
	write_one(f->d, true, 0);
	assert_ok(db_batch_end(f->d, &err));
	assert_int_equal(
	    number(f->d, "SELECT COUNT(*) FROM events"), before + 2);
}

static void
group__one_fails__none_of_it_stays(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t before = number(f->d, "SELECT COUNT(*) FROM events");

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(db_batch_begin(f->d, &err));
	write_one(f->d, true, 0);
	assert_ok(db_group_begin(f->d, &err));
	write_one(f->d, false, 0);
	write_one(f->d, false, OD_EDATA);
	write_one(f->d, true, 0);
	assert_int_equal(db_group_end(f->d, 0, &err), OD_EDATA);
	assert_ok(db_group_begin(f->d, &err));
	write_one(f->d, false, 0);
	assert_int_equal(db_group_end(f->d, OD_EIO, &err), OD_EIO);
	assert_ok(db_group_begin(f->d, &err));
	write_one(f->d, false, 0);
	write_one(f->d, true, 0);
	assert_ok(db_group_end(f->d, 0, &err));
	/* Behind a group each has its savepoint again. */
	write_one(f->d, false, OD_EDATA);
	assert_ok(db_batch_end(f->d, &err));
	assert_int_equal(
	    number(f->d, "SELECT COUNT(*) FROM events"), before + 3);
}

static void
run(struct desk *d, const char *sql, int64_t id, int64_t value)
{
	struct err err = ERR_INIT;

	assert_ok(db_exec(d->db, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(value)), NULL,
	    &err));
}

#define OPERATOR_SET "UPDATE operators SET "
#define TICKET_SET   "UPDATE tickets SET "
#define TO_3         " = $3 WHERE tenant_id = $1 AND id = $2"

/*
 * What was read in a batch of the actor and of a record is asked anew behind
 * each write, and behind one that was taken back.
 */
static void
batch__rights_change_in_it__the_next_is_judged_by_them(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *d = f->d;
	struct err err = ERR_INIT;
	int64_t ticket, me;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	d->single_user = false;
	me = d->actor.id;
	assert_ok(db_batch_begin(d, &err));
	run(d, TICKET_SET "operator_id" TO_3, ticket, me);
	for (int i = 0; i < 2; i++) {
		assert_ok(op_may(d, OP_TICKET_EDIT, ticket, &err));
		assert_ok(op_may(d, OP_TICKET_EDIT, ticket, &err));
		assert_ok(db_group_begin(d, &err));
		run(d, OPERATOR_SET "enabled" TO_3, me, 0);
		assert_rc(
		    op_may(d, OP_TICKET_EDIT, ticket, &err), OD_EDENIED);
		assert_rc(db_group_end(d, OD_ECANCEL, &err), OD_ECANCEL);
		assert_ok(op_may(d, OP_TICKET_EDIT, ticket, &err));
		run(d, OPERATOR_SET "role" TO_3, me, ROLE_AUDITOR);
		assert_rc(
		    op_may(d, OP_TICKET_EDIT, ticket, &err), OD_EDENIED);
		run(d, OPERATOR_SET "role" TO_3, me, ROLE_OPERATOR);
		assert_ok(op_may(d, OP_TICKET_EDIT, ticket, &err));
		run(d, TICKET_SET "operator_id" TO_3, ticket, me + 1);
		assert_rc(
		    op_may(d, OP_TICKET_EDIT, ticket, &err), OD_EDENIED);
		assert_ok(db_group_begin(d, &err));
		run(d, OPERATOR_SET "role" TO_3, me, ROLE_SUPERVISOR);
		assert_ok(op_may(d, OP_TICKET_EDIT, ticket, &err));
		assert_rc(db_group_end(d, OD_ECANCEL, &err), OD_ECANCEL);
		assert_rc(
		    op_may(d, OP_TICKET_EDIT, ticket, &err), OD_EDENIED);
		run(d, TICKET_SET "operator_id" TO_3, ticket, me);
	}
	db_batch_cancel(d);
}

static void
op_begin__no_room__people_wait_and_facts_go_on(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct op op;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	fs_fake_space(500 << 20, (int64_t)100 << 30);
	assert_int_equal(op_begin(f->d, &op, OP_TICKET_NEW, 0, &err), OD_EIO);
	assert_non_null(strstr(err.text, "nearly full"));
	assert_ok(op_may(f->d, OP_TICKET_READ, 0, &err));
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_ok(op_end(f->d, &op, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	fs_fake_space((int64_t)2 << 30, (int64_t)100 << 30);
	assert_ok(op_begin(f->d, &op, OP_TICKET_NEW, 0, &err));
	(void)op_end(f->d, &op, OD_ECANCEL, &err);
	fs_fake_space(0, 0);
}

static void
batch__lost_transaction__fails_as_a_whole(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t before = number(f->d, EVERYTHING);
	struct op op;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_ok(write_row(f->d, &err));
	/* As the library does by itself on a full disk. */
	(void)db_script(f->d->db, "ROLLBACK", NULL);
	assert_int_not_equal(op_end(f->d, &op, 0, &err), 0);
	assert_int_not_equal(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err), 0);
	assert_int_not_equal(db_batch_end(f->d, &err), 0);
	assert_int_equal(number(f->d, EVERYTHING), before);
	/* The next batch is well again. */
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_ok(write_row(f->d, &err));
	assert_ok(op_end(f->d, &op, 0, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_int_equal(number(f->d, EVERYTHING), before + 1);
}

static void
op_begin__readonly__writes_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct desk_options o = {.uri = f->uri, .readonly = true};
	struct desk *d = NULL;
	struct op op;

	assert_ok(desk_open(&o, &d, &err));
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	assert_rc(op_begin(d, &op, OP_CONTACT_NEW, 0, &err), OD_EDENIED);
	assert_rc(op_may(d, OP_CONTACT_NEW, 0, &err), OD_EDENIED);
	assert_rc(db_batch_begin(d, &err), OD_EDENIED);
	assert_ok(op_may(d, OP_OUTBOX_READ, 0, &err));
	desk_close(&d);
	assert_int_equal(
	    number(f->d, "SELECT COUNT(*) FROM audit WHERE result = 1"), 0);
}

static void
op_begin__newer_min_writer__may_only_read(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct op op;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, "UPDATE schema SET min_writer = $1",
	    BINDS(b_int(SCHEMA_VERSION + 1)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_rc(op_begin(f->d, &op, OP_CONTACT_NEW, 0, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "upgraded"));
	assert_false(db_in_transaction(f->d->db));
	assert_rc(db_batch_begin(f->d, &err), OD_EUNAVAIL);
	assert_false(db_in_transaction(f->d->db));
	assert_ok(op_may(f->d, OP_OUTBOX_READ, 0, &err));
}

static void
op_begin__denied__is_audited(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct op op;

	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_rc(op_begin(f->d, &op, OP_CONTACT_NEW, 0, &err), OD_EDENIED);
	assert_false(db_in_transaction(f->d->db));
	assert_int_equal(
	    number(f->d, "SELECT COUNT(*) FROM audit WHERE result = 1"
			 " AND operation = 'contact.new'"),
	    1);
}

/* Every operation, by every role that may not. */
static void
op_begin__denied__names_only_who_can(void **state)
{
	struct desk_fixture *f = *state;

	for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
		desk_fixture_act(f, FIXTURE_TENANT, role_names[r]);
		f->d->single_user = false;
		for (int i = 0; i < OP_COUNT; i++) {
			const struct op_def *def = op_def((enum op_id)i);
			bool lead = (def->flags & OP_HOST) == 0;
			struct err err = ERR_INIT;
			struct op op;

			if (op_scope(f->d, (enum op_id)i) != SCOPE_NONE ||
			    (def->flags & OP_FACT) != 0)
				continue;
			assert_rc(op_begin(f->d, &op, (enum op_id)i, 0, &err),
			    OD_EDENIED);
			if ((strstr(err.text, "upervisor can") != NULL ||
				strstr(err.text, "upervisor or") != NULL) !=
				(lead && def->scope[ROLE_SUPERVISOR] !=
					     SCOPE_NONE) ||
			    (strstr(err.text, "administrator can") != NULL) !=
				(lead && def->scope[ROLE_ADMIN] != SCOPE_NONE))
				fail_msg("%s, %s: %s", role_names[r], def->name,
				    err.text);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(op_end__error__leaves_nothing),
	    DESK_TEST(batch__one_of_three_fails__the_others_stay),
	    DESK_TEST(group__one_fails__none_of_it_stays),
	    DESK_TEST(batch__wrong_fact__takes_one_batch_at_most),
	    DESK_TEST(batch__rights_change_in_it__the_next_is_judged_by_them),
	    DESK_TEST(op_begin__no_room__people_wait_and_facts_go_on),
	    DESK_TEST(batch__lost_transaction__fails_as_a_whole),
	    DESK_TEST(op_begin__readonly__writes_nothing),
	    DESK_TEST(op_begin__newer_min_writer__may_only_read),
	    DESK_TEST(op_begin__denied__is_audited),
	    DESK_TEST(op_begin__denied__names_only_who_can),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
