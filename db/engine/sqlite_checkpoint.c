/*
 * sqlite_checkpoint - FULL checkpoints that never become PASSIVE ones.
 *
 * SQLite before 3.51.3 can damage a file when one connection starts the log
 * anew while another checkpoints it.  Starting anew needs the write lock,
 * which a FULL checkpoint holds, but when it cannot get it, it goes on as a
 * PASSIVE one without a word.  So for the time of the checkpoint we stand
 * between SQLite and its lock, and make that refusal an error.
 */
#include "db/engine/sqlite_int.h"
#include <string.h>

/* Of the index of the log, as SQLite's file format document has it. */
#define WRITE_LOCK       0
#define INDEX_REGION     32768
#define INDEX_FRAMES     4  /* 32-bit words: frames in the log */
#define INDEX_BACKFILLED 24 /* of those, in the database already */

static _Thread_local struct {
	const sqlite3_io_methods *real;
	bool refused;
} guard;

static int
guarded_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	int rc = guard.real->xShmLock(file, offset, n, flags);

	if (rc != SQLITE_BUSY || offset != WRITE_LOCK ||
	    flags != (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE))
		return rc;
	guard.refused = true;
	return SQLITE_IOERR_SHMLOCK;
}

static sqlite3_file *
file_of(struct engine_conn *conn)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(
	    conn->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	return file != NULL && file->pMethods != NULL ? file : NULL;
}

int
sqlite__checkpoint(
    struct engine_conn *conn, bool empty, bool *done, struct err *err)
{
	sqlite3_file *file = file_of(conn);
	sqlite3_io_methods guarded;
	int rc;

	*done = false;
	BUG_ON(file == NULL || file->pMethods->iVersion < 2);
	guard.real = file->pMethods;
	guard.refused = false;
	memcpy(&guarded, file->pMethods, sizeof(guarded));
	guarded.xShmLock = guarded_shm_lock;
	file->pMethods = &guarded;
	rc = sqlite3_wal_checkpoint_v2(conn->db, "main",
	    empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_FULL, NULL,
	    NULL);
	file->pMethods = guard.real;
	if (guard.refused)
		return 0;
	/* BUSY: a reader still needs the rest, which comes next time. */
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		return sqlite__fail(conn, rc, err);
	*done = true;
	return 0;
}

bool
sqlite__log_frames(struct engine_conn *conn, int64_t *all, int64_t *waiting)
{
	sqlite3_file *file = file_of(conn);
	void volatile *region = NULL;
	const volatile uint32_t *word;
	int rc;

	*all = *waiting = 0;
	/* Already mapped by the connection: no file is opened or extended. */
	if (file == NULL || file->pMethods->iVersion < 2)
		return false;
	rc = file->pMethods->xShmMap(file, 0, INDEX_REGION, 0, &region);
	if (rc != SQLITE_OK || region == NULL)
		return false;
	word = region;
	*all = word[INDEX_FRAMES];
	*waiting = *all - word[INDEX_BACKFILLED];
	return true;
}
