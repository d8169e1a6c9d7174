/* work_clock - see work_clock.h. */
#include "tui/work_clock.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/calendars.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_do.h"
#include "tui/screens/ticket_time_do.h"
#include "tui/ui_loop.h"

#define SEEN_EVERY_US US_PER_MINUTE

enum { ANSWER_KEEP = 1, ANSWER_IDLE, ANSWER_STOP };

/* ---- the question ---- */

static void
withdraw(struct app *app)
{
	app->clock.asking = false;
	ui_set_question(app->ui, NULL, NULL);
}

static unsigned
answered(struct ui *ui, struct screen *parent, const struct screen_result *r,
    int64_t clock_id)
{
	struct app *app = app_of(ui);
	struct work_clock *c = &app->clock;
	int64_t now = clock_wall_us();
	struct time_action a = {.id = clock_id};

	(void)parent;
	if (!r->accepted || !c->asking || c->now.w.id != clock_id)
		return REACT_REDRAW;
	withdraw(app);
	c->active_us = now;
	if (!c->now.runs || r->id == ANSWER_KEEP)
		return REACT_REDRAW;
	a.act = r->id == ANSWER_IDLE ? TIME_ACT_IDLE : TIME_ACT_STOP;
	a.at_us = c->since_us;
	/* Until somebody was back, who may have worked before he answers. */
	a.span_us = (c->back_us != 0 ? c->back_us : now) - c->since_us;
	model_time_act(app->model, NULL, &a);
	return REACT_REDRAW;
}

/* The answers that there are. */
static void
open_answers(struct app *app)
{
	struct work_clock *c = &app->clock;
	char title[160], since[32], begun[32], stop[96];
	struct chooser_item items[] = {
	    {ANSWER_KEEP, _("Keep all of it"), NULL, true},
	    {ANSWER_IDLE, _("Throw the idle part away, and go on"), NULL, true},
	    {ANSWER_STOP, stop, NULL, true}};
	struct chooser_args args = {.title = title, .items = items, .count = 3};

	app_time(app, since, sizeof(since), c->since_us);
	app_time(app, begun, sizeof(begun), c->now.w.from_us);
	str_format(stop, sizeof(stop), _("Stop it at %s"), since);
	str_format(title, sizeof(title),
	    _("Clock of #%lld: nobody here since %s"),
	    (long long)c->now.w.number, since);
	if (c->since_us == 0) {
		str_format(title, sizeof(title),
		    _("The clock of #%lld has run since %s"),
		    (long long)c->now.w.number, begun);
		str_copy(stop, sizeof(stop), _("Stop it now"));
		items[1] = items[2];
		args.count = 2;
	}
	chooser_push(app->ui, NULL, &args, answered, c->now.w.id);
}

/* since_us 0: it is not known when somebody last sat there. */
static void
ask(struct app *app, int64_t since_us)
{
	struct work_clock *c = &app->clock;
	char question[160], at[32];

	c->asking = true;
	c->since_us = since_us;
	c->asked_us = clock_wall_us();
	c->back_us = 0;
	app_time(app, at, sizeof(at),
	    since_us != 0 ? since_us : c->now.w.from_us);
	str_format(question, sizeof(question),
	    since_us != 0 ? _("Clock #%lld: nobody here since %s")
	                  : _("Clock #%lld: it has run since %s"),
	    (long long)c->now.w.number, at);
	ui_set_question(app->ui, question, "clock.answer");
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
}

/* ---- as the desk knows it ---- */

static void
on_clock(const struct clock_now *now, void *data)
{
	struct app *app = data;
	struct work_clock *c = &app->clock;
	bool first = !c->known, another = now->w.id != c->now.w.id;
	int64_t wall = clock_wall_us();

	c->now = *now;
	c->known = true;
	ui_mark(app->ui, NULL, REACT_REDRAW);
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
	if (c->asking && (another || !now->runs))
		withdraw(app); /* it was stopped elsewhere */
	if (!now->runs)
		return;
	if (first && wall - now->w.from_us >= US_PER_MINUTE &&
	    !model_is_readonly(app->model)) {
		ask(app, now->seen_us);
		c->back_us = c->asked_us; /* somebody has just come */
	} else if (another) {
		c->active_us = wall - ui_idle_us(app->ui);
		c->told_us = 0;
	}
}

void
work_clock_refresh(struct app *app)
{
	model_clock(app->model, on_clock, app);
}

static void
tell(struct app *app)
{
	struct work_clock *c = &app->clock;

	if (!c->now.runs || c->asking || c->active_us <= c->told_us)
		return;
	c->told_us = c->active_us;
	model_clock_seen(app->model, c->now.w.id, c->active_us);
}

void
work_clock_tick(struct app *app)
{
	struct work_clock *c = &app->clock;
	int64_t idle = ui_idle_us(app->ui), now = clock_wall_us();

	if (c->asking && c->back_us == 0 && now - idle > c->asked_us)
		c->back_us = now - idle;
	if (!app->entered || !c->now.runs || c->asking ||
	    model_is_readonly(app->model))
		return;
	if (now - idle > c->active_us)
		c->active_us = now - idle;
	if (app->idle_us > 0 && idle >= app->idle_us) {
		tell(app);
		ask(app, c->active_us);
	} else if (c->active_us - c->told_us >= SEEN_EVERY_US) {
		tell(app);
	}
}

void
work_clock_end(struct app *app)
{
	if (app->model != NULL && !model_is_readonly(app->model))
		tell(app);
}

void
work_clock_status(const struct app *app, struct str *out)
{
	const struct work_clock *c = &app->clock;
	long long minutes;

	if (!c->now.runs)
		return;
	minutes =
	    ticket_time_worked(&c->now.w, clock_wall_us()) / US_PER_MINUTE;
	str_addf(out, "#%lld %lld:%02lld  ", (long long)c->now.w.number,
	    minutes / 60, minutes % 60);
}

/* ---- commands ---- */

static unsigned
run_toggle(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket *t = ticket_card_of(s);
	const struct clock_now *now = &app_of(ui)->clock.now;
	struct time_action a = {.act = TIME_ACT_START};

	(void)cmd;
	if (t == NULL)
		return REACT_BEEP;
	a.ticket_id = t->id;
	if (now->runs && now->w.ticket_id == t->id) {
		a.act = TIME_ACT_STOP;
		a.id = now->w.id;
	}
	model_time_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static unsigned
run_stop(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct clock_now *now = &app_of(ui)->clock.now;
	struct time_action a = {.act = TIME_ACT_STOP, .id = now->w.id};

	(void)cmd;
	if (!now->runs) {
		ui_toast(ui, TOAST_INFO, "%s", _("No clock of yours runs"));
		return REACT_BEEP | REACT_REDRAW;
	}
	model_time_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static unsigned
run_answer(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct app *app = app_of(ui);

	(void)s, (void)cmd;
	if (!app->clock.asking) {
		ui_toast(ui, TOAST_INFO, "%s", _("No clock asks for anything"));
		return REACT_BEEP | REACT_REDRAW;
	}
	open_answers(app);
	return REACT_HANDLED;
}

static unsigned
run_times(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return ticket_time_ask(s);
}

/* clang-format off */
const struct command clock_commands[] = {
	{"ticket.clock", N_("Clock"), N_("Start the clock of time worked on the ticket, or stop it."),
	    "ticket:t", NULL, NEED_TICKET | NEED_WRITABLE, "time.start", NAV_NONE, 0, run_toggle},
	{"ticket.time", N_("Time worked"), N_("Enter time worked on the ticket, or correct it."),
	    "ticket:Y", NULL, NEED_TICKET | NEED_WRITABLE, "time.add", NAV_NONE, 0, run_times},
	{"clock.stop", N_("Stop the clock"), N_("Stop my clock of time worked, wherever it runs."),
	    NULL, NULL, NEED_WRITABLE, "time.stop", NAV_NONE, 0, run_stop},
	{"clock.answer", N_("Answer the clock"), N_("Say what becomes of the time in which nobody sat here."),
	    "global:F10 global:gk", NULL, NEED_WRITABLE, "time.stop", NAV_NONE, 0, run_answer},
};
/* clang-format on */
const size_t clock_commands_count =
    sizeof(clock_commands) / sizeof(clock_commands[0]);
