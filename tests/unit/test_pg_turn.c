/*
 * Unit tests of db/engine/pg_transaction: who waits for whom, and what is
 * claimed although somebody holds a row.
 *
 * Turned red by: one turn for everybody; a batch with a tenant's turn; a claim
 * without SKIP LOCKED.
 */
#include "db/core/db_int.h"
#include "db/core/op.h"
#include "db/engine/pg_int.h"
#include "db/records/jobs.h"
#include "tests/lib/desk_test.h"
#include <string.h>

/* The same desk once more, which does not wait for long. */
static struct desk *
other_desk(struct desk_fixture *f, int64_t tenant_id)
{
	const struct desk_options o = {.uri = f->uri};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	assert_ok(desk_open(&o, &d, &err));
	assert_ok(pg__run(d->db->conn, "SET lock_timeout = '50ms'", &err));
	desk_act_as_system(d, tenant_id);
	return d;
}

/* Whether it gets its turn now. */
static bool
writes(struct desk *d)
{
	struct err err = ERR_INIT;
	struct op op;
	int rc = op_begin(d, &op, OP_OUTBOX_FACT, 0, &err);

	if (rc == 0)
		return op_end(d, &op, 0, &err) == 0;
	assert_int_equal(rc, OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "busy"));
	return false;
}

static void
turn__of_a_tenant__lets_others_write(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *same = other_desk(f, f->demo.id);
	struct desk *tenant = other_desk(f, f->other.id);
	struct desk *all = other_desk(f, 0);
	struct err err = ERR_INIT;
	struct op op;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(op_begin(f->d, &op, OP_OUTBOX_FACT, 0, &err));
	assert_false(writes(same));
	assert_true(writes(tenant));
	assert_false(writes(all));
	assert_int_equal(db_batch_begin(tenant, &err), OD_EUNAVAIL);
	/* Both at once, and neither is in the other's way. */
	struct op theirs;

	assert_ok(op_begin(tenant, &theirs, OP_OUTBOX_FACT, 0, &err));
	assert_ok(op_end(f->d, &op, 0, &err));
	assert_true(writes(same));
	assert_false(writes(all));
	assert_ok(op_end(tenant, &theirs, 0, &err));
	assert_true(writes(all));
	desk_close(&same);
	desk_close(&tenant);
	desk_close(&all);
}

static void
turn__of_the_desk__is_alone(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *tenant = other_desk(f, f->other.id);
	struct desk *all = other_desk(f, 0);
	struct err err = ERR_INIT;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(db_batch_begin(f->d, &err));
	assert_false(writes(tenant));
	assert_false(writes(all));
	/* Its rows are still those of the actor. */
	assert_int_equal(f->d->db->conn->tenant, f->demo.id);
	assert_ok(db_batch_end(f->d, &err));
	assert_true(writes(tenant));
	assert_true(writes(all));
	desk_close(&tenant);
	desk_close(&all);
}

/* Who looks at others' rows after all waits for the whole desk. */
static void
turn__of_a_tenant__becomes_the_desks(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *tenant = other_desk(f, f->other.id);
	struct err err = ERR_INIT;
	int64_t n;

	db_set_tenant(f->d->db, f->demo.id);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_true(writes(tenant));
	assert_ok(db_savepoint(f->d->db, &err));
	db_set_tenant(f->d->db, 0);
	assert_ok(db_int(
	    f->d->db, &n, "SELECT count(*) FROM tenants", NO_BINDS, &err));
	assert_false(writes(tenant));
	db_set_tenant(f->d->db, f->demo.id);
	db_undo_savepoint(f->d->db);
	assert_ok(db_int(f->d->db, &n, "SELECT 1", NO_BINDS, &err));
	assert_true(writes(tenant));
	db_set_tenant(f->d->db, 0);
	assert_ok(db_int(
	    f->d->db, &n, "SELECT count(*) FROM tenants", NO_BINDS, &err));
	assert_false(writes(tenant));
	assert_ok(db_commit(f->d->db, &err));
	assert_true(writes(tenant));
	desk_close(&tenant);
}

static void
queue_job(struct desk *d)
{
	struct err err = ERR_INIT;
	struct op op;

	assert_ok(op_begin(d, &op, OP_JOB_NEW, 0, &err));
	assert_ok(job_queue(d, &op, JOB_CHANNEL_TEST, 0, "{}", NULL, &err));
	assert_ok(op_end(d, &op, 0, &err));
}

static void
claim__row_that_is_held__is_passed_over(void **state)
{
	struct desk_fixture *f = *state;
	struct engine_conn *holder = NULL;
	struct err err = ERR_INIT;
	struct job *rows;
	int64_t next;
	size_t count;

	desk_act_as_system(f->d, f->demo.id);
	queue_job(f->d);
	queue_job(f->d);
	assert_ok(pg__session(f->uri, &holder, &err));
	assert_ok(pg__run(holder,
	    "BEGIN; SELECT 1 FROM jobs ORDER BY id LIMIT 1 FOR UPDATE", &err));
	desk_act_as_system(f->d, 0);
	assert_ok(job_claim(f->d, "daemon", 60, 8, &rows, &count, &next, &err));
	assert_int_equal(count, 1);
	job_list_free(&rows, count);
	pg__close(holder);
	do {
		assert_ok(job_claim(
		    f->d, "daemon", 60, 8, &rows, &count, &next, &err));
	} while (count == 0); /* until its session has ended */
	assert_int_equal(count, 1);
	job_list_free(&rows, count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(turn__of_a_tenant__lets_others_write),
	    DESK_TEST(turn__of_the_desk__is_alone),
	    DESK_TEST(turn__of_a_tenant__becomes_the_desks),
	    DESK_TEST(claim__row_that_is_held__is_passed_over),
	};

	if (!engine_is_postgres())
		return 0; /* one file has one turn */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
