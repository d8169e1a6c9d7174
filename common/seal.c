/* seal - see seal.h. */
#include "common/seal.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES

_Static_assert(
    SEAL_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "its key");

static int
make_key(const char *path, struct err *err)
{
	uint8_t key[SEAL_KEY_SIZE];
	char hex[2 * SEAL_KEY_SIZE + 2];
	int rc;

	random_bytes(key, sizeof(key));
	hex_encode(hex, key, sizeof(key));
	hex[sizeof(hex) - 2] = '\n';
	rc = fs_write_atomic(path, hex, sizeof(hex) - 1, 0600, err);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(hex, sizeof(hex));
	return rc;
}

int
seal_key(
    const char *path, bool make, uint8_t key[SEAL_KEY_SIZE], struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	if (make && access(path, F_OK) != 0 && (rc = make_key(path, err)) != 0)
		return rc;
	if ((rc = fs_read_secret(path, &text, err)) != 0)
		goto out;
	while (text.len > 0 && strchr("\r\n ", text.s[text.len - 1]) != NULL)
		str_trunc(&text, text.len - 1);
	if (!hex_decode(key, SEAL_KEY_SIZE, text.s, text.len))
		rc = err_set(err, OD_EDATA,
		    "%s is no sealing key: it must have %d hex digits", path,
		    2 * SEAL_KEY_SIZE);
out:
	if (text.len > 0)
		explicit_bzero(text.s, text.len);
	str_free(&text);
	return rc;
}

void
seal(const uint8_t key[SEAL_KEY_SIZE], const char *belongs, const void *p,
    size_t n, struct str *out)
{
	size_t all = NONCE + n + TAG;
	uint8_t *closed = xmalloc(all);
	char *hex = xmalloc(2 * all + 1);

	random_bytes(closed, NONCE);
	BUG_ON(crypto_aead_xchacha20poly1305_ietf_encrypt(closed + NONCE, NULL,
		   p, n, (const unsigned char *)belongs, strlen(belongs), NULL,
		   closed, key) != 0);
	hex_encode(hex, closed, all);
	str_add(out, hex);
	free(hex);
	free(closed);
}

bool
unseal(const uint8_t key[SEAL_KEY_SIZE], const char *belongs, const char *text,
    void *p, size_t n)
{
	size_t all = NONCE + n + TAG;
	uint8_t *closed = xmalloc(all);
	bool good = hex_decode(closed, all, text, strlen(text)) &&
	            crypto_aead_xchacha20poly1305_ietf_decrypt(p, NULL, NULL,
			closed + NONCE, n + TAG, (const unsigned char *)belongs,
			strlen(belongs), closed, key) == 0;

	free(closed);
	return good;
}
