/*
 * import_time - times as people and programs write them; see import_map.h.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/utf8.h"
#include "db/records/import_map.h"
#include <ctype.h>
#include <string.h>

/* ---- words ---- */

/* Month by month, in both languages; three letters are enough. */
static const char *const months[12] = {" january enero ", " february febrero ",
    " march marzo ", " april abril ", " may mayo ", " june junio ",
    " july julio ", " august agosto ", " september septiembre setiembre ",
    " october octubre ", " november noviembre ", " december diciembre "};
static const char weekdays[] =
    " monday tuesday wednesday thursday friday saturday sunday"
    " lunes martes miercoles jueves viernes sabado domingo ";

/* The word at s, folded; how many bytes of s it is. */
static size_t
word(const char *s, struct str *folded)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]) || (unsigned char)s[n] >= 0x80)
		n++;
	str_clear(folded);
	utf8_fold(folded, s, n);
	return n;
}

/* Whether one of names is the word, or begins with its letters (3 or 4). */
static bool
is_one_of(const char *names, const struct str *w)
{
	struct str sought = STR_INIT;
	bool is_there;

	if (w->len < 3)
		return false;
	str_addf(&sought, " %s%s", w->s, w->len > 4 ? " " : "");
	is_there = strstr(names, sought.s) != NULL;
	str_free(&sought);
	return is_there;
}

static bool
month(const char **s, int *value)
{
	struct str w = STR_INIT;
	size_t n = word(*s, &w);

	*value = 0;
	for (int i = 0; i < 12 && *value == 0; i++)
		if (is_one_of(months[i], &w))
			*value = i + 1;
	str_free(&w);
	*s += *value != 0 ? n : 0;
	return *value != 0;
}

/* Digits at *s, at most max of them; how many there were. */
static int
digits(const char **s, int max, int *value)
{
	int n = 0;

	*value = 0;
	for (; n < max && isdigit((unsigned char)**s); n++, (*s)++)
		*value = *value * 10 + (**s - '0');
	return n;
}

static void
skip_blanks(const char **s)
{
	while (**s == ' ' || **s == ',')
		(*s)++;
}

/* Between the parts of "31 de marzo de 2024", "31-Mar-24", "Mar. 31, 2024". */
static void
skip_between(const char **s)
{
	*s += strspn(*s, " ,.-/");
	if (strncmp(*s, "de ", 3) == 0 || strncmp(*s, "DE ", 3) == 0 ||
	    strncmp(*s, "of ", 3) == 0)
		*s += 3;
	*s += strspn(*s, " ");
}

/* "Sun, ", "lunes " */
static void
skip_weekday(const char **s)
{
	struct str w = STR_INIT;
	size_t n = word(*s, &w);

	if (is_one_of(weekdays, &w)) {
		*s += n + (s[0][n] == '.');
		skip_blanks(s);
	}
	str_free(&w);
}

/* ---- a time of the day ---- */

/* "14:05:09.123", "2:05 pm", "2:05 p. m.", "" is midnight. */
static bool
time_of_day(const char **at, struct civil *t)
{
	const char *s = *at;
	int n;

	skip_blanks(&s);
	*at = s;
	if (*s == '\0')
		return true;
	if ((n = digits(&s, 2, &t->hour)) == 0 || *s != ':')
		return false;
	s++;
	if (digits(&s, 2, &t->minute) != 2)
		return false;
	if (*s == ':') {
		s++;
		if (digits(&s, 2, &t->second) != 2)
			return false;
		if (*s == '.' || *s == ',') {
			s++;
			if (digits(&s, 9, &n) == 0)
				return false;
		}
	}
	skip_blanks(&s);
	if (*s == 'a' || *s == 'A' || *s == 'p' || *s == 'P') {
		bool is_pm = *s == 'p' || *s == 'P';

		if (t->hour < 1 || t->hour > 12)
			return false;
		t->hour = t->hour % 12 + (is_pm ? 12 : 0);
		for (s++; *s == '.' || *s == ' ' || *s == 'm' || *s == 'M'; s++)
			;
	}
	*at = s;
	return t->hour < 24 && t->minute < 60 && t->second < 61;
}

/* "Z", "UTC", "GMT", "+0200", "-05:00", "+02"; seconds east. */
static bool
offset(const char *s, int *east)
{
	int sign, hours, minutes = 0, n;

	*east = 0;
	if (str_equal(s, "Z") || str_equal(s, "z") || str_equal(s, "UTC") ||
	    str_equal(s, "GMT"))
		return true;
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '-' ? -1 : 1;
	n = digits(&s, 2, &hours);
	if (n == 2 && *s != '\0') {
		s += *s == ':';
		n = digits(&s, 2, &minutes);
	}
	*east = sign * (hours * 3600 + minutes * 60);
	return n == 2 && *s == '\0' && hours <= 14 && minutes < 60;
}

/* ---- a date ---- */

static bool
is_date(const struct civil *t)
{
	int64_t year;
	int m, day;

	if (t->month < 1 || t->month > 12 || t->day < 1 || t->day > 31 ||
	    t->year < 1970 || t->year > 2200)
		return false;
	clock_date_from_days(
	    clock_days_from_date(t->year, t->month, t->day), &year, &m, &day);
	return m == t->month;
}

static bool
year_of(const char **s, struct civil *t)
{
	int n = digits(s, 4, &t->year);

	if (n == 2)
		t->year += 2000;
	return n == 2 || n == 4;
}

/* "2024-03-31", "2024/3/31", "31/3/2024", "31-03-24"; the rest into *rest. */
static bool
plain_date(
    const char *s, enum import_dates dates, struct civil *t, const char **rest)
{
	int a, b, c, an, bn, cn;
	char sep;

	an = digits(&s, 4, &a);
	sep = *s;
	if (an == 0 || (sep != '-' && sep != '/' && sep != '.'))
		return false;
	s++;
	bn = digits(&s, 2, &b);
	if (bn == 0 || *s != sep)
		return false;
	s++;
	cn = digits(&s, 4, &c);
	*rest = s;
	if (an == 4 && (cn == 1 || cn == 2)) {
		t->year = a;
		t->month = b;
		t->day = c;
	} else if (an <= 2 && (cn == 2 || cn == 4)) {
		t->year = cn == 2 ? 2000 + c : c;
		t->month = dates == DATES_MONTH_FIRST ? a : b;
		t->day = dates == DATES_MONTH_FIRST ? b : a;
	} else {
		return false;
	}
	return true;
}

/* "20240331", which nothing but a time may follow. */
static bool
tight_date(const char *s, struct civil *t, const char **rest)
{
	if (strspn(s, "0123456789") != 8 ||
	    (s[8] != '\0' && s[8] != 'T' && s[8] != ' '))
		return false;
	(void)digits(&s, 4, &t->year);
	(void)digits(&s, 2, &t->month);
	(void)digits(&s, 2, &t->day);
	*rest = s;
	return true;
}

/* "31 mar 2024", "31/Mar/24", "31 de marzo de 2024", "March 31st, 2024" */
static bool
worded_date(const char *s, struct civil *t, const char **rest)
{
	bool is_month_first = month(&s, &t->month);

	if (is_month_first)
		skip_between(&s);
	if (digits(&s, 2, &t->day) == 0)
		return false;
	if (strncmp(s, "st", 2) == 0 || strncmp(s, "nd", 2) == 0 ||
	    strncmp(s, "rd", 2) == 0 || strncmp(s, "th", 2) == 0)
		s += 2;
	skip_between(&s);
	if (!is_month_first) {
		if (!month(&s, &t->month))
			return false;
		skip_between(&s);
	}
	if (!year_of(&s, t))
		return false;
	*rest = s;
	return true;
}

static bool
date(const char *s, enum import_dates dates, struct civil *t, const char **rest)
{
	if (plain_date(s, dates, t, rest) || tight_date(s, t, rest) ||
	    worded_date(s, t, rest))
		return true;
	/* "mar" is March, or Tuesday in front of another date. */
	skip_weekday(&s);
	return plain_date(s, dates, t, rest) || worded_date(s, t, rest);
}

static bool
since_1970(const char *s, int64_t *us)
{
	size_t n = strspn(s, "0123456789");

	if ((n != 10 && n != 13) || s[n] != '\0' ||
	    !str_to_int64(s, 0, INT64_MAX, us))
		return false;
	*us *= n == 10 ? US_PER_SECOND : US_PER_MS;
	return true;
}

/* A date and what follows it; false: that is no time. */
static bool
moment(const char *rest, const struct zone *zone, struct civil *t, int64_t *us)
{
	int east;

	if (*rest == 'T' || *rest == 't')
		rest++;
	if (!time_of_day(&rest, t))
		return false;
	if (*rest == '\0') {
		*us = zone_instant(zone, t);
		return true;
	}
	if (!offset(rest, &east))
		return false;
	*us = (clock_days_from_date(t->year, t->month, t->day) * 86400 +
		  t->hour * 3600 + t->minute * 60 + t->second - east) *
	      US_PER_SECOND;
	return true;
}

int
import_time(const char *text, const struct zone *zone, enum import_dates dates,
    int64_t *us, struct err *err)
{
	struct civil t = {0};
	const char *rest;

	if (since_1970(text, us))
		return 0;
	if (date(text, dates, &t, &rest)) {
		if (!is_date(&t))
			return err_set(err, OD_EDATA,
			    dates == DATES_MONTH_FIRST
				? N_("\"%s\" is no date with the month first;"
				     " see --dates")
				: N_("\"%s\" is no date with the day first;"
				     " see --dates"),
			    text);
		/* That keeps a fraction, too. */
		if (clock_parse_rfc3339(text, us) == 0 ||
		    moment(rest, zone, &t, us))
			return 0;
	}
	return err_set(err, OD_EDATA,
	    "\"%s\" is no date that is known; write it as 2026-11-21 14:05",
	    text);
}
