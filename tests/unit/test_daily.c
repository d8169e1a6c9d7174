/*
 * The figures of a day: they are those of the functions behind the boards,
 * each with its formula, and of whom the actor may see.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/records/calls.h"
#include "tests/lib/desk_test.h"
#include "tui/export/daily.h"

static int
take(void *data, const char *json, size_t n, struct err *whatever)
{
	struct str *all = data;
	struct json *row = NULL;
	struct err err = ERR_INIT;

	(void)whatever;
	assert_ok(json_parse(json, n, &json_limits_api, &row, &err));
	assert_int_not_equal(json_string(row, "formula")[0], '\0');
	assert_int_equal(strlen(json_string(row, "day")), 10);
	json_free(&row);
	str_addn(all, json, n);
	str_add(all, "\n");
	return 0;
}

static void
call_of(struct desk_fixture *f, const char *who, const char *number)
{
	struct call_new in = {.direction = CALL_OUT, .number = number};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, who);
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	assert_ok(call_end(f->d, id, &err));
}

static bool
says(const struct str *all, const char *section, const char *figure, int value,
    bool total)
{
	char text[160];

	str_format(text, sizeof(text), "\"section\":\"%s\",\"name\":%s",
	    section, total ? "null" : "\"");
	for (const char *s = all->s; (s = strstr(s, text)) != NULL; s++) {
		char rest[96];
		const char *end = strchr(s, '\n');
		const char *at;

		str_format(rest, sizeof(rest),
		    "\"figure\":\"%s\",\"value\":%d,", figure, value);
		if ((at = strstr(s, rest)) != NULL && at < end)
			return true;
	}
	return false;
}

static void
daily__figures__are_of_the_day_and_of_who_asks(void **state)
{
	struct desk_fixture *f = *state;
	struct str all = STR_INIT;
	struct err err = ERR_INIT;

	call_of(f, "operator", "+34600111222");
	call_of(f, "mate", "+34600111333");
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(daily_report(f->d, 0, take, &all, &err));
	assert_true(says(&all, "calls", "calls", 2, true));
	assert_true(says(&all, "calls", "calls", 1, false));
	assert_false(says(&all, "calls", "calls", 2, false));
	assert_true(says(&all, "calls", "success_rate", 0, true));
	assert_true(says(&all, "tickets", "resolution_met", 0, true));
	assert_true(says(&all, "chats", "begun", 0, true));
	assert_true(says(&all, "guides", "sessions", 0, true));
	assert_non_null(
	    strstr(all.s, "\"figure\":\"resolution_percent\",\"value\":null"));
	str_clear(&all);
	assert_ok(daily_report(f->d, 1, take, &all, &err));
	assert_true(says(&all, "calls", "calls", 0, true));
	str_clear(&all);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(daily_report(f->d, 0, take, &all, &err));
	assert_true(says(&all, "calls", "calls", 1, true));
	str_clear(&all);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_ok(daily_report(f->d, 0, take, &all, &err));
	assert_true(says(&all, "calls", "calls", 0, true));
	str_free(&all);
}

static void
daily__dates__are_days_of_the_tenant(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t today;
	int days;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE tenants SET zone = 'UTC'"
	    " WHERE id = $1",
	    BINDS(b_int(f->demo.id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	today = clock_wall_us() / US_PER_DAY * US_PER_DAY;
	for (int ago = 0; ago < 400; ago += 57) {
		assert_ok(
		    daily_of(f->d, today - ago * US_PER_DAY, &days, &err));
		assert_int_equal(days, ago);
	}
	assert_rc(
	    daily_of(f->d, today + 2 * US_PER_DAY, &days, &err), OD_EDATA);
}

/* Nowhere near the end of a day. */
static int
setup(void **state)
{
	clock_fake_wall(1795255020000000);
	return desk_test_setup(state);
}

static int
teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

int
main(void)
{
#define AT_NOON(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    AT_NOON(daily__figures__are_of_the_day_and_of_who_asks),
	    AT_NOON(daily__dates__are_days_of_the_tenant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
