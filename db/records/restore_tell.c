/*
 * restore_tell - what a desk that came back is told, and its audit trails; and
 * a damaged desk's rows in a new one.  See backup.h.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/engine/engine.h"
#include "db/records/audit.h"
#include "db/records/backup_int.h"
#include "db/records/raw_events.h"
#include "db/records/tenants.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of the tenant that the desk acts for. */
static int
check_trail(struct desk *d, const char *whose, struct restore_figures *out,
    struct err *err)
{
	struct audit_verdict v;
	int rc = audit_verify(d, &v, err);

	if (rc != 0)
		return rc;
	out->audit_rows += v.rows;
	if (v.bad_seq != 0 && out->audit_bad == 0) {
		out->audit_bad = v.bad_seq;
		str_format(out->audit_text, sizeof(out->audit_text),
		    "%s, %lld: %s", whose, (long long)v.bad_seq, v.reason);
	}
	return 0;
}

int
restore__check_audit(
    struct desk *d, struct restore_figures *out, struct err *err)
{
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = desk_act_as_host(d, NULL, err)) != 0 ||
	    (rc = check_trail(d, "-", out, err)) != 0)
		return rc;
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if ((rc = desk_act_as_host(d, rows[i].slug, err)) == 0)
			rc = check_trail(d, rows[i].slug, out, err);
	free(rows);
	return rc;
}

int
backup__note(struct desk *d, enum op_id id, struct err *err)
{
	struct tenant *rows = NULL;
	size_t count = 0;
	struct op op;
	int rc;

	if ((rc = desk_act_as_host(d, NULL, err)) != 0)
		return rc;
	rc = tenant_list(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if ((rc = desk_act_as_host(d, rows[i].slug, err)) == 0 &&
		    (rc = op_begin(d, &op, id, 0, err)) == 0)
			rc = op_end(d, &op, 0, err);
	free(rows);
	return rc;
}

int
restore__tell_desk(struct desk *d, int64_t as_of_us,
    struct restore_figures *out, struct err *err)
{
	int rc;

	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	if ((rc = desk_new_epoch(d, as_of_us, &out->held, err)) != 0 ||
	    (rc = backup__note(d, OP_BACKUP_RESTORE, err)) != 0) {
		db_batch_cancel(d);
		return rc;
	}
	return db_batch_end(d, err);
}

/*
 * What became of an event may be lost though the event is there: all that are
 * kept are read once more, which changes nothing for those that are whole.
 */
static int
read_events_again(struct desk *d, struct err *err)
{
	int rc;

	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	if ((rc = db_exec(d->db,
		 "UPDATE raw_events SET state = $1, processed_us = NULL"
		 " WHERE state = $2",
		 BINDS(b_int(RAW_EVENT_NEW), b_int(RAW_EVENT_DONE)), NULL,
		 err)) != 0) {
		db_batch_cancel(d);
		return rc;
	}
	return db_batch_end(d, err);
}

/* In one file without a log, so that it can be renamed. */
static int
recover_into(const char *from, const char *work, const char *to,
    recover_told_fn told, void *data, struct recover_figures *figures,
    struct restore_figures *out, struct err *err)
{
	struct desk_options o = {.uri = work};
	struct desk *d = NULL;
	int rc;

	if ((rc = recover_file(from, work, told, data, figures, err)) != 0 ||
	    (rc = desk_open(&o, &d, err)) != 0)
		return rc;
	/* With what a damaged trail has lost, later rows go on all the same. */
	if ((rc = restore__check_audit(d, out, err)) == 0 &&
	    (rc = restore__tell_desk(d, clock_wall_us(), out, err)) == 0 &&
	    (rc = read_events_again(d, err)) == 0)
		rc = db_copy(d->db, to, err);
	desk_close(&d);
	return rc;
}

int
desk_recover(const char *from, const char *to, recover_told_fn told, void *data,
    struct recover_figures *figures, struct restore_figures *out,
    struct err *err)
{
	const char *from_path, *to_path;
	struct str work = STR_INIT;
	const struct engine *engine;
	struct stat st;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((engine = engine_for(from, &from_path, err)) == NULL)
		return OD_EUSAGE;
	if (!engine->is_file)
		return err_set(err, OD_EUNAVAIL,
		    "A desk on a database server is recovered there; see"
		    " opdesk-operations(7)");
	if ((engine = engine_for(to, &to_path, err)) == NULL)
		return OD_EUSAGE;
	if (!engine->is_file)
		return err_set(err, OD_EUSAGE,
		    "The recovered desk is a file: name its path");
	if (lstat(to_path, &st) == 0)
		return err_set(err, OD_ECONFLICT,
		    "%s is there already; name a file that is not", to_path);
	str_addf(&work, "%s.new", to_path);
	backup__remove_desk(work.s);
	rc = recover_into(
	    from_path, work.s, to_path, told, data, figures, out, err);
	backup__remove_desk(work.s);
	str_free(&work);
	return rc;
}
