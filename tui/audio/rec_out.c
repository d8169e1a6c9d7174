/* rec_out - see rec_out.h. */
#include "tui/audio/rec_out.h"
#include "common/clock.h"
#include "common/wav.h"
#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int
failed(struct err *err)
{
	return err_set(err, OD_EIO, "The recording cannot be written: %m");
}

static bool
put_all(int fd, const void *p, size_t n, uint64_t at)
{
	const char *from = p;

	while (n > 0) {
		ssize_t done = pwrite(fd, from, n, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		from += done;
		at += (uint64_t)done;
		n -= (size_t)done;
	}
	return true;
}

static int
put_head(struct rec_out *o, struct err *err)
{
	uint8_t head[WAV_HEAD_SIZE];

	wav_head(head, o->rate, o->channels, o->bytes);
	if (!put_all(o->fd, head, sizeof(head), 0))
		return failed(err);
	o->told_bytes = o->bytes;
	return 0;
}

int
rec_out_begin(struct rec_out *o, int fd, unsigned rate, unsigned channels,
    int64_t now_us, struct err *err)
{
	*o = (struct rec_out){.fd = fd,
	    .rate = rate,
	    .channels = channels,
	    .head_us = now_us,
	    .sync_us = now_us};
	if (ftruncate(fd, 0) != 0)
		return failed(err);
	return put_head(o, err);
}

int
rec_out_add(struct rec_out *o, const int16_t *p, size_t frames, struct err *err)
{
	size_t samples = frames * o->channels;
	size_t bytes = samples * sizeof(*p);
	int16_t block[512];

	if (o->bytes + bytes > WAV_MAX_BYTES)
		return err_set(err, OD_ELIMIT,
		    "The recording is as long as a WAV file can be");
	while (samples > 0) {
		size_t n = samples > 512 ? 512 : samples;

		for (size_t i = 0; i < n; i++)
			block[i] = (int16_t)htole16((uint16_t)p[i]);
		if (!put_all(o->fd, block, n * sizeof(*block),
			WAV_HEAD_SIZE + o->bytes))
			return failed(err);
		o->bytes += n * sizeof(*block);
		p += n;
		samples -= n;
	}
	return 0;
}

static bool
has_room(int fd)
{
	struct statvfs v;

	return fstatvfs(fd, &v) != 0 || v.f_blocks == 0 ||
	       (uint64_t)v.f_bavail * v.f_frsize >= REC_ROOM_BYTES;
}

int
rec_out_tend(struct rec_out *o, int64_t now_us, struct err *err)
{
	int rc;

	if (now_us - o->head_us >= REC_HEAD_MS * US_PER_MS &&
	    o->told_bytes != o->bytes) {
		if ((rc = put_head(o, err)) != 0)
			return rc;
		o->head_us = now_us;
		if (!has_room(o->fd)) {
			errno = ENOSPC;
			return failed(err);
		}
	}
	if (now_us - o->sync_us >= REC_SYNC_MS * US_PER_MS) {
		if (fdatasync(o->fd) != 0)
			return failed(err);
		o->sync_us = now_us;
	}
	return 0;
}

int
rec_out_end(struct rec_out *o, struct err *err)
{
	uint64_t block = o->channels * sizeof(int16_t);
	int rc;

	/* A full disk may have taken half a frame. */
	o->bytes -= o->bytes % block;
	if (ftruncate(o->fd, (off_t)(WAV_HEAD_SIZE + o->bytes)) != 0)
		return failed(err);
	if ((rc = put_head(o, err)) != 0)
		return rc;
	return fsync(o->fd) == 0 ? 0 : failed(err);
}

int64_t
rec_out_us(const struct rec_out *o)
{
	return (int64_t)(o->bytes / (o->channels * sizeof(int16_t)) *
			 US_PER_SECOND / o->rate);
}
