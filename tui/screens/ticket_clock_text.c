/* ticket_clock_text - see ticket_clock_text.h. */
#include "tui/screens/ticket_clock_text.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/calendars.h"
#include "tui/app.h"
#include "tui/screens/when_ask.h"

/* ---- on the card ---- */

enum role
ticket_clock_text(const struct ui *ui, const struct clock_line *l,
    int64_t now_us, char out[80])
{
	char span[COUNTDOWN_SIZE], time[32];
	struct countdown c;

	if (l->due_us != CALENDAR_NEVER) {
		countdown_until(l->warn_us, l->due_us, now_us, &c);
		app_time(app_of(ui), time, sizeof(time), l->due_us);
		str_format(out, 80, "%s (%s)", c.text, time);
		return countdown_role(c.level);
	}
	countdown_span(l->left_us, span);
	switch (l->state) {
	case CLOCK_RUNNING:
		str_copy(out, 80, _("never: the calendar has no hours"));
		return ROLE_WARNING;
	case CLOCK_PAUSED:
		if (l->left_us < 0) {
			str_format(out, 80, _("‖ X-%s"), span);
			return ROLE_DANGER;
		}
		str_format(out, 80, _("‖ %s left"), span);
		return ROLE_MUTED;
	case CLOCK_MET:
		str_copy(out, 80, _("kept in time"));
		return ROLE_OK;
	case CLOCK_MISSED:
		str_format(out, 80, _("missed by %s"), span);
		return ROLE_DANGER;
	case CLOCK_CANCELLED:
		break;
	}
	str_copy(out, 80, _("cancelled"));
	return ROLE_MUTED;
}

void
ticket_clock_pair(const struct ticket_card *card,
    const struct clock_line **answer, const struct clock_line **end)
{
	*answer = *end = NULL;
	/* By kind: the next response comes after the first. */
	for (size_t i = 0; i < card->clock_count; i++)
		*(card->clocks[i].kind == CLOCK_RESOLUTION ? end : answer) =
		    &card->clocks[i];
}

int64_t
ticket_clock_beat(const struct ticket_card *card, int64_t now_us)
{
	int64_t beat = 0;

	for (size_t i = 0; i < card->clock_count; i++) {
		const struct ticket as_one = {.due_us = card->clocks[i].due_us,
		    .warn_us = card->clocks[i].warn_us};

		beat += countdown_beat(&as_one, 1, now_us);
	}
	return beat;
}

void
ticket_clock_waiting(
    const struct ui *ui, const struct ticket_card *card, struct str *out)
{
	const struct ticket *t = &card->t;
	char time[32];

	str_add(out, t->waiting_reason != NULL && t->waiting_reason[0] != '\0'
			 ? t->waiting_reason
		     /* A label of one's own says it already. */
		     : t->status_id != 0 ? t->status
					 : _("no reason was given"));
	for (size_t i = 0; i < card->clock_count; i++)
		if (card->clocks[i].state == CLOCK_PAUSED) {
			app_time(app_of(ui), time, sizeof(time),
			    card->clocks[i].since_us);
			str_addf(out, _(", since %s"), time);
			break;
		}
	if (t->waiting_until_us != 0) {
		app_time(app_of(ui), time, sizeof(time), t->waiting_until_us);
		str_addf(out, _(", until %s"), time);
	}
}

void
ticket_clock_sleep(const struct ui *ui, const struct ticket *t, char out[120])
{
	const struct when_said said = {
	    t->snoozed_until_us == TICKET_UNTIL_REPLY ? 0 : t->snoozed_until_us,
	    t->snooze_until_reply};

	when_said_text(app_of(ui)->zone, &said, clock_wall_us(), out);
}

/* ---- every interval ---- */

static void
add_time(const struct ui *ui, int64_t us, struct str *out)
{
	char time[32];

	app_time(app_of(ui), time, sizeof(time), us);
	str_add(out, time);
}

static void
add_span(int64_t us, struct str *out)
{
	char span[32];

	promise_format_span(us, span);
	str_add(out, span);
}

static void
add_interval(const struct ui *ui, const struct clock_span *s,
    const struct explained_span *x, struct str *out)
{
	str_add(out, "  ");
	add_time(ui, s->from_us, out);
	str_add(out, " - ");
	if (s->to_us != CALENDAR_NEVER)
		add_time(ui, s->to_us, out);
	else
		str_add(out, _("now"));
	str_add(out, s->counts ? "  + " : "  ‖ ");
	if (s->counts)
		add_span(x->work_us, out);
	else
		str_add(out, _("stands still"));
	str_addf(out, "  %s", _(clock_reason_texts[s->reason]));
	if (s->note[0] != '\0')
		str_addf(out, ": %s", s->note);
	if (x->calendar[0] != '\0')
		str_addf(out, "  [%s]", x->calendar);
	if (x->closed[0] != '\0')
		str_addf(out, "  %s: %s", _("own hours on"), x->closed);
	str_addc(out, '\n');
}

static void
add_clock(const struct ui *ui, const struct ticket_clock *c,
    const struct explained_clock *x, int64_t now_us, struct str *out)
{
	str_add(out, _(clock_kind_labels[c->kind]));
	if (c->round > 1)
		str_addf(out, " %d", (int)c->round);
	str_addf(out, ": %s, ", _(clock_state_names[c->state]));
	add_span(x->now.spent_us, out);
	str_addf(out, " %s ", _("of"));
	add_span(c->target_us, out);
	if (x->promise[0] != '\0')
		str_addf(out, " (%s)", x->promise);
	str_addc(out, '\n');
	if (c->stopped_us == 0 && x->now.due_us != CALENDAR_NEVER) {
		str_addf(out, "  %s ",
		    x->now.due_us <= now_us ? _("broke at") : _("breaks at"));
		add_time(ui, x->now.due_us, out);
		str_addf(out, "; %s ", _("first notice"));
		add_time(ui, x->now.warn_us, out);
		str_addc(out, '\n');
	}
	for (size_t i = 0; i < c->span_count; i++)
		add_interval(ui, &c->spans[i], &x->spans[i], out);
	if (x->differs)
		str_addf(out, "  %s\n",
		    _("What is stored says something else: this is a fault."));
	str_addc(out, '\n');
}

void
ticket_clock_explain(
    const struct ui *ui, const struct ticket_explained *e, struct str *out)
{
	for (size_t i = 0; i < e->count; i++)
		add_clock(ui, &e->clocks[i], &e->extras[i], e->now_us, out);
	if (e->count == 0)
		str_add(out, _("Nothing is promised for this ticket."));
}
