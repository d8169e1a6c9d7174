/*
 * rec_pa - devices of PortAudio.  The callback copies into the ring and does
 * nothing else: no allocation, no lock, no file.
 */
#include "tui/audio/rec_source.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <portaudio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What the device keeps while this process waits for its turn. */
#define LATENCY_SECONDS 0.4

static bool is_begun;

static int
begin(struct err *err)
{
	PaError rc;

	if (is_begun)
		return 0;
	if ((rc = Pa_Initialize()) != paNoError)
		return err_set(err, OD_EUNAVAIL,
		    "The sound system does not start: %s", Pa_GetErrorText(rc));
	is_begun = true;
	return 0;
}

static const PaDeviceInfo *
input(PaDeviceIndex i)
{
	const PaDeviceInfo *d = Pa_GetDeviceInfo(i);

	return d != NULL && d->maxInputChannels > 0 ? d : NULL;
}

static const char *
api_name(const PaDeviceInfo *d)
{
	const PaHostApiInfo *api = Pa_GetHostApiInfo(d->hostApi);

	return api != NULL ? api->name : "";
}

int
rec_source_list(struct str *out, struct err *err)
{
	struct json_out w;
	int rc = begin(err);

	if (rc != 0)
		return rc;
	json_out_init(&w, out);
	json_out_array(&w, NULL);
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++) {
		const PaDeviceInfo *d = input(i);

		if (d == NULL)
			continue;
		json_out_object(&w, NULL);
		json_out_int(&w, "index", i);
		json_out_string(&w, "name", d->name);
		json_out_string(&w, "api", api_name(d));
		json_out_int(&w, "channels", d->maxInputChannels);
		json_out_int(&w, "sample_rate", (int64_t)d->defaultSampleRate);
		json_out_bool(&w, "default", i == Pa_GetDefaultInputDevice());
		json_out_end(&w, '}');
	}
	json_out_end(&w, ']');
	return 0;
}

static int
no_device(const char *device, struct err *err)
{
	return err_set(err, OD_ENOTFOUND,
	    "There is no sound device \"%s\"; see opdesk recording devices",
	    device);
}

/* By number, by its whole name, or by a part that only one has. */
static int
find(const char *device, PaDeviceIndex *out, struct err *err)
{
	PaDeviceIndex part = paNoDevice;
	bool is_several = false;
	int64_t number;

	if (device[0] == '\0') {
		*out = Pa_GetDefaultInputDevice();
		return *out != paNoDevice ? 0
		                          : err_set(err, OD_EUNAVAIL,
						"There is no microphone; plug "
						"one in or start the sound "
						"server");
	}
	if (str_to_int64(device, 0, Pa_GetDeviceCount() - 1, &number) &&
	    input((PaDeviceIndex)number) != NULL) {
		*out = (PaDeviceIndex)number;
		return 0;
	}
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++) {
		const PaDeviceInfo *d = input(i);

		if (d == NULL)
			continue;
		if (strcmp(d->name, device) == 0) {
			*out = i;
			return 0;
		}
		if (strcasestr(d->name, device) == NULL)
			continue;
		is_several = is_several || part != paNoDevice;
		part = i;
	}
	if (is_several)
		return err_set(err, OD_EUSAGE,
		    "Several sound devices have \"%s\" in their name; "
		    "give all of it",
		    device);
	*out = part;
	return part != paNoDevice ? 0 : no_device(device, err);
}

static int
heard(const void *in, void *out, unsigned long frames,
    const PaStreamCallbackTimeInfo *when, PaStreamCallbackFlags flags,
    void *data)
{
	struct rec_source *s = data;

	(void)out;
	(void)when;
	if ((flags & paInputOverflow) != 0)
		atomic_fetch_add_explicit(
		    &s->overflows, 1, memory_order_relaxed);
	rec_ring_put(&s->ring, in, frames);
	return paContinue;
}

static bool
is_active(struct rec_source *s)
{
	return Pa_IsStreamActive(s->device) == 1;
}

/* One way to open it; the ring is made first, as the callback needs it. */
static PaError
try(struct rec_source *s, PaDeviceIndex i, unsigned channels, unsigned rate)
{
	PaStreamParameters p = {.device = i,
	    .channelCount = (int)channels,
	    .sampleFormat = paInt16,
	    .suggestedLatency = LATENCY_SECONDS};
	const PaStreamInfo *info;
	PaError rc;

	rec_ring_init(&s->ring, channels, (size_t)rate * REC_RING_SECONDS);
	s->rate = rate;
	rc = Pa_OpenStream(&s->device, &p, NULL, rate,
	    paFramesPerBufferUnspecified, paClipOff, heard, s);
	if (rc != paNoError) {
		rec_ring_free(&s->ring);
		return rc;
	}
	info = Pa_GetStreamInfo(s->device);
	s->latency_frames =
	    (unsigned)((info != NULL ? info->inputLatency : LATENCY_SECONDS) *
		       rate);
	return paNoError;
}

/* As asked; else with two channels for one, or at the device's own rate. */
static PaError
try_all(struct rec_source *s, PaDeviceIndex i, const PaDeviceInfo *d,
    unsigned channels, unsigned rate)
{
	unsigned more = channels == 1 && d->maxInputChannels > 1 ? 2 : channels;
	unsigned own = (unsigned)d->defaultSampleRate;
	PaError rc = try(s, i, channels, rate);

	if (rc == paNoError)
		return rc;
	if (more != channels && try(s, i, more, rate) == paNoError)
		return paNoError;
	if (own == rate || own < 8000 || own > 192000)
		return rc;
	if (try(s, i, channels, own) == paNoError)
		return paNoError;
	if (more != channels && try(s, i, more, own) == paNoError)
		return paNoError;
	return rc;
}

int
rec_pa_open(const char *device, unsigned channels, unsigned rate,
    struct rec_source **out, struct err *err)
{
	struct rec_source *s;
	const PaDeviceInfo *d;
	PaDeviceIndex i;
	PaError bad;
	int rc;

	if ((rc = begin(err)) != 0 || (rc = find(device, &i, err)) != 0)
		return rc;
	if ((d = input(i)) == NULL)
		return err_set(err, OD_EUNAVAIL,
		    "The sound device is gone; plug it in again");
	if ((unsigned)d->maxInputChannels < channels)
		return err_set(err, OD_EUNAVAIL,
		    "The sound device \"%s\" has one channel; record mono, or "
		    "name a second device for the customer's side",
		    d->name);
	s = xcalloc(1, sizeof(*s));
	str_copy(s->name, sizeof(s->name), d->name);
	s->is_active = is_active;
	if ((bad = try_all(s, i, d, channels, rate)) == paNoError)
		bad = Pa_StartStream(s->device);
	if (bad != paNoError) {
		rc = err_set(err, OD_EUNAVAIL,
		    "The sound device \"%s\" does not open: %s", s->name,
		    Pa_GetErrorText(bad));
		free(s);
		return rc;
	}
	*out = s;
	return 0;
}

int
rec_source_open(const char *device, unsigned channels, unsigned rate,
    struct rec_source **out, struct err *err)
{
	*out = NULL;
	if (strcmp(device, REC_TONE) == 0)
		return rec_tone_open(channels, rate, out, err);
	return rec_pa_open(device, channels, rate, out, err);
}
