/* raw_events - see raw_events.h. */
#include "db/records/raw_events.h"
#include "common/digest.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

const char *const raw_event_state_names[] = {"new", "done", "failed", NULL};

/* How many were ever read, of a tenant. */
#define COUNTER "raw_events_done"

#define EVENT_SELECT                                                           \
	"SELECT id, tenant_id, received_us, processed_us, channel, digest,"    \
	" state, attempts, reason, body FROM raw_events"

void
raw_event_clear(struct raw_event *e)
{
	FREE(&e->reason);
	FREE(&e->body);
}

void
raw_event_list_free(struct raw_event **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		raw_event_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct raw_event *e = row;
	const void *body;

	memset(e, 0, sizeof(*e));
	e->id = stmt_int(st, 0);
	e->tenant_id = stmt_int(st, 1);
	e->received_us = stmt_int(st, 2);
	e->processed_us = stmt_int(st, 3);
	str_copy(e->channel, sizeof(e->channel), stmt_text(st, 4));
	str_copy(e->digest, sizeof(e->digest), stmt_text(st, 5));
	e->state = (enum raw_event_state)stmt_int(st, 6);
	e->attempts = (int)stmt_int(st, 7);
	e->reason = stmt_dup(st, 8);
	body = stmt_blob(st, 9, &e->body_len);
	e->body = xmalloc(e->body_len + 1);
	if (e->body_len > 0)
		memcpy(e->body, body, e->body_len);
	e->body[e->body_len] = '\0';
}

static int
read_all(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct raw_event **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st, sql, binds, nbinds, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		raw_event_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
raw_event_receive(struct desk *d, int64_t tenant_id, const char *channel,
    const char *body, size_t n, int64_t *id, struct err *err)
{
	char digest[SHA256_HEX_SIZE];
	struct op op;
	int rc;

	if (id != NULL)
		*id = 0;
	sha256_hex(body, n, digest);
	if ((rc = op_begin_one(d, &op, OP_RAW_EVENT_RECEIVE, 0, err)) != 0)
		return rc;
	rc = db_later(d->db, id,
	    "INSERT INTO raw_events(tenant_id, channel, digest, body, state,"
	    " received_us) VALUES($1, $2, $3, $4, $5, $6)"
	    " ON CONFLICT(channel, digest) DO NOTHING RETURNING id",
	    BINDS(b_int(tenant_id), b_text(channel), b_text(digest),
		b_blob(body, n), b_int(RAW_EVENT_NEW), b_int(op.now_us)),
	    err);
	return op_end(d, &op, rc, err);
}

int
raw_event_pending(struct desk *d, int64_t after_id, int limit,
    struct raw_event **rows, size_t *count, struct err *err)
{
	return read_all(d,
	    EVENT_SELECT " WHERE state <> 1 AND state = 0 AND id > $1"
			 " ORDER BY id LIMIT $2",
	    BINDS(b_int(after_id), b_int(limit)), rows, count, err);
}

int
raw_event_get(
    struct desk *d, int64_t id, struct raw_event *out, struct err *err)
{
	struct raw_event *rows;
	size_t count;
	int rc;

	if ((rc = op_may(d, OP_OUTBOX_READ, 0, err)) != 0)
		return rc;
	rc = read_all(d, EVENT_SELECT " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), &rows, &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such event");
	if (rc == 0)
		*out = rows[0];
	free(rows);
	return rc;
}

static int
count_done(struct desk *d, int64_t n, struct err *err)
{
	if (n == 0)
		return 0;
	return db_later(d->db, NULL,
	    "INSERT INTO counters(tenant_id, name, value)"
	    " VALUES($1, $2, $3) ON CONFLICT(tenant_id, name)"
	    " DO UPDATE SET value = counters.value + excluded.value",
	    BINDS(b_int(d->actor.tenant_id), b_text(COUNTER), b_int(n)), err);
}

static int
settle(struct desk *d, int64_t id, enum raw_event_state state,
    const char *reason, struct err *err)
{
	char clean[513];
	int64_t changed;
	struct op op;
	int rc;

	records__line(clean, sizeof(clean), reason);
	if ((rc = op_begin(d, &op, OP_RAW_EVENT_RECEIVE, id, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE raw_events SET state = $1, reason = $2,"
	    " attempts = attempts + 1, processed_us = $3"
	    " WHERE tenant_id = $4 AND id = $5 AND state <> 1",
	    BINDS(b_int(state), b_text(clean), b_int(op.now_us),
		b_int(d->actor.tenant_id), b_int(id)),
	    &changed, err);
	if (rc == 0 && state == RAW_EVENT_DONE)
		rc = count_done(d, changed, err);
	return op_end(d, &op, rc, err);
}

int
raw_event_done_all(
    struct desk *d, int64_t first_id, int64_t last_id, struct err *err)
{
	int64_t changed;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_RAW_EVENT_RECEIVE, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE raw_events SET state = 1, reason = '',"
	    " attempts = attempts + 1, processed_us = $1"
	    " WHERE state <> 1 AND state = 0 AND tenant_id = $2"
	    " AND id BETWEEN $3 AND $4",
	    BINDS(b_int(op.now_us), b_int(d->actor.tenant_id), b_int(first_id),
		b_int(last_id)),
	    &changed, err);
	if (rc == 0)
		rc = count_done(d, changed, err);
	return op_end(d, &op, rc, err);
}

int
raw_event_done(struct desk *d, int64_t id, struct err *err)
{
	return settle(d, id, RAW_EVENT_DONE, "", err);
}

int
raw_event_failed(
    struct desk *d, int64_t id, const char *reason, struct err *err)
{
	return settle(d, id, RAW_EVENT_FAILED, reason, err);
}

int
raw_event_replay(struct desk *d, int64_t id, struct err *err)
{
	int64_t changed;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_RAW_EVENT_REPLAY, id, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE raw_events SET state = $1, reason = ''"
	    " WHERE tenant_id = $2 AND id = $3 AND state = $4",
	    BINDS(b_int(RAW_EVENT_NEW), b_int(d->actor.tenant_id), b_int(id),
		b_int(RAW_EVENT_FAILED)),
	    &changed, err);
	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "Only an event that failed can be read again");
	return op_end(d, &op, rc, err);
}

int
raw_event_list(struct desk *d, int state, int64_t before_id, int limit,
    struct raw_event **rows, size_t *count, struct err *err)
{
	const struct page page = {.limit = limit};
	const struct bind b[] = {b_int(d->actor.tenant_id),
	    b_int(before_id != 0 ? before_id : INT64_MAX),
	    b_int(records__limit(&page)), b_int(state)};
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_OUTBOX_READ, 0, err)) != 0)
		return rc;
	if (state < 0 || state == RAW_EVENT_DONE)
		return read_all(d,
		    EVENT_SELECT " WHERE tenant_id = $1 AND id < $2"
				 " AND (CAST($4 AS BIGINT) < 0 OR state = $4)"
				 " ORDER BY id DESC LIMIT $3",
		    b, 4, rows, count, err);
	return read_all(d,
	    EVENT_SELECT " WHERE state <> 1 AND state = $4"
			 " AND tenant_id = $1 AND id < $2"
			 " ORDER BY id DESC LIMIT $3",
	    b, 4, rows, count, err);
}

int
raw_event_count(struct desk *d, int counts[3], struct err *err)
{
	struct stmt *st = NULL;
	int64_t done;
	int rc;

	memset(counts, 0, 3 * sizeof(counts[0]));
	if ((rc = op_may(d, OP_OUTBOX_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT state, COUNT(*) FROM raw_events WHERE state <> 1"
	    " AND tenant_id = $1 GROUP BY state",
	    BINDS(b_int(d->actor.tenant_id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			if (stmt_int(st, 0) >= 0 && stmt_int(st, 0) < 3)
				counts[stmt_int(st, 0)] = (int)stmt_int(st, 1);
	stmt_close(&st);
	if (rc != 0)
		return rc;
	rc = db_int(d->db, &done,
	    "SELECT value FROM counters WHERE tenant_id = $1 AND name = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(COUNTER)), err);
	if (rc == 0)
		counts[RAW_EVENT_DONE] = (int)done;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

void
raw_event_json(const struct raw_event *e, bool with_body, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", e->id);
	json_out_string(out, "channel", e->channel);
	json_out_string(out, "digest", e->digest);
	json_out_string(out, "state", raw_event_state_names[e->state]);
	json_out_string(out, "reason", e->reason);
	json_out_int(out, "attempts", e->attempts);
	json_out_int(out, "size", (int64_t)e->body_len);
	json_out_time(out, "received_at", e->received_us);
	json_out_time(out, "processed_at", e->processed_us);
	if (with_body)
		json_out_stringn(out, "body", e->body, e->body_len);
	json_out_end(out, '}');
}
