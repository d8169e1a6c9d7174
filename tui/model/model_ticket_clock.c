/* model_ticket_clock - see model_ticket_clock.h. */
#include "tui/model/model_ticket_clock.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/ticket_sleep.h"

#include <stdlib.h>

/* ---- what they say ---- */

static int
line_of(struct desk *d, struct calendar_set *set, const struct ticket_clock *c,
    struct clock_line *out, struct err *err)
{
	int64_t at = c->stopped_us != 0 ? c->stopped_us : clock_wall_us();
	struct clock_figures now;
	int rc;

	*out = (struct clock_line){.kind = c->kind,
	    .state = c->state,
	    .due_us = c->stopped_us != 0 ? CALENDAR_NEVER : c->due_us,
	    .warn_us = c->noticed == 0 ? c->notice_us : 0,
	    .since_us = c->stopped_us != 0
	                    ? c->stopped_us
	                    : c->spans[c->span_count - 1].from_us};
	if (c->state == CLOCK_RUNNING)
		return 0;
	/* One that broke before it stood still has a moment all the same. */
	out->due_us = CALENDAR_NEVER;
	rc = ticket_clock_compute(d, set, c, at, &now, err);
	if (rc == 0)
		out->left_us = c->target_us - now.spent_us;
	return rc;
}

int
model_ticket_clock_lines(struct desk *d, int64_t ticket_id,
    struct clock_line lines[CLOCK_KIND_COUNT], size_t *count, struct err *err)
{
	struct ticket_clock *clocks = NULL;
	struct calendar_set set = {0};
	size_t n = 0;
	int rc = ticket_clocks_read(d, ticket_id, &clocks, &n, err);

	*count = 0;
	/* By kind and round: the last one of a kind is the newest. */
	for (size_t i = 0; rc == 0 && i < n; i++)
		if ((i + 1 == n || clocks[i + 1].kind != clocks[i].kind) &&
		    clocks[i].state != CLOCK_CANCELLED)
			rc = line_of(
			    d, &set, &clocks[i], &lines[(*count)++], err);
	calendar_set_free(&set);
	ticket_clocks_free(&clocks, n);
	return rc;
}

/* ---- what is done ---- */

static int
act_run(struct desk *d, void *data, struct err *err)
{
	const struct clock_action *a = data;

	switch (a->act) {
	case CLOCK_ACT_SNOOZE:
		return ticket_snooze(
		    d, a->id, a->version, a->until_us, a->until_reply, err);
	case CLOCK_ACT_WAKE:
		return ticket_wake(d, a->id, a->version, err);
	case CLOCK_ACT_WAIT:
		return ticket_set_state(d, a->id, a->version, TICKET_WAITING,
		    a->reason, a->until_us, err);
	case CLOCK_ACT_RESUME:
		return ticket_set_state(
		    d, a->id, a->version, TICKET_OPEN, "", 0, err);
	}
	BUG("no such action: %d", (int)a->act);
}

static void
tell(struct ui *ui, const struct clock_action *a)
{
	long long n = a->number;

	switch (a->act) {
	case CLOCK_ACT_SNOOZE:
		ui_toast(ui, TOAST_OK, _("Ticket %lld sleeps %s; u takes it back"),
		    n, a->until_text);
		return;
	case CLOCK_ACT_WAKE:
		ui_toast(ui, TOAST_OK, _("Ticket %lld is awake"), n);
		return;
	case CLOCK_ACT_WAIT:
		if (a->until_text[0] != '\0')
			ui_toast(ui, TOAST_OK,
			    _("Ticket %lld waits %s; its clocks stand still"),
			    n, a->until_text);
		else
			ui_toast(ui, TOAST_OK,
			    _("Ticket %lld waits; its clocks stand still"), n);
		return;
	case CLOCK_ACT_RESUME:
		ui_toast(ui, TOAST_OK,
		    _("Ticket %lld goes on; its clocks run again"), n);
		return;
	}
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		tell(ui, data);
}

void
model_ticket_clock_act(
    struct model *m, struct screen *s, const struct clock_action *action)
{
	static const struct model_question q = {
	    .run = act_run, .done = act_done, .writes = true};
	struct clock_action *a = xcalloc(1, sizeof(*a));

	*a = *action;
	model_ask(m, s, &q, a);
}

/* ---- why ---- */

struct explain_args {
	int64_t id;
	struct ticket t;
	struct ticket_explained e;
	ticket_explain_fn *fn;
};

static int
explain_run(struct desk *d, void *data, struct err *err)
{
	struct explain_args *a = data;
	int rc = ticket_get(d, a->id, &a->t, err);

	return rc != 0 ? rc : ticket_explain(d, a->id, &a->e, err);
}

static void
explain_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct explain_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL && ui_top(ui) == s)
		a->fn(s, &a->t, &a->e);
}

static void
explain_free(void *data)
{
	struct explain_args *a = data;

	ticket_clear(&a->t);
	ticket_explained_free(&a->e);
	free(a);
}

void
model_ticket_explain(
    struct model *m, struct screen *s, int64_t id, ticket_explain_fn *fn)
{
	static const struct model_question q = {.run = explain_run,
	    .done = explain_done,
	    .free_args = explain_free};
	struct explain_args *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
