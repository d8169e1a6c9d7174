/*
 * migrate_int - migrations with other steps than the built-in ones (tests).
 */
#ifndef DB_ENGINE_MIGRATE_INT_H
#define DB_ENGINE_MIGRATE_INT_H

#include "db/engine/migrate.h"

struct migration {
	int version;
	int min_writer; /* the oldest program (by schema) that may write */
	int min_reader; /* ... that may read */
	const char *title;
	const char *sql;
};

/* Between a desk's name and the schema that it was copied ahead of. */
#define MIGRATE_COPY ".before-"
void migrate__copy_path(const struct db *db, int version, struct str *path);

/* Run those of steps (in order, the last one being current) that lack. */
int migrate__run_steps(struct db *db, const struct migration *steps,
    size_t count, const struct migrate_options *options, struct err *err);

#endif
