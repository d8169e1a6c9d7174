/* What waits for a second person, on the System screen and in My day. */
#include "db/records/approvals.h"
#include "db/records/retention.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "tests/lib/console_test.h"

static void
must(int rc, const struct err *err)
{
	if (rc != 0)
		fail_msg("%d %s", rc, err->text);
}

/* Berta proposes, who may; the last of them is decided already. */
static void
seed(struct console_fixture *f)
{
	struct operator_new in = {.login = "berta",
	    .full_name = "Berta Ríos",
	    .role = ROLE_ADMIN,
	    .unix_uid = -1};
	struct err err = ERR_INIT;
	int64_t id, contact, refused;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	must(operator_new(f->desk.d, &in, &id, &err), &err);
	contact = desk_fixture_contact(&f->desk, console_hostile, "");
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 50 * US_PER_MINUTE);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "berta");
	assert_int_equal(hold_place(f->desk.d, RECORD_CONTACT, contact,
			     "El juzgado pidió los mensajes", &err),
	    OD_EWAITS);
	clock_fake_wall(CONSOLE_FIXTURE_NOW - 20 * US_PER_MINUTE);
	assert_int_equal(
	    retention_set(f->desk.d, RETENTION_DRAFTS, 60, &err), OD_EWAITS);
	assert_int_equal(
	    retention_set(f->desk.d, RETENTION_AUDIT, 200, &err), OD_EWAITS);
	refused = f->desk.d->proposed;
	must(approval_refuse(
		 f->desk.d, refused, "La auditoría pide dos años", &err),
	    &err);
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(
	    retention_set(f->desk.d, RETENTION_WEBHOOKS, 14, &err), OD_EWAITS);
}

static int
draft_days(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int days;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	must(retention_days(f->desk.d, RETENTION_DRAFTS, &days, &err), &err);
	return days;
}

static void
approvals__shown__in_every_size(void **state)
{
	struct console_fixture *f = *state;

	i18n_set_process(LANG_ES); /* of what is proposed */
	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "4 j");
	golden_check(f->ui, "system", "approvals", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "system", "approvals", LANG_EN, 80, 24, 0);
	golden_check(
	    f->ui, "system", "approvals", LANG_EN, 80, 24, GOLDEN_MONO);
	golden_check(f->ui, "system", "approvals", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "j");
	golden_check(f->ui, "system", "approvals-hostile", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter");
	golden_check(f->ui, "system", "approval-all", LANG_ES, 80, 24, 0);
}

static void
approvals__approved__after_typing_who_one_is(void **state)
{
	struct console_fixture *f = *state;

	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "4 j y");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Esc y");
	golden_check(f->ui, "system", "approve", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc y");
	golden_check(f->ui, "system", "approve", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Esc y y");
	golden_check(f->ui, "system", "approve-proof", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "Esc y y");
	assert_int_equal(draft_days(f), 30);
	console_fixture_type(f, "wrong");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "That is not \"admin\""));
	assert_int_equal(draft_days(f), 30);
	console_fixture_keys(f, "y y");
	console_fixture_type(f, "admin");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Approved, and done"));
	assert_int_equal(draft_days(f), 60);
}

static void
approvals__refused__with_a_reason(void **state)
{
	struct console_fixture *f = *state;

	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "4 j x");
	golden_check(f->ui, "system", "refuse", LANG_ES, 80, 24, 0);
	i18n_set_process(LANG_EN);
	console_fixture_type(f, "not now");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Refused; nothing was done"));
	assert_int_equal(draft_days(f), 30);
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "not now") ||
		    console_fixture_shows(f, "X refused"));
}

/* Neither one's own, nor what was decided, nor nothing. */
static void
approvals__not_to_be_decided__says_why(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "4 y x Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_system);
	console_fixture_end(f);
	seed(f);
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "4 gg y");
	assert_true(console_fixture_shows(f, "You proposed it yourself"));
	console_fixture_keys(f, "G y");
	assert_true(console_fixture_shows(f, "This was decided already"));
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_system, 0);
	console_fixture_keys(f, "4 y");
	assert_true(
	    console_fixture_shows(f, "Nothing waits for a second person"));
}

static void
desk__something_waits__opens_it(void **state)
{
	struct console_fixture *f = *state;

	i18n_set_process(LANG_ES);
	seed(f);
	i18n_set_process(LANG_EN);
	console_seed_writes(f, 20, "34600111222", "Lucía Peña", "Hola");
	console_fixture_start(f, "admin", &scr_desk, 0);
	golden_check(f->ui, "desk", "approvals", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "desk", "approvals", LANG_EN, 40, 10, 0);
	console_fixture_keys(f, "gg Enter");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_system);
	assert_true(console_fixture_shows(f, "4 Approvals"));
	assert_true(console_fixture_shows(f, "Berta"));
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	assert_false(console_fixture_shows(f, "To approve"));
}

static void
approvals__late_answers__break_nothing(void **state)
{
	struct console_fixture *f = *state;

	seed(f);
	f->in.delay_ms = 300;
	console_fixture_start(f, "admin", &scr_system, 0);
	console_fixture_keys(f, "4 j y y");
	console_fixture_type(f, "admin");
	console_fixture_keys(f, "Enter");
	console_fixture_settle(f);
	assert_int_equal(draft_days(f), 60);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(approvals__shown__in_every_size),
	    SCREEN_TEST(approvals__approved__after_typing_who_one_is),
	    SCREEN_TEST(approvals__refused__with_a_reason),
	    SCREEN_TEST(approvals__not_to_be_decided__says_why),
	    SCREEN_TEST(desk__something_waits__opens_it),
	    SCREEN_TEST(approvals__late_answers__break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
