/* server_shape - see server_shape.h. */
#include "tests/lib/server_shape.h"
#include "db/core/rows.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OURS " relnamespace = CAST('public' AS regnamespace) "

static const char *const parts[] = {
    "SELECT 'table ' || relname || ' ' || CAST(relkind AS TEXT) || ' '"
    " || relrowsecurity || ' ' || relforcerowsecurity || ' '"
    " || pg_get_userbyid(relowner) || ' ' || coalesce(CAST(relacl AS TEXT), '')"
    " FROM pg_class WHERE" OURS "AND relkind IN ('r', 'p', 'v', 'm', 'S')"
    " ORDER BY 1",
    "SELECT 'column ' || c.relname || '.' || a.attname || ' '"
    " || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull"
    " || ' ' || CAST(a.attidentity AS TEXT) || ' ' || CAST(a.attgenerated AS "
    "TEXT) || ' '"
    " || coalesce(o.collname, '') || ' '"
    " || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' '"
    " || coalesce(CAST(a.attacl AS TEXT), '')"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " LEFT JOIN pg_collation o ON o.oid = a.attcollation"
    " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    " WHERE" OURS "AND c.relkind IN ('r', 'p', 'v', 'm')"
    " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1",
    "SELECT 'index ' || pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE" OURS "ORDER BY 1",
    "SELECT 'constraint ' || c.relname || ' ' || k.conname || ' '"
    " || pg_get_constraintdef(k.oid) || ' ' || k.convalidated"
    " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
    " WHERE" OURS "ORDER BY 1",
    "SELECT 'policy ' || tablename || ' ' || policyname || ' ' || permissive"
    " || ' ' || CAST(roles AS TEXT) || ' ' || cmd || ' '"
    " || coalesce(qual, '') || ' ' || coalesce(with_check, '')"
    " FROM pg_policies WHERE schemaname = 'public' ORDER BY 1",
    "SELECT 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || CAST(t.tgenabled "
    "AS TEXT)"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE" OURS "AND NOT t.tgisinternal ORDER BY 1",
    "SELECT 'function ' || CAST(oid AS regprocedure) || ' '"
    " || pg_get_functiondef(oid) || ' ' || coalesce(CAST(proacl AS TEXT), '')"
    " FROM pg_proc WHERE pronamespace = CAST('public' AS regnamespace)"
    " ORDER BY 1",
};

static void
give_up(const char *what, const struct err *err)
{
	fprintf(stderr, "%s: %s\n", what, err->text);
	abort();
}

void
server_shape(struct db *db, struct str *out)
{
	struct err err = ERR_INIT;

	str_clear(out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct stmt *st = NULL;
		int rc = db_query(db, &st, parts[i], NO_BINDS, &err);

		while (rc == 0 && (rc = stmt_step(st, &err)) == 1) {
			str_addf(out, "%s\n", stmt_text(st, 0));
			rc = 0;
		}
		stmt_close(&st);
		if (rc != 0)
			give_up("shape", &err);
	}
}

void
server_rows(struct db *db, struct str *out)
{
	static const struct rows_options o;
	struct err err = ERR_INIT;
	struct catalogue c = {0};

	str_clear(out);
	if (catalogue_read(db, &c, &err) != 0)
		give_up("tables", &err);
	for (size_t i = 0; i < c.count; i++) {
		struct rows_figures f;

		if (rows_digest(db, &c.tables[i], &o, &f, &err) != 0)
			give_up(c.tables[i].name, &err);
		str_addf(out, "%s %lld %s\n", c.tables[i].name,
		    (long long)f.rows, f.digest);
	}
	catalogue_free(&c);
}

void
server_difference(
    const struct str *a, const struct str *b, char *out, size_t size)
{
	const char *p = a->len > 0 ? a->s : "", *q = b->len > 0 ? b->s : "";

	out[0] = '\0';
	while (*p != '\0' || *q != '\0') {
		size_t n = strcspn(p, "\n"), m = strcspn(q, "\n");

		if (n != m || strncmp(p, q, n) != 0) {
			snprintf(out, size, "%.*s\n\tnot %.*s", (int)n, p,
			    (int)m, q);
			return;
		}
		p += n + (p[n] != '\0');
		q += m + (q[m] != '\0');
	}
}
