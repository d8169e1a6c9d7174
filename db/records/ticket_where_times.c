/*
 * ticket_where_times - numbers and moments of a filter: ">= 4", "urgent",
 * "<7d", "hoy", "2026-11-02".
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/ticket_where_int.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NEVER INT64_MAX

/* from <= x < to, of values that are one after the other. */
static void
set_range(
    struct where_cond *c, enum term_relation relation, int64_t from, int64_t to)
{
	c->is_range = true;
	c->from = relation == TERM_IS || relation == TERM_AT_LEAST ? from
	          : relation == TERM_ABOVE                         ? to
	                                                           : INT64_MIN;
	c->to = relation == TERM_IS || relation == TERM_AT_MOST ? to
	        : relation == TERM_BELOW                        ? from
	                                                        : NEVER;
}

static bool
read_number(
    const struct where_cond *c, const char *value, int64_t *from, int64_t *to)
{
	char *folded = where__folded(value);
	const char *s = folded[0] == '#' ? folded + 1 : folded;
	bool is_level = c->field != WHERE_NUMBER;
	bool ok =
	    str_to_int64(s, is_level ? 1 : 0, is_level ? 5 : INT32_MAX, from);

	if (!ok && is_level)
		ok = where__level(folded, from);
	*to = *from + 1;
	free(folded);
	return ok;
}

int
where__numbers(struct where_reader *r, const struct term *t,
    struct where_cond *c, struct err *err)
{
	int64_t from, to;

	(void)r;
	for (size_t i = 0; i < t->value_count; i++) {
		if (!read_number(c, t->values[i], &from, &to))
			return where__unknown(t, t->values[i],
			    c->field == WHERE_NUMBER
				? _("a number")
				: _("1 to 5, lowest, low, normal, high,"
				    " urgent"),
			    err);
		if (t->relation != TERM_IS)
			set_range(c, t->relation, from, to);
		while (t->relation == TERM_IS && from < to &&
		       c->num_count < WHERE_NUMS)
			c->nums[c->num_count++] = from++;
	}
	return 0;
}

/* ---- moments ---- */

static const struct {
	const char *word;
	int64_t us;
} units[] = {
    {"m", US_PER_MINUTE},
    {"min", US_PER_MINUTE},
    {"h", US_PER_HOUR},
    {"d", US_PER_DAY},
    {"dia", US_PER_DAY},
    {"dias", US_PER_DAY},
    {"day", US_PER_DAY},
    {"days", US_PER_DAY},
    {"w", 7 * US_PER_DAY},
    {"s", 7 * US_PER_DAY},
    {"sem", 7 * US_PER_DAY},
    {"semana", 7 * US_PER_DAY},
    {"semanas", 7 * US_PER_DAY},
    {"week", 7 * US_PER_DAY},
    {"weeks", 7 * US_PER_DAY},
};

static bool
read_span(const char *s, int64_t *us)
{
	char digits[8];
	size_t n = strspn(s, "0123456789");
	int64_t count;

	if (n == 0 || n >= sizeof(digits))
		return false;
	str_format(digits, sizeof(digits), "%.*s", (int)n, s);
	if (!str_to_int64(digits, 0, 99999, &count))
		return false;
	s += n + strspn(s + n, " ");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_equal(s, units[i].word)) {
			*us = count * units[i].us;
			return true;
		}
	return false;
}

static const struct {
	const char *word;
	int days;
} days[] = {
    {"hoy", 0},
    {"today", 0},
    {"ayer", -1},
    {"yesterday", -1},
    {"manana", 1},
    {"tomorrow", 1},
};

/* "2026-11-02", "2/11/2026", "2/11" (this year). */
static bool
read_date(const char *s, struct civil *day)
{
	int64_t n[3] = {0};
	char part[5];
	size_t count = 0;
	bool iso = strchr(s, '-') != NULL;

	for (;;) {
		size_t len = strspn(s, "0123456789");

		if (len == 0 || len >= sizeof(part) || count == 3)
			return false;
		str_format(part, sizeof(part), "%.*s", (int)len, s);
		if (!str_to_int64(part, 0, 9999, &n[count++]))
			return false;
		s += len;
		if (*s == '\0')
			break;
		if (*s != (iso ? '-' : '/'))
			return false;
		s++;
	}
	if (count < 2 || (iso && count < 3))
		return false;
	if (iso || count == 3)
		day->year = (int)(iso ? n[0] : n[2]);
	day->month = (int)n[1];
	day->day = (int)(iso ? n[2] : n[0]);
	return day->year >= 1970 && day->month >= 1 && day->month <= 12 &&
	       day->day >= 1 && day->day <= 31;
}

/* The day that is meant, from midnight to midnight there. */
static bool
read_day(
    const struct where_reader *r, const char *s, int64_t *from, int64_t *to)
{
	struct civil day;
	size_t i = 0, n = sizeof(days) / sizeof(days[0]);

	zone_civil(r->zone, r->w->now_us, &day);
	while (i < n && !str_equal(s, days[i].word))
		i++;
	if (i < n)
		day.day += days[i].days;
	else if (!read_date(s, &day))
		return false;
	day.hour = day.minute = day.second = day.us = 0;
	*from = zone_instant(r->zone, &day);
	day.day++;
	*to = zone_instant(r->zone, &day);
	return true;
}

/*
 * A span is an age, or for what is to come how soon: "created<7d" is young,
 * "due<2h" is near or over.
 */
static void
set_span(const struct where_reader *r, struct where_cond *c,
    enum term_relation relation, int64_t us)
{
	bool far = relation == TERM_ABOVE || relation == TERM_AT_LEAST;
	int64_t now = r->w->now_us;

	c->is_range = true;
	if (c->field == WHERE_DUE) {
		c->from = far                   ? now + us
		          : relation == TERM_IS ? now
		                                : INT64_MIN;
		c->to = far ? NEVER : now + us;
	} else {
		c->from = far ? INT64_MIN : now - us;
		c->to = far ? now - us : NEVER;
	}
}

int
where__times(struct where_reader *r, const struct term *t, struct where_cond *c,
    struct err *err)
{
	int64_t from, to;
	char *s;
	int rc = 0;

	if (t->value_count > 1)
		return err_set(err, OD_EDATA,
		    "%s takes one time; write it twice for a span of two",
		    t->field);
	s = where__folded(t->values[0]);
	if (read_span(s, &from))
		set_span(r, c, t->relation, from);
	else if (read_day(r, s, &from, &to))
		set_range(c, t->relation, from, to);
	else if (str_equal(s, "ahora") || str_equal(s, "now"))
		set_range(c, t->relation, r->w->now_us, r->w->now_us + 1);
	else
		rc = where__unknown(t, t->values[0],
		    _("a span (2h, 7d, 3w), today, yesterday, tomorrow, or a"
		      " date (2026-11-02)"),
		    err);
	free(s);
	return rc;
}
