/*
 * Unit tests of db/core/calendar.  The second opinion walks minute by minute
 * and asks the wall clock each time.
 *
 * Broken on purpose: with one offset for the whole day in piece_at, the tests
 * over both changes of the clocks fail; with hours_of_day deaf to dates, the
 * holidays'.
 */
#include "common/clock.h"
#include "db/core/calendar.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct zone *
zone(const char *name)
{
	const struct zone *z = NULL;

	assert_int_equal(zone_get(name, &z, NULL), 0);
	return z;
}

static int64_t
at(const char *rfc3339)
{
	int64_t us = -1;

	assert_int_equal(clock_parse_rfc3339(rfc3339, &us), 0);
	return us;
}

static void
set_week(struct calendar *cal, const char *text)
{
	struct err err = ERR_INIT;

	if (calendar_parse_week(text, cal->week, &err) != 0)
		fail_msg("%s", err.text);
}

static void
add_date(struct calendar *cal, const char *date, const char *hours)
{
	struct calendar_date d = {0};

	assert_int_equal(calendar_parse_date(date, &d, NULL), 0);
	assert_int_equal(calendar_parse_hours(hours, &d.hours, NULL), 0);
	assert_int_equal(calendar_add_date(cal, &d, NULL), 0);
}

/*
 * The obvious way: whether the wall clock shows an open minute.
 */

static bool
obvious_is_open(const struct calendar *cal, int64_t us)
{
	const struct calendar_hours *h;
	struct civil c;

	zone_civil(cal->zone, us, &c);
	h = &cal->week[c.weekday];
	for (size_t i = 0; i < cal->date_count; i++) {
		const struct calendar_date *d = &cal->dates[i];

		if (d->month == c.month && d->day == c.day &&
		    (d->year == 0 || d->year == c.year))
			h = &d->hours;
	}
	for (int i = 0; i < h->count; i++) {
		int minute = c.hour * 60 + c.minute;

		if (minute >= h->spans[i].from_min &&
		    minute < h->spans[i].to_min)
			return true;
	}
	return false;
}

static unsigned seed = 20261121;

static int
pick(int below)
{
	seed = seed * 1103515245U + 12345U;
	return (int)((seed >> 8) % (unsigned)below);
}

/* One to three spans with breaks between them, anywhere in the day. */
static struct calendar_hours
pick_hours(void)
{
	struct calendar_hours h = {.count = 1 + pick(3)};
	int minute = pick(6 * 60);

	for (int i = 0; i < h.count; i++) {
		h.spans[i].from_min = minute;
		minute += 1 + pick(5 * 60);
		h.spans[i].to_min = minute;
		minute += 1 + pick(60);
	}
	return h;
}

/* Compares all that can be asked about the minutes from start on. */
static void
compare_minutes(const struct calendar *cal, int64_t start, int minutes)
{
	int64_t work = 0;

	for (int m = 0; m < minutes; m++) {
		int64_t us = start + m * US_PER_MINUTE;
		bool is_open = obvious_is_open(cal, us);

		if (calendar_is_open(cal, us) != is_open)
			fail_msg(
			    "minute %d is %s", m, is_open ? "open" : "shut");
		if (is_open)
			work += US_PER_MINUTE;
		if (m % 97 == 0)
			assert_int_equal(
			    calendar_work_us(cal, start, us + US_PER_MINUTE),
			    work);
		if (is_open && m % 89 == 0)
			assert_int_equal(calendar_add_us(cal, start, work),
			    us + US_PER_MINUTE);
	}
}

static void
calendar__all_weekday_sets_over_both_changes__as_the_obvious_way(void **state)
{
	static const struct {
		const char *zone, *start;
	} changes[] = {
	    {"Europe/Madrid", "2026-03-28T12:00:00Z"},
	    {"Europe/Madrid", "2026-10-24T12:00:00Z"},
	    {"America/Santiago", "2026-04-04T12:00:00Z"},
	    {"America/Santiago", "2026-09-05T12:00:00Z"},
	    {"Australia/Lord_Howe", "2026-04-04T00:00:00Z"},
	    {"Australia/Lord_Howe", "2026-10-03T00:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		for (int set = 0; set < 128; set++) {
			struct calendar cal;

			calendar_init(&cal, zone(changes[i].zone));
			for (int d = 0; d < 7; d++)
				if (set & 1 << d)
					cal.week[d] = pick_hours();
			compare_minutes(&cal, at(changes[i].start), 2 * 1440);
		}
}

static void
calendar__hours_in_the_repeated_hour__count_each_time(void **state)
{
	struct calendar cal;

	(void)state;
	calendar_init(&cal, zone("Europe/Madrid"));
	set_week(&cal, "dom 1:30-2:30");
	/* 01:30-02:30, back to 02:00, and half an hour more. */
	assert_int_equal(calendar_work_us(&cal, at("2026-10-24T12:00:00Z"),
			     at("2026-10-25T12:00:00Z")),
	    90 * US_PER_MINUTE);
	/* 01:30-02:00, then it is 03:00. */
	assert_int_equal(calendar_work_us(&cal, at("2026-03-28T12:00:00Z"),
			     at("2026-03-29T12:00:00Z")),
	    30 * US_PER_MINUTE);
}

static void
calendar__holidays__are_closed_or_have_their_own_hours(void **state)
{
	struct calendar cal;
	const struct calendar_date *date;

	(void)state;
	calendar_init(&cal, zone("America/Bogota"));
	set_week(&cal, "lun-vie 8-12 14-18");
	add_date(&cal, "12-25", "");
	add_date(&cal, "12-24", "8-12");
	add_date(&cal, "2026-12-24", "8-10");
	/* 2026-12-24 is a Thursday: 2 h, then Friday off, then Monday. */
	assert_int_equal(calendar_add_us(&cal, at("2026-12-24T08:00:00-05:00"),
			     3 * US_PER_HOUR),
	    at("2026-12-28T09:00:00-05:00"));
	/* The year after it is a Friday with the hours of every year. */
	assert_int_equal(calendar_work_us(&cal, at("2027-12-24T00:00:00-05:00"),
			     at("2027-12-25T00:00:00-05:00")),
	    4 * US_PER_HOUR);
	date = calendar_date_at(&cal, at("2026-12-25T23:59:59-05:00"));
	assert_non_null(date);
	assert_int_equal(date->day, 25);
	assert_null(calendar_date_at(&cal, at("2026-12-26T00:00:00-05:00")));
	compare_minutes(&cal, at("2027-12-23T00:00:00Z"), 5 * 1440);
	calendar_free(&cal);
}

static void
calendar__a_deadline_on_a_holiday__moves_behind_it(void **state)
{
	struct calendar cal;

	(void)state;
	calendar_init(&cal, zone("Europe/Madrid"));
	set_week(&cal, "mon-fri 9-18");
	add_date(&cal, "2026-11-24", "");
	/* Monday 17:00 and 2 h: 1 h on Monday, the holiday, 1 h on Wednesday.
	 */
	assert_int_equal(
	    calendar_add_us(&cal, at("2026-11-23T16:00:00Z"), 2 * US_PER_HOUR),
	    at("2026-11-25T09:00:00Z"));
	/* The end of the day is still that day, not the next morning. */
	assert_int_equal(
	    calendar_add_us(&cal, at("2026-11-23T16:00:00Z"), US_PER_HOUR),
	    at("2026-11-23T17:00:00Z"));
	calendar_free(&cal);
}

static void
calendar__without_hours__never_comes(void **state)
{
	struct calendar cal;
	int64_t from, to;

	(void)state;
	calendar_init(&cal, zone("Europe/Madrid"));
	assert_false(
	    calendar_next(&cal, at("2026-01-01T00:00:00Z"), &from, &to));
	assert_true(calendar_add_us(&cal, at("2026-01-01T00:00:00Z"), 1) ==
		    CALENDAR_NEVER);
	assert_int_equal(calendar_work_us(&cal, at("2026-01-01T00:00:00Z"),
			     at("2036-01-01T00:00:00Z")),
	    0);
	assert_int_equal(calendar_add_us(&cal, 5, 0), 5);
	/* One leap day is enough to come. */
	add_date(&cal, "02-29", "10-11");
	assert_true(
	    calendar_next(&cal, at("2026-01-01T00:00:00Z"), &from, &to));
	assert_int_equal(from, at("2028-02-29T09:00:00Z"));
	calendar_free(&cal);
}

static void
calendar__around_the_clock__counts_every_second(void **state)
{
	struct calendar cal;
	int64_t a = at("2026-03-20T10:11:12Z"), b = at("2026-11-02T03:04:05Z");

	(void)state;
	calendar_init(&cal, zone("America/Santiago"));
	set_week(&cal, "lun-dom 24h");
	assert_int_equal(calendar_work_us(&cal, a, b), b - a);
	assert_int_equal(calendar_add_us(&cal, a, b - a), b);
	assert_int_equal(calendar_work_us(&cal, b, a), 0);
}

static void
calendar_add__then_work__gives_back_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct calendar cal;
		int64_t from = at("2026-01-01T00:00:00Z") +
		               pick(365 * 86400) * US_PER_SECOND,
			work = (1 + pick(500000)) * US_PER_SECOND, due;

		calendar_init(
		    &cal, zone(i % 2 ? "Europe/Madrid" : "America/Santiago"));
		for (int d = 0; d < 7; d++)
			if (pick(2))
				cal.week[d] = pick_hours();
		due = calendar_add_us(&cal, from, work);
		if (due == CALENDAR_NEVER)
			continue;
		assert_int_equal(calendar_work_us(&cal, from, due), work);
		assert_int_equal(
		    calendar_work_us(&cal, from, due - 1), work - 1);
	}
}

static void
calendar_parse_hours__as_people_write__gives_spans(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
	    {"9:00-14:00 15:30-19:00", "09:00-14:00 15:30-19:00"},
	    {" 9-14, 15-18 ", "09:00-14:00 15:00-18:00"},
	    {"15-18 9-14", "09:00-14:00 15:00-18:00"},
	    {"9 - 14", "09:00-14:00"},
	    {"9h30-14h00", "09:30-14:00"},
	    {"24h", "00:00-24:00"},
	    {"0-24", "00:00-24:00"},
	    {"", ""},
	    {"Cerrado", ""},
	    {"closed", ""},
	    {"9-14 14-18", "09:00-14:00 14:00-18:00"},
	    {"9-14 13-18", NULL},
	    {"13-18 9-14 10-11", NULL},
	    {"14-9", NULL},
	    {"9-9", NULL},
	    {"22-25", NULL},
	    {"9:60-10", NULL},
	    {"9", NULL},
	    {"9-", NULL},
	    {"9-14-18", NULL},
	    {"nine to five", NULL},
	    {"1-2 3-4 5-6 7-8 9-10 11-12 13-14", NULL},
	    {"-5-7", NULL},
	    {"9\x1b[31m-10", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct calendar_hours h = {0};
		struct str out = STR_INIT;
		struct err err = ERR_INIT;
		int rc = calendar_parse_hours(cases[i].text, &h, &err);

		if (!cases[i].want) {
			assert_int_equal(rc, OD_EDATA);
			assert_null(strchr(err.text, '\x1b'));
			continue;
		}
		assert_int_equal(rc, 0);
		calendar_format_hours(&h, &out);
		assert_string_equal(out.s, cases[i].want);
		str_free(&out);
	}
}

static void
calendar_parse_week__both_languages__gives_days(void **state)
{
	static const struct {
		const char *text;
		const char *open; /* a letter a day; NULL: refused */
	} cases[] = {
	    {"lun-vie 9-14 15-18; sáb 10-13", "xxxxxx-"},
	    {"mon-fri 9-14; sat 10-13", "xxxxxx-"},
	    {"Lunes, MIÉRCOLES, viernes 8-20", "x-x-x--"},
	    {"vie-lun 8-20", "x---xxx"},
	    {"lun-dom 24h\n", "xxxxxxx"},
	    {"", "-------"},
	    {"lun 9-14; lun 15-18", NULL},
	    {"lun-mie 9-14; mar 15-18", NULL},
	    {"l 9-14", NULL},
	    {"xyz 9-14", NULL},
	    {"9-14", NULL},
	    {"lun- 9-14", NULL},
	    {"lun 14-9", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct calendar_hours week[7] = {0};
		char open[8] = "-------";
		int rc = calendar_parse_week(cases[i].text, week, NULL);

		if (!cases[i].open) {
			assert_int_equal(rc, OD_EDATA);
			continue;
		}
		assert_int_equal(rc, 0);
		for (int d = 0; d < 7; d++)
			if (week[d].count)
				open[d] = 'x';
		assert_string_equal(open, cases[i].open);
	}
}

static void
calendar_parse_date__refuses_what_is_none(void **state)
{
	static const char *const wrong[] = {"", "25", "2026-13-01",
	    "2026-02-29", "02-30", "2026-12", "12-25-", "2026-12-25x",
	    "1969-12-25", "-12-25", "12--25", "2026-12-25-01"};
	struct calendar cal;

	(void)state;
	calendar_init(&cal, zone_utc());
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct calendar_date d = {0};
		int rc = calendar_parse_date(wrong[i], &d, NULL);

		if (rc == 0)
			rc = calendar_add_date(&cal, &d, NULL);
		if (rc != OD_EDATA)
			fail_msg("\"%s\" was taken", wrong[i]);
	}
	add_date(&cal, "02-29", "");
	add_date(&cal, "2028-02-29", "");
	add_date(&cal, "2028-02-29", "10-11");
	assert_int_equal(cal.date_count, 2);
	for (int day = 0; cal.date_count < CALENDAR_DATES; day++) {
		struct calendar_date d = {
		    .year = 2030 + day / 28, .month = 1, .day = 1 + day % 28};

		assert_int_equal(calendar_add_date(&cal, &d, NULL), 0);
	}
	assert_int_equal(
	    calendar_add_date(
		&cal, &(struct calendar_date){.month = 6, .day = 1}, NULL),
	    OD_ELIMIT);
	calendar_free(&cal);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		calendar__all_weekday_sets_over_both_changes__as_the_obvious_way),
	    cmocka_unit_test(
		calendar__hours_in_the_repeated_hour__count_each_time),
	    cmocka_unit_test(
		calendar__holidays__are_closed_or_have_their_own_hours),
	    cmocka_unit_test(
		calendar__a_deadline_on_a_holiday__moves_behind_it),
	    cmocka_unit_test(calendar__without_hours__never_comes),
	    cmocka_unit_test(calendar__around_the_clock__counts_every_second),
	    cmocka_unit_test(calendar_add__then_work__gives_back_the_same),
	    cmocka_unit_test(
		calendar_parse_hours__as_people_write__gives_spans),
	    cmocka_unit_test(calendar_parse_week__both_languages__gives_days),
	    cmocka_unit_test(calendar_parse_date__refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
