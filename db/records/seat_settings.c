/* seat_settings - named values of an operator or a tenant; see seat.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/setting.h"
#include "db/records/records_int.h"
#include "db/records/seat.h"
#include <stdlib.h>
#include <string.h>

#define TENANT_WIDE 0 /* operator_id of a tenant's setting */

static int64_t
owner_of(const struct desk *d)
{
	return d->actor.kind == ACTOR_OPERATOR ? d->actor.id : TENANT_WIDE;
}

int
setting_get(struct desk *d, const char *name, char **value, struct err *err)
{
	int rc;

	*value = NULL;
	rc = db_text(d->db, value,
	    "SELECT value FROM settings WHERE tenant_id = $1 AND name = $2"
	    " AND (operator_id = $3 OR operator_id = 0)"
	    " ORDER BY operator_id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(owner_of(d))),
	    err);
	if (rc == OD_ENOTFOUND) {
		*value = xstrdup("");
		rc = 0;
	}
	return rc;
}

static int
check_setting(const char *name, const char *value, struct err *err)
{
	size_t n = strlen(name);

	if (n == 0 || n > 64 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") != n)
		return err_set(err, OD_EDATA,
		    "A setting's name has 1 to 64 letters a-z, digits, \".\","
		    " \"_\" and \"-\"");
	return records__body(_("Setting"), value, 65536, err);
}

int
setting_set(
    struct desk *d, const char *name, const char *value, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = check_setting(name, value, err)) != 0)
		return rc;
	if (d->actor.kind != ACTOR_OPERATOR)
		return err_set(err, OD_EDENIED,
		    "Only an operator has settings of his own");
	if ((rc = op_begin(d, &op, OP_SETTING_OWN, 0, err)) != 0)
		return rc;
	rc = setting_write(d, &op, d->actor.id, name, value, err);
	return op_end(d, &op, rc, err);
}

int
setting_set_tenant(
    struct desk *d, const char *name, const char *value, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = check_setting(name, value, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_SETTING_TENANT, 0, err)) != 0)
		return rc;
	op_sentence(&op,
	    value != NULL && value[0] != '\0' ? _("Set %s to %s")
					      : _("Took the setting %s away"),
	    name, value);
	rc = setting_write(d, &op, TENANT_WIDE, name, value, err);
	return op_end(d, &op, rc, err);
}
