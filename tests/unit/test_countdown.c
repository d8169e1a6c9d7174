/*
 * Unit tests of tui/screens/countdown: what is told of a promise, to the
 * minute, and that the beat changes whenever a text does.
 *
 * Turned red by: ">=" for ">" at the breach, a span that is rounded up, a beat
 * without the first notice.
 */
#include "tui/screens/countdown.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/utf8.h"
#include "tui/term/canvas.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define NOW   1795000000000000
#define IN(m) (NOW + (m)*US_PER_MINUTE)

static void
countdown__of_each_state__tells_it_in_few_cells(void **state)
{
	static const struct {
		struct ticket t;
		const char *text;
		enum countdown_level level;
	} cases[] = {
	    {{.due_us = INT64_MAX}, "", COUNTDOWN_NONE},
	    {{.due_us = IN(130), .warn_us = IN(5)}, "2 h 10", COUNTDOWN_RUNS},
	    {{.due_us = IN(125), .warn_us = IN(5)}, "2 h 05", COUNTDOWN_RUNS},
	    {{.due_us = IN(12), .warn_us = IN(1)}, "12 min", COUNTDOWN_RUNS},
	    {{.due_us = IN(12), .warn_us = NOW}, "!12 min", COUNTDOWN_WARNS},
	    {{.due_us = IN(12)}, "!12 min", COUNTDOWN_WARNS},
	    {{.due_us = NOW + 1}, "!0 min", COUNTDOWN_WARNS},
	    {{.due_us = NOW}, "X-0 min", COUNTDOWN_BROKE},
	    {{.due_us = IN(-15)}, "X-15 min", COUNTDOWN_BROKE},
	    {{.due_us = IN(-599)}, "X-9 h 59", COUNTDOWN_BROKE},
	    {{.due_us = IN(-600)}, "X-10 h", COUNTDOWN_BROKE},
	    {{.due_us = IN(100 * 60), .warn_us = IN(9)}, "4 d", COUNTDOWN_RUNS},
	    {{.due_us = INT64_MAX, .state = TICKET_WAITING}, "‖ waits",
		COUNTDOWN_STILL},
	    {{.due_us = IN(-9), .state = TICKET_WAITING}, "‖ X",
		COUNTDOWN_BROKE},
	    {{.due_us = IN(-5), .state = TICKET_SOLVED}, "", COUNTDOWN_NONE},
	    {{.due_us = IN(-5), .deleted_at = NOW}, "", COUNTDOWN_NONE},
	    {{.due_us = IN(9), .snoozed_until_us = IN(61)}, "z 1 h 01",
		COUNTDOWN_SLEEPS},
	    {{.due_us = IN(9), .snoozed_until_us = TICKET_UNTIL_REPLY},
		"z reply", COUNTDOWN_SLEEPS},
	    {{.due_us = IN(-15), .snoozed_until_us = IN(61)}, "X-15 min",
		COUNTDOWN_BROKE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct countdown c;

		countdown_of(&cases[i].t, NOW, &c);
		assert_string_equal(c.text, cases[i].text);
		assert_int_equal(c.level, cases[i].level);
		assert_true(
		    canvas_cells(c.text, strlen(c.text)) <= COUNTDOWN_CELLS);
	}
}

/* Second by second: the text of one is another one only with the beat. */
static void
countdown__beat__changes_with_every_text(void **state)
{
	static const struct ticket rows[] = {
	    {.due_us = NOW + 150 * US_PER_SECOND + 7,
		.warn_us = NOW + 70 * US_PER_SECOND},
	    {.due_us = NOW - 30 * US_PER_SECOND},
	    {.due_us = INT64_MAX, .snoozed_until_us = NOW + US_PER_MINUTE + 9},
	    {.due_us = INT64_MAX, .state = TICKET_WAITING},
	};
	char before[4][COUNTDOWN_SIZE] = {""};
	int64_t beat = 0;
	int changes = 0, beats = 0;

	(void)state;
	for (int s = 0; s < 400; s++) {
		int64_t now = NOW + s * US_PER_SECOND;
		int64_t next = countdown_beat(rows, 4, now);
		bool is_new = next != beat;

		for (size_t i = 0; i < 4; i++) {
			struct countdown c;

			countdown_of(&rows[i], now, &c);
			if (strcmp(before[i], c.text) == 0)
				continue;
			assert_true(is_new);
			str_copy(before[i], sizeof(before[i]), c.text);
			changes++;
		}
		beat = next;
		beats += is_new;
	}
	assert_true(changes > 15);
	assert_true(beats < 40);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(countdown__of_each_state__tells_it_in_few_cells),
	    cmocka_unit_test(countdown__beat__changes_with_every_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
