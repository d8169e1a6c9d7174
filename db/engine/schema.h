/* schema - the migrations that the build embeds, in order. */
#ifndef DB_ENGINE_SCHEMA_H
#define DB_ENGINE_SCHEMA_H

struct schema_file {
	const char *name; /* "0001_first.sqlite": number, title, engine */
	const char *sql;
};

extern const struct schema_file schema_files[]; /* ends with a NULL name */

#endif
