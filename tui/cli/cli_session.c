/* cli_session - the noun "session": guides that are walked with customers. */
#include "common/i18n.h"
#include "db/records/guide_bodies.h"
#include "tui/cli/cli_session.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
cli_session_arg(struct cli *c, struct guide_session *s, struct err *err)
{
	return guide_session_by_name(c->desk, c->args[0], s, err);
}

/* ---- list ---- */

static const struct cli_column list_columns[] = {
    {"session_id", N_("Session"), 8},
    {"status", N_("Status"), 0},
    {"problem_title", N_("Guide"), 30},
    {"step_number", N_("Step"), 0},
    {"walker", N_("Walked by"), 0},
    {"operator", N_("Owner"), 10},
    {"ticket", N_("Ticket"), 0},
    {"customer_name", N_("Customer"), 20},
    {"started_at", N_("Started"), CLI_TIME},
};

void
cli_session_print_list(
    struct cli *c, struct guide_session *rows, size_t count, int limit)
{
	cli_list(c, list_columns, COUNT(list_columns));
	for (size_t i = 0; i < count; i++)
		guide_session_json(&rows[i], cli_row(c));
	if (count == (size_t)limit && count > 0)
		cli_more_at(
		    c, rows[count - 1].created_at, rows[count - 1].id);
}

static const struct cli_option list_options[] = {
    {"--view", "VIEW", N_("open, mine, customers, ended or all [open]")},
    {"--state", "STATE",
	N_("active, paused, resolved, escalated or abandoned")},
    {"--guide", "TOPIC", N_("of this guide only")},
    {"--ticket", "NUMBER", N_("of this ticket only")},
    {"--conversation", "CONVERSATION", N_("of this conversation only")},
    {"--since", "TIME", N_("started at this time or later")},
    {"--until", "TIME", N_("started before this time")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
option_ticket(struct cli *c, int64_t *id, struct err *err)
{
	struct ticket t = {0};
	int64_t number;
	int rc;

	*id = 0;
	if ((rc = cli_option_int(
		 c, "--ticket", 1, INT64_MAX, 0, &number, err)) != 0 ||
	    number == 0)
		return rc;
	if ((rc = ticket_by_number(c->desk, number, &t, err)) == 0)
		*id = t.id;
	ticket_clear(&t);
	return rc;
}

static int
option_conversation(struct cli *c, int64_t *id, struct err *err)
{
	const char *word = cli_option(c, "--conversation");

	*id = 0;
	return word == NULL ? 0 : cli_find_conversation(c, word, id, err);
}

static int
option_guide(struct cli *c, int64_t *id, struct err *err)
{
	const char *topic = cli_option(c, "--guide");

	*id = 0;
	return topic == NULL ? 0 : guide_topic_id(c->desk, topic, id, err);
}

static int
list_filter(struct cli *c, struct guide_session_filter *f, struct err *err)
{
	int view, rc;

	f->state = -1;
	if ((rc = cli_option_word(c, "--view", guide_session_view_names,
		 cli_flag(c, "--state") ? SESSIONS_ALL : SESSIONS_OPEN, &view,
		 err)) != 0)
		return rc;
	f->view = (enum guide_session_view)view;
	if ((rc = cli_option_word(c, "--state", guide_session_state_names, -1,
		 &f->state, err)) != 0 ||
	    (rc = option_guide(c, &f->knowledge_id, err)) != 0 ||
	    (rc = option_ticket(c, &f->ticket_id, err)) != 0 ||
	    (rc = option_conversation(c, &f->conversation_id, err)) != 0 ||
	    (rc = cli_option_time(c, "--since", &f->from_us, err)) != 0)
		return rc;
	return cli_option_time(c, "--until", &f->to_us, err);
}

static int
run_list(struct cli *c, struct err *err)
{
	struct guide_session_filter f = {.state = -1};
	struct guide_session *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int rc;

	if ((rc = list_filter(c, &f, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0)
		return rc;
	rc = guide_session_list(c->desk, &f, &page, &rows, &count, err);
	if (rc == 0)
		cli_session_print_list(c, rows, count, page.limit);
	guide_session_list_free(&rows, count);
	return rc;
}

/* ---- show ---- */

/* The step as an operator reads it. */
static void
print_step(const struct cli *c, const struct json *step, struct str *out)
{
	const struct json *e;

	str_addf(out, "\n%s ", _("Step"));
	cli_add_member(c, step, "step_number", out);
	str_add(out, ": ");
	cli_add_member(c, step, "title", out);
	str_addc(out, '\n');
	e = json_first(json_get(step, "warnings"));
	if (e != NULL)
		str_addf(out, "%s\n", _("Before you begin:"));
	for (; e != NULL; e = json_next(e))
		str_addf(out, "! %s\n", json_as_string(e));
	cli_add_block(out, 0, json_string(step, "description"));
	str_addc(out, '\n');
	e = json_first(json_get(step, "instructions"));
	for (int i = 1; e != NULL; e = json_next(e), i++)
		str_addf(out, "%d. %s\n", i, json_as_string(e));
	if (json_string(step, "expected_result")[0] != '\0')
		str_addf(out, "%s %s\n", _("Expected result:"),
		    json_string(step, "expected_result"));
	str_addf(out, "%s\n", json_string(step, "question"));
}

static void
print_path(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *row = json_first(json_get(doc, "path"));

	str_addf(out, "\n%s\n", _("Path:"));
	for (; row != NULL; row = json_next(row)) {
		str_add(out, "- ");
		cli_add_time(c, row, "at", out);
		str_add(out, "  ");
		cli_add_member(c, row, "step_number", out);
		str_add(out, " ");
		cli_add_member(c, row, "action", out);
		if (json_string(row, "by") != NULL) {
			str_add(out, " (");
			cli_add_member(c, row, "by", out);
			str_addc(out, ')');
		}
		if (!str_equal(json_string(row, "notes"), "")) {
			str_add(out, ": ");
			cli_add_member(c, row, "notes", out);
		}
		str_addc(out, '\n');
	}
}

static void
print_session(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *e = json_first(json_get(doc, "missing"));

	cli_add_member(c, doc, "problem_title", out);
	str_add(out, "  (");
	cli_add_member(c, doc, "problem_id", out);
	str_addf(out, ", %s ", _("version"));
	cli_add_member(c, doc, "guide_version", out);
	str_addf(out, ")\n%s ", _("Session"));
	cli_add_member(c, doc, "session_id", out);
	str_add(out, ": ");
	cli_add_member(c, doc, "status", out);
	str_addc(out, '\n');
	if (json_string(doc, "customer_name") != NULL) {
		str_addf(out, "%s: ", _("Customer"));
		cli_add_member(c, doc, "customer_name", out);
		str_addc(out, '\n');
	}
	for (; e != NULL; e = json_next(e)) {
		str_addf(out, "%s: ", _("To be asked"));
		cli_add_member(c, e, "description", out);
		str_add(out, " (");
		cli_add_member(c, e, "name", out);
		str_add(out, ")\n");
	}
	if (json_type(json_get(doc, "current_step")) == JSON_OBJECT)
		print_step(c, json_get(doc, "current_step"), out);
	print_path(c, doc, out);
}

int
cli_session_show(struct cli *c, int64_t id, struct err *err)
{
	struct guide_session plain;
	struct session s;
	int rc = session_open(c->desk, id, &s, err);

	if (rc == OD_EDENIED) {
		cli_handed_on(cli_value(c), "session", id);
		return 0;
	}
	if (rc == OD_EDATA) { /* its guide is gone: what there is */
		if ((rc = guide_session_get(c->desk, id, &plain, err)) != 0)
			return rc;
		guide_session_json(&plain, cli_value(c));
		guide_session_clear(&plain);
		return 0;
	}
	if (rc != 0)
		return rc;
	session_json(&s, cli_value(c));
	cli_people(c, print_session);
	session_close(&s);
	return 0;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct guide_session s;
	int rc = cli_session_arg(c, &s, err);

	guide_session_clear(&s);
	return rc != 0 ? rc : cli_session_show(c, s.id, err);
}

/* ---- start ---- */

static const struct cli_option start_options[] = {
    {"--guide", "TOPIC", N_("with this guide, without looking for one")},
    {"--ticket", "NUMBER", N_("about this ticket")},
    {"--conversation", "CONVERSATION", N_("in this conversation")},
    {"--contact", "CONTACT", N_("with this contact")},
    {"--call", "NAME", N_("during this call")},
    {"--external", "TEXT", N_("what another system calls its ticket")},
    {"--name", "NAME", N_("what the customer is called")},
    {"--email", "ADDRESS", N_("the customer's address")},
    {"--lang", "es|en", N_("the language of the steps")},
    {"--threshold", "PERCENT", N_("how sure the match has to be")},
    {"--customer", NULL, N_("the customer walks it, in the conversation")},
    {"--send", NULL, N_("send the first step to the customer")},
    {NULL, NULL, NULL},
};

static int
take_start(struct cli *c, struct session_begin *in, struct err *err)
{
	int64_t percent;
	int rc;

	in->topic = cli_option(c, "--guide");
	in->problem = c->nargs > 0 ? c->args[0] : NULL;
	in->call_name = cli_option(c, "--call");
	in->external_ticket = cli_option(c, "--external");
	in->customer_name = cli_option(c, "--name");
	in->customer_email = cli_option(c, "--email");
	in->lang = cli_option(c, "--lang");
	if (cli_flag(c, "--customer"))
		in->walker = WALKER_CUSTOMER;
	if ((rc = cli_option_int(
		 c, "--threshold", 0, 100, -1, &percent, err)) != 0)
		return rc;
	in->threshold = percent < 0 ? -1 : percent * SESSION_SCORE / 100;
	if ((rc = option_ticket(c, &in->ticket_id, err)) != 0 ||
	    (rc = option_conversation(c, &in->conversation_id, err)) != 0 ||
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &in->contact_id, err)) != 0)
		return rc;
	if (in->walker == WALKER_CUSTOMER && in->conversation_id == 0)
		return err_set(err, OD_EUSAGE,
		    "A customer walks a guide in a conversation; name it"
		    " with --conversation");
	return 0;
}

static int
run_start(struct cli *c, struct err *err)
{
	struct session_begin in = {.threshold = -1};
	int64_t id = 0;
	int rc;

	if ((rc = take_start(c, &in, err)) != 0 ||
	    (rc = session_begin(c->desk, &in, &id, err)) != 0)
		return rc;
	if ((cli_flag(c, "--send") || in.walker == WALKER_CUSTOMER) &&
	    (rc = session_send(c->desk, id, err)) != 0)
		return rc;
	return cli_session_show(c, id, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"session", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List guide sessions, the newest first.")},
	{"session", "show", "SESSION", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a guide session with its step and path.")},
	{"session", "start", "[PROBLEM]", 0, 1, start_options, CLI_OPERATOR, false, run_start,
	    N_("Start a guide session for a problem, or with a guide.")},
};
/* clang-format on */

const struct cli_table cli_session_table = {rows, COUNT(rows)};
