/* What a send's error code says to people. */
#include "db/records/whatsapp_errors.h"
#include "common/i18n.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
assert_says(enum channel_kind kind, int code, const char *said, bool may_help,
    const char *expected)
{
	struct str out = STR_INIT;

	assert_int_equal(send_error_say(kind, code, said, &out), may_help);
	assert_string_equal(out.s, expected);
	str_free(&out);
}

static void
errors__the_table__in_both_languages(void **state)
{
	(void)state;
	for (int64_t code = 0; code < 140000; code++) {
		const struct whatsapp_error *e = whatsapp_error(code);

		if (e == NULL)
			continue;
		assert_true(e->text[0] != '\0');
		assert_string_not_equal(tr(LANG_ES, e->text), e->text);
	}
	assert_null(whatsapp_error(-1));
	assert_null(whatsapp_error(5));
	assert_null(whatsapp_error(131058));
}

static void
send_error__known_code__is_our_sentence(void **state)
{
	(void)state;
	assert_says(CHANNEL_WHATSAPP, 131047, "Re-engagement message", false,
	    "131047: More than 24 hours have passed since the customer wrote."
	    " Send a template.");
	assert_says(CHANNEL_WHATSAPP, 130429, "Rate limit hit", true,
	    "130429: Too many messages at once for this number.");
	i18n_set_process(LANG_ES);
	assert_says(CHANNEL_WHATSAPP, 131047, "Re-engagement message", false,
	    "131047: Han pasado más de 24 horas desde que el cliente escribió."
	    " Envíe una plantilla.");
	i18n_set_process(LANG_EN);
}

static void
send_error__vague_code__keeps_the_providers_details(void **state)
{
	(void)state;
	assert_says(CHANNEL_WHATSAPP, 100, "Invalid parameter: to", false,
	    "100: WhatsApp does not accept a part of this message."
	    " (Invalid parameter: to)");
	/* As the daemon stored it, in whichever language it speaks. */
	assert_says(CHANNEL_WHATSAPP, 100,
	    "WhatsApp does not accept a part of this message. (to (x))", false,
	    "100: WhatsApp does not accept a part of this message. (to (x))");
	assert_says(CHANNEL_WHATSAPP, 100,
	    "WhatsApp no acepta una parte de este mensaje. (to)", false,
	    "100: WhatsApp does not accept a part of this message. (to)");
	assert_says(CHANNEL_WHATSAPP, 100,
	    "WhatsApp no acepta una parte de este mensaje.", false,
	    "100: WhatsApp does not accept a part of this message.");
}

static void
send_error__unknown_code__is_what_the_provider_said(void **state)
{
	(void)state;
	assert_says(
	    CHANNEL_WHATSAPP, 131058, "Hm", true, "131058: Hm");
	assert_says(CHANNEL_WHATSAPP, 0, "No network", true, "No network");
	assert_says(
	    CHANNEL_WHATSAPP, 131058, "", true, "131058: no reason was given");
	assert_says(CHANNEL_TELEGRAM, 100, "Hm", true, "100: Hm");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(errors__the_table__in_both_languages),
	    cmocka_unit_test(send_error__known_code__is_our_sentence),
	    cmocka_unit_test(
		send_error__vague_code__keeps_the_providers_details),
	    cmocka_unit_test(
		send_error__unknown_code__is_what_the_provider_said),
	};

	i18n_set_process(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
