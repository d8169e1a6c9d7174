/* cli_checklist - templates of what is to be done, and the checks of tickets.
 */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/checklists.h"
#include "tui/cli/cli_tables.h"
#include "tui/cli/cli_ticket.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- templates ---- */

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Name"), 40},
    {"count", N_("Items"), 0},
    {"category", N_("Category"), 20},
    {"position", N_("Position"), 0},
};

static const struct cli_option list_options[] = {
    {"--trash", NULL, N_("those in the trash instead")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct checklist *rows = NULL;
	size_t count = 0;
	int rc =
	    checklist_list(c->desk, cli_flag(c, "--trash"), &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		checklist_json(&rows[i], cli_row(c));
	checklist_list_free(&rows, count);
	return 0;
}

static void
print_checklist(const struct cli *c, const struct json *doc, struct str *out)
{
	const struct json *item = json_first(json_get(doc, "items"));

	cli_add_member(c, doc, "name", out);
	if (!str_equal(json_string(doc, "category"), "")) {
		str_addf(out, "  (%s: ", _("Category"));
		cli_add_member(c, doc, "category", out);
		str_addc(out, ')');
	}
	str_addc(out, '\n');
	for (; item != NULL; item = json_next(item)) {
		str_add(out, "- [ ] ");
		cli_add_member(c, item, "text", out);
		if (json_bool(item, "required"))
			str_addf(out, "  [%s]", _("required"));
		str_addc(out, '\n');
	}
}

static int
show(struct cli *c, int64_t id, struct err *err)
{
	struct checklist l;
	int rc = checklist_get(c->desk, id, &l, err);

	if (rc == 0) {
		checklist_json(&l, cli_value(c));
		cli_people(c, print_checklist);
	}
	checklist_clear(&l);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct checklist l;
	int rc = checklist_find(c->desk, c->args[0], &l, err);

	checklist_clear(&l);
	return rc != 0 ? rc : show(c, l.id, err);
}

static const struct cli_option new_options[] = {
    {"--items", "TEXT",
	N_("one a line, those that are required with a \"!\" before; - is"
	   " standard input")},
    {"--category", "CATEGORY", N_("put into its tickets by itself")},
    {"--position", "N", N_("its place in the list [0]")},
    {NULL, NULL, NULL},
};

static int
run_new(struct cli *c, struct err *err)
{
	struct checklist_new in = {
	    .name = c->args[0], .category = cli_option(c, "--category")};
	struct str items = STR_INIT;
	int64_t id = 0;
	int rc;

	if ((rc = cli_option_int(
		 c, "--position", 0, INT32_MAX, 0, &in.position, err)) == 0 &&
	    (rc = cli_option_text(c, "--items", &items, err)) == 0) {
		in.items = items.s;
		rc = checklist_new(c->desk, &in, &id, err);
	}
	str_free(&items);
	return rc != 0 ? rc : show(c, id, err);
}

static const struct cli_option edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--items", "TEXT", N_("its items, one a line; - is standard input")},
    {"--category", "CATEGORY", N_("put into its tickets by itself")},
    {"--position", "N", N_("its place in the list")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
edit(struct cli *c, const struct change *changes, size_t count, struct err *err)
{
	struct checklist now;
	int64_t seen;
	int rc;

	if ((rc = checklist_find(c->desk, c->args[0], &now, err)) == 0 &&
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now.version,
		 &seen, err)) == 0 &&
	    (rc = checklist_edit(c->desk, now.id, seen, changes, count, err)) ==
		0)
		rc = show(c, now.id, err);
	checklist_clear(&now);
	return rc;
}

static int
run_edit(struct cli *c, struct err *err)
{
	struct str items = STR_INIT;
	struct change changes[4];
	size_t count = 0;
	int64_t position;
	int rc;

	if ((rc = cli_option_int(
		 c, "--position", 0, INT32_MAX, 0, &position, err)) != 0 ||
	    (rc = cli_option_text(c, "--items", &items, err)) != 0)
		goto out;
	if (cli_flag(c, "--name"))
		changes[count++] =
		    (struct change){"name", b_text(cli_option(c, "--name"))};
	if (cli_flag(c, "--items"))
		changes[count++] = (struct change){"items", b_text(items.s)};
	if (cli_flag(c, "--category"))
		changes[count++] = (struct change){
		    "category", b_text(cli_option(c, "--category"))};
	if (cli_flag(c, "--position"))
		changes[count++] = (struct change){"position", b_int(position)};
	rc = count == 0 ? cli_nothing(err) : edit(c, changes, count, err);
out:
	str_free(&items);
	return rc;
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct checklist now;
	int rc;

	if ((rc = checklist_find(c->desk, c->args[0], &now, err)) == 0 &&
	    (rc = checklist_delete(c->desk, now.id, now.version, err)) == 0)
		rc = show(c, now.id, err);
	checklist_clear(&now);
	return rc;
}

static int
run_restore(struct cli *c, struct err *err)
{
	int64_t id;
	int rc;

	if ((rc = cli_arg_int(c, 0, &id, err)) != 0 ||
	    (rc = checklist_restore(c->desk, id, err)) != 0)
		return rc;
	return show(c, id, err);
}

/* ---- on tickets ---- */

static const struct cli_column check_columns[] = {
    {"id", N_("Check"), 0},
    {"done", N_("Done"), 0},
    {"text", N_("Item"), 50},
    {"required", N_("Required"), 0},
    {"checklist", N_("Checklist"), 20},
    {"done_by", N_("Done by"), 20},
    {"done_at", N_("At"), CLI_TIME},
};

static int
show_checks(struct cli *c, int64_t ticket_id, struct err *err)
{
	struct ticket_check *rows;
	size_t count;
	int rc = ticket_checks(c->desk, ticket_id, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, check_columns, COUNT(check_columns));
	for (size_t i = 0; i < count; i++)
		ticket_check_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
run_of(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int rc = cli_ticket_arg(c, 0, &t, err);

	if (rc == 0)
		rc = show_checks(c, t.id, err);
	ticket_clear(&t);
	return rc;
}

static int
run_put(struct cli *c, struct err *err)
{
	struct checklist l = {.id = 0};
	struct ticket t = {0};
	int rc, added;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = checklist_find(c->desk, c->args[1], &l, err)) == 0 &&
	    (rc = ticket_check_put(c->desk, t.id, l.id, &added, err)) == 0)
		rc = show_checks(c, t.id, err);
	checklist_clear(&l);
	ticket_clear(&t);
	return rc;
}

static int
run_add(struct cli *c, struct err *err)
{
	struct ticket t = {0};
	int rc, added;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) == 0 &&
	    (rc = ticket_check_add(c->desk, t.id, c->args[1], &added, err)) ==
		0)
		rc = show_checks(c, t.id, err);
	ticket_clear(&t);
	return rc;
}

enum deed { DEED_TICK, DEED_UNTICK, DEED_REMOVE };

static int
do_one(struct cli *c, enum deed deed, int64_t ticket_id, int index,
    struct err *err)
{
	int64_t id;
	int rc = cli_arg_int(c, index, &id, err);

	if (rc != 0)
		return rc;
	if (deed == DEED_REMOVE)
		return ticket_check_remove(c->desk, ticket_id, id, err);
	return ticket_check_set(c->desk, ticket_id, id, deed == DEED_TICK, err);
}

/* All of them or none, and one undo. */
static int
do_all(struct cli *c, enum deed deed, struct err *err)
{
	struct ticket t = {0};
	char sentence[128];
	int rc;

	if ((rc = cli_ticket_arg(c, 0, &t, err)) != 0)
		goto out;
	if (c->nargs == 2) {
		rc = do_one(c, deed, t.id, 1, err);
	} else if ((rc = op_together_begin(c->desk, err)) == 0) {
		for (int i = 1; rc == 0 && i < c->nargs; i++)
			rc = do_one(c, deed, t.id, i, err);
		str_format(sentence, sizeof(sentence),
		    deed == DEED_TICK ? _("Ticked %d checks of ticket %lld")
		    : deed == DEED_UNTICK
			? _("Unticked %d checks of ticket %lld")
			: _("Took %d checks off ticket %lld"),
		    c->nargs - 1, (long long)t.number);
		rc = op_together_end(c->desk, rc, sentence, err);
	}
	if (rc == 0)
		rc = show_checks(c, t.id, err);
out:
	ticket_clear(&t);
	return rc;
}

static int
run_tick(struct cli *c, struct err *err)
{
	return do_all(c, DEED_TICK, err);
}

static int
run_untick(struct cli *c, struct err *err)
{
	return do_all(c, DEED_UNTICK, err);
}

static int
run_remove(struct cli *c, struct err *err)
{
	return do_all(c, DEED_REMOVE, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"checklist", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("List checklists in their order.")},
	{"checklist", "show", "CHECKLIST", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a checklist with its items.")},
	{"checklist", "new", "NAME", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a checklist.")},
	{"checklist", "edit", "CHECKLIST", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a checklist; tickets keep the checks that they have.")},
	{"checklist", "delete", "CHECKLIST", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Move a checklist to the trash; tickets keep the checks that they have.")},
	{"checklist", "restore", "ID", 1, 1, NULL, CLI_OPERATOR, false, run_restore,
	    N_("Take a checklist out of the trash.")},
	{"checklist", "of", "NUMBER", 1, 1, NULL, CLI_OPERATOR, true, run_of,
	    N_("List the checks of a ticket.")},
	{"checklist", "put", "NUMBER CHECKLIST", 2, 2, NULL, CLI_OPERATOR, false, run_put,
	    N_("Put a checklist on a ticket.")},
	{"checklist", "add", "NUMBER TEXT", 2, 2, NULL, CLI_OPERATOR, false, run_add,
	    N_("Add checks to a ticket, one a line.")},
	{"checklist", "tick", "NUMBER CHECK...", 2, 101, NULL, CLI_OPERATOR, false, run_tick,
	    N_("Tick checks of a ticket.")},
	{"checklist", "untick", "NUMBER CHECK...", 2, 101, NULL, CLI_OPERATOR, false, run_untick,
	    N_("Take the ticks off checks of a ticket.")},
	{"checklist", "remove", "NUMBER CHECK...", 2, 101, NULL, CLI_OPERATOR, false, run_remove,
	    N_("Take checks off a ticket.")},
};
/* clang-format on */

const struct cli_table cli_checklist_table = {rows, COUNT(rows)};
