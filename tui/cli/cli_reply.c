/* cli_reply - canned replies. */
#include "common/i18n.h"
#include "db/records/replies.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"title", N_("Title"), 40},
    {"shortcut", N_("Shortcut"), 12},
    {"operator", N_("Operator"), 16},
    {"team", N_("Team"), 16},
    {"lang", N_("Language"), 8},
};

static const struct cli_option list_options[] = {
    {"--match", "WORDS", N_("only those with all these words in them")},
    {"--at-hand", NULL, N_("only your own, your team's and everybody's")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct reply *rows = NULL;
	size_t count = 0;
	int rc = reply_list(c->desk, cli_option_or(c, "--match", ""),
	    cli_flag(c, "--at-hand"), &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		reply_json(&rows[i], cli_row(c));
	reply_list_free(&rows, count);
	return 0;
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct reply r;
	int rc = reply_get(c->desk, id, &r, err);

	if (rc == 0)
		reply_json(&r, cli_value(c));
	reply_clear(&r);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : show(c, id, err);
}

static const struct cli_option new_options[] = {
    {"--text", "TEXT", N_("what it says; - is standard input")},
    {"--shortcut", "WORD", N_("a short word that it is found by")},
    {"--language", "LANG", N_("es or en")},
    {"--team", "TEAM", N_("for this team instead of yourself")},
    {"--everybody", NULL, N_("for the whole tenant instead of yourself")},
    {NULL, NULL, NULL},
};

static int
run_new(struct cli *c, struct err *err)
{
	struct str body = STR_INIT;
	struct reply_new in = {.title = c->args[0],
	    .shortcut = cli_option(c, "--shortcut"),
	    .lang = cli_option(c, "--language")};
	int64_t id = 0;
	int rc;

	if (cli_flag(c, "--team") && cli_flag(c, "--everybody"))
		return err_set(err, OD_EUSAGE,
		    "Give --team or --everybody, not both of them");
	if ((rc = cli_find_team(
		 c, cli_option(c, "--team"), &in.team_id, err)) == 0 &&
	    (rc = cli_option_text(c, "--text", &body, err)) == 0) {
		in.body = body.s;
		if (in.team_id == 0 && !cli_flag(c, "--everybody"))
			in.operator_id = c->desk->actor.id;
		rc = reply_new(c->desk, &in, &id, err);
	}
	str_free(&body);
	return rc != 0 ? rc : show(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--title", "TITLE", N_("its title")},
    {"--text", "TEXT", N_("what it says; - is standard input")},
    {"--shortcut", "WORD", N_("a short word that it is found by")},
    {"--language", "LANG", N_("es or en")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
edit(struct cli *c, const struct change *changes, size_t count, struct err *err)
{
	struct reply now = {.id = 0};
	int64_t id, seen;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) == 0 &&
	    (rc = reply_get(c->desk, id, &now, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) == 0 &&
	    (rc = reply_edit(c->desk, id, seen, changes, count, err)) == 0)
		rc = show(c, id, err);
	reply_clear(&now);
	return rc;
}

static int
run_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {{"--title", "title"},
	    {"--shortcut", "shortcut"}, {"--language", "lang"}};
	struct str body = STR_INIT;
	struct change changes[4];
	size_t count = 0;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[count++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if ((rc = cli_option_text(c, "--text", &body, err)) == 0) {
		if (cli_flag(c, "--text"))
			changes[count++] =
			    (struct change){"body", b_text(body.s)};
		rc = count == 0 ? cli_nothing(err)
		                : edit(c, changes, count, err);
	}
	str_free(&body);
	return rc;
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct reply now = {.id = 0};
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) == 0 &&
	    (rc = reply_get(c->desk, id, &now, err)) == 0 &&
	    (rc = reply_delete(c->desk, id, now.version, err)) == 0)
		reply_json(&now, cli_value(c));
	reply_clear(&now);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"reply", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List canned replies by title.")},
	{"reply", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a canned reply.")},
	{"reply", "new", "TITLE", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a canned reply, of your own unless you say whose.")},
	{"reply", "edit", "ID", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a canned reply.")},
	{"reply", "delete", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Delete a canned reply.")},
};
/* clang-format on */

const struct cli_table cli_reply_table = {rows, COUNT(rows)};
