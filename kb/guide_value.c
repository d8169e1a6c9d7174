/* guide_value - see guide_value.h. */
#include "kb/guide_value.h"
#include "common/zone.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool
is_number(const char *s)
{
	char *end;

	if (strspn(s, "+-0123456789.,eE ") != strlen(s))
		return false;
	(void)strtod(s, &end);
	return end != s && (*end == '\0' || *end == ',');
}

static bool
is_date(const char *s)
{
	struct civil c = {.year = 0}, back;

	for (size_t i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? s[i] != '-'
				     : !isdigit((unsigned char)s[i]))
			return false;
	if (s[10] != '\0')
		return false;
	c.year = (int)strtol(s, NULL, 10);
	c.month = (int)strtol(s + 5, NULL, 10);
	c.day = (int)strtol(s + 8, NULL, 10);
	zone_civil(zone_utc(), zone_instant(zone_utc(), &c), &back);
	return back.year == c.year && back.month == c.month &&
	       back.day == c.day;
}

static bool
is_email(const char *s)
{
	const char *at = strchr(s, '@');

	return at != NULL && at != s && strchr(at, '.') != NULL &&
	       at[1] != '.' && strchr(s, ' ') == NULL &&
	       s[strlen(s) - 1] != '.';
}

static bool
is_phone(const char *s)
{
	size_t digits = 0;

	for (const char *p = s; *p != '\0'; p++)
		digits += isdigit((unsigned char)*p) != 0;
	return digits >= 5 && strspn(s, "+0123456789 ()-./") == strlen(s);
}

bool
guide_value_is(enum guide_variable_type type, const char *value)
{
	switch (type) {
	case GUIDE_NUMBER:
		return is_number(value);
	case GUIDE_DATE:
		return is_date(value);
	case GUIDE_EMAIL:
		return is_email(value);
	case GUIDE_PHONE:
		return is_phone(value);
	case GUIDE_TEXT:
	case GUIDE_CHOICE:
	case GUIDE_YES_NO:
	case GUIDE_TYPE_COUNT:
		break;
	}
	return true;
}

const char *
guide_value_words(enum guide_variable_type type)
{
	static const char *const wanted[GUIDE_TYPE_COUNT] = {
	    [GUIDE_TEXT] = N_("a text"),
	    [GUIDE_NUMBER] = N_("a number"),
	    [GUIDE_DATE] = N_("a date such as 2026-03-31"),
	    [GUIDE_EMAIL] = N_("a mail address"),
	    [GUIDE_PHONE] = N_("a telephone number"),
	    [GUIDE_CHOICE] = N_("one of its choices"),
	    [GUIDE_YES_NO] = N_("yes or no"),
	};

	return type < GUIDE_TYPE_COUNT ? _(wanted[type]) : "";
}

enum guide_variable_type
guide_value_type(const char *name)
{
	int t = 0;

	while (t < GUIDE_TYPE_COUNT &&
	       strcmp(guide_type_name((enum guide_variable_type)t), name) != 0)
		t++;
	return (enum guide_variable_type)t;
}
