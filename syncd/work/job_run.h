/*
 * job_run - the daemon's own work: claimed with a lease, tried again later.
 *
 * One handler a kind of job.  A handler starts on the loop, may take any
 * number of turns, and ends with exactly one of job_finish, job_try_again,
 * job_wait and job_give_up; those record the verdict on the committer, again
 * and again while the database does not take it.
 */
#ifndef SYNCD_WORK_JOB_RUN_H
#define SYNCD_WORK_JOB_RUN_H

#include "common/http_client.h"
#include "common/json.h"
#include "common/work.h"
#include "db/records/jobs.h"
#include "syncd/channels/channel.h"

struct daemon;
struct job_run;

struct job_run *job_run_new(struct daemon *d);
void job_run_wake(struct job_run *r);
/*
 * No new claims.  Tasks under way go on and call daemon_settled when they
 * end; the runner is idle when the last verdict was recorded.
 */
void job_run_stop(struct job_run *r);
bool job_run_is_idle(const struct job_run *r);
void job_run_free(struct job_run **r);

/* ---- for handlers ---- */

enum task_verdict { TASK_DONE, TASK_RETRY, TASK_PUT_OFF, TASK_FAILED };

struct task { /* one claimed job */
	struct job_run *run;
	struct daemon *daemon;
	struct job job;    /* owned */
	struct json *args; /* owned; parsed job.args */
	void *state;       /* the handler's */
	void (*free_state)(void *state);
	/* Recorded together with the verdict, on the committer; may be NULL.
	 * OD_EIO and OD_EUNAVAIL: the job is tried again; another error makes
	 * it fail with its sentence.  It runs anew when the commit failed. */
	int (*effect)(struct task *t, struct desk *desk, struct err *err);
	/* private to job_run.c */
	struct task *next, *next_unkept;
	struct work_job work;
	bool is_ours; /* still; the committer's */
	enum task_verdict verdict;
	/* For free_state: what was, unless nobody knows. */
	bool is_recorded;
	enum task_verdict recorded;
	char text[ERR_TEXT_SIZE];
};

/*
 * Send for a task; when that cannot be, the task has ended.  The request is
 * cleared.  done must not go on with an answer that was cancelled.
 */
void task_send(
    struct task *t, struct channel_request *request, struct http_request *http);
/* On the reader's thread, for what must not keep the committer: see
 * common/work.h; job->data is the caller's. */
void task_aside(struct task *t, struct work_job *job);
/* The channel that the args name; NULL when it is not configured any more. */
const struct channel *task_channel(struct task *t);
void job_finish(struct task *t, const char *result);
void job_try_again(struct task *t, const char *error_text);
/* In some minutes, without counting this try: nothing was begun. */
void job_wait(struct task *t, const char *why);
void job_give_up(struct task *t, const char *error_text);

/* The handlers. */
void media_fetch(struct task *t);     /* work/media_fetch.c */
void templates_fetch(struct task *t); /* work/channel_jobs.c */
void channel_probe(struct task *t);   /* work/channel_jobs.c */

#endif
