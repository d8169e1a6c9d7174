/* standard_webhook - see standard_webhook.h. */
#include "common/standard_webhook.h"
#include "common/digest.h"
#include "common/i18n.h"
#include <string.h>

#define PREFIX    "whsec_"
#define NEW_BYTES 32
#define BYTES_MIN 24 /* of a key in base64 */
#define TEXT_MIN  16 /* of one that is a text */

void
webhook_secret_new(char out[WEBHOOK_SECRET_MAX])
{
	uint8_t raw[NEW_BYTES];

	random_bytes(raw, sizeof(raw));
	memcpy(out, PREFIX, sizeof(PREFIX));
	base64_encode(out + sizeof(PREFIX) - 1, raw, sizeof(raw));
	explicit_bzero(raw, sizeof(raw));
}

int
webhook_secret_key(const char *secret, struct webhook_key *key, struct err *err)
{
	bool has_prefix = str_starts(secret, PREFIX);
	const char *text = secret + (has_prefix ? sizeof(PREFIX) - 1 : 0);
	size_t n = strlen(text);

	if (base64_decode(key->bytes, sizeof(key->bytes), &key->n, text) &&
	    key->n >= BYTES_MIN)
		return 0;
	key->n = 0;
	if (has_prefix || n < TEXT_MIN || n > sizeof(key->bytes))
		return err_set(err, OD_EDATA,
		    "A webhook's secret is \"whsec_\" and base64 of 24 to 64"
		    " bytes; leave it out to get a new one");
	memcpy(key->bytes, text, n);
	key->n = n;
	return 0;
}

void
webhook_sign(struct str *out, const struct webhook_key *keys, size_t key_count,
    const char *id, int64_t at_s, const void *body, size_t n)
{
	char base64[4 * ((SHA256_SIZE + 2) / 3) + 1];
	struct str text = STR_INIT;
	uint8_t sum[SHA256_SIZE];
	bool first = true;

	str_addf(&text, "%s.%lld.", id, (long long)at_s);
	str_addn(&text, body, n);
	for (size_t i = 0; i < key_count; i++) {
		if (keys[i].n == 0)
			continue;
		hmac_sha256(keys[i].bytes, keys[i].n, text.s, text.len, sum);
		base64_encode(base64, sum, sizeof(sum));
		str_addf(out, "%sv1,%s", first ? "" : " ", base64);
		first = false;
	}
	str_free(&text);
}
