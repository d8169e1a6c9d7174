/* cli_guide_match - which guide a text is about. */
#include "common/i18n.h"
#include "db/records/tenant_settings.h"
#include "kb/matcher.h"
#include "kb/session.h"
#include "tui/cli/cli_guide.h"
#include "tui/cli/cli_login.h"
#include "tui/cli/cli_match.h"
#include <stdlib.h>

static const struct cli_column columns[CLI_MATCH_COLUMNS] = {
    {"topic", N_("Guide"), 0},
    {"score", N_("How sure"), 0},
    {"why", N_("Why"), 0},
};

const struct cli_option cli_guide_match_options[] = {
    {"--threshold", "NUMBER",
	N_("how sure it must be, from 0 to 1, for any guide to be named")},
    {NULL, NULL, NULL},
};

/* The tenant's, as for a session to begin, unless the caller named one. */
static int
read_setting(struct cli *c, double *threshold, struct err *err)
{
	int64_t value;
	int rc;

	if (cli_option(c, "--threshold") != NULL)
		return 0;
	if ((rc = tenant_setting(
		 c->desk, SETTING_GUIDE_THRESHOLD, &value, NULL, err)) == 0)
		*threshold = (double)value / 1000;
	return rc;
}

int
cli_try_desk(struct cli *c, bool *is_there, struct err *err)
{
	const char *tenant =
	    c->in->tenant != NULL
		? c->in->tenant
		: conf_string(conf_section(c->conf, CONF_DESK), "tenant");
	bool is_named = c->in->tenant != NULL || c->in->operator!= NULL ||
	                                         c->in->login != NULL;
	struct desk_options o = {.readonly = true};
	struct str uri = STR_INIT;
	int rc;

	*is_there = false;
	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	rc = desk_open(&o, &c->desk, err);
	str_free(&uri);
	if (rc == OD_ENOTFOUND ||
	    (rc == 0 && (rc = cli_act(c, tenant, err)) != 0 && !is_named))
		return 0;
	*is_there = rc == 0;
	return rc;
}

static int
load_model(
    struct cli *c, double *threshold, struct match_model **m, struct err *err)
{
	bool is_there;
	int rc = cli_try_desk(c, &is_there, err);

	if (rc != 0)
		return rc;
	if (!is_there)
		return matcher_shipped(m, err);
	if ((rc = read_setting(c, threshold, err)) != 0)
		return rc;
	return matcher_of_desk(c->desk, m, err);
}

int
cli_guide_match(struct cli *c, struct err *err)
{
	struct cli_match match = {
	    .columns = columns, .nothing = N_("No guide is about that")};
	struct match_model *m = NULL;
	double usual = (double)conf_int(conf_section(c->conf, CONF_DESK),
			   "guide_threshold") /
	               100;
	int rc;

	if (c->nargs == 0 && !c->in->jsonl)
		return err_set(err, OD_EUSAGE,
		    "Say what the problem is: opdesk guide match TEXT; or give "
		    "--jsonl and texts on standard input");
	if ((rc = cli_match_threshold(c, usual, &match.threshold, err)) != 0 ||
	    (rc = load_model(c, &match.threshold, &m, err)) != 0)
		return rc;
	match.model = m;
	rc = cli_match_answer(c, &match, err);
	match_model_free(&m);
	return rc;
}
