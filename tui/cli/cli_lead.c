/* cli_lead - the noun "lead": sales opportunities. */
#include "common/i18n.h"
#include "db/records/calls.h"
#include "db/records/leads.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_call.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"status", N_("Status"), 0},
    {"next_at", N_("Next step"), CLI_TIME},
    {"contact_name", N_("Contact"), 20},
    {"problem_statement", N_("Problem"), 36},
    {"operator", N_("Operator"), 12},
    {"team", N_("Team"), 12},
};

/* One that was given away is not everybody's to read. */
static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct lead l;
	int rc = lead_get(c->desk, id, &l, err);

	if (rc == 0)
		lead_json(&l, cli_value(c));
	return rc;
}

static int
show_changed(struct cli *c, int64_t id, struct err *err)
{
	struct err why = ERR_INIT;
	int rc = show(c, id, &why);

	if (rc == OD_EDENIED) {
		cli_handed_on(cli_value(c), "id", id);
		return 0;
	}
	if (rc != 0)
		*err = why;
	return rc;
}

static int
find_ticket(struct cli *c, int64_t *id, struct err *err)
{
	struct ticket t = {0};
	int64_t number;
	int rc;

	*id = 0;
	if ((rc = cli_option_int(
		 c, "--ticket", 0, INT64_MAX, 0, &number, err)) != 0 ||
	    number == 0)
		return rc;
	if ((rc = ticket_by_number(c->desk, number, &t, err)) == 0)
		*id = t.id;
	ticket_clear(&t);
	return rc;
}

static int
find_call(struct cli *c, int64_t *id, struct err *err)
{
	const char *name = cli_option_or(c, "--call", "");
	struct call call;
	int rc;

	*id = 0;
	if (name[0] == '\0')
		return 0;
	rc = call_by_name(c->desk, name, &call, err);
	*id = call.id;
	call_clear(&call);
	return rc;
}

static int
find_conversation(struct cli *c, int64_t *id, struct err *err)
{
	const char *word = cli_option_or(c, "--conversation", "");

	*id = 0;
	return word[0] != '\0' ? cli_find_conversation(c, word, id, err) : 0;
}

/* Who and what it is about, as the options name them; 0: not, or nobody. */
static int
find_links(struct cli *c, struct lead_new *in, struct err *err)
{
	int rc;

	if ((rc = cli_find_contact(c, cli_option(c, "--contact"),
		 &in->contact_id, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--owner"), &in->operator_id, err)) != 0 ||
	    (rc = find_call(c, &in->call_id, err)) != 0 ||
	    (rc = find_conversation(c, &in->conversation_id, err)) != 0)
		return rc;
	return find_ticket(c, &in->ticket_id, err);
}

static int
find_all(struct cli *c, struct lead_new *in, struct err *err)
{
	int status, rc;

	if ((rc = cli_option_word(c, "--status", lead_status_names,
		 LEAD_QUALIFIED, &status, err)) != 0 ||
	    (rc = cli_find_team(
		 c, cli_option(c, "--team"), &in->team_id, err)) != 0 ||
	    (rc = find_links(c, in, err)) != 0)
		return rc;
	in->status = (enum lead_status)status;
	in->next_us = 0;
	if (cli_option_or(c, "--next", "")[0] == '\0')
		return 0;
	return cli_call_when(c, cli_option(c, "--next"), &in->next_us, err);
}

/* ---- list, show ---- */

static const struct cli_option list_options[] = {
    {"--view", "VIEW", N_("open, mine, all or trash [open]")},
    {"--status", "STATUS", N_("qualified, needs_expert or closed")},
    {"--contact", "CONTACT", N_("of this contact: an id or a name")},
    {"--owner", "LOGIN", N_("of this operator")},
    {"--call", "CALL", N_("from this call")},
    {"--conversation", "CONVERSATION", N_("from this conversation")},
    {"--ticket", "NUMBER", N_("from this ticket")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
take_filter(struct cli *c, struct lead_filter *f, struct err *err)
{
	struct lead_new named = {0};
	int rc, view, status;

	if ((rc = cli_option_word(c, "--view", lead_view_names, LEADS_OPEN,
		 &view, err)) != 0 ||
	    (rc = cli_option_word(
		 c, "--status", lead_status_names, -1, &status, err)) != 0 ||
	    (rc = find_links(c, &named, err)) != 0)
		return rc;
	/* A closed one is not open: whoever asks for it wants to see it. */
	if (status == LEAD_CLOSED && !cli_flag(c, "--view"))
		view = LEADS_ALL;
	*f = (struct lead_filter){.view = (enum lead_view)view,
	    .status = status,
	    .operator_id = named.operator_id,
	    .contact_id = named.contact_id,
	    .call_id = named.call_id,
	    .conversation_id = named.conversation_id,
	    .ticket_id = named.ticket_id};
	return 0;
}

/* The row to go on behind is named by its id. */
static int
take_page(struct cli *c, const struct lead_filter *f, struct page *page,
    struct err *err)
{
	struct lead last;
	int rc;

	if ((rc = cli_option_page(c, page, err)) != 0)
		return rc;
	if (page->after_id == 0)
		return 0;
	if ((rc = lead_get(c->desk, page->after_id, &last, err)) == 0)
		page->after_key = lead_page_key(f, &last);
	return rc;
}

static int
run_list(struct cli *c, struct err *err)
{
	struct lead *rows = NULL;
	struct page page = {0};
	struct lead_filter f;
	size_t count = 0;
	int rc;

	if ((rc = take_filter(c, &f, err)) != 0 ||
	    (rc = take_page(c, &f, &page, err)) != 0 ||
	    (rc = lead_list(c->desk, &f, &page, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		lead_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	free(rows);
	return 0;
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : show(c, id, err);
}

/* ---- new, edit ---- */

static const struct cli_option new_options[] = {
    {"--status", "STATUS", N_("qualified or needs_expert [qualified]")},
    {"--contact", "CONTACT",
	N_("who could buy: an id or a name; else who the call, conversation or"
	   " ticket is with")},
    {"--owner", "LOGIN", N_("whose it is [yours]")},
    {"--team", "TEAM", N_("whose it is: this team's")},
    {"--call", "CALL", N_("it came up in this call")},
    {"--conversation", "CONVERSATION", N_("it came up in this conversation")},
    {"--ticket", "NUMBER", N_("it came up in this ticket")},
    {"--next", "TIME",
	N_("something is to be done about it then: 2h, tomorrow 9, monday"
	   " 10:30")},
    {NULL, NULL, NULL},
};

static int
run_new(struct cli *c, struct err *err)
{
	struct lead_new in = {.problem_statement = c->args[0]};
	int64_t id = 0;
	int rc;

	if ((rc = find_all(c, &in, err)) != 0 ||
	    (rc = lead_new(c->desk, &in, &id, err)) != 0)
		return rc;
	return show_changed(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--problem", "TEXT", N_("what the customer needs; - is standard input")},
    {"--status", "STATUS", N_("qualified, needs_expert or closed")},
    {"--contact", "CONTACT", N_("who could buy: an id or a name")},
    {"--owner", "LOGIN", N_("whose it is; \"\" for nobody")},
    {"--team", "TEAM", N_("whose it is: this team's; \"\" for none")},
    {"--call", "CALL", N_("it came up in this call; \"\" for none")},
    {"--conversation", "CONVERSATION",
	N_("it came up in this conversation; \"\" for none")},
    {"--ticket", "NUMBER", N_("it came up in this ticket; 0 for none")},
    {"--next", "TIME",
	N_("something is to be done about it then; \"\" for never")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static size_t
collect(struct cli *c, const struct lead_new *in, const char *problem,
    struct change *out)
{
	const struct {
		const char *option;
		struct change change;
	} given[] = {
	    {"--problem", {"problem_statement", b_text(problem)}},
	    {"--status", {"status", b_int(in->status)}},
	    {"--contact", {"contact_id", b_ref(in->contact_id)}},
	    {"--owner", {"operator_id", b_ref(in->operator_id)}},
	    {"--team", {"team_id", b_ref(in->team_id)}},
	    {"--call", {"call_id", b_ref(in->call_id)}},
	    {"--conversation", {"conversation_id", b_ref(in->conversation_id)}},
	    {"--ticket", {"ticket_id", b_ref(in->ticket_id)}},
	    {"--next", {"next_us", b_ref(in->next_us)}},
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(given); i++)
		if (cli_flag(c, given[i].option))
			out[n++] = given[i].change;
	return n;
}

static int
edit(struct cli *c, int64_t id, const struct change *changes, size_t count,
    struct err *err)
{
	struct lead now;
	int64_t seen;
	int rc;

	if ((rc = lead_get(c->desk, id, &now, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) != 0 ||
	    (rc = lead_edit(c->desk, id, seen, changes, count, err)) != 0)
		return rc;
	return show_changed(c, id, err);
}

static int
run_edit(struct cli *c, struct err *err)
{
	struct lead_new in = {0};
	struct str problem = STR_INIT;
	struct change changes[9];
	size_t count;
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) == 0 &&
	    (rc = find_all(c, &in, err)) == 0 &&
	    (rc = cli_option_text(c, "--problem", &problem, err)) == 0) {
		count = collect(c, &in, problem.s, changes);
		rc = count == 0 ? cli_nothing(err)
		                : edit(c, id, changes, count, err);
	}
	str_free(&problem);
	return rc;
}

static const struct cli_option close_options[] = {
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_close(struct cli *c, struct err *err)
{
	const struct change closed = {"status", b_int(LEAD_CLOSED)};
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0)
		return rc;
	return edit(c, id, &closed, 1, err);
}

/* ---- trash ---- */

static int
run_delete(struct cli *c, struct err *err)
{
	struct lead now;
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = lead_get(c->desk, id, &now, err)) != 0 ||
	    (rc = lead_delete(c->desk, id, now.version, err)) != 0)
		return rc;
	return show(c, id, err);
}

static int
run_restore(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = lead_restore(c->desk, id, err)) != 0)
		return rc;
	return show(c, id, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"lead", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List leads: what is overdue first.")},
	{"lead", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a lead.")},
	{"lead", "new", "TEXT", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a lead: what the customer needs.")},
	{"lead", "edit", "ID", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a lead.")},
	{"lead", "close", "ID", 1, 1, close_options, CLI_OPERATOR, false, run_close,
	    N_("Close a lead.")},
	{"lead", "delete", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Move a lead to the trash.")},
	{"lead", "restore", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take a lead out of the trash.")},
};
/* clang-format on */

const struct cli_table cli_lead_table = {rows, COUNT(rows)};
