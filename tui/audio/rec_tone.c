/*
 * rec_tone - a tone instead of a microphone: 440 Hz, on the right 660 Hz, in
 * real time.  It tries everything but the sound card.
 */
#include "tui/audio/rec_source.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define STEP_MS 10

static int16_t
sample(uint64_t frame, unsigned channel, unsigned rate)
{
	double hertz = channel == 0 ? 440 : 660;
	double turns = hertz * (double)(frame % rate) / rate;

	return (int16_t)(8000 * sin(2 * M_PI * turns));
}

static void *
play(void *data)
{
	struct rec_source *s = data;
	int64_t begun_us = clock_mono_us();
	struct timespec step = {0, STEP_MS * 1000000L};
	int16_t block[256 * 2];
	uint64_t done = 0;

	for (;;) {
		uint64_t due = (uint64_t)(clock_mono_us() - begun_us) *
		               s->rate / US_PER_SECOND;

		while (done < due) {
			size_t n =
			    due - done > 256 ? 256 : (size_t)(due - done);

			for (size_t i = 0; i < n; i++)
				for (unsigned c = 0; c < s->ring.channels; c++)
					block[i * s->ring.channels + c] =
					    sample(done + i, c, s->rate);
			rec_ring_put(&s->ring, block, n);
			done += n;
		}
		nanosleep(&step, NULL);
	}
	return NULL;
}

static bool
is_active(struct rec_source *s)
{
	(void)s;
	return true;
}

int
rec_tone_open(
    unsigned channels, unsigned rate, struct rec_source **out, struct err *err)
{
	struct rec_source *s = xcalloc(1, sizeof(*s));
	pthread_t thread;

	rec_ring_init(&s->ring, channels, (size_t)rate * REC_RING_SECONDS);
	str_copy(s->name, sizeof(s->name), REC_TONE);
	s->rate = rate;
	s->is_active = is_active;
	errno = pthread_create(&thread, NULL, play, s);
	if (errno != 0) {
		rec_ring_free(&s->ring);
		free(s);
		return err_set(
		    err, OD_EUNAVAIL, "The tone cannot be played: %m");
	}
	pthread_detach(thread);
	*out = s;
	return 0;
}
