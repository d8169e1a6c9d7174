/* ticket_clock_figures - what intervals add up to; see ticket_clock.h. */
#include "db/core/ticket_clock_int.h"
#include "common/xalloc.h"
#include <stdlib.h>

int
ticket_clock_compute(struct desk *d, struct calendar_set *set,
    const struct ticket_clock *c, int64_t now_us, struct clock_figures *out,
    struct err *err)
{
	struct clock_interval *v = xcalloc(c->span_count + 1, sizeof(*v));
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->span_count; i++) {
		const struct clock_span *s = &c->spans[i];

		v[i].from_us = s->from_us;
		v[i].to_us = s->to_us;
		v[i].counts = s->counts;
		if (s->counts)
			rc = calendar_set_get(
			    d, set, s->calendar_id, &v[i].calendar, err);
	}
	if (rc == 0) {
		int64_t warn = c->target_us / 100 * CLOCK_NOTICE_PERCENT;

		*out = (struct clock_figures){
		    .spent_us =
			service_clock_spent_us(v, c->span_count, now_us),
		    .due_us =
			service_clock_due_us(v, c->span_count, c->target_us),
		    .warn_us = service_clock_due_us(v, c->span_count, warn),
		};
	}
	free(v);
	return rc;
}

/* What was told of a promise that it is no more may be told again. */
static int
still_noticed(
    const struct ticket_clock *c, const struct clock_figures *n, int64_t now_us)
{
	int reached = n->due_us <= now_us ? 2 : n->warn_us <= now_us ? 1 : 0;

	return c->noticed < reached ? c->noticed : reached;
}

int
ticket_clock__settle(struct desk *d, struct op *op, struct calendar_set *set,
    struct ticket_clock *c, bool cancelled, struct err *err)
{
	int64_t now_us = op->now_us;
	bool runs = c->spans[c->span_count - 1].counts;
	struct clock_figures n;
	int rc;

	rc = ticket_clock_compute(
	    d, set, c, c->stopped_us != 0 ? c->stopped_us : now_us, &n, err);
	if (rc != 0)
		return rc;
	c->spent_us = c->stopped_us != 0 ? n.spent_us : 0;
	c->due_us = n.due_us;
	c->noticed = still_noticed(c, &n, now_us);
	c->notice_us = c->noticed == 0 ? n.warn_us : n.due_us;
	if (c->stopped_us != 0 || !runs || c->noticed == 2 ||
	    c->notice_us == CALENDAR_NEVER)
		c->notice_us = 0;
	c->state = cancelled            ? CLOCK_CANCELLED
	           : c->stopped_us == 0 ? (runs ? CLOCK_RUNNING : CLOCK_PAUSED)
	           : n.spent_us > c->target_us ? CLOCK_MISSED
	                                       : CLOCK_MET;
	return ticket_clock__put(d, op, c, err);
}

int
ticket_clock_noticed(
    struct desk *d, struct op *op, struct ticket_clock *c, struct err *err)
{
	struct calendar_set set = {0};
	int rc;

	c->noticed = op->now_us >= c->due_us ? 2 : 1;
	rc = ticket_clock__settle(d, op, &set, c, false, err);
	calendar_set_free(&set);
	return rc;
}
