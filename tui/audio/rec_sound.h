/* rec_sound - a sound file by libsndfile, for rec_file.c and rec_play.c. */
#ifndef TUI_AUDIO_REC_SOUND_H
#define TUI_AUDIO_REC_SOUND_H

#include "common/err.h"
#include <sndfile.h>
#include <stdint.h>

#define REC_SOUND_FRAMES   4096
#define REC_SOUND_CHANNELS 2

struct rec_sound {
	SNDFILE *file;
	SF_INFO info; /* one or two channels; frames may be a guess */
};

/* For reading, from its begin; the descriptor stays the caller's. */
int rec_sound_open(struct rec_sound *s, int fd, struct err *err);
void rec_sound_close(struct rec_sound *s);
/* At most REC_SOUND_FRAMES; 0 at the end. */
size_t rec_sound_read(struct rec_sound *s, int16_t *out);

#endif
