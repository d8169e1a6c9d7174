/* cli_ticket_read - ticket list, ticket show. */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/ticket_form.h"
#include "db/records/views.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- list ---- */

const struct cli_column cli_ticket_columns[] = {
    {"number", N_("Ticket"), 0},
    {"state", N_("Status"), 0},
    {"priority", N_("Priority"), 8},
    {"subject", N_("Subject"), 44},
    {"contact_name", N_("Contact"), 22},
    {"operator", N_("Owner"), 12},
    {"updated_at", N_("Changed"), CLI_TIME},
};
const size_t cli_ticket_column_count = COUNT(cli_ticket_columns);

static const struct cli_option list_options[] = {
    {"--view", "VIEW",
	N_("active, mine, unassigned, team, all or trash [active]; or a saved"
	   " one")},
    {"--state", "STATE", N_("new, open, waiting, solved, closed or merged")},
    {"--filter", "FILTER",
	N_("only what it means: words, -words, state:open, created<7d, ...")},
    {"--sort", "ORDER",
	N_("changed, created, priority or due; -ORDER turns it around"
	   " [changed]")},
    {"--match", "WORDS", N_("only what is found with these words")},
    {"--contact", "CONTACT", N_("only of this contact: an id or a name")},
    {"--updated-since", "TIME", N_("changed since then; deleted ones as well")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

int
cli_ticket_view(struct cli *c, const char *sort, struct ticket_filter *f,
    struct str *filter, struct err *err)
{
	const char *name = cli_option_or(c, "--view", ticket_view_names[0]);
	struct view v = {.ordering = ""};
	int view = 0, rc;

	while (ticket_view_names[view] != NULL &&
	       !str_equal(name, ticket_view_names[view]))
		view++;
	if (ticket_view_names[view] != NULL) {
		f->view = (enum ticket_view)view;
	} else {
		if ((rc = view_find(c->desk, name, &v, err)) != 0)
			return rc;
		str_addf(filter, "%s ", v.filter);
	}
	str_add(filter, cli_option_or(c, "--filter", ""));
	if (!ticket_sort_parse(
		sort != NULL ? sort : v.ordering, &f->sort, &f->is_reversed))
		return err_set(err, OD_EUSAGE,
		    "--sort %s: there is changed, created, priority and due,"
		    " each with a - before it for the other way round",
		    sort != NULL ? sort : v.ordering);
	return 0;
}

static int
read_filter(struct cli *c, struct ticket_filter *f, struct str *filter,
    struct page *page, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = cli_ticket_view(
		 c, cli_option(c, "--sort"), f, filter, err)) != 0 ||
	    (rc = cli_option_word(
		 c, "--state", ticket_state_names, -1, &f->state, err)) != 0 ||
	    (rc = cli_find_contact(
		 c, cli_option(c, "--contact"), &f->contact_id, err)) != 0 ||
	    (rc = cli_option_time(
		 c, "--updated-since", &f->updated_since_us, err)) != 0 ||
	    (rc = cli_option_page(c, page, err)) != 0)
		return rc;
	f->match = cli_option_or(c, "--match", "");
	if (page->after_id == 0)
		return 0;
	/* Outside, a ticket is known by its number. */
	if ((rc = ticket_by_number(c->desk, page->after_id, &t, err)) != 0)
		return rc;
	page->after_id = t.id;
	if (page->after_key == 0 || f->sort != TICKETS_BY_CHANGE)
		page->after_key = ticket_sort_key(&t, f->sort);
	ticket_clear(&t);
	return 0;
}

static int
run_list(struct cli *c, struct err *err)
{
	struct ticket_filter f = {0};
	struct page page = {0};
	struct ticket *rows = NULL;
	struct ticket_where *where = NULL;
	struct str filter = STR_INIT;
	size_t count = 0;
	int rc;

	if ((rc = read_filter(c, &f, &filter, &page, err)) == 0 &&
	    (rc = ticket_where_parse(c->desk, filter.s, &where, err)) == 0) {
		f.where = where;
		rc = ticket_list(c->desk, &f, &page, &rows, &count, err);
	}
	ticket_where_free(&where);
	str_free(&filter);
	if (rc != 0)
		return rc;
	cli_list(c, cli_ticket_columns, cli_ticket_column_count);
	for (size_t i = 0; i < count; i++)
		ticket_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_at(c, rows[count - 1].updated_at, rows[count - 1].number);
	ticket_list_free(&rows, count);
	return 0;
}

/* ---- show ---- */

int
cli_ticket_arg(struct cli *c, int index, struct ticket *t, struct err *err)
{
	int64_t number;
	int rc = cli_arg_int(c, index, &number, err);

	return rc != 0 ? rc : ticket_by_number(c->desk, number, t, err);
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

static int
add_fields(struct cli *c, const struct ticket *t, struct json_out *out,
    struct err *err)
{
	struct ticket_value *rows = NULL;
	size_t count = 0;
	int rc = ticket_values(c->desk, t->id, t->category, &rows, &count, err);

	json_out_array(out, "fields");
	for (size_t i = 0; rc == 0 && i < count; i++)
		ticket_value_json(&rows[i], out);
	json_out_end(out, ']');
	ticket_values_free(&rows, count);
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
static const char *
life_words(const struct json *row)
{
	const char *after = json_string(row, "after");

	if (str_equal(json_string(row, "before"), "new"))
		return _("made the ticket");
	return after != NULL && after[0] != '\0'
	           ? _("moved it to the trash")
	           : _("took it out of the trash");
}

static void
add_value(const char *field, const char *value, struct str *out)
{
	if (value != NULL)
		str_add(out, cli__word("ticket", field, value));
}

static void
print_change(const struct json *row, struct str *out)
{
	if (str_equal(json_string(row, "field"), "deleted_at")) {
		str_add(out, life_words(row));
	} else {
		const char *field = json_string(row, "field");

		str_addf(out, "%s: ", cli__label(field));
		add_value(field, json_string(row, "before"), out);
		str_add(out, " -> ");
		add_value(field, json_string(row, "after"), out);
	}
	str_addc(out, '\n');
}

static int
index_of(const char *const *names, const char *name)
{
	for (int i = 0; name != NULL && names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return 0;
}

/* How a reply left, and how far it came. */
static void
print_way(const struct json *row, struct str *out)
{
	const char *problem = json_string(row, "problem");
	char result[700];

	ticket_reply_result(
	    (enum reply_way)index_of(reply_way_names, json_string(row, "way")),
	    (enum reply_went)index_of(
		reply_went_names, json_string(row, "sending")),
	    problem != NULL ? problem : "", result, sizeof(result));
	if (result[0] != '\0')
		str_addf(out, " %s", result);
}

static int
add_route(struct cli *c, int64_t id, struct json_out *out, struct err *err)
{
	struct str json = STR_INIT;
	struct reply_route route;
	struct json_out one;
	int rc = ticket_reply_route(c->desk, id, &route, err);

	if (rc == 0) {
		json_out_init(&one, &json);
		ticket_reply_json(&route, &one);
		json_out_raw(out, "reply", json.s);
	}
	str_free(&json);
	return rc;
}

static void
print_ticket(const struct cli *c, const struct json *doc, struct str *out)
{
	static const char *const shown[] = {"state", "status", "priority",
	    "priority_reason", "urgency", "impact", "category", "tags",
	    "source", "contact_name", "company_name", "operator", "team",
	    "waiting_reason", "conversation_id", "external_id"};
	const struct json *t = json_get(doc, "ticket"), *row;

	str_addc(out, '#');
	cli_add_member(c, t, "number", out);
	str_add(out, "  ");
	cli_add_member(c, t, "subject", out);
	str_addc(out, '\n');
	for (size_t i = 0; i < COUNT(shown); i++) {
		size_t before = out->len, label;

		str_addf(out, "%s: ", cli__label(shown[i]));
		label = out->len;
		cli_add_member(c, t, shown[i], out);
		if (out->len == label)
			str_trunc(out, before);
		else
			str_addc(out, '\n');
	}
	for (row = json_first(json_get(doc, "fields")); row != NULL;
	     row = json_next(row)) {
		cli_add_member(c, row, "name", out);
		str_add(out, ": ");
		cli_add_member(c, row, "value", out);
		str_addc(out, '\n');
	}
	str_addf(out, "%s: ", cli__label("updated_at"));
	cli_add_time(c, t, "updated_at", out);
	str_addf(out, "\n%s: ", cli__label("reply"));
	cli_add_member(c, json_get(doc, "reply"), "sentence", out);
	str_addc(out, '\n');
	cli_add_block(out, 2, json_string(t, "description"));
	for (row = json_first(json_get(doc, "comments")); row != NULL;
	     row = json_next(row)) {
		print_entry(c, row, "author", out);
		str_add(out, " (");
		cli_add_member(c, row, "kind", out);
		str_addc(out, ')');
		print_way(row, out);
		str_addc(out, '\n');
		cli_add_block(out, 4, json_string(row, "body"));
	}
	for (row = json_first(json_get(doc, "history")); row != NULL;
	     row = json_next(row)) {
		print_entry(c, row, "by", out);
		str_add(out, "  ");
		print_change(row, out);
	}
}

static int
run_show(struct cli *c, struct err *err)
{
	struct str json = STR_INIT;
	struct ticket t = {0};
	struct json_out one, *out;
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) != 0)
		return rc;
	json_out_init(&one, &json);
	ticket_json(&t, &one);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_raw(out, "ticket", json.s);
	if ((rc = add_fields(c, &t, out, err)) == 0 &&
	    (rc = add_route(c, t.id, out, err)) == 0 &&
	    (rc = add_comments(c, t.id, out, err)) == 0)
		rc = add_history(c, t.id, out, err);
	json_out_end(out, '}');
	cli_people(c, print_ticket);
	str_free(&json);
	ticket_clear(&t);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"ticket", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List tickets, the newest change first.")},
	{"ticket", "show", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a ticket with its comments and history.")},
};
/* clang-format on */

const struct cli_table cli_ticket_read_table = {rows, COUNT(rows)};
