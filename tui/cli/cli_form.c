/* cli_form - status, category, field: what a tenant asks of its tickets. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/ticket_form.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MISFITS_CAP 10000

/* name and position, where they were given; list has room for both. */
static int
collect_common(
    struct cli *c, struct change *list, size_t *count, struct err *err)
{
	int64_t position;
	int rc;

	if (cli_flag(c, "--name"))
		list[(*count)++] =
		    (struct change){"name", b_text(cli_option(c, "--name"))};
	if (!cli_flag(c, "--position"))
		return 0;
	rc = cli_option_int(c, "--position", 1, 1000000, 1, &position, err);
	if (rc == 0)
		list[(*count)++] =
		    (struct change){"position", b_int(position)};
	return rc;
}

static int
seen_version(const struct cli *c, int64_t now, int64_t *seen, struct err *err)
{
	return cli_option_int(c, "--if-version", 1, INT64_MAX, now, seen, err);
}

static const struct cli_option edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--position", "N", N_("its place in lists")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static const struct cli_option list_options[] = {
    {"--deleted", NULL, N_("those that were deleted, the last one first")},
    {NULL, NULL, NULL},
};

/* Whatever their case and accents. */
static bool
is_same(const char *a, const char *b)
{
	struct str x = STR_INIT, y = STR_INIT;
	bool same;

	utf8_fold(&x, a, strlen(a));
	utf8_fold(&y, b, strlen(b));
	same = str_equal(x.s, y.s);
	str_free(&x);
	str_free(&y);
	return same;
}

static int
refuse_restore(const char *word, struct err *err)
{
	return err_set(err, OD_ENOTFOUND,
	    "None called \"%s\" was deleted; list --deleted shows those that"
	    " were",
	    word);
}

/* ---- what labels and categories share ---- */

union declared {
	struct { /* how both begin */
		int64_t id, version;
	} head;
	struct ticket_status status;
	struct ticket_category category;
};

struct declared_kind {
	int (*find)(struct cli *c, union declared *row, struct err *err);
	int (*edit)(struct desk *d, int64_t id, int64_t seen_version,
	    const struct change *changes, size_t count, struct err *err);
	int (*remove)(
	    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
	/* As it is now, whatever it was called. */
	int (*show)(struct cli *c, const union declared *row, struct err *err);
	void (*write)(const union declared *row, struct json_out *out);
};

static int
edit_declared(struct cli *c, const struct declared_kind *kind, struct err *err)
{
	union declared row;
	struct change list[2];
	size_t count = 0;
	int64_t seen;
	int rc;

	if ((rc = collect_common(c, list, &count, err)) != 0)
		return rc;
	if (count == 0)
		return cli_nothing(err);
	if ((rc = kind->find(c, &row, err)) != 0 ||
	    (rc = seen_version(c, row.head.version, &seen, err)) != 0 ||
	    (rc = kind->edit(
		 c->desk, row.head.id, seen, list, count, err)) != 0)
		return rc;
	return kind->show(c, &row, err);
}

static int
delete_declared(
    struct cli *c, const struct declared_kind *kind, struct err *err)
{
	union declared row;
	int rc;

	if ((rc = kind->find(c, &row, err)) == 0 &&
	    (rc = kind->remove(
		 c->desk, row.head.id, row.head.version, err)) == 0)
		kind->write(&row, cli_value(c));
	return rc;
}

/* ---- labels of the states ---- */

static const struct cli_column status_columns[] = {
    {"name", N_("Name"), 40},
    {"state", N_("Status"), 0},
    {"is_default", N_("Default"), 0},
    {"position", N_("Position"), 0},
};

static int
run_status_list(struct cli *c, struct err *err)
{
	struct ticket_status *rows = NULL;
	size_t count = 0;
	int rc;

	rc = cli_flag(c, "--deleted")
	         ? ticket_status_trash(c->desk, &rows, &count, err)
	         : ticket_status_list(c->desk, &rows, &count, err);
	if (rc != 0)
		return rc;
	cli_list(c, status_columns, COUNT(status_columns));
	for (size_t i = 0; i < count; i++)
		ticket_status_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
show_status(struct cli *c, int64_t id, struct err *err)
{
	struct ticket_status s;
	int rc = ticket_status_get(c->desk, id, &s, err);

	if (rc == 0)
		ticket_status_json(&s, cli_value(c));
	return rc;
}

static const struct cli_option status_new_options[] = {
    {"--state", "STATE", N_("new, open, waiting, solved or closed")},
    {"--position", "N", N_("its place in lists")},
    {NULL, NULL, NULL},
};

static int
run_status_new(struct cli *c, struct err *err)
{
	int64_t position, id;
	int state, rc;

	if (!cli_flag(c, "--state"))
		return err_set(err, OD_EUSAGE,
		    "--state is missing: what tickets with this label are");
	if ((rc = cli_option_word(c, "--state", ticket_state_names, 0, &state,
		 err)) != 0 ||
	    (rc = cli_option_int(
		 c, "--position", 1, 1000000, 0, &position, err)) != 0 ||
	    (rc = ticket_status_new(c->desk, c->args[0],
		 (enum ticket_state)state, position, &id, err)) != 0)
		return rc;
	return show_status(c, id, err);
}

static int
find_status(struct cli *c, union declared *row, struct err *err)
{
	return ticket_status_by_name(c->desk, c->args[0], &row->status, err);
}

static int
show_found_status(struct cli *c, const union declared *row, struct err *err)
{
	return show_status(c, row->head.id, err);
}

static void
write_status(const union declared *row, struct json_out *out)
{
	ticket_status_json(&row->status, out);
}

static const struct declared_kind statuses = {find_status, ticket_status_edit,
    ticket_status_delete, show_found_status, write_status};

static int
run_status_edit(struct cli *c, struct err *err)
{
	return edit_declared(c, &statuses, err);
}

static int
run_status_delete(struct cli *c, struct err *err)
{
	return delete_declared(c, &statuses, err);
}

static int
run_status_restore(struct cli *c, struct err *err)
{
	struct ticket_status *rows;
	size_t count, i = 0;
	int64_t id;
	int rc = ticket_status_trash(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	while (i < count && !is_same(rows[i].name, c->args[0]))
		i++;
	id = i < count ? rows[i].id : 0;
	free(rows);
	if (id == 0)
		return refuse_restore(c->args[0], err);
	rc = ticket_status_restore(c->desk, id, err);
	return rc != 0 ? rc : show_status(c, id, err);
}

/* ---- categories ---- */

static const struct cli_column category_columns[] = {
    {"key", N_("Key"), 30},
    {"name", N_("Name"), 40},
    {"position", N_("Position"), 0},
};

static int
run_category_list(struct cli *c, struct err *err)
{
	struct ticket_category *rows = NULL;
	size_t count = 0;
	int rc;

	rc = cli_flag(c, "--deleted")
	         ? ticket_category_trash(c->desk, &rows, &count, err)
	         : ticket_category_list(c->desk, &rows, &count, err);
	if (rc != 0)
		return rc;
	cli_list(c, category_columns, COUNT(category_columns));
	for (size_t i = 0; i < count; i++)
		ticket_category_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
show_category(struct cli *c, const char *key, struct err *err)
{
	struct ticket_category category;
	int rc = ticket_category_find(c->desk, key, &category, err);

	if (rc == 0)
		ticket_category_json(&category, cli_value(c));
	return rc;
}

static const struct cli_option category_new_options[] = {
    {"--key", "KEY", N_("what it is called in options; never changes")},
    {"--position", "N", N_("its place in lists")},
    {NULL, NULL, NULL},
};

static int
run_category_new(struct cli *c, struct err *err)
{
	int64_t position, id;
	int rc;

	if ((rc = cli_option_int(
		 c, "--position", 1, 1000000, 0, &position, err)) != 0 ||
	    (rc = ticket_category_new(c->desk, cli_option(c, "--key"),
		 c->args[0], position, &id, err)) != 0)
		return rc;
	return show_category(c, c->args[0], err);
}

static int
find_declared_category(struct cli *c, union declared *row, struct err *err)
{
	return ticket_category_find(
	    c->desk, c->args[0], &row->category, err);
}

static int
show_found_category(struct cli *c, const union declared *row, struct err *err)
{
	return show_category(c, row->category.key, err);
}

static void
write_category(const union declared *row, struct json_out *out)
{
	ticket_category_json(&row->category, out);
}

static const struct declared_kind categories = {find_declared_category,
    ticket_category_edit, ticket_category_delete, show_found_category,
    write_category};

static int
run_category_edit(struct cli *c, struct err *err)
{
	return edit_declared(c, &categories, err);
}

static int
run_category_delete(struct cli *c, struct err *err)
{
	return delete_declared(c, &categories, err);
}

static int
run_category_restore(struct cli *c, struct err *err)
{
	struct ticket_category *rows, found = {0};
	size_t count;
	int rc = ticket_category_trash(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < count && found.id == 0; i++)
		if (str_equal(rows[i].key, c->args[0]) ||
		    is_same(rows[i].name, c->args[0]))
			found = rows[i];
	free(rows);
	if (found.id == 0)
		return refuse_restore(c->args[0], err);
	rc = ticket_category_restore(c->desk, found.id, err);
	return rc != 0 ? rc : show_category(c, found.key, err);
}

/* ---- fields ---- */

static const struct cli_column field_columns[] = {
    {"key", N_("Key"), 30},
    {"name", N_("Name"), 30},
    {"category", N_("Category"), 20},
    {"type", N_("Type"), 0},
    {"required", N_("Required"), 0},
};

static int
run_field_list(struct cli *c, struct err *err)
{
	struct ticket_field *rows = NULL;
	size_t count = 0;
	int rc;

	rc = cli_flag(c, "--deleted")
	         ? ticket_field_trash(c->desk, &rows, &count, err)
	         : ticket_field_list(c->desk, &rows, &count, err);
	if (rc != 0)
		return rc;
	cli_list(c, field_columns, COUNT(field_columns));
	for (size_t i = 0; i < count; i++)
		ticket_field_json(&rows[i], cli_row(c));
	ticket_field_list_free(&rows, count);
	return 0;
}

static int
show_field(struct cli *c, const char *key, struct err *err)
{
	struct ticket_field f = {0};
	int rc = ticket_field_find(c->desk, key, &f, err);

	if (rc == 0)
		ticket_field_json(&f, cli_value(c));
	ticket_field_clear(&f);
	return rc;
}

static int
run_field_show(struct cli *c, struct err *err)
{
	return show_field(c, c->args[0], err);
}

static const struct cli_option field_new_options[] = {
    {"--key", "KEY", N_("what it is called in options; never changes")},
    {"--type", "TYPE", N_("text, number, date, choice or yes_no [text]")},
    {"--choice", "TEXT...", N_("one of its choices")},
    {"--category", "CATEGORY", N_("only tickets of this one have it")},
    {"--required", NULL, N_("before a ticket is solved or closed")},
    {"--help-text", "TEXT", N_("what to fill in")},
    {"--position", "N", N_("its place in lists")},
    {NULL, NULL, NULL},
};

/* The choices that were given, one a line. */
static void
join_choices(const struct cli *c, struct str *out)
{
	const char *choice;

	for (int k = 0; (choice = cli_option_nth(c, "--choice", k)) != NULL;
	     k++) {
		str_add(out, k > 0 ? "\n" : "");
		str_add(out, choice);
	}
}

/* By key or name; 0 for "" and NULL, which mean all of them. */
static int
find_category(struct cli *c, int64_t *id, struct err *err)
{
	const char *word = cli_option_or(c, "--category", "");
	struct ticket_category category;
	int rc;

	*id = 0;
	if (word[0] == '\0')
		return 0;
	if ((rc = ticket_category_find(c->desk, word, &category, err)) == 0)
		*id = category.id;
	return rc;
}

static int
run_field_new(struct cli *c, struct err *err)
{
	struct ticket_field_new in = {.key = cli_option(c, "--key"),
	    .name = c->args[0],
	    .help = cli_option(c, "--help-text"),
	    .required = cli_flag(c, "--required")};
	struct str choices = STR_INIT;
	struct ticket_field *rows;
	int type, rc;
	size_t count;
	int64_t id;

	join_choices(c, &choices);
	in.choices = choices.s;
	if ((rc = cli_option_word(c, "--type", ticket_field_types,
		 choices.len > 0 ? TICKET_FIELD_CHOICE : TICKET_FIELD_TEXT,
		 &type, err)) != 0 ||
	    (rc = cli_option_int(
		 c, "--position", 1, 1000000, 0, &in.position, err)) != 0 ||
	    (rc = find_category(c, &in.category_id, err)) != 0)
		goto out;
	in.type = (enum ticket_field_type)type;
	if ((rc = ticket_field_new(c->desk, &in, &id, err)) != 0 ||
	    (rc = ticket_field_list(c->desk, &rows, &count, err)) != 0)
		goto out;
	for (size_t i = 0; i < count; i++)
		if (rows[i].id == id)
			ticket_field_json(&rows[i], cli_value(c));
	ticket_field_list_free(&rows, count);
out:
	str_free(&choices);
	return rc;
}

static const struct cli_option field_edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--type", "TYPE", N_("text, number, date, choice or yes_no")},
    {"--choice", "TEXT...", N_("one of its choices, instead of all before")},
    {"--category", "CATEGORY", N_("only of this one; \"\" is all")},
    {"--required", "yes|no", N_("before a ticket is solved or closed")},
    {"--help-text", "TEXT", N_("what to fill in")},
    {"--position", "N", N_("its place in lists")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
collect_field(struct cli *c, const char *choices, struct change *list,
    size_t *count, struct err *err)
{
	static const char *const yes_no[] = {"no", "yes", NULL};
	int64_t category;
	int word, rc;

	if ((rc = collect_common(c, list, count, err)) != 0)
		return rc;
	if (cli_flag(c, "--help-text"))
		list[(*count)++] = (struct change){
		    "help", b_text(cli_option(c, "--help-text"))};
	if (cli_flag(c, "--choice"))
		list[(*count)++] = (struct change){"choices", b_text(choices)};
	if (cli_flag(c, "--type")) {
		if ((rc = cli_option_word(c, "--type", ticket_field_types, 0,
			 &word, err)) != 0)
			return rc;
		list[(*count)++] = (struct change){"type", b_int(word)};
	}
	if (cli_flag(c, "--required")) {
		if ((rc = cli_option_word(
			 c, "--required", yes_no, 0, &word, err)) != 0)
			return rc;
		list[(*count)++] = (struct change){"required", b_int(word)};
	}
	if (cli_flag(c, "--category")) {
		if ((rc = find_category(c, &category, err)) != 0)
			return rc;
		list[(*count)++] =
		    (struct change){"category_id", b_ref(category)};
	}
	return *count > 0 ? 0 : cli_nothing(err);
}

/* Nothing is lost, and whoever changed the type knows what is left to do. */
static int
tell_misfits(struct cli *c, const char *key, struct err *err)
{
	struct ticket_field f = {0};
	int n = 0, rc;

	if ((rc = ticket_field_find(c->desk, key, &f, err)) == 0)
		rc = ticket_field_misfits(c->desk, &f, MISFITS_CAP, &n, err);
	if (rc == 0 && n > 0)
		cli_say(c,
		    _("Values that do not fit the field any more, and are kept"
		      " until others are written: %d"),
		    n);
	ticket_field_clear(&f);
	return rc;
}

static int
run_field_edit(struct cli *c, struct err *err)
{
	struct str choices = STR_INIT;
	struct ticket_field f = {0};
	struct change list[8];
	size_t count = 0;
	int64_t seen;
	int rc;

	join_choices(c, &choices);
	if ((rc = collect_field(c, choices.s, list, &count, err)) == 0 &&
	    (rc = ticket_field_find(c->desk, c->args[0], &f, err)) == 0 &&
	    (rc = seen_version(c, f.version, &seen, err)) == 0 &&
	    (rc = ticket_field_edit(c->desk, f.id, seen, list, count, err)) ==
		0 &&
	    (rc = show_field(c, f.key, err)) == 0)
		rc = tell_misfits(c, f.key, err);
	ticket_field_clear(&f);
	str_free(&choices);
	return rc;
}

static int
run_field_delete(struct cli *c, struct err *err)
{
	struct ticket_field f = {0};
	int rc;

	if ((rc = ticket_field_find(c->desk, c->args[0], &f, err)) == 0 &&
	    (rc = ticket_field_delete(c->desk, f.id, f.version, err)) == 0)
		ticket_field_json(&f, cli_value(c));
	ticket_field_clear(&f);
	return rc;
}

static int
run_field_restore(struct cli *c, struct err *err)
{
	struct ticket_field *rows;
	size_t count, i = 0;
	int64_t id;
	int rc = ticket_field_trash(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	while (i < count && !str_equal(rows[i].key, c->args[0]))
		i++;
	id = i < count ? rows[i].id : 0;
	ticket_field_list_free(&rows, count);
	if (id == 0)
		return refuse_restore(c->args[0], err);
	rc = ticket_field_restore(c->desk, id, err);
	return rc != 0 ? rc : show_field(c, c->args[0], err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"status", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_status_list,
	    N_("List the labels that tickets' states have.")},
	{"status", "new", "NAME", 1, 1, status_new_options, CLI_OPERATOR, false, run_status_new,
	    N_("Make one more label of a state.")},
	{"status", "edit", "NAME", 1, 1, edit_options, CLI_OPERATOR, false, run_status_edit,
	    N_("Rename a label or move it in lists.")},
	{"status", "delete", "NAME", 1, 1, NULL, CLI_OPERATOR, false, run_status_delete,
	    N_("Delete a label that no ticket has.")},
	{"status", "restore", "NAME", 1, 1, NULL, CLI_OPERATOR, false, run_status_restore,
	    N_("Take a deleted label back.")},
	{"category", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_category_list,
	    N_("List the categories of tickets.")},
	{"category", "new", "NAME", 1, 1, category_new_options, CLI_OPERATOR, false, run_category_new,
	    N_("Make a category.")},
	{"category", "edit", "CATEGORY", 1, 1, edit_options, CLI_OPERATOR, false, run_category_edit,
	    N_("Rename a category or move it in lists.")},
	{"category", "delete", "CATEGORY", 1, 1, NULL, CLI_OPERATOR, false, run_category_delete,
	    N_("Delete a category; its tickets keep it.")},
	{"category", "restore", "CATEGORY", 1, 1, NULL, CLI_OPERATOR, false, run_category_restore,
	    N_("Take a deleted category back.")},
	{"field", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_field_list,
	    N_("List the fields that tickets have.")},
	{"field", "show", "KEY", 1, 1, NULL, CLI_OPERATOR, true, run_field_show,
	    N_("Show a field.")},
	{"field", "new", "NAME", 1, 1, field_new_options, CLI_OPERATOR, false, run_field_new,
	    N_("Make a field of tickets.")},
	{"field", "edit", "KEY", 1, 1, field_edit_options, CLI_OPERATOR, false, run_field_edit,
	    N_("Change a field; values that tickets have are kept.")},
	{"field", "delete", "KEY", 1, 1, NULL, CLI_OPERATOR, false, run_field_delete,
	    N_("Delete a field; values that tickets have are kept.")},
	{"field", "restore", "KEY", 1, 1, NULL, CLI_OPERATOR, false, run_field_restore,
	    N_("Take a deleted field back, with the values that tickets have.")},
};
/* clang-format on */

const struct cli_table cli_form_table = {rows, COUNT(rows)};
