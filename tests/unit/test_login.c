/* Logging in and confirming: what is asked for, counted and kept. */
#include "common/clock.h"
#include "common/seal.h"
#include "common/totp.h"
#include "db/core/op.h"
#include "db/records/login.h"
#include "db/records/staff.h"
#include "db/records/webhooks.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/engine.h"
#include "tui/cli/cli_doctor.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define RIGHT "casi tres gatos"

static int64_t
number(struct desk_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n, sql, NO_BINDS, &err));
	return n;
}

#define AUDITED(operation, result)                                             \
	"SELECT count(*) FROM audit WHERE operation = '" operation             \
	"' AND result = " result

static void
give_password(struct desk_fixture *f)
{
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(operator_set_password(
	    f->d, f->demo.operators[ROLE_OPERATOR], RIGHT, &err));
}

static int
try_login(struct desk_fixture *f, const char *login, const char *password,
    const char *code, const char *source)
{
	struct login_given g = {FIXTURE_TENANT, login, password, code, source};
	struct err err = ERR_INIT;
	bool wants_code;
	int rc = login_run(f->d, &g, &wants_code, &err);

	assert_int_equal(rc != 0, err.text[0] != '\0');
	return wants_code ? OD_ECANCEL : rc;
}

static void
login__right__acts_with_own_rights(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	give_password(f);
	f->d->single_user = true;
	assert_int_equal(try_login(f, "operator", RIGHT, "", "here"), 0);
	assert_int_equal(f->d->actor.id, f->demo.operators[ROLE_OPERATOR]);
	assert_int_equal(f->d->actor.kind, ACTOR_OPERATOR);
	assert_ok(op_may(f->d, OP_TICKET_NEW, 0, &err));
	assert_rc(op_may(f->d, OP_OPERATOR_NEW, 0, &err), OD_EDENIED);
	assert_int_equal(number(f, AUDITED("login", "0")), 1);
	assert_int_equal(number(f, AUDITED("login", "1")), 0);
}

/* The same sentence, and nobody acts afterwards. */
static void
login__wrong_in_any_way__is_one_refusal(void **state)
{
	static const char *const cases[][2] = {{"operator", "not that one"},
	    {"operator", ""}, {"nobody", RIGHT}, {"mate", RIGHT}, {"mate", ""},
	    {"stranger", RIGHT}, {"", ""},
	    {"a name that is much longer than any login may ever be", RIGHT}};
	struct desk_fixture *f = *state;
	char first[ERR_TEXT_SIZE] = "";

	give_password(f);
	assert_int_equal(
	    operator_set_password(f->d, f->demo.stranger, RIGHT, NULL), 0);
	assert_int_equal(
	    operator_set_enabled(f->d, f->demo.stranger, 0, false, NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct login_given g = {FIXTURE_TENANT, cases[i][0],
		    cases[i][1], NULL, cases[i][0]};
		struct err err = ERR_INIT;
		bool wants_code;
		int64_t before = number(f, AUDITED("login", "1"));

		assert_rc(login_run(f->d, &g, &wants_code, &err), OD_EDENIED);
		if (i == 0)
			str_copy(first, sizeof(first), err.text);
		assert_string_equal(err.text, first);
		assert_int_equal(number(f, AUDITED("login", "1")), before + 1);
		for (int id = 0; id < OP_COUNT; id++)
			assert_rc(
			    op_may(f->d, (enum op_id)id, 0, &err), OD_EDENIED);
	}
}

static void
tries__from_the_fifth_on__wait_longer_never_for_ever(void **state)
{
	struct desk_fixture *f = *state;
	int64_t waited = 0;

	give_password(f);
	clock_fake_wall(1795255020 * US_PER_SECOND);
	for (int i = 0; i < 5; i++)
		assert_int_equal(
		    try_login(f, "operator", "wrong", "", "here"), OD_EDENIED);
	for (int i = 0; i < 14; i++) {
		int64_t before = waited;

		/* Also the right one has to wait, from anywhere. */
		while (try_login(f, "operator", RIGHT "x", "", "there") ==
		       OD_ELIMIT) {
			waited += US_PER_SECOND;
			clock_fake_wall(1795255020 * US_PER_SECOND + waited);
			assert_true(waited - before <= 901 * US_PER_SECOND);
		}
		assert_true(waited - before >= US_PER_SECOND);
	}
	clock_fake_wall(
	    1795255020 * US_PER_SECOND + waited + 901 * US_PER_SECOND);
	assert_int_equal(try_login(f, "operator", RIGHT, "", "here"), 0);
	/* All is forgotten then. */
	assert_int_equal(
	    try_login(f, "operator", "wrong", "", "here"), OD_EDENIED);
	assert_int_equal(try_login(f, "operator", RIGHT, "", "here"), 0);
	clock_fake_wall(0);
}

static void
tries__over_many_names__wait_by_their_source(void **state)
{
	struct desk_fixture *f = *state;
	char name[16];

	give_password(f);
	clock_fake_wall(1795255020 * US_PER_SECOND);
	for (int i = 0; i < 5; i++) {
		str_format(name, sizeof(name), "guess%d", i);
		assert_int_equal(
		    try_login(f, name, "wrong", "", "there"), OD_EDENIED);
	}
	assert_int_equal(
	    try_login(f, "operator", RIGHT, "", "there"), OD_ELIMIT);
	assert_int_equal(try_login(f, "operator", RIGHT, "", "here"), 0);
	/* A clock that was set back does not lock anybody out. */
	clock_fake_wall(1000 * US_PER_SECOND);
	assert_int_equal(
	    try_login(f, "operator", RIGHT, "", "there"), OD_ELIMIT);
	clock_fake_wall(1795255020 * US_PER_SECOND + 2 * US_PER_SECOND);
	assert_int_equal(try_login(f, "operator", RIGHT, "", "there"), 0);
	clock_fake_wall(0);
}

static void
generator(struct desk_fixture *f, uint8_t secret[TOTP_SECRET_SIZE])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	struct str url = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;
	uint64_t bits = 0;
	int have = 0, n = 0;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(operator_set_totp(
	    f->d, f->demo.operators[ROLE_OPERATOR], &url, &text, &err));
	assert_non_null(strstr(url.s, text.s));
	for (size_t i = 0; i < text.len; i++) {
		bits = bits << 5 |
		       (uint64_t)(strchr(letters, text.s[i]) - letters);
		if ((have += 5) >= 8)
			secret[n++] = (uint8_t)(bits >> (have -= 8));
	}
	assert_int_equal(n, TOTP_SECRET_SIZE);
	str_free(&url);
	str_free(&text);
}

static void
code__after_the_password__works_once(void **state)
{
	const int64_t now = 1795255020;
	struct desk_fixture *f = *state;
	uint8_t secret[TOTP_SECRET_SIZE];
	char code[TOTP_CODE_SIZE], old[TOTP_CODE_SIZE];

	give_password(f);
	generator(f, secret);
	clock_fake_wall(now * US_PER_SECOND);
	totp_code(secret, now / 30, code);
	totp_code(secret, now / 30 - 2, old);
	assert_int_equal(try_login(f, "operator", RIGHT, "", "a"), OD_ECANCEL);
	/* Who has not the password is not told of the code. */
	assert_int_equal(
	    try_login(f, "operator", "wrong", "", "b"), OD_EDENIED);
	assert_int_equal(
	    try_login(f, "operator", "wrong", code, "c"), OD_EDENIED);
	assert_int_equal(try_login(f, "operator", RIGHT, old, "d"), OD_EDENIED);
	assert_int_equal(try_login(f, "operator", RIGHT, code, "e"), 0);
	assert_int_equal(
	    try_login(f, "operator", RIGHT, code, "f"), OD_EDENIED);
	/* Also not to confirm with, at once. */
	f->d->stepped_up_us = 0;
	clock_fake_wall((now + 60) * US_PER_SECOND);
	totp_code(secret, now / 30 + 2, code);
	assert_int_equal(try_login(f, "operator", RIGHT, code, "g"), 0);
	assert_int_equal(login_confirm(f->d, code, NULL), OD_EDENIED);
	clock_fake_wall(0);
}

static void
code__sealed_for_its_row__opens_nowhere_else(void **state)
{
	struct desk_fixture *f = *state;
	uint8_t secret[TOTP_SECRET_SIZE];
	struct err err = ERR_INIT;
	char code[TOTP_CODE_SIZE];
	struct stat st;

	give_password(f);
	generator(f, secret);
	assert_int_equal(stat(f->d->seal_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_ok(operator_set_password(f->d, f->demo.mate, RIGHT, &err));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE operators SET totp_sealed = (SELECT o.totp_sealed FROM"
	    " operators o WHERE o.tenant_id = $1 AND o.id = $2)"
	    " WHERE tenant_id = $1 AND id = $3",
	    BINDS(b_int(f->demo.id), b_int(f->demo.operators[ROLE_OPERATOR]),
		b_int(f->demo.mate)),
	    NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	totp_code(secret, clock_wall_us() / US_PER_SECOND / 30, code);
	assert_int_equal(try_login(f, "mate", RIGHT, code, "a"), OD_EDATA);
}

struct told {
	char text[ERR_TEXT_SIZE];
	enum finding finding;
};

static void
tell(const char *check, enum finding finding, const char *text, void *data)
{
	struct told *t = data;

	(void)check;
	t->finding = finding;
	str_copy(t->text, sizeof(t->text), text);
}

/* What doctor says of the key begins so. */
static void
assert_told(struct desk_fixture *f, enum finding finding, const char *begin)
{
	struct told t = {.text = ""};

	doctor__sealed(f->d, tell, &t);
	assert_int_equal(t.finding, finding);
	if (strncmp(t.text, begin, strlen(begin)) != 0)
		fail_msg("%s", t.text);
}

static void
key__gone_or_anothers__doctor_says_so(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = {.name = "crm",
	    .url = "https://crm.example/x",
	    .events = "company.created",
	    .kind = WEBHOOK_STANDARD,
	    .is_private = -1};
	enum finding bad =
	    engine_is_postgres() ? FINDING_WARNING : FINDING_FAULT;
	uint8_t secret[TOTP_SECRET_SIZE], key[SEAL_KEY_SIZE];
	char hook_secret[WEBHOOK_SECRET_MAX], aside[600];
	struct err err = ERR_INIT;
	int64_t id;

	assert_told(f, FINDING_FINE, "");
	give_password(f);
	generator(f, secret);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(webhook_new(f->d, &in, &id, hook_secret, &err));
	assert_told(f, FINDING_FINE, "The key in ");
	str_format(aside, sizeof(aside), "%s.aside", f->d->seal_path);
	assert_int_equal(rename(f->d->seal_path, aside), 0);
	assert_told(f, bad, "The key of code generators and webhooks is not");
	assert_ok(seal_key(f->d->seal_path, true, key, &err));
	assert_told(f, bad, "Of 2 secrets of code generators and webhooks 2 ");
	assert_int_equal(rename(aside, f->d->seal_path), 0);
	assert_told(f, FINDING_FINE, "The key in ");
}

static void
confirm__by_what_one_has__opens_for_a_while(void **state)
{
	struct desk_fixture *f = *state;
	enum login_proof proof;
	struct err err = ERR_INIT;
	int64_t id, admin = f->demo.operators[ROLE_ADMIN];

	f->d->stepped_up_us = 0;
	f->d->takes_part = false; /* as if it were his own Unix user */
	assert_rc(team_new(f->d, "Night", &id, &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
	assert_ok(login_proof(f->d, &proof, &err));
	assert_int_equal(proof, PROOF_TYPED);
	assert_rc(login_confirm(f->d, "yes", &err), OD_EDENIED);
	assert_ok(login_confirm(f->d, "admin", &err));
	assert_ok(team_new(f->d, "Night", &id, &err));
	/* Where the desk is another one's there is nothing to confirm with. */
	f->d->stepped_up_us = 0;
	f->d->owned = false;
	assert_ok(login_proof(f->d, &proof, &err));
	assert_int_equal(proof, PROOF_NONE);
	assert_rc(login_confirm(f->d, "admin", &err), OD_EDENIED);
	/* But one's own first password needs no other. */
	assert_ok(operator_set_password(f->d, admin, RIGHT, &err));
	assert_rc(
	    operator_set_password(f->d, admin, RIGHT "!", &err), OD_EDENIED);
	assert_true(f->d->wants_step_up);
	assert_ok(login_proof(f->d, &proof, &err));
	assert_int_equal(proof, PROOF_PASSWORD);
	assert_rc(login_confirm(f->d, "admin", &err), OD_EDENIED);
	assert_int_equal(number(f, AUDITED("login.step_up", "1")), 1);
	assert_ok(login_confirm(f->d, RIGHT, &err));
	assert_int_equal(number(f, AUDITED("login.step_up", "0")), 2);
	assert_ok(team_new(f->d, "Day", &id, &err));
}

/* Else nobody could help an administrator who forgot his password. */
static void
confirm__part_of_another__asks_for_no_password(void **state)
{
	struct desk_fixture *f = *state;
	int64_t admin = f->demo.operators[ROLE_ADMIN];
	enum login_proof proof;
	struct err err = ERR_INIT;

	assert_ok(operator_set_password(f->d, admin, RIGHT, &err));
	assert_ok(desk_act_as_operator(f->d, FIXTURE_TENANT, "admin", &err));
	assert_ok(login_proof(f->d, &proof, &err));
	assert_int_equal(proof, PROOF_TYPED);
	assert_ok(login_confirm(f->d, "admin", &err));
	assert_ok(operator_set_password(f->d, admin, "", &err));
}

static void
part__of_another__is_the_owners_alone(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	f->d->owned = false;
	assert_rc(desk_act_as_operator(f->d, FIXTURE_TENANT, "admin", &err),
	    OD_EDENIED);
	assert_false(f->d->wants_login); /* nobody has a password */
	f->d->owned = true;
	give_password(f);
	f->d->owned = false;
	assert_rc(desk_act_as_operator(f->d, FIXTURE_TENANT, "admin", &err),
	    OD_EDENIED);
	assert_true(f->d->wants_login);
}

static void
required__by_unix_user__is_asked_for_all_the_same(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"unix_uid", b_int((int64_t)getuid())};
	int64_t id = f->demo.operators[ROLE_OPERATOR];
	struct err err = ERR_INIT;

	assert_ok(operator_edit(f->d, id, 0, &c, 1, &err));
	assert_rc(
	    operator_set_login_required(f->d, id, true, &err), OD_ECONFLICT);
	give_password(f);
	assert_ok(operator_set_login_required(f->d, id, true, &err));
	assert_rc(
	    desk_act_as_operator(f->d, FIXTURE_TENANT, NULL, &err), OD_EDENIED);
	assert_true(f->d->wants_login);
	assert_int_equal(try_login(f, "operator", RIGHT, "", "a"), 0);
	/* Without a password he would be locked out, so that goes with it. */
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(operator_set_password(f->d, id, "", &err));
	assert_ok(desk_act_as_operator(f->d, FIXTURE_TENANT, NULL, &err));
	assert_int_equal(f->d->actor.id, id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(login__right__acts_with_own_rights),
	    DESK_TEST(login__wrong_in_any_way__is_one_refusal),
	    DESK_TEST(tries__from_the_fifth_on__wait_longer_never_for_ever),
	    DESK_TEST(tries__over_many_names__wait_by_their_source),
	    DESK_TEST(code__after_the_password__works_once),
	    DESK_TEST(code__sealed_for_its_row__opens_nowhere_else),
	    DESK_TEST(key__gone_or_anothers__doctor_says_so),
	    DESK_TEST(confirm__by_what_one_has__opens_for_a_while),
	    DESK_TEST(confirm__part_of_another__asks_for_no_password),
	    DESK_TEST(part__of_another__is_the_owners_alone),
	    DESK_TEST(required__by_unix_user__is_asked_for_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
