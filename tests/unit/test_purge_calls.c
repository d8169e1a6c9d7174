/*
 * Clearing of calls, promised calls, leads and what models were asked: what is old
 * enough goes with all its words, what is held, recorded or promised stays,
 * and of hints the figures do.
 *
 * Turned red by: a sweep without its class, a call that goes in spite of its
 * recording, a hint's answer that is left, a promise that is not kept.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/records/ai_logs.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/do_not_call.h"
#include "db/records/agents.h"
#include "db/records/leads.h"
#include "db/records/people.h"
#include "db/records/purge.h"
#include "tests/lib/desk_test.h"

#define NOW  DESK_TEST_NOW
#define OLD  "qxoldmarker"
#define LATE "wyyoungmarker"

static int64_t
ask_int(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(f->d->db, &n, sql, BINDS(b_int(f->demo.id)), &err));
	return n;
}

static void
sql(struct desk_fixture *f, const char *text, int64_t id)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(
	    f->d->db, text, BINDS(b_int(f->demo.id), b_int(id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

/* Whether a text of a call, a promise, a hint or their history has it. */
static bool
has_words(struct desk_fixture *f, const char *marker)
{
	struct err err = ERR_INIT;
	char like[64];
	int64_t n = 0;

	str_format(like, sizeof(like), "%%%s%%", marker);
	assert_ok(db_int(f->d->db, &n,
	    "SELECT (SELECT count(*) FROM calls WHERE tenant_id = $1"
	    " AND notes || transferred_to LIKE $2)"
	    " + (SELECT count(*) FROM callbacks WHERE tenant_id = $1"
	    " AND note LIKE $2)"
	    " + (SELECT count(*) FROM leads WHERE tenant_id = $1"
	    " AND problem_statement LIKE $2)"
	    " + (SELECT count(*) FROM do_not_call WHERE tenant_id = $1"
	    " AND reason LIKE $2)"
	    " + (SELECT count(*) FROM ai_logs WHERE tenant_id = $1"
	    " AND asked || ' ' || said LIKE $2)"
	    " + (SELECT count(*) FROM changes WHERE tenant_id = $1"
	    " AND COALESCE(before_value, '') || COALESCE(after_value, '')"
	    " LIKE $2)",
	    BINDS(b_int(f->demo.id), b_text(like)), &err));
	return n > 0;
}

static struct purge
run(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct purge p;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(purge_run(f->d, &p, NULL, NULL, &err));
	return p;
}

/* A call that is over, with marker in what was said of it. */
static int64_t
write_call(struct desk_fixture *f, const char *marker, const char *number,
    int64_t contact_id, int64_t at_us)
{
	const struct call_new in = {
	    .direction = CALL_IN, .number = number, .contact_id = contact_id};
	const struct call_close as = {.disposition = "NI", .notes = marker};
	struct err err = ERR_INIT;
	int64_t id;

	clock_fake_wall(at_us);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	clock_fake_advance(90 * US_PER_SECOND);
	assert_ok(call_transfer(f->d, id, marker, &err));
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_notes_set(f->d, id, 0, marker, &err));
	assert_ok(call_close(f->d, id, &as, &err));
	clock_fake_wall(NOW);
	return id;
}

static int64_t
promise(
    struct desk_fixture *f, const char *marker, int64_t call_id, int64_t at_us)
{
	const struct callback_new in = {.number = "600777666",
	    .due_us = at_us + US_PER_DAY,
	    .note = marker,
	    .call_id = call_id};
	struct err err = ERR_INIT;
	int64_t id;

	clock_fake_wall(at_us);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(callback_new(f->d, &in, &id, &err));
	clock_fake_wall(NOW);
	return id;
}

static void
settle(struct desk_fixture *f, int64_t callback_id, int64_t at_us)
{
	struct err err = ERR_INIT;

	clock_fake_wall(at_us);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(callback_done(f->d, callback_id, 0, &err));
	clock_fake_wall(NOW);
}

/* Closed then, unless it is open still. */
static int64_t
write_lead(struct desk_fixture *f, const char *marker, int64_t call_id,
    int64_t contact_id, bool closed, int64_t at_us)
{
	const struct lead_new in = {.problem_statement = marker,
	    .call_id = call_id,
	    .contact_id = contact_id};
	const struct change as = {"status", b_int(LEAD_CLOSED)};
	struct err err = ERR_INIT;
	int64_t id;

	clock_fake_wall(at_us);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(lead_new(f->d, &in, &id, &err));
	if (closed)
		assert_ok(lead_edit(f->d, id, 0, &as, 1, &err));
	clock_fake_wall(NOW);
	return id;
}

static void
ask_model(struct desk_fixture *f, const char *marker, int64_t call_id,
    int64_t contact_id, int64_t at_us)
{
	const struct ai_log_new in = {.call_id = call_id,
	    .contact_id = contact_id,
	    .model = "m",
	    .server = "ollama",
	    .topic = "t",
	    .asked = marker};
	const struct ai_log_end end = {.outcome = 1,
	    .said = marker,
	    .tokens_in = 7,
	    .tokens_out = 9,
	    .first_us = at_us,
	    .done_us = at_us};
	struct err err = ERR_INIT;
	int64_t id;

	clock_fake_wall(at_us);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ai_log_begin(f->d, &in, &id, &err));
	assert_ok(ai_log_finish(f->d, id, &end, &err));
	clock_fake_wall(NOW);
}

/* ---- calls ---- */

static void
calls__older_than_the_rule__are_nowhere(void **state)
{
	struct desk_fixture *f = *state;
	int64_t then = NOW - 740 * US_PER_DAY, call, back;
	struct purge p;

	call = write_call(f, OLD, "600111222", 0, then);
	back = promise(f, OLD, call, then + US_PER_HOUR);
	settle(f, back, then + US_PER_DAY);
	ask_model(f, OLD, call, 0, then);
	sql(f,
	    "INSERT INTO do_not_call(tenant_id, number, number_folded,"
	    " source_call_id, created_at, updated_at)"
	    " VALUES($1, '600111222', '34600111222', $2, 1, 1)",
	    call);
	(void)write_call(f, LATE, "600111333", 0, NOW - 720 * US_PER_DAY);
	assert_true(has_words(f, OLD));
	p = run(f);
	assert_int_equal(p.rows[PURGE_CALLS].due, 1);
	assert_int_equal(p.rows[PURGE_CALLBACKS].due, 1);
	assert_int_equal(p.rows[PURGE_CALLS].which, RETENTION_CALLS);
	assert_false(has_words(f, OLD));
	assert_true(has_words(f, LATE));
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM calls WHERE tenant_id = $1"), 1);
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM call_intervals v WHERE"
		       " v.tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM"
		       " calls c WHERE c.id = v.call_id)"),
	    0);
	/* Whoever asked not to be called is not called. */
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM do_not_call WHERE tenant_id = $1"
		       " AND source_call_id IS NULL"),
	    1);
	assert_int_equal(run(f).removed, 0);
}

static void
calls__held_or_recorded__stay_until_they_are_not(void **state)
{
	static const char recorded[] =
	    "INSERT INTO recordings(tenant_id, name, call_id, started_us,"
	    " created_at, updated_at) VALUES($1, 'r', $2, 1, 1, 1)";
	static const char held[] =
	    "INSERT INTO holds(tenant_id, kind, record_id, reason, created_at)"
	    " VALUES($1, 6, $2, 'x', 1)";
	struct desk_fixture *f = *state;
	int64_t contact = desk_fixture_contact(f, "Ana", "600111999");
	int64_t call =
	    write_call(f, OLD, "600111222", contact, NOW - 740 * US_PER_DAY);
	struct purge p;

	sql(f, held, contact);
	assert_int_equal(run(f).rows[PURGE_CALLS].kept, 1);
	sql(f, "UPDATE holds SET released_us = $2 WHERE tenant_id = $1", 5);
	sql(f, recorded, call);
	assert_int_equal(run(f).rows[PURGE_CALLS].kept, 1);
	sql(f, "DELETE FROM recordings WHERE tenant_id = $1 AND call_id = $2",
	    call);
	p = run(f);
	assert_int_equal(p.rows[PURGE_CALLS].due, 1);
	assert_false(has_words(f, OLD));
}

static void
promises__that_are_due_still__stay(void **state)
{
	struct desk_fixture *f = *state;

	(void)promise(f, OLD, 0, NOW - 900 * US_PER_DAY);
	assert_int_equal(run(f).rows[PURGE_CALLBACKS].due, 0);
	assert_true(has_words(f, OLD));
}

/* The trash: a promise taken back, a number that may be called again. */
static void
trash_of_calls__after_its_days__is_gone(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id;
	struct purge p;

	(void)promise(f, OLD, 0, NOW - 40 * US_PER_DAY);
	clock_fake_wall(NOW - 40 * US_PER_DAY + US_PER_SECOND);
	assert_ok(op_undo(f->d, sentence, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(do_not_call_add(f->d, "600555444", OLD, 0, &id, &err));
	assert_ok(do_not_call_delete(f->d, id, 0, &err));
	clock_fake_wall(NOW);
	p = run(f);
	assert_int_equal(p.rows[PURGE_CALLBACK_TRASH].due, 1);
	assert_int_equal(p.rows[PURGE_STOP_TRASH].due, 1);
	assert_false(has_words(f, OLD));
}

/* ---- leads ---- */

static void
leads__closed_long_ago__go_and_open_ones_stay(void **state)
{
	struct desk_fixture *f = *state;
	int64_t then = NOW - 740 * US_PER_DAY;
	int64_t call = write_call(f, "callmarker", "600111222", 0, then);
	struct purge p;

	(void)write_lead(f, OLD, 0, 0, true, then);
	(void)write_lead(f, LATE, call, 0, false, then);
	p = run(f);
	assert_int_equal(p.rows[PURGE_LEADS].due, 1);
	assert_int_equal(p.rows[PURGE_CALLS].due, 1);
	assert_false(has_words(f, OLD));
	assert_false(has_words(f, "callmarker"));
	assert_true(has_words(f, LATE));
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM leads WHERE tenant_id = $1"
		       " AND call_id IS NULL"),
	    1);
}

static void
leads__of_the_trash_or_a_contact_of_it__go_with_their_words(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t contact, id;
	struct purge p;

	clock_fake_wall(NOW - 50 * US_PER_DAY);
	contact = desk_fixture_contact(f, "Ana", "600111999");
	(void)write_lead(f, OLD, 0, contact, false, NOW - 50 * US_PER_DAY);
	id = write_lead(f, "trashmarker", 0, 0, false, NOW - 50 * US_PER_DAY);
	clock_fake_wall(NOW - 40 * US_PER_DAY);
	assert_ok(lead_delete(f->d, id, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(contact_delete(f->d, contact, 0, &err));
	clock_fake_wall(NOW);
	p = run(f);
	assert_int_equal(p.rows[PURGE_LEAD_TRASH].due, 1);
	assert_int_equal(p.rows[PURGE_CONTACTS].due, 1);
	assert_false(has_words(f, OLD));
	assert_false(has_words(f, "trashmarker"));
}

/* ---- inventory agents ---- */

static void
agents__of_the_trash__go_with_their_reports(void **state)
{
	struct desk_fixture *f = *state;
	const struct agent_word w = {.device_id = "pc1",
	    .accepts = true,
	    .report = "{}",
	    .report_size = 2};
	struct err err = ERR_INIT;
	struct purge p;
	int64_t id;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(agent_heard(f->d, &w, &id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	clock_fake_wall(NOW - 40 * US_PER_DAY);
	assert_ok(agent_delete(f->d, id, 0, &err));
	clock_fake_wall(NOW);
	p = run(f);
	assert_int_equal(p.rows[PURGE_AGENT_TRASH].due, 1);
	assert_int_equal(
	    ask_int(f, "SELECT (SELECT count(*) FROM agents"
		       " WHERE tenant_id = $1) + (SELECT count(*)"
		       " FROM agent_reports WHERE tenant_id = $1)"),
	    0);
}

/* ---- hints ---- */

static void
hints__after_their_days__are_figures_alone(void **state)
{
	struct desk_fixture *f = *state;
	int64_t contact = desk_fixture_contact(f, "Ana", "600111999");
	struct purge p;

	ask_model(f, OLD, 0, 0, NOW - 31 * US_PER_DAY);
	ask_model(f, LATE, 0, 0, NOW - 29 * US_PER_DAY);
	ask_model(f, "heldmarker", 0, contact, NOW - 31 * US_PER_DAY);
	sql(f,
	    "INSERT INTO holds(tenant_id, kind, record_id, reason, created_at)"
	    " VALUES($1, 6, $2, 'x', 1)",
	    contact);
	p = run(f);
	assert_int_equal(p.rows[PURGE_HINTS].due, 1);
	assert_int_equal(p.rows[PURGE_HINTS].kept, 1);
	assert_int_equal(p.rows[PURGE_HINTS].which, RETENTION_HINTS);
	assert_false(has_words(f, OLD));
	assert_true(has_words(f, LATE));
	assert_true(has_words(f, "heldmarker"));
	assert_int_equal(
	    ask_int(f, "SELECT sum(tokens_in + tokens_out) FROM ai_logs"
		       " WHERE tenant_id = $1"),
	    48);
	assert_int_equal(run(f).removed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST_AT_NOW(calls__older_than_the_rule__are_nowhere),
	    DESK_TEST_AT_NOW(calls__held_or_recorded__stay_until_they_are_not),
	    DESK_TEST_AT_NOW(promises__that_are_due_still__stay),
	    DESK_TEST_AT_NOW(trash_of_calls__after_its_days__is_gone),
	    DESK_TEST_AT_NOW(agents__of_the_trash__go_with_their_reports),
	    DESK_TEST_AT_NOW(leads__closed_long_ago__go_and_open_ones_stay),
	    DESK_TEST_AT_NOW(
		leads__of_the_trash_or_a_contact_of_it__go_with_their_words),
	    DESK_TEST_AT_NOW(hints__after_their_days__are_figures_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
