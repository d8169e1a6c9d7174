/* sound_wave - signals of tests, see sound.h. */
#include "tests/lib/sound.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

void
sound_read(const char *path, struct sound_wave *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct wav_info info;

	assert_true(fd >= 0);
	assert_int_equal(wav_read(fd, &info, NULL), 0);
	assert_int_equal(info.format, 1);
	assert_int_equal(info.bits, 16);
	out->channels = info.channels;
	out->rate = info.rate;
	out->frames = (size_t)(info.data_bytes / (2 * info.channels));
	out->p = xmalloc((size_t)info.data_bytes + 2);
	assert_int_equal(
	    pread(fd, out->p, (size_t)info.data_bytes, (off_t)info.data_at),
	    (long)info.data_bytes);
	close(fd);
}

void
sound_write(const char *path, const struct sound_wave *w)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t bytes = w->frames * w->channels * 2;
	uint8_t head[WAV_HEAD_SIZE];

	assert_true(fd >= 0);
	wav_head(head, w->rate, w->channels, bytes);
	assert_int_equal(write(fd, head, sizeof(head)), WAV_HEAD_SIZE);
	assert_int_equal(write(fd, w->p, bytes), (long)bytes);
	close(fd);
}

void
sound_free(struct sound_wave *w)
{
	FREE(&w->p);
}

static double
at(const struct sound_wave *w, unsigned channel, long frame)
{
	if (frame < 0 || (size_t)frame >= w->frames)
		return 0;
	return w->p[(size_t)frame * w->channels + channel];
}

/* A Hann window over 16 zeros of the sinc on each side. */
static double
between(const struct sound_wave *w, unsigned channel, double where, double cut)
{
	long middle = (long)floor(where);
	double sum = 0, half = 16 / cut;

	for (long i = middle - (long)half; i <= middle + (long)half + 1; i++) {
		double x = where - (double)i, s = cut * x * M_PI;

		if (fabs(x) >= half)
			continue;
		sum += at(w, channel, i) * cut *
		       (fabs(s) < 1e-9 ? 1 : sin(s) / s) *
		       (0.5 + 0.5 * cos(M_PI * x / half));
	}
	return sum;
}

void
sound_resample(const struct sound_wave *in, unsigned rate, double phase,
    struct sound_wave *out)
{
	double step = (double)in->rate / rate, cut = step > 1 ? 1 / step : 1;

	out->rate = rate;
	out->channels = in->channels;
	out->frames = (size_t)((double)in->frames / step);
	out->p = xcalloc(out->frames * in->channels + 1, sizeof(*out->p));
	for (size_t i = 0; i < out->frames; i++)
		for (unsigned c = 0; c < in->channels; c++) {
			double v =
			    between(in, c, ((double)i - phase) * step, cut);

			out->p[i * in->channels + c] =
			    (int16_t)lround(v > 32767    ? 32767
					    : v < -32768 ? -32768
							 : v);
		}
}

double
sound_correlation(const struct sound_wave *a, unsigned a_channel,
    const struct sound_wave *b, unsigned b_channel, long lag, size_t from,
    size_t n)
{
	double xx = 0, yy = 0, xy = 0;

	for (size_t i = from; i < from + n && i < a->frames; i++) {
		double x = at(a, a_channel, (long)i);
		double y = at(b, b_channel, (long)i + lag);

		xx += x * x;
		yy += y * y;
		xy += x * y;
	}
	return xx == 0 || yy == 0 ? 0 : xy / sqrt(xx * yy);
}

long
sound_find(const struct sound_wave *a, unsigned a_channel,
    const struct sound_wave *b, unsigned b_channel)
{
	size_t n = a->rate / 20, loudest = 0;
	double most = -1, best = 0;
	long where = -1;

	/* The loudest twentieth of a second within the first four. */
	for (size_t from = 0; from + n < a->frames && from < a->rate * 4;
	     from += n / 2) {
		double sum = 0;

		for (size_t i = from; i < from + n; i++)
			sum += fabs(at(a, a_channel, (long)i));
		if (sum > most) {
			most = sum;
			loudest = from;
		}
	}
	for (size_t i = 0; i + n < b->frames && i < b->rate * 15; i++) {
		long lag = (long)i - (long)loudest;
		double r = sound_correlation(
		    a, a_channel, b, b_channel, lag, loudest, n);

		if (r > best) {
			best = r;
			where = lag;
		}
	}
	return best > 0.7 ? where : -1000000;
}
