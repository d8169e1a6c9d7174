/* rec_file - see rec_file.h. */
#include "tui/audio/rec_file.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/xalloc.h"
#include "tui/audio/rec_sound.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALIKE     0.8 /* the least correlation of Opus with its source */
#define QUIET     30  /* a mean below this is not compared */
#define OFF_BY_MS 100 /* what Opus may be longer or shorter */

static int
format_of(const struct rec_options *o)
{
	return strcmp(o->format, "flac") == 0
	           ? SF_FORMAT_FLAC | SF_FORMAT_PCM_16
	           : SF_FORMAT_OGG | SF_FORMAT_OPUS;
}

static int
copy(const struct rec_options *o, struct err *err)
{
	int16_t block[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	SF_INFO info = {.format = format_of(o)};
	struct rec_sound from;
	SNDFILE *to = NULL;
	size_t n;
	int rc;

	if ((rc = rec_sound_open(&from, REC_FILE_FD, err)) != 0)
		return rc;
	info.samplerate = from.info.samplerate;
	info.channels = from.info.channels;
	if (ftruncate(REC_NEW_FD, 0) != 0)
		rc =
		    err_set(err, OD_EIO, "The recording cannot be written: %m");
	else if ((to = sf_open_fd(REC_NEW_FD, SFM_WRITE, &info, SF_FALSE)) ==
		 NULL)
		rc = err_set(err, OD_EDATA,
		    "A recording of %d Hz cannot be kept as %s: %s",
		    from.info.samplerate, o->format, sf_strerror(NULL));
	while (rc == 0 && (n = rec_sound_read(&from, block)) > 0)
		if (sf_writef_short(to, block, (sf_count_t)n) != (sf_count_t)n)
			rc = err_set(err, OD_EIO,
			    "The recording cannot be written: %s",
			    sf_strerror(to));
	rec_sound_close(&from);
	if (to != NULL && sf_close(to) != 0 && rc == 0)
		rc = err_set(err, OD_EIO, "The recording cannot be written: %s",
		    o->format);
	if (rc == 0 && fsync(REC_NEW_FD) != 0)
		rc =
		    err_set(err, OD_EIO, "The recording cannot be written: %m");
	return rc;
}

struct likeness {
	double aa, bb, ab; /* sums of products */
	uint64_t frames[2];
	uint64_t differing;
};

static void
add_likeness(struct likeness *l, const int16_t *a, const int16_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		l->aa += (double)a[i] * a[i];
		l->bb += (double)b[i] * b[i];
		l->ab += (double)a[i] * b[i];
		l->differing += a[i] != b[i];
	}
}

/* Both to their ends: frames that only one has count as such. */
static void
read_both(struct rec_sound *a, struct rec_sound *b, struct likeness *l)
{
	int16_t one[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	int16_t two[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	size_t n, m, both;

	do {
		n = rec_sound_read(a, one);
		m = rec_sound_read(b, two);
		both = n < m ? n : m;
		add_likeness(l, one, two, both * (size_t)a->info.channels);
		l->frames[0] += n;
		l->frames[1] += m;
	} while (n > 0 || m > 0);
}

static int
judge(const struct rec_options *o, const struct likeness *l, int rate,
    struct err *err)
{
	int64_t off = llabs((int64_t)l->frames[0] - (int64_t)l->frames[1]);
	double quiet = (double)l->frames[0] * QUIET * QUIET;
	bool is_right;

	if (strcmp(o->format, "flac") == 0)
		is_right = off == 0 && l->differing == 0;
	else
		is_right =
		    off * 1000 <= (int64_t)rate * OFF_BY_MS &&
		    (l->aa < quiet || l->ab >= ALIKE * sqrt(l->aa * l->bb));
	if (is_right)
		return 0;
	return err_set(err, OD_EDATA,
	    "The recording does not come out of %s as it went in; it stays as "
	    "it is",
	    o->format);
}

static int
compare(const struct rec_options *o, struct str *out, struct err *err)
{
	struct likeness l = {.aa = 0};
	struct rec_sound a, b;
	struct json_out w;
	struct stat st;
	int rc;

	if ((rc = rec_sound_open(&a, REC_FILE_FD, err)) != 0)
		return rc;
	if ((rc = rec_sound_open(&b, REC_NEW_FD, err)) != 0) {
		rec_sound_close(&a);
		return rc;
	}
	if (a.info.channels == b.info.channels)
		read_both(&a, &b, &l);
	else
		l.frames[1] = UINT32_MAX;
	rc = judge(o, &l, a.info.samplerate, err);
	if (rc == 0 && fstat(REC_NEW_FD, &st) == 0) {
		json_out_init(&w, out);
		json_out_object(&w, NULL);
		json_out_string(&w, "format", o->format);
		json_out_int(&w, "bytes", st.st_size);
		json_out_int(&w, "frames", (int64_t)l.frames[1]);
		json_out_int(&w, "sample_rate", b.info.samplerate);
		json_out_int(&w, "channels", b.info.channels);
		json_out_end(&w, '}');
	}
	rec_sound_close(&a);
	rec_sound_close(&b);
	return rc;
}

int
rec_convert(const struct rec_options *o, struct str *out, struct err *err)
{
	int rc = copy(o, err);

	return rc == 0 ? compare(o, out, err) : rc;
}

/* ---- what is drawn ---- */

/* Frames by reading: what a file says of its length may be a guess. */
static uint64_t
count_frames(struct rec_sound *s)
{
	int16_t block[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	uint64_t frames = 0;
	size_t n;

	while ((n = rec_sound_read(s, block)) > 0)
		frames += n;
	return frames;
}

static void
find_peaks(struct rec_sound *s, uint64_t frames, unsigned columns, int *peaks)
{
	int16_t block[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	size_t channels = (size_t)s->info.channels, n;
	uint64_t at = 0;

	while ((n = rec_sound_read(s, block)) > 0 && at < frames)
		for (size_t i = 0; i < n && at < frames; i++, at++)
			for (size_t c = 0; c < channels; c++) {
				int v = abs((int)block[i * channels + c]);
				int *p = &peaks[at * columns / frames *
						    REC_SOUND_CHANNELS +
						c];

				if (v > *p)
					*p = v;
			}
}

int
rec_peaks_add(unsigned columns, struct json_out *w, struct err *err)
{
	struct rec_sound s;
	uint64_t frames;
	int *peaks, rc;

	if ((rc = rec_sound_open(&s, REC_FILE_FD, err)) != 0)
		return rc;
	frames = count_frames(&s);
	rec_sound_close(&s);
	if ((rc = rec_sound_open(&s, REC_FILE_FD, err)) != 0)
		return rc;
	peaks = xcalloc((size_t)columns * REC_SOUND_CHANNELS, sizeof(*peaks));
	find_peaks(&s, frames, columns, peaks);
	json_out_int(w, "sample_rate", s.info.samplerate);
	json_out_int(w, "channels", s.info.channels);
	json_out_int(w, "duration_us",
	    (int64_t)frames * US_PER_SECOND / s.info.samplerate);
	json_out_array(w, "peaks");
	for (int c = 0; c < s.info.channels; c++) {
		json_out_array(w, NULL);
		for (unsigned i = 0; i < columns; i++)
			json_out_int(w, NULL,
			    peaks[i * REC_SOUND_CHANNELS + (unsigned)c]);
		json_out_end(w, ']');
	}
	json_out_end(w, ']');
	free(peaks);
	rec_sound_close(&s);
	return 0;
}

int
rec_peaks(const struct rec_options *o, struct str *out, struct err *err)
{
	struct json_out w;
	int rc;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	rc = rec_peaks_add(o->peaks, &w, err);
	json_out_end(&w, '}');
	return rc;
}
