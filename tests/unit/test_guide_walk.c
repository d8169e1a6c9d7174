/*
 * Unit tests of kb/guide_walk: which step follows, and what a customer reads.
 *
 * Broken on purpose: with GUIDE_SKIP as GUIDE_NO a skipped step resolves; with
 * guide_fill that does not cut out back, half a text stays behind.
 */
#include "kb/guide_walk.h"
#include "common/fsutil.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct guide_file *
from_text(const char *s)
{
	struct guide_file *f = NULL;
	struct err err = ERR_INIT;

	if (guide_file_read(s, strlen(s), NULL, &f, &err) != 0)
		fail_msg("%s", err.text);
	return f;
}

static int
read_good(void **state)
{
	struct str text = STR_INIT;

	if (fs_read("tests/data/guides/good.json", GUIDE_MAX_BYTES, &text,
		NULL) != 0)
		return -1;
	*state = from_text(text.s);
	str_free(&text);
	return 0;
}

static int
free_good(void **state)
{
	struct guide_file *f = *state;

	guide_file_free(&f);
	return 0;
}

static void
guide_walk_next__each_answer__leads_on(void **state)
{
	struct guide_file *f = from_text(
	    "{\"t\":{\"problem_title\":\"T\",\"steps\":["
	    "{\"step_number\":5,\"on_yes\":\"next\",\"on_no\":\"resolved\"},"
	    "{\"step_number\":2,\"on_yes\":\"escalate\"},"
	    "{\"step_number\":9,\"on_no\":\"resolved\"},"
	    "{\"step_number\":12,\"on_yes\":7}]}}");
	static const struct {
		int from;
		enum guide_answer answer;
		enum guide_end end;
		int step;
	} cases[] = {
	    {2, GUIDE_YES, GUIDE_ESCALATED, 0},
	    {2, GUIDE_NO, GUIDE_GOES_ON, 5},
	    {2, GUIDE_SKIP, GUIDE_GOES_ON, 5},
	    {5, GUIDE_YES, GUIDE_GOES_ON, 9},
	    {5, GUIDE_NO, GUIDE_RESOLVED, 0},
	    {5, GUIDE_SKIP, GUIDE_GOES_ON, 9},
	    {9, GUIDE_YES, GUIDE_RESOLVED, 0},
	    {9, GUIDE_SKIP, GUIDE_ESCALATED, 0},
	    {12, GUIDE_NO, GUIDE_ESCALATED, 0},
	    {12, GUIDE_YES, GUIDE_ESCALATED, 0}, /* there is no step 7 */
	    {7, GUIDE_YES, GUIDE_ESCALATED, 0},
	};

	(void)state;
	assert_int_equal(guide_walk_first(&f->guides[0]), 2);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct guide_place p = guide_walk_next(
		    &f->guides[0], cases[i].from, cases[i].answer);

		if (p.end != cases[i].end || p.step != cases[i].step)
			fail_msg("case %zu: %d, %d", i, (int)p.end, p.step);
	}
	guide_file_free(&f);
}

/* The values of a table that ends with NULL: name, value, ... */
static const char *
from_table(void *arg, const char *name)
{
	const char *const *v = arg;

	for (; *v; v += 2)
		if (strcmp(v[0], name) == 0)
			return v[1];
	return NULL;
}

static void
guide_step_text__spanish__as_a_customer_reads_it(void **state)
{
	struct guide_file *f = *state;
	static const char *values[] = {
	    "kind", "portátil", "equipment", "PC-12\033[31m\nx", NULL};
	const struct guide_values v = {from_table, values};
	struct str s = STR_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(
	    guide_step_text(&f->guides[0], 1, LANG_ES, &v, &s, &err), 0);
	assert_string_equal(s.s,
	    "Paso 1: ¿Parpadea siempre?\n"
	    "\n"
	    "Saber si el fallo sigue a un programa o a la pantalla.\n"
	    "\n"
	    "1. Abra el administrador de tareas en PC-12␛[31m x (portátil).\n"
	    "2. Mire si esa ventana parpadea también.\n"
	    "\n"
	    "Qué debe pasar: Se sabe qué parpadea.\n"
	    "\n"
	    "¿Parpadea también el administrador de tareas?\n");
	str_free(&s);
}

static void
guide_step_text__english__warnings_first(void **state)
{
	struct guide_file *f = *state;
	struct str s = STR_INIT;

	assert_int_equal(
	    guide_step_text(&f->guides[0], 2, LANG_EN, NULL, &s, NULL), 0);
	assert_string_equal(s.s,
	    "Step 2: Check the cable\n"
	    "\n"
	    "A loose cable is the most frequent cause.\n"
	    "\n"
	    "Before you begin:\n"
	    "- Do not open the screen: it holds a charge even when it is "
	    "off.\n"
	    "\n"
	    "1. Switch the screen off.\n"
	    "2. Take the cable out and fasten it again at both ends.\n"
	    "\n"
	    "Expected result: The picture stands still.\n"
	    "\n"
	    "More information:\n"
	    "- Kinds of cable: https://www.example.com/cables\n"
	    "\n"
	    "Has it stopped flickering?\n");
	str_free(&s);
}

static void
guide_step_text__required_unfilled__refused(void **state)
{
	struct guide_file *f = *state;
	static const char *none[] = {"kind", "", NULL};
	static const char *some[] = {"kind", "torre", NULL};
	const struct guide_values v = {from_table, none};
	const struct guide_values w = {from_table, some};
	struct str s = STR_INIT;
	struct err err = ERR_INIT;

	str_add(&s, "before");
	assert_int_equal(
	    guide_step_text(&f->guides[0], 1, LANG_EN, &v, &s, &err), OD_EDATA);
	assert_string_equal(s.s, "before");
	assert_non_null(strstr(err.text, "\"Kind of computer\" ({{kind}})"));
	assert_string_equal(guide_unfilled(&f->guides[0], &v)->name, "kind");
	assert_null(guide_unfilled(&f->guides[0], &w));
	str_clear(&s);
	assert_int_equal(
	    guide_step_text(&f->guides[0], 1, LANG_EN, &w, &s, &err), 0);
	assert_non_null(strstr(s.s, "on [Equipment] (torre)."));
	assert_int_equal(
	    guide_step_text(&f->guides[0], 7, LANG_EN, &w, &s, &err),
	    OD_ENOTFOUND);
	str_free(&s);
}

static void
guide_fill__braces__only_whole_ones_are_variables(void **state)
{
	struct guide_file *f = *state;
	static const char *some[] = {"kind", "{{equipment}}", NULL};
	const struct guide_values v = {from_table, some};
	static const struct {
		const char *text, *filled; /* NULL: refused */
	} cases[] = {
	    {"{{ kind }}!", "{{equipment}}!"},
	    {"a {{kind", "a {{kind"},
	    {"{kind} }} {{", "{kind} }} {{"},
	    {"{{kind}}{{kind}}", "{{equipment}}{{equipment}}"},
	    {"x {{unknown}}", NULL},
	    {"x {{}}", NULL},
	    {"x {{   }}", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = STR_INIT;
		int rc = guide_fill(
		    &f->guides[0], LANG_EN, cases[i].text, &v, &s, NULL);

		assert_int_equal(rc, cases[i].filled ? 0 : OD_EDATA);
		assert_string_equal(
		    s.s, cases[i].filled ? cases[i].filled : "");
		str_free(&s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(guide_walk_next__each_answer__leads_on),
	    cmocka_unit_test(guide_step_text__spanish__as_a_customer_reads_it),
	    cmocka_unit_test(guide_step_text__english__warnings_first),
	    cmocka_unit_test(guide_step_text__required_unfilled__refused),
	    cmocka_unit_test(guide_fill__braces__only_whole_ones_are_variables),
	};

	return cmocka_run_group_tests(tests, read_good, free_good);
}
