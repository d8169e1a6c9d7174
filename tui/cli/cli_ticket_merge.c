/* cli_ticket_merge - merging, splitting and linking tickets. */
#include "common/i18n.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_split.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- merge ---- */

static const struct cli_option merge_options[] = {
    {"--dry-run", NULL, N_("only say what would happen")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_merge(struct cli *c, struct err *err)
{
	struct ticket source = {0}, target = {0};
	struct ticket_merge done;
	int64_t seen;
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &source, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 1, &target, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX,
		 source.version, &seen, err)) == 0)
		rc = cli_flag(c, "--dry-run")
		         ? ticket_merge_look(
			       c->desk, source.id, target.id, &done, err)
		         : ticket_merge(c->desk, source.id, seen, target.id,
			       target.version, &done, err);
	if (rc == 0)
		ticket_merge_json(&done, cli_value(c));
	ticket_clear(&source);
	ticket_clear(&target);
	return rc;
}

static int
run_unmerge(struct cli *c, struct err *err)
{
	struct ticket_unmerge done;
	struct ticket t = {0};
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_unmerge(c->desk, t.id, t.version, &done, err)) == 0) {
		ticket_unmerge_json(&done, cli_value(c));
		ticket_unmerge_clear(&done);
	}
	ticket_clear(&t);
	return rc;
}

/* ---- split ---- */

static const struct cli_option split_options[] = {
    {"--subject", "TEXT", N_("the new one's subject [from what is chosen]")},
    {"--comment", "ID...", N_("a comment that moves to the new one")},
    {"--message", "ID...", N_("a message that the new one tells")},
    {NULL, NULL, NULL},
};

static int
collect(struct cli *c, const char *option, int64_t ids[SPLIT_MOST + 1],
    size_t *count, struct err *err)
{
	const char *s;

	*count = 0;
	while (*count <= SPLIT_MOST &&
	       (s = cli_option_nth(c, option, (int)*count)) != NULL)
		if (!str_to_int64(s, 1, INT64_MAX, &ids[(*count)++]))
			return err_set(err, OD_EUSAGE,
			    "%s must be a whole number: %s", option, s);
	return 0;
}

static int
run_split(struct cli *c, struct err *err)
{
	int64_t comments[SPLIT_MOST + 1], messages[SPLIT_MOST + 1];
	struct ticket_split in = {.subject = cli_option(c, "--subject"),
	    .comments = comments,
	    .messages = messages};
	struct ticket t = {0}, made = {0};
	int64_t id, number;
	int rc;

	if ((rc = collect(c, "--comment", comments, &in.comment_count, err)) ==
		0 &&
	    (rc = collect(c, "--message", messages, &in.message_count, err)) ==
		0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_split(
		 c->desk, t.id, t.version, &in, &id, &number, err)) == 0 &&
	    (rc = ticket_by_number(c->desk, number, &made, err)) == 0)
		ticket_json(&made, cli_value(c));
	ticket_clear(&t);
	ticket_clear(&made);
	return rc;
}

/* ---- links ---- */

static const struct cli_column link_columns[] = {
    {"id", N_("Link"), 0},
    {"kind", N_("Kind"), 0},
    {"relation", N_("Relation"), 0},
    {"ticket", N_("Ticket"), 0},
    {"conversation_id", N_("Conversation"), 0},
    {"name", N_("Name"), 40},
    {"at", N_("At"), CLI_TIME},
};

static int
show_links(struct cli *c, int64_t ticket_id, struct err *err)
{
	struct ticket_link *rows;
	size_t count;
	int rc = ticket_links(c->desk, ticket_id, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, link_columns, COUNT(link_columns));
	for (size_t i = 0; i < count; i++)
		ticket_link_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_links(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int rc = cli_ticket_arg(c, 0, &t, err);

	if (rc == 0)
		rc = show_links(c, t.id, err);
	ticket_clear(&t);
	return rc;
}

static const struct cli_option link_options[] = {
    {"--ticket", "NUMBER", N_("to another ticket")},
    {"--conversation", "ID", N_("to a conversation")},
    {"--call", "NAME", N_("to a call, as the telephone system names it")},
    {"--guide", "NAME", N_("to a guide's session, by its name")},
    {"--equipment", "NAME", N_("to a piece of equipment, by its name")},
    {"--other", "NAME", N_("to anything else, by its name")},
    {"--relation", "RELATION",
	N_("related, follow_up, split_from or duplicate [related]")},
    {NULL, NULL, NULL},
};

/* What is linked to: exactly one of the options. */
static int
read_link(struct cli *c, struct ticket_link_new *in, struct err *err)
{
	static const struct {
		const char *option;
		enum link_kind kind;
	} named[] = {{"--ticket", LINK_TICKET},
	    {"--conversation", LINK_CONVERSATION}, {"--call", LINK_CALL},
	    {"--guide", LINK_GUIDE}, {"--equipment", LINK_EQUIPMENT},
	    {"--other", LINK_OTHER}};
	const char *option = NULL;
	struct ticket t = {0};
	int relation, rc;
	int64_t number;

	for (size_t i = 0; i < COUNT(named); i++) {
		if (!cli_flag(c, named[i].option))
			continue;
		if (option != NULL)
			return err_set(err, OD_EUSAGE,
			    "One thing is linked at a time: %s or %s", option,
			    named[i].option);
		option = named[i].option;
		in->kind = named[i].kind;
	}
	if (option == NULL)
		return err_set(err, OD_EUSAGE,
		    "To what? Name --ticket NUMBER, --conversation ID, --call,"
		    " --guide, --equipment or --other NAME");
	if ((rc = cli_option_word(c, "--relation", link_relation_names,
		 LINK_RELATED, &relation, err)) != 0)
		return rc;
	in->relation = (enum link_relation)relation;
	if (in->kind == LINK_CONVERSATION)
		return cli_option_int(
		    c, option, 1, INT64_MAX, 0, &in->record_id, err);
	if (in->kind != LINK_TICKET) {
		in->name = cli_option(c, option);
		return 0;
	}
	if ((rc = cli_option_int(c, option, 1, INT64_MAX, 0, &number, err)) ==
		0 &&
	    (rc = ticket_by_number(c->desk, number, &t, err)) == 0)
		in->record_id = t.id;
	ticket_clear(&t);
	return rc;
}

static int
run_link(struct cli *c, struct err *err)
{
	struct ticket_link_new in = {.kind = LINK_OTHER};
	struct ticket t = {0};
	int64_t id;
	int rc;

	if ((rc = read_link(c, &in, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_link(c->desk, t.id, &in, &id, err)) == 0)
		rc = show_links(c, t.id, err);
	ticket_clear(&t);
	return rc;
}

static int
run_unlink(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 1, &id, err)) == 0 &&
	    (rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_unlink(c->desk, t.id, id, err)) == 0)
		rc = show_links(c, t.id, err);
	ticket_clear(&t);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "merge", "NUMBER INTO", 2, 2, merge_options, CLI_OPERATOR, false, run_merge,
	    N_("Merge a ticket into another one.")},
	{"ticket", "unmerge", "NUMBER", 1, 1, NULL, CLI_OPERATOR, false, run_unmerge,
	    N_("Take the merge of a ticket back; what was changed since stays.")},
	{"ticket", "split", "NUMBER", 1, 1, split_options, CLI_OPERATOR, false, run_split,
	    N_("Make a new ticket of some of a ticket's comments and messages.")},
	{"ticket", "link", "NUMBER", 1, 1, link_options, CLI_OPERATOR, false, run_link,
	    N_("Link a ticket to what it has to do with.")},
	{"ticket", "unlink", "NUMBER LINK", 2, 2, NULL, CLI_OPERATOR, false, run_unlink,
	    N_("Take a link off a ticket.")},
	{"ticket", "links", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_links,
	    N_("List what a ticket is linked to.")},
};
/* clang-format on */

const struct cli_table cli_ticket_merge_table = {rows, COUNT(rows)};
