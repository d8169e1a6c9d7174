/*
 * capture - a recorder of ours from a loop: start, pause, mark, stop.
 *
 * The sound runs in opdesk-recorder, which is given the file's descriptor and a
 * socket; here is only what it says.  Should it hang, abort or be killed, the
 * file it wrote into is right to within a second, and CAPTURE_ENDED comes all
 * the same, once.  The loop's thread only.
 */
#ifndef TUI_AUDIO_CAPTURE_H
#define TUI_AUDIO_CAPTURE_H

#include "common/err.h"
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

enum capture_state {
	CAPTURE_IS_STARTING, /* until the first sound */
	CAPTURE_IS_RUNNING,
	CAPTURE_IS_PAUSED,
	CAPTURE_IS_ENDING,
	CAPTURE_IS_OVER,
};

enum capture_kind {
	CAPTURE_STARTED, /* device, rate and channels are known */
	CAPTURE_LEVELS,
	CAPTURE_PAUSED,     /* from at_us on there is silence */
	CAPTURE_RESUMED,    /* from at_us on there is sound */
	CAPTURE_LONG_PAUSE, /* paused for CAPTURE_PAUSE_ASK_S: ask */
	CAPTURE_MARK,
	CAPTURE_CLIPPING, /* too loud, from at_us to until_us */
	CAPTURE_STALLED,  /* no sound comes; it is waited for */
	CAPTURE_FLOWING,  /* it comes again */
	CAPTURE_ENDED,    /* the file is closed, the process gone */
};

#define CAPTURE_PAUSE_ASK_S 120
#define CAPTURE_FULL_SCALE  32768

struct capture_event {
	enum capture_kind kind;
	int64_t at_us, until_us; /* in the recording */
};

struct capture_facts {
	enum capture_state state;
	char device[128], second[128]; /* "" when there is no second one */
	int rate, channels;            /* as it is recorded */
	int peak[2], rms[2];           /* of the last levels, to 32768 */
	int64_t at_us;                 /* how long it is, by the last report */
	int64_t paused_us;             /* where it was paused */
	bool is_stalled;
	/* when it is over */
	int64_t duration_us;      /* -1: the recorder was killed */
	int highest, loudest;     /* peak; greatest mean over a short while */
	int64_t lost_frames;      /* silence where sound was lost */
	char reason[16];          /* "stop", "closed", "device", "disk", ... */
	int code;                 /* 0, or the OD_* of text */
	char text[ERR_TEXT_SIZE]; /* what went wrong, "" */
};

struct capture_options {
	const char *program; /* NULL: opdesk-recorder beside this program */
	const char *device;  /* "" for the default */
	const char *second;  /* NULL: one device */
	int rate, channels;
	int file;   /* open for writing; needed until capture_start returns */
	int log_fd; /* -1: what the libraries say is lost */
	int levels_ms; /* a report of levels that often; 0 never */
	int ask_ms;    /* until CAPTURE_LONG_PAUSE; 0: CAPTURE_PAUSE_ASK_S */
};

struct capture;
typedef void capture_fn(
    struct capture *c, const struct capture_event *e, void *data);

/*
 * OD_EUNAVAIL when the program cannot be started.  fn is called from the loop,
 * and may free.
 */
int capture_start(uv_loop_t *loop, const struct capture_options *o,
    capture_fn *fn, void *data, struct capture **out, struct err *err);
const struct capture_facts *capture_facts(const struct capture *c);
/* Nothing before it has begun and when it is over. */
void capture_pause(struct capture *c);
void capture_resume(struct capture *c);
void capture_mark(struct capture *c);
void capture_levels(struct capture *c, int every_ms);
/* The end comes as CAPTURE_ENDED; a recorder that hangs is killed. */
void capture_stop(struct capture *c);
/* At once, whatever it does: what it wrote is right to within a second. */
void capture_kill(struct capture *c);
/* No more calls of fn; the recorder closes its file by itself. */
void capture_free(struct capture **c);

/* Decibels below full scale of 0..32768: 0 and less; -96 for silence. */
int capture_decibels(int level);

#endif
