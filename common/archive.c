/* archive - writing, and what both directions share; see archive.h. */
#include "common/archive_int.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/xalloc.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PASSPHRASE_MIN 12
/* What a thief pays for each guess; a restore pays it once. */
#define KDF_PASSES 3
#define KDF_BYTES  ((uint64_t)128 << 20)

struct archive_writer {
	int fd;
	bool secret;
	crypto_secretstream_xchacha20poly1305_state cipher;
	uint8_t
	    sum[SHA256_SIZE]; /* of the piece before, at first of the head */
	size_t held;
	uint8_t piece[ARCHIVE_PIECE];
	uint8_t sealed[ARCHIVE_PIECE + ARCHIVE_EXTRA];
};

int
archive_secret_read(const char *passphrase_file, const char *key_file,
    struct archive_secret *secret, struct err *err)
{
	const char *path = passphrase_file != NULL ? passphrase_file : key_file;
	struct str text = STR_INIT;
	int rc;

	memset(secret, 0, sizeof(*secret));
	if (path == NULL)
		return 0;
	if (passphrase_file != NULL && key_file != NULL)
		return err_set(err, OD_EUSAGE,
		    "Name either --passphrase-file or --key-file, not both");
	if ((rc = fs_read_secret(path, &text, err)) != 0)
		return rc;
	if (passphrase_file == NULL) {
		secret->cipher = ARCHIVE_KEY;
		if (!hex_decode(
			secret->key, sizeof(secret->key), text.s, text.len))
			rc = err_set(err, OD_EDATA,
			    "%s holds no key: 64 hex digits, as \"openssl rand"
			    " -hex 32\" makes them",
			    path);
		explicit_bzero(text.s, text.len);
		str_free(&text);
		return rc;
	}
	if (text.len < PASSPHRASE_MIN) {
		explicit_bzero(text.s, text.len);
		str_free(&text);
		return err_set(err, OD_EDATA,
		    "The passphrase in %s is too short: at least %d bytes",
		    path, PASSPHRASE_MIN);
	}
	secret->cipher = ARCHIVE_PASSPHRASE;
	secret->len = text.len;
	secret->passphrase = str_take(&text);
	return 0;
}

void
archive_secret_wipe(struct archive_secret *secret)
{
	if (secret->passphrase != NULL)
		explicit_bzero(secret->passphrase, secret->len);
	free(secret->passphrase);
	explicit_bzero(secret, sizeof(*secret));
}

void
archive__put(uint8_t *at, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

uint64_t
archive__get(const uint8_t *at, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)at[i] << (8 * i);
	return v;
}

int
archive__key(const struct archive_secret *secret, const uint8_t *head,
    uint8_t key[32], struct err *err)
{
	if (secret->cipher == ARCHIVE_KEY) {
		memcpy(key, secret->key, 32);
		return 0;
	}
	if (crypto_pwhash(key, 32, secret->passphrase, secret->len,
		head + HEAD_SALT, archive__get(head + HEAD_PASSES, 8),
		(size_t)archive__get(head + HEAD_BYTES, 8),
		crypto_pwhash_ALG_ARGON2ID13) == 0)
		return 0;
	return err_set(err, OD_ELIMIT,
	    "There is too little memory to make the key: %lld MiB are needed",
	    (long long)(archive__get(head + HEAD_BYTES, 8) >> 20));
}

void
archive__chain(uint8_t sum[SHA256_SIZE], const uint8_t length[4],
    const uint8_t *p, size_t n)
{
	struct digest *d = digest_start();

	digest_add(d, sum, SHA256_SIZE);
	digest_add(d, length, 4);
	digest_add(d, p, n);
	digest_finish(&d, sum);
}

static void
fill_head(uint8_t *at, const struct archive_head *head,
    const struct archive_secret *secret)
{
	memcpy(at, ARCHIVE_MAGIC, HEAD_CIPHER);
	at[HEAD_CIPHER] = (uint8_t)secret->cipher;
	archive__put(at + HEAD_SCHEMA, (uint64_t)head->schema, 4);
	archive__put(at + HEAD_TIME, (uint64_t)head->created_us, 8);
	BUG_ON(!hex_decode(at + HEAD_DESK, ARCHIVE_ID / 2, head->desk_id,
	    strlen(head->desk_id)));
	if (secret->cipher == ARCHIVE_PASSPHRASE) {
		archive__put(at + HEAD_PASSES, KDF_PASSES, 8);
		archive__put(at + HEAD_BYTES, KDF_BYTES, 8);
		random_bytes(at + HEAD_SALT, crypto_pwhash_SALTBYTES);
	}
}

static void
seal_head(uint8_t *at)
{
	uint8_t sum[SHA256_SIZE];

	sha256(at, HEAD_SUM, sum);
	memcpy(at + HEAD_SUM, sum, ARCHIVE_HEAD - HEAD_SUM);
}

int
archive_begin(int fd, const struct archive_head *head,
    const struct archive_secret *secret, struct archive_writer **out,
    struct err *err)
{
	struct archive_writer *w = xcalloc(1, sizeof(*w));
	uint8_t at[ARCHIVE_HEAD] = {0}, key[32];
	int rc = 0;

	*out = NULL;
	BUG_ON(sodium_init() < 0);
	w->fd = fd;
	w->secret = secret->cipher != ARCHIVE_PLAIN;
	fill_head(at, head, secret);
	if (w->secret && (rc = archive__key(secret, at, key, err)) == 0) {
		crypto_secretstream_xchacha20poly1305_init_push(
		    &w->cipher, at + HEAD_STREAM, key);
		explicit_bzero(key, sizeof(key));
	}
	seal_head(at);
	sha256(at, sizeof(at), w->sum);
	if (rc == 0)
		rc = fs_put(fd, at, sizeof(at), err);
	if (rc != 0)
		archive_writer_free(&w);
	*out = w;
	return rc;
}

static int
put_piece(struct archive_writer *w, bool last, struct err *err)
{
	uint8_t covered[SHA256_SIZE + 4], *length = covered + SHA256_SIZE;
	size_t n = w->held;
	int rc;

	archive__put(length, n | (last ? ARCHIVE_LAST : 0), 4);
	memcpy(covered, w->sum, SHA256_SIZE);
	if (w->secret) {
		crypto_secretstream_xchacha20poly1305_push(&w->cipher,
		    w->sealed, NULL, w->piece, n, covered, sizeof(covered),
		    last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
		n += crypto_secretstream_xchacha20poly1305_ABYTES;
	} else {
		archive__chain(w->sum, length, w->piece, n);
		memcpy(w->sealed, w->piece, n);
		memcpy(w->sealed + n, w->sum, SHA256_SIZE);
		n += SHA256_SIZE;
	}
	w->held = 0;
	if ((rc = fs_put(w->fd, length, 4, err)) != 0)
		return rc;
	return fs_put(w->fd, w->sealed, n, err);
}

int
archive_write(
    struct archive_writer *w, const void *p, size_t n, struct err *err)
{
	const uint8_t *at = p;
	int rc;

	while (n > 0) {
		size_t part = ARCHIVE_PIECE - w->held;

		if (part == 0) {
			if ((rc = put_piece(w, false, err)) != 0)
				return rc;
			continue;
		}
		if (part > n)
			part = n;
		memcpy(w->piece + w->held, at, part);
		w->held += part;
		at += part;
		n -= part;
	}
	return 0;
}

int
archive_end(struct archive_writer *w, struct err *err)
{
	return put_piece(w, true, err);
}

void
archive_writer_free(struct archive_writer **w)
{
	if (*w == NULL)
		return;
	explicit_bzero(*w, sizeof(**w));
	free(*w);
	*w = NULL;
}
