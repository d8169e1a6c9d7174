/*
 * migrate - numbered schema steps, one transaction each, forward only.
 *
 * Runs under the keeper's lock, after a copy of the file was made beside it
 * (NAME.before-N).  A failed step leaves the previous schema and says so.  On
 * a server no copy can be made from here: somebody has to see to one, and to
 * say so.
 */
#ifndef DB_ENGINE_MIGRATE_H
#define DB_ENGINE_MIGRATE_H

#include "db/core/db.h"

#define SCHEMA_VERSION    13 /* what this program writes */
#define SCHEMA_MIN_READER 1 /* the oldest schema that it still reads */

/* 0 for an empty database. */
int migrate_current(
    struct db *db, int *version, int *min_writer, struct err *err);

struct migrate_options {
	/* There is a copy already, or none is wanted. */
	bool without_copy;
	/* A new desk that is nobody's until a copy to it has ended. */
	bool is_copy;
	/* Ahead of each step; may be NULL. */
	void (*progress)(int version, const char *title, void *data);
	/* Once, when another program is upgrading and has to end first. */
	void (*waiting)(void *data);
	void *data;
};

/*
 * Bring db to SCHEMA_VERSION; options may be NULL.  Of several programs that
 * do so at once, one does it and the others wait.  OD_EUNAVAIL when somebody
 * else looks after the desk, or the desk is newer than this program;
 * OD_ECONFLICT on a server, unless it is a new desk or without_copy is set.
 */
int migrate_run(
    struct db *db, const struct migrate_options *options, struct err *err);

/*
 * Take away the copies that upgrades left beside the desk and nobody needs any
 * more: those of an upgrade before the last one, and the last one's when it is
 * 30 days old.  Nothing goes while the desk is broken.  The names of what is
 * gone are added to gone, with ", " between them.  OD_EIO.
 */
int migrate_forget_copies(struct db *db, struct str *gone, struct err *err);

/*
 * In a transaction: no program, of whatever schema, may write any more; or
 * again those that its schema lets.
 */
int migrate_close(struct db *db, bool closed, struct err *err);

#endif
