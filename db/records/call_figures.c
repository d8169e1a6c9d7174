/* call_figures - see call_figures.h. */
#include "db/records/call_figures.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "db/records/call_int.h"
#include "db/records/tenant_days.h"
#include <stdlib.h>
#include <string.h>

const char *const call_figures_by_names[] = {
    "total", "operator", "team", "day", "hour", "disposition", NULL};
const char *const call_measure_names[] = {"calls", "sales", "success_rate",
    "talk", "hold", "wrap_up", "answered", "amount", "unclosed", NULL};

int
call_sum_rate(const struct call_sum *s)
{
	if (s->calls == 0)
		return -1;
	return (int)((200 * s->sales + s->calls) / (2 * s->calls));
}

const char *
call_measure_formula(enum call_measure m)
{
	static const char *const formulas[MEASURE_COUNT] = {
	    N_("Calls that began in that time, in and out, answered or not. A "
	       "call belongs to the day and hour in which it began, and to "
	       "the operator who had it."),
	    N_("Calls that began in that time and were closed with a "
	       "disposition that is a sale."),
	    N_("100 × sales ÷ calls, rounded to the nearest whole percent, "
	       "half up; nothing without calls."),
	    N_("Seconds between answer and end, without the time on hold, of "
	       "calls that began in that time. Of a call that goes on, what "
	       "is over."),
	    N_("Seconds on hold of calls that began in that time."),
	    N_("Seconds between the end of the talk and the disposition, of "
	       "calls that began in that time."),
	    N_("Calls that began in that time and in which somebody was "
	       "talked to."),
	    N_("Sum of the amounts of the sales."),
	    N_("Calls that began in that time and ended without a "
	       "disposition."),
	};

	return _(formulas[m]);
}

/* ---- adding up ---- */

#define SLOT_US (15 * US_PER_MINUTE) /* offsets of zones are some of these */

struct group { /* a row of the query */
	int64_t key;
	char name[201];
	struct call_sum sum;
};

static void
read_group(struct stmt *st, void *row)
{
	struct group *g = row;

	g->key = stmt_int(st, 0);
	str_copy(g->name, sizeof(g->name), stmt_text(st, 1));
	g->sum.calls = stmt_int(st, 2);
	g->sum.answered = stmt_int(st, 3);
	g->sum.sales = stmt_int(st, 4);
	g->sum.talk_us = stmt_int(st, 5);
	g->sum.hold_us = stmt_int(st, 6);
	g->sum.wrap_us = stmt_int(st, 7);
	g->sum.sale_cents = stmt_int(st, 8);
	g->sum.unclosed = stmt_int(st, 9);
}

static void
add_sum(struct call_sum *to, const struct call_sum *s)
{
	to->calls += s->calls;
	to->answered += s->answered;
	to->sales += s->sales;
	to->talk_us += s->talk_us;
	to->hold_us += s->hold_us;
	to->wrap_us += s->wrap_us;
	to->sale_cents += s->sale_cents;
	to->unclosed += s->unclosed;
}

#define COUNTED                                                                \
	", count(*), CAST(SUM(CASE WHEN c.answered_us IS NOT NULL THEN 1"      \
	" ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN x.is_sale = 1 THEN 1"     \
	" ELSE 0 END) AS BIGINT), CAST(SUM(c.talk_us) AS BIGINT),"             \
	" CAST(SUM(c.hold_us) AS BIGINT), CAST(SUM(c.wrap_us) AS BIGINT),"     \
	" CAST(SUM(CASE WHEN x.is_sale = 1 THEN c.sale_cents ELSE 0 END)"      \
	" AS BIGINT), CAST(SUM(CASE WHEN c.state = 4"                          \
	" AND c.disposition_id IS NULL THEN 1 ELSE 0 END) AS BIGINT)"          \
	" FROM calls c LEFT JOIN dispositions x ON x.id = c.disposition_id"    \
	" AND x.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN operators o ON o.id = c.operator_id"                       \
	" AND o.tenant_id = c.tenant_id"                                       \
	" LEFT JOIN teams te ON te.id = c.team_id"                             \
	" AND te.tenant_id = c.tenant_id"                                      \
	" WHERE c.tenant_id = $? AND c.deleted_at IS NULL"                     \
	" AND c.started_us >= $? AND c.started_us < $?"

static const struct {
	const char *select, *group;
} groupings[CALL_FIGURES_BY_COUNT] = {
    [CALL_FIGURES_TOTAL] = {"SELECT 0, ''" COUNTED, ""},
    [CALL_FIGURES_BY_OPERATOR] = {"SELECT c.operator_id, o.full_name" COUNTED,
	" GROUP BY c.operator_id, o.full_name"},
    [CALL_FIGURES_BY_TEAM] = {"SELECT c.team_id, te.name" COUNTED,
	" GROUP BY c.team_id, te.name"},
    [CALL_FIGURES_BY_DAY] = {"SELECT c.started_us / 900000000, ''" COUNTED,
	" GROUP BY c.started_us / 900000000"},
    [CALL_FIGURES_BY_HOUR] = {"SELECT c.started_us / 900000000, ''" COUNTED,
	" GROUP BY c.started_us / 900000000"},
    [CALL_FIGURES_BY_DISPOSITION] = {"SELECT c.disposition_id, x.key" COUNTED,
	" GROUP BY c.disposition_id, x.key"},
};

static int
read_groups(struct desk *d, const struct call_figures_ask *ask,
    struct group **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_add(&q, groupings[ask->by].select,
	    BINDS(b_int(d->actor.tenant_id), b_int(ask->from_us),
		b_int(ask->to_us)));
	call__add_scope(&q, d, OP_CALL_FIGURES, "c");
	if (ask->operator_id != 0)
		query_add(&q, " AND c.operator_id = $?",
		    BINDS(b_int(ask->operator_id)));
	if (ask->team_id != 0)
		query_add(
		    &q, " AND c.team_id = $?", BINDS(b_int(ask->team_id)));
	query_text(&q, groupings[ask->by].group);
	rc = query_run(d->db, &st, &q, err);
	*rows = records__rows(
	    NULL, &st, sizeof(**rows), read_group, count, &rc, err);
	query_free(&q);
	return rc;
}

static void
figure_of(const struct call_figures_ask *ask, struct call_figure *f)
{
	memset(f, 0, sizeof(*f));
	f->by = ask->by;
	f->hour = -1;
	f->from_us = ask->from_us;
	f->to_us = ask->to_us;
	f->operator_id = ask->operator_id;
	f->team_id = ask->team_id;
}

static void
by_group(const struct call_figures_ask *ask, const struct group *groups,
    size_t n, struct call_figure *rows)
{
	for (size_t i = 0; i < n; i++) {
		struct call_figure *f = &rows[i];

		figure_of(ask, f);
		f->sum = groups[i].sum;
		str_copy(f->name, sizeof(f->name), groups[i].name);
		if (ask->by == CALL_FIGURES_BY_OPERATOR)
			f->operator_id = groups[i].key;
		else if (ask->by == CALL_FIGURES_BY_TEAM)
			f->team_id = groups[i].key;
		else if (ask->by == CALL_FIGURES_BY_DISPOSITION)
			f->disposition_id = groups[i].key;
	}
}

/* Days of the ask in the zone; the first and last may be parts of one. */
static size_t
make_days(const struct call_figures_ask *ask, const struct zone *zone,
    struct call_figure *rows)
{
	int64_t from = ask->from_us;
	size_t n = 0;

	while (from < ask->to_us && n < CALL_FIGURES_DAYS_MAX) {
		struct call_figure *f = &rows[n++];
		int64_t next = zone_midnight(zone, from, 1);
		struct civil c;

		figure_of(ask, f);
		zone_civil(zone, from, &c);
		str_format(f->name, sizeof(f->name), "%04d-%02d-%02d", c.year,
		    c.month, c.day);
		f->from_us = from;
		f->to_us = next < ask->to_us ? next : ask->to_us;
		from = next;
	}
	return n;
}

static int64_t
clip(const struct call_figures_ask *ask, int64_t us)
{
	return us < ask->from_us ? ask->from_us
	       : us > ask->to_us ? ask->to_us
	                         : us;
}

/* Of one day an hour has its beginning and end, where it is asked for. */
static size_t
make_hours(const struct call_figures_ask *ask, const struct zone *zone,
    struct call_figure *rows)
{
	bool one_day = zone_midnight(zone, ask->from_us, 1) >= ask->to_us;

	for (int hour = 0; hour < 24; hour++) {
		struct call_figure *f = &rows[hour];
		int64_t from, to;
		struct civil c;

		figure_of(ask, f);
		f->hour = hour;
		str_format(f->name, sizeof(f->name), "%02d", hour);
		f->scattered = !one_day;
		if (!one_day)
			continue;
		zone_civil(zone, ask->from_us, &c);
		c.hour = hour;
		c.minute = c.second = c.us = 0;
		from = zone_instant(zone, &c);
		c.hour = hour + 1;
		to = zone_instant(zone, &c);
		f->scattered = to - from > US_PER_HOUR;
		f->from_us = clip(ask, from);
		f->to_us = clip(ask, to);
	}
	return 24;
}

static void
add_slots(const struct group *groups, size_t n, const struct zone *zone,
    struct call_figure *rows, size_t count)
{
	for (size_t i = 0; i < n; i++) {
		int64_t us = groups[i].key * SLOT_US;
		struct civil c;
		size_t at = 0;

		zone_civil(zone, us, &c);
		if (rows[0].by == CALL_FIGURES_BY_HOUR)
			at = (size_t)c.hour;
		else
			while (at + 1 < count && rows[at].to_us <= us)
				at++;
		add_sum(&rows[at].sum, &groups[i].sum);
	}
}

static int
by_best(const void *a, const void *b)
{
	const struct call_figure *x = a, *y = b;

	if (x->sum.sales != y->sum.sales)
		return x->sum.sales > y->sum.sales ? -1 : 1;
	if (x->sum.calls != y->sum.calls)
		return x->sum.calls > y->sum.calls ? -1 : 1;
	return strcmp(x->name, y->name);
}

int
call_figures(struct desk *d, const struct call_figures_ask *ask,
    struct call_figure **rows, size_t *count, struct err *err)
{
	struct call_figures_ask a = *ask;
	struct group *groups = NULL;
	const struct zone *zone;
	size_t n = 0;
	int rc;

	*rows = NULL;
	*count = 0;
	if (a.to_us == 0)
		a.to_us = clock_wall_us() + 1;
	/* The first and the last of them may be parts. */
	if (a.by == CALL_FIGURES_BY_DAY &&
	    a.to_us - a.from_us > (CALL_FIGURES_DAYS_MAX - 1) * US_PER_DAY)
		return err_set(err, OD_EDATA,
		    "By day there are figures of %d days at most; choose a"
		    " shorter time",
		    CALL_FIGURES_DAYS_MAX - 1);
	if ((rc = op_may(d, OP_CALL_FIGURES, 0, err)) != 0 ||
	    (rc = tenant_zone(d, &zone, err)) != 0 ||
	    (rc = read_groups(d, &a, &groups, &n, err)) != 0)
		goto out;
	*rows = xcalloc(n + CALL_FIGURES_DAYS_MAX, sizeof(**rows));
	if (a.by == CALL_FIGURES_BY_DAY)
		*count = make_days(&a, zone, *rows);
	else if (a.by == CALL_FIGURES_BY_HOUR)
		*count = make_hours(&a, zone, *rows);
	if (a.by == CALL_FIGURES_BY_DAY || a.by == CALL_FIGURES_BY_HOUR) {
		if (*count > 0)
			add_slots(groups, n, zone, *rows, *count);
		goto out;
	}
	by_group(&a, groups, n, *rows);
	*count = n;
	qsort(*rows, n, sizeof(**rows), by_best);
out:
	free(groups);
	return rc;
}

/* ---- the rows behind, and as JSON ---- */

bool
call_figure_filter(
    const struct call_figure *f, enum call_measure m, struct call_filter *out)
{
	*out = call_filter_any;
	out->counted = true;
	out->from_us = f->from_us;
	out->to_us = f->to_us;
	out->operator_id = f->operator_id;
	out->team_id = f->team_id;
	out->disposition_id = f->disposition_id;
	if (m == MEASURE_SALES || m == MEASURE_AMOUNT)
		out->view = CALLS_SALES;
	else if (m == MEASURE_UNCLOSED)
		out->view = CALLS_UNCLOSED;
	else
		out->talked = m == MEASURE_ANSWERED || m == MEASURE_TALK;
	switch (f->by) {
	case CALL_FIGURES_BY_OPERATOR:
		out->no_operator = f->operator_id == 0;
		break;
	case CALL_FIGURES_BY_TEAM:
		out->no_team = f->team_id == 0;
		break;
	case CALL_FIGURES_BY_DISPOSITION:
		out->no_disposition = f->disposition_id == 0;
		break;
	case CALL_FIGURES_BY_HOUR:
		return !f->scattered;
	case CALL_FIGURES_TOTAL:
	case CALL_FIGURES_BY_DAY:
	case CALL_FIGURES_BY_COUNT:
		break;
	}
	return true;
}

static void
json_rate(struct json_out *out, const struct call_sum *s)
{
	int rate = call_sum_rate(s);

	if (rate < 0)
		json_out_null(out, "success_rate");
	else
		json_out_int(out, "success_rate", rate);
}

void
call_figure_json(const struct call_figure *f, struct json_out *out)
{
	json_out_object(out, NULL);
	if (f->by != CALL_FIGURES_TOTAL)
		json_out_string(
		    out, "name", f->name[0] != '\0' ? f->name : NULL);
	json_out_int(out, "calls", f->sum.calls);
	json_out_int(out, "sales", f->sum.sales);
	json_rate(out, &f->sum);
	json_out_int(out, "talk_s", f->sum.talk_us / US_PER_SECOND);
	json_out_int(out, "hold_s", f->sum.hold_us / US_PER_SECOND);
	json_out_int(out, "wrap_up_s", f->sum.wrap_us / US_PER_SECOND);
	json_out_int(out, "answered", f->sum.answered);
	json_out_int(out, "unclosed", f->sum.unclosed);
	json_out_int(out, "sale_cents", f->sum.sale_cents);
	json_out_time(out, "from", f->from_us);
	json_out_time(out, "to", f->to_us);
	json_out_end(out, '}');
}

int
call_metrics(struct desk *d, int64_t operator_id, struct call_figure *out,
    struct err *err)
{
	struct call_figures_ask ask = {
	    .by = CALL_FIGURES_TOTAL, .operator_id = operator_id};
	struct call_figure *rows = NULL;
	size_t count = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = tenant_day_start(d, 0, &ask.from_us, err)) == 0 &&
	    (rc = tenant_day_start(d, -1, &ask.to_us, err)) == 0 &&
	    (rc = call_figures(d, &ask, &rows, &count, err)) == 0 && count == 1)
		*out = rows[0];
	free(rows);
	return rc;
}

void
call_metrics_members(const struct call_figure *f, struct json_out *out)
{
	json_out_int(out, "calls_today", f->sum.calls);
	json_out_int(out, "sales_today", f->sum.sales);
	json_rate(out, &f->sum);
	json_out_int(out, "total_talk_time", f->sum.talk_us / US_PER_SECOND);
}
