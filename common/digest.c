/*
 * digest - SHA-256, HMAC-SHA256, constant-time compare, hex, randomness.
 */
#include "common/digest.h"
#include "common/err.h"
#include "common/xalloc.h"
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct digest {
	EVP_MD_CTX *ctx; /* owned */
};

/*
 * libcrypto failed.  What it is asked for here it has, so it is memory; if not,
 * it was built without them.
 */
static void
must(bool worked, const char *what)
{
	if (worked)
		return;
	if (errno == ENOMEM)
		memory_gone();
	BUG("libcrypto: %s", what);
}

/* Fetched once: libcrypto's look-up by name costs more than a short hash. */
static pthread_once_t fetch_once = PTHREAD_ONCE_INIT;
static EVP_MD *md_sha256;
static EVP_MAC *mac_hmac;

static void
fetch(void)
{
	md_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	mac_hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	must(md_sha256 != NULL && mac_hmac != NULL, "fetch");
}

void
digest_ready(void)
{
	pthread_once(&fetch_once, fetch);
}

void
sha256(const void *p, size_t n, uint8_t out[SHA256_SIZE])
{
	pthread_once(&fetch_once, fetch);
	must(EVP_Digest(p, n, out, NULL, md_sha256, NULL) == 1, "digest");
}

void
sha256_hex(const void *p, size_t n, char out[SHA256_HEX_SIZE])
{
	uint8_t hash[SHA256_SIZE];

	sha256(p, n, hash);
	hex_encode(out, hash, sizeof(hash));
}

struct digest *
digest_start(void)
{
	struct digest *d = xmalloc(sizeof(*d));

	pthread_once(&fetch_once, fetch);
	d->ctx = EVP_MD_CTX_new();
	must(d->ctx != NULL && EVP_DigestInit_ex(d->ctx, md_sha256, NULL) == 1,
	    "digest init");
	return d;
}

void
digest_add(struct digest *d, const void *p, size_t n)
{
	must(EVP_DigestUpdate(d->ctx, p, n) == 1, "digest update");
}

void
digest_finish(struct digest **d, uint8_t out[SHA256_SIZE])
{
	must(EVP_DigestFinal_ex((*d)->ctx, out, NULL) == 1, "digest final");
	EVP_MD_CTX_free((*d)->ctx);
	FREE(d);
}

/* size: of the digest, as out has room for. */
static void
hmac(char *name, const void *key, size_t key_len, const void *p, size_t n,
    uint8_t *out, size_t size)
{
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
	    OSSL_PARAM_construct_end()};
	EVP_MAC_CTX *ctx;
	size_t len;

	pthread_once(&fetch_once, fetch);
	ctx = EVP_MAC_CTX_new(mac_hmac);
	/* A NULL key would mean "keep the last one", so an empty one is "". */
	must(ctx != NULL &&
		 EVP_MAC_init(ctx, key ? key : "", key_len, params) == 1 &&
		 EVP_MAC_update(ctx, p, n) == 1 &&
		 EVP_MAC_final(ctx, out, &len, size) == 1 && len == size,
	    "hmac");
	EVP_MAC_CTX_free(ctx);
}

void
hmac_sha256(const void *key, size_t key_len, const void *p, size_t n,
    uint8_t out[SHA256_SIZE])
{
	char name[] = "SHA256";

	hmac(name, key, key_len, p, n, out, SHA256_SIZE);
}

void
hmac_sha1(const void *key, size_t key_len, const void *p, size_t n,
    uint8_t out[SHA1_SIZE])
{
	char name[] = "SHA1";

	hmac(name, key, key_len, p, n, out, SHA1_SIZE);
}

bool
equal_constant_time(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
hex_encode(char *out, const void *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
hex_decode(void *out, size_t n, const char *s, size_t s_len)
{
	uint8_t *bytes = out;

	if (s_len != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(s[2 * i]), low = hex_value(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void
base64_encode(char *out, const void *p, size_t n)
{
	sodium_bin2base64(
	    out, 4 * ((n + 2) / 3) + 1, p, n, sodium_base64_VARIANT_ORIGINAL);
}

bool
base64_decode(void *out, size_t max, size_t *n, const char *s)
{
	return sodium_base642bin(out, max, s, strlen(s), NULL, n, NULL,
		   sodium_base64_VARIANT_ORIGINAL) == 0;
}

void
random_bytes(void *out, size_t n)
{
	uint8_t *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		BUG_ON(got < 0);
		p += got;
		n -= (size_t)got;
	}
}

void
random_hex(char *out, size_t hex_digits)
{
	uint8_t bytes[32];

	BUG_ON(hex_digits % 2 != 0);
	for (size_t done = 0; done < hex_digits;) {
		size_t n = (hex_digits - done) / 2;

		if (n > sizeof(bytes))
			n = sizeof(bytes);
		random_bytes(bytes, n);
		hex_encode(out + done, bytes, n);
		done += 2 * n;
	}
	out[hex_digits] = '\0';
}

uint32_t
random_below(uint32_t limit)
{
	uint32_t v, reject;

	BUG_ON(limit == 0);
	/* The first 2^32 mod limit values would make small results likelier. */
	reject = -limit % limit;
	do
		random_bytes(&v, sizeof(v));
	while (v < reject);
	return v % limit;
}
