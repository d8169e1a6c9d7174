/*
 * Unit tests of common/text: hostile texts one by one, then rules that hold
 * for every text, tried on random ones.
 */
#include "common/text.h"
#include "common/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define BAD    "\xef\xbf\xbd" /* U+FFFD */
#define CIRCLE "\u25cc"
#define ESC    "\u241b"

struct payload {
	const char *in;
	const char *out;
	unsigned flags;
};

static void
check(const struct payload *p, size_t count, enum text_kind kind)
{
	for (size_t i = 0; i < count; i++) {
		struct str out = STR_INIT;
		unsigned flags;

		flags = text_safe(&out, p[i].in, strlen(p[i].in), kind);
		if (strcmp(out.s, p[i].out) != 0 || flags != p[i].flags)
			print_error("payload %zu: \"%s\"\n", i, p[i].in);
		assert_string_equal(out.s, p[i].out);
		assert_int_equal(flags, p[i].flags);
		str_free(&out);
	}
}
#define CHECK(p, kind) check(p, sizeof(p) / sizeof((p)[0]), kind)

static void
text_safe__plain_text__passes_unchanged(void **state)
{
	static const struct payload p[] = {
	    {"", "", 0},
	    {"Hola, ¿qué tal? Ñandú", "Hola, ¿qué tal? Ñandú", 0},
	    {"中文 日本語 한국어", "中文 日本語 한국어", 0},
	    {"עברית العربية", "עברית العربية", 0},
	    {"e\u0301 n\u0303", "e\u0301 n\u0303", 0},
	    {"Здравствуйте, Иван", "Здравствуйте, Иван", 0},
	    {BAD " is a character too", BAD " is a character too", 0},
	    {"50 % <b>&amp;</b> \\n", "50 % <b>&amp;</b> \\n", 0},
	};

	(void)state;
	CHECK(p, TEXT_LINE);
	CHECK(p, TEXT_BLOCK);
}

static void
text_safe__terminal_sequences__become_visible(void **state)
{
	static const unsigned c = TEXT_HAD_CONTROL;
	const struct payload p[] = {
	    {"\x1b[2J\x1b[31mrojo", ESC "[2J" ESC "[31mrojo", c},
	    {"\x1b]52;c;cm0gLXJm\x07", ESC "]52;c;cm0gLXJm\u2407", c},
	    {"\x1b]8;;http://x\x1b\\ok\x1b]8;;\x1b\\",
		ESC "]8;;http://x" ESC "\\ok" ESC "]8;;" ESC "\\", c},
	    {"\x1b]0;title\x07", ESC "]0;title\u2407", c},
	    {"\x1bP+q544e\x1b\\", ESC "P+q544e" ESC "\\", c},
	    {"\xc2\x9b"
	     "31m\xc2\x9d"
	     "0;x\xc2\x9c",
		ESC "[31m" ESC "]0;x" ESC "\\", c},
	    {"admin\b\b\b\b\broot", "admin\u2408\u2408\u2408\u2408\u2408root",
		c},
	    {"a\x7f", "a\u2421", c},
	    {"a\x0e\x0f\x05z", "a\u240e\u240f\u2405z", c},
	    {"a\x0b\x0cz", "a\u240b\u240cz", c},
	    {"\xc2\x85", ESC "E", c},
	};

	(void)state;
	CHECK(p, TEXT_LINE);
	CHECK(p, TEXT_BLOCK);
}

static void
text_safe__nul_inside__is_shown(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(
	    text_safe(&out, "a\0b", 3, TEXT_LINE), TEXT_HAD_CONTROL);
	assert_string_equal(out.s, "a\u2400b");
	str_free(&out);
}

static void
text_safe__line_ends__follow_the_kind(void **state)
{
	static const struct payload line[] = {
	    {"a\r\nb\rc\nd\te", "a b c d e", 0},
	    {"a\xe2\x80\xa8"
	     "b\xe2\x80\xa9"
	     "c",
		"a b c", 0},
	    {"secreto\rpublico", "secreto publico", 0},
	    {"\r\r\n\n", "   ", 0},
	};
	static const struct payload block[] = {
	    {"a\r\nb\rc\nd\te", "a\nb\nc\nd e", 0},
	    {"a\xe2\x80\xa8"
	     "b\xe2\x80\xa9"
	     "c",
		"a\nb\nc", 0},
	    {"secreto\rpublico", "secreto\npublico", 0},
	    {"\r\r\n\n", "\n\n\n", 0},
	};

	(void)state;
	CHECK(line, TEXT_LINE);
	CHECK(block, TEXT_BLOCK);
}

static void
text_safe__invisible_characters__are_removed(void **state)
{
	static const unsigned i = TEXT_HAD_INVISIBLE;
	const struct payload p[] = {
	    {"user\u202egnp.exe", "usergnp.exe", i},
	    {"a\u202a\u202b\u202c\u202d\u202ez", "az", i},
	    {"\u2066\u2067\u2068\u2069x", "x", i},
	    {"sop\u200borte", "soporte", i},
	    {"a\u200c\u200e\u200f\u2060\ufeff\u061cz", "az", i},
	    {"co\u00adoperar", "cooperar", i},
	    {"x\U000e0041\U000e0042\U000e007f", "x", i},
	    {"x\U000e0100\u180e\u034f\u115f\u3164\uffa0y", "xy", i},
	    {"x\ufe00\ufe0f", "x", i},
	    {"a\u200db", "ab", i},
	    {"\u200d", "", i},
	    {"\U0001f469\u200db", "\U0001f469b", i},
	    {"a\u200d\U0001f469", "a\U0001f469", i},
	};

	(void)state;
	CHECK(p, TEXT_LINE);
	CHECK(p, TEXT_BLOCK);
}

static void
text_safe__emoji__stay_whole(void **state)
{
	static const struct payload p[] = {
	    /* family, flag, rainbow flag, heart on fire, skin, key cap */
	    {"\U0001f468\u200d\U0001f469\u200d\U0001f467",
		"\U0001f468\u200d\U0001f469\u200d\U0001f467", 0},
	    {"\U0001f1ea\U0001f1f8", "\U0001f1ea\U0001f1f8", 0},
	    {"\U0001f3f3\ufe0f\u200d\U0001f308",
		"\U0001f3f3\ufe0f\u200d\U0001f308", 0},
	    {"\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525", 0},
	    {"\U0001f469\U0001f3fd\u200d\U0001f4bb",
		"\U0001f469\U0001f3fd\u200d\U0001f4bb", 0},
	    {"1\ufe0f\u20e3", "1\ufe0f\u20e3", 0},
	    {"\u260e\ufe0e", "\u260e\ufe0e", 0},
	};

	(void)state;
	CHECK(p, TEXT_LINE);
}

static void
text_safe__long_zwj_chain__is_cut_into_several(void **state)
{
	struct str in = STR_INIT, out = STR_INIT;
	int cells, clusters = 0;

	(void)state;
	utf8_locale_init();
	for (int i = 0; i < 100; i++)
		str_add(&in, "\U0001f469\u200d");
	assert_true(
	    text_safe(&out, in.s, in.len, TEXT_LINE) & TEXT_HAD_INVISIBLE);
	for (size_t at = 0; at < out.len; clusters++)
		at += utf8_cluster(out.s + at, out.len - at, &cells);
	assert_int_equal(clusters, 15); /* seven emoji in each */
	str_free(&in);
	str_free(&out);
}

static void
text_safe__not_utf8__becomes_replacement_characters(void **state)
{
	static const unsigned i = TEXT_HAD_INVALID;
	const struct payload p[] = {
	    {"\xc0\xaf", BAD BAD, i},         /* "/", overlong */
	    {"\xe0\x80\xaf", BAD BAD BAD, i}, /* the same in three */
	    {"\xf0\x80\x80\xaf", BAD BAD BAD BAD, i},
	    {"\xc1\x9b[2J", BAD BAD "[2J", i},        /* ESC, overlong */
	    {"\xed\xa0\xbd", BAD BAD BAD, i},         /* high surrogate */
	    {"\xed\xb8\x80", BAD BAD BAD, i},         /* low surrogate */
	    {"\xf4\x90\x80\x80", BAD BAD BAD BAD, i}, /* above U+10FFFF */
	    {"\xff\xfe", BAD BAD, i}, {"a\xe2\x82", "a" BAD BAD, i}, /* cut */
	    {"\x80z", BAD "z", i}, {"\xc3(", BAD "(", i},
	    {"\x9b"
	     "31m",
		BAD "31m", i},             /* C1 in Latin-1 */
	    {"caf\xe9", "caf" BAD, i},     /* Latin-1 */
	    {"x\xef\xbf\xbf", "x" BAD, i}, /* U+FFFF */
	    {"x\xef\xb7\x90", "x" BAD, i}, /* U+FDD0 */
	    {"\xf4\x8f\xbf\xbe", BAD, i},  /* U+10FFFE */
	};

	(void)state;
	CHECK(p, TEXT_LINE);
	CHECK(p, TEXT_BLOCK);
}

static void
text_safe__a_thousand_marks__keeps_four(void **state)
{
	struct str in = STR_INIT, out = STR_INIT;

	(void)state;
	str_add(&in, "a");
	for (int i = 0; i < 1000; i++)
		str_add(&in, "\u0336");
	str_add(&in, "b");
	assert_int_equal(text_safe(&out, in.s, in.len, TEXT_LINE), 0);
	assert_string_equal(out.s, "a\u0336\u0336\u0336\u0336b");
	str_clear(&in);
	str_clear(&out);
	for (int i = 0; i < 1000; i++) /* vowels that take no cell */
		str_add(&in, i == 0 ? "\u1100" : "\u1161");
	text_safe(&out, in.s, in.len, TEXT_LINE);
	assert_string_equal(out.s, "\u1100\u1161\u1161\u1161\u1161");
	str_free(&in);
	str_free(&out);
}

static void
text_safe__mark_at_a_line_start__gets_a_base(void **state)
{
	static const struct payload p[] = {
	    {"\u0301x", CIRCLE "\u0301x", 0},
	    {"a\n\u0301x", "a\n" CIRCLE "\u0301x", 0},
	    {"a \u0301x", "a \u0301x", 0},
	};

	(void)state;
	CHECK(p, TEXT_BLOCK);
}

static void
text_safe__mixed_scripts__raises_the_flag(void **state)
{
	static const unsigned m = TEXT_MIXED_SCRIPT;
	const struct payload p[] = {
	    {"p\u0430ypal", "p\u0430ypal", m},   /* Cyrillic a */
	    {"\u0410dmin", "\u0410dmin", m},     /* Cyrillic A first */
	    {"supp\u03bfrt", "supp\u03bfrt", m}, /* Greek o */
	    {"pay2\u0430", "pay2\u0430", m},     /* over a digit */
	    {"caf\u0435\u0301", "caf\u0435\u0301", m},
	    {"Ivan \u0418\u0432\u0430\u043d", "Ivan \u0418\u0432\u0430\u043d",
		0},
	    {"\u0418-x", "\u0418-x", 0},
	    {"\u03a9\u0434", "\u03a9\u0434", 0}, /* no Latin */
	    {"abc\u4e2d", "abc\u4e2d", 0},
	    {"p\u200b\u0430", "p\u0430", m | TEXT_HAD_INVISIBLE},
	};

	(void)state;
	CHECK(p, TEXT_LINE);
}

/* The rules of text.h, for any input. */
static void
check_rules(const char *in, size_t n, enum text_kind kind)
{
	struct str once = STR_INIT, twice = STR_INIT;
	uint32_t cp = 0, before;

	text_safe(&once, in, n, kind);
	assert_true(once.len <= 4 * n + 4);
	assert_true(utf8_valid(once.s, once.len));
	for (size_t at = 0; at < once.len;) {
		before = cp;
		at += utf8_decode(once.s + at, once.len - at, &cp);
		if (cp == '\n' && kind == TEXT_BLOCK)
			continue;
		assert_false(utf8_cp_is_control(cp));
		assert_false(utf8_cp_is_noncharacter(cp));
		if (cp == 0x200D)
			assert_true(before > 0x7F && before != 0x200D);
		else
			assert_false(utf8_cp_is_invisible(cp));
	}
	text_safe(&twice, once.s, once.len, kind);
	assert_string_equal(once.s, twice.s);
	str_free(&once);
	str_free(&twice);
}

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void
text_safe__random_bytes__keeps_the_rules(void **state)
{
	uint64_t seed = 20261121;
	char in[64];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t n = next_random(&seed) % sizeof(in);

		for (size_t k = 0; k < n; k++)
			in[k] = (char)(next_random(&seed) & 0xFF);
		check_rules(in, n, i % 2 ? TEXT_LINE : TEXT_BLOCK);
	}
}

static void
text_safe__random_hostile_characters__keeps_the_rules(void **state)
{
	static const uint32_t likely[] = {0x200D, 0x1F469, 0x1F3FD, 0xFE0F,
	    0x301, 0x1F1EA, 0x202E, 0xE0041, '\r', '\n', 0x1B, 0x9B, 'a', 0x430,
	    0x2764, 0x20E3, '1', 0x1161, 0xFFFF, 0x200B, ' ', 0x4E2D};
	const size_t count = sizeof(likely) / sizeof(likely[0]);
	uint64_t seed = 52;
	char in[128];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		size_t n = 0;

		while (n < 40) {
			uint32_t r = next_random(&seed);
			uint32_t cp =
			    r % 8 ? likely[r / 8 % count] : r / 8 % 0x110000;

			n += utf8_encode(cp, in + n);
		}
		/* Also with a sequence cut at the end. */
		check_rules(in, n - next_random(&seed) % 3,
		    i % 2 ? TEXT_LINE : TEXT_BLOCK);
	}
}

static void
text_safe_dup__null__gives_empty_text(void **state)
{
	char *s = text_safe_dup(NULL, TEXT_LINE);

	(void)state;
	assert_string_equal(s, "");
	free(s);
	s = text_safe_dup("a\x1b", TEXT_LINE);
	assert_string_equal(s, "a" ESC);
	free(s);
}

static void
text_safe_buf__too_small__cuts_between_clusters(void **state)
{
	char dst[8];

	(void)state;
	utf8_locale_init();
	assert_int_equal(text_safe_buf(dst, 8, "abcdefghij"), 0);
	assert_string_equal(dst, "abcdefg");
	text_safe_buf(dst, 8, "abcde\u4e2d");
	assert_string_equal(dst, "abcde");
	text_safe_buf(dst, 8, "abcde\u0301\u0302"); /* 4, then e and marks */
	assert_string_equal(dst, "abcd");
	text_safe_buf(dst, 8, "\U0001f1ea\U0001f1f8"); /* needs 9 */
	assert_string_equal(dst, "");
	text_safe_buf(dst, 1, "abc");
	assert_string_equal(dst, "");
	assert_int_equal(
	    text_safe_buf(dst, 8, "abcdefgh\x1b"), TEXT_HAD_CONTROL);
}

static void
text_mask_number__each_length__hides_enough(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"34600111222", "34•••••1222"},
	    {"+34600111222", "+34•••••1222"},
	    {"+34 600-111-222", "+34•••••1222"},
	    {"12345678", "12••5678"},
	    {"1234567", "•••••67"},
	    {"12345", "•••45"},
	    {"1234", "••••"},
	    {"1", "•"},
	    {"", ""},
	    {"\x1b[2J600111222", "2J•••••1222"},
	    {"+", "+"},
	};
	char dst[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_mask_number(dst, sizeof(dst), cases[i].in);
		assert_string_equal(dst, cases[i].out);
	}
	text_mask_number(dst, 6, "34600111222");
	assert_string_equal(dst, "34•"); /* never half a character */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_safe__plain_text__passes_unchanged),
	    cmocka_unit_test(text_safe__terminal_sequences__become_visible),
	    cmocka_unit_test(text_safe__nul_inside__is_shown),
	    cmocka_unit_test(text_safe__line_ends__follow_the_kind),
	    cmocka_unit_test(text_safe__invisible_characters__are_removed),
	    cmocka_unit_test(text_safe__emoji__stay_whole),
	    cmocka_unit_test(text_safe__long_zwj_chain__is_cut_into_several),
	    cmocka_unit_test(
		text_safe__not_utf8__becomes_replacement_characters),
	    cmocka_unit_test(text_safe__a_thousand_marks__keeps_four),
	    cmocka_unit_test(text_safe__mark_at_a_line_start__gets_a_base),
	    cmocka_unit_test(text_safe__mixed_scripts__raises_the_flag),
	    cmocka_unit_test(text_safe__random_bytes__keeps_the_rules),
	    cmocka_unit_test(
		text_safe__random_hostile_characters__keeps_the_rules),
	    cmocka_unit_test(text_safe_dup__null__gives_empty_text),
	    cmocka_unit_test(text_safe_buf__too_small__cuts_between_clusters),
	    cmocka_unit_test(text_mask_number__each_length__hides_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
