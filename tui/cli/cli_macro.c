/* cli_macro - macros: made, changed, and run on tickets. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/macros.h"
#include "tui/cli/cli_macro.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Name"), 40},
    {"key", N_("Key"), 10},
    {"operator", N_("Operator"), 16},
    {"team", N_("Team"), 16},
};

static const struct cli_option list_options[] = {
    {"--at-hand", NULL, N_("only your own, your team's and everybody's")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct macro *rows = NULL;
	size_t count = 0;
	int rc =
	    macro_list(c->desk, cli_flag(c, "--at-hand"), &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		macro_json(&rows[i], cli_row(c));
	macro_list_free(&rows, count);
	return 0;
}

/* By id, else by name; the caller clears it. */
static int
find(struct cli *c, int index, struct macro *out, struct err *err)
{
	const char *word = c->args[index];
	struct macro *rows = NULL;
	size_t count = 0, i = 0;
	int64_t id;
	int rc;

	memset(out, 0, sizeof(*out));
	if (word[0] != '\0' && word[strspn(word, "0123456789")] == '\0') {
		if ((rc = cli_arg_int(c, index, &id, err)) != 0)
			return rc;
		return macro_get(c->desk, id, out, err);
	}
	if ((rc = macro_list(c->desk, false, &rows, &count, err)) != 0)
		return rc;
	while (i < count && strcmp(rows[i].name, word) != 0)
		i++;
	rc = i < count ? macro_get(c->desk, rows[i].id, out, err)
	               : err_set(err, OD_ENOTFOUND,
			     "There is no macro \"%s\"; the list of macros"
			     " shows them",
			     word);
	macro_list_free(&rows, count);
	return rc;
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct macro m;
	int rc = macro_get(c->desk, id, &m, err);

	if (rc == 0)
		macro_json(&m, cli_value(c));
	macro_clear(&m);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct macro m;
	int rc = find(c, 0, &m, err);

	if (rc == 0)
		macro_json(&m, cli_value(c));
	macro_clear(&m);
	return rc;
}

/* clang-format off */
#define ACTION_OPTIONS \
    {"--reply", "TEXT", N_("a reply, with {{contact.name}} and so on; - is standard input")}, \
    {"--note", "TEXT", N_("an internal note")}, \
    {"--status", "LABEL", N_("the status label that it gets")}, \
    {"--reason", "TEXT", N_("what it waits for")}, \
    {"--category", "CATEGORY", N_("its category")}, \
    {"--field", "KEY=VALUE...", N_("the value of a field; KEY= takes it away")}, \
    {"--urgency", "1-5", N_("its urgency")}, \
    {"--impact", "1-5", N_("its impact")}, \
    {"--priority", "1-5", N_("another priority than urgency and impact give")}, \
    {"--because", "TEXT", N_("why the priority is another one")}, \
    {"--tag", "TAG...", N_("a tag that it gets")}, \
    {"--untag", "TAG...", N_("a tag that it loses")}, \
    {"--take", NULL, N_("whoever runs it gets the ticket")}, \
    {"--assign", "LOGIN", N_("who gets the ticket")}, \
    {"--assign-team", "TEAM", N_("the team that gets the ticket")}, \
    {"--release", NULL, N_("nobody has the ticket any more")}, \
    {"--actions", "JSON", N_("all of it as JSON instead, as macro show has it; - is standard input")}, \
    {"--key", "KEY", N_("the key that shows it in the console, such as F8 or C-g")}
/* clang-format on */

static const struct cli_option new_options[] = {
    ACTION_OPTIONS,
    {"--team", "TEAM", N_("for this team instead of yourself")},
    {"--everybody", NULL, N_("for the whole tenant instead of yourself")},
    {NULL, NULL, NULL},
};

static int
run_new(struct cli *c, struct err *err)
{
	struct str actions = STR_INIT;
	struct macro_new in = {
	    .name = c->args[0], .bound = cli_option(c, "--key")};
	bool given;
	int64_t id = 0;
	int rc;

	if (cli_flag(c, "--team") && cli_flag(c, "--everybody"))
		return err_set(err, OD_EUSAGE,
		    "Give --team or --everybody, not both of them");
	if ((rc = cli_macro_key(in.bound, err)) == 0 &&
	    (rc = cli_find_team(
		 c, cli_option(c, "--team"), &in.team_id, err)) == 0 &&
	    (rc = cli_macro_actions(c, "[]", &actions, &given, err)) == 0) {
		in.actions = actions.s;
		if (in.team_id == 0 && !cli_flag(c, "--everybody"))
			in.operator_id = c->desk->actor.id;
		rc = macro_new(c->desk, &in, &id, err);
	}
	str_free(&actions);
	return rc != 0 ? rc : show(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--name", "NAME", N_("its name")},
    ACTION_OPTIONS,
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_edit(struct cli *c, struct err *err)
{
	struct str actions = STR_INIT;
	struct change changes[3];
	struct macro m;
	size_t count = 0;
	bool given;
	int64_t seen;
	int rc;

	if ((rc = find(c, 0, &m, err)) != 0 ||
	    (rc = cli_macro_key(cli_option(c, "--key"), err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, m.version,
		 &seen, err)) != 0 ||
	    (rc = cli_macro_actions(c, m.actions, &actions, &given, err)) != 0)
		goto out;
	if (cli_flag(c, "--name"))
		changes[count++] =
		    (struct change){"name", b_text(cli_option(c, "--name"))};
	if (cli_flag(c, "--key"))
		changes[count++] =
		    (struct change){"bound", b_text(cli_option(c, "--key"))};
	if (given)
		changes[count++] =
		    (struct change){"actions", b_text(actions.s)};
	rc = count == 0 ? cli_nothing(err)
	                : macro_edit(c->desk, m.id, seen, changes, count, err);
	if (rc == 0)
		rc = show(c, m.id, err);
out:
	str_free(&actions);
	macro_clear(&m);
	return rc;
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct macro m;
	int rc;

	if ((rc = find(c, 0, &m, err)) == 0 &&
	    (rc = macro_delete(c->desk, m.id, m.version, err)) == 0)
		macro_json(&m, cli_value(c));
	macro_clear(&m);
	return rc;
}

/* ---- on tickets ---- */

static const struct cli_option run_options[] = {
    {"--dry-run", NULL, N_("only say what would change")},
    {NULL, NULL, NULL},
};

static const struct cli_column run_columns[] = {
    {"number", N_("Number"), 0},
    {"macro", N_("Macro"), 40},
};

/* Look at each before any of them changes. */
static int
look(struct cli *c, const struct macro *m, const int64_t *numbers, size_t count,
    struct macro_plan *plans, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		struct ticket t = {0};

		rc = ticket_by_number(c->desk, numbers[i], &t, err);
		if (rc == 0)
			rc = macro_look(c->desk, m->id, t.id, &plans[i], err);
		ticket_clear(&t);
	}
	return rc;
}

static int
act(struct cli *c, const struct macro *m, const struct macro_plan *plans,
    size_t count, struct err *err)
{
	int64_t *ids;
	int rc;

	if (count == 1)
		return macro_run(
		    c->desk, m->id, plans[0].ticket_id, &plans[0], NULL, err);
	ids = xcalloc(count + 1, sizeof(ids[0]));
	for (size_t i = 0; i < count; i++)
		ids[i] = plans[i].ticket_id;
	rc = macro_run_many(c->desk, m->id, ids, count, NULL, err);
	free(ids);
	return rc;
}

static void
print_plan(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *changes = json_get(doc, "changes");
	const char *reply = json_string(doc, "reply");
	const char *note = json_string(doc, "note");
	int64_t number = 0;

	(void)c;
	(void)json_int64(doc, "number", &number);
	str_addf(out, _("%s: ticket %lld"), json_string(doc, "macro"),
	    (long long)number);
	str_addc(out, '\n');
	for (const struct json *l = json_first(changes); l != NULL;
	     l = json_next(l)) {
		const char *before = json_string(l, "before");
		const char *after = json_string(l, "after");

		str_addf(out, "  %s: %s → %s\n", json_string(l, "label"),
		    before[0] != '\0' ? before : "--",
		    after[0] != '\0' ? after : "--");
	}
	if (reply != NULL) {
		str_addf(out, "  %s:\n", _("Reply that is sent"));
		cli_add_block(out, 4, reply);
	}
	if (note != NULL) {
		str_addf(out, "  %s:\n", _("Note that only we see"));
		cli_add_block(out, 4, note);
	}
}

static int
run_run(struct cli *c, struct err *err)
{
	bool many = strcmp(c->args[1], "-") == 0;
	struct macro_plan *plans = NULL;
	int64_t *numbers = NULL;
	struct macro m;
	size_t count = 0;
	int rc;

	if ((rc = find(c, 0, &m, err)) != 0 ||
	    (rc = cli_arg_numbers(c, 1, &numbers, &count, err)) != 0)
		goto out;
	plans = xcalloc(count + 1, sizeof(plans[0]));
	if (count > TICKET_BULK_MAX)
		rc = err_set(err, OD_EUSAGE,
		    "A macro runs on 1 to %d tickets at once", TICKET_BULK_MAX);
	if (rc == 0)
		rc = look(c, &m, numbers, count, plans, err);
	if (rc == 0 && !cli_flag(c, "--dry-run"))
		rc = act(c, &m, plans, count, err);
	if (rc == 0 && many) {
		cli_list(c, run_columns, COUNT(run_columns));
		for (size_t i = 0; i < count; i++)
			macro_plan_json(&plans[i], cli_row(c));
	} else if (rc == 0) {
		cli_people(c, print_plan);
		macro_plan_json(&plans[0], cli_value(c));
	}
out:
	for (size_t i = 0; plans != NULL && i < count; i++)
		macro_plan_clear(&plans[i]);
	free(plans);
	free(numbers);
	macro_clear(&m);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"macro", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List macros by name.")},
	{"macro", "show", "MACRO", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a macro and what it does.")},
	{"macro", "new", "NAME", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a macro, of your own unless you say whose.")},
	{"macro", "edit", "MACRO", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a macro; what is given replaces its like, \"\" takes it away.")},
	{"macro", "delete", "MACRO", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Delete a macro.")},
	{"macro", "run", "MACRO NUMBER", 2, 2, run_options, CLI_OPERATOR, false, run_run,
	    N_("Run a macro on a ticket, or on all whose numbers standard input gives for -.")},
};
/* clang-format on */

const struct cli_table cli_macro_table = {rows, COUNT(rows)};
