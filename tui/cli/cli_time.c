/* cli_time - time worked on tickets: clocks, entries by hand, figures. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/calendars.h"
#include "db/records/ticket_times.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"ticket", N_("Ticket"), 0},
    {"operator", N_("Operator"), 16},
    {"began_at", N_("Began"), CLI_TIME},
    {"ended_at", N_("Ended"), CLI_TIME},
    {"idle_s", N_("Idle"), 0},
    {"worked_s", N_("Worked"), 0},
    {"note", N_("Note"), 30},
};

static void
put_rows(struct cli *c, const struct ticket_time *rows, size_t count)
{
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		ticket_time_json(&rows[i], cli_row(c));
}

static int
put_one(struct cli *c, int64_t id, struct err *err)
{
	struct ticket_time w;
	int rc = time_get(c->desk, id, &w, err);

	if (rc == 0)
		ticket_time_json(&w, cli_value(c));
	return rc;
}

static int
option_span(const struct cli *c, const char *name, int64_t *us, struct err *err)
{
	const char *text = cli_option(c, name);

	*us = 0;
	return text != NULL ? promise_parse_span(text, us, err) : 0;
}

/* ---- of a ticket ---- */

static void
print_ticket_time(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *row = json_first(json_get(doc, "times"));
	int64_t seconds = 0;
	char text[32];

	for (; row != NULL; row = json_next(row)) {
		int64_t worked = 0;

		json_int64(row, "worked_s", &worked);
		cli_add_time(c, row, "began_at", out);
		str_add(out, "  ");
		promise_format_span(worked * US_PER_SECOND, text);
		str_add(out, json_bool(row, "running") ? _("runs") : text);
		str_add(out, "  ");
		cli_add_member(c, row, "name", out);
		str_add(out, "  ");
		cli_add_member(c, row, "note", out);
		str_addc(out, '\n');
	}
	json_int64(doc, "worked_s", &seconds);
	promise_format_span(seconds * US_PER_SECOND, text);
	str_addf(out, "%s: %s\n", _("Time worked"), text);
}

static int
show_ticket(struct cli *c, const struct ticket *t, struct err *err)
{
	struct ticket_time *rows;
	struct json_out *out;
	int64_t worked = 0;
	size_t count;
	int rc = ticket_times(c->desk, t->id, &rows, &count, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		worked += rows[i].worked_us;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "number", t->number);
	json_out_int(out, "worked_s", worked / US_PER_SECOND);
	json_out_array(out, "times");
	for (size_t i = 0; i < count; i++)
		ticket_time_json(&rows[i], out);
	json_out_end(out, ']');
	json_out_end(out, '}');
	cli_people(c, print_ticket_time);
	free(rows);
	return 0;
}

static const struct cli_option ticket_options[] = {
    {"--add", "SPAN", N_("enter so much, like \"1h 20m\"")},
    {"--from", "TIME", N_("when that began [so that it ends now]")},
    {"--note", "TEXT", N_("what it was for")},
    {NULL, NULL, NULL},
};

static int
run_ticket(struct cli *c, struct err *err)
{
	struct time_new in = {.note = cli_option(c, "--note")};
	struct ticket t = {0};
	int64_t id;
	int rc;

	if (!cli_flag(c, "--add") &&
	    (cli_flag(c, "--from") || cli_flag(c, "--note")))
		return err_set(
		    err, OD_EUSAGE, "--from and --note go with --add SPAN");
	if ((rc = option_span(c, "--add", &in.worked_us, err)) == 0 &&
	    (rc = cli_option_time(c, "--from", &in.from_us, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (!cli_flag(c, "--add") ||
		(rc = time_add(c->desk, t.id, &in, &id, err)) == 0))
		rc = show_ticket(c, &t, err);
	ticket_clear(&t);
	return rc;
}

static int
run_list(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int rc = cli_ticket_arg(c, 0, &t, err);

	if (rc == 0)
		rc = show_ticket(c, &t, err);
	ticket_clear(&t);
	return rc;
}

/* ---- the own clock ---- */

static int
run_start(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int64_t id, stopped;
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = time_start(c->desk, t.id, &id, &stopped, err)) == 0) {
		if (stopped != 0)
			cli_say(c, _("The clock of ticket %lld is stopped."),
			    (long long)stopped);
		rc = put_one(c, id, err);
	}
	ticket_clear(&t);
	return rc;
}

static const struct cli_option stop_options[] = {
    {"--at", "TIME", N_("when it ended [now]")},
    {"--idle", "SPAN", N_("so much of it does not count")},
    {NULL, NULL, NULL},
};

static int
run_stop(struct cli *c, struct err *err)
{
	struct ticket_time w;
	int64_t at, idle;
	int rc;

	if ((rc = cli_option_time(c, "--at", &at, err)) != 0 ||
	    (rc = option_span(c, "--idle", &idle, err)) != 0)
		return rc;
	if ((rc = time_running(c->desk, &w, err)) == 0)
		return err_set(err, OD_ECONFLICT,
		    "No clock of yours runs; \"opdesk time start NUMBER\""
		    " starts one");
	if (rc == 1)
		rc = time_stop(c->desk, w.id, w.version, at, idle, err);
	return rc != 0 ? rc : put_one(c, w.id, err);
}

static int
run_status(struct cli *c, struct err *err)
{
	struct ticket_time w;
	int rc = time_running(c->desk, &w, err);

	if (rc < 0)
		return rc;
	w.worked_us = ticket_time_worked(&w, clock_wall_us());
	put_rows(c, &w, rc == 1 ? 1 : 0);
	return 0;
}

/* ---- corrections ---- */

static const struct cli_option edit_options[] = {
    {"--worked", "SPAN", N_("how much it was, like \"1h 20m\"")},
    {"--from", "TIME", N_("when it began")},
    {"--note", "TEXT", N_("what it was for")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_edit(struct cli *c, struct err *err)
{
	int64_t id, seen, worked, from;
	struct change changes[3];
	struct ticket_time w;
	size_t n = 0;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = option_span(c, "--worked", &worked, err)) != 0 ||
	    (rc = cli_option_time(c, "--from", &from, err)) != 0)
		return rc;
	if (cli_flag(c, "--worked"))
		changes[n++] = (struct change){"worked_us", b_int(worked)};
	if (cli_flag(c, "--from"))
		changes[n++] = (struct change){"from_us", b_int(from)};
	if (cli_flag(c, "--note"))
		changes[n++] =
		    (struct change){"note", b_text(cli_option(c, "--note"))};
	if (n == 0)
		return cli_nothing(err);
	if ((rc = time_get(c->desk, id, &w, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, w.version,
		 &seen, err)) != 0 ||
	    (rc = time_edit(c->desk, id, seen, changes, n, err)) != 0)
		return rc;
	return put_one(c, id, err);
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct ticket_time w;
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = time_get(c->desk, id, &w, err)) != 0 ||
	    (rc = time_delete(c->desk, id, w.version, err)) != 0)
		return rc;
	ticket_time_json(&w, cli_value(c));
	return 0;
}

/* ---- figures ---- */

static const struct cli_column figure_columns[] = {
    {"operator", N_("Operator"), 20},
    {"name", N_("Name"), 30},
    {"entries", N_("Entries"), 0},
    {"tickets", N_("Tickets"), 0},
    {"worked_s", N_("Worked"), 0},
};

static const struct cli_option figure_options[] = {
    {"--since", "TIME", N_("begun since then [30 days ago]")},
    {"--until", "TIME", N_("begun before then [now]")},
    {"--rows", "LOGIN", N_("what is counted of this operator")},
    {NULL, NULL, NULL},
};

static int
put_counted(struct cli *c, int64_t since, int64_t until, struct err *err)
{
	struct ticket_time *rows;
	int64_t operator_id;
	size_t count;
	int rc;

	if ((rc = cli_find_operator(
		 c, cli_option(c, "--rows"), &operator_id, err)) != 0 ||
	    (rc = time_figure_rows(
		 c->desk, operator_id, since, until, &rows, &count, err)) != 0)
		return rc;
	put_rows(c, rows, count);
	free(rows);
	return 0;
}

static int
run_figures(struct cli *c, struct err *err)
{
	struct time_figure *rows;
	int64_t since, until;
	size_t count;
	int rc;

	if ((rc = cli_option_time(c, "--since", &since, err)) != 0 ||
	    (rc = cli_option_time(c, "--until", &until, err)) != 0)
		return rc;
	if (until == 0)
		until = clock_wall_us() + 1;
	if (since == 0)
		since = until - 30 * US_PER_DAY;
	if (cli_flag(c, "--rows"))
		return put_counted(c, since, until, err);
	rc = time_figures(c->desk, since, until, 0, &rows, &count, err);
	if (rc != 0)
		return rc;
	cli_list(c, figure_columns, COUNT(figure_columns));
	for (size_t i = 0; i < count; i++)
		time_figure_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "time", "NUMBER", 1, 1, ticket_options, CLI_OPERATOR, false, run_ticket,
	    N_("Enter time worked on a ticket, and show what was worked on it.")},
	{"time", "list", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_list,
	    N_("Show what was worked on a ticket.")},
	{"time", "start", "NUMBER", 1, 1, NULL, CLI_OPERATOR, false, run_start,
	    N_("Start your clock on a ticket; one that runs is stopped.")},
	{"time", "stop", "", 0, 0, stop_options, CLI_OPERATOR, false, run_stop,
	    N_("Stop your clock.")},
	{"time", "status", "", 0, 0, NULL, CLI_OPERATOR, true, run_status,
	    N_("Show your clock that runs.")},
	{"time", "edit", "ID", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Correct time worked.")},
	{"time", "delete", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Delete time worked.")},
	{"time", "figures", "", 0, 0, figure_options, CLI_OPERATOR, true, run_figures,
	    N_("Show how much was worked by whom, and with --rows on what.")},
};
/* clang-format on */

const struct cli_table cli_time_table = {rows, COUNT(rows)};
