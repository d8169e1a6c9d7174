/*
 * when - a moment as people say it.
 *
 * The folded text is cut into words and numbers; what they say is collected
 * first (a span, a day, a time) and put together afterwards.
 */
#include "common/when.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/text.h"
#include "common/utf8.h"
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define TOKENS     16
#define TOKEN_SIZE 16
#define YEARS_MAX  10
#define UNSET      (-1)

struct token {
	int number; /* UNSET for a word or a sign */
	char word[TOKEN_SIZE];
};

enum day_kind {
	DAY_UNSAID,
	DAY_FROM_TODAY, /* value: days */
	DAY_WEEKDAY,    /* value: 0 Monday */
	DAY_DATE,       /* month, day and perhaps year */
	DAY_NEXT_WEEK,
	DAY_NEXT_MONTH
};

struct saying {                          /* what the text says */
	struct token tokens[TOKENS + 1]; /* an empty one at the end */
	int count;
	int at; /* the token to be read next */
	bool has_span;
	int64_t span_us;
	int span_days, span_months;
	enum day_kind day_kind;
	int day_value;
	int year, month, day; /* year UNSET when not said */
	int minute;           /* of the day; UNSET */
	int part;             /* "por la tarde", minute of the day; UNSET */
	bool next;            /* "next", "que viene" */
};

enum meaning {
	SAYS_NOTHING, /* "a las", "the" */
	SAYS_MINUTES, /* value: of one, 1 or 60 */
	SAYS_DAYS,    /* value: of one, 1 or 7 */
	SAYS_MONTHS,
	SAYS_FROM_TODAY, /* value: days */
	SAYS_WEEKDAY,    /* value: 0 Monday */
	SAYS_MONTH,      /* value: 1..12 */
	SAYS_PART,       /* of a day; value: its minute when no time is said */
	SAYS_AM,
	SAYS_PM,
	SAYS_NEXT,
	SAYS_HALF,
	SAYS_AFTER, /* "pasado mañana" */
	SAYS_UNKNOWN
};

static const struct {
	const char *word;
	enum meaning meaning;
	int value;
} words[] = {
    {"a", SAYS_NOTHING, 0},
    {"al", SAYS_NOTHING, 0},
    {"an", SAYS_NOTHING, 0},
    {"at", SAYS_NOTHING, 0},
    {"de", SAYS_NOTHING, 0},
    {"del", SAYS_NOTHING, 0},
    {"dentro", SAYS_NOTHING, 0},
    {"el", SAYS_NOTHING, 0},
    {"en", SAYS_NOTHING, 0},
    {"in", SAYS_NOTHING, 0},
    {"la", SAYS_NOTHING, 0},
    {"las", SAYS_NOTHING, 0},
    {"of", SAYS_NOTHING, 0},
    {"on", SAYS_NOTHING, 0},
    {"por", SAYS_NOTHING, 0},
    {"que", SAYS_NOTHING, 0},
    {"the", SAYS_NOTHING, 0},
    {"this", SAYS_NOTHING, 0},
    {"este", SAYS_NOTHING, 0},
    {"esta", SAYS_NOTHING, 0},
    {"y", SAYS_NOTHING, 0},
    {"and", SAYS_NOTHING, 0},

    {"m", SAYS_MINUTES, 1},
    {"min", SAYS_MINUTES, 1},
    {"mins", SAYS_MINUTES, 1},
    {"minuto", SAYS_MINUTES, 1},
    {"minutos", SAYS_MINUTES, 1},
    {"minute", SAYS_MINUTES, 1},
    {"minutes", SAYS_MINUTES, 1},
    {"h", SAYS_MINUTES, 60},
    {"hs", SAYS_MINUTES, 60},
    {"hora", SAYS_MINUTES, 60},
    {"horas", SAYS_MINUTES, 60},
    {"hour", SAYS_MINUTES, 60},
    {"hours", SAYS_MINUTES, 60},
    {"d", SAYS_DAYS, 1},
    {"dia", SAYS_DAYS, 1},
    {"dias", SAYS_DAYS, 1},
    {"day", SAYS_DAYS, 1},
    {"days", SAYS_DAYS, 1},
    {"s", SAYS_DAYS, 7},
    {"sem", SAYS_DAYS, 7},
    {"semana", SAYS_DAYS, 7},
    {"semanas", SAYS_DAYS, 7},
    {"w", SAYS_DAYS, 7},
    {"week", SAYS_DAYS, 7},
    {"weeks", SAYS_DAYS, 7},
    {"mes", SAYS_MONTHS, 0},
    {"meses", SAYS_MONTHS, 0},
    {"month", SAYS_MONTHS, 0},
    {"months", SAYS_MONTHS, 0},

    {"hoy", SAYS_FROM_TODAY, 0},
    {"today", SAYS_FROM_TODAY, 0},
    {"manana", SAYS_FROM_TODAY, 1},
    {"tomorrow", SAYS_FROM_TODAY, 1},
    {"tom", SAYS_FROM_TODAY, 1},

    {"lunes", SAYS_WEEKDAY, 0},
    {"lun", SAYS_WEEKDAY, 0},
    {"monday", SAYS_WEEKDAY, 0},
    {"mon", SAYS_WEEKDAY, 0},
    {"martes", SAYS_WEEKDAY, 1},
    {"mar", SAYS_WEEKDAY, 1}, /* in "3 mar" it is March */
    {"tuesday", SAYS_WEEKDAY, 1},
    {"tue", SAYS_WEEKDAY, 1},
    {"miercoles", SAYS_WEEKDAY, 2},
    {"mie", SAYS_WEEKDAY, 2},
    {"wednesday", SAYS_WEEKDAY, 2},
    {"wed", SAYS_WEEKDAY, 2},
    {"jueves", SAYS_WEEKDAY, 3},
    {"jue", SAYS_WEEKDAY, 3},
    {"thursday", SAYS_WEEKDAY, 3},
    {"thu", SAYS_WEEKDAY, 3},
    {"viernes", SAYS_WEEKDAY, 4},
    {"vie", SAYS_WEEKDAY, 4},
    {"friday", SAYS_WEEKDAY, 4},
    {"fri", SAYS_WEEKDAY, 4},
    {"sabado", SAYS_WEEKDAY, 5},
    {"sab", SAYS_WEEKDAY, 5},
    {"saturday", SAYS_WEEKDAY, 5},
    {"sat", SAYS_WEEKDAY, 5},
    {"domingo", SAYS_WEEKDAY, 6},
    {"dom", SAYS_WEEKDAY, 6},
    {"sunday", SAYS_WEEKDAY, 6},
    {"sun", SAYS_WEEKDAY, 6},

    {"enero", SAYS_MONTH, 1},
    {"ene", SAYS_MONTH, 1},
    {"january", SAYS_MONTH, 1},
    {"jan", SAYS_MONTH, 1},
    {"febrero", SAYS_MONTH, 2},
    {"feb", SAYS_MONTH, 2},
    {"february", SAYS_MONTH, 2},
    {"marzo", SAYS_MONTH, 3},
    {"march", SAYS_MONTH, 3},
    {"abril", SAYS_MONTH, 4},
    {"abr", SAYS_MONTH, 4},
    {"april", SAYS_MONTH, 4},
    {"apr", SAYS_MONTH, 4},
    {"mayo", SAYS_MONTH, 5},
    {"may", SAYS_MONTH, 5},
    {"junio", SAYS_MONTH, 6},
    {"jun", SAYS_MONTH, 6},
    {"june", SAYS_MONTH, 6},
    {"julio", SAYS_MONTH, 7},
    {"jul", SAYS_MONTH, 7},
    {"july", SAYS_MONTH, 7},
    {"agosto", SAYS_MONTH, 8},
    {"ago", SAYS_MONTH, 8},
    {"august", SAYS_MONTH, 8},
    {"aug", SAYS_MONTH, 8},
    {"septiembre", SAYS_MONTH, 9},
    {"setiembre", SAYS_MONTH, 9},
    {"sep", SAYS_MONTH, 9},
    {"september", SAYS_MONTH, 9},
    {"octubre", SAYS_MONTH, 10},
    {"oct", SAYS_MONTH, 10},
    {"october", SAYS_MONTH, 10},
    {"noviembre", SAYS_MONTH, 11},
    {"nov", SAYS_MONTH, 11},
    {"november", SAYS_MONTH, 11},
    {"diciembre", SAYS_MONTH, 12},
    {"dic", SAYS_MONTH, 12},
    {"december", SAYS_MONTH, 12},
    {"dec", SAYS_MONTH, 12},

    {"mediodia", SAYS_PART, 12 * 60},
    {"noon", SAYS_PART, 12 * 60},
    {"morning", SAYS_PART, WHEN_HOUR * 60},
    {"tarde", SAYS_PART, 16 * 60},
    {"afternoon", SAYS_PART, 16 * 60},
    {"noche", SAYS_PART, 20 * 60},
    {"evening", SAYS_PART, 20 * 60},
    {"tonight", SAYS_PART, 20 * 60},
    {"am", SAYS_AM, 0},
    {"pm", SAYS_PM, 0},

    {"next", SAYS_NEXT, 0},
    {"proximo", SAYS_NEXT, 0},
    {"proxima", SAYS_NEXT, 0},
    {"viene", SAYS_NEXT, 0},
    {"half", SAYS_HALF, 0},
    {"media", SAYS_HALF, 0},
    {"pasado", SAYS_AFTER, 0},
};

/*
 * Words.
 */

static void
add_token(struct saying *s, const char *text, size_t n, int number)
{
	struct token *t = &s->tokens[s->count++];

	t->number = number;
	memcpy(t->word, text, n);
	t->word[n] = '\0';
}

/* False when there are too many or too long ones. */
static bool
cut(const char *p, struct saying *s)
{
	while (*p) {
		size_t n = 1;
		int number = UNSET;

		if (strchr(" ,\t\n", *p)) {
			p++;
			continue;
		}
		if (isdigit((unsigned char)*p)) {
			number = 0;
			for (n = 0; isdigit((unsigned char)p[n]) && n < 5; n++)
				number = number * 10 + p[n] - '0';
		} else if (isalpha((unsigned char)*p)) {
			while (isalpha((unsigned char)p[n]))
				n++;
		}
		if (s->count == TOKENS || n >= TOKEN_SIZE)
			return false;
		add_token(s, p, n, number);
		p += n;
	}
	s->tokens[s->count].number = UNSET;
	return true;
}

static const struct token *
peek(const struct saying *s)
{
	return &s->tokens[s->at];
}

static bool
take_sign(struct saying *s, const char *sign)
{
	if (strcmp(peek(s)->word, sign) != 0)
		return false;
	s->at++;
	return true;
}

/* The number that stands next, or UNSET. */
static int
take_number(struct saying *s)
{
	int number = peek(s)->number;

	if (number != UNSET)
		s->at++;
	return number;
}

static enum meaning
meaning_of(const struct token *t, int *value)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, t->word) == 0) {
			*value = words[i].value;
			return words[i].meaning;
		}
	return SAYS_UNKNOWN;
}

static void
skip_fillers(struct saying *s)
{
	int value;

	while (meaning_of(peek(s), &value) == SAYS_NOTHING)
		s->at++;
}

/*
 * What is said.  All of these are false when it was said before or cannot be.
 */

static bool
say_day(struct saying *s, enum day_kind kind, int value)
{
	if (s->day_kind != DAY_UNSAID)
		return false;
	s->day_kind = kind;
	s->day_value = value;
	return true;
}

static bool
say_date(struct saying *s, int year, int month, int day)
{
	int y = year == UNSET ? 2000 : year; /* with a 29th of February */

	if (y < 1970 || y > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > clock_days_from_date(y, month + 1, 1) -
		      clock_days_from_date(y, month, 1))
		return false;
	s->year = year;
	s->month = month;
	s->day = day;
	return say_day(s, DAY_DATE, 0);
}

static bool
say_time(struct saying *s, int hour, int minute)
{
	if (s->minute != UNSET || hour > 24 || minute < 0 || minute > 59 ||
	    hour * 60 + minute > 24 * 60)
		return false;
	s->minute = hour * 60 + minute;
	return true;
}

/* n times the unit, and the minutes of "1h30". */
static bool
say_span(struct saying *s, int n, enum meaning meaning, int unit)
{
	int value;

	s->has_span = true;
	if (meaning == SAYS_MONTHS) {
		s->span_months += n;
	} else if (meaning == SAYS_DAYS) {
		s->span_days += n * unit;
	} else {
		s->span_us += n * unit * US_PER_MINUTE;
		if (unit == 1 || peek(s)->number == UNSET)
			return true;
		s->span_us += take_number(s) * US_PER_MINUTE;
		if (meaning_of(peek(s), &value) == SAYS_MINUTES && value == 1)
			s->at++;
	}
	return true;
}

/* "3 mar", "24 de diciembre de 2026": the month stands next. */
static bool
say_named_month(struct saying *s, int day, int month)
{
	int year;

	s->at++;
	skip_fillers(s);
	year = peek(s)->number;
	if (year < 1970)
		return say_date(s, UNSET, month, day);
	s->at++;
	return say_date(s, year, month, day);
}

static bool
say_numbered_date(struct saying *s, int first, const char *sign)
{
	int second = take_number(s), third = UNSET;

	if (take_sign(s, sign) && (third = take_number(s)) == UNSET)
		return false;
	if (first >= 1970)
		return third != UNSET && say_date(s, first, second, third);
	if (third != UNSET && third < 100)
		third += 2000;
	return say_date(s, third, second, first);
}

/* The hour with "am" or "pm" behind it, if there is one. */
static bool
say_clock(struct saying *s, int hour, int minute)
{
	int value;
	enum meaning meaning = meaning_of(peek(s), &value);

	if (meaning == SAYS_AM || meaning == SAYS_PM) {
		if (hour < 1 || hour > 12)
			return false;
		s->at++;
		hour = hour % 12 + (meaning == SAYS_PM ? 12 : 0);
	}
	return say_time(s, hour, minute);
}

/* What follows a number says what it is. */
static bool
read_number(struct saying *s)
{
	int n = take_number(s), value;
	enum meaning meaning;

	if (take_sign(s, ":"))
		return say_clock(s, n, take_number(s));
	if (take_sign(s, "/"))
		return say_numbered_date(s, n, "/");
	if (take_sign(s, "-"))
		return say_numbered_date(s, n, "-");
	skip_fillers(s);
	if (strcmp(peek(s)->word, "mar") == 0)
		return say_named_month(s, n, 3);
	meaning = meaning_of(peek(s), &value);
	if (meaning == SAYS_MONTH)
		return say_named_month(s, n, value);
	if (meaning < SAYS_MINUTES || meaning > SAYS_MONTHS)
		return say_clock(s, n, 0);
	s->at++;
	if (s->day_kind != DAY_UNSAID && meaning == SAYS_MINUTES &&
	    value == 60) { /* "mañana 14h30" */
		value = take_number(s);
		return say_time(s, n, value == UNSET ? 0 : value);
	}
	return say_span(s, n, meaning, value);
}

/* "half an hour", "1 hora y media". */
static bool
read_half(struct saying *s)
{
	int value;

	skip_fillers(s);
	if (meaning_of(peek(s), &value) == SAYS_MINUTES && value == 60)
		s->at++;
	else if (!s->has_span)
		return false;
	return say_span(s, 30, SAYS_MINUTES, 1);
}

static bool
read_word(struct saying *s)
{
	const struct token *t = &s->tokens[s->at++];
	int value = 0;

	switch (meaning_of(t, &value)) {
	case SAYS_NOTHING:
		if (strcmp(t->word, "la") == 0 && take_sign(s, "manana"))
			s->part = WHEN_HOUR * 60;
		return true;
	case SAYS_FROM_TODAY:
		return say_day(s, DAY_FROM_TODAY, value);
	case SAYS_AFTER:
		return take_sign(s, "manana") && say_day(s, DAY_FROM_TODAY, 2);
	case SAYS_WEEKDAY:
		return say_day(s, DAY_WEEKDAY, value);
	case SAYS_MONTH:
		return peek(s)->number != UNSET &&
		       say_date(s, UNSET, value, take_number(s));
	case SAYS_DAYS:
		return value == 7 && say_day(s, DAY_NEXT_WEEK, 0);
	case SAYS_MONTHS:
		return say_day(s, DAY_NEXT_MONTH, 0);
	case SAYS_NEXT:
		s->next = true;
		return true;
	case SAYS_PART:
		s->part = value;
		return true;
	case SAYS_HALF:
		return read_half(s);
	case SAYS_MINUTES:
	case SAYS_AM:
	case SAYS_PM:
	case SAYS_UNKNOWN:
		break;
	}
	return false;
}

static bool
read_all(struct saying *s)
{
	while (s->at < s->count)
		if (!(peek(s)->number != UNSET ? read_number(s) : read_word(s)))
			return false;
	if (s->has_span)
		return s->day_kind == DAY_UNSAID && s->minute == UNSET &&
		       s->part == UNSET;
	if (s->day_kind == DAY_NEXT_WEEK || s->day_kind == DAY_NEXT_MONTH)
		return s->next;
	return s->day_kind != DAY_UNSAID || s->minute != UNSET ||
	       s->part != UNSET;
}

/*
 * The moment.
 */

static int
days_in_month(int64_t year, int month)
{
	return (int)(clock_days_from_date(year, month + 1, 1) -
		     clock_days_from_date(year, month, 1));
}

static int64_t
after_span(const struct saying *s, const struct zone *zone, int64_t now_us)
{
	struct civil c;
	int last;

	if (s->span_days == 0 && s->span_months == 0)
		return now_us + s->span_us;
	zone_civil(zone, now_us, &c);
	c.month += s->span_months;
	c.year += (c.month - 1) / 12;
	c.month = (c.month - 1) % 12 + 1;
	last = days_in_month(c.year, c.month);
	c.day = (c.day > last ? last : c.day) + s->span_days;
	return zone_instant(zone, &c) + s->span_us;
}

static int
minute_of_day(const struct saying *s)
{
	if (s->minute == UNSET)
		return s->part == UNSET ? WHEN_HOUR * 60 : s->part;
	/* "a las 4 de la tarde" */
	if (s->part >= 12 * 60 && s->minute < 12 * 60)
		return s->minute + 12 * 60;
	return s->minute;
}

/* The given day at the time that was said; days out of range go on. */
static int64_t
on_day(const struct saying *s, const struct zone *zone, int year, int month,
    int day)
{
	struct civil c = {.year = year, .month = month, .day = day};

	c.minute = minute_of_day(s);
	return zone_instant(zone, &c);
}

/* The next year in which there is such a day, still to come. */
static int64_t
on_date(const struct saying *s, const struct zone *zone, int64_t now_us,
    const struct civil *today)
{
	int64_t at_us = now_us;

	if (s->year != UNSET)
		return on_day(s, zone, s->year, s->month, s->day);
	for (int y = today->year; y < today->year + YEARS_MAX; y++) {
		if (s->day > days_in_month(y, s->month))
			continue;
		at_us = on_day(s, zone, y, s->month, s->day);
		if (at_us > now_us)
			break;
	}
	return at_us;
}

static int64_t
on_said_day(const struct saying *s, const struct zone *zone, int64_t now_us)
{
	struct civil today;
	int64_t at_us;
	int days = 0, again = 0; /* days on when that is over */

	zone_civil(zone, now_us, &today);
	switch (s->day_kind) {
	case DAY_UNSAID:
		again = 1;
		break;
	case DAY_FROM_TODAY:
		days = s->day_value;
		break;
	case DAY_WEEKDAY:
		days = (s->day_value - today.weekday + 7) % 7;
		if (days == 0 && s->minute == UNSET && s->part == UNSET)
			days = 7;
		again = 7;
		break;
	case DAY_DATE:
		return on_date(s, zone, now_us, &today);
	case DAY_NEXT_WEEK:
		days = 7 - today.weekday;
		break;
	case DAY_NEXT_MONTH:
		return on_day(s, zone, today.year, today.month + 1, 1);
	}
	at_us = on_day(s, zone, today.year, today.month, today.day + days);
	if (at_us <= now_us && again)
		at_us = on_day(
		    s, zone, today.year, today.month, today.day + days + again);
	return at_us;
}

int
when_parse(const char *text, const struct zone *zone, int64_t now_us,
    int64_t *at_us, struct err *err)
{
	struct saying s = {.year = UNSET, .minute = UNSET, .part = UNSET};
	struct str folded = STR_INIT;
	char shown[64];
	bool is_understood;
	int64_t t;

	utf8_fold(&folded, text, strlen(text));
	is_understood = cut(folded.s, &s) && read_all(&s);
	str_free(&folded);
	if (is_understood) {
		t = s.has_span ? after_span(&s, zone, now_us)
		               : on_said_day(&s, zone, now_us);
		if (t > now_us && t - now_us < YEARS_MAX * 366 * US_PER_DAY) {
			*at_us = t;
			return 0;
		}
	}
	text_safe_buf(shown, sizeof(shown), text);
	if (is_understood && t <= now_us)
		return err_set(err, OD_EDATA,
		    "\"%s\" is over: say a moment to come.", shown);
	return err_set(err, OD_EDATA,
	    "\"%s\" is no moment: say it like 1h, tomorrow 9, monday 14:30 "
	    "or 24/12.",
	    shown);
}
