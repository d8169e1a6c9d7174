/* Unit tests of db/records/audit: reading, and what verifying finds. */
#include "db/records/audit.h"
#include "db/core/audit_chain.h"
#include "db/core/op.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

static void
verify(struct desk_fixture *f, struct audit_verdict *v)
{
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_ok(audit_verify(f->d, v, &err));
}

/* What somebody with the file in his hands could do. */
static void
tamper(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;

	db_set_tenant(f->d->db, 0); /* who tampers does not say whose */
	assert_ok(db_begin(f->d->db, "tamper", &err));
	assert_ok(db_script(f->d->db,
	    engine_is_postgres()
		? "DROP TRIGGER audit_no_change ON audit;"
		  "DROP TRIGGER audit_no_truncate ON audit;"
		: "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;",
	    &err));
	assert_ok(db_script(f->d->db, sql, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static void
audit_verify__untouched__is_whole(void **state)
{
	struct desk_fixture *f = *state;
	struct audit_verdict v;

	verify(f, &v);
	assert_int_equal(v.bad_seq, 0);
	assert_true(v.rows >= 10);
}

static void
audit__update_or_delete__is_refused_by_the_desk(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_int_not_equal(db_exec(f->d->db, "UPDATE audit SET reason = 'x'",
				 NO_BINDS, NULL, &err),
	    0);
	assert_int_not_equal(
	    db_exec(f->d->db, "DELETE FROM audit", NO_BINDS, NULL, &err), 0);
	db_rollback(f->d->db);
}

static void
assert_found(struct desk_fixture *f, const char *sql, int64_t bad_seq)
{
	struct audit_verdict v;

	tamper(f, sql);
	verify(f, &v);
	assert_int_equal(v.bad_seq, bad_seq);
	assert_true(v.reason[0] != '\0');
}

/* The fixture's rows of demo are tenant 2, seq 1 to 10. */
#define ROWS   "UPDATE audit SET "
#define ROW(n) " WHERE tenant_id = 2 AND seq = " #n ";"

/* All of the trail, a line a row, the oldest first.  Owned. */
static char *
trail(struct desk_fixture *f)
{
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	int rc;

	assert_ok(db_query(f->d->db, &st,
	    "SELECT id, tenant_id, seq, at_us, actor_kind, actor_id, session,"
	    " operation, kind, record_id, result, reason, digest, prev_hash,"
	    " hash FROM audit ORDER BY id",
	    NO_BINDS, &err));
	while ((rc = stmt_step(st, &err)) == 1) {
		for (int i = 0; i < 15; i++)
			str_addf(&out, "%s|", stmt_text(st, i));
		str_addc(&out, '\n');
	}
	stmt_close(&st);
	assert_ok(rc);
	return str_take(&out);
}

/* The bracket of any operation, by who may everything. */
static void
begin_any(struct desk_fixture *f, struct op *op, enum op_id id)
{
	const struct op_matter m = {"{}", "x"};
	struct err err = ERR_INIT;

	if ((op_def(id)->flags & OP_SECOND) == 0) {
		assert_ok(op_begin(f->d, op, id, 0, &err));
		return;
	}
	assert_rc(op_begin_second(f->d, op, id, 0, &m, &err), OD_EDENIED);
	assert_ok(op_typed(f->d, op_def(id)->name, &err));
	assert_ok(op_begin_second(f->d, op, id, 0, &m, &err));
}

/*
 * Whatever its use case does inside: the trail only grows.  (What is cleared
 * by the rules of retention goes another way; see test_purge.c.)
 */
static void
every_operation__changing_the_trail__is_refused(void **state)
{
	static const char *const changes[] = {
	    "UPDATE audit SET reason = 'x' WHERE tenant_id = $1",
	    "UPDATE audit SET hash = prev_hash WHERE tenant_id = $1",
	    "DELETE FROM audit WHERE tenant_id = $1",
	    "DELETE FROM audit WHERE tenant_id = $1 AND seq = 1",
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct op op;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	f->d->single_user = true;
	for (int i = 0; i < OP_COUNT; i++) {
		enum op_id id = (enum op_id)i;
		const struct op_def *def = op_def(id);
		char *before = trail(f), *after;
		size_t n = strlen(before);

		if ((def->flags & OP_READ) != 0) {
			free(before);
			continue;
		}
		for (size_t k = 0; k < sizeof(changes) / sizeof(changes[0]);
		     k++) {
			begin_any(f, &op, id);
			if (db_exec(f->d->db, changes[k],
				BINDS(b_int(f->demo.id)), NULL, &err) == 0)
				fail_msg("%s: %s", def->name, changes[k]);
			(void)op_end(f->d, &op, OD_ECANCEL, NULL);
		}
		begin_any(f, &op, id);
		assert_ok(op_end(f->d, &op, 0, &err));
		after = trail(f);
		if (strncmp(before, after, n) != 0 ||
		    (strlen(after) > n) != ((def->flags & OP_FACT) == 0))
			fail_msg(
			    "%s: the trail after it is\n%s", def->name, after);
		free(before);
		free(after);
	}
}

/*
 * In a batch each row is chained to one that nobody can read yet: two tenants
 * in turn, and operations whose rows are taken back with their group.
 */
static void
audit_verify__batch_with_groups_taken_back__is_whole(void **state)
{
	const struct ticket_new in = {.subject = "x"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_verdict before, v;
	int64_t id, number;

	verify(f, &before);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(db_batch_begin(f->d, &err));
	for (int i = 0; i < 9; i++) {
		desk_fixture_act(f, i % 3 == 1 ? FIXTURE_OTHER : FIXTURE_TENANT,
		    "operator");
		assert_ok(db_group_begin(f->d, &err));
		assert_ok(ticket_new(f->d, &in, &id, &number, &err));
		assert_ok(ticket_new(f->d, &in, &id, &number, &err));
		assert_rc(db_group_end(f->d, i % 2 ? OD_EIO : 0, &err),
		    i % 2 ? OD_EIO : 0);
		assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	}
	assert_ok(db_batch_end(f->d, &err));
	verify(f, &v);
	assert_int_equal(v.bad_seq, 0);
	/* The first look; six rounds: each one row, four of them two more. */
	assert_int_equal(v.rows, before.rows + 1 + 6 + 4 * 2);
	desk_fixture_act(f, FIXTURE_OTHER, "auditor");
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
}

static void
audit_verify__edited_row__is_named(void **state)
{
	assert_found(*state, ROWS "actor_id = 77" ROW(4), 4);
}

/* Whoever edits a row can also make its hash anew; the next row tells. */
static void
audit_verify__edited_row_with_new_hash__next_is_named(void **state)
{
	struct desk_fixture *f = *state;
	struct audit_entry e = {.tenant_id = f->demo.id,
	    .seq = 4,
	    .actor_id = 77,
	    .session = "",
	    .operation = "team.new",
	    .reason = "",
	    .digest = ""};
	char hex[SHA256_HEX_SIZE], *prev;
	struct audit_verdict v;
	struct err err = ERR_INIT;

	assert_ok(db_text(f->d->db, &prev,
	    "SELECT prev_hash FROM audit WHERE tenant_id = $1 AND seq = 4",
	    BINDS(b_int(e.tenant_id)), &err));
	e.prev_hash = prev;
	audit_hash(&e, hex);
	tamper(f, ROWS "at_us = 0, actor_kind = 0, actor_id = 77, session = '',"
		       " operation = 'team.new', kind = 0, record_id = 0,"
		       " reason = '', digest = ''" ROW(4));
	assert_ok(db_begin(f->d->db, "tamper", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE audit SET hash = $1 WHERE tenant_id = $2 AND seq = 4",
	    BINDS(b_text(hex), b_int(e.tenant_id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	verify(f, &v);
	assert_int_equal(v.bad_seq, 5);
	free(prev);
}

static void
audit_verify__deleted_row__is_named(void **state)
{
	assert_found(*state, "DELETE FROM audit" ROW(5), 5);
}

static void
audit_verify__deleted_and_renumbered__is_named(void **state)
{
	assert_found(
	    *state, "DELETE FROM audit" ROW(5) ROWS "seq = 5" ROW(6), 5);
}

static void
audit_verify__exchanged_rows__are_named(void **state)
{
	assert_found(*state,
	    ROWS "seq = 99" ROW(3) ROWS "seq = 3" ROW(7) ROWS "seq = 7" ROW(99),
	    3);
}

static void
audit_verify__cut_end__is_named(void **state)
{
	assert_found(
	    *state, "DELETE FROM audit WHERE tenant_id = 2 AND seq > 8;", 9);
}

static void
audit_verify__first_row_gone__is_named(void **state)
{
	assert_found(*state, "DELETE FROM audit" ROW(1), 1);
}

static void
audit_verify__other_tenants_row__says_nothing_here(void **state)
{
	struct desk_fixture *f = *state;
	struct audit_verdict v;
	struct err err = ERR_INIT;

	tamper(f, ROWS "reason = 'x' WHERE tenant_id = 1 AND seq = 2;");
	verify(f, &v);
	assert_int_equal(v.bad_seq, 0);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_ok(audit_verify(f->d, &v, &err));
	assert_int_equal(v.bad_seq, 2);
}

static void
audit_list__by_scope__own_team_all(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_row *rows;
	struct audit_verdict v;
	size_t n, all;

	desk_fixture_act(f, FIXTURE_TENANT, "stranger");
	(void)desk_fixture_ticket(f, "of sales");
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	(void)desk_fixture_ticket(f, "of support");
	assert_ok(audit_list(f->d, 0, 100, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].operation, "ticket.new");
	assert_string_equal(rows[0].actor_name, "mate");
	assert_int_equal(rows[0].kind, RECORD_TICKET);
	audit_list_free(&rows, n);
	assert_rc(audit_verify(f->d, &v, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(audit_list(f->d, 0, 100, &rows, &n, &err));
	assert_int_equal(n, 1);
	audit_list_free(&rows, n);
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_ok(audit_list(f->d, 0, 1000, &rows, &all, &err));
	assert_int_equal(rows[0].seq, all);
	audit_list_free(&rows, all);
	assert_ok(audit_list(f->d, 3, 100, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].seq, 2);
	audit_list_free(&rows, n);
}

#define PEOPLE 19 /* more than one statement reads */

static void
login_of(int i, char login[32])
{
	str_format(login, 32, "person%d", i);
}

/* A team whose people and strangers work in turn. */
static void
work_in_turn(struct desk_fixture *f, int64_t team)
{
	struct err err = ERR_INIT;
	char login[32];
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	for (int i = 0; i < PEOPLE; i++) {
		struct operator_new in = {.login = login,
		    .full_name = "Alguien",
		    .role = ROLE_OPERATOR,
		    .team_id = team,
		    .unix_uid = -1};

		login_of(i, login);
		assert_ok(operator_new(f->d, &in, &id, &err));
	}
	for (int i = 0; i < 3 * PEOPLE; i++) {
		login_of(i * 7 % PEOPLE, login);
		desk_fixture_act(f, FIXTURE_TENANT, login);
		(void)desk_fixture_ticket(f, "ours");
		desk_fixture_act(f, FIXTURE_TENANT, "stranger");
		(void)desk_fixture_ticket(f, "of sales");
	}
}

#define ROWS_MAX 200

/* The rows of a team, the newest first, whatever way they are read. */
static size_t
team_rows(struct desk_fixture *f, int64_t seqs[ROWS_MAX])
{
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	assert_ok(db_query(f->d->db, &st,
	    "SELECT a.seq FROM audit a JOIN operators o"
	    " ON o.id = a.actor_id AND o.tenant_id = a.tenant_id"
	    " WHERE a.tenant_id = $1 AND a.actor_kind = 1 AND o.team_id = $2"
	    " ORDER BY a.seq DESC",
	    BINDS(b_int(f->demo.id), b_int(f->demo.support)), &err));
	while ((rc = stmt_step(st, &err)) == 1 && n < ROWS_MAX)
		seqs[n++] = stmt_int(st, 0);
	stmt_close(&st);
	assert_ok(rc);
	return n;
}

static void
audit_list__of_a_large_team__is_whole_in_pages(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_row *rows;
	int64_t wanted[ROWS_MAX], before = 0;
	size_t all, n, at = 0;

	work_in_turn(f, f->demo.support);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	all = team_rows(f, wanted);
	assert_true(all >= (size_t)3 * PEOPLE);
	do {
		assert_ok(audit_list(f->d, before, 7, &rows, &n, &err));
		for (size_t i = 0; i < n; i++, at++) {
			assert_true(at < all);
			assert_int_equal(rows[i].seq, wanted[at]);
			assert_true(rows[i].actor_name[0] != '\0');
			before = rows[i].seq;
		}
		audit_list_free(&rows, n);
	} while (n == 7);
	assert_int_equal(at, all);
}

static void
audit__denial__is_a_row(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct audit_row *rows;
	struct audit_verdict v;
	int64_t id, number;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	struct ticket_new in = {.subject = "x"};

	assert_rc(ticket_new(f->d, &in, &id, &number, &err), OD_EDENIED);
	assert_ok(audit_list(f->d, 0, 2, &rows, &n, &err));
	/* That an auditor looks is the newest. */
	assert_false(rows[0].denied);
	assert_string_equal(rows[0].operation, "audit.read");
	assert_true(rows[1].denied);
	assert_string_equal(rows[1].operation, "ticket.new");
	audit_list_free(&rows, n);
	verify(f, &v);
	assert_int_equal(v.bad_seq, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(audit_verify__untouched__is_whole),
	    DESK_TEST(audit__update_or_delete__is_refused_by_the_desk),
	    DESK_TEST(every_operation__changing_the_trail__is_refused),
	    DESK_TEST(audit_verify__batch_with_groups_taken_back__is_whole),
	    DESK_TEST(audit_verify__edited_row__is_named),
	    DESK_TEST(audit_verify__edited_row_with_new_hash__next_is_named),
	    DESK_TEST(audit_verify__deleted_row__is_named),
	    DESK_TEST(audit_verify__deleted_and_renumbered__is_named),
	    DESK_TEST(audit_verify__exchanged_rows__are_named),
	    DESK_TEST(audit_verify__cut_end__is_named),
	    DESK_TEST(audit_verify__first_row_gone__is_named),
	    DESK_TEST(audit_verify__other_tenants_row__says_nothing_here),
	    DESK_TEST(audit_list__by_scope__own_team_all),
	    DESK_TEST(audit_list__of_a_large_team__is_whole_in_pages),
	    DESK_TEST(audit__denial__is_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
