/*
 * Unit tests of common/zone.  The C library, with TZ set in this process
 * only, is the independent second opinion.
 */
#include "common/zone.h"
#include "common/clock.h"
#include "common/zone_rule.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static const char *const names[] = {"Europe/Madrid", "America/Santiago",
    "America/New_York", "America/Bogota", "Europe/Dublin", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca",
    "America/Sao_Paulo", "Pacific/Chatham", "Asia/Tehran", "Etc/GMT+5",
    "America/Argentina/Buenos_Aires", "Atlantic/Canary", "America/Mexico_City",
    "America/Caracas", "Asia/Gaza", "America/Godthab"};

static const struct zone *
get(const char *name)
{
	const struct zone *zone = NULL;
	struct err err = ERR_INIT;

	if (zone_get(name, &zone, &err) != 0)
		print_error("%s\n", err.text);
	assert_non_null(zone);
	return zone;
}

static int64_t
utc_us(const char *rfc3339)
{
	int64_t us = -1;

	assert_int_equal(clock_parse_rfc3339(rfc3339, &us), 0);
	return us;
}

static void
format_civil(const struct civil *c, char *out, size_t size)
{
	snprintf(out, size, "%04d-%02d-%02d %02d:%02d:%02d %+d", c->year,
	    c->month, c->day, c->hour, c->minute, c->second, c->offset_s);
}

static void
zone_civil__around_each_change__gives_known_times(void **state)
{
	static const struct {
		const char *zone, *utc, *local;
	} cases[] = {
	    {"Europe/Madrid", "2026-03-29T00:59:59Z",
		"2026-03-29 01:59:59 +3600"},
	    {"Europe/Madrid", "2026-03-29T01:00:00Z",
		"2026-03-29 03:00:00 +7200"},
	    {"Europe/Madrid", "2026-10-25T00:59:59Z",
		"2026-10-25 02:59:59 +7200"},
	    {"Europe/Madrid", "2026-10-25T01:00:00Z",
		"2026-10-25 02:00:00 +3600"},
	    {"America/New_York", "2026-03-08T06:59:59Z",
		"2026-03-08 01:59:59 -18000"},
	    {"America/New_York", "2026-03-08T07:00:00Z",
		"2026-03-08 03:00:00 -14400"},
	    {"America/New_York", "2026-11-01T05:59:59Z",
		"2026-11-01 01:59:59 -14400"},
	    {"America/New_York", "2026-11-01T06:00:00Z",
		"2026-11-01 01:00:00 -18000"},
	    {"America/Santiago", "2026-04-05T02:59:59Z",
		"2026-04-04 23:59:59 -10800"},
	    {"America/Santiago", "2026-04-05T03:00:00Z",
		"2026-04-04 23:00:00 -14400"},
	    {"America/Santiago", "2026-09-06T03:59:59Z",
		"2026-09-05 23:59:59 -14400"},
	    {"America/Santiago", "2026-09-06T04:00:00Z",
		"2026-09-06 01:00:00 -10800"},
	    {"America/Bogota", "2026-07-01T12:00:00Z",
		"2026-07-01 07:00:00 -18000"},
	    {"Europe/Madrid", "2500-07-01T00:00:00Z",
		"2500-07-01 02:00:00 +7200"},
	    {"America/Santiago", "2500-07-01T00:00:00Z",
		"2500-06-30 20:00:00 -14400"},
	    {"UTC", "1969-12-31T23:59:59Z", "1969-12-31 23:59:59 +0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct civil c;
		char local[128];

		zone_civil(get(cases[i].zone), utc_us(cases[i].utc), &c);
		format_civil(&c, local, sizeof(local));
		assert_string_equal(local, cases[i].local);
	}
}

static void
zone_civil__before_1970_with_fraction__rounds_down(void **state)
{
	struct civil c;

	(void)state;
	zone_civil(zone_utc(), -1, &c);
	assert_int_equal(c.us, 999999);
	assert_int_equal(c.second, 59);
	assert_int_equal(c.year, 1969);
	assert_int_equal(c.weekday, 2); /* a Wednesday */
	assert_int_equal(zone_instant(zone_utc(), &c), -1);
}

static void
check_against_libc(const struct zone *zone, int64_t t)
{
	time_t tt = (time_t)t;
	struct civil c;
	struct tm tm;
	char ours[128], theirs[128];
	struct civil want;

	localtime_r(&tt, &tm);
	zone_civil(zone, t * US_PER_SECOND, &c);
	want = (struct civil){.year = tm.tm_year + 1900,
	    .month = tm.tm_mon + 1,
	    .day = tm.tm_mday,
	    .hour = tm.tm_hour,
	    .minute = tm.tm_min,
	    .second = tm.tm_sec,
	    .offset_s = (int)tm.tm_gmtoff};
	format_civil(&c, ours, sizeof(ours));
	format_civil(&want, theirs, sizeof(theirs));
	if (strcmp(ours, theirs) != 0)
		print_error("%s at %lld\n", zone_name(zone), (long long)t);
	assert_string_equal(ours, theirs);
	assert_int_equal(c.weekday, (tm.tm_wday + 6) % 7);
}

static void
use_tz(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void
zone_civil__1890_to_2200__agrees_with_the_c_library(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct zone *zone = get(names[i]);

		use_tz(names[i]);
		/* A step that is no part of a day meets every hour. */
		for (int64_t t = -2524521600; t < 7258118400; t += 86413)
			check_against_libc(zone, t);
	}
	unsetenv("TZ");
}

/*
 * The slow, obvious way back: every quarter of an hour that could be meant is
 * asked for its wall clock by the C library.  The first that fits is right.
 */
static bool
find_instant(const struct civil *c, int64_t *found)
{
	int64_t guess =
	    (clock_days_from_date(c->year, c->month, c->day) * 24 + c->hour) *
		3600 +
	    c->minute * 60 + c->second;

	for (int64_t t = guess - 93600; t <= guess + 93600; t += 900) {
		time_t tt = (time_t)t;
		struct tm tm;

		localtime_r(&tt, &tm);
		if (tm.tm_year + 1900 == c->year && tm.tm_mon + 1 == c->month &&
		    tm.tm_mday == c->day && tm.tm_hour == c->hour &&
		    tm.tm_min == c->minute && tm.tm_sec == c->second) {
			*found = t;
			return true;
		}
	}
	return false;
}

static void
zone_instant__every_quarter_around_changes__agrees_with_slow_way(void **state)
{
	static const struct {
		const char *zone, *from; /* some hours before the change */
	} cases[] = {
	    {"Europe/Madrid", "2026-03-28T22:00:00Z"},
	    {"Europe/Madrid", "2026-10-24T22:00:00Z"},
	    {"America/New_York", "2026-03-08T03:00:00Z"},
	    {"America/New_York", "2026-11-01T03:00:00Z"},
	    {"America/Santiago", "2026-04-04T23:00:00Z"},
	    {"America/Santiago", "2026-09-06T00:00:00Z"},
	    {"Australia/Lord_Howe", "2026-04-04T11:00:00Z"}, /* half an hour */
	    {"Australia/Lord_Howe", "2026-10-03T11:00:00Z"},
	    {"Pacific/Apia", "2011-12-30T05:00:00Z"}, /* a day left out */
	    {"Europe/Madrid", "2060-03-27T22:00:00Z"},
	    {"America/Santiago", "2060-04-03T23:00:00Z"},
	    {"America/Bogota", "2026-03-08T03:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct zone *zone = get(cases[i].zone);
		struct civil start, c;
		int64_t t, want;
		int before;

		use_tz(cases[i].zone);
		zone_civil(zone, utc_us(cases[i].from), &start);
		before = start.offset_s;
		/* Wall clock quarters, also those that do not exist. */
		for (int q = 0; q < 36 * 4; q++) {
			c = start;
			c.minute += 15 * q;
			t = zone_instant(zone, &c) / US_PER_SECOND;
			zone_civil(zone_utc(),
			    (utc_us(cases[i].from) + before * US_PER_SECOND) +
				q * 15 * US_PER_MINUTE,
			    &c);
			if (!find_instant(&c, &want)) /* by the gap forward */
				want = utc_us(cases[i].from) / US_PER_SECOND +
				       q * 900;
			if (t != want)
				print_error(
				    "%s quarter %d\n", cases[i].zone, q);
			assert_int_equal(t, want);
		}
	}
	unsetenv("TZ");
}

static void
zone_instant__time_in_the_gap__moves_forward(void **state)
{
	struct civil c = {
	    .year = 2026, .month = 3, .day = 29, .hour = 2, .minute = 30};

	(void)state;
	assert_int_equal(zone_instant(get("Europe/Madrid"), &c),
	    utc_us("2026-03-29T01:30:00Z")); /* 03:30 */
}

static void
zone_instant__time_that_is_twice__gives_the_first(void **state)
{
	struct civil c = {
	    .year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30};

	(void)state;
	assert_int_equal(zone_instant(get("Europe/Madrid"), &c),
	    utc_us("2026-10-25T00:30:00Z"));
}

static void
zone_instant__fields_out_of_range__are_normalised(void **state)
{
	static const struct {
		struct civil in;
		const char *utc;
	} cases[] = {
	    {{.year = 2026, .month = 1, .day = 32}, "2026-02-01T00:00:00Z"},
	    {{.year = 2026, .month = 13, .day = 1}, "2027-01-01T00:00:00Z"},
	    {{.year = 2026, .month = 0, .day = 1}, "2025-12-01T00:00:00Z"},
	    {{.year = 2026, .month = -11, .day = 1}, "2025-01-01T00:00:00Z"},
	    {{.year = 2024, .month = 3, .day = 0}, "2024-02-29T00:00:00Z"},
	    {{.year = 2026, .month = 1, .day = 1, .hour = -1},
		"2025-12-31T23:00:00Z"},
	    {{.year = 2026, .month = 1, .day = 1, .minute = 1441},
		"2026-01-02T00:01:00Z"},
	    {{.year = 2026, .month = 1, .day = 1, .us = -1},
		"2025-12-31T23:59:59.999999Z"},
	    {{.year = 2026, .month = 1, .day = 1, .us = 2500000},
		"2026-01-01T00:00:02.5Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(zone_instant(zone_utc(), &cases[i].in),
		    utc_us(cases[i].utc));
}

static void
zone_instant__extreme_fields__stay_in_range(void **state)
{
	struct civil c = {.year = INT32_MAX,
	    .month = INT32_MAX,
	    .day = INT32_MAX,
	    .hour = INT32_MAX,
	    .minute = INT32_MAX,
	    .second = INT32_MAX,
	    .us = INT32_MAX};

	(void)state;
	assert_true(zone_instant(get("Europe/Madrid"), &c) > 0);
	c = (struct civil){.year = INT32_MIN,
	    .month = INT32_MIN,
	    .day = INT32_MIN,
	    .hour = INT32_MIN,
	    .minute = INT32_MIN,
	    .second = INT32_MIN,
	    .us = INT32_MIN};
	assert_true(zone_instant(get("America/Santiago"), &c) < 0);
	zone_civil(get("Europe/Madrid"), INT64_MAX, &c);
	zone_civil(get("America/Santiago"), INT64_MIN, &c);
}

static void
zone_instant__random_moments__come_back(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		const struct zone *zone =
		    get(names[(size_t)i % (sizeof(names) / sizeof(names[0]))]);
		struct civil c, again;
		int64_t t, back;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		/* 1905 to 2150 */
		t = (int64_t)(seed >> 11) % 7730000000000000 - 2050000000000000;
		zone_civil(zone, t, &c);
		back = zone_instant(zone, &c);
		if (back == t)
			continue;
		/* The second of two equal times: the first reads the same. */
		zone_civil(zone, back, &again);
		assert_true(back < t && t - back <= 25 * US_PER_HOUR);
		assert_int_equal(again.hour, c.hour);
		assert_int_equal(again.minute, c.minute);
		assert_int_equal(again.second, c.second);
		assert_int_not_equal(again.offset_s, c.offset_s);
	}
}

static void
zone_get__bad_names__are_refused(void **state)
{
	static const struct {
		const char *name;
		int code;
	} cases[] = {
	    {"../x", OD_EDATA}, {"/etc/x", OD_EDATA},
	    {"Europe/../Europe/Madrid", OD_EDATA}, {"", OD_EDATA},
	    {"Europe//Madrid", OD_EDATA}, {"Europe/Madrid/", OD_EDATA},
	    {"Europe/Madrid ", OD_EDATA}, {"Europe/Madrid\n", OD_EDATA},
	    {":Europe/Madrid", OD_EDATA}, {"tzdata.zi", OD_EDATA},
	    {"A123456789012345678901234567890123456789012345678901234567890123",
		OD_EDATA},
	    {"CET-1CEST", OD_ENOTFOUND}, {"Europe", OD_ENOTFOUND},
	    {"Europe/Atlantis", OD_ENOTFOUND},
	    {"Europe/Madrid/x", OD_ENOTFOUND},
	    {"right/Europe/Madrid", OD_EDATA}, /* counts leap seconds */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct zone *zone = NULL;
		struct err err = ERR_INIT;
		int rc = zone_get(cases[i].name, &zone, &err);

		if (strncmp(cases[i].name, "right/", 6) == 0 &&
		    rc == OD_ENOTFOUND)
			continue; /* not installed everywhere */
		if (rc != cases[i].code)
			print_error("%s\n", cases[i].name);
		assert_int_equal(rc, cases[i].code);
		assert_null(zone);
		assert_int_equal(err.code, rc);
		assert_true(strlen(err.text) > 10);
		assert_null(strchr(err.text, '\n'));
	}
}

static void
zone_get__twice__gives_the_same_zone(void **state)
{
	(void)state;
	assert_ptr_equal(get("Europe/Madrid"), get("Europe/Madrid"));
	assert_string_equal(zone_name(get("Europe/Madrid")), "Europe/Madrid");
	assert_ptr_equal(get("UTC"), zone_utc());
}

static void
zone_rule__texts__are_read_or_refused(void **state)
{
	static const char *const good[] = {"", "UTC0", "<-03>3", "<+0545>-5:45",
	    "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0",
	    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
	    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-1GMT0,M10.5.0,M3.5.0/1",
	    "XXX3EDT4,0/0,J365/23", "AAA-167:59:59BBB,J1,365"};
	static const char *const bad[] = {"5", "CET", "CET-1CEST",
	    "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M13.5.0",
	    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
	    "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,366,1",
	    "CET-168", "CET-1:60", "<CET-1", "CET-1 ",
	    "CET-1CEST,M3.5.0,M1.1.1x", "CET-99999999999999999999"};
	struct zone_rule rule;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&rule, 0, sizeof(rule));
		if (!zone_rule_parse(good[i], &rule))
			fail_msg("%s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&rule, 0, sizeof(rule));
		if (zone_rule_parse(bad[i], &rule))
			fail_msg("%s", bad[i]);
	}
}

static void
zone_rule__each_form__agrees_with_the_c_library(void **state)
{
	static const char *const rules[] = {"AAA3BBB,J60,J300",
	    "AAA-3BBB,59/0,304/4", "AAA3BBB2:30,M2.5.6/-3,M11.5.0/26",
	    "AAA10BBB,M10.1.0,M3.3.0/3", "AAA3", "AAA-5:45"};

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct zone_rule rule = {0};

		assert_true(zone_rule_parse(rules[i], &rule));
		use_tz(rules[i]);
		for (int64_t t = 0; t < 4102444800; t += 7207) {
			time_t tt = (time_t)t;
			struct tm tm;

			localtime_r(&tt, &tm);
			if (zone_rule_offset_s(&rule, t) != tm.tm_gmtoff)
				fail_msg("%s at %lld", rules[i], (long long)t);
		}
	}
	unsetenv("TZ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(zone_civil__around_each_change__gives_known_times),
	    cmocka_unit_test(
		zone_civil__before_1970_with_fraction__rounds_down),
	    cmocka_unit_test(
		zone_civil__1890_to_2200__agrees_with_the_c_library),
	    cmocka_unit_test(
		zone_instant__every_quarter_around_changes__agrees_with_slow_way),
	    cmocka_unit_test(zone_instant__time_in_the_gap__moves_forward),
	    cmocka_unit_test(zone_instant__time_that_is_twice__gives_the_first),
	    cmocka_unit_test(zone_instant__fields_out_of_range__are_normalised),
	    cmocka_unit_test(zone_instant__extreme_fields__stay_in_range),
	    cmocka_unit_test(zone_instant__random_moments__come_back),
	    cmocka_unit_test(zone_get__bad_names__are_refused),
	    cmocka_unit_test(zone_get__twice__gives_the_same_zone),
	    cmocka_unit_test(zone_rule__texts__are_read_or_refused),
	    cmocka_unit_test(zone_rule__each_form__agrees_with_the_c_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
