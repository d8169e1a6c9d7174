/*
 * opdesk - without arguments the console, with arguments the same operations
 * as a command line.
 */
#include "common/clock.h"
#include "common/conf.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/version.h"
#include "db/records/login.h"
#include "tui/app.h"
#include "tui/cli/cli.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
fail(const struct err *err)
{
	char *safe = text_safe_dup(err->text, TEXT_LINE);

	fprintf(stderr, "opdesk: %s\n", safe);
	free(safe);
	return err_exit_status(err->code);
}

/* Named: it must be there.  Else the usual place, or the defaults. */
static int
load_conf(const char *named, struct conf **conf, struct err *err)
{
	struct str path = STR_INIT;
	int rc;

	/* Only the daemon need be able to read the secrets. */
	conf_secrets_optional(true);
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

/* --lang, else the configuration, else the environment. */
static void
choose_lang(struct invocation *in, const struct conf *conf)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES",
	    "LANG"};
	const char *names[] = {in->lang,
	    conf != NULL ? conf_string(conf_section(conf, CONF_DESK), "lang")
			 : NULL,
	    NULL};
	enum lang lang;

	in->env_lang = NULL;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (in->env_lang == NULL &&
		    lang_parse(getenv(variables[i]), &lang))
			in->env_lang = lang_code(lang);
	names[2] = in->env_lang;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i] != NULL && lang_parse(names[i], &lang)) {
			i18n_set_process(lang);
			return;
		}
	}
}

static int
run(int argc, char **argv)
{
	struct invocation in;
	struct conf *conf = NULL;
	struct err err = ERR_INIT;
	const char *delay;
	bool is_mute = fcntl(STDOUT_FILENO, F_GETFD) < 0;
	int status;

	fs_harden_process();
	loop_global_init();
	/* What matters is said in a sentence, on the screen or on stderr. */
	log_init("opdesk", -1, LOG_ERROR);
	signal(SIGPIPE, SIG_IGN);
	utf8_locale_init();
	clock_init();
	if (invocation_parse(&in, argc, argv, &err) != 0)
		return fail(&err);
	choose_lang(&in, NULL);
	if (is_mute) {
		err_set(&err, OD_EIO,
		    "Standard output is closed, so nothing was done; send it to"
		    " /dev/null if nobody is to read it");
		return fail(&err);
	}
	if (in.help)
		return cli_run(&in, NULL);
	if (in.version) {
		puts("opdesk " OPDESK_VERSION);
		return cli_flush(&err) == 0 ? 0 : fail(&err);
	}
	if ((delay = getenv("OPDESK_TEST_DELAY_MS")) != NULL)
		in.delay_ms = (int)strtol(delay, NULL, 10);
	login_came_from(getenv("SSH_CONNECTION"));
	if (load_conf(in.config, &conf, &err) != 0)
		return fail(&err);
	choose_lang(&in, conf);
	status = in.argc == 0 ? app_run(&in, conf) : cli_run(&in, conf);
	conf_free(&conf);
	return status;
}

int
main(int argc, char **argv)
{
	if (!cli_is_for_mail(argc, argv))
		return run(argc, argv);
	/* A mail server knows other numbers, and gives up on most. */
	cli_mail_begin();
	return cli_mail_status(run(argc, argv));
}
