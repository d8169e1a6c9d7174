/* old_desk - a desk as a program of an older schema made it. */
#ifndef TESTS_LIB_OLD_DESK_H
#define TESTS_LIB_OLD_DESK_H

#include "db/core/db_int.h"
#include "db/engine/migrate_int.h"
#include "db/engine/schema.h"
#include <stdlib.h>
#include <string.h>

/* Run the shipped steps of the desk's engine up to version in an empty desk. */
static inline int
old_desk_make(struct db *db, int version, struct err *err)
{
	struct migration steps[SCHEMA_VERSION];
	size_t n = 0;

	for (const struct schema_file *f = schema_files; f->name; f++)
		if (strstr(f->name, db->engine->name) != NULL &&
		    atoi(f->name) <= version)
			steps[n++] = (struct migration){
			    atoi(f->name), 1, 1, f->name, f->sql};
	return migrate__run_steps(db, steps, n, NULL, err);
}

#endif
