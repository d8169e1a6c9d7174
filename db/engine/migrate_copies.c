/*
 * migrate_copies - the copies of a desk that upgrades leave beside it; see
 * migrate.h.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "db/core/db_int.h"
#include "db/engine/migrate_int.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_US (30 * US_PER_DAY)

void
migrate__copy_path(const struct db *db, int version, struct str *path)
{
	str_addf(path, "%s" MIGRATE_COPY "%d", db_path(db), version);
}

/* The schema that a copy was made for, when name is one of this desk's. */
static bool
is_copy(const char *name, const char *desk, int64_t *version)
{
	size_t n = strlen(desk);

	return strncmp(name, desk, n) == 0 &&
	       strncmp(name + n, MIGRATE_COPY, strlen(MIGRATE_COPY)) == 0 &&
	       str_to_int64(
		   name + n + strlen(MIGRATE_COPY), 1, 1000000, version);
}

/* Whether it was made so long ago; false when that cannot be known. */
static bool
is_old(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	return clock_wall_us() - (int64_t)st.st_mtim.tv_sec * US_PER_SECOND >=
	       KEPT_US;
}

int
migrate_forget_copies(struct db *db, struct str *gone, struct err *err)
{
	const char *slash = strrchr(db_path(db), '/');
	const char *desk = slash != NULL ? slash + 1 : db_path(db);
	struct str dir = STR_INIT, path = STR_INIT;
	int version, min_writer, rc;
	const struct dirent *entry;
	int64_t made_for;
	DIR *d;

	if (!db->engine->is_file || db_is_broken(db))
		return 0;
	if ((rc = migrate_current(db, &version, &min_writer, err)) != 0)
		return rc;
	if (slash != NULL)
		str_addn(&dir, db_path(db), (size_t)(slash - db_path(db)) + 1);
	else
		str_add(&dir, "./");
	if ((d = opendir(dir.s)) == NULL) {
		rc = err_set(err, OD_EIO,
		    "The directory of the desk cannot be read: %s",
		    strerror(errno));
		str_free(&dir);
		return rc;
	}
	while ((entry = readdir(d)) != NULL) {
		if (!is_copy(entry->d_name, desk, &made_for) ||
		    made_for > version)
			continue;
		str_clear(&path);
		str_addf(&path, "%s%s", dir.s, entry->d_name);
		if ((made_for < version || is_old(path.s)) &&
		    unlink(path.s) == 0)
			str_addf(gone, "%s%s", gone->len > 0 ? ", " : "",
			    entry->d_name);
	}
	closedir(d);
	str_free(&dir);
	str_free(&path);
	return 0;
}
