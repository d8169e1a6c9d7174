/*
 * opdesk-syncd - the sync daemon: webhooks in, promises out, over one desk.
 * With --rehearsal-provider it stands in for the providers instead.
 */
#include "common/clock.h"
#include "common/conf.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/http_client.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/memory.h"
#include "common/notify.h"
#include "common/utf8.h"
#include "common/version.h"
#include "db/core/desk.h"
#include "syncd/daemon_run.h"
#include "syncd/rehearse/provider.h"
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_CONFIG 78

struct arguments {
	const char *db, *config, *listen;
};

static void
usage(FILE *out)
{
	fputs(_("usage: opdesk-syncd [--db FILE] [--config FILE]"
		" [--listen ADDRESS:PORT]\n"
		"       opdesk-syncd --rehearsal-provider [--config FILE]"
		" [--listen ADDRESS:PORT] [--desk URL]"
		" [--delay-ms N]\n"
		"       opdesk-syncd --help | --version\n"),
	    out);
}

static void
read_arguments(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {
	    {"db", required_argument, NULL, 'd'},
	    {"config", required_argument, NULL, 'c'},
	    {"listen", required_argument, NULL, 'l'},
	    {"readonly", no_argument, NULL, 'r'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	/* Its sentences would show the argument as it is, controls and all. */
	opterr = 0;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'd':
			a->db = optarg;
			break;
		case 'c':
			a->config = optarg;
			break;
		case 'l':
			a->listen = optarg;
			break;
		case 'r':
			fprintf(stderr, "opdesk-syncd: %s\n",
			    _("The daemon writes down what comes in, so it"
			      " does not run with --readonly; the console"
			      " does"));
			exit(2);
		case 'h':
			usage(stdout);
			exit(0);
		case 'v':
			puts("opdesk-syncd " OPDESK_VERSION);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind < argc) {
		usage(stderr);
		exit(2);
	}
}

/* Named: it must be there.  Else the usual place, or the defaults. */
static int
load_conf(const char *named, struct conf **conf, struct err *err)
{
	struct str path = STR_INIT;
	int rc;

	if (named != NULL)
		return conf_load(named, conf, err);
	conf_find(&path);
	rc = conf_load(path.s, conf, err);
	str_free(&path);
	if (rc == OD_ENOTFOUND) {
		*conf = conf_default();
		rc = 0;
	}
	return rc;
}

static bool
is_provider(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--rehearsal-provider") == 0)
			return true;
	return false;
}

static int
fail(const struct err *err, int status)
{
	fprintf(stderr, "opdesk-syncd: %s\n", err->text);
	return status;
}

static int
run(const struct arguments *a, struct conf *conf)
{
	const struct conf_section *desk = conf_section(conf, CONF_DESK);
	const char *configured = conf_string(desk, "database");
	struct str uri = STR_INIT;
	struct err err = ERR_INIT;
	int rc;

	db_set_small_cache();
	db_set_password(conf_secret(desk, "password", 0));
	if (a->db != NULL)
		str_add(&uri, a->db);
	else if (configured[0] != '\0')
		str_add(&uri, configured);
	else
		desk_default_uri(&uri);
	rc = daemon_run(
	    &(struct daemon_options){uri.s, a->listen, &conf}, &err);
	str_free(&uri);
	if (rc == 0)
		return 0;
	return fail(&err, rc == OD_EUSAGE ? EXIT_CONFIG : 1);
}

int
main(int argc, char **argv)
{
	struct arguments a = {NULL, NULL, NULL};
	struct conf *conf = NULL;
	struct err err = ERR_INIT;
	enum lang lang = LANG_EN;

	fs_harden_process();
	memory_share_heap();
	loop_global_init();
	signal(SIGPIPE, SIG_IGN);
	utf8_locale_init();
	clock_init();
	if (lang_parse(getenv("LANG"), &lang))
		i18n_set_process(lang);
	log_init("opdesk-syncd", STDERR_FILENO, LOG_INFO);
	notify_init();
	if (is_provider(argc, argv))
		return provider_main(argc, argv);
	read_arguments(argc, argv, &a);
	if (http_client_global_init(&err) != 0)
		return fail(&err, 1);
	digest_ready();
	conf_use_env(true);
	if (load_conf(a.config, &conf, &err) != 0)
		return fail(&err, EXIT_CONFIG);
	daemon_set_log_level(conf);
	return run(&a, conf);
}
