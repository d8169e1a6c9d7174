/*
 * calendar - when a desk works: arithmetic over its open hours.
 *
 * Time is walked in pieces in which the zone's offset does not change; within
 * one, a wall-clock time is the instant plus a constant, so that both changes
 * of the clocks come out as the wall clock shows them.
 */
#include "db/core/calendar.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define HORIZON_DAYS (9 * 366)

struct piece { /* of constant offset, at most a day long */
	int64_t from_us, to_us;
	int64_t offset_us;
};

void
calendar_init(struct calendar *cal, const struct zone *zone)
{
	*cal = (struct calendar){.zone = zone};
}

void
calendar_free(struct calendar *cal)
{
	free(cal->dates);
	cal->dates = NULL;
	cal->date_count = 0;
}

static int
days_in_month(int year, int month)
{
	return (int)(clock_days_from_date(year, month + 1, 1) -
		     clock_days_from_date(year, month, 1));
}

int
calendar_add_date(
    struct calendar *cal, const struct calendar_date *date, struct err *err)
{
	int year = date->year ? date->year : 2000; /* with a 29th of February */
	struct calendar_date *d;

	if (year < 1970 || year > 9999 || date->month < 1 || date->month > 12 ||
	    date->day < 1 || date->day > days_in_month(year, date->month))
		return err_set(err, OD_EDATA,
		    "There is no such date: write it as 2026-12-25, or as "
		    "12-25 for every year.");
	for (size_t i = 0; i < cal->date_count; i++) {
		d = &cal->dates[i];
		if (d->year == date->year && d->month == date->month &&
		    d->day == date->day) {
			*d = *date;
			return 0;
		}
	}
	if (cal->date_count == CALENDAR_DATES)
		return err_set(err, OD_ELIMIT,
		    "A calendar holds %d dates at most: remove those that are "
		    "over.",
		    CALENDAR_DATES);
	cal->dates =
	    xrealloc(cal->dates, (cal->date_count + 1) * sizeof(*cal->dates));
	cal->dates[cal->date_count++] = *date;
	return 0;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static const struct calendar_date *
date_of_day(const struct calendar *cal, int64_t day)
{
	const struct calendar_date *every_year = NULL;
	int64_t year;
	int month, mday;

	if (cal->date_count == 0)
		return NULL;
	clock_date_from_days(day, &year, &month, &mday);
	for (size_t i = 0; i < cal->date_count; i++) {
		const struct calendar_date *d = &cal->dates[i];

		if (d->month != month || d->day != mday)
			continue;
		if (d->year == year)
			return d;
		if (d->year == 0)
			every_year = d;
	}
	return every_year;
}

static const struct calendar_hours *
hours_of_day(const struct calendar *cal, int64_t day)
{
	const struct calendar_date *date = date_of_day(cal, day);

	if (date)
		return &date->hours;
	/* 1970-01-01 was a Thursday: Monday is 0 with 3 added. */
	return &cal->week[((day + 3) % 7 + 7) % 7];
}

static int64_t
offset_us(const struct zone *zone, int64_t at_us)
{
	struct civil civil;

	zone_civil(zone, at_us, &civil);
	return civil.offset_s * US_PER_SECOND;
}

/* No zone changes its clocks twice within a day. */
static struct piece
piece_at(const struct zone *zone, int64_t at_us)
{
	struct piece p = {.from_us = at_us, .to_us = at_us + US_PER_DAY};
	int64_t low = at_us, high = p.to_us;

	p.offset_us = offset_us(zone, at_us);
	if (offset_us(zone, high) == p.offset_us)
		return p;
	while (
	    high - low > 1) { /* the offset is still p's at low, not at high */
		int64_t middle = low + (high - low) / 2;

		if (offset_us(zone, middle) == p.offset_us)
			low = middle;
		else
			high = middle;
	}
	p.to_us = high;
	return p;
}

/* The first open interval within the piece. */
static bool
open_in_piece(const struct calendar *cal, const struct piece *p,
    int64_t *from_us, int64_t *to_us)
{
	int64_t from = p->from_us + p->offset_us, to = p->to_us + p->offset_us;

	for (int64_t day = floor_div(from, US_PER_DAY); day * US_PER_DAY < to;
	     day++) {
		const struct calendar_hours *h = hours_of_day(cal, day);

		for (int i = 0; i < h->count; i++) {
			int64_t midnight = day * US_PER_DAY;
			int64_t start =
			    midnight + h->spans[i].from_min * US_PER_MINUTE;
			int64_t end =
			    midnight + h->spans[i].to_min * US_PER_MINUTE;

			start = start < from ? from : start;
			end = end > to ? to : end;
			if (start < end) {
				*from_us = start - p->offset_us;
				*to_us = end - p->offset_us;
				return true;
			}
		}
	}
	return false;
}

/* As calendar_next, but gives up at until_us. */
static bool
next_until(const struct calendar *cal, int64_t at_us, int64_t until_us,
    int64_t *from_us, int64_t *to_us)
{
	while (at_us < until_us) {
		struct piece p = piece_at(cal->zone, at_us);

		if (open_in_piece(cal, &p, from_us, to_us))
			return *from_us < until_us;
		at_us = p.to_us;
	}
	return false;
}

bool
calendar_next(
    const struct calendar *cal, int64_t at_us, int64_t *from_us, int64_t *to_us)
{
	return next_until(
	    cal, at_us, at_us + HORIZON_DAYS * US_PER_DAY, from_us, to_us);
}

bool
calendar_is_open(const struct calendar *cal, int64_t at_us)
{
	int64_t from, to;

	return next_until(cal, at_us, at_us + 1, &from, &to);
}

const struct calendar_date *
calendar_date_at(const struct calendar *cal, int64_t at_us)
{
	int64_t local = at_us + offset_us(cal->zone, at_us);

	return date_of_day(cal, floor_div(local, US_PER_DAY));
}

int64_t
calendar_work_us(const struct calendar *cal, int64_t from_us, int64_t to_us)
{
	int64_t at_us = from_us, from, to, work = 0;

	while (next_until(cal, at_us, to_us, &from, &to)) {
		work += (to < to_us ? to : to_us) - from;
		at_us = to;
	}
	return work;
}

int64_t
calendar_add_us(const struct calendar *cal, int64_t from_us, int64_t work_us)
{
	int64_t from, to;

	if (work_us <= 0)
		return from_us;
	while (calendar_next(cal, from_us, &from, &to)) {
		if (work_us <= to - from)
			return from + work_us;
		work_us -= to - from;
		from_us = to;
	}
	return CALENDAR_NEVER;
}
