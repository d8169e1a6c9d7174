/* cli_approval - the noun "approval": what waits for a second person. */
#include "common/i18n.h"
#include "db/records/approvals.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"state", N_("Status"), 0},
    {"proposer", N_("Proposed by"), 20},
    {"sentence", N_("What"), 60},
    {"decider", N_("Decided by"), 20},
    {"expires_at", N_("Ends"), CLI_TIME},
};

static const struct cli_option list_options[] = {
    {"--state", "STATE", N_("proposed, approved, refused or expired")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct approval *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int state, rc;

	if ((rc = cli_option_word(
		 c, "--state", approval_state_names, -1, &state, err)) != 0 ||
	    (rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = approval_list(c->desk, state, page.after_id, page.limit,
		 &rows, &count, err)) != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		approval_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	approval_list_free(&rows, count);
	return 0;
}

static int
put(struct cli *c, int64_t id, struct err *err)
{
	struct approval a;
	int rc = approval_get(c->desk, id, &a, err);

	if (rc == 0)
		approval_json(&a, cli_value(c));
	approval_clear(&a);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, 0, &id, err);

	return rc != 0 ? rc : put(c, id, err);
}

static int
run_approve(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = approval_approve(c->desk, id, err)) != 0)
		return rc;
	return put(c, id, err);
}

static const struct cli_option refuse_options[] = {
    {"--reason", "TEXT", N_("why, for who proposed it")},
    {NULL, NULL, NULL},
};

static int
run_refuse(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = approval_refuse(
		 c->desk, id, cli_option(c, "--reason"), err)) != 0)
		return rc;
	return put(c, id, err);
}

int
cli__waits(struct cli *c, struct err *err)
{
	struct err other = ERR_INIT;
	int rc = 0;

	if (c->in->json || c->in->jsonl) {
		rc = put(c, c->desk->proposed, &other);
		if (rc == 0)
			rc = cli__print(c, &other);
	}
	if (rc != 0)
		*err = other;
	return rc != 0 ? rc : OD_EWAITS;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"approval", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List what was proposed and takes a second person, the newest first.")},
	{"approval", "show", "ID", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show one proposal, with what would be done.")},
	{"approval", "approve", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_approve,
	    N_("Approve what another person proposed; it is done at once.")},
	{"approval", "refuse", "ID", 1, 1, refuse_options, CLI_OPERATOR, false, run_refuse,
	    N_("Refuse what was proposed, or take one's own proposal back.")},
};
/* clang-format on */

const struct cli_table cli_approval_table = {rows, COUNT(rows)};
