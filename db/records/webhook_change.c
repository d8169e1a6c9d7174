/* webhook_change - made, changed, switched, rotated; see webhooks.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

/*
 * A token is no person who could confirm it: it was given this right alone.
 * Neither is the daemon, with what its configuration names.
 */
static enum op_id
by_whom(const struct desk *d, enum op_id by_person)
{
	return d->actor.kind == ACTOR_TOKEN || d->actor.kind == ACTOR_SYSTEM
	           ? OP_WEBHOOK_REGISTER
	           : by_person;
}

int
webhook__next_event(struct desk *d, int64_t *next, struct err *err)
{
	int rc = db_int(d->db, next,
	    "SELECT id + 1 FROM events WHERE tenant_id = $1 AND id > 0"
	    " ORDER BY id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id)), err);

	if (rc == OD_ENOTFOUND)
		*next = 1;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* ---- what is given ---- */

struct given { /* checked, and ready to be kept */
	char name[65], host[256];
	struct str events, filter;
	char *sealed_url, *sealed_secret; /* owned; NULL: not given */
};

static void
given_init(struct given *g)
{
	memset(g, 0, sizeof(*g));
	str_init(&g->events);
	str_init(&g->filter);
}

static void
given_clear(struct given *g)
{
	str_free(&g->events);
	str_free(&g->filter);
	free(g->sealed_url);
	free(g->sealed_secret);
}

static int
check_name(struct desk *d, const char *name, int64_t but_id, struct err *err)
{
	int rc;

	if (name[0] == '\0')
		return err_set(err, OD_EDATA, "A webhook needs a name");
	rc = records__any(d,
	    "SELECT 1 FROM webhooks WHERE tenant_id = $1 AND name = $2"
	    " AND id <> $3 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(but_id)), err);
	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "There is a webhook \"%s\" already; change it, or choose"
		    " another name",
		    name);
	return rc;
}

/* Names, address and events; is_private: as it will be. */
static int
take(const struct webhook_set *in, bool is_private, struct given *g,
    struct err *err)
{
	int rc = 0;

	given_init(g);
	if (in->name != NULL)
		rc = records__fit(
		    _("Name"), g->name, sizeof(g->name), in->name, err);
	if (rc == 0 && in->url != NULL)
		rc = webhook__check_url(in->url, is_private, g->host, err);
	if (rc == 0 && in->events != NULL)
		rc = webhook_events_parse(in->events, &g->events, err);
	if (rc == 0 && in->body_template != NULL)
		rc = records__body(_("Text"), in->body_template, 4096, err);
	return rc;
}

static int
seal_given(struct desk *d, int64_t id, const char *url, const char *secret,
    struct given *g, struct err *err)
{
	struct str text = STR_INIT;
	int64_t tenant_id = d->actor.tenant_id;
	int rc = 0;

	if (url != NULL) {
		rc = webhook__seal(
		    d, tenant_id, id, WEBHOOK_SEALED_URL, url, &text, err);
		g->sealed_url = str_take(&text);
	}
	if (rc == 0 && secret != NULL && secret[0] != '\0') {
		rc = webhook__seal(d, tenant_id, id, WEBHOOK_SEALED_SECRET,
		    secret, &text, err);
		g->sealed_secret = str_take(&text);
	}
	str_free(&text);
	return rc;
}

/* The secret of a new one, as it is shown; "" when it has none. */
static int
choose_secret(const struct webhook_set *in, char secret[WEBHOOK_SECRET_MAX],
    struct err *err)
{
	struct webhook_key key;
	int rc = 0;

	secret[0] = '\0';
	if (in->kind == WEBHOOK_STANDARD && in->secret == NULL) {
		webhook_secret_new(secret);
		return 0;
	}
	if (in->secret == NULL)
		return 0;
	if (in->kind == WEBHOOK_SLACK)
		return err_set(err, OD_EDATA,
		    "A webhook of Slack has no secret but its address");
	if (in->kind == WEBHOOK_STANDARD)
		rc = webhook_secret_key(in->secret, &key, err);
	else if (strpbrk(in->secret, "\r\n") != NULL)
		rc = err_set(
		    err, OD_EDATA, "The header of a webhook has one line only");
	explicit_bzero(&key, sizeof(key));
	if (rc == 0 && !str_copy(secret, WEBHOOK_SECRET_MAX, in->secret))
		rc = err_set(err, OD_EDATA,
		    "A webhook's secret has at most %d bytes",
		    WEBHOOK_SECRET_MAX - 1);
	return rc;
}

/* ---- making ---- */

static int
check_room(struct desk *d, struct err *err)
{
	int64_t n = 0;
	int rc = db_int(d->db, &n,
	    "SELECT count(*) FROM webhooks WHERE tenant_id = $1"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)), err);

	if (rc == 0 && n >= WEBHOOKS_MAX)
		rc = err_set(err, OD_ELIMIT,
		    "There can be %d webhooks; delete one that nobody needs",
		    WEBHOOKS_MAX);
	return rc;
}

static int
insert(struct desk *d, struct op *op, const struct webhook_set *in,
    struct given *g, const char *secret, int64_t *id, struct err *err)
{
	int64_t next = 0;
	int rc;

	if ((rc = check_name(d, g->name, 0, err)) != 0 ||
	    (rc = check_room(d, err)) != 0 ||
	    (in->filter != NULL && (rc = webhook__filter_parse(d, in->filter,
					g->events.s, &g->filter, err)) != 0) ||
	    (rc = webhook__next_event(d, &next, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO webhooks(tenant_id, name, kind, url, host, events,"
	    " body_template, is_private, next_event, created_at, updated_at,"
	    " filter)"
	    " VALUES($1, $2, $3, '', $4, $5, $6, $7, $8, $9, $9, $10)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(g->name), b_int(in->kind),
		b_text(g->host), b_text(g->events.s),
		b_text(in->body_template != NULL ? in->body_template : ""),
		b_int(in->is_private > 0), b_int(next), b_int(op->now_us),
		b_text(g->filter.s)),
	    err);
	if (rc != 0 || (rc = seal_given(d, *id, in->url, secret, g, err)) != 0)
		return rc;
	return db_exec(d->db,
	    "UPDATE webhooks SET url = $1, secret = $2 WHERE tenant_id = $3"
	    " AND id = $4",
	    BINDS(b_text(g->sealed_url),
		b_text(g->sealed_secret != NULL ? g->sealed_secret : ""),
		b_int(d->actor.tenant_id), b_int(*id)),
	    NULL, err);
}

int
webhook_new(struct desk *d, const struct webhook_set *in, int64_t *id,
    char secret[WEBHOOK_SECRET_MAX], struct err *err)
{
	struct given g;
	struct op op;
	int rc;

	secret[0] = '\0';
	if ((rc = take(in, in->is_private > 0, &g, err)) != 0 ||
	    (rc = choose_secret(in, secret, err)) != 0)
		goto out;
	if (in->url == NULL) {
		rc = err_set(err, OD_EDATA, "A webhook needs an address");
		goto out;
	}
	rc = op_begin(d, &op, by_whom(d, OP_WEBHOOK_NEW), 0, err);
	if (rc != 0)
		goto out;
	if ((rc = insert(d, &op, in, &g, secret, id, err)) == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made the webhook \"%s\""), g.name);
		rc = record_created(d, &op, RECORD_WEBHOOK, *id, err);
	}
	rc = op_end(d, &op, rc, err);
out:
	if (rc != 0)
		explicit_bzero(secret, WEBHOOK_SECRET_MAX);
	given_clear(&g);
	return rc;
}

/* ---- changing ---- */

int
webhook__url(
    struct desk *d, int64_t id, char url[WEBHOOK_URL_MAX + 1], struct err *err)
{
	char sealed[8193];
	char *text = NULL;
	int rc = db_text(d->db, &text,
	    "SELECT url FROM webhooks WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);

	if (rc != 0)
		return rc;
	str_copy(sealed, sizeof(sealed), text);
	free(text);
	return webhook__open(d, d->actor.tenant_id, id, WEBHOOK_SEALED_URL,
	    sealed, url, WEBHOOK_URL_MAX + 1, err);
}

static int
check_private(
    struct desk *d, const struct webhook *now, bool is_private, struct err *err)
{
	char url[WEBHOOK_URL_MAX + 1] = "", host[256];
	int rc = webhook__url(d, now->id, url, err);

	if (rc == 0)
		rc = webhook__check_url(url, is_private, host, err);
	explicit_bzero(url, sizeof(url));
	return rc;
}

/* The changes that were given, for record_update. */
static void
list_changes(const struct webhook_set *in, const struct given *g,
    struct change *c, size_t *n)
{
	if (in->name != NULL)
		c[(*n)++] = (struct change){"name", b_text(g->name)};
	if (in->url != NULL) {
		c[(*n)++] = (struct change){"url", b_text(g->sealed_url)};
		c[(*n)++] = (struct change){"host", b_text(g->host)};
	}
	if (in->events != NULL)
		c[(*n)++] = (struct change){"events", b_text(g->events.s)};
	if (in->filter != NULL)
		c[(*n)++] = (struct change){"filter", b_text(g->filter.s)};
	if (in->body_template != NULL)
		c[(*n)++] =
		    (struct change){"body_template", b_text(in->body_template)};
	if (in->is_private >= 0)
		c[(*n)++] =
		    (struct change){"is_private", b_int(in->is_private > 0)};
	if (g->sealed_secret != NULL)
		c[(*n)++] = (struct change){"secret", b_text(g->sealed_secret)};
}

static int
change(struct desk *d, struct op *op, const struct webhook *now,
    int64_t seen_version, const struct webhook_set *in, struct given *g,
    struct err *err)
{
	char secret[WEBHOOK_SECRET_MAX] = "";
	struct webhook_set with = *in;
	struct change changes[9];
	size_t n = 0;
	int rc = 0;

	with.kind = (int)now->kind;
	if (in->name != NULL)
		rc = check_name(d, g->name, now->id, err);
	/* Other events may be such that its filter meets none of them. */
	if (rc == 0 && (in->filter != NULL || in->events != NULL))
		rc = webhook__filter_parse(d,
		    in->filter != NULL ? in->filter : now->filter,
		    in->events != NULL ? g->events.s : now->events, &g->filter,
		    err);
	if (rc == 0 && in->is_private == 0 && in->url == NULL)
		rc = check_private(d, now, false, err);
	if (rc == 0 && in->secret != NULL)
		rc = choose_secret(&with, secret, err);
	if (rc == 0)
		rc = seal_given(d, now->id, in->url, secret, g, err);
	if (rc == 0) {
		list_changes(in, g, changes, &n);
		rc = record_update(d, op, RECORD_WEBHOOK, now->id, seen_version,
		    changes, n, NULL, err);
	}
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

int
webhook_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct webhook_set *in, struct err *err)
{
	struct webhook now = {.id = 0};
	struct given g;
	struct op op;
	int rc;

	rc = op_begin(d, &op, by_whom(d, OP_WEBHOOK_EDIT), id, err);
	if (rc != 0)
		return rc;
	given_init(&g);
	if ((rc = webhook__load(d, id, &now, err)) == 0 &&
	    (rc = take(in,
		 in->is_private >= 0 ? in->is_private > 0 : now.is_private, &g,
		 err)) == 0)
		rc = change(d, &op, &now, seen_version, in, &g, err);
	if (rc == 0)
		op_sentence(&op, _("Changed the webhook \"%s\""), now.name);
	rc = op_end(d, &op, rc, err);
	given_clear(&g);
	webhook_clear(&now);
	return rc;
}

/* ---- on, off, away ---- */

/* What happened while it was off is not told later. */
static int
set_on(struct desk *d, struct op *op, int64_t id, int64_t seen_version,
    struct err *err)
{
	int64_t next = 0;
	int rc = webhook__next_event(d, &next, err);
	const struct change changes[] = {{"state", b_int(WEBHOOK_ON)},
	    {"next_event", b_int(next)}, {"failing_since_us", b_null()}};

	return rc != 0 ? rc
	               : record_update(d, op, RECORD_WEBHOOK, id, seen_version,
			     changes, 3, NULL, err);
}

int
webhook_switch(
    struct desk *d, int64_t id, int64_t seen_version, bool on, struct err *err)
{
	const struct change off = {"state", b_int(WEBHOOK_OFF)};
	struct webhook now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_WEBHOOK_SWITCH, id, err)) != 0)
		return rc;
	if ((rc = webhook__load(d, id, &now, err)) != 0)
		goto out;
	if (on && now.state != WEBHOOK_ON)
		rc = set_on(d, &op, id, seen_version, err);
	else if (!on)
		rc = record_update(d, &op, RECORD_WEBHOOK, id, seen_version,
		    &off, 1, NULL, err);
	if (on)
		op_sentence(&op, _("Switched the webhook \"%s\" on"), now.name);
	else
		op_sentence(
		    &op, _("Switched the webhook \"%s\" off"), now.name);
out:
	rc = op_end(d, &op, rc, err);
	webhook_clear(&now);
	return rc;
}

int
webhook_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct webhook now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_WEBHOOK_DELETE, id, err)) != 0)
		return rc;
	if ((rc = webhook__load(d, id, &now, err)) == 0) {
		op_sentence(
		    &op, _("Moved the webhook \"%s\" to the trash"), now.name);
		rc = record_delete(
		    d, &op, RECORD_WEBHOOK, id, seen_version, err);
	}
	rc = op_end(d, &op, rc, err);
	webhook_clear(&now);
	return rc;
}

int
webhook_restore(struct desk *d, int64_t id, struct err *err)
{
	struct webhook now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_WEBHOOK_RESTORE, id, err)) != 0)
		return rc;
	if ((rc = webhook__load(d, id, &now, err)) == 0 &&
	    (rc = check_name(d, now.name, id, err)) == 0 &&
	    (rc = record_restore(d, &op, RECORD_WEBHOOK, id, err)) == 0 &&
	    now.state == WEBHOOK_ON)
		rc = set_on(d, &op, id, 0, err);
	if (rc == 0)
		op_sentence(&op, _("Took the webhook \"%s\" out of the trash"),
		    now.name);
	rc = op_end(d, &op, rc, err);
	webhook_clear(&now);
	return rc;
}

/* ---- another secret ---- */

/* Kept out of the history: only that it was done is in the audit trail. */
static int
rotate(struct desk *d, struct op *op, const struct webhook *now,
    const char *secret, struct err *err)
{
	int64_t until =
	    op->now_us + WEBHOOK_ROTATION_DAYS * 24 * 60 * US_PER_MINUTE;
	struct given g;
	int rc;

	given_init(&g);
	if (now->kind != WEBHOOK_STANDARD)
		return err_set(err, OD_ECONFLICT,
		    "Only standard webhooks are signed; give this one another"
		    " address");
	if ((rc = seal_given(d, now->id, NULL, secret, &g, err)) == 0)
		rc = db_exec(d->db,
		    "UPDATE webhooks SET older_secret = secret,"
		    " older_until_us = $1, secret = $2, updated_at = $3,"
		    " version = version + 1 WHERE tenant_id = $4 AND id = $5",
		    BINDS(b_int(until), b_text(g.sealed_secret),
			b_int(op->now_us), b_int(d->actor.tenant_id),
			b_int(now->id)),
		    NULL, err);
	given_clear(&g);
	return rc;
}

int
webhook_rotate(struct desk *d, int64_t id, char secret[WEBHOOK_SECRET_MAX],
    struct err *err)
{
	struct webhook now = {.id = 0};
	struct op op;
	int rc;

	secret[0] = '\0';
	if ((rc = op_begin(d, &op, OP_WEBHOOK_ROTATE, id, err)) != 0)
		return rc;
	if ((rc = webhook__load(d, id, &now, err)) == 0) {
		webhook_secret_new(secret);
		rc = rotate(d, &op, &now, secret, err);
	}
	rc = op_end(d, &op, rc, err);
	webhook_clear(&now);
	if (rc != 0)
		explicit_bzero(secret, WEBHOOK_SECRET_MAX);
	return rc;
}
