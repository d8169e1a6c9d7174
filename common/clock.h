/*
 * clock - wall and monotonic time, replaceable in tests.
 *
 * Stored times are UTC microseconds since 1970 (*_us).  Limits, leases and
 * waits use the monotonic clock.  Thread-safe.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#define US_PER_MS     1000LL
#define US_PER_SECOND 1000000LL
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)
#define US_PER_DAY    (24 * US_PER_HOUR)

int64_t clock_wall_us(void);
int64_t clock_mono_us(void);
/*
 * As the monotonic one, but it goes on while the machine sleeps: the wall
 * clock less this one changes only when somebody sets the clock.
 */
int64_t clock_boot_us(void);

/*
 * From now on the wall clock is that of a server which several hosts share:
 * its clock was at other_us at some moment since asked_us (clock_mono_us).
 * Returns by how much ours was off, 0 when it agrees to within 0.1 s and stays
 * as it is.
 */
int64_t clock_follow(int64_t other_us, int64_t asked_us);
/* By how much the clock that is followed is before this host's own. */
int64_t clock_followed_us(void);

/*
 * Tests: fix the wall clock (0 gives it back) or move both clocks on.  The
 * environment variable OPDESK_FAKE_CLOCK (RFC 3339) fixes the wall clock of a
 * program started with it; clock_init reads it once in main.  What the
 * monotonic clock was moved on, it keeps.  A host's clock that is wrong by so
 * much, which clock_follow sees, is OPDESK_FAKE_CLOCK=+SECONDS (or -SECONDS).
 */
void clock_init(void);
void clock_fake_wall(int64_t wall_us);
void clock_fake_host(int64_t by_us);
void clock_fake_advance(int64_t us);

#define RFC3339_SIZE 32
/* "2026-11-21T09:57:02.123456Z"; microseconds only when not zero. */
void clock_format_rfc3339(char out[RFC3339_SIZE], int64_t us);
/*
 * Also accepts an offset ("+02:00"), a fraction (cut after microseconds), a
 * space instead of T and a leap second (23:59:60 is the next second).
 * Returns 0, or -1 and leaves *us alone when it is not one.
 */
int clock_parse_rfc3339(const char *s, int64_t *us);

/*
 * Days since 1970-01-01 of a Gregorian date (month 1..12, day may be out of
 * its month's range), and back.  Any year that fits.
 */
int64_t clock_days_from_date(int64_t year, int month, int day);
void clock_date_from_days(int64_t days, int64_t *year, int *month, int *day);

#endif
