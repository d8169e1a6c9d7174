/* daily - see daily.h. */
#include "tui/export/daily.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/call_figures.h"
#include "db/records/clock_figures.h"
#include "db/records/conversations.h"
#include "db/records/guide_figures.h"
#include "db/records/tenant_days.h"
#include "db/records/tenants.h"
#include <stdlib.h>

#define CHATS_PAGE 1000
#define NONE       (-1) /* instead of a value */

const struct sheet_column daily_columns[DAILY_COLUMNS] = {
    {"day", SHEET_TEXT},
    {"section", SHEET_WORD},
    {"name", SHEET_TEXT},
    {"figure", SHEET_WORD},
    {"value", SHEET_WHOLE},
    {"formula", SHEET_TEXT},
};

struct report {
	struct desk *desk;
	char day[16];
	int64_t from_us, to_us;
	daily_row_fn *put;
	void *data;
	struct str json;
};

static int
put_row(struct report *r, const char *section, const char *name,
    const char *figure, int64_t value, const char *formula, struct err *err)
{
	struct json_out out;

	str_clear(&r->json);
	json_out_init(&out, &r->json);
	json_out_object(&out, NULL);
	json_out_string(&out, "day", r->day);
	json_out_string(&out, "section", section);
	json_out_string(&out, "name", name);
	json_out_string(&out, "figure", figure);
	if (value != NONE)
		json_out_int(&out, "value", value);
	else
		json_out_null(&out, "value");
	json_out_string(&out, "formula", formula);
	json_out_end(&out, '}');
	return r->put(r->data, r->json.s, r->json.len, err);
}

/* ---- calls ---- */

static int64_t
measure(const struct call_sum *s, enum call_measure m)
{
	switch (m) {
	case MEASURE_CALLS:
		return s->calls;
	case MEASURE_SALES:
		return s->sales;
	case MEASURE_RATE:
		return call_sum_rate(s);
	case MEASURE_TALK:
		return s->talk_us / US_PER_SECOND;
	case MEASURE_HOLD:
		return s->hold_us / US_PER_SECOND;
	case MEASURE_WRAP:
		return s->wrap_us / US_PER_SECOND;
	case MEASURE_ANSWERED:
		return s->answered;
	case MEASURE_AMOUNT:
		return s->sale_cents;
	case MEASURE_UNCLOSED:
		return s->unclosed;
	case MEASURE_COUNT:
		break;
	}
	return NONE;
}

static int
put_calls(struct report *r, enum call_figures_by by, struct err *err)
{
	const struct call_figures_ask ask = {
	    .by = by, .from_us = r->from_us, .to_us = r->to_us};
	struct call_figure *rows = NULL;
	size_t count = 0;
	int rc = call_figures(r->desk, &ask, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		for (int m = 0; rc == 0 && m < MEASURE_COUNT; m++)
			rc = put_row(r, "calls",
			    by == CALL_FIGURES_TOTAL ? NULL : rows[i].name,
			    call_measure_names[m],
			    measure(&rows[i].sum, (enum call_measure)m),
			    call_measure_formula((enum call_measure)m), err);
	free(rows);
	return rc;
}

/* ---- tickets ---- */

static int
put_tickets(struct report *r, struct err *err)
{
	struct clock_figure figures[CLOCK_KIND_COUNT];
	int rc = clock_figures(r->desk, r->from_us, r->to_us, figures, err);

	for (int i = 0; rc == 0 && i < CLOCK_KIND_COUNT; i++) {
		const struct clock_figure *f = &figures[i];
		int64_t all = f->met + f->missed;
		const char *kind = clock_kind_names[f->kind];
		char name[64];

		str_format(name, sizeof(name), "%s_met", kind);
		rc = put_row(r, "tickets", NULL, name, f->met,
		    _("Promises of that kind that were met in that time"), err);
		str_format(name, sizeof(name), "%s_missed", kind);
		if (rc == 0)
			rc = put_row(r, "tickets", NULL, name, f->missed,
			    _("Promises of that kind whose clock stopped in"
			      " that time, too late"),
			    err);
		str_format(name, sizeof(name), "%s_percent", kind);
		if (rc == 0)
			rc = put_row(r, "tickets", NULL, name,
			    all > 0 ? f->met * 100 / all : NONE,
			    _(clock_figure_formula), err);
	}
	return rc;
}

/* ---- chats ---- */

struct chats {
	int64_t begun, waiting, heard;
};

/* From the one with the newest message to those before the day. */
static int
count_chats(struct report *r, enum conversation_view view, struct chats *sum,
    struct err *err)
{
	struct page page = {.limit = CHATS_PAGE};
	struct conversation *rows;
	size_t count;
	bool more = true;
	int rc = 0;

	while (rc == 0 && more) {
		rc = conversation_list(
		    r->desk, view, "", &page, &rows, &count, err);
		more = rc == 0 && count == CHATS_PAGE;
		for (size_t i = 0; rc == 0 && i < count; i++) {
			const struct conversation *c = &rows[i];

			more = more && c->last_message_us >= r->from_us;
			if (c->created_at >= r->from_us &&
			    c->created_at < r->to_us)
				sum->begun++;
			if (c->last_message_us < r->from_us ||
			    c->last_message_us >= r->to_us)
				continue;
			sum->heard++;
			if (view != VIEW_CLOSED && c->waiting_since_us != 0)
				sum->waiting++;
		}
		if (more) {
			page.after_key = rows[count - 1].last_message_us;
			page.after_id = rows[count - 1].id;
		}
		free(rows);
	}
	return rc;
}

static int
put_chats(struct report *r, struct err *err)
{
	struct chats sum = {0};
	int rc = count_chats(r, VIEW_ALL, &sum, err);

	if (rc == 0)
		rc = count_chats(r, VIEW_CLOSED, &sum, err);
	if (rc == 0)
		rc = put_row(r, "chats", NULL, "begun", sum.begun,
		    _("Chats that began in that time"), err);
	if (rc == 0)
		rc = put_row(r, "chats", NULL, "heard_last", sum.heard,
		    _("Chats whose last message came or went in that time"),
		    err);
	if (rc == 0)
		rc = put_row(r, "chats", NULL, "waiting", sum.waiting,
		    _("Of these, chats whose customer still waits for an"
		      " answer"),
		    err);
	return rc;
}

/* ---- guides ---- */

static int64_t
whole(double x)
{
	return x < 0 ? NONE : (int64_t)(x + 0.5);
}

struct guide_line {
	const char *figure, *formula;
	int64_t value;
};

static int
put_guides(struct report *r, struct err *err)
{
	const struct guide_figures_ask ask = {
	    .by = FIGURES_BY_GUIDE, .from_us = r->from_us, .to_us = r->to_us};
	struct guide_figure *rows = NULL;
	struct guide_sum s;
	size_t count = 0;
	int rc = guide_figures(r->desk, &ask, &rows, &count, &s, err);

	free(rows);
	if (rc != 0)
		return rc;
	const struct guide_line figures[] = {
	    {"sessions", N_("Guides whose walk began in that time"),
		s.sessions},
	    {"resolved", N_("Of these, those that ended with a solution"),
		s.by_state[SESSION_RESOLVED]},
	    {"escalated", N_("Of these, those that were handed up"),
		s.by_state[SESSION_ESCALATED]},
	    {"abandoned", N_("Of these, those that were given up"),
		s.by_state[SESSION_ABANDONED]},
	    {"resolution_rate",
		N_("100 × resolved ÷ (resolved + escalated + abandoned),"
		   " rounded to the nearest whole percent"),
		whole(guide_sum_rate(&s))},
	};

	for (size_t i = 0; rc == 0 && i < sizeof(figures) / sizeof(figures[0]);
	     i++)
		rc = put_row(r, "guides", NULL, figures[i].figure,
		    figures[i].value, _(figures[i].formula), err);
	return rc;
}

/* ---- all of them ---- */

static int
zone_of(struct desk *d, const struct zone **zone, struct err *err)
{
	struct tenant t;
	int rc = tenant_get(d, d->actor.tenant_id, &t, err);

	*zone = zone_utc();
	if (rc == 0)
		(void)zone_get(t.zone, zone, NULL);
	return rc;
}

int
daily_of(struct desk *d, int64_t date_us, int *days_ago, struct err *err)
{
	const struct zone *zone;
	int64_t now = clock_wall_us(), begin, end, at_us;
	struct civil c;
	int rc;

	if ((rc = zone_of(d, &zone, err)) != 0)
		return rc;
	zone_civil(zone_utc(), date_us, &c);
	c.hour = 12;
	at_us = zone_instant(zone, &c);
	if (at_us > now + 2 * US_PER_DAY)
		return err_set(err, OD_EDATA, "That day has not come yet");
	*days_ago = (int)((now - at_us) / US_PER_DAY);
	*days_ago = *days_ago > 0 ? *days_ago - 1 : 0;
	for (int i = 0; i < 4; i++, (*days_ago)++) {
		if ((rc = tenant_day_start(d, *days_ago, &begin, err)) != 0 ||
		    (rc = tenant_day_start(d, *days_ago - 1, &end, err)) != 0)
			return rc;
		if (at_us >= begin && at_us < end)
			return 0;
	}
	return err_set(err, OD_EDATA, "That day has not come yet");
}

static int
begin(struct report *r, int days_ago, struct err *err)
{
	const struct zone *zone;
	struct civil c;
	int rc;

	if ((rc = zone_of(r->desk, &zone, err)) != 0 ||
	    (rc = tenant_day_start(r->desk, days_ago, &r->from_us, err)) != 0 ||
	    (rc = tenant_day_start(r->desk, days_ago - 1, &r->to_us, err)) != 0)
		return rc;
	zone_civil(zone, r->from_us, &c);
	str_format(
	    r->day, sizeof(r->day), "%04d-%02d-%02d", c.year, c.month, c.day);
	return 0;
}

int
daily_report(struct desk *d, int days_ago, daily_row_fn *put, void *data,
    struct err *err)
{
	struct report r = {.desk = d, .put = put, .data = data};
	int rc;

	str_init(&r.json);
	if ((rc = begin(&r, days_ago, err)) != 0)
		return rc;
	if (op_scope(d, OP_CALL_FIGURES) != SCOPE_NONE &&
	    (rc = put_calls(&r, CALL_FIGURES_TOTAL, err)) == 0)
		rc = put_calls(&r, CALL_FIGURES_BY_OPERATOR, err);
	if (rc == 0 && op_scope(d, OP_TICKET_READ) == SCOPE_ALL)
		rc = put_tickets(&r, err);
	if (rc == 0 && op_scope(d, OP_CONVERSATION_READ) != SCOPE_NONE)
		rc = put_chats(&r, err);
	if (rc == 0 && op_scope(d, OP_SESSION_READ) != SCOPE_NONE)
		rc = put_guides(&r, err);
	str_free(&r.json);
	return rc;
}
