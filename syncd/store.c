/* store - see store.h. */
#include "syncd/store.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include <stdlib.h>

#define BATCH_MAX 256

struct store {
	struct store_options options;
	char files_dir[512];
	struct work *committer, *reader;
	struct store_figures figures;
	struct work_job tend;
	bool tending;
	int open_threads;
	void (*stopped)(void *data);
	void *stopped_data;
};

struct thread { /* a thread's context */
	struct store *store;
	struct desk *desk;
};

static int
open_desk(const struct store *s, bool readonly, struct desk **desk,
    struct err *err)
{
	struct desk_options o = {s->options.uri, s->options.files, readonly};

	return desk_open(&o, desk, err);
}

static int
thread_start(struct store *s, bool readonly, void **context, struct err *err)
{
	struct desk *desk = NULL;
	struct thread *c;
	int rc;

	if ((rc = open_desk(s, readonly, &desk, err)) != 0) {
		log_error("store", "the desk cannot be opened: %s", err->text);
		return rc;
	}
	c = xcalloc(1, sizeof(*c));
	c->store = s;
	c->desk = desk;
	*context = c;
	return 0;
}

static int
committer_start(void *arg, void **context, struct err *err)
{
	return thread_start(arg, false, context, err);
}

static void
committer_stop(void *context)
{
	struct thread *c = context;

	if (c == NULL)
		return;
	if (c->store->options.keeper != NULL)
		(void)keeper_tend(c->store->options.keeper, true, NULL);
	desk_close(&c->desk);
	free(c);
}

static int
batch_begin(void *context, size_t jobs, struct err *err)
{
	struct thread *c = context;

	atomic_fetch_add(&c->store->figures.batches, 1);
	atomic_fetch_add(&c->store->figures.jobs, (long long)jobs);
	return db_batch_begin(c->desk, err);
}

static int
batch_end(void *context, struct err *err)
{
	struct thread *c = context;
	struct err trouble = ERR_INIT;
	int rc;

	if ((rc = db_batch_end(c->desk, err)) != 0) {
		atomic_fetch_add(&c->store->figures.commits_failed, 1);
		log_error("store", "a commit failed: %s", err->text);
	}
	if (c->store->options.keeper != NULL &&
	    keeper_tend(c->store->options.keeper, false, &trouble) != 0)
		log_warn("keeper", "%s", trouble.text);
	return rc;
}

static int
reader_start(void *arg, void **context, struct err *err)
{
	return thread_start(arg, true, context, err);
}

static void
reader_stop(void *context)
{
	struct thread *c = context;

	if (c == NULL)
		return;
	desk_close(&c->desk);
	free(c);
}

struct desk *
store_desk(void *context)
{
	return context != NULL ? ((struct thread *)context)->desk : NULL;
}

static const struct work_hooks committer_hooks = {
    .start = committer_start,
    .stop = committer_stop,
    .batch_begin = batch_begin,
    .batch_end = batch_end,
    .max_batch = BATCH_MAX,
};

static const struct work_hooks reader_hooks = {
    .start = reader_start,
    .stop = reader_stop,
};

int
store_start(uv_loop_t *loop, const struct store_options *options,
    struct store **store, struct err *err)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int rc;

	s->options = *options;
	if ((rc = desk_files_dir(options->uri, options->files, s->files_dir,
		 sizeof(s->files_dir), err)) != 0) {
		free(s);
		return rc;
	}
	if ((rc = work_start(loop, &committer_hooks, s, &s->committer, err)) !=
		0 ||
	    (rc = work_start(loop, &reader_hooks, s, &s->reader, err)) != 0) {
		BUG_ON(s->committer != NULL); /* threads are there at start */
		free(s);
		return rc;
	}
	s->open_threads = 2;
	*store = s;
	return 0;
}

void
store_write(struct store *s, struct work_job *job)
{
	work_submit(s->committer, job);
}

void
store_read(struct store *s, struct work_job *job)
{
	work_submit(s->reader, job);
}

const char *
store_files_dir(const struct store *s)
{
	return s->files_dir;
}

const struct store_figures *
store_figures(const struct store *s)
{
	return &s->figures;
}

size_t
store_backlog(const struct store *s)
{
	return work_pending(s->committer);
}

int64_t
store_last_sign_us(struct store *s)
{
	return work_last_sign_us(s->committer);
}

static int
tend_run(struct work_job *job, void *context, struct err *err)
{
	(void)job, (void)context, (void)err;
	return 0; /* an empty batch: the keeper looks at the log after it */
}

static void
tend_done(struct work_job *job, int rc, const struct err *err)
{
	struct store *s = job->data;

	(void)rc, (void)err;
	s->tending = false;
}

void
store_tend(struct store *s)
{
	if (s->tending)
		return;
	s->tending = true;
	s->tend =
	    (struct work_job){.run = tend_run, .done = tend_done, .data = s};
	store_write(s, &s->tend);
}

static void
thread_stopped(void *data)
{
	struct store *s = data;

	if (--s->open_threads > 0)
		return;
	keeper_free(&s->options.keeper);
	s->stopped(s->stopped_data);
	free(s);
}

void
store_stop(struct store *s, void (*stopped)(void *data), void *data)
{
	s->stopped = stopped;
	s->stopped_data = data;
	work_stop(s->reader, false, thread_stopped, s);
	work_stop(s->committer, false, thread_stopped, s);
}
