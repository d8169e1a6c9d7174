/* daemon - lifecycle: start, reload, orderly stop; see daemon.h. */
#include "syncd/daemon.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/notify.h"
#include "common/version.h"
#include "common/watch.h"
#include "common/xalloc.h"
#include "db/core/bell.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/records/channels.h"
#include "db/records/tenants.h"
#include "syncd/daemon_run.h"
#include "syncd/work/ingest.h"
#include "syncd/work/job_run.h"
#include "syncd/work/outbox_run.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BELL_POLL_MS  2000
#define BELL_QUIET_MS 50 /* rings that come closer are one */
#define KEEPER_WAIT_US (3 * US_PER_SECOND)
#define STOP_LIMIT_MS 10000

struct life { /* what only the lifecycle needs */
	struct daemon d;
	struct loop_signals *signals;
	struct watch *bell;
	struct loop_timer *watchdog, *stop_limit, *quiet;
	bool rang; /* during the quiet time */
	bool is_quiet;
	int exit_status;
};

struct channels_ref *
channels_ref_take(struct channels_ref *c)
{
	atomic_fetch_add(&c->refs, 1);
	return c;
}

void
channels_ref_drop(struct channels_ref **c)
{
	if (*c != NULL && atomic_fetch_sub(&(*c)->refs, 1) == 1) {
		channel_set_clear(&(*c)->set);
		free(*c);
	}
	*c = NULL;
}

/* ---- the desk before the threads ---- */

/* Make it current: the keeper migrates, after a copy. */
static int
upgrade(const char *uri, struct err *err)
{
	struct db *db = NULL;
	int version, min_writer, rc;

	if ((rc = db_open(uri, DB_OPEN, &db, err)) != 0)
		return rc;
	rc = migrate_current(db, &version, &min_writer, err);
	if (rc == 0 && version < SCHEMA_VERSION) {
		log_info("daemon", "the desk is brought from schema %d to %d",
		    version, SCHEMA_VERSION);
		notify_extend(10 * US_PER_MINUTE / US_PER_SECOND * 1000000);
		rc = migrate_run(db, NULL, NULL, err);
	}
	db_close(&db);
	return rc;
}

static int
bind_tenants(struct desk *desk, const struct conf *conf,
    struct channel_set *set, struct err *err)
{
	const char *fallback =
	    conf_string(conf_section(conf, CONF_DESK), "tenant");
	struct tenant usual;
	enum lang lang;

	/* What belongs to no channel is said in the usual tenant's language. */
	if (fallback[0] != '\0' &&
	    tenant_by_slug(desk, fallback, &usual, NULL) == 0 &&
	    lang_parse(usual.lang, &lang))
		i18n_set_process(lang);
	for (size_t i = 0; i < set->count; i++) {
		struct channel *c = &set->channels[i];
		const char *slug = c->tenant[0] != '\0' ? c->tenant : fallback;
		struct tenant t;

		if (tenant_by_slug(desk, slug, &t, err) != 0)
			return err_set(err, OD_EDATA,
			    "The channel \"%s\" belongs to the tenant \"%s\","
			    " which this desk does not have",
			    c->id, slug);
		c->tenant_id = t.id;
		c->rehearsal = t.rehearsal;
		(void)lang_parse(t.lang, &c->lang);
	}
	return 0;
}

/* The configuration's channels, bound to the desk's tenants. */
static int
load_channels(const char *uri, const struct conf *conf,
    struct channels_ref **out, struct err *err)
{
	struct channels_ref *c = xcalloc(1, sizeof(*c));
	struct desk_options o = {uri, NULL, true};
	struct desk *desk = NULL;
	int rc;

	atomic_init(&c->refs, 1);
	if ((rc = channel_set_load(conf, &c->set, err)) == 0 &&
	    (rc = desk_open(&o, &desk, err)) == 0)
		rc = bind_tenants(desk, conf, &c->set, err);
	desk_close(&desk);
	if (rc != 0)
		channels_ref_drop(&c);
	*out = c;
	return rc;
}

/* ---- reload ---- */

static void
reload(struct life *l)
{
	struct daemon *d = &l->d;
	struct conf *conf = NULL;
	struct channels_ref *channels = NULL;
	struct err err = ERR_INIT;

	notify_reloading();
	if (d->conf_path[0] == '\0' ||
	    conf_load(d->conf_path, &conf, &err) != 0 ||
	    load_channels(d->uri, conf, &channels, &err) != 0) {
		log_error(
		    "daemon", "the old configuration stays: %s", err.text);
		conf_free(&conf);
	} else {
		channels_ref_drop(&d->channels);
		conf_free(&d->conf);
		d->conf = conf;
		d->channels = channels;
		outbox_run_reload_states(d->outbox);
		log_info("daemon", "the configuration was read again");
	}
	notify_ready();
}

/* ---- stop: no new work, finish what is promised, close ---- */

static void
on_store_stopped(void *data)
{
	struct life *l = data;

	ingest_free(&l->d.ingest);
	outbox_run_free(&l->d.outbox);
	job_run_free(&l->d.jobs);
	loop_timer_free(&l->stop_limit);
}

static void
on_server_stopped(void *data)
{
	struct life *l = data;

	l->d.server = NULL;
	http_client_free(&l->d.http);
	store_stop(l->d.store, on_store_stopped, l);
}

static void
on_stop_limit(void *data)
{
	(void)data;
	log_error("daemon", "the stop took too long; what is unfinished goes"
			    " on after the next start");
	_exit(1);
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

	(void)rc, (void)err;
	http_server_stop(f->life->d.server, on_server_stopped, f->life);
	free(f);
}

static void
stop(struct life *l)
{
	struct daemon *d = &l->d;
	struct farewell *f;

	if (d->stopping)
		return;
	d->stopping = true;
	notify_stopping();
	log_info("daemon", "stopping");
	http_server_quiesce(d->server);
	ingest_stop(d->ingest);
	outbox_run_stop(d->outbox);
	job_run_stop(d->jobs);
	watch_free(&l->bell);
	loop_timer_free(&l->watchdog);
	loop_timer_free(&l->quiet);
	loop_signals_free(&l->signals);
	l->stop_limit = loop_timer_new(d->loop, on_stop_limit, l);
	loop_timer_start(l->stop_limit, STOP_LIMIT_MS, 0);
	f = xcalloc(1, sizeof(*f));
	f->life = l;
	f->job = (struct work_job){
	    .run = farewell_run, .done = farewell_done, .data = f};
	store_write(d->store, &f->job);
}

static void
on_signal(int signum, void *data)
{
	struct life *l = data;

	if (signum == SIGHUP)
		reload(l);
	else
		stop(l);
}

/* ---- the beat ---- */

static void
look_around(struct daemon *d)
{
	store_tend(d->store);
	ingest_wake(d->ingest);
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
	look_around(&l->d);
}

/* Fed from the loop, and only while the committer lives. */
static void
on_watchdog(void *data)
{
	struct life *l = data;

	if (store_backlog(l->d.store) == 0 ||
	    clock_mono_us() - store_last_sign_us(l->d.store) <
		20 * US_PER_SECOND)
		notify_watchdog();
	else
		log_error("daemon", "the committer shows no sign of life");
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
		log_error("daemon", "%s", err.text);
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
	struct daemon *daemon;
	char listen[64];
};

static int
greeting_run(struct work_job *job, void *context, struct err *err)
{
	struct greeting *g = job->data;

	desk_act_as_system(store_desk(context), 0);
	return daemon_started(store_desk(context), g->daemon->name, g->listen,
	    OPDESK_VERSION, err);
}

/* The desk is open and can be written: say so. */
static void
greeting_done(struct work_job *job, int rc, const struct err *err)
{
	struct greeting *g = job->data;

	if (rc != 0)
		log_error("daemon", "%s", err->text);
	printf("listening %s\n", g->listen);
	fflush(stdout);
	notify_ready();
	look_around(g->daemon);
	free(g);
}

static void
greet(struct daemon *d, const char *listen)
{
	struct greeting *g = xcalloc(1, sizeof(*g));
	const char *from =
	    listen != NULL
		? listen
		: conf_string(conf_section(d->conf, CONF_DAEMON), "listen");
	const char *colon = strrchr(from, ':');

	g->daemon = d;
	str_format(g->listen, sizeof(g->listen), "%.*s:%d",
	    colon != NULL ? (int)(colon - from) : 0, from,
	    http_server_port(d->server));
	g->job = (struct work_job){
	    .run = greeting_run, .done = greeting_done, .data = g};
	store_write(d->store, &g->job);
}

/* A console may be looking after the file just now. */
static int
become_keeper(const char *uri, struct keeper **keeper, struct err *err)
{
	int64_t until = clock_mono_us() + KEEPER_WAIT_US;
	int rc;

	do {
		rc = keeper_become(uri, keeper, err);
	} while (rc == OD_EUNAVAIL && clock_mono_us() < until);
	return rc;
}

void
daemon_routes(struct daemon *d)
{
	hooks_routes(d);
	operations_routes(d);
}

static int
start_parts(struct life *l, const struct daemon_options *o, struct err *err)
{
	struct daemon *d = &l->d;
	struct store_options so = {.uri = d->uri,
	    .files = conf_string(conf_section(d->conf, CONF_DESK), "files")};
	int rc;

	if ((rc = become_keeper(d->uri, &so.keeper, err)) != 0)
		return err_prefix(err, "Another daemon serves this desk");
	if ((rc = store_start(d->loop, &so, &d->store, err)) != 0 ||
	    (rc = http_client_new(d->loop, &d->http, err)) != 0)
		return rc;
	d->metrics = metrics_new();
	figures_register(d);
	d->router = router_new();
	auth_install(d);
	daemon_routes(d);
	d->ingest = ingest_new(d);
	d->outbox = outbox_run_new(d);
	d->jobs = job_run_new(d);
	if ((rc = start_server(d, o->listen, err)) != 0)
		return rc;
	start_beat(l);
	greet(d, o->listen);
	return 0;
}

static void
clear(struct life *l)
{
	struct daemon *d = &l->d;

	router_free(&d->router);
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
	d->conf_path = xstrdup(conf_path(d->conf));
	d->uri = xstrdup(o->uri);
	d->started_us = clock_wall_us();
	name_daemon(d);
	if ((rc = upgrade(d->uri, err)) != 0 ||
	    (rc = load_channels(d->uri, d->conf, &d->channels, err)) != 0 ||
	    (rc = start_parts(l, o, err)) != 0)
		return rc; /* main ends the process */
	uv_run(&loop, UV_RUN_DEFAULT);
	rc = loop_finish(&loop);
	clear(l);
	return rc;
}
