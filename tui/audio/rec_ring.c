/* rec_ring - see rec_ring.h. */
#include "tui/audio/rec_ring.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

void
rec_ring_init(struct rec_ring *r, unsigned channels, size_t frames)
{
	size_t capacity = 1;

	while (capacity < frames)
		capacity *= 2;
	r->data = xcalloc(capacity * channels, sizeof(*r->data));
	r->capacity = capacity;
	r->channels = channels;
	atomic_init(&r->written, 0);
	atomic_init(&r->read, 0);
	atomic_init(&r->lost, 0);
}

void
rec_ring_free(struct rec_ring *r)
{
	FREE(&r->data);
}

/* The frames from "at" on that lie behind each other in memory. */
static size_t
straight(const struct rec_ring *r, uint64_t at, size_t frames)
{
	size_t left = r->capacity - (size_t)(at & (r->capacity - 1));

	return frames < left ? frames : left;
}

static int16_t *
place(const struct rec_ring *r, uint64_t at)
{
	return r->data + (size_t)(at & (r->capacity - 1)) * r->channels;
}

void
rec_ring_put(struct rec_ring *r, const int16_t *p, size_t frames)
{
	uint64_t w = atomic_load_explicit(&r->written, memory_order_relaxed);
	uint64_t taken = atomic_load_explicit(&r->read, memory_order_acquire);
	size_t room = r->capacity - (size_t)(w - taken);
	size_t fit = frames < room ? frames : room;

	if (fit < frames)
		atomic_fetch_add_explicit(
		    &r->lost, frames - fit, memory_order_relaxed);
	for (size_t done = 0, n; done < fit; done += n) {
		n = straight(r, w + done, fit - done);
		if (p == NULL)
			memset(place(r, w + done), 0,
			    n * r->channels * sizeof(*p));
		else
			memcpy(place(r, w + done), p + done * r->channels,
			    n * r->channels * sizeof(*p));
	}
	atomic_store_explicit(&r->written, w + fit, memory_order_release);
}

size_t
rec_ring_fill(const struct rec_ring *r)
{
	return (
	    size_t)(atomic_load_explicit(&r->written, memory_order_acquire) -
		    atomic_load_explicit(&r->read, memory_order_relaxed));
}

size_t
rec_ring_take(struct rec_ring *r, int16_t *out, size_t frames)
{
	uint64_t at = atomic_load_explicit(&r->read, memory_order_relaxed);
	size_t fill = rec_ring_fill(r);

	if (frames > fill)
		frames = fill;
	for (size_t done = 0, n; done < frames; done += n) {
		int16_t *from = place(r, at + done);
		size_t bytes;

		n = straight(r, at + done, frames - done);
		bytes = n * r->channels * sizeof(*from);
		if (out != NULL)
			memcpy(out + done * r->channels, from, bytes);
		memset(from, 0, bytes);
	}
	atomic_store_explicit(&r->read, at + frames, memory_order_release);
	return frames;
}
