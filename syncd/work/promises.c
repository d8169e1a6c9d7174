/* promises - see promises.h. */
#include "syncd/work/promises.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/tenants.h"
#include "db/records/ticket_sleep.h"
#include "syncd/daemon.h"
#include <stdlib.h>

#define LOOK_US (20 * US_PER_SECOND)

struct promises {
	struct daemon *daemon;
	struct work_job job;
	struct ticket_sweep sum; /* the worker's while busy */
	int64_t next_us;
	bool busy;
};

static void
add(struct ticket_sweep *sum, const struct ticket_sweep *one)
{
	sum->notices += one->notices;
	sum->reminded += one->reminded;
	sum->closed += one->closed;
	sum->woken += one->woken;
	sum->more |= one->more;
}

static int
run(struct work_job *job, void *context, struct err *err)
{
	struct promises *p = job->data;
	struct desk *d = store_desk(context);
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc;

	p->sum = (struct ticket_sweep){0};
	desk_act_as_system(d, 0);
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ticket_sweep one;

		desk_act_as_system(d, rows[i].id);
		if ((rc = ticket_sweep(d, &one, err)) == 0)
			add(&p->sum, &one);
	}
	free(rows);
	return rc;
}

static void
done(struct work_job *job, int rc, const struct err *err)
{
	struct promises *p = job->data;
	const struct ticket_sweep *s = &p->sum;

	p->busy = false;
	if (rc != 0) {
		log_error("promises", "what is due was not looked at: %s",
		    err_plain(err));
		return;
	}
	if (s->more)
		p->next_us = 0;
	if (s->notices + s->reminded + s->closed + s->woken > 0)
		log_info("promises",
		    "notices: %d, reminded: %d, closed: %d, woken: %d",
		    s->notices, s->reminded, s->closed, s->woken);
}

void
promises_wake(struct promises *p)
{
	if (p->busy || clock_mono_us() < p->next_us)
		return;
	p->busy = true;
	p->next_us = clock_mono_us() + LOOK_US;
	p->job = (struct work_job){.run = run, .done = done, .data = p};
	store_write(p->daemon->store, &p->job);
}

struct promises *
promises_new(struct daemon *d)
{
	struct promises *p = xcalloc(1, sizeof(*p));

	p->daemon = d;
	return p;
}

void
promises_free(struct promises **p)
{
	FREE(p);
}
