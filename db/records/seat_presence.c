/*
 * seat_presence - who looks at what; see seat.h.
 *
 * The lease ends what nobody renews; the lock that the session holds ends what
 * a killed console left behind, at once.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/seat.h"
#include <stdlib.h>
#include <string.h>

struct place {
	enum record_kind kind;
	int64_t record_id, since_us, lease_until_us;
	bool typing, known;
};

/* The session's number, as a key that is held while it lives. */
static int64_t
live_key(const char *session)
{
	uint8_t bytes[SESSION_SIZE / 2] = {0};
	int64_t key = 0;

	if (!hex_decode(bytes, sizeof(bytes), session, strlen(session)))
		return 0;
	for (size_t i = 0; i < sizeof(bytes); i++)
		key = (int64_t)((uint64_t)key << 8 | bytes[i]);
	return key & ((INT64_C(1) << 62) - 1);
}

static int
read_place(struct desk *d, struct place *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = db_query(d->db, &st,
	    "SELECT kind, record_id, typing, since_us, lease_until_us"
	    " FROM presence WHERE session = $1 AND tenant_id = $2",
	    BINDS(b_text(d->session), b_int(d->actor.tenant_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->kind = (enum record_kind)stmt_int(st, 0);
		out->record_id = stmt_int(st, 1);
		out->typing = stmt_int(st, 2) != 0;
		out->since_us = stmt_int(st, 3);
		out->lease_until_us = stmt_int(st, 4);
		out->known = true;
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

int
presence_set(struct desk *d, enum record_kind kind, int64_t record_id,
    bool typing, struct err *err)
{
	int64_t now = clock_wall_us();
	struct place was;
	struct op op;
	bool same;
	int rc;

	if ((rc = read_place(d, &was, err)) != 0)
		return rc;
	same = was.known && was.kind == kind && was.record_id == record_id;
	/* Nothing is written while nothing changed and the lease is good. */
	if (same && was.typing == typing &&
	    was.lease_until_us - now > PRESENCE_LEASE_US / 2 &&
	    was.lease_until_us - now <= PRESENCE_LEASE_US)
		return 0;
	if ((rc = db_live_hold(d->db, live_key(d->session), err)) != 0 ||
	    (rc = op_begin(d, &op, OP_PRESENCE, 0, err)) != 0)
		return rc;
	if (record_id != 0 && record_def(kind)->table != NULL)
		rc = records__exists(d, kind, record_id, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "INSERT INTO presence(tenant_id, operator_id, session,"
		    " kind, record_id, typing, since_us, lease_until_us)"
		    " VALUES($1,$2,$3,$4,$5,$6,$7,$8)"
		    " ON CONFLICT(session) DO UPDATE SET"
		    " tenant_id = excluded.tenant_id,"
		    " operator_id = excluded.operator_id,"
		    " kind = excluded.kind, record_id = excluded.record_id,"
		    " typing = excluded.typing, since_us = excluded.since_us,"
		    " lease_until_us = excluded.lease_until_us",
		    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id),
			b_text(d->session), b_int(kind), b_int(record_id),
			b_int(typing), b_int(same ? was.since_us : op.now_us),
			b_int(op.now_us + PRESENCE_LEASE_US)),
		    NULL, err);
	/* What sessions left behind when they were killed. */
	if (rc == 0)
		rc = db_exec(d->db,
		    "DELETE FROM presence"
		    " WHERE tenant_id = $1 AND lease_until_us < $2",
		    BINDS(b_int(d->actor.tenant_id),
			b_int(op.now_us - US_PER_DAY)),
		    NULL, err);
	return op_end(d, &op, rc, err);
}

int
presence_leave(struct desk *d, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_PRESENCE, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "DELETE FROM presence WHERE session = $1 AND tenant_id = $2",
	    BINDS(b_text(d->session), b_int(d->actor.tenant_id)), NULL, err);
	return op_end(d, &op, rc, err);
}

int
presence_list(struct desk *d, enum record_kind kind, int64_t record_id,
    struct presence **rows, size_t *count, struct err *err)
{
	int64_t me = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT p.operator_id, p.since_us, p.typing, o.full_name,"
	    " p.session"
	    " FROM presence p JOIN operators o ON o.id = p.operator_id"
	    " AND o.tenant_id = p.tenant_id"
	    " WHERE p.tenant_id = $1 AND p.kind = $2 AND p.record_id = $3"
	    " AND p.operator_id <> $4 AND p.lease_until_us > $5"
	    " ORDER BY p.since_us, p.session",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(record_id),
		b_int(me), b_int(clock_wall_us())),
	    err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			struct presence *p;

			if (!db_live_elsewhere(
				d->db, live_key(stmt_text(st, 4))))
				continue;
			*rows = records__grow(*rows, *count, sizeof(**rows));
			p = &(*rows)[(*count)++];
			p->operator_id = stmt_int(st, 0);
			p->since_us = stmt_int(st, 1);
			p->typing = stmt_int(st, 2) != 0;
			str_copy(p->name, sizeof(p->name), stmt_text(st, 3));
		}
	stmt_close(&st);
	if (rc != 0) {
		FREE(rows);
		*count = 0;
	}
	return rc;
}
