/*
 * calendar - hours, weeks and dates as people write them.
 */
#include "common/str.h"
#include "common/text.h"
#include "common/utf8.h"
#include "db/core/calendar.h"
#include <ctype.h>
#include <string.h>

#define DAY_MIN 1440

/* Beginnings of names; both languages are always understood. */
static const struct {
	const char *name;
	int weekday;
} weekdays[] = {
    {"lunes", 0},
    {"monday", 0},
    {"martes", 1},
    {"tuesday", 1},
    {"miercoles", 2},
    {"wednesday", 2},
    {"jueves", 3},
    {"thursday", 3},
    {"viernes", 4},
    {"friday", 4},
    {"sabado", 5},
    {"saturday", 5},
    {"domingo", 6},
    {"sunday", 6},
};

static const char *
skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == ',')
		p++;
	return p;
}

static int
bad_hours(const char *text, struct err *err)
{
	char shown[64];

	text_safe_buf(shown, sizeof(shown), text);
	return err_set(err, OD_EDATA,
	    "\"%s\" are not hours: write them like 9:00-14:00 15:30-19:00.",
	    shown);
}

/* A number of 1 to max digits, -1 when there is none; moves *p on. */
static int
take_number(const char **p, int max)
{
	int n = 0, digits = 0;

	for (; isdigit((unsigned char)**p) && digits < max; digits++)
		n = n * 10 + *(*p)++ - '0';
	return digits ? n : -1;
}

/* "9", "09:30", "24:00"; moves *p on.  -1 when it is none. */
static int
take_time(const char **p)
{
	int hour = take_number(p, 2), minute = 0;

	if (hour >= 0 && (**p == ':' || **p == '.' || **p == 'h')) {
		(*p)++;
		minute = take_number(p, 2);
	}
	if (hour < 0 || minute < 0 || minute > 59 ||
	    hour * 60 + minute > DAY_MIN)
		return -1;
	return hour * 60 + minute;
}

static int
add_span(struct calendar_hours *h, int from, int to)
{
	int i = h->count;

	if (h->count == CALENDAR_SPANS || from >= to)
		return -1;
	while (i > 0 && h->spans[i - 1].from_min > from) {
		h->spans[i] = h->spans[i - 1];
		i--;
	}
	if ((i > 0 && h->spans[i - 1].to_min > from) ||
	    (i < h->count && h->spans[i + 1].from_min < to))
		return -1;
	h->spans[i].from_min = from;
	h->spans[i].to_min = to;
	h->count++;
	return 0;
}

static bool
is_word(const char *folded, const char *a, const char *b)
{
	return strcmp(folded, a) == 0 || strcmp(folded, b) == 0;
}

/* Folded text without space around it. */
static void
fold_trimmed(struct str *out, const char *text)
{
	size_t n;

	text = skip_space(text);
	n = strlen(text);
	while (n > 0 && strchr(" \t\n,", text[n - 1]))
		n--;
	utf8_fold(out, text, n);
}

static int
parse_spans(const char *p, struct calendar_hours *hours)
{
	for (p = skip_space(p); *p; p = skip_space(p)) {
		int from = take_time(&p), to;

		p = skip_space(p);
		if (from < 0 || *p++ != '-')
			return -1;
		p = skip_space(p);
		to = take_time(&p);
		if (to < 0 || add_span(hours, from, to) != 0)
			return -1;
	}
	return 0;
}

int
calendar_parse_hours(
    const char *text, struct calendar_hours *hours, struct err *err)
{
	struct calendar_hours h = {0};
	struct str folded = STR_INIT;
	int rc = 0;

	fold_trimmed(&folded, text);
	if (is_word(folded.s, "24h", "0-24"))
		rc = add_span(&h, 0, DAY_MIN);
	else if (!is_word(folded.s, "closed", "cerrado"))
		rc = parse_spans(folded.s, &h);
	str_free(&folded);
	if (rc != 0)
		return bad_hours(text, err);
	*hours = h;
	return 0;
}

/* The weekday whose name begins with what stands at *p, or -1. */
static int
take_weekday(const char **p)
{
	const char *name = *p;
	size_t n = 0;

	while (islower((unsigned char)name[n]))
		n++;
	*p += n;
	if (n < 2)
		return -1;
	for (size_t i = 0; i < sizeof(weekdays) / sizeof(weekdays[0]); i++)
		if (strncmp(weekdays[i].name, name, n) == 0)
			return weekdays[i].weekday;
	return -1;
}

/* "lun", "lun-vie", "lun,mie,vie": the days as bits, 0 when it is none. */
static unsigned
take_weekdays(const char **p)
{
	unsigned days = 0;

	for (;;) {
		int first = take_weekday(p), last = first;

		if (first >= 0 && **p == '-') {
			(*p)++;
			last = take_weekday(p);
		}
		if (first < 0 || last < 0)
			return 0;
		for (int d = first;; d = (d + 1) % 7) {
			days |= 1U << d;
			if (d == last)
				break;
		}
		*p = skip_space(*p);
		if (!islower((unsigned char)**p))
			return days;
	}
}

/* One part of a week; *seen are the days that had theirs. */
static int
parse_days(const char *part, struct calendar_hours week[7], unsigned *seen,
    struct err *err)
{
	const char *p = skip_space(part);
	struct calendar_hours hours;
	unsigned days = take_weekdays(&p);
	char shown[64];

	if (days == 0 || (days & *seen) != 0) {
		text_safe_buf(shown, sizeof(shown), part);
		return err_set(err, OD_EDATA,
		    "\"%s\" does not begin with days that are still free: "
		    "write "
		    "each day once, like mon-fri 9-14 15-18; sat 10-13.",
		    shown);
	}
	if (calendar_parse_hours(p, &hours, err) != 0)
		return OD_EDATA;
	for (int d = 0; d < 7; d++)
		if (days & 1U << d)
			week[d] = hours;
	*seen |= days;
	return 0;
}

int
calendar_parse_week(
    const char *text, struct calendar_hours week[7], struct err *err)
{
	struct calendar_hours parsed[7] = {0};
	struct str folded = STR_INIT;
	char *part, *next;
	unsigned seen = 0;
	int rc = 0;

	utf8_fold(&folded, text, strlen(text));
	for (part = folded.s; part && rc == 0; part = next) {
		next = strpbrk(part, ";\n");
		if (next)
			*next++ = '\0';
		if (*skip_space(part))
			rc = parse_days(part, parsed, &seen, err);
	}
	str_free(&folded);
	if (rc == 0)
		memcpy(week, parsed, sizeof(parsed));
	return rc;
}

/* "-25": its number, -1 when it is none. */
static int
take_part(const char **p)
{
	if (**p != '-')
		return -1;
	(*p)++;
	return take_number(p, 2);
}

int
calendar_parse_date(
    const char *text, struct calendar_date *date, struct err *err)
{
	const char *p = text;
	int first = take_number(&p, 4), second = take_part(&p);
	bool has_year = *p != '\0';
	int third = has_year ? take_part(&p) : 0;
	char shown[32];

	if (first < (has_year ? 1970 : 1) || second < 0 || third < 0 || *p) {
		text_safe_buf(shown, sizeof(shown), text);
		return err_set(err, OD_EDATA,
		    "\"%s\" is no date: write it as 2026-12-25, or as 12-25 "
		    "for every year.",
		    shown);
	}
	date->year = has_year ? first : 0;
	date->month = has_year ? second : first;
	date->day = has_year ? third : second;
	return 0;
}

void
calendar_format_hours(const struct calendar_hours *hours, struct str *out)
{
	for (int i = 0; i < hours->count; i++)
		str_addf(out, "%s%02d:%02d-%02d:%02d", i ? " " : "",
		    hours->spans[i].from_min / 60,
		    hours->spans[i].from_min % 60, hours->spans[i].to_min / 60,
		    hours->spans[i].to_min % 60);
}
