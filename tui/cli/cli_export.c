/* cli_export - the noun "export": a list taken away in a file. */
#include "common/i18n.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/export/export.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const struct cli_option options[] = {
    {"--out", "FILE", N_("the file that is made")},
    {"--format", "FORMAT", N_("csv, json or xlsx [as FILE ends, else csv]")},
    {"--from", "TIME", N_("only what is of this time or later")},
    {"--to", "TIME", N_("only what is from before this time")},
    {"--filter", "FILTER", N_("only what it means; of tickets and leads as in lists, else words")},
    {"--replace", NULL, N_("instead of a file of that name")},
    {NULL, NULL, NULL},
};
static const struct cli_option plain_options[] = {
    {"--out", "FILE", N_("the file that is made")},
    {"--format", "FORMAT", N_("csv, json or xlsx [as FILE ends, else csv]")},
    {"--from", "TIME", N_("only what is of this time or later")},
    {"--to", "TIME", N_("only what is from before this time")},
    {"--replace", NULL, N_("instead of a file of that name")},
    {NULL, NULL, NULL},
};
/* clang-format on */

static bool
has_option(const struct cli *c, const char *name)
{
	for (const struct cli_option *o = c->verb->options; o->name != NULL;
	     o++)
		if (str_equal(o->name, name))
			return true;
	return false;
}

static int
read_ask(struct cli *c, struct export_ask *ask, struct err *err)
{
	int format, rc;

	ask->list = c->verb->verb;
	if ((ask->path = cli_option(c, "--out")) == NULL)
		return err_set(err, OD_EUSAGE,
		    "Say where to: --out FILE, which ends in .csv, .json or"
		    " .xlsx");
	if ((rc = cli_option_word(c, "--format", sheet_format_names,
		 (int)sheet_format_of(ask->path), &format, err)) != 0 ||
	    (rc = cli_option_time(c, "--from", &ask->from_us, err)) != 0 ||
	    (rc = cli_option_time(c, "--to", &ask->to_us, err)) != 0)
		return rc;
	ask->format = (enum sheet_format)format;
	if (has_option(c, "--filter"))
		ask->filter = cli_option(c, "--filter");
	ask->replace = cli_flag(c, "--replace");
	ask->zone = cli__zone(c);
	return 0;
}

static void
print_done(const struct cli *c, const struct json *doc, struct str *out)
{
	str_addf(out, "%s: ", cli__label("rows"));
	cli_add_member(c, doc, "rows", out);
	str_add(out, "\n");
	str_addf(out, "%s: ", cli__label("file"));
	cli_add_member(c, doc, "file", out);
	str_add(out, "\n");
}

static int
run_export(struct cli *c, struct err *err)
{
	struct export_ask ask = {.filter = ""};
	struct export *e = NULL;
	struct json_out *out;
	int64_t rows = 0, total;
	bool more = true;
	int rc;

	if ((rc = read_ask(c, &ask, err)) != 0 ||
	    (rc = export_begin(c->desk, &ask, &e, err)) != 0)
		return rc;
	total = export_total(e);
	while (rc == 0 && more) {
		if ((rc = export_step(c->desk, e, &more, err)) != 0)
			break;
		rows = export_rows(e);
		if (total > 1000 && more && rows < total)
			cli_progress(c, _("Exporting"), rows, total);
	}
	if (rc != 0) {
		export_cancel(&e);
		return rc;
	}
	if (total > 1000)
		cli_progress(c, _("Exporting"), total, total);
	if ((rc = export_end(c->desk, &e, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "list", ask.list);
	json_out_string(out, "file", ask.path);
	json_out_string(out, "format", sheet_format_names[ask.format]);
	json_out_int(out, "rows", rows);
	json_out_end(out, '}');
	cli_people(c, print_done);
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"export", "tickets", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export tickets by when they were made, those in the trash left out.")},
	{"export", "conversations", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export conversations by when the last message came or went.")},
	{"export", "contacts", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export contacts by when they were made.")},
	{"export", "companies", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export companies by when they were made.")},
	{"export", "employees", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export employees by when they came in.")},
	{"export", "sessions", "", 0, 0, plain_options, CLI_OPERATOR, false, run_export,
	    N_("Export guides that were walked, by when they began.")},
	{"export", "guides", "", 0, 0, plain_options, CLI_OPERATOR, false, run_export,
	    N_("Export the list of guides by when they were changed.")},
	{"export", "calls", "", 0, 0, plain_options, CLI_OPERATOR, false, run_export,
	    N_("Export calls by when they began.")},
	{"export", "recordings", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export the list of recordings by when they began.")},
	{"export", "leads", "", 0, 0, options, CLI_OPERATOR, false, run_export,
	    N_("Export leads by when they were made.")},
	{"export", "audit", "", 0, 0, plain_options, CLI_OPERATOR, false, run_export,
	    N_("Export the audit trail by when things were done.")},
};
/* clang-format on */

const struct cli_table cli_export_table = {rows, COUNT(rows)};
