/*
 * zone - IANA time zones read from the system's TZif files.
 *
 * Never uses TZ or localtime.  A loaded zone is immutable and cached for the
 * life of the process, so every function is thread-safe.
 */
#ifndef COMMON_ZONE_H
#define COMMON_ZONE_H

#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>

struct zone;

struct civil { /* a wall-clock time in some zone */
	int year, month, day;	  /* 2026, 1..12, 1..31 */
	int hour, minute, second; /* 0..23, 0..59, 0..59 */
	int us;			  /* 0..999999 */
	int weekday;		  /* 0 Monday .. 6 Sunday; filled by zone_civil */
	int offset_s;		  /* seconds east of UTC; filled by zone_civil */
};

/*
 * Zone by IANA name ("Europe/Madrid", "UTC").  Names with "..", a leading
 * slash or other characters than letters, digits, "_+-/" are refused with
 * OD_EDATA; a name without a file gives OD_ENOTFOUND.  The result is borrowed
 * for ever.  ZONEINFO directory: /usr/share/zoneinfo.
 */
int zone_get(const char *name, const struct zone **zone, struct err *err);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *zone);

/* UTC microseconds to wall clock, honouring the TZif footer after 2037. */
void zone_civil(const struct zone *zone, int64_t us, struct civil *out);
/*
 * Wall clock to UTC.  A time that does not exist (spring) moves forward by
 * the gap; one that exists twice (autumn) gives the first.  Fields out of
 * range are normalised (day 32 is the 1st of next month).
 */
int64_t zone_instant(const struct zone *zone, const struct civil *in);
/* Where the day of a moment begins there, or the one so many days on. */
int64_t zone_midnight(const struct zone *zone, int64_t us, int days_on);

#endif
