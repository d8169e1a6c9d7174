/*
 * rec_ring - sound between the device's callback and the writer.
 *
 * One thread puts, one thread takes, nobody waits or locks: written and read
 * are counted for ever and guarded by being atomic, each changed by one side
 * only.  What does not fit is counted as lost, so that time stays right.
 */
#ifndef TUI_AUDIO_REC_RING_H
#define TUI_AUDIO_REC_RING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct rec_ring {
	int16_t *data;            /* owned; capacity frames */
	size_t capacity;          /* frames, a power of two */
	unsigned channels;        /* samples of a frame */
	_Atomic uint64_t written; /* frames put; the callback's */
	_Atomic uint64_t read;    /* frames taken; the writer's */
	_Atomic uint64_t lost;    /* frames that did not fit; the callback's */
};

/* Room for at least so many frames. */
void rec_ring_init(struct rec_ring *r, unsigned channels, size_t frames);
void rec_ring_free(struct rec_ring *r);
/* In the callback: frames of p, NULL for silence.  Allocates nothing. */
void rec_ring_put(struct rec_ring *r, const int16_t *p, size_t frames);
/* The writer's: frames that can be taken now. */
size_t rec_ring_fill(const struct rec_ring *r);
/*
 * The writer's: at most so many frames into out (NULL: thrown away); how many
 * they were.  What was taken is wiped from the ring.
 */
size_t rec_ring_take(struct rec_ring *r, int16_t *out, size_t frames);

#endif
