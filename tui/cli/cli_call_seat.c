/*
 * cli_call_seat - the noun "call": what operators do, shifts, promised calls,
 * dispositions, numbers not to be called, settings.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/when.h"
#include "db/records/call_settings.h"
#include "db/records/callbacks.h"
#include "db/records/dispositions.h"
#include "db/records/do_not_call.h"
#include "db/records/operator_states.h"
#include "tui/cli/cli_call.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int
cli_call_when(
    const struct cli *c, const char *text, int64_t *us, struct err *err)
{
	*us = 0;
	if (text == NULL)
		return 0;
	return when_parse(text, cli__zone(c), clock_wall_us(), us, err);
}

/* ---- what operators do ---- */

static const struct cli_column seat_columns[] = {
    {"operator", N_("Operator"), 12},
    {"team", N_("Team"), 16},
    {"state", N_("Status"), 0},
    {"since", N_("Since"), CLI_TIME},
    {"reason", N_("Reason"), 0},
    {"number", N_("Number"), 18},
    {"contact_name", N_("Contact"), 20},
};

static int
print_seat(struct cli *c, struct err *err)
{
	struct seat_now s;
	int rc = seat_get(c->desk, 0, &s, err);

	if (rc == 0)
		seat_json(&s, cli_value(c));
	return rc;
}

static int
run_state(struct cli *c, struct err *err)
{
	return print_seat(c, err);
}

static int
run_states(struct cli *c, struct err *err)
{
	struct seat_now *rows = NULL;
	size_t count = 0;
	int rc = seat_list(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, seat_columns, COUNT(seat_columns));
	for (size_t i = 0; i < count; i++)
		seat_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_ready(struct cli *c, struct err *err)
{
	int rc = seat_set(c->desk, 0, SEAT_READY, NULL, err);

	return rc != 0 ? rc : print_seat(c, err);
}

static int
run_pause(struct cli *c, struct err *err)
{
	int rc = seat_set(c->desk, 0, SEAT_PAUSED, c->args[0], err);

	return rc != 0 ? rc : print_seat(c, err);
}

static int
run_off(struct cli *c, struct err *err)
{
	int rc = seat_set(c->desk, 0, SEAT_OFF, NULL, err);

	return rc != 0 ? rc : print_seat(c, err);
}

static int
run_clock(struct cli *c, struct err *err)
{
	static const char *const acts[] = {"in", "out", "break", "back", NULL};
	int rc, act;

	if ((rc = cli_word("CLOCK", c->args[0], acts, &act, err)) != 0 ||
	    (rc = shift_clock(c->desk, 0, (enum clock_act)act, err)) != 0)
		return rc;
	return print_seat(c, err);
}

static const struct cli_column shift_columns[] = {
    {"operator", N_("Operator"), 12},
    {"kind", N_("Type"), 0},
    {"begun_at", N_("Began"), CLI_TIME},
    {"ended_at", N_("Ended"), CLI_TIME},
    {"ended_by", N_("Ended by"), 0},
};

static const struct cli_option span_options[] = {
    {"--since", "TIME", N_("from this time on [the last 7 days]")},
    {"--until", "TIME", N_("until this time [now]")},
    {NULL, NULL, NULL},
};

static int
run_shifts(struct cli *c, struct err *err)
{
	struct shift *rows = NULL;
	int64_t from, to;
	size_t count = 0;
	int rc;

	if ((rc = cli_option_time(c, "--since", &from, err)) != 0 ||
	    (rc = cli_option_time(c, "--until", &to, err)) != 0)
		return rc;
	if (to == 0)
		to = clock_wall_us() + 1;
	if (from == 0)
		from = to - 7 * US_PER_DAY;
	if ((rc = shift_list(c->desk, 0, from, to, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, shift_columns, COUNT(shift_columns));
	for (size_t i = 0; i < count; i++)
		shift_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

/* ---- promised calls ---- */

static const struct cli_column callback_columns[] = {
    {"id", N_("Id"), 0},
    {"due_at", N_("Due"), CLI_TIME},
    {"number", N_("Number"), 18},
    {"contact_name", N_("Contact"), 20},
    {"operator", N_("Operator"), 12},
    {"team", N_("Team"), 12},
    {"state", N_("Status"), 0},
    {"note", N_("Note"), 30},
};

static const struct cli_option callbacks_options[] = {
    {"--state", "STATE", N_("due, done or cancelled [due]")},
    {"--mine", NULL, N_("yours and those that nobody has")},
    {NULL, NULL, NULL},
};

static int
run_callbacks(struct cli *c, struct err *err)
{
	struct callback_filter f = {.mine = cli_flag(c, "--mine")};
	const struct page page = {.limit = 1000};
	struct callback *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = cli_option_word(c, "--state", callback_state_names,
		 CALLBACK_DUE, &f.state, err)) != 0 ||
	    (rc = callback_list(c->desk, &f, &page, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, callback_columns, COUNT(callback_columns));
	for (size_t i = 0; i < count; i++)
		callback_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
print_callback(struct cli *c, int64_t id, struct err *err)
{
	struct callback b;
	int rc = callback_get(c->desk, id, &b, err);

	if (rc == 0)
		callback_json(&b, cli_value(c));
	return rc;
}

static const struct cli_option callback_options[] = {
    {"--contact", "CONTACT", N_("with this contact")},
    {"--pool", NULL, N_("anybody of the team may do it")},
    {"--note", "TEXT", N_("what it is about")},
    {NULL, NULL, NULL},
};

static int
run_callback(struct cli *c, struct err *err)
{
	struct callback_new in = {.number = c->args[0],
	    .pool = cli_flag(c, "--pool"),
	    .note = cli_option(c, "--note")};
	int64_t id;
	int rc;

	if ((rc = cli_call_when(c, c->args[1], &in.due_us, err)) != 0 ||
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &in.contact_id, err)) != 0 ||
	    (rc = callback_new(c->desk, &in, &id, err)) != 0)
		return rc;
	return print_callback(c, id, err);
}

static int
run_done(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = callback_done(c->desk, id, 0, err)) != 0)
		return rc;
	return print_callback(c, id, err);
}

static int
run_cancel(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = callback_cancel(c->desk, id, err)) != 0)
		return rc;
	return print_callback(c, id, err);
}

/* ---- dispositions and reasons ---- */

static const struct cli_column code_columns[] = {
    {"key", N_("Code"), 8},
    {"hot_key", N_("Key"), 0},
    {"label", N_("Label"), 30},
    {"is_sale", N_("Sale"), 0},
    {"active", N_("In use"), 0},
};

static int
print_codes(struct cli *c, enum call_code_kind kind, struct err *err)
{
	struct call_code *rows = NULL;
	size_t count = 0;
	int rc = call_code_list(c->desk, kind, true, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, code_columns, COUNT(code_columns));
	for (size_t i = 0; i < count; i++)
		call_code_json(&rows[i], kind, cli_row(c));
	free(rows);
	return 0;
}

static int
run_dispositions(struct cli *c, struct err *err)
{
	return print_codes(c, CODE_DISPOSITION, err);
}

static int
run_reasons(struct cli *c, struct err *err)
{
	return print_codes(c, CODE_PAUSE_REASON, err);
}

static const struct cli_option code_options[] = {
    {"--reason", NULL, N_("of a reason for pauses instead")},
    {"--label-es", "TEXT", N_("its label in Spanish")},
    {"--label-en", "TEXT", N_("its label in English")},
    {"--key", "KEY", N_("one letter or digit")},
    {"--flags", "FLAGS",
	N_("of sale, human, callback, do_not_call, answered, with commas; \"\" "
           "for none")},
    {"--unused", NULL, N_("it is not offered any more")},
    {"--used", NULL, N_("it is offered again")},
    {NULL, NULL, NULL},
};

static bool
has_flag(const char *flags, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = flags; s != NULL && *s != '\0';) {
		size_t k = strcspn(s, ",");

		if (k == n && strncmp(s, name, n) == 0)
			return true;
		s += k + (s[k] == ',');
	}
	return false;
}

static const char *const flag_names[] = {
    "sale", "human", "callback", "do_not_call", "answered"};

/* One that is written wrongly would be one that is missing. */
static int
check_flags(const char *flags, struct err *err)
{
	for (const char *s = flags; s != NULL && *s != '\0';) {
		size_t k = strcspn(s, ","), i = 0;

		while (i < COUNT(flag_names) &&
		       (strlen(flag_names[i]) != k ||
			   strncmp(s, flag_names[i], k) != 0))
			i++;
		if (i == COUNT(flag_names))
			return err_set(err, OD_EUSAGE,
			    "There is no flag \"%.*s\"; there are sale, human,"
			    " callback, do_not_call and answered",
			    (int)k, s);
		s += k + (s[k] == ',');
	}
	return 0;
}

static int
new_code(struct cli *c, enum call_code_kind kind, struct err *err)
{
	const char *flags = cli_option_or(c, "--flags", "");
	struct call_code in = {.is_sale = has_flag(flags, "sale"),
	    .is_human = has_flag(flags, "human"),
	    .is_callback = has_flag(flags, "callback"),
	    .is_do_not_call = has_flag(flags, "do_not_call"),
	    .is_answered = has_flag(flags, "answered")};
	int64_t id;

	if (strlen(c->args[0]) > 8)
		return err_set(err, OD_EDATA,
		    "A code has 1 to 8 letters and digits, such as SALE");
	str_copy(in.key, sizeof(in.key), c->args[0]);
	str_copy(in.label_es, sizeof(in.label_es),
	    cli_option_or(c, "--label-es", ""));
	str_copy(in.label_en, sizeof(in.label_en),
	    cli_option_or(c, "--label-en", ""));
	str_copy(in.hot_key, sizeof(in.hot_key), cli_option_or(c, "--key", ""));
	return call_code_new(c->desk, kind, &in, &id, err);
}

static size_t
code_changes(const struct cli *c, enum call_code_kind kind, struct change *out)
{
	static const char *const texts[][2] = {{"--label-es", "label_es"},
	    {"--label-en", "label_en"}, {"--key", "hot_key"}};
	static const char *const flags[][2] = {{"sale", "is_sale"},
	    {"human", "is_human"}, {"callback", "is_callback"},
	    {"do_not_call", "is_do_not_call"}, {"answered", "is_answered"}};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			out[n++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	for (size_t i = 0; i < COUNT(flags); i++)
		if (kind == CODE_DISPOSITION && cli_flag(c, "--flags"))
			out[n++] = (struct change){flags[i][1],
			    b_int(has_flag(
				cli_option(c, "--flags"), flags[i][0]))};
	if (cli_flag(c, "--unused") || cli_flag(c, "--used"))
		out[n++] =
		    (struct change){"active", b_int(cli_flag(c, "--used"))};
	return n;
}

static int
run_code(struct cli *c, struct err *err)
{
	enum call_code_kind kind =
	    cli_flag(c, "--reason") ? CODE_PAUSE_REASON : CODE_DISPOSITION;
	struct call_code *rows = NULL;
	struct change changes[16];
	size_t count = 0, i = 0, n;
	int rc = check_flags(cli_option(c, "--flags"), err);

	if (rc == 0)
		rc = call_code_list(c->desk, kind, true, &rows, &count, err);
	if (rc != 0)
		return rc;
	while (i < count && strcasecmp(rows[i].key, c->args[0]) != 0)
		i++;
	n = code_changes(c, kind, changes);
	if (i == count)
		rc = new_code(c, kind, err);
	else if (n == 0)
		rc = cli_nothing(err);
	else
		rc = call_code_edit(
		    c->desk, kind, rows[i].id, 0, changes, n, err);
	free(rows);
	return rc != 0 ? rc : print_codes(c, kind, err);
}

/* ---- not to be called ---- */

static const struct cli_column stop_columns[] = {
    {"id", N_("Id"), 0},
    {"number", N_("Number"), 18},
    {"reason", N_("Reason"), 30},
    {"until", N_("Until"), CLI_TIME},
    {"created_at", N_("Since"), CLI_TIME},
};

static int
print_stops(struct cli *c, const char *match, struct err *err)
{
	const struct page page = {.limit = 1000};
	struct do_not_call *rows = NULL;
	size_t count = 0;
	int rc = do_not_call_list(c->desk, match, &page, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, stop_columns, COUNT(stop_columns));
	for (size_t i = 0; i < count; i++)
		do_not_call_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_stops(struct cli *c, struct err *err)
{
	return print_stops(c, c->nargs > 0 ? c->args[0] : NULL, err);
}

static const struct cli_option stop_options[] = {
    {"--reason", "TEXT", N_("why")},
    {"--until", "WHEN", N_("only until then")},
    {NULL, NULL, NULL},
};

static int
run_stop(struct cli *c, struct err *err)
{
	int64_t id, until;
	int rc;

	if ((rc = cli_call_when(c, cli_option(c, "--until"), &until, err)) !=
		0 ||
	    (rc = do_not_call_add(c->desk, c->args[0],
		 cli_option_or(c, "--reason", ""), until, &id, err)) != 0)
		return rc;
	return print_stops(c, c->args[0], err);
}

static int
run_allow(struct cli *c, struct err *err)
{
	const struct page page = {.limit = 1};
	struct do_not_call *rows = NULL;
	size_t count = 0;
	int rc =
	    do_not_call_list(c->desk, c->args[0], &page, &rows, &count, err);

	if (rc == 0 && count == 0)
		rc = err_set(
		    err, OD_ENOTFOUND, "This number is not on the list");
	if (rc == 0)
		rc = do_not_call_delete(c->desk, rows[0].id, 0, err);
	free(rows);
	return rc != 0 ? rc : print_stops(c, c->args[0], err);
}

/* ---- settings ---- */

static int
run_settings(struct cli *c, struct err *err)
{
	struct call_settings s;
	int rc = call_settings_get(c->desk, &s, err);

	if (rc == 0)
		call_settings_json(&s, cli_value(c));
	return rc;
}

static int
run_set(struct cli *c, struct err *err)
{
	int rc = call_settings_set(c->desk, c->args[0], c->args[1], err);

	return rc != 0 ? rc : run_settings(c, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"call", "state", "", 0, 0, NULL, CLI_OPERATOR, true, run_state,
	    N_("Say what you do: ready, at a call, paused or off.")},
	{"call", "states", "", 0, 0, NULL, CLI_OPERATOR, true, run_states,
	    N_("List what operators do, and since when.")},
	{"call", "ready", "", 0, 0, NULL, CLI_OPERATOR, false, run_ready,
	    N_("Be ready for calls.")},
	{"call", "pause", "REASON", 1, 1, NULL, CLI_OPERATOR, false, run_pause,
	    N_("Pause for a reason, such as BREAK.")},
	{"call", "off", "", 0, 0, NULL, CLI_OPERATOR, false, run_off,
	    N_("Be off.")},
	{"call", "clock", "ACT", 1, 1, NULL, CLI_OPERATOR, false, run_clock,
	    N_("Clock in, out, for a break, or back from it.")},
	{"call", "shifts", "", 0, 0, span_options, CLI_OPERATOR, true, run_shifts,
	    N_("List shifts with their breaks.")},
	{"call", "callback", "NUMBER WHEN", 2, 2, callback_options, CLI_OPERATOR, false, run_callback,
	    N_("Promise a call: \"tomorrow 9\", \"2h\", \"24/12 14:30\".")},
	{"call", "callbacks", "", 0, 0, callbacks_options, CLI_OPERATOR, true, run_callbacks,
	    N_("List promised calls, the first due first.")},
	{"call", "done", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_done,
	    N_("A promised call was made.")},
	{"call", "cancel", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_cancel,
	    N_("A promised call will not be made.")},
	{"call", "dispositions", "", 0, 0, NULL, CLI_OPERATOR, true, run_dispositions,
	    N_("List the dispositions of calls, with their keys and flags.")},
	{"call", "reasons", "", 0, 0, NULL, CLI_OPERATOR, true, run_reasons,
	    N_("List the reasons for pauses.")},
	{"call", "code", "CODE", 1, 1, code_options, CLI_OPERATOR, false, run_code,
	    N_("Make or change a disposition, or a reason for pauses.")},
	{"call", "stops", "[NUMBER]", 0, 1, NULL, CLI_OPERATOR, true, run_stops,
	    N_("List the numbers that are not to be called.")},
	{"call", "stop", "NUMBER", 1, 1, stop_options, CLI_OPERATOR, false, run_stop,
	    N_("Put a number on the list of those not to be called.")},
	{"call", "allow", "NUMBER", 1, 1, NULL, CLI_OPERATOR, false, run_allow,
	    N_("Take a number off that list.")},
	{"call", "settings", "", 0, 0, NULL, CLI_OPERATOR, true, run_settings,
	    N_("Show how calls are made.")},
	{"call", "set", "NAME VALUE", 2, 2, NULL, CLI_OPERATOR, false, run_set,
	    N_("Set one of it: wrap_up, extend, forced, idle, answer, country or currency.")},
};
/* clang-format on */

const struct cli_table cli_call_seat_table = {rows, COUNT(rows)};
