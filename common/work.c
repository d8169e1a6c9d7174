/*
 * work - one worker thread: a job runs there, its done-callback on the loop.
 *
 * Guard of the shared fields: `mutex`, for both queues and the two flags.
 * Everything else belongs to one of the two threads, as said there.
 */
#include "common/work.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BATCH 256

struct queue {
	struct work_job *first;
	struct work_job **end;
};

struct work {
	/* constant */
	const struct work_hooks *hooks;
	void *arg;
	size_t max_batch;

	/* shared, under mutex */
	uv_mutex_t mutex;
	uv_cond_t wake; /* the worker waits on it */
	struct queue todo;
	size_t todo_count, wanted; /* the worker is woken at so many */
	struct queue ready;        /* answers */
	bool stopping;
	bool drop;
	bool exited; /* the worker's last act */

	/* any thread */
	atomic_llong last_sign_us;

	/* worker */
	void *context;
	bool started;
	size_t crowd;     /* jobs that may come, after the last batch */
	int64_t batch_ns; /* how long that one took */

	/* loop */
	uv_thread_t thread;
	uv_async_t async;
	uv_timer_t timer;  /* only when answers are held back */
	struct queue held; /* answers whose time has not come */
	size_t pending;
	int delay_ms;
	bool joined;
	int open_handles;
	void (*stopped)(void *data);
	void *stopped_data;
};

static void
queue_init(struct queue *q)
{
	q->first = NULL;
	q->end = &q->first;
}

static void
queue_add(struct queue *q, struct work_job *job)
{
	job->next = NULL;
	*q->end = job;
	q->end = &job->next;
}

static struct work_job *
queue_take(struct queue *q)
{
	struct work_job *job = q->first;

	if (!job)
		return NULL;
	q->first = job->next;
	if (!q->first)
		q->end = &q->first;
	job->next = NULL;
	return job;
}

static void
sign_of_life(struct work *w)
{
	atomic_store_explicit(
	    &w->last_sign_us, clock_mono_us(), memory_order_relaxed);
}

/* ---- worker ---- */

static void
answer_all(struct work *w, struct queue *batch)
{
	struct work_job *job;

	uv_mutex_lock(&w->mutex);
	while ((job = queue_take(batch)) != NULL)
		queue_add(&w->ready, job);
	uv_mutex_unlock(&w->mutex);
	uv_async_send(&w->async);
}

/* The same code and sentence for every job of the batch. */
static void
fail_all(struct queue *batch, int rc, const struct err *err)
{
	for (struct work_job *job = batch->first; job; job = job->next) {
		job->rc = rc;
		job->err = *err;
	}
}

static void
run_all(struct work *w, struct queue *batch)
{
	for (struct work_job *job = batch->first; job; job = job->next) {
		sign_of_life(w);
		job->rc = job->run(job, w->context, &job->err);
	}
	sign_of_life(w);
}

static void
run_batch(struct work *w, struct queue *batch, size_t jobs)
{
	const struct work_hooks *h = w->hooks;
	int64_t since_ns = (int64_t)uv_hrtime();
	struct err err = ERR_INIT;
	int rc = 0;

	sign_of_life(w);
	if (!w->started && h->start)
		rc = h->start(w->arg, &w->context, &err);
	if (rc == 0) {
		w->started = true;
		if (h->batch_begin)
			rc = h->batch_begin(w->context, jobs, &err);
	}
	if (rc == 0) {
		run_all(w, batch);
		if (h->batch_end)
			rc = h->batch_end(w->context, &err);
	}
	if (rc != 0)
		fail_all(batch, rc, &err);
	sign_of_life(w);
	answer_all(w, batch);
	w->batch_ns = (int64_t)uv_hrtime() - since_ns;
	if (w->started && h->batch_after)
		h->batch_after(w->context);
}

/* Until so many are there, or that time. */
static void
await_locked(struct work *w, size_t jobs, int64_t end_ns)
{
	int64_t now_ns = (int64_t)uv_hrtime();

	w->wanted = jobs < w->max_batch ? jobs : w->max_batch;
	while (w->todo_count < w->wanted && !w->stopping && now_ns < end_ns) {
		(void)uv_cond_timedwait(
		    &w->wake, &w->mutex, (uint64_t)(end_ns - now_ns));
		now_ns = (int64_t)uv_hrtime();
	}
	w->wanted = 1;
}

/*
 * Those who were answered by the last batch, and those who came meanwhile,
 * are soon here again if they are a steady crowd.  When commits are slow it
 * pays to wait a little for nearly all of them; when they are quick, for half
 * of them, and the others come while it runs.  Nobody waits for longer than a
 * commit takes, and one alone not at all.
 */
static void
gather_locked(struct work *w)
{
	int64_t most_ns = (int64_t)w->hooks->gather_us * 1000;
	int64_t now_ns = (int64_t)uv_hrtime();

	if (w->batch_ns < most_ns)
		most_ns = w->batch_ns;
	await_locked(w, w->crowd - w->crowd / 8,
	    now_ns + (w->batch_ns / 4 < most_ns ? w->batch_ns / 4 : most_ns));
	await_locked(w, w->crowd / 2, now_ns + most_ns);
}

/* Wait for jobs; returns how many were moved to batch, 0 at the end. */
static size_t
take_batch(struct work *w, struct queue *batch)
{
	struct work_job *job;
	size_t jobs = 0;

	queue_init(batch);
	uv_mutex_lock(&w->mutex);
	w->crowd += w->todo_count;
	while (!w->todo.first && !w->stopping)
		uv_cond_wait(&w->wake, &w->mutex);
	if (w->hooks->gather_us > 0)
		gather_locked(w);
	if (w->drop) {
		while ((job = queue_take(&w->todo)) != NULL) {
			job->rc = err_set(&job->err, OD_ECANCEL,
			    "It was given up because the program ends.");
			queue_add(&w->ready, job);
		}
		w->todo_count = 0;
	}
	while (jobs < w->max_batch && (job = queue_take(&w->todo)) != NULL) {
		queue_add(batch, job);
		jobs++;
	}
	w->todo_count -= jobs;
	w->crowd = jobs;
	uv_mutex_unlock(&w->mutex);
	return jobs;
}

static void
worker(void *data)
{
	struct work *w = data;
	struct queue batch;
	size_t jobs;

	while ((jobs = take_batch(w, &batch)) > 0)
		run_batch(w, &batch, jobs);
	if (w->started && w->hooks->stop)
		w->hooks->stop(w->context);
	uv_mutex_lock(&w->mutex);
	w->exited = true;
	uv_mutex_unlock(&w->mutex);
	uv_async_send(&w->async);
}

/* ---- loop ---- */

static void
on_closed(uv_handle_t *handle)
{
	struct work *w = handle->data;
	void (*stopped)(void *data) = w->stopped;
	void *data = w->stopped_data;

	if (--w->open_handles > 0)
		return;
	uv_cond_destroy(&w->wake);
	uv_mutex_destroy(&w->mutex);
	free(w);
	if (stopped)
		stopped(data);
}

static void
close_handles(struct work *w)
{
	uv_close((uv_handle_t *)&w->async, on_closed);
	uv_close((uv_handle_t *)&w->timer, on_closed);
}

static void deliver(struct work *w);

static void
on_timer(uv_timer_t *timer)
{
	deliver(timer->data);
}

/* Move what the worker answered to `held`; true when it has ended. */
static bool
collect(struct work *w)
{
	uint64_t due = uv_now(w->async.loop) + (uint64_t)w->delay_ms;
	struct work_job *job;
	bool exited;

	uv_mutex_lock(&w->mutex);
	while ((job = queue_take(&w->ready)) != NULL) {
		job->due_ms = w->delay_ms > 0 ? due : 0;
		queue_add(&w->held, job);
	}
	exited = w->exited;
	uv_mutex_unlock(&w->mutex);
	return exited;
}

static void
deliver(struct work *w)
{
	struct work_job *job;
	bool exited;

	/* done may submit more, and after work_stop even answer at once. */
	do {
		exited = collect(w);
		while ((job = w->held.first) != NULL &&
		       job->due_ms <= uv_now(w->async.loop)) {
			struct err err;
			int rc;

			queue_take(&w->held);
			/* done may free the job. */
			rc = job->rc;
			err = job->err;
			w->pending--;
			job->done(job, rc, &err);
		}
	} while (!w->held.first && exited && w->pending > 0);
	if (w->held.first)
		uv_timer_start(&w->timer, on_timer,
		    w->held.first->due_ms - uv_now(w->async.loop), 0);
	else if (exited && !w->joined) {
		w->joined = true;
		uv_thread_join(&w->thread);
		close_handles(w);
	}
}

static void
on_async(uv_async_t *async)
{
	deliver(async->data);
}

/*
 * The loop handles signals; the worker must never be the one chosen.  A fault
 * of its own is told all the same, to whoever reports them.
 */
static int
start_thread(struct work *w)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&all, faults[i]);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = uv_thread_create(&w->thread, worker, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

int
work_start(uv_loop_t *loop, const struct work_hooks *hooks, void *arg,
    struct work **work, struct err *err)
{
	struct work *w = xcalloc(1, sizeof(*w));
	int rc;

	*work = NULL;
	w->hooks = hooks;
	w->arg = arg;
	if (!hooks->batch_begin && !hooks->batch_end)
		w->max_batch = 1;
	else
		w->max_batch = hooks->max_batch ? hooks->max_batch : MAX_BATCH;
	queue_init(&w->todo);
	queue_init(&w->ready);
	queue_init(&w->held);
	w->wanted = 1;
	sign_of_life(w);
	if (uv_mutex_init(&w->mutex) != 0 || uv_cond_init(&w->wake) != 0)
		BUG("no mutex");
	if ((rc = uv_async_init(loop, &w->async, on_async)) != 0) {
		uv_cond_destroy(&w->wake);
		uv_mutex_destroy(&w->mutex);
		free(w);
		return err_set(err, OD_EIO, "A worker cannot be started: %s.",
		    uv_strerror(rc));
	}
	uv_timer_init(loop, &w->timer);
	w->async.data = w->timer.data = w;
	w->open_handles = 2;
	if ((rc = start_thread(w)) != 0) {
		close_handles(w);
		return err_set(err, OD_EIO, "A worker cannot be started: %s.",
		    uv_strerror(rc));
	}
	*work = w;
	return 0;
}

void
work_submit(struct work *w, struct work_job *job)
{
	bool late;

	BUG_ON(w->joined);
	memset(&job->err, 0, sizeof(job->err));
	job->rc = 0;
	w->pending++;
	uv_mutex_lock(&w->mutex);
	late = w->stopping;
	if (late) {
		job->rc = err_set(&job->err, OD_ECANCEL,
		    "It was given up because the program ends.");
		queue_add(&w->ready, job);
	} else {
		queue_add(&w->todo, job);
		if (++w->todo_count >= w->wanted)
			uv_cond_signal(&w->wake);
	}
	uv_mutex_unlock(&w->mutex);
	if (late)
		uv_async_send(&w->async);
}

size_t
work_pending(const struct work *w)
{
	return w->pending;
}

int64_t
work_last_sign_us(struct work *w)
{
	return atomic_load_explicit(&w->last_sign_us, memory_order_relaxed);
}

void
work_stop(struct work *w, bool drop, void (*stopped)(void *data), void *data)
{
	w->stopped = stopped;
	w->stopped_data = data;
	uv_mutex_lock(&w->mutex);
	w->stopping = true;
	w->drop = drop;
	uv_cond_signal(&w->wake);
	uv_mutex_unlock(&w->mutex);
}

void
work_delay_answers(struct work *w, int ms)
{
	w->delay_ms = ms;
}
