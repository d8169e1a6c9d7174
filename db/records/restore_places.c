/*
 * restore_places - where a desk is brought back to, and what is left of a
 * restore that was killed; see backup.h.
 *
 * All is made in a directory .opdesk-restore-RANDOM beside the new place,
 * which is locked as long as somebody works in it.  Two renames give the
 * names: the files, then the desk.  So that a restore which is killed between
 * them leaves nothing in the way, the file "names" in that directory says
 * beforehand which directory of files it is.
 */
#include "common/fsutil.h"
#include "db/engine/engine.h"
#include "db/engine/migrate.h"
#include "db/records/desk_copy.h"
#include "db/records/restore_int.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRATCH "/.opdesk-restore-"

static void
add_dir_of(struct str *out, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		str_add(out, ".");
	else
		str_addn(out, path, slash == path ? 1 : (size_t)(slash - path));
}

/* ---- what a restore that was killed left ---- */

static bool
is_digits(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

/* What is_it says yes to, each by remove. */
static void
remove_names(const char *dir, bool (*is_it)(const char *name),
    void (*remove)(const char *path))
{
	struct str path = STR_INIT;
	const struct dirent *e;
	DIR *d = opendir(dir);

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!is_it(e->d_name))
			continue;
		str_clear(&path);
		str_addf(&path, "%s/%s", dir, e->d_name);
		remove(path.s);
	}
	if (d != NULL)
		closedir(d);
	str_free(&path);
}

static bool
is_file(const char *name)
{
	return is_digits(name, 32);
}

static bool
is_bucket(const char *name)
{
	return is_digits(name, 2);
}

/* The desk, its copy, and what stands beside them. */
static bool
is_ours(const char *name)
{
	return str_starts(name, "desk.db") || str_starts(name, "whole.db") ||
	       str_starts(name, "names");
}

static void
remove_bucket(const char *path)
{
	remove_names(path, is_file, fs_remove);
	rmdir(path);
}

static void
remove_all(const char *scratch)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/files", scratch);
	remove_names(path.s, is_bucket, remove_bucket);
	rmdir(path.s);
	remove_names(scratch, is_ours, fs_remove);
	rmdir(scratch);
	str_free(&path);
}

/* Which directory it is, whatever its name. */
static bool
describe(const char *path, struct str *out)
{
	struct stat st;

	str_clear(out);
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return false;
	str_addf(out, "%" PRIu64 " %" PRIu64 "\n", (uint64_t)st.st_dev,
	    (uint64_t)st.st_ino);
	return true;
}

/* Files that have their name already, and no desk came after them. */
static void
take_back_files(const struct restoring *m, const char *scratch)
{
	struct str path = STR_INIT, noted = STR_INIT, is = STR_INIT;
	struct stat st;

	str_addf(&path, "%s/names", scratch);
	if (m->target.len == 0 || lstat(m->target.s, &st) == 0 ||
	    fs_read(path.s, 256, &noted, NULL) != 0 ||
	    !describe(m->target_files.s, &is) || strcmp(is.s, noted.s) != 0)
		goto out;
	str_clear(&path);
	str_addf(&path, "%s/files", scratch);
	(void)rename(m->target_files.s, path.s);
out:
	str_free(&path);
	str_free(&noted);
	str_free(&is);
}

/* Directories of restores that nobody works at any more. */
static void
clear_leftovers(const struct restoring *m)
{
	struct str dir = STR_INIT, path = STR_INIT;
	const struct dirent *e;
	DIR *d;

	add_dir_of(&dir, m->target.len > 0 ? m->target.s : m->o->from);
	d = opendir(dir.s);
	while (d != NULL && (e = readdir(d)) != NULL) {
		const char *name = &SCRATCH[1];
		int fd;

		if (!str_starts(e->d_name, name) ||
		    !is_digits(e->d_name + strlen(name), 16))
			continue;
		str_clear(&path);
		str_addf(&path, "%s/%s", dir.s, e->d_name);
		fd = open(
		    path.s, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
			take_back_files(m, path.s);
			remove_all(path.s);
		}
		if (fd >= 0)
			close(fd);
	}
	if (d != NULL)
		closedir(d);
	str_free(&dir);
	str_free(&path);
}

/* ---- places ---- */

/* Before the work; what a copy left unfinished there is begun anew. */
static int
check_server(const struct restoring *m, struct err *err)
{
	struct err why = ERR_INIT;
	struct db *db = NULL;
	int64_t tenants = 0;
	int rc = db_open(m->o->to, DB_READONLY, &db, &why);

	/* Without a tenant it is one that was hardly begun. */
	if (rc == 0)
		(void)db_int(db, &tenants, "SELECT count(*) FROM tenants",
		    NO_BINDS, NULL);
	db_close(&db);
	if (tenants > 0)
		return err_set(err, OD_ECONFLICT,
		    "There is a desk in that database already; a restore never"
		    " replaces anything: make another one with createdb");
	if (rc == 0 || rc == OD_ENOTFOUND || rc == OD_EUNAVAIL)
		return 0;
	*err = why;
	return rc;
}

int
restore__find_target(struct restoring *m, struct err *err)
{
	struct str name = STR_INIT;
	const struct engine *engine;
	const char *path;
	struct stat st;
	int rc = 0;

	if ((engine = engine_for(m->o->to, &path, err)) == NULL)
		return OD_EUSAGE;
	if (!engine->is_file)
		return check_server(m, err);
	str_add(&m->target, path);
	add_dir_of(&m->target_files, path);
	str_add(&m->target_files, "/files");
	clear_leftovers(m);
	for (int i = 0; backup__suffixes[i] != NULL && rc == 0; i++) {
		str_clear(&name);
		str_addf(&name, "%s%s", path, backup__suffixes[i]);
		if (lstat(name.s, &st) == 0)
			rc = OD_ECONFLICT;
	}
	if (rc == 0 && lstat(m->target_files.s, &st) == 0) {
		str_clear(&name);
		str_add(&name, m->target_files.s);
		rc = OD_ECONFLICT;
	}
	if (rc != 0)
		rc = err_set(err, rc,
		    "%s is there already; a restore never replaces anything:"
		    " move it away, or name another place",
		    name.s);
	str_free(&name);
	return rc;
}

int
restore__make_scratch(struct restoring *m, struct err *err)
{
	char name[17];
	struct str dir = STR_INIT;
	int rc = 0;

	add_dir_of(&dir, m->target.len > 0 ? m->target.s : m->o->from);
	if (m->target.len > 0)
		rc = fs_mkdir(dir.s, 0700, err);
	else
		clear_leftovers(m);
	random_hex(name, 16);
	str_addf(&m->scratch, "%s" SCRATCH "%s", dir.s, name);
	str_free(&dir);
	if (rc == 0 && mkdir(m->scratch.s, 0700) != 0) {
		rc = err_set(err, err_errno_code(errno),
		    "The folder %s cannot be made: %m.", m->scratch.s);
		str_clear(&m->scratch);
	}
	if (rc != 0)
		return rc;
	m->lock_fd =
	    open(m->scratch.s, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (m->lock_fd < 0 || flock(m->lock_fd, LOCK_EX) != 0)
		return err_set(err, err_errno_code(errno),
		    "The folder %s cannot be made: %m.", m->scratch.s);
	str_addf(&m->path, "%s/desk.db", m->scratch.s);
	str_addf(&m->files, "%s/files", m->scratch.s);
	return 0;
}

void
restore__remove_scratch(struct restoring *m)
{
	desk_close(&m->desk);
	if (m->scratch.len > 0)
		remove_all(m->scratch.s);
}

static int
sync_dirs(struct restoring *m, struct err *err)
{
	struct str dir = STR_INIT;
	int rc = 0;

	for (int i = 0; i < m->made_count && rc == 0; i++) {
		str_clear(&dir);
		str_addf(&dir, "%s/%s", m->files.s, m->made[i]);
		rc = fs_sync_dir(dir.s, err);
	}
	if (rc == 0 && m->made_count > 0)
		rc = fs_sync_dir(m->files.s, err);
	str_free(&dir);
	return rc;
}

/* Files first: a desk that is there has its files. */
static int
rename_both(struct restoring *m, const char *dir, struct err *err)
{
	int rc;

	if (m->made_count > 0 && rename(m->files.s, m->target_files.s) != 0)
		return err_set(err, err_errno_code(errno),
		    "%s cannot be made: %m.", m->target_files.s);
	if (m->made_count > 0 && (rc = fs_sync_dir(dir, err)) != 0) {
		(void)rename(m->target_files.s, m->files.s);
		return rc;
	}
	if (renameat2(AT_FDCWD, m->whole.s, AT_FDCWD, m->target.s,
		RENAME_NOREPLACE) != 0) {
		rc = err_set(err, err_errno_code(errno),
		    "%s cannot be made: %m.", m->target.s);
		if (m->made_count > 0)
			(void)rename(m->target_files.s, m->files.s);
		return rc;
	}
	m->made_count = 0;
	return fs_sync_dir(dir, err);
}

/* The desk as a copy, one file without a log, so that a rename is enough. */
int
restore__give_names(struct restoring *m, struct err *err)
{
	struct str dir = STR_INIT, names = STR_INIT, is = STR_INIT;
	int rc;

	str_addf(&m->whole, "%s/whole.db", m->scratch.s);
	str_addf(&names, "%s/names", m->scratch.s);
	add_dir_of(&dir, m->target.s);
	if ((rc = sync_dirs(m, err)) == 0 &&
	    (rc = db_copy(m->desk->db, m->whole.s, err)) == 0 &&
	    describe(m->files.s, &is))
		rc = fs_write_atomic(names.s, is.s, is.len, 0600, err);
	if (rc == 0)
		rc = rename_both(m, dir.s, err);
	str_free(&dir);
	str_free(&names);
	str_free(&is);
	return rc;
}

/* The desk that is whole in scratch moves on. */
int
restore__to_server(struct restoring *m, struct err *err)
{
	const struct desk_copy_options o = {.from = m->path.s,
	    .from_files = m->files.s,
	    .to = m->o->to,
	    .to_files = m->o->to_files,
	    .keep_damaged = true};
	struct desk_copy copy;
	int rc;

	desk_close(&m->desk);
	rc = desk_copy(&o, &copy, err);
	desk_copy_free(&copy);
	return rc;
}
