/*
 * Unit tests of common/str.
 */
#include "common/str.h"
#include "common/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
str__empty__is_a_text(void **state)
{
	struct str b = STR_INIT;
	char *s;

	(void)state;
	assert_string_equal(b.s, "");
	str_clear(&b);
	str_trunc(&b, 0);
	str_remove(&b, 0, 5);
	str_addn(&b, "", 0);
	assert_int_equal(b.cap, 0);
	s = str_take(&b);
	assert_string_equal(s, "");
	free(s);
	str_free(&b);
	str_free(&b);
}

static void
str_add__many_pieces__grows_and_ends(void **state)
{
	struct str b;

	(void)state;
	str_init(&b);
	for (size_t i = 0; i < 10000; i++) {
		str_addc(&b, (char)('a' + i % 26));
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.s[b.len], 0);
		assert_true(b.cap > b.len);
	}
	assert_int_equal(strlen(b.s), 10000);
	str_clear(&b);
	assert_string_equal(b.s, "");
	assert_true(b.cap > 10000);
	str_addn(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.s, "a\0b", 4);
	str_free(&b);
	assert_int_equal(b.cap, 0);
}

static void
str_addf__each_length__is_whole(void **state)
{
	(void)state;
	for (int n = 0; n < 300; n++) { /* over every growth */
		struct str b = STR_INIT;

		str_add(&b, "<");
		str_addf(&b, "%0*d>", n + 1, 7);
		assert_int_equal(b.len, n + 3);
		assert_int_equal(b.s[b.len - 1], '>');
		assert_int_equal(b.s[b.len - 2], '7');
		str_free(&b);
	}
}

static void
str_insert__and_remove__move_the_rest(void **state)
{
	struct str b = STR_INIT;

	(void)state;
	str_insert(&b, 0, "cd", 2);
	str_insert(&b, 0, "ab", 2);
	str_insert(&b, 4, "ef", 2);
	str_insert(&b, 3, "", 0);
	assert_string_equal(b.s, "abcdef");
	str_remove(&b, 1, 2);
	assert_string_equal(b.s, "adef");
	str_remove(&b, 2, 100);
	assert_string_equal(b.s, "ad");
	str_remove(&b, 2, 1);
	str_remove(&b, 9, 1);
	assert_string_equal(b.s, "ad");
	str_remove(&b, 0, SIZE_MAX);
	assert_string_equal(b.s, "");
	str_free(&b);
}

static void
str_copy__each_size__never_cuts_a_character(void **state)
{
	static const char text[] = "añ€\U0001f600b";

	(void)state;
	for (size_t size = 1; size <= sizeof(text) + 2; size++) {
		char *dst = malloc(size), *formatted = malloc(size);
		bool whole = str_copy(dst, size, text);

		assert_int_equal(whole, size >= sizeof(text));
		assert_true(utf8_valid(dst, strlen(dst)));
		assert_memory_equal(dst, text, strlen(dst));
		/* As much as fits: the next character would not. */
		assert_true(size - 1 - strlen(dst) < 4 || whole);
		assert_int_equal(
		    str_format(formatted, size, "%s", text), whole);
		assert_string_equal(formatted, dst);
		free(dst);
		free(formatted);
	}
}

static void
str_format__not_utf8__still_cuts_within_bounds(void **state)
{
	char dst[6];

	(void)state;
	assert_false(str_format(dst, sizeof(dst), "%s",
	    "\x80\x80\x80\x80\x80"
	    "\x80\x80"));
	assert_int_equal(strlen(dst), 5);
	assert_false(str_copy(dst, sizeof(dst), "\x80\x80\x80\x80\x80\x80"));
	assert_int_equal(strlen(dst), 5);
	assert_false(str_format(dst, 1, "%s", "x"));
	assert_string_equal(dst, "");
	assert_true(str_format(dst, 1, "%s", ""));
}

static void
str_to_int64__whole_numbers__only_in_range(void **state)
{
	static const char *const bad[] = {"", " 1", "1 ", "+1", "1.0", "0x1",
	    "--1", "-", "1e3", "9223372036854775808", "-9223372036854775809",
	    "１", "99999999999999999999999"};
	int64_t v = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (str_to_int64(bad[i], INT64_MIN, INT64_MAX, &v))
			fail_msg("%s", bad[i]);
		assert_int_equal(v, 42);
	}
	assert_false(str_to_int64(NULL, 0, 1, &v));
	assert_true(
	    str_to_int64("9223372036854775807", INT64_MIN, INT64_MAX, &v));
	assert_true(v == INT64_MAX);
	assert_true(
	    str_to_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &v));
	assert_true(v == INT64_MIN);
	assert_true(str_to_int64("007", 0, 7, &v));
	assert_int_equal(v, 7);
	assert_false(str_to_int64("8", 0, 7, &v));
	assert_false(str_to_int64("-1", 0, 7, &v));
}

static void
str_equal__null__equals_only_null(void **state)
{
	(void)state;
	assert_true(str_equal(NULL, NULL));
	assert_false(str_equal(NULL, ""));
	assert_false(str_equal("", NULL));
	assert_true(str_equal("a", "a"));
	assert_false(str_equal("a", "A"));
	assert_true(str_starts("abc", "ab"));
	assert_true(str_starts("abc", ""));
	assert_false(str_starts("ab", "abc"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(str__empty__is_a_text),
	    cmocka_unit_test(str_add__many_pieces__grows_and_ends),
	    cmocka_unit_test(str_addf__each_length__is_whole),
	    cmocka_unit_test(str_insert__and_remove__move_the_rest),
	    cmocka_unit_test(str_copy__each_size__never_cuts_a_character),
	    cmocka_unit_test(str_format__not_utf8__still_cuts_within_bounds),
	    cmocka_unit_test(str_to_int64__whole_numbers__only_in_range),
	    cmocka_unit_test(str_equal__null__equals_only_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
