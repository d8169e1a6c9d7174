/*
 * auth - who a bearer token is; asked of the reader for every request that
 * needs one, so that a revoked token counts at once.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/tokens.h"
#include "syncd/api/rate.h"
#include "syncd/daemon.h"
#include <stdlib.h>
#include <string.h>

struct question {
	struct http_req *req;
	const struct route *route;
	struct work_job job;
	struct daemon *daemon;
	char token[80];
	bool covered, noted;
	int64_t tenant_id, token_id;
};

/* "Last used", written when it is older than a minute. */
struct note {
	struct work_job job;
	int64_t tenant_id, token_id;
};

static int
note_run(struct work_job *job, void *context, struct err *err)
{
	struct note *n = job->data;
	struct desk *desk = store_desk(context);

	desk_act_as_system(desk, n->tenant_id);
	return token_used(desk, n->token_id, err);
}

static void
note_done(struct work_job *job, int rc, const struct err *err)
{
	if (rc != 0)
		log_debug("auth", "%s", err_plain(err));
	free(job->data);
}

static void
note_use(const struct question *q)
{
	struct note *n = xcalloc(1, sizeof(*n));

	n->tenant_id = q->tenant_id;
	n->token_id = q->token_id;
	n->job =
	    (struct work_job){.run = note_run, .done = note_done, .data = n};
	store_write(q->daemon->store, &n->job);
}

static int
ask_run(struct work_job *job, void *context, struct err *err)
{
	struct question *q = job->data;
	struct desk *desk = store_desk(context);
	int rc;

	if ((rc = desk_act_as_token(desk, q->token, err)) != 0)
		return rc;
	q->covered = token_scopes_cover(desk->actor.scopes, q->route->scope);
	q->tenant_id = desk->actor.tenant_id;
	q->token_id = desk->actor.id;
	return token_is_noted(desk, q->token_id, &q->noted, err);
}

static void
refuse_rate(struct http_req *req, int wait_s)
{
	char after[16];

	str_format(after, sizeof(after), "%d", wait_s);
	http_reply_header(req, "Retry-After", after);
	http_reply_problem(req, 429, "limit-reached",
	    _("This token asks too often; go on after a while"));
}

static void
ask_done(struct work_job *job, int rc, const struct err *err)
{
	struct question *q = job->data;
	int wait_s;

	if (rc == 0 && !q->noted && store_works(q->daemon->store))
		note_use(q);
	if (rc == OD_EDENIED)
		router_refuse_unknown(q->req);
	else if (rc != 0)
		http_reply_err(q->req, err);
	else if (!q->covered)
		router_refuse_scope(q->req, q->route->scope);
	else if ((wait_s = rate_take(q->daemon->rate, q->token_id,
		      conf_int(conf_section(q->daemon->conf, CONF_DAEMON),
			  "token_rate"),
		      clock_mono_us())) != 0)
		refuse_rate(q->req, wait_s);
	else
		router_admit(q->req);
	explicit_bzero(q->token, sizeof(q->token));
	free(q);
}

static void
authenticate(struct http_req *req, const struct route *route, void *data)
{
	struct daemon *d = data;
	const char *token = http_req_bearer(req);
	struct question *q;

	if (token == NULL || strlen(token) >= sizeof(q->token)) {
		router_refuse_unknown(req);
		return;
	}
	q = xcalloc(1, sizeof(*q));
	q->daemon = d;
	q->req = req;
	q->route = route;
	str_copy(q->token, sizeof(q->token), token);
	q->job = (struct work_job){.run = ask_run, .done = ask_done, .data = q};
	store_read(d->store, &q->job);
}

void
auth_install(struct daemon *d)
{
	router_set_auth(d->router, authenticate, d);
}
