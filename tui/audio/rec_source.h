/*
 * rec_source - where sound comes from: a device of PortAudio, or a tone.
 *
 * The device's own thread puts into the ring; all else is the writer's.  The
 * libraries below may hang or abort, which is why they run in a process of
 * their own and are never asked to stop: the file is closed first, then the
 * process ends.
 */
#ifndef TUI_AUDIO_REC_SOURCE_H
#define TUI_AUDIO_REC_SOURCE_H

#include "common/err.h"
#include "common/str.h"
#include "tui/audio/rec_ring.h"
#include <stdbool.h>

#define REC_TONE         "tone" /* the device that needs no sound card */
#define REC_RING_SECONDS 8

struct rec_source {
	struct rec_ring ring; /* of as many channels as the device gives */
	char name[128];       /* of the device, safe text */
	unsigned rate;
	unsigned latency_frames;    /* from the microphone to the ring */
	_Atomic unsigned overflows; /* blocks that the device lost */
	bool (*is_active)(struct rec_source *s);
	void *device; /* the library's */
};

/*
 * Open and start.  device: a name or a part of it that only one has, its
 * number in the list, "" for the default, or REC_TONE.  What the device does
 * not offer it may give otherwise: two channels for one, its own rate; look at
 * ring.channels and rate.  OD_ENOTFOUND (no such device), OD_EUNAVAIL (none at
 * all, in use, or it refuses).  *out lives until the process ends.
 */
int rec_source_open(const char *device, unsigned channels, unsigned rate,
    struct rec_source **out, struct err *err);
/* A JSON array of what can be recorded from; [] when there is nothing. */
int rec_source_list(struct str *out, struct err *err);

/* Of rec_tone.c and rec_pa.c. */
int rec_tone_open(
    unsigned channels, unsigned rate, struct rec_source **out, struct err *err);
int rec_pa_open(const char *device, unsigned channels, unsigned rate,
    struct rec_source **out, struct err *err);

#endif
