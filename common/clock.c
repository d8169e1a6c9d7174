/*
 * clock - wall and monotonic time, replaceable in tests.
 */
#include "common/clock.h"
#include "common/err.h"
#include "common/str.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LEEWAY_US (100 * US_PER_MS)

static _Atomic int64_t fixed_wall_us; /* 0: the wall clock runs */
static _Atomic int64_t wrong_by_us;   /* tests: this host's clock */
static _Atomic int64_t offset_us;     /* of the clock that is followed */
static _Atomic int64_t wall_ahead_us; /* moved on while it runs */
static _Atomic int64_t mono_ahead_us;

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		BUG("the system has no clock %d", (int)id);
	return (int64_t)ts.tv_sec * US_PER_SECOND + ts.tv_nsec / 1000;
}

static int64_t
host_us(void)
{
	return read_clock(CLOCK_REALTIME) + atomic_load(&wrong_by_us);
}

int64_t
clock_wall_us(void)
{
	int64_t fixed = atomic_load(&fixed_wall_us);

	if (fixed != 0)
		return fixed;
	return host_us() + atomic_load(&offset_us) +
	       atomic_load(&wall_ahead_us);
}

int64_t
clock_follow(int64_t other_us, int64_t asked_us)
{
	int64_t host = host_us(), now = host + atomic_load(&offset_us);
	int64_t took = clock_mono_us() - asked_us;

	if (other_us >= now - took - LEEWAY_US && other_us <= now + LEEWAY_US)
		return 0;
	atomic_store(&offset_us, other_us - host);
	return other_us - now;
}

int64_t
clock_followed_us(void)
{
	return atomic_load(&offset_us);
}

int64_t
clock_mono_us(void)
{
	return read_clock(CLOCK_MONOTONIC) + atomic_load(&mono_ahead_us);
}

int64_t
clock_boot_us(void)
{
	return read_clock(CLOCK_BOOTTIME) + atomic_load(&mono_ahead_us);
}

void
clock_init(void)
{
	const char *fake = getenv("OPDESK_FAKE_CLOCK");
	int64_t us;

	if (fake && clock_parse_rfc3339(fake, &us) == 0)
		clock_fake_wall(us);
	else if (fake && (fake[0] == '+' || fake[0] == '-'))
		clock_fake_host(strtoll(fake, NULL, 10) * US_PER_SECOND);
}

void
clock_fake_host(int64_t by_us)
{
	atomic_store(&wrong_by_us, by_us);
}

void
clock_fake_wall(int64_t wall_us)
{
	atomic_store(&fixed_wall_us, wall_us);
	atomic_store(&wall_ahead_us, 0);
}

void
clock_fake_advance(int64_t us)
{
	if (atomic_load(&fixed_wall_us) != 0)
		atomic_fetch_add(&fixed_wall_us, us);
	else
		atomic_fetch_add(&wall_ahead_us, us);
	atomic_fetch_add(&mono_ahead_us, us);
}

/*
 * Both conversions count in years that begin in March, so that a leap day is
 * the last of its year, and in eras of 400 years, which all have 146,097 days.
 */
int64_t
clock_days_from_date(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

void
clock_date_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t d = days + 719468;
	int64_t era = (d >= 0 ? d : d - 146096) / 146097;
	int64_t day_of_era = d - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 +
				  day_of_era / 36524 - day_of_era / 146096) /
	                      365;
	int64_t day_of_year =
	    day_of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;

	*day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month = (int)(month_from_march < 10 ? month_from_march + 3
					     : month_from_march - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

void
clock_format_rfc3339(char out[RFC3339_SIZE], int64_t us)
{
	int64_t days = us / US_PER_DAY, rest = us % US_PER_DAY, year;
	int month, day, second, fraction;

	if (rest < 0) {
		rest += US_PER_DAY;
		days--;
	}
	clock_date_from_days(days, &year, &month, &day);
	second = (int)(rest / US_PER_SECOND);
	fraction = (int)(rest % US_PER_SECOND);
	if (fraction == 0)
		str_format(out, RFC3339_SIZE,
		    "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
		    second / 3600, second / 60 % 60, second % 60);
	else
		str_format(out, RFC3339_SIZE,
		    "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d.%06dZ", year, month,
		    day, second / 3600, second / 60 % 60, second % 60,
		    fraction);
}

/* Exactly n digits at *s, then on past them; -1 when they are not there. */
static int
take_digits(const char **s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		char c = **s;

		if (c < '0' || c > '9')
			return -1;
		v = v * 10 + (c - '0');
		(*s)++;
	}
	return v;
}

static bool
take_char(const char **s, const char *allowed)
{
	if (**s == '\0' || !strchr(allowed, **s))
		return false;
	(*s)++;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool
take_fraction(const char **s, int64_t *us)
{
	int64_t unit = US_PER_SECOND / 10;

	*us = 0;
	if (**s != '.')
		return true;
	(*s)++;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
		*us += (**s - '0') * unit; /* past the sixth digit: 0 */
	return true;
}

static bool
take_offset(const char **s, int *offset_s)
{
	int sign, hour, minute;

	*offset_s = 0;
	if (take_char(s, "Zz"))
		return true;
	sign = **s == '-' ? -1 : 1;
	if (!take_char(s, "+-") || (hour = take_digits(s, 2)) < 0 ||
	    !take_char(s, ":") || (minute = take_digits(s, 2)) < 0)
		return false;
	if (hour > 23 || minute > 59)
		return false;
	*offset_s = sign * (hour * 3600 + minute * 60);
	return true;
}

int
clock_parse_rfc3339(const char *s, int64_t *us)
{
	int year, month, day, hour, minute, second, offset_s;
	int64_t fraction_us, seconds;

	if ((year = take_digits(&s, 4)) < 0 || !take_char(&s, "-") ||
	    (month = take_digits(&s, 2)) < 0 || !take_char(&s, "-") ||
	    (day = take_digits(&s, 2)) < 0 || !take_char(&s, "Tt ") ||
	    (hour = take_digits(&s, 2)) < 0 || !take_char(&s, ":") ||
	    (minute = take_digits(&s, 2)) < 0 || !take_char(&s, ":") ||
	    (second = take_digits(&s, 2)) < 0 ||
	    !take_fraction(&s, &fraction_us) || !take_offset(&s, &offset_s) ||
	    *s != '\0')
		return -1;
	/* Second 60 is a leap second: the first one of the next minute. */
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month) || hour > 23 || minute > 59 ||
	    second > 60)
		return -1;
	seconds = clock_days_from_date(year, month, day) * 86400 + hour * 3600 +
	          minute * 60 + second - offset_s;
	*us = seconds * US_PER_SECOND + fraction_us;
	return 0;
}
