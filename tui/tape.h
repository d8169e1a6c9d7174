/*
 * tape - the console's recorder: what it does now, and whether it begins and
 * ends by itself.
 *
 * One call is recorded at a time, on whatever screen the operator is.  The
 * sound runs in a process of its own and rows are the worker's, so nothing
 * here waits; whatever becomes of either, the call goes on.  Loop thread only.
 */
#ifndef TUI_TAPE_H
#define TUI_TAPE_H

#include "tui/audio/capture.h"
#include "tui/model/model_tape.h"

struct app;

enum tape_state {
	TAPE_IDLE,
	TAPE_WAITING,   /* every call is recorded: until there is sound again */
	TAPE_PREPARING, /* consent and row are being kept */
	TAPE_STARTING,  /* until the first sound */
	TAPE_RUNNING,
	TAPE_PAUSING, /* silence was asked for */
	TAPE_PAUSED,
	TAPE_ENDING, /* until the file is closed */
};

struct tape_keeping; /* one that has ended, until it is kept */

struct tape {
	enum tape_state state;
	struct tape_begin now; /* what is recorded: its row, rate, channels */
	int64_t call_id;       /* of what is recorded, or was last */
	struct capture *capture;
	struct loop_timer *obeys; /* a pause that is not answered */
	int64_t paused_us;        /* where, in the recording */
	int64_t paused_at;        /* when, wall */
	bool asks;                /* the pause is long: whether to go on */
	bool is_early;            /* silence from the begin on, or to be */
	int64_t clipped_at[2];    /* wall; 0: never */
	struct tape_look look;
	bool known, looking, again;
	int64_t done_call; /* not to be begun by itself any more */
	/* What became of the last one of call_id, "" when nothing is to be
	 * said; and whether that is bad. */
	char end[ERR_TEXT_SIZE + 80];
	bool is_bad;
	/* While it waits (tape_again.c). */
	struct loop_timer *again_at;
	int64_t again_us;    /* when it is tried, monotonic; 0: now */
	struct capture *ear; /* listens whether there is sound */
	int64_t again_call;  /* whose tries are counted */
	int tries;
	size_t keepings; /* conversions and rows under way */
	struct tape_keeping *first;
	void (*finished)(struct app *app);
	struct loop_timer *limit; /* of the console's end */
};

/* Which calls are recorded here; CALL_RECORD_NEVER before it is known. */
enum call_record tape_mode(const struct app *app);
/* Something of the last or the present recording of this call. */
static inline bool
tape_is_on(const struct tape *t)
{
	return t->state != TAPE_IDLE;
}
/* Silence is written, or was asked for. */
static inline bool
tape_is_silent(const struct tape *t)
{
	return t->state == TAPE_PAUSING || t->state == TAPE_PAUSED ||
	       (t->state == TAPE_WAITING && t->is_early);
}
/* How much of it is there. */
int64_t tape_length_us(const struct tape *t);
/* Whole hours that the disk lasts; -1: not known. */
int tape_hours_left(const struct app *app);

/* The desk changed, or somebody came in: look what is to be done. */
void tape_refresh(struct app *app);
/* "● REC 03:12  " when it runs, appended. */
void tape_status(const struct app *app, struct str *out);

/*
 * Record the call.  consent CONSENT_NOT_ASKED: as the call has it, else it is
 * kept first.  Nothing while another one runs or is waited for.
 */
void tape_begin(struct app *app, int64_t call_id, enum call_consent consent);
void tape_stop(struct app *app);
void tape_pause(struct app *app);
void tape_resume(struct app *app);
void tape_mark(struct app *app);
/* While it waits: try it now.  And the whole seconds until it is, 0: now. */
void tape_again(struct app *app);
int tape_again_seconds(const struct tape *t);

/*
 * The console ends: what runs is stopped and kept, in two seconds at most
 * (what takes longer is found by the next start); then finished(app).
 */
void tape_finish(struct app *app, void (*finished)(struct app *app));

#endif
