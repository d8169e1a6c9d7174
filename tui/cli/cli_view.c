/* cli_view - saved views of the list of tickets. */
#include "common/i18n.h"
#include "db/records/views.h"
#include "tui/cli/cli_tables.h"
#include "tui/screens/ticket_columns.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"number_key", N_("Key"), 0},
    {"name", N_("Name"), 24},
    {"filter", N_("Filter"), 36},
    {"ordering", N_("Order"), 10},
    {"operator", N_("Operator"), 12},
    {"team", N_("Team"), 12},
};

static const struct cli_option list_options[] = {
    {"--at-hand", NULL, N_("only your own, your team's and everybody's")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct view *rows = NULL;
	size_t count = 0;
	int rc =
	    view_list(c->desk, cli_flag(c, "--at-hand"), &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		view_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct view v;
	int rc = view_get(c->desk, id, &v, err);

	if (rc == 0)
		view_json(&v, cli_value(c));
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct view v;
	int rc = view_find(c->desk, c->args[0], &v, err);

	if (rc == 0)
		view_json(&v, cli_value(c));
	return rc;
}

static const struct cli_option new_options[] = {
    {"--filter", "FILTER", N_("what it shows: state:open -vip ...")},
    {"--sort", "ORDER",
	N_("changed, created, priority or due; -ORDER turns it around"
	   " [changed]")},
    {"--columns", "NAMES", N_("number,subject,... as the console shows them")},
    {"--key", "1-9", N_("the number key that opens it; 0 for none")},
    {"--team", "TEAM", N_("for this team instead of yourself")},
    {"--everybody", NULL, N_("for the whole tenant instead of yourself")},
    {NULL, NULL, NULL},
};

/* Of the columns that were given, whether there are such. */
static int
read_columns(const struct cli *c, const char **text, struct err *err)
{
	struct ticket_columns ignored;

	*text = cli_option_or(c, "--columns", "");
	return ticket_columns_parse(*text, &ignored, err);
}

static int
run_new(struct cli *c, struct err *err)
{
	struct view_new in = {.name = c->args[0],
	    .filter = cli_option(c, "--filter"),
	    .ordering = cli_option(c, "--sort")};
	int64_t id = 0, slot;
	int rc;

	if (cli_flag(c, "--team") && cli_flag(c, "--everybody"))
		return err_set(err, OD_EUSAGE,
		    "Give --team or --everybody, not both of them");
	if ((rc = cli_find_team(
		 c, cli_option(c, "--team"), &in.team_id, err)) != 0 ||
	    (rc = read_columns(c, &in.columns, err)) != 0 ||
	    (rc = cli_option_int(c, "--key", 0, VIEW_SLOTS, 0, &slot, err)) !=
		0)
		return rc;
	in.slot = (int)slot;
	if (in.team_id == 0 && !cli_flag(c, "--everybody"))
		in.operator_id = c->desk->actor.id;
	rc = view_new(c->desk, &in, &id, err);
	return rc != 0 ? rc : show(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--filter", "FILTER", N_("what it shows: state:open -vip ...")},
    {"--sort", "ORDER",
	N_("changed, created, priority or due; -ORDER turns it around"
	   " [changed]")},
    {"--columns", "NAMES", N_("number,subject,... as the console shows them")},
    {"--key", "1-9", N_("the number key that opens it; 0 for none")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {{"--name", "name"},
	    {"--filter", "filter"}, {"--sort", "ordering"},
	    {"--columns", "columns"}};
	struct change changes[5];
	const char *ignored;
	int64_t slot, seen;
	size_t count = 0;
	struct view now;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[count++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if ((rc = read_columns(c, &ignored, err)) != 0 ||
	    (rc = cli_option_int(c, "--key", 0, VIEW_SLOTS, 0, &slot, err)) !=
		0)
		return rc;
	if (cli_flag(c, "--key"))
		changes[count++] = (struct change){"slot", b_int(slot)};
	if (count == 0)
		return cli_nothing(err);
	if ((rc = view_find(c->desk, c->args[0], &now, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) == 0 &&
	    (rc = view_edit(c->desk, now.id, seen, changes, count, err)) == 0)
		rc = show(c, now.id, err);
	return rc;
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct view now;
	int rc;

	if ((rc = view_find(c->desk, c->args[0], &now, err)) == 0 &&
	    (rc = view_delete(c->desk, now.id, now.version, err)) == 0)
		view_json(&now, cli_value(c));
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"view", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List saved views: your own, the teams', everybody's.")},
	{"view", "show", "VIEW", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a saved view, named or by its id.")},
	{"view", "new", "NAME", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Save a view of the tickets, of your own unless you say whose.")},
	{"view", "edit", "VIEW", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a saved view.")},
	{"view", "delete", "VIEW", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Delete a saved view.")},
};
/* clang-format on */

const struct cli_table cli_view_table = {rows, COUNT(rows)};
