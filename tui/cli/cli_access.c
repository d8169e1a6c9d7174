/* cli_access - token, audit, undo, redo. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/ticket_recall.h"
#include "db/records/audit.h"
#include "db/records/tokens.h"
#include "kb/hint_desk.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- tokens ---- */

static const struct cli_column token_columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Name"), 24},
    {"hint", N_("Ends in"), 8},
    {"scopes", N_("May"), 40},
    {"expires_at", N_("Expires"), CLI_TIME},
    {"last_used_at", N_("Last used"), CLI_TIME},
    {"is_deleted", N_("Revoked"), 8},
};

static int
run_token_list(struct cli *c, struct err *err)
{
	struct token *rows = NULL;
	size_t count = 0;
	int rc = token_list(c->desk, &rows, &count, err);

	if (rc == 0)
		cli_list(c, token_columns, COUNT(token_columns));
	for (size_t i = 0; rc == 0 && i < count; i++)
		token_json(&rows[i], cli_row(c));
	free(rows);
	return rc;
}

static const struct cli_option token_options[] = {
    {"--scopes", "OPERATIONS",
	N_("what it may: operations such as ticket.new, ticket.* or *")},
    {"--expires", "TIME", N_("until when it may; else for ever")},
    {NULL, NULL, NULL},
};

static int
run_token_new(struct cli *c, struct err *err)
{
	const char *scopes = cli_option(c, "--scopes");
	char token[TOKEN_SIZE];
	struct json_out *out;
	int64_t expires, id;
	int rc;

	if (scopes == NULL)
		return err_set(err, OD_EUSAGE,
		    "--scopes is missing: what the token may, for example"
		    " \"ticket.*\"");
	if ((rc = cli_option_time(c, "--expires", &expires, err)) != 0 ||
	    (rc = token_new(
		 c->desk, c->args[0], scopes, expires, token, &id, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "id", id);
	json_out_string(out, "name", c->args[0]);
	json_out_string(out, "scopes", scopes);
	json_out_time(out, "expires_at", expires);
	json_out_string(out, "token", token);
	json_out_end(out, '}');
	cli_say(c, _("Keep the token now; it is not shown again."));
	return 0;
}

static int
run_token_revoke(struct cli *c, struct err *err)
{
	struct json_out *out;
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = token_revoke(c->desk, id, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "id", id);
	json_out_bool(out, "revoked", true);
	json_out_end(out, '}');
	return 0;
}

/* ---- audit ---- */

static const struct cli_column audit_columns[] = {
    {"seq", N_("Row"), 0},
    {"at", N_("When"), CLI_TIME},
    {"actor", N_("Who"), 24},
    {"operation", N_("Operation"), 24},
    {"record_id", N_("Record"), 0},
    {"result", N_("Result"), 0},
    {"reason", N_("Reason"), 40},
};

static const struct cli_option audit_options[] = {
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_audit_list(struct cli *c, struct err *err)
{
	struct audit_row *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int rc;

	if ((rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = audit_list(
		 c->desk, page.after_id, page.limit, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, audit_columns, COUNT(audit_columns));
	for (size_t i = 0; i < count; i++)
		audit_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].seq);
	audit_list_free(&rows, count);
	return 0;
}

static int
run_audit_verify(struct cli *c, struct err *err)
{
	struct audit_verdict v;
	struct json_out *out;
	int rc;

	if ((rc = audit_verify(c->desk, &v, err)) != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_int(out, "rows", v.rows);
	json_out_bool(out, "whole", v.bad_seq == 0);
	if (v.bad_seq != 0) {
		json_out_int(out, "bad_row", v.bad_seq);
		json_out_string(out, "reason", v.reason);
	}
	json_out_end(out, '}');
	cli_keep_rows(c);
	return v.bad_seq == 0
	           ? 0
	           : err_set(err, OD_EDATA,
			 "The audit trail was tampered with at row %lld: %s",
			 (long long)v.bad_seq, v.reason);
}

/* ---- undo, redo ---- */

static int
put_sentence(struct cli *c, const char *name, const char *sentence)
{
	struct json_out *out = cli_value(c);

	json_out_object(out, NULL);
	json_out_string(out, name, sentence);
	json_out_end(out, '}');
	return 0;
}

static int
run_undo(struct cli *c, struct err *err)
{
	struct ticket_recalled recalled;
	char sentence[256];
	int rc = ticket_undo(c->desk, sentence, &recalled, err);

	if (rc == 0 && recalled.ticket_id != 0)
		cli_say(c, _("The text is the draft of a reply to ticket %lld"),
		    (long long)recalled.number);
	ticket_recalled_clear(&recalled);
	if (rc == 0)
		rc = kb_learn_behind(c->desk, err);
	return rc != 0 ? rc : put_sentence(c, "undone", sentence);
}

static int
run_redo(struct cli *c, struct err *err)
{
	char sentence[256];
	int rc = op_redo(c->desk, sentence, err);

	if (rc == 0)
		rc = kb_learn_behind(c->desk, err);
	return rc != 0 ? rc : put_sentence(c, "redone", sentence);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"undo", NULL, "", 0, 0, NULL, CLI_OPERATOR, false, run_undo,
	    N_("Undo what you did last.")},
	{"redo", NULL, "", 0, 0, NULL, CLI_OPERATOR, false, run_redo,
	    N_("Do again what you undid last.")},
	{"token", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_token_list,
	    N_("List the tokens for programs.")},
	{"token", "new", "NAME", 1, 1, token_options, CLI_OPERATOR, false, run_token_new,
	    N_("Make a token; it is printed once.")},
	{"token", "revoke", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_token_revoke,
	    N_("Take a token back, at once.")},
	{"audit", "list", "", 0, 0, audit_options, CLI_OPERATOR, true, run_audit_list,
	    N_("List the audit trail, the newest row first.")},
	{"audit", "verify", "", 0, 0, NULL, CLI_OPERATOR, true, run_audit_verify,
	    N_("Check that nobody changed the audit trail.")},
};
/* clang-format on */

const struct cli_table cli_access_table = {rows, COUNT(rows)};
