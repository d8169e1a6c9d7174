/* cli_people - contact, company, division. */
#include "common/i18n.h"
#include "db/records/people.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The text options that were given, as changes of the columns beside them. */
static size_t
text_changes(const struct cli *c, const char *const (*texts)[2], size_t n,
    struct change *changes)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (cli_flag(c, texts[i][0]))
			changes[count++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	return count;
}

/* The version that the caller names, else the one that stands. */
static int
seen_version(const struct cli *c, int64_t now, int64_t *seen, struct err *err)
{
	return cli_option_int(c, "--if-version", 1, INT64_MAX, now, seen, err);
}

/* ---- companies ---- */

static const struct cli_column company_columns[] = {
    {"id", N_("Id"), 0},
    {"name", N_("Company"), 40},
    {"fiscal_id", N_("Tax id"), 16},
    {"divisions", N_("Divisions"), 9},
    {"contacts", N_("Contacts"), 9},
};

static const struct cli_option company_list_options[] = {
    {"--match", "NAME", N_("only names that begin with this")},
    {"--limit", "N", N_("at most so many rows, up to 1000 [50]")},
    {"--cursor", "CURSOR", N_("go on behind this row")},
    {NULL, NULL, NULL},
};

static int
run_company_list(struct cli *c, struct err *err)
{
	struct company *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int rc;

	if ((rc = cli_option_page(c, &page, err)) != 0 ||
	    (rc = company_list(c->desk, cli_option_or(c, "--match", ""), &page,
		 &rows, &count, err)) != 0)
		return rc;
	cli_list(c, company_columns, COUNT(company_columns));
	for (size_t i = 0; i < count; i++)
		company_json(&rows[i], cli_row(c));
	if (count == (size_t)page.limit)
		cli_more_id(c, rows[count - 1].id);
	company_list_free(&rows, count);
	return 0;
}

static int
show_company(struct cli *c, int64_t id, struct err *err)
{
	struct company company = {0};
	int rc = company_get(c->desk, id, &company, err);

	if (rc == 0)
		company_json(&company, cli_value(c));
	company_clear(&company);
	return rc;
}

static int
run_company_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_find_company(c, c->args[0], &id, err);

	return rc != 0 ? rc : show_company(c, id, err);
}

static const struct cli_option company_new_options[] = {
    {"--fiscal-id", "ID", N_("tax number")},
    {"--crm-id", "ID", N_("its id in the CRM")},
    {"--notes", "TEXT", N_("what to know; - is standard input")},
    {NULL, NULL, NULL},
};

static int
run_company_new(struct cli *c, struct err *err)
{
	struct str notes = STR_INIT;
	struct company_new in = {.name = c->args[0],
	    .fiscal_id = cli_option(c, "--fiscal-id"),
	    .crm_id = cli_option(c, "--crm-id")};
	int64_t id;
	int rc;

	if ((rc = cli_option_text(c, "--notes", &notes, err)) == 0) {
		in.notes = notes.s;
		rc = company_new(c->desk, &in, &id, err);
	}
	str_free(&notes);
	return rc != 0 ? rc : show_company(c, id, err);
}

static const struct cli_option company_edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--fiscal-id", "ID", N_("tax number")},
    {"--crm-id", "ID", N_("its id in the CRM")},
    {"--notes", "TEXT", N_("what to know; - is standard input")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
edit_company(
    struct cli *c, const struct change *changes, size_t count, struct err *err)
{
	struct company now = {0};
	int64_t id, seen;
	int rc;

	if ((rc = cli_find_company(c, c->args[0], &id, err)) == 0 &&
	    (rc = company_get(c->desk, id, &now, err)) == 0 &&
	    (rc = seen_version(c, now.version, &seen, err)) == 0 &&
	    (rc = company_edit(c->desk, id, seen, changes, count, err)) == 0)
		rc = show_company(c, id, err);
	company_clear(&now);
	return rc;
}

static int
run_company_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {{"--name", "name"},
	    {"--fiscal-id", "fiscal_id"}, {"--crm-id", "crm_company_id"}};
	struct str notes = STR_INIT;
	struct change changes[4];
	size_t count = text_changes(c, texts, COUNT(texts), changes);
	int rc;

	if ((rc = cli_option_text(c, "--notes", &notes, err)) == 0) {
		if (cli_flag(c, "--notes"))
			changes[count++] =
			    (struct change){"notes", b_text(notes.s)};
		rc = count == 0 ? cli_nothing(err)
		                : edit_company(c, changes, count, err);
	}
	str_free(&notes);
	return rc;
}

static int
run_company_delete(struct cli *c, struct err *err)
{
	struct company now = {0};
	int64_t id;
	int rc;

	if ((rc = cli_find_company(c, c->args[0], &id, err)) == 0 &&
	    (rc = company_get(c->desk, id, &now, err)) == 0 &&
	    (rc = company_delete(c->desk, id, now.version, err)) == 0)
		company_json(&now, cli_value(c));
	company_clear(&now);
	return rc;
}

/* ---- divisions ---- */

static const struct cli_column division_columns[] = {
    {"id", N_("Id"), 0},
    {"company_name", N_("Company"), 30},
    {"name", N_("Division"), 30},
    {"contacts", N_("Contacts"), 9},
};

static const struct cli_option division_list_options[] = {
    {"--company", "COMPANY", N_("only of this company: an id or its name")},
    {NULL, NULL, NULL},
};

static int
run_division_list(struct cli *c, struct err *err)
{
	struct division *rows = NULL;
	size_t count = 0;
	int64_t company_id;
	int rc;

	if ((rc = cli_find_company(
		 c, cli_option(c, "--company"), &company_id, err)) != 0 ||
	    (rc = division_list(c->desk, company_id, &rows, &count, err)) != 0)
		return rc;
	cli_list(c, division_columns, COUNT(division_columns));
	for (size_t i = 0; i < count; i++)
		division_json(&rows[i], cli_row(c));
	free(rows);
	return 0;
}

static int
show_division(struct cli *c, int64_t id, struct err *err)
{
	struct division v;
	int rc = division_get(c->desk, id, &v, err);

	if (rc == 0)
		division_json(&v, cli_value(c));
	return rc;
}

static int
run_division_show(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = cli_find_division(c, c->args[0], &id, err);

	return rc != 0 ? rc : show_division(c, id, err);
}

static const struct cli_option division_new_options[] = {
    {"--crm-id", "ID", N_("its id in the CRM")},
    {NULL, NULL, NULL},
};

static int
run_division_new(struct cli *c, struct err *err)
{
	int64_t company_id, id;
	int rc;

	if ((rc = cli_find_company(c, c->args[0], &company_id, err)) != 0 ||
	    (rc = division_new(c->desk, company_id, c->args[1],
		 cli_option(c, "--crm-id"), &id, err)) != 0)
		return rc;
	return show_division(c, id, err);
}

static const struct cli_option division_edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--company", "COMPANY", N_("the company it belongs to")},
    {"--crm-id", "ID", N_("its id in the CRM")},
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};

static int
run_division_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {
	    {"--name", "name"}, {"--crm-id", "crm_division_id"}};
	struct change changes[3];
	size_t count = text_changes(c, texts, COUNT(texts), changes);
	int64_t id, company_id, seen;
	struct division now;
	int rc;

	if ((rc = cli_find_company(
		 c, cli_option(c, "--company"), &company_id, err)) != 0)
		return rc;
	if (cli_flag(c, "--company"))
		changes[count++] =
		    (struct change){"company_id", b_ref(company_id)};
	if (count == 0)
		return cli_nothing(err);
	if ((rc = cli_find_division(c, c->args[0], &id, err)) != 0 ||
	    (rc = division_get(c->desk, id, &now, err)) != 0 ||
	    (rc = seen_version(c, now.version, &seen, err)) != 0 ||
	    (rc = division_edit(c->desk, id, seen, changes, count, err)) != 0)
		return rc;
	return show_division(c, id, err);
}

static int
run_division_delete(struct cli *c, struct err *err)
{
	struct division now;
	int64_t id;
	int rc;

	if ((rc = cli_find_division(c, c->args[0], &id, err)) == 0 &&
	    (rc = division_get(c->desk, id, &now, err)) == 0 &&
	    (rc = division_delete(c->desk, id, now.version, err)) == 0)
		division_json(&now, cli_value(c));
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"company", "list", "", 0, 0, company_list_options, CLI_OPERATOR, true, run_company_list,
	    N_("List companies by name.")},
	{"company", "show", "COMPANY", 1, 1, NULL, CLI_OPERATOR, true, run_company_show,
	    N_("Show a company, by its id or name.")},
	{"company", "new", "NAME", 1, 1, company_new_options, CLI_OPERATOR, false, run_company_new,
	    N_("Make a company.")},
	{"company", "edit", "COMPANY", 1, 1, company_edit_options, CLI_OPERATOR, false, run_company_edit,
	    N_("Change a company.")},
	{"company", "delete", "COMPANY", 1, 1, NULL, CLI_OPERATOR, false, run_company_delete,
	    N_("Delete a company without contacts.")},
	{"division", "list", "", 0, 0, division_list_options, CLI_OPERATOR, true, run_division_list,
	    N_("List divisions.")},
	{"division", "show", "DIVISION", 1, 1, NULL, CLI_OPERATOR, true, run_division_show,
	    N_("Show a division, by its id or as COMPANY/DIVISION.")},
	{"division", "new", "COMPANY NAME", 2, 2, division_new_options, CLI_OPERATOR, false, run_division_new,
	    N_("Make a division of a company.")},
	{"division", "edit", "DIVISION", 1, 1, division_edit_options, CLI_OPERATOR, false, run_division_edit,
	    N_("Change a division.")},
	{"division", "delete", "DIVISION", 1, 1, NULL, CLI_OPERATOR, false, run_division_delete,
	    N_("Delete a division without contacts.")},
};
/* clang-format on */

const struct cli_table cli_people_table = {rows, COUNT(rows)};
