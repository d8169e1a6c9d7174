/* cli_ticket - making and changing tickets. */
#include "common/i18n.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * What it is now; of what went to others than one's own and is not to be read
 * any more, that it did.
 */
static int
tell(struct cli *c, int64_t number, bool many, struct err *err)
{
	struct ticket t = {0};
	struct err why = ERR_INIT;
	int rc = ticket_by_number(c->desk, number, &t, &why);

	if (rc == 0)
		ticket_json(&t, many ? cli_row(c) : cli_value(c));
	else if (rc == OD_EDENIED)
		cli_handed_on(
		    many ? cli_row(c) : cli_value(c), "number", number);
	else
		*err = why;
	ticket_clear(&t);
	return rc == OD_EDENIED ? 0 : rc;
}

static int
show_number(struct cli *c, int64_t number, struct err *err)
{
	return tell(c, number, false, err);
}

/* ---- new, edit ---- */

static const struct cli_option new_options[] = {
    {"--subject", "TEXT", N_("one line that says what it is about")},
    {"--description", "TEXT", N_("the rest; - is standard input")},
    {"--category", "WORD", N_("a word to sort by")},
    {"--tags", "WORDS", N_("words, separated by commas")},
    {"--urgency", "1-5", N_("how soon; 5 is now [3]")},
    {"--impact", "1-5", N_("how many it hits; 5 is everybody [3]")},
    {"--contact", "CONTACT", N_("who has the trouble: an id or a name")},
    {"--company", "COMPANY", N_("the company: an id or its name")},
    {"--external-id", "ID", N_("its name in another system")},
    {"--to", "LOGIN", N_("the operator who gets it")},
    {"--team", "TEAM", N_("the team that gets it")},
    {"--from-conversation", "ID", N_("make it from a conversation")},
    {NULL, NULL, NULL},
};

static int
new_from_conversation(struct cli *c, int64_t *number, struct err *err)
{
	int64_t conversation, id;
	int rc;

	if ((rc = cli_option_int(c, "--from-conversation", 1, INT64_MAX, 0,
		 &conversation, err)) != 0)
		return rc;
	return ticket_from_conversation(c->desk, conversation,
	    cli_option(c, "--subject"), &id, number, err);
}

static int
new_from_options(struct cli *c, int64_t *number, struct err *err)
{
	struct str description = STR_INIT;
	struct ticket_new in = {.subject = cli_option(c, "--subject"),
	    .category = cli_option(c, "--category"),
	    .tags = cli_option(c, "--tags"),
	    .external_id = cli_option(c, "--external-id")};
	int64_t urgency, impact, id;
	int rc;

	if (in.subject == NULL)
		return err_set(err, OD_EUSAGE,
		    "--subject is missing: one line that says what it is"
		    " about");
	if ((rc = cli_option_text(c, "--description", &description, err)) ==
		0 &&
	    (rc = cli_option_int(c, "--urgency", 1, 5, 3, &urgency, err)) ==
		0 &&
	    (rc = cli_option_int(c, "--impact", 1, 5, 3, &impact, err)) == 0 &&
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &in.contact_id, err)) == 0 &&
	    (rc = cli_find_company(
		 c, cli_option(c, "--company"), &in.company_id, err)) == 0 &&
	    (rc = cli_find_operator(
		 c, cli_option(c, "--to"), &in.operator_id, err)) == 0 &&
	    (rc = cli_find_team(
		 c, cli_option(c, "--team"), &in.team_id, err)) == 0) {
		in.description = description.s;
		in.urgency = (int)urgency;
		in.impact = (int)impact;
		rc = ticket_new(c->desk, &in, &id, number, err);
	}
	str_free(&description);
	return rc;
}

static int
run_new(struct cli *c, struct err *err)
{
	int64_t number = 0;
	int rc = cli_flag(c, "--from-conversation")
	             ? new_from_conversation(c, &number, err)
	             : new_from_options(c, &number, err);

	return rc != 0 ? rc : show_number(c, number, err);
}

static const struct cli_option edit_options[] = {
    {"--subject", "TEXT", N_("one line that says what it is about")},
    {"--description", "TEXT", N_("the rest; - is standard input")},
    {"--category", "WORD", N_("a word to sort by")},
    {"--tags", "WORDS", N_("words, separated by commas")},
    {"--urgency", "1-5", N_("how soon; 5 is now [3]")},
    {"--impact", "1-5", N_("how many it hits; 5 is everybody [3]")},
    {"--contact", "CONTACT", N_("who has the trouble: an id or a name")},
    {"--company", "COMPANY", N_("the company: an id or its name")},
    {"--external-id", "ID", N_("its name in another system")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

/* Numbers and references that were given. */
static int
collect_numbers(
    struct cli *c, struct change *changes, size_t *count, struct err *err)
{
	int64_t n;
	int rc;

	if (cli_flag(c, "--urgency")) {
		rc = cli_option_int(c, "--urgency", 1, 5, 3, &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"urgency", b_int(n)};
	}
	if (cli_flag(c, "--impact")) {
		rc = cli_option_int(c, "--impact", 1, 5, 3, &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"impact", b_int(n)};
	}
	if (cli_flag(c, "--contact")) {
		rc = cli_find_contact(c, cli_option(c, "--contact"), &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"contact_id", b_ref(n)};
	}
	if (cli_flag(c, "--company")) {
		rc = cli_find_company(c, cli_option(c, "--company"), &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"company_id", b_ref(n)};
	}
	return 0;
}

static int
run_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {{"--subject", "subject"},
	    {"--category", "category"}, {"--tags", "tags"},
	    {"--external-id", "external_id"}};
	struct str description = STR_INIT;
	struct change changes[10];
	struct ticket t = {0};
	size_t count = 0;
	int64_t seen;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[count++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if ((rc = cli_option_text(c, "--description", &description, err)) !=
		0 ||
	    (rc = collect_numbers(c, changes, &count, err)) != 0)
		goto out;
	if (cli_flag(c, "--description"))
		changes[count++] =
		    (struct change){"description", b_text(description.s)};
	if (count == 0) {
		rc = cli_nothing(err);
		goto out;
	}
	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, t.version,
		 &seen, err)) == 0 &&
	    (rc = ticket_edit(c->desk, t.id, seen, changes, count, err)) == 0)
		rc = show_number(c, t.number, err);
out:
	ticket_clear(&t);
	str_free(&description);
	return rc;
}

/* ---- what can be done to several ---- */

/*
 * Each ticket that the first argument means, one after the other; the first
 * that fails ends it, and what was done before is printed.
 */
static int
each_ticket(struct cli *c,
    int (*act)(struct cli *c, const struct ticket *t, struct err *err),
    struct err *err)
{
	bool many = strcmp(c->args[0], "-") == 0;
	int64_t *numbers = NULL;
	size_t count = 0;
	int rc;

	if ((rc = cli_arg_numbers(c, 0, &numbers, &count, err)) != 0)
		return rc;
	if (many) {
		cli_list(c, cli_ticket_columns, cli_ticket_column_count);
		cli_keep_rows(c);
	}
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ticket t = {0};

		if ((rc = ticket_by_number(c->desk, numbers[i], &t, err)) ==
			0 &&
		    (rc = act(c, &t, err)) == 0)
			rc = tell(c, numbers[i], many, err);
		ticket_clear(&t);
	}
	free(numbers);
	return rc;
}

static const struct cli_option state_options[] = {
    {"--reason", "TEXT", N_("what it waits for")},
    {"--until", "TIME", N_("until when it waits")},
    {NULL, NULL, NULL},
};

static int
set_state(struct cli *c, const struct ticket *t, struct err *err)
{
	int64_t until;
	int state, rc;

	if ((rc = cli_word(
		 "STATE", c->args[1], ticket_state_names, &state, err)) != 0 ||
	    (rc = cli_option_time(c, "--until", &until, err)) != 0)
		return rc;
	return ticket_set_state(c->desk, t->id, t->version,
	    (enum ticket_state)state, cli_option_or(c, "--reason", ""), until,
	    err);
}

static int
run_state(struct cli *c, struct err *err)
{
	return each_ticket(c, set_state, err);
}

static const struct cli_option assign_options[] = {
    {"--operator", "LOGIN", N_("to this operator")},
    {"--team", "TEAM", N_("to this team")},
    {"--nobody", NULL, N_("take it from whoever has it")},
    {"--note", "TEXT", N_("an internal note for who gets it")},
    {NULL, NULL, NULL},
};

static int
assign(struct cli *c, const struct ticket *t, struct err *err)
{
	int64_t operator_id, team_id;
	int rc;

	if (!cli_flag(c, "--operator") && !cli_flag(c, "--team") &&
	    !cli_flag(c, "--nobody"))
		return err_set(err, OD_EUSAGE,
		    "To whom? Name --operator LOGIN or --team TEAM, or"
		    " --nobody");
	if ((rc = cli_find_operator(
		 c, cli_option(c, "--operator"), &operator_id, err)) != 0 ||
	    (rc = cli_find_team(c, cli_option(c, "--team"), &team_id, err)) !=
		0)
		return rc;
	return ticket_assign(c->desk, t->id, t->version, operator_id, team_id,
	    cli_option_or(c, "--note", ""), err);
}

static int
run_assign(struct cli *c, struct err *err)
{
	return each_ticket(c, assign, err);
}

static int
delete_ticket(struct cli *c, const struct ticket *t, struct err *err)
{
	return ticket_delete(c->desk, t->id, t->version, err);
}

static int
run_delete(struct cli *c, struct err *err)
{
	return each_ticket(c, delete_ticket, err);
}

static int
restore_ticket(struct cli *c, const struct ticket *t, struct err *err)
{
	return ticket_restore(c->desk, t->id, err);
}

static int
run_restore(struct cli *c, struct err *err)
{
	return each_ticket(c, restore_ticket, err);
}

/* ---- comments ---- */

static const struct cli_option comment_options[] = {
    {"--text", "TEXT", N_("what to write; - is standard input")},
    {"--reply", NULL, N_("for the customer, not an internal note")},
    {NULL, NULL, NULL},
};

static int
run_comment(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	struct ticket t = {0};
	int64_t id = 0;
	int rc;

	if (!cli_flag(c, "--text"))
		return err_set(err, OD_EUSAGE,
		    "--text is missing: what to write, or - for standard"
		    " input");
	if ((rc = cli_option_text(c, "--text", &text, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_comment(c->desk, t.id,
		 cli_flag(c, "--reply") ? COMMENT_REPLY : COMMENT_NOTE, text.s,
		 &id, err)) == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_int(out, "id", id);
		json_out_int(out, "ticket", t.number);
		json_out_end(out, '}');
	}
	ticket_clear(&t);
	str_free(&text);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "new", "", 0, 0, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a ticket.")},
	{"ticket", "edit", "NUMBER", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a ticket.")},
	{"ticket", "state", "NUMBER|- STATE", 2, 2, state_options, CLI_OPERATOR, false, run_state,
	    N_("Set the status; - reads numbers from standard input.")},
	{"ticket", "assign", "NUMBER|-", 1, 1, assign_options, CLI_OPERATOR, false, run_assign,
	    N_("Give tickets to an operator or a team; - reads numbers.")},
	{"ticket", "comment", "NUMBER", 1, 1, comment_options, CLI_OPERATOR, false, run_comment,
	    N_("Write an internal note or a reply.")},
	{"ticket", "delete", "NUMBER|-", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Move tickets to the trash; - reads numbers.")},
	{"ticket", "restore", "NUMBER|-", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take tickets out of the trash; - reads numbers.")},
};
/* clang-format on */

const struct cli_table cli_ticket_table = {rows, COUNT(rows)};
