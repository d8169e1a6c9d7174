/*
 * Unit tests of common/json: getters and writer (test_json_strict.c has what
 * is taken and refused).
 */
#include "common/json.h"
#include "common/xalloc.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct json *
parsed(const char *s)
{
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	if (json_parse(s, strlen(s), &json_limits_api, &doc, &err) != 0)
		fail_msg("%s: %s", s, err.text);
	return doc;
}

static void
json_get__members__exact_names(void **state)
{
	struct json *d =
	    parsed("{\"a\":1,\"\":\"empty\",\"ab\":\"x\",\"A\":null,"
		   "\"\\u00f1\":\"y\"}");
	int64_t v = 0;

	(void)state;
	assert_int_equal(json_type(d), JSON_OBJECT);
	assert_int_equal(json_size(d), 5);
	assert_true(json_int64(d, "a", &v));
	assert_int_equal(v, 1);
	assert_string_equal(json_string(d, ""), "empty");
	assert_string_equal(json_string(d, "ab"), "x");
	assert_string_equal(json_string(d, "ñ"), "y");
	assert_int_equal(json_type(json_get(d, "A")), JSON_NULL);
	assert_non_null(json_get(d, "A"));
	assert_null(json_get(d, "b"));
	assert_null(json_get(d, "AB"));
	assert_null(json_get(json_get(d, "a"), "a"));
	assert_null(json_get(NULL, "a"));
	json_free(&d);
	json_free(&d);
}

static void
json_where__texts_and_names__byte_of_the_source(void **state)
{
	static const char source[] = "{\"a\": [\"\\u00f1x\", \"yy\"]}";
	struct json *d = parsed(source);
	const struct json *list = json_get(d, "a");

	(void)state;
	assert_int_equal(json_where(d, json_name(list)), 2);
	assert_int_equal(json_where(d, json_as_string(json_first(list))), 8);
	assert_int_equal(
	    json_where(d, json_as_string(json_next(json_first(list)))), 19);
	json_free(&d);
}

static void
json_getters__other_type__nothing(void **state)
{
	struct json *d = parsed("{\"s\":\"1\",\"n\":1,\"t\":true,\"f\":false,"
				"\"o\":{},\"l\":[],\"z\":null}");
	static const char *const names[] = {
	    "s", "n", "t", "f", "o", "l", "z", "absent"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *n = names[i];
		int64_t v = 77;
		double x = 77;

		assert_int_equal(json_string(d, n) != NULL, n[0] == 's');
		assert_int_equal(json_bool(d, n), n[0] == 't');
		assert_int_equal(json_int64(d, n, &v), n[0] == 'n');
		assert_int_equal(v, n[0] == 'n' ? 1 : 77);
		assert_int_equal(json_double(d, n, &x), n[0] == 'n');
		v = 77;
		assert_int_equal(
		    json_lax_int64(d, n, &v), n[0] == 'n' || n[0] == 's');
	}
	assert_int_equal(json_type(NULL), JSON_NULL);
	assert_int_equal(json_size(NULL), 0);
	assert_int_equal(json_size(json_get(d, "n")), 0);
	assert_null(json_first(NULL));
	assert_null(json_first(json_get(d, "l")));
	assert_null(json_first(json_get(d, "n")));
	json_free(&d);
}

static void
json_int64__digits__kept_exactly(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t want;
	} cases[] = {{"0", true, 0}, {"-0", true, 0},
	    {"9007199254740993", true, 9007199254740993},
	    {"-9007199254740993", true, -9007199254740993},
	    {"9223372036854775807", true, INT64_MAX},
	    {"-9223372036854775808", true, INT64_MIN},
	    {"9223372036854775808", false, 0},
	    {"-9223372036854775809", false, 0}, {"1.0", false, 0},
	    {"1e3", false, 0}, {"123456789012345678901234567890", false, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json *d = parsed(cases[i].text);
		struct str s = STR_INIT;
		int64_t v = 5;

		assert_int_equal(json_as_int64(d, &v), cases[i].ok);
		assert_true(v == (cases[i].ok ? cases[i].want : 5));
		json_print(d, &s);
		assert_string_equal(s.s, cases[i].text);
		str_free(&s);
		json_free(&d);
	}
}

static void
json_lax_int64__strings__only_digits(void **state)
{
	struct json *d = parsed("{\"a\":\"1699999999\",\"b\":1699999999,"
				"\"c\":\" 1\",\"d\":\"1x\",\"e\":\"\","
				"\"f\":\"0x10\",\"g\":\"-5\",\"h\":true}");
	int64_t v = 0;

	(void)state;
	assert_true(json_lax_int64(d, "a", &v) && v == 1699999999);
	assert_true(json_lax_int64(d, "b", &v) && v == 1699999999);
	assert_true(json_lax_int64(d, "g", &v) && v == -5);
	assert_false(json_lax_int64(d, "c", &v));
	assert_false(json_lax_int64(d, "d", &v));
	assert_false(json_lax_int64(d, "e", &v));
	assert_false(json_lax_int64(d, "f", &v));
	assert_false(json_lax_int64(d, "h", &v));
	json_free(&d);
}

static void
json_string__escapes__decoded(void **state)
{
	struct json *d = parsed("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\","
				"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\","
				"\"ñandú 😀\",\"\\uDBFF\\uDFFF\"]");
	const struct json *v = json_first(d);

	(void)state;
	assert_string_equal(json_as_string(v), "\"\\/\b\f\n\r\t");
	v = json_next(v);
	assert_string_equal(json_as_string(v), "Aé€😀");
	v = json_next(v);
	assert_string_equal(json_as_string(v), "ñandú 😀");
	v = json_next(v);
	assert_string_equal(json_as_string(v), "\xF4\x8F\xBF\xBF");
	assert_null(json_next(v));
	json_free(&d);
}

static void
json_path__nested__found(void **state)
{
	struct json *d =
	    parsed("{\"text\":{\"body\":\"hola\",\"x\":[1]},\"n\":1}");

	(void)state;
	assert_string_equal(
	    json_as_string(json_path(d, "text", "body", NULL)), "hola");
	assert_null(json_path(d, "text", "none", "deeper", NULL));
	assert_null(json_path(d, "n", "body", NULL));
	assert_null(json_path(NULL, "n", NULL));
	assert_ptr_equal(json_path(d, NULL), d);
	json_free(&d);
}

static void
json_next__mixed_nesting__in_order(void **state)
{
	struct json *d = parsed("{\"a\":[[1,2],{\"b\":[3]},4],\"c\":{},"
				"\"d\":[],\"e\":5}");
	static const char *const names[] = {"a", "c", "d", "e"};
	const struct json *m;
	size_t i = 0;

	(void)state;
	for (m = json_first(d); m; m = json_next(m))
		assert_string_equal(json_name(m), names[i++]);
	assert_int_equal(i, 4);
	m = json_first(json_get(d, "a"));
	assert_null(json_name(m));
	assert_int_equal(json_size(m), 2);
	m = json_next(m);
	assert_int_equal(json_type(m), JSON_OBJECT);
	m = json_next(m);
	assert_int_equal(json_type(m), JSON_NUMBER);
	assert_null(json_next(m));
	json_free(&d);
}

static void
json_parse__source_freed__document_stays(void **state)
{
	char *source = xstrdup("{\"k\":\"value\",\"n\":12}");
	struct json *d = NULL;

	(void)state;
	assert_int_equal(
	    json_parse(source, strlen(source), &json_limits_api, &d, NULL), 0);
	memset(source, 'x', strlen(source));
	free(source);
	assert_string_equal(json_string(d, "k"), "value");
	json_free(&d);
}

static void
json_print__round_trip__same(void **state)
{
	static const char *const texts[] = {"null", "[]", "{}", "\"\"",
	    "[1,\"a\",true,false,null,{\"x\":[]}]",
	    "{\"a\":{\"b\":{\"c\":[[[]]]}},\"d\":-1.50e+3}",
	    "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/\"", "\"ñ😀\""};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json *d = parsed(texts[i]);
		struct str s = STR_INIT;

		json_print(d, &s);
		assert_string_equal(s.s, texts[i]);
		str_free(&s);
		json_free(&d);
	}
}

static void
json_print__deepest__printed(void **state)
{
	struct str s = STR_INIT, out = STR_INIT;
	struct json *d;

	(void)state;
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		str_addc(&s, '[');
	for (int i = 0; i < JSON_MAX_DEPTH; i++)
		str_addc(&s, ']');
	d = parsed(s.s);
	json_print(d, &out);
	assert_string_equal(out.s, s.s);
	json_free(&d);
	str_free(&s);
	str_free(&out);
}

static void
json_out__everything__commas_and_names(void **state)
{
	struct str s = STR_INIT;
	struct json_out w;

	(void)state;
	json_out_init(&w, &s);
	json_out_object(&w, NULL);
	json_out_string(&w, "s", "a\"b");
	json_out_string(&w, "none", NULL);
	json_out_stringn(&w, "n", "abc", 2);
	json_out_int(&w, "min", INT64_MIN);
	json_out_bool(&w, "t", true);
	json_out_null(&w, "z");
	json_out_array(&w, "l");
	json_out_int(&w, NULL, 1);
	json_out_object(&w, NULL);
	json_out_end(&w, '}');
	json_out_array(&w, NULL);
	json_out_end(&w, ']');
	json_out_raw(&w, NULL, "{\"r\":1}");
	json_out_end(&w, ']');
	json_out_time(&w, "never", 0);
	json_out_time(&w, "at", INT64_C(1794218222000000));
	json_out_end(&w, '}');
	assert_string_equal(s.s,
	    "{\"s\":\"a\\\"b\",\"none\":null,\"n\":\"ab\","
	    "\"min\":-9223372036854775808,\"t\":true,\"z\":null,"
	    "\"l\":[1,{},[],{\"r\":1}],\"never\":null,"
	    "\"at\":\"2026-11-09T09:57:02Z\"}");
	str_free(&s);
}

static void
json_out_string__bad_bytes__replaced(void **state)
{
	static const char bad[] = "a\xC3(\xED\xA0\x80\x00z\xF0\x9F";
	struct str s = STR_INIT;
	struct json_out w;

	(void)state;
	json_out_init(&w, &s);
	json_out_stringn(&w, NULL, bad, sizeof(bad) - 1);
	assert_string_equal(s.s,
	    "\"a\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\u0000z"
	    "\xEF\xBF\xBD\xEF\xBF\xBD\"");
	str_free(&s);
}

static void
json_out_double__values__read_back(void **state)
{
	static const struct {
		double v;
		const char *text;
	} cases[] = {{0, "0"}, {-0.0, "-0"}, {0.1, "0.1"}, {1.5, "1.5"},
	    {1e21, "1e+21"}, {1.0 / 3, "0.3333333333333333"},
	    {DBL_MAX, "1.7976931348623157e+308"}, {NAN, "null"},
	    {INFINITY, "null"}, {-INFINITY, "null"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = STR_INIT;
		struct json_out w;

		json_out_init(&w, &s);
		json_out_double(&w, NULL, cases[i].v);
		assert_string_equal(s.s, cases[i].text);
		str_free(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_get__members__exact_names),
	    cmocka_unit_test(json_where__texts_and_names__byte_of_the_source),
	    cmocka_unit_test(json_getters__other_type__nothing),
	    cmocka_unit_test(json_int64__digits__kept_exactly),
	    cmocka_unit_test(json_lax_int64__strings__only_digits),
	    cmocka_unit_test(json_string__escapes__decoded),
	    cmocka_unit_test(json_path__nested__found),
	    cmocka_unit_test(json_next__mixed_nesting__in_order),
	    cmocka_unit_test(json_parse__source_freed__document_stays),
	    cmocka_unit_test(json_print__round_trip__same),
	    cmocka_unit_test(json_print__deepest__printed),
	    cmocka_unit_test(json_out__everything__commas_and_names),
	    cmocka_unit_test(json_out_string__bad_bytes__replaced),
	    cmocka_unit_test(json_out_double__values__read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
