/* guide_step_figures - a guide step by step; see guide_figures.h. */
#include "common/clock.h"
#include "db/records/guide_figures.h"
#include "db/records/guide_session_int.h"
#include <math.h>
#include <stdlib.h>

void
guide_step_figure_json(const struct guide_step_figure *f, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "step_number", f->step);
	json_out_int(out, "seen", f->seen);
	json_out_int(out, "yes", f->yes);
	json_out_int(out, "no", f->no);
	json_out_int(out, "skipped", f->skipped);
	json_out_int(out, "went_back", f->back);
	json_out_int(out, "fixed", f->fixed);
	if (f->seen > 0)
		json_out_double(out, "fixed_percent",
		    floor((double)f->fixed * 10000 / (double)f->seen) / 100);
	else
		json_out_null(out, "fixed_percent");
	json_out_int(out, "dropped", f->dropped);
	json_out_double(out, "median_s",
	    floor((double)f->median_us * 10 / US_PER_SECOND) / 10);
	json_out_end(out, '}');
}

static void
count_action(struct guide_step_figure *f, enum path_action action)
{
	switch (action) {
	case PATH_YES:
		f->yes++;
		break;
	case PATH_NO:
		f->no++;
		break;
	case PATH_SKIPPED:
		f->skipped++;
		break;
	case PATH_BACK:
		f->back++;
		break;
	case PATH_RESOLVED:
		f->fixed++;
		break;
	case PATH_ESCALATED:
	case PATH_ABANDONED:
		f->dropped++;
		break;
	case PATH_STARTED:
	case PATH_RESTARTED:
	case PATH_NOTE:
	case PATH_SENT:
	case PATH_PAUSED:
	case PATH_RESUMED:
	case PATH_HANDED_OVER:
	case PATH_WARNING_READ:
	case PATH_FILLED:
	case PATH_ACTION_COUNT:
		break;
	}
}

struct times { /* of the answers at one step, the shortest first */
	int64_t *us;
	size_t count;
};

static void
end_step(struct guide_step_figure *f, struct times *t)
{
	f->median_us = t->count > 0 ? t->us[t->count / 2] : 0;
	/* What an answer ended is an end at it, and no other sight of it. */
	f->seen = f->yes + f->no + f->skipped + f->back;
	t->count = 0;
}

static int
add_up(struct stmt *st, struct guide_step_figure **rows, size_t *count,
    struct times *t, struct err *err)
{
	struct guide_step_figure *f = NULL;
	int rc;

	while ((rc = stmt_step(st, err)) == 1) {
		int64_t step = stmt_int(st, 0);
		enum path_action action = (enum path_action)stmt_int(st, 1);

		if (f == NULL || f->step != step) {
			if (f != NULL)
				end_step(f, t);
			*rows = records__grow(*rows, *count, sizeof(**rows));
			f = &(*rows)[(*count)++];
			f->step = step;
		}
		count_action(f, action);
		if (action >= PATH_YES && action <= PATH_SKIPPED) {
			t->us = records__grow(t->us, t->count, sizeof(*t->us));
			t->us[t->count++] = stmt_int(st, 2);
		}
	}
	if (f != NULL)
		end_step(f, t);
	return rc;
}

int
guide_step_figures(struct desk *d, int64_t version_id, int64_t from_us,
    int64_t to_us, struct guide_step_figure **rows, size_t *count,
    struct err *err)
{
	struct times times = {.us = NULL};
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_SESSION_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    "SELECT p.step, p.action, p.created_at - p.begun_us"
	    " FROM guide_sessions s JOIN guide_steps p ON p.session_id = s.id"
	    " AND p.tenant_id = s.tenant_id LEFT JOIN operators o"
	    " ON o.id = s.operator_id AND o.tenant_id = s.tenant_id"
	    " WHERE s.tenant_id = $? AND s.version_id = $?"
	    " AND s.created_at >= $? AND s.created_at < $?"
	    " AND s.deleted_at IS NULL AND p.created_at <= s.step_since_us",
	    BINDS(b_int(d->actor.tenant_id), b_int(version_id), b_int(from_us),
		b_int(to_us != 0 ? to_us : clock_wall_us() + 1)));
	guide__add_scope(&q, d);
	query_text(&q, " ORDER BY p.step, 3");
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		rc = add_up(st, rows, count, &times, err);
	stmt_close(&st);
	query_free(&q);
	free(times.us);
	if (rc != 0) {
		free(*rows);
		*rows = NULL;
		*count = 0;
	}
	return rc;
}
