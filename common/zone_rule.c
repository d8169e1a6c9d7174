/*
 * zone_rule - the rule that a TZif footer gives for the time after its table.
 *
 * Each take_* moves *s on and is false when the text does not match.
 */
#include "common/zone_rule.h"
#include "common/clock.h"
#include <string.h>

#define DAY_S 86400

static bool
take_number(const char **s, int max, int *out)
{
	int v = 0;

	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++) {
		v = v * 10 + (**s - '0');
		if (v > max)
			return false;
	}
	*out = v;
	return true;
}

/* [+-]h[:m[:s]] */
static bool
take_time(const char **s, int *seconds)
{
	int sign = 1, hour, minute = 0, second = 0;

	if (**s == '+' || **s == '-')
		sign = *(*s)++ == '-' ? -1 : 1;
	if (!take_number(s, 167, &hour))
		return false;
	if (**s == ':' && ((*s)++, !take_number(s, 59, &minute)))
		return false;
	if (**s == ':' && ((*s)++, !take_number(s, 59, &second)))
		return false;
	*seconds = sign * (hour * 3600 + minute * 60 + second);
	return true;
}

/* An abbreviation: letters, or anything in <>. */
static bool
take_abbreviation(const char **s)
{
	const char *start = *s;

	if (**s == '<') {
		*s += strcspn(*s, ">");
		return **s == '>' && (*s)++;
	}
	while ((**s >= 'A' && **s <= 'Z') || (**s >= 'a' && **s <= 'z'))
		(*s)++;
	return *s > start;
}

static bool
take_date(const char **s, struct zone_rule_date *date)
{
	date->time_s = 2 * 3600;
	if (**s == 'M') {
		date->form = RULE_WEEKDAY;
		(*s)++;
		if (!take_number(s, 12, &date->month) || *(*s)++ != '.' ||
		    !take_number(s, 5, &date->week) || *(*s)++ != '.' ||
		    !take_number(s, 6, &date->weekday) || date->month < 1 ||
		    date->week < 1)
			return false;
	} else if (**s == 'J') {
		date->form = RULE_DAY_WITHOUT_LEAP;
		(*s)++;
		if (!take_number(s, 365, &date->day) || date->day < 1)
			return false;
	} else {
		date->form = RULE_DAY;
		if (!take_number(s, 365, &date->day))
			return false;
	}
	return **s != '/' || ((*s)++, take_time(s, &date->time_s));
}

bool
zone_rule_parse(const char *s, struct zone_rule *rule)
{
	int west;

	if (*s == '\0')
		return true; /* the last transition holds for ever */
	if (!take_abbreviation(&s) || !take_time(&s, &west))
		return false;
	rule->std_s = -west;
	rule->is_set = true;
	if (*s == '\0')
		return true;
	rule->has_dst = true;
	rule->dst_s = rule->std_s + 3600;
	if (!take_abbreviation(&s))
		return false;
	if (*s != ',') {
		if (!take_time(&s, &west))
			return false;
		rule->dst_s = -west;
	}
	return *s++ == ',' && take_date(&s, &rule->start) && *s++ == ',' &&
	       take_date(&s, &rule->end) && *s == '\0';
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The date in that year as local seconds since 1970. */
static int64_t
rule_local_s(const struct zone_rule_date *date, int64_t year)
{
	int64_t first, days = 0;

	switch (date->form) {
	case RULE_WEEKDAY:
		first = clock_days_from_date(year, date->month, 1);
		/* 1970-01-01 was a Thursday: Sunday is 0 with 4 added. */
		days = first + (date->weekday - (first + 4) % 7 + 14) % 7 +
		       7 * (date->week - 1);
		if (date->month == 12)
			first = clock_days_from_date(year + 1, 1, 1);
		else
			first = clock_days_from_date(year, date->month + 1, 1);
		if (days >= first) /* week 5 is the last there is */
			days -= 7;
		break;
	case RULE_DAY_WITHOUT_LEAP:
		days = clock_days_from_date(year, 1, 1) + date->day - 1 +
		       (date->day >= 60 && is_leap(year) ? 1 : 0);
		break;
	case RULE_DAY:
		days = clock_days_from_date(year, 1, 1) + date->day;
		break;
	}
	return days * DAY_S + date->time_s;
}

/* Offset by rule: that of the latest change at or before t. */
int
zone_rule_offset_s(const struct zone_rule *rule, int64_t t)
{
	int64_t year, best = INT64_MIN, days = t / DAY_S - (t % DAY_S < 0);
	int offset_s = rule->std_s, month, day;

	if (!rule->has_dst)
		return rule->std_s;
	clock_date_from_days(days, &year, &month, &day);
	for (int64_t y = year - 1; y <= year + 1; y++) {
		int64_t end = rule_local_s(&rule->end, y) - rule->dst_s;
		int64_t start = rule_local_s(&rule->start, y) - rule->std_s;

		if (end <= t && end > best) {
			best = end;
			offset_s = rule->std_s;
		}
		/* At the same moment summer wins: it is summer all year. */
		if (start <= t && start >= best) {
			best = start;
			offset_s = rule->dst_s;
		}
	}
	return offset_s;
}
