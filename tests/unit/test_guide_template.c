/*
 * Unit tests of kb/guide_template and kb/guide_gap: steps with values, and
 * sentences from which a value is missing.
 *
 * Turned red by: an empty value that is put in as it is; blanks taken for a
 * value; a value checked against the type of another one.
 */
#include "kb/guide_gap.h"
#include "kb/guide_template.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define VARIABLES                                                              \
	"[{\"name\":\"name\"},{\"name\":\"mail\",\"type\":\"email\"},"         \
	"{\"name\":\"kind\",\"type\":\"choice\",\"choices\":[\"a\",\"b\"]},"   \
	"{\"name\":\"host\",\"required\":true}]"

static char *
rendered(const char *text, const struct template_value *values, size_t count)
{
	struct str steps = STR_INIT, out = STR_INIT;
	struct json *doc = NULL;
	struct json_out w;
	struct err err = ERR_INIT;
	char *line;

	json_out_init(&w, &steps);
	json_out_array(&w, NULL);
	json_out_string(&w, NULL, text);
	json_out_end(&w, ']');
	if (template_render(VARIABLES, steps.s, values, count, &out, &err) !=
		0 ||
	    json_parse(out.s, out.len, &json_limits_api, &doc, &err) != 0)
		fail_msg("%s", err.text);
	line = strdup(json_as_string(json_first(doc)));
	json_free(&doc);
	str_free(&steps);
	str_free(&out);
	return line;
}

static void
template_render__a_value_is_missing__its_sentence_closes(void **state)
{
	static const struct template_value values[] = {
	    {"host", "PC-7"}, {"mail", "  "}};
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"Hola {{name}}, abra {{host}}.", "Hola, abra PC-7."},
	    {"Hello, {{name}}!", "Hello!"},
	    {"{{name}}, open {{host}}.", "open PC-7."},
	    {"{{name}} open {{host}}.", "open PC-7."},
	    {"Use {{host}} {{name}} now", "Use PC-7 now"},
	    {"Use {{host}} ({{name}}) now", "Use PC-7 now"},
	    {"Use {{host}} ({{name}}).", "Use PC-7."},
	    {"Use {{host}} (of {{name}}).", "Use PC-7 (of)."},
	    {"Open \u00ab{{name}}\u00bb in {{host}}", "Open in PC-7"},
	    {"Noted: {{name}}. Go on", "Noted. Go on"},
	    {"Noted: {{mail}}", "Noted"},
	    {"{{name}} {{mail}} {{kind}} {{host}}", "PC-7"},
	    {"{{host}}{{name}}{{host}}", "PC-7PC-7"},
	    {"Write to {{name}} {{mail}}.\nThen wait", "Write to.\nThen wait"},
	    {"Done. {{name}}, wait", "Done. wait"},
	    {"{{name}}", ""},
	    {"Keep  my   blanks . {{host}}", "Keep  my   blanks . PC-7"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = rendered(cases[i].text, values, 2);

		assert_string_equal(got, cases[i].want);
		free(got);
	}
}

static void
template_render__wrong_values__are_refused(void **state)
{
	static const struct {
		struct template_value values[2];
		const char *sentence;
	} cases[] = {
	    {{{"host", " \t"}, {"name", "x"}}, "\"host\" is needed"},
	    {{{"host", "x"}, {"mail", "nobody"}}, "\"mail\" wants"},
	    {{{"host", "x"}, {"kind", "c"}}, "\"kind\" wants"},
	    {{{"host", "x"}, {"other", "c"}}, "no variable \"other\""},
	};
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(template_render(VARIABLES, "[\"{{host}}\"]",
				     cases[i].values, 2, &out, &err),
		    OD_EDATA);
		assert_non_null(strstr(err.text, cases[i].sentence));
		assert_int_equal(out.len, 0);
	}
	str_free(&out);
}

static void
template_check__what_cannot_be_filled__is_told(void **state)
{
	static const struct {
		const char *variables, *steps, *sentence;
	} cases[] = {
	    {"{}", "[\"x\"]", "JSON list"},
	    {"[{\"name\":\"A\"}]", "[\"x\"]", "needs a name"},
	    {"[{\"name\":\"a\"},{\"name\":\"a\"}]", "[\"x\"]", "twice"},
	    {"[{\"name\":\"a\",\"type\":\"z\"}]", "[\"x\"]", "no type"},
	    {"[{\"name\":\"a\",\"type\":\"choice\"}]", "[\"x\"]", "choices"},
	    {"[]", "[]", "needs steps"},
	    {"[]", "[{\"a\":[\"{{b}}\"]}]", "{{b}} is none"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(
		    template_check(cases[i].variables, cases[i].steps, &err),
		    OD_EDATA);
		if (strstr(err.text, cases[i].sentence) == NULL)
			fail_msg("%zu: %s", i, err.text);
	}
	assert_int_equal(template_check(VARIABLES, "[\"{{name}}\"]", NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		template_render__a_value_is_missing__its_sentence_closes),
	    cmocka_unit_test(template_render__wrong_values__are_refused),
	    cmocka_unit_test(template_check__what_cannot_be_filled__is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
