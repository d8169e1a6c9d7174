/*
 * sqlite_copy - a whole copy of a desk beside its writers.
 *
 * VACUUM INTO on a connection of its own, because it needs one ATTACH, which
 * no other connection may do.  (Not one for reading only: SQLite 3.40 counts
 * generated columns wrongly there.)  The copy gets its name only when it is
 * whole.
 */
#include "db/engine/sqlite_int.h"
#include "common/fsutil.h"
#include "common/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
failed(const char *path, struct err *err)
{
	char shown[240];
	int e = errno;

	text_safe_buf(shown, sizeof(shown), path);
	return err_set(err, OD_EIO,
	    "The copy %s could not be written: %s. Make room and try again",
	    shown, strerror(e));
}

/* SQLite would make it readable for everybody, so it finds an empty one. */
static int
make_empty(const char *path, struct err *err)
{
	int fd;

	if (unlink(path) != 0 && errno != ENOENT)
		return failed(path, err);
	fd = open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return failed(path, err);
	close(fd);
	return 0;
}

static int
vacuum_into(struct engine_conn *conn, const char *path, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int64_t mode;
	int rc;

	/*
	 * A copy of an older desk is one whose file can shrink.  Asked for on a
	 * file that can already, this would write to it.
	 */
	if ((rc = sqlite__int(conn, "PRAGMA auto_vacuum", &mode, err)) != 0 ||
	    (mode == 0 && (rc = sqlite__run(conn,
			       "PRAGMA auto_vacuum=INCREMENTAL", err)) != 0))
		return rc;
	rc = sqlite3_prepare_v2(conn->db, "VACUUM INTO ?1", -1, &st, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
		rc = sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return rc == SQLITE_DONE ? 0 : sqlite__fail(conn, rc, err);
}

/*
 * VACUUM INTO leaves a file with a rollback journal, in which readers and
 * writers would wait for each other: the copy is a desk, so it has a log.
 */
static int
give_log(const char *path, struct err *err)
{
	struct engine_conn conn = {.turn_fd = -1, .bell_fd = -1};
	int rc = sqlite3_open_v2(
	    path, &conn.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(
		    conn.db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		rc = sqlite__fail(&conn, rc, err);
	sqlite3_close_v2(conn.db);
	return rc;
}

static int
make_durable(const char *part, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct str dir = STR_INIT;
	int fd, rc;

	fd = open(part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return failed(path, err);
	rc = fsync(fd);
	close(fd);
	if (rc != 0 || rename(part, path) != 0)
		return failed(path, err);
	if (slash != NULL)
		str_addn(
		    &dir, path, slash == path ? 1 : (size_t)(slash - path));
	else
		str_add(&dir, ".");
	rc = fs_sync_dir(dir.s, err);
	str_free(&dir);
	return rc;
}

int
sqlite__copy(struct engine_conn *conn, const char *path, struct err *err)
{
	struct engine_conn *own = NULL;
	struct str part = STR_INIT;
	int rc;

	str_addf(&part, "%s.part", path);
	if ((rc = make_empty(part.s, err)) != 0 ||
	    (rc = sqlite__connect(
		 conn->path, DB_OPEN, CONNECT_COPY, &own, err)) != 0 ||
	    (rc = vacuum_into(own, part.s, err)) != 0 ||
	    (rc = give_log(part.s, err)) != 0)
		goto out;
	rc = make_durable(part.s, path, err);
out:
	sqlite__close(own);
	if (rc != 0)
		unlink(part.s);
	str_free(&part);
	return rc;
}
