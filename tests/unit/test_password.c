/* Unit tests of common/password, common/totp and common/seal. */
#include "common/password.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/totp.h"
#include "tests/lib/tmp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static void
password_check__weak_ones__are_refused(void **state)
{
	static const struct {
		const char *password;
		int rc;
	} cases[] = {
	    {"", OD_EDATA},
	    {"elevenchars", OD_EDATA},
	    {"ñññññññññññ", OD_EDATA}, /* 11 of them, 22 bytes */
	    {"Password1234", OD_EDATA},
	    {"AAAAAAAAAAAAAA", OD_EDATA},
	    {"abababababab", OD_EDATA},
	    {"abcdefghijklmnop", OD_EDATA},
	    {"987654321098", OD_EDATA},
	    {"anaanaanaana99", OD_EDATA},
	    {"Administrador1", OD_EDATA},
	    {"bad \xff utf-8 here", OD_EDATA},
	    {"casi tres gatos", 0},
	    {"doce letras.", 0},
	    {"üöäßéñçàêîôû", 0},
	};
	char big[PASSWORD_MAX_BYTES + 2];
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (password_check(cases[i].password, "ana", &err) !=
		    cases[i].rc)
			fail_msg("\"%s\"", cases[i].password);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i * i % 23);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(password_check(big, "ana", &err), OD_EDATA);
	big[sizeof(big) - 2] = '\0';
	assert_int_equal(password_check(big, "ana", &err), 0);
	big[64] = '\0';
	assert_int_equal(password_check(big, "ana", &err), 0);
}

static bool
matches(const char *hash, const char *password)
{
	struct err err = ERR_INIT;
	bool does = false;

	assert_int_equal(password_verify(hash, password, &does, &err), 0);
	return does;
}

static void
password_verify__right_and_wrong__all_of_it_counts(void **state)
{
	char hash[PASSWORD_HASH_SIZE], other[PASSWORD_HASH_SIZE];
	struct err err = ERR_INIT;
	unsigned kib = 0;
	char longer[80];

	(void)state;
	memset(longer, 'x', 79);
	longer[79] = '\0';
	assert_int_equal(password_hash(longer, hash, &err), 0);
	assert_int_equal(password_hash(longer, other, &err), 0);
	assert_string_not_equal(hash, other); /* salted */
	assert_int_equal(sscanf(hash, "$argon2id$v=19$m=%u,", &kib), 1);
	assert_true(kib >= 46 * 1024);
	assert_true(matches(hash, longer));
	longer[78] = 'y'; /* the end of a long one counts */
	assert_false(matches(hash, longer));
	longer[78] = '\0';
	assert_false(matches(hash, longer));
	assert_false(matches("", ""));
	assert_false(matches(NULL, "x"));
	assert_false(matches("nonsense", "nonsense"));
}

/* RFC 6238, appendix B: the last six of its eight digits. */
static void
totp_code__of_the_rfc__is_right(void **state)
{
	static const struct {
		int64_t s;
		const char *code;
	} cases[] = {{59, "287082"}, {1111111109, "081804"},
	    {1111111111, "050471"}, {1234567890, "005924"},
	    {2000000000, "279037"}, {20000000000, "353130"}};
	const uint8_t *secret = (const uint8_t *)"12345678901234567890";
	char code[TOTP_CODE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		totp_code(secret, cases[i].s / 30, code);
		assert_string_equal(code, cases[i].code);
	}
}

static void
totp_match__window_and_use__one_step_each_way_once(void **state)
{
	const uint8_t *secret = (const uint8_t *)"12345678901234567890";
	const int64_t step = 37037037, now = (step * 30 + 7) * US_PER_SECOND;
	char code[TOTP_CODE_SIZE], spaced[16];

	(void)state;
	for (int64_t d = -3; d <= 3; d++) {
		int64_t found = d >= -1 && d <= 1 ? step + d : 0;

		totp_code(secret, step + d, code);
		assert_int_equal(totp_match(secret, code, now, 0), found);
		assert_int_equal(totp_match(secret, code, now, step + 1), 0);
	}
	totp_code(secret, step, code);
	assert_int_equal(totp_match(secret, code, now, step - 1), step);
	assert_int_equal(totp_match(secret, code, now, step), 0);
	snprintf(spaced, sizeof(spaced), "%.3s %s", code, code + 3);
	assert_int_equal(totp_match(secret, spaced, now, 0), step);
	assert_int_equal(totp_match(secret, "", now, 0), 0);
	assert_int_equal(totp_match(secret, "12345", now, 0), 0);
	snprintf(spaced, sizeof(spaced), "%s0", code);
	assert_int_equal(totp_match(secret, spaced, now, 0), 0);
}

static void
totp_url__of_a_secret__is_what_generators_read(void **state)
{
	struct str url = STR_INIT;

	(void)state;
	totp_url(
	    (const uint8_t *)"12345678901234567890", "op desk", "ana", &url);
	assert_string_equal(url.s,
	    "otpauth://totp/op%20desk:ana?secret="
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=op%20desk"
	    "&algorithm=SHA1&digits=6&period=30");
	str_free(&url);
}

static void
unseal__anything_else__does_not_open(void **state)
{
	uint8_t key[SEAL_KEY_SIZE], other[SEAL_KEY_SIZE];
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct tmp tmp;
	struct stat st;
	char out[8];

	(void)state;
	tmp_make(&tmp);
	assert_int_equal(
	    seal_key(tmp_path(&tmp, "none"), false, key, &err), OD_ENOTFOUND);
	assert_int_equal(seal_key(tmp_path(&tmp, "a"), true, key, &err), 0);
	assert_int_equal(stat(tmp_path(&tmp, "a"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(seal_key(tmp_path(&tmp, "a"), true, other, &err), 0);
	assert_memory_equal(key, other, sizeof(key)); /* made once */
	assert_int_equal(seal_key(tmp_path(&tmp, "b"), true, other, &err), 0);
	seal(key, "row 1", "secret!", 8, &text);
	assert_null(strstr(text.s, "secret"));
	assert_true(unseal(key, "row 1", text.s, out, 8));
	assert_string_equal(out, "secret!");
	assert_false(unseal(key, "row 2", text.s, out, 8));
	assert_false(unseal(other, "row 1", text.s, out, 8));
	assert_false(unseal(key, "row 1", text.s, out, 7));
	assert_false(unseal(key, "row 1", "", out, 8));
	text.s[70] = text.s[70] == '0' ? '1' : '0';
	assert_false(unseal(key, "row 1", text.s, out, 8));
	assert_int_equal(chmod(tmp_path(&tmp, "a"), 0644), 0);
	assert_int_equal(
	    seal_key(tmp_path(&tmp, "a"), false, key, &err), OD_EDENIED);
	str_free(&text);
	tmp_remove(&tmp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(password_check__weak_ones__are_refused),
	    cmocka_unit_test(
		password_verify__right_and_wrong__all_of_it_counts),
	    cmocka_unit_test(totp_code__of_the_rfc__is_right),
	    cmocka_unit_test(
		totp_match__window_and_use__one_step_each_way_once),
	    cmocka_unit_test(totp_url__of_a_secret__is_what_generators_read),
	    cmocka_unit_test(unseal__anything_else__does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
