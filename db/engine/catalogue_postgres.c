/*
 * catalogue_postgres - which tables a database has; see struct
 * engine_catalogue.
 */
#include "db/engine/pg_int.h"

/* The schema itself may be somebody else's, so only what is in it goes. */
static const char wipe_sql[] =
    "DO $$ DECLARE r record; BEGIN"
    " FOR r IN SELECT c.oid FROM pg_class c"
    "  JOIN pg_namespace n ON n.oid = c.relnamespace"
    "  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') LOOP"
    "  EXECUTE format('DROP TABLE %s CASCADE', CAST(r.oid AS regclass));"
    " END LOOP;"
    " FOR r IN SELECT p.oid FROM pg_proc p"
    "  JOIN pg_namespace n ON n.oid = p.pronamespace"
    "  WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_depend d"
    "   WHERE d.objid = p.oid AND d.deptype = 'e') LOOP"
    "  EXECUTE format('DROP FUNCTION %s CASCADE',"
    "   CAST(r.oid AS regprocedure));"
    " END LOOP; END $$";

static int
wipe(const char *location, struct err *err)
{
	struct engine_conn *conn = NULL;
	int rc;

	if ((rc = pg__session(location, &conn, err)) == 0)
		rc = pg__run(conn, wipe_sql, err);
	pg__close(conn);
	return rc;
}

const struct engine_catalogue engine_catalogue_postgres = {
    .tables = "SELECT CAST(c.relname AS TEXT) FROM pg_class c"
	      " JOIN pg_namespace n ON n.oid = c.relnamespace"
	      " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
	      " ORDER BY c.relname",
    .columns =
	"SELECT CAST(a.attname AS TEXT), CASE CAST(a.atttypid AS INT)"
	" WHEN 20 THEN 1 WHEN 23 THEN 1 WHEN 25 THEN 2 WHEN 17 THEN 3"
	" ELSE 0 END, coalesce(array_position(p.conkey, a.attnum), 0)"
	" FROM pg_attribute a"
	" LEFT JOIN pg_constraint p ON p.conrelid = a.attrelid"
	" AND p.contype = 'p'"
	" WHERE a.attrelid = to_regclass('public.' || $1) AND a.attnum > 0"
	" AND NOT a.attisdropped AND a.attgenerated = ''"
	" ORDER BY a.attname",
    .references = "SELECT DISTINCT CAST(r.relname AS TEXT) FROM pg_constraint f"
		  " JOIN pg_class r ON r.oid = f.confrelid"
		  " WHERE f.contype = 'f' AND f.confrelid <> f.conrelid"
		  " AND f.conrelid = to_regclass('public.' || $1) ORDER BY 1",
    .last_id = "SELECT coalesce(pg_sequence_last_value(CAST("
	       "pg_get_serial_sequence('public.' || $1, 'id')"
	       " AS regclass)), 0)",
    .set_last_id = {"SELECT setval(CAST(pg_get_serial_sequence("
		    "'public.' || $1, 'id') AS regclass), $2)",
	NULL},
    .by_bytes = " COLLATE \"C\"",
    .patience = "SET statement_timeout = 0;"
		"SET idle_in_transaction_session_timeout = 0",
    .settle = "ANALYZE",
    .load_begin = pg__load_begin,
    .load_row = pg__load_row,
    .load_end = pg__load_end,
    .wipe = wipe,
};
