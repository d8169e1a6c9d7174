/* desk_origin - whether a desk was brought back from a backup; see backup.h. */
#include "common/clock.h"
#include "common/digest.h"
#include "db/core/op.h"
#include "db/records/backup_int.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"
#include <stdlib.h>
#include <string.h>

static int
read_meta(
    struct desk *d, const char *name, char *out, size_t size, struct err *err)
{
	char *value = NULL;
	int rc;

	rc = db_text(d->db, &value, "SELECT value FROM meta WHERE name = $1",
	    BINDS(b_text(name)), err);
	if (rc == 0)
		str_copy(out, size, value);
	free(value);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
desk_origin(struct desk *d, struct desk_origin *out, struct err *err)
{
	char restored[24] = "", backup[24] = "";
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = read_meta(d, "epoch", out->epoch, sizeof(out->epoch), err)) !=
		0 ||
	    (rc = read_meta(
		 d, "restored_us", restored, sizeof(restored), err)) != 0 ||
	    (rc = read_meta(d, "backup_us", backup, sizeof(backup), err)) != 0)
		return rc;
	(void)str_to_int64(restored, 0, INT64_MAX, &out->restored_us);
	(void)str_to_int64(backup, 0, INT64_MAX, &out->backup_us);
	return 0;
}

static int
write_meta(struct db *db, const char *name, const char *value, struct err *err)
{
	return db_exec(db,
	    "INSERT INTO meta(name, value) VALUES($1, $2)"
	    " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
	    BINDS(b_text(name), b_text(value)), NULL, err);
}

static int
write_number(struct db *db, const char *name, int64_t value, struct err *err)
{
	char text[24];

	str_format(text, sizeof(text), "%lld", (long long)value);
	return write_meta(db, name, text, err);
}

/* Nobody knows what left since then: people decide, for all tenants. */
static int
hold_all(struct db *db, int64_t *held, struct err *err)
{
	int rc;

	rc = db_exec(db,
	    "UPDATE messages SET state = $1, version = version + 1"
	    " WHERE state IN ($2, $3) AND id IN (SELECT o.record_id"
	    " FROM outbox o WHERE o.tenant_id = messages.tenant_id"
	    " AND o.kind = $4 AND o.state IN ($5, $6))",
	    BINDS(b_int(MESSAGE_HELD), b_int(MESSAGE_DUE),
		b_int(MESSAGE_SENDING), b_int(OUTBOX_MESSAGE),
		b_int(OUTBOX_DUE), b_int(OUTBOX_SENDING)),
	    NULL, err);
	if (rc != 0)
		return rc;
	return db_exec(db,
	    "UPDATE outbox SET state = $1, lease_owner = '',"
	    " lease_until_us = NULL, updated_at = $2 WHERE state IN ($3, $4)",
	    BINDS(b_int(OUTBOX_HELD), b_int(clock_wall_us()), b_int(OUTBOX_DUE),
		b_int(OUTBOX_SENDING)),
	    held, err);
}

int
backup__new_epoch(
    struct db *db, int64_t backup_us, int64_t *held, struct err *err)
{
	char epoch[33];
	int rc;

	random_hex(epoch, 32);
	if ((rc = write_meta(db, "epoch", epoch, err)) != 0 ||
	    (rc = write_number(db, "restored_us", clock_wall_us(), err)) != 0 ||
	    (rc = write_number(db, "backup_us", backup_us, err)) != 0)
		return rc;
	return hold_all(db, held, err);
}

int
desk_new_epoch(
    struct desk *d, int64_t backup_us, int64_t *held, struct err *err)
{
	return backup__new_epoch(d->db, backup_us, held, err);
}
