/* cli_ticket_bulk - one change of all tickets that a filter means. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/ticket_bulk.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include "tui/invocation.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ASKED    3 /* from so many up it is asked first */

static const struct cli_option options[] = {
    {"--filter", "FILTER",
	N_("all that it means: words, -words, state:open, created<7d, ...")},
    {"--view", "VIEW",
	N_("active, mine, unassigned, team, all or trash [active]; or a saved"
	   " one")},
    {"--state", "STATE", N_("open, waiting, solved or closed from now on")},
    {"--reason", "TEXT", N_("what they wait for, or why that priority")},
    {"--priority", "1-5", N_("this priority")},
    {"--operator", "LOGIN", N_("to this operator")},
    {"--team", "TEAM", N_("to this team")},
    {"--nobody", NULL, N_("take them from whoever has them")},
    {"--tag", "TAG", N_("with this tag")},
    {"--untag", "TAG", N_("without this tag")},
    {"--delete", NULL, N_("to the trash")},
    {"--restore", NULL, N_("out of the trash")},
    {"--dry-run", NULL, N_("only list what would be changed")},
    {NULL, NULL, NULL},
};

static const struct {
	const char *option;
	enum ticket_bulk_act act;
} acts[] = {
    {"--state", BULK_STATE},
    {"--priority", BULK_PRIORITY},
    {"--operator", BULK_ASSIGN},
    {"--team", BULK_ASSIGN},
    {"--nobody", BULK_ASSIGN},
    {"--tag", BULK_TAG},
    {"--untag", BULK_UNTAG},
    {"--delete", BULK_DELETE},
    {"--restore", BULK_RESTORE},
};

/* One change only, since one undo takes it back. */
static int
read_act(struct cli *c, struct ticket_bulk *b, struct err *err)
{
	int64_t priority;
	int given = 0, state, rc;

	for (size_t i = 0; i < COUNT(acts); i++)
		if (cli_flag(c, acts[i].option)) {
			b->act = acts[i].act;
			given++;
		}
	if (given != 1)
		return err_set(err, OD_EUSAGE,
		    "What shall be changed? Give one of --state, --priority,"
		    " --operator, --team, --nobody, --tag, --untag, --delete"
		    " and --restore");
	if ((rc = cli_option_word(c, "--state", ticket_state_names, TICKET_OPEN,
		 &state, err)) != 0 ||
	    (rc = cli_option_int(c, "--priority", 1, 5, 3, &priority, err)) !=
		0 ||
	    (rc = cli_find_operator(
		 c, cli_option(c, "--operator"), &b->operator_id, err)) != 0 ||
	    (rc = cli_find_team(
		 c, cli_option(c, "--team"), &b->team_id, err)) != 0)
		return rc;
	b->state = (enum ticket_state)state;
	b->priority = (int)priority;
	b->reason = cli_option(c, "--reason");
	b->tag = cli_flag(c, "--tag") ? cli_option(c, "--tag")
	                              : cli_option(c, "--untag");
	return 0;
}

/* All that are meant; OD_EUSAGE when they are too many. */
static int
find(struct cli *c, int64_t **ids, size_t *count, struct err *err)
{
	struct page page = {.limit = TICKET_BULK_MAX};
	struct ticket_filter f = {.state = -1, .match = ""};
	struct ticket_where *where = NULL;
	struct str filter = STR_INIT;
	struct ticket *rows = NULL;
	size_t n = 0;
	bool more;
	int rc;

	if (!cli_flag(c, "--filter") && !cli_flag(c, "--view"))
		return err_set(err, OD_EUSAGE,
		    "Which tickets? Name them by --filter or --view");
	if ((rc = cli_ticket_view(c, NULL, &f, &filter, err)) == 0 &&
	    (rc = ticket_where_parse(c->desk, filter.s, &where, err)) == 0) {
		f.where = where;
		rc = ticket_list(c->desk, &f, &page, &rows, &n, err);
	}
	*ids = xcalloc(n + 1, sizeof(**ids));
	for (size_t i = 0; i < n; i++)
		(*ids)[i] = rows[i].id;
	*count = n;
	more = rc == 0 && n == TICKET_BULK_MAX;
	if (more) {
		struct ticket *next = NULL;
		size_t left = 0;

		page.after_id = rows[n - 1].id;
		page.after_key = ticket_sort_key(&rows[n - 1], f.sort);
		rc = ticket_list(c->desk, &f, &page, &next, &left, err);
		ticket_list_free(&next, left);
		if (rc == 0 && left > 0)
			rc = err_set(err, OD_EUSAGE,
			    "More than %d tickets are meant, and no more can"
			    " be changed at once; make the filter narrower",
			    TICKET_BULK_MAX);
	}
	ticket_list_free(&rows, n);
	ticket_where_free(&where);
	str_free(&filter);
	return rc;
}

static int
confirm(const struct cli *c, size_t count, struct err *err)
{
	char question[120];

	if (count < ASKED || c->in->yes)
		return 0;
	str_format(
	    question, sizeof(question), _("Change %d tickets?"), (int)count);
	if (cli_confirm(c, question))
		return 0;
	return err_set(err, OD_ECANCEL,
	    "Nothing was changed; --yes changes %d tickets without asking",
	    (int)count);
}

static int
show(struct cli *c, const int64_t *ids, size_t count, struct err *err)
{
	int rc = 0;

	cli_list(c, cli_ticket_columns, cli_ticket_column_count);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ticket t = {0};

		rc = ticket_get(c->desk, ids[i], &t, err);
		if (rc == 0)
			ticket_json(&t, cli_row(c));
		else if (rc == OD_EDENIED || rc == OD_ENOTFOUND)
			rc = 0; /* given away: it is another one's now */
		ticket_clear(&t);
	}
	return rc;
}

static int
run_bulk(struct cli *c, struct err *err)
{
	struct ticket_bulk b = {.act = BULK_STATE};
	char sentence[256] = "";
	int64_t *ids = NULL;
	int rc;

	if ((rc = read_act(c, &b, err)) != 0 ||
	    (rc = find(c, &ids, &b.count, err)) != 0)
		goto out;
	b.ids = ids;
	if (cli_flag(c, "--dry-run") || b.count == 0) {
		cli_say(c, _("%d tickets are meant"), (int)b.count);
		rc = show(c, ids, b.count, err);
		goto out;
	}
	if ((rc = confirm(c, b.count, err)) == 0 &&
	    (rc = ticket_bulk(c->desk, &b, sentence, err)) == 0) {
		cli_say(c, "%s", sentence);
		rc = show(c, ids, b.count, err);
	}
out:
	free(ids);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "bulk", "", 0, 0, options, CLI_OPERATOR, false, run_bulk,
	    N_("Change all tickets that a filter means, to be undone by one step.")},
};
/* clang-format on */

const struct cli_table cli_ticket_bulk_table = {rows, COUNT(rows)};
