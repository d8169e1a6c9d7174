/*
 * What the strict JSON reader takes and what it refuses, document by
 * document.
 */
#include "common/json.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define OK    0
#define DATA  OD_EDATA
#define LIMIT OD_ELIMIT

/* clang-format off */
#define D(text, code) {text, sizeof(text) - 1, code}
static const struct {
	const char *text;
	size_t n;
	int code;
} cases[] = {
	/* values at the top */
	D("null", OK), D("true", OK), D("false", OK), D("0", OK),
	D("\"\"", OK), D("[]", OK), D("{}", OK), D("\"a\"", OK),
	D(" \t\r\n1\n ", OK), D("-1", OK),
	D("", DATA), D(" ", DATA), D("\n\n", DATA), D("\0", DATA),
	D("nul", DATA), D("nulll", DATA), D("Null", DATA), D("NULL", DATA),
	D("True", DATA), D("tru", DATA), D("t", DATA), D("falsey", DATA),
	D("undefined", DATA), D("NaN", DATA), D("nan", DATA),
	D("Infinity", DATA), D("-Infinity", DATA), D("inf", DATA),
	D("-inf", DATA), D("-NaN", DATA), D("a", DATA), D("'a'", DATA),
	D("\xEF\xBB\xBF{}", DATA),	/* byte order mark */
	D("\xFE\xFF\0{\0}", DATA),	/* UTF-16 */
	D("{\0}\0", DATA), D("/**/1", DATA), D("1//", DATA), D("#1", DATA),
	D("\v1", DATA), D("\f1", DATA), D("\xC2\xA0" "1", DATA),
	D("\xE2\x80\xA8" "1", DATA), D("\x1F", DATA), D("\x7F", DATA),

	/* trailing bytes */
	D("1 1", DATA), D("{}{}", DATA), D("[] []", DATA), D("{},", DATA),
	D("1,", DATA), D("null null", DATA), D("\"a\"\"b\"", DATA),
	D("{}\0", DATA), D("[1]]", DATA), D("{}}", DATA), D("{}x", DATA),
	D("1\0", DATA), D("true\xFF", DATA), D("[]\xEF\xBB\xBF", DATA),

	/* arrays */
	D("[1]", OK), D("[1,2]", OK), D("[ 1 , 2 ]", OK), D("[[],[]]", OK),
	D("[[[[]]]]", OK), D("[null,true,false,1,\"\",[],{}]", OK),
	D("[", DATA), D("]", DATA), D("[1", DATA), D("[1,", DATA),
	D("[1,]", DATA), D("[,]", DATA), D("[,1]", DATA), D("[1,,2]", DATA),
	D("[1 2]", DATA), D("[1;2]", DATA), D("[1:2]", DATA), D("[}", DATA),
	D("[1}", DATA), D("[[]", DATA), D("[[1]", DATA), D("[\"a\"", DATA),
	D("[\"a\",", DATA), D("[a]", DATA), D("[1,\n2,\n3", DATA),
	D("[...]", DATA), D("[\"\": 1]", DATA), D("(1)", DATA),

	/* objects */
	D("{\"a\":1}", OK), D("{\"a\" : 1 , \"b\" : 2}", OK),
	D("{\"\":1}", OK), D("{\"a\":{\"a\":1}}", OK),
	D("{\"a\":1,\"A\":1}", OK), D("{\"a\":1,\"aa\":1}", OK),
	D("{\"a\":[{\"a\":1},{\"a\":1}]}", OK),
	D("{\"\xC3\xA9\":1,\"e\xCC\x81\":1}", OK), /* not normalised */
	D("{", DATA), D("}", DATA), D("{\"a\"", DATA), D("{\"a\":", DATA),
	D("{\"a\":1", DATA), D("{\"a\":1,", DATA), D("{\"a\":1,}", DATA),
	D("{,}", DATA), D("{\"a\"}", DATA), D("{\"a\",1}", DATA),
	D("{\"a\":}", DATA), D("{\"a\"::1}", DATA), D("{\"a\" 1}", DATA),
	D("{\"a\":1 \"b\":2}", DATA), D("{\"a\":1;\"b\":2}", DATA),
	D("{a:1}", DATA), D("{'a':1}", DATA), D("{1:1}", DATA),
	D("{null:1}", DATA), D("{[]:1}", DATA), D("{:1}", DATA),
	D("{\"a\":1]", DATA), D("{\"a\":1,,\"b\":2}", DATA),
	D("{\"a\":\"b\",\"c\"}", DATA), D("{\"a\":1}/*c*/", DATA),
	D("{\"a\":/**/1}", DATA), D("{\"a\"=1}", DATA), D("{{}}", DATA),

	/* the same name twice */
	D("{\"a\":1,\"a\":1}", DATA), D("{\"a\":1,\"b\":2,\"a\":3}", DATA),
	D("{\"\":1,\"\":2}", DATA), D("{\"a\":1,\"\\u0061\":2}", DATA),
	D("{\"\\/\":1,\"/\":2}", DATA), D("[{\"x\":{\"a\":1,\"a\":2}}]", DATA),
	D("{\"\xC3\xA9\":1,\"\\u00e9\":1}", DATA),
	D("{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":1}", DATA),

	/* numbers */
	D("-0", OK), D("0.0", OK), D("-0.0", OK), D("1.5", OK), D("1e5", OK),
	D("1E5", OK), D("1e+5", OK), D("1e-5", OK), D("0e0", OK),
	D("0E+00", OK), D("1.5e007", OK), D("123456789012345678901", OK),
	D("9223372036854775808", OK), D("1e308", OK), D("-1e308", OK),
	D("1.7976931348623157e308", OK), D("1e-999", OK), D("4.9e-324", OK),
	D("0e999", OK), D("0.00001e312", OK),
	D("1e309", DATA), D("-1e309", DATA), D("1e999", DATA),
	D("[1e999]", DATA), D("1e99999999999999999999", DATA),
	D("1.8e308", DATA), D("0.1e310", DATA),
	D("+1", DATA), D("-", DATA), D("--1", DATA), D("- 1", DATA),
	D("-a", DATA), D("01", DATA), D("-01", DATA), D("00", DATA),
	D("007", DATA), D("1.", DATA), D(".5", DATA), D("-.5", DATA),
	D("1.e5", DATA), D("1.5.", DATA), D("1..5", DATA), D("1e", DATA),
	D("1e+", DATA), D("1e-", DATA), D("1ee5", DATA), D("1e5.5", DATA),
	D("1e1e1", DATA), D("0x10", DATA), D("0b1", DATA), D("0o7", DATA),
	D("1_000", DATA), D("1,000", DATA), D("1 000", DATA), D("1f", DATA),
	D("1L", DATA), D("\xD9\xA1", DATA), D("\xEF\xBC\x91", DATA),
	D("[1a]", DATA), D("[-]", DATA), D("[1.]", DATA), D("[2.e3]", DATA),

	/* strings */
	D("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", OK), D("\"\x7F\"", OK),
	D("\"\\u0041\"", OK), D("\"\\u00E9\\u00e9\"", OK),
	D("\"\\u0001\\u001f\"", OK), D("\"\\uFFFF\\uFFFE\\uFDD0\"", OK),
	D("\"\\ud83d\\ude00\"", OK), D("\"\\uDBFF\\uDFFF\"", OK),
	D("\"\\u2028\\u2029\\u202e\"", OK), D("\"\xE2\x80\xA8\"", OK),
	D("\"\xF4\x8F\xBF\xBF\"", OK), D("\"\xEF\xBF\xBD\"", OK),
	D("\"\xEF\xBB\xBF\"", OK), D("\"/*c*/\"", OK), D("\"\xC2\x80\"", OK),
	D("\"", DATA), D("\"a", DATA), D("a\"", DATA), D("\"\\\"", DATA),
	D("\"\\", DATA), D("\"\\u", DATA), D("\"\\u00", DATA),
	D("\"a\nb\"", DATA), D("\"a\tb\"", DATA), D("\"a\rb\"", DATA),
	D("\"a\0b\"", DATA), D("\"\x01\"", DATA), D("\"\x1F\"", DATA),
	D("\"\x1B[31m\"", DATA), D("\"\\\0\"", DATA), D("\"\\\n\"", DATA),
	D("\"\\a\"", DATA), D("\"\\v\"", DATA), D("\"\\'\"", DATA),
	D("\"\\0\"", DATA), D("\"\\x41\"", DATA), D("\"\\U0041\"", DATA),
	D("\"\\u004\"", DATA), D("\"\\u004g\"", DATA), D("\"\\u 041\"", DATA),
	D("\"\\u-041\"", DATA), D("\"\\u+041\"", DATA), D("\"\\u{41}\"", DATA),
	D("\"\\\xC3\xA9\"", DATA), D("\"\\ \"", DATA),
	D("\"\\u0000\"", DATA), D("\"a\\u0000b\"", DATA),
	D("{\"\\u0000\":1}", DATA), D("{\"a\\u0000\":1,\"a\":1}", DATA),

	/* surrogates */
	D("\"\\ud83d\"", DATA), D("\"\\ude00\"", DATA),
	D("\"\\ude00\\ud83d\"", DATA), D("\"\\ud83d\\ud83d\"", DATA),
	D("\"\\ud83dx\"", DATA), D("\"\\ud83d\\n\"", DATA),
	D("\"\\ud83d\\u0041\"", DATA), D("\"\\ud83d\\u\"", DATA),
	D("\"\\ud83d\\ude0\"", DATA), D("\"\\ud83d", DATA),
	D("\"\\ud83d\\", DATA), D("\"\\ud83d\\ue000\"", DATA),
	D("{\"\\udfff\":1}", DATA),

	/* bytes that are not UTF-8 */
	D("\"\x80\"", DATA), D("\"\xBF\"", DATA), D("\"\xC3\"", DATA),
	D("\"\xC3(\"", DATA), D("\"\xC0\x80\"", DATA), D("\"\xC1\xBF\"", DATA),
	D("\"\xE0\x80\x80\"", DATA), D("\"\xE0\x9F\xBF\"", DATA),
	D("\"\xE2\x82\"", DATA), D("\"\xE2(\xA1\"", DATA),
	D("\"\xED\xA0\x80\"", DATA), D("\"\xED\xBF\xBF\"", DATA),
	D("\"\xF0\x80\x80\x80\"", DATA), D("\"\xF0\x8F\xBF\xBF\"", DATA),
	D("\"\xF0\x9F\x98\"", DATA), D("\"\xF4\x90\x80\x80\"", DATA),
	D("\"\xF5\x80\x80\x80\"", DATA), D("\"\xF8\x88\x80\x80\x80\"", DATA),
	D("\"\xFC\x84\x80\x80\x80\x80\"", DATA), D("\"\xFE\"", DATA),
	D("\"\xFF\"", DATA), D("\"caf\xE9\"", DATA), D("\"a\xC3", DATA),
	D("\"\xF0\x9F", DATA), D("{\"\xFF\":1}", DATA), D("[\"\xC3\"]", DATA),
	D("\xFF", DATA), D("[\xE9]", DATA), D("\"\xED\xA0\xBD\xED\xB8\x80\"",
	    DATA),
};
#undef D
/* clang-format on */

static int
parse(
    const char *s, size_t n, const struct json_limits *limits, struct err *err)
{
	struct json *doc = (struct json *)1;
	/* Fresh memory of the exact size, so that ASan sees a read beyond. */
	char *copy = malloc(n ? n : 1);
	int rc;

	memcpy(copy, s, n);
	rc = json_parse(copy, n, limits, &doc, err);
	free(copy);
	assert_int_equal(rc == 0, doc != NULL);
	json_free(&doc);
	assert_null(doc);
	return rc;
}

static void
json_parse__corpus__exact_code(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;
		int rc =
		    parse(cases[i].text, cases[i].n, &json_limits_api, &err);

		if (rc != cases[i].code) {
			print_error("case %zu <%s>: %d, not %d: %s\n", i,
			    cases[i].text, rc, cases[i].code, err.text);
			bad++;
		}
		if (rc != 0 && (err.code != rc || err.text[0] == '\0')) {
			print_error("case %zu has no sentence\n", i);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void
json_parse__every_prefix__refused(void **state)
{
	static const char whole[] =
	    "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\ud83d\\ude00\"],"
	    "\"b\":{\"c\":{}}}";

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++)
		assert_int_equal(
		    parse(whole, n, &json_limits_api, NULL), OD_EDATA);
	assert_int_equal(
	    parse(whole, sizeof(whole) - 1, &json_limits_api, NULL), OD_OK);
}

static int
parse_nested(int depth, char opening, char closing, int max_depth)
{
	struct json_limits limits = json_limits_api;
	struct str s = STR_INIT;
	int rc;

	limits.max_depth = max_depth;
	for (int i = 0; i < depth; i++) {
		if (opening == '{' && i > 0)
			str_add(&s, "\"a\":");
		str_addc(&s, opening);
	}
	for (int i = 0; i < depth; i++)
		str_addc(&s, closing);
	rc = parse(s.s, s.len, &limits, NULL);
	str_free(&s);
	return rc;
}

static void
json_parse__depth__is_limited(void **state)
{
	(void)state;
	assert_int_equal(parse_nested(32, '[', ']', 32), OK);
	assert_int_equal(parse_nested(33, '[', ']', 32), LIMIT);
	assert_int_equal(parse_nested(32, '{', '}', 32), OK);
	assert_int_equal(parse_nested(33, '{', '}', 32), LIMIT);
	assert_int_equal(parse_nested(100000, '[', ']', 32), LIMIT);
	assert_int_equal(parse_nested(3, '[', ']', 2), LIMIT);
	assert_int_equal(parse_nested(0, '[', ']', 0), DATA);
	assert_int_equal(parse_nested(1, '[', ']', 0), LIMIT);
}

static int
parse_list(size_t count, const char *item, struct json_limits *limits)
{
	struct str s = STR_INIT;
	int rc;

	str_addc(&s, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			str_addc(&s, ',');
		str_add(&s, item);
	}
	str_addc(&s, ']');
	rc = parse(s.s, s.len, limits, NULL);
	str_free(&s);
	return rc;
}

static void
json_parse__nodes__are_limited(void **state)
{
	struct json_limits limits = json_limits_api;

	(void)state;
	assert_int_equal(parse_list(19999, "1", &limits), OK);
	assert_int_equal(parse_list(20000, "1", &limits), LIMIT);
	assert_int_equal(parse_list(19999, "[]", &limits), OK);
	limits.max_nodes = 1;
	assert_int_equal(parse_list(0, "", &limits), OK);
	assert_int_equal(parse_list(1, "1", &limits), LIMIT);
}

static void
json_parse__bytes__are_limited(void **state)
{
	struct json_limits limits = json_limits_api;

	(void)state;
	limits.max_bytes = 5;
	assert_int_equal(parse("[1,2]", 5, &limits, NULL), OK);
	assert_int_equal(parse("[1,2] ", 6, &limits, NULL), LIMIT);
	assert_int_equal(parse("[[[[[[", 6, &limits, NULL), LIMIT);
}

static int
parse_long(size_t n, const char *before, char c, const char *after)
{
	struct json_limits limits = json_limits_api;
	struct str s = STR_INIT;
	int rc;

	limits.max_string = 1000;
	str_add(&s, before);
	for (size_t i = 0; i < n; i++)
		str_addc(&s, c);
	str_add(&s, after);
	rc = parse(s.s, s.len, &limits, NULL);
	str_free(&s);
	return rc;
}

static void
json_parse__strings__are_limited(void **state)
{
	(void)state;
	assert_int_equal(parse_long(1000, "\"", 'a', "\""), OK);
	assert_int_equal(parse_long(1001, "\"", 'a', "\""), LIMIT);
	assert_int_equal(parse_long(1001, "{\"", 'a', "\":1}"), LIMIT);
	/* An escape counts as what it decodes to. */
	assert_int_equal(parse_long(998, "\"\\u00e9", 'a', "\""), OK);
	assert_int_equal(parse_long(999, "\"\\u00e9", 'a', "\""), LIMIT);
	/* Numbers: long ones are finite or not, very long ones too much. */
	assert_int_equal(parse_long(300, "", '9', ""), OK);
	assert_int_equal(parse_long(308, "", '9', ""), OK);
	assert_int_equal(parse_long(310, "", '9', ""), DATA);
	assert_int_equal(parse_long(900, "0.", '9', ""), OK);
	assert_int_equal(parse_long(1001, "", '9', ""), LIMIT);
}

static int
parse_members(int count, int same)
{
	struct json_limits limits = json_limits_webhook;
	struct str s = STR_INIT;
	int rc;

	for (int i = 0; i < count; i++)
		str_addf(&s, "%c\"k%d\":%d", i ? ',' : '{', i, i);
	if (same >= 0)
		str_addf(&s, ",\"k%d\":0", same);
	str_addc(&s, '}');
	rc = parse(s.s, s.len, &limits, NULL);
	str_free(&s);
	return rc;
}

static void
json_parse__doubled_name_among_many__found(void **state)
{
	static const int counts[] = {2, 23, 24, 25, 100, 50000};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		assert_int_equal(parse_members(counts[i], -1), OK);
		assert_int_equal(parse_members(counts[i], 0), DATA);
		assert_int_equal(parse_members(counts[i], counts[i] / 2), DATA);
		assert_int_equal(parse_members(counts[i], counts[i] - 1), DATA);
	}
}

static void
json_parse__error__names_the_byte(void **state)
{
	static const struct {
		const char *text, *where;
	} table[] = {{"[1,x]", "byte 3:"}, {"{\"a\":1,\"a\":2}", "byte 8:"},
	    {"\"ab\\u0000\"", "byte 3:"}, {"{} x", "byte 3:"}};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(parse(table[i].text, strlen(table[i].text),
				     &json_limits_api, &err),
		    OD_EDATA);
		assert_non_null(strstr(err.text, table[i].where));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_parse__corpus__exact_code),
	    cmocka_unit_test(json_parse__every_prefix__refused),
	    cmocka_unit_test(json_parse__depth__is_limited),
	    cmocka_unit_test(json_parse__nodes__are_limited),
	    cmocka_unit_test(json_parse__bytes__are_limited),
	    cmocka_unit_test(json_parse__strings__are_limited),
	    cmocka_unit_test(json_parse__doubled_name_among_many__found),
	    cmocka_unit_test(json_parse__error__names_the_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
