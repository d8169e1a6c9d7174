/*
 * wav - the head of a WAV file: written, read, and put right.
 *
 * A recording is written with the plain head of 44 bytes, PCM 16.  Reading
 * takes what telephone systems write: chunks in any order before the sound,
 * also A-law, mu-law, GSM and floats.  Bytes from outside are bounded; nothing
 * is trusted but what the file holds.  Thread-safe.
 */
#ifndef COMMON_WAV_H
#define COMMON_WAV_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAV_HEAD_SIZE 44
/* As much sound as the head's 32 bits can tell, in whole frames of any kind. */
#define WAV_MAX_BYTES (UINT32_MAX - 36 - 63)

struct wav_info {
	uint32_t rate;       /* frames a second, 1..768000 */
	unsigned channels;   /* 1..16 */
	unsigned format;     /* 1 PCM, 3 float, 6 A-law, 7 mu-law, 49 GSM */
	unsigned bits;       /* of a sample, 0 when the format has none */
	uint64_t data_at;    /* where the sound begins */
	uint64_t data_bytes; /* that are there, whole blocks */
	int64_t duration_us;
	bool is_right; /* the sizes in the head are those of the file */
};

/* The head of PCM 16 with so many bytes of sound (at most WAV_MAX_BYTES). */
void wav_head(uint8_t out[WAV_HEAD_SIZE], uint32_t rate, unsigned channels,
    uint64_t data_bytes);
/*
 * Read the head in the first n bytes of a file of file_bytes.  OD_EDATA when
 * it is no WAV, or none that opdesk takes; sizes in the head that are wrong are
 * no error but cut to what is there.
 */
int wav_parse(const void *p, size_t n, uint64_t file_bytes,
    struct wav_info *out, struct err *err);
/* The same of an open file; also OD_EIO.  Its position does not change. */
int wav_read(int fd, struct wav_info *out, struct err *err);
/*
 * A recording that was cut off: give its head the sizes of the file, cut half
 * a frame, and make that durable.  A head that was never written is made from
 * rate and channels.  OD_EDATA when it holds no sound, OD_EIO.
 */
int wav_repair(int fd, uint32_t rate, unsigned channels, struct wav_info *out,
    struct err *err);

#endif
