/* model_time - see model_time.h. */
#include "tui/model/model_time.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/calendars.h"
#include "db/records/seat.h"
#include "tui/screen.h"

#include <stdlib.h>
#include <string.h>

/* "ID MICROSECONDS" */
#define SETTING_SEEN "time.seen"

struct clock_args {
	struct clock_now now;
	void (*fn)(const struct clock_now *now, void *data);
	void *data;
};

static void
read_seen(const char *text, struct clock_now *now)
{
	const char *blank = strchr(text, ' ');
	char id[24];
	int64_t n;

	if (blank == NULL || (size_t)(blank - text) >= sizeof(id))
		return;
	memcpy(id, text, (size_t)(blank - text));
	id[blank - text] = '\0';
	if (str_to_int64(id, 1, INT64_MAX, &n) && n == now->w.id &&
	    str_to_int64(blank + 1, 1, INT64_MAX, &n))
		now->seen_us = n;
}

static int
clock_run(struct desk *d, void *data, struct err *err)
{
	struct clock_args *a = data;
	char *seen = NULL;
	int rc = time_running(d, &a->now.w, err);

	if (rc <= 0)
		return rc;
	a->now.runs = true;
	if ((rc = setting_get(d, SETTING_SEEN, &seen, err)) == 0)
		read_seen(seen, &a->now);
	free(seen);
	return rc;
}

static void
clock_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct clock_args *a = data;

	(void)ui, (void)s;
	if (answer->rc == 0)
		a->fn(&a->now, a->data);
}

void
model_clock(struct model *m,
    void (*fn)(const struct clock_now *now, void *data), void *data)
{
	static const struct model_question q = {
	    .run = clock_run, .done = clock_done};
	struct clock_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}

struct seen_args {
	int64_t id, at_us;
};

/* What is not kept now is kept a minute later. */
static int
seen_run(struct desk *d, void *data, struct err *err)
{
	const struct seen_args *a = data;
	char text[64];

	str_format(text, sizeof(text), "%lld %lld", (long long)a->id,
	    (long long)a->at_us);
	return d->readonly ? 0 : setting_set(d, SETTING_SEEN, text, err);
}

void
model_clock_seen(struct model *m, int64_t id, int64_t at_us)
{
	static const struct model_question q = {.run = seen_run};
	struct seen_args *a = xcalloc(1, sizeof(*a));

	*a = (struct seen_args){id, at_us};
	model_ask(m, NULL, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct time_action a;
	int64_t stopped;
};

static int
edit(struct desk *d, const struct time_action *a, struct err *err)
{
	struct change c = {"worked_us", b_int(a->span_us)};

	if (a->span_us == 0)
		return time_delete(d, a->id, a->version, err);
	return time_edit(d, a->id, a->version, &c, 1, err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *args = data;
	const struct time_action *a = &args->a;
	struct time_new in = {.worked_us = a->span_us};
	int64_t id;

	switch (a->act) {
	case TIME_ACT_START:
		return time_start(d, a->ticket_id, &id, &args->stopped, err);
	case TIME_ACT_STOP:
		return time_stop(d, a->id, 0, a->at_us, 0, err);
	case TIME_ACT_IDLE:
		return time_idle(d, a->id, 0, a->span_us, err);
	case TIME_ACT_ADD:
		return time_add(d, a->ticket_id, &in, &id, err);
	case TIME_ACT_EDIT:
		return edit(d, a, err);
	}
	BUG("no such action: %d", (int)a->act);
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	const struct act_args *args = data;
	char span[32];

	(void)s;
	if (answer->rc != 0) {
		ui_toast_err(ui, answer->err);
		return;
	}
	promise_format_span(args->a.span_us, span);
	switch (args->a.act) {
	case TIME_ACT_START:
		if (args->stopped != 0)
			ui_toast(ui, TOAST_OK,
			    _("The clock runs here; that of ticket %lld is"
			      " stopped"),
			    (long long)args->stopped);
		else
			ui_toast(ui, TOAST_OK, "%s", _("The clock runs"));
		return;
	case TIME_ACT_STOP:
		ui_toast(ui, TOAST_OK, "%s",
		    _("The clock is stopped; u lets it run on"));
		return;
	case TIME_ACT_IDLE:
		ui_toast(ui, TOAST_OK, _("%s do not count"), span);
		return;
	case TIME_ACT_ADD:
		ui_toast(ui, TOAST_OK, _("%s are entered"), span);
		return;
	case TIME_ACT_EDIT:
		ui_toast(ui, TOAST_OK, "%s",
		    args->a.span_us == 0
			? _("The time is deleted; u brings it back")
			: _("The time is corrected"));
		return;
	}
}

void
model_time_act(
    struct model *m, struct screen *s, const struct time_action *action)
{
	static const struct model_question q = {
	    .run = act_run, .done = act_done, .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = *action;
	model_ask(m, s, &q, args);
}
