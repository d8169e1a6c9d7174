/*
 * Unit tests of db/core/service_clock.  The second opinion counts minutes.
 *
 * Broken on purpose: with the intervals that stand still counted too, or with
 * target_us left whole behind an interval, both comparisons fail.
 */
#include "common/clock.h"
#include "db/core/service_clock.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define INTERVALS 6
#define MINUTES   (12 * 1440)

static unsigned seed = 20261121;

static int
pick(int below)
{
	seed = seed * 1103515245U + 12345U;
	return (int)((seed >> 8) % (unsigned)below);
}

static int64_t
at(const char *rfc3339)
{
	int64_t us = -1;

	assert_int_equal(clock_parse_rfc3339(rfc3339, &us), 0);
	return us;
}

static void
make_calendar(struct calendar *cal, const char *zone, const char *week)
{
	const struct zone *z = NULL;

	assert_int_equal(zone_get(zone, &z, NULL), 0);
	calendar_init(cal, z);
	assert_int_equal(calendar_parse_week(week, cal->week, NULL), 0);
}

/* Intervals that follow one another, whole minutes; the last goes on. */
static void
pick_intervals(struct clock_interval v[INTERVALS], int64_t start,
    const struct calendar *cals)
{
	int64_t us = start;

	for (int i = 0; i < INTERVALS; i++) {
		v[i].from_us = us;
		us += pick(3 * 1440) * US_PER_MINUTE;
		v[i].to_us = i == INTERVALS - 1 ? CALENDAR_NEVER : us;
		v[i].counts = pick(3) > 0;
		v[i].calendar = &cals[pick(2)];
	}
}

static bool
counts_at(const struct clock_interval v[INTERVALS], int64_t us)
{
	for (int i = 0; i < INTERVALS; i++)
		if (us >= v[i].from_us && us < v[i].to_us)
			return v[i].counts &&
			       calendar_is_open(v[i].calendar, us);
	return false;
}

static void
service_clock__against_counted_minutes__is_the_same(void **state)
{
	struct calendar cals[2];
	int64_t start = at("2026-10-20T06:00:00Z");

	(void)state;
	make_calendar(&cals[0], "Europe/Madrid", "lun-vie 9-14 15-18");
	make_calendar(&cals[1], "Europe/Madrid", "lun-dom 24h");
	for (int round = 0; round < 40; round++) {
		struct clock_interval v[INTERVALS];
		int64_t spent = 0;

		pick_intervals(v, start, cals);
		for (int m = 0; m < MINUTES; m++) {
			int64_t us = start + m * US_PER_MINUTE;

			if (!counts_at(v, us))
				continue;
			spent += US_PER_MINUTE;
			if (m % 53 != 0)
				continue;
			us += US_PER_MINUTE;
			assert_int_equal(
			    service_clock_spent_us(v, INTERVALS, us), spent);
			assert_int_equal(
			    service_clock_due_us(v, INTERVALS, spent), us);
		}
	}
}

static void
service_clock__while_it_stands_still__is_never_due(void **state)
{
	struct calendar cal;
	struct clock_interval v[] = {
	    {at("2026-11-23T09:00:00Z"), at("2026-11-23T10:00:00Z"), true,
		&cal},
	    {at("2026-11-23T10:00:00Z"), CALENDAR_NEVER, false, &cal},
	};

	(void)state;
	make_calendar(&cal, "UTC", "lun-vie 9-18");
	assert_true(
	    service_clock_due_us(v, 2, 2 * US_PER_HOUR) == CALENDAR_NEVER);
	/* What broke before it stood still, broke then. */
	assert_int_equal(service_clock_due_us(v, 2, US_PER_HOUR / 2),
	    at("2026-11-23T09:30:00Z"));
	assert_int_equal(
	    service_clock_spent_us(v, 2, at("2027-01-01T00:00:00Z")),
	    US_PER_HOUR);
	/* It goes on: the next hour is the one after it. */
	v[1].counts = true;
	v[1].from_us = at("2026-11-24T12:00:00Z");
	assert_int_equal(service_clock_due_us(v, 2, 2 * US_PER_HOUR),
	    at("2026-11-24T13:00:00Z"));
	calendar_free(&cal);
}

static void
service_clock__without_hours__is_never_due(void **state)
{
	struct calendar cal;
	struct clock_interval v = {0, CALENDAR_NEVER, true, &cal};

	(void)state;
	make_calendar(&cal, "UTC", "");
	assert_true(service_clock_due_us(&v, 1, 1) == CALENDAR_NEVER);
	assert_int_equal(service_clock_spent_us(&v, 1, 10 * US_PER_DAY), 0);
	assert_true(service_clock_due_us(NULL, 0, 1) == CALENDAR_NEVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		service_clock__against_counted_minutes__is_the_same),
	    cmocka_unit_test(
		service_clock__while_it_stands_still__is_never_due),
	    cmocka_unit_test(service_clock__without_hours__is_never_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
