/* cli_tenant - what the tenant decides about the work of its desk. */
#include "common/i18n.h"
#include "db/records/tenant_settings.h"
#include "tui/cli/cli_tables.h"
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"setting", N_("Setting"), 0},
    {"value", N_("Value"), 0},
    {"default", N_("Usually"), 0},
    {"is_set", N_("Set"), 0},
    {"holds", N_("What it decides"), 60},
};

static int
run_settings(struct cli *c, struct err *err)
{
	struct tenant_setting_row rows[TENANT_SETTINGS];
	int rc = tenant_setting_list(c->desk, rows, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (int i = 0; i < TENANT_SETTINGS; i++)
		tenant_setting_json(&rows[i], cli_row(c));
	return 0;
}

static int
run_set(struct cli *c, struct err *err)
{
	struct tenant_setting_row rows[TENANT_SETTINGS];
	bool usual = strcmp(c->args[1], "default") == 0;
	enum tenant_setting which;
	int rc;

	if ((rc = tenant_setting_by_name(c->args[0], &which, err)) != 0)
		return rc;
	if (!usual && c->args[1][0] == '\0')
		return err_set(err, OD_EUSAGE,
		    "Say the value, or \"default\" for the usual one");
	if ((rc = tenant_setting_set(
		 c->desk, which, usual ? "" : c->args[1], err)) != 0 ||
	    (rc = tenant_setting_list(c->desk, rows, err)) != 0)
		return rc;
	tenant_setting_json(&rows[which], cli_value(c));
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"tenant", "settings", "", 0, 0, NULL, CLI_OPERATOR, true, run_settings,
	    N_("Show what the tenant decided: guides, tickets that are opened again or closed.")},
	{"tenant", "set", "SETTING VALUE", 2, 2, NULL, CLI_OPERATOR, false, run_set,
	    N_("Change one of the tenant's settings; the value \"default\" takes it away, undo brings it back.")},
};
/* clang-format on */

const struct cli_table cli_tenant_table = {rows, COUNT(rows)};
