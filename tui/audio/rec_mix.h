/*
 * rec_mix - the frames of the file from one or two rings.
 *
 * One device: mono, both its channels as one, or its two channels.  Two
 * devices: the operator's left, the customer's right; their clocks differ, so
 * the faster one loses a frame now and then.  While paused what was said is
 * thrown away and silence stands in its place: time goes on.  The writer's.
 */
#ifndef TUI_AUDIO_REC_MIX_H
#define TUI_AUDIO_REC_MIX_H

#include "tui/audio/rec_ring.h"
#include <stdbool.h>

#define REC_MIX_FRAMES 2048 /* at most in one rec_mix_take */

struct rec_level {        /* of one channel */
	int peak;         /* 0..32768 */
	double squares;   /* sum over frames */
	uint64_t clipped; /* samples at the end of the scale */
};

struct rec_mix {
	struct rec_ring *rings[2];
	unsigned nrings;
	unsigned channels; /* of the file, 1 or 2 */
	unsigned rate;
	bool is_paused;
	uint64_t frames;       /* taken so far: the file's time */
	uint64_t silent_until; /* what was heard before resuming is not kept */
	uint64_t lost_seen[2]; /* of ring.lost, as silence in the file */
	/* two devices: how far the left one is before the right one */
	int64_t ahead_sum; /* of this window, and how often it was looked at */
	int64_t ahead_count;
	int64_t ahead_first; /* the mean of the first window */
	int64_t ahead_last;  /* by how much the last one differed from it */
	uint64_t window_end;
	unsigned windows;
	unsigned skip[2]; /* frames that are still to be dropped */
	uint64_t skipped;
	struct rec_level since[2]; /* since rec_mix_levels */
	uint64_t since_frames;
	int peak;    /* of all */
	int loudest; /* greatest mean (root of squares) of a take */
};

/* rings stay the caller's; two of them make a file of two channels. */
void rec_mix_init(struct rec_mix *m, struct rec_ring *left,
    struct rec_ring *right, unsigned channels, unsigned rate);
/* All rings have begun: what one has from before the other did is dropped. */
void rec_mix_align(struct rec_mix *m);
/* Frames ready for rec_mix_take. */
size_t rec_mix_ready(const struct rec_mix *m);
/* At most REC_MIX_FRAMES, interleaved; how many they are. */
size_t rec_mix_take(struct rec_mix *m, int16_t *out);
void rec_mix_pause(struct rec_mix *m);
/* latency_frames: what the device still has of the time before now. */
void rec_mix_resume(struct rec_mix *m, unsigned latency_frames);
/* The levels since the last call. */
void rec_mix_levels(
    struct rec_mix *m, struct rec_level out[2], uint64_t *frames);

#endif
