/*
 * Unit tests of tui/screens/when_ask: moments and replies as they are said.
 *
 * Turned red by: words of a reply that are cut out of another word, a moment
 * that is lost beside a reply.
 */
#include "tui/screens/when_ask.h"
#include "common/clock.h"
#include "common/i18n.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NOW    1795171320000000 /* Friday 2026-11-20 11:42 in Madrid */
#define MONDAY 1795420800000000 /* 2026-11-23 09:00 there */

static void
said__by_words__is_a_moment_a_reply_or_both(void **state)
{
	static const struct {
		const char *text;
		int64_t at_us;
		bool until_reply;
		int rc;
	} cases[] = {
	    {"1h", NOW + US_PER_HOUR, false, 0},
	    {"lunes", MONDAY, false, 0},
	    {"reply", 0, true, 0},
	    {" Until reply ", 0, true, 0},
	    {"hasta respuesta", 0, true, 0},
	    {"Hasta que responda", 0, true, 0},
	    {"monday or reply", MONDAY, true, 0},
	    {"lunes, o respuesta", MONDAY, true, 0},
	    {"lunes o hasta que respondan", MONDAY, true, 0},
	    {"1h reply", NOW + US_PER_HOUR, true, 0},
	    {"xreply", 0, false, OD_EDATA},
	    {"nunca o respuesta", 0, true, OD_EDATA},
	    {"", 0, false, OD_EDATA},
	};
	struct err err = ERR_INIT;
	const struct zone *zone;

	(void)state;
	assert_int_equal(zone_get("Europe/Madrid", &zone, &err), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct when_said said;
		int rc = when_said_parse(cases[i].text, zone, NOW, &said, &err);

		if (rc != cases[i].rc)
			fail_msg("\"%s\": %d", cases[i].text, rc);
		if (rc != 0)
			continue;
		assert_int_equal(said.at_us, cases[i].at_us);
		assert_int_equal(said.until_reply, cases[i].until_reply);
	}
}

static void
moment__of_another_year__says_the_year(void **state)
{
	struct err err = ERR_INIT;
	const struct zone *zone;
	char text[48];

	(void)state;
	i18n_set_process(LANG_EN);
	assert_int_equal(zone_get("Europe/Madrid", &zone, &err), 0);
	when_moment(zone, MONDAY, NOW, text);
	assert_string_equal(text, "Monday 23/11 09:00");
	when_moment(zone, MONDAY + 60 * US_PER_DAY, NOW, text);
	assert_string_equal(text, "Friday 22/01/2027 09:00");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(said__by_words__is_a_moment_a_reply_or_both),
	    cmocka_unit_test(moment__of_another_year__says_the_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
