/*
 * app_notices - the console tells what the time brought: a line, the bell, and
 * a notice to the terminal.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "db/records/ticket_explain.h"
#include "tui/app.h"
#include "tui/model/model_notices.h"
#include "tui/screens/countdown.h"
#include "tui/ui_loop.h"

static void
tell_one(struct app *app, const struct clock_notice *n)
{
	int64_t left = n->due_us - clock_wall_us();
	const char *kind = _(clock_kind_labels[n->kind]);
	char span[COUNTDOWN_SIZE];

	countdown_span(left, span);
	if (n->what == CLOCK_CALLBACK)
		ui_toast(app->ui, TOAST_WARNING,
		    _("You promised to call %s now; the call screen has it"),
		    n->subject);
	else if (n->what == CLOCK_REMINDED)
		ui_toast(app->ui, TOAST_WARNING,
		    _("Ticket %lld waited until now, and nobody has said"
		      " anything: %s"),
		    (long long)n->number, n->subject);
	else if (n->what == CLOCK_WOKE)
		ui_toast(app->ui, TOAST_INFO, _("Ticket %lld is awake: %s"),
		    (long long)n->number, n->subject);
	else if (left > 0)
		ui_toast(app->ui, TOAST_WARNING,
		    _("Ticket %lld: %s breaks in %s: %s"), (long long)n->number,
		    kind, span, n->subject);
	else
		ui_toast(app->ui, TOAST_ERROR,
		    _("Ticket %lld: %s broke %s ago: %s"), (long long)n->number,
		    kind, span, n->subject);
}

static void
tell_many(struct app *app, const struct notices *n)
{
	int broken = 0, soon = 0, woke = 0, waited = 0, calls = 0;

	for (size_t i = 0; i < n->count; i++)
		if (n->rows[i].what == CLOCK_CALLBACK)
			calls++;
		else if (n->rows[i].what == CLOCK_WOKE)
			woke++;
		else if (n->rows[i].what == CLOCK_REMINDED)
			waited++;
		else if (n->rows[i].due_us <= clock_wall_us())
			broken++;
		else
			soon++;
	if (calls > 0) { /* somebody waits for them by now */
		ui_toast(app->ui, TOAST_WARNING,
		    _("Promised calls that are due: %d; tickets that want a "
		      "look: %d"),
		    calls, broken + soon + woke + waited);
		return;
	}
	ui_toast(app->ui, broken > 0 ? TOAST_ERROR : TOAST_WARNING,
	    _("Tickets whose promise broke: %d, that break soon: %d, that woke:"
	      " %d, that waited in vain: %d"),
	    broken, soon, woke, waited);
}

static void
on_notices(const struct notices *n, void *data)
{
	struct app *app = data;

	app->notices.asked = false;
	app->notices.seen = n->seen;
	if (n->count == 0)
		return;
	/* A locked console tells nobody what it is about. */
	if (ui_is_gated(app->ui))
		;
	else if (n->count == 1)
		tell_one(app, &n->rows[0]);
	else
		tell_many(app, n);
	ui_bell(app->ui);
	ui_notice(app->ui, TERM_NOTICE_TICKET);
	ui_mark(app->ui, NULL, REACT_REDRAW);
	if (app->ui_loop != NULL)
		ui_loop_wake(app->ui_loop);
}

void
app_notices(struct app *app)
{
	if (app->notices.asked)
		return;
	if (!app->notices.begun)
		app->notices.seen = -1;
	app->notices.begun = app->notices.asked = true;
	model_notices(app->model, app->notices.seen, on_notices, app);
}
