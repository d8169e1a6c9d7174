/* wav - see wav.h. */
#include "common/wav.h"
#include "common/i18n.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	WAV_PCM = 1,
	WAV_FLOAT = 3,
	WAV_ALAW = 6,
	WAV_ULAW = 7,
	WAV_GSM = 49,
	WAV_EXTENSIBLE = 0xfffe,
};

#define HEAD_BYTES  65536 /* chunks before the sound lie in here */
#define GSM_BLOCK   65    /* bytes of two frames of GSM 06.10 ... */
#define GSM_SAMPLES 320   /* ... and the samples in them */

static void
put_le(uint8_t *to, uint32_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t
get_le(const uint8_t *from, int bytes)
{
	uint32_t v = 0;

	for (int i = bytes - 1; i >= 0; i--)
		v = v << 8 | from[i];
	return v;
}

void
wav_head(uint8_t out[WAV_HEAD_SIZE], uint32_t rate, unsigned channels,
    uint64_t data_bytes)
{
	static const uint8_t start[16] = {'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W',
	    'A', 'V', 'E', 'f', 'm', 't', ' '};
	static const uint8_t data[4] = {'d', 'a', 't', 'a'};
	uint32_t block = channels * 2;
	uint32_t bytes =
	    (uint32_t)(data_bytes > WAV_MAX_BYTES ? WAV_MAX_BYTES : data_bytes);

	memcpy(out, start, sizeof(start));
	put_le(out + 4, bytes + WAV_HEAD_SIZE - 8, 4);
	put_le(out + 16, 16, 4);
	put_le(out + 20, WAV_PCM, 2);
	put_le(out + 22, channels, 2);
	put_le(out + 24, rate, 4);
	put_le(out + 28, rate * block, 4);
	put_le(out + 32, block, 2);
	put_le(out + 34, 16, 2);
	memcpy(out + 36, data, sizeof(data));
	put_le(out + 40, bytes, 4);
}

static int
no_wav(struct err *err)
{
	return err_set(
	    err, OD_EDATA, "The file is not a WAV recording that can be read");
}

struct block { /* what the format chunk says of the sound's bytes */
	uint32_t bytes, samples;
};

static int
read_format(const uint8_t *p, size_t n, struct wav_info *out, struct block *b,
    struct err *err)
{
	if (n < 16)
		return no_wav(err);
	out->format = get_le(p, 2);
	out->channels = get_le(p + 2, 2);
	out->rate = get_le(p + 4, 4);
	b->bytes = get_le(p + 12, 2);
	b->samples = 1;
	out->bits = get_le(p + 14, 2);
	if (out->format == WAV_EXTENSIBLE && n >= 40)
		out->format = get_le(p + 24, 2);
	if (out->rate < 1 || out->rate > 768000 || out->channels < 1 ||
	    out->channels > 16)
		return no_wav(err);
	switch (out->format) {
	case WAV_PCM:
	case WAV_FLOAT:
	case WAV_ALAW:
	case WAV_ULAW:
		if (out->bits % 8 != 0 || out->bits < 8 || out->bits > 64 ||
		    b->bytes != out->channels * (out->bits / 8))
			return no_wav(err);
		return 0;
	case WAV_GSM:
		*b = (struct block){GSM_BLOCK, GSM_SAMPLES};
		out->bits = 0;
		return 0;
	default:
		return err_set(err, OD_EDATA,
		    "The recording is compressed in a way that is not known "
		    "here (WAV format %u); export it as PCM, FLAC or Ogg",
		    out->format);
	}
}

static int
read_chunks(const uint8_t *p, size_t n, uint64_t file_bytes,
    struct wav_info *out, struct err *err)
{
	struct block b = {0, 0};
	uint64_t at = 12, told;

	while (at + 8 <= n && memcmp(p + at, "data", 4) != 0) {
		uint32_t size = get_le(p + at + 4, 4);
		int rc;

		if (memcmp(p + at, "fmt ", 4) == 0 && size <= n - at - 8 &&
		    (rc = read_format(p + at + 8, size, out, &b, err)) != 0)
			return rc;
		at += 8 + (uint64_t)size + (size & 1);
	}
	if (b.bytes == 0 || at + 8 > n)
		return no_wav(err);
	told = get_le(p + at + 4, 4);
	out->data_at = at + 8;
	out->data_bytes = file_bytes - out->data_at;
	out->is_right =
	    told == out->data_bytes && get_le(p + 4, 4) == file_bytes - 8;
	/* A writer that is killed leaves 0 or the largest number. */
	if (told < out->data_bytes && told != 0)
		out->data_bytes = told;
	out->data_bytes -= out->data_bytes % b.bytes;
	out->duration_us = (int64_t)(out->data_bytes / b.bytes * b.samples *
				     1000000 / out->rate);
	return 0;
}

int
wav_parse(const void *p, size_t n, uint64_t file_bytes, struct wav_info *out,
    struct err *err)
{
	const uint8_t *b = p;

	memset(out, 0, sizeof(*out));
	if (n > file_bytes)
		n = (size_t)file_bytes;
	if (n < 12 || memcmp(b, "RIFF", 4) != 0 ||
	    memcmp(b + 8, "WAVE", 4) != 0)
		return no_wav(err);
	return read_chunks(b, n, file_bytes, out, err);
}

static int
file_size(int fd, uint64_t *bytes, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size < 0)
		return err_set(err, OD_EIO, "The recording cannot be read: %m");
	*bytes = (uint64_t)st.st_size;
	return 0;
}

int
wav_read(int fd, struct wav_info *out, struct err *err)
{
	uint8_t head[HEAD_BYTES];
	uint64_t bytes = 0;
	ssize_t n;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = file_size(fd, &bytes, err)) != 0)
		return rc;
	if ((n = pread(fd, head, sizeof(head), 0)) < 0)
		return err_set(err, OD_EIO, "The recording cannot be read: %m");
	return wav_parse(head, (size_t)n, bytes, out, err);
}

static int
write_head(
    int fd, uint32_t rate, unsigned channels, uint64_t sound, struct err *err)
{
	uint8_t head[WAV_HEAD_SIZE];

	wav_head(head, rate, channels, sound);
	if (ftruncate(fd, (off_t)(WAV_HEAD_SIZE + sound)) != 0 ||
	    pwrite(fd, head, sizeof(head), 0) != WAV_HEAD_SIZE ||
	    fsync(fd) != 0)
		return err_set(
		    err, OD_EIO, "The recording cannot be put right: %m");
	return 0;
}

int
wav_repair(int fd, uint32_t rate, unsigned channels, struct wav_info *out,
    struct err *err)
{
	uint64_t bytes, sound;
	int rc;

	if ((rc = file_size(fd, &bytes, err)) != 0)
		return rc;
	/* The head says how the sound was taken, when it was written at all. */
	if (wav_read(fd, out, NULL) == 0 && out->format == WAV_PCM &&
	    out->bits == 16 && out->data_at == WAV_HEAD_SIZE) {
		rate = out->rate;
		channels = out->channels;
	}
	if (channels == 0 || bytes < WAV_HEAD_SIZE + channels * 2)
		return err_set(err, OD_EDATA, "The recording holds no sound");
	sound = bytes - WAV_HEAD_SIZE;
	if (sound > WAV_MAX_BYTES)
		sound = WAV_MAX_BYTES;
	sound -= sound % (channels * 2);
	if ((rc = write_head(fd, rate, channels, sound, err)) != 0)
		return rc;
	return wav_read(fd, out, err);
}
