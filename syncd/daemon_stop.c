/*
 * daemon_stop - the orderly end: no new work, let sends and jobs under way
 * come to their verdict, say goodbye in the desk, close.
 *
 * What does not end in the grace time is cancelled, and its verdict is still
 * recorded: the committer goes last.
 */
#include "common/log.h"
#include "common/loop.h"
#include "common/notify.h"
#include "common/xalloc.h"
#include "db/records/channels.h"
#include "syncd/api/relay.h"
#include "syncd/daemon_int.h"
#include "syncd/work/anchor.h"
#include "syncd/work/guide_upkeep.h"
#include "syncd/work/live.h"
#include "syncd/work/promises.h"
#include "syncd/work/recording_upkeep.h"
#include "syncd/work/recording_watch.h"
#include "syncd/work/retain.h"
#include "syncd/work/ingest.h"
#include "syncd/work/job_run.h"
#include "syncd/work/leases.h"
#include "syncd/work/outbox_run.h"
#include "syncd/work/room.h"
#include "syncd/work/spool.h"
#include "syncd/work/webhook_fan.h"
#include <stdlib.h>
#include <unistd.h>

#define GRACE_MS      4000
#define STOP_LIMIT_MS 25000

static void
on_store_stopped(void *data)
{
	struct life *l = data;

	l->d.store = NULL;
	ingest_free(&l->d.ingest);
	outbox_run_free(&l->d.outbox);
	webhook_fan_free(&l->d.webhooks);
	job_run_free(&l->d.jobs);
	spool_free(&l->d.spool);
	room_free(&l->d.room);
	anchor_free(&l->d.anchor);
	retain_free(&l->d.retain);
	promises_free(&l->d.promises);
	guide_upkeep_free(&l->d.guides);
	recording_upkeep_free(&l->d.recordings);
	recording_watch_free(&l->d.watched);
	live_free(&l->d.live);
	leases_free(&l->d.leases);
	relay_free(&l->d.relay);
	if (l->stop_limit != NULL)
		loop_timer_free(&l->stop_limit);
}

static void
on_server_stopped(void *data)
{
	struct life *l = data;

	l->d.server = NULL;
	http_client_free(&l->d.http);
	if (l->d.store != NULL)
		store_stop(l->d.store, on_store_stopped, l);
	else
		on_store_stopped(l);
}

static void
stop_server(struct life *l)
{
	if (l->d.server != NULL)
		http_server_stop(l->d.server, on_server_stopped, l);
	else
		on_server_stopped(l);
}

struct farewell {
	struct work_job job;
	struct life *life;
};

static int
farewell_run(struct work_job *job, void *context, struct err *err)
{
	struct farewell *f = job->data;

	desk_act_as_system(store_desk(context), 0);
	return daemon_stopped(store_desk(context), f->life->d.name, err);
}

static void
farewell_done(struct work_job *job, int rc, const struct err *err)
{
	struct farewell *f = job->data;

	if (rc != 0)
		log_warn("daemon", "the end was not noted: %s", err_plain(err));
	anchor_last(f->life->d.anchor);
	retain_stop(f->life->d.retain);
	stop_server(f->life);
	free(f);
}

static void
say_farewell(struct life *l)
{
	struct farewell *f = xcalloc(1, sizeof(*f));

	l->said_farewell = true;
	loop_timer_free(&l->grace);
	f->life = l;
	f->job = (struct work_job){
	    .run = farewell_run, .done = farewell_done, .data = f};
	store_write(l->d.store, &f->job);
}

void
daemon_settled(struct daemon *d)
{
	struct life *l = (struct life *)d;

	if (d->stopping && !l->said_farewell && d->store != NULL &&
	    outbox_run_is_idle(d->outbox) && job_run_is_idle(d->jobs) &&
	    relay_is_idle(d->relay))
		say_farewell(l);
}

/* What is under way is cancelled; each comes back with that verdict. */
static void
on_grace_over(void *data)
{
	struct life *l = data;

	log_warn("daemon", "requests under way are given up");
	http_client_free(&l->d.http);
}

static void
on_stop_limit(void *data)
{
	(void)data;
	log_error("daemon", "the stop took too long; what is unfinished goes"
			    " on after the next start");
	_exit(1);
}

static void
stop_beat(struct life *l)
{
	watch_free(&l->bell);
	if (l->watchdog != NULL)
		loop_timer_free(&l->watchdog);
	if (l->quiet != NULL)
		loop_timer_free(&l->quiet);
	loop_signals_free(&l->signals);
}

void
daemon__stop(struct life *l, int rc, const struct err *err)
{
	struct daemon *d = &l->d;

	if (d->stopping)
		return;
	d->stopping = true;
	if ((l->rc = rc) != 0)
		l->err = *err;
	notify_stopping();
	stop_beat(l);
	relay_stop(d->relay);
	if (d->live != NULL)
		live_stop(d->live);
	if (d->jobs != NULL) { /* the last of them */
		ingest_stop(d->ingest);
		spool_stop(d->spool);
		room_stop(d->room);
		if (d->leases != NULL)
			leases_stop(d->leases);
		outbox_run_stop(d->outbox);
		job_run_stop(d->jobs);
	}
	if (!l->announced) { /* nothing was begun that must end */
		l->said_farewell = true;
		stop_server(l);
		return;
	}
	log_info("daemon", "stopping");
	http_server_quiesce(d->server);
	l->stop_limit = loop_timer_new(d->loop, on_stop_limit, l);
	loop_timer_start(l->stop_limit, STOP_LIMIT_MS, 0);
	l->grace = loop_timer_new(d->loop, on_grace_over, l);
	loop_timer_start(l->grace, GRACE_MS, 0);
	daemon_settled(d);
}
