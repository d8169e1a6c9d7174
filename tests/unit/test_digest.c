/*
 * Unit tests of common/digest: published vectors of FIPS 180, RFC 4231 and
 * RFC 4648.
 */
#include "common/digest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
sha256__known_texts__gives_published_digest(void **state)
{
	static const struct {
		const char *text, *hex;
	} cases[] = {
	    {"", "e3b0c44298fc1c149afbf4c8996fb924"
		 "27ae41e4649b934ca495991b7852b855"},
	    {"abc", "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039"
		"a33ce45964ff2167f6ecedd419db06c1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char hex[SHA256_HEX_SIZE];

		sha256_hex(cases[i].text, strlen(cases[i].text), hex);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void
digest__a_million_letters_in_pieces__gives_published_digest(void **state)
{
	struct digest *d = digest_start();
	uint8_t out[SHA256_SIZE];
	char piece[997], hex[SHA256_HEX_SIZE];
	size_t left = 1000000;

	(void)state;
	memset(piece, 'a', sizeof(piece));
	while (left > 0) {
		size_t n = left < sizeof(piece) ? left : sizeof(piece);

		digest_add(d, piece, n);
		left -= n;
	}
	digest_finish(&d, out);
	assert_null(d);
	hex_encode(hex, out, sizeof(out));
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67"
				 "f1809a48a497200e046d39ccc7112cd0");
}

static void
hmac_sha256__rfc_4231__gives_its_results(void **state)
{
	/* fill: a byte that key or data repeat; text NULL: use the fill */
	static const struct {
		uint8_t key_fill;
		size_t key_len;
		const char *key;
		uint8_t data_fill;
		size_t data_len;
		const char *data;
		const char *hex;
		size_t hex_bytes;
	} cases[] = {
	    {0x0b, 20, NULL, 0, 0, "Hi There",
		"b0344c61d8db38535ca8afceaf0bf12b"
		"881dc200c9833da726e9376c2e32cff7",
		32},
	    {0, 0, "Jefe", 0, 0, "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c7"
		"5a003f089d2739839dec58b964ec3843",
		32},
	    {0xaa, 20, NULL, 0xdd, 50, NULL,
		"773ea91e36800e46854db8ebd09181a7"
		"2959098b3ef8c122d9635514ced565fe",
		32},
	    {0, 0,
		"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
		"\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
		0xcd, 50, NULL,
		"82558a389a443c0ea4cc819899f2083a"
		"85f0faa3e578f8077a2e3ff46729665b",
		32},
	    {0x0c, 20, NULL, 0, 0, "Test With Truncation",
		"a3b6167473100ee06e0c796c2955552b", 16},
	    {0xaa, 131, NULL, 0, 0,
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"60e431591ee0b67f0d8a26aacbf5b77f"
		"8e0bc6213728c5140546040f0ee37f54",
		32},
	    {0xaa, 131, NULL, 0, 0,
		"This is a test using a larger than block-size key and a "
		"larger than block-size data. The key needs to be hashed "
		"before being used by the HMAC algorithm.",
		"9b09ffa71b942fcb27635fbcd5b0e944"
		"bfdc63644f0713938a7f51535c3a35e2",
		32},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t key[256], data[256], out[SHA256_SIZE];
		size_t key_len = cases[i].key_len, data_len = cases[i].data_len;
		char hex[SHA256_HEX_SIZE];

		memset(key, cases[i].key_fill, sizeof(key));
		memset(data, cases[i].data_fill, sizeof(data));
		if (cases[i].key) {
			key_len = strlen(cases[i].key);
			memcpy(key, cases[i].key, key_len);
		}
		if (cases[i].data) {
			data_len = strlen(cases[i].data);
			memcpy(data, cases[i].data, data_len);
		}
		hmac_sha256(key, key_len, data, data_len, out);
		hex_encode(hex, out, cases[i].hex_bytes);
		assert_string_equal(hex, cases[i].hex);
	}
}

static void
hmac_sha256__empty_key_and_text__gives_known_result(void **state)
{
	static const char want[] = "b613679a0814d9ec772f95d778c35fc5"
				   "ff1697c493715653c6c712144292c5ad";
	uint8_t out[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];

	(void)state;
	/* Another key before it: nothing of that may be left. */
	hmac_sha256("secret", 6, "x", 1, out);
	hmac_sha256(NULL, 0, "", 0, out);
	hex_encode(hex, out, sizeof(out));
	assert_string_equal(hex, want);
	hmac_sha256("", 0, "", 0, out);
	hex_encode(hex, out, sizeof(out));
	assert_string_equal(hex, want);
}

static void
equal_constant_time__each_differing_byte__is_seen(void **state)
{
	uint8_t a[SHA256_SIZE], b[SHA256_SIZE];

	(void)state;
	random_bytes(a, sizeof(a));
	memcpy(b, a, sizeof(b));
	assert_true(equal_constant_time(a, b, sizeof(a)));
	for (size_t i = 0; i < sizeof(a); i++) {
		b[i] ^= 0x80;
		assert_false(equal_constant_time(a, b, sizeof(a)));
		b[i] ^= 0x80;
	}
	assert_true(equal_constant_time(a, b, 0));
}

static void
hex_decode__good_and_bad_text__takes_exact_digits_only(void **state)
{
	uint8_t out[4];

	(void)state;
	assert_true(hex_decode(out, 4, "00fFa5C3", 8));
	assert_memory_equal(out, "\x00\xff\xa5\xc3", 4);
	assert_true(hex_decode(out, 0, "", 0));
	assert_false(hex_decode(out, 4, "00ffa5c", 7));
	assert_false(hex_decode(out, 4, "00ffa5c33", 9));
	assert_false(hex_decode(out, 4, "00ffa5cg", 8));
	assert_false(hex_decode(out, 4, "0x00ffa5", 8));
	assert_false(hex_decode(out, 4, " 0ffa5c3", 8));
	assert_false(hex_decode(out, 4, "-0ffa5c3", 8));
}

static void
base64_encode__rfc_4648__gives_its_results(void **state)
{
	static const struct {
		const char *text, *base64;
	} cases[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
	    {"\xfb\xff\xfe", "+//+"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = strlen(cases[i].text);
		size_t size = 4 * ((n + 2) / 3) + 1;
		char *out = malloc(size); /* exact, so that ASan watches */

		base64_encode(out, cases[i].text, n);
		assert_string_equal(out, cases[i].base64);
		free(out);
	}
}

static void
random_hex__any_length__fills_and_ends(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 200; n += 2) {
		char *out = malloc(n + 1);

		random_hex(out, n);
		assert_int_equal(strlen(out), n);
		assert_int_equal(strspn(out, "0123456789abcdef"), n);
		free(out);
	}
}

static void
random_below__many_draws__covers_the_range_evenly(void **state)
{
	int count[7] = {0};

	(void)state;
	for (int i = 0; i < 70000; i++) {
		uint32_t v = random_below(7);

		assert_true(v < 7);
		count[v]++;
	}
	/* Expected 10,000 each, deviation 93: ten deviations never happen. */
	for (int i = 0; i < 7; i++)
		assert_in_range(count[i], 9070, 10930);
	assert_int_equal(random_below(1), 0);
}

static void
random_below__three_quarters_of_all__favours_no_small_number(void **state)
{
	int small = 0;

	(void)state;
	/* A plain remainder would give every second draw the first third. */
	for (int i = 0; i < 30000; i++)
		small += random_below(0xC0000000) < 0x40000000;
	assert_in_range(small, 9100, 10900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sha256__known_texts__gives_published_digest),
	    cmocka_unit_test(
		digest__a_million_letters_in_pieces__gives_published_digest),
	    cmocka_unit_test(hmac_sha256__rfc_4231__gives_its_results),
	    cmocka_unit_test(
		hmac_sha256__empty_key_and_text__gives_known_result),
	    cmocka_unit_test(equal_constant_time__each_differing_byte__is_seen),
	    cmocka_unit_test(
		hex_decode__good_and_bad_text__takes_exact_digits_only),
	    cmocka_unit_test(base64_encode__rfc_4648__gives_its_results),
	    cmocka_unit_test(random_hex__any_length__fills_and_ends),
	    cmocka_unit_test(random_below__many_draws__covers_the_range_evenly),
	    cmocka_unit_test(
		random_below__three_quarters_of_all__favours_no_small_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
