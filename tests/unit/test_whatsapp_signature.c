/*
 * Unit tests of syncd/channels/whatsapp_signature: handshake, signature, and
 * which channels a post is for.
 */
#include "common/digest.h"
#include "common/str.h"
#include "syncd/channels/whatsapp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char secret_a[] = "0123456789abcdef0123456789abcdef";
static char secret_b[] = "fedcba9876543210fedcba9876543210";
static char token_a[] = "mi token/+ de prueba";
static char token_b[] = "other";

/* soporte and ventas share an app; otra has one of its own. */
static struct channel three[] = {
    {.id = "soporte",
	.kind = CHANNEL_WHATSAPP,
	.number_id = "100",
	.account_id = "900",
	.app_secrets = {secret_a, NULL},
	.verify_tokens = {token_a, NULL}},
    {.id = "ventas",
	.kind = CHANNEL_WHATSAPP,
	.number_id = "200",
	.account_id = "901",
	.app_secrets = {secret_a, NULL},
	.verify_tokens = {token_a, NULL}},
    {.id = "otra",
	.kind = CHANNEL_WHATSAPP,
	.number_id = "300",
	.account_id = "902",
	.app_secrets = {secret_b, NULL},
	.verify_tokens = {token_b, NULL}},
    {.id = "correo", .kind = CHANNEL_MAIL},
    {.id = "muda", .kind = CHANNEL_WHATSAPP, .number_id = "400"},
};
static const struct channel_set set = {three, 5};

#define HEADER_SIZE 72

static void
sign(char header[HEADER_SIZE], const char *secret, const void *p, size_t n)
{
	uint8_t mac[SHA256_SIZE];

	hmac_sha256(secret, strlen(secret), p, n, mac);
	memcpy(header, "sha256=", 7);
	hex_encode(header + 7, mac, sizeof(mac));
}

static struct channel_post
post_of(const char *body, const char *header)
{
	return (struct channel_post){
	    NULL, body, strlen(body), header, header != NULL ? 1 : 0};
}

static void
handshake__right_token__200(void **state)
{
	(void)state;
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", token_a, "1158"), 200);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", token_b, "1158"), 200);
	assert_int_equal(
	    whatsapp_handshake(&set, "otra", "subscribe", token_b, "x"), 200);
}

static void
handshake__anything_else__refused(void **state)
{
	char *challenge = calloc(1, 300);

	(void)state;
	assert_int_equal(
	    whatsapp_handshake(&set, "otra", "subscribe", token_a, "1"), 403);
	assert_int_equal(
	    whatsapp_handshake(&set, "nada", "subscribe", token_a, "1"), 403);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "Subscribe", token_a, "1"), 403);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", "", "1"), 403);
	assert_int_equal(
	    whatsapp_handshake(&set, "muda", "subscribe", "", "1"), 403);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, NULL, token_a, "1"), 400);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", NULL, "1"), 400);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", token_a, NULL), 400);
	memset(challenge, '1', WHATSAPP_CHALLENGE_MAX);
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", token_a, challenge),
	    200);
	challenge[WHATSAPP_CHALLENGE_MAX] = '1';
	assert_int_equal(
	    whatsapp_handshake(&set, NULL, "subscribe", token_a, challenge),
	    400);
	free(challenge);
}

static void
signature__known_vector__accepted(void **state)
{
	/* RFC 4231, test case 2. */
	static const char want[] =
	    "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b9"
	    "64ec3843";
	static const char upper[] =
	    "sha256=5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B9"
	    "64EC3843";
	const char *body = "what do ya want for nothing?";

	(void)state;
	assert_true(whatsapp_signature_valid(want, "Jefe", body, strlen(body)));
	assert_true(
	    whatsapp_signature_valid(upper, "Jefe", body, strlen(body)));
	assert_false(
	    whatsapp_signature_valid(want, "jefe", body, strlen(body)));
}

static void
signature__any_bit_of_10000_flipped__refused(void **state)
{
	uint8_t body[1250];
	char header[HEADER_SIZE];

	(void)state;
	random_bytes(body, sizeof(body));
	sign(header, secret_a, body, sizeof(body));
	assert_true(
	    whatsapp_signature_valid(header, secret_a, body, sizeof(body)));
	for (size_t bit = 0; bit < 8 * sizeof(body); bit++) {
		body[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_false(whatsapp_signature_valid(
		    header, secret_a, body, sizeof(body)));
		body[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t bit = 0; bit < 8 * strlen(header); bit++) {
		/* Bit 5 is the case of a hex letter: the same number. */
		bool same =
		    bit % 8 == 5 && header[bit / 8] >= 'a' && bit / 8 >= 7;

		header[bit / 8] ^= (char)(1 << (bit % 8));
		assert_int_equal(whatsapp_signature_valid(
				     header, secret_a, body, sizeof(body)),
		    same);
		header[bit / 8] ^= (char)(1 << (bit % 8));
	}
}

static void
signature__malformed__refused(void **state)
{
	char good[HEADER_SIZE], bad[HEADER_SIZE + 2];

	(void)state;
	sign(good, secret_a, "{}", 2);
	assert_false(whatsapp_signature_valid(NULL, secret_a, "{}", 2));
	assert_false(whatsapp_signature_valid("", secret_a, "{}", 2));
	assert_false(whatsapp_signature_valid("sha256=", secret_a, "{}", 2));
	assert_false(whatsapp_signature_valid(good + 7, secret_a, "{}", 2));
	assert_false(whatsapp_signature_valid(good, "", "{}", 2));
	assert_false(whatsapp_signature_valid(good, NULL, "{}", 2));
	str_format(bad, sizeof(bad), "%s0", good);
	assert_false(whatsapp_signature_valid(bad, secret_a, "{}", 2));
	str_format(bad, sizeof(bad), " %s", good);
	assert_false(whatsapp_signature_valid(bad, secret_a, "{}", 2));
	str_copy(bad, sizeof(bad), good);
	bad[strlen(bad) - 1] = '\0';
	assert_false(whatsapp_signature_valid(bad, secret_a, "{}", 2));
	str_copy(bad, sizeof(bad), good);
	bad[3] = '1';
	assert_false(whatsapp_signature_valid(bad, secret_a, "{}", 2));
}

static void
verify__each_outcome__told_apart(void **state)
{
	char header[HEADER_SIZE];
	const char *secret = NULL;
	struct channel_post p;

	(void)state;
	sign(header, secret_a, "{}", 2);
	p = post_of("{}", header);
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_TRUSTED);
	assert_string_equal(secret, secret_a);
	p.channel = "ventas";
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_TRUSTED);
	p.channel = "otra";
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_FORGED);
	assert_null(secret);
	p.channel = "muda";
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_UNSECURED);
	p.channel = "correo";
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_UNKNOWN);
	p.channel = NULL;
	p.signature_count = 2;
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_FORGED);
	p = post_of("{}", NULL);
	assert_int_equal(whatsapp_verify(&set, &p, &secret), CHANNEL_UNSIGNED);
	assert_int_equal(channel_trust_status(CHANNEL_UNSIGNED), 401);
	assert_int_equal(channel_trust_status(CHANNEL_FORGED), 401);
}

static void
verify__two_secrets__both_hold(void **state)
{
	struct channel c = {.id = "c",
	    .kind = CHANNEL_WHATSAPP,
	    .app_secrets = {secret_a, secret_b}};
	const struct channel_set one = {&c, 1};
	char header[HEADER_SIZE];
	const char *secret;
	struct channel_post p;

	(void)state;
	sign(header, secret_a, "{}", 2);
	p = post_of("{}", header);
	assert_int_equal(whatsapp_verify(&one, &p, &secret), CHANNEL_TRUSTED);
	sign(header, secret_b, "{}", 2);
	assert_int_equal(whatsapp_verify(&one, &p, &secret), CHANNEL_TRUSTED);
	assert_string_equal(secret, secret_b);
	sign(header, token_a, "{}", 2);
	assert_int_equal(whatsapp_verify(&one, &p, &secret), CHANNEL_FORGED);
}

#define VALUE(number)                                                          \
	"{\"field\":\"messages\",\"value\":{\"metadata\":"                     \
	"{\"phone_number_id\":\"" number "\"}}}"
#define BODY(entries)                                                          \
	"{\"object\":\"whatsapp_business_account\",\"entry\":[" entries "]}"

static void
check_route(const char *body, const char *secret, bool foreign,
    const char *first, const char *second)
{
	struct channel_post p = post_of(body, NULL);
	struct channel_route route;
	size_t want = (first != NULL) + (size_t)(second != NULL);

	whatsapp_route(&set, &p, secret, &route);
	assert_int_equal(route.count, want);
	assert_int_equal(route.foreign, foreign);
	if (first != NULL)
		assert_string_equal(route.targets[0]->id, first);
	if (second != NULL)
		assert_string_equal(route.targets[1]->id, second);
}

static void
route__by_number__among_those_that_share_the_secret(void **state)
{
	(void)state;
	check_route(BODY("{\"changes\":[" VALUE("200") "]}"), secret_a, false,
	    "ventas", NULL);
	check_route(BODY("{\"changes\":[" VALUE("200") "," VALUE(
			"100") "]},"
			       "{\"changes\":[" VALUE("200") "]}"),
	    secret_a, false, "ventas", "soporte");
	/* otra's number, signed with another app's secret. */
	check_route(BODY("{\"changes\":[" VALUE("300") "]}"), secret_a, true,
	    NULL, NULL);
	check_route(BODY("{\"changes\":[" VALUE("300") "," VALUE("100") "]}"),
	    secret_a, true, "soporte", NULL);
}

static void
route__without_number__by_account_else_first(void **state)
{
	(void)state;
	check_route(BODY("{\"id\":\"901\",\"changes\":[{\"field\":"
			 "\"account_update\",\"value\":{}}]}"),
	    secret_a, false, "ventas", NULL);
	check_route(BODY("{\"id\":\"999\",\"changes\":[{\"field\":"
			 "\"account_update\",\"value\":{}}]}"),
	    secret_a, false, "soporte", NULL);
	check_route(BODY(""), secret_b, false, "otra", NULL);
	check_route("not JSON", secret_b, false, "otra", NULL);
	check_route("[]", secret_b, false, "otra", NULL);
}

static void
route__another_object__nothing_is_kept(void **state)
{
	(void)state;
	check_route(
	    "{\"object\":\"page\",\"entry\":[]}", secret_a, false, NULL, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(handshake__right_token__200),
	    cmocka_unit_test(handshake__anything_else__refused),
	    cmocka_unit_test(signature__known_vector__accepted),
	    cmocka_unit_test(signature__any_bit_of_10000_flipped__refused),
	    cmocka_unit_test(signature__malformed__refused),
	    cmocka_unit_test(verify__each_outcome__told_apart),
	    cmocka_unit_test(verify__two_secrets__both_hold),
	    cmocka_unit_test(
		route__by_number__among_those_that_share_the_secret),
	    cmocka_unit_test(route__without_number__by_account_else_first),
	    cmocka_unit_test(route__another_object__nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
