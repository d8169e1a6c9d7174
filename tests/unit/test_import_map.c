/*
 * Unit tests of db/records/import_map: headings, words and dates of other
 * systems.
 *
 * Broken on purpose: with among() without its spaces "id" is found in
 * "external_id"; with the check of a month's days left out, the 31st of
 * * February is a date.  The random dates turned red with a noon that is
 * midnight.
 */
#include "db/records/import_map.h"
#include "common/clock.h"
#include "common/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
import_heading__in_both_languages__is_its_field(void **state)
{
	static const struct {
		enum import_kind kind;
		const char *heading, *field;
	} cases[] = {
	    {IMPORT_TICKETS, "Asunto", "subject"},
	    {IMPORT_TICKETS, "SUBJECT", "subject"},
	    {IMPORT_TICKETS, " Título ", "subject"},
	    {IMPORT_TICKETS, "Nº", "number"},
	    {IMPORT_TICKETS, "Número de ticket", "number"},
	    {IMPORT_TICKETS, "Fecha de creación", "created"},
	    {IMPORT_TICKETS, "created_at", "created"},
	    {IMPORT_TICKETS, "Asignado a", "operator"},
	    {IMPORT_TICKETS, "requester name", "name"},
	    {IMPORT_TICKETS, "external_id", "reference"},
	    {IMPORT_TICKETS, "id", "id"},
	    {IMPORT_TICKETS, "d", ""},
	    {IMPORT_TICKETS, "id ticket_id", ""},
	    {IMPORT_TICKETS, "", ""},
	    {IMPORT_TICKETS, "color del coche", ""},
	    {IMPORT_TICKETS, "lang", ""},
	    {IMPORT_CONTACTS, "Correo electrónico", "email"},
	    {IMPORT_CONTACTS, "Apellidos", "last_name"},
	    {IMPORT_CONTACTS, "asunto", ""},
	    {IMPORT_EMPLOYEES, "Legajo", "code"},
	    {IMPORT_EMPLOYEES, "id", "code"},
	    {IMPORT_EMPLOYEES, "Puesto", "job"},
	    {IMPORT_EMPLOYEES, "Jefe", "manager"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum import_field f =
		    import_heading(cases[i].kind, cases[i].heading);

		assert_string_equal(
		    f == IN_FIELD_COUNT ? "" : import_field_name(f),
		    cases[i].field);
	}
}

static void
import_field_by_name__is_each_name_of_its_kind(void **state)
{
	(void)state;
	for (int i = 0; i < IN_FIELD_COUNT; i++) {
		const char *name = import_field_name((enum import_field)i);
		int kinds = 0;

		assert_non_null(name);
		for (int k = 0; import_kind_names[k] != NULL; k++)
			if (import_field_by_name((enum import_kind)k, name) ==
			    (enum import_field)i)
				kinds++;
		assert_true(kinds > 0);
	}
	assert_int_equal(
	    import_field_by_name(IMPORT_CONTACTS, "subject"), IN_FIELD_COUNT);
	assert_int_equal(
	    import_field_by_name(IMPORT_TICKETS, "Asunto"), IN_FIELD_COUNT);
}

static void
import_words__in_both_languages__are_what_they_mean(void **state)
{
	static const struct {
		const char *word;
		int state, level, source; /* -1: none */
	} cases[] = {
	    {"En espera", 2, -1, -1},
	    {"PENDIENTE", 2, -1, -1},
	    {"In Progress", 1, -1, -1},
	    {"resuelto", 3, -1, -1},
	    {"Cerrado", 4, -1, -1},
	    {"fusionado", 4, -1, -1},
	    {"alta", -1, 4, -1},
	    {"Crítica", -1, 5, -1},
	    {"3", -1, 3, -1},
	    {"6", -1, -1, -1},
	    {"Correo", -1, -1, 4},
	    {"WhatsApp", -1, -1, 1},
	    {"", -1, -1, -1},
	    {"_", -1, -1, -1},
	    {"abierta del todo", -1, -1, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int s = -1, l = -1, o = -1;

		assert_int_equal(
		    import_state(cases[i].word, &s), cases[i].state >= 0);
		assert_int_equal(
		    import_level(cases[i].word, &l), cases[i].level >= 0);
		assert_int_equal(
		    import_source(cases[i].word, &o), cases[i].source >= 0);
		assert_int_equal(s, cases[i].state);
		assert_int_equal(l, cases[i].level);
		assert_int_equal(o, cases[i].source);
	}
}

static void
import_time__as_people_and_programs_write__is_that_moment(void **state)
{
	static const struct {
		const char *text, *day_first, *month_first; /* NULL: refused */
	} cases[] = {
	    {"2024-03-30", "2024-03-29T23:00:00Z", "2024-03-29T23:00:00Z"},
	    {"2024-03-31 14:05", "2024-03-31T12:05:00Z",
		"2024-03-31T12:05:00Z"},
	    {"2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z",
		"2024-01-02T03:04:05Z"},
	    {"2024-01-02 03:04:05+02:00", "2024-01-02T01:04:05Z",
		"2024-01-02T01:04:05Z"},
	    {"2024-01-02 03:04:05.678", "2024-01-02T02:04:05Z",
		"2024-01-02T02:04:05Z"},
	    {"3/4/2024", "2024-04-02T22:00:00Z", "2024-03-03T23:00:00Z"},
	    {"31/3/2024 14:05", "2024-03-31T12:05:00Z", NULL},
	    {"3/31/24 2:05 PM", NULL, "2024-03-31T12:05:00Z"},
	    {"31.12.2023, 12:00 a. m.", "2023-12-30T23:00:00Z", NULL},
	    {"1714550400", "2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"},
	    {"1714550400000", "2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"},
	    {"2024-03-31T14:05:00.000+0000", "2024-03-31T14:05:00Z",
		"2024-03-31T14:05:00Z"},
	    {"2024-03-31 14:05:00 UTC", "2024-03-31T14:05:00Z",
		"2024-03-31T14:05:00Z"},
	    {"20240331", "2024-03-30T23:00:00Z", "2024-03-30T23:00:00Z"},
	    {"31/Mar/24 2:05 PM", "2024-03-31T12:05:00Z",
		"2024-03-31T12:05:00Z"},
	    {"Sun, 31 Mar 2024 14:05:00 -0330", "2024-03-31T17:35:00Z",
		"2024-03-31T17:35:00Z"},
	    {"mar 12 mar 2024", "2024-03-11T23:00:00Z", "2024-03-11T23:00:00Z"},
	    {"MIÉRCOLES, 20 de Diciembre de 2023 a", NULL, NULL},
	    {"miércoles, 20 de diciembre de 2023, 9:30", "2023-12-20T08:30:00Z",
		"2023-12-20T08:30:00Z"},
	    {"March 31st, 2024 2:05 pm", "2024-03-31T12:05:00Z",
		"2024-03-31T12:05:00Z"},
	    {"31 de febrero de 2024", NULL, NULL},
	    {"31 ma 2024", NULL, NULL},
	    {"31 marz0 2024", NULL, NULL},
	    {"2024-03-31 14:05:00 +2", NULL, NULL},
	    {"2024-03-31 14:05:00 +15:00", NULL, NULL},
	    {"juevesanto 31/3/2024", NULL, NULL},
	    {"31/02/2024", NULL, NULL},
	    {"29/02/2023", NULL, NULL},
	    {"2024-13-01", NULL, NULL},
	    {"1969-12-31", NULL, NULL},
	    {"2024-03-31 24:00", NULL, NULL},
	    {"2024-03-31 13:00 pm", NULL, NULL},
	    {"2024-03-31 x", NULL, NULL},
	    {"ayer", NULL, NULL},
	    {"171455040", NULL, NULL},
	    {"", NULL, NULL},
	};
	const struct zone *zone;

	(void)state;
	assert_int_equal(zone_get("Europe/Madrid", &zone, NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int d = 0; d < 2; d++) {
			const char *want =
			    d == 0 ? cases[i].day_first : cases[i].month_first;
			struct err err = ERR_INIT;
			char got[RFC3339_SIZE];
			int64_t us = 7;
			int rc = import_time(cases[i].text, zone,
			    (enum import_dates)d, &us, &err);

			if (want == NULL) {
				assert_int_equal(rc, OD_EDATA);
				assert_true(err.text[0] != '\0');
				continue;
			}
			assert_int_equal(rc, 0);
			clock_format_rfc3339(got, us);
			assert_string_equal(got, want);
		}
}

static const char *const short_en[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const long_es[] = {"enero", "febrero", "marzo", "abril",
    "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre"};

/* One moment in a spelling; the seconds are none where it has none. */
static void
spell(char *out, size_t size, int how, const struct civil *c)
{
	int y = c->year, m = c->month, d = c->day, h = c->hour, mi = c->minute,
	    s = c->second, h12 = h % 12 == 0 ? 12 : h % 12;
	const char *pm = h < 12 ? "a" : "p";

	switch (how) {
	case 0:
		str_format(out, size, "%d-%02d-%02d %02d:%02d:%02d", y, m, d, h,
		    mi, s);
		return;
	case 1:
		str_format(
		    out, size, "%d/%d/%d %d:%02d:%02d", d, m, y, h, mi, s);
		return;
	case 2:
		str_format(out, size, "%02d.%02d.%02d, %d:%02d:%02d %s. m.", d,
		    m, y % 100, h12, mi, s, pm);
		return;
	case 3:
		str_format(out, size, "%d/%s/%02d %d:%02d:%02d %sM", d,
		    short_en[m - 1], y % 100, h12, mi, s, pm);
		return;
	case 4:
		str_format(out, size, "%d de %s de %d, %02d:%02d:%02d", d,
		    long_es[m - 1], y, h, mi, s);
		return;
	case 5:
		str_format(out, size, "%.3s %d, %d %02d:%02d:%02d",
		    long_es[m - 1], d, y, h, mi, s);
		return;
	default:
		str_format(out, size, "%d%02d%02dT%02d:%02d:%02d.250", y, m, d,
		    h, mi, s);
		return;
	}
}

/*
 * Any moment from 2001 to 2099, in each spelling, is that moment.  Turned red
 * by: a month counted from 0, noon taken for midnight.
 */
static void
import_time__random_moments_in_each_spelling__are_the_same(void **state)
{
	const char *wanted = getenv("DATE_SEED");
	uint64_t random = wanted != NULL ? strtoull(wanted, NULL, 10) : 1;
	const struct zone *zone;
	char text[128];

	(void)state;
	assert_int_equal(zone_get("UTC", &zone, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		struct err err = ERR_INIT;
		int64_t us, got = 0;
		struct civil c;

		random = random * 6364136223846793005u + 1442695040888963407u;
		us = (978307200 + (int64_t)(random >> 33) % 3124137600) *
		     US_PER_SECOND;
		zone_civil(zone, us, &c);
		spell(text, sizeof(text), i % 7, &c);
		if (import_time(text, zone, DATES_DAY_FIRST, &got, &err) != 0)
			fail_msg("%s", err.text);
		if (got != us)
			fail_msg("%s: %lld, not %lld", text, (long long)got,
			    (long long)us);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(import_heading__in_both_languages__is_its_field),
	    cmocka_unit_test(import_field_by_name__is_each_name_of_its_kind),
	    cmocka_unit_test(
		import_words__in_both_languages__are_what_they_mean),
	    cmocka_unit_test(
		import_time__as_people_and_programs_write__is_that_moment),
	    cmocka_unit_test(
		import_time__random_moments_in_each_spelling__are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
