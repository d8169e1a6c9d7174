/*
 * A call or a guide session is found by the beginning of its name: by four
 * digits and more, when no other one of the same kind and tenant begins so.
 *
 * Turned red by: a beginning of two records that gives the first, one of three
 * digits, one that finds what is deleted or another tenant's.
 */
#include "db/records/calls.h"
#include "db/records/guide_sessions.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"

#define ONE "abcd0000000000000000000000000000"
#define TWO "abcdf000000000000000000000000000"

static int
find_call(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	struct call c;
	int rc = call_by_name(d, name, &c, err);

	*id = c.id;
	call_clear(&c);
	return rc;
}

static int
find_session(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	struct guide_session s;
	int rc = guide_session_by_name(d, name, &s, err);

	*id = s.id;
	guide_session_clear(&s);
	return rc;
}

static int64_t
new_call(struct desk_fixture *f)
{
	const struct call_new in = {.direction = CALL_IN, .number = "600"};
	const struct call_close closed = {.disposition = "o"};
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_ok(call_answer(f->d, id, &err));
	assert_ok(call_end(f->d, id, &err));
	assert_ok(call_close(f->d, id, &closed, &err));
	return id;
}

static int64_t
new_session(struct desk_fixture *f)
{
	struct guide_session_new in = {.lang = "es", .step = 1};
	struct err err = ERR_INIT;
	int64_t id;

	guide_data_make(f, "vpn_fails", "{}", &in.knowledge_id, &in.version_id);
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	return id;
}

struct kind {
	int (*find)(struct desk *, const char *, int64_t *, struct err *);
	int64_t (*make)(struct desk_fixture *);
	const char *name_sql, *delete_sql, *none, *several;
};

static void
exec(
    struct desk_fixture *f, const char *sql, const struct bind *binds, size_t n)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, sql, binds, n, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static void
check(struct desk_fixture *f, const struct kind *k)
{
	struct err err = ERR_INIT;
	int64_t one, two, id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	one = k->make(f);
	two = k->make(f);
	exec(f, k->name_sql, BINDS(b_text(ONE), b_int(one)));
	exec(f, k->name_sql, BINDS(b_text(TWO), b_int(two)));
	assert_ok(k->find(f->d, ONE, &id, &err));
	assert_int_equal(id, one);
	assert_ok(k->find(f->d, "abcd0", &id, &err));
	assert_int_equal(id, one);
	assert_ok(k->find(f->d, "abcdf", &id, &err)); /* the last digit */
	assert_int_equal(id, two);
	assert_rc(k->find(f->d, "abcd", &id, &err), OD_EDATA);
	assert_string_equal(err.text, k->several);
	exec(f, k->delete_sql, BINDS(b_int(two)));
	assert_ok(k->find(f->d, "abcd", &id, &err));
	assert_int_equal(id, one);
	assert_rc(k->find(f->d, "abcdf", &id, &err), OD_ENOTFOUND);
	assert_string_equal(err.text, k->none);
	assert_rc(k->find(f->d, "abc", &id, &err), OD_ENOTFOUND);
	assert_rc(k->find(f->d, ONE "0", &id, &err), OD_ENOTFOUND);
	assert_rc(k->find(f->d, "abcd%", &id, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_rc(k->find(f->d, ONE, &id, &err), OD_ENOTFOUND);
}

static void
name__begins_a_call__finds_the_only_one(void **state)
{
	static const struct kind calls = {find_call, new_call,
	    "UPDATE calls SET name = $1 WHERE id = $2",
	    "UPDATE calls SET deleted_at = 1 WHERE id = $1",
	    "There is no such call",
	    "More than one call begins with that; write more of its name"};

	check(*state, &calls);
}

static void
name__begins_a_session__finds_the_only_one(void **state)
{
	static const struct kind sessions = {find_session, new_session,
	    "UPDATE guide_sessions SET name = $1 WHERE id = $2",
	    "UPDATE guide_sessions SET deleted_at = 1 WHERE id = $1",
	    "There is no such guide session",
	    "More than one session begins with that; write more of its name"};

	check(*state, &sessions);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(name__begins_a_call__finds_the_only_one),
	    DESK_TEST(name__begins_a_session__finds_the_only_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
