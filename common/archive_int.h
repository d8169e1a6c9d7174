/* archive_int - what writing and reading an archive share. */
#ifndef COMMON_ARCHIVE_INT_H
#define COMMON_ARCHIVE_INT_H

#include "common/archive.h"
#include "common/digest.h"

#define ARCHIVE_MAGIC "opdesk backup 1\n"
#define ARCHIVE_PIECE ((size_t)64 * 1024) /* bytes before sealing, at most */
#define ARCHIVE_EXTRA 32                  /* at most, of the seal */
#define ARCHIVE_LAST  0x80000000u

enum { /* places in the head */
	HEAD_CIPHER = 16,
	HEAD_SCHEMA = 20,
	HEAD_TIME = 24,
	HEAD_DESK = 32,
	HEAD_PASSES = 48,
	HEAD_BYTES = 56,
	HEAD_SALT = 64,
	HEAD_STREAM = 80,
	HEAD_SUM = 104,
};

void archive__put(uint8_t *at, uint64_t v, size_t n);
uint64_t archive__get(const uint8_t *at, size_t n);
/* The stream's key; the caller wipes it. */
int archive__key(const struct archive_secret *secret, const uint8_t *head,
    uint8_t key[32], struct err *err);
/* The sum of the next piece out of the one before. */
void archive__chain(uint8_t sum[SHA256_SIZE], const uint8_t length[4],
    const uint8_t *p, size_t n);

#endif
