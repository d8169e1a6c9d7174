/* recording_upkeep - see recording_upkeep.h. */
#include "syncd/work/recording_upkeep.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/recordings.h"
#include "db/records/tenants.h"
#include "syncd/daemon.h"
#include <stdlib.h>

struct recording_upkeep {
	struct daemon *daemon;
	struct work_job job;
	int64_t next_us; /* monotonic */
	bool busy;
	/* the worker's while busy */
	bool waits;
	struct recording_scan found;
};

/* On the reader: almost always nobody died. */
static int
look(struct work_job *job, void *context, struct err *err)
{
	struct recording_upkeep *u = job->data;
	struct desk *d = store_desk(context);
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc;

	u->waits = false;
	if (d == NULL)
		return OD_EUNAVAIL;
	desk_act_as_system(d, 0);
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count && !u->waits; i++) {
		desk_act_as_system(d, rows[i].id);
		rc = recording_scan_waits(d, &u->waits, err);
	}
	free(rows);
	return rc;
}

static int
run(struct work_job *job, void *context, struct err *err)
{
	struct recording_upkeep *u = job->data;
	struct desk *d = store_desk(context);
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc;

	u->found = (struct recording_scan){0};
	desk_act_as_system(d, 0);
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct recording_scan one;

		desk_act_as_system(d, rows[i].id);
		rc = recording_scan(d, recording_is_live, &one, err);
		u->found.recovered += one.recovered;
		u->found.failed += one.failed;
		u->found.missing += one.missing;
	}
	free(rows);
	return rc;
}

static void
done(struct work_job *job, int rc, const struct err *err)
{
	struct recording_upkeep *u = job->data;
	const struct recording_scan *s = &u->found;

	u->busy = false;
	if (rc != 0)
		log_error("recordings",
		    "what was cut off was not put right: %s", err_plain(err));
	if (s->recovered + s->failed + s->missing > 0)
		log_info("recordings",
		    "cut off: recovered %lld, without sound %lld, missing %lld",
		    (long long)s->recovered, (long long)s->failed,
		    (long long)s->missing);
}

static void
looked(struct work_job *job, int rc, const struct err *err)
{
	struct recording_upkeep *u = job->data;

	(void)err; /* the reader's own trouble is told elsewhere */
	if (rc != 0)
		u->next_us = clock_mono_us() + US_PER_MINUTE;
	if (rc != 0 || !u->waits) {
		u->busy = false;
		return;
	}
	u->job = (struct work_job){.run = run, .done = done, .data = u};
	store_write(u->daemon->store, &u->job);
}

void
recording_upkeep_wake(struct recording_upkeep *u)
{
	int64_t now = clock_mono_us();

	if (u->busy || now < u->next_us)
		return;
	u->busy = true;
	u->next_us = now + US_PER_HOUR;
	u->job = (struct work_job){.run = look, .done = looked, .data = u};
	store_read(u->daemon->store, &u->job);
}

struct recording_upkeep *
recording_upkeep_new(struct daemon *d)
{
	struct recording_upkeep *u = xcalloc(1, sizeof(*u));

	u->daemon = d;
	return u;
}

void
recording_upkeep_free(struct recording_upkeep **u)
{
	FREE(u);
}
