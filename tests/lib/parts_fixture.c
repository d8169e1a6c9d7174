/* parts_fixture - see parts_fixture.h. */
#include "tests/lib/parts_fixture.h"
#include "syncd/api/rate.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/xalloc.h"

#define WAIT_US (60 * US_PER_SECOND)

static char secret[] = PARTS_SECRET;
static char token[] = "EAAtest";

static uint32_t
least(uint32_t limit)
{
	(void)limit;
	return 0;
}

static void
sink(const char *line, void *data)
{
	(void)line, (void)data;
}

static void
describe(struct channel *c, const char *api_base)
{
	*c = (struct channel){.id = TALK_CHANNEL,
	    .kind = CHANNEL_WHATSAPP,
	    .rehearsal = true,
	    .number_id = "100",
	    .account_id = "900",
	    .api_version = "v23.0"};
	str_copy(c->api_base, sizeof(c->api_base), api_base);
}

static void
start_provider(struct parts *p)
{
	struct provider_options o;

	describe(&p->provider_channel, "http://127.0.0.1:1");
	p->provider_channel.app_secrets[0] = secret;
	p->provider_channel.access_token = token;
	p->provider_set = (struct channel_set){&p->provider_channel, 1};
	provider_defaults(&o);
	o.channels = &p->provider_set;
	o.sent_ms = o.delivered_ms = o.read_ms = -1;
	o.slow_ms = 100;
	assert_int_equal(provider_start(&p->loop, &o, &p->provider, NULL), 0);
	str_format(p->provider_channel.api_base,
	    sizeof(p->provider_channel.api_base), "http://127.0.0.1:%d",
	    provider_port(p->provider));
}

static struct channels_ref *
make_channels(struct parts *p)
{
	struct channels_ref *ref = xcalloc(1, sizeof(*ref));
	struct channel *c = xcalloc(1, sizeof(*c));

	atomic_init(&ref->refs, 1);
	describe(c, p->provider_channel.api_base);
	c->tenant_id = p->f->demo.id;
	c->app_secrets[0] = xstrdup(secret);
	c->access_token = xstrdup(token);
	ref->set = (struct channel_set){c, 1};
	return ref;
}

struct parts *
parts_begin(struct desk_fixture *f)
{
	struct parts *p = xcalloc(1, sizeof(*p));
	struct daemon *d = &p->d;
	struct store_options so = {0};

	log_set_sink(sink, NULL);
	outbox_set_random(least);
	assert_int_equal(http_client_global_init(NULL), 0);
	p->f = f;
	uv_loop_init(&p->loop);
	d->loop = &p->loop;
	d->uri = p->f->uri;
	d->conf = conf_default();
	d->rate = rate_new();
	str_copy(d->name, sizeof(d->name), "test");
	start_provider(p);
	d->channels = make_channels(p);
	so.uri = d->uri;
	assert_int_equal(store_start(d->loop, &so, &d->store, NULL), 0);
	assert_int_equal(http_client_new(d->loop, &d->http, NULL), 0);
	d->metrics = metrics_new();
	figures_register(d);
	d->spool = spool_new(d);
	d->room = room_new(d);
	d->ingest = ingest_new(d);
	d->outbox = outbox_run_new(d);
	d->jobs = job_run_new(d);
	return p;
}

int
parts_setup(void **state)
{
	struct desk_fixture *f;

	desk_test_setup((void **)&f);
	*state = parts_begin(f);
	return 0;
}

static bool
is_idle(struct parts *p)
{
	return outbox_run_is_idle(p->d.outbox) && job_run_is_idle(p->d.jobs);
}

static void
on_stopped(void *data)
{
	((struct parts *)data)->stopped++;
}

void
parts_end(struct parts *p)
{
	struct daemon *d = &p->d;

	ingest_stop(d->ingest);
	spool_stop(d->spool);
	room_stop(d->room);
	outbox_run_stop(d->outbox);
	job_run_stop(d->jobs);
	parts_wait(p, is_idle, "the runners' end");
	http_client_free(&d->http);
	provider_stop(p->provider, on_stopped, p);
	store_stop(d->store, on_stopped, p);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(p->stopped, 2);
	ingest_free(&d->ingest);
	outbox_run_free(&d->outbox);
	job_run_free(&d->jobs);
	spool_free(&d->spool);
	room_free(&d->room);
	assert_int_equal(loop_finish(&p->loop), 0);
	metrics_free(&d->metrics);
	rate_free(&d->rate);
	conf_free(&d->conf);
	channels_ref_drop(&d->channels);
	free(p);
	outbox_set_random(NULL);
	log_set_sink(NULL, NULL);
}

int
parts_teardown(void **state)
{
	struct desk_fixture *f = ((struct parts *)*state)->f;

	parts_end(*state);
	return desk_test_teardown((void **)&f);
}

static void
on_tick(void *data)
{
	(void)data;
}

void
parts_wait(struct parts *p, bool (*cond)(struct parts *p), const char *what)
{
	struct loop_timer *tick = loop_timer_new(&p->loop, on_tick, NULL);
	const int64_t end = clock_mono_us() + WAIT_US;

	loop_timer_start(tick, 10, 10);
	while (!cond(p) && clock_mono_us() < end)
		uv_run(&p->loop, UV_RUN_ONCE);
	loop_timer_free(&tick);
	if (!cond(p))
		fail_msg("waited too long for %s", what);
}

static const char *wanted_sql;
static int64_t wanted_int;

static bool
gives_wanted(struct parts *p)
{
	return talk_int(p->f, wanted_sql) == wanted_int;
}

void
parts_wait_int(struct parts *p, const char *sql, int64_t wanted)
{
	wanted_sql = sql;
	wanted_int = wanted;
	parts_wait(p, gives_wanted, sql);
}

struct fault {
	struct work_job job;
	int n;
	bool done;
};

static int
fault_run(struct work_job *job, void *context, struct err *err)
{
	struct fault *f = job->data;

	(void)err;
	/* This batch's own commit is one of them. */
	db_fail_after(store_desk(context)->db, f->n + 1, OD_EIO);
	return 0;
}

static void
fault_done(struct work_job *job, int rc, const struct err *err)
{
	(void)rc, (void)err;
	((struct fault *)job->data)->done = true;
}

void
parts_fail_after(struct parts *p, int n)
{
	struct fault f = {.n = n};

	f.job =
	    (struct work_job){.run = fault_run, .done = fault_done, .data = &f};
	store_write(p->d.store, &f.job);
	while (!f.done)
		uv_run(&p->loop, UV_RUN_ONCE);
}
