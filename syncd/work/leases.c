/* leases - see leases.h. */
#include "syncd/work/leases.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/leases.h"
#include "syncd/daemon.h"
#include <stdlib.h>
#include <string.h>

/* Longer than the pauses in which a lost server is asked again. */
#define GRACE_US (10 * US_PER_SECOND)

struct missed {
	struct lease_owner owner;
	int64_t since_us; /* monotonic */
};

struct leases {
	struct daemon *daemon;
	struct missed missed[LEASE_OWNERS_MAX];
	size_t missed_count;
	bool running, stopped;
	/* the reader's, then the committer's, while a job runs */
	struct work_job job;
	struct lease_owner rows[LEASE_OWNERS_MAX];
	size_t count;
};

static int
end_run(struct work_job *job, void *context, struct err *err)
{
	struct leases *l = job->data;
	struct desk *desk = store_desk(context);
	int rc = 0;

	desk_act_as_system(desk, 0);
	for (size_t i = 0; rc == 0 && i < l->count; i++)
		rc = lease_end(desk, l->rows[i].name, err);
	return rc;
}

static void
end_done(struct work_job *job, int rc, const struct err *err)
{
	struct leases *l = job->data;

	l->running = false;
	for (size_t i = 0; rc == 0 && i < l->count; i++)
		log_warn("leases",
		    "the daemon %s is gone: what it was doing"
		    " is settled",
		    l->rows[i].name);
	if (rc != 0 && rc != OD_ECANCEL)
		log_warn("leases", "%s", err_plain(err));
}

/* When it was first missed; now when it is new. */
static int64_t
missed_since(const struct leases *l, const char *name, int64_t now_us)
{
	for (size_t i = 0; i < l->missed_count; i++)
		if (strcmp(l->missed[i].owner.name, name) == 0)
			return l->missed[i].since_us;
	return now_us;
}

/* Those that were missed for long enough stay in rows. */
static void
sort_out(struct leases *l)
{
	struct missed still[LEASE_OWNERS_MAX];
	int64_t now_us = clock_mono_us();
	size_t n = 0, count = l->count;

	l->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct missed m = {
		    l->rows[i], missed_since(l, l->rows[i].name, now_us)};

		if (now_us - m.since_us >= GRACE_US)
			l->rows[l->count++] = m.owner;
		else
			still[n++] = m;
	}
	memcpy(l->missed, still, n * sizeof(still[0]));
	l->missed_count = n;
}

static int
look_run(struct work_job *job, void *context, struct err *err)
{
	struct leases *l = job->data;

	return lease_dead_owners(
	    store_desk(context), l->daemon->name, l->rows, &l->count, err);
}

static void
look_done(struct work_job *job, int rc, const struct err *err)
{
	struct leases *l = job->data;

	(void)err; /* others say that the server is away */
	l->running = false;
	if (rc != 0) {
		l->missed_count = 0;
		return;
	}
	sort_out(l);
	if (l->count == 0 || l->stopped)
		return;
	l->running = true;
	l->job = (struct work_job){.run = end_run, .done = end_done, .data = l};
	store_write(l->daemon->store, &l->job);
}

struct leases *
leases_new(struct daemon *d)
{
	struct leases *l = xcalloc(1, sizeof(*l));

	l->daemon = d;
	return l;
}

void
leases_wake(struct leases *l)
{
	if (l->running || l->stopped)
		return;
	l->running = true;
	l->job =
	    (struct work_job){.run = look_run, .done = look_done, .data = l};
	store_read(l->daemon->store, &l->job);
}

void
leases_stop(struct leases *l)
{
	l->stopped = true;
}

void
leases_free(struct leases **l)
{
	FREE(l);
}
