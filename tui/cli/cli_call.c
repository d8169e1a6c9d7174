/* cli_call - the noun "call": calls from ring to disposition, and figures. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/call_figures.h"
#include "db/records/call_providers.h"
#include "db/records/guide_sessions.h"
#include "db/records/tenant_days.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_call.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"call_id", N_("Call"), 8},
    {"started_at", N_("Started"), CLI_TIME},
    {"direction", N_("Direction"), 0},
    {"state", N_("Status"), 0},
    {"number", N_("Number"), 18},
    {"contact_name", N_("Contact"), 20},
    {"operator", N_("Operator"), 12},
    {"talk_s", N_("Talked"), 0},
    {"disposition", N_("Disposition"), 0},
};

/* The one that argument 0 names, else the present one. */
static int
find(struct cli *c, int64_t *id, struct err *err)
{
	struct call call;
	int rc = c->nargs > 0
	             ? call_by_name(c->desk, c->args[0], &call, err)
	             : call_current(c->desk, 0, &call, err);

	*id = call.id;
	call_clear(&call);
	return rc;
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct call call;
	int rc = call_get(c->desk, id, &call, err);

	if (rc == 0)
		call_json(&call, cli_value(c));
	call_clear(&call);
	return rc;
}

static int
do_and_show(struct cli *c,
    int (*act)(struct desk *d, int64_t id, struct err *err), struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = find(c, &id, err)) != 0 || (rc = act(c->desk, id, err)) != 0)
		return rc;
	return show(c, id, err);
}

static int
run_answer(struct cli *c, struct err *err)
{
	return do_and_show(c, call_answer, err);
}

static int
run_hold(struct cli *c, struct err *err)
{
	return do_and_show(c, call_hold, err);
}

static int
run_resume(struct cli *c, struct err *err)
{
	return do_and_show(c, call_resume, err);
}

static int
run_end(struct cli *c, struct err *err)
{
	return do_and_show(c, call_end, err);
}

static int
run_extend(struct cli *c, struct err *err)
{
	return do_and_show(c, call_extend, err);
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = find(c, &id, err);

	return rc != 0 ? rc : show(c, id, err);
}

/* ---- starting ---- */

static const struct cli_option start_options[] = {
    {"--in", NULL, N_("they call; else it is called out")},
    {"--contact", "CONTACT", N_("with this contact; its number when none is given")},
    {"--ringing", NULL, N_("nobody has answered yet")},
    {"--owner", "LOGIN", N_("of this operator instead of you")},
    {"--ticket", "NUMBER", N_("about this ticket")},
    {"--callback", "ID", N_("this was promised")},
    {"--override", "REASON", N_("call a number that is not to be called, because")},
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
run_start(struct cli *c, struct err *err)
{
	struct call_new in = {
	    .direction = cli_flag(c, "--in") ? CALL_IN : CALL_OUT,
	    .number = c->nargs > 0 ? c->args[0] : NULL,
	    .rings = cli_flag(c, "--ringing"),
	    .stop_override = cli_option(c, "--override")};
	const struct call_provider *p = call_provider_of(c->conf);
	struct call call;
	int64_t id;
	int rc;

	/* Nobody's telephone rings for what another one does. */
	if (in.direction == CALL_IN || cli_flag(c, "--owner"))
		p = &call_provider_manual;
	in.provider = p->name;
	in.rings = in.rings || p->rings;
	if ((rc = cli_find_contact(c, cli_option(c, "--contact"),
		 &in.contact_id, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--owner"), &in.operator_id, err)) != 0 ||
	    (rc = option_ticket(c, &in.ticket_id, err)) != 0 ||
	    (rc = cli_option_int(c, "--callback", 1, INT64_MAX, 0,
		 &in.callback_id, err)) != 0 ||
	    (rc = call_start(c->desk, &in, &id, NULL, err)) != 0)
		return rc;
	if ((rc = call_get(c->desk, id, &call, err)) == 0) {
		if (p->ring != NULL)
			cli_call_ring(c, call.number);
		call_json(&call, cli_value(c));
	}
	call_clear(&call);
	return rc;
}

/* ---- closing ---- */

static const struct cli_option close_options[] = {
    {"--as", "CODE", N_("the disposition: SALE, NI, NA, ... or its key")},
    {"--amount", "CENTS", N_("of a sale, in cents")},
    {"--currency", "CODE", N_("of the amount, three letters")},
    {"--notes", "TEXT", N_("what was said; - is standard input")},
    {"--callback", "WHEN", N_("call again then: \"tomorrow 9\", \"2h\", \"24/12 14:30\"")},
    {"--pool", NULL, N_("anybody of the team may call again")},
    {NULL, NULL, NULL},
};

static int
run_close(struct cli *c, struct err *err)
{
	struct call_close in = {.disposition = cli_option(c, "--as"),
	    .currency = cli_option(c, "--currency"),
	    .callback_pool = cli_flag(c, "--pool")};
	struct str notes = STR_INIT;
	int64_t id = 0;
	int rc;

	if ((rc = find(c, &id, err)) == 0 &&
	    (rc = cli_option_int(c, "--amount", 0, INT64_MAX, 0,
		 &in.sale_cents, err)) == 0 &&
	    (rc = cli_call_when(
		 c, cli_option(c, "--callback"), &in.callback_us, err)) == 0 &&
	    (rc = cli_option_text(c, "--notes", &notes, err)) == 0) {
		if (cli_flag(c, "--notes"))
			in.notes = notes.s;
		rc = call_close(c->desk, id, &in, err);
	}
	str_free(&notes);
	return rc != 0 ? rc : show(c, id, err);
}

/* ---- what goes with it ---- */

static int
run_note(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = find(c, &id, err)) != 0 ||
	    (rc = call_notes_set(c->desk, id, 0, c->args[1], err)) != 0)
		return rc;
	return show(c, id, err);
}

static int
run_transfer(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = find(c, &id, err)) != 0 ||
	    (rc = call_transfer(c->desk, id, c->args[1], err)) != 0)
		return rc;
	return show(c, id, err);
}

static int
run_consent(struct cli *c, struct err *err)
{
	int64_t id;
	int rc, word;

	if ((rc = cli_word("CONSENT", c->args[1], call_consent_names, &word,
		 err)) != 0 ||
	    (rc = find(c, &id, err)) != 0 ||
	    (rc = call_consent_set(
		 c->desk, id, (enum call_consent)word, err)) != 0)
		return rc;
	return show(c, id, err);
}

static const struct cli_option link_options[] = {
    {"--contact", "CONTACT", N_("who is at the other end")},
    {"--ticket", "NUMBER", N_("the ticket that it is about")},
    {"--conversation", "CONVERSATION", N_("the chat that goes with it")},
    {"--session", "SESSION", N_("the guide that is walked in it")},
    {"--lead", "ID", N_("the lead that it is about; 0 for none")},
    {NULL, NULL, NULL},
};

static int
run_link(struct cli *c, struct err *err)
{
	const char *talk = cli_option(c, "--conversation");
	const char *session = cli_option(c, "--session");
	struct call_links links = {0};
	struct guide_session s;
	int64_t id;
	int rc;

	if ((rc = find(c, &id, err)) != 0 ||
	    (rc = cli_find_contact(c, cli_option(c, "--contact"),
		 &links.contact_id, err)) != 0 ||
	    (rc = option_ticket(c, &links.ticket_id, err)) != 0 ||
	    (talk != NULL && (rc = cli_find_conversation(c, talk,
				  &links.conversation_id, err)) != 0))
		return rc;
	if (session != NULL) {
		rc = guide_session_by_name(c->desk, session, &s, err);
		links.session_id = s.id;
		guide_session_clear(&s);
	}
	if (rc == 0 &&
	    (rc = cli_option_int(c, "--lead", 0, INT64_MAX, 0, &links.lead_id,
		 err)) == 0) {
		if (links.lead_id == 0 && cli_flag(c, "--lead"))
			links.lead_id = -1;
		rc = call_link(c->desk, id, &links, err);
	}
	return rc != 0 ? rc : show(c, id, err);
}

static int
run_explain(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	struct json_out *out;
	int64_t id;
	int rc;

	if ((rc = find(c, &id, err)) == 0 &&
	    (rc = call_explain(c->desk, id, &text, err)) == 0) {
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_string(out, "why", text.s);
		json_out_end(out, '}');
	}
	str_free(&text);
	return rc;
}

static int
run_who(struct cli *c, struct err *err)
{
	struct call_who w;
	int rc = call_who(c->desk, c->args[0], 0, &w, err);

	if (rc != 0)
		return rc;
	call_who_json(&w, cli_value(c));
	if (w.contact_id == 0)
		cli_say(c, "%s",
		    _("Nobody is known with this number; \"opdesk contact"
		      " new\" makes a contact"));
	return 0;
}

/* ---- lists and figures ---- */

static const struct cli_option list_options[] = {
    {"--view", "VIEW", N_("all, mine, open, unclosed or sales [all]")},
    {"--contact", "CONTACT", N_("with this contact only")},
    {"--owner", "LOGIN", N_("of this operator only")},
    {"--number", "NUMBER", N_("with this number only")},
    {"--lead", "ID", N_("about this lead only")},
    {"--since", "TIME", N_("started at this time or later")},
    {"--until", "TIME", N_("started before this time")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct call_filter f = call_filter_any;
	struct page page = {0};
	struct call *rows = NULL;
	size_t count = 0;
	int rc, view;

	f.number = cli_option(c, "--number");
	if ((rc = cli_option_word(
		 c, "--view", call_view_names, CALLS_ALL, &view, err)) != 0 ||
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &f.contact_id, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--owner"), &f.operator_id, err)) != 0 ||
	    (rc = cli_option_int(
		 c, "--lead", 1, INT64_MAX, 0, &f.lead_id, err)) != 0 ||
	    (rc = cli_option_time(c, "--since", &f.from_us, err)) != 0 ||
	    (rc = cli_option_time(c, "--until", &f.to_us, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0)
		return rc;
	f.view = (enum call_view)view;
	if ((rc = call_list(c->desk, &f, &page, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		call_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_at(
		    c, rows[count - 1].started_us, rows[count - 1].id);
	call_list_free(&rows, count);
	return 0;
}

static const struct cli_column figure_columns[] = {
    {"name", N_("Name"), 24},
    {"calls", N_("Calls"), 0},
    {"answered", N_("Answered"), 0},
    {"sales", N_("Sales"), 0},
    {"success_rate", N_("Success in percent"), 0},
    {"talk_s", N_("Talked"), 0},
    {"wrap_up_s", N_("Wrapped up"), 0},
    {"unclosed", N_("Not closed"), 0},
};

static const struct cli_option figure_options[] = {
    {"--by", "WORD", N_("total, operator, team, day, hour or disposition [total]")},
    {"--since", "TIME", N_("calls that began at this time or later [today]")},
    {"--until", "TIME", N_("calls that began before this time [now]")},
    {"--owner", "LOGIN", N_("of this operator only")},
    {"--formula", NULL, N_("say how each of them is made instead")},
    {NULL, NULL, NULL},
};

static const struct cli_column formula_columns[] = {
    {"measure", N_("Figure"), 16},
    {"formula", N_("Formula"), 0},
};

static int
print_formulas(struct cli *c)
{
	cli_list(c, formula_columns, COUNT(formula_columns));
	for (int m = 0; m < MEASURE_COUNT; m++) {
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "measure", call_measure_names[m]);
		json_out_string(out, "formula",
		    call_measure_formula((enum call_measure)m));
		json_out_end(out, '}');
	}
	return 0;
}

static int
run_figures(struct cli *c, struct err *err)
{
	struct call_figures_ask ask = {.by = CALL_FIGURES_TOTAL};
	struct call_figure *rows = NULL;
	size_t count = 0;
	int rc, by;

	if (cli_flag(c, "--formula"))
		return print_formulas(c);
	if ((rc = cli_option_word(
		 c, "--by", call_figures_by_names, 0, &by, err)) != 0 ||
	    (rc = tenant_day_start(c->desk, 0, &ask.from_us, err)) != 0 ||
	    (cli_flag(c, "--since") &&
		(rc = cli_option_time(c, "--since", &ask.from_us, err)) != 0) ||
	    (rc = cli_option_time(c, "--until", &ask.to_us, err)) != 0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--owner"), &ask.operator_id, err)) != 0)
		return rc;
	ask.by = (enum call_figures_by)by;
	if ((rc = call_figures(c->desk, &ask, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, figure_columns, COUNT(figure_columns));
	for (size_t i = 0; i < count; i++)
		call_figure_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"call", "start", "[NUMBER]", 0, 1, start_options, CLI_OPERATOR, false, run_start,
	    N_("Start a call, out or with --in; its time runs until it is ended.")},
	{"call", "answer", "[CALL]", 0, 1, NULL, CLI_OPERATOR, false, run_answer,
	    N_("Answer a call that rings.")},
	{"call", "hold", "[CALL]", 0, 1, NULL, CLI_OPERATOR, false, run_hold,
	    N_("Put the call on hold.")},
	{"call", "resume", "[CALL]", 0, 1, NULL, CLI_OPERATOR, false, run_resume,
	    N_("Go on with the call that is on hold.")},
	{"call", "end", "[CALL]", 0, 1, NULL, CLI_OPERATOR, false, run_end,
	    N_("End the talk; what is left to do has its time until it is closed.")},
	{"call", "extend", "[CALL]", 0, 1, NULL, CLI_OPERATOR, false, run_extend,
	    N_("Take more time to wrap it up, once.")},
	{"call", "close", "[CALL]", 0, 1, close_options, CLI_OPERATOR, false, run_close,
	    N_("Close a call with its disposition, or give it another one.")},
	{"call", "note", "CALL TEXT", 2, 2, NULL, CLI_OPERATOR, false, run_note,
	    N_("Write the notes of a call.")},
	{"call", "link", "[CALL]", 0, 1, link_options, CLI_OPERATOR, false, run_link,
	    N_("Link a call to a contact, ticket, chat, guide or lead.")},
	{"call", "transfer", "CALL TO", 2, 2, NULL, CLI_OPERATOR, false, run_transfer,
	    N_("Note to whom a call was transferred.")},
	{"call", "consent", "CALL CONSENT", 2, 2, NULL, CLI_OPERATOR, false, run_consent,
	    N_("Note the consent to a recording: yes, announced, refused or not_asked.")},
	{"call", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List calls, the newest first.")},
	{"call", "show", "[CALL]", 0, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a call, the present one without a name.")},
	{"call", "explain", "[CALL]", 0, 1, NULL, CLI_OPERATOR, true, run_explain,
	    N_("Say from which intervals the times of a call are made.")},
	{"call", "who", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_who,
	    N_("Say who has a number, and whether it may be called.")},
	{"call", "figures", "", 0, 0, figure_options, CLI_OPERATOR, true, run_figures,
	    N_("Count calls, sales and talk time.")},
};
/* clang-format on */

const struct cli_table cli_call_table = {rows, COUNT(rows)};
