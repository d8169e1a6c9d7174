/* cli_ticket_clock - ticket explain: every clock, every interval, why. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/when.h"
#include "db/records/calendars.h"
#include "db/records/clock_figures.h"
#include "db/records/ticket_explain.h"
#include "db/records/ticket_sleep.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int64_t
number(const struct json *doc, const char *name)
{
	int64_t n = 0;

	json_int64(doc, name, &n);
	return n;
}

static void
add_span(const struct json *doc, const char *name, struct str *out)
{
	char text[32];

	promise_format_span(number(doc, name) * US_PER_SECOND, text);
	str_add(out, text);
}

/* What is said of why an interval began; by its name in JSON. */
static const char *
why(const char *reason)
{
	for (int i = 0; i < CLOCK_REASON_COUNT; i++)
		if (str_equal(reason, clock_reason_names[i]))
			return _(clock_reason_texts[i]);
	return "";
}

static const char *
kind_label(const char *kind)
{
	for (int i = 0; i < CLOCK_KIND_COUNT; i++)
		if (str_equal(kind, clock_kind_names[i]))
			return _(clock_kind_labels[i]);
	return "";
}

static void
print_interval(const struct cli *c, const struct json *row, struct str *out)
{
	str_add(out, "  ");
	cli_add_time(c, row, "from", out);
	str_add(out, " - ");
	if (json_string(row, "to") != NULL)
		cli_add_time(c, row, "to", out);
	else
		str_add(out, _("now"));
	str_add(out, json_bool(row, "counts") ? "  + " : "  | ");
	if (json_bool(row, "counts"))
		add_span(row, "work_s", out);
	else
		str_add(out, _("stands still"));
	str_addf(out, "  %s", why(json_string(row, "reason")));
	if (!str_equal(json_string(row, "note"), "")) {
		str_add(out, ": ");
		cli_add_member(c, row, "note", out);
	}
	if (!str_equal(json_string(row, "calendar"), "")) {
		str_add(out, "  [");
		cli_add_member(c, row, "calendar", out);
		str_add(out, "]");
	}
	if (!str_equal(json_string(row, "holidays"), "")) {
		str_addf(out, "  %s: ", _("own hours on"));
		cli_add_member(c, row, "holidays", out);
	}
	str_addc(out, '\n');
}

static void
print_clock(const struct cli *c, const struct json *row, struct str *out)
{
	const struct json *v;

	str_add(out, kind_label(json_string(row, "kind")));
	if (number(row, "round") > 1)
		str_addf(out, " %lld", (long long)number(row, "round"));
	str_addf(out, ": %s, ", _(json_string(row, "clock_state")));
	add_span(row, "spent_s", out);
	str_addf(out, " %s ", _("of"));
	add_span(row, "target_s", out);
	str_add(out, " (");
	cli_add_member(c, row, "promise", out);
	str_add(out, ")");
	if (json_string(row, "due_at") != NULL) {
		str_addf(out, "; %s ", _("breaks at"));
		cli_add_time(c, row, "due_at", out);
	}
	str_addc(out, '\n');
	for (v = json_first(json_get(row, "intervals")); v != NULL;
	     v = json_next(v))
		print_interval(c, v, out);
	if (json_bool(row, "differs"))
		str_addf(out, "  %s\n",
		    _("What is stored says something else: this is a fault."));
}

static void
print_explained(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *row;

	str_addc(out, '#');
	cli_add_member(c, doc, "number", out);
	str_add(out, "  ");
	cli_add_member(c, doc, "subject", out);
	str_addc(out, '\n');
	for (row = json_first(json_get(doc, "clocks")); row != NULL;
	     row = json_next(row))
		print_clock(c, row, out);
	if (json_first(json_get(doc, "clocks")) == NULL)
		str_addf(
		    out, "%s\n", _("Nothing is promised for this ticket."));
	str_addf(out, "%s: ", cli__label("reply"));
	cli_add_member(c, doc, "reply", out);
	str_addc(out, '\n');
}

static int
run_explain(struct cli *c, struct err *err)
{
	struct ticket_explained e = {0};
	struct reply_route route;
	struct ticket t = {0};
	struct json_out *out;
	char way[400];
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_reply_route(c->desk, t.id, &route, err)) == 0 &&
	    (rc = ticket_explain(c->desk, t.id, &e, err)) == 0) {
		ticket_reply_sentence(&route, way, sizeof(way));
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_int(out, "number", t.number);
		json_out_string(out, "subject", t.subject);
		json_out_string(out, "state", ticket_state_names[t.state]);
		json_out_time(out, "now", e.now_us);
		json_out_time(
		    out, "due_at", e.due_us == CALENDAR_NEVER ? 0 : e.due_us);
		ticket_explained_json(&e, "clocks", out);
		json_out_string(out, "reply", way);
		json_out_end(out, '}');
		cli_people(c, print_explained);
	}
	ticket_explained_free(&e);
	ticket_clear(&t);
	return rc;
}

static const struct cli_option snooze_options[] = {
    {"--until", "WHEN",
	N_("like 1h, \"tomorrow 9\", monday, 2026-12-24 10:00")},
    {"--until-reply", NULL, N_("or until the customer says something")},
    {NULL, NULL, NULL},
};

static int
put_ticket(struct cli *c, int64_t number, struct err *err)
{
	struct ticket t = {0};
	int rc = ticket_by_number(c->desk, number, &t, err);

	if (rc == 0)
		ticket_json(&t, cli_value(c));
	ticket_clear(&t);
	return rc;
}

static int
run_snooze(struct cli *c, struct err *err)
{
	const char *when = cli_option(c, "--until");
	struct ticket t = {0};
	int64_t until = 0;
	int rc = 0;

	if (when != NULL)
		rc = when_parse(
		    when, cli__zone(c), clock_wall_us(), &until, err);
	if (rc == 0 && (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_snooze(c->desk, t.id, t.version, until,
		 cli_flag(c, "--until-reply"), err)) == 0)
		rc = put_ticket(c, t.number, err);
	ticket_clear(&t);
	return rc;
}

static int
run_wake(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int rc = cli_ticket_arg(c, 0, &t, err);

	if (rc == 0 && (rc = ticket_wake(c->desk, t.id, t.version, err)) == 0)
		rc = put_ticket(c, t.number, err);
	ticket_clear(&t);
	return rc;
}

/* ---- figures ---- */

static const struct cli_option promises_options[] = {
    {"--since", "TIME", N_("stopped since then [30 days ago]")},
    {"--until", "TIME", N_("stopped before then [now]")},
    {"--rows", "KIND",
	N_("what was counted: first_response, next_response or resolution")},
    {NULL, NULL, NULL},
};

static const struct cli_column figure_columns[] = {
    {"kind", N_("Promise"), 0},
    {"met", N_("Met"), 0},
    {"missed", N_("Missed"), 0},
    {"percent", "%", 0},
    {"mean_s", N_("Mean"), 0},
    {"formula", N_("Formula"), 0},
};

static const struct cli_column row_columns[] = {
    {"number", N_("Ticket"), 0},
    {"subject", N_("Subject"), 40},
    {"round", N_("Round"), 0},
    {"clock_state", N_("Clock"), 0},
    {"target_s", N_("Target"), 0},
    {"spent_s", N_("Used"), 0},
    {"stopped_at", N_("Stopped"), CLI_TIME},
};

static int
put_rows(struct cli *c, int kind, int64_t since, int64_t until, struct err *err)
{
	struct clock_row *list = NULL;
	size_t count = 0;
	int rc = clock_figure_rows(c->desk, (enum clock_kind)kind, since, until,
	    1000, &list, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, row_columns, COUNT(row_columns));
	for (size_t i = 0; i < count; i++)
		clock_row_json(&list[i], cli_row(c));
	free(list);
	return 0;
}

static int
run_promises(struct cli *c, struct err *err)
{
	struct clock_figure figures[CLOCK_KIND_COUNT];
	int64_t since, until;
	int kind, rc;

	if ((rc = cli_option_time(c, "--since", &since, err)) != 0 ||
	    (rc = cli_option_time(c, "--until", &until, err)) != 0 ||
	    (rc = cli_option_word(
		 c, "--rows", clock_kind_names, -1, &kind, err)) != 0)
		return rc;
	if (until == 0)
		until = clock_wall_us() + 1;
	if (since == 0)
		since = until - 30 * US_PER_DAY;
	if (kind >= 0)
		return put_rows(c, kind, since, until, err);
	if ((rc = clock_figures(c->desk, since, until, figures, err)) != 0)
		return rc;
	cli_list(c, figure_columns, COUNT(figure_columns));
	for (int k = 0; k < CLOCK_KIND_COUNT; k++)
		clock_figure_json(&figures[k], cli_row(c));
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "explain", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_explain,
	    N_("Show each clock of a ticket with every interval and its reason.")},
	{"ticket", "promises", "", 0, 0, promises_options, CLI_OPERATOR, true, run_promises,
	    N_("Show how many promises were kept, and with --rows which.")},
	{"ticket", "snooze", "NUMBER", 1, 1, snooze_options, CLI_OPERATOR, false, run_snooze,
	    N_("Put a ticket out of the way until a time or a reply.")},
	{"ticket", "wake", "NUMBER", 1, 1, NULL, CLI_OPERATOR, false, run_wake,
	    N_("Wake a ticket that sleeps.")},
};
/* clang-format on */

const struct cli_table cli_ticket_clock_table = {rows, COUNT(rows)};
