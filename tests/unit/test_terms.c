/*
 * Unit tests of common/terms.
 *
 * Broken on purpose: with field_length deaf to "://", addresses become fields;
 * with the quotes left out of take_value, phrases fall into words.
 */
#include "common/str.h"
#include "common/terms.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* "-field RELATION value|value; ..." */
static void
show(const struct terms *t, struct str *out)
{
	static const char *const relations[] = {"is", "<", "<=", ">", ">="};

	for (size_t i = 0; i < t->count; i++) {
		const struct term *term = &t->terms[i];

		str_addf(out, "%s%s%s", i ? "; " : "",
		    term->is_negated ? "-" : "", term->field);
		if (term->field[0])
			str_addf(out, " %s ", relations[term->relation]);
		for (size_t v = 0; v < term->value_count; v++)
			str_addf(out, "%s%s", v ? "|" : "", term->values[v]);
	}
}

static void
terms_parse__what_people_type__gives_its_terms(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", ""},
	    {"   ", ""},
	    {"router", "router"},
	    {"router lento", "router; lento"},
	    {"\"no enciende\" x", "no enciende; x"},
	    {"\"no encien", "no encien"},
	    {"\"\"", ""},
	    {"-vip", "-vip"},
	    {"-\"muy vip\"", "-muy vip"},
	    {"- vip", "-; vip"},
	    {"-", "-"},
	    {"estado:abierto -vip", "estado is abierto; -vip"},
	    {"-estado:abierto,espera", "-estado is abierto|espera"},
	    {"Categoría:\"Red local\",Wi-Fi", "categoria is Red local|Wi-Fi"},
	    {"estado:", "estado is "},
	    {"estado:,", "estado is "},
	    {"estado:abierto, x", "estado is abierto; x"},
	    {"prioridad>=4", "prioridad >= 4"},
	    {"prioridad<=2 creado<7d cambiado>1h",
		"prioridad <= 2; creado < 7d; cambiado > 1h"},
	    {"creado<7,5", "creado < 7,5"},
	    {"prioridad=4", "prioridad is 4"},
	    {"a,b", "a,b"},
	    {"10:30", "10:30"},
	    {"http://x/?a=b", "http://x/?a=b"},
	    {"0x80:5", "0x80:5"},
	    {"estado:a:b", "estado is a:b"},
	    {"c++", "c++"},
	    {"a\"b c\"", "a\"b; c\""},
	    {":x", ":x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct terms t;
		struct str out = STR_INIT;

		assert_int_equal(terms_parse(cases[i].text, &t, NULL), 0);
		show(&t, &out);
		assert_string_equal(out.s, cases[i].want);
		str_free(&out);
		terms_clear(&t);
	}
}

static void
terms_parse__too_much__is_refused(void **state)
{
	struct terms t;
	struct str text = STR_INIT;

	(void)state;
	for (int i = 0; i <= TERMS_MAX; i++)
		str_add(&text, "x ");
	assert_int_equal(terms_parse(text.s, &t, NULL), OD_ELIMIT);
	str_clear(&text);
	str_add(&text, "estado:");
	for (int i = 0; i <= TERM_VALUES_MAX; i++)
		str_add(&text, "x,");
	assert_int_equal(terms_parse(text.s, &t, NULL), OD_ELIMIT);
	str_clear(&text);
	for (int i = 0; i < TERM_TEXT_SIZE; i++)
		str_addc(&text, 'x');
	assert_int_equal(terms_parse(text.s, &t, NULL), OD_ELIMIT);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(terms_parse__what_people_type__gives_its_terms),
	    cmocka_unit_test(terms_parse__too_much__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
