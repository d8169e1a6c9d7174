/* ingest - see ingest.h. */
#include "syncd/work/ingest.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/raw_events.h"
#include "syncd/daemon.h"
#include <stdlib.h>

#define BITE 32 /* events at once */

struct ingest {
	struct daemon *daemon;
	struct work_job job;
	bool running, again, stopped;
	/* the committer's while a bite runs */
	struct channels_ref *channels;
	struct channel_ingested sum;
	size_t read, failed;
};

/* One event: all its parts, then its own state. */
static int
read_event(struct ingest *in, struct desk *desk, const struct raw_event *e,
    struct err *err)
{
	const struct channel *ch =
	    channel_by_id(&in->channels->set, e->channel);
	const struct channel_adapter *adapter =
	    ch != NULL ? channel_adapter(ch->kind) : NULL;
	struct channel_ingested part = {0};
	struct err why = ERR_INIT;
	int rc;

	desk_act_as_system(desk, e->tenant_id);
	if (ch != NULL)
		i18n_set_thread(ch->lang);
	if (adapter == NULL)
		rc = err_set(&why, OD_EDATA,
		    "The channel \"%s\" is not in the configuration any more",
		    e->channel);
	else
		rc = adapter->ingest(ch, e->body, e->body_len,
		    &channel_sink_desk, desk, &part, &why);
	in->sum.messages += part.messages;
	in->sum.statuses += part.statuses;
	in->sum.skipped += part.skipped;
	if (rc == OD_EIO || rc == OD_EUNAVAIL) {
		*err = why;
		return rc; /* our trouble, not the event's: it stays new */
	}
	if (rc == 0)
		return raw_event_done(desk, e->id, err);
	in->failed++;
	return raw_event_failed(desk, e->id, why.text, err);
}

static int
bite_run(struct work_job *job, void *context, struct err *err)
{
	struct ingest *in = job->data;
	struct desk *desk = store_desk(context);
	struct raw_event *rows = NULL;
	size_t count = 0;
	int rc;

	in->sum = (struct channel_ingested){0};
	in->read = in->failed = 0;
	rc = raw_event_pending(desk, 0, BITE, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if ((rc = read_event(in, desk, &rows[i], err)) == 0)
			in->read++;
	raw_event_list_free(&rows, count);
	return rc;
}

static void bite_start(struct ingest *in);

static void
bite_done(struct work_job *job, int rc, const struct err *err)
{
	struct ingest *in = job->data;
	struct daemon *d = in->daemon;

	in->running = false;
	channels_ref_drop(&in->channels);
	if (rc != 0 && rc != OD_ECANCEL)
		log_error("ingest", "events wait to be read: %s", err->text);
	if (rc == 0) {
		metric_add(d->figures[FIGURE_MESSAGES], 0,
		    (uint64_t)in->sum.messages);
		metric_add(d->figures[FIGURE_STATUSES], 0,
		    (uint64_t)in->sum.statuses);
		metric_add(d->figures[FIGURE_EVENTS_FAILED], 0, in->failed);
	}
	if (rc == 0 && (in->again || in->read == BITE))
		bite_start(in);
}

static void
bite_start(struct ingest *in)
{
	if (in->stopped)
		return;
	in->running = true;
	in->again = false;
	in->channels = channels_ref_take(in->daemon->channels);
	in->job =
	    (struct work_job){.run = bite_run, .done = bite_done, .data = in};
	store_write(in->daemon->store, &in->job);
}

struct ingest *
ingest_new(struct daemon *d)
{
	struct ingest *in = xcalloc(1, sizeof(*in));

	in->daemon = d;
	return in;
}

void
ingest_wake(struct ingest *in)
{
	if (in->running)
		in->again = true;
	else
		bite_start(in);
}

void
ingest_stop(struct ingest *in)
{
	in->stopped = true;
}

void
ingest_free(struct ingest **in)
{
	FREE(in);
}
