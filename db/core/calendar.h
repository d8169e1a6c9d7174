/*
 * calendar - when a desk works: the hours of each weekday in a time zone,
 * with breaks between them, and dates that have hours of their own.
 *
 * Pure arithmetic, no clock and no database: everything here can be computed
 * again from the same calendar with the same result.  The wall clock decides:
 * an open hour that a change of the clocks repeats counts twice, one that it
 * leaves out does not count.  Instants are UTC microseconds, intervals hold
 * their start and not their end.  A calendar that nobody changes may be used
 * by any thread.
 */
#ifndef DB_CORE_CALENDAR_H
#define DB_CORE_CALENDAR_H

#include "common/err.h"
#include "common/str.h"
#include "common/zone.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALENDAR_SPANS     6   /* open spans of one day at most */
#define CALENDAR_NAME_SIZE 64  /* of a holiday */
#define CALENDAR_DATES     400 /* dates with hours of their own at most */
#define CALENDAR_NEVER     INT64_MAX

struct calendar_hours { /* ascending, apart from each other */
	int count;      /* 0: closed */
	struct {
		int from_min, to_min; /* of the day, 0..1440 */
	} spans[CALENDAR_SPANS];
};

struct calendar_date {
	int year; /* 0: every year */
	int month, day;
	struct calendar_hours hours;   /* mostly none: a holiday */
	char name[CALENDAR_NAME_SIZE]; /* "Navidad" */
};

struct calendar {
	const struct zone *zone;       /* borrowed for ever */
	struct calendar_hours week[7]; /* 0 Monday */
	struct calendar_date *dates;   /* owned */
	size_t date_count;
};

/* Closed on every day, until told otherwise; calendar_free ends it. */
void calendar_init(struct calendar *cal, const struct zone *zone);
void calendar_free(struct calendar *cal);

/*
 * The hours of the date; it takes the place of an entry for the same date, and
 * one with a year goes before one without.  OD_EDATA: no such date; OD_ELIMIT:
 * more than CALENDAR_DATES.
 */
int calendar_add_date(
    struct calendar *cal, const struct calendar_date *date, struct err *err);

/* Whether the desk works at that instant. */
bool calendar_is_open(const struct calendar *cal, int64_t at_us);
/*
 * The date whose own hours hold at that instant (a holiday), or NULL; lives as
 * long as the calendar is not changed.
 */
const struct calendar_date *calendar_date_at(
    const struct calendar *cal, int64_t at_us);

/*
 * The first open interval that ends after at_us, cut to begin there at the
 * earliest.  An interval over a change of the clocks or over midnight may come
 * in two that touch.  False when none begins within nine years, which is
 * longer than from one 29th of February to the next.
 */
bool calendar_next(const struct calendar *cal, int64_t at_us, int64_t *from_us,
    int64_t *to_us);

/* Open microseconds in [from_us, to_us); 0 when to_us is not after from_us. */
int64_t calendar_work_us(
    const struct calendar *cal, int64_t from_us, int64_t to_us);

/*
 * The first instant by which work_us open microseconds have passed since
 * from_us; from_us itself for none.  CALENDAR_NEVER when the calendar has no
 * hours for it.
 */
int64_t calendar_add_us(
    const struct calendar *cal, int64_t from_us, int64_t work_us);

/*
 * Hours as people write them, in either language: "9-14 15:30-19",
 * "9:00-14:00, 15:00-18:00", "0-24", "24h"; "", "closed" and "cerrado" for
 * none.  OD_EDATA when it is not that, when spans overlap or end before they
 * begin, or when there are more than CALENDAR_SPANS.
 */
int calendar_parse_hours(
    const char *text, struct calendar_hours *hours, struct err *err);
/*
 * A week: "lun-vie 9-14 15-18; sab 10-13" or with English names.  Days that
 * are not named are closed.  OD_EDATA also when a day is named twice.
 */
int calendar_parse_week(
    const char *text, struct calendar_hours week[7], struct err *err);
/*
 * "2026-12-25" or, for every year, "12-25": year, month and day of *date; name
 * and hours stay.  Whether there is such a date, calendar_add_date says.
 */
int calendar_parse_date(
    const char *text, struct calendar_date *date, struct err *err);

/* "09:00-14:00 15:00-18:00", what calendar_parse_hours reads; "" for none. */
void calendar_format_hours(const struct calendar_hours *hours, struct str *out);

#endif
