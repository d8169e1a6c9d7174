/*
 * rec_out - the file that is recorded into, by its descriptor.
 *
 * WAV, PCM 16.  First the sound, then the head that tells of it: whatever
 * moment ends the process, the head tells of sound that is there, and what is
 * missing in it is younger than REC_HEAD_MS.  The writer's.
 */
#ifndef TUI_AUDIO_REC_OUT_H
#define TUI_AUDIO_REC_OUT_H

#include "common/err.h"
#include <stddef.h>
#include <stdint.h>

#define REC_HEAD_MS 250
#define REC_SYNC_MS 5000
/* Of the disk, left to the desk: the recording is entered there. */
#define REC_ROOM_BYTES (4 << 20)

struct rec_out {
	int fd; /* borrowed */
	unsigned rate, channels;
	uint64_t bytes;           /* of sound, written */
	uint64_t told_bytes;      /* of sound, in the head */
	int64_t head_us, sync_us; /* when they were last done, monotonic */
};

/* A new head; what the file held is gone.  OD_EIO. */
int rec_out_begin(struct rec_out *o, int fd, unsigned rate, unsigned channels,
    int64_t now_us, struct err *err);
/* OD_ELIMIT when a WAV holds no more, OD_EIO (disk full, ...). */
int rec_out_add(
    struct rec_out *o, const int16_t *p, size_t frames, struct err *err);
/* The head and the disk, when it is their time.  OD_EIO, also when it is full. */
int rec_out_tend(struct rec_out *o, int64_t now_us, struct err *err);
/* The head as it stays, on the disk.  Also after an error: what is there. */
int rec_out_end(struct rec_out *o, struct err *err);
/* Length of what was written. */
int64_t rec_out_us(const struct rec_out *o);

#endif
