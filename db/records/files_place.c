/* files_place - the files of a whole desk, counted where they should be. */
#include "common/str.h"
#include "db/core/desk_files.h"
#include "db/records/files.h"
#include <stdlib.h>
#include <sys/stat.h>

#define LOOKED_AT 100 /* the newest: enough to know the place by */

int
files_count(struct desk *d, struct files_count *out, struct err *err)
{
	struct str path = STR_INIT;
	struct stmt *st = NULL;
	struct stat s;
	int rc;

	out->looked_at = out->present = 0;
	rc = db_query(d->db, &st,
	    "SELECT name, size FROM files WHERE deleted_at IS NULL"
	    " ORDER BY id DESC LIMIT $1",
	    BINDS(b_int(LOOKED_AT)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		const char *name = stmt_text(st, 0);

		rc = 0;
		out->looked_at++;
		str_clear(&path);
		str_addf(&path, "%s/%.2s/%s", d->files_dir, name, name);
		out->present += stat(path.s, &s) == 0 && S_ISREG(s.st_mode) &&
		                s.st_size == stmt_int(st, 1);
	}
	stmt_close(&st);
	str_free(&path);
	return rc;
}

int
files_adopt(struct desk *d, struct err *err)
{
	const char *id = desk_files_id(d);
	struct files_count n;
	int rc;

	if (desk_files_state(d->files_dir, id) == FILES_RIGHT)
		return 0;
	if ((rc = files_count(d, &n, err)) != 0)
		return rc;
	if (n.looked_at > 0 && n.present == 0)
		return err_set(err, OD_EDATA,
		    "None of this desk's newest %lld files is in %s, so it is "
		    "not their place; mount it, or bring the files there first",
		    (long long)n.looked_at, d->files_dir);
	return desk_files_mark(d->files_dir, id, err);
}
