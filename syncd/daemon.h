/*
 * daemon - what the parts of opdesk-syncd share.
 *
 * One loop thread; everything here is touched on it alone, except the
 * channels, which jobs on the committer may read while they hold a reference.
 */
#ifndef SYNCD_DAEMON_H
#define SYNCD_DAEMON_H

#include "common/conf.h"
#include "common/http_client.h"
#include "syncd/channels/channel.h"
#include "syncd/http/metrics.h"
#include "syncd/http/route.h"
#include "syncd/http/server.h"
#include "syncd/store.h"
#include <stdatomic.h>
#include <uv.h>

struct ingest;
struct outbox_run;
struct webhook_fan;
struct job_run;
struct spool;
struct room;
struct anchor;
struct promises;
struct guide_upkeep;
struct recording_upkeep;
struct recording_watch;
struct live;
struct retain;
struct leases;
struct rate;
struct relay;

/* Channels bound to their tenants; immutable, shared with jobs. */
struct channels_ref {
	atomic_int refs;
	struct channel_set set;
};
struct channels_ref *channels_ref_take(struct channels_ref *c);
void channels_ref_drop(struct channels_ref **c);

/* Rows of syncd/figures.c; the index is the metric. */
enum figure {
	FIGURE_WEBHOOKS, /* series: enum webhook_result */
	FIGURE_MESSAGES, /* series: 0 in, 1 out */
	FIGURE_STATUSES,
	FIGURE_FOREIGN, /* events for numbers that are not ours */
	FIGURE_EVENTS_FAILED,
	FIGURE_SENDS, /* series: enum verdict_kind */
	FIGURE_JOBS,  /* series: 0 done, 1 failed */
	FIGURE_BATCHES,
	FIGURE_CONNECTIONS,
	FIGURE_SPOOLED,         /* events that wait in the spool */
	FIGURE_INGEST_LAG,      /* seconds, see ingest_lag_us */
	FIGURE_DISK_FREE,       /* bytes; -1: unknown */
	FIGURE_WEBHOOK_SECONDS, /* from whole body to answer */
	FIGURE_COUNT
};
enum webhook_result {
	WEBHOOK_STORED,
	WEBHOOK_DUPLICATE,
	WEBHOOK_IGNORED,
	WEBHOOK_REFUSED,
	WEBHOOK_UNAVAILABLE,
	WEBHOOK_SPOOLED,
};

struct daemon {
	uv_loop_t *loop;
	struct conf *conf; /* owned */
	char *conf_path;   /* owned; "" when there is none */
	char *uri;         /* owned */
	char files_id[33]; /* see desk_files_check */
	char name[65];     /* of this process, in leases: host:pid:random */
	struct channels_ref *channels;
	struct store *store;
	struct http_client *http; /* NULL at the end of the stop */
	struct http_server *server;
	struct router *router;
	struct rate *rate; /* of tokens */
	struct metrics *metrics;
	struct metric *figures[FIGURE_COUNT];
	struct ingest *ingest;
	struct outbox_run *outbox;
	struct webhook_fan *webhooks;
	struct job_run *jobs;
	struct spool *spool;
	struct room *room;
	struct anchor *anchor;
	struct retain *retain;
	struct promises *promises;
	struct guide_upkeep *guides;
	struct recording_upkeep *recordings;
	struct recording_watch *watched; /* NULL: no directory is set */
	struct live *live;
	struct leases *leases; /* NULL on a desk that is a file */
	struct relay *relay;   /* NULL: no socket is set */
	int64_t started_us;
	bool stopping;
};

/* A runner came to rest: while the daemon stops, it may be the last one. */
void daemon_settled(struct daemon *d); /* daemon_stop.c */

/* figures.c */
void figures_register(struct daemon *d);

/* Register the routes of a folder's file; daemon.c calls each. */
void hooks_routes(struct daemon *d);      /* api/hooks.c */
void operations_routes(struct daemon *d); /* api/operations.c */
void tickets_routes(struct daemon *d);    /* api/tickets.c */
void tickets_old_routes(struct daemon *d); /* api/tickets_old.c */
void ticket_parts_routes(struct daemon *d); /* api/ticket_parts.c */
void ticket_files_routes(struct daemon *d); /* api/ticket_files.c */
void ticket_work_routes(struct daemon *d); /* api/ticket_work.c */
void ticket_forms_routes(struct daemon *d); /* api/ticket_forms.c */
void events_routes(struct daemon *d); /* api/events.c */
void webhooks_routes(struct daemon *d);    /* api/webhooks.c */
void approvals_routes(struct daemon *d);   /* api/approvals.c */
void sessions_routes(struct daemon *d);  /* api/sessions.c */
void templates_routes(struct daemon *d); /* api/templates.c */
void calls_routes(struct daemon *d);     /* api/calls.c */
void leads_routes(struct daemon *d);     /* api/leads.c */
void inventory_routes(struct daemon *d); /* api/inventory.c */
void recordings_routes(struct daemon *d); /* api/recordings.c */
void mobile_routes(struct daemon *d);     /* api/mobile.c */
void openapi_routes(struct daemon *d);    /* api/openapi.c */

/* All of them, into d->router; also for the manual. */
void daemon_routes(struct daemon *d);

/* Bearer tokens, for the router (api/auth.c). */
void auth_install(struct daemon *d);

#endif
