/*
 * provider_main - the rehearsal provider as a mode of the daemon.
 */
#include "common/conf.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/loop.h"
#include "syncd/rehearse/provider.h"
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_CONFIG 78

struct run {
	uv_loop_t loop;
	struct channel_set channels;
	struct provider_options options;
	struct provider *provider;
	struct loop_signals *signals;
	struct str listen, desk, config;
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"listen", required_argument, NULL, 'l'},
    {"desk", required_argument, NULL, 'd'},
    {"delay-ms", required_argument, NULL, 'm'},
    {"rehearsal-provider", no_argument, NULL, 'r'},
    {NULL, 0, NULL, 0},
};

static int
read_options(struct run *r, int argc, char **argv, struct err *err)
{
	struct provider_options *o = &r->options;
	int64_t ms;
	int c;

	provider_defaults(o);
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (c == 'c')
			str_add(&r->config, optarg);
		else if (c == 'l')
			str_add(&r->listen, optarg);
		else if (c == 'd')
			str_add(&r->desk, optarg);
		else if (c == 'm' && str_to_int64(optarg, 0, 60000, &ms)) {
			o->sent_ms = (int)ms;
			o->delivered_ms = (int)(2 * ms);
			o->read_ms = (int)(3 * ms);
		} else if (c != 'r')
			return err_set(err, OD_EUSAGE,
			    "Usage: opdesk-syncd --rehearsal-provider "
			    "[--config FILE] [--listen ADDRESS] [--desk URL] "
			    "[--delay-ms N]");
	}
	return 0;
}

/* Where the channels of the configuration look for their provider. */
static void
guess_listen(struct run *r)
{
	const size_t skip = strlen("http://");

	for (size_t i = 0; i < r->channels.count && r->listen.len == 0; i++) {
		const struct channel *c = &r->channels.channels[i];

		if (c->kind == CHANNEL_WHATSAPP &&
		    provider_is_loopback(c->api_base) &&
		    str_starts(c->api_base, "http://"))
			str_addn(&r->listen, c->api_base + skip,
			    strcspn(c->api_base + skip, "/"));
	}
	if (r->listen.len == 0)
		str_add(&r->listen, r->options.listen);
}

static int
read_config(struct run *r, struct err *err)
{
	struct conf *conf = NULL;
	int rc;

	if (r->config.len == 0)
		conf_find(&r->config);
	if ((rc = conf_load(r->config.s, &conf, err)) != 0)
		return rc;
	rc = channel_set_load(conf, &r->channels, err);
	if (rc == 0) {
		guess_listen(r);
		if (r->desk.len == 0)
			str_addf(&r->desk, "http://%s",
			    conf_string(
				conf_section(conf, CONF_DAEMON), "listen"));
	}
	conf_free(&conf);
	return rc;
}

static void
on_stopped(void *data)
{
	(void)data;
}

static void
on_signal(int signum, void *data)
{
	struct run *r = data;

	(void)signum;
	if (r->provider == NULL)
		return;
	provider_stop(r->provider, on_stopped, r);
	r->provider = NULL;
	loop_signals_free(&r->signals);
}

static int
start(struct run *r, struct err *err)
{
	static const int signums[] = {SIGINT, SIGTERM};
	int rc;

	r->options.listen = r->listen.s;
	r->options.desk_url = r->desk.s;
	r->options.channels = &r->channels;
	if ((rc = http_client_global_init(err)) != 0)
		return rc;
	rc = provider_start(&r->loop, &r->options, &r->provider, err);
	if (rc == 0)
		rc = loop_signals_new(
		    &r->loop, signums, 2, on_signal, r, &r->signals, err);
	if (rc == 0) {
		printf("listening %.*s:%d\n",
		    (int)(strrchr(r->listen.s, ':') - r->listen.s), r->listen.s,
		    provider_port(r->provider));
		fflush(stdout);
	}
	return rc;
}

int
provider_main(int argc, char **argv)
{
	struct run r = {.channels = CHANNEL_SET_INIT,
	    .listen = STR_INIT,
	    .desk = STR_INIT,
	    .config = STR_INIT};
	struct err err = ERR_INIT;
	int rc, status = 0;

	fs_harden_process();
	log_init("opdesk-syncd", STDERR_FILENO, LOG_INFO);
	if ((rc = read_options(&r, argc, argv, &err)) != 0)
		status = err_exit_status(rc);
	else if (read_config(&r, &err) != 0)
		status = EXIT_CONFIG;
	if (status == 0) {
		uv_loop_init(&r.loop);
		if ((rc = start(&r, &err)) != 0)
			status = rc == OD_EDATA ? EXIT_CONFIG : 1;
		else
			uv_run(&r.loop, UV_RUN_DEFAULT);
		loop_finish(&r.loop);
	}
	if (status != 0)
		fprintf(stderr, "opdesk-syncd: %s\n", err.text);
	channel_set_clear(&r.channels);
	str_free(&r.listen);
	str_free(&r.desk);
	str_free(&r.config);
	return status;
}
