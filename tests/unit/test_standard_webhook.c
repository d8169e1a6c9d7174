/*
 * Unit tests of common/standard_webhook: secrets and signatures.
 *
 * Turned red by: another order of id and time, a newline behind the body, one
 * signature where two keys are in force, url-safe base64.
 */
#include "common/digest.h"
#include "common/standard_webhook.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ID     "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define BODY   "{\"test\": 2432232314}"
#define SIGNED "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static void
webhook_sign__vector__is_that_of_the_specification(void **state)
{
	struct webhook_key keys[2] = {{.n = 0}};
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(webhook_secret_key(SECRET, &keys[0], NULL), 0);
	webhook_sign(&out, keys, 2, ID, 1614265330, BODY, strlen(BODY));
	assert_string_equal(out.s, SIGNED);
	/* In rotation both of them, the new one first. */
	keys[1] = keys[0];
	str_clear(&out);
	webhook_sign(&out, keys, 2, ID, 1614265330, BODY, strlen(BODY));
	assert_string_equal(out.s, SIGNED " " SIGNED);
	str_free(&out);
}

static void
webhook_secret_new__made__has_32_bytes(void **state)
{
	char one[WEBHOOK_SECRET_MAX], two[WEBHOOK_SECRET_MAX];
	struct webhook_key key;

	(void)state;
	webhook_secret_new(one);
	webhook_secret_new(two);
	assert_int_equal(strncmp(one, "whsec_", 6), 0);
	assert_string_not_equal(one, two);
	assert_int_equal(webhook_secret_key(one, &key, NULL), 0);
	assert_int_equal(key.n, 32);
}

static void
webhook_secret_key__what_is_none__is_refused(void **state)
{
	static const char *const bad[] = {"", "whsec_", "whsec_abc", "short",
	    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!",
	    "whsec_c2hvcnQ=", /* 5 bytes */
	    ("01234567890123456789012345678901234567890123456789"
	     "0123456789abcdefghij")};
	struct webhook_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = ERR_INIT;

		if (webhook_secret_key(bad[i], &key, &err) != OD_EDATA)
			fail_msg("taken: %s", bad[i]);
		assert_string_not_equal(err.text, "");
	}
	/* Without the prefix: base64, else the text itself. */
	assert_int_equal(webhook_secret_key(&SECRET[6], &key, NULL), 0);
	assert_int_equal(key.n, 24);
	assert_int_equal(
	    webhook_secret_key("mi-secreto-de-siempre", &key, NULL), 0);
	assert_int_equal(key.n, 21);
	assert_memory_equal(key.bytes, "mi-secreto", 10);
}

static void
base64_decode__padding_and_size__are_exact(void **state)
{
	uint8_t out[4];
	size_t n;

	(void)state;
	assert_true(base64_decode(out, sizeof(out), &n, "YWJj"));
	assert_int_equal(n, 3);
	assert_memory_equal(out, "abc", 3);
	assert_false(base64_decode(out, sizeof(out), &n, "YWI"));
	assert_false(base64_decode(out, sizeof(out), &n, "YWJjZGVm"));
	assert_false(base64_decode(out, sizeof(out), &n, "YW-_"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		webhook_sign__vector__is_that_of_the_specification),
	    cmocka_unit_test(webhook_secret_new__made__has_32_bytes),
	    cmocka_unit_test(webhook_secret_key__what_is_none__is_refused),
	    cmocka_unit_test(base64_decode__padding_and_size__are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
