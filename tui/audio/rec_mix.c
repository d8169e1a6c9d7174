/* rec_mix - see rec_mix.h. */
#include "tui/audio/rec_mix.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_SECONDS 30
#define AHEAD_MS       20 /* less is the size of the devices' blocks */

void
rec_mix_init(struct rec_mix *m, struct rec_ring *left, struct rec_ring *right,
    unsigned channels, unsigned rate)
{
	memset(m, 0, sizeof(*m));
	m->rings[0] = left;
	m->rings[1] = right;
	m->nrings = right != NULL ? 2 : 1;
	m->channels = channels;
	m->rate = rate;
	m->window_end = (uint64_t)rate * WINDOW_SECONDS;
}

/* Frames of one ring, with those that it lost. */
static size_t
ready(const struct rec_mix *m, unsigned i)
{
	struct rec_ring *r = m->rings[i];
	uint64_t lost = atomic_load_explicit(&r->lost, memory_order_relaxed);

	return rec_ring_fill(r) + (size_t)(lost - m->lost_seen[i]);
}

/* What was lost came after what the full ring holds. */
static void
take(struct rec_mix *m, unsigned i, int16_t *out, size_t n)
{
	unsigned channels = m->rings[i]->channels;
	size_t got = rec_ring_take(m->rings[i], out, n);

	if (got < n && out != NULL)
		memset(out + got * channels, 0,
		    (n - got) * channels * sizeof(*out));
	m->lost_seen[i] += n - got;
}

void
rec_mix_align(struct rec_mix *m)
{
	size_t left, right;

	if (m->nrings < 2)
		return;
	left = ready(m, 0);
	right = ready(m, 1);
	if (left > right)
		take(m, 0, NULL, left - right);
	else
		take(m, 1, NULL, right - left);
}

size_t
rec_mix_ready(const struct rec_mix *m)
{
	size_t n = ready(m, 0);

	if (m->nrings == 2 && ready(m, 1) < n)
		n = ready(m, 1);
	return n;
}

/*
 * Devices give blocks of their own size and begin at their own moment.  How far
 * one is before the other in the mean of a window is that; what this mean
 * changes by later is the faster clock of one.
 */
static void
end_window(struct rec_mix *m)
{
	int64_t limit = (int64_t)m->rate * AHEAD_MS / 1000;
	int64_t mean = m->ahead_count > 0 ? m->ahead_sum / m->ahead_count : 0;

	if (m->windows++ == 0)
		m->ahead_first = mean;
	mean -= m->ahead_first;
	/* A machine that is busy for a while shifts one window. */
	if (mean > limit && m->ahead_last > limit)
		m->skip[0] = (unsigned)mean;
	else if (mean < -limit && m->ahead_last < -limit)
		m->skip[1] = (unsigned)-mean;
	m->ahead_last = mean;
	m->ahead_sum = m->ahead_count = 0;
	m->window_end = m->frames + (uint64_t)m->rate * WINDOW_SECONDS;
}

static void
follow_clocks(struct rec_mix *m)
{
	for (unsigned i = 0; i < 2; i++) {
		if (m->skip[i] == 0 || ready(m, i) == 0)
			continue;
		take(m, i, NULL, 1);
		m->skip[i]--;
		m->skipped++;
	}
	m->ahead_sum += (int64_t)ready(m, 0) - (int64_t)ready(m, 1);
	m->ahead_count++;
	if (m->frames >= m->window_end)
		end_window(m);
}

static void
join(int16_t *out, const int16_t *left, const int16_t *right, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = left[i];
		out[2 * i + 1] = right[i];
	}
}

/* One channel of a device with two: the mean of them, in place. */
static void
fold(int16_t *out, const int16_t *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)((in[2 * i] + in[2 * i + 1]) / 2);
}

static void
measure(struct rec_mix *m, const int16_t *p, size_t n)
{
	for (unsigned c = 0; c < m->channels; c++) {
		struct rec_level *l = &m->since[c];
		int64_t squares = 0;
		int loud;

		for (size_t i = 0; i < n; i++) {
			int v = abs((int)p[i * m->channels + c]);

			squares += (int64_t)v * v;
			if (v > l->peak)
				l->peak = v;
			if (v >= INT16_MAX)
				l->clipped++;
		}
		if (l->peak > m->peak)
			m->peak = l->peak;
		l->squares += (double)squares;
		loud = (int)sqrt((double)squares / (double)n);
		if (loud > m->loudest)
			m->loudest = loud;
	}
	m->since_frames += n;
}

/* Silence for what is paused or was said before it went on. */
static void
hush(const struct rec_mix *m, int16_t *out, size_t n)
{
	size_t quiet = n;

	if (!m->is_paused) {
		if (m->silent_until <= m->frames)
			return;
		if (m->silent_until - m->frames < n)
			quiet = (size_t)(m->silent_until - m->frames);
	}
	memset(out, 0, quiet * m->channels * sizeof(*out));
}

size_t
rec_mix_take(struct rec_mix *m, int16_t *out)
{
	int16_t a[REC_MIX_FRAMES * 2], b[REC_MIX_FRAMES * 2];
	size_t n = rec_mix_ready(m);

	if (n > REC_MIX_FRAMES)
		n = REC_MIX_FRAMES;
	if (n == 0)
		return 0;
	take(m, 0, a, n);
	if (m->rings[0]->channels == 2 && (m->nrings == 2 || m->channels == 1))
		fold(a, a, n);
	if (m->nrings == 2) {
		take(m, 1, b, n);
		if (m->rings[1]->channels == 2)
			fold(b, b, n);
		join(out, a, b, n);
	} else {
		memcpy(out, a, n * m->channels * sizeof(*out));
	}
	hush(m, out, n);
	measure(m, out, n);
	m->frames += n;
	if (m->nrings == 2)
		follow_clocks(m);
	return n;
}

void
rec_mix_pause(struct rec_mix *m)
{
	m->is_paused = true;
}

void
rec_mix_resume(struct rec_mix *m, unsigned latency_frames)
{
	if (!m->is_paused)
		return;
	m->is_paused = false;
	m->silent_until = m->frames + rec_mix_ready(m) + latency_frames;
}

void
rec_mix_levels(struct rec_mix *m, struct rec_level out[2], uint64_t *frames)
{
	memcpy(out, m->since, sizeof(m->since));
	*frames = m->since_frames;
	memset(m->since, 0, sizeof(m->since));
	m->since_frames = 0;
}
