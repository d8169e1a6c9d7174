/* cli_draft - the noun "draft": what an operator has begun to write. */
#include "common/i18n.h"
#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column draft_columns[] = {
    {"id", N_("Id"), 0},
    {"kind", N_("Of"), 0},
    {"record_id", N_("Record"), 0},
    {"slot", N_("Slot"), 0},
    {"updated_at", N_("Changed"), CLI_TIME},
    {"preview", N_("Text"), 40},
};

static int
run_draft_list(struct cli *c, struct err *err)
{
	struct draft *rows = NULL;
	size_t count = 0;
	int rc = draft_list(c->desk, &rows, &count, err);

	if (rc == 0)
		cli_list(c, draft_columns, COUNT(draft_columns));
	for (size_t i = 0; rc == 0 && i < count; i++)
		draft_json(&rows[i], cli_row(c));
	draft_list_free(&rows, count);
	return rc;
}

/* An operator's own drafts are few: the list is the look-up. */
static int
put_draft(struct cli *c, int64_t id, struct err *err)
{
	struct draft *rows = NULL;
	size_t count = 0;
	int rc = draft_list(c->desk, &rows, &count, err);
	bool found = false;

	for (size_t i = 0; rc == 0 && i < count; i++)
		if (rows[i].id == id) {
			draft_json(&rows[i], cli_value(c));
			found = true;
		}
	draft_list_free(&rows, count);
	if (rc == 0 && !found)
		rc = err_set(err, OD_ENOTFOUND,
		    "You have no draft %lld; \"opdesk draft list\" shows them",
		    (long long)id);
	return rc;
}

static int
run_draft_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : put_draft(c, id, err);
}

static int
run_draft_delete(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = put_draft(c, id, err)) != 0)
		return rc;
	return draft_delete(c->desk, id, err);
}

/* ---- new ---- */

static const struct cli_option new_options[] = {
    {"--ticket", "NUMBER", N_("to write on this ticket")},
    {"--conversation", "CONVERSATION", N_("to write in this conversation")},
    {"--note", NULL, N_("as an internal note, not a reply")},
    {"--text", "TEXT", N_("what to write; - is standard input")},
    {NULL, NULL, NULL},
};

/* What it is written to. */
static int
find_place(struct cli *c, struct draft *dr, struct err *err)
{
	struct ticket t = {0};
	int64_t number;
	int rc;

	if (cli_flag(c, "--ticket") == cli_flag(c, "--conversation"))
		return err_set(err, OD_EUSAGE,
		    "Name either --ticket or --conversation");
	if (cli_flag(c, "--conversation")) {
		dr->kind = RECORD_CONVERSATION;
		return cli_find_conversation(
		    c, cli_option(c, "--conversation"), &dr->record_id, err);
	}
	if ((rc = cli_option_int(c, "--ticket", 1, INT64_MAX, 0, &number,
		 err)) != 0 ||
	    (rc = ticket_by_number(c->desk, number, &t, err)) != 0)
		return rc;
	dr->kind = RECORD_TICKET;
	dr->record_id = t.id;
	dr->seen_version = t.version;
	ticket_clear(&t);
	return 0;
}

/* What somebody is typing at this moment is not written over. */
static int
check_free(struct cli *c, const struct draft *dr, struct err *err)
{
	struct draft there = {0};
	int rc = draft_get(
	    c->desk, dr->kind, dr->record_id, dr->slot, &there, err);

	if (rc == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "Draft %lld is there already; send it or delete it first",
		    (long long)there.id);
	else if (rc == OD_ENOTFOUND)
		rc = 0;
	draft_clear(&there);
	return rc;
}

static int
run_new(struct cli *c, struct err *err)
{
	struct draft dr = {
	    .slot = cli_flag(c, "--note") ? DRAFT_NOTE : DRAFT_REPLY};
	struct draft made = {0};
	struct str text = STR_INIT;
	int rc;

	if (!cli_flag(c, "--text"))
		return err_set(err, OD_EUSAGE,
		    "--text is missing: what to write, or - for standard"
		    " input");
	if ((rc = find_place(c, &dr, err)) != 0 ||
	    (rc = cli_option_text(c, "--text", &text, err)) != 0 ||
	    (rc = check_free(c, &dr, err)) != 0 ||
	    (rc = draft_save(c->desk, dr.kind, dr.record_id, dr.slot, text.s,
		 (int64_t)text.len, dr.seen_version, err)) != 0 ||
	    (rc = draft_get(c->desk, dr.kind, dr.record_id, dr.slot, &made,
		 err)) != 0)
		goto out;
	draft_json(&made, cli_value(c));
out:
	draft_clear(&made);
	str_free(&text);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"draft", "new", "", 0, 0, new_options, CLI_OPERATOR, false, run_new,
	    N_("Begin a reply or a note; the console goes on with it.")},
	{"draft", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_draft_list,
	    N_("List your drafts.")},
	{"draft", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_draft_show,
	    N_("Show one of your drafts.")},
	{"draft", "delete", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_draft_delete,
	    N_("Throw one of your drafts away.")},
};
/* clang-format on */

const struct cli_table cli_draft_table = {rows, COUNT(rows)};
