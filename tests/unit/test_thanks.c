/*
 * Unit tests of common/thanks: what only says thanks, and what does not.
 */
#include "common/thanks.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
thanks_only__any_text__is_told_apart(void **state)
{
	static const char *const thanks[] = {"gracias", "¡Muchas GRACIAS!",
	    "ok, perfecto", "Thanks a lot :)", "👍", "🙏🏽",
	    "vale, mil gracias 😊", "Thank you very much.", "ok\ngracias"};
	static const char *const others[] = {"", " ", "...", "gracias, pero no",
	    "sigue sin funcionar", "ok?", "¿gracias?", "thanks, 3 more",
	    "no gracias", "不工作 👍",
	    "gracias y gracias y gracias y gracias y gracias",
	    "спасибо", "buenos dias"};

	(void)state;
	for (size_t i = 0; i < sizeof(thanks) / sizeof(thanks[0]); i++)
		if (!thanks_only(thanks[i]))
			fail_msg("no thanks: %s", thanks[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (thanks_only(others[i]))
			fail_msg("thanks: %s", others[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(thanks_only__any_text__is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
