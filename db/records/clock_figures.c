/* clock_figures - see clock_figures.h. */
#include "db/records/clock_figures.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

const char clock_figure_formula[] =
    N_("met / (met + missed), of the clocks stopped in that time");

/* Who sees only some tickets is told of those by their rows, not by sums. */
static int
check(struct desk *d, struct err *err)
{
	int rc = op_may(d, OP_TICKET_READ, 0, err);

	if (rc != 0 || op_scope(d, OP_TICKET_READ) == SCOPE_ALL)
		return rc;
	return err_set(err, OD_EDENIED,
	    "Figures are about all tickets; only who may read all of them sees"
	    " these");
}

int
clock_figures(struct desk *d, int64_t from_us, int64_t to_us,
    struct clock_figure out[CLOCK_KIND_COUNT], struct err *err)
{
	int rc = check(d, err);

	for (int k = 0; rc == 0 && k < CLOCK_KIND_COUNT; k++) {
		struct stmt *st = NULL;

		out[k] = (struct clock_figure){.kind = (enum clock_kind)k};
		rc = db_query(d->db, &st,
		    "SELECT state, count(*), CAST(sum(spent_us) AS BIGINT)"
		    " FROM ticket_clocks WHERE tenant_id = $1 AND kind = $2"
		    " AND stopped_us >= $3 AND stopped_us < $4"
		    " AND state IN (2, 3) GROUP BY state",
		    BINDS(b_int(d->actor.tenant_id), b_int(k), b_int(from_us),
			b_int(to_us)),
		    err);
		if (rc == 0)
			while ((rc = stmt_step(st, err)) == 1) {
				int64_t n = stmt_int(st, 1);

				if (stmt_int(st, 0) == CLOCK_MET)
					out[k].met = n;
				else
					out[k].missed = n;
				out[k].spent_us += stmt_int(st, 2);
			}
		stmt_close(&st);
	}
	return rc;
}

static void
read_row(struct stmt *st, void *row)
{
	struct clock_row *r = row;

	memset(r, 0, sizeof(*r));
	r->number = stmt_int(st, 0);
	r->round = stmt_int(st, 1);
	r->target_us = stmt_int(st, 2);
	r->spent_us = stmt_int(st, 3);
	r->started_us = stmt_int(st, 4);
	r->stopped_us = stmt_int(st, 5);
	r->kind = (enum clock_kind)stmt_int(st, 6);
	r->state = (enum clock_state)stmt_int(st, 7);
	str_copy(r->subject, sizeof(r->subject), stmt_text(st, 8));
}

int
clock_figure_rows(struct desk *d, enum clock_kind kind, int64_t from_us,
    int64_t to_us, int limit, struct clock_row **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = check(d, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT t.number, c.round, c.target_us, c.spent_us, c.started_us,"
	    " c.stopped_us, c.kind, c.state, t.subject FROM ticket_clocks c"
	    " JOIN tickets t ON t.id = c.ticket_id"
	    " AND t.tenant_id = c.tenant_id"
	    " WHERE c.tenant_id = $1 AND c.kind = $2 AND c.stopped_us >= $3"
	    " AND c.stopped_us < $4 AND c.state IN (2, 3)"
	    " ORDER BY c.stopped_us DESC, c.id DESC LIMIT $5",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(from_us),
		b_int(to_us), b_int(limit)),
	    err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

void
clock_figure_json(const struct clock_figure *f, struct json_out *out)
{
	int64_t all = f->met + f->missed;

	json_out_object(out, NULL);
	json_out_string(out, "kind", clock_kind_names[f->kind]);
	json_out_int(out, "met", f->met);
	json_out_int(out, "missed", f->missed);
	if (all > 0) {
		json_out_int(out, "percent", f->met * 100 / all);
		json_out_int(out, "mean_s", f->spent_us / all / US_PER_SECOND);
	}
	json_out_string(out, "formula", clock_figure_formula);
	json_out_end(out, '}');
}

void
clock_row_json(const struct clock_row *r, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "number", r->number);
	json_out_string(out, "subject", r->subject);
	json_out_string(out, "kind", clock_kind_names[r->kind]);
	json_out_int(out, "round", r->round);
	json_out_string(out, "clock_state", clock_state_names[r->state]);
	json_out_int(out, "target_s", r->target_us / US_PER_SECOND);
	json_out_int(out, "spent_s", r->spent_us / US_PER_SECOND);
	json_out_time(out, "started_at", r->started_us);
	json_out_time(out, "stopped_at", r->stopped_us);
	json_out_end(out, '}');
}
