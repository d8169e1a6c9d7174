/* opdesk - the console, and the same operations as a command line. */
#include "common/clock.h"
#include "common/conf.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/version.h"
#include "tui/app.h"
#include "tui/cli/cli.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --lang, else the configuration, else the environment. */
static void
choose_language(const char *named, const struct conf *conf)
{
	static const char *const variables[] = {
	    "LC_ALL", "LC_MESSAGES", "LANG"};
	const char *s = named;
	enum lang lang;

	if (s == NULL && conf != NULL)
		s = conf_string(conf_section(conf, CONF_DESK), "lang");
	for (size_t i = 0; i < 3 && (s == NULL || strcmp(s, "auto") == 0);
	     i++) {
		const char *value = getenv(variables[i]);

		if (value != NULL && value[0] != '\0')
			s = value;
	}
	if (s != NULL && lang_parse(s, &lang))
		i18n_set_process(lang);
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

static int
fail(const struct err *err, int rc)
{
	char *safe = text_safe_dup(err->text, TEXT_LINE);

	fprintf(stderr, "opdesk: %s\n", safe);
	free(safe);
	return err_exit_status(rc);
}

int
main(int argc, char **argv)
{
	const char *delay = getenv("OPDESK_TEST_DELAY_MS");
	struct invocation in;
	struct conf *conf = NULL;
	struct err err = ERR_INIT;
	int64_t delay_ms;
	int rc, status;

	fs_harden_process();
	clock_init();
	utf8_locale_init();
	choose_language(NULL, NULL);
	if ((rc = invocation_parse(&in, argc, argv, &err)) != 0)
		return fail(&err, rc);
	choose_language(in.lang, NULL);
	if (in.version) {
		puts("opdesk " OPDESK_VERSION);
		return 0;
	}
	if (delay != NULL && str_to_int64(delay, 0, 60000, &delay_ms))
		in.delay_ms = (int)delay_ms;
	if (in.help)
		return cli_run(&in, NULL);
	if ((rc = load_conf(in.config, &conf, &err)) != 0)
		return fail(&err, rc);
	choose_language(in.lang, conf);
	status = in.argc > 0 ? cli_run(&in, conf) : app_run(&in, conf);
	conf_free(&conf);
	return status;
}
