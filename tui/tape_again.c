/* tape_again - see tape_again.h. */
#include "tui/tape_again.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/loop.h"
#include "tui/app.h"

#include <sys/mman.h>
#include <unistd.h>

#define FIRST_MS  1000
#define LONGEST_S 60
#define LASTED_US (60 * US_PER_SECOND) /* such a one did not fail at once */

static void
stop_listening(struct tape *t)
{
	if (t->ear != NULL)
		capture_kill(t->ear);
	capture_free(&t->ear);
}

static void
wait_longer(struct app *app)
{
	struct tape *t = &app->tape;
	int64_t ms =
	    app->recorder.again_ms > 0 ? app->recorder.again_ms : FIRST_MS;

	for (int i = 0; i < t->tries && ms < LONGEST_S * 1000; i++)
		ms *= 2;
	if (ms > LONGEST_S * 1000 && app->recorder.again_ms == 0)
		ms = LONGEST_S * 1000;
	t->tries++;
	t->again_us = clock_mono_us() + ms * US_PER_MS;
	loop_timer_start(t->again_at, (uint64_t)ms, 0);
}

/* It is heard, so there is something to be recorded. */
static void
on_ear(struct capture *c, const struct capture_event *e, void *data)
{
	struct app *app = data;
	struct tape *t = &app->tape;
	bool is_silent = t->is_early;

	(void)c;
	if (e->kind == CAPTURE_ENDED) {
		capture_free(&t->ear);
		wait_longer(app);
	} else if (e->kind == CAPTURE_STARTED) {
		tape_again_cancel(app);
		tape_begin(app, t->call_id, CONSENT_NOT_ASKED);
		if (is_silent)
			tape_pause(app);
	}
}

void
tape_again(struct app *app)
{
	struct tape *t = &app->tape;
	struct capture_options o;
	int file;

	if (t->state != TAPE_WAITING || t->ear != NULL)
		return;
	loop_timer_stop(t->again_at);
	t->again_us = 0;
	file = memfd_create("ear", MFD_CLOEXEC);
	o = tape_options(app, t->now.device, file);
	if (file < 0 ||
	    capture_start(&app->loop, &o, on_ear, app, &t->ear, NULL) != 0)
		wait_longer(app);
	if (file >= 0)
		close(file);
}

static void
on_time(void *data)
{
	tape_again(data);
}

int
tape_again_seconds(const struct tape *t)
{
	int64_t left_us = t->again_us - clock_mono_us();

	return left_us <= 0 ? 0 : (int)(left_us / US_PER_SECOND) + 1;
}

/* What somebody decided is not tried again, nor what cannot be. */
static bool
can_pass(int code)
{
	return code == OD_EUNAVAIL || code == OD_ENOTFOUND || code == OD_EIO ||
	       code == OD_ELIMIT;
}

void
tape_again_plan(struct app *app, int code, int64_t duration_us, bool is_silent)
{
	struct tape *t = &app->tape;

	if (app->ending || tape_mode(app) != CALL_RECORD_FORCED ||
	    !can_pass(code))
		return;
	if (t->again_call != t->call_id || duration_us > LASTED_US)
		t->tries = 0;
	t->again_call = t->call_id;
	t->state = TAPE_WAITING;
	t->is_early = is_silent;
	t->paused_at = clock_wall_us();
	t->again_at = loop_timer_new(&app->loop, on_time, app);
	wait_longer(app);
}

void
tape_again_cancel(struct app *app)
{
	struct tape *t = &app->tape;

	if (t->state != TAPE_WAITING)
		return;
	loop_timer_free(&t->again_at);
	stop_listening(t);
	t->state = TAPE_IDLE;
	t->is_early = false;
}
