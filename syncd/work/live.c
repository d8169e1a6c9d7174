/* live - see live.h. */
#include "syncd/work/live.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/records/mobile.h"
#include "syncd/daemon.h"
#include "syncd/work/live_figures.h"
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define APART_US (250 * US_PER_MS)    /* looks are not closer than that */
#define AT_LEAST (30 * US_PER_SECOND) /* nor further apart: a day begins */
#define FRESH_US US_PER_SECOND        /* for who connects */

struct client {
	LIST_ENTRY(client) next;
	struct viewer *viewer;
	struct http_stream *stream;
};

struct viewer { /* a session that somebody looks at */
	LIST_ENTRY(viewer) next;
	LIST_HEAD(, client) clients;
	struct live *live;
	char session[MOBILE_SESSION_SIZE];
	struct str last[LIVE_EVENT_COUNT];
	int64_t expires_us, looked_us; /* wall; monotonic */
};

/* What the reader is asked, and what it answers. */
struct item {
	char session[MOBILE_SESSION_SIZE];
	int rc;
	int64_t expires_us;
	struct str text[LIVE_EVENT_COUNT];
};
struct round {
	struct work_job job;
	struct live *live;
	struct http_req *req; /* of one who connects; NULL: all who look */
	int64_t seen;         /* the change token of the round before */
	bool must;            /* whatever that says */
	bool same;            /* nothing changed */
	size_t count;
	struct item items[];
};

struct live {
	struct daemon *daemon;
	LIST_HEAD(, viewer) viewers;
	struct loop_timer *timer;
	bool busy, again, stopped;
	int64_t next_us, full_us; /* monotonic */
	int64_t seen, number;
};

/* ---- who looks ---- */

static struct viewer *
find_viewer(struct live *l, const char *session)
{
	struct viewer *v;

	LIST_FOREACH(v, &l->viewers, next)
	if (strcmp(v->session, session) == 0)
		return v;
	return NULL;
}

static void
free_viewer(struct viewer *v)
{
	LIST_REMOVE(v, next);
	for (int i = 0; i < LIVE_EVENT_COUNT; i++)
		str_free(&v->last[i]);
	explicit_bzero(v->session, sizeof(v->session));
	free(v);
}

static void
free_client(struct client *c)
{
	struct viewer *v = c->viewer;

	LIST_REMOVE(c, next);
	free(c);
	if (LIST_EMPTY(&v->clients))
		free_viewer(v);
}

static void
on_closed(void *data)
{
	free_client(data);
}

static void
end_viewer(struct viewer *v)
{
	struct client *c, *next;

	for (c = LIST_FIRST(&v->clients); c != NULL; c = next) {
		next = LIST_NEXT(c, next);
		http_stream_close(c->stream);
		free_client(c); /* the last one takes v along */
	}
}

static void
tell(struct live *l, struct client *c, int event)
{
	struct str *text = &c->viewer->last[event];
	char id[24];

	str_format(id, sizeof(id), "%lld", (long long)l->number);
	(void)http_stream_send(
	    c->stream, live_event_names[event], id, text->s, text->len);
}

static void
tell_all(struct live *l, struct client *c)
{
	for (int i = 0; i < LIVE_EVENT_COUNT; i++)
		if (c->viewer->last[i].len > 0)
			tell(l, c, i);
}

/* New figures: those that are other ones go to each stream. */
static void
take_figures(struct live *l, struct viewer *v, struct item *item)
{
	struct client *c;

	v->expires_us = item->expires_us;
	v->looked_us = clock_mono_us();
	for (int i = 0; i < LIVE_EVENT_COUNT; i++) {
		if (str_equal(v->last[i].s, item->text[i].s))
			continue;
		str_free(&v->last[i]);
		v->last[i] = item->text[i];
		str_init(&item->text[i]);
		l->number++;
		LIST_FOREACH(c, &v->clients, next)
		tell(l, c, i);
	}
}

/* ---- looking: on the reader ---- */

static void
look_at(struct desk *d, struct item *item)
{
	struct err err = ERR_INIT;

	item->rc =
	    desk_act_as_session(d, item->session, &item->expires_us, &err);
	if (item->rc == 0)
		item->rc = live_figures(d, item->text, &err);
}

static int
look_run(struct work_job *job, void *context, struct err *err)
{
	struct round *r = job->data;
	struct desk *d = store_desk(context);
	int64_t token;
	int rc;

	if (d == NULL)
		return OD_EUNAVAIL;
	if ((rc = db_change_token(d->db, &token, err)) != 0)
		return rc;
	r->same = !r->must && token == r->seen;
	r->seen = token;
	for (size_t i = 0; i < r->count && !r->same; i++)
		look_at(d, &r->items[i]);
	return 0;
}

static void
free_round(struct round *r)
{
	for (size_t i = 0; i < r->count; i++)
		for (int k = 0; k < LIVE_EVENT_COUNT; k++)
			str_free(&r->items[i].text[k]);
	explicit_bzero(r->items, r->count * sizeof(r->items[0]));
	free(r);
}

static struct round *
new_round(struct live *l, size_t count)
{
	struct round *r = xcalloc(1, sizeof(*r) + count * sizeof(struct item));

	r->live = l;
	r->count = count;
	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < LIVE_EVENT_COUNT; k++)
			str_init(&r->items[i].text[k]);
	return r;
}

static void
all_done(struct work_job *job, int rc, const struct err *err)
{
	struct round *r = job->data;
	struct live *l = r->live;

	l->busy = false;
	if (rc != 0)
		log_debug("live", "%s", err_plain(err));
	else
		l->seen = r->seen;
	for (size_t i = 0; rc == 0 && !r->same && i < r->count; i++) {
		struct viewer *v = find_viewer(l, r->items[i].session);

		if (v == NULL)
			continue;
		if (r->items[i].rc == 0)
			take_figures(l, v, &r->items[i]);
		else if (r->items[i].rc == OD_EDENIED)
			end_viewer(v);
	}
	free_round(r);
	if (l->again)
		live_wake(l);
}

static void
look(struct live *l)
{
	int64_t now = clock_mono_us();
	struct round *r;
	struct viewer *v;
	size_t n = 0;

	LIST_FOREACH(v, &l->viewers, next)
	n++;
	r = new_round(l, n);
	n = 0;
	LIST_FOREACH(v, &l->viewers, next)
	memcpy(r->items[n++].session, v->session, sizeof(v->session));
	r->seen = l->seen;
	if ((r->must = now >= l->full_us))
		l->full_us = now + AT_LEAST;
	l->busy = true;
	l->again = false;
	l->next_us = now + APART_US;
	r->job =
	    (struct work_job){.run = look_run, .done = all_done, .data = r};
	store_read(l->daemon->store, &r->job);
}

static void
end_expired(struct live *l)
{
	int64_t now = clock_wall_us();
	struct viewer *v, *next;

	for (v = LIST_FIRST(&l->viewers); v != NULL; v = next) {
		next = LIST_NEXT(v, next);
		if (now >= v->expires_us)
			end_viewer(v);
	}
}

static void
on_timer(void *data)
{
	live_wake(data);
}

void
live_wake(struct live *l)
{
	int64_t wait_us;

	if (l->stopped || LIST_EMPTY(&l->viewers))
		return;
	end_expired(l);
	if (l->busy) {
		l->again = true;
		return;
	}
	wait_us = l->next_us - clock_mono_us();
	if (wait_us > 0)
		loop_timer_start(
		    l->timer, (uint64_t)(wait_us / US_PER_MS + 1), 0);
	else if (!LIST_EMPTY(&l->viewers))
		look(l);
}

/* ---- connecting ---- */

static void
attach(struct live *l, struct http_req *req, struct viewer *v)
{
	struct client *c = xcalloc(1, sizeof(*c));

	c->viewer = v;
	LIST_INSERT_HEAD(&v->clients, c, next);
	if ((c->stream = http_stream_open(req, on_closed, c)) == NULL)
		free_client(c);
	else
		tell_all(l, c);
}

static void
one_done(struct work_job *job, int rc, const struct err *err)
{
	struct round *r = job->data;
	struct item *item = &r->items[0];
	struct live *l = r->live;
	struct viewer *v;

	if (rc == 0 && item->rc == 0 && !l->stopped) {
		if ((v = find_viewer(l, item->session)) == NULL) {
			v = xcalloc(1, sizeof(*v));
			v->live = l;
			for (int i = 0; i < LIVE_EVENT_COUNT; i++)
				str_init(&v->last[i]);
			memcpy(v->session, item->session, sizeof(v->session));
			LIST_INSERT_HEAD(&l->viewers, v, next);
		}
		take_figures(l, v, item);
		attach(l, r->req, v);
	} else if (rc == 0 && item->rc == OD_EDENIED) {
		http_reply_problem(r->req, 401, "not-signed-in",
		    _("Sign in with a code from the console"));
	} else {
		struct err away = ERR_INIT;

		err_set(&away, OD_EUNAVAIL,
		    "The figures cannot be read now; try again");
		http_reply_err(r->req, rc != 0 ? err : &away);
	}
	free_round(r);
}

void
live_open(struct live *l, struct http_req *req, const char *session)
{
	struct viewer *v = find_viewer(l, session);
	struct round *r;

	if (strlen(session) != MOBILE_SESSION_SIZE - 1) {
		http_reply_problem(req, 401, "not-signed-in",
		    _("Sign in with a code from the console"));
		return;
	}
	/* Many at once are one look. */
	if (v != NULL && clock_wall_us() < v->expires_us &&
	    clock_mono_us() - v->looked_us < FRESH_US) {
		attach(l, req, v);
		return;
	}
	r = new_round(l, 1);
	memcpy(r->items[0].session, session, MOBILE_SESSION_SIZE);
	r->req = req;
	r->must = true;
	r->job =
	    (struct work_job){.run = look_run, .done = one_done, .data = r};
	store_read(l->daemon->store, &r->job);
}

void
live_end(struct live *l, const char *session)
{
	struct viewer *v = find_viewer(l, session);

	if (v != NULL)
		end_viewer(v);
}

/* ---- life ---- */

struct live *
live_new(struct daemon *d)
{
	struct live *l = xcalloc(1, sizeof(*l));

	l->daemon = d;
	LIST_INIT(&l->viewers);
	l->timer = loop_timer_new(d->loop, on_timer, l);
	return l;
}

void
live_stop(struct live *l)
{
	l->stopped = true;
	if (l->timer != NULL)
		loop_timer_free(&l->timer);
}

void
live_free(struct live **l)
{
	FREE(l);
}
