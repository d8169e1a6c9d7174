/* guide_figures - sessions counted; see guide_figures.h. */
#include "db/records/guide_figures.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "db/records/guide_session_int.h"
#include "db/records/tenant_days.h"
#include <stdlib.h>
#include <string.h>

double
guide_sum_rate(const struct guide_sum *s)
{
	int64_t ended = s->by_state[SESSION_RESOLVED] +
	                s->by_state[SESSION_ESCALATED] +
	                s->by_state[SESSION_ABANDONED];

	return ended > 0 ? 100.0 * (double)s->by_state[SESSION_RESOLVED] /
	                       (double)ended
	                 : -1;
}

double
guide_sum_rating(const struct guide_sum *s)
{
	return s->ratings > 0 ? (double)s->rating_sum / (double)s->ratings : -1;
}

/* To a hundredth; null where there is nothing to divide by. */
static void
json_share(struct json_out *out, const char *name, double value)
{
	if (value < 0)
		json_out_null(out, name);
	else
		json_out_double(
		    out, name, (double)(int64_t)(value * 100 + 0.5) / 100);
}

void
guide_sum_members(const struct guide_sum *s, struct json_out *out)
{
	int64_t said = s->helpful + s->unhelpful;
	int64_t ended = s->by_state[SESSION_RESOLVED] +
	                s->by_state[SESSION_ESCALATED] +
	                s->by_state[SESSION_ABANDONED];

	json_out_int(out, "total_sessions", s->sessions);
	json_out_int(out, "active_sessions",
	    s->by_state[SESSION_ACTIVE] + s->by_state[SESSION_PAUSED]);
	json_out_int(out, "resolved_sessions", s->by_state[SESSION_RESOLVED]);
	json_out_int(out, "escalated_sessions", s->by_state[SESSION_ESCALATED]);
	json_out_int(out, "abandoned_sessions", s->by_state[SESSION_ABANDONED]);
	json_share(out, "resolution_rate", guide_sum_rate(s));
	json_share(out, "average_rating", guide_sum_rating(s));
	json_out_int(out, "total_feedback", s->ratings);
	json_share(out, "helpful_rate",
	    said > 0 ? 100.0 * (double)s->helpful / (double)said : -1);
	json_share(out, "average_time_s",
	    ended > 0 ? (double)s->worked_us / (double)ended / US_PER_SECOND
		      : -1);
}

void
guide_figure_json(const struct guide_figure *f, struct json_out *out)
{
	json_out_object(out, NULL);
	if (f->day[0] != '\0')
		json_out_string(out, "date", f->day);
	if (f->knowledge_id != 0) {
		json_out_string(out, "problem_id", f->topic);
		json_out_string(out, "problem_title", f->title);
	}
	if (f->version_id != 0)
		json_out_int(out, "guide_version", f->guide_version);
	guide_sum_members(&f->sum, out);
	json_out_end(out, '}');
}

/* ---- adding up ---- */

struct one { /* a session, as far as it counts */
	int64_t created_at, knowledge_id, version_id, number, state, active_us;
	int64_t rating, was_helpful; /* 0 and -1: not said */
	char topic[65], title[201];
};

static void
read_one(struct stmt *st, struct one *o)
{
	o->created_at = stmt_int(st, 0);
	o->knowledge_id = stmt_int(st, 1);
	o->version_id = stmt_int(st, 2);
	o->number = stmt_int(st, 3);
	o->state = stmt_int(st, 4);
	o->active_us = stmt_int(st, 5);
	o->rating = stmt_int(st, 6);
	o->was_helpful = stmt_is_null(st, 7) ? -1 : stmt_int(st, 7);
	str_copy(o->topic, sizeof(o->topic), stmt_text(st, 8));
	str_copy(o->title, sizeof(o->title), stmt_text(st, 9));
}

static void
add_one(struct guide_sum *s, const struct one *o)
{
	s->sessions++;
	s->by_state[o->state]++;
	if (o->state >= SESSION_RESOLVED)
		s->worked_us += o->active_us;
	if (o->rating > 0) {
		s->ratings++;
		s->rating_sum += o->rating;
	}
	s->helpful += o->was_helpful == 1;
	s->unhelpful += o->was_helpful == 0;
}

struct sums {
	const struct guide_figures_ask *ask;
	const struct zone *zone;
	bool by_all; /* by day and version: what is kept */
	struct guide_figure *rows;
	size_t count;
	struct guide_sum total;
};

static bool
is_in(const struct sums *s, const struct guide_figure *f, const struct one *o)
{
	if (s->by_all || s->ask->by == FIGURES_BY_DAY)
		if (o->created_at < f->from_us || o->created_at >= f->to_us)
			return false;
	if (s->by_all || s->ask->by == FIGURES_BY_VERSION)
		return f->version_id == o->version_id;
	return s->ask->by == FIGURES_BY_DAY ||
	       f->knowledge_id == o->knowledge_id;
}

/* The row of a session; the newest rows are looked at first. */
static struct guide_figure *
figure_of(struct sums *s, const struct one *o)
{
	bool by_day = s->by_all || s->ask->by == FIGURES_BY_DAY;
	struct guide_figure *f;
	struct civil c;

	for (size_t i = s->count; i > 0; i--) {
		if (is_in(s, &s->rows[i - 1], o))
			return &s->rows[i - 1];
		if (by_day && s->rows[i - 1].to_us <= o->created_at)
			break;
	}
	s->rows = records__grow(s->rows, s->count, sizeof(*s->rows));
	f = &s->rows[s->count++];
	f->from_us = s->ask->from_us;
	f->to_us = s->ask->to_us;
	if (by_day) {
		zone_civil(s->zone, o->created_at, &c);
		str_format(f->day, sizeof(f->day), "%04d-%02d-%02d",
		    c.year % 10000, c.month % 100, c.day % 100);
		f->from_us = zone_midnight(s->zone, o->created_at, 0);
		f->to_us = zone_midnight(s->zone, o->created_at, 1);
	}
	if (s->by_all || s->ask->by != FIGURES_BY_DAY) {
		f->knowledge_id = o->knowledge_id;
		str_copy(f->topic, sizeof(f->topic), o->topic);
		str_copy(f->title, sizeof(f->title), o->title);
	}
	if (s->by_all || s->ask->by == FIGURES_BY_VERSION) {
		f->version_id = o->version_id;
		f->guide_version = o->number;
	}
	return f;
}

static int
run(struct desk *d, struct sums *s, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	struct one o;
	int rc;

	query_init(&q);
	query_add(&q,
	    "SELECT s.created_at, s.knowledge_id, s.version_id, v.number,"
	    " s.state, s.active_us, f.rating, f.was_helpful, k.topic, k.title"
	    " FROM guide_sessions s JOIN knowledge k ON k.id = s.knowledge_id"
	    " AND k.tenant_id = s.tenant_id JOIN knowledge_versions v"
	    " ON v.id = s.version_id AND v.tenant_id = s.tenant_id"
	    " LEFT JOIN guide_feedback f ON f.session_id = s.id"
	    " AND f.tenant_id = s.tenant_id"
	    " LEFT JOIN operators o ON o.id = s.operator_id"
	    " AND o.tenant_id = s.tenant_id WHERE s.tenant_id = $?"
	    " AND s.created_at >= $? AND s.created_at < $?"
	    " AND s.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(s->ask->from_us),
		b_int(s->ask->to_us)));
	guide__add_scope(&q, d);
	if (s->ask->knowledge_id != 0)
		query_add(&q, " AND s.knowledge_id = $?",
		    BINDS(b_int(s->ask->knowledge_id)));
	if (s->ask->version_id != 0)
		query_add(&q, " AND s.version_id = $?",
		    BINDS(b_int(s->ask->version_id)));
	query_text(&q, " ORDER BY s.created_at, s.id");
	rc = query_run(d->db, &st, &q, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		read_one(st, &o);
		add_one(&figure_of(s, &o)->sum, &o);
		add_one(&s->total, &o);
		rc = 0;
	}
	stmt_close(&st);
	query_free(&q);
	return rc;
}

static int
by_count(const void *a, const void *b)
{
	const struct guide_figure *x = a, *y = b;

	if (x->sum.sessions != y->sum.sessions)
		return x->sum.sessions < y->sum.sessions ? 1 : -1;
	return strcmp(x->topic, y->topic);
}

int
guide_figures(struct desk *d, const struct guide_figures_ask *ask,
    struct guide_figure **rows, size_t *count, struct guide_sum *total,
    struct err *err)
{
	struct guide_figures_ask whole = *ask;
	struct sums s = {.ask = &whole};
	int rc;

	*rows = NULL;
	*count = 0;
	if (whole.to_us == 0)
		whole.to_us = clock_wall_us() + 1;
	if ((rc = op_may(d, OP_SESSION_READ, 0, err)) == 0 &&
	    (rc = tenant_zone(d, &s.zone, err)) == 0)
		rc = run(d, &s, err);
	if (rc != 0) {
		free(s.rows);
		return rc;
	}
	if (ask->by != FIGURES_BY_DAY && s.count > 1)
		qsort(s.rows, s.count, sizeof(*s.rows), by_count);
	*rows = s.rows;
	*count = s.count;
	*total = s.total;
	return 0;
}

/* ---- now ---- */

int
guide_realtime(struct desk *d, struct guide_realtime *out, struct err *err)
{
	int64_t since = clock_wall_us() - US_PER_HOUR;
	struct stmt *st = NULL;
	struct query q;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_SESSION_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    "SELECT s.state, s.walker, s.created_at,"
	    " CASE WHEN s.created_at >= $? THEN 1 ELSE 0 END,"
	    " CASE WHEN s.ended_us >= $? THEN 1 ELSE 0 END"
	    " FROM guide_sessions s LEFT JOIN operators o"
	    " ON o.id = s.operator_id AND o.tenant_id = s.tenant_id"
	    " WHERE s.tenant_id = $? AND s.deleted_at IS NULL"
	    " AND (s.state IN (0, 1) OR s.created_at >= $?)",
	    BINDS(b_int(since), b_int(since), b_int(d->actor.tenant_id),
		b_int(since - US_PER_DAY)));
	guide__add_scope(&q, d);
	rc = query_run(d->db, &st, &q, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		int64_t state = stmt_int(st, 0), began = stmt_int(st, 2);
		bool ended_now = stmt_int(st, 4) == 1;

		out->active += state == SESSION_ACTIVE;
		out->paused += state == SESSION_PAUSED;
		out->customers +=
		    state == SESSION_ACTIVE && stmt_int(st, 1) == 1;
		if (state < SESSION_RESOLVED &&
		    (out->oldest_us == 0 || began < out->oldest_us))
			out->oldest_us = began;
		out->started_hour += stmt_int(st, 3);
		out->resolved_hour += ended_now && state == SESSION_RESOLVED;
		out->escalated_hour += ended_now && state == SESSION_ESCALATED;
		out->abandoned_hour += ended_now && state == SESSION_ABANDONED;
		rc = 0;
	}
	stmt_close(&st);
	query_free(&q);
	return rc;
}

void
guide_realtime_members(const struct guide_realtime *r, struct json_out *out)
{
	json_out_int(out, "active_sessions", r->active);
	json_out_int(out, "paused_sessions", r->paused);
	json_out_int(out, "customer_sessions", r->customers);
	json_out_time(out, "oldest_at", r->oldest_us);
	json_out_int(out, "started_last_hour", r->started_hour);
	json_out_int(out, "resolved_last_hour", r->resolved_hour);
	json_out_int(out, "escalated_last_hour", r->escalated_hour);
	json_out_int(out, "abandoned_last_hour", r->abandoned_hour);
}

/* ---- kept sums ---- */

static int
keep(struct desk *d, const struct op *op, const struct guide_figure *f,
    struct err *err)
{
	return db_exec(d->db,
	    "INSERT INTO guide_days(tenant_id, day, knowledge_id, version_id,"
	    " started, resolved, escalated, abandoned, active_us, ratings,"
	    " rating_sum, helpful, unhelpful, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
	    BINDS(b_int(d->actor.tenant_id), b_text(f->day),
		b_int(f->knowledge_id), b_int(f->version_id),
		b_int(f->sum.sessions),
		b_int(f->sum.by_state[SESSION_RESOLVED]),
		b_int(f->sum.by_state[SESSION_ESCALATED]),
		b_int(f->sum.by_state[SESSION_ABANDONED]),
		b_int(f->sum.worked_us), b_int(f->sum.ratings),
		b_int(f->sum.rating_sum), b_int(f->sum.helpful),
		b_int(f->sum.unhelpful), b_int(op->now_us)),
	    NULL, err);
}

/* Also of a day without sessions something stays: when it was looked at. */
static int
note_refresh(struct desk *d, const struct op *op, struct err *err)
{
	char text[32];

	str_format(text, sizeof(text), "%lld", (long long)op->now_us);
	return db_exec(d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1, 0, 'guide.refreshed', $2, $3)"
	    " ON CONFLICT(tenant_id, operator_id, name) DO UPDATE SET"
	    " value = excluded.value, updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_text(text), b_int(op->now_us)),
	    NULL, err);
}

static int
refresh(struct desk *d, struct op *op, struct sums *s, int64_t *rows,
    struct err *err)
{
	struct civil c;
	char day[11];
	int rc;

	zone_civil(s->zone, s->ask->from_us, &c);
	str_format(day, sizeof(day), "%04d-%02d-%02d", c.year % 10000,
	    c.month % 100, c.day % 100);
	if ((rc = run(d, s, err)) != 0 ||
	    (rc = db_exec(d->db,
		 "DELETE FROM guide_days WHERE tenant_id = $1 AND day >= $2",
		 BINDS(b_int(d->actor.tenant_id), b_text(day)), NULL, err)) !=
		0)
		return rc;
	for (size_t i = 0; rc == 0 && i < s->count; i++)
		rc = keep(d, op, &s->rows[i], err);
	*rows = (int64_t)s->count;
	return rc != 0 ? rc : note_refresh(d, op, err);
}

int
guide_days_refresh(struct desk *d, int64_t *rows, struct err *err)
{
	struct guide_figures_ask ask = {.by = FIGURES_BY_VERSION};
	struct sums s = {.ask = &ask, .by_all = true};
	struct op op;
	int rc;

	*rows = 0;
	if ((rc = op_begin(d, &op, OP_SESSION_REFRESH, 0, err)) != 0)
		return rc;
	if ((rc = tenant_zone(d, &s.zone, err)) == 0) {
		ask.from_us =
		    zone_midnight(s.zone, op.now_us, -GUIDE_DAYS_BACK + 1);
		ask.to_us = op.now_us + 1;
		rc = refresh(d, &op, &s, rows, err);
	}
	free(s.rows);
	return op_end(d, &op, rc, err);
}

int
guide_days_fresh(struct desk *d, int64_t *us, struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = 0 AND name = 'guide.refreshed'",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*us = 0;
	if (rc == 0)
		(void)str_to_int64(text, 0, INT64_MAX, us);
	free(text);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
guide_sessions_idle_count(struct desk *d, int days, int64_t *count,
    int64_t *oldest_us, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*count = *oldest_us = 0;
	if ((rc = op_may(d, OP_SESSION_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT count(*), COALESCE(min(q.updated_at), 0) FROM"
	    " (SELECT updated_at FROM guide_sessions WHERE tenant_id = $1"
	    " AND state IN (0, 1) AND updated_at < $2 AND deleted_at IS NULL"
	    " ORDER BY id LIMIT $3) q",
	    BINDS(b_int(d->actor.tenant_id),
		b_int(clock_wall_us() - days * US_PER_DAY),
		b_int(GUIDE_IDLE_MAX)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*count = stmt_int(st, 0);
		*oldest_us = stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

int
guide_sessions_idle(
    struct desk *d, int days, int limit, int *count, struct err *err)
{
	const struct session_end end = {
	    .state = SESSION_ABANDONED, .notes = "idle"};
	int64_t before = clock_wall_us() - days * US_PER_DAY, ids[100];
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT id FROM guide_sessions WHERE tenant_id = $1"
	    " AND state IN (0, 1) AND updated_at < $2 AND deleted_at IS NULL"
	    " ORDER BY id LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(before),
		b_int(limit < 100 ? limit : 100)),
	    err);
	while (rc == 0 && n < 100 && (rc = stmt_step(st, err)) == 1) {
		ids[n++] = stmt_int(st, 0);
		rc = 0;
	}
	stmt_close(&st);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if ((rc = guide_session_finish(d, ids[i], &end, err)) == 0)
			(*count)++;
	return rc;
}
