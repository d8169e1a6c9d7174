/*
 * standard_webhook - secrets and signatures of Standard Webhooks 1.0.0.
 *
 * Pure; thread-safe.  Keys are wiped by whoever holds them.
 */
#ifndef COMMON_STANDARD_WEBHOOK_H
#define COMMON_STANDARD_WEBHOOK_H

#include "common/err.h"
#include "common/str.h"
#include <stddef.h>
#include <stdint.h>

#define WEBHOOK_KEY_MAX    64
#define WEBHOOK_SECRET_MAX 96 /* "whsec_" and base64 of a key, with the NUL */

struct webhook_key {
	uint8_t bytes[WEBHOOK_KEY_MAX];
	size_t n; /* 0: none */
};

/* A new one of 32 random bytes: "whsec_...". */
void webhook_secret_new(char out[WEBHOOK_SECRET_MAX]);
/*
 * The key of a secret: base64 of 24 to 64 bytes, behind "whsec_" or not;
 * without it also any other text of 16 to 64 bytes, which is the key itself.
 * OD_EDATA for anything else.
 */
int webhook_secret_key(
    const char *secret, struct webhook_key *key, struct err *err);
/*
 * Append what webhook-signature holds: a "v1,..." for each key that is not
 * empty, with a blank between them.  The body is signed as it is sent.
 */
void webhook_sign(struct str *out, const struct webhook_key *keys,
    size_t key_count, const char *id, int64_t at_s, const void *body, size_t n);

#endif
