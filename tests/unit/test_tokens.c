/* Unit tests of db/records/tokens and idempotency. */
#include "db/records/tokens.h"
#include "common/clock.h"
#include "common/digest.h"
#include "db/core/op.h"
#include "db/records/mobile.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"

static void
token__issued__acts_within_its_scopes(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "x"};
	struct ticket_filter filter = {.state = -1};
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE];
	int64_t id, ticket, number;
	struct ticket *rows;
	size_t n;

	assert_ok(token_new(
	    f->d, "ERP", " ticket.new,, ticket.read", 0, token, &id, &err));
	assert_int_equal(strlen(token), TOKEN_SIZE - 1);
	assert_ok(desk_act_as_token(f->d, token, &err));
	assert_int_equal(f->d->actor.tenant_id, f->demo.id);
	assert_ok(ticket_new(f->d, &in, &ticket, &number, &err));
	assert_ok(ticket_list(f->d, &filter, NULL, &rows, &n, &err));
	assert_int_equal(n, 1);
	ticket_list_free(&rows, n);
	assert_rc(ticket_delete(f->d, ticket, 0, &err), OD_EDENIED);
	token[10] = token[10] == '0' ? '1' : '0';
	assert_rc(desk_act_as_token(f->d, token, &err), OD_EDENIED);
}

static void
token__stored__is_only_a_hash(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE], hash[SHA256_HEX_SIZE], *stored;
	struct token *rows;
	int64_t id;
	size_t n;

	assert_ok(token_new(f->d, "ERP", "ticket.*", 0, token, &id, &err));
	assert_ok(db_text(f->d->db, &stored,
	    "SELECT hash FROM tokens WHERE id = $1", BINDS(b_int(id)), &err));
	sha256_hex(token, strlen(token), hash);
	assert_string_equal(stored, hash);
	free(stored);
	assert_ok(token_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].hint, token + TOKEN_SIZE - 5);
	assert_string_equal(rows[0].scopes, "ticket.*");
	free(rows);
}

static void
token__revoked_or_expired__opens_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "x"};
	struct err err = ERR_INIT;
	char first[TOKEN_SIZE], second[TOKEN_SIZE];
	int64_t id, id2, ticket, number;
	struct desk *d;

	clock_fake_wall(1000 * US_PER_DAY);
	assert_ok(token_new(f->d, "a", "*", 0, first, &id, &err));
	assert_ok(
	    token_new(f->d, "b", "*", 1001 * US_PER_DAY, second, &id2, &err));
	assert_rc(
	    token_new(f->d, "c", "*", 999 * US_PER_DAY, second, &ticket, &err),
	    OD_EDATA);
	d = desk_fixture_open(f);
	assert_ok(desk_act_as_token(d, first, &err));
	assert_ok(token_revoke(f->d, id, &err));
	/* At once, also for whoever is in already. */
	assert_rc(ticket_new(d, &in, &ticket, &number, &err), OD_EDENIED);
	assert_rc(desk_act_as_token(d, first, &err), OD_EDENIED);
	assert_ok(
	    token_new(f->d, "b", "*", 1001 * US_PER_DAY, second, &id2, &err));
	assert_ok(desk_act_as_token(d, second, &err));
	clock_fake_advance(2 * US_PER_DAY);
	assert_rc(ticket_new(d, &in, &ticket, &number, &err), OD_EDENIED);
	clock_fake_wall(0);
	desk_close(&d);
}

static void
token_new__wrong_scopes__are_refused(void **state)
{
	static const char *const wrong[] = {"", " , ", "ticket.fly",
	    "tickets.*", "tenant.new", "message.receive", "ticket.",
	    "TICKET.NEW"};
	struct desk_fixture *f = *state;
	char token[TOKEN_SIZE];
	int64_t id;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = ERR_INIT;

		assert_rc(token_new(f->d, "x", wrong[i], 0, token, &id, &err),
		    OD_EDATA);
	}
	struct err err = ERR_INIT;

	assert_rc(
	    token_new(f->d, "\u200b", "*", 0, token, &id, &err), OD_EDATA);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(token_new(f->d, "x", "*", 0, token, &id, &err), OD_EDENIED);
	assert_int_equal(token[0], 0);
}

static void
token_revoke__of_others__is_not_found(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE];
	int64_t id;

	assert_ok(token_new(f->d, "x", "*", 0, token, &id, &err));
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(token_revoke(f->d, id, &err), OD_ENOTFOUND);
}

static void
idempotency__same_request__gives_the_kept_answer(void **state)
{
	struct desk_fixture *f = *state;
	struct idempotent kept;
	struct err err = ERR_INIT;

	assert_ok(idempotency_find(f->d, "k1", "h1", &kept, &err));
	assert_int_equal(kept.status, 0);
	assert_ok(idempotency_keep(f->d, "k1", "h1", 201, "{\"id\":1}", &err));
	assert_ok(idempotency_find(f->d, "k1", "h1", &kept, &err));
	assert_int_equal(kept.status, 201);
	assert_string_equal(kept.response, "{\"id\":1}");
	free(kept.response);
	assert_rc(idempotency_find(f->d, "k1", "h2", &kept, &err), OD_EDATA);
	assert_rc(
	    idempotency_keep(f->d, "k1", "h1", 201, "{}", &err), OD_ECONFLICT);
	assert_rc(idempotency_find(f->d, "", "h2", &kept, &err), OD_EDATA);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_ok(idempotency_find(f->d, "k1", "h2", &kept, &err));
	assert_int_equal(kept.status, 0);
}

static void
idempotency_keep__in_a_batch__goes_with_the_effect(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "x"};
	struct ticket_filter filter = {.state = -1};
	struct idempotent kept;
	struct err err = ERR_INIT;
	int64_t id, number;
	int count;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	assert_ok(idempotency_keep(f->d, "k", "h", 201, "{}", &err));
	/* The commit fails: neither is there. */
	db_fail_after(f->d->db, 1, OD_EIO);
	assert_rc(db_batch_end(f->d, &err), OD_EIO);
	db_fail_after(f->d->db, 0, 0);
	assert_ok(idempotency_find(f->d, "k", "h", &kept, &err));
	assert_int_equal(kept.status, 0);
	assert_ok(ticket_count(f->d, &filter, 10, &count, &err));
	assert_int_equal(count, 0);
}

static void
token_used__within_a_minute__is_noted_once(void **state)
{
	const int64_t t0 = 1795000000000000LL;
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char token[TOKEN_SIZE];
	struct token *rows;
	bool noted;
	int64_t id;
	size_t n;

	clock_fake_wall(t0);
	assert_ok(token_new(f->d, "ERP", "*", 0, token, &id, &err));
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(token_is_noted(f->d, id, &noted, &err));
	assert_false(noted);
	assert_ok(token_used(f->d, id, &err));
	assert_ok(token_is_noted(f->d, id, &noted, &err));
	assert_true(noted);
	clock_fake_wall(t0 + 59 * US_PER_SECOND);
	assert_ok(token_used(f->d, id, &err));
	assert_ok(token_list(f->d, &rows, &n, &err));
	assert_int_equal(rows[0].last_used_us, t0);
	free(rows);
	clock_fake_wall(t0 + 60 * US_PER_SECOND);
	assert_ok(token_is_noted(f->d, id, &noted, &err));
	assert_false(noted);
	assert_ok(token_used(f->d, id, &err));
	assert_ok(token_list(f->d, &rows, &n, &err));
	assert_int_equal(rows[0].last_used_us, t0 + 60 * US_PER_SECOND);
	free(rows);
	clock_fake_wall(0);
}

/* Turned red by: codes and sessions that stay when they are over. */
static void
mobile_code_new__clears_away__ones_own_that_are_over(void **state)
{
	static const char count[] =
	    "SELECT count(*) FROM tokens WHERE tenant_id = $1";
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char code[MOBILE_CODE_SIZE];
	int64_t until, n;

	clock_fake_wall(INT64_C(1790000000000000));
	assert_ok(mobile_code_new(f->d, code, &until, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(mobile_code_new(f->d, code, &until, &err));
	assert_ok(mobile_code_new(f->d, code, &until, &err));
	assert_ok(db_int(f->d->db, &n, count, BINDS(b_int(f->demo.id)), &err));
	assert_int_equal(n, 3);
	clock_fake_advance(MOBILE_CODE_MINUTES * US_PER_MINUTE);
	assert_ok(mobile_code_new(f->d, code, &until, &err));
	assert_ok(db_int(f->d->db, &n, count, BINDS(b_int(f->demo.id)), &err));
	assert_int_equal(n, 2);
	clock_fake_wall(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(token__issued__acts_within_its_scopes),
	    DESK_TEST(token__stored__is_only_a_hash),
	    DESK_TEST(token__revoked_or_expired__opens_nothing),
	    DESK_TEST(token_used__within_a_minute__is_noted_once),
	    DESK_TEST(token_new__wrong_scopes__are_refused),
	    DESK_TEST(token_revoke__of_others__is_not_found),
	    DESK_TEST(mobile_code_new__clears_away__ones_own_that_are_over),
	    DESK_TEST(idempotency__same_request__gives_the_kept_answer),
	    DESK_TEST(idempotency_keep__in_a_batch__goes_with_the_effect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
