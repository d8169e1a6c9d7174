/*
 * webhook_send - where a webhook's rows of the outbox go, how they went, and
 * what people do about it; see webhooks.h.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

#define DAY_US (24 * 60 * US_PER_MINUTE)

struct sealed { /* a row, closed */
	enum webhook_kind kind;
	enum webhook_state state;
	bool is_deleted, is_private;
	char *url, *secret, *older; /* owned */
	int64_t older_until_us;
	char lang[8];
};

static void
read_sealed(struct stmt *st, void *row)
{
	struct sealed *s = row;

	s->kind = (enum webhook_kind)stmt_int(st, 0);
	s->state = (enum webhook_state)stmt_int(st, 1);
	s->is_deleted = !stmt_is_null(st, 2);
	s->is_private = stmt_int(st, 3) != 0;
	s->url = stmt_dup(st, 4);
	s->secret = stmt_dup(st, 5);
	s->older = stmt_dup(st, 6);
	s->older_until_us = stmt_int(st, 7);
	str_copy(s->lang, sizeof(s->lang), stmt_text(st, 8));
}

static int
open_key(struct desk *d, const struct webhook_target *t, const char *sealed,
    struct webhook_key *key, struct err *err)
{
	char secret[WEBHOOK_SECRET_MAX];
	int rc = webhook__open(d, t->tenant_id, t->id, WEBHOOK_SEALED_SECRET,
	    sealed, secret, sizeof(secret), err);

	if (rc == 0 && secret[0] != '\0')
		rc = webhook_secret_key(secret, key, err);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

static int
open_all(struct desk *d, const struct sealed *s, struct webhook_target *t,
    struct err *err)
{
	int rc;

	t->kind = s->kind;
	t->state = s->state;
	t->is_deleted = s->is_deleted;
	t->is_private = s->is_private;
	str_copy(t->lang, sizeof(t->lang), s->lang);
	rc = webhook__open(d, t->tenant_id, t->id, WEBHOOK_SEALED_URL, s->url,
	    t->url, sizeof(t->url), err);
	if (rc == 0 && t->kind == WEBHOOK_KESTRA)
		rc = webhook__open(d, t->tenant_id, t->id,
		    WEBHOOK_SEALED_SECRET, s->secret, t->authorization,
		    sizeof(t->authorization), err);
	if (rc != 0 || t->kind != WEBHOOK_STANDARD)
		return rc;
	rc = open_key(d, t, s->secret, &t->keys[0], err);
	if (rc == 0 && s->older_until_us > clock_wall_us())
		rc = open_key(d, t, s->older, &t->keys[1], err);
	return rc;
}

int
webhook_target(struct desk *d, int64_t tenant_id, int64_t id,
    struct webhook_target *out, struct err *err)
{
	struct sealed s = {.url = NULL};
	int rc;

	memset(out, 0, sizeof(*out));
	out->tenant_id = tenant_id;
	out->id = id;
	rc = records__first(d,
	    "SELECT w.kind, w.state, w.deleted_at, w.is_private, w.url,"
	    " w.secret, w.older_secret, w.older_until_us, t.lang"
	    " FROM webhooks w JOIN tenants t ON t.id = w.tenant_id"
	    " WHERE w.tenant_id = $1 AND w.id = $2",
	    BINDS(b_int(tenant_id), b_int(id)), read_sealed, &s, err);
	if (rc == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such webhook");
	else if (rc == 1)
		rc = open_all(d, &s, out, err);
	free(s.url);
	free(s.secret);
	free(s.older);
	return rc;
}

void
webhook_target_clear(struct webhook_target *t)
{
	explicit_bzero(t, sizeof(*t));
}

/* ---- how it went ---- */

static int
keep_attempt(struct desk *d, struct op *op, int64_t id,
    const struct webhook_went *w, struct err *err)
{
	char error[513], response[257];

	records__line(error, sizeof(error), w->error);
	records__line(response, sizeof(response), w->response);
	return db_later(d->db, NULL,
	    "INSERT INTO webhook_attempts(tenant_id, webhook_id, outbox_id,"
	    " event, attempt, status, took_us, error_text, response,"
	    " created_at) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(w->outbox_id),
		b_text(w->event), b_int(w->attempt), b_int(w->status),
		b_int(w->took_us), b_text(error), b_text(response),
		b_int(op->now_us)),
	    err);
}

/* Facts of the daemon: neither a new version nor history. */
static int
set_state(struct desk *d, int64_t id, enum webhook_state state,
    int64_t failing_since_us, struct err *err)
{
	return db_exec(d->db,
	    "UPDATE webhooks SET state = $1, failing_since_us = $2"
	    " WHERE tenant_id = $3 AND id = $4",
	    BINDS(b_int(state), b_ref(failing_since_us),
		b_int(d->actor.tenant_id), b_int(id)),
	    NULL, err);
}

static int
follow(struct desk *d, struct op *op, const struct webhook *now,
    enum webhook_end end, bool *ended, struct err *err)
{
	int64_t since = now->failing_since_us;
	enum webhook_state state = now->state;

	if (end == WEBHOOK_TOOK_IT)
		since = 0;
	else if (since == 0)
		since = op->now_us;
	if (state == WEBHOOK_ON && end == WEBHOOK_SAID_GONE)
		state = WEBHOOK_GONE;
	else if (state == WEBHOOK_ON && since != 0 &&
		 op->now_us - since >= WEBHOOK_FAILING_DAYS * DAY_US)
		state = WEBHOOK_FAILING;
	*ended = state != now->state;
	if (!*ended && since == now->failing_since_us)
		return 0;
	return set_state(d, now->id, state, since, err);
}

int
webhook_note(struct desk *d, int64_t tenant_id, int64_t id,
    const struct webhook_went *went, bool *ended, struct err *err)
{
	int64_t was = d->actor.tenant_id;
	struct webhook now = {.id = 0};
	struct op op;
	int rc;

	*ended = false;
	d->actor.tenant_id = tenant_id;
	if ((rc = op_begin(d, &op, OP_WEBHOOK_FACT, 0, err)) == 0) {
		op_created(&op, id);
		if ((rc = keep_attempt(d, &op, id, went, err)) == 0 &&
		    (rc = webhook__load(d, id, &now, err)) == 0)
			rc = follow(d, &op, &now, went->end, ended, err);
		if (rc == OD_ENOTFOUND) /* removed for good meanwhile */
			rc = 0;
		if (rc == 0 && *ended)
			rc = op_tell(d, &op, err);
		rc = op_end(d, &op, rc, err);
	}
	d->actor.tenant_id = was;
	webhook_clear(&now);
	return rc;
}

/* ---- by people ---- */

int
webhook_test(struct desk *d, int64_t id, struct err *err)
{
	struct webhook_event e = {.kind = RECORD_WEBHOOK, .record_id = id};
	struct webhook now = {.id = 0};
	struct str body = STR_INIT;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_WEBHOOK_TEST, id, err)) != 0)
		return rc;
	e.at_us = op.now_us;
	str_copy(e.name, sizeof(e.name), "webhook.test");
	if ((rc = webhook__load(d, id, &now, err)) != 0)
		goto out;
	if (now.state != WEBHOOK_ON) {
		rc = err_set(err, OD_ECONFLICT,
		    "This webhook is switched off; switch it on first");
		goto out;
	}
	if ((rc = webhook__body(
		 d, &e, now.kind, now.body_template, &body, err)) == 0)
		rc = webhook__promise(d, &op, id, &e, body.s, err);
out:
	rc = op_end(d, &op, rc, err);
	str_free(&body);
	webhook_clear(&now);
	return rc;
}

int
webhook_replay(struct desk *d, int64_t id, int64_t outbox_id, int64_t from_us,
    int64_t *count, struct err *err)
{
	struct op op;
	int rc;

	*count = 0;
	if ((rc = op_begin(d, &op, OP_WEBHOOK_REPLAY, id, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE outbox SET state = $1, attempts = 0, next_try_us = $2,"
	    " error_code = 0, error_text = '', response = '', updated_at = $2"
	    " WHERE tenant_id = $3 AND kind = $4 AND record_id = $5"
	    " AND state = $6 AND updated_at >= $7 AND ($8 = 0 OR id = $8)",
	    BINDS(b_int(OUTBOX_DUE), b_int(op.now_us),
		b_int(d->actor.tenant_id), b_int(OUTBOX_WEBHOOK), b_int(id),
		b_int(OUTBOX_DEAD), b_int(from_us), b_int(outbox_id)),
	    count, err);
	if (rc == 0 && *count == 0 && outbox_id != 0)
		rc = err_set(err, OD_ENOTFOUND,
		    "This webhook has no dead letter with that number");
	return op_end(d, &op, rc, err);
}
