/*
 * migrate - numbered schema steps, one transaction each, forward only.
 *
 * Runs under the keeper's lock, after a copy of the file was made beside it
 * (NAME.before-N).  A failed step leaves the previous schema and says so.
 */
#ifndef DB_ENGINE_MIGRATE_H
#define DB_ENGINE_MIGRATE_H

#include "db/core/db.h"

#define SCHEMA_VERSION    3 /* what this program writes */
#define SCHEMA_MIN_READER 1 /* the oldest schema that it still reads */

/* 0 for an empty database. */
int migrate_current(
    struct db *db, int *version, int *min_writer, struct err *err);
/* Bring db to SCHEMA_VERSION.  progress may be NULL. */
int migrate_run(struct db *db,
    void (*progress)(int version, const char *title, void *data), void *data,
    struct err *err);

#endif
