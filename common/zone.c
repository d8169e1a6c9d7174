/*
 * zone - IANA time zones read from the system's TZif files (RFC 8536).
 *
 * A zone is a table of transitions and, for what comes after the last one, a
 * rule in the footer ("CET-1CEST,M3.5.0,M10.5.0/3").  Zones are kept in a
 * list that only grows, so a zone once given out stays.
 */
#include "common/zone.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "common/zone_rule.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ZONEINFO    "/usr/share/zoneinfo"
#define NAME_SIZE   64
#define FILE_MAX    (256 * 1024)
#define HEADER_SIZE 44
#define DAY_S       86400
/* Seconds whose microseconds still fit, with some days to spare. */
#define SECONDS_MAX (INT64_MAX / US_PER_SECOND - 4 * DAY_S)

struct zone {
	struct zone *next;
	char name[NAME_SIZE];
	size_t count;
	int64_t *at;           /* owned; seconds, ascending */
	int *offset_s;         /* owned; from at[i] on */
	int first_s;           /* before at[0] */
	struct zone_rule rule; /* from the last transition on */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones; /* guarded by lock; its elements never change */
static const struct zone utc = {
    .name = "UTC", .rule = {.is_set = true, .std_s = 0}};

static int
offset_at(const struct zone *zone, int64_t t)
{
	size_t low = 0, high = zone->count;

	if (zone->count == 0 || t >= zone->at[zone->count - 1]) {
		if (zone->rule.is_set)
			return zone_rule_offset_s(&zone->rule, t);
		return zone->count ? zone->offset_s[zone->count - 1]
		                   : zone->first_s;
	}
	while (low < high) { /* the first transition after t */
		size_t middle = low + (high - low) / 2;

		if (zone->at[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? zone->first_s : zone->offset_s[low - 1];
}

/*
 * The file.
 */

struct reader {
	const uint8_t *p;
	size_t left;
};

struct counts { /* of the header, in its order */
	uint32_t isut, isstd, leap, time, type, chars;
};

static int64_t
big_endian(const uint8_t *p, size_t bytes)
{
	uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static const uint8_t *
take(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (n > r->left)
		return NULL;
	r->p += n;
	r->left -= n;
	return p;
}

/* The header; its version, or -1. */
static int
take_header(struct reader *r, struct counts *c)
{
	const uint8_t *p = take(r, HEADER_SIZE);
	uint32_t *fields[] = {
	    &c->isut, &c->isstd, &c->leap, &c->time, &c->type, &c->chars};

	if (!p || memcmp(p, "TZif", 4) != 0)
		return -1;
	for (size_t i = 0; i < 6; i++) {
		*fields[i] = (uint32_t)big_endian(p + 20 + 4 * i, 4);
		if (*fields[i] > FILE_MAX)
			return -1;
	}
	return p[4];
}

static size_t
block_size(const struct counts *c, size_t time_size)
{
	return c->time * (time_size + 1) + c->type * 6 + c->chars +
	       c->leap * (time_size + 4) + c->isstd + c->isut;
}

static bool
take_block(struct reader *r, const struct counts *c, size_t time_size,
    struct zone *zone)
{
	const uint8_t *times, *indexes, *types;

	if (c->type == 0 || c->leap != 0)
		return false; /* "right/" zones count leap seconds: not ours */
	times = take(r, c->time * time_size);
	indexes = take(r, c->time);
	types = take(r, c->type * 6);
	if (!times || !indexes || !types ||
	    !take(r, c->chars + c->isstd + c->isut))
		return false;
	zone->count = c->time;
	zone->at = xmalloc(c->time * sizeof(*zone->at));
	zone->offset_s = xmalloc(c->time * sizeof(*zone->offset_s));
	zone->first_s = (int)big_endian(types, 4);
	for (size_t i = 0; i < c->time; i++) {
		if (indexes[i] >= c->type)
			return false;
		zone->at[i] = big_endian(times + i * time_size, time_size);
		zone->offset_s[i] = (int)big_endian(types + indexes[i] * 6, 4);
		if (i > 0 && zone->at[i] <= zone->at[i - 1])
			return false;
		if (abs(zone->offset_s[i]) > 26 * 3600)
			return false;
	}
	return abs(zone->first_s) <= 26 * 3600;
}

static bool
parse_file(const struct str *file, struct zone *zone)
{
	struct reader r = {(const uint8_t *)file->s, file->len};
	struct counts c;
	int version = take_header(&r, &c);
	char footer[128];
	size_t n;

	if (version < 0)
		return false;
	if (version == 0)
		return take_block(&r, &c, 4, zone);
	if (!take(&r, block_size(&c, 4)) || take_header(&r, &c) < 0 ||
	    !take_block(&r, &c, 8, zone))
		return false;
	/* "\n" rule "\n" */
	if (r.left < 2 || r.left > sizeof(footer) || r.p[0] != '\n')
		return false;
	n = r.left - 2;
	if (r.p[n + 1] != '\n')
		return false;
	memcpy(footer, r.p + 1, n);
	footer[n] = '\0';
	return zone_rule_parse(footer, &zone->rule);
}

static void
zone_free(struct zone **zone)
{
	free((*zone)->at);
	free((*zone)->offset_s);
	FREE(zone);
}

/* Letters, digits, "_+-/"; no empty part.  ".." cannot be among them. */
static bool
is_plain_name(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789_+-/";
	size_t n = strlen(name);

	return n > 0 && n < NAME_SIZE && strspn(name, allowed) == n &&
	       name[0] != '/' && name[n - 1] != '/' && !strstr(name, "//");
}

static int
load(const char *name, struct zone **out, struct err *err)
{
	struct str path = STR_INIT, file = STR_INIT;
	struct zone *zone = NULL;
	int rc;

	str_addf(&path, "%s/%s", ZONEINFO, name);
	rc = fs_read(path.s, FILE_MAX, &file, NULL);
	if (rc == OD_ENOTFOUND || rc == OD_ECONFLICT) {
		rc = err_set(err, OD_ENOTFOUND,
		    "There is no time zone \"%s\": name one like "
		    "Europe/Madrid.",
		    name);
		goto out;
	}
	if (rc != 0) {
		err_set(err, rc, "The time zone \"%s\" cannot be read.", name);
		goto out;
	}
	zone = xcalloc(1, sizeof(*zone));
	str_copy(zone->name, sizeof(zone->name), name);
	if (!parse_file(&file, zone)) {
		rc = err_set(err, OD_EDATA,
		    "%s is not a time zone that can be used.", path.s);
		zone_free(&zone);
	}
out:
	*out = zone;
	str_free(&path);
	str_free(&file);
	return rc;
}

int
zone_get(const char *name, const struct zone **zone, struct err *err)
{
	struct zone *z;
	char shown[NAME_SIZE];
	int rc = 0;

	if (strcmp(name, utc.name) == 0) {
		*zone = &utc;
		return 0;
	}
	if (!is_plain_name(name)) {
		text_safe_buf(shown, sizeof(shown), name);
		return err_set(err, OD_EDATA,
		    "\"%s\" is not the name of a time zone: write one like "
		    "Europe/Madrid.",
		    shown);
	}
	pthread_mutex_lock(&lock);
	for (z = zones; z; z = z->next)
		if (strcmp(z->name, name) == 0)
			break;
	if (!z && (rc = load(name, &z, err)) == 0) {
		z->next = zones;
		zones = z;
	}
	pthread_mutex_unlock(&lock);
	if (rc == 0)
		*zone = z;
	return rc;
}

const struct zone *
zone_utc(void)
{
	return &utc;
}

const char *
zone_name(const struct zone *zone)
{
	return zone->name;
}

void
zone_civil(const struct zone *zone, int64_t us, struct civil *out)
{
	int64_t t = us / US_PER_SECOND, rest = us % US_PER_SECOND;
	int64_t days, second, year;

	if (rest < 0) {
		rest += US_PER_SECOND;
		t--;
	}
	out->us = (int)rest;
	out->offset_s = offset_at(zone, t);
	t += out->offset_s;
	days = t / DAY_S;
	second = t % DAY_S;
	if (second < 0) {
		second += DAY_S;
		days--;
	}
	clock_date_from_days(days, &year, &out->month, &out->day);
	out->year = (int)year;
	out->hour = (int)(second / 3600);
	out->minute = (int)(second / 60 % 60);
	out->second = (int)(second % 60);
	/* 1970-01-01 was a Thursday: Monday is 0 with 3 added. */
	out->weekday = (int)(((days + 3) % 7 + 7) % 7);
}

/* The civil time as if it were UTC, in seconds; *us its microseconds. */
static int64_t
local_seconds(const struct civil *in, int64_t *us)
{
	int64_t month = (int64_t)in->month - 1;
	int64_t year = in->year + month / 12, t;

	month %= 12;
	if (month < 0) {
		month += 12;
		year--;
	}
	t = (clock_days_from_date(year, (int)month + 1, 1) + in->day - 1) *
	        DAY_S +
	    (int64_t)in->hour * 3600 + (int64_t)in->minute * 60 + in->second +
	    in->us / US_PER_SECOND;
	*us = in->us % US_PER_SECOND;
	if (*us < 0) {
		*us += US_PER_SECOND;
		t--;
	}
	if (t > SECONDS_MAX)
		return SECONDS_MAX;
	return t < -SECONDS_MAX ? -SECONDS_MAX : t;
}

int64_t
zone_instant(const struct zone *zone, const struct civil *in)
{
	int64_t us, local = local_seconds(in, &us);
	/* No offset is above 26 h, and no two changes are so near. */
	int before = offset_at(zone, local - 26 * 3600);
	int after = offset_at(zone, local + 26 * 3600);
	int64_t t = local - before;

	/*
	 * The offset from before the change is right for what comes before
	 * it, for the first of two equal times, and moves a time in the gap
	 * forward.  The other one is for what only the time after it has.
	 */
	if (after != before && offset_at(zone, t) != before &&
	    offset_at(zone, local - after) == after)
		t = local - after;
	return t * US_PER_SECOND + us;
}

int64_t
zone_midnight(const struct zone *zone, int64_t us, int days_on)
{
	struct civil c;

	zone_civil(zone, us, &c);
	c.day += days_on;
	c.hour = c.minute = c.second = c.us = 0;
	return zone_instant(zone, &c);
}
