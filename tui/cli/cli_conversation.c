/* cli_conversation - the noun "conversation". */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/messages.h"
#include "db/records/people.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_thread.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- list ---- */

static const struct cli_column list_columns[] = {
    {"id", N_("Id"), 0},
    {"channel", N_("Channel"), 10},
    {"contact_name", N_("Contact"), 22},
    {"unread", N_("Unread"), 6},
    {"state", N_("Status"), 0},
    {"operator_login", N_("Owner"), 10},
    {"team_name", N_("Team"), 12},
    {"last_message_at", N_("Last message"), CLI_TIME},
    {"preview", N_("Text"), 40},
};

static const struct cli_option list_options[] = {
    {"--view", "VIEW",
	N_("mine, unassigned, unread, team, all or closed [all]")},
    {"--match", "WORDS", N_("only what is found with these words")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct conversation *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int view, rc;

	if ((rc = cli_option_word(c, "--view", conversation_view_names,
		 VIEW_ALL, &view, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0)
		return rc;
	if ((rc = conversation_list(c->desk, (enum conversation_view)view,
		 cli_option_or(c, "--match", ""), &page, &rows, &count, err)) !=
	    0)
		return rc;
	cli_list(c, list_columns, COUNT(list_columns));
	for (size_t i = 0; i < count; i++)
		conversation_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_at(c, rows[count - 1].last_message_us, rows[count - 1].id);
	free(rows);
	return 0;
}

/* ---- show ---- */

static const struct cli_option show_options[] = {
    {"--limit", "N", N_("at most so many messages, up to 1000 [50]")},
    {NULL, NULL, NULL},
};

static void
print_conversation(const struct cli *c, const struct json *doc, struct str *out)
{
	static const char *const shown[] = {"channel", "peer", "company_name",
	    "state", "operator_login", "team_name", "ticket", "unread"};
	const struct json *v = json_get(doc, "conversation");

	cli_add_member(c, v, "id", out);
	str_add(out, "  ");
	cli_add_member(c, v, "contact_name", out);
	str_addc(out, '\n');
	for (size_t i = 0; i < COUNT(shown); i++) {
		size_t before = out->len, label;

		str_addf(out, "%s: ", cli__label(shown[i]));
		label = out->len;
		cli_add_member(c, v, shown[i], out);
		if (out->len == label)
			str_trunc(out, before);
		else
			str_addc(out, '\n');
	}
	cli_thread_print(c, doc, out);
}

static int
run_show(struct cli *c, struct err *err)
{
	struct str json = STR_INIT;
	struct conversation v;
	struct json_out one, *out;
	int64_t id, limit;
	int rc;

	if ((rc = cli_option_int(c, "--limit", 1, 1000, 50, &limit, err)) !=
		0 ||
	    (rc = cli_find_conversation(c, c->args[0], &id, err)) != 0 ||
	    (rc = conversation_get(c->desk, id, &v, err)) != 0)
		return rc;
	json_out_init(&one, &json);
	conversation_json(&v, &one);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_raw(out, "conversation", json.s);
	rc = cli_thread_json(c, id, 0, 0, (int)limit, out, err);
	json_out_end(out, '}');
	cli_people(c, print_conversation);
	str_free(&json);
	return rc;
}

static int
show_conversation(struct cli *c, int64_t id, struct err *err)
{
	struct conversation v;
	int rc = conversation_get(c->desk, id, &v, err);

	if (rc == 0)
		conversation_json(&v, cli_value(c));
	return rc;
}

/* ---- what is done to one ---- */

static const struct cli_option version_options[] = {
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
change(struct cli *c,
    int (*fn)(struct desk *d, int64_t id, int64_t seen, struct err *err),
    struct err *err)
{
	struct conversation now;
	int64_t id, seen;
	int rc;

	if ((rc = cli_find_conversation(c, c->args[0], &id, err)) != 0 ||
	    (rc = conversation_get(c->desk, id, &now, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) != 0 ||
	    (rc = fn(c->desk, id, seen, err)) != 0)
		return rc;
	return show_conversation(c, id, err);
}

static int
run_claim(struct cli *c, struct err *err)
{
	return change(c, conversation_claim, err);
}

static int
run_close(struct cli *c, struct err *err)
{
	return change(c, conversation_close, err);
}

static int
run_reopen(struct cli *c, struct err *err)
{
	return change(c, conversation_reopen, err);
}

static const struct cli_option assign_options[] = {
    {"--operator", "LOGIN", N_("to this operator")},
    {"--team", "TEAM", N_("to this team")},
    {"--nobody", NULL, N_("take it from whoever has it")},
    {"--note", "TEXT", N_("an internal note for who gets it")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_assign(struct cli *c, struct err *err)
{
	struct conversation now;
	int64_t id, seen, operator_id, team_id;
	int rc;

	if (!cli_flag(c, "--operator") && !cli_flag(c, "--team") &&
	    !cli_flag(c, "--nobody"))
		return err_set(err, OD_EUSAGE,
		    "To whom? Name --operator LOGIN or --team TEAM, or"
		    " --nobody");
	if ((rc = cli_find_conversation(c, c->args[0], &id, err)) != 0 ||
	    (rc = conversation_get(c->desk, id, &now, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--operator"), &operator_id, err)) != 0 ||
	    (rc = cli_find_team(c, cli_option(c, "--team"), &team_id, err)) !=
		0 ||
	    (rc = conversation_assign(c->desk, id, seen, operator_id, team_id,
		 cli_option_or(c, "--note", ""), err)) != 0)
		return rc;
	rc = show_conversation(c, id, err);
	if (rc != OD_EDENIED)
		return rc;
	cli_handed_on(cli_value(c), "id", id);
	return 0;
}

static const struct cli_option note_options[] = {
    {"--text", "TEXT", N_("what to write; - is standard input")},
    {NULL, NULL, NULL},
};

static int
run_note(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	int64_t id, note_id = 0;
	int rc;

	if (!cli_flag(c, "--text"))
		return err_set(err, OD_EUSAGE,
		    "--text is missing: what to write, or - for standard"
		    " input");
	if ((rc = cli_option_text(c, "--text", &text, err)) == 0 &&
	    (rc = cli_find_conversation(c, c->args[0], &id, err)) == 0 &&
	    (rc = conversation_note(c->desk, id, text.s, &note_id, err)) == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_int(out, "id", note_id);
		json_out_int(out, "conversation", id);
		json_out_end(out, '}');
	}
	str_free(&text);
	return rc;
}

static const struct cli_option seen_options[] = {
    {"--no-receipt", NULL, N_("do not tell the customer")},
    {NULL, NULL, NULL},
};

static int
run_seen(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_find_conversation(c, c->args[0], &id, err)) != 0 ||
	    (rc = conversation_seen(
		 c->desk, id, !cli_flag(c, "--no-receipt"), err)) != 0)
		return rc;
	return show_conversation(c, id, err);
}

/* ---- open ---- */

static const struct cli_option open_options[] = {
    {"--number", "NUMBER", N_("another number than the contact's first")},
    {NULL, NULL, NULL},
};

static int
channel_kind(
    struct cli *c, const char *name, enum channel_kind *kind, struct err *err)
{
	const struct conf_section *s = conf_named(c->conf, CONF_CHANNEL, name);

	if (s == NULL)
		return err_set(err, OD_ENOTFOUND,
		    "The configuration has no channel \"%s\"; \"opdesk channel"
		    " list\" shows what there is",
		    name);
	for (int i = CHANNEL_WHATSAPP; i <= CHANNEL_WEB; i++)
		if (strcmp(channel_kind_names[i], conf_string(s, "kind")) == 0)
			*kind = (enum channel_kind)i;
	return 0;
}

/* The first telephone number of a contact. */
static int
first_number(
    struct cli *c, int64_t contact_id, char *out, size_t size, struct err *err)
{
	struct contact_point *rows = NULL;
	size_t count = 0;
	int rc = contact_points(c->desk, contact_id, &rows, &count, err);

	out[0] = '\0';
	for (size_t i = 0; rc == 0 && i < count && out[0] == '\0'; i++)
		if (rows[i].kind == POINT_PHONE)
			str_copy(out, size, rows[i].value);
	free(rows);
	if (rc == 0 && out[0] == '\0')
		rc = err_set(err, OD_EDATA,
		    "This contact has no number; name one with --number");
	return rc;
}

static int
run_open(struct cli *c, struct err *err)
{
	enum channel_kind kind = CHANNEL_WHATSAPP;
	int64_t contact_id, id;
	char peer[201];
	int rc;

	if ((rc = channel_kind(c, c->args[0], &kind, err)) != 0 ||
	    (rc = cli_find_contact(c, c->args[1], &contact_id, err)) != 0)
		return rc;
	if (cli_flag(c, "--number"))
		str_copy(peer, sizeof(peer), cli_option(c, "--number"));
	else if ((rc = first_number(c, contact_id, peer, sizeof(peer), err)) !=
		 0)
		return rc;
	if ((rc = conversation_open(
		 c->desk, c->args[0], kind, contact_id, peer, &id, err)) != 0)
		return rc;
	return show_conversation(c, id, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"conversation", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List conversations, the newest message first.")},
	{"conversation", "show", "CONVERSATION", 1, 1, show_options, CLI_OPERATOR, true, run_show,
	    N_("Show a conversation, by its id or words in it, with its messages.")},
	{"conversation", "claim", "CONVERSATION", 1, 1, version_options, CLI_OPERATOR, false, run_claim,
	    N_("Take a conversation.")},
	{"conversation", "assign", "CONVERSATION", 1, 1, assign_options, CLI_OPERATOR, false, run_assign,
	    N_("Give a conversation to an operator or a team.")},
	{"conversation", "close", "CONVERSATION", 1, 1, version_options, CLI_OPERATOR, false, run_close,
	    N_("Close a conversation.")},
	{"conversation", "reopen", "CONVERSATION", 1, 1, version_options, CLI_OPERATOR, false, run_reopen,
	    N_("Open a closed conversation again.")},
	{"conversation", "note", "CONVERSATION", 1, 1, note_options, CLI_OPERATOR, false, run_note,
	    N_("Write an internal note.")},
	{"conversation", "seen", "CONVERSATION", 1, 1, seen_options, CLI_OPERATOR, false, run_seen,
	    N_("Mark a conversation as read.")},
	{"conversation", "open", "CHANNEL CONTACT", 2, 2, open_options, CLI_OPERATOR, false, run_open,
	    N_("Begin a conversation, or find the one that is open.")},
};
/* clang-format on */

const struct cli_table cli_conversation_table = {rows, COUNT(rows)};
