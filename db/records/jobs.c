/* jobs - see jobs.h. */
#include "db/records/jobs.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

const char *const job_state_names[] = {
    "queued", "running", "done", "failed", "cancelled", "uncertain", NULL};
static const char *const kind_words[] = {
    "", "media", "templates", "channel_test"};

/* A job whose runner died this often is given up. */
#define JOB_TRIES 10

#define JOB_SELECT                                                             \
	"SELECT j.id, j.tenant_id, j.record_id, j.created_at, j.updated_at,"   \
	" j.next_try_us, j.name, j.kind, j.state, j.attempts, t.rehearsal,"    \
	" j.args, j.result, j.error_text FROM jobs j"                          \
	" LEFT JOIN tenants t ON t.id = j.tenant_id"

void
job_clear(struct job *j)
{
	FREE(&j->args);
	FREE(&j->result);
	FREE(&j->error_text);
}

void
job_list_free(struct job **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		job_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct job *j = row;

	memset(j, 0, sizeof(*j));
	j->id = stmt_int(st, 0);
	j->tenant_id = stmt_int(st, 1);
	j->record_id = stmt_int(st, 2);
	j->created_at = stmt_int(st, 3);
	j->updated_at = stmt_int(st, 4);
	j->next_try_us = stmt_int(st, 5);
	str_copy(j->name, sizeof(j->name), stmt_text(st, 6));
	j->kind = (enum job_kind)stmt_int(st, 7);
	j->state = (enum job_state)stmt_int(st, 8);
	j->attempts = (int)stmt_int(st, 9);
	j->rehearsal = stmt_int(st, 10) != 0;
	j->args = stmt_dup(st, 11);
	j->result = stmt_dup(st, 12);
	j->error_text = stmt_dup(st, 13);
}

static int
read_all(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct job **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st, sql, binds, nbinds, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		job_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
job_queue(struct desk *d, struct op *op, enum job_kind kind, int64_t record_id,
    const char *args, char name_out[33], struct err *err)
{
	char name[33];
	int rc;

	random_hex(name, 32);
	rc = db_later(d->db, NULL,
	    "INSERT INTO jobs(tenant_id, name, kind, record_id, args, state,"
	    " next_try_us, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $7, $7) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(kind),
		b_int(record_id), b_text(args), b_int(JOB_QUEUED),
		b_int(op->now_us)),
	    err);
	if (rc == 0 && name_out != NULL)
		memcpy(name_out, name, sizeof(name));
	return rc;
}

/* While it runs, its next try is the end of its lease. */
static int
settle_expired_leases(struct desk *d, int64_t now_us, struct err *err)
{
	return db_later(d->db, NULL,
	    "UPDATE jobs SET state = CASE WHEN attempts >= $1"
	    " THEN CAST($2 AS BIGINT) ELSE 0 END,"
	    " error_text = CASE WHEN attempts >= $1 THEN $3"
	    " ELSE error_text END,"
	    " lease_owner = '', lease_until_us = NULL, updated_at = $4"
	    " WHERE state = 1 AND state < 2 AND next_try_us <= $4",
	    BINDS(b_int(JOB_TRIES), b_int(JOB_FAILED),
		b_text(_("The program that was doing this stopped every"
			 " time")),
		b_int(now_us)),
	    err);
}

/* When the next one is due, or a lease ends; 0 for never. */
static int
next_due(struct desk *d, int64_t *us, struct err *err)
{
	int64_t queued = 0, lease = 0;
	int rc;

	rc = db_int(d->db, &queued,
	    "SELECT next_try_us FROM jobs WHERE state = 0 AND state < 2"
	    " ORDER BY next_try_us LIMIT 1",
	    NO_BINDS, err);
	if (rc == 0 || rc == OD_ENOTFOUND)
		rc = db_int(d->db, &lease,
		    "SELECT next_try_us FROM jobs WHERE state = 1"
		    " AND state < 2 ORDER BY next_try_us LIMIT 1",
		    NO_BINDS, err);
	*us = queued == 0 || (lease != 0 && lease < queued) ? lease : queued;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static int
claim_rows(struct desk *d, const char *owner, int64_t now_us, int64_t until,
    int limit, struct job **rows, size_t *count, struct err *err)
{
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, JOB_SELECT " WHERE j.state = 0 AND j.state < 2"
				  " AND j.next_try_us <= $1"
				  " ORDER BY j.next_try_us, j.id LIMIT $2");
	query_claim(&q, d->db, "j");
	rc = read_all(
	    d, q.sql.s, BINDS(b_int(now_us), b_int(limit)), rows, count, err);
	query_free(&q);
	for (size_t i = 0; i < *count && rc == 0; i++) {
		struct job *j = &(*rows)[i];

		j->state = JOB_RUNNING;
		j->attempts++;
		j->next_try_us = until;
		rc = db_later(d->db, NULL,
		    "UPDATE jobs SET state = $1, attempts = attempts + 1,"
		    " next_try_us = $2, lease_until_us = $2,"
		    " lease_owner = $3, updated_at = $4"
		    " WHERE tenant_id = $5 AND id = $6",
		    BINDS(b_int(JOB_RUNNING), b_int(until), b_text(owner),
			b_int(now_us), b_int(j->tenant_id), b_int(j->id)),
		    err);
	}
	return rc;
}

int
job_claim(struct desk *d, const char *owner, int lease_s, int limit,
    struct job **rows, size_t *count, int64_t *next_us, struct err *err)
{
	struct op op;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = next_due(d, next_us, err)) != 0 || *next_us == 0 ||
	    *next_us > clock_wall_us())
		return rc;
	if ((rc = op_begin(d, &op, OP_JOB_FACT, 0, err)) != 0)
		return rc;
	if ((rc = settle_expired_leases(d, op.now_us, err)) == 0)
		rc = claim_rows(d, owner, op.now_us,
		    op.now_us + lease_s * US_PER_SECOND, limit, rows, count,
		    err);
	if (rc == 0)
		rc = next_due(d, next_us, err);
	rc = op_end(d, &op, rc, err);
	if (rc != 0) {
		job_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
job_is_claimed(struct desk *d, const struct job *claimed, bool *is_claimed,
    struct err *err)
{
	int64_t n = 0;
	int rc;

	/* Nothing else counts its attempts. */
	rc = db_int(d->db, &n,
	    "SELECT count(*) FROM jobs WHERE tenant_id = $1 AND id = $2"
	    " AND attempts = $3 AND state < 2",
	    BINDS(b_int(claimed->tenant_id), b_int(claimed->id),
		b_int(claimed->attempts)),
	    err);
	*is_claimed = n > 0;
	return rc;
}

static int
give_back(struct desk *d, const struct job *j, int64_t now_us, struct err *err)
{
	return db_exec(d->db,
	    "UPDATE jobs SET state = $1, attempts = attempts - 1,"
	    " next_try_us = $2, lease_owner = '', lease_until_us = NULL,"
	    " updated_at = $2 WHERE tenant_id = $3 AND id = $4",
	    BINDS(b_int(JOB_QUEUED), b_int(now_us), b_int(j->tenant_id),
		b_int(j->id)),
	    NULL, err);
}

int
job_unclaim(struct desk *d, const char *owner, const int64_t *but, size_t n,
    struct err *err)
{
	struct job *rows = NULL;
	size_t count = 0;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_JOB_FACT, 0, err)) != 0)
		return rc;
	rc = read_all(d,
	    JOB_SELECT " WHERE j.state = 1 AND j.state < 2"
		       " AND j.lease_owner = $1 ORDER BY j.id LIMIT 1000",
	    BINDS(b_text(owner)), &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (!records__is_among(rows[i].id, but, n))
			rc = give_back(d, &rows[i], op.now_us, err);
	job_list_free(&rows, count);
	return op_end(d, &op, rc, err);
}

/* The end of a run; one that was settled already stays as it is. */
static int
settle(struct desk *d, int64_t id, enum job_state state, int64_t next_try_us,
    int uncounted, const char *result, const char *error_text, struct err *err)
{
	char text[513];
	struct op op;
	int rc;

	records__line(text, sizeof(text), error_text);
	if ((rc = op_begin(d, &op, OP_JOB_FACT, id, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE jobs SET state = $1, next_try_us = $2, result = $3,"
	    " error_text = $4, lease_owner = '', lease_until_us = NULL,"
	    " updated_at = $5, attempts = attempts - $8"
	    " WHERE tenant_id = $6 AND id = $7 AND state < 2",
	    BINDS(b_int(state),
		b_int(next_try_us != 0 ? next_try_us : op.now_us),
		b_text(result != NULL ? result : ""), b_text(text),
		b_int(op.now_us), b_int(d->actor.tenant_id), b_int(id),
		b_int(uncounted)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

int
job_done(struct desk *d, int64_t id, const char *result, struct err *err)
{
	return settle(d, id, JOB_DONE, 0, 0, result, "", err);
}

int
job_retry(struct desk *d, int64_t id, int64_t next_try_us,
    const char *error_text, struct err *err)
{
	return settle(d, id, JOB_QUEUED, next_try_us, 0, "", error_text, err);
}

int
job_put_off(struct desk *d, int64_t id, int64_t next_try_us, const char *why,
    struct err *err)
{
	return settle(d, id, JOB_QUEUED, next_try_us, 1, "", why, err);
}

int
job_failed(struct desk *d, int64_t id, const char *error_text, struct err *err)
{
	return settle(d, id, JOB_FAILED, 0, 0, "", error_text, err);
}

int
job_by_name(struct desk *d, const char *name, struct job *out, struct err *err)
{
	struct job *rows;
	size_t count;
	int rc;

	rc = read_all(d, JOB_SELECT " WHERE j.name = $1 AND j.tenant_id = $2",
	    BINDS(b_text(name), b_int(d->actor.tenant_id)), &rows, &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such job");
	if (rc == 0)
		*out = rows[0];
	free(rows);
	return rc;
}

int
job_list(struct desk *d, int state, int64_t before_id, int limit,
    struct job **rows, size_t *count, struct err *err)
{
	const struct page page = {.limit = limit};
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_OUTBOX_READ, 0, err)) != 0)
		return rc;
	return read_all(d,
	    JOB_SELECT " WHERE j.tenant_id = $1 AND j.id < $2"
		       " AND (CAST($4 AS BIGINT) < 0 OR j.state = $4)"
		       " ORDER BY j.id DESC LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id),
		b_int(before_id != 0 ? before_id : INT64_MAX),
		b_int(records__limit(&page)), b_int(state)),
	    rows, count, err);
}

void
job_json(const struct job *j, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "id", j->name);
	json_out_string(out, "kind", kind_words[j->kind]);
	json_out_int(out, "record_id", j->record_id);
	json_out_string(out, "state", job_state_names[j->state]);
	json_out_int(out, "attempts", j->attempts);
	json_out_string(out, "result", j->result);
	json_out_string(out, "error_text", j->error_text);
	json_out_time(out, "next_try_at", j->next_try_us);
	json_out_time(out, "created_at", j->created_at);
	json_out_time(out, "updated_at", j->updated_at);
	json_out_end(out, '}');
}
