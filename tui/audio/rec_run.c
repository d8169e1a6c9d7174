/* rec_run - see rec_run.h. */
#include "tui/audio/rec_run.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "tui/audio/rec_control.h"
#include "tui/audio/rec_mix.h"
#include "tui/audio/rec_out.h"
#include "tui/audio/rec_source.h"
#include <math.h>

#define TURN_MS  50
#define BEGIN_MS 5000 /* until the first sound arrives */
#define STALL_MS 1000 /* without sound: it is said */
#define GONE_MS  5000 /* without sound: the device is given up */

volatile sig_atomic_t rec_must_stop;

struct rec {
	const struct rec_options *options;
	struct rec_control control;
	struct rec_source *sources[2];
	unsigned nsources;
	struct rec_mix mix;
	struct rec_out out;
	bool must_stop, is_stalled;
	int64_t moved_us; /* when sound last came, monotonic */
	int64_t levels_ms, levels_us;
	int64_t clip_from_us, clip_until_us; /* in the file; until 0: none */
	uint64_t clipped;
};

static int64_t
file_us(const struct rec *r, uint64_t frames)
{
	return (int64_t)(frames * US_PER_SECOND / r->mix.rate);
}

static void
say_at(struct rec *r, const char *event, uint64_t frames)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, event);
	json_out_int(&w, "at_us", file_us(r, frames));
	rec_control_end(&r->control, &w, &s);
}

static void
say_started(struct rec *r)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, "started");
	json_out_string(&w, "device", r->sources[0]->name);
	if (r->nsources == 2)
		json_out_string(&w, "second", r->sources[1]->name);
	json_out_int(&w, "rate", r->mix.rate);
	json_out_int(&w, "channels", r->mix.channels);
	rec_control_end(&r->control, &w, &s);
}

static void
say_clipping(struct rec *r)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, "clipping");
	json_out_int(&w, "at_us", r->clip_from_us);
	json_out_int(&w, "until_us", r->clip_until_us);
	json_out_int(&w, "samples", (int64_t)r->clipped);
	rec_control_end(&r->control, &w, &s);
	r->clip_until_us = 0;
	r->clipped = 0;
}

static void
say_levels(struct rec *r, const struct rec_level *l, uint64_t frames)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, "levels");
	json_out_int(&w, "at_us", file_us(r, r->mix.frames));
	json_out_array(&w, "peak");
	for (unsigned c = 0; c < r->mix.channels; c++)
		json_out_int(&w, NULL, l[c].peak);
	json_out_end(&w, ']');
	json_out_array(&w, "rms");
	for (unsigned c = 0; c < r->mix.channels; c++)
		json_out_int(&w, NULL,
		    frames == 0 ? 0
				: (int64_t)sqrt(l[c].squares / (double)frames));
	json_out_end(&w, ']');
	rec_control_end(&r->control, &w, &s);
}

static void
say_ended(struct rec *r, const char *reason)
{
	uint64_t lost = 0, overflows = 0;
	struct str s = STR_INIT;
	struct json_out w;

	for (unsigned i = 0; i < r->nsources; i++) {
		lost += atomic_load(&r->sources[i]->ring.lost);
		overflows += atomic_load(&r->sources[i]->overflows);
	}
	rec_control_event(&w, &s, "ended");
	json_out_string(&w, "reason", reason);
	json_out_int(&w, "duration_us", rec_out_us(&r->out));
	json_out_int(&w, "bytes", (int64_t)r->out.bytes);
	json_out_int(&w, "peak", r->mix.peak);
	json_out_int(&w, "loudest", r->mix.loudest);
	json_out_int(&w, "lost_frames", (int64_t)lost);
	json_out_int(&w, "overflows", (int64_t)overflows);
	json_out_int(&w, "skipped_frames", (int64_t)r->mix.skipped);
	rec_control_end(&r->control, &w, &s);
}

static void
say_failed(struct rec *r, const struct err *err)
{
	struct str s = STR_INIT;
	struct json_out w;

	rec_control_event(&w, &s, "failed");
	json_out_int(&w, "status", err_exit_status(err->code));
	json_out_string(&w, "text", err->text);
	rec_control_end(&r->control, &w, &s);
}

static void
obey(const struct rec_command *cmd, void *data)
{
	struct rec *r = data;

	switch (cmd->word) {
	case REC_PAUSE:
		rec_mix_pause(&r->mix);
		say_at(r, "paused", r->mix.frames);
		return;
	case REC_RESUME:
		rec_mix_resume(&r->mix, r->sources[0]->latency_frames);
		say_at(r, "resumed",
		    r->mix.silent_until > r->mix.frames ? r->mix.silent_until
							: r->mix.frames);
		return;
	case REC_MARK:
		say_at(r, "mark", r->mix.frames + rec_mix_ready(&r->mix));
		return;
	case REC_LEVELS:
		r->levels_ms = cmd->value;
		return;
	case REC_STOP:
		r->must_stop = true;
		return;
	case REC_SEEK:
	case REC_SPEED:
	case REC_UNKNOWN:
		say_at(r, "refused", r->mix.frames);
		return;
	}
}

/* Before it has begun there is nothing to pause; only an end is heard. */
static void
obey_early(const struct rec_command *cmd, void *data)
{
	struct rec *r = data;

	if (cmd->word == REC_STOP)
		r->must_stop = true;
	else if (cmd->word == REC_LEVELS)
		r->levels_ms = cmd->value;
	else if (cmd->word == REC_PAUSE)
		r->mix.is_paused = true;
	else if (cmd->word == REC_RESUME)
		r->mix.is_paused = false;
}

static bool
is_over(const struct rec *r)
{
	return r->must_stop || r->control.is_gone || rec_must_stop;
}

static int
no_sound(struct rec *r, struct err *err)
{
	return err_set(err, OD_EUNAVAIL,
	    "No sound comes from \"%s\"; look whether it is muted or another "
	    "program has it",
	    r->sources[0]->name);
}

static int
open_sources(struct rec *r, struct err *err)
{
	const struct rec_options *o = r->options;
	unsigned each = o->second != NULL ? 1 : o->channels;
	int rc;

	rc = rec_source_open(o->device, each, o->rate, &r->sources[0], err);
	if (rc != 0)
		return rc;
	r->nsources = 1;
	if (o->second == NULL)
		return 0;
	rc = rec_source_open(
	    o->second, 1, r->sources[0]->rate, &r->sources[1], err);
	if (rc != 0)
		return rc;
	r->nsources = 2;
	if (r->sources[1]->rate != r->sources[0]->rate)
		return err_set(err, OD_EUNAVAIL,
		    "The two sound devices have no rate in common: %u and %u "
		    "Hz",
		    r->sources[0]->rate, r->sources[1]->rate);
	return 0;
}

/* Until every device gave its first sound. */
static int
begin(struct rec *r, struct err *err)
{
	int64_t until_us = clock_mono_us() + BEGIN_MS * US_PER_MS;
	bool was_paused;
	int rc;

	if ((rc = open_sources(r, err)) != 0)
		return rc;
	was_paused = r->mix.is_paused;
	rec_mix_init(&r->mix, &r->sources[0]->ring,
	    r->nsources == 2 ? &r->sources[1]->ring : NULL,
	    r->options->channels, r->sources[0]->rate);
	r->mix.is_paused = was_paused;
	while (rec_mix_ready(&r->mix) == 0 && !is_over(r)) {
		if (clock_mono_us() > until_us)
			return no_sound(r, err);
		rec_control_wait(&r->control, TURN_MS / 5, obey_early, r);
	}
	rec_mix_align(&r->mix);
	rc = rec_out_begin(&r->out, REC_FILE_FD, r->mix.rate, r->mix.channels,
	    clock_mono_us(), err);
	if (rc == 0)
		say_started(r);
	r->moved_us = clock_mono_us();
	return rc;
}

static void
tend_levels(struct rec *r, int64_t now_us)
{
	int64_t every_ms = r->levels_ms > 0 ? r->levels_ms : STALL_MS;
	struct rec_level l[2];
	int64_t begun_us;
	uint64_t frames;

	if (now_us - r->levels_us < every_ms * US_PER_MS)
		return;
	r->levels_us = now_us;
	rec_mix_levels(&r->mix, l, &frames);
	begun_us = file_us(r, r->mix.frames - frames);
	if (l[0].clipped + l[1].clipped > 0) {
		if (r->clip_until_us == 0)
			r->clip_from_us = begun_us;
		r->clip_until_us = file_us(r, r->mix.frames);
		r->clipped += l[0].clipped + l[1].clipped;
	}
	if (r->clip_until_us != 0 &&
	    file_us(r, r->mix.frames) - r->clip_until_us >= US_PER_SECOND)
		say_clipping(r);
	if (r->levels_ms > 0)
		say_levels(r, l, frames);
}

/* OD_EUNAVAIL when no sound came for long: unplugged, or its server died. */
static int
watch(struct rec *r, size_t moved, int64_t now_us, struct err *err)
{
	bool is_active = true;

	if (moved > 0) {
		r->moved_us = now_us;
		if (r->is_stalled)
			say_at(r, "flowing", r->mix.frames);
		r->is_stalled = false;
		return 0;
	}
	for (unsigned i = 0; i < r->nsources; i++)
		is_active =
		    is_active && r->sources[i]->is_active(r->sources[i]);
	if (!is_active || now_us - r->moved_us > GONE_MS * US_PER_MS)
		return err_set(err, OD_EUNAVAIL,
		    "The sound device \"%s\" is gone; what it gave is kept",
		    r->sources[0]->name);
	if (!r->is_stalled && now_us - r->moved_us > STALL_MS * US_PER_MS) {
		r->is_stalled = true;
		say_at(r, "stalled", r->mix.frames);
	}
	return 0;
}

static int
write_ready(struct rec *r, size_t *moved, struct err *err)
{
	int16_t block[REC_MIX_FRAMES * 2];
	size_t n;
	int rc;

	*moved = 0;
	while ((n = rec_mix_take(&r->mix, block)) > 0) {
		*moved += n;
		if ((rc = rec_out_add(&r->out, block, n, err)) != 0)
			return rc;
	}
	return 0;
}

static int
turn(struct rec *r, struct err *err)
{
	int64_t now_us;
	size_t moved;
	int rc;

	rec_control_wait(&r->control, TURN_MS, obey, r);
	if ((rc = write_ready(r, &moved, err)) != 0)
		return rc;
	now_us = clock_mono_us();
	if ((rc = rec_out_tend(&r->out, now_us, err)) != 0)
		return rc;
	tend_levels(r, now_us);
	return is_over(r) ? 0 : watch(r, moved, now_us, err);
}

static const char *
reason(const struct rec *r, int rc)
{
	if (rc == OD_EUNAVAIL)
		return "device";
	if (rc == OD_ELIMIT)
		return "length";
	if (rc != 0)
		return "disk";
	return r->must_stop ? "stop" : r->control.is_gone ? "closed" : "signal";
}

int
rec_run(const struct rec_options *o, struct err *err)
{
	struct rec r = {.options = o};
	int rc, end;

	rec_control_init(&r.control, REC_CONTROL_FD);
	if ((rc = begin(&r, err)) != 0) {
		say_failed(&r, err);
	} else {
		while (rc == 0 && !is_over(&r))
			rc = turn(&r, err);
		/* What is there is told of, also after an error. */
		end = rec_out_end(&r.out, rc == 0 ? err : NULL);
		rc = rc == 0 ? end : rc;
		if (r.clip_until_us != 0)
			say_clipping(&r);
		if (rc != 0)
			say_failed(&r, err);
		say_ended(&r, reason(&r, rc));
	}
	rec_control_drain(&r.control, 1000);
	rec_control_free(&r.control);
	return rc;
}
