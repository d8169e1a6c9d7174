/*
 * guide_figures - what comes of guides: how many sessions, how they ended, how
 * long they took, what customers thought; by day, guide and version, and step
 * by step: where people drop out and which step fixes.
 *
 * Counted from the sessions that the actor may read, by when they began; a day
 * is one of the tenant's zone.  Every figure is that of a filter, so that its
 * sessions can be listed (guide_sessions.h).  What is kept for longer than the
 * sessions is added up into guide_days.
 */
#ifndef DB_RECORDS_GUIDE_FIGURES_H
#define DB_RECORDS_GUIDE_FIGURES_H

#include "db/records/guide_sessions.h"

struct guide_sum {
	int64_t sessions;
	int64_t by_state[SESSION_STATE_COUNT];
	int64_t worked_us; /* of those that ended */
	int64_t ratings, rating_sum, helpful, unhelpful;
};
/* Of what ended, in percent; below 0: nothing ended. */
double guide_sum_rate(const struct guide_sum *s);
/* 1 to 5; below 0: nobody rated. */
double guide_sum_rating(const struct guide_sum *s);
/* Members only, inside an open object. */
void guide_sum_members(const struct guide_sum *s, struct json_out *out);

enum guide_figures_by { FIGURES_BY_DAY, FIGURES_BY_GUIDE, FIGURES_BY_VERSION };

struct guide_figure {
	char day[11]; /* "2026-11-22", "" unless by day */
	char topic[65], title[201];
	int64_t knowledge_id, version_id, guide_version; /* 0: not by it */
	int64_t from_us, to_us; /* its sessions began in [from, to) */
	struct guide_sum sum;
};
void guide_figure_json(const struct guide_figure *f, struct json_out *out);

#define GUIDE_FIGURES_DAYS_MAX 400

struct guide_figures_ask {
	int64_t from_us, to_us; /* began in [from, to); to 0: until now */
	int64_t knowledge_id, version_id; /* 0: all */
	enum guide_figures_by by;
};
/*
 * Days in their order, guides and versions by how many sessions they had.
 * *total is the sum of all.  The caller frees rows.
 */
int guide_figures(struct desk *d, const struct guide_figures_ask *ask,
    struct guide_figure **rows, size_t *count, struct guide_sum *total,
    struct err *err);
struct guide_step_figure {
	int64_t step;
	int64_t seen; /* how often it stood before somebody */
	int64_t yes, no, skipped, back;
	int64_t fixed;     /* sessions that were resolved at it */
	int64_t dropped;   /* escalated or abandoned at it */
	int64_t median_us; /* until it was answered */
};
void guide_step_figure_json(
    const struct guide_step_figure *f, struct json_out *out);
/* Of one version, by number; the caller frees rows. */
int guide_step_figures(struct desk *d, int64_t version_id, int64_t from_us,
    int64_t to_us, struct guide_step_figure **rows, size_t *count,
    struct err *err);

struct guide_realtime {
	int64_t active, paused, customers; /* now; customers: they walk */
	int64_t oldest_us; /* when the oldest that is open began; 0: none */
	int64_t started_hour, resolved_hour, escalated_hour, abandoned_hour;
};
int guide_realtime(struct desk *d, struct guide_realtime *out, struct err *err);
void guide_realtime_members(
    const struct guide_realtime *r, struct json_out *out);

/* ---- kept sums ---- */

/*
 * At most so many days are added up anew: what began since then is there, for
 * nothing is cleared that early.
 */
#define GUIDE_DAYS_BACK 30
/* OP_SESSION_REFRESH; *rows: how many sums are kept of those days. */
int guide_days_refresh(struct desk *d, int64_t *rows, struct err *err);
/* When that was done last; 0: never. */
int guide_days_fresh(struct desk *d, int64_t *us, struct err *err);
/*
 * How many guide_sessions_idle would abandon, at most GUIDE_IDLE_MAX, and
 * since when the one that waits longest was not touched (0: none).  Reads only.
 */
#define GUIDE_IDLE_MAX 10000
int guide_sessions_idle_count(struct desk *d, int days, int64_t *count,
    int64_t *oldest_us, struct err *err);
/*
 * Sessions that nobody touched for so many days are abandoned, as any that is
 * abandoned, with the reason in their path; at most limit.  As the system.
 */
int guide_sessions_idle(
    struct desk *d, int days, int limit, int *count, struct err *err);

#endif
