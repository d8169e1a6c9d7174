/*
 * operations - /health and /metrics.
 *
 * Health asks the reader for the outbox and the events, so that an answer
 * proves that the database answers; the committer's last commit and its
 * last sign of life are looked at on the way.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/xalloc.h"
#include "db/core/token_scope.h"
#include "db/records/outbox.h"
#include "db/records/raw_events.h"
#include "db/records/tenants.h"
#include "syncd/daemon.h"
#include "syncd/work/room.h"
#include "syncd/work/spool.h"
#include <stdlib.h>
#include <string.h>

#define COMMITTER_SILENT_US (30 * US_PER_SECOND)

static const char *const room_words[] = {"plenty", "low", "scarce", "none"};

struct health { /* one question under way */
	struct daemon *daemon;
	struct http_req *req;
	struct work_job job;
	struct outbox_counts outbox;
	int events[3];
	bool is_server, answers; /* of the database */
};

static int
add_tenant(struct health *h, struct desk *desk, struct err *err)
{
	struct outbox_counts outbox;
	int events[3], rc;

	if ((rc = outbox_count(desk, &outbox, err)) != 0 ||
	    (rc = raw_event_count(desk, events, err)) != 0)
		return rc;
	for (int s = 0; s <= OUTBOX_DEAD; s++)
		h->outbox.by_state[s] += outbox.by_state[s];
	for (int s = 0; s <= RAW_EVENT_FAILED; s++)
		h->events[s] += events[s];
	if (outbox.oldest_due_us != 0 &&
	    (h->outbox.oldest_due_us == 0 ||
		outbox.oldest_due_us < h->outbox.oldest_due_us))
		h->outbox.oldest_due_us = outbox.oldest_due_us;
	return 0;
}

static int
health_run(struct work_job *job, void *context, struct err *err)
{
	struct health *h = job->data;
	struct desk *desk = store_desk(context);
	struct tenant *tenants = NULL;
	size_t count = 0;
	int rc;

	if (desk == NULL)
		return OD_EUNAVAIL;
	if ((rc = desk_act_as_host(desk, NULL, err)) == 0)
		rc = tenant_list(desk, &tenants, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		desk_act_as_system(desk, tenants[i].id);
		rc = add_tenant(h, desk, err);
	}
	free(tenants);
	return rc;
}

static bool
is_well(struct daemon *d)
{
	return store_works(d->store) && room_takes_in(d->room) &&
	       clock_mono_us() - store_last_round_us(d->store) <
	           COMMITTER_SILENT_US;
}

static void
print(struct health *h, bool good, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_string(&w, "status", good ? "ok" : "unavailable");
	json_out_time(&w, "started_at", h->daemon->started_us);
	json_out_object(&w, "events");
	json_out_int(&w, "new", h->events[RAW_EVENT_NEW]);
	json_out_int(&w, "failed", h->events[RAW_EVENT_FAILED]);
	json_out_int(&w, "spooled", (int64_t)spool_count(h->daemon->spool));
	json_out_end(&w, '}');
	json_out_object(&w, "database");
	json_out_string(&w, "kind", h->is_server ? "server" : "file");
	json_out_bool(&w, "reachable", h->answers);
	json_out_end(&w, '}');
	json_out_object(&w, "disk");
	json_out_string(&w, "room", room_words[room_state(h->daemon->room)]);
	json_out_int(&w, "free_bytes", room_left(h->daemon->room));
	json_out_bool(&w, "ballast", room_has_ballast(h->daemon->room));
	json_out_end(&w, '}');
	json_out_object(&w, "outbox");
	for (int s = 0; s <= OUTBOX_DEAD; s++)
		if (s != OUTBOX_SENT)
			json_out_int(
			    &w, outbox_state_names[s], h->outbox.by_state[s]);
	json_out_time(&w, "oldest_due_at", h->outbox.oldest_due_us);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
}

static void
health_done(struct work_job *job, int rc, const struct err *err)
{
	struct health *h = job->data;
	struct str out = STR_INIT;
	bool good = rc == 0 && is_well(h->daemon);

	(void)err;
	h->answers = rc == 0;
	print(h, good, &out);
	http_reply_header(h->req, "Cache-Control", "no-store");
	http_reply_json(h->req, good ? 200 : 503, &out);
	free(h);
}

static void
health_get(struct http_req *req, void *data)
{
	struct health *h = xcalloc(1, sizeof(*h));

	h->daemon = data;
	h->req = req;
	h->is_server = strstr(h->daemon->uri, "://") != NULL;
	h->job = (struct work_job){
	    .run = health_run, .done = health_done, .data = h};
	store_read(h->daemon->store, &h->job);
}

static void
metrics_get(struct http_req *req, void *data)
{
	struct daemon *d = data;
	struct str out = STR_INIT;

	metrics_print(d->metrics, &out);
	http_reply_take(req, 200, METRICS_TYPE, &out);
}

static const struct route routes[] = {
    {"GET", "/health", 0, ROUTE_OPEN, NULL, health_get,
	N_("Whether the daemon and its database are well")},
    {"GET", "/metrics", 0, ROUTE_LOOPBACK, SCOPE_METRICS, metrics_get,
	N_("Figures for Prometheus")},
};

void
operations_routes(struct daemon *d)
{
	router_add(d->router, routes, sizeof(routes) / sizeof(routes[0]), d);
}
