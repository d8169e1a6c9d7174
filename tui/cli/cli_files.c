/* cli_files - the place of the desk's files. */
#include "common/i18n.h"
#include "db/core/desk_files.h"
#include "db/records/files.h"
#include "tui/cli/cli_tables.h"
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const state_words[] = {
    [FILES_RIGHT] = "right",
    [FILES_MISSING] = "missing",
    [FILES_UNMARKED] = "unmarked",
    [FILES_FOREIGN] = "foreign",
};

static const struct cli_option options[] = {
    {"--adopt", NULL,
	N_("say that the desk's files are there: after a move, or when an "
	   "older opdesk made the desk")},
    {NULL, NULL, NULL},
};

const char *
cli_files_of(const struct cli *c, const char *option, const char *uri)
{
	const struct conf_section *s = conf_section(c->conf, CONF_DESK);
	const char *named = cli_option(c, option);
	struct str ours = STR_INIT;

	invocation_uri(c->in, c->conf, &ours);
	if (named == NULL && strcmp(uri, ours.s) == 0)
		named = conf_string(s, "files");
	str_free(&ours);
	return named;
}

/* Without the look at the place that every other verb begins with. */
static int
open_desk(struct cli *c, struct err *err)
{
	struct str uri = STR_INIT;
	struct desk_options o = {
	    .files = conf_string(conf_section(c->conf, CONF_DESK), "files"),
	    .readonly = true};
	int rc;

	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	if ((rc = desk_open(&o, &c->desk, err)) == 0)
		rc = desk_act_as_host(c->desk, NULL, err);
	str_free(&uri);
	return rc;
}

static int
run_desk_files(struct cli *c, struct err *err)
{
	struct files_count n;
	struct json_out *out;
	int rc;

	if (cli_flag(c, "--adopt") && (rc = cli_check_change(c, err)) != 0)
		return rc;
	if ((rc = open_desk(c, err)) != 0 ||
	    (cli_flag(c, "--adopt") && (rc = files_adopt(c->desk, err)) != 0) ||
	    (rc = files_count(c->desk, &n, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "files", c->desk->files_dir);
	json_out_string(out, "state",
	    state_words[desk_files_state(
		c->desk->files_dir, desk_files_id(c->desk))]);
	json_out_int(out, "looked_at", n.looked_at);
	json_out_int(out, "present", n.present);
	json_out_end(out, '}');
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"desk", "files", "", 0, 0, options, CLI_NOBODY, true, run_desk_files,
	    N_("Show whether the place of the desk's files is the right one.")},
};
/* clang-format on */

const struct cli_table cli_files_table = {rows, COUNT(rows)};
