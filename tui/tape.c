/* tape - see tape.h. */
#include "tui/tape.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "tui/app.h"
#include "tui/tape_again.h"
#include "tui/tape_keep.h"
#include "tui/ui_loop.h"

#include <string.h>
#include <unistd.h>

#define LEVELS_MS 250
#define OBEYS_MS  2000 /* a recorder that does not say "paused" by then */
#define FINISH_MS 2000

static const struct conf_section *
section(const struct app *app)
{
	return conf_section(app->conf, CONF_RECORDER);
}

static void
show(struct app *app)
{
	if (app->ending)
		return;
	ui_mark(app->ui, NULL, REACT_REDRAW);
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
}

/* ---- what is known ---- */

enum call_record
tape_mode(const struct app *app)
{
	const char *word = conf_string(section(app), "mode");
	int mode = 0;

	while (strcmp(call_record_names[mode], word) != 0)
		mode++;
	/* A machine without sound stays one. */
	if (!app->tape.known || mode == CALL_RECORD_NEVER)
		return CALL_RECORD_NEVER;
	return app->tape.look.mode != CALL_RECORD_UNSET
	           ? app->tape.look.mode
	           : (enum call_record)mode;
}

int64_t
tape_length_us(const struct tape *t)
{
	return t->capture != NULL ? capture_facts(t->capture)->at_us : 0;
}

static int
channels(const struct app *app)
{
	return conf_string(section(app), "second_device")[0] != '\0'
	           ? 2
	           : (int)conf_int(section(app), "channels");
}

int
tape_hours_left(const struct app *app)
{
	int64_t hour =
	    conf_int(section(app), "rate") * channels(app) * 2 * 3600;
	int64_t left = app->tape.look.free_bytes;

	if (!app->tape.known || left < 0)
		return -1;
	return left / hour > 99999 ? 99999 : (int)(left / hour);
}

void
tape_status(const struct app *app, struct str *out)
{
	const struct tape *t = &app->tape;
	int64_t s = tape_length_us(t) / US_PER_SECOND;

	if (t->state < TAPE_RUNNING || t->state > TAPE_PAUSED)
		return;
	str_addf(out,
	    t->state == TAPE_RUNNING ? "● REC %02d:%02d  "
				     : "‖ REC %02d:%02d  ",
	    (int)(s / 60), (int)(s % 60));
}

/* ---- what becomes of it ---- */

void
tape_say(struct app *app, int64_t call_id, bool is_bad, const char *sentence)
{
	struct tape *t = &app->tape;

	if (t->call_id == call_id) {
		str_copy(t->end, sizeof(t->end), sentence);
		t->is_bad = is_bad;
	}
	if (app->ending)
		return;
	ui_toast(app->ui, is_bad ? TOAST_ERROR : TOAST_OK, "%s", sentence);
	if (is_bad)
		ui_bell(app->ui);
	ui_notify(app->ui, NOTICE_ANSWER, 0);
	show(app);
}

static void
finish_if_done(struct app *app)
{
	struct tape *t = &app->tape;
	void (*finished)(struct app *) = t->finished;

	if (finished == NULL || t->state != TAPE_IDLE || t->keepings > 0)
		return;
	t->finished = NULL;
	loop_timer_free(&t->limit);
	finished(app);
}

void
tape_kept(struct app *app)
{
	app->tape.keepings--;
	finish_if_done(app);
}

static void
be_idle(struct app *app)
{
	struct tape *t = &app->tape;

	t->state = TAPE_IDLE;
	t->asks = t->is_early = false;
	loop_timer_free(&t->obeys);
}

/* The process is gone, in whatever way. */
static void
end(struct app *app)
{
	struct tape *t = &app->tape;
	struct capture_facts f = *capture_facts(t->capture);
	bool is_silent = tape_is_silent(t) || t->is_early;
	bool was_wanted = t->state != TAPE_ENDING;

	if (t->state == TAPE_PAUSED && f.duration_us > t->paused_us)
		model_tape_mark(app->model, t->now.id, RECORDING_PAUSE,
		    t->paused_us, f.duration_us);
	capture_free(&t->capture);
	if (f.code != 0)
		t->done_call = t->call_id;
	be_idle(app);
	if (was_wanted)
		tape_again_plan(app, f.code, f.at_us, is_silent);
	t->keepings++;
	tape_keep(app, &t->now, t->call_id, &f);
	show(app);
	tape_refresh(app);
}

/* ---- what the recorder says ---- */

static void
on_disobeyed(void *data)
{
	struct app *app = data;

	/* Whether it writes is not known: it shall not. */
	if (app->tape.state == TAPE_PAUSING)
		capture_kill(app->tape.capture);
}

static void
ask_for_silence(struct app *app)
{
	struct tape *t = &app->tape;

	capture_pause(t->capture);
	if (t->obeys == NULL)
		t->obeys = loop_timer_new(&app->loop, on_disobeyed, app);
	loop_timer_start(t->obeys, OBEYS_MS, 0);
}

static void
heard_pause(struct app *app, int64_t at_us)
{
	struct tape *t = &app->tape;

	if (t->state != TAPE_PAUSING)
		return;
	loop_timer_stop(t->obeys);
	t->state = TAPE_PAUSED;
	t->paused_us = t->is_early ? 0 : at_us;
	t->is_early = false;
	/* There while it lasts, whatever becomes of the console. */
	model_tape_mark(
	    app->model, t->now.id, RECORDING_PAUSE, t->paused_us, 0);
}

static void
heard_levels(struct tape *t)
{
	const struct capture_facts *f = capture_facts(t->capture);

	for (int i = 0; i < 2; i++)
		if (f->peak[i] >= CAPTURE_FULL_SCALE - 1)
			t->clipped_at[i] = clock_wall_us();
}

static void
ask_to_go_on(struct app *app)
{
	app->tape.asks = true;
	ui_bell(app->ui);
	ui_toast(app->ui, TOAST_WARNING, "%s",
	    _("Two minutes of silence for card data: C on the call's screen"
	      " records on"));
}

static void
on_event(struct capture *c, const struct capture_event *e, void *data)
{
	struct app *app = data;
	struct tape *t = &app->tape;

	(void)c;
	switch (e->kind) {
	case CAPTURE_STARTED:
		t->state = t->is_early ? TAPE_PAUSING : TAPE_RUNNING;
		if (t->is_early)
			ask_for_silence(app);
		if (t->again_call == t->call_id && t->tries > 0)
			ui_toast(app->ui, TOAST_OK, "%s",
			    _("The call is recorded again"));
		break;
	case CAPTURE_LEVELS:
		heard_levels(t);
		break;
	case CAPTURE_PAUSED:
		heard_pause(app, e->at_us);
		break;
	case CAPTURE_RESUMED:
		if (t->state != TAPE_PAUSED)
			break;
		t->state = TAPE_RUNNING;
		t->asks = false;
		model_tape_mark(app->model, t->now.id, RECORDING_PAUSE,
		    t->paused_us, e->at_us);
		break;
	case CAPTURE_LONG_PAUSE:
		ask_to_go_on(app);
		break;
	case CAPTURE_MARK:
		model_tape_mark(
		    app->model, t->now.id, RECORDING_MARK, e->at_us, 0);
		ui_toast(app->ui, TOAST_OK, _("Marked at %02d:%02d"),
		    (int)(e->at_us / US_PER_MINUTE),
		    (int)(e->at_us / US_PER_SECOND % 60));
		break;
	case CAPTURE_CLIPPING:
		model_tape_mark(app->model, t->now.id, RECORDING_CLIPPING,
		    e->at_us, e->until_us);
		break;
	case CAPTURE_STALLED:
	case CAPTURE_FLOWING:
		break;
	case CAPTURE_ENDED:
		end(app);
		return;
	}
	show(app);
}

/* ---- beginning ---- */

static void
give_up(struct app *app, const struct tape_begin *b, const struct err *err)
{
	struct capture_facts none = {.code = err->code};
	bool is_silent = app->tape.is_early;

	be_idle(app);
	app->tape.done_call = b->call_id;
	tape_again_plan(app, err->code, 0, is_silent);
	if (b->id != 0) { /* the row is there */
		str_copy(none.text, sizeof(none.text), err->text);
		app->tape.keepings++;
		tape_keep(app, b, b->call_id, &none);
	} else {
		tape_say(app, b->call_id, true, err->text);
	}
	show(app);
	finish_if_done(app);
}

struct capture_options
tape_options(const struct app *app, const char *device, int file)
{
	const char *second = conf_string(section(app), "second_device");

	return (struct capture_options){.program = app->recorder.program,
	    .ask_ms = app->recorder.ask_ms,
	    .device = device,
	    .second = second[0] != '\0' ? second : NULL,
	    .rate = (int)conf_int(section(app), "rate"),
	    .channels = channels(app),
	    .file = file,
	    .log_fd = -1,
	    .levels_ms = LEVELS_MS};
}

static void
start(struct app *app, struct err *err)
{
	struct tape *t = &app->tape;
	const struct capture_options o =
	    tape_options(app, t->now.device, t->now.file);

	if (capture_start(&app->loop, &o, on_event, app, &t->capture, err) != 0)
		return;
	t->state = TAPE_STARTING;
	if (t->is_early)
		capture_pause(t->capture);
}

static void
on_begun(
    void *data, const struct tape_begin *b, const struct model_answer *answer)
{
	struct app *app = data;
	struct tape *t = &app->tape;
	struct err err = ERR_INIT;

	t->now = *b;
	t->now.file = -1;
	if (answer->rc != 0) {
		struct tape_begin no_row = {.call_id = b->call_id};

		give_up(app, &no_row, answer->err);
		return;
	}
	if (app->ending || t->state == TAPE_ENDING) {
		err_set(&err, OD_ECANCEL, "%s", "");
	} else {
		t->now.file = b->file;
		start(app, &err);
	}
	close(b->file);
	if (err.code != 0)
		give_up(app, b, &err);
	else
		tape_refresh(app); /* the call may be over meanwhile */
	show(app);
}

void
tape_begin(struct app *app, int64_t call_id, enum call_consent consent)
{
	struct tape *t = &app->tape;
	struct tape_begin b = {.call_id = call_id,
	    .consent = consent,
	    .rate = (int)conf_int(section(app), "rate"),
	    .channels = channels(app)};

	if (t->state != TAPE_IDLE || app->ending)
		return;
	str_copy(
	    b.device, sizeof(b.device), conf_string(section(app), "device"));
	t->state = TAPE_PREPARING;
	t->call_id = call_id;
	t->is_bad = t->asks = t->is_early = false;
	t->end[0] = '\0';
	memset(t->clipped_at, 0, sizeof(t->clipped_at));
	model_tape_begin(app->model, &b, on_begun, app);
	show(app);
}

void
tape_stop(struct app *app)
{
	struct tape *t = &app->tape;

	tape_again_cancel(app);
	if (t->state == TAPE_IDLE || t->state == TAPE_ENDING)
		return;
	t->done_call = t->call_id;
	t->state = TAPE_ENDING;
	if (t->capture != NULL)
		capture_stop(t->capture);
	show(app);
}

/* ---- silence and marks ---- */

void
tape_pause(struct app *app)
{
	struct tape *t = &app->tape;

	if (t->state == TAPE_PREPARING || t->state == TAPE_STARTING) {
		t->is_early = true;
		t->paused_at = clock_wall_us();
		if (t->capture != NULL)
			capture_pause(t->capture);
	} else if (t->state == TAPE_WAITING) {
		t->is_early = true;
		t->paused_at = clock_wall_us();
	} else if (t->state == TAPE_RUNNING) {
		t->state = TAPE_PAUSING;
		t->paused_at = clock_wall_us();
		ask_for_silence(app);
	}
	show(app);
}

void
tape_resume(struct app *app)
{
	struct tape *t = &app->tape;

	if (t->state == TAPE_PAUSED)
		capture_resume(t->capture);
	else if (t->state == TAPE_WAITING)
		t->is_early = false;
}

void
tape_mark(struct app *app)
{
	if (app->tape.capture != NULL)
		capture_mark(app->tape.capture);
}

/* ---- by itself ---- */

static bool
is_talked(const struct tape_look *l)
{
	return l->has_call &&
	       (l->state == CALL_TALKING || l->state == CALL_HOLD);
}

static bool
may_be_kept(const struct tape_look *l)
{
	return l->consent == CONSENT_YES || l->consent == CONSENT_ANNOUNCED;
}

/* The call ended, or the customer said no; or one is to be recorded. */
static void
decide(struct app *app)
{
	struct tape *t = &app->tape;
	const struct tape_look *l = &t->look;
	bool goes_on =
	    is_talked(l) && l->call_id == t->call_id && may_be_kept(l);

	if (!goes_on && (t->state == TAPE_WAITING || t->state >= TAPE_STARTING))
		tape_stop(app);
	if (t->state != TAPE_IDLE || tape_mode(app) < CALL_RECORD_ALL ||
	    !is_talked(l) || !may_be_kept(l) || l->call_id == t->done_call ||
	    model_is_readonly(app->model) || model_is_outdated(app->model) ||
	    model_is_away(app->model) ||
	    !model_may(app->model, "recording.start"))
		return;
	tape_begin(app, l->call_id, CONSENT_NOT_ASKED);
}

static void
on_look(
    void *data, const struct tape_look *look, const struct model_answer *answer)
{
	struct app *app = data;
	struct tape *t = &app->tape;

	t->looking = false;
	if (app->ending)
		return;
	if (answer->rc == 0) {
		bool news = !t->known || t->look.mode != look->mode;

		t->look = *look;
		t->known = true;
		if (news)
			ui_notify(app->ui, NOTICE_ANSWER, 0);
		decide(app);
		show(app);
	}
	if (t->again)
		tape_refresh(app);
}

void
tape_refresh(struct app *app)
{
	struct tape *t = &app->tape;

	if (app->ending || !app->entered)
		return;
	t->again = t->looking;
	if (t->looking)
		return;
	t->looking = true;
	model_tape_look(app->model, on_look, app);
}

/* ---- the console's end ---- */

static void
on_limit(void *data)
{
	struct app *app = data;
	struct tape *t = &app->tape;

	tape_leave_all(app);
	if (t->capture != NULL)
		capture_kill(t->capture);
	capture_free(&t->capture);
	be_idle(app);
	t->keepings = 0;
	finish_if_done(app);
}

void
tape_finish(struct app *app, void (*finished)(struct app *app))
{
	struct tape *t = &app->tape;

	t->finished = finished;
	tape_stop(app);
	tape_hurry_all(app);
	if (t->state != TAPE_IDLE || t->keepings > 0) {
		t->limit = loop_timer_new(&app->loop, on_limit, app);
		loop_timer_start(t->limit, FINISH_MS, 0);
	}
	finish_if_done(app);
}
