/* daemon - lifecycle: start, reload, the beat; see daemon.h. */
#include "common/clock.h"
#include "common/digest.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/notify.h"
#include "common/version.h"
#include "common/xalloc.h"
#include "db/core/bell.h"
#include "db/records/channels.h"
#include "db/records/leases.h"
#include "syncd/daemon_int.h"
#include "syncd/api/rate.h"
#include "syncd/api/relay.h"
#include "syncd/work/ingest.h"
#include "syncd/work/job_run.h"
#include "syncd/work/leases.h"
#include "syncd/work/outbox_run.h"
#include "syncd/work/anchor.h"
#include "syncd/work/guide_upkeep.h"
#include "syncd/work/live.h"
#include "syncd/work/promises.h"
#include "syncd/work/recording_upkeep.h"
#include "syncd/work/recording_watch.h"
#include "syncd/work/retain.h"
#include "syncd/work/room.h"
#include "syncd/work/spool.h"
#include "syncd/work/webhook_fan.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BELL_POLL_MS  2000
#define BELL_QUIET_MS 50                   /* rings that come closer are one */
#define ROUND_US      (20 * US_PER_SECOND) /* the committer's at most */

/* ---- reload ---- */

/* Sends and jobs under way go on with what they took from the old one. */
static int
read_again(struct daemon *d, struct err *err)
{
	struct conf *conf = NULL;
	struct channels_ref *channels = NULL;
	int rc;

	if (d->conf_path[0] == '\0')
		return err_set(err, OD_ENOTFOUND,
		    "The daemon was started without a configuration file");
	if ((rc = conf_load(d->conf_path, &conf, err)) != 0)
		return rc;
	if ((rc = daemon__load_channels(d->uri, conf, &channels, err)) != 0) {
		conf_free(&conf);
		return rc;
	}
	daemon__compare(d->conf, conf);
	channels_ref_drop(&d->channels);
	conf_free(&d->conf);
	d->conf = conf;
	d->channels = channels;
	daemon_set_log_level(conf);
	return 0;
}

static void
reload(struct daemon *d)
{
	struct err err = ERR_INIT;

	notify_reloading();
	if (read_again(d, &err) != 0) {
		log_error("daemon", "the old configuration stays: %s",
		    err_plain(&err));
	} else {
		log_info("daemon", "the configuration was read again");
		outbox_run_reload_states(d->outbox);
		webhook_fan_configure(d->webhooks);
		relay_configure(d->relay);
	}
	notify_ready();
}

static void
on_signal(int signum, void *data)
{
	struct life *l = data;

	if (signum == SIGHUP)
		reload(&l->d);
	else
		daemon__stop(l, 0, NULL);
}

/* ---- the beat ---- */

static void greet(struct life *l);

static void
look_around(struct life *l)
{
	struct daemon *d = &l->d;

	log_tend(false);
	store_tend(d->store);
	if (!l->greeted && !l->greeting)
		greet(l);
	if (!l->announced)
		return;
	room_wake(d->room);
	anchor_wake(d->anchor);
	retain_wake(d->retain);
	promises_wake(d->promises);
	guide_upkeep_wake(d->guides);
	recording_upkeep_wake(d->recordings);
	if (d->watched != NULL)
		recording_watch_wake(d->watched);
	live_wake(d->live);
	if (d->leases != NULL)
		leases_wake(d->leases);
	spool_wake(d->spool);
	ingest_wake(d->ingest);
	webhook_fan_wake(d->webhooks);
	outbox_run_reload_states(d->outbox); /* wakes the outbox too */
	job_run_wake(d->jobs);
}

static void on_bell(void *data);

static void
on_quiet_over(void *data)
{
	struct life *l = data;

	l->is_quiet = false;
	if (l->rang)
		on_bell(l);
}

/* A look at what a server tells, which has no doorbell. */
struct look {
	struct work_job job;
	struct life *life;
	int fd; /* to listen on from now; -1: none, or the same */
};

static int
look_run(struct work_job *job, void *context, struct err *err)
{
	struct look *k = job->data;
	struct desk *desk = store_desk(context);
	int64_t token;
	int rc;

	if (desk == NULL)
		return OD_EUNAVAIL;
	rc = db_change_token(desk->db, &token, err);
	k->fd = db_bell_fd(desk->db);
	return rc;
}

static void
look_done(struct work_job *job, int rc, const struct err *err)
{
	struct look *k = job->data;
	struct life *l = k->life;

	(void)err; /* the poll comes again */
	l->is_looking = false;
	/* What is deaf would say that it can be read, for ever. */
	if (rc == 0 || k->fd >= 0)
		watch_socket(l->bell, k->fd);
	if (l->bell != NULL)
		look_around(l);
	free(k);
}

static void
look(struct life *l)
{
	struct look *k;

	if (l->is_looking)
		return;
	l->is_looking = true;
	k = xcalloc(1, sizeof(*k));
	k->life = l;
	k->fd = -1;
	k->job =
	    (struct work_job){.run = look_run, .done = look_done, .data = k};
	store_read(l->d.store, &k->job);
}

/* Our own commits ring, too; under load one look serves many of them. */
static void
on_bell(void *data)
{
	struct life *l = data;

	l->rang = l->is_quiet;
	if (l->is_quiet)
		return;
	l->is_quiet = true;
	loop_timer_start(l->quiet, BELL_QUIET_MS, 0);
	if (l->d.leases != NULL)
		look(l);
	else
		look_around(l);
}

/*
 * Fed from the loop, and only while something goes through the committer and
 * back in time.
 */
static void
on_watchdog(void *data)
{
	struct life *l = data;
	int64_t since = clock_mono_us() - store_last_round_us(l->d.store);

	if (since < ROUND_US)
		notify_watchdog();
	else
		log_error("daemon", "the committer shows no sign of life");
	store_tend(l->d.store);
}

static void
start_beat(struct life *l)
{
	static const int signums[] = {SIGTERM, SIGINT, SIGHUP};
	struct str path = STR_INIT;
	uint64_t ms = notify_watchdog_ms();
	struct err err = ERR_INIT;

	if (loop_signals_new(
		l->d.loop, signums, 3, on_signal, l, &l->signals, &err) != 0)
		log_error("daemon", "%s", err_plain(&err));
	l->quiet = loop_timer_new(l->d.loop, on_quiet_over, l);
	bell_path(l->d.uri, &path);
	l->bell = watch_file(l->d.loop, path.s, BELL_POLL_MS, on_bell, l);
	str_free(&path);
	l->watchdog = loop_timer_new(l->d.loop, on_watchdog, l);
	if (ms > 0)
		loop_timer_start(l->watchdog, ms, ms);
}

/* ---- start ---- */

static int
start_server(struct daemon *d, const char *listen, struct err *err)
{
	const struct conf_section *s = conf_section(d->conf, CONF_DAEMON);
	size_t n = conf_list_count(s, "trusted_proxies");
	const char **proxies = xcalloc(n + 1, sizeof(*proxies));
	struct http_config c = {
	    .listen = listen != NULL ? listen : conf_string(s, "listen"),
	    .tls_certificate = conf_string(s, "tls_certificate"),
	    .tls_key = conf_string(s, "tls_key"),
	    .trusted_proxies = proxies,
	    .trusted_proxy_count = n};
	int rc;

	for (size_t i = 0; i < n; i++)
		proxies[i] = conf_list_item(s, "trusted_proxies", i);
	c.app = router_app(d->router);
	rc = http_server_start(d->loop, &c, &d->server, err);
	free(proxies);
	return rc;
}

static void
name_daemon(struct daemon *d)
{
	char host[33] = "", salt[9];

	gethostname(host, sizeof(host) - 1);
	random_hex(salt, 8);
	str_format(
	    d->name, sizeof(d->name), "%s:%d:%s", host, (int)getpid(), salt);
}

struct greeting {
	struct work_job job;
	struct life *life;
	char listen[64];
};

static int
greeting_run(struct work_job *job, void *context, struct err *err)
{
	struct greeting *g = job->data;
	struct desk *desk = store_desk(context);
	int rc;

	desk_act_as_system(desk, 0);
	if (g->life->d.leases != NULL &&
	    (rc = lease_live(desk, g->life->d.name, err)) != 0)
		return rc;
	return daemon_started(
	    desk, g->life->d.name, g->listen, OPDESK_VERSION, err);
}

static void
announce(struct life *l, const char *listen)
{
	struct err err = ERR_INIT;
	int rc = relay_start(&l->d, &l->d.relay, &err);

	if (rc != 0) {
		daemon__stop(l, rc == OD_EDATA ? OD_EUSAGE : rc, &err);
		return;
	}
	l->announced = true;
	printf("listening %s\n", listen);
	fflush(stdout);
	notify_ready();
	look_around(l);
}

/*
 * Whoever holds the desk may let it go, and a full disk be cleaned: until then
 * events go to the spool.  With any other error there is no use in going on.
 */
static void
greeting_done(struct work_job *job, int rc, const struct err *err)
{
	struct greeting *g = job->data;
	struct life *l = g->life;

	l->greeting = false;
	l->greeted = rc == 0;
	if (l->d.stopping) {
		free(g);
		return;
	}
	if (rc != 0)
		log_error("daemon", "%s", err_plain(err));
	if (rc != 0 && rc != OD_EUNAVAIL && rc != OD_EIO)
		daemon__stop(l, rc, err);
	else if (!l->announced)
		announce(l, g->listen);
	free(g);
}

static void
greet(struct life *l)
{
	struct greeting *g = xcalloc(1, sizeof(*g));
	struct daemon *d = &l->d;
	const char *from =
	    l->listen != NULL
		? l->listen
		: conf_string(conf_section(d->conf, CONF_DAEMON), "listen");
	const char *colon = strrchr(from, ':');

	l->greeting = true;
	g->life = l;
	str_format(g->listen, sizeof(g->listen), "%.*s:%d",
	    colon != NULL ? (int)(colon - from) : 0, from,
	    http_server_port(d->server));
	g->job = (struct work_job){
	    .run = greeting_run, .done = greeting_done, .data = g};
	store_write(d->store, &g->job);
}

/* Nothing is written any more: end, and start anew on what is safe. */
static void
on_broken(void *data)
{
	struct err err = ERR_INIT;

	(void)store_refuse_broken(&err);
	log_error("daemon", "%s", err_plain(&err));
	daemon__stop(data, OD_EIO, &err);
}

void
daemon_routes(struct daemon *d)
{
	hooks_routes(d);
	operations_routes(d);
	tickets_routes(d);
	ticket_parts_routes(d);
	ticket_files_routes(d);
	ticket_work_routes(d);
	tickets_old_routes(d);
	ticket_forms_routes(d);
	events_routes(d);
	approvals_routes(d);
	webhooks_routes(d);
	sessions_routes(d);
	templates_routes(d);
	calls_routes(d);
	leads_routes(d);
	inventory_routes(d);
	recordings_routes(d);
	mobile_routes(d);
	openapi_routes(d);
}

/* It has no doorbell, and may have other daemons. */
static bool
is_on_server(const struct daemon *d)
{
	struct str path = STR_INIT;
	bool is;

	bell_path(d->uri, &path);
	is = path.len == 0;
	str_free(&path);
	return is;
}

static int
start_parts(struct life *l, struct err *err)
{
	struct daemon *d = &l->d;
	struct store_options so = {.uri = d->uri,
	    .files = conf_string(conf_section(d->conf, CONF_DESK), "files"),
	    .seal_key =
		conf_string(conf_section(d->conf, CONF_DESK), "seal_key"),
	    .broken = on_broken,
	    .data = l};
	int rc;

	if ((rc = daemon__become_keeper(d->uri, &so.keeper, err)) != 0)
		return rc;
	if ((rc = daemon__check(d, err)) != 0) {
		keeper_free(&so.keeper);
		return rc;
	}
	if ((rc = store_start(d->loop, &so, &d->store, err)) != 0 ||
	    (rc = http_client_new(d->loop, &d->http, err)) != 0)
		return rc;
	d->metrics = metrics_new();
	figures_register(d);
	d->router = router_new();
	d->rate = rate_new();
	auth_install(d);
	daemon_routes(d);
	d->spool = spool_new(d);
	d->room = room_new(d);
	d->anchor = anchor_new(d);
	d->retain = retain_new(d);
	d->promises = promises_new(d);
	d->guides = guide_upkeep_new(d);
	d->recordings = recording_upkeep_new(d);
	d->watched = recording_watch_new(d);
	d->live = live_new(d);
	if (is_on_server(d))
		d->leases = leases_new(d);
	d->ingest = ingest_new(d);
	d->outbox = outbox_run_new(d);
	d->webhooks = webhook_fan_new(d);
	d->jobs = job_run_new(d);
	if ((rc = start_server(d, l->listen, err)) != 0)
		return rc == OD_EDATA ? OD_EUSAGE : rc;
	start_beat(l);
	greet(l);
	return 0;
}

static int
start(struct life *l, struct err *err)
{
	struct daemon *d = &l->d;
	int rc;

	if ((rc = daemon__upgrade(d->uri, err)) != 0)
		return rc;
	rc = daemon__load_channels(d->uri, d->conf, &d->channels, err);
	if (rc != 0)
		return rc == OD_EDATA || rc == OD_ELIMIT ? OD_EUSAGE : rc;
	return start_parts(l, err);
}

static void
clear(struct life *l)
{
	struct daemon *d = &l->d;

	router_free(&d->router);
	rate_free(&d->rate);
	metrics_free(&d->metrics);
	channels_ref_drop(&d->channels);
	conf_free(&d->conf);
	free(d->conf_path);
	free(d->uri);
	free(l);
}

int
daemon_run(const struct daemon_options *o, struct err *err)
{
	struct life *l = xcalloc(1, sizeof(*l));
	struct daemon *d = &l->d;
	uv_loop_t loop;
	int rc;

	uv_loop_init(&loop);
	d->loop = &loop;
	d->conf = *o->conf;
	*o->conf = NULL;
	l->listen = o->listen;
	d->conf_path = xstrdup(conf_path(d->conf));
	d->uri = xstrdup(o->uri);
	d->started_us = clock_wall_us();
	name_daemon(d);
	if ((rc = start(l, err)) != 0)
		daemon__stop(l, rc, err);
	uv_run(&loop, UV_RUN_DEFAULT);
	if ((rc = l->rc) != 0)
		*err = l->err;
	if (loop_finish(&loop) != 0)
		BUG("the loop still holds something");
	log_tend(true);
	clear(l);
	return rc;
}
