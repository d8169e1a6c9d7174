/*
 * Unit tests of tui/audio/rec_ring and rec_mix: what comes out is what went
 * in, in time; paused sound is gone; two clocks stay together.
 */
#include "tui/audio/rec_mix.h"
#include "common/xalloc.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define RATE 16000

static void
put(struct rec_ring *r, int first, size_t n)
{
	int16_t *p = xcalloc(n * r->channels, sizeof(*p));

	for (size_t i = 0; i < n * r->channels; i++)
		p[i] = (int16_t)(first + (int)i);
	rec_ring_put(r, p, n);
	free(p);
}

static void
rec_ring__full__counts_what_is_lost(void **state)
{
	struct rec_ring r;
	int16_t out[16];

	(void)state;
	rec_ring_init(&r, 1, 8);
	put(&r, 1, 5);
	assert_int_equal(rec_ring_take(&r, out, 3), 3);
	put(&r, 6, 9);
	assert_int_equal(atomic_load(&r.lost), 3);
	assert_int_equal(rec_ring_fill(&r), 8);
	assert_int_equal(rec_ring_take(&r, out, 16), 8);
	for (int i = 0; i < 8; i++)
		assert_int_equal(out[i], 4 + i);
	/* Nothing of it stays in memory. */
	for (int i = 0; i < 8; i++)
		assert_int_equal(r.data[i], 0);
	rec_ring_free(&r);
}

struct side {
	struct rec_ring ring;
	_Atomic bool is_done;
};

static void *
producer(void *data)
{
	struct side *s = data;
	int16_t block[64];

	for (int first = 0; first < 200000; first += 64) {
		for (int i = 0; i < 64; i++)
			block[i] = (int16_t)((first + i) & 0x7fff);
		while (s->ring.capacity - rec_ring_fill(&s->ring) < 64)
			;
		rec_ring_put(&s->ring, block, 64);
	}
	s->is_done = true;
	return NULL;
}

static void
rec_ring__two_threads__keep_order(void **state)
{
	struct side s = {.is_done = false};
	int16_t out[100];
	pthread_t t;
	int next = 0;

	(void)state;
	rec_ring_init(&s.ring, 1, 1024);
	assert_int_equal(pthread_create(&t, NULL, producer, &s), 0);
	while (!s.is_done || rec_ring_fill(&s.ring) > 0) {
		size_t n = rec_ring_take(&s.ring, out, 100);

		for (size_t i = 0; i < n; i++, next++)
			assert_int_equal(out[i], next & 0x7fff);
	}
	pthread_join(t, NULL);
	assert_true(next >= 200000);
	assert_int_equal(atomic_load(&s.ring.lost), 0);
	rec_ring_free(&s.ring);
}

static void
rec_mix__lost_sound__is_silence_in_its_place(void **state)
{
	int16_t out[REC_MIX_FRAMES * 2];
	struct rec_ring r;
	struct rec_mix m;

	(void)state;
	rec_ring_init(&r, 1, 16);
	rec_mix_init(&m, &r, NULL, 1, RATE);
	put(&r, 1, 20);
	assert_int_equal(rec_mix_take(&m, out), 20);
	assert_int_equal(out[15], 16);
	for (int i = 16; i < 20; i++)
		assert_int_equal(out[i], 0);
	assert_int_equal(rec_mix_ready(&m), 0);
	put(&r, 100, 2);
	assert_int_equal(rec_mix_take(&m, out), 2);
	assert_int_equal(out[0], 100);
	assert_int_equal(m.frames, 22);
	rec_ring_free(&r);
}

static void
rec_mix__paused__gives_silence_and_time_goes_on(void **state)
{
	int16_t out[REC_MIX_FRAMES * 2];
	struct rec_ring r;
	struct rec_mix m;

	(void)state;
	rec_ring_init(&r, 1, 256);
	rec_mix_init(&m, &r, NULL, 1, RATE);
	put(&r, 1, 10);
	assert_int_equal(rec_mix_take(&m, out), 10);
	assert_int_equal(out[9], 10);
	/* Said before the key was pressed, but not yet written. */
	put(&r, 50, 5);
	rec_mix_pause(&m);
	put(&r, 60, 5);
	assert_int_equal(rec_mix_take(&m, out), 10);
	for (int i = 0; i < 10; i++)
		assert_int_equal(out[i], 0);
	/* The number is still being said while it goes on. */
	put(&r, 70, 4);
	rec_mix_resume(&m, 3);
	put(&r, 80, 6);
	assert_int_equal(rec_mix_take(&m, out), 10);
	for (int i = 0; i < 7; i++)
		assert_int_equal(out[i], 0);
	for (int i = 7; i < 10; i++)
		assert_int_equal(out[i], 80 + i - 4);
	assert_int_equal(m.frames, 30);
	for (size_t i = 0; i < r.capacity; i++)
		assert_int_equal(r.data[i], 0);
	rec_ring_free(&r);
}

static void
rec_mix__two_channels_for_one__are_their_mean(void **state)
{
	static const int16_t in[] = {100, 300, -32768, -32768, 32767, 32767};
	int16_t out[REC_MIX_FRAMES * 2];
	struct rec_ring r;
	struct rec_mix m;

	(void)state;
	rec_ring_init(&r, 2, 16);
	rec_mix_init(&m, &r, NULL, 1, RATE);
	rec_ring_put(&r, in, 3);
	assert_int_equal(rec_mix_take(&m, out), 3);
	assert_int_equal(out[0], 200);
	assert_int_equal(out[1], -32768);
	assert_int_equal(out[2], 32767);
	rec_ring_free(&r);
}

static void
rec_mix__levels__tell_peak_mean_and_clipping(void **state)
{
	static const int16_t in[] = {300, 0, -400, 32767, 0, -32768};
	int16_t out[REC_MIX_FRAMES * 2];
	struct rec_level l[2];
	struct rec_ring r;
	struct rec_mix m;
	uint64_t frames;

	(void)state;
	rec_ring_init(&r, 2, 16);
	rec_mix_init(&m, &r, NULL, 2, RATE);
	rec_ring_put(&r, in, 3);
	assert_int_equal(rec_mix_take(&m, out), 3);
	assert_memory_equal(out, in, sizeof(in));
	rec_mix_levels(&m, l, &frames);
	assert_int_equal(frames, 3);
	assert_int_equal(l[0].peak, 400);
	assert_true(l[0].squares == 250000);
	assert_int_equal(l[0].clipped, 0);
	assert_int_equal(l[1].peak, 32768);
	assert_int_equal(l[1].clipped, 2);
	rec_mix_levels(&m, l, &frames);
	assert_int_equal(frames + (uint64_t)l[0].peak, 0);
	assert_int_equal(m.peak, 32768);
	rec_ring_free(&r);
}

/*
 * Two devices for an hour, the right one's clock 100 millionths faster, in
 * blocks of their own sizes: they stay within 50 ms of each other, nothing is
 * skipped while the clocks agree.
 */
static void
run_two(struct rec_mix *m, int fast, int seconds)
{
	int16_t out[REC_MIX_FRAMES * 2];
	uint64_t given[2] = {0, 0};

	for (int64_t ms = 0; ms < seconds * 1000LL; ms += 10) {
		uint64_t due[2] = {(uint64_t)ms * RATE / 1000,
		    (uint64_t)ms * (RATE + (uint64_t)fast) / 1000};

		for (int i = 0; i < 2; i++) {
			size_t block = i == 0 ? 1600 : 441;

			while (given[i] + block <= due[i]) {
				rec_ring_put(m->rings[i], NULL, block);
				given[i] += block;
			}
		}
		if (ms % 50 == 0)
			while (rec_mix_take(m, out) > 0)
				;
	}
}

static void
rec_mix__two_clocks__stay_together(void **state)
{
	struct rec_ring left, right;
	struct rec_mix m;

	(void)state;
	for (int fast = 0; fast <= 2; fast += 2) {
		rec_ring_init(&left, 1, RATE * 8);
		rec_ring_init(&right, 1, RATE * 8);
		rec_mix_init(&m, &left, &right, 2, RATE);
		run_two(&m, fast, 600);
		/* 600 s * 2/s are 1200 frames, 75 ms. */
		assert_true(rec_ring_fill(&right) < RATE / 20 + 1600);
		assert_int_equal(atomic_load(&right.lost), 0);
		if (fast == 0)
			assert_int_equal(m.skipped, 0);
		else
			assert_in_range(m.skipped, 200, 1400);
		assert_true(m.frames > (uint64_t)RATE * 599);
		rec_ring_free(&left);
		rec_ring_free(&right);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rec_ring__full__counts_what_is_lost),
	    cmocka_unit_test(rec_ring__two_threads__keep_order),
	    cmocka_unit_test(rec_mix__lost_sound__is_silence_in_its_place),
	    cmocka_unit_test(rec_mix__paused__gives_silence_and_time_goes_on),
	    cmocka_unit_test(rec_mix__two_channels_for_one__are_their_mean),
	    cmocka_unit_test(rec_mix__levels__tell_peak_mean_and_clipping),
	    cmocka_unit_test(rec_mix__two_clocks__stay_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
