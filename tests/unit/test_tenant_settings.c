/*
 * Unit tests of db/records/tenant_settings: what a tenant decides, checked,
 * kept, taken back.
 *
 * Turned red by: limits that are not looked at, a setting that is written
 * without its change, an undo that does not look at what stands there.
 */
#include "db/records/tenant_settings.h"
#include "db/core/op.h"
#include "db/records/seat.h"
#include "tests/lib/desk_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int64_t
value_of(struct desk_fixture *f, enum tenant_setting s)
{
	struct err err = ERR_INIT;
	int64_t value;

	assert_ok(tenant_setting(f->d, s, &value, NULL, &err));
	return value;
}

static void
tenant_setting__nothing_set__is_the_usual(void **state)
{
	struct tenant_setting_row rows[TENANT_SETTINGS];
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(tenant_setting_list(f->d, rows, &err));
	for (int i = 0; i < TENANT_SETTINGS; i++) {
		const struct tenant_setting_def *def =
		    tenant_setting_def((enum tenant_setting)i);
		char usual[32];

		assert_int_equal(rows[i].which, i);
		assert_false(rows[i].is_set);
		tenant_setting_text(def, def->usual, usual);
		assert_string_equal(rows[i].text, usual);
		if (def->kind != SETTING_MAIL && def->kind != SETTING_TEXT)
			assert_int_equal(
			    value_of(f, (enum tenant_setting)i), def->usual);
	}
}

static void
tenant_setting_set__of_its_kind__holds_for_all(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t value;
	bool is_set;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_ON_TICKET, "on", &err));
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_THRESHOLD, "0.650", &err));
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "365", &err));
	/* Nobody's own value is in its way. */
	assert_ok(setting_set(f->d, "guide.threshold", "0.1", &err));
	assert_int_equal(value_of(f, SETTING_GUIDE_THRESHOLD), 650);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_int_equal(value_of(f, SETTING_GUIDE_ON_TICKET), 1);
	assert_int_equal(value_of(f, SETTING_GUIDE_IDLE_DAYS), 365);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_ok(tenant_setting(
	    f->d, SETTING_GUIDE_IDLE_DAYS, &value, &is_set, &err));
	assert_int_equal(value, 14);
	assert_false(is_set);
}

static void
tenant_setting_set__wrong__says_what_is_right(void **state)
{
	static const struct {
		enum tenant_setting s;
		const char *text;
	} bad[] = {{SETTING_GUIDE_ON_TICKET, "yes"},
	    {SETTING_GUIDE_THRESHOLD, "1.01"},
	    {SETTING_GUIDE_THRESHOLD, "-0.1"}, {SETTING_GUIDE_THRESHOLD, "nan"},
	    {SETTING_GUIDE_THRESHOLD, "0,5"}, {SETTING_GUIDE_IDLE_DAYS, "0"},
	    {SETTING_GUIDE_IDLE_DAYS, "366"}, {SETTING_GUIDE_IDLE_DAYS, "two"},
	    {SETTING_TICKET_REOPEN_DAYS, "3651"},
	    {SETTING_GUIDE_ESCALATIONS, "nobody"}};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_rc(tenant_setting_set(f->d, bad[i].s, bad[i].text, &err),
		    OD_EDATA);
		assert_non_null(
		    strstr(err.text, tenant_setting_def(bad[i].s)->name));
	}
	assert_rc(tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "", &err),
	    OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "9", &err),
	    OD_EDENIED);
}

static void
tenant_setting_set__undone_and_redone__is_what_it_was(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "30", &err));
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "20", &err));
	assert_ok(tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "", &err));
	assert_int_equal(value_of(f, SETTING_GUIDE_IDLE_DAYS), 14);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_non_null(strstr(sentence, "guide.idle_days"));
	assert_int_equal(value_of(f, SETTING_GUIDE_IDLE_DAYS), 20);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(value_of(f, SETTING_GUIDE_IDLE_DAYS), 14);
	assert_ok(op_redo(f->d, sentence, &err));
	assert_int_equal(value_of(f, SETTING_GUIDE_IDLE_DAYS), 30);
}

/* Somebody else's newer value stays. */
static void
tenant_setting_set__changed_since__is_not_taken_back(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "30", &err));
	desk_act_as_system(f->d, f->d->actor.tenant_id);
	assert_ok(
	    tenant_setting_set(f->d, SETTING_GUIDE_IDLE_DAYS, "40", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(op_undo(f->d, sentence, &err), OD_ECONFLICT);
	assert_int_equal(value_of(f, SETTING_GUIDE_IDLE_DAYS), 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(tenant_setting__nothing_set__is_the_usual),
	    DESK_TEST(tenant_setting_set__of_its_kind__holds_for_all),
	    DESK_TEST(tenant_setting_set__wrong__says_what_is_right),
	    DESK_TEST(tenant_setting_set__undone_and_redone__is_what_it_was),
	    DESK_TEST(tenant_setting_set__changed_since__is_not_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
