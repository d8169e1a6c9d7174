/* outbox_run - see outbox_run.h. */
#include "syncd/work/outbox_run.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "db/records/outbox.h"
#include "db/records/waits.h"
#include "syncd/daemon.h"
#include "syncd/channels/mail.h"
#include "syncd/work/outbox_mail.h"
#include "syncd/work/outbox_run_int.h"
#include <stdlib.h>
#include <string.h>

#define LEASE_S          120 /* longer than any send may take */
#define CLAIM_MAX        32  /* rows at once, one a channel */
#define NO_MEMORY_WAIT_S 5   /* before the next try of what could not leave */

static void claim(struct outbox_run *r);

void
outbox_run__arm(struct outbox_run *r, int64_t wait_us)
{
	int64_t at;

	if (wait_us > US_PER_MINUTE)
		wait_us = US_PER_MINUTE;
	at = clock_mono_us() + wait_us;
	if (r->stopped || (r->wake_us != 0 && r->wake_us <= at))
		return;
	r->wake_us = at;
	loop_timer_start(r->timer, (uint64_t)(wait_us / US_PER_MS) + 1, 0);
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

/* By the clock that the other waits are of, until the next look. */
static int64_t
wait_until(const struct outbox_run *r, struct desk *desk, int64_t wait_s)
{
	int64_t by_us = waits_move_all(desk) ? clock_watch_peek(&r->watch) : 0;

	return clock_wall_us() - by_us + wait_s * US_PER_SECOND;
}

static int
verdict_run(struct work_job *job, void *context, struct err *err)
{
	struct sending *s = job->data;
	struct desk *desk = store_desk(context);
	const struct channel_verdict *v = &s->verdict;
	int64_t id = s->item.id, wait_s = v->wait_s;
	bool is_ours = true;
	int rc = 0;

	desk_act_as_system(desk, s->item.tenant_id);
	/* That it was sent is true, whoever has the row by now. */
	if (v->kind != VERDICT_SENT)
		rc = outbox_is_claimed(desk, &s->item, &is_ours, err);
	if (rc != 0 || !is_ours)
		return rc;
	switch (v->kind) {
	case VERDICT_SENT:
		rc = outbox_sent(desk, id, v->provider_id, v->peer_id, err);
		break;
	case VERDICT_RETRY:
		if (wait_s < 0)
			wait_s = outbox_schedule_s(s->item.attempts);
		rc = wait_s < 0 ? outbox_dead(desk, id, v->error_code, v->text,
				      v->response, err)
		                : outbox_retry(desk, id,
				      wait_until(s->run, desk, wait_s),
				      v->error_code, v->text, v->response, err);
		break;
	case VERDICT_GIVE_BACK:
		rc = outbox_give_back(desk, id,
		    wait_until(s->run, desk, wait_s > 0 ? wait_s : 0), err);
		break;
	case VERDICT_UNCERTAIN:
		rc = outbox_uncertain(desk, id, v->text, err);
		break;
	case VERDICT_DEAD:
		rc = outbox_dead(
		    desk, id, v->error_code, v->text, v->response, err);
		break;
	}
	if (rc == 0 && s->hook != NULL)
		return outbox_hooks__note(desk, s, err);
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
forget(struct sending *s)
{
	struct outbox_run *r = s->run;
	struct sending **at = &r->sendings;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	outbox_item_clear(&s->item);
	outbox_hooks__free(&s->hook);
	free(s);
	r->active--;
	daemon_settled(r->daemon);
}

/*
 * What the provider said must not be lost: it is recorded again until the
 * database takes it, or the program ends.
 */
static void
verdict_done(struct work_job *job, int rc, const struct err *err)
{
	struct sending *s = job->data;
	struct outbox_run *r = s->run;

	if (rc == 0) {
		r->states_told += s->verdict.channel != CHANNEL_OK;
		metric_inc(
		    r->daemon->figures[FIGURE_SENDS], (size_t)s->verdict.kind);
		if (s->verdict.kind == VERDICT_SENT && s->hook == NULL)
			metric_inc(r->daemon->figures[FIGURE_MESSAGES], 1);
		forget(s);
		outbox_run_wake(r);
		return;
	}
	log_error("outbox", "row %lld: the verdict was not kept: %s",
	    (long long)s->item.id, err_plain(err));
	if (r->stopped || (rc != OD_EUNAVAIL && rc != OD_EIO)) {
		forget(s);
		return;
	}
	s->next_unkept = r->unkept;
	r->unkept = s;
	outbox_run__arm(r, US_PER_SECOND);
}

static void
keep(struct sending *s)
{
	s->job = (struct work_job){
	    .run = verdict_run, .done = verdict_done, .data = s};
	store_write(s->run->daemon->store, &s->job);
}

static void
keep_again(struct outbox_run *r)
{
	struct sending *s;

	while ((s = r->unkept) != NULL) {
		r->unkept = s->next_unkept;
		keep(s);
	}
}

void
outbox_run__record(struct sending *s, bool was_asked)
{
	struct lane *lane = lanes_find(&s->run->lanes, s->item.channel);

	if (lane != NULL) {
		pace_ended(&lane->pace);
		if (was_asked)
			update_pace(lane, &s->verdict);
	}
	keep(s);
}

/* ---- sending ---- */

static void
on_answer(const struct http_response *response, void *data)
{
	struct sending *s = data;
	struct channel_answer answer;

	channel_answer_from(response, &answer);
	i18n_set_thread(s->lang);
	s->adapter->judge(&s->item, &answer, &s->verdict);
	i18n_clear_thread();
	outbox_run__record(s, true);
}

void
outbox_run__refuse(struct sending *s, const struct err *err)
{
	s->verdict.kind = VERDICT_DEAD;
	if (err->code == OD_EUNAVAIL || err->code == OD_EIO ||
	    err->code == OD_ECANCEL) {
		s->verdict.kind = VERDICT_GIVE_BACK;
		s->verdict.wait_s = NO_MEMORY_WAIT_S;
	}
	str_copy(s->verdict.text, sizeof(s->verdict.text), err->text);
	outbox_run__record(s, false);
}

/* Claimed when the stop came: nothing has left, the next start sends it. */
static void
give_back(struct sending *s)
{
	s->verdict.kind = VERDICT_GIVE_BACK;
	s->verdict.wait_s = 0;
	keep(s);
}

static void
send_item(struct sending *s)
{
	struct daemon *d = s->run->daemon;
	const struct channel *c =
	    channel_of(&d->channels->set, s->item.channel, s->item.tenant_id);
	struct channel_request request = CHANNEL_REQUEST_INIT;
	struct http_request http = {0};
	struct err err = ERR_INIT;

	s->adapter = c != NULL ? channel_adapter(c->kind) : NULL;
	if (c != NULL && mail_channel_sends(c)) {
		s->lang = c->lang;
		outbox_mail_send(s);
		return;
	}
	if (s->adapter == NULL) {
		err_set(&err, OD_EDATA,
		    "The channel \"%s\" is not in the configuration any more",
		    s->item.channel);
		outbox_run__refuse(s, &err);
		return;
	}
	s->lang = c->lang;
	i18n_set_thread(c->lang);
	if (s->adapter->build(c, &s->item, &request, &err) != 0) {
		outbox_run__refuse(s, &err);
	} else {
		channel_request_http(&request, &http);
		http.done = on_answer;
		http.data = s;
		if (http_client_send(d->http, &http, NULL, &err) != 0)
			outbox_run__refuse(s, &err);
	}
	i18n_clear_thread();
	channel_request_clear(&request);
}

/* ---- claiming ---- */

/* Before times are read: that the clock is still the one they are of. */
static int
check_clock(struct outbox_run *r, struct desk *desk, struct err *err)
{
	bool is_first = !r->watch.has_looked;
	int64_t by_us = clock_watch_look(&r->watch, "outbox");

	if (is_first)
		return outbox_waits_limit(desk, LEASE_S, err);
	if (by_us == 0)
		return 0;
	return outbox_waits_move(desk, r->daemon->name, by_us, err);
}

static int
claim_run(struct work_job *job, void *context, struct err *err)
{
	struct outbox_run *r = job->data;
	int rc;

	desk_act_as_system(store_desk(context), 0);
	if ((rc = check_clock(r, store_desk(context), err)) != 0)
		return rc;
	if (r->was_unsure &&
	    (rc = outbox_unclaim(store_desk(context), r->daemon->name, r->mine,
		 r->mine_count, err)) != 0)
		return rc;
	rc = outbox_claim(store_desk(context), r->daemon->name, LEASE_S,
	    CLAIM_MAX, 1, r->lanes.rules, &r->rows, &r->count, &r->next_us,
	    err);
	if (rc == 0)
		outbox_hooks__open(r, store_desk(context));
	return rc;
}

static void
start_claimed(struct outbox_run *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct sending *s = xcalloc(1, sizeof(*s));
		struct lane *lane;

		s->run = r;
		s->item = r->rows[i]; /* its texts move along */
		s->hook = r->hooks[i];
		r->hooks[i] = NULL;
		s->next = r->sendings;
		r->sendings = s;
		r->active++;
		if (r->stopped) {
			give_back(s);
			continue;
		}
		lane = outbox_hooks__lane(r, s);
		if (lane != NULL)
			pace_started(&lane->pace);
		if (s->hook != NULL)
			outbox_hooks__send(s);
		else
			send_item(s);
	}
	FREE(&r->hooks);
	FREE(&r->rows);
}

static void
claim_done(struct work_job *job, int rc, const struct err *err)
{
	struct outbox_run *r = job->data;
	bool more = rc == 0 && r->count > 0;

	r->claiming = false;
	if (rc != 0) {
		/* For nothing, if the batch's commit failed. */
		clock_watch_lose(&r->watch);
		r->is_unsure = true;
		outbox_hooks__drop(r);
		outbox_list_free(&r->rows, r->count);
		if (rc != OD_ECANCEL)
			log_error("outbox", "%s", err_plain(err));
		outbox_run__arm(r, US_PER_SECOND);
	} else {
		start_claimed(r);
		if (r->next_us > 0)
			outbox_run__arm(r, r->next_us > clock_wall_us()
					       ? r->next_us - clock_wall_us()
					       : US_PER_MS);
	}
	r->count = 0;
	if (more || (rc == 0 && r->again))
		claim(r);
	daemon_settled(r->daemon);
}

static void
note_mine(struct outbox_run *r)
{
	r->was_unsure = r->is_unsure;
	r->is_unsure = false;
	r->mine_count = 0;
	r->mine = xreallocarray(r->mine, r->active + 1, sizeof(*r->mine));
	for (const struct sending *s = r->sendings; s != NULL; s = s->next)
		r->mine[r->mine_count++] = s->item.id;
}

static void
claim(struct outbox_run *r)
{
	int64_t wait_us;

	r->again = false;
	keep_again(r); /* before anybody takes it for given up */
	if (r->stopped)
		return;
	/* A channel that was stopped sends nothing meanwhile. */
	if (!r->knows_states) {
		outbox_run_reload_states(r);
		return;
	}
	lanes_update(&r->lanes, &r->daemon->channels->set);
	lanes_choose(&r->lanes, clock_mono_us(), &wait_us);
	if (wait_us > 0)
		outbox_run__arm(r, wait_us);
	r->claiming = true;
	note_mine(r);
	r->claim_job =
	    (struct work_job){.run = claim_run, .done = claim_done, .data = r};
	store_write(r->daemon->store, &r->claim_job);
}

static void
on_timer(void *data)
{
	struct outbox_run *r = data;

	r->wake_us = 0;
	keep_again(r);
	outbox_run_wake(r);
}

void
outbox_run_wake(struct outbox_run *r)
{
	if (r->claiming)
		r->again = true;
	else
		claim(r);
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
	keep_again(r); /* the last try */
}

bool
outbox_run_is_idle(const struct outbox_run *r)
{
	return r->active == 0 && !r->claiming;
}

void
outbox_run_free(struct outbox_run **r)
{
	if (*r == NULL)
		return;
	lanes_free(&(*r)->lanes);
	free((*r)->mine);
	FREE(r);
}
