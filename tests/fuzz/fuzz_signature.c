/*
 * The signature header (first line) over a body (the rest), and the handshake
 * with the same bytes.
 */
#include "common/digest.h"
#include "common/xalloc.h"
#include "syncd/channels/whatsapp.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char secret[] = "Jefe";
static char token[] = "token";
static struct channel channel = {.id = "a",
    .kind = CHANNEL_WHATSAPP,
    .app_secrets = {secret, NULL},
    .verify_tokens = {token, NULL}};
static const struct channel_set set = {&channel, 1};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	const size_t n = end != NULL ? (size_t)(end - data) : size;
	const void *body = end != NULL ? end + 1 : data + size;
	const size_t body_len = end != NULL ? size - n - 1 : 0;
	char *header = xmalloc(n + 1), hex[SHA256_HEX_SIZE];
	struct channel_post post = {NULL, body, body_len, header, 1};
	const char *which;
	uint8_t mac[SHA256_SIZE];
	bool valid;
	int status;

	memcpy(header, data, n);
	header[n] = '\0';
	valid = whatsapp_signature_valid(header, secret, body, body_len);
	hmac_sha256(secret, strlen(secret), body, body_len, mac);
	hex_encode(hex, mac, sizeof(mac));
	for (char *p = header; *p != '\0' && p - header < 80; p++)
		if (p - header >= 7)
			*p = (char)tolower((unsigned char)*p);
	BUG_ON(valid != (strncmp(header, "sha256=", 7) == 0 &&
			    strcmp(header + 7, hex) == 0));
	BUG_ON(
	    valid != (whatsapp_verify(&set, &post, &which) == CHANNEL_TRUSTED));
	status = whatsapp_handshake(&set, NULL, "subscribe", header, "1");
	BUG_ON(status != (strcmp(header, token) == 0 ? 200 : 403));
	free(header);
	return 0;
}
