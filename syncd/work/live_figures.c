/* live_figures - see live_figures.h; counted by db/records/call_figures. */
#include "syncd/work/live_figures.h"
#include "common/clock.h"
#include "common/json.h"
#include "db/core/op.h"
#include "db/records/call_figures.h"
#include "db/records/recordings.h"
#include "db/records/tenant_days.h"
#include <stdlib.h>

const char *const live_event_names[LIVE_EVENT_COUNT] = {
    "metrics_update", "team_update", "hours_update", "recordings_update"};

static int
metrics(struct desk *d, struct str *out, struct err *err)
{
	struct call_figure f;
	struct json_out w;
	int rc = call_metrics(d, 0, &f, err);

	if (rc != 0)
		return rc;
	json_out_init(&w, out);
	json_out_object(&w, NULL);
	call_metrics_members(&f, &w);
	json_out_end(&w, '}');
	return 0;
}

static void
add_operator(const struct call_figure *f, struct json_out *w)
{
	int rate = call_sum_rate(&f->sum);

	json_out_object(w, NULL);
	json_out_string(w, "name", f->name);
	json_out_int(w, "calls", f->sum.calls);
	json_out_int(w, "sales", f->sum.sales);
	if (rate >= 0)
		json_out_int(w, "success_rate", rate);
	else
		json_out_null(w, "success_rate");
	json_out_end(w, '}');
}

static void
add_hour(const struct call_figure *f, struct json_out *w)
{
	json_out_object(w, NULL);
	json_out_int(w, "hour", f->hour);
	json_out_int(w, "calls", f->sum.calls);
	json_out_int(w, "sales", f->sum.sales);
	json_out_end(w, '}');
}

static void
add_recording(const struct recording *r, struct json_out *w)
{
	int64_t ms = r->duration_us / US_PER_MS;

	json_out_object(w, NULL);
	json_out_string(w, "contact_name", r->contact_name);
	json_out_time(w, "start_time", r->started_us);
	json_out_double(w, "duration_seconds", (double)ms / 1000);
	json_out_int(w, "file_size_bytes", r->bytes);
	json_out_end(w, '}');
}

/* Today's, as an array. */
static int
figures(struct desk *d, enum call_figures_by by,
    void (*add)(const struct call_figure *f, struct json_out *w),
    struct str *out, struct err *err)
{
	struct call_figures_ask ask = {.by = by};
	struct call_figure *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = tenant_day_start(d, 0, &ask.from_us, err)) != 0 ||
	    (rc = call_figures(d, &ask, &rows, &count, err)) != 0)
		return rc;
	json_out_init(&w, out);
	json_out_array(&w, NULL);
	for (size_t i = 0; i < count; i++)
		add(&rows[i], &w);
	json_out_end(&w, ']');
	free(rows);
	return 0;
}

/* Who may not look at any is told of none. */
static int
recordings(struct desk *d, struct str *out, struct err *err)
{
	const struct recording_filter any = {.state = -1};
	const struct page newest = {.limit = LIVE_RECORDINGS_MAX};
	struct recording *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc = 0;

	if (op_scope(d, OP_RECORDING_READ) != SCOPE_NONE)
		rc = recording_list(d, &any, &newest, &rows, &count, err);
	if (rc != 0)
		return rc;
	json_out_init(&w, out);
	json_out_array(&w, NULL);
	for (size_t i = 0; i < count; i++)
		add_recording(&rows[i], &w);
	json_out_end(&w, ']');
	free(rows);
	return 0;
}

int
live_figures(struct desk *d, struct str out[LIVE_EVENT_COUNT], struct err *err)
{
	int rc;

	if ((rc = metrics(d, &out[LIVE_METRICS], err)) != 0 ||
	    (rc = figures(d, CALL_FIGURES_BY_OPERATOR, add_operator,
		 &out[LIVE_TEAM], err)) != 0 ||
	    (rc = figures(d, CALL_FIGURES_BY_HOUR, add_hour, &out[LIVE_HOURS],
		 err)) != 0)
		return rc;
	return recordings(d, &out[LIVE_RECORDINGS], err);
}
