/* setting - see setting.h. */
#include "db/core/setting.h"
#include "common/xalloc.h"
#include "db/core/journal.h"
#include <stdlib.h>
#include <string.h>

int
setting_read(struct desk *d, int64_t operator_id, const char *name,
    char **value, struct err *err)
{
	int rc;

	*value = NULL;
	rc = db_text(d->db, value,
	    "SELECT value FROM settings WHERE tenant_id = $1"
	    " AND operator_id = $2 AND name = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id), b_text(name)),
	    err);
	if (rc == OD_ENOTFOUND) {
		*value = xstrdup("");
		rc = 0;
	}
	return rc;
}

static int
put(struct desk *d, const struct op *op, int64_t operator_id, const char *name,
    const char *value, struct err *err)
{
	if (value[0] == '\0')
		return db_exec(d->db,
		    "DELETE FROM settings WHERE tenant_id = $1"
		    " AND operator_id = $2 AND name = $3",
		    BINDS(b_int(d->actor.tenant_id), b_int(operator_id),
			b_text(name)),
		    NULL, err);
	return db_exec(d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1,$2,$3,$4,$5)"
	    " ON CONFLICT(tenant_id, operator_id, name) DO UPDATE SET"
	    " value = excluded.value, updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id), b_text(name),
		b_text(value), b_int(op->now_us)),
	    NULL, err);
}

static const char *
or_none(const char *value)
{
	return value[0] != '\0' ? value : NULL;
}

/* The tenant's: put, and kept as a change. */
static int
change(struct desk *d, struct op *op, const char *name, const char *before,
    const char *value, struct err *err)
{
	struct journal_entry e = {.kind = RECORD_SETTING,
	    .record_id = d->actor.tenant_id,
	    .field = name,
	    .before = or_none(before),
	    .after = or_none(value)};
	int rc = put(d, op, 0, name, value, err);

	return rc != 0 ? rc : journal_add(d, op, &e, err);
}

int
setting_write(struct desk *d, struct op *op, int64_t operator_id,
    const char *name, const char *value, struct err *err)
{
	char *before = NULL;
	int rc;

	if (value == NULL)
		value = "";
	if (operator_id != 0)
		return put(d, op, operator_id, name, value, err);
	if ((rc = setting_read(d, 0, name, &before, err)) == 0)
		rc = strcmp(before, value) == 0
		         ? err_set(err, OD_ECONFLICT,
			       "That is what %s is already", name)
		         : change(d, op, name, before, value, err);
	free(before);
	return rc;
}

int
setting_put_back(struct desk *d, struct op *op, const char *name,
    const char *stands, const char *value, struct err *err)
{
	char *now = NULL;
	int rc = setting_read(d, 0, name, &now, err);

	if (rc == 0)
		rc = strcmp(now, stands != NULL ? stands : "") != 0
		         ? OD_ECONFLICT
		         : change(d, op, name, now, value != NULL ? value : "",
			       err);
	free(now);
	return rc;
}
