/* cli_guide_settings - what a tenant chose about guides and their sessions. */
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/tenant_settings.h"
#include "tui/cli/cli_guide.h"
#include <string.h>

static const struct {
	const char *option, *member;
	enum tenant_setting which;
} settings[] = {
    {"--on-ticket", "on_ticket", SETTING_GUIDE_ON_TICKET},
    {"--threshold", "threshold", SETTING_GUIDE_THRESHOLD},
    {"--idle-days", "idle_days", SETTING_GUIDE_IDLE_DAYS},
    {"--escalations", "escalations", SETTING_GUIDE_ESCALATIONS},
};
#define SETTING_COUNT (sizeof(settings) / sizeof(settings[0]))

const struct cli_option cli_guide_set_options[] = {
    {"--on-ticket", "on|off",
	N_("whether a new ticket that a guide is about starts its session and"
	   " sends the customer step 1")},
    {"--threshold", "NUMBER",
	N_("how sure a match has to be, from 0 to 1 [0.5]")},
    {"--idle-days", "N",
	N_("sessions that nobody touches are abandoned after so many days"
	   " [14]")},
    {"--escalations", "ADDRESS",
	N_("who is sent a mail with the path of each session that is"
	   " escalated; \"\" for nobody")},
    {NULL, NULL, NULL},
};

int
cli_guide_settings(struct cli *c, struct err *err)
{
	struct tenant_setting_row rows[TENANT_SETTINGS];
	int rc = tenant_setting_list(c->desk, rows, err);
	struct json_out *out;

	if (rc != 0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		json_out_string(
		    out, settings[i].member, rows[settings[i].which].text);
	json_out_end(out, '}');
	return 0;
}

/* What is so already is left alone. */
static int
set_all(struct cli *c, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < SETTING_COUNT; i++) {
		const char *value = cli_option(c, settings[i].option);

		if (value == NULL)
			continue;
		rc = tenant_setting_set(c->desk, settings[i].which, value, err);
		if (rc == OD_ECONFLICT)
			rc = 0;
	}
	return rc;
}

/* All of them or none, and one undo. */
int
cli_guide_set(struct cli *c, struct err *err)
{
	size_t given = 0;
	int rc;

	for (size_t i = 0; i < SETTING_COUNT; i++)
		given += cli_option(c, settings[i].option) != NULL;
	if (given == 0)
		return err_set(err, OD_EUSAGE,
		    "Say what is to be set; opdesk guide settings shows all");
	if ((rc = op_together_begin(c->desk, err)) != 0)
		return rc;
	rc = set_all(c, err);
	rc = op_together_end(
	    c->desk, rc, _("Set what was chosen about guides"), err);
	return rc != 0 ? rc : cli_guide_settings(c, err);
}
