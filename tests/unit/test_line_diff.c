/*
 * Unit tests of common/line_diff.
 *
 * Turned red by: a head that runs into the tail (a line that stands once in a
 * and twice in b), context that is not cut, a '-' with the other's number.
 */
#include "common/line_diff.h"
#include "common/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
expect(const char *a, const char *b, int context, const char *expected)
{
	struct diff_line *lines = NULL;
	struct str got = STR_INIT;
	size_t n = line_diff(a, b, context, &lines);

	for (size_t i = 0; i < n; i++)
		str_addf(&got, "%s%c%d%.*s;", lines[i].skips ? "~" : "",
		    lines[i].sign, lines[i].number, (int)lines[i].len,
		    lines[i].text);
	if (strcmp(got.s, expected) != 0)
		fail_msg("%s | %s: %s, not %s", a, b, got.s, expected);
	assert_true((lines == NULL) == (n == 0));
	str_free(&got);
	free(lines);
}

static void
line_diff__two_texts__what_differs(void **state)
{
	(void)state;
	expect("", "", 1, "");
	expect("a\nb\n", "a\nb", 1, "");
	expect("", "a\n", 1, "+1a;");
	expect("a\n", "", 1, "-1a;");
	expect("a\nb\nc\n", "a\nx\nc\n", 0, "~-2b;+2x;");
	expect("a\nb\nc\n", "a\nx\nc\n", 1, " 1a;-2b;+2x; 3c;");
	expect("a\na\n", "a\na\na\n", 0, "~+3a;");
	expect("1\n2\n3\n4\n5\n6\n7\n", "1\nx\n3\n4\n5\n6\ny\n", 1,
	    " 11;-22;+2x; 33;~ 66;-77;+7y;");
}

static void
line_diff__very_long__whole(void **state)
{
	struct str a = STR_INIT, b = STR_INIT;
	struct diff_line *lines = NULL;

	(void)state;
	for (int i = 0; i <= LINE_DIFF_MAX; i++) {
		str_addf(&a, "a%d\n", i);
		str_addf(&b, "b%d\n", i);
	}
	assert_int_equal(line_diff(a.s, b.s, 0, &lines), 2 * LINE_DIFF_MAX + 2);
	assert_int_equal(lines[0].sign, '-');
	assert_int_equal(lines[LINE_DIFF_MAX + 1].sign, '+');
	free(lines);
	str_free(&a);
	str_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(line_diff__two_texts__what_differs),
	    cmocka_unit_test(line_diff__very_long__whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
