/* Unit tests of db/records/teams and operators. */
#include "db/records/staff.h"
#include "db/core/op.h"
#include "tests/lib/desk_test.h"

static void
team__new_edit_list__shows_members(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct team t, *rows;
	int64_t id;
	size_t n;

	assert_ok(team_new(f->d, " Field\tservice ", &id, &err));
	assert_ok(team_get(f->d, id, &t, &err));
	assert_string_equal(t.name, "Field service");
	assert_ok(team_edit(f->d, id, t.version, "Field", &err));
	assert_ok(team_by_name(f->d, "Field", &t, &err));
	assert_int_equal(t.id, id);
	assert_ok(team_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].name, "Field");
	assert_int_equal(rows[0].members, 0);
	assert_string_equal(rows[2].name, "Support");
	assert_int_equal(rows[2].members, STAFF_ROLE_COUNT + 1);
	free(rows);
}

static void
team__name_taken_or_empty__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	assert_rc(team_new(f->d, "Support", &id, &err), OD_ECONFLICT);
	assert_rc(team_new(f->d, " \t", &id, &err), OD_EDATA);
	assert_rc(
	    team_edit(f->d, f->demo.sales, 0, "Support", &err), OD_ECONFLICT);
}

static void
team_delete__with_members__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct team t;
	int64_t id;

	assert_rc(team_delete(f->d, f->demo.support, 0, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "Support"));
	assert_ok(team_new(f->d, "Empty", &id, &err));
	assert_ok(team_delete(f->d, id, 0, &err));
	assert_rc(team_get(f->d, id, &t, &err), OD_ENOTFOUND);
	/* The name is free again. */
	assert_ok(team_new(f->d, "Empty", &id, &err));
}

static void
operator_new__wrong_values__are_refused(void **state)
{
	static const struct {
		const char *login, *lang, *zone;
		enum staff_role role;
		int rc;
	} cases[] = {
	    {"", NULL, NULL, ROLE_OPERATOR, OD_EDATA},
	    {"Ana", NULL, NULL, ROLE_OPERATOR, OD_EDATA},
	    {"ana maria", NULL, NULL, ROLE_OPERATOR, OD_EDATA},
	    {"ana", "fr", NULL, ROLE_OPERATOR, OD_EDATA},
	    {"ana", NULL, "Nowhere", ROLE_OPERATOR, OD_EDATA},
	    {"ana", NULL, NULL, STAFF_ROLE_COUNT, OD_EDATA},
	    {"operator", NULL, NULL, ROLE_OPERATOR, OD_ECONFLICT},
	};
	struct desk_fixture *f = *state;
	int64_t id;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct operator_new in = {.login = cases[i].login,
		    .lang = cases[i].lang,
		    .zone = cases[i].zone,
		    .role = cases[i].role,
		    .unix_uid = -1};
		struct err err = ERR_INIT;

		assert_rc(operator_new(f->d, &in, &id, &err), cases[i].rc);
	}
}

static void
operator_new__foreign_team__is_not_found(void **state)
{
	struct desk_fixture *f = *state;
	struct operator_new in = {
	    .login = "ana", .team_id = f->other.sales, .unix_uid = -1};
	struct err err = ERR_INIT;
	int64_t id;

	assert_rc(operator_new(f->d, &in, &id, &err), OD_ENOTFOUND);
}

static void
operator_edit__fields__are_cleaned_and_kept(void **state)
{
	struct desk_fixture *f = *state;
	struct change c[] = {{"full_name", b_text("Ana\x1b[2J Ru\u202eiz")},
	    {"unix_uid", b_int(4242)}, {"lang", b_text("es")},
	    {"team_id", b_ref(f->demo.sales)}};
	struct err err = ERR_INIT;
	struct operator o;

	assert_ok(operator_edit(f->d, f->demo.operators[0], 0, c, 4, &err));
	assert_ok(operator_by_login(f->d, "operator", &o, &err));
	assert_null(strchr(o.full_name, 0x1b));
	assert_null(strstr(o.full_name, "\u202e"));
	assert_int_equal(o.unix_uid, 4242);
	assert_string_equal(o.team_name, "Sales");
	c[1].value = b_int(-1);
	assert_ok(operator_edit(f->d, f->demo.operators[0], 0, &c[1], 1, &err));
	assert_ok(operator_get(f->d, f->demo.operators[0], &o, &err));
	assert_int_equal(o.unix_uid, -1);
}

static void
operator_edit__uid_of_another__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"unix_uid", b_int(4242)};
	struct err err = ERR_INIT;

	assert_ok(operator_edit(f->d, f->demo.mate, 0, &c, 1, &err));
	assert_rc(operator_edit(f->d, f->demo.stranger, 0, &c, 1, &err),
	    OD_ECONFLICT);
}

static void
operator_edit__enabled_or_password__are_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct change c[] = {
	    {"enabled", b_int(0)}, {"password_hash", b_text("x")}};
	struct err err = ERR_INIT;

	assert_rc(
	    operator_edit(f->d, f->demo.mate, 0, &c[0], 1, &err), OD_EDATA);
	assert_rc(
	    operator_edit(f->d, f->demo.mate, 0, &c[1], 1, &err), OD_EDATA);
}

static void
last_admin__disabled_or_demoted__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	int64_t admin = f->demo.operators[ROLE_ADMIN];
	struct change demote = {"role", b_int(ROLE_OPERATOR)};
	struct change promote = {"role", b_int(ROLE_ADMIN)};
	struct err err = ERR_INIT;
	struct operator o;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_rc(
	    operator_set_enabled(f->d, admin, 0, false, &err), OD_ECONFLICT);
	assert_rc(
	    operator_edit(f->d, admin, 0, &demote, 1, &err), OD_ECONFLICT);
	assert_ok(operator_edit(f->d, f->demo.mate, 0, &promote, 1, &err));
	assert_ok(operator_edit(f->d, admin, 0, &demote, 1, &err));
	assert_rc(operator_set_enabled(f->d, f->demo.mate, 0, false, &err),
	    OD_ECONFLICT);
	/* An administrator who is disabled does not count. */
	assert_ok(operator_edit(f->d, admin, 0, &promote, 1, &err));
	assert_ok(operator_set_enabled(f->d, admin, 0, false, &err));
	assert_rc(operator_set_enabled(f->d, f->demo.mate, 0, false, &err),
	    OD_ECONFLICT);
	assert_ok(operator_get(f->d, admin, &o, &err));
	assert_false(o.enabled);
}

static void
operator_edit__own_role__is_denied(void **state)
{
	struct desk_fixture *f = *state;
	struct change promote = {"role", b_int(ROLE_ADMIN)};
	struct change demote = {"role", b_int(ROLE_OPERATOR)};
	struct err err = ERR_INIT;

	assert_ok(operator_edit(f->d, f->demo.mate, 0, &promote, 1, &err));
	assert_rc(operator_edit(
		      f->d, f->demo.operators[ROLE_ADMIN], 0, &demote, 1, &err),
	    OD_EDENIED);
}

static void
operator__disabled__may_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *other = desk_fixture_open(f);
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(desk_act_as_operator(other, FIXTURE_TENANT, "admin", &err));
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	struct change promote = {"role", b_int(ROLE_ADMIN)};
	assert_ok(operator_edit(f->d, f->demo.mate, 0, &promote, 1, &err));
	assert_ok(operator_set_enabled(
	    f->d, f->demo.operators[ROLE_ADMIN], 0, false, &err));
	assert_rc(team_new(other, "Ghosts", &id, &err), OD_EDENIED);
	assert_rc(desk_act_as_operator(other, FIXTURE_TENANT, "admin", &err),
	    OD_ENOTFOUND);
	desk_close(&other);
}

static void
operator_json__shape__names_enums_and_times(void **state)
{
	struct desk_fixture *f = *state;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct json_out out;
	struct json *doc;
	struct operator o;

	assert_ok(operator_by_login(f->d, "supervisor", &o, &err));
	json_out_init(&out, &text);
	operator_json(&o, &out);
	assert_ok(json_parse(text.s, text.len, &json_limits_api, &doc, &err));
	assert_string_equal(json_string(doc, "role"), "supervisor");
	assert_string_equal(json_string(doc, "team_name"), "Support");
	assert_int_equal(json_type(json_get(doc, "unix_uid")), JSON_NULL);
	assert_non_null(strchr(json_string(doc, "created_at"), 'T'));
	assert_null(json_get(doc, "password_hash"));
	json_free(&doc);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(team__new_edit_list__shows_members),
	    DESK_TEST(team__name_taken_or_empty__is_refused),
	    DESK_TEST(team_delete__with_members__is_a_conflict),
	    DESK_TEST(operator_new__wrong_values__are_refused),
	    DESK_TEST(operator_new__foreign_team__is_not_found),
	    DESK_TEST(operator_edit__fields__are_cleaned_and_kept),
	    DESK_TEST(operator_edit__uid_of_another__is_a_conflict),
	    DESK_TEST(operator_edit__enabled_or_password__are_refused),
	    DESK_TEST(last_admin__disabled_or_demoted__is_a_conflict),
	    DESK_TEST(operator_edit__own_role__is_denied),
	    DESK_TEST(operator__disabled__may_nothing),
	    DESK_TEST(operator_json__shape__names_enums_and_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
