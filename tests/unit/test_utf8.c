/*
 * Unit tests of common/utf8.  utf8proc's own tables say which characters
 * must count as invisible.
 */
#include "common/utf8.h"
#include <langinfo.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>
#include <cmocka.h>

static void
utf8_decode__every_code_point__comes_back(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x110100; cp++) {
		bool is_valid = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
		char bytes[4];
		uint32_t back;
		size_t n = utf8_encode(cp, bytes);

		assert_int_equal(utf8_decode(bytes, n, &back), n);
		assert_int_equal(back, is_valid ? cp : UTF8_REPLACEMENT);
		/* One byte fewer is never enough. */
		if (n > 1) {
			assert_int_equal(utf8_decode(bytes, n - 1, &back), 1);
			assert_int_equal(back, UTF8_REPLACEMENT);
		}
	}
}

static void
utf8_valid__every_three_bytes__agrees_with_utf8proc(void **state)
{
	static const unsigned char seconds[] = {0x00, 0x41, 0x7F, 0x80, 0x8F,
	    0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xED, 0xFF};

	(void)state;
	for (unsigned a = 0; a < 256; a++)
		for (size_t b = 0; b < sizeof(seconds); b++)
			for (size_t c = 0; c < sizeof(seconds); c++)
				for (size_t d = 0; d < sizeof(seconds); d++) {
					char s[] = {(char)a, (char)seconds[b],
					    (char)seconds[c], (char)seconds[d]};
					bool want = true;

					for (utf8proc_ssize_t at = 0, n; at < 4;
					     at += n) {
						utf8proc_int32_t cp;

						n = utf8proc_iterate(
						    (utf8proc_uint8_t *)s + at,
						    4 - at, &cp);
						if (n < 0) {
							want = false;
							break;
						}
					}
					assert_int_equal(
					    utf8_valid(s, 4), want);
				}
}

static void
utf8_locale_init__any_environment__gives_utf8(void **state)
{
	static const char *const values[] = {
	    "C", "", "POSIX", "xx_YY.UTF-8", "es_ES.ISO-8859-1", "C.UTF-8"};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		setenv("LC_ALL", values[i], 1);
		utf8_locale_init();
		assert_string_equal(nl_langinfo(CODESET), "UTF-8");
		assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
	}
	unsetenv("LC_ALL");
	utf8_locale_init();
}

static void
utf8_cp_width__every_code_point__is_that_of_wcwidth(void **state)
{
	(void)state;
	utf8_locale_init();
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		int ours = utf8_cp_width(cp);
		int theirs = wcwidth((wchar_t)cp);

		if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			assert_int_equal(ours, -1);
		else
			assert_int_equal(ours, theirs < 0 ? 1 : theirs);
	}
}

static void
utf8_cp_is_invisible__every_format_character__is(void **state)
{
	(void)state;
	for (utf8proc_int32_t cp = 0; cp <= 0x10FFFF; cp++) {
		const utf8proc_property_t *p = utf8proc_get_property(cp);
		bool shows = p->boundclass == UTF8PROC_BOUNDCLASS_PREPEND ||
		             (cp >= 0xFE00 && cp <= 0xFE0F); /* see text.c */
		bool hides = p->ignorable ||
		             p->category == UTF8PROC_CATEGORY_CF ||
		             p->category == UTF8PROC_CATEGORY_ZL ||
		             p->category == UTF8PROC_CATEGORY_ZP;

		if (hides && !shows && !utf8_cp_is_invisible((uint32_t)cp))
			fail_msg("U+%04X", (unsigned)cp);
	}
	assert_false(utf8_cp_is_invisible('a'));
	assert_false(utf8_cp_is_invisible(0xA0));
	assert_false(utf8_cp_is_invisible(0x2019));
	assert_false(utf8_cp_is_invisible(0xFFFD));
}

static void
utf8_cluster__each_kind__is_whole(void **state)
{
	static const struct {
		const char *s;
		size_t bytes;
		int cells;
	} cases[] = {
	    {"ab", 1, 1},
	    {"ñx", 2, 1},
	    {"n\u0303x", 3, 1},
	    {"e\u0301\u0302\u0308x", 7, 1},
	    {"中x", 3, 2},
	    {"\U0001f600x", 4, 2},
	    {"\U0001f468\u200d\U0001f469\u200d\U0001f467x", 18, 2},
	    {"\U0001f44d\U0001f3fdx", 8, 2},
	    {"\U0001f469\U0001f3fd\u200d\U0001f4bbx", 15, 2},
	    {"\U0001f1ea\U0001f1f8\U0001f1e8\U0001f1f4", 8, 2},
	    {"\u1112\u1161\u11abx", 9, 2},
	    {"\r\nx", 2, 0},
	    {"\n\nx", 1, 0},
	    {"\tx", 1, 0},
	    {"\x1b[", 1, 0},
	    {"\xffx", 1, 1},
	    {"\u0301x", 2, 0},
	    {"x\n", 1, 1},
	};

	(void)state;
	utf8_locale_init();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int cells = -5;
		size_t n = utf8_cluster(cases[i].s, strlen(cases[i].s), &cells);

		if (n != cases[i].bytes || cells != cases[i].cells)
			print_error("case %zu\n", i);
		assert_int_equal(n, cases[i].bytes);
		assert_int_equal(cells, cases[i].cells);
	}
}

static void
utf8_width__lines__counts_cells(void **state)
{
	(void)state;
	utf8_locale_init();
	assert_int_equal(utf8_width("", 0), 0);
	assert_int_equal(utf8_width("Ñandú", strlen("Ñandú")), 5);
	assert_int_equal(utf8_width("中文ab", strlen("中文ab")), 6);
	assert_int_equal(utf8_width("a\tb\n", 4), 2);
}

static void
utf8_fit__each_width__never_passes_it(void **state)
{
	static const char s[] = "a中e\u0301\U0001f1ea\U0001f1f8z";
	static const struct {
		size_t bytes;
		int cells;
	} want[] = {{0, 0}, {1, 1}, {1, 1}, {4, 3}, {7, 4}, {7, 4}, {15, 6},
	    {16, 7}, {16, 7}};

	(void)state;
	utf8_locale_init();
	for (int max = 0; max < 9; max++) {
		int cells;

		assert_int_equal(
		    utf8_fit(s, strlen(s), max, &cells), want[max].bytes);
		assert_int_equal(cells, want[max].cells);
	}
}

static void
utf8_prev__and_next__walk_the_same_places(void **state)
{
	static const char s[] = "e\u0301a\r\n\n中\U0001f468\u200d\U0001f469"
				"\U0001f1ea\U0001f1f8\U0001f1e8\U0001f1f4\xff"
				"z\n";
	size_t n = strlen(s), places[40], count = 0;

	(void)state;
	utf8_locale_init();
	for (size_t at = 0; at < n; at = utf8_next(s, n, at))
		places[count++] = at;
	assert_int_equal(count, 11);
	assert_int_equal(utf8_next(s, n, n), n);
	for (size_t at = n; count > 0;) {
		at = utf8_prev(s, n, at);
		assert_int_equal(at, places[--count]);
	}
	assert_int_equal(utf8_prev(s, n, 0), 0);
	assert_int_equal(utf8_prev(s, n, n + 10), n - 1);
}

static void
utf8_cut__each_length__leaves_whole_sequences(void **state)
{
	static const char s[] = "añ€\U0001f600b";

	(void)state;
	for (size_t max = 0; max < sizeof(s) + 3; max++) {
		size_t n = utf8_cut(s, strlen(s), max);

		assert_true(n <= max && utf8_valid(s, n));
		assert_true(max - n < 4 || n == strlen(s));
	}
	assert_int_equal(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
}

static void
utf8_fold__words__meet_whatever_they_wear(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"CONEXIÓN Ñandú", "conexion nandu"},
	    {"CONEXIO\u0301N n\u0303andu\u0301", "conexion nandu"},
	    {"Straße", "strasse"},
	    {"ﬁn", "fin"},
	    {"İstanbul", "istanbul"},
	    {"ΣΊΣΥΦΟΣ", "σισυφοσ"},
	    {"Ｆｕｌｌ", "full"},
	    {"co\u00adope\u200brar", "cooperar"},
	    {"a\u00a0b", "a b"},
	    {"a\tb\x1b", "a b "},
	    {"x\xffy\xc3", "x y "},
	    {"① ½", "1 1\u20442"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out = STR_INIT;

		utf8_fold(&out, cases[i].in, strlen(cases[i].in));
		assert_string_equal(out.s, cases[i].out);
		str_free(&out);
	}
}

static void
utf8_fold__every_code_point__folds_to_itself_again(void **state)
{
	struct str once = STR_INIT, twice = STR_INIT;

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char bytes[4];
		size_t n = utf8_encode(cp, bytes);

		str_clear(&once);
		str_clear(&twice);
		utf8_fold(&once, bytes, n);
		utf8_fold(&twice, once.s, once.len);
		if (strcmp(once.s, twice.s) != 0)
			fail_msg("U+%04X", cp);
	}
	str_free(&once);
	str_free(&twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_decode__every_code_point__comes_back),
	    cmocka_unit_test(
		utf8_valid__every_three_bytes__agrees_with_utf8proc),
	    cmocka_unit_test(utf8_locale_init__any_environment__gives_utf8),
	    cmocka_unit_test(
		utf8_cp_width__every_code_point__is_that_of_wcwidth),
	    cmocka_unit_test(utf8_cp_is_invisible__every_format_character__is),
	    cmocka_unit_test(utf8_cluster__each_kind__is_whole),
	    cmocka_unit_test(utf8_width__lines__counts_cells),
	    cmocka_unit_test(utf8_fit__each_width__never_passes_it),
	    cmocka_unit_test(utf8_prev__and_next__walk_the_same_places),
	    cmocka_unit_test(utf8_cut__each_length__leaves_whole_sequences),
	    cmocka_unit_test(utf8_fold__words__meet_whatever_they_wear),
	    cmocka_unit_test(
		utf8_fold__every_code_point__folds_to_itself_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
