/*
 * archive - one file of bytes in order that tells when a single bit of it is
 * not as it was written: cut, changed, reordered or added to.
 *
 * With a passphrase or a key the bytes are also secret (XChaCha20-Poly1305 in
 * libsodium's secretstream; argon2id makes a passphrase into a key, with its
 * parameters in the head), and a change made on purpose is seen.  Without
 * one, chained SHA-256 sums tell accidents from what was written.
 *
 *	head, 128 bytes:
 *	  0 "opdesk backup 1\n"    16 cipher, 3 zeros    20 schema
 *	  24 time in us    32 desk's id    48 argon2id passes    56 its bytes
 *	  64 salt    80 secretstream's head    104 24 bytes of SHA-256 of 0..103
 *	then pieces: 4 bytes of length (top bit: the last one), the bytes, and
 *	  plain: SHA-256(sum before || length || bytes), 32 bytes
 *	  secret: 17 bytes of the cipher, which also covers length and head
 *
 * Numbers are little-endian.  A struct belongs to one thread at a time.
 */
#ifndef COMMON_ARCHIVE_H
#define COMMON_ARCHIVE_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum archive_cipher { /* stored */
	ARCHIVE_PLAIN = 0,
	ARCHIVE_PASSPHRASE = 1,
	ARCHIVE_KEY = 2,
	ARCHIVE_CIPHERS
};

#define ARCHIVE_HEAD 128
#define ARCHIVE_ID   32 /* hex digits of a desk's id */

struct archive_head { /* readable without the secret */
	enum archive_cipher cipher;
	int schema;
	int64_t created_us;
	char desk_id[ARCHIVE_ID + 1];
};

struct archive_secret {
	enum archive_cipher cipher;
	char *passphrase; /* owned; NULL unless ARCHIVE_PASSPHRASE */
	size_t len;
	uint8_t key[32]; /* of ARCHIVE_KEY */
};

/*
 * From a private file (see fs_read_secret): a passphrase of at least 12
 * bytes, or a key of 64 hex digits; both NULL: ARCHIVE_PLAIN.  OD_EUSAGE for
 * both, OD_EDATA for what is no key or too short.
 */
int archive_secret_read(const char *passphrase_file, const char *key_file,
    struct archive_secret *secret, struct err *err);
void archive_secret_wipe(struct archive_secret *secret);

/* ---- writing ---- */

struct archive_writer;

/*
 * Begin on fd (borrowed, at its start); head->cipher is taken from secret.
 * OD_EIO, or OD_ELIMIT when there is no memory for argon2id.
 */
int archive_begin(int fd, const struct archive_head *head,
    const struct archive_secret *secret, struct archive_writer **w,
    struct err *err);
int archive_write(
    struct archive_writer *w, const void *p, size_t n, struct err *err);
/* The last piece; fd is not synced.  Still to be freed. */
int archive_end(struct archive_writer *w, struct err *err);
void archive_writer_free(struct archive_writer **w);

/* ---- reading ---- */

/*
 * The head at the start of fd, which stands behind it afterwards.  OD_EDATA:
 * not a backup of opdesk, one of a newer opdesk, or a damaged head.
 */
int archive_read_head(int fd, struct archive_head *head, struct err *err);

struct archive_reader;

/*
 * From the start of fd (borrowed).  OD_EUSAGE when the archive wants another
 * kind of secret than the one given; else as archive_read_head.
 */
int archive_open(int fd, const struct archive_secret *secret,
    struct archive_head *head, struct archive_reader **r, struct err *err);
/*
 * Exactly n bytes.  OD_EDATA: damaged, cut short, or (in the first piece) the
 * wrong secret.  No byte is given out before its piece was checked.
 */
int archive_read(struct archive_reader *r, void *p, size_t n, struct err *err);
/* Nothing is left, neither in the archive nor behind it; else OD_EDATA. */
int archive_finish(struct archive_reader *r, struct err *err);
/* Bytes of the file that were read until now, for progress. */
int64_t archive_position(const struct archive_reader *r);
void archive_reader_free(struct archive_reader **r);

#endif
