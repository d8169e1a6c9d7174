/*
 * call_figures - what comes of calls: how many, how many sales, the share of
 * sales in percent, how long was talked; in all and per operator, team, day
 * and hour.
 *
 * One set of functions for the board, the page, exports and the API.  A call
 * belongs to the day, hour, operator and team of its start; days and hours are
 * the tenant's.  Every figure names the filter whose call_list are its rows.
 * What the actor sees: the own calls, the team's or all (call.figures).
 */
#ifndef DB_RECORDS_CALL_FIGURES_H
#define DB_RECORDS_CALL_FIGURES_H

#include "db/records/calls.h"

struct call_sum {
	int64_t calls; /* started */
	int64_t answered, sales;
	int64_t talk_us, hold_us, wrap_us;
	int64_t sale_cents;
	int64_t unclosed; /* ended without a disposition */
};
/* Of sales, in whole percent of calls, half up; -1 without calls. */
int call_sum_rate(const struct call_sum *s);

enum call_measure {
	MEASURE_CALLS,
	MEASURE_SALES,
	MEASURE_RATE,
	MEASURE_TALK,
	MEASURE_HOLD,
	MEASURE_WRAP,
	MEASURE_ANSWERED,
	MEASURE_AMOUNT,
	MEASURE_UNCLOSED,
	MEASURE_COUNT
};
extern const char *const call_measure_names[]; /* NULL-ended */
/* How it is made, as a sentence: what counts, when, what is left out. */
const char *call_measure_formula(enum call_measure m);

enum call_figures_by {
	CALL_FIGURES_TOTAL,
	CALL_FIGURES_BY_OPERATOR,
	CALL_FIGURES_BY_TEAM,
	CALL_FIGURES_BY_DAY,
	CALL_FIGURES_BY_HOUR, /* 0..23, of all the days together */
	CALL_FIGURES_BY_DISPOSITION,
	CALL_FIGURES_BY_COUNT
};
extern const char *const call_figures_by_names[]; /* NULL-ended */

struct call_figure {
	enum call_figures_by by;
	int64_t operator_id, team_id,
	    disposition_id;     /* 0: none, or not by it */
	char name[201];         /* of operator, team, day "2026-11-22", ... */
	int hour;               /* -1: not by hour */
	bool scattered;         /* an hour that is there more than once */
	int64_t from_us, to_us; /* its calls started in [from, to) */
	struct call_sum sum;
};
struct call_figures_ask {
	enum call_figures_by by;
	int64_t from_us, to_us;       /* to 0: until now */
	int64_t operator_id, team_id; /* 0: all that the actor may see */
};
#define CALL_FIGURES_DAYS_MAX 400
/*
 * Operators and teams by sales, then calls; days and hours in their order,
 * with those that had none.  The caller frees rows.  OD_EDATA: more days than
 * CALL_FIGURES_DAYS_MAX - 1 by day.
 */
int call_figures(struct desk *d, const struct call_figures_ask *ask,
    struct call_figure **rows, size_t *count, struct err *err);
/*
 * The rows behind one measure of it, for call_list: those that were counted,
 * and no others, also where the actor may read more.  false: they are no
 * single list (an hour of several days, or one that the clocks repeat).
 */
bool call_figure_filter(
    const struct call_figure *f, enum call_measure m, struct call_filter *out);
/* With the older system's names, too. */
void call_figure_json(const struct call_figure *f, struct json_out *out);

/* Today, of one operator or, 0, of what the actor sees: calls, sales, rate,
 * talk. */
int call_metrics(struct desk *d, int64_t operator_id, struct call_figure *out,
    struct err *err);
/* The members of metrics_update: calls_today, sales_today, success_rate,
 * total_talk_time (seconds); success_rate null without calls. */
void call_metrics_members(const struct call_figure *f, struct json_out *out);

#endif
