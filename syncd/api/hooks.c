/*
 * hooks - the providers' webhooks.
 *
 * A post is verified over its raw bytes, routed, and stored as raw events;
 * 200 leaves only after the commit.  What the events say is read later, so a
 * body with a right signature is never refused for its content.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/raw_events.h"
#include "syncd/channels/whatsapp.h"
#include "syncd/daemon.h"
#include "syncd/http/form.h"
#include "syncd/work/ingest.h"
#include "syncd/work/room.h"
#include "syncd/work/spool.h"
#include <stdlib.h>
#include <string.h>

#define WEBHOOK_BODY_MAX (4u << 20)

/* What anybody, or a sick disk, can cause at any rate. */
static struct log_brake refused[CHANNEL_UNKNOWN + 1], unstored, unkept;

struct delivery { /* one post on its way to the disk */
	struct daemon *daemon;
	struct http_req *req;
	struct work_job job;
	int64_t since_us;
	const void *body; /* the request's; does not move until the answer */
	size_t body_len;
	bool was_tried; /* to keep it in the spool */
	int64_t *ids;   /* owned; of each target's event, 0: there already */
	size_t count;
	/* Copies, since a reload may drop the channels meanwhile. */
	struct spool_target targets[];
};

static void
count(struct daemon *d, enum webhook_result result)
{
	metric_inc(d->figures[FIGURE_WEBHOOKS], (size_t)result);
}

static int
delivery_run(struct work_job *job, void *context, struct err *err)
{
	struct delivery *v = job->data;
	struct desk *desk = store_desk(context);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < v->count; i++) {
		desk_act_as_system(desk, v->targets[i].tenant_id);
		rc = raw_event_receive(desk, v->targets[i].tenant_id,
		    v->targets[i].channel, v->body, v->body_len, &v->ids[i],
		    err);
	}
	return rc;
}

static void
delivery_free(struct delivery *v)
{
	free(v->ids);
	free(v);
}

static bool
is_new(const struct delivery *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->ids[i] != 0)
			return true;
	return false;
}

/* ---- the spool: the database did not take it, a file does ---- */

static int
spool_run(struct work_job *job, void *context, struct err *err)
{
	struct delivery *v = job->data;

	(void)context;
	v->was_tried = true;
	return spool_keep(
	    v->daemon->spool, v->targets, v->count, v->body, v->body_len, err);
}

/* What neither takes the provider sends again. */
static void
answer_spooled(struct delivery *v, int rc, const struct err *err)
{
	struct daemon *d = v->daemon;

	if (rc == 0) {
		spool_kept(d->spool);
		count(d, WEBHOOK_SPOOLED);
		http_reply_const(v->req, 200, NULL, "", 0);
	} else {
		log_braked(&unkept, LOG_ERROR, "hooks",
		    "an event could not be kept: %s", err_plain(err));
		count(d, WEBHOOK_UNAVAILABLE);
		http_reply_header(v->req, "Retry-After", "5");
		http_reply_problem(v->req, 503, "unavailable", NULL);
	}
	delivery_free(v);
}

static void
spool_done(struct work_job *job, int rc, const struct err *err)
{
	struct delivery *v = job->data;
	struct err mine = *err;

	/* Without a reader the loop waits for the disk: the last resort. */
	if (!v->was_tried)
		rc = spool_run(job, NULL, &mine);
	answer_spooled(v, rc, &mine);
}

/* The reader does it: it is free when the committer waits for the desk. */
static void
deliver_to_spool(struct delivery *v)
{
	struct err err = ERR_INIT;
	int rc = spool_may_keep(v->daemon->spool, &err);

	if (rc != 0) {
		answer_spooled(v, rc, &err);
		return;
	}
	v->job =
	    (struct work_job){.run = spool_run, .done = spool_done, .data = v};
	store_read(v->daemon->store, &v->job);
}

static void
delivery_done(struct work_job *job, int rc, const struct err *err)
{
	struct delivery *v = job->data;
	struct daemon *d = v->daemon;

	metric_observe(d->figures[FIGURE_WEBHOOK_SECONDS], 0,
	    (double)(clock_mono_us() - v->since_us) / 1e6);
	if (rc != 0) {
		log_braked(&unstored, LOG_ERROR, "hooks",
		    "an event could not be stored: %s", err_plain(err));
		deliver_to_spool(v);
		return;
	}
	count(d, is_new(v) ? WEBHOOK_STORED : WEBHOOK_DUPLICATE);
	http_reply_const(v->req, 200, NULL, "", 0);
	if (is_new(v) && !d->stopping)
		ingest_wake(d->ingest);
	delivery_free(v);
}

static void
store_post(struct daemon *d, struct http_req *req,
    const struct channel_post *post, const struct channel_route *route)
{
	struct delivery *v =
	    xcalloc(1, sizeof(*v) + route->count * sizeof(v->targets[0]));

	v->daemon = d;
	v->req = req;
	v->ids = xcalloc(route->count, sizeof(*v->ids));
	v->since_us = clock_mono_us();
	v->body = post->body;
	v->body_len = post->body_len;
	for (size_t i = 0; i < route->count; i++) {
		str_copy(v->targets[i].channel, sizeof(v->targets[i].channel),
		    route->targets[i]->id);
		v->targets[i].tenant_id = route->targets[i]->tenant_id;
		v->count++;
	}
	v->job = (struct work_job){
	    .run = delivery_run, .done = delivery_done, .data = v};
	store_write(d->store, &v->job);
}

static void
whatsapp_post(struct http_req *req, void *data)
{
	struct daemon *d = data;
	const struct channel_adapter *adapter =
	    channel_adapter(CHANNEL_WHATSAPP);
	const struct channel_set *set = &d->channels->set;
	struct channel_post post = {.channel = http_req_param(req, "channel")};
	struct channel_route route = {.count = 0};
	const char *secret = NULL;
	enum channel_trust trust;

	post.body = http_req_body(req, &post.body_len);
	post.signature = http_req_header(req, "X-Hub-Signature-256");
	post.signature_count =
	    http_req_header_count(req, "X-Hub-Signature-256");
	trust = adapter->verify(set, &post, &secret);
	if (trust != CHANNEL_TRUSTED) {
		count(d, WEBHOOK_REFUSED);
		log_braked(&refused[trust], LOG_WARN, "hooks",
		    "a WhatsApp post was refused: %s",
		    channel_trust_name(trust));
		http_reply_problem(req, channel_trust_status(trust),
		    channel_trust_name(trust), NULL);
		return;
	}
	if (!room_takes_in(d->room)) {
		count(d, WEBHOOK_UNAVAILABLE); /* it is sent again */
		http_reply_header(req, "Retry-After", "60");
		http_reply_problem(req, 503, "unavailable", NULL);
		return;
	}
	adapter->route(set, &post, secret, &route);
	if (route.foreign)
		metric_inc(d->figures[FIGURE_FOREIGN], 0);
	if (route.count == 0) {
		count(d, WEBHOOK_IGNORED);
		http_reply_const(req, 200, NULL, "", 0);
		return;
	}
	store_post(d, req, &post, &route);
}

static void
whatsapp_get(struct http_req *req, void *data)
{
	struct daemon *d = data;
	struct form form = FORM_INIT;
	const char *challenge;
	struct err err = ERR_INIT;
	int status;

	if (form_parse(http_req_query(req), strlen(http_req_query(req)), &form,
		&err) != 0) {
		http_reply_err(req, &err);
		return;
	}
	challenge = form_get(&form, "hub.challenge");
	status = whatsapp_handshake(&d->channels->set,
	    http_req_param(req, "channel"), form_get(&form, "hub.mode"),
	    form_get(&form, "hub.verify_token"), challenge);
	if (status == 200)
		http_reply(
		    req, 200, "text/plain", challenge, strlen(challenge));
	else
		http_reply_problem(req, status, "handshake", NULL);
	form_clear(&form);
}

static const struct route routes[] = {
    {"GET", "/whatsapp", 0, ROUTE_OPEN, NULL, whatsapp_get,
	N_("Handshake of the WhatsApp webhook")},
    {"GET", "/whatsapp/{channel}", 0, ROUTE_OPEN, NULL, whatsapp_get,
	N_("Handshake of one channel's WhatsApp webhook")},
    {"POST", "/whatsapp", WEBHOOK_BODY_MAX, ROUTE_OPEN, NULL, whatsapp_post,
	N_("Events of WhatsApp, signed")},
    {"POST", "/whatsapp/{channel}", WEBHOOK_BODY_MAX, ROUTE_OPEN, NULL,
	whatsapp_post, N_("Events of WhatsApp for one channel, signed")},
};

void
hooks_routes(struct daemon *d)
{
	router_add(d->router, routes, sizeof(routes) / sizeof(routes[0]), d);
}
