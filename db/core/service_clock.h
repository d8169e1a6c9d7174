/*
 * service_clock - how much open time a promise has used up, and when it breaks.
 *
 * A clock is a list of intervals that follow one another: in some it counts,
 * in the others it stands still (the ticket waits for the customer).  What it
 * shows is computed from them alone.  Pure; instants are UTC microseconds.
 */
#ifndef DB_CORE_SERVICE_CLOCK_H
#define DB_CORE_SERVICE_CLOCK_H

#include "db/core/calendar.h"

struct clock_interval {
	int64_t from_us;
	int64_t to_us; /* CALENDAR_NEVER: it goes on */
	bool counts;
	const struct calendar *calendar; /* borrowed; where it counts */
};

/* Open microseconds of the intervals that count, until now_us. */
int64_t service_clock_spent_us(
    const struct clock_interval *intervals, size_t count, int64_t now_us);

/*
 * The instant at which target_us open microseconds are used up: in the past
 * when they are, to come when the last interval counts and goes on.
 * CALENDAR_NEVER while it stands still, when it ended before, or when its
 * calendar has no hours to come.
 */
int64_t service_clock_due_us(
    const struct clock_interval *intervals, size_t count, int64_t target_us);

#endif
