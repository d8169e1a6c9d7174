/*
 * sqlite_open - which files are a desk of ours, and how they are opened.
 *
 * The checks are made on the path before SQLite sees it, and the file is
 * opened by its resolved name with symbolic links refused.
 */
#include "db/engine/search_words.h"
#include "db/engine/sqlite_cache.h"
#include "db/engine/sqlite_int.h"
#include "common/fsutil.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SHOWN 240 /* bytes of a path inside a sentence */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct {
	int id;
	int value;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, 64 << 20},
    {SQLITE_LIMIT_SQL_LENGTH, 256 << 10},
    {SQLITE_LIMIT_COLUMN, 200},
    {SQLITE_LIMIT_EXPR_DEPTH, 100},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_FUNCTION_ARG, 32},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 999},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 8},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static const struct {
	int id;
	int value;
} options[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
};

static const char pragmas[] = "PRAGMA synchronous=FULL;"
			      "PRAGMA mmap_size=0;"
			      "PRAGMA temp_store=MEMORY;"
			      "PRAGMA cell_size_check=ON;"
			      "PRAGMA secure_delete=ON;"
			      "PRAGMA wal_autocheckpoint=0;"
			      "PRAGMA journal_size_limit=67108864;";

static const char large_cache[] = "PRAGMA cache_size=-8000";
static const char small_cache[] = "PRAGMA cache_size=-1000";
static const char *cache = large_cache; /* set before there are threads */

static int
not_allowed_in(const char *shown, struct err *err)
{
	return err_set(err, OD_EDENIED,
	    "You may not enter the directory of %s; ask its owner", shown);
}

int
sqlite__resolve(const char *location, struct str *out, struct err *err)
{
	const char *slash = strrchr(location, '/');
	const char *name = slash != NULL ? slash + 1 : location;
	char shown[SHOWN], real[PATH_MAX];
	struct str dir = STR_INIT;
	bool found;

	text_safe_buf(shown, sizeof(shown), location);
	if (name[0] == '\0')
		return err_set(err, OD_EUSAGE,
		    "%s is a directory; name the desk's file inside it", shown);
	if (slash == NULL)
		str_add(&dir, ".");
	else
		str_addn(&dir, location,
		    slash == location ? 1 : (size_t)(slash - location));
	found = realpath(dir.s, real) != NULL;
	str_free(&dir);
	if (!found && errno == EACCES)
		return not_allowed_in(shown, err);
	if (!found)
		return err_set(err, OD_ENOTFOUND,
		    "There is no desk at %s: its directory is not there",
		    shown);
	str_clear(out);
	if (strcmp(real, "/") != 0)
		str_add(out, real);
	str_addc(out, '/');
	str_add(out, name);
	return 0;
}

static void
dir_of(const char *path, struct str *dir)
{
	size_t n = (size_t)(strrchr(path, '/') - path);

	str_clear(dir);
	str_addn(dir, path, n > 0 ? n : 1);
}

/* Whether a group other than the owner's own shares the desk with us. */
static bool
in_group(gid_t gid)
{
	gid_t *groups;
	bool found = getegid() == gid;
	int n = getgroups(0, NULL);

	if (found || n <= 0)
		return found;
	groups = xcalloc((size_t)n, sizeof(*groups));
	n = getgroups(n, groups);
	for (int i = 0; i < n && !found; i++)
		found = groups[i] == gid;
	free(groups);
	return found;
}

static int
check_rights(const char *shown, const struct stat *file, const struct stat *dir,
    struct err *err)
{
	bool closed_dir = (dir->st_mode & 007) == 0;
	bool shared = (file->st_mode & 060) == 060 && closed_dir;

	if (file->st_uid != geteuid() && !(shared && in_group(file->st_gid)))
		return err_set(err, OD_EDENIED,
		    "%s belongs to somebody else; opdesk opens only its "
		    "owner's desk",
		    shown);
	if ((file->st_mode & 07) != 0)
		return err_set(err, OD_EDENIED,
		    "Everybody on this machine may read or write %s; close "
		    "it with: chmod 600",
		    shown);
	if ((file->st_mode & 070) != 0 && !closed_dir)
		return err_set(err, OD_EDENIED,
		    "%s is open to a group in a directory that others may "
		    "enter; close the directory with: chmod 2770, or the file "
		    "with: chmod 600",
		    shown);
	return 0;
}

static int
check_file(const char *path, struct stat *file, struct err *err)
{
	struct str dir = STR_INIT;
	struct stat in;
	char shown[SHOWN];
	int rc = 0;

	text_safe_buf(shown, sizeof(shown), path);
	dir_of(path, &dir);
	if (lstat(path, file) != 0) {
		if (errno == ENOENT)
			rc = err_set(err, OD_ENOTFOUND,
			    "There is no desk at %s; opdesk init makes one",
			    shown);
		else if (errno == EACCES)
			rc = not_allowed_in(shown, err);
		else
			rc = err_set(err, OD_EIO, "%s cannot be looked at: %s",
			    shown, strerror(errno));
	} else if (S_ISLNK(file->st_mode))
		rc = err_set(err, OD_EDENIED,
		    "%s is a symbolic link; give the path of the file itself",
		    shown);
	else if (!S_ISREG(file->st_mode))
		rc = err_set(err, OD_EDENIED,
		    "%s is not a file; give the path of the desk's file",
		    shown);
	else if (file->st_nlink > 1)
		rc = err_set(err, OD_EDENIED,
		    "%s has a second name (a hard link), which breaks the "
		    "desk's log; remove the other one",
		    shown);
	else if (stat(dir.s, &in) != 0)
		rc = err_set(err, OD_EIO, "%s cannot be looked at: %s", shown,
		    strerror(errno));
	else
		rc = check_rights(shown, file, &in, err);
	str_free(&dir);
	return rc;
}

static int
check_network(const char *path, struct err *err)
{
	struct str dir = STR_INIT;
	char shown[SHOWN];
	bool network;

	dir_of(path, &dir);
	network = fs_is_network(dir.s);
	str_free(&dir);
	if (!network)
		return 0;
	text_safe_buf(shown, sizeof(shown), path);
	return err_set(err, OD_EDENIED,
	    "%s is on a network or FUSE file system, where several programs "
	    "would damage the desk; put it on a disk of this machine",
	    shown);
}

int
sqlite__open_beside(const char *path, const char *suffix, struct err *err)
{
	struct str name = STR_INIT;
	char shown[SHOWN];
	struct stat st;
	mode_t mode = 0600;
	int fd;

	if (stat(path, &st) == 0)
		mode = st.st_mode & 0660;
	str_addf(&name, "%s%s", path, suffix);
	fd = open(
	    name.s, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd >= 0)
		/* Past the umask: who shares the desk shares its locks. */
		(void)fchmod(fd, mode);
	else if (errno == EEXIST)
		fd = open(name.s, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		text_safe_buf(shown, sizeof(shown), name.s);
		err_set(err, OD_EIO, "%s cannot be opened: %s", shown,
		    strerror(errno));
	}
	str_free(&name);
	return fd;
}

int
sqlite__int(
    struct engine_conn *conn, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	*out = 0;
	rc = sqlite3_prepare_v2(conn->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(st);
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		return sqlite__fail(conn, rc, err);
	return 0;
}

int
sqlite__run(struct engine_conn *conn, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(conn->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : sqlite__fail(conn, rc, err);
}

/* Whose file it is; the first read of its pages. */
static int
check_identity(struct engine_conn *conn, struct err *err)
{
	char shown[SHOWN];
	int64_t id;

	text_safe_buf(shown, sizeof(shown), conn->path);
	if (sqlite__int(conn, "PRAGMA application_id", &id, err) != 0)
		return err_prefix(err, "%s", shown);
	if (id != SQLITE_DESK_ID)
		return err_set(err, OD_EDATA,
		    "%s is the database of another program, not a desk; give "
		    "the path of a desk",
		    shown);
	return 0;
}

/*
 * Name the file as ours and switch it to a log.  The journal that the switch
 * deletes could come back after a power loss, and with it the empty file, so
 * the directory is made durable.
 */
static int
make_desk(struct engine_conn *conn, struct err *err)
{
	struct str dir = STR_INIT;
	char shown[SHOWN];
	int64_t id, tables;
	int rc;

	text_safe_buf(shown, sizeof(shown), conn->path);
	if ((rc = sqlite__int(conn, "PRAGMA application_id", &id, err)) != 0 ||
	    (rc = sqlite__int(conn, "SELECT count(*) FROM sqlite_schema",
		 &tables, err)) != 0)
		return rc;
	/* What an interrupted creation left behind may be taken up. */
	if (tables != 0 || (id != 0 && id != SQLITE_DESK_ID))
		return err_set(err, OD_ECONFLICT,
		    "There is already a desk or another database at %s; "
		    "choose another path",
		    shown);
	if ((rc = sqlite__run(conn,
		 "PRAGMA auto_vacuum=INCREMENTAL;" /* before any page */
		 "PRAGMA application_id=1869636723;"
		 "PRAGMA journal_mode=WAL;",
		 err)) != 0)
		return rc;
	dir_of(conn->path, &dir);
	rc = fs_sync_dir(dir.s, err);
	str_free(&dir);
	return rc;
}

static int
configure(struct engine_conn *conn, unsigned flags, struct err *err)
{
	sqlite3 *db = conn->db;
	int rc;

	sqlite3_extended_result_codes(db, 1);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		sqlite3_db_config(db, options[i].id, options[i].value, NULL);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		sqlite3_limit(db, limits[i].id, limits[i].value);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, flags & CONNECT_COPY ? 1 : 0);
	if (flags & CONNECT_NO_WAIT)
		sqlite3_busy_timeout(db, 0);
	else
		sqlite3_busy_handler(db, sqlite__busy, conn);
	if ((rc = sqlite__run(conn, pragmas, err)) != 0 ||
	    (rc = sqlite__run(conn, cache, err)) != 0)
		return rc;
	rc = sqlite3_prepare_v3(
	    db, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &conn->undo, NULL);
	return rc == SQLITE_OK ? 0 : sqlite__fail(conn, rc, err);
}

void
sqlite__set_small_cache(void)
{
	cache = small_cache;
}

void
sqlite__release_memory(struct engine_conn *conn)
{
	sqlite3_db_release_memory(conn->db);
}

void
sqlite__shrink(struct engine_conn *conn)
{
	/* Documented to have it read again, so it lets go of the old one. */
	(void)sqlite3_exec(
	    conn->db, "PRAGMA writable_schema=RESET", NULL, NULL, NULL);
	sqlite__release_memory(conn);
}

/* An empty file of ours; one that is there already is looked at later. */
static int
create_file(const char *path, struct err *err)
{
	char shown[SHOWN];
	int fd;

	fd = open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)fchmod(fd, 0600);
		close(fd);
		return 0;
	}
	if (errno == EEXIST)
		return 0;
	text_safe_buf(shown, sizeof(shown), path);
	return err_set(
	    err, OD_EIO, "%s cannot be made: %s", shown, strerror(errno));
}

/* has_words(text, words): see search_words.h; 1 or 0. */
static void
has_words(sqlite3_context *c, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	const char *words = (const char *)sqlite3_value_text(values[1]);

	(void)count;
	sqlite3_result_int(c, text != NULL && words != NULL &&
				  search_has_words(text, words));
}

/* URI form, because only a URI can say that nobody writes to the file. */
static int
open_file(struct engine_conn *conn, struct err *err)
{
	struct str uri = STR_INIT;
	int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW |
	            SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	int rc;

	str_add(&uri, "file:");
	for (const char *s = conn->path; *s != '\0'; s++) {
		if (strchr("%?#", *s) != NULL)
			str_addf(&uri, "%%%02X", (unsigned char)*s);
		else
			str_addc(&uri, *s);
	}
	if (conn->disk_readonly)
		str_add(&uri, "?immutable=1");
	flags |= conn->readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	rc = sqlite3_open_v2(uri.s, &conn->db, flags, NULL);
	str_free(&uri);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(conn->db, "has_words", 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, has_words, NULL,
		    NULL, NULL);
	return rc == SQLITE_OK ? 0 : sqlite__fail(conn, rc, err);
}

static bool
on_readonly_disk(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0;
}

/* A log with rows in it cannot be read without the right to lock it. */
static int
check_log_is_empty(const char *path, struct err *err)
{
	struct str wal = STR_INIT;
	struct stat st;
	bool empty;

	str_addf(&wal, "%s-wal", path);
	empty = stat(wal.s, &st) != 0 || st.st_size == 0;
	str_free(&wal);
	if (empty)
		return 0;
	return err_set(err, OD_EUNAVAIL,
	    "The desk was not closed and its file system is mounted for "
	    "reading only; mount it for writing once, or copy the desk with "
	    "its -wal file to another disk");
}

void
sqlite__close(struct engine_conn *conn)
{
	if (conn == NULL)
		return;
	sqlite3_finalize(conn->token);
	sqlite3_finalize(conn->undo);
	sqlite3_close_v2(conn->db);
	sqlite__turn_leave(conn);
	if (conn->turn_fd >= 0)
		close(conn->turn_fd);
	if (conn->bell_fd >= 0)
		close(conn->bell_fd);
	free(conn->path);
	free(conn);
}

/* Nobody asks SQLite how much it holds, and counting locks each malloc. */
static void
configure_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int
sqlite__connect(const char *location, enum db_mode mode, unsigned flags,
    struct engine_conn **out, struct err *err)
{
	struct engine_conn *conn = NULL;
	struct str path = STR_INIT;
	struct stat st;
	int rc;

	*out = NULL;
	pthread_once(&once, configure_library);
	if ((rc = sqlite__resolve(location, &path, err)) != 0 ||
	    (rc = check_network(path.s, err)) != 0)
		goto out;
	if (mode == DB_CREATE && (rc = create_file(path.s, err)) != 0)
		goto out;
	if ((rc = check_file(path.s, &st, err)) != 0)
		goto out;
	conn = xcalloc(1, sizeof(*conn));
	conn->path = str_take(&path);
	str_format(conn->version, sizeof(conn->version), "SQLite %s",
	    sqlite3_libversion());
	conn->turn_fd = conn->bell_fd = -1;
	conn->disk_readonly = on_readonly_disk(conn->path);
	conn->readonly = conn->disk_readonly || mode == DB_READONLY;
	if (conn->disk_readonly &&
	    (rc = check_log_is_empty(conn->path, err)) != 0)
		goto out;
	if ((rc = open_file(conn, err)) != 0 ||
	    (rc = configure(conn, flags, err)) != 0)
		goto out;
	if (mode == DB_CREATE && (rc = make_desk(conn, err)) != 0)
		goto out;
	if ((rc = check_identity(conn, err)) != 0 ||
	    (rc = sqlite__check_code(conn, err)) != 0)
		goto out;
	if (!conn->readonly && ((conn->turn_fd = sqlite__open_beside(
				     conn->path, ".turn", err)) < 0 ||
				   (conn->bell_fd = sqlite__open_beside(
					conn->path, ".bell", err)) < 0))
		rc = OD_EIO;
out:
	str_free(&path);
	if (rc != 0)
		sqlite__close(conn);
	else
		*out = conn;
	return rc;
}
