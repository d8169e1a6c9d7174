/* outbox_states - states of the channels, as people and others left them. */
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "syncd/daemon.h"
#include "syncd/work/outbox_run_int.h"
#include <stdlib.h>

struct states_job {
	struct work_job job;
	struct outbox_run *run;
	struct channel_status *rows;
	size_t count;
	struct channels_ref *channels;
	int64_t told; /* run's states_told when it was asked */
};

/* A verdict on the channel that these rows do not have yet. */
static bool
is_behind(const struct states_job *s)
{
	if (s->told != s->run->states_told)
		return true;
	for (const struct sending *i = s->run->sendings; i; i = i->next)
		if (i->verdict.channel != CHANNEL_OK)
			return true;
	return false;
}

static int
states_run(struct work_job *job, void *context, struct err *err)
{
	struct states_job *s = job->data;
	struct desk *desk = store_desk(context);
	const struct channel_set *set = &s->channels->set;
	int rc = 0;

	s->rows = xcalloc(set->count + 1, sizeof(*s->rows));
	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		desk_act_as_system(desk, set->channels[i].tenant_id);
		rc = channel_status_get(
		    desk, set->channels[i].id, &s->rows[s->count], err);
		if (rc == 0)
			s->count++;
	}
	return rc;
}

static void
states_done(struct work_job *job, int rc, const struct err *err)
{
	struct states_job *s = job->data;
	struct outbox_run *r = s->run;

	r->asks_states = false;
	if (rc != 0 && rc != OD_ECANCEL)
		log_warn("outbox", "%s", err_plain(err));
	lanes_update(&r->lanes, &r->daemon->channels->set);
	r->knows_states = r->knows_states || rc == 0;
	for (size_t i = 0; rc == 0 && i < s->count && !is_behind(s); i++) {
		struct lane *lane = lanes_find(&r->lanes, s->rows[i].channel);
		bool stop = s->rows[i].state == CHANNEL_STOPPED;

		if (lane == NULL)
			continue;
		if (lane->pace.stopped && !stop) {
			lane->pace.failures = 0;
			lane->pace.not_before_us = 0;
		}
		lane->pace.stopped = stop;
		/* Another daemon may have been told to wait. */
		if (s->rows[i].state == CHANNEL_PAUSED &&
		    s->rows[i].paused_until_us > clock_wall_us())
			pace_pause(&lane->pace, clock_mono_us(),
			    (s->rows[i].paused_until_us - clock_wall_us()) /
				US_PER_SECOND);
	}
	channels_ref_drop(&s->channels);
	free(s->rows);
	free(s);
	if (r->knows_states)
		outbox_run_wake(r);
	else
		outbox_run__arm(r, US_PER_SECOND);
}

void
outbox_run_reload_states(struct outbox_run *r)
{
	struct states_job *s;

	/* One that is under way may be too early for what is asked now. */
	if (r->asks_states && !r->knows_states)
		return;
	s = xcalloc(1, sizeof(*s));
	r->asks_states = true;
	s->run = r;
	s->told = r->states_told;
	s->channels = channels_ref_take(r->daemon->channels);
	s->job = (struct work_job){
	    .run = states_run, .done = states_done, .data = s};
	store_read(r->daemon->store, &s->job);
}
