/* ingest - see ingest.h. */
#include "syncd/work/ingest.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/raw_events.h"
#include "syncd/daemon.h"
#include <stdlib.h>

/*
 * A bite shares its commit with the posts that wait, so it is short, and it
 * writes the same pages for one event as for many, so that events which come
 * one after the other are read together.  While posts keep the committer busy
 * bites are rare, until what waits is so old that it gets its share.  What a
 * bite costs in itself is so much on a server that it is never for one or two.
 */
#define PAGE_ROWS     64
#define PAGE_LEAST    16
#define BITE_LEAST    8 /* events, unless they are large */
#define LARGE_BYTES   (1u << 16)
#define BITE_US       4000
#define PAUSE_MS      10
#define PAUSE_BUSY_MS 100
#define PAUSE_LATE_MS 8
#define LATE_US       (2 * US_PER_SECOND)
#define BUSY_JOBS     4 /* waiting for the committer */
#define TRIES_MAX     3 /* of one event while our own trouble stops it */

struct ingest {
	struct daemon *daemon;
	struct work_job job;
	struct loop_timer *pause; /* NULL once stopped */
	bool running, again, waiting, more;
	int64_t rested_us; /* when the next may start, monotonic */
	int64_t lag_us;    /* see ingest_lag_us */
	/* the committer's while a bite runs */
	struct channels_ref *channels;
	struct channel_ingested sum;
	size_t read, failed;
	size_t page; /* rows of the next, twice what the last came to */
	int64_t oldest_us;  /* when the first of the rest came; 0: no rest */
	int64_t after_id;   /* an event that is left for later; 0: none */
	int64_t trouble_id; /* the one that stopped the last bite */
	int tries;
};

/* All parts of one event; what came of it is added to sum. */
static int
apply_event(struct ingest *in, struct desk *desk, const struct raw_event *e,
    struct channel_ingested *sum, struct err *err)
{
	const struct channel *ch =
	    channel_of(&in->channels->set, e->channel, e->tenant_id);
	const struct channel_adapter *adapter =
	    ch != NULL ? channel_adapter(ch->kind) : NULL;
	struct channel_ingested part = {0};
	int rc;

	if (ch != NULL)
		i18n_set_thread(ch->lang);
	if (adapter == NULL)
		return err_set(err, OD_EDATA,
		    "The channel \"%s\" is not in the configuration any more",
		    e->channel);
	rc = adapter->ingest(
	    ch, e->body, e->body_len, &channel_sink_desk, desk, &part, err);
	sum->messages += part.messages;
	sum->statuses += part.statuses;
	sum->skipped += part.skipped;
	return rc;
}

/* One event by itself: all its parts, then its own state. */
static int
read_event(struct ingest *in, struct desk *desk, const struct raw_event *e,
    struct err *err)
{
	struct err why = ERR_INIT;
	int rc;

	desk_act_as_system(desk, e->tenant_id);
	rc = apply_event(in, desk, e, &in->sum, &why);
	if (rc == OD_EIO || rc == OD_EUNAVAIL) {
		*err = why;
		return rc; /* our trouble, not the event's: it stays new */
	}
	if (rc == 0)
		return raw_event_done(desk, e->id, err);
	in->failed++;
	return raw_event_failed(desk, e->id, why.text, err);
}

/* One at least, or a slow disk would never get past a large post. */
static bool
may_go_on(const struct raw_event *rows, size_t done, int64_t until_us)
{
	size_t bytes = 0;

	if (done == 0 || clock_mono_us() < until_us)
		return true;
	for (size_t i = 0; i < done; i++)
		bytes += rows[i].body_len;
	return done < BITE_LEAST && bytes < LARGE_BYTES;
}

/*
 * Events of one tenant as if nothing could go wrong, which is cheaper; if
 * something does, nothing of it stays.  *tried is how many it were.
 */
static int
read_group(struct ingest *in, struct desk *desk, const struct raw_event *rows,
    size_t count, int64_t until_us, size_t *tried)
{
	struct channel_ingested sum = in->sum;
	struct err ignored = ERR_INIT;
	size_t i = 0;
	int rc;

	*tried = 0;
	desk_act_as_system(desk, rows[0].tenant_id);
	if ((rc = db_group_begin(desk, &ignored)) != 0)
		return rc;
	while (rc == 0 && i < count && rows[i].tenant_id == rows[0].tenant_id &&
	       may_go_on(rows, i, until_us))
		rc = apply_event(in, desk, &rows[i++], &sum, &ignored);
	if (rc == 0)
		rc = raw_event_done_all(
		    desk, rows[0].id, rows[i - 1].id, &ignored);
	rc = db_group_end(desk, rc, &ignored);
	*tried = i;
	if (rc == 0)
		in->sum = sum;
	return rc;
}

/* Some of these, one at least; *done is how many. */
static int
read_some(struct ingest *in, struct desk *desk, const struct raw_event *rows,
    size_t count, int64_t until_us, size_t *done, struct err *err)
{
	size_t tried;
	int rc = 0;

	*done = 0;
	if (read_group(in, desk, rows, count, until_us, &tried) == 0) {
		*done = tried;
		return 0;
	}
	/* One by one, to find which it was. */
	do {
		rc = read_event(in, desk, &rows[*done], err);
		if (rc == 0)
			++*done;
	} while (rc == 0 && *done < tried);
	return rc;
}

/*
 * Our own trouble stops the reading, but when one event meets it again and
 * again the others go on; it is looked at once more when they are read.
 */
static void
note_trouble(struct ingest *in, int64_t id)
{
	in->tries = in->trouble_id == id ? in->tries + 1 : 1;
	in->trouble_id = id;
	if (in->tries < TRIES_MAX)
		return;
	in->after_id = id;
	in->trouble_id = 0;
}

/* A page of events; *last is the id of the last one that was read. */
static int
read_page(struct ingest *in, struct desk *desk, int64_t until_us, int64_t *last,
    struct err *err)
{
	struct raw_event *rows = NULL;
	size_t i = 0, count = 0, page = in->page != 0 ? in->page : PAGE_ROWS;
	int rc;

	desk_act_as_system(desk, 0);
	rc = raw_event_pending(desk, *last, (int)page, &rows, &count, err);
	while (rc == 0 && i < count && may_go_on(rows, i, until_us)) {
		size_t done;

		rc = read_some(
		    in, desk, &rows[i], count - i, until_us, &done, err);
		i += done;
		in->read += done;
		if (i > 0)
			*last = rows[i - 1].id;
		if (rc != 0)
			note_trouble(in, rows[i].id);
	}
	in->more = rc == 0 && (i < count || count == page);
	in->page = 2 * i < PAGE_LEAST ? PAGE_LEAST : 2 * i;
	if (in->page > PAGE_ROWS)
		in->page = PAGE_ROWS;
	in->oldest_us = 0;
	if (in->more)
		in->oldest_us = rows[i < count ? i : i - 1].received_us;
	raw_event_list_free(&rows, count);
	return rc;
}

static int
bite_run(struct work_job *job, void *context, struct err *err)
{
	struct ingest *in = job->data;
	struct desk *desk = store_desk(context);
	int64_t until_us = clock_mono_us() + BITE_US, last = in->after_id;
	int rc;

	in->sum = (struct channel_ingested){0};
	in->read = in->failed = 0;
	do {
		rc = read_page(in, desk, until_us, &last, err);
	} while (rc == 0 && in->more && clock_mono_us() < until_us);
	if (rc == 0 && !in->more)
		in->after_id = 0;
	return rc;
}

static void bite_start(struct ingest *in);

static bool
is_busy(const struct ingest *in)
{
	return store_backlog(in->daemon->store) >= BUSY_JOBS;
}

/* Posts come first, but not for ever. */
static int
pause_ms(const struct ingest *in)
{
	if (!is_busy(in))
		return PAUSE_MS;
	return in->lag_us < LATE_US ? PAUSE_BUSY_MS : PAUSE_LATE_MS;
}

static void
rest(struct ingest *in)
{
	int64_t now_us = clock_mono_us();

	if (now_us >= in->rested_us) {
		bite_start(in);
		return;
	}
	if (in->pause == NULL)
		return;
	in->waiting = true;
	loop_timer_start(
	    in->pause, (uint64_t)((in->rested_us - now_us) / US_PER_MS + 1), 0);
}

static void
bite_done(struct work_job *job, int rc, const struct err *err)
{
	struct ingest *in = job->data;
	struct daemon *d = in->daemon;

	in->running = false;
	channels_ref_drop(&in->channels);
	if (rc != 0 && rc != OD_ECANCEL)
		log_error(
		    "ingest", "events wait to be read: %s", err_plain(err));
	if (rc == 0) {
		in->lag_us =
		    in->oldest_us != 0 ? clock_wall_us() - in->oldest_us : 0;
		metric_add(
		    d->figures[FIGURE_MESSAGES], 0, (uint64_t)in->sum.messages);
		metric_add(
		    d->figures[FIGURE_STATUSES], 0, (uint64_t)in->sum.statuses);
		metric_add(d->figures[FIGURE_EVENTS_FAILED], 0, in->failed);
	}
	in->rested_us = clock_mono_us() + pause_ms(in) * US_PER_MS;
	if (rc != 0)
		return;
	if (in->more && !is_busy(in))
		bite_start(in);
	else if (in->more || in->again)
		rest(in);
}

static void
bite_start(struct ingest *in)
{
	if (in->pause == NULL)
		return;
	in->running = true;
	in->again = in->waiting = false;
	in->channels = channels_ref_take(in->daemon->channels);
	in->job =
	    (struct work_job){.run = bite_run, .done = bite_done, .data = in};
	store_write(in->daemon->store, &in->job);
}

static void
on_rested(void *data)
{
	bite_start(data);
}

struct ingest *
ingest_new(struct daemon *d)
{
	struct ingest *in = xcalloc(1, sizeof(*in));

	in->daemon = d;
	in->pause = loop_timer_new(d->loop, on_rested, in);
	return in;
}

void
ingest_wake(struct ingest *in)
{
	if (in->running)
		in->again = true;
	else if (!in->waiting)
		rest(in);
}

int64_t
ingest_lag_us(const struct ingest *in)
{
	return in->lag_us > 0 ? in->lag_us : 0;
}

void
ingest_stop(struct ingest *in)
{
	loop_timer_free(&in->pause);
}

void
ingest_free(struct ingest **in)
{
	if (*in != NULL)
		loop_timer_free(&(*in)->pause);
	FREE(in);
}
