/* cli_doctor_sealed - the key of what is sealed, for "opdesk doctor". */
#include "common/i18n.h"
#include "db/engine/server.h"
#include "db/records/sealed.h"
#include "db/records/tenants.h"
#include "tui/cli/cli_doctor.h"
#include <stdlib.h>

static int
check_all(struct desk *desk, struct sealed_figures *all, struct err *err)
{
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc = tenant_list(desk, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		desk_act_as_system(desk, rows[i].id);
		rc = sealed_check(desk, all, err);
	}
	free(rows);
	return rc;
}

void
doctor__sealed(struct desk *desk, doctor_tell_fn tell, void *data)
{
	/* The daemon of a server's desk may have its key elsewhere. */
	const enum finding bad =
	    server_has(desk->db) ? FINDING_WARNING : FINDING_FAULT;
	struct sealed_figures all = {0};
	struct err err = ERR_INIT;
	char text[ERR_TEXT_SIZE];
	int rc = check_all(desk, &all, &err);

	if (rc == OD_ENOTFOUND) {
		str_format(text, sizeof(text),
		    _("The key of code generators and webhooks is not in %s:"
		      " codes are refused and webhooks are not sent until a"
		      " copy of it is there again; see opdesk-operations(7)"),
		    desk->seal_path);
		tell("sealed", bad, text, data);
	} else if (rc == OD_EDENIED) {
		return; /* another account's, who looks for himself */
	} else if (rc != 0) {
		tell("sealed", bad, err.text, data);
	} else if (all.closed > 0) {
		str_format(text, sizeof(text),
		    _("Of %lld secrets of code generators and webhooks %lld do"
		      " not open with the key in %s: bring the right one back,"
		      " or make those secrets anew; see opdesk-operations(7)"),
		    (long long)all.secrets, (long long)all.closed,
		    desk->seal_path);
		tell("sealed", bad, text, data);
	} else if (all.secrets > 0) {
		str_format(text, sizeof(text),
		    _("The key in %s opens the secrets of code generators and"
		      " webhooks: %lld"),
		    desk->seal_path, (long long)all.secrets);
		tell("sealed", FINDING_FINE, text, data);
	}
}
