/*
 * Unit tests of replies that wait before they go out: who sees them, who takes
 * them back, until when, and where their words are then.
 *
 * Turned red by: a list of comments that does not ask who looks, an undo that
 * does not look at the time, one that leaves no draft, a redo that keeps the
 * time of before.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/macros.h"
#include "db/records/seat.h"
#include "db/records/ticket_recall.h"
#include "db/records/ticket_sleep.h"
#include "db/records/ticket_timeline.h"
#include "db/records/tokens.h"
#include "tests/lib/desk_test.h"

#define NOW 1795255020000000

static int
setup(void **state)
{
	clock_fake_wall(NOW);
	return desk_test_setup(state);
}

static int
teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

/* A ticket of "operator", who acts then. */
static int64_t
make(struct desk_fixture *f)
{
	struct ticket_new in = {.subject = "Broken"};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

static void
reply(struct desk_fixture *f, int64_t ticket, const char *body)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(ticket_comment(f->d, ticket, COMMENT_REPLY, body, &id, &err));
}

static size_t
seen(struct desk *d, int64_t ticket)
{
	struct timeline_place newest = {.id = 0};
	struct ticket_comment *rows;
	struct timeline_item *items;
	struct err err = ERR_INIT;
	size_t n, m, told = 0;

	assert_ok(ticket_comments(d, ticket, &rows, &n, &err));
	ticket_comments_free(&rows, n);
	assert_ok(ticket_timeline(d, ticket, &newest, 50, &items, &m, &err));
	for (size_t i = 0; i < m; i++)
		told += items[i].kind == TIMELINE_COMMENT;
	timeline_free(&items, m);
	assert_int_equal(told, n);
	return n;
}

static void
assert_draft(struct desk *d, int64_t ticket, const char *expected)
{
	struct draft draft = {.body = NULL};
	struct err err = ERR_INIT;

	(void)draft_get(d, RECORD_TICKET, ticket, DRAFT_REPLY, &draft, &err);
	assert_string_equal(draft.body != NULL ? draft.body : "", expected);
	draft_clear(&draft);
}

static void
recall__within_its_time__gives_the_words_back(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_recalled r;
	struct err err = ERR_INIT;
	int64_t id = make(f);
	struct desk *other;
	char said[256];

	reply(f, id, "Hola");
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, id, DRAFT_REPLY, "y más", 0, 0, &err));
	clock_fake_wall(NOW + REPLY_HOLD_US - 1);
	/* A colleague has nothing to take back. */
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_rc(ticket_undo(f->d, said, &r, &err), OD_ENOTFOUND);
	assert_int_equal(seen(f->d, id), 1);
	/* The console that sent it may be gone by now. */
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	other = desk_fixture_open(f);
	other->actor = f->d->actor;
	assert_ok(ticket_undo(other, said, &r, &err));
	assert_string_equal(said, "Wrote a reply on ticket 1");
	assert_int_equal(r.ticket_id, id);
	assert_string_equal(r.body, "Hola");
	ticket_recalled_clear(&r);
	desk_close(&other);
	assert_int_equal(seen(f->d, id), 0);
	assert_draft(f->d, id, "Hola\n\ny más");
}

static void
recall__when_it_has_gone_out__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_recalled r;
	struct err err = ERR_INIT;
	int64_t id = make(f);
	char said[256];

	reply(f, id, "Hola");
	clock_fake_wall(NOW + REPLY_HOLD_US);
	assert_rc(ticket_undo(f->d, said, &r, &err), OD_ECONFLICT);
	assert_int_equal(seen(f->d, id), 1);
	assert_draft(f->d, id, "");
}

static void
recall__done_again__waits_again(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_recalled r;
	struct err err = ERR_INIT;
	int64_t id = make(f);
	char said[256];

	reply(f, id, "Hola");
	clock_fake_wall(NOW + 10 * US_PER_SECOND);
	assert_ok(ticket_undo(f->d, said, &r, &err));
	ticket_recalled_clear(&r);
	clock_fake_wall(NOW + US_PER_MINUTE);
	assert_ok(op_redo(f->d, said, &err));
	assert_ok(ticket_undo(f->d, said, &r, &err));
	ticket_recalled_clear(&r);
	assert_int_equal(seen(f->d, id), 0);
}

static void
recall__of_a_macro__leaves_what_went_out(void **state)
{
	struct desk_fixture *f = *state;
	struct macro_new in = {.name = "Bye",
	    .actions = "[{\"do\":\"reply\",\"text\":\"Adiós\"},"
		       "{\"do\":\"tag\",\"tag\":\"bye\"}]"};
	struct ticket_recalled r;
	struct err err = ERR_INIT;
	int64_t id = make(f), macro;
	struct ticket t;
	char said[256];

	in.operator_id = f->d->actor.id;
	assert_ok(macro_new(f->d, &in, &macro, &err));
	assert_ok(macro_run(f->d, macro, id, NULL, said, &err));
	assert_ok(ticket_undo(f->d, said, &r, &err));
	assert_string_equal(r.body, "Adiós");
	ticket_recalled_clear(&r);
	assert_int_equal(seen(f->d, id), 0);
	assert_ok(macro_run(f->d, macro, id, NULL, said, &err));
	clock_fake_wall(NOW + US_PER_MINUTE);
	assert_ok(ticket_undo(f->d, said, &r, &err));
	assert_string_equal(said,
	    "Ran the macro \"Bye\" on ticket 1; the reply stays, because it"
	    " has gone out");
	assert_int_equal(r.ticket_id, 0);
	assert_int_equal(seen(f->d, id), 1);
	assert_ok(op_redo(f->d, said, &err));
	assert_int_equal(seen(f->d, id), 1);
	assert_ok(ticket_get(f->d, id, &t, &err));
	assert_string_equal(t.tags, "bye");
	ticket_clear(&t);
}

static void
held__replies__are_not_there_for_programs(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_sweep sweep;
	struct err err = ERR_INIT;
	int64_t id = make(f);
	char token[TOKEN_SIZE];
	struct actor person;
	int64_t token_id;
	struct ticket t;

	reply(f, id, "Hola");
	person = f->d->actor;
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(
	    token_new(f->d, "t", "ticket.read", 0, token, &token_id, &err));
	assert_ok(desk_act_as_token(f->d, token, &err));
	assert_int_equal(seen(f->d, id), 0);
	clock_fake_wall(NOW + REPLY_HOLD_US);
	assert_int_equal(seen(f->d, id), 1);
	/* Then the ticket is one that changed, once. */
	desk_act_as_system(f->d, person.tenant_id);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.replied, 1);
	assert_ok(ticket_sweep(f->d, &sweep, &err));
	assert_int_equal(sweep.replied, 0);
	f->d->actor = person;
	assert_ok(ticket_get(f->d, id, &t, &err));
	assert_true(t.updated_at == NOW + REPLY_HOLD_US);
	ticket_clear(&t);
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(recall__within_its_time__gives_the_words_back),
	    CASE(recall__when_it_has_gone_out__is_refused),
	    CASE(recall__done_again__waits_again),
	    CASE(recall__of_a_macro__leaves_what_went_out),
	    CASE(held__replies__are_not_there_for_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
