/*
 * pg_mend - what the first programs that knew PostgreSQL left out of a desk.
 *
 * Those of schema 2 made texts in the server's order, not in that of their
 * bytes, and full text without the signs of its scopes, so that no search
 * finds anything there.  A column that another one is made from cannot be
 * changed: that one goes and comes again.  On any other desk two looks at the
 * catalogue.
 */
#include "db/engine/pg_int.h"

#define ORDERED_OTHERWISE                                                      \
	" a.attnum > 0 AND NOT a.attisdropped"                                 \
	" AND a.atttypid = 'text'::regtype AND a.attcollation <> bytes"

static const char mend[] =
    "DO $$ DECLARE r record; bytes oid; BEGIN"
    " SELECT oid INTO STRICT bytes FROM pg_collation WHERE collname = 'C'"
    "  AND collnamespace = 'pg_catalog'::regnamespace;"
    " IF EXISTS (SELECT 1 FROM pg_attribute a"
    "   WHERE a.attrelid = to_regclass('public.search_texts')"
    "   AND" ORDERED_OTHERWISE ") OR EXISTS (SELECT 1 FROM pg_attrdef d"
    "   WHERE d.adrelid = to_regclass('public.search_texts')"
    "   AND pg_get_expr(d.adbin, d.adrelid) LIKE '%to_tsvector%'"
    "   AND pg_get_expr(d.adbin, d.adrelid) NOT LIKE '%array_to_tsvector%')"
    " THEN ALTER TABLE search_texts DROP COLUMN words; END IF;"
    " FOR r IN SELECT c.relname, string_agg(format("
    "   'ALTER COLUMN %I TYPE TEXT COLLATE \"C\"', a.attname), ', ') AS how"
    "  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    "  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    "  AND" ORDERED_OTHERWISE " GROUP BY c.relname LOOP"
    "  EXECUTE format('ALTER TABLE %I %s', r.relname, r.how);"
    " END LOOP;"
    " IF to_regclass('public.search_texts') IS NOT NULL"
    "  AND NOT EXISTS (SELECT 1 FROM pg_attribute"
    "  WHERE attrelid = to_regclass('public.search_texts')"
    "  AND attname = 'words' AND NOT attisdropped) THEN"
    "  ALTER TABLE search_texts ADD COLUMN words TSVECTOR GENERATED ALWAYS AS"
    "   (strip(to_tsvector('simple', regexp_replace(text,"
    "    '[^a-z0-9\\u00c0-\\u1fff\\u2c00-\\u2fff\\u3040-\\ufdff'\n"
    "    '\\ufe10-\\U0001efff\\U0001fb00-\\U0010ffff]+',"
    "    ' ', 'g'))) ||"
    "   array_to_tsvector(string_to_array("
    "    '@' || replace(scope, ' ', ' @'), ' '))) STORED;"
    "  CREATE INDEX search_texts_words ON search_texts USING GIN (words)"
    "   WITH (fastupdate = off);"
    " END IF; END $$";

int
pg__mend(struct engine_conn *conn, struct err *err)
{
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	return pg__run(conn, mend, err);
}
