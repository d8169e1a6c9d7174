/*
 * Unit tests of db/records/views: whose saved views are seen and changed by
 * whom, what one may hold, and whose number key it is.
 *
 * Turned red by: a list without the condition on owners, a number key that two
 * views keep, a team's view found before the own one.
 */
#include "db/core/op.h"
#include "db/records/views.h"
#include "tests/lib/desk_test.h"
#include <stdlib.h>

static int64_t
make(struct desk_fixture *f, const char *login, const char *name, int slot,
    int64_t operator_id, int64_t team_id)
{
	struct view_new in = {.name = name,
	    .filter = "is:free",
	    .slot = slot,
	    .operator_id = operator_id,
	    .team_id = team_id};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(view_new(f->d, &in, &id, &err));
	return id;
}

/* Names and number keys, as "a;b 7;". */
static void
assert_listed(struct desk_fixture *f, const char *login, bool at_hand,
    const char *expected)
{
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	struct view *rows;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, login);
	assert_ok(view_list(f->d, at_hand, &rows, &n, &err));
	for (size_t i = 0; i < n; i++) {
		str_add(&got, rows[i].name);
		if (rows[i].slot != 0)
			str_addf(&got, " %d", rows[i].slot);
		str_add(&got, ";");
	}
	free(rows);
	assert_string_equal(got.s, expected);
	str_free(&got);
}

static void
views__of_everybody__are_seen_by_whom_they_belong_to(void **state)
{
	struct desk_fixture *f = *state;
	const struct fixture_tenant *t = &f->demo;

	(void)make(f, "admin", "any", 7, 0, 0);
	(void)make(f, "supervisor", "support", 7, 0, t->support);
	(void)make(f, "admin", "sales", 0, 0, t->sales);
	(void)make(f, "operator", "one", 7, t->operators[ROLE_OPERATOR], 0);
	(void)make(f, "mate", "two", 8, t->mate, 0);

	assert_listed(f, "operator", false, "one 7;support 7;any 7;");
	assert_listed(f, "mate", true, "two 8;support 7;any 7;");
	assert_listed(f, "stranger", true, "sales;any 7;");
	assert_listed(f, "admin", false, "one 7;two 8;sales;support 7;any 7;");
	assert_listed(f, "admin", true, "support 7;any 7;");
}

static void
view_new__out_of_reach__is_denied(void **state)
{
	struct desk_fixture *f = *state;
	const struct fixture_tenant *t = &f->demo;
	const struct {
		const char *login;
		int64_t operator_id, team_id;
		int rc;
	} cases[] = {
	    {"operator", 0, 0, OD_EDENIED},
	    {"operator", 0, t->support, OD_EDENIED},
	    {"operator", t->mate, 0, OD_EDENIED},
	    {"supervisor", 0, t->sales, OD_EDENIED},
	    {"supervisor", 0, t->support, 0},
	    {"auditor", t->operators[ROLE_AUDITOR], 0, OD_EDENIED},
	    {"admin", 0, f->other.support, OD_ENOTFOUND},
	    {"admin", f->other.mate, 0, OD_ENOTFOUND},
	    {"admin", t->mate, t->support, OD_EDATA},
	    {"admin", 0, 0, 0},
	};
	struct err err = ERR_INIT;
	int64_t id;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct view_new in = {.name = "v",
		    .operator_id = cases[i].operator_id,
		    .team_id = cases[i].team_id};

		desk_fixture_act(f, FIXTURE_TENANT, cases[i].login);
		assert_rc(view_new(f->d, &in, &id, &err), cases[i].rc);
	}
}

static void
view__bad_data__is_refused(void **state)
{
	static const struct view_new cases[] = {
	    {.name = ""},
	    {.name = " \t"},
	    {.name = "active"},
	    {.name = "a name that is longer than forty letters are"},
	    {.name = "v", .filter = "colour:red"},
	    {.name = "v", .filter = "state:nowhere"},
	    {.name = "v", .ordering = "size"},
	    {.name = "v", .columns = "number;subject"},
	    {.name = "v", .slot = 10},
	    {.name = "v", .slot = -1},
	};
	struct desk_fixture *f = *state;
	int64_t id = make(f, "admin", "good", 1, 0, 0);
	struct err err = ERR_INIT;
	struct view v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct view_new *in = &cases[i];
		struct change c[] = {{"name", b_text(in->name)},
		    {"filter", b_text(in->filter ? in->filter : "")},
		    {"ordering", b_text(in->ordering ? in->ordering : "")},
		    {"columns", b_text(in->columns ? in->columns : "")},
		    {"slot", b_int(in->slot)}};
		int64_t other;

		assert_rc(view_new(f->d, in, &other, &err), OD_EDATA);
		assert_rc(view_edit(f->d, id, 0, c, 5, &err), OD_EDATA);
	}
	assert_ok(view_get(f->d, id, &v, &err));
	assert_string_equal(v.name, "good");
	assert_string_equal(v.filter, "is:free");
	assert_rc(
	    view_edit(f->d, id, 0,
		&(struct change){"team_id", b_int(f->demo.sales)}, 1, &err),
	    OD_EDATA);
	assert_rc(view_edit(f->d, id, 7,
		      &(struct change){"name", b_text("better")}, 1, &err),
	    OD_ECONFLICT);
}

/* The key goes to the newer one, and back by one undo. */
static void
view_slot__given_again__leaves_the_other(void **state)
{
	struct desk_fixture *f = *state;
	int64_t me = f->demo.operators[ROLE_OPERATOR], id;
	struct change c = {"slot", b_int(8)};
	struct err err = ERR_INIT;
	char sentence[256];

	(void)make(f, "admin", "any", 7, 0, 0);
	(void)make(f, "operator", "a", 7, me, 0);
	id = make(f, "operator", "b", 7, me, 0);
	assert_listed(f, "operator", true, "a;b 7;any 7;");
	(void)make(f, "operator", "c", 8, me, 0);
	assert_ok(view_edit(f->d, id, 0, &c, 1, &err));
	assert_listed(f, "operator", true, "a;b 8;c;any 7;");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_listed(f, "operator", true, "a;b 7;c 8;any 7;");
	c = (struct change){"name", b_text("Á")};
	assert_rc(view_edit(f->d, id, 0, &c, 1, &err), OD_ECONFLICT);
	c = (struct change){"name", b_text("Any")};
	assert_ok(view_edit(f->d, id, 0, &c, 1, &err));
	c = (struct change){"name", b_text("ANY")};
	assert_ok(view_edit(f->d, id, 0, &c, 1, &err));
}

static void
view_find__of_several__is_the_nearest(void **state)
{
	struct desk_fixture *f = *state;
	int64_t all = make(f, "admin", "Urgentes", 7, 0, 0);
	int64_t team = make(f, "admin", "urgentes", 8, 0, f->demo.support);
	struct err err = ERR_INIT;
	char word[24];
	struct view v;
	int64_t own;

	str_format(word, sizeof(word), "%lld", (long long)all);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(view_find(f->d, "URGENTES", &v, &err));
	assert_int_equal(v.id, team);
	assert_ok(view_find(f->d, word, &v, &err));
	assert_int_equal(v.id, all);
	assert_rc(view_find(f->d, "999999", &v, &err), OD_ENOTFOUND);
	assert_rc(view_find(f->d, "nothing", &v, &err), OD_ENOTFOUND);
	own = make(f, "operator", word, 8, f->demo.operators[ROLE_OPERATOR], 0);
	assert_ok(view_find(f->d, word, &v, &err));
	assert_int_equal(v.id, own);
}

static void
view__that_one_does_not_see__is_not_there(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"slot", b_int(1)};
	int64_t id = make(f, "mate", "own", 0, f->demo.mate, 0);
	struct err err = ERR_INIT;
	struct view v;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(view_get(f->d, id, &v, &err), OD_ENOTFOUND);
	assert_rc(view_edit(f->d, id, 0, &c, 1, &err), OD_ENOTFOUND);
	assert_rc(view_delete(f->d, id, 0, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(view_get(f->d, id, &v, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(view_delete(f->d, id, 1, &err));
	assert_rc(view_get(f->d, id, &v, &err), OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(views__of_everybody__are_seen_by_whom_they_belong_to),
	    DESK_TEST(view_new__out_of_reach__is_denied),
	    DESK_TEST(view__bad_data__is_refused),
	    DESK_TEST(view_slot__given_again__leaves_the_other),
	    DESK_TEST(view_find__of_several__is_the_nearest),
	    DESK_TEST(view__that_one_does_not_see__is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
