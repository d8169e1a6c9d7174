/* outbox_run - see outbox_run.h. */
#include "syncd/work/outbox_run.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "db/records/outbox.h"
#include "syncd/daemon.h"
#include "syncd/work/pace.h"
#include <stdlib.h>
#include <string.h>

#define LEASE_S 120	/* longer than any send may take */
#define CLAIM_MAX 32	/* rows at once, one a channel */
#define CHANNELS_MAX 64 /* that can be skipped in one claim */

struct lane { /* a channel's pace, kept over reloads of the configuration */
	char id[65];
	struct pace pace;
	bool asked; /* the claim under way may bring a row for it */
};

struct outbox_run {
	struct daemon *daemon;
	struct loop_timer *timer;
	struct lane **lanes; /* owned, each; a lane never moves */
	size_t lane_count, active;
	bool claiming, again, stopped;
	/* the committer's while a claim runs */
	struct work_job claim_job;
	const char *skip[CHANNELS_MAX + 1];
	struct outbox_item *rows;
	size_t count;
	int64_t next_us;
};

struct sending { /* one row on its way */
	struct outbox_run *run;
	struct outbox_item item;    /* owned */
	struct channel_verdict verdict;
	struct work_job job;
};

static void claim(struct outbox_run *r);

static struct lane *
lane_of(struct outbox_run *r, const char *id)
{
	for (size_t i = 0; i < r->lane_count; i++)
		if (strcmp(r->lanes[i]->id, id) == 0)
			return r->lanes[i];
	return NULL;
}

/* Lanes for channels that are new in the configuration. */
static void
update_lanes(struct outbox_run *r)
{
	const struct channel_set *set = &r->daemon->channels->set;

	for (size_t i = 0; i < set->count; i++) {
		const struct channel *c = &set->channels[i];
		struct lane *lane = lane_of(r, c->id);

		if (lane == NULL) {
			r->lanes = xreallocarray(r->lanes, r->lane_count + 1,
			    sizeof(*r->lanes));
			lane = xcalloc(1, sizeof(*lane));
			r->lanes[r->lane_count++] = lane;
			str_copy(lane->id, sizeof(lane->id), c->id);
			pace_init(&lane->pace, c->per_second);
		}
		lane->pace.per_second = c->per_second;
	}
}

/* ---- recording the verdict ---- */

static int
set_channel_state(struct desk *desk, const struct sending *s, struct err *err)
{
	const struct channel_verdict *v = &s->verdict;

	if (v->channel == CHANNEL_OK)
		return 0;
	return channel_set_state(desk, s->item.channel, v->channel, v->text,
	    v->channel == CHANNEL_PAUSED
		? clock_wall_us() + v->pause_s * US_PER_SECOND
		: 0,
	    err);
}

static int
verdict_run(struct work_job *job, void *context, struct err *err)
{
	struct sending *s = job->data;
	struct desk *desk = store_desk(context);
	const struct channel_verdict *v = &s->verdict;
	int64_t id = s->item.id, wait_s = v->wait_s;
	int rc = 0;

	desk_act_as_system(desk, s->item.tenant_id);
	switch (v->kind) {
	case VERDICT_SENT:
		rc = outbox_sent(desk, id, v->provider_id, v->peer_id, err);
		break;
	case VERDICT_RETRY:
		if (wait_s < 0)
			wait_s = outbox_schedule_s(s->item.attempts);
		rc = wait_s < 0
		    ? outbox_dead(desk, id, v->error_code, v->text,
			  v->response, err)
		    : outbox_retry(desk, id,
			  clock_wall_us() + wait_s * US_PER_SECOND,
			  v->error_code, v->text, v->response, err);
		break;
	case VERDICT_GIVE_BACK:
		rc = outbox_give_back(desk, id,
		    clock_wall_us() + (wait_s > 0 ? wait_s : 0) * US_PER_SECOND,
		    err);
		break;
	case VERDICT_UNCERTAIN:
		rc = outbox_uncertain(desk, id, v->text, err);
		break;
	case VERDICT_DEAD:
		rc = outbox_dead(desk, id, v->error_code, v->text, v->response,
		    err);
		break;
	}
	return rc != 0 ? rc : set_channel_state(desk, s, err);
}

static void
update_pace(struct lane *lane, const struct channel_verdict *v)
{
	int64_t now = clock_mono_us();

	switch (v->kind) {
	case VERDICT_SENT:
	case VERDICT_DEAD: /* the provider answered sensibly */
		pace_succeeded(&lane->pace);
		break;
	case VERDICT_RETRY:
	case VERDICT_GIVE_BACK:
	case VERDICT_UNCERTAIN:
		pace_failed(&lane->pace, now);
		break;
	}
	if (v->channel == CHANNEL_STOPPED)
		lane->pace.stopped = true;
	else if (v->channel == CHANNEL_PAUSED)
		pace_pause(&lane->pace, now, v->pause_s);
}

static void
verdict_done(struct work_job *job, int rc, const struct err *err)
{
	struct sending *s = job->data;
	struct outbox_run *r = s->run;
	struct lane *lane = lane_of(r, s->item.channel);

	if (rc != 0)
		log_error("outbox", "row %lld: the verdict was not kept: %s",
		    (long long)s->item.id, err->text);
	else
		metric_inc(r->daemon->figures[FIGURE_SENDS],
		    (size_t)s->verdict.kind);
	if (lane != NULL) {
		pace_ended(&lane->pace);
		update_pace(lane, &s->verdict);
	}
	outbox_item_clear(&s->item);
	free(s);
	r->active--;
	outbox_run_wake(r);
}

static void
record(struct sending *s)
{
	s->job = (struct work_job){
	    .run = verdict_run, .done = verdict_done, .data = s};
	store_write(s->run->daemon->store, &s->job);
}

/* ---- sending ---- */

static void
on_answer(const struct http_response *response, void *data)
{
	struct sending *s = data;
	const struct channel *c =
	    channel_by_id(&s->run->daemon->channels->set, s->item.channel);
	const struct channel_adapter *adapter =
	    channel_adapter(c != NULL ? c->kind : CHANNEL_WHATSAPP);
	struct channel_answer answer;

	channel_answer_from(response, &answer);
	if (c != NULL)
		i18n_set_thread(c->lang);
	adapter->judge(&s->item, &answer, &s->verdict);
	i18n_clear_thread();
	record(s);
}

static void
refuse(struct sending *s, const struct err *err)
{
	s->verdict.kind = VERDICT_DEAD;
	str_copy(s->verdict.text, sizeof(s->verdict.text), err->text);
	record(s);
}

static void
send_item(struct sending *s)
{
	struct daemon *d = s->run->daemon;
	const struct channel *c =
	    channel_by_id(&d->channels->set, s->item.channel);
	const struct channel_adapter *adapter =
	    c != NULL ? channel_adapter(c->kind) : NULL;
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct http_request http = {0};
	struct err err = ERR_INIT;

	if (adapter == NULL) {
		err_set(&err, OD_EDATA,
		    "The channel \"%s\" is not in the configuration any more",
		    s->item.channel);
		refuse(s, &err);
		return;
	}
	i18n_set_thread(c->lang);
	if (adapter->build(c, &s->item, &request, &err) != 0) {
		refuse(s, &err);
	} else {
		channel_request_http(&request, &http);
		http.done = on_answer;
		http.data = s;
		if (http_client_send(d->http, &http, NULL, &err) != 0)
			refuse(s, &err);
	}
	i18n_clear_thread();
	channel_request_clear(&request);
}

/* ---- claiming ---- */

static int
claim_run(struct work_job *job, void *context, struct err *err)
{
	struct outbox_run *r = job->data;

	desk_act_as_system(store_desk(context), 0);
	return outbox_claim(store_desk(context), r->daemon->name, LEASE_S,
	    CLAIM_MAX, 1, r->skip, &r->rows, &r->count, &r->next_us, err);
}

static void
start_claimed(struct outbox_run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct sending *s = xcalloc(1, sizeof(*s));
		struct lane *lane = lane_of(r, r->rows[i].channel);

		s->run = r;
		s->item = r->rows[i]; /* its texts move along */
		r->active++;
		if (lane != NULL) {
			lane->asked = false;
			pace_started(&lane->pace);
		}
		send_item(s);
	}
	FREE(&r->rows);
}

static void
arm(struct outbox_run *r, int64_t wait_us)
{
	int64_t ms = wait_us / US_PER_MS + 1;

	if (r->stopped)
		return;
	if (ms > 60000)
		ms = 60000;
	loop_timer_start(r->timer, (uint64_t)ms, 0);
}

static void
claim_done(struct work_job *job, int rc, const struct err *err)
{
	struct outbox_run *r = job->data;
	bool more = rc == 0 && r->count > 0;

	r->claiming = false;
	if (rc != 0) {
		if (rc != OD_ECANCEL)
			log_error("outbox", "%s", err->text);
		arm(r, US_PER_SECOND);
	} else {
		start_claimed(r);
		if (r->next_us > 0)
			arm(r, r->next_us > clock_wall_us()
				? r->next_us - clock_wall_us()
				: US_PER_MS);
	}
	for (size_t i = 0; i < r->lane_count; i++) {
		if (r->lanes[i]->asked)
			pace_unused(&r->lanes[i]->pace);
		r->lanes[i]->asked = false;
	}
	if (more || r->again)
		claim(r);
}

/* Which channels to leave alone; false when that is all of them. */
static bool
choose_lanes(struct outbox_run *r)
{
	int64_t now = clock_mono_us(), wait_us, soonest = 0;
	size_t skipped = 0;
	bool any = false;

	update_lanes(r);
	for (size_t i = 0; i < r->lane_count; i++) {
		struct lane *lane = r->lanes[i];

		if (pace_may(&lane->pace, now, &wait_us)) {
			lane->asked = any = true;
			continue;
		}
		if (skipped < CHANNELS_MAX)
			r->skip[skipped++] = lane->id;
		if (wait_us > 0 && (soonest == 0 || wait_us < soonest))
			soonest = wait_us;
	}
	r->skip[skipped] = NULL;
	if (soonest > 0)
		arm(r, soonest);
	return any || r->lane_count == 0;
}

static void
claim(struct outbox_run *r)
{
	r->again = false;
	if (r->stopped || !choose_lanes(r))
		return;
	r->claiming = true;
	r->claim_job = (struct work_job){
	    .run = claim_run, .done = claim_done, .data = r};
	store_write(r->daemon->store, &r->claim_job);
}

static void
on_timer(void *data)
{
	outbox_run_wake(data);
}

void
outbox_run_wake(struct outbox_run *r)
{
	if (r->claiming)
		r->again = true;
	else
		claim(r);
}

/* ---- states of the channels, as people left them ---- */

struct states_job {
	struct work_job job;
	struct outbox_run *run;
	struct channel_status *rows;
	size_t count;
	struct channels_ref *channels;
};

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
		rc = channel_status_get(desk, set->channels[i].id,
		    &s->rows[s->count], err);
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

	if (rc != 0 && rc != OD_ECANCEL)
		log_warn("outbox", "%s", err->text);
	update_lanes(r);
	for (size_t i = 0; rc == 0 && i < s->count; i++) {
		struct lane *lane = lane_of(r, s->rows[i].channel);
		bool stop = s->rows[i].state == CHANNEL_STOPPED;

		if (lane == NULL)
			continue;
		if (lane->pace.stopped && !stop) {
			lane->pace.failures = 0;
			lane->pace.not_before_us = 0;
		}
		lane->pace.stopped = stop;
	}
	channels_ref_drop(&s->channels);
	free(s->rows);
	free(s);
	outbox_run_wake(r);
}

void
outbox_run_reload_states(struct outbox_run *r)
{
	struct states_job *s = xcalloc(1, sizeof(*s));

	s->run = r;
	s->channels = channels_ref_take(r->daemon->channels);
	s->job = (struct work_job){
	    .run = states_run, .done = states_done, .data = s};
	store_read(r->daemon->store, &s->job);
}

struct outbox_run *
outbox_run_new(struct daemon *d)
{
	struct outbox_run *r = xcalloc(1, sizeof(*r));

	r->daemon = d;
	r->timer = loop_timer_new(d->loop, on_timer, r);
	return r;
}

void
outbox_run_stop(struct outbox_run *r)
{
	r->stopped = true;
	loop_timer_free(&r->timer);
}

size_t
outbox_run_active(const struct outbox_run *r)
{
	return r->active;
}

void
outbox_run_free(struct outbox_run **r)
{
	if (*r == NULL)
		return;
	for (size_t i = 0; i < (*r)->lane_count; i++)
		free((*r)->lanes[i]);
	free((*r)->lanes);
	FREE(r);
}
