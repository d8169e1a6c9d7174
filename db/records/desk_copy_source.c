/*
 * desk_copy_source - the desk that is copied, and how it is closed and opened
 * again; see desk_copy.h.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/text.h"
#include "db/core/db_int.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/records/backup_int.h"
#include "db/records/desk_copy_int.h"
#include <stdlib.h>
#include <string.h>

#define PLACE_MAX 4096

void
desk_copy__source_init(struct desk_copy_source *s)
{
	memset(s, 0, sizeof(*s));
	str_init(&s->place);
	str_init(&s->spool_dir);
}

/* A file by its whole path. */
static int
find_place(const char *uri, struct str *out, struct err *err)
{
	const struct engine *engine;
	const char *location;

	if ((engine = engine_for(uri, &location, err)) == NULL)
		return OD_EUSAGE;
	if (engine->is_file)
		desk_beside(uri, "", out);
	else
		str_add(out, uri);
	return 0;
}

int
desk_moved_to(struct desk *d, char *to, size_t size, struct err *err)
{
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT value FROM meta WHERE name = '" DB_META_MOVED "'", NO_BINDS,
	    err);

	str_copy(to, size, rc == 0 ? text : "");
	free(text);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Inside a transaction. */
static int
forget_move(struct desk *d, struct err *err)
{
	int rc =
	    db_exec(d->db, "DELETE FROM meta WHERE name = '" DB_META_MOVED "'",
		NO_BINDS, NULL, err);

	return rc != 0 ? rc : migrate_close(d->db, false, err);
}

static int
check_source(struct desk_copy_source *s,
    const struct desk_copy_options *options, struct err *err)
{
	char to[PLACE_MAX], shown[PLACE_MAX];
	int64_t n;
	int rc;

	rc = db_int(s->desk->db, &n,
	    "SELECT count(*) FROM meta WHERE name = '" DB_META_UNFINISHED "'",
	    NO_BINDS, err);
	if (rc == 0 && n != 0)
		return err_set(err, OD_EUNAVAIL,
		    "What is to be copied is itself a copy that was not"
		    " finished; finish it first");
	if (rc != 0 ||
	    (rc = desk_moved_to(s->desk, to, sizeof(to), err)) != 0 ||
	    to[0] == '\0')
		return rc;
	text_safe_buf(shown, sizeof(shown), to);
	if (options->keep_source || strcmp(to, s->place.s) != 0)
		return err_set(err, OD_ECONFLICT,
		    "This desk was moved to %s; copy that one, or go on with"
		    " this one first: opdesk desk reopen",
		    shown);
	/* Until the end, so that it reads as it did before. */
	s->was_moved = true;
	return forget_move(s->desk, err);
}

int
desk_copy__source_open(struct desk_copy_source *s,
    const struct desk_copy_options *options, struct err *err)
{
	const struct desk_options o = {
	    .uri = options->from, .files = options->from_files, .closed = true};
	int rc;

	if ((rc = find_place(options->to, &s->place, err)) != 0)
		return rc;
	/* Of the two desks, this one: the place of a server has its password. */
	if ((rc = desk_open(&o, &s->desk, err)) == OD_ECONFLICT)
		return err_set(err, rc,
		    "The desk to copy from was made by an older opdesk; first "
		    "run \"opdesk --db FROM desk upgrade\" with what --from "
		    "names");
	if (rc != 0 || (rc = keeper_lock(s->desk->db, err)) != 0)
		return rc;
	s->holds = true;
	if ((rc = db_verify(s->desk->db, err)) != 0 ||
	    (rc = desk_copy__begin(s->desk->db, err)) != 0)
		return rc;
	return check_source(s, options, err);
}

/* What cannot be read stays where it is, and is counted. */
static int
take_one(struct desk_copy_source *s, const char *name, struct desk_copy *copy,
    bool *taken, struct err *err)
{
	struct str path = STR_INIT, text = STR_INIT;
	struct spool_event event;
	struct err why = ERR_INIT;
	int rc;

	*taken = false;
	str_addf(&path, "%s/%s", s->spool_dir.s, name);
	rc = fs_read(path.s, SPOOL_BYTES_MAX, &text, &why);
	if (rc == 0)
		rc = spool_files_parse(&text, &event)
		         ? spool_files_take(s->desk, &event, &why)
		         : OD_EDATA;
	str_free(&path);
	str_free(&text);
	if (rc == OD_EUNAVAIL || rc == OD_EIO) {
		*err = why;
		return rc;
	}
	*taken = rc == 0;
	copy->spooled += rc == 0;
	copy->unreadable += rc != 0;
	return 0;
}

static int
take_spool(struct desk_copy_source *s, struct desk_copy *copy, struct err *err)
{
	size_t kept = 0;
	int rc;

	spool_files_dir(db_uri(s->desk->db), &s->spool_dir);
	rc = spool_files_list(s->spool_dir.s, &s->spool, err);
	for (size_t i = 0; rc == 0 && i < s->spool.count; i++) {
		char *name = s->spool.names[i];
		bool taken;

		rc = take_one(s, name, copy, &taken, err);
		if (!taken)
			continue;
		s->spool.names[i] = s->spool.names[kept];
		s->spool.names[kept++] = name;
	}
	while (s->spool.count > kept)
		free(s->spool.names[--s->spool.count]);
	return rc;
}

int
desk_copy__source_note(
    struct desk_copy_source *s, struct desk_copy *copy, struct err *err)
{
	int rc, left;

	db_batch_join(s->desk);
	rc = take_spool(s, copy, err);
	if (rc == 0)
		rc = backup__note(s->desk, OP_DESK_COPY, err);
	left = db_batch_leave(s->desk, rc == 0 ? err : NULL);
	desk_see_all(s->desk);
	return rc != 0 ? rc : left;
}

int
desk_copy__source_close(struct desk_copy_source *s, struct err *err)
{
	struct db *db = s->desk->db;
	int rc;

	rc = db_exec(db,
	    "INSERT INTO meta(name, value) VALUES('" DB_META_MOVED "', $1)",
	    BINDS(b_text(s->place.s)), NULL, err);
	if (rc == 0)
		rc = migrate_close(db, true, err);
	return rc != 0 ? rc : db_commit(db, err);
}

void
desk_copy__source_empty_spool(struct desk_copy_source *s)
{
	struct str path = STR_INIT;

	for (size_t i = 0; i < s->spool.count; i++) {
		str_clear(&path);
		str_addf(&path, "%s/%s", s->spool_dir.s, s->spool.names[i]);
		fs_remove(path.s);
	}
	str_free(&path);
}

void
desk_copy__source_free(struct desk_copy_source *s)
{
	if (s->desk != NULL) {
		db_rollback(s->desk->db);
		if (s->holds)
			keeper_unlock(s->desk->db);
	}
	desk_close(&s->desk);
	spool_files_free(&s->spool);
	str_free(&s->spool_dir);
	str_free(&s->place);
}

/* ---- going on with it ---- */

static int
reopen(struct desk *d, int64_t *held, struct err *err)
{
	int rc, left;

	if ((rc = forget_move(d, err)) != 0 ||
	    (rc = desk_new_epoch(d, clock_wall_us(), held, err)) != 0)
		return rc;
	db_batch_join(d);
	rc = backup__note(d, OP_DESK_REOPEN, err);
	left = db_batch_leave(d, rc == 0 ? err : NULL);
	return rc != 0 ? rc : left;
}

int
desk_reopen(struct desk *d, bool *was_moved, int64_t *held, struct err *err)
{
	char to[PLACE_MAX];
	int rc;

	if ((rc = desk_act_as_host(d, NULL, err)) != 0 ||
	    (rc = op_may(d, OP_DESK_REOPEN, 0, err)) != 0 ||
	    (rc = keeper_lock(d->db, err)) != 0)
		return rc;
	if ((rc = desk_moved_to(d, to, sizeof(to), err)) == 0 &&
	    (rc = db_begin(d->db, "desk_reopen", err)) == 0) {
		*was_moved = to[0] != '\0';
		rc = reopen(d, held, err);
		if (rc == 0)
			rc = db_commit(d->db, err);
		else
			db_rollback(d->db);
	}
	keeper_unlock(d->db);
	return rc;
}
