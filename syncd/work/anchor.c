/* anchor - see anchor.h. */
#include "syncd/work/anchor.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/audit_anchor.h"
#include "syncd/daemon.h"
#include <stdlib.h>

#define EVERY_US (10 * US_PER_MINUTE)

struct anchor {
	struct daemon *daemon;
	int64_t next_us;
	bool busy, once_more, stopped;
	struct work_job job;
	int written; /* the reader's while busy */
};

static int
note_run(struct work_job *job, void *context, struct err *err)
{
	struct anchor *a = job->data;

	return audit_anchor_write(store_desk(context), &a->written, err);
}

static void begin(struct anchor *a);

static void
note_done(struct work_job *job, int rc, const struct err *err)
{
	struct anchor *a = job->data;

	a->busy = false;
	if (rc != 0)
		log_error(
		    "audit", "no checkpoint was written: %s", err_plain(err));
	if (!a->once_more)
		return;
	a->once_more = false;
	begin(a);
}

static void
begin(struct anchor *a)
{
	a->busy = true;
	a->next_us = clock_mono_us() + EVERY_US;
	a->job =
	    (struct work_job){.run = note_run, .done = note_done, .data = a};
	store_read(a->daemon->store, &a->job);
}

void
anchor_wake(struct anchor *a)
{
	if (!a->busy && !a->stopped && clock_mono_us() >= a->next_us)
		begin(a);
}

void
anchor_last(struct anchor *a)
{
	a->stopped = true;
	if (a->busy)
		a->once_more = true;
	else
		begin(a);
}

struct anchor *
anchor_new(struct daemon *d)
{
	struct anchor *a = xcalloc(1, sizeof(*a));

	a->daemon = d;
	return a;
}

void
anchor_free(struct anchor **a)
{
	FREE(a);
}
