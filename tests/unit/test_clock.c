/*
 * Unit tests of common/clock.
 */
#include "common/clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static void
clock_format_rfc3339__known_times__gives_text(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {1, "1970-01-01T00:00:00.000001Z"},
	    {-1, "1969-12-31T23:59:59.999999Z"},
	    {1795255022123456, "2026-11-21T09:57:02.123456Z"},
	    {951782400000000, "2000-02-29T00:00:00Z"},
	    {4107542400000000, "2100-03-01T00:00:00Z"},
	    {-62135596800000000, "0001-01-01T00:00:00Z"},
	    {253402300799000000, "9999-12-31T23:59:59Z"},
	};
	char text[RFC3339_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t back = 42;

		clock_format_rfc3339(text, cases[i].us);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(clock_parse_rfc3339(text, &back), 0);
		assert_int_equal(back, cases[i].us);
	}
	clock_format_rfc3339(text, INT64_MAX); /* must only fit */
	clock_format_rfc3339(text, INT64_MIN);
}

static void
clock_parse_rfc3339__allowed_forms__are_read(void **state)
{
	static const struct {
		const char *text, *same;
	} cases[] = {
	    {"2026-11-21T11:57:02+02:00", "2026-11-21T09:57:02Z"},
	    {"2026-11-21T04:57:02-05:00", "2026-11-21T09:57:02Z"},
	    {"2026-01-01T00:30:00+05:45", "2025-12-31T18:45:00Z"},
	    {"2026-11-21t09:57:02z", "2026-11-21T09:57:02Z"},
	    {"2026-11-21 09:57:02Z", "2026-11-21T09:57:02Z"},
	    {"2026-11-21T09:57:02.5Z", "2026-11-21T09:57:02.500000Z"},
	    {"2026-11-21T09:57:02.1234569999Z", "2026-11-21T09:57:02.123456Z"},
	    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
	    {"2026-11-21T09:57:02-00:00", "2026-11-21T09:57:02Z"},
	    {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[RFC3339_SIZE];
		int64_t us;

		assert_int_equal(clock_parse_rfc3339(cases[i].text, &us), 0);
		clock_format_rfc3339(text, us);
		assert_string_equal(text, cases[i].same);
	}
}

static void
clock_parse_rfc3339__anything_else__is_refused(void **state)
{
	static const char *const bad[] = {"", "now", "2026-11-21",
	    "2026-11-21T09:57:02", "2026-11-21T09:57Z", "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
	    "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
	    "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
	    "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
	    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z",
	    "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+02",
	    "2026-01-01T00:00:00+0200", "2026-01-01T00:00:00Z ",
	    " 2026-01-01T00:00:00Z", "2026-1-01T00:00:00Z",
	    "+026-01-01T00:00:00Z", "2026-01-01T00:00:00ZZ", "20260101T000000Z",
	    "2026-01-01T00:00:0\xc2\xb9Z"};
	int64_t us = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (clock_parse_rfc3339(bad[i], &us) != -1)
			fail_msg("%s", bad[i]);
		assert_int_equal(us, 42);
	}
}

static void
clock_date_from_days__every_day_of_1200_years__agrees_with_c_library(
    void **state)
{
	(void)state;
	for (int64_t days = -219146; days < 219146; days++) {
		time_t t = (time_t)(days * 86400);
		int64_t year;
		int month, day;
		struct tm tm;

		gmtime_r(&t, &tm);
		clock_date_from_days(days, &year, &month, &day);
		assert_int_equal(year, tm.tm_year + 1900);
		assert_int_equal(month, tm.tm_mon + 1);
		assert_int_equal(day, tm.tm_mday);
		assert_int_equal(clock_days_from_date(year, month, day), days);
	}
}

static void
clock_fake__fixed_and_moved__gives_that_time(void **state)
{
	int64_t mono = clock_mono_us(), wall;

	(void)state;
	clock_fake_wall(1000);
	assert_int_equal(clock_wall_us(), 1000);
	clock_fake_advance(US_PER_DAY);
	assert_int_equal(clock_wall_us(), 1000 + US_PER_DAY);
	assert_true(clock_mono_us() >= mono + US_PER_DAY);
	clock_fake_wall(0);
	wall = clock_wall_us();
	assert_true(wall > 1600000000 * US_PER_SECOND);
	clock_fake_advance(US_PER_DAY);
	assert_true(clock_wall_us() >= wall + US_PER_DAY);
	assert_true(clock_mono_us() >= mono + 2 * US_PER_DAY);
	clock_fake_wall(0);
}

static void
clock_init__variable_set__fixes_the_wall_clock(void **state)
{
	char text[RFC3339_SIZE];

	(void)state;
	setenv("OPDESK_FAKE_CLOCK", "2026-11-21T09:00:00Z", 1);
	clock_init();
	clock_format_rfc3339(text, clock_wall_us());
	assert_string_equal(text, "2026-11-21T09:00:00Z");
	clock_fake_wall(0);
	setenv("OPDESK_FAKE_CLOCK", "yesterday", 1);
	clock_init();
	assert_true(clock_wall_us() > 1600000000 * US_PER_SECOND);
	unsetenv("OPDESK_FAKE_CLOCK");
}

/* Ours less the other one, to within the leeway. */
static int64_t
off_by_s(int64_t other_us)
{
	int64_t off = clock_wall_us() - other_us;

	return (off + (off < 0 ? -1 : 1) * US_PER_SECOND / 2) / US_PER_SECOND;
}

static void
clock_follow__wrong_host__goes_by_the_other(void **state)
{
	int64_t other = clock_wall_us(), asked = clock_mono_us();

	(void)state;
	setenv("OPDESK_FAKE_CLOCK", "-3600", 1);
	clock_init();
	unsetenv("OPDESK_FAKE_CLOCK");
	assert_int_equal(off_by_s(other), -3600);
	assert_true(clock_follow(other, asked) > 3599 * US_PER_SECOND);
	assert_int_equal(off_by_s(other), 0);
	/* What is little may be the way that the answer took. */
	assert_int_equal(
	    clock_follow(clock_wall_us() - 50000, clock_mono_us()), 0);
	assert_int_equal(clock_follow(clock_wall_us() - 20 * US_PER_SECOND,
			     clock_mono_us() - 30 * US_PER_SECOND),
	    0);
	assert_int_equal(off_by_s(other), 0);
	/* The host's clock is set right: once more. */
	clock_fake_host(0);
	assert_int_equal(off_by_s(other), 3600);
	assert_true(
	    clock_follow(other, clock_mono_us()) < -3599 * US_PER_SECOND);
	assert_int_equal(off_by_s(other), 0);
	/* What a test fixes stays. */
	clock_fake_wall(7);
	(void)clock_follow(other + US_PER_DAY, clock_mono_us());
	assert_int_equal(clock_wall_us(), 7);
	clock_fake_wall(0);
	(void)clock_follow(other, clock_mono_us());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clock_format_rfc3339__known_times__gives_text),
	    cmocka_unit_test(clock_parse_rfc3339__allowed_forms__are_read),
	    cmocka_unit_test(clock_parse_rfc3339__anything_else__is_refused),
	    cmocka_unit_test(
		clock_date_from_days__every_day_of_1200_years__agrees_with_c_library),
	    cmocka_unit_test(clock_fake__fixed_and_moved__gives_that_time),
	    cmocka_unit_test(clock_init__variable_set__fixes_the_wall_clock),
	    cmocka_unit_test(clock_follow__wrong_host__goes_by_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
