/* cli_report - the noun "report": figures of a day, for people and for cron. */
#include "common/i18n.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/export/daily.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_option options[] = {
    {"--day", "DATE", N_("of this day, YYYY-MM-DD [today]")},
    {"--out", "FILE", N_("the file that is made [shown]")},
    {"--format", "FORMAT",
	N_("text, or with --out csv, json or xlsx [as FILE ends, else csv]")},
    {"--replace", NULL, N_("instead of a file of that name")},
    {NULL, NULL, NULL},
};

static const struct cli_column columns[] = {
    {"section", N_("Section"), 0},
    {"name", N_("Operator"), 24},
    {"figure", N_("Figure"), 0},
    {"value", N_("Value"), 0},
    {"formula", N_("Formula"), 0},
};

static const char *const formats[] = {"csv", "json", "xlsx", "text", NULL};
#define FORMAT_TEXT 3 /* those before it are enum sheet_format */

struct ask {
	const char *path; /* NULL: shown */
	int format, days_ago;
};

static int
read_ask(struct cli *c, struct ask *a, struct err *err)
{
	const char *day = cli_option(c, "--day");
	int64_t at;
	int rc;

	a->path = cli_option(c, "--out");
	if ((rc = cli_option_word(c, "--format", formats,
		 a->path != NULL ? (int)sheet_format_of(a->path) : FORMAT_TEXT,
		 &a->format, err)) != 0)
		return rc;
	if ((a->path == NULL) != (a->format == FORMAT_TEXT))
		return err_set(err, OD_EUSAGE,
		    "Text is shown; csv, json and xlsx go to a file: --out"
		    " FILE");
	if (day == NULL)
		return 0;
	if ((rc = cli_option_time(c, "--day", &at, err)) != 0)
		return rc;
	return daily_of(c->desk, at, &a->days_ago, err);
}

static int
show_row(void *data, const char *json, size_t n, struct err *err)
{
	struct cli *c = data;

	(void)n;
	(void)err;
	json_out_raw(cli_row(c), NULL, json);
	return 0;
}

static int
write_row(void *data, const char *json, size_t n, struct err *err)
{
	return sheet_row(data, json, n, err);
}

static int
write_file(struct cli *c, const struct ask *a, struct err *err)
{
	const struct sheet_options o = {.format = (enum sheet_format)a->format,
	    .path = a->path,
	    .replace = cli_flag(c, "--replace"),
	    .title = _("Figures of a day"),
	    .noun = "report",
	    .columns = daily_columns,
	    .count = DAILY_COLUMNS,
	    .zone = cli__zone(c)};
	struct sheet *sheet;
	struct json_out *out;
	int64_t rows;
	int rc;

	if ((rc = sheet_open(&o, &sheet, err)) != 0)
		return rc;
	rc = daily_report(c->desk, a->days_ago, write_row, sheet, err);
	rows = sheet_rows(sheet);
	if (rc == 0)
		rc = sheet_finish(sheet, err);
	if (rc != 0) {
		sheet_cancel(&sheet);
		return rc;
	}
	if ((rc = sheet_keep(&sheet, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "file", a->path);
	json_out_string(out, "format", formats[a->format]);
	json_out_int(out, "rows", rows);
	json_out_end(out, '}');
	return 0;
}

static int
run_daily(struct cli *c, struct err *err)
{
	struct ask a = {0};
	int rc = read_ask(c, &a, err);

	if (rc != 0)
		return rc;
	if (a.path != NULL)
		return write_file(c, &a, err);
	cli_list(c, columns, COUNT(columns));
	return daily_report(c->desk, a.days_ago, show_row, c, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"report", "daily", "", 0, 0, options, CLI_OPERATOR, true, run_daily,
	    N_("Figures of a day, each with how it is made: calls, tickets, chats, guides.")},
};
/* clang-format on */

const struct cli_table cli_report_table = {rows, COUNT(rows)};
