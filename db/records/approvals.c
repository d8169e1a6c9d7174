/* approvals - see approvals.h. */
#include "db/records/approvals.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/approval_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define REASON_MAX 500

const char *const approval_state_names[] = {
    "proposed", "approved", "refused", "expired", NULL};

void
approval_clear(struct approval *a)
{
	free(a->args);
	free(a->sentence);
	free(a->reason);
	memset(a, 0, sizeof(*a));
}

void
approval_list_free(struct approval **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		approval_clear(&(*rows)[i]);
	FREE(rows);
}

/* ---- reading ---- */

#define COLUMNS                                                                \
	"SELECT a.id, a.operation, a.record_id, a.args, a.sentence, a.digest," \
	" a.state, a.proposer_kind, a.proposer_id, a.decider_id, a.reason,"    \
	" a.expires_us, a.decided_us, a.created_at, a.updated_at,"             \
	" CASE a.proposer_kind"                                                \
	" WHEN 1 THEN (SELECT p.full_name FROM operators p"                    \
	" WHERE p.tenant_id = a.tenant_id AND p.id = a.proposer_id)"           \
	" WHEN 2 THEN (SELECT t.name FROM tokens t"                            \
	" WHERE t.tenant_id = a.tenant_id AND t.id = a.proposer_id) END,"      \
	" (SELECT r.full_name FROM operators r"                                \
	" WHERE r.tenant_id = a.tenant_id AND r.id = a.decider_id)"            \
	" FROM approvals a"

static void
read_row(struct desk *d, struct stmt *st, struct approval *a)
{
	int64_t state;

	memset(a, 0, sizeof(*a));
	a->id = stmt_int(st, 0);
	str_copy(a->name, sizeof(a->name), stmt_text(st, 1));
	a->operation = op_by_name(a->name);
	a->record_id = stmt_int(st, 2);
	a->args = stmt_dup(st, 3);
	a->sentence = stmt_dup(st, 4);
	str_copy(a->digest, sizeof(a->digest), stmt_text(st, 5));
	state = stmt_int(st, 6);
	a->state = state >= 0 && state < APPROVAL_STATE_COUNT
	               ? (enum approval_state)state
	               : APPROVAL_EXPIRED;
	a->proposer_kind = (enum actor_kind)stmt_int(st, 7);
	a->proposer_id = stmt_int(st, 8);
	a->decider_id = stmt_int(st, 9);
	a->reason = stmt_dup(st, 10);
	a->expires_us = stmt_int(st, 11);
	a->decided_us = stmt_int(st, 12);
	a->created_at = stmt_int(st, 13);
	a->updated_at = stmt_int(st, 14);
	str_copy(a->proposer, sizeof(a->proposer), stmt_text(st, 15));
	str_copy(a->decider, sizeof(a->decider), stmt_text(st, 16));
	if (a->state == APPROVAL_PROPOSED && a->expires_us <= clock_wall_us())
		a->state = APPROVAL_EXPIRED;
	a->mine =
	    a->proposer_kind == d->actor.kind && a->proposer_id == d->actor.id;
	a->may_decide = (!a->mine || d->single_user) &&
	                a->operation != OP_COUNT &&
	                op_may_decide(d, a->operation);
}

#define CHUNK 200 /* rows that are looked through at once */

struct reading {
	struct approval **rows;
	size_t *count;
	int limit, state;  /* state -1: any */
	bool all, waiting; /* all of the tenant; what one may decide */
	int64_t last;      /* the row that was looked at last */
	bool more;
};

static bool
is_wanted(const struct reading *r, const struct approval *a)
{
	if (r->waiting)
		return a->state == APPROVAL_PROPOSED && a->may_decide;
	return (r->all || a->mine || a->may_decide) &&
	       (r->state < 0 || (int)a->state == r->state);
}

static int
read_chunk(struct desk *d, struct reading *r, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	struct stmt *st = NULL;
	int seen = 0, rc;

	rc = r->waiting ? db_query(d->db, &st,
			      COLUMNS " WHERE a.tenant_id = $1 AND a.state = 0"
				      " AND a.id > $2 ORDER BY a.id LIMIT $3",
			      BINDS(tenant, b_int(r->last), b_int(CHUNK)), err)
	                : db_query(d->db, &st,
			      COLUMNS " WHERE a.tenant_id = $1 AND a.id < $2"
				      " ORDER BY a.id DESC LIMIT $3",
			      BINDS(tenant, b_int(r->last), b_int(CHUNK)), err);
	while (rc == 0 && *r->count < (size_t)r->limit &&
	       (rc = stmt_step(st, err)) == 1) {
		struct approval a;

		rc = 0;
		seen++;
		read_row(d, st, &a);
		r->last = a.id;
		if (!is_wanted(r, &a)) {
			approval_clear(&a);
			continue;
		}
		*r->rows = records__grow(*r->rows, *r->count, sizeof(a));
		(*r->rows)[(*r->count)++] = a;
	}
	stmt_close(&st);
	r->more = seen == CHUNK && *r->count < (size_t)r->limit;
	return rc < 0 ? rc : 0;
}

static int
read_all(struct desk *d, struct reading *r, struct err *err)
{
	int rc;

	*r->rows = NULL;
	*r->count = 0;
	if ((rc = op_may(d, OP_APPROVAL_READ, 0, err)) != 0)
		return rc;
	r->all = op_scope(d, OP_APPROVAL_READ) == SCOPE_ALL;
	do
		rc = read_chunk(d, r, err);
	while (rc == 0 && r->more);
	if (rc != 0) {
		approval_list_free(r->rows, *r->count);
		*r->count = 0;
	}
	return rc;
}

int
approval_list(struct desk *d, int state, int64_t before_id, int limit,
    struct approval **rows, size_t *count, struct err *err)
{
	struct reading r = {.limit = limit,
	    .state = state,
	    .last = before_id > 0 ? before_id : INT64_MAX};

	r.rows = rows;
	r.count = count;
	return read_all(d, &r, err);
}

int
approval_waiting(struct desk *d, int limit, struct approval **rows,
    size_t *count, struct err *err)
{
	struct reading r = {.limit = limit, .waiting = true};

	r.rows = rows;
	r.count = count;
	return read_all(d, &r, err);
}

static int
read_one(struct desk *d, int64_t id, struct approval *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = db_query(d->db, &st,
	    COLUMNS " WHERE a.tenant_id = $1 AND a.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		read_row(d, st, out);
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND, "There is no such approval");
	}
	stmt_close(&st);
	return rc;
}

int
approval_get(struct desk *d, int64_t id, struct approval *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_APPROVAL_READ, id, err)) != 0 ||
	    (rc = read_one(d, id, out, err)) != 0)
		return rc;
	if (op_scope(d, OP_APPROVAL_READ) == SCOPE_ALL || out->mine ||
	    out->may_decide)
		return 0;
	approval_clear(out);
	return err_set(err, OD_EDENIED,
	    "You neither proposed this nor could you approve it");
}

void
approval_json(const struct approval *a, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", a->id);
	json_out_string(out, "state", approval_state_names[a->state]);
	json_out_string(out, "operation", a->name);
	json_out_string(out, "sentence", a->sentence);
	json_out_raw(out, "arguments", a->args);
	json_out_string(out, "digest", a->digest);
	json_out_string(out, "proposer", a->proposer);
	json_out_string(out, "decider", a->decider_id != 0 ? a->decider : NULL);
	json_out_string(out, "reason", a->reason[0] != '\0' ? a->reason : NULL);
	json_out_time(out, "expires_at", a->expires_us);
	json_out_time(out, "decided_at", a->decided_us);
	json_out_bool(
	    out, "may_approve", a->may_decide && a->state == APPROVAL_PROPOSED);
	json_out_time(out, "created_at", a->created_at);
	json_out_time(out, "updated_at", a->updated_at);
	json_out_end(out, '}');
}

/* ---- deciding ---- */

static int
set_state(struct desk *d, const struct op *op, int64_t id,
    enum approval_state state, const char *reason, struct err *err)
{
	bool person =
	    d->actor.kind == ACTOR_OPERATOR && state != APPROVAL_EXPIRED;
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE approvals SET state = $1, decider_id = $2, reason = $3,"
	    " decided_us = $4, updated_at = $4"
	    " WHERE tenant_id = $5 AND id = $6 AND state = 0",
	    BINDS(b_int(state), b_ref(person ? d->actor.id : 0), b_text(reason),
		b_int(op->now_us), b_int(d->actor.tenant_id), b_int(id)),
	    &changed, err);

	if (rc == 0 && changed != 1)
		rc = err_set(
		    err, OD_ECONFLICT, "Somebody else decided it meanwhile");
	return rc;
}

/* Still waiting; what expired is noted as that. */
static int
check_waits(
    struct desk *d, struct op *op, const struct approval *a, struct err *err)
{
	int rc;

	switch (a->state) {
	case APPROVAL_PROPOSED:
		return 0;
	case APPROVAL_APPROVED:
		return err_set(err, OD_ECONFLICT, "It was approved already");
	case APPROVAL_REFUSED:
		return err_set(err, OD_ECONFLICT, "It was refused already");
	case APPROVAL_EXPIRED:
	case APPROVAL_STATE_COUNT:
		break;
	}
	if (a->decided_us == 0) {
		rc = set_state(d, op, a->id, APPROVAL_EXPIRED, "", err);
		if (rc != 0)
			return rc;
		op_refused(op, "expired");
	}
	return err_set(err, OD_ECONFLICT,
	    "It expired, as nobody decided it in time; it has to be proposed"
	    " anew");
}

static bool
is_as_proposed(struct desk *d, const struct approval *a)
{
	struct op_matter m = {.args = a->args, .sentence = a->sentence};
	char digest[65];

	if (a->operation == OP_COUNT ||
	    (op_def(a->operation)->flags & OP_SECOND) == 0)
		return false;
	op_matter_digest(d->actor.tenant_id, a->operation, a->record_id,
	    (int)a->proposer_kind, a->proposer_id, &m, digest);
	return strcmp(digest, a->digest) == 0;
}

/* Who proposed it may still do it, as far as it is a person. */
static int
check_proposer(struct desk *d, const struct approval *a, struct err *err)
{
	int64_t role = 0;
	int rc;

	if (a->proposer_kind != ACTOR_OPERATOR)
		return 0;
	rc = db_int(d->db, &role,
	    "SELECT role FROM operators WHERE tenant_id = $1 AND id = $2"
	    " AND enabled = 1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(a->proposer_id)), err);
	if (rc == 0 && role >= 0 && role < STAFF_ROLE_COUNT &&
	    op_def(a->operation)->scope[role] != SCOPE_NONE)
		return 0;
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	return err_set(err, OD_ECONFLICT,
	    "Who proposed it may not do it any more; propose it yourself if it"
	    " is right");
}

/* What is refused here is kept as a denial: op->refused says so. */
static int
check_decider(
    struct desk *d, struct op *op, const struct approval *a, struct err *err)
{
	int rc;

	if (!is_as_proposed(d, a)) {
		op_refused(op, "changed since it was proposed");
		return err_set(err, OD_EDATA,
		    "It is not as it was proposed, somebody changed it in the"
		    " database; refuse it, and look at the audit trail");
	}
	if (a->mine && !d->single_user) {
		op_refused(op, "own proposal");
		return err_set(err, OD_EDENIED,
		    "You proposed it yourself; another person has to approve"
		    " it");
	}
	rc = op_may(d, a->operation, a->record_id, err);
	if (rc == OD_EDENIED && !d->wants_step_up)
		op_refused(op, "not for this role");
	return rc != 0 ? rc : check_proposer(d, a, err);
}

/* The same use case, with what was kept. */
static int
run_approved(struct desk *d, const struct approval *a, struct err *err)
{
	struct op_approved run = {a->operation, a->record_id, a->args, false};
	struct json *args = NULL;
	int rc;

	if ((rc = json_parse(
		 a->args, strlen(a->args), &json_limits_api, &args, err)) != 0)
		return rc;
	d->approved = &run;
	rc = approval__runner(a->operation)(d, a->record_id, args, err);
	d->approved = NULL;
	BUG_ON(rc == 0 && !run.used);
	json_free(&args);
	return rc;
}

static int
approve(struct desk *d, int64_t id, struct err *err)
{
	struct approval a = {0};
	struct op op;
	int rc, end;

	if ((rc = op_begin(d, &op, OP_APPROVAL_APPROVE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &a, err)) == 0 &&
	    (rc = check_waits(d, &op, &a, err)) == 0)
		rc = check_decider(d, &op, &a, err);
	if (op.refused != NULL) {
		end = op_end(d, &op, 0, NULL);
		approval_clear(&a);
		return end != 0 ? end : rc;
	}
	if (rc == 0)
		rc = set_state(d, &op, id, APPROVAL_APPROVED, "", err);
	if (rc == 0)
		rc = run_approved(d, &a, err);
	approval_clear(&a);
	return op_end(d, &op, rc, err);
}

int
approval_approve(struct desk *d, int64_t id, struct err *err)
{
	int rc, end;

	if (d->in_batch)
		return approve(d, id, err);
	/* Two operations, one transaction: the approval and what it is for. */
	if ((rc = db_batch_begin(d, err)) != 0)
		return rc;
	rc = approve(d, id, err);
	if (rc == OD_EIO || rc == OD_EUNAVAIL) {
		db_batch_cancel(d);
		return rc;
	}
	end = db_batch_end(d, rc == 0 ? err : NULL);
	return rc != 0 ? rc : end;
}

int
approval_refuse(struct desk *d, int64_t id, const char *reason, struct err *err)
{
	char clean[REASON_MAX + 1];
	struct approval a = {0};
	struct op op;
	int rc, end;

	if ((rc = records__fit(
		 _("Reason"), clean, sizeof(clean), reason, err)) != 0)
		return rc;
	if (clean[0] == '\0')
		return err_set(
		    err, OD_EDATA, "Say why: who proposed it reads the reason");
	if ((rc = op_begin(d, &op, OP_APPROVAL_REFUSE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &a, err)) == 0 &&
	    (rc = check_waits(d, &op, &a, err)) == 0 && !a.mine &&
	    !a.may_decide) {
		op_refused(&op, "not for this role");
		rc = err_set(err, OD_EDENIED,
		    "You neither proposed this nor could you approve it");
	}
	approval_clear(&a);
	if (op.refused != NULL) {
		end = op_end(d, &op, 0, NULL);
		return end != 0 ? end : rc;
	}
	if (rc == 0)
		rc = set_state(d, &op, id, APPROVAL_REFUSED, clean, err);
	return op_end(d, &op, rc, err);
}

static int
next_expired(struct desk *d, int64_t *id, struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM approvals WHERE tenant_id = $1 AND state = 0"
	    " AND expires_us <= $2 ORDER BY id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(clock_wall_us())), err);

	if (rc != OD_ENOTFOUND)
		return rc;
	*id = 0;
	return 0;
}

int
approval_expire(struct desk *d, int *ended, struct err *err)
{
	int64_t id = 0;
	struct op op;
	int rc;

	*ended = 0;
	while ((rc = next_expired(d, &id, err)) == 0 && id != 0) {
		if ((rc = op_begin(d, &op, OP_APPROVAL_EXPIRE, id, err)) != 0)
			return rc;
		rc = set_state(d, &op, id, APPROVAL_EXPIRED, "", err);
		if ((rc = op_end(d, &op, rc, err)) != 0)
			return rc;
		++*ended;
	}
	return rc;
}
