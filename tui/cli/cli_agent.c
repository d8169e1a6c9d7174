/* cli_agent - opdesk agent: which programs report machines to this desk. */
#include "common/i18n.h"
#include "common/str.h"
#include "db/records/agents.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"device_id", N_("Device"), 30},
    {"state", N_("Status"), 0},
    {"contact_at", N_("Last word"), CLI_TIME},
    {"report_at", N_("Last report"), CLI_TIME},
    {"program", N_("Program"), 24},
    {"program_version", N_("Version"), 10},
    {"tag", N_("Tag"), 12},
};

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct agent a;
	int rc = agent_get(c->desk, id, &a, err);

	if (rc == 0)
		agent_json(&a, cli_value(c));
	return rc;
}

static const struct cli_option list_options[] = {
    {"--view", "VIEW", N_("accepted, silent, review, all or trash [all]")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

/* The row to go on behind is named by its id. */
static int
take_page(
    struct cli *c, enum agent_view view, struct page *page, struct err *err)
{
	struct agent last;
	int rc;

	if ((rc = cli_option_page(c, page, err)) != 0)
		return rc;
	if (page->after_id == 0)
		return 0;
	if ((rc = agent_get(c->desk, page->after_id, &last, err)) == 0)
		page->after_key = agent_page_key(view, &last);
	return rc;
}

static int
run_list(struct cli *c, struct err *err)
{
	struct agent *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int rc, view;

	if ((rc = cli_option_word(c, "--view", agent_view_names, AGENTS_ALL,
		 &view, err)) != 0 ||
	    (rc = take_page(c, (enum agent_view)view, &page, err)) != 0 ||
	    (rc = agent_list(c->desk, (enum agent_view)view, &page, &rows,
		 &count, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		agent_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	free(rows);
	return 0;
}

static int
run_stats(struct cli *c, struct err *err)
{
	struct agent_program *programs = NULL;
	struct agent_stats stats;
	size_t count = 0;
	int rc;

	if ((rc = agent_stats(c->desk, &stats, err)) == 0 &&
	    (rc = agent_programs(c->desk, &programs, &count, err)) == 0)
		agent_stats_json(&stats, programs, count, cli_value(c));
	free(programs);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : show(c, id, err);
}

static const struct cli_option change_options[] = {
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
change(struct cli *c,
    int (*how)(struct desk *d, int64_t id, int64_t seen, struct err *err),
    struct err *err)
{
	struct agent now;
	int64_t id, seen;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = agent_get(c->desk, id, &now, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) != 0 ||
	    (rc = how(c->desk, id, seen, err)) != 0)
		return rc;
	return show(c, id, err);
}

static int
run_accept(struct cli *c, struct err *err)
{
	return change(c, agent_accept, err);
}

static int
run_delete(struct cli *c, struct err *err)
{
	return change(c, agent_delete, err);
}

static int
run_restore(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = agent_restore(c->desk, id, err)) != 0)
		return rc;
	return show(c, id, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"agent", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List inventory agents: who is silent longest first.")},
	{"agent", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show an inventory agent.")},
	{"agent", "stats", "", 0, 0, NULL, CLI_OPERATOR, true, run_stats,
	    N_("How many inventory agents report, how many are silent, and which programs they are.")},
	{"agent", "accept", "ID", 1, 1, change_options, CLI_OPERATOR, false, run_accept,
	    N_("Accept an inventory agent that reported without a token.")},
	{"agent", "delete", "ID", 1, 1, change_options, CLI_OPERATOR, false, run_delete,
	    N_("Move an inventory agent to the trash; it is back when it reports again.")},
	{"agent", "restore", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take an inventory agent out of the trash.")},
};
/* clang-format on */

const struct cli_table cli_agent_table = {rows, COUNT(rows)};
