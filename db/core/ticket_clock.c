/*
 * ticket_clock - see ticket_clock.h: what a clock has to do, and that it does.
 */
#include "db/core/ticket_clock_int.h"
#include "common/xalloc.h"
#include <stdlib.h>

/* Of enum ticket_state, which is a floor above. */
enum { STATE_WAITING = 2, STATE_SOLVED = 3, STATE_MERGED = 5 };

enum mode { MODE_RUN, MODE_STILL, MODE_STOP, MODE_CANCEL };

struct follow {
	struct desk *desk;
	struct op *op;
	struct clock_facts facts;
	struct ticket_clock *clocks; /* owned */
	size_t count;
	struct calendar_set set;
	int64_t undone_us;
};

/* *reason: why it stands still. */
static enum mode
wanted(const struct clock_facts *f, enum clock_kind kind,
    enum clock_reason *reason)
{
	*reason = f->trashed ? CLOCK_TRASHED : CLOCK_WAITING;
	if (f->target_us[kind] == 0 || f->calendar_id == 0 ||
	    f->state == STATE_MERGED)
		return MODE_CANCEL;
	if ((kind == CLOCK_FIRST && f->replied) ||
	    (kind == CLOCK_NEXT && !(f->replied && f->awaiting)) ||
	    f->state >= STATE_SOLVED)
		return MODE_STOP;
	return f->trashed || f->state == STATE_WAITING ? MODE_STILL : MODE_RUN;
}

static int
settle(
    struct follow *w, struct ticket_clock *c, bool cancelled, struct err *err)
{
	return ticket_clock__settle(w->desk, w->op, &w->set, c, cancelled, err);
}

static void
fill_span(const struct follow *w, struct clock_span *s, enum mode mode,
    enum clock_reason reason)
{
	s->to_us = CALENDAR_NEVER;
	s->counts = mode == MODE_RUN;
	s->reason = reason;
	s->calendar_id = s->counts ? w->facts.calendar_id : 0;
	str_copy(s->note, sizeof(s->note),
	    reason == CLOCK_WAITING ? w->facts.waiting_for : "");
}

static void
take_promise(const struct follow *w, struct ticket_clock *c)
{
	c->policy_id = w->facts.policy_id;
	c->target_us = w->facts.target_us[c->kind];
}

static int
start(struct follow *w, enum clock_kind kind, int64_t round, enum mode mode,
    enum clock_reason still, struct err *err)
{
	struct ticket_clock *c = ticket_clock__add(&w->clocks, &w->count);
	struct clock_span *s = ticket_clock__add_span(c);
	int rc;

	c->ticket_id = w->facts.ticket_id;
	c->kind = kind;
	c->round = round;
	c->started_us = s->from_us = w->op->now_us;
	take_promise(w, c);
	fill_span(w, s, mode, mode == MODE_RUN ? CLOCK_OPENED : still);
	rc = settle(w, c, false, err);
	return rc != 0 ? rc : ticket_clock__put_span(w->desk, w->op, c, s, err);
}

/* The clock of the host may have been set back meanwhile. */
static int64_t
moment(const struct follow *w, const struct ticket_clock *c)
{
	int64_t from = c->spans[c->span_count - 1].from_us;

	return w->op->now_us > from ? w->op->now_us : from;
}

static int
stop(struct follow *w, struct ticket_clock *c, bool cancelled, struct err *err)
{
	struct clock_span *last = &c->spans[c->span_count - 1];
	int rc;

	c->stopped_us = last->to_us = moment(w, c);
	rc = ticket_clock__put_span(w->desk, w->op, c, last, err);
	return rc != 0 ? rc : settle(w, c, cancelled, err);
}

/* What ended with the operation that is being undone goes on. */
static bool
ended_then(const struct follow *w, const struct clock_span *s)
{
	return w->undone_us != 0 && s->to_us == w->undone_us;
}

static int
reopen(struct follow *w, struct ticket_clock *c, enum mode mode,
    enum clock_reason still, struct err *err)
{
	int64_t stopped = c->stopped_us;
	int64_t now = w->op->now_us > stopped ? w->op->now_us : stopped;
	struct clock_span *s;
	int rc;

	c->stopped_us = 0;
	s = ticket_clock__add_span(c);
	s->from_us = stopped;
	fill_span(w, s, MODE_STILL, CLOCK_STOPPED);
	s->to_us = now;
	if ((rc = ticket_clock__put_span(w->desk, w->op, c, s, err)) != 0)
		return rc;
	s = ticket_clock__add_span(c);
	s->from_us = now;
	fill_span(w, s, mode, mode == MODE_RUN ? CLOCK_REOPENED : still);
	if ((rc = ticket_clock__put_span(w->desk, w->op, c, s, err)) != 0)
		return rc;
	if (c->policy_id != w->facts.policy_id)
		take_promise(w, c);
	return settle(w, c, false, err);
}

/* The newest interval is no more, the one before goes on. */
static int
take_back(struct follow *w, struct ticket_clock *c, struct err *err)
{
	struct clock_span *last = &c->spans[--c->span_count];
	struct clock_span *before = last - 1;
	int rc = ticket_clock__drop_span(w->desk, last, err);

	before->to_us = CALENDAR_NEVER;
	return rc != 0 ? rc
	               : ticket_clock__put_span(w->desk, w->op, c, before, err);
}

static enum clock_reason
runs_because(const struct clock_span *before, bool other_promise)
{
	if (before->counts)
		return other_promise ? CLOCK_PROMISE : CLOCK_CALENDAR;
	return before->reason == CLOCK_TRASHED ? CLOCK_RESTORED : CLOCK_RESUMED;
}

static int
new_span(struct follow *w, struct ticket_clock *c, enum mode mode,
    enum clock_reason reason, struct err *err)
{
	struct clock_span *last = &c->spans[c->span_count - 1];
	int64_t at = moment(w, c);
	int rc;

	/* Nothing was counted in one that has only begun. */
	if (last->from_us == at && last->id != 0) {
		fill_span(w, last, mode,
		    last->counts && mode == MODE_RUN ? last->reason : reason);
		return ticket_clock__put_span(w->desk, w->op, c, last, err);
	}
	last->to_us = at;
	if ((rc = ticket_clock__put_span(w->desk, w->op, c, last, err)) != 0)
		return rc;
	last = ticket_clock__add_span(c);
	last->from_us = at;
	fill_span(w, last, mode, reason);
	return ticket_clock__put_span(w->desk, w->op, c, last, err);
}

static int
change(struct follow *w, struct ticket_clock *c, enum mode mode,
    enum clock_reason still, struct err *err)
{
	const struct clock_span *last = &c->spans[c->span_count - 1];
	const struct clock_span *before = c->span_count > 1 ? last - 1 : NULL;
	bool runs = mode == MODE_RUN;
	bool other = c->policy_id != w->facts.policy_id;
	bool moved = runs && (last->calendar_id != w->facts.calendar_id);
	int rc;

	if (last->counts == runs && !other && !moved &&
	    (runs || last->reason == still))
		return 0;
	if (other)
		take_promise(w, c);
	if (last->counts == runs && !runs && last->reason == still)
		rc = 0; /* it stands still all the same */
	else if (before != NULL && w->undone_us != 0 &&
		 last->from_us == w->undone_us && ended_then(w, before) &&
		 before->counts == runs &&
		 (!runs || before->calendar_id == w->facts.calendar_id))
		rc = take_back(w, c, err);
	else
		rc = new_span(
		    w, c, mode, runs ? runs_because(last, other) : still, err);
	return rc != 0 ? rc : settle(w, c, false, err);
}

static struct ticket_clock *
newest(struct follow *w, enum clock_kind kind)
{
	struct ticket_clock *c = NULL;

	for (size_t i = 0; i < w->count; i++)
		if (w->clocks[i].kind == kind)
			c = &w->clocks[i];
	return c;
}

static int
follow_kind(struct follow *w, enum clock_kind kind, struct err *err)
{
	struct ticket_clock *c = newest(w, kind);
	bool open = c != NULL && c->stopped_us == 0;
	enum clock_reason still;
	enum mode mode = wanted(&w->facts, kind, &still);
	struct clock_span *last;

	if (mode == MODE_STOP || mode == MODE_CANCEL)
		return open ? stop(w, c, mode == MODE_CANCEL, err) : 0;
	if (open)
		return change(w, c, mode, still, err);
	if (c == NULL)
		return start(w, kind, 1, mode, still, err);
	last = &c->spans[c->span_count - 1];
	if (c->stopped_us == w->undone_us && ended_then(w, last)) {
		int rc;

		c->stopped_us = 0;
		last->to_us = CALENDAR_NEVER;
		if ((rc = ticket_clock__put_span(
			 w->desk, w->op, c, last, err)) != 0 ||
		    (rc = change(w, c, mode, still, err)) != 0)
			return rc;
		return settle(w, c, false, err);
	}
	return kind == CLOCK_NEXT
	           ? start(w, kind, c->round + 1, mode, still, err)
	           : reopen(w, c, mode, still, err);
}

/* tickets.due_us: the first that breaks, or broke, of those that go on. */
static int
set_due(struct follow *w, struct err *err)
{
	int64_t due = CALENDAR_NEVER;

	for (size_t i = 0; i < w->count; i++)
		if (w->clocks[i].stopped_us == 0 && w->clocks[i].due_us < due)
			due = w->clocks[i].due_us;
	if (due == w->facts.due_us)
		return 0;
	return db_later(w->desk->db, NULL,
	    "UPDATE tickets SET due_us = $1 WHERE tenant_id = $2 AND id = $3",
	    BINDS(b_int(due), b_int(w->desk->actor.tenant_id),
		b_int(w->facts.ticket_id)),
	    err);
}

int
ticket_clock_follow(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t undone_us, struct err *err)
{
	struct follow w = {.desk = d, .op = op, .undone_us = undone_us};
	int rc;

	if ((rc = ticket_clock__facts(d, ticket_id, &w.facts, err)) == 0)
		rc = ticket_clocks_read(d, ticket_id, &w.clocks, &w.count, err);
	for (int k = 0; rc == 0 && k < CLOCK_KIND_COUNT; k++)
		rc = follow_kind(&w, (enum clock_kind)k, err);
	if (rc == 0)
		rc = set_due(&w, err);
	ticket_clocks_free(&w.clocks, w.count);
	calendar_set_free(&w.set);
	return rc;
}

/* Whether clocks depend on one of the columns. */
static bool
concerns(const struct change *changes, size_t count)
{
	static const char *const columns[] = {
	    "state", "priority", "company_id", "recalled_us"};

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]);
		     k++)
			if (str_equal(changes[i].column, columns[k]))
				return true;
	return false;
}

int
ticket_clock_ticket(struct desk *d, enum record_kind kind, int64_t id,
    int64_t *ticket_id, struct err *err)
{
	*ticket_id = kind == RECORD_TICKET ? id : 0;
	if (kind != RECORD_TICKET_COMMENT)
		return 0;
	return db_int(d->db, ticket_id,
	    "SELECT ticket_id FROM ticket_comments"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
}

int
ticket_clock_changed(struct desk *d, struct op *op, enum record_kind kind,
    int64_t id, const struct change *changes, size_t count, struct err *err)
{
	int64_t ticket_id;
	int rc;

	if ((kind != RECORD_TICKET && kind != RECORD_TICKET_COMMENT) ||
	    (changes != NULL && !concerns(changes, count)))
		return 0;
	rc = ticket_clock_ticket(d, kind, id, &ticket_id, err);
	return rc != 0 ? rc : ticket_clock_follow(d, op, ticket_id, 0, err);
}

int
ticket_clock_follow_all(
    struct desk *d, struct op *op, int64_t undone_us, struct err *err)
{
	struct stmt *st = NULL;
	int64_t *ids = NULL;
	size_t count = 0;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id FROM tickets WHERE tenant_id = $1 AND active = 1",
	    BINDS(b_int(d->actor.tenant_id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			ids = xreallocarray(ids, count + 1, sizeof(*ids));
			ids[count++] = stmt_int(st, 0);
		}
	stmt_close(&st);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = ticket_clock_follow(d, op, ids[i], undone_us, err);
	free(ids);
	return rc;
}
