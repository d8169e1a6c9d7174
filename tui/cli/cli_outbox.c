/* cli_outbox - the noun "outbox": what was promised to be sent. */
#include "common/i18n.h"
#include "db/records/outbox.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column list_columns[] = {
    {"id", N_("Id"), 0},
    {"channel", N_("Channel"), 16},
    {"kind", N_("Kind"), 0},
    {"record_id", N_("Record"), 0},
    {"state", N_("Status"), 0},
    {"attempts", N_("Tries"), 6},
    {"next_try_at", N_("Next try"), CLI_TIME},
    {"error_text", N_("Error"), 50},
};

static const struct cli_option list_options[] = {
    {"--state", "STATE", N_("due, sending, sent, uncertain, held, dead or recalled")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct outbox_item *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int state, rc;

	if ((rc = cli_option_word(
		 c, "--state", outbox_state_names, -1, &state, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = outbox_list(c->desk, state, page.after_id, page.limit, &rows,
		 &count, err)) != 0)
		return rc;
	cli_list(c, list_columns, COUNT(list_columns));
	for (size_t i = 0; i < count; i++)
		outbox_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	outbox_list_free(&rows, count);
	return 0;
}

static int
show_item(struct cli *c, int64_t id, struct err *err)
{
	struct outbox_item *rows = NULL;
	size_t count = 0;
	int rc = outbox_list(c->desk, -1, id + 1, 1, &rows, &count, err);

	if (rc == 0 && (count == 0 || rows[0].id != id))
		rc = err_set(
		    err, OD_ENOTFOUND, "There is no such row in the outbox");
	else if (rc == 0)
		outbox_json(&rows[0], cli_value(c));
	outbox_list_free(&rows, count);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : show_item(c, id, err);
}

static int
run_replay(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = outbox_replay(c->desk, id, err)) != 0)
		return rc;
	return show_item(c, id, err);
}

static const struct cli_option resolve_options[] = {
    {"--sent", NULL, N_("it did arrive")},
    {"--not-sent", NULL, N_("it did not: send it again")},
    {NULL, NULL, NULL},
};

static int
run_resolve(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if (cli_flag(c, "--sent") == cli_flag(c, "--not-sent"))
		return err_set(err, OD_EUSAGE,
		    "Did it arrive? Name either --sent or --not-sent");
	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = outbox_resolve(c->desk, id, cli_flag(c, "--sent"), err)) != 0)
		return rc;
	return show_item(c, id, err);
}

static int
run_release(struct cli *c, struct err *err)
{
	struct outbox_counts before, after;
	struct json_out *out;
	int rc;

	if ((rc = outbox_count(c->desk, &before, err)) != 0 ||
	    (rc = outbox_release_held(c->desk, err)) != 0 ||
	    (rc = outbox_count(c->desk, &after, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "released",
	    before.by_state[OUTBOX_HELD] - after.by_state[OUTBOX_HELD]);
	json_out_end(out, '}');
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"outbox", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List what is to be sent, the newest first.")},
	{"outbox", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show one row of the outbox.")},
	{"outbox", "replay", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_replay,
	    N_("Send again what was given up.")},
	{"outbox", "resolve", "ID", 1, 1, resolve_options, CLI_OPERATOR, false, run_resolve,
	    N_("Say whether an uncertain sending arrived.")},
	{"outbox", "release", "", 0, 0, NULL, CLI_OPERATOR, false, run_release,
	    N_("Let everything that is held go on its way.")},
};
/* clang-format on */

const struct cli_table cli_outbox_table = {rows, COUNT(rows)};
