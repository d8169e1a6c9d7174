/*
 * pg_policy - the server's own check of tenants, behind every statement's.
 *
 * Every table with a tenant_id has a policy, forced upon its owner too: rows
 * of the tenant in opdesk.tenant, those of the desk itself (0), and all when
 * that is '*'.  Where nothing is set, as in psql, there are no rows.
 *
 * Reading search_texts is left open: its index could not be used, as the
 * server asks a policy before an operator that may leak, and @@ may.  What is
 * found there is looked up in tables that have one.
 */
#include "db/engine/pg_int.h"
#include "db/engine/pg_policy.h"
#include "common/str.h"
#include <inttypes.h>

/* In subqueries, so that it is read once for a statement, not for each row. */
static const char policies[] =
    "DO $$ DECLARE t text; other text; BEGIN"
    " FOR t IN SELECT c.relname" PG_UNGUARDED " LOOP"
    " EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY,"
    "  FORCE ROW LEVEL SECURITY', t);"
    " FOR other IN SELECT p.polname FROM pg_policy p"
    "  WHERE p.polrelid = to_regclass(format('public.%I', t)) LOOP"
    "  EXECUTE format('DROP POLICY %I ON %I', other, t); END LOOP;"
    " EXECUTE format('CREATE POLICY tenant ON %I USING ("
    "  (SELECT current_setting(''opdesk.tenant'', true)) = ''*'' OR"
    "  tenant_id = 0 OR tenant_id = (SELECT nullif(nullif("
    "  current_setting(''opdesk.tenant'', true), ''*''), '''')::bigint))', t);"
    " IF t = 'search_texts' THEN"
    "  CREATE POLICY found ON search_texts FOR SELECT USING (true);"
    " END IF;"
    " END LOOP; END $$";

int
pg__guard(struct engine_conn *conn, struct err *err)
{
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	return pg__run(conn, policies, err);
}

int
pg__audit_open(struct engine_conn *conn, bool open, struct err *err)
{
	int rc;

	if ((rc = pg__ensure(conn, err)) != 0)
		return rc;
	return pg__run(conn,
	    open ? "ALTER TABLE audit DISABLE TRIGGER audit_no_change"
		 : "ALTER TABLE audit ENABLE TRIGGER audit_no_change",
	    err);
}

void
pg__set_tenant(struct engine_conn *conn, int64_t tenant_id)
{
	conn->tenant = tenant_id;
}

void
pg__tenant_undone(struct engine_conn *conn)
{
	/* A turn that was taken since the savepoint is gone too. */
	conn->turn_of = conn->began_for;
	if (conn->told_within)
		conn->told = -1;
	conn->told_within = false;
}

int
pg__send_tenant(struct engine_conn *conn, struct err *err)
{
	char sql[64];
	int rc;

	if (conn->tenant == conn->told)
		return 0;
	/* Two that come to this at once are told that the desk is busy. */
	if (conn->began && conn->turn_of != 0 &&
	    conn->tenant != conn->turn_of &&
	    (rc = pg__send_desk_turn(conn, err)) != 0)
		return rc;
	str_copy(sql, sizeof(sql), "SET opdesk.tenant = '*'");
	if (conn->tenant != 0)
		str_format(sql, sizeof(sql),
		    "SET opdesk.tenant = '%" PRId64 "'", conn->tenant);
	if ((rc = pg__send(conn, sql, err)) != 0)
		return rc;
	conn->told_within = conn->told_within || conn->began;
	conn->told = conn->tenant;
	return 0;
}
