/*
 * rec_play - a recording through the speaker, see rec_file.h.
 *
 * At another speed the pitch changes with it.
 */
#include "tui/audio/rec_control.h"
#include "tui/audio/rec_file.h"
#include "tui/audio/rec_run.h"
#include "tui/audio/rec_sound.h"
#include "common/clock.h"
#include "common/i18n.h"
#include <portaudio.h>
#include <string.h>

#define BLOCK_MS  50
#define REPORT_MS 200
#define LATENCY_S 0.2 /* what a busy machine does not interrupt */

struct player {
	struct rec_control control;
	struct rec_sound sound;
	PaStream *stream;
	bool is_paused, must_stop, is_at_end;
	int64_t frame; /* that is read next */
	int64_t speed; /* percent */
	int64_t reported_us;
};

static int64_t
frame_us(const struct player *p, int64_t frame)
{
	return frame * US_PER_SECOND / p->sound.info.samplerate;
}

static void
report(struct player *p, const char *event)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, event);
	json_out_int(&w, "at_us", frame_us(p, p->frame));
	rec_control_end(&p->control, &w, &s);
	p->reported_us = clock_mono_us();
}

static void
obey(const struct rec_command *cmd, void *data)
{
	struct player *p = data;

	switch (cmd->word) {
	case REC_PAUSE:
		p->is_paused = true;
		break;
	case REC_RESUME:
		p->is_paused = false;
		break;
	case REC_SEEK:
		p->frame = cmd->value * p->sound.info.samplerate / 1000;
		if (sf_seek(p->sound.file, p->frame, SEEK_SET) < 0)
			p->is_at_end = true;
		break;
	case REC_SPEED:
		if (cmd->value >= 50 && cmd->value <= 200)
			p->speed = cmd->value;
		break;
	case REC_STOP:
		p->must_stop = true;
		break;
	case REC_MARK:
	case REC_LEVELS:
	case REC_UNKNOWN:
		break;
	}
	report(p, "position");
}

static int
open_output(struct player *p, const char *device, struct err *err)
{
	PaStreamParameters to = {.device = paNoDevice,
	    .channelCount = p->sound.info.channels,
	    .sampleFormat = paInt16,
	    .suggestedLatency = LATENCY_S};
	PaError rc = Pa_Initialize();

	if (rc == paNoError && device[0] == '\0')
		to.device = Pa_GetDefaultOutputDevice();
	for (PaDeviceIndex i = 0;
	     rc == paNoError && device[0] != '\0' && i < Pa_GetDeviceCount();
	     i++) {
		const PaDeviceInfo *d = Pa_GetDeviceInfo(i);

		if (d->maxOutputChannels > 0 &&
		    strstr(d->name, device) != NULL && to.device == paNoDevice)
			to.device = i;
	}
	if (rc == paNoError && to.device == paNoDevice)
		return err_set(err, OD_EUNAVAIL,
		    "There is no loudspeaker to play into; plug one in or "
		    "start the sound server");
	if (rc == paNoError)
		rc = Pa_OpenStream(&p->stream, NULL, &to,
		    p->sound.info.samplerate, paFramesPerBufferUnspecified,
		    paClipOff, NULL, NULL);
	if (rc == paNoError)
		rc = Pa_StartStream(p->stream);
	if (rc == paNoError)
		return 0;
	return err_set(err, OD_EUNAVAIL, "The recording cannot be played: %s",
	    Pa_GetErrorText(rc));
}

/* So many frames of the file become fewer or more, by their nearest one. */
static size_t
stretch(const struct player *p, const int16_t *in, size_t n, int16_t *out)
{
	size_t channels = (size_t)p->sound.info.channels;
	size_t speed = (size_t)p->speed, m = n * 100 / speed;

	for (size_t i = 0; i < m; i++)
		memcpy(out + i * channels, in + i * speed / 100 * channels,
		    channels * sizeof(*out));
	return m;
}

static int
play_block(struct player *p, struct err *err)
{
	int16_t in[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	int16_t out[2 * REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	int64_t want = p->sound.info.samplerate * BLOCK_MS / 1000;
	sf_count_t n;
	PaError rc;

	if (want > REC_SOUND_FRAMES)
		want = REC_SOUND_FRAMES;
	n = sf_readf_short(p->sound.file, in, want);
	if (n <= 0) {
		p->is_at_end = true;
		return 0;
	}
	p->frame += n;
	rc = Pa_WriteStream(p->stream, out, stretch(p, in, (size_t)n, out));
	if (rc == paNoError || rc == paOutputUnderflowed)
		return 0;
	return err_set(err, OD_EUNAVAIL, "The recording cannot be played: %s",
	    Pa_GetErrorText(rc));
}

/*
 * What is still on its way to the ear: some sound systems forget what they
 * hold when they are stopped, whatever they promise.
 */
static void
follow_with_silence(struct player *p)
{
	static const int16_t silence[REC_SOUND_FRAMES * REC_SOUND_CHANNELS];
	int64_t left = (int64_t)(p->sound.info.samplerate * 2 * LATENCY_S);

	for (; left > 0 && !rec_must_stop; left -= REC_SOUND_FRAMES) {
		PaError rc =
		    Pa_WriteStream(p->stream, silence, REC_SOUND_FRAMES);

		/* One that comes late is no end either. */
		if (rc != paNoError && rc != paOutputUnderflowed)
			return;
	}
}

static int
play(struct player *p, struct err *err)
{
	int rc = 0;

	report(p, "started");
	while (rc == 0 && !p->must_stop && !p->control.is_gone &&
	       !p->is_at_end && !rec_must_stop) {
		rec_control_wait(
		    &p->control, p->is_paused ? BLOCK_MS : 0, obey, p);
		if (!p->is_paused)
			rc = play_block(p, err);
		if (clock_mono_us() - p->reported_us >= REPORT_MS * US_PER_MS)
			report(p, "position");
	}
	if (rc == 0 && p->is_at_end) {
		follow_with_silence(p);
		Pa_StopStream(p->stream);
	}
	report(p, "ended");
	return rc;
}

/* What it looks like, before anything is heard. */
static int
show(struct player *p, unsigned columns, struct err *err)
{
	struct str s = STR_INIT;
	struct json_out w;
	int rc;

	rec_control_event(&w, &s, "peaks");
	rc = rec_peaks_add(columns, &w, err);
	if (rc == 0)
		rec_control_end(&p->control, &w, &s);
	str_free(&s);
	return rc;
}

static void
report_failure(struct player *p, int rc, const struct err *err)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, "failed");
	json_out_int(&w, "status", err_exit_status(rc));
	json_out_string(&w, "text", err->text);
	rec_control_end(&p->control, &w, &s);
}

int
rec_play(const struct rec_options *o, struct err *err)
{
	struct player p = {.speed = 100};
	int rc = 0;

	rec_control_init(&p.control, REC_CONTROL_FD);
	if (o->peaks > 0)
		rc = show(&p, o->peaks, err);
	if (rc == 0 && (rc = rec_sound_open(&p.sound, REC_FILE_FD, err)) == 0 &&
	    (rc = open_output(&p, o->device, err)) == 0)
		rc = play(&p, err);
	if (rc != 0)
		report_failure(&p, rc, err);
	rec_control_drain(&p.control, 1000);
	rec_control_free(&p.control);
	rec_sound_close(&p.sound);
	return rc;
}
