/*
 * playback - a recording that is played, from a loop: pause, jump, speed.
 *
 * The sound runs in opdesk-recorder, which is given the file's descriptor and a
 * socket; here is only what it says.  Should it hang or be killed, the end is
 * told all the same, once.  The loop's thread only.
 */
#ifndef TUI_AUDIO_PLAYBACK_H
#define TUI_AUDIO_PLAYBACK_H

#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define PLAYBACK_PEAKS    240 /* columns of the picture that comes with it */
#define PLAYBACK_SLOWEST  75  /* percent */
#define PLAYBACK_FASTEST  200
#define PLAYBACK_SPEED_BY 25

struct playback_facts {
	bool has_begun, is_paused, is_over;
	int64_t at_us, duration_us;   /* duration 0: not known yet */
	int speed;                    /* percent */
	int channels;                 /* 0: no picture yet */
	int peaks[2][PLAYBACK_PEAKS]; /* to 32768 */
	int code;                     /* when over: 0, or the OD_* of text */
	char text[ERR_TEXT_SIZE];     /* what went wrong, "" */
};

struct playback;
/* There is something new in its facts; it may free the playback. */
typedef void playback_fn(struct playback *p, void *data);

/*
 * file: open for reading, needed until this returns.  device: "" for the
 * default.  program: NULL for opdesk-recorder beside this program.
 * OD_EUNAVAIL when the program cannot be started.
 */
int playback_start(uv_loop_t *loop, const char *program, int file,
    const char *device, playback_fn *fn, void *data, struct playback **out,
    struct err *err);
const struct playback_facts *playback_facts(const struct playback *p);
/* Nothing of these once it is over. */
void playback_pause(struct playback *p, bool is_paused);
/* Cut to the recording. */
void playback_seek(struct playback *p, int64_t at_us);
/* Cut to slowest and fastest. */
void playback_speed(struct playback *p, int percent);
/* No more calls of fn; the player falls silent by itself. */
void playback_free(struct playback **p);

#endif
