/*
 * catalogue_sqlite - which tables a file has; see struct engine_catalogue.
 */
#include "common/fsutil.h"
#include "db/engine/sqlite_int.h"

static int
wipe(const char *location, struct err *err)
{
	static const char *const parts[] = {"-wal", "-shm", ""};
	struct str path = STR_INIT;
	size_t n;
	int rc;

	if ((rc = sqlite__resolve(location, &path, err)) != 0)
		goto out;
	n = path.len;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		str_trunc(&path, n);
		str_add(&path, parts[i]);
		fs_remove(path.s);
	}
out:
	str_free(&path);
	return rc;
}

const struct engine_catalogue engine_catalogue_sqlite = {
    .tables = "SELECT name FROM pragma_table_list WHERE schema = 'main'"
	      " AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
	      " ORDER BY name",
    .columns = "SELECT name, CASE type WHEN 'INTEGER' THEN 1"
	       " WHEN 'BIGINT' THEN 1 WHEN 'TEXT' THEN 2 WHEN 'BLOB' THEN 3"
	       " ELSE 0 END, pk FROM pragma_table_xinfo($1)"
	       " WHERE hidden = 0 ORDER BY name",
    .references = "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)"
		  " WHERE \"table\" <> $1 ORDER BY 1",
    .last_id = "SELECT seq FROM sqlite_sequence WHERE name = $1",
    .set_last_id =
	{"INSERT INTO sqlite_sequence(name, seq) SELECT $1, $2"
	 " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)",
	    "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1"},
    .by_bytes = "",
    .wipe = wipe,
};
