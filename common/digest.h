/*
 * digest - SHA-256, HMAC, constant-time compare, hex, randomness.
 * Thin names over libcrypto and libsodium.  Thread-safe.
 */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32
#define SHA1_SIZE 20
#define SHA256_HEX_SIZE 65 /* with the final NUL */

/*
 * Start libcrypto now, which takes a millisecond the first time: its start
 * crashes for want of memory, so a program that goes on for long does not
 * leave it to the first digest.
 */
void digest_ready(void);
void sha256(const void *p, size_t n, uint8_t out[SHA256_SIZE]);
void sha256_hex(const void *p, size_t n, char out[SHA256_HEX_SIZE]);

/* For data that arrives in pieces; digest_finish also frees. */
struct digest;
struct digest *digest_start(void);
void digest_add(struct digest *d, const void *p, size_t n);
void digest_finish(struct digest **d, uint8_t out[SHA256_SIZE]);

void hmac_sha256(const void *key, size_t key_len, const void *p, size_t n,
    uint8_t out[SHA256_SIZE]);
/* Where a protocol asks for it; nothing of ours does. */
void hmac_sha1(const void *key, size_t key_len, const void *p, size_t n,
    uint8_t out[SHA1_SIZE]);

/* True when equal; time depends on n only. */
bool equal_constant_time(const void *a, const void *b, size_t n);

void hex_encode(char *out, const void *p, size_t n); /* 2n + 1 bytes */
/* True and n bytes in out when s is 2n hex digits, of either case. */
bool hex_decode(void *out, size_t n, const char *s, size_t s_len);
/* Standard base64 with padding. out needs 4 * ((n + 2) / 3) + 1 bytes. */
void base64_encode(char *out, const void *p, size_t n);
/* The bytes again, at most max: false when s is no such text or has more. */
bool base64_decode(void *out, size_t max, size_t *n, const char *s);

void random_bytes(void *out, size_t n); /* from the kernel; cannot fail */
void random_hex(char *out, size_t hex_digits); /* even; plus a NUL */
uint32_t random_below(uint32_t limit);	       /* uniform, 0..limit-1 */

#endif
