/*
 * work - one worker thread: a job runs there, its done-callback on the loop.
 *
 * The worker owns a context (a struct desk, say) that only its jobs touch.
 * Jobs run in the order in which they were given.  work_submit is called on
 * the loop's thread only; everything between the threads goes through two
 * queues guarded by one mutex.
 */
#ifndef COMMON_WORK_H
#define COMMON_WORK_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct work;

struct work_hooks {
	/*
	 * On the worker, before the first job: make the context.  On an error
	 * the jobs that were taken up are handed back with that code, and
	 * start is tried again before the next ones.  NULL: no context.
	 */
	int (*start)(void *arg, void **context, struct err *err);
	/* On the worker, after the last job, if start succeeded; or NULL. */
	void (*stop)(void *context);
	/*
	 * On the worker: all that is queued, at most max_batch jobs at once.
	 * NULL: jobs are run one by one.  A committer opens its batch in
	 * batch_begin, and answers go out after batch_end (commit) returned;
	 * when that fails, run is not repeated: every job of the batch gets
	 * its code.  When batch_begin fails none of them is run.
	 */
	int (*batch_begin)(void *context, size_t jobs, struct err *err);
	int (*batch_end)(void *context, struct err *err);
	size_t max_batch; /* 0: 256 */
	/*
	 * A batch waits for the others of a steady crowd: as long as the last
	 * batch took, at most so many microseconds.  Whoever is alone waits
	 * for nobody.  0: what is queued goes at once.
	 */
	int gather_us;
	/* On the worker, once a batch's answers are on their way; or NULL. */
	void (*batch_after)(void *context);
};

struct work_job {
	/* On the worker.  Not called when start or batch_begin failed. */
	int (*run)(struct work_job *job, void *context, struct err *err);
	/* On the loop; rc and err are run's (or start's, batch_end's). */
	void (*done)(struct work_job *job, int rc, const struct err *err);
	void *data; /* the submitter's */
	/* private to work.c */
	struct work_job *next;
	uint64_t due_ms; /* of the answer, see work_delay_answers */
	int rc;
	struct err err;
};

/* hooks and arg are borrowed until work_stop's callback. */
int work_start(uv_loop_t *loop, const struct work_hooks *hooks, void *arg,
    struct work **work, struct err *err);
/*
 * The job is borrowed until its done was called, which never happens inside
 * this call.  After work_stop it comes back as OD_ECANCEL.
 */
void work_submit(struct work *work, struct work_job *job);
/* Jobs whose done was not called yet.  Loop thread. */
size_t work_pending(const struct work *work);
/*
 * Monotonic microseconds at which the worker last took up or ended a job.
 * Any thread.
 */
int64_t work_last_sign_us(struct work *work);
/*
 * Finish what is queued (or, with drop, hand it back as OD_ECANCEL), join,
 * then call stopped on the loop and free the struct.
 */
void work_stop(
    struct work *work, bool drop, void (*stopped)(void *data), void *data);

/* Tests: every answer is held back this many milliseconds (0: none). */
void work_delay_answers(struct work *work, int ms);

#endif
