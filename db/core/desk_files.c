/* desk_files - see desk_files.h. */
#include "db/core/desk_files.h"
#include "common/fsutil.h"
#include "common/str.h"
#include "db/core/db_int.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MARKER_MAX 64

const char *
desk_files_id(const struct desk *d)
{
	return d->db->engine->is_file ? "" : d->id;
}

/* What the marker says; OD_ENOTFOUND without one. */
static int
read_marker(const char *dir, struct str *id, struct err *err)
{
	struct str path = STR_INIT;
	int rc;

	str_addf(&path, "%s/" FILES_MARKER, dir);
	rc = fs_read(path.s, MARKER_MAX, id, err);
	if (rc == 0)
		str_trunc(id, strcspn(id->s, "\n"));
	str_free(&path);
	return rc;
}

enum files_state
desk_files_state(const char *dir, const char *id)
{
	enum files_state state = FILES_RIGHT;
	struct str marked = STR_INIT;
	struct stat st;
	int rc;

	if (id[0] == '\0')
		return FILES_RIGHT;
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		return FILES_MISSING;
	rc = read_marker(dir, &marked, NULL);
	if (rc == OD_ENOTFOUND)
		state = FILES_UNMARKED;
	else if (rc == OD_EDENIED || rc == OD_EIO)
		state = FILES_MISSING;
	else if (rc != 0 || strcmp(marked.s, id) != 0)
		state = FILES_FOREIGN;
	str_free(&marked);
	return state;
}

int
desk_files_check(const char *dir, const char *id, struct err *err)
{
	switch (desk_files_state(dir, id)) {
	case FILES_RIGHT:
		return 0;
	case FILES_MISSING:
		return err_set(err, OD_EUNAVAIL,
		    "The files of this desk should be in %s, which is not "
		    "there or cannot be read: mount it, or name their place "
		    "with \"files\" in the configuration",
		    dir);
	case FILES_UNMARKED:
		return err_set(err, OD_EUNAVAIL,
		    "Nothing says that %s holds the files of this desk: mount "
		    "them there, name their place with \"files\" in the "
		    "configuration, or, when they are in it, run \"opdesk "
		    "desk files --adopt\"",
		    dir);
	case FILES_FOREIGN:
		return err_set(err, OD_EUNAVAIL,
		    "%s holds the files of another desk: mount those of this "
		    "one, or name their place with \"files\" in the "
		    "configuration",
		    dir);
	}
	BUG("state of the files' place");
}

static int
foreign(const char *dir, struct err *err)
{
	return err_set(err, OD_ECONFLICT,
	    "%s holds the files of another desk; name another place with "
	    "\"files\" in the configuration",
	    dir);
}

int
desk_files_mark(const char *dir, const char *id, struct err *err)
{
	struct str path = STR_INIT, text = STR_INIT;
	struct stat st;
	int rc = 0;

	if (id[0] == '\0')
		return 0;
	switch (desk_files_state(dir, id)) {
	case FILES_RIGHT:
		return 0;
	case FILES_FOREIGN:
		return foreign(dir, err);
	case FILES_MISSING:
		rc = fs_mkdir(dir, 0700, err);
		break;
	case FILES_UNMARKED:
		break;
	}
	str_addf(&path, "%s/" FILES_MARKER, dir);
	str_addf(&text, "%s\n", id);
	/* Whoever may enter the place may know whose it is. */
	if (rc == 0)
		rc = fs_write_atomic(path.s, text.s, text.len,
		    stat(dir, &st) == 0 ? st.st_mode & 0640 : 0600, err);
	str_free(&path);
	str_free(&text);
	return rc;
}

/* Before there is a desk: a place that is free, and made. */
static int
prepare(const struct desk_options *o, struct err *err)
{
	struct str marked = STR_INIT;
	struct db *db = NULL;
	const char *location;
	const struct engine *engine = engine_for(o->uri, &location, err);
	char dir[sizeof(((struct desk *)NULL)->files_dir)];
	int rc;

	if (engine == NULL)
		return OD_EUSAGE;
	if (engine->is_file)
		return 0;
	if ((rc = desk_files_dir(o->uri, o->files, dir, sizeof(dir), err)) != 0)
		return rc;
	/* Where there is a desk already, that is what will be said. */
	if (read_marker(dir, &marked, NULL) == OD_ENOTFOUND)
		rc = fs_mkdir(dir, 0700, err);
	else if (db_open(o->uri, DB_READONLY, &db, NULL) != 0)
		rc = foreign(dir, err);
	db_close(&db);
	str_free(&marked);
	return rc;
}

int
desk_make(
    const struct desk_options *options, struct desk **desk, struct err *err)
{
	struct desk *d = NULL;
	int rc;

	*desk = NULL;
	if ((rc = prepare(options, err)) != 0 ||
	    (rc = desk_create(options->uri, err)) != 0 ||
	    (rc = desk_open(options, &d, err)) != 0)
		return rc;
	if ((rc = desk_files_mark(d->files_dir, desk_files_id(d), err)) != 0)
		desk_close(&d);
	*desk = d;
	return rc;
}
