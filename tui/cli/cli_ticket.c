/* cli_ticket - the noun "ticket". */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/tickets.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- list ---- */

static const struct cli_column list_columns[] = {
    {"number", N_("Ticket"), 0},
    {"state", N_("Status"), 8},
    {"priority", N_("Priority"), 8},
    {"subject", N_("Subject"), 44},
    {"contact_name", N_("Contact"), 22},
    {"operator", N_("Owner"), 12},
    {"updated_at", N_("Changed"), CLI_TIME},
};

static const struct cli_option list_options[] = {
    {"--view", "VIEW",
	N_("active, mine, unassigned, team, all or trash [active]")},
    {"--state", "STATE", N_("new, open, waiting, solved, closed or merged")},
    {"--match", "WORDS", N_("only what is found with these words")},
    {"--contact", "CONTACT", N_("only of this contact: an id or a name")},
    {"--updated-since", "TIME", N_("changed since then; deleted ones as well")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
read_filter(
    struct cli *c, struct ticket_filter *f, struct page *page, struct err *err)
{
	int64_t limit, number;
	struct ticket t = {0};
	int view, rc;

	if ((rc = cli_option_word(c, "--view", ticket_view_names,
		 TICKETS_ACTIVE, &view, err)) != 0 ||
	    (rc = cli_option_word(
		 c, "--state", ticket_state_names, -1, &f->state, err)) != 0 ||
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &f->contact_id, err)) != 0 ||
	    (rc = cli_option_time(
		 c, "--updated-since", &f->updated_since_us, err)) != 0 ||
	    (rc = cli_option_int(c, "--limit", 1, 1000, 50, &limit, err)) !=
		0 ||
	    (rc = cli_option_cursor(c, &page->after_key, &number, err)) != 0)
		return rc;
	f->view = (enum ticket_view)view;
	f->match = cli_option_or(c, "--match", "");
	page->limit = (int)limit;
	if (number == 0)
		return 0;
	if ((rc = ticket_by_number(c->desk, number, &t, err)) != 0)
		return rc;
	page->after_id = t.id;
	if (page->after_key == 0)
		page->after_key = t.updated_at;
	ticket_clear(&t);
	return 0;
}

static int
run_list(struct cli *c, struct err *err)
{
	struct ticket_filter f = {0};
	struct page page = {0};
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = read_filter(c, &f, &page, err)) != 0 ||
	    (rc = ticket_list(c->desk, &f, &page, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, list_columns, COUNT(list_columns));
	for (size_t i = 0; i < count; i++)
		ticket_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit) {
		char time[RFC3339_SIZE], cursor[64];

		clock_format_rfc3339(time, rows[count - 1].updated_at);
		str_format(cursor, sizeof(cursor), "%s/%lld", time,
		    (long long)rows[count - 1].number);
		cli_more(c, cursor);
	}
	ticket_list_free(&rows, count);
	return 0;
}

/* ---- show ---- */

static int
arg_ticket(struct cli *c, int index, struct ticket *t, struct err *err)
{
	int64_t number;
	int rc = cli_arg_int(c, index, &number, err);

	return rc != 0 ? rc : ticket_by_number(c->desk, number, t, err);
}

static int
show_number(struct cli *c, int64_t number, struct err *err)
{
	struct ticket t = {0};
	int rc = ticket_by_number(c->desk, number, &t, err);

	if (rc == 0)
		ticket_json(&t, cli_value(c));
	ticket_clear(&t);
	return rc;
}

static int
add_comments(struct cli *c, int64_t id, struct json_out *out, struct err *err)
{
	struct ticket_comment *rows = NULL;
	size_t count = 0;
	int rc = ticket_comments(c->desk, id, &rows, &count, err);

	json_out_array(out, "comments");
	for (size_t i = 0; rc == 0 && i < count; i++)
		ticket_comment_json(&rows[i], out);
	json_out_end(out, ']');
	ticket_comments_free(&rows, count);
	return rc;
}

/* What stands in the journal, as people know it. */
static const char *
value_word(const char *field, const char *value)
{
	const struct record_def *def = record_def(RECORD_TICKET);
	int at = record_field(def, field);
	int64_t n;

	if (at >= 0 && def->fields[at].type == FIELD_ENUM &&
	    str_to_int64(value, 0, TICKET_STATE_COUNT - 1, &n))
		return def->fields[at].values[n];
	return value;
}

static int
add_history(struct cli *c, int64_t id, struct json_out *out, struct err *err)
{
	struct history_row *rows = NULL;
	size_t count = 0;
	int rc;

	rc =
	    record_history(c->desk, RECORD_TICKET, id, 200, &rows, &count, err);
	json_out_array(out, "history");
	for (size_t i = 0; rc == 0 && i < count; i++) {
		json_out_object(out, NULL);
		json_out_time(out, "at", rows[i].at_us);
		json_out_string(out, "by", rows[i].by);
		json_out_string(out, "operation", rows[i].operation);
		json_out_string(out, "field", rows[i].field);
		json_out_string(
		    out, "before", value_word(rows[i].field, rows[i].before));
		json_out_string(
		    out, "after", value_word(rows[i].field, rows[i].after));
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	history_free(&rows, count);
	return rc;
}

static void
print_entry(const struct cli *c, const struct json *row, const char *who,
    struct str *out)
{
	str_add(out, "  ");
	cli_add_time(c, row, "at", out);
	str_add(out, "  ");
	cli_add_member(c, row, who, out);
}

/* A record's own beginning and end are changes of deleted_at. */
static void
print_change(const struct cli *c, const struct json *row, struct str *out)
{
	if (str_equal(json_string(row, "field"), "deleted_at")) {
		cli_add_member(c, row, "operation", out);
	} else {
		cli_add_member(c, row, "field", out);
		str_add(out, ": ");
		cli_add_member(c, row, "before", out);
		str_add(out, " -> ");
		cli_add_member(c, row, "after", out);
	}
	str_addc(out, '\n');
}

static void
print_ticket(const struct cli *c, const struct json *doc, struct str *out)
{
	static const char *const shown[] = {"state", "priority", "urgency",
	    "impact", "category", "tags", "source", "contact_name",
	    "company_name", "operator", "team", "waiting_reason",
	    "conversation_id", "external_id"};
	const struct json *t = json_get(doc, "ticket"), *row;

	str_addc(out, '#');
	cli_add_member(c, t, "number", out);
	str_add(out, "  ");
	cli_add_member(c, t, "subject", out);
	str_addc(out, '\n');
	for (size_t i = 0; i < COUNT(shown); i++) {
		size_t before = out->len, label;

		str_addf(out, "%s: ", shown[i]);
		label = out->len;
		cli_add_member(c, t, shown[i], out);
		if (out->len == label)
			str_trunc(out, before);
		else
			str_addc(out, '\n');
	}
	str_add(out, "updated_at: ");
	cli_add_time(c, t, "updated_at", out);
	str_addc(out, '\n');
	cli_add_block(out, 2, json_string(t, "description"));
	for (row = json_first(json_get(doc, "comments")); row != NULL;
	     row = json_next(row)) {
		print_entry(c, row, "author", out);
		str_addf(out, " (%s)\n", json_string(row, "kind"));
		cli_add_block(out, 4, json_string(row, "body"));
	}
	for (row = json_first(json_get(doc, "history")); row != NULL;
	     row = json_next(row)) {
		print_entry(c, row, "by", out);
		str_add(out, "  ");
		print_change(c, row, out);
	}
}

static int
run_show(struct cli *c, struct err *err)
{
	struct str json = STR_INIT;
	struct ticket t = {0};
	struct json_out one, *out;
	int rc;

	if ((rc = arg_ticket(c, 0, &t, err)) != 0)
		return rc;
	json_out_init(&one, &json);
	ticket_json(&t, &one);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_raw(out, "ticket", json.s);
	if ((rc = add_comments(c, t.id, out, err)) == 0)
		rc = add_history(c, t.id, out, err);
	json_out_end(out, '}');
	cli_people(c, print_ticket);
	str_free(&json);
	ticket_clear(&t);
	return rc;
}

/* ---- new, edit ---- */

static const struct cli_option new_options[] = {
    {"--subject", "TEXT", N_("one line that says what it is about")},
    {"--description", "TEXT", N_("the rest; - is standard input")},
    {"--category", "WORD", N_("a word to sort by")},
    {"--tags", "WORDS", N_("words, separated by commas")},
    {"--urgency", "1-5", N_("how soon; 5 is now [3]")},
    {"--impact", "1-5", N_("how many it hits; 5 is everybody [3]")},
    {"--contact", "CONTACT", N_("who has the trouble: an id or a name")},
    {"--company", "COMPANY", N_("the company: an id or its name")},
    {"--external-id", "ID", N_("its name in another system")},
    {"--to", "LOGIN", N_("the operator who gets it")},
    {"--team", "TEAM", N_("the team that gets it")},
    {"--from-conversation", "ID", N_("make it from a conversation")},
    {NULL, NULL, NULL},
};

static int
new_from_conversation(struct cli *c, int64_t *number, struct err *err)
{
	int64_t conversation, id;
	int rc;

	if ((rc = cli_option_int(c, "--from-conversation", 1, INT64_MAX, 0,
		 &conversation, err)) != 0)
		return rc;
	return ticket_from_conversation(c->desk, conversation,
	    cli_option(c, "--subject"), &id, number, err);
}

static int
new_from_options(struct cli *c, int64_t *number, struct err *err)
{
	struct str description = STR_INIT;
	struct ticket_new in = {.subject = cli_option(c, "--subject"),
	    .category = cli_option(c, "--category"),
	    .tags = cli_option(c, "--tags"),
	    .external_id = cli_option(c, "--external-id")};
	int64_t urgency, impact, id;
	int rc;

	if (in.subject == NULL)
		return err_set(err, OD_EUSAGE,
		    "--subject is missing: one line that says what it is"
		    " about");
	if ((rc = cli_option_text(c, "--description", &description, err)) ==
		0 &&
	    (rc = cli_option_int(c, "--urgency", 1, 5, 3, &urgency, err)) ==
		0 &&
	    (rc = cli_option_int(c, "--impact", 1, 5, 3, &impact, err)) == 0 &&
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &in.contact_id, err)) == 0 &&
	    (rc = cli_find_company(
		 c, cli_option(c, "--company"), &in.company_id, err)) == 0 &&
	    (rc = cli_find_operator(
		 c, cli_option(c, "--to"), &in.operator_id, err)) == 0 &&
	    (rc = cli_find_team(
		 c, cli_option(c, "--team"), &in.team_id, err)) == 0) {
		in.description = description.s;
		in.urgency = (int)urgency;
		in.impact = (int)impact;
		rc = ticket_new(c->desk, &in, &id, number, err);
	}
	str_free(&description);
	return rc;
}

static int
run_new(struct cli *c, struct err *err)
{
	int64_t number = 0;
	int rc = cli_flag(c, "--from-conversation")
	             ? new_from_conversation(c, &number, err)
	             : new_from_options(c, &number, err);

	return rc != 0 ? rc : show_number(c, number, err);
}

static const struct cli_option edit_options[] = {
    {"--subject", "TEXT", N_("one line that says what it is about")},
    {"--description", "TEXT", N_("the rest; - is standard input")},
    {"--category", "WORD", N_("a word to sort by")},
    {"--tags", "WORDS", N_("words, separated by commas")},
    {"--urgency", "1-5", N_("how soon; 5 is now [3]")},
    {"--impact", "1-5", N_("how many it hits; 5 is everybody [3]")},
    {"--contact", "CONTACT", N_("who has the trouble: an id or a name")},
    {"--company", "COMPANY", N_("the company: an id or its name")},
    {"--external-id", "ID", N_("its name in another system")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

/* Numbers and references that were given. */
static int
collect_numbers(
    struct cli *c, struct change *changes, size_t *count, struct err *err)
{
	int64_t n;
	int rc;

	if (cli_flag(c, "--urgency")) {
		rc = cli_option_int(c, "--urgency", 1, 5, 3, &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"urgency", b_int(n)};
	}
	if (cli_flag(c, "--impact")) {
		rc = cli_option_int(c, "--impact", 1, 5, 3, &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"impact", b_int(n)};
	}
	if (cli_flag(c, "--contact")) {
		rc = cli_find_contact(c, cli_option(c, "--contact"), &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"contact_id", b_ref(n)};
	}
	if (cli_flag(c, "--company")) {
		rc = cli_find_company(c, cli_option(c, "--company"), &n, err);
		if (rc != 0)
			return rc;
		changes[(*count)++] = (struct change){"company_id", b_ref(n)};
	}
	return 0;
}

static int
run_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {{"--subject", "subject"},
	    {"--category", "category"}, {"--tags", "tags"},
	    {"--external-id", "external_id"}};
	struct str description = STR_INIT;
	struct change changes[10];
	struct ticket t = {0};
	size_t count = 0;
	int64_t seen;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[count++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if ((rc = cli_option_text(c, "--description", &description, err)) !=
		0 ||
	    (rc = collect_numbers(c, changes, &count, err)) != 0)
		goto out;
	if (cli_flag(c, "--description"))
		changes[count++] =
		    (struct change){"description", b_text(description.s)};
	if (count == 0) {
		rc = cli_nothing(err);
		goto out;
	}
	if ((rc = arg_ticket(c, 0, &t, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, t.version,
		 &seen, err)) == 0 &&
	    (rc = ticket_edit(c->desk, t.id, seen, changes, count, err)) == 0)
		rc = show_number(c, t.number, err);
out:
	ticket_clear(&t);
	str_free(&description);
	return rc;
}

/* ---- what can be done to several ---- */

/*
 * Each ticket that the first argument means, one after the other; the first
 * that fails ends it, and what was done before is printed.
 */
static int
each_ticket(struct cli *c,
    int (*act)(struct cli *c, const struct ticket *t, struct err *err),
    struct err *err)
{
	bool many = strcmp(c->args[0], "-") == 0;
	int64_t *numbers = NULL;
	size_t count = 0;
	int rc;

	if ((rc = cli_arg_numbers(c, 0, &numbers, &count, err)) != 0)
		return rc;
	if (many) {
		cli_list(c, list_columns, COUNT(list_columns));
		cli_keep_rows(c);
	}
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct ticket t = {0};

		if ((rc = ticket_by_number(c->desk, numbers[i], &t, err)) ==
			0 &&
		    (rc = act(c, &t, err)) == 0) {
			ticket_clear(&t);
			rc = ticket_by_number(c->desk, numbers[i], &t, err);
		}
		if (rc == 0)
			ticket_json(&t, many ? cli_row(c) : cli_value(c));
		ticket_clear(&t);
	}
	free(numbers);
	return rc;
}

static const struct cli_option state_options[] = {
    {"--reason", "TEXT", N_("what it waits for")},
    {"--until", "TIME", N_("until when it waits")},
    {NULL, NULL, NULL},
};

static int
set_state(struct cli *c, const struct ticket *t, struct err *err)
{
	int64_t until;
	int state, rc;

	if ((rc = cli_word(
		 "STATE", c->args[1], ticket_state_names, &state, err)) != 0 ||
	    (rc = cli_option_time(c, "--until", &until, err)) != 0)
		return rc;
	return ticket_set_state(c->desk, t->id, t->version,
	    (enum ticket_state)state, cli_option_or(c, "--reason", ""), until,
	    err);
}

static int
run_state(struct cli *c, struct err *err)
{
	return each_ticket(c, set_state, err);
}

static const struct cli_option assign_options[] = {
    {"--operator", "LOGIN", N_("to this operator")},
    {"--team", "TEAM", N_("to this team")},
    {"--nobody", NULL, N_("take it from whoever has it")},
    {"--note", "TEXT", N_("an internal note for who gets it")},
    {NULL, NULL, NULL},
};

static int
assign(struct cli *c, const struct ticket *t, struct err *err)
{
	int64_t operator_id, team_id;
	int rc;

	if (!cli_flag(c, "--operator") && !cli_flag(c, "--team") &&
	    !cli_flag(c, "--nobody"))
		return err_set(err, OD_EUSAGE,
		    "To whom? Name --operator LOGIN or --team TEAM, or"
		    " --nobody");
	if ((rc = cli_find_operator(
		 c, cli_option(c, "--operator"), &operator_id, err)) != 0 ||
	    (rc = cli_find_team(c, cli_option(c, "--team"), &team_id, err)) !=
		0)
		return rc;
	return ticket_assign(c->desk, t->id, t->version, operator_id, team_id,
	    cli_option_or(c, "--note", ""), err);
}

static int
run_assign(struct cli *c, struct err *err)
{
	return each_ticket(c, assign, err);
}

static int
delete_ticket(struct cli *c, const struct ticket *t, struct err *err)
{
	return ticket_delete(c->desk, t->id, t->version, err);
}

static int
run_delete(struct cli *c, struct err *err)
{
	return each_ticket(c, delete_ticket, err);
}

static int
restore_ticket(struct cli *c, const struct ticket *t, struct err *err)
{
	return ticket_restore(c->desk, t->id, err);
}

static int
run_restore(struct cli *c, struct err *err)
{
	return each_ticket(c, restore_ticket, err);
}

/* ---- comments ---- */

static const struct cli_option comment_options[] = {
    {"--text", "TEXT", N_("what to write; - is standard input")},
    {"--reply", NULL, N_("for the customer, not an internal note")},
    {NULL, NULL, NULL},
};

static int
run_comment(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	struct ticket t = {0};
	int64_t id = 0;
	int rc;

	if (!cli_flag(c, "--text"))
		return err_set(err, OD_EUSAGE,
		    "--text is missing: what to write, or - for standard"
		    " input");
	if ((rc = cli_option_text(c, "--text", &text, err)) == 0 &&
	    (rc = arg_ticket(c, 0, &t, err)) == 0 &&
	    (rc = ticket_comment(c->desk, t.id,
		 cli_flag(c, "--reply") ? COMMENT_REPLY : COMMENT_NOTE, text.s,
		 &id, err)) == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_int(out, "id", id);
		json_out_int(out, "ticket", t.number);
		json_out_end(out, '}');
	}
	ticket_clear(&t);
	str_free(&text);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List tickets, the newest change first.")},
	{"ticket", "show", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a ticket with its comments and history.")},
	{"ticket", "new", "", 0, 0, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a ticket.")},
	{"ticket", "edit", "NUMBER", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a ticket.")},
	{"ticket", "state", "NUMBER|- STATE", 2, 2, state_options, CLI_OPERATOR, false, run_state,
	    N_("Set the status; - reads numbers from standard input.")},
	{"ticket", "assign", "NUMBER|-", 1, 1, assign_options, CLI_OPERATOR, false, run_assign,
	    N_("Give tickets to an operator or a team; - reads numbers.")},
	{"ticket", "comment", "NUMBER", 1, 1, comment_options, CLI_OPERATOR, false, run_comment,
	    N_("Write an internal note or a reply.")},
	{"ticket", "delete", "NUMBER|-", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Move tickets to the trash; - reads numbers.")},
	{"ticket", "restore", "NUMBER|-", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take tickets out of the trash; - reads numbers.")},
};
/* clang-format on */

const struct cli_table cli_ticket_table = {rows, COUNT(rows)};
