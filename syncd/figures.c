/* figures - the daemon's metrics, as one table. */
#include "common/clock.h"
#include "syncd/daemon.h"
#include "syncd/work/ingest.h"
#include "syncd/work/room.h"
#include "syncd/work/spool.h"

static const char *const webhook_series[] = {"result=\"stored\"",
    "result=\"duplicate\"", "result=\"ignored\"", "result=\"refused\"",
    "result=\"unavailable\"", "result=\"spooled\""};
static const char *const direction_series[] = {
    "direction=\"in\"", "direction=\"out\""};
static const char *const verdict_series[] = {"verdict=\"sent\"",
    "verdict=\"retry\"", "verdict=\"given_back\"", "verdict=\"uncertain\"",
    "verdict=\"dead\""};
static const char *const job_series[] = {
    "result=\"done\"", "result=\"failed\""};
static const double webhook_bounds[] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};

#define SERIES(s) s, sizeof(s) / sizeof(s[0])

/* clang-format off */
static const struct metric_family families[FIGURE_COUNT] = {
	[FIGURE_WEBHOOKS] = {"opdesk_webhooks_total", "Posts of providers by what became of them.", METRIC_COUNTER, SERIES(webhook_series), NULL, 0},
	[FIGURE_MESSAGES] = {"opdesk_messages_total", "Messages by direction.", METRIC_COUNTER, SERIES(direction_series), NULL, 0},
	[FIGURE_STATUSES] = {"opdesk_statuses_total", "Delivery statuses taken in.", METRIC_COUNTER, NULL, 0, NULL, 0},
	[FIGURE_FOREIGN] = {"opdesk_foreign_events_total", "Posts that spoke of numbers which are not configured.", METRIC_COUNTER, NULL, 0, NULL, 0},
	[FIGURE_EVENTS_FAILED] = {"opdesk_events_failed_total", "Stored events that could not be read.", METRIC_COUNTER, NULL, 0, NULL, 0},
	[FIGURE_SENDS] = {"opdesk_sends_total", "Tries to send by verdict.", METRIC_COUNTER, SERIES(verdict_series), NULL, 0},
	[FIGURE_JOBS] = {"opdesk_jobs_total", "Jobs by result.", METRIC_COUNTER, SERIES(job_series), NULL, 0},
	[FIGURE_BATCHES] = {"opdesk_batches", "Transactions of the committer since the start.", METRIC_GAUGE, NULL, 0, NULL, 0},
	[FIGURE_CONNECTIONS] = {"opdesk_http_connections", "Open HTTP connections.", METRIC_GAUGE, NULL, 0, NULL, 0},
	[FIGURE_SPOOLED] = {"opdesk_spooled_events", "Events kept in files until the database takes them.", METRIC_GAUGE, NULL, 0, NULL, 0},
	[FIGURE_INGEST_LAG] = {"opdesk_ingest_lag_seconds", "How long the oldest stored event waits to be read.", METRIC_GAUGE, NULL, 0, NULL, 0},
	[FIGURE_DISK_FREE] = {"opdesk_disk_free_bytes", "Bytes left on the disk of the desk; -1 when unknown.", METRIC_GAUGE, NULL, 0, NULL, 0},
	[FIGURE_WEBHOOK_SECONDS] = {"opdesk_webhook_seconds", "From the whole body of a post to its answer.", METRIC_HISTOGRAM, NULL, 0, webhook_bounds, sizeof(webhook_bounds) / sizeof(webhook_bounds[0])},
};
/* clang-format on */

static void
on_print(void *data)
{
	struct daemon *d = data;
	struct http_stats stats;

	http_server_stats(d->server, &stats);
	metric_set(d->figures[FIGURE_CONNECTIONS], 0, stats.connections);
	metric_set(
	    d->figures[FIGURE_SPOOLED], 0, (double)spool_count(d->spool));
	metric_set(d->figures[FIGURE_INGEST_LAG], 0,
	    (double)ingest_lag_us(d->ingest) / (double)US_PER_SECOND);
	metric_set(d->figures[FIGURE_DISK_FREE], 0, (double)room_left(d->room));
	metric_set(d->figures[FIGURE_BATCHES], 0,
	    (double)atomic_load(&store_figures(d->store)->batches));
}

void
figures_register(struct daemon *d)
{
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		d->figures[i] = metrics_add(d->metrics, &families[i]);
	metrics_on_print(d->metrics, on_print, d);
}
