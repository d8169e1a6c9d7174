/* ticket_explain - see ticket_explain.h. */
#include "db/records/ticket_explain.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define DAYS_LOOKED_AT 400 /* for holidays, in one interval */

const char *const clock_reason_texts[CLOCK_REASON_COUNT] = {
    [CLOCK_OPENED] = N_("it began"),
    [CLOCK_WAITING] = N_("the ticket waits"),
    [CLOCK_RESUMED] = N_("the ticket waits no more"),
    [CLOCK_STOPPED] = N_("it had ended"),
    [CLOCK_REOPENED] = N_("it goes on after it had ended"),
    [CLOCK_TRASHED] = N_("the ticket is in the trash"),
    [CLOCK_RESTORED] = N_("the ticket is out of the trash"),
    [CLOCK_PROMISE] = N_("another promise: priority or company changed"),
    [CLOCK_CALENDAR] = N_("other hours: the calendar changed"),
};

const char *const clock_kind_labels[CLOCK_KIND_COUNT] = {
    [CLOCK_FIRST] = N_("First response"),
    [CLOCK_NEXT] = N_("Next response"),
    [CLOCK_RESOLUTION] = N_("Resolution"),
};

static int
name_of(struct desk *d, const char *sql, int64_t id, char *out, size_t size,
    struct err *err)
{
	char *name = NULL;
	int rc;

	out[0] = '\0';
	if (id == 0)
		return 0;
	rc = db_text(d->db, &name, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0)
		str_copy(out, size, name);
	free(name);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* The dates with hours of their own that fall into an interval. */
static void
add_holidays(const struct calendar *cal, int64_t from, int64_t to, char *out,
    size_t size)
{
	const struct calendar_date *last = NULL;
	struct str text = STR_INIT;

	for (int i = 0; i < DAYS_LOOKED_AT && from < to; i++) {
		const struct calendar_date *date = calendar_date_at(cal, from);

		if (date != NULL && date != last)
			str_addf(&text, "%s%s (%02d-%02d)",
			    text.len > 0 ? ", " : "", date->name, date->month,
			    date->day);
		last = date;
		from = from + US_PER_DAY < to || from == to - 1
		           ? from + US_PER_DAY
		           : to - 1;
	}
	records__line(out, size, text.s);
	str_free(&text);
}

static int
explain_span(struct desk *d, struct calendar_set *set,
    const struct clock_span *s, int64_t now_us, struct explained_span *out,
    struct err *err)
{
	int64_t to = s->to_us < now_us ? s->to_us : now_us;
	const struct calendar *cal;
	int rc;

	if (!s->counts)
		return 0;
	if ((rc = calendar_set_get(d, set, s->calendar_id, &cal, err)) != 0)
		return rc;
	out->work_us = calendar_work_us(cal, s->from_us, to);
	add_holidays(cal, s->from_us, to, out->closed, sizeof(out->closed));
	return name_of(d,
	    "SELECT name FROM calendars WHERE tenant_id = $1 AND id = $2",
	    s->calendar_id, out->calendar, sizeof(out->calendar), err);
}

static int
explain_clock(struct desk *d, struct calendar_set *set,
    const struct ticket_clock *c, int64_t now_us, struct explained_clock *out,
    struct err *err)
{
	int rc;

	out->spans = xcalloc(c->span_count, sizeof(out->spans[0]));
	if ((rc = name_of(d,
		 "SELECT name FROM service_policies WHERE tenant_id = $1"
		 " AND id = $2",
		 c->policy_id, out->promise, sizeof(out->promise), err)) != 0 ||
	    (rc = ticket_clock_compute(d, set, c,
		 c->stopped_us != 0 ? c->stopped_us : now_us, &out->now,
		 err)) != 0)
		return rc;
	out->differs = out->now.due_us != c->due_us ||
	               (c->stopped_us != 0 && out->now.spent_us != c->spent_us);
	for (size_t i = 0; rc == 0 && i < c->span_count; i++)
		rc = explain_span(
		    d, set, &c->spans[i], now_us, &out->spans[i], err);
	return rc;
}

int
ticket_explain(struct desk *d, int64_t ticket_id, struct ticket_explained *out,
    struct err *err)
{
	struct calendar_set set = {0};
	int rc;

	*out = (struct ticket_explained){
	    .now_us = clock_wall_us(), .due_us = CALENDAR_NEVER};
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0 ||
	    (rc = ticket_clocks_read(
		 d, ticket_id, &out->clocks, &out->count, err)) != 0)
		return rc;
	out->extras = xcalloc(out->count + 1, sizeof(out->extras[0]));
	for (size_t i = 0; rc == 0 && i < out->count; i++) {
		const struct ticket_clock *c = &out->clocks[i];

		rc = explain_clock(
		    d, &set, c, out->now_us, &out->extras[i], err);
		if (c->stopped_us == 0 && c->due_us < out->due_us)
			out->due_us = c->due_us;
	}
	calendar_set_free(&set);
	return rc;
}

void
ticket_explained_free(struct ticket_explained *e)
{
	for (size_t i = 0; e->extras != NULL && i < e->count; i++)
		free(e->extras[i].spans);
	FREE(&e->extras);
	ticket_clocks_free(&e->clocks, e->count);
	e->count = 0;
}

static int64_t
time_or_null(int64_t us)
{
	return us == CALENDAR_NEVER ? 0 : us;
}

static void
span_json(const struct clock_span *s, const struct explained_span *x,
    struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_time(out, "from", s->from_us);
	json_out_time(out, "to", time_or_null(s->to_us));
	json_out_bool(out, "counts", s->counts);
	json_out_string(out, "reason", clock_reason_names[s->reason]);
	json_out_string(out, "note", s->note);
	json_out_string(out, "calendar", x->calendar);
	json_out_int(out, "work_s", x->work_us / US_PER_SECOND);
	json_out_string(out, "holidays", x->closed);
	json_out_end(out, '}');
}

static void
clock_json(const struct ticket_clock *c, const struct explained_clock *x,
    struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "kind", clock_kind_names[c->kind]);
	json_out_int(out, "round", c->round);
	json_out_string(out, "clock_state", clock_state_names[c->state]);
	json_out_string(out, "promise", x->promise);
	json_out_int(out, "target_s", c->target_us / US_PER_SECOND);
	json_out_int(out, "spent_s", x->now.spent_us / US_PER_SECOND);
	json_out_int(
	    out, "left_s", (c->target_us - x->now.spent_us) / US_PER_SECOND);
	json_out_time(out, "started_at", c->started_us);
	json_out_time(out, "stopped_at", c->stopped_us);
	json_out_time(out, "warn_at", time_or_null(x->now.warn_us));
	json_out_time(out, "due_at", time_or_null(x->now.due_us));
	json_out_int(out, "notices", c->noticed);
	json_out_bool(out, "differs", x->differs);
	json_out_array(out, "intervals");
	for (size_t i = 0; i < c->span_count; i++)
		span_json(&c->spans[i], &x->spans[i], out);
	json_out_end(out, ']');
	json_out_end(out, '}');
}

void
ticket_explained_json(
    const struct ticket_explained *e, const char *name, struct json_out *out)
{
	json_out_array(out, name);
	for (size_t i = 0; i < e->count; i++)
		clock_json(&e->clocks[i], &e->extras[i], out);
	json_out_end(out, ']');
}
