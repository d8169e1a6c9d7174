/*
 * Unit tests of common/json_rows and common/utf16.
 *
 * Broken on purpose: without is_spoilt the line behind a broken object is
 * taken from its middle; with escapes left out a quote in a text ends it.
 */
#include "common/json_rows.h"
#include "common/utf16.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Objects as "LINE{...};", errors as "LINE!;". */
static void
read_all(FILE *in, struct str *out)
{
	struct json_rows *rows = json_rows_open(in);
	const struct json *object;
	struct err err = ERR_INIT;
	int64_t line;
	int rc;

	while (
	    (rc = json_rows_next(rows, &line, &object, &err)) != OD_ENOTFOUND) {
		str_addf(out, "%lld", (long long)line);
		if (rc == 0)
			json_print(object, out);
		else
			str_addc(out, '!');
		str_addc(out, ';');
	}
	/* Over is over. */
	assert_int_equal(
	    json_rows_next(rows, &line, &object, &err), OD_ENOTFOUND);
	json_rows_free(&rows);
}

static void
json_rows_next__whole_and_damaged__goes_on(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"[]", ""},
	    {"{\"a\":1}\n{\"a\":2}\n", "1{\"a\":1};2{\"a\":2};"},
	    {"\xef\xbb\xbf[ {\"a\":1},\r\n\r\n {\"a\":[{}]} ]\n",
		"1{\"a\":1};3{\"a\":[{}]};"},
	    {"[{\"a\":\"}\\\"{\"},{}]", "1{\"a\":\"}\\\"{\"};1{};"},
	    {"[{\n\"a\":\n1}]", "1{\"a\":1};"},
	    {"[{\"a\":1},", "1{\"a\":1};1!;"},
	    {"[{\"a\":1},{\"b", "1{\"a\":1};1!;"},
	    {"{\"a\":\"x\n{\"b\":1}\n", "1!;2{\"b\":1};"},
	    {"{\"a\":}\n{\"b\":1}\n", "1!;2{\"b\":1};"},
	    {"{\"a\":1,\"a\":2}\n{}\n", "1!;2{};"},
	    {"what\nis\n{\"b\":1}\n", "1!;3{\"b\":1};"},
	    {"{\"a\":\"\xff\"}\n{}\n", "1!;2{};"},
	    {"{\"a\":1}]", "1{\"a\":1};1!;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str out = STR_INIT;
		FILE *in = fmemopen((void *)(uintptr_t)cases[i].text,
		    strlen(cases[i].text), "r");

		assert_non_null(in);
		read_all(in, &out);
		assert_string_equal(out.s != NULL ? out.s : "", cases[i].want);
		str_free(&out);
		fclose(in);
	}
}

static void
json_rows_next__one_that_is_too_long__is_refused_alone(void **state)
{
	struct str text = STR_INIT, out = STR_INIT;
	FILE *in;

	(void)state;
	str_add(&text, "{\"a\":\"");
	for (int i = 0; i < JSON_ROW_MAX; i++)
		str_addc(&text, 'x');
	str_add(&text, "\"}\n{\"b\":1}\n");
	in = fmemopen(text.s, text.len, "r");
	assert_non_null(in);
	read_all(in, &out);
	assert_string_equal(out.s, "1!;2{\"b\":1};");
	fclose(in);
	str_free(&text);
	str_free(&out);
}

static void
utf16_open__either_order__gives_utf8(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *want;
	} cases[] = {
	    {"\xff\xfe\x61\0\xf1\0\x3d\xd8\x00\xde", 10,
		"a\xc3\xb1\xf0\x9f\x98\x80"},
	    {"\xfe\xff\0\x61\0\xf1\xd8\x3d\xde\x00", 10,
		"a\xc3\xb1\xf0\x9f\x98\x80"},
	    {"\x61\0\x62\0", 4, "ab"},
	    {"\x61\0\x3d\xd8\x62\0", 6,
		"a\xff"
		"b"},
	    {"\x61\0\x00\xde", 4, "a\xff"},
	    {"\x61\0\x62", 3, "a\xff"},
	    {"\xff\xfe", 2, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *in = fmemopen(
		    (void *)(uintptr_t)cases[i].bytes, cases[i].n, "r");
		FILE *out;
		char got[64];
		size_t n;

		assert_non_null(in);
		out = utf16_open(in);
		assert_non_null(out);
		setvbuf(out, NULL, _IONBF, 0);
		n = fread(got, 1, sizeof(got) - 1, out);
		got[n] = '\0';
		assert_string_equal(got, cases[i].want);
		fclose(out);
		fclose(in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_rows_next__whole_and_damaged__goes_on),
	    cmocka_unit_test(
		json_rows_next__one_that_is_too_long__is_refused_alone),
	    cmocka_unit_test(utf16_open__either_order__gives_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
