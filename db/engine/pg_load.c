/*
 * pg_load - many rows at once, by COPY: some ten times as fast as a statement
 * for each, which waits for its answer.
 */
#include "common/digest.h"
#include "db/engine/pg_int.h"
#include <inttypes.h>
#include <string.h>

#define PIECE 65536

static int
lost(struct engine_conn *conn, struct err *err)
{
	int rc = pg__fail(conn, NULL, err);

	(void)pg__check_lost(conn);
	return rc;
}

/*
 * The server takes no COPY where a policy is forced; its owner may lift that,
 * until pg__guard at the end of the same transaction.
 */
static int
lift_policy(struct engine_conn *conn, const char *copy, struct err *err)
{
	const char *table = copy + strlen("COPY ");
	struct str sql = STR_INIT;
	int rc;

	str_addf(&sql, "ALTER TABLE %.*s NO FORCE ROW LEVEL SECURITY",
	    (int)strcspn(table, " ("), table);
	rc = pg__run(conn, sql.s, err);
	str_free(&sql);
	return rc;
}

int
pg__load_begin(struct engine_conn *conn, const char *sql, struct err *err)
{
	PGresult *res;
	int rc;

	if ((rc = pg__may_write(conn, err)) != 0 ||
	    (rc = pg__ensure(conn, err)) != 0 ||
	    (rc = lift_policy(conn, sql, err)) != 0)
		return rc;
	str_clear(&conn->load);
	res = pg__exec(conn, sql);
	if (PQresultStatus(res) != PGRES_COPY_IN)
		rc = pg__fail(conn, res, err);
	else
		conn->is_loading = conn->wrote = true;
	PQclear(res);
	return rc;
}

static void
add_text(struct str *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case '\\':
			str_add(out, "\\\\");
			break;
		case '\n':
			str_add(out, "\\n");
			break;
		case '\r':
			str_add(out, "\\r");
			break;
		case '\t':
			str_add(out, "\\t");
			break;
		default:
			str_addc(out, s[i]);
		}
	}
}

static void
add_bytes(struct str *out, const unsigned char *p, size_t n)
{
	char hex[3];

	str_add(out, "\\\\x");
	for (size_t i = 0; i < n; i++) {
		hex_encode(hex, p + i, 1);
		str_addn(out, hex, 2);
	}
}

static void
add_value(struct str *out, const struct bind *b)
{
	switch (b->kind) {
	case BIND_NULL:
		str_add(out, "\\N");
		return;
	case BIND_INT:
		str_addf(out, "%" PRId64, b->i);
		return;
	case BIND_TEXT:
		add_text(out, b->p, b->n);
		return;
	case BIND_BLOB:
		add_bytes(out, b->p, b->n);
		return;
	}
	BUG("bind kind %d", (int)b->kind);
}

static int
send(struct engine_conn *conn, struct err *err)
{
	int rc = 0;

	if (conn->load.len > 0 &&
	    PQputCopyData(conn->pg, conn->load.s, (int)conn->load.len) != 1)
		rc = lost(conn, err);
	str_clear(&conn->load);
	return rc;
}

int
pg__load_row(struct engine_conn *conn, const struct bind *binds, size_t n,
    struct err *err)
{
	BUG_ON(!conn->is_loading);
	for (size_t i = 0; i < n; i++) {
		str_add(&conn->load, i > 0 ? "\t" : "");
		add_value(&conn->load, &binds[i]);
	}
	str_addc(&conn->load, '\n');
	return conn->load.len < PIECE ? 0 : send(conn, err);
}

int
pg__load_end(struct engine_conn *conn, bool keep, struct err *err)
{
	PGresult *res;
	int rc = 0;

	if (!conn->is_loading)
		return 0;
	conn->is_loading = false;
	if (conn->pg == NULL)
		return pg__away(err);
	if (keep)
		rc = send(conn, err);
	str_free(&conn->load);
	if (rc == 0 && PQputCopyEnd(conn->pg, keep ? NULL : "given up") != 1)
		rc = lost(conn, err);
	while (conn->pg != NULL && (res = pg__next_result(conn)) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK && rc == 0)
			rc = pg__fail(conn, res, keep ? err : NULL);
		PQclear(res);
	}
	if (rc == 0 && conn->pg == NULL)
		rc = pg__away(keep ? err : NULL);
	if (rc == 0 && keep)
		rc = pg__guard(conn, err);
	return keep ? rc : 0;
}
