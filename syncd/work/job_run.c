/* job_run - see job_run.h. */
#include "syncd/work/job_run.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/outbox.h"
#include "db/records/waits.h"
#include "syncd/daemon.h"
#include "syncd/work/clock_watch.h"
#include <stdlib.h>
#include <string.h>

#define LEASE_S   900 /* longer than any job may take */
#define AT_ONCE   4
#define TRIES_MAX 6
#define PUT_OFF_S 300

struct job_run {
	struct daemon *daemon;
	struct loop_timer *timer;
	int64_t wake_us; /* monotonic; when the timer goes, 0: it does not */
	int active;
	struct task *tasks;  /* all that are active */
	struct task *unkept; /* their verdicts are to be recorded once more */
	bool claiming, again, stopped;
	bool is_unsure; /* of what the last claim brought */
	/* the committer's while a claim runs */
	struct work_job claim_job;
	int limit;
	bool was_unsure;
	int64_t mine[AT_ONCE]; /* their ids */
	size_t mine_count;
	struct job *rows;
	size_t count;
	int64_t next_us;
	struct clock_watch watch;
};

static const struct {
	enum job_kind kind;
	void (*start)(struct task *t);
} handlers[] = {
    {JOB_MEDIA, media_fetch},
    {JOB_TEMPLATES, templates_fetch},
    {JOB_CHANNEL_TEST, channel_probe},
};

const struct channel *
task_channel(struct task *t)
{
	const char *name = json_string(t->args, "channel");
	const struct channel *c =
	    name != NULL
		? channel_of(&t->daemon->channels->set, name, t->job.tenant_id)
		: NULL;

	if (c != NULL)
		i18n_set_thread(c->lang);
	return c;
}

void
task_send(
    struct task *t, struct channel_request *request, struct http_request *http)
{
	struct err err = ERR_INIT;
	int rc = OD_EUNAVAIL;

	channel_request_http(request, http);
	if (t->daemon->http != NULL)
		rc = http_client_send(t->daemon->http, http, NULL, &err);
	if (rc == OD_EUNAVAIL)
		job_try_again(t, err.text);
	else if (rc != 0)
		job_give_up(t, err.text);
	i18n_clear_thread(); /* task_channel set it */
	channel_request_clear(request);
}

void
task_aside(struct task *t, struct work_job *job)
{
	store_read(t->daemon->store, job);
}

/* ---- the verdict ---- */

/* What is recorded; the task keeps its own for the next time. */
struct result {
	enum task_verdict verdict;
	char text[ERR_TEXT_SIZE];
};

static int
record_result(struct task *t, struct desk *desk, const struct result *result,
    struct err *err)
{
	int64_t wait_s, by_us;

	/* By the clock that the other waits are of. */
	by_us = waits_move_all(desk) ? clock_watch_peek(&t->run->watch) : 0;
	switch (result->verdict) {
	case TASK_DONE:
		return job_done(desk, t->job.id, result->text, err);
	case TASK_RETRY:
		wait_s = outbox_schedule_s(t->job.attempts);
		if (wait_s < 0 || t->job.attempts >= TRIES_MAX)
			break;
		return job_retry(desk, t->job.id,
		    clock_wall_us() - by_us + wait_s * US_PER_SECOND,
		    result->text, err);
	case TASK_PUT_OFF:
		return job_put_off(desk, t->job.id,
		    clock_wall_us() - by_us + PUT_OFF_S * US_PER_SECOND,
		    result->text, err);
	case TASK_FAILED:
		break;
	}
	return job_failed(desk, t->job.id, result->text, err);
}

/*
 * The effect and that it is done, or nothing of it: then result is why, unless
 * it is to be tried once more.
 */
static int
run_effect(
    struct task *t, struct desk *desk, struct result *result, struct err *err)
{
	struct err why = ERR_INIT;
	int rc, effect_rc;

	if ((rc = db_group_begin(desk, err)) != 0)
		return rc;
	if ((effect_rc = t->effect(t, desk, &why)) == 0)
		rc = record_result(t, desk, result, err);
	rc = db_group_end(desk, effect_rc != 0 ? effect_rc : rc, err);
	if (effect_rc == 0)
		return rc;
	result->verdict = effect_rc == OD_EIO || effect_rc == OD_EUNAVAIL
	                      ? TASK_RETRY
	                      : TASK_FAILED;
	str_copy(result->text, sizeof(result->text), why.text);
	return record_result(t, desk, result, err);
}

/* One that took too long, or was recorded after all, is not ours any more. */
static int
record_run(struct work_job *work, void *context, struct err *err)
{
	struct task *t = work->data;
	struct desk *desk = store_desk(context);
	struct result result = {.verdict = t->verdict};
	int rc;

	desk_act_as_system(desk, t->job.tenant_id);
	if ((rc = job_is_claimed(desk, &t->job, &t->is_ours, err)) != 0 ||
	    !t->is_ours)
		return rc;
	str_copy(result.text, sizeof(result.text), t->text);
	rc = t->verdict == TASK_DONE && t->effect != NULL
	         ? run_effect(t, desk, &result, err)
	         : record_result(t, desk, &result, err);
	t->recorded = result.verdict;
	return rc;
}

static void
task_free(struct task *t)
{
	struct task **at = &t->run->tasks;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	if (t->free_state != NULL)
		t->free_state(t->state);
	json_free(&t->args);
	job_clear(&t->job);
	free(t);
}

static void arm(struct job_run *r, int64_t wait_us);

static void
record_done(struct work_job *work, int rc, const struct err *err)
{
	struct task *t = work->data;
	struct job_run *r = t->run;

	if (rc != 0)
		log_error("jobs", "job %s: the result was not kept: %s",
		    t->job.name, err_plain(err));
	if (!r->stopped && (rc == OD_EUNAVAIL || rc == OD_EIO)) {
		t->next_unkept = r->unkept;
		r->unkept = t;
		arm(r, US_PER_SECOND);
		return;
	}
	t->is_recorded = rc == 0 && t->is_ours;
	metric_inc(r->daemon->figures[FIGURE_JOBS],
	    rc == 0 && t->verdict == TASK_DONE ? 0 : 1);
	task_free(t);
	r->active--;
	job_run_wake(r);
	daemon_settled(r->daemon);
}

static void
keep(struct task *t)
{
	t->work = (struct work_job){
	    .run = record_run, .done = record_done, .data = t};
	store_write(t->daemon->store, &t->work);
}

/* Until the database takes it, or the program ends. */
static void
keep_again(struct job_run *r)
{
	struct task *t;

	while ((t = r->unkept) != NULL) {
		r->unkept = t->next_unkept;
		keep(t);
	}
}

static void
record(struct task *t, const char *text)
{
	i18n_clear_thread(); /* task_channel set it */
	str_copy(t->text, sizeof(t->text), text);
	keep(t);
}

void
job_finish(struct task *t, const char *result)
{
	t->verdict = TASK_DONE;
	record(t, result);
}

void
job_try_again(struct task *t, const char *error_text)
{
	t->verdict = TASK_RETRY;
	record(t, error_text);
}

void
job_wait(struct task *t, const char *why)
{
	t->verdict = TASK_PUT_OFF;
	record(t, why);
}

void
job_give_up(struct task *t, const char *error_text)
{
	t->verdict = TASK_FAILED;
	record(t, error_text);
}

/* ---- claiming ---- */

static void
start_task(struct job_run *r, struct job *job)
{
	struct task *t = xcalloc(1, sizeof(*t));
	struct err err = ERR_INIT;

	t->run = r;
	t->daemon = r->daemon;
	t->job = *job; /* its texts move along */
	t->next = r->tasks;
	r->tasks = t;
	r->active++;
	if (r->stopped) {
		err_set(&err, OD_ECANCEL, "The program ended meanwhile");
		job_try_again(t, err.text);
		return;
	}
	if (json_parse(t->job.args, strlen(t->job.args), &json_limits_api,
		&t->args, &err) != 0) {
		job_give_up(t, err.text);
		return;
	}
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].kind == t->job.kind) {
			handlers[i].start(t);
			return;
		}
	}
	err_set(&err, OD_EDATA, "This daemon knows no such job");
	job_give_up(t, err.text);
}

/* Before times are read: that the clock is still the one they are of. */
static int
check_clock(struct job_run *r, struct desk *desk, struct err *err)
{
	bool is_first = !r->watch.has_looked;
	int64_t by_us = clock_watch_look(&r->watch, "jobs");

	if (is_first)
		return job_waits_limit(desk, LEASE_S, err);
	if (by_us == 0)
		return 0;
	return job_waits_move(desk, r->daemon->name, by_us, err);
}

static int
claim_run(struct work_job *work, void *context, struct err *err)
{
	struct job_run *r = work->data;
	int rc;

	desk_act_as_system(store_desk(context), 0);
	if ((rc = check_clock(r, store_desk(context), err)) != 0)
		return rc;
	if (r->was_unsure &&
	    (rc = job_unclaim(store_desk(context), r->daemon->name, r->mine,
		 r->mine_count, err)) != 0)
		return rc;
	return job_claim(store_desk(context), r->daemon->name, LEASE_S,
	    r->limit, &r->rows, &r->count, &r->next_us, err);
}

static void claim(struct job_run *r);

/* The sooner of what was asked for. */
static void
arm(struct job_run *r, int64_t wait_us)
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

static void
claim_done(struct work_job *work, int rc, const struct err *err)
{
	struct job_run *r = work->data;

	r->claiming = false;
	if (rc != 0) {
		/* For nothing, if the batch's commit failed. */
		clock_watch_lose(&r->watch);
		r->is_unsure = true;
		job_list_free(&r->rows, r->count);
		if (rc != OD_ECANCEL)
			log_error("jobs", "%s", err_plain(err));
		arm(r, US_PER_SECOND);
	} else {
		for (size_t i = 0; i < r->count; i++)
			start_task(r, &r->rows[i]);
		FREE(&r->rows);
		if (r->next_us > 0)
			arm(r, r->next_us > clock_wall_us()
				   ? r->next_us - clock_wall_us()
				   : US_PER_MS);
	}
	r->count = 0;
	if (rc == 0 && r->again)
		claim(r);
	daemon_settled(r->daemon);
}

static void
claim(struct job_run *r)
{
	r->again = false;
	keep_again(r); /* before anybody takes it for given up */
	if (r->stopped || r->active >= AT_ONCE)
		return;
	r->claiming = true;
	r->was_unsure = r->is_unsure;
	r->is_unsure = false;
	r->mine_count = 0;
	for (const struct task *t = r->tasks; t != NULL; t = t->next)
		r->mine[r->mine_count++] = t->job.id;
	r->limit = AT_ONCE - r->active;
	r->claim_job =
	    (struct work_job){.run = claim_run, .done = claim_done, .data = r};
	store_write(r->daemon->store, &r->claim_job);
}

static void
on_timer(void *data)
{
	struct job_run *r = data;

	r->wake_us = 0;
	job_run_wake(r);
}

void
job_run_wake(struct job_run *r)
{
	if (r->claiming)
		r->again = true;
	else
		claim(r);
}

struct job_run *
job_run_new(struct daemon *d)
{
	struct job_run *r = xcalloc(1, sizeof(*r));

	r->daemon = d;
	r->timer = loop_timer_new(d->loop, on_timer, r);
	return r;
}

void
job_run_stop(struct job_run *r)
{
	r->stopped = true;
	loop_timer_free(&r->timer);
	keep_again(r); /* the last try */
}

bool
job_run_is_idle(const struct job_run *r)
{
	return r->active == 0 && !r->claiming;
}

void
job_run_free(struct job_run **r)
{
	FREE(r);
}
