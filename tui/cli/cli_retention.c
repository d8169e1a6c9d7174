/* cli_retention - the noun "retention": how long things are kept. */
#include "common/i18n.h"
#include "db/records/calls.h"
#include "db/records/purge.h"
#include "db/records/recordings.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_tables.h"
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"class", N_("Class"), 0},
    {"days", N_("Days"), 0},
    {"default_days", N_("Usually"), 0},
    {"min_days", N_("From"), 0},
    {"max_days", N_("To"), 0},
    {"holds", N_("What it holds"), 60},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct retention_rule rows[RETENTION_CLASSES];
	int rc = retention_list(c->desk, rows, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (int i = 0; i < RETENTION_CLASSES; i++)
		retention_json(&rows[i], cli_row(c));
	return 0;
}

static int
find_class(const char *name, enum retention_class *out, struct err *err)
{
	*out = retention_by_name(name);
	if (*out != RETENTION_CLASSES)
		return 0;
	return err_set(err, OD_EUSAGE,
	    "There is no class \"%s\"; \"opdesk retention list\" shows those"
	    " there are",
	    name);
}

static int
put_class(struct cli *c, enum retention_class which, struct err *err)
{
	struct retention_rule rows[RETENTION_CLASSES];
	int rc = retention_list(c->desk, rows, err);

	if (rc == 0)
		retention_json(&rows[which], cli_value(c));
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	enum retention_class which;
	int rc = find_class(c->args[0], &which, err);

	return rc != 0 ? rc : put_class(c, which, err);
}

static int
run_set(struct cli *c, struct err *err)
{
	enum retention_class which;
	int64_t days;
	int rc;

	if ((rc = find_class(c->args[0], &which, err)) != 0)
		return rc;
	if (strcmp(c->args[1], "default") == 0)
		days = retention_class(which)->days;
	else if (!str_to_int64(c->args[1], 1, 100000, &days))
		return err_set(err, OD_EUSAGE,
		    "\"%s\" is no number of days; \"default\" is another"
		    " possibility",
		    c->args[1]);
	if ((rc = retention_set(c->desk, which, (int)days, err)) != 0)
		return rc;
	return put_class(c, which, err);
}

/* ---- clearing ---- */

static const struct cli_column due_columns[] = {
    {"what", N_("What"), 0},
    {"class", N_("Class"), 0},
    {"due", N_("Go"), 0},
    {"kept", N_("Kept"), 0},
    {"oldest_at", N_("The oldest"), CLI_TIME},
};

static const struct cli_option run_options[] = {
    {"--dry-run", NULL, N_("only say what would go")},
    {NULL, NULL, NULL},
};

struct showing {
	const struct cli *c;
	int64_t all;
};

static int64_t
sum_of(const struct purge_row *rows)
{
	int64_t sum = 0;

	for (int i = 0; i < PURGE_SWEEPS; i++)
		sum += rows[i].due;
	return sum;
}

static void
show_cleared(const struct purge *p, void *data)
{
	const struct showing *s = data;
	int64_t done = sum_of(p->rows);

	cli_progress(
	    s->c, _("Clearing"), done < s->all ? done : s->all, s->all);
}

static int
run_run(struct cli *c, struct err *err)
{
	struct showing show = {c, 0};
	struct purge p;
	int rc;

	if ((rc = purge_report(c->desk, p.rows, err)) != 0)
		return rc;
	show.all = sum_of(p.rows);
	if (!cli_flag(c, "--dry-run") &&
	    (rc = purge_run(c->desk, &p, show_cleared, &show, err)) != 0)
		return rc;
	cli_list(c, due_columns, COUNT(due_columns));
	for (int i = 0; i < PURGE_SWEEPS; i++)
		if (p.rows[i].due > 0 || p.rows[i].kept > 0)
			purge_json(&p.rows[i], cli_row(c));
	return 0;
}

/* ---- legal holds ---- */

static const struct cli_column hold_columns[] = {
    {"id", N_("Id"), 0},
    {"kind", N_("Kind"), 0},
    {"name", N_("Record"), 30},
    {"reason", N_("Reason"), 40},
    {"placed_by", N_("By"), 20},
    {"created_at", N_("When"), CLI_TIME},
    {"released_at", N_("Taken off"), CLI_TIME},
};

static const struct cli_option holds_options[] = {
    {"--all", NULL, N_("also those that were taken off")},
    {NULL, NULL, NULL},
};

static int
run_holds(struct cli *c, struct err *err)
{
	struct hold *rows = NULL;
	size_t count = 0;
	int rc = hold_list(c->desk, cli_flag(c, "--all"), &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, hold_columns, COUNT(hold_columns));
	for (size_t i = 0; i < count; i++)
		hold_json(&rows[i], cli_row(c));
	hold_list_free(&rows, count);
	return 0;
}

static int
find_call(struct cli *c, int64_t *id, struct err *err)
{
	struct call call = {0};
	int rc = call_by_name(c->desk, c->args[1], &call, err);

	*id = call.id;
	call_clear(&call);
	return rc;
}

/* A ticket is named by its number, the others by id, name or words. */
static int
find_record(struct cli *c, enum record_kind *kind, int64_t *id, struct err *err)
{
	static const char *const nouns[] = {
	    "contact", "ticket", "conversation", "call", "recording", NULL};
	static const enum record_kind kinds[] = {RECORD_CONTACT, RECORD_TICKET,
	    RECORD_CONVERSATION, RECORD_CALL, RECORD_RECORDING};
	struct ticket t = {0};
	int64_t number;
	int which, rc;

	if ((rc = cli_word("KIND", c->args[0], nouns, &which, err)) != 0)
		return rc;
	*kind = kinds[which];
	if (*kind == RECORD_CONTACT)
		return cli_find_contact(c, c->args[1], id, err);
	if (*kind == RECORD_CONVERSATION)
		return cli_find_conversation(c, c->args[1], id, err);
	if (*kind == RECORD_RECORDING)
		return recording_find(c->desk, c->args[1], id, err);
	if (*kind == RECORD_CALL)
		return find_call(c, id, err);
	if ((rc = cli_arg_int(c, 1, &number, err)) != 0)
		return rc;
	if ((rc = ticket_by_number(c->desk, number, &t, err)) == 0)
		*id = t.id;
	ticket_clear(&t);
	return rc;
}

static const struct cli_option reason_options[] = {
    {"--reason", "TEXT", N_("why; it stays with the hold")},
    {NULL, NULL, NULL},
};

/* The newest, which is the one that was made just now. */
static int
put_newest(struct cli *c, struct err *err)
{
	struct hold *rows = NULL;
	size_t count = 0;
	int rc = hold_list(c->desk, true, &rows, &count, err);

	if (rc == 0 && count > 0)
		hold_json(&rows[0], cli_value(c));
	hold_list_free(&rows, count);
	return rc;
}

static int
run_hold(struct cli *c, struct err *err)
{
	enum record_kind kind;
	int64_t id = 0;
	int rc;

	if ((rc = find_record(c, &kind, &id, err)) != 0 ||
	    (rc = hold_place(
		 c->desk, kind, id, cli_option(c, "--reason"), err)) != 0)
		return rc;
	return put_newest(c, err);
}

static int
run_release(struct cli *c, struct err *err)
{
	struct json_out *out;
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = hold_release(c->desk, id, cli_option(c, "--reason"), err)) !=
		0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "id", id);
	json_out_bool(out, "released", true);
	json_out_end(out, '}');
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"retention", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_list,
	    N_("List how long each class of things is kept.")},
	{"retention", "show", "CLASS", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show how long one class is kept.")},
	{"retention", "set", "CLASS DAYS|default", 2, 2, NULL, CLI_OPERATOR, false, run_set,
	    N_("Set how long a class is kept; a second person approves it.")},
	{"retention", "run", "", 0, 0, run_options, CLI_OPERATOR, false, run_run,
	    N_("Clear now what was kept long enough, as the daemon does daily.")},
	{"retention", "holds", "", 0, 0, holds_options, CLI_OPERATOR, true, run_holds,
	    N_("List the legal holds.")},
	{"retention", "hold", "KIND RECORD", 2, 2, reason_options, CLI_OPERATOR, false, run_hold,
	    N_("Keep a contact, ticket or conversation whatever its age; a second person approves it.")},
	{"retention", "release", "HOLD", 1, 1, reason_options, CLI_OPERATOR, false, run_release,
	    N_("Take a legal hold off; a second person approves it.")},
};
/* clang-format on */

const struct cli_table cli_retention_table = {rows, COUNT(rows)};
