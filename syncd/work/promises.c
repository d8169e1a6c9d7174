/* promises - see promises.h. */
#include "syncd/work/promises.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/callbacks.h"
#include "db/records/mails.h"
#include "db/records/operator_states.h"
#include "db/records/tenants.h"
#include "db/records/ticket_sleep.h"
#include "syncd/channels/mail.h"
#include "syncd/daemon.h"
#include <stdlib.h>

#define LOOK_US (5 * US_PER_SECOND)
#define AT_ONCE 50 /* of calls, for each tenant */

struct promises {
	struct daemon *daemon;
	struct work_job job;
	struct ticket_sweep sum; /* the worker's while busy, with the next */
	struct channels_ref *channels;
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
	sum->replied += one->replied;
	sum->more |= one->more;
}

/* Which channel the tenant's mail leaves by. */
static int
tell_sender(struct desk *d, const struct channel_set *set, struct err *err)
{
	const struct channel *c = mail_channel_of(set, d->actor.tenant_id);
	struct mail_sender sender = {.channel = ""};

	if (c != NULL) {
		str_copy(sender.channel, sizeof(sender.channel), c->id);
		str_copy(sender.from, sizeof(sender.from), c->from);
	}
	return mail_sender_set(d, &sender, err);
}

/* Promised calls that are due, and shifts that nobody is on any more. */
static int
look_at_calls(struct desk *d, struct ticket_sweep *sum, struct err *err)
{
	int rc, reminded, ended;

	if ((rc = callback_remind(d, AT_ONCE, &reminded, err)) != 0)
		return rc;
	sum->reminded += reminded;
	sum->more |= reminded == AT_ONCE;
	return shift_expire(d, AT_ONCE, &ended, err);
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
		if ((rc = tell_sender(d, &p->channels->set, err)) == 0 &&
		    (rc = ticket_sweep(d, &one, err)) == 0)
			add(&p->sum, &one);
		if (rc == 0)
			rc = look_at_calls(d, &p->sum, err);
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
	channels_ref_drop(&p->channels);
	if (rc != 0) {
		log_error("promises", "what is due was not looked at: %s",
		    err_plain(err));
		return;
	}
	if (s->more)
		p->next_us = 0;
	if (s->notices + s->reminded + s->closed + s->woken + s->replied > 0)
		log_info("promises",
		    "notices: %d, reminded: %d, closed: %d, woken: %d,"
		    " replied: %d",
		    s->notices, s->reminded, s->closed, s->woken, s->replied);
}

void
promises_wake(struct promises *p)
{
	if (p->busy || clock_mono_us() < p->next_us)
		return;
	p->busy = true;
	p->channels = channels_ref_take(p->daemon->channels);
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
