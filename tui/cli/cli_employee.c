/* cli_employee - employees, as other systems know them. */
#include "common/i18n.h"
#include "common/str.h"
#include "db/records/employees.h"
#include "tui/cli/cli_tables.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"id", N_("Id"), 0},
    {"code", N_("Code"), 16},
    {"full_name", N_("Name"), 30},
    {"department", N_("Department"), 20},
    {"job", N_("Job title"), 20},
    {"email", N_("Email"), 30},
};

static const struct cli_option list_options[] = {
    {"--match", "TEXT", N_("only those whose name begins with this")},
    {"--cursor", "NUMBER", N_("go on behind this one")},
    {"--limit", "NUMBER", N_("at most this many (1 to 1000; else 50)")},
    {NULL, NULL, NULL},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct employee *rows = NULL;
	struct page page = {0};
	size_t count = 0;
	int64_t limit;
	int rc;

	if ((rc = cli_option_int(
		 c, "--cursor", 1, INT64_MAX, 0, &page.after_id, err)) != 0 ||
	    (rc = cli_option_int(c, "--limit", 1, 1000, 50, &limit, err)) != 0)
		return rc;
	page.limit = (int)limit;
	rc = employee_list(c->desk, cli_option_or(c, "--match", ""), &page,
	    &rows, &count, err);
	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		employee_json(&rows[i], cli_row(c));
	if (count == (size_t)limit)
		cli_more_id(c, rows[count - 1].id);
	employee_list_free(&rows, count);
	return 0;
}

static int
run_show(struct cli *c, struct err *err)
{
	struct employee e;
	int rc = employee_by_code(c->desk, c->args[0], &e, err);

	if (rc == 0)
		employee_json(&e, cli_value(c));
	employee_clear(&e);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"employee", "list", "", 0, 0, list_options, CLI_OPERATOR, true, run_list,
	    N_("Employees by name; they come by import.")},
	{"employee", "show", "CODE", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("One employee, by the code that other systems know.")},
};
/* clang-format on */

const struct cli_table cli_employee_table = {
    rows, sizeof(rows) / sizeof(rows[0])};
