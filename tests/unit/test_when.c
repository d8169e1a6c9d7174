/*
 * Unit tests of common/when: what people say, against the moment meant.
 *
 * Broken on purpose: with the span's days added as 24 hours, the test over the
 * change of the clocks fails; with again = 0, that of times that are over.
 */
#include "common/clock.h"
#include "common/when.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* A Saturday morning. */
#define NOW "2026-11-21T10:30:00"

static const struct zone *
madrid(void)
{
	const struct zone *z = NULL;

	assert_int_equal(zone_get("Europe/Madrid", &z, NULL), 0);
	return z;
}

static int64_t
local(const char *text)
{
	struct civil c = {0};

	assert_int_equal(sscanf(text, "%d-%d-%dT%d:%d:%d", &c.year, &c.month,
			     &c.day, &c.hour, &c.minute, &c.second),
	    6);
	return zone_instant(madrid(), &c);
}

static void
check(const char *now, const char *text, const char *want)
{
	struct err err = ERR_INIT;
	char got[RFC3339_SIZE];
	int64_t at_us = 0;
	int rc = when_parse(text, madrid(), local(now), &at_us, &err);

	if (!want) {
		if (rc != OD_EDATA)
			fail_msg("\"%s\" was taken", text);
		assert_null(strchr(err.text, '\x1b'));
		return;
	}
	if (rc != 0)
		fail_msg("\"%s\": %s", text, err.text);
	clock_format_rfc3339(got, at_us);
	if (at_us != local(want))
		fail_msg("\"%s\" is %s, not %s", text, got, want);
}

static void
when_parse__what_people_say__is_the_moment_meant(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"1h", "2026-11-21T11:30:00"},
	    {"90m", "2026-11-21T12:00:00"},
	    {"90 min", "2026-11-21T12:00:00"},
	    {"1h30", "2026-11-21T12:00:00"},
	    {"1h 30m", "2026-11-21T12:00:00"},
	    {"en 2 horas", "2026-11-21T12:30:00"},
	    {"dentro de 3 días", "2026-11-24T10:30:00"},
	    {"2d", "2026-11-23T10:30:00"},
	    {"in 2 weeks", "2026-12-05T10:30:00"},
	    {"1 mes", "2026-12-21T10:30:00"},
	    {"14 months", "2028-01-21T10:30:00"},
	    {"media hora", "2026-11-21T11:00:00"},
	    {"half an hour", "2026-11-21T11:00:00"},
	    {"1 hora y media", "2026-11-21T12:00:00"},

	    {"mañana", "2026-11-22T09:00:00"},
	    {"MAÑANA 9", "2026-11-22T09:00:00"},
	    {"mañana a las 14:30", "2026-11-22T14:30:00"},
	    {"mañana 14h30", "2026-11-22T14:30:00"},
	    {"mañana por la mañana", "2026-11-22T09:00:00"},
	    {"mañana por la tarde", "2026-11-22T16:00:00"},
	    {"mañana a las 4 de la tarde", "2026-11-22T16:00:00"},
	    {"pasado mañana", "2026-11-23T09:00:00"},
	    {"tom 9", "2026-11-22T09:00:00"},
	    {"tomorrow at 3 pm", "2026-11-22T15:00:00"},
	    {"tomorrow 12am", "2026-11-22T00:00:00"},
	    {"tomorrow 12pm", "2026-11-22T12:00:00"},
	    {"hoy 18", "2026-11-21T18:00:00"},
	    {"tonight", "2026-11-21T20:00:00"},
	    {"esta tarde", "2026-11-21T16:00:00"},
	    {"mediodía", "2026-11-21T12:00:00"},
	    {"11", "2026-11-21T11:00:00"},
	    {"a las 9", "2026-11-22T09:00:00"},
	    {"10:30", "2026-11-22T10:30:00"},
	    {"24", "2026-11-22T00:00:00"},

	    {"lunes", "2026-11-23T09:00:00"},
	    {"mon 14:30", "2026-11-23T14:30:00"},
	    {"el próximo lunes", "2026-11-23T09:00:00"},
	    {"mar", "2026-11-24T09:00:00"},
	    {"sábado", "2026-11-28T09:00:00"},
	    {"sat 10", "2026-11-28T10:00:00"},
	    {"sat 11", "2026-11-21T11:00:00"},
	    {"semana que viene", "2026-11-23T09:00:00"},
	    {"next week", "2026-11-23T09:00:00"},
	    {"el mes que viene", "2026-12-01T09:00:00"},

	    {"24/12", "2026-12-24T09:00:00"},
	    {"24/12 14:30", "2026-12-24T14:30:00"},
	    {"21/11", "2027-11-21T09:00:00"},
	    {"24/12/27", "2027-12-24T09:00:00"},
	    {"2026-12-24 8", "2026-12-24T08:00:00"},
	    {"24 dic", "2026-12-24T09:00:00"},
	    {"3 mar", "2027-03-03T09:00:00"},
	    {"24 de diciembre de 2027 a las 10", "2027-12-24T10:00:00"},
	    {"24 dic 10", "2026-12-24T10:00:00"},
	    {"dec 24", "2026-12-24T09:00:00"},
	    {"29/2", "2028-02-29T09:00:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(NOW, cases[i].text, cases[i].want);
}

static void
when_parse__what_is_none__is_refused(void **state)
{
	static const char *const wrong[] = {"", "  ", "h", "0m", "9:60", "25",
	    "9:", "lunes martes", "1h mañana", "mañana 1h 2h", "12/24", "31/2",
	    "2026-02-30", "2026-12", "1/1/1999", "24/12/2060", "99999 meses",
	    "semana", "never", "hoy 8", "13 pm", "pasado",
	    "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1h\x1b[31m",
	    "ma\361ana", "-1h", "1/", "999999999999h", "dic"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(NOW, wrong[i], NULL);
}

static void
when_parse__over_a_change_of_the_clocks__keeps_the_time_of_day(void **state)
{
	(void)state;
	check("2026-10-24T12:00:00", "1d", "2026-10-25T12:00:00");
	check("2026-10-24T12:00:00", "24h", "2026-10-25T11:00:00");
	check("2026-03-28T12:00:00", "1 semana", "2026-04-04T12:00:00");
	/* Half past two does not exist on that day. */
	check("2026-03-28T12:00:00", "mañana 2:30", "2026-03-29T03:30:00");
	/* The 31st of a month that has none. */
	check("2027-01-31T12:00:00", "1 mes", "2027-02-28T12:00:00");
	check("2026-12-31T23:59:00", "mañana 0:00", "2027-01-01T00:00:00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(when_parse__what_people_say__is_the_moment_meant),
	    cmocka_unit_test(when_parse__what_is_none__is_refused),
	    cmocka_unit_test(
		when_parse__over_a_change_of_the_clocks__keeps_the_time_of_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
