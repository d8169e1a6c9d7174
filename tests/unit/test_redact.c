/*
 * Unit tests of common/redact: what a model is not told.
 *
 * Turned red by: a number that ends at the first blank; an address whose last
 * dot is a full stop; digits counted anew in the middle of a long number.
 */
#include "common/redact.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
check(const char *s, const char *wanted)
{
	struct str out = STR_INIT;

	redact(&out, s, strlen(s));
	assert_string_equal(out.s, wanted);
	str_free(&out);
}

static void
redact__numbers__are_kept_back(void **state)
{
	(void)state;
	check("Llame al 600111222.", "Llame al [number].");
	check("+34 600 11 12 22, por favor", "[number], por favor");
	check("(0034) 600-111-222", "[number]");
	check("mi tarjeta 4111 1111 1111 1111 caduca 12/28",
	    "mi tarjeta [number] caduca 12/28");
	check("ES91 2100 0418 4502 0005 1332", "ES[number]");
	check("600111222 y 600333444", "[number] y [number]");
	check("0123456", "[number]");
	check("12345678901234567890123456789012345678901234567890", "[number]");
}

static void
redact__prices_dates_and_times__stay(void **state)
{
	(void)state;
	check("29,90 euros al mes, 600 Mb", "29,90 euros al mes, 600 Mb");
	check("1.200 euros", "1.200 euros");
	check("el 22/11/2026 a las 10:30", "el 22/11/2026 a las 10:30");
	check("123456", "123456");
	check("(", "(");
	check("+", "+");
	check("", "");
}

static void
redact__mail_addresses__are_kept_back(void **state)
{
	(void)state;
	check("escriba a ana.prueba+x@example.com.", "escriba a [mail].");
	check("<josé@correo.example>", "<[mail]>");
	check("12345678@example.org", "[mail]");
	check("a@b", "a@b");
	check("@ana: ¿y esto?", "@ana: ¿y esto?");
	check("a@b.c d@e.f", "[mail] [mail]");
	check("dos@@signos.example", "dos@@signos.example");
}

/* Twice the same; and long words take no time that grows faster than they. */
static void
redact__again__changes_nothing(void **state)
{
	struct str once = STR_INIT, twice = STR_INIT, s = STR_INIT;

	(void)state;
	for (int i = 0; i < 1000000; i++)
		str_addc(&s, "a1.-+"[i % 5]);
	str_add(&s, " x@y.z 600111222");
	redact(&once, s.s, s.len);
	redact(&twice, once.s, once.len);
	assert_string_equal(once.s, twice.s);
	str_free(&s);
	str_free(&once);
	str_free(&twice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(redact__numbers__are_kept_back),
	    cmocka_unit_test(redact__prices_dates_and_times__stay),
	    cmocka_unit_test(redact__mail_addresses__are_kept_back),
	    cmocka_unit_test(redact__again__changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
