/* backup_list - backups in a directory, and which may go; see backup.h. */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/backup_int.h"
#include "db/records/records_int.h"
#include "db/records/retention.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_backup_name(const char *name)
{
	size_t n = strlen(name), tail = strlen(BACKUP_SUFFIX);

	return n > tail && n < sizeof(((struct backup_row *)0)->name) &&
	       strcmp(name + n - tail, BACKUP_SUFFIX) == 0;
}

static void
look(int dir_fd, const char *name, struct backup_row *row)
{
	struct err err = ERR_INIT;
	struct stat st;
	int fd;

	memset(row, 0, sizeof(*row));
	str_copy(row->name, sizeof(row->name), name);
	fd = openat(dir_fd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0)
		err_set(&err, OD_EIO, "%s cannot be opened: %m.", name);
	else if (!S_ISREG(st.st_mode))
		err_set(&err, OD_EDATA,
		    "%s is not a regular file: name one that is.", name);
	else if (archive_read_head(fd, &row->head, &err) == 0)
		row->bytes = st.st_size;
	str_copy(row->trouble, sizeof(row->trouble), err.text);
	if (fd >= 0)
		close(fd);
}

static int
newest_first(const void *a, const void *b)
{
	const struct backup_row *x = a, *y = b;

	if (x->head.created_us != y->head.created_us)
		return x->head.created_us < y->head.created_us ? 1 : -1;
	return strcmp(y->name, x->name);
}

int
backup_list(
    const char *dir, struct backup_row **rows, size_t *count, struct err *err)
{
	struct dirent *e;
	DIR *d;

	*rows = NULL;
	*count = 0;
	if ((d = opendir(dir)) == NULL)
		return errno == ENOENT ? 0
		                       : err_set(err, err_errno_code(errno),
					     "%s cannot be read: %m.", dir);
	while ((e = readdir(d)) != NULL) {
		if (!is_backup_name(e->d_name))
			continue;
		*rows = records__grow(*rows, *count, sizeof(**rows));
		look(dirfd(d), e->d_name, &(*rows)[(*count)++]);
	}
	closedir(d);
	if (*count > 0)
		qsort(*rows, *count, sizeof(**rows), newest_first);
	return 0;
}

static int64_t
day_of(const struct backup_row *r)
{
	return r->head.created_us / US_PER_DAY;
}

/* 1970-01-01 was a Thursday. */
static int64_t
week_of(const struct backup_row *r)
{
	return (day_of(r) + 3) / 7;
}

/* Of rows of one desk, the newest first: which one stays. */
struct keeping {
	int daily, weekly;
	int64_t day, week; /* of the last one that stays for it */
	int64_t before_us; /* what is older goes whatever the numbers */
	bool any;
};

static bool
stays(struct keeping *k, const struct backup_row *r)
{
	bool keep = !k->any;

	if (k->daily > 0 && day_of(r) != k->day) {
		k->daily--;
		k->day = day_of(r);
		keep = true;
	}
	if (k->weekly > 0 && week_of(r) != k->week) {
		k->weekly--;
		k->week = week_of(r);
		keep = true;
	}
	if (k->any && r->head.created_us < k->before_us)
		keep = false;
	k->any = true;
	return keep;
}

static int
prune(const char *dir, const char *desk_id, struct keeping *k, bool dry_run,
    struct backup_row **removed, size_t *count, struct err *err)
{
	struct backup_row *rows = NULL;
	struct str path = STR_INIT;
	size_t all = 0;
	int rc = backup_list(dir, &rows, &all, err);

	for (size_t i = 0; rc == 0 && i < all; i++) {
		if (rows[i].trouble[0] != '\0' ||
		    strcmp(rows[i].head.desk_id, desk_id) != 0 ||
		    stays(k, &rows[i]))
			continue;
		str_clear(&path);
		if ((rc = fs_join(&path, dir, rows[i].name, err)) != 0)
			break;
		if (!dry_run)
			fs_remove(path.s);
		*removed = records__grow(*removed, *count, sizeof(**removed));
		(*removed)[(*count)++] = rows[i];
	}
	if (rc == 0 && *count > 0 && !dry_run)
		rc = fs_sync_dir(dir, err);
	str_free(&path);
	free(rows);
	return rc;
}

/* All tenants are in one file: the one who keeps it shortest decides. */
static int
read_limit(struct desk *d, int64_t *before_us, struct err *err)
{
	const struct retention_class_def *c =
	    retention_class(RETENTION_BACKUPS);
	int64_t days = 0;
	int rc;

	desk_see_all(d);
	rc = db_int(d->db, &days,
	    "SELECT COALESCE(min(COALESCE(r.days, $1)), $1) FROM tenants t"
	    " LEFT JOIN retention_rules r ON r.tenant_id = t.id"
	    " AND r.name = $2 WHERE t.deleted_at IS NULL",
	    BINDS(b_int(c->days), b_text(c->name)), err);
	desk_see_own(d);
	*before_us = clock_wall_us() - days * US_PER_DAY;
	return rc;
}

int
backup_prune(struct desk *d, const char *dir, int daily, int weekly,
    bool dry_run, struct backup_row **removed, size_t *count, struct err *err)
{
	struct keeping k = {.daily = daily,
	    .weekly = weekly,
	    .day = INT64_MIN,
	    .week = INT64_MIN};
	char *id = NULL;
	struct op op;
	int rc;

	*removed = NULL;
	*count = 0;
	/* Only to look is no more than the list, which everybody may have. */
	if (!dry_run && (rc = op_may(d, OP_BACKUP_PRUNE, 0, err)) != 0)
		return rc;
	rc = db_text(d->db, &id,
	    "SELECT value FROM meta WHERE name = 'desk_id'", NO_BINDS, err);
	if (rc == 0)
		rc = read_limit(d, &k.before_us, err);
	if (rc == 0)
		rc = prune(dir, id, &k, dry_run, removed, count, err);
	free(id);
	if (rc != 0 || dry_run || *count == 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_BACKUP_PRUNE, 0, err)) != 0)
		return rc;
	return op_end(d, &op, 0, err);
}
