/*
 * sqlite_err - SQLite's result codes as ours, each with its sentence.
 *
 * After an error of the disk the state of the last pages is unknown: the
 * kernel may have dropped them and a second fsync would succeed without
 * them.  So the connection is poisoned and never writes again.
 */
#include "db/engine/sqlite_int.h"
#include "common/log.h"

static struct log_brake unexpected; /* every statement may fail */

static int
constraint(struct engine_conn *conn, int extended, struct err *err)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return err_set(err, OD_ECONFLICT,
		    "There is already one with the same value; change it or "
		    "use the one that is there");
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return err_set(err, OD_ECONFLICT,
		    "Something that this refers to is not there; look it up "
		    "again");
	case SQLITE_CONSTRAINT_TRIGGER:
		return err_set(err, OD_EDENIED,
		    "The audit trail is never changed or deleted");
	}
	log_braked(&unexpected, LOG_ERROR, "db", "constraint: %s",
	    sqlite3_errmsg(conn->db));
	return err_set(err, OD_EDATA,
	    "A value is missing or outside its range; nothing was saved");
}

static int
poisoned(int code, struct err *err)
{
	switch (code & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(err, OD_EDATA,
		    "The desk's file is damaged; nothing more is written to "
		    "it. Run opdesk doctor, or restore the last backup");
	}
	return err_set(err, OD_EIO,
	    "The disk reported an error; what was being saved is not safe "
	    "and nothing more is written. Check the disk, then start opdesk "
	    "again");
}

int
sqlite__may_write(const struct engine_conn *conn, struct err *err)
{
	if (conn->poisoned != 0)
		return poisoned(conn->poisoned, err);
	if (conn->disk_readonly)
		return err_set(err, OD_EDENIED,
		    "The desk is on a file system that is mounted for reading "
		    "only; nothing can be saved there");
	if (conn->readonly)
		return err_set(err, OD_EDENIED,
		    "The desk is open for reading only; nothing was saved");
	return 0;
}

int
sqlite__fail(struct engine_conn *conn, int rc, struct err *err)
{
	int extended = conn->db ? sqlite3_extended_errcode(conn->db) : rc;

	if ((extended & 0xff) != (rc & 0xff))
		extended = rc;
	if (extended == SQLITE_IOERR_NOMEM)
		rc = SQLITE_NOMEM; /* the disk has no part in it */
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, OD_EUNAVAIL,
		    "The desk is busy: another program is writing and does "
		    "not finish. Try again; if it stays so, look for an "
		    "opdesk that is stopped");
	case SQLITE_FULL:
		return err_set(err, OD_EIO,
		    "The disk is full; nothing was saved. Make room and try "
		    "again");
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(err, OD_EDENIED,
		    "The desk cannot be written from here; nothing was "
		    "saved. Check who owns its file and directory");
	case SQLITE_CONSTRAINT:
		return constraint(conn, extended, err);
	case SQLITE_TOOBIG:
		return err_set(err, OD_ELIMIT,
		    "This is too large to be saved; make it shorter");
	case SQLITE_INTERRUPT:
		return err_set(err, OD_ECANCEL, "It was stopped on request");
	case SQLITE_NOMEM:
		conn->is_shaken = true;
		return err_set(err, OD_EIO,
		    "There is not enough memory; close other programs and "
		    "try again");
	case SQLITE_CANTOPEN:
		return err_set(err, OD_EIO,
		    "The desk's file cannot be opened; check its directory "
		    "and the number of open files allowed");
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		log_error("db", "code %d: %s", extended,
		    conn->db ? sqlite3_errmsg(conn->db) : "");
		conn->poisoned = extended;
		return poisoned(extended, err);
	}
	log_braked(&unexpected, LOG_ERROR, "db", "code %d: %s", extended,
	    conn->db ? sqlite3_errmsg(conn->db) : "");
	return err_set(err, OD_EIO,
	    "The desk does not answer as this program expects; is its "
	    "version right? Run opdesk doctor");
}
