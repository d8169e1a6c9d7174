/* store - see store.h. */
#include "syncd/store.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/core/search.h"
#include <stdlib.h>

#define BATCH_MAX  256
#define GATHER_US  2000
#define QUIET_JOBS 2    /* in a batch: nobody is kept waiting by more work */
#define LONG_US    1500 /* a batch's own work; then the keeper waits */
#define LONG_ROW   4    /* so many in a row */
#define REST_US    (4 * US_PER_SECOND)
#define REST_JOBS  80 /* in that time: little more than the beat's own */

static struct log_brake uncommitted, untended; /* a batch may fail each ms */

struct store {
	struct store_options options; /* its texts are the next three */
	char *uri, *files, *seal_key; /* owned */
	char files_dir[512];
	struct work *committer, *reader;
	struct store_figures figures;
	atomic_bool broken; /* set by the committer, for good */
	atomic_bool empty;  /* the log is to be emptied */
	atomic_bool works;  /* the last commit; set by the committer */
	atomic_bool rest;   /* the committer has time for that */
	struct work_job tend, rest_job;
	bool tending, resting, told, stopping;
	int64_t asked, asked_before; /* jobs, also at the last look */
	int64_t looked_us;           /* monotonic; whether there is a rest */
	int64_t round_us;
	void (*stopped)(void *data);
	void *stopped_data;
};

struct thread { /* a thread's context */
	struct store *store;
	struct desk *desk;
	size_t jobs; /* of the batch */
	int64_t begun_us;
	bool is_long; /* who came meanwhile is not kept even longer */
	int longs;    /* in a row */
};

static int
open_desk(
    const struct store *s, bool readonly, struct desk **desk, struct err *err)
{
	struct desk_options o = {.uri = s->options.uri,
	    .files = s->options.files,
	    .seal_key = s->options.seal_key,
	    .readonly = readonly};

	return desk_open(&o, desk, err);
}

static int
thread_start(struct store *s, bool readonly, void **context, struct err *err)
{
	struct desk *desk = NULL;
	struct thread *c;
	int rc;

	if ((rc = open_desk(s, readonly, &desk, err)) != 0) {
		log_error(
		    "store", "the desk cannot be opened: %s", err_plain(err));
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
	if (c->store->options.keeper != NULL && !atomic_load(&c->store->broken))
		(void)keeper_tend(c->store->options.keeper, true, NULL);
	desk_close(&c->desk);
	free(c);
}

/* How a begin or a commit went, for the loop. */
static int
note(struct thread *c, int rc)
{
	struct store *s = c->store;

	atomic_store(&s->works, rc == 0);
	if (db_is_broken(c->desk->db))
		atomic_store(&s->broken, true);
	return rc;
}

int
store_refuse_broken(struct err *err)
{
	return err_set(err, OD_EIO,
	    "The disk reported an error or the desk's file is damaged; nothing"
	    " more is written. Check the disk, then run opdesk doctor");
}

static int
batch_begin(void *context, size_t jobs, struct err *err)
{
	struct thread *c = context;
	int rc;

	/* The keeper's connection met it: this one would sync the log again. */
	if (atomic_load(&c->store->broken))
		return store_refuse_broken(err);
	c->jobs = jobs;
	c->is_long = false;
	atomic_fetch_add(&c->store->figures.batches, 1);
	atomic_fetch_add(&c->store->figures.jobs, (long long)jobs);
	rc = note(c, db_batch_begin(c->desk, err));
	c->begun_us = clock_mono_us();
	return rc;
}

/* The keeper's work can be put off by a few batches, not for ever. */
static bool
judge_length(struct thread *c)
{
	bool was_long = clock_mono_us() - c->begun_us > LONG_US;

	c->longs = was_long && c->longs < LONG_ROW ? c->longs + 1 : 0;
	return c->longs > 0;
}

/* By itself: the batch does not depend on it. */
static void
merge_index(struct thread *c)
{
	struct keeper *keeper = c->store->options.keeper;
	struct err trouble = ERR_INIT;
	bool goes_on = false;
	int rc;

	if (keeper == NULL ||
	    !keeper_merge_is_due(keeper, c->jobs <= QUIET_JOBS))
		return;
	if ((rc = db_group_begin(c->desk, &trouble)) == 0) {
		rc = search_merge(c->desk, &goes_on, &trouble);
		rc = db_group_end(c->desk, rc, &trouble);
	}
	if (rc != 0)
		log_braked(
		    &untended, LOG_WARN, "keeper", "%s", err_plain(&trouble));
	keeper_merged(keeper, goes_on);
}

static int
batch_end(void *context, struct err *err)
{
	struct thread *c = context;
	struct store *s = c->store;
	int rc;

	c->is_long = judge_length(c);
	if (!c->is_long)
		merge_index(c);
	if ((rc = note(c, db_batch_end(c->desk, err))) != 0) {
		atomic_fetch_add(&s->figures.commits_failed, 1);
		log_braked(&uncommitted, LOG_ERROR, "store",
		    "a commit failed: %s", err_plain(err));
	}
	return rc;
}

/* What was committed is answered already: nobody waits for a checkpoint. */
static void
batch_after(void *context)
{
	struct thread *c = context;
	struct store *s = c->store;
	struct err trouble = ERR_INIT;
	bool empty;
	int rc;

	if (atomic_exchange(&s->rest, false)) {
		db_release_memory(c->desk->db);
		memory_give_back();
	}
	if (s->options.keeper == NULL || atomic_load(&s->broken) ||
	    (c->is_long && !atomic_load(&s->empty)))
		return;
	empty = atomic_exchange(&s->empty, false);
	rc = keeper_checkpoint(s->options.keeper, empty, &trouble);
	if (rc == OD_EUNAVAIL && empty)
		atomic_store(&s->empty, true); /* a writer: the next time */
	else if (rc != 0)
		log_braked(
		    &untended, LOG_WARN, "keeper", "%s", err_plain(&trouble));
	if (keeper_is_broken(s->options.keeper))
		atomic_store(&s->broken, true);
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
    .gather_us = GATHER_US,
    .batch_after = batch_after,
};

static const struct work_hooks reader_hooks = {
    .start = reader_start,
    .stop = reader_stop,
};

static void
store_free(struct store *s)
{
	keeper_free(&s->options.keeper);
	free(s->uri);
	free(s->files);
	free(s->seal_key);
	free(s);
}

static void
on_stopped(void *data)
{
	struct store *s = data;
	void (*stopped)(void *data) = s->stopped;
	void *stopped_data = s->stopped_data;

	store_free(s);
	if (stopped != NULL)
		stopped(stopped_data);
}

int
store_start(uv_loop_t *loop, const struct store_options *options,
    struct store **store, struct err *err)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int rc;

	*store = NULL;
	s->options = *options;
	s->uri = xstrdup(options->uri);
	s->files = xstrdup(options->files != NULL ? options->files : "");
	s->options.uri = s->uri;
	s->options.files = s->files;
	s->seal_key =
	    xstrdup(options->seal_key != NULL ? options->seal_key : "");
	s->options.seal_key = s->seal_key;
	s->round_us = s->looked_us = clock_mono_us();
	atomic_init(&s->works, true);
	if ((rc = desk_files_dir(s->options.uri, s->options.files, s->files_dir,
		 sizeof(s->files_dir), err)) != 0 ||
	    (rc = work_start(loop, &committer_hooks, s, &s->committer, err)) !=
		0) {
		store_free(s);
		return rc;
	}
	if ((rc = work_start(loop, &reader_hooks, s, &s->reader, err)) != 0) {
		work_stop(s->committer, true, on_stopped, s);
		return rc;
	}
	*store = s;
	return 0;
}

void
store_write(struct store *s, struct work_job *job)
{
	s->asked++;
	work_submit(s->committer, job);
}

void
store_read(struct store *s, struct work_job *job)
{
	s->asked++;
	work_submit(s->stopping ? s->committer : s->reader, job);
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
store_last_round_us(const struct store *s)
{
	return s->round_us;
}

bool
store_works(const struct store *s)
{
	return atomic_load(&s->works) && !atomic_load(&s->broken);
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
	s->round_us = clock_mono_us();
	if (!atomic_load(&s->broken) || s->told)
		return;
	s->told = true;
	if (s->options.broken != NULL)
		s->options.broken(s->options.data);
}

static int
rest_run(struct work_job *job, void *context, struct err *err)
{
	(void)job, (void)err;
	db_release_memory(store_desk(context)->db);
	return 0;
}

/* Then the committer: after its batch nobody waits for it. */
static void
rest_done(struct work_job *job, int rc, const struct err *err)
{
	struct store *s = job->data;

	(void)rc, (void)err;
	s->resting = false;
	atomic_store(&s->rest, true);
}

/* What a crowd left behind, the threads give back when it is gone. */
static void
look_for_rest(struct store *s)
{
	int64_t now_us = clock_mono_us();
	bool is_quiet;

	if (s->resting || s->stopping || now_us - s->looked_us < REST_US)
		return;
	is_quiet = s->asked - s->asked_before < REST_JOBS;
	s->asked_before = s->asked;
	s->looked_us = now_us;
	if (!is_quiet)
		return;
	s->resting = true;
	s->rest_job =
	    (struct work_job){.run = rest_run, .done = rest_done, .data = s};
	store_read(s, &s->rest_job);
}

void
store_tend(struct store *s)
{
	look_for_rest(s);
	if (s->tending)
		return;
	s->tending = true;
	s->tend =
	    (struct work_job){.run = tend_run, .done = tend_done, .data = s};
	store_write(s, &s->tend);
}

static void
on_reader_stopped(void *data)
{
	struct store *s = data;

	work_stop(s->committer, false, on_stopped, s);
}

void
store_empty(struct store *s)
{
	atomic_store(&s->empty, true);
}

void
store_stop(struct store *s, void (*stopped)(void *data), void *data)
{
	s->stopped = stopped;
	s->stopped_data = data;
	s->stopping = true;
	work_stop(s->reader, false, on_reader_stopped, s);
}
