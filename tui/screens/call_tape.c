/*
 * call_tape - the recorder on the call's screen: a line that says what it
 * does, and the keys for it.
 */
#include "tui/screens/call_int.h"
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"

#include <string.h>

#define METER_CELLS 10
#define METER_DB    60 /* from silence to full scale */
#define CLIP_US     (2 * US_PER_SECOND)

static const struct tape *
tape_of(const struct screen *s)
{
	return &app_of(s->ui)->tape;
}

/* ---- the line ---- */

/* "you [||||||....] -12"; the cells that it took. */
static int
draw_meter(
    struct canvas *c, int x, int y, const char *label, int peak, bool clips)
{
	int db = capture_decibels(peak), from = x;
	int n = (db + METER_DB) * METER_CELLS / METER_DB;
	char bar[METER_CELLS + 1];

	for (int i = 0; i < METER_CELLS; i++)
		bar[i] = i < n ? '|' : '.';
	bar[METER_CELLS] = '\0';
	if (c->w - x < METER_CELLS + 14)
		return 0;
	x += canvas_textf(c, x, y, -1, ROLE_MUTED, "%s [", label);
	x += canvas_text(c, x, y, -1, clips ? ROLE_DANGER : ROLE_OK, bar);
	x += canvas_text(c, x, y, -1, ROLE_MUTED, "] ");
	if (clips)
		x += canvas_text(c, x, y, -1, ROLE_DANGER, _("CLIPS"));
	else
		x += canvas_textf(c, x, y, -1, ROLE_NORMAL, "%4d ", db);
	return x - from + 2;
}

static void
draw_running(const struct screen *s, struct canvas *c, int x, int y)
{
	const struct tape *t = tape_of(s);
	const struct capture_facts *f = capture_facts(t->capture);
	int64_t now = clock_wall_us();
	int hours = tape_hours_left(app_of(s->ui));
	char disk[48];
	int room;

	if (f->is_stalled) {
		canvas_textf(c, x, y, c->w - x - 1, ROLE_WARNING,
		    _("No sound comes from %s; it is waited for"), f->device);
		return;
	}
	for (int i = 0; i < f->channels && i < 2; i++) {
		int64_t ago = now - t->clipped_at[i];

		x += draw_meter(c, x, y,
		    f->channels == 1 ? _("sound")
		    : i == 0         ? _("you")
				     : _("customer"),
		    f->peak[i],
		    t->clipped_at[i] != 0 && ago >= 0 && ago < CLIP_US);
	}
	if (hours < 0)
		return;
	str_format(disk, sizeof(disk), _("disk: %d h"), hours);
	room = c->w - 1 - canvas_cells(disk, strlen(disk));
	if (room > x)
		canvas_text(c, room, y, -1,
		    hours < 10 ? ROLE_WARNING : ROLE_MUTED, disk);
}

static void
draw_paused(const struct tape *t, struct canvas *c, int x, int y)
{
	char clock[CALL_CLOCK_SIZE];

	call__clock(clock_wall_us() - t->paused_at, clock);
	if (c->w < 60) {
		canvas_textf(c, x, y, c->w - x - 1,
		    t->asks ? ROLE_UNREAD : ROLE_WARNING,
		    t->asks ? _("silence %s. Go on? C")
			    : _("silence %s, on: C"),
		    clock);
		return;
	}
	canvas_textf(c, x, y, c->w - x - 1,
	    t->asks ? ROLE_UNREAD : ROLE_WARNING,
	    t->asks ? _("silence for %s. Go on? C records on, r ends it")
		    : _("silence for card data, %s: C records on"),
	    clock);
}

static void
draw_waiting(const struct tape *t, struct canvas *c, int x, int y)
{
	int s = tape_again_seconds(t);

	if (s == 0)
		canvas_text(c, x, y, c->w - 2, ROLE_DANGER,
		    _("Not recorded: it is being tried again..."));
	else
		canvas_textf(c, x, y, c->w - 2, ROLE_DANGER,
		    t->is_early ? _("Not recorded: tried again in %d s, with "
				    "silence")
				: _("Not recorded: tried again in %d s"),
		    s);
}

bool
call__draw_tape(const struct screen *s, struct canvas *c, int y)
{
	const struct tape *t = tape_of(s);
	char clock[CALL_CLOCK_SIZE];
	int x = 1;

	switch (t->state) {
	case TAPE_IDLE:
		return false;
	case TAPE_WAITING:
		draw_waiting(t, c, x, y);
		return true;
	case TAPE_PREPARING:
	case TAPE_STARTING:
		canvas_text(c, x, y, c->w - 2, ROLE_INFO,
		    t->is_early ? _("The recorder starts, with silence...")
				: _("The recorder starts..."));
		return true;
	case TAPE_ENDING:
		canvas_text(
		    c, x, y, c->w - 2, ROLE_INFO, _("The recording ends..."));
		return true;
	case TAPE_PAUSING:
	case TAPE_PAUSED:
	case TAPE_RUNNING:
		break;
	}
	call__clock(tape_length_us(t), clock);
	x += canvas_textf(c, x, y, -1, ROLE_RECORDING, "%s REC %s",
	    t->state == TAPE_RUNNING ? "●" : "‖", clock);
	x += 2;
	if (t->state == TAPE_RUNNING)
		draw_running(s, c, x, y);
	else
		draw_paused(t, c, x, y);
	return true;
}

void
call__draw_lamp(const struct screen *s, struct canvas *c, int y, enum role role)
{
	const struct tape *t = tape_of(s);
	char clock[CALL_CLOCK_SIZE], lamp[CALL_CLOCK_SIZE + 16];
	int w;

	if (t->state < TAPE_RUNNING || t->state > TAPE_PAUSED)
		return;
	call__clock(tape_length_us(t), clock);
	str_format(lamp, sizeof(lamp), " %s %s%s ",
	    t->state == TAPE_RUNNING ? "●" : "‖", clock, t->asks ? " C?" : "");
	w = canvas_cells(lamp, strlen(lamp));
	if (w < c->w / 2)
		canvas_text(
		    c, c->w - w, y, -1, t->asks ? role : ROLE_RECORDING, lamp);
}

/* ---- what is said ---- */

void
call__fill_tape(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);
	const struct call *c = &d->board.call;
	const struct tape *t = tape_of(s);
	bool all = tape_mode(app_of(s->ui)) >= CALL_RECORD_ALL;

	if (t->call_id == c->id && t->end[0] != '\0')
		w_text_outside(&d->text, t->is_bad ? ROLE_WARNING : ROLE_INFO,
		    0, t->end, strlen(t->end));
	if (t->call_id == c->id && t->end[0] != '\0' && t->is_bad &&
	    t->state <= TAPE_WAITING &&
	    (c->state == CALL_TALKING || c->state == CALL_HOLD))
		w_text_add(&d->text, ROLE_HINT, 0,
		    t->state == TAPE_IDLE
			? _("The call goes on; r records it again")
			: _("The call goes on, and is recorded again as soon"
			    " as there is sound; r tries it now"));
	if (all && c->consent == CONSENT_NOT_ASKED)
		w_text_add(&d->text, ROLE_WARNING, 0,
		    _("Every call is recorded: ask the customer, y notes the"
		      " answer"));
}

/* ---- keys ---- */

static unsigned
say(struct screen *s, const char *sentence)
{
	ui_toast(s->ui, TOAST_WARNING, "%s", sentence);
	return REACT_BEEP | REACT_REDRAW;
}

static unsigned
consent_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t call_id)
{
	struct call_action a = {.deed = CALL_DEED_CONSENT,
	    .id = call_id,
	    .consent = CONSENT_REFUSED};

	if (!r->accepted)
		return REACT_NONE;
	if (r->id == CONSENT_REFUSED)
		call__send(s, &a);
	else
		tape_begin(app_of(ui), call_id, (enum call_consent)r->id);
	return REACT_REDRAW;
}

static unsigned
begin(struct ui *ui, struct screen *s, const struct call *c)
{
	if (tape_mode(app_of(ui)) == CALL_RECORD_NEVER)
		return say(
		    s, _("Nothing is recorded here: the setting call.record, or"
			 " [recorder] of the configuration, says never"));
	if (c->state != CALL_TALKING && c->state != CALL_HOLD)
		return say(s, _("A call is recorded while it is talked: answer "
				"it first"));
	if (c->consent == CONSENT_REFUSED)
		return say(
		    s, _("The customer does not want to be recorded; y notes it"
			 " otherwise"));
	if (c->consent == CONSENT_NOT_ASKED)
		call__ask_consent(s, consent_said);
	else
		tape_begin(app_of(ui), c->id, CONSENT_NOT_ASKED);
	return REACT_REDRAW;
}

static unsigned
run_record(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call *c = call_of(s);

	(void)cmd;
	if (tape_of(s)->state == TAPE_WAITING) {
		tape_again(app_of(ui));
		return REACT_REDRAW;
	}
	if (tape_is_on(tape_of(s))) {
		if (tape_mode(app_of(ui)) == CALL_RECORD_FORCED)
			return say(s,
			    _("Every call is recorded to its end here; C makes"
			      " silence for card data"));
		tape_stop(app_of(ui));
		return REACT_REDRAW;
	}
	return c != NULL ? begin(ui, s, c) : REACT_BEEP;
}

static unsigned
run_silence(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)cmd;
	if (tape_is_silent(tape_of(s)) && tape_of(s)->state != TAPE_PAUSING)
		tape_resume(app_of(ui));
	else
		tape_pause(app_of(ui));
	return REACT_REDRAW;
}

static unsigned
run_mark(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s, (void)cmd;
	tape_mark(app_of(ui));
	return REACT_HANDLED;
}

/* clang-format off */
const struct command tape_commands[] = {
	{"call.record", N_("Record or stop"), N_("Record the call, after the customer agreed; again: end the recording."),
	    "call:r", NULL, NEED_CALL | NEED_WRITABLE, "recording.start", NAV_NONE, 0, run_record},
	{"call.silence", N_("Silence"), N_("Write silence while card data is said, or record on."),
	    "call:C", NULL, NEED_RECORDING, "recording.mark", NAV_NONE, 0, run_silence},
	{"call.mark", N_("Mark"), N_("Mark this moment of the recording."),
	    "call:M", NULL, NEED_RECORDING | NEED_WRITABLE, "recording.mark", NAV_NONE, 0, run_mark},
};
/* clang-format on */
const size_t tape_commands_count =
    sizeof(tape_commands) / sizeof(tape_commands[0]);
