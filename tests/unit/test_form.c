/*
 * Forms and path segments: what is decoded, and what is refused.
 */
#include "syncd/http/form.h"
#include "common/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* "a=1|b=2" for what was parsed, or the code. */
static void
check(const char *text, const char *expected)
{
	struct form form;
	struct err err = ERR_INIT;
	struct str got;

	str_init(&got);
	if (form_parse(text, strlen(text), &form, &err) != 0) {
		str_add(&got, err_name(err.code));
		assert_null(form.fields);
	} else {
		for (size_t i = 0; i < form.count; i++)
			str_addf(&got, "%s%s=%s", i > 0 ? "|" : "",
			    form.fields[i].name, form.fields[i].value);
		form_clear(&form);
	}
	assert_string_equal(got.s, expected);
	str_free(&got);
}

static void
form__decodes__fields_in_order(void **state)
{
	(void)state;
	check("", "");
	check("a=1", "a=1");
	check("a=1&b=2&a=3", "a=1|b=2|a=3");
	check("a", "a=");
	check("a=", "a=");
	check("=", "=");
	check("=v", "=v");
	check("a=b=c", "a=b=c");
	check("&&a=1&&", "a=1");
	check("x+y=a+b", "x y=a b");
	check("a=%2B%26%3D", "a=+&=");
	check("a=%c3%B1", "a=\xc3\xb1");
	check("a=\xc3\xb1", "a=\xc3\xb1");
	check("a=%0d%0a", "a=\r\n");
	check("a;b=1", "a;b=1");
}

static void
form__refuses__what_is_not_text(void **state)
{
	const char *const bad = err_name(OD_EDATA);

	(void)state;
	check("a=%", bad);
	check("a=%4", bad);
	check("a=%zz", bad);
	check("a=%+1", bad);
	check("a=%00", bad);
	check("a%00b=1", bad);
	check("a=%ff", bad);
	check("a=%c0%af", bad);
	check("a=%ed%a0%80", bad);
	check("a=%f4%90%80%80", bad);
	check("a=1&b=%c3", bad);
}

static void
form__refuses__a_sent_nul(void **state)
{
	struct form form;

	(void)state;
	assert_int_equal(form_parse("a=\0b", 4, &form, NULL), OD_EDATA);
}

static void
form__limits__fields(void **state)
{
	struct form form;
	struct str s;

	(void)state;
	str_init(&s);
	for (int i = 0; i < FORM_FIELDS_MAX; i++)
		str_add(&s, "a=1&");
	assert_int_equal(form_parse(s.s, s.len, &form, NULL), 0);
	assert_int_equal(form.count, FORM_FIELDS_MAX);
	form_clear(&form);
	str_add(&s, "b");
	assert_int_equal(form_parse(s.s, s.len, &form, NULL), OD_ELIMIT);
	str_free(&s);
}

static void
form__finds__fields_by_name(void **state)
{
	struct form form;
	const char *text = "a=1&b=2&a=3&c";

	(void)state;
	assert_int_equal(form_parse(text, strlen(text), &form, NULL), 0);
	assert_string_equal(form_get(&form, "a"), "1");
	assert_string_equal(form_get(&form, "c"), "");
	assert_null(form_get(&form, "A"));
	assert_int_equal(form_count(&form, "a"), 2);
	assert_int_equal(form_count(&form, "d"), 0);
	form_clear(&form);
	assert_null(form_get(&form, "a"));
}

static void
check_segment(const char *text, const char *expected)
{
	char dst[64];
	bool is_fine = form_decode_segment(dst, text, strlen(text));

	assert_int_equal(is_fine, expected != NULL);
	if (is_fine)
		assert_string_equal(dst, expected);
}

static void
form__decodes__segments_strictly(void **state)
{
	(void)state;
	check_segment("a", "a");
	check_segment("a+b", "a+b");
	check_segment("a%20b", "a b");
	check_segment("%C3%b1", "\xc3\xb1");
	check_segment("...", "...");
	check_segment("%252e", "%2e");
	check_segment(".", NULL);
	check_segment("..", NULL);
	check_segment("%2e.", NULL);
	check_segment("a%2fb", NULL);
	check_segment("a%00", NULL);
	check_segment("a%1b", NULL);
	check_segment("a%7F", NULL);
	check_segment("%", NULL);
	check_segment("%a", NULL);
	check_segment("%g0", NULL);
	check_segment("%80", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(form__decodes__fields_in_order),
	    cmocka_unit_test(form__refuses__what_is_not_text),
	    cmocka_unit_test(form__refuses__a_sent_nul),
	    cmocka_unit_test(form__limits__fields),
	    cmocka_unit_test(form__finds__fields_by_name),
	    cmocka_unit_test(form__decodes__segments_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
