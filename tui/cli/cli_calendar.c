/* cli_calendar - the noun "calendar": hours, holidays, promises. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/calendars.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Name"), 24},
    {"zone", N_("Time zone"), 20},
    {"is_default", N_("Default"), 0},
    {"monday", N_("Monday"), 24},
    {"saturday", N_("Saturday"), 24},
    {"dates", N_("Dates"), 0},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct calendar_row *rows = NULL;
	size_t count = 0;
	int rc = calendar_list(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		calendar_row_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
find(struct cli *c, struct calendar_row *out, struct err *err)
{
	return calendar_find(c->desk, c->nargs > 0 ? c->args[0] : "", out, err);
}

static void
print_calendar(const struct cli *c, const struct json *doc, struct str *out)
{
	static const char *const shown[] = {"name", "zone", "monday", "tuesday",
	    "wednesday", "thursday", "friday", "saturday", "sunday"};
	const struct json *cal = json_get(doc, "calendar"), *row;

	for (size_t i = 0; i < COUNT(shown); i++) {
		size_t at;

		str_addf(out, "%s: ", cli__label(shown[i]));
		at = out->len;
		cli_add_member(c, cal, shown[i], out);
		if (out->len == at)
			str_add(out, i == 1 ? _("the tenant's") : _("closed"));
		str_addc(out, '\n');
	}
	for (row = json_first(json_get(doc, "days")); row != NULL;
	     row = json_next(row)) {
		str_add(out, "  ");
		cli_add_member(c, row, "date", out);
		str_add(out, "  ");
		if (str_equal(json_string(row, "hours"), ""))
			str_add(out, _("closed"));
		else
			cli_add_member(c, row, "hours", out);
		str_add(out, "  ");
		cli_add_member(c, row, "name", out);
		str_addc(out, '\n');
	}
}

static int
put(struct cli *c, int64_t id, struct err *err)
{
	struct calendar_day *days = NULL;
	struct str json = STR_INIT;
	struct calendar_row row;
	struct json_out one, *out;
	char word[24];
	size_t count = 0;
	int rc;

	str_format(word, sizeof(word), "%lld", (long long)id);
	if ((rc = calendar_find(c->desk, word, &row, err)) != 0 ||
	    (rc = calendar_days(c->desk, id, &days, &count, err)) != 0)
		return rc;
	json_out_init(&one, &json);
	calendar_row_json(&row, &one);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_raw(out, "calendar", json.s);
	json_out_array(out, "days");
	for (size_t i = 0; i < count; i++)
		calendar_day_json(&days[i], out);
	json_out_end(out, ']');
	json_out_end(out, '}');
	cli_people(c, print_calendar);
	str_free(&json);
	free(days);
	return 0;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct calendar_row row;
	int rc = find(c, &row, err);

	return rc != 0 ? rc : put(c, row.id, err);
}

static const struct cli_option new_options[] = {
    {"--week", "HOURS", N_("like \"mon-fri 9-14 15-18; sat 10-13\"")},
    {"--zone", "ZONE", N_("like Europe/Madrid [the tenant's]")},
    {"--default", NULL, N_("everybody works by it who has no other")},
    {NULL, NULL, NULL},
};

static int
run_new(struct cli *c, struct err *err)
{
	const struct calendar_in in = {.name = c->args[0],
	    .zone = cli_option(c, "--zone"),
	    .week = cli_option(c, "--week"),
	    .make_default = cli_flag(c, "--default")};
	int64_t id = 0;
	int rc = calendar_new(c->desk, &in, &id, err);

	return rc != 0 ? rc : put(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--name", "TEXT", N_("another name")},
    {"--week", "HOURS", N_("like \"mon-fri 9-14 15-18; sat 10-13\"")},
    {"--zone", "ZONE", N_("like Europe/Madrid; \"\" is the tenant's")},
    {"--default", NULL, N_("everybody works by it who has no other")},
    {NULL, NULL, NULL},
};

static int
run_edit(struct cli *c, struct err *err)
{
	const struct calendar_in in = {.name = cli_option(c, "--name"),
	    .zone = cli_option(c, "--zone"),
	    .week = cli_option(c, "--week"),
	    .make_default = cli_flag(c, "--default")};
	struct calendar_row row;
	int64_t id = 0;
	int rc;

	if (in.name == NULL && in.zone == NULL && in.week == NULL &&
	    !in.make_default)
		return cli_nothing(err);
	if ((rc = find(c, &row, err)) != 0 ||
	    (rc = calendar_edit(c->desk, row.id, &in, &id, err)) != 0)
		return rc;
	return put(c, id, err);
}

static const struct cli_option date_options[] = {
    {"--hours", "HOURS", N_("like 9-14 [closed]")},
    {"--name", "TEXT", N_("what it is called, like Christmas")},
    {"--remove", NULL, N_("the date is one like others again")},
    {NULL, NULL, NULL},
};

static int
run_date(struct cli *c, struct err *err)
{
	struct calendar_row row;
	int64_t id = 0;
	int rc;

	if ((rc = find(c, &row, err)) != 0)
		return rc;
	rc = cli_flag(c, "--remove")
	         ? calendar_day_remove(c->desk, row.id, c->args[1], &id, err)
	         : calendar_day_set(c->desk, row.id, c->args[1],
		       cli_option_or(c, "--hours", ""),
		       cli_option_or(c, "--name", ""), &id, err);
	return rc != 0 ? rc : put(c, id, err);
}

static int
put_deleted(struct cli *c, int64_t id)
{
	struct json_out *out = cli_value(c);

	json_out_object(out, NULL);
	json_out_int(out, "id", id);
	json_out_bool(out, "deleted", true);
	json_out_end(out, '}');
	return 0;
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct calendar_row row;
	int rc;

	if ((rc = find(c, &row, err)) != 0 ||
	    (rc = calendar_delete(c->desk, row.id, err)) != 0)
		return rc;
	return put_deleted(c, row.id);
}

/* ---- promises ---- */

static const struct cli_column promise_columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Name"), 20},
    {"company_name", N_("Company"), 24},
    {"priority", N_("Priority"), 0},
    {"first_s", N_("First response"), 0},
    {"next_s", N_("Next response"), 0},
    {"resolution_s", N_("Resolution"), 0},
    {"calendar", N_("Calendar"), 20},
};

static int
run_promises(struct cli *c, struct err *err)
{
	struct promise *rows = NULL;
	size_t count = 0;
	int rc = promise_list(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, promise_columns, COUNT(promise_columns));
	for (size_t i = 0; i < count; i++)
		promise_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static const struct cli_option promise_options[] = {
    {"--name", "TEXT", N_("what it is called; a new one needs it")},
    {"--company", "COMPANY", N_("only for this company: an id or its name")},
    {"--priority", "0-5", N_("for this priority; 0 is any [0]")},
    {"--first", "SPAN", N_("until the first response, like 1h30 [none]")},
    {"--next", "SPAN", N_("until each further response [none]")},
    {"--resolution", "SPAN", N_("until it is solved [none]")},
    {"--calendar", "CALENDAR", N_("by whose hours: an id or a name")},
    {NULL, NULL, NULL},
};

static int
run_promise(struct cli *c, struct err *err)
{
	struct promise in = {0}, *rows = NULL;
	int64_t priority, id = 0;
	struct calendar_row cal;
	size_t count = 0;
	int rc;

	if ((rc = cli_option_int(c, "--priority", 0, 5, 0, &priority, err)) !=
		0 ||
	    (rc = cli_find_company(
		 c, cli_option(c, "--company"), &in.company_id, err)) != 0 ||
	    (rc = promise_parse_span(
		 cli_option_or(c, "--first", "0"), &in.first_us, err)) != 0 ||
	    (rc = promise_parse_span(
		 cli_option_or(c, "--next", "0"), &in.next_us, err)) != 0 ||
	    (rc = promise_parse_span(cli_option_or(c, "--resolution", "0"),
		 &in.resolution_us, err)) != 0)
		return rc;
	if (cli_flag(c, "--calendar")) {
		if ((rc = calendar_find(
			 c->desk, cli_option(c, "--calendar"), &cal, err)) != 0)
			return rc;
		in.calendar_id = cal.id;
	}
	in.priority = (int)priority;
	str_copy(in.name, sizeof(in.name), cli_option_or(c, "--name", ""));
	if ((rc = promise_set(c->desk, &in, &id, err)) != 0 ||
	    (rc = promise_list(c->desk, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		if (rows[i].id == id)
			promise_json(&rows[i], cli_value(c));
	free(rows);
	return 0;
}

static int
run_promise_delete(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = promise_delete(c->desk, id, err)) != 0)
		return rc;
	return put_deleted(c, id);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"calendar", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_list,
	    N_("List the calendars: when the tenant works.")},
	{"calendar", "show", "[CALENDAR]", 0, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a calendar's hours and dates; without a name the default one.")},
	{"calendar", "new", "NAME", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a calendar.")},
	{"calendar", "edit", "CALENDAR", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a calendar from now on; what was counted stays.")},
	{"calendar", "date", "CALENDAR DATE", 2, 2, date_options, CLI_OPERATOR, false, run_date,
	    N_("Give a date hours of its own, or none: a holiday; 12-25 is every year.")},
	{"calendar", "delete", "CALENDAR", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Delete a calendar that nothing is counted by.")},
	{"calendar", "promises", "", 0, 0, NULL, CLI_OPERATOR, true, run_promises,
	    N_("List what is promised to whom, in working time.")},
	{"calendar", "promise", "", 0, 0, promise_options, CLI_OPERATOR, false, run_promise,
	    N_("Set what is promised to a company or for a priority.")},
	{"calendar", "unpromise", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_promise_delete,
	    N_("Delete a promise.")},
};
/* clang-format on */

const struct cli_table cli_calendar_table = {rows, COUNT(rows)};
