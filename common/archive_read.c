/* archive_read - an archive back from its file; see archive.h. */
#include "common/archive_int.h"
#include "common/xalloc.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a head may ask of us; more is not ours. */
#define KDF_PASSES_MAX 16
#define KDF_BYTES_MAX  ((uint64_t)1 << 30)

struct archive_reader {
	int fd;
	bool secret, first, last; /* last: no piece comes behind this one */
	crypto_secretstream_xchacha20poly1305_state cipher;
	uint8_t sum[SHA256_SIZE];
	int64_t position;
	size_t at, held; /* given out, and there, of the piece */
	uint8_t piece[ARCHIVE_PIECE];
	uint8_t sealed[ARCHIVE_PIECE + ARCHIVE_EXTRA];
};

/* Up to n bytes; fewer only at the end of the file. */
static int
read_some(int fd, uint8_t *p, size_t n, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < n) {
		ssize_t part = read(fd, p + *got, n - *got);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0)
			return err_set(err, err_errno_code(errno),
			    "The backup cannot be read: %m.");
		if (part == 0)
			break;
		*got += (size_t)part;
	}
	return 0;
}

static int
foreign(struct err *err)
{
	return err_set(err, OD_EDATA,
	    "This is not a backup made by opdesk; name the file that"
	    " \"opdesk backup new\" wrote");
}

static int
damaged(struct err *err)
{
	return err_set(err, OD_EDATA,
	    "The backup is damaged or was tampered with; use another one");
}

static int
cut_short(struct err *err)
{
	return err_set(err, OD_EDATA,
	    "The backup is cut short: its end is missing; use another one");
}

static int
check_head(const uint8_t *at, size_t got, struct err *err)
{
	static const char magic[] = "opdesk backup ";
	uint8_t sum[SHA256_SIZE];

	if (got < HEAD_CIPHER || memcmp(at, magic, sizeof(magic) - 1) != 0)
		return foreign(err);
	if (got < ARCHIVE_HEAD)
		return cut_short(err);
	if (memcmp(at, ARCHIVE_MAGIC, HEAD_CIPHER) != 0)
		return err_set(err, OD_EDATA,
		    "This backup has a form that this opdesk does not know;"
		    " it is damaged, or a newer opdesk made it");
	sha256(at, HEAD_SUM, sum);
	if (memcmp(at + HEAD_SUM, sum, ARCHIVE_HEAD - HEAD_SUM) != 0 ||
	    at[HEAD_CIPHER] >= ARCHIVE_CIPHERS ||
	    archive__get(at + HEAD_PASSES, 8) > KDF_PASSES_MAX ||
	    archive__get(at + HEAD_BYTES, 8) > KDF_BYTES_MAX)
		return damaged(err);
	return 0;
}

static int
read_head(int fd, uint8_t *at, struct archive_head *head, struct err *err)
{
	size_t got;
	int rc;

	memset(head, 0, sizeof(*head));
	if ((rc = read_some(fd, at, ARCHIVE_HEAD, &got, err)) != 0 ||
	    (rc = check_head(at, got, err)) != 0)
		return rc;
	head->cipher = (enum archive_cipher)at[HEAD_CIPHER];
	head->schema = (int)(archive__get(at + HEAD_SCHEMA, 4) & INT32_MAX);
	head->created_us = (int64_t)archive__get(at + HEAD_TIME, 8);
	hex_encode(head->desk_id, at + HEAD_DESK, ARCHIVE_ID / 2);
	return 0;
}

int
archive_read_head(int fd, struct archive_head *head, struct err *err)
{
	uint8_t at[ARCHIVE_HEAD];

	return read_head(fd, at, head, err);
}

static int
check_secret(
    enum archive_cipher wanted, enum archive_cipher given, struct err *err)
{
	if (wanted == given)
		return 0;
	if (wanted == ARCHIVE_PASSPHRASE)
		return err_set(err, OD_EUSAGE,
		    "This backup is encrypted with a passphrase; name its file"
		    " with --passphrase-file");
	if (wanted == ARCHIVE_KEY)
		return err_set(err, OD_EUSAGE,
		    "This backup is encrypted with a key; name its file with"
		    " --key-file");
	return err_set(err, OD_EUSAGE,
	    "This backup is not encrypted; leave the passphrase or key out,"
	    " if you trust where it comes from");
}

int
archive_open(int fd, const struct archive_secret *secret,
    struct archive_head *head, struct archive_reader **out, struct err *err)
{
	struct archive_reader *r = xcalloc(1, sizeof(*r));
	uint8_t at[ARCHIVE_HEAD], key[32];
	int rc;

	*out = NULL;
	BUG_ON(sodium_init() < 0);
	r->fd = fd;
	r->first = true;
	if ((rc = read_head(fd, at, head, err)) != 0 ||
	    (rc = check_secret(head->cipher, secret->cipher, err)) != 0)
		goto out;
	r->position = ARCHIVE_HEAD;
	r->secret = head->cipher != ARCHIVE_PLAIN;
	sha256(at, sizeof(at), r->sum);
	if (!r->secret || (rc = archive__key(secret, at, key, err)) != 0)
		goto out;
	crypto_secretstream_xchacha20poly1305_init_pull(
	    &r->cipher, at + HEAD_STREAM, key);
	explicit_bzero(key, sizeof(key));
out:
	if (rc != 0)
		archive_reader_free(&r);
	*out = r;
	return rc;
}

/* Whether the piece in sealed is what was written, into piece. */
static bool
unseal(struct archive_reader *r, const uint8_t length[4], size_t n)
{
	uint8_t covered[SHA256_SIZE + 4], tag;

	if (!r->secret) {
		archive__chain(r->sum, length, r->sealed, n);
		memcpy(r->piece, r->sealed, n);
		return memcmp(r->sealed + n, r->sum, SHA256_SIZE) == 0;
	}
	memcpy(covered, r->sum, SHA256_SIZE);
	memcpy(covered + SHA256_SIZE, length, 4);
	return crypto_secretstream_xchacha20poly1305_pull(&r->cipher, r->piece,
		   NULL, &tag, r->sealed,
		   n + crypto_secretstream_xchacha20poly1305_ABYTES, covered,
		   sizeof(covered)) == 0 &&
	       (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) ==
	           r->last;
}

static int
next_piece(struct archive_reader *r, struct err *err)
{
	size_t extra = r->secret ? crypto_secretstream_xchacha20poly1305_ABYTES
	                         : SHA256_SIZE;
	uint8_t length[4];
	size_t got, n;
	int rc;

	if ((rc = read_some(r->fd, length, 4, &got, err)) != 0)
		return rc;
	if (got < 4)
		return cut_short(err);
	n = archive__get(length, 4) & ~ARCHIVE_LAST;
	r->last = (archive__get(length, 4) & ARCHIVE_LAST) != 0;
	if (n > ARCHIVE_PIECE)
		return damaged(err);
	if ((rc = read_some(r->fd, r->sealed, n + extra, &got, err)) != 0)
		return rc;
	r->position += (int64_t)(4 + got);
	if (got < n + extra)
		return cut_short(err);
	if (!unseal(r, length, n))
		return r->first && r->secret
		           ? err_set(err, OD_EDATA,
				 "The passphrase or key is not the one of this"
				 " backup, or the backup is damaged")
		           : damaged(err);
	r->first = false;
	r->at = 0;
	r->held = n;
	return 0;
}

int
archive_read(struct archive_reader *r, void *p, size_t n, struct err *err)
{
	uint8_t *to = p;
	int rc;

	while (n > 0) {
		size_t part = r->held - r->at;

		if (part == 0) {
			if (r->last)
				return damaged(err);
			if ((rc = next_piece(r, err)) != 0)
				return rc;
			continue;
		}
		if (part > n)
			part = n;
		memcpy(to, r->piece + r->at, part);
		r->at += part;
		to += part;
		n -= part;
	}
	return 0;
}

int
archive_finish(struct archive_reader *r, struct err *err)
{
	uint8_t more;
	size_t got;
	int rc;

	if (!r->last && r->at == r->held && (rc = next_piece(r, err)) != 0)
		return rc;
	if ((rc = read_some(r->fd, &more, 1, &got, err)) != 0)
		return rc;
	return r->last && r->at == r->held && got == 0 ? 0 : damaged(err);
}

int64_t
archive_position(const struct archive_reader *r)
{
	return r->position;
}

void
archive_reader_free(struct archive_reader **r)
{
	if (*r == NULL)
		return;
	explicit_bzero(*r, sizeof(**r));
	free(*r);
	*r = NULL;
}
