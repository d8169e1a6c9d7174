/* pg_policy - which tables lack their row policy; see pg_policy.c. */
#ifndef DB_ENGINE_PG_POLICY_H
#define DB_ENGINE_PG_POLICY_H

/*
 * A FROM and WHERE over tables c: not forced, another policy's text, or one
 * more that lets more through.
 */
#define PG_UNGUARDED                                                           \
	" FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"           \
	" AND a.attname = 'tenant_id' AND NOT a.attisdropped"                  \
	" WHERE c.relnamespace = CAST('public' AS regnamespace)"               \
	" AND c.relkind = 'r'"                                                 \
	" AND NOT (c.relrowsecurity AND c.relforcerowsecurity"                 \
	" AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid"      \
	" AND p.polname = 'tenant' AND strpos("                                \
	"pg_get_expr(p.polqual, p.polrelid), 'opdesk.tenant') > 0)"            \
	" AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid"  \
	" AND p.polname <> 'tenant' AND NOT (p.polname = 'found'"              \
	" AND c.relname = 'search_texts')))"

#endif
