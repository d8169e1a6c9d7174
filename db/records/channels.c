/* channels - their state, and the daemon's own row; see channels.h. */
#include "db/records/channels.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/records/jobs.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

const char *const channel_state_names[] = {"ok", "paused", "stopped", NULL};

#define STATUS_SELECT                                                          \
	"SELECT channel, state, reason, test_result, paused_until_us,"         \
	" last_in_us, last_out_us, tested_us, updated_at FROM channel_states"  \
	" WHERE tenant_id = $1"

static void
read_status(struct stmt *st, void *row)
{
	struct channel_status *c = row;

	memset(c, 0, sizeof(*c));
	str_copy(c->channel, sizeof(c->channel), stmt_text(st, 0));
	c->state = (enum channel_state)stmt_int(st, 1);
	str_copy(c->reason, sizeof(c->reason), stmt_text(st, 2));
	str_copy(c->test_result, sizeof(c->test_result), stmt_text(st, 3));
	c->paused_until_us = stmt_int(st, 4);
	c->last_in_us = stmt_int(st, 5);
	c->last_out_us = stmt_int(st, 6);
	c->tested_us = stmt_int(st, 7);
	c->updated_at = stmt_int(st, 8);
}

int
channel_status_get(struct desk *d, const char *channel,
    struct channel_status *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	str_copy(out->channel, sizeof(out->channel), channel);
	if ((rc = op_may(d, OP_CHANNEL_READ, 0, err)) != 0)
		return rc;
	rc = records__first(d, STATUS_SELECT " AND channel = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel)), read_status, out,
	    err);
	return rc == 1 ? 0 : rc;
}

int
channel_status_list(struct desk *d, struct channel_status **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CHANNEL_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st, STATUS_SELECT " ORDER BY channel",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_status, count, &rc, err);
	return rc;
}

void
channel_status_json(const struct channel_status *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "channel", c->channel);
	json_out_string(out, "state", channel_state_names[c->state]);
	json_out_string(out, "reason", c->reason);
	json_out_time(out, "paused_until", c->paused_until_us);
	json_out_time(out, "last_in_at", c->last_in_us);
	json_out_time(out, "last_out_at", c->last_out_us);
	json_out_time(out, "tested_at", c->tested_us);
	json_out_string(out, "test_result", c->test_result);
	json_out_time(out, "updated_at", c->updated_at);
	json_out_end(out, '}');
}

static int
write_state(struct desk *d, struct op *op, const char *channel,
    enum channel_state state, const char *reason, int64_t paused_until_us,
    struct err *err)
{
	char clean[513];

	records__line(clean, sizeof(clean), reason);
	return db_exec(d->db,
	    "INSERT INTO channel_states(tenant_id, channel, state, reason,"
	    " paused_until_us, updated_at) VALUES($1, $2, $3, $4, $5, $6)"
	    " ON CONFLICT(tenant_id, channel) DO UPDATE"
	    " SET state = excluded.state, reason = excluded.reason,"
	    " paused_until_us = excluded.paused_until_us,"
	    " updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel), b_int(state),
		b_text(clean), b_ref(paused_until_us), b_int(op->now_us)),
	    NULL, err);
}

int
channel_set_state(struct desk *d, const char *channel, enum channel_state state,
    const char *reason, int64_t paused_until_us, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	rc = write_state(d, &op, channel, state, reason, paused_until_us, err);
	return op_end(d, &op, rc, err);
}

int
channel_tested(
    struct desk *d, const char *channel, const char *result, struct err *err)
{
	char clean[513];
	struct op op;
	int rc;

	records__line(clean, sizeof(clean), result);
	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "INSERT INTO channel_states(tenant_id, channel, state, tested_us,"
	    " test_result, updated_at) VALUES($1, $2, 0, $3, $4, $3)"
	    " ON CONFLICT(tenant_id, channel) DO UPDATE"
	    " SET tested_us = excluded.tested_us,"
	    " test_result = excluded.test_result,"
	    " updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel), b_int(op.now_us),
		b_text(clean)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

int
channel_resume(struct desk *d, const char *channel, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_RESUME, 0, err)) != 0)
		return rc;
	rc = write_state(d, &op, channel, CHANNEL_OK, "", 0, err);
	return op_end(d, &op, rc, err);
}

/* One that waits already is enough. */
static int
ask(struct desk *d, enum job_kind kind, const char *channel, struct err *err)
{
	struct str args = STR_INIT;
	struct json_out w;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_TEST, 0, err)) != 0)
		return rc;
	json_out_init(&w, &args);
	json_out_object(&w, NULL);
	json_out_string(&w, "channel", channel);
	json_out_end(&w, '}');
	rc = records__any(d,
	    "SELECT 1 FROM jobs WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = 0 AND state = 0 AND args = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(args.s)), err);
	if (rc == 0)
		rc = job_queue(d, &op, kind, 0, args.s, NULL, err);
	str_free(&args);
	return op_end(d, &op, rc > 0 ? 0 : rc, err);
}

int
channel_ask_test(struct desk *d, const char *channel, struct err *err)
{
	return ask(d, JOB_CHANNEL_TEST, channel, err);
}

int
channel_ask_templates(struct desk *d, const char *channel, struct err *err)
{
	return ask(d, JOB_TEMPLATES, channel, err);
}

int
daemon_started(struct desk *d, const char *name, const char *listen,
    const char *version, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "INSERT INTO daemons(tenant_id, name, listen, program_version,"
	    " started_us) VALUES(0, $1, $2, $3, $4)"
	    " ON CONFLICT(name) DO UPDATE SET listen = excluded.listen,"
	    " program_version = excluded.program_version,"
	    " started_us = excluded.started_us, stopped_us = NULL",
	    BINDS(b_text(name), b_text(listen), b_text(version),
		b_int(op.now_us)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

int
daemon_stopped(struct desk *d, const char *name, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CHANNEL_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE daemons SET stopped_us = $1"
	    " WHERE tenant_id = 0 AND name = $2",
	    BINDS(b_int(op.now_us), b_text(name)), NULL, err);
	return op_end(d, &op, rc, err);
}

int
daemon_ended(struct desk *d, bool *ended, struct err *err)
{
	int64_t one;
	int rc;

	rc = db_int(d->db, &one,
	    "SELECT CASE WHEN stopped_us IS NULL THEN 0 ELSE 1 END"
	    " FROM daemons WHERE tenant_id = 0"
	    " ORDER BY started_us DESC, name LIMIT 1",
	    NO_BINDS, err);
	*ended = one != 0 || rc == OD_ENOTFOUND;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
daemon_list(
    struct desk *d, struct daemon_row **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CHANNEL_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT name, listen, program_version, started_us, stopped_us"
	    " FROM daemons WHERE tenant_id = 0 ORDER BY name",
	    NO_BINDS, err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			struct daemon_row *r;

			*rows = records__grow(*rows, *count, sizeof(**rows));
			r = &(*rows)[(*count)++];
			str_copy(r->name, sizeof(r->name), stmt_text(st, 0));
			str_copy(
			    r->listen, sizeof(r->listen), stmt_text(st, 1));
			str_copy(r->program_version, sizeof(r->program_version),
			    stmt_text(st, 2));
			r->started_us = stmt_int(st, 3);
			r->stopped_us = stmt_int(st, 4);
		}
	stmt_close(&st);
	if (rc != 0) {
		FREE(rows);
		*count = 0;
	}
	return rc;
}
