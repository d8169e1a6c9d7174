/* webhooks - reading them, and how they are written outside. */
#include "db/records/webhooks.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

const char *const webhook_kind_names[] = {"standard", "slack", "kestra", NULL};
const char *const webhook_state_names[] = {
    "on", "off", "gone", "failing", NULL};

/* A column of the webhook's last attempt. */
#define LAST(column)                                                           \
	"(SELECT x." column " FROM webhook_attempts x"                         \
	" WHERE x.webhook_id = w.id AND x.tenant_id = w.tenant_id"             \
	" ORDER BY x.id DESC LIMIT 1)"

#define WEBHOOK_SELECT                                                         \
	"SELECT w.id, w.version, w.created_at, w.updated_at, w.deleted_at,"    \
	" w.name, w.kind, w.state, w.host, w.events, w.body_template,"         \
	" w.is_private, CASE WHEN w.older_secret <> '' THEN 1 ELSE 0 END,"     \
	" w.older_until_us, w.failing_since_us, " LAST(                        \
	    "created_at") ", " LAST("status") ", w.filter FROM webhooks w"     \
					      " WHERE w.tenant_id = $1"

void
webhook_clear(struct webhook *w)
{
	FREE(&w->events);
	FREE(&w->filter);
	FREE(&w->body_template);
}

void
webhook_list_free(struct webhook **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		webhook_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct webhook *w = row;

	memset(w, 0, sizeof(*w));
	w->id = stmt_int(st, 0);
	w->version = stmt_int(st, 1);
	w->created_at = stmt_int(st, 2);
	w->updated_at = stmt_int(st, 3);
	w->deleted_at = stmt_int(st, 4);
	str_copy(w->name, sizeof(w->name), stmt_text(st, 5));
	w->kind = (enum webhook_kind)stmt_int(st, 6);
	w->state = (enum webhook_state)stmt_int(st, 7);
	str_copy(w->host, sizeof(w->host), stmt_text(st, 8));
	w->events = stmt_dup(st, 9);
	w->body_template = stmt_dup(st, 10);
	w->is_private = stmt_int(st, 11) != 0;
	w->older_until_us = stmt_int(st, 13);
	w->has_older =
	    stmt_int(st, 12) != 0 && w->older_until_us > clock_wall_us();
	w->failing_since_us = stmt_int(st, 14);
	w->last_us = stmt_int(st, 15);
	w->last_status = (int)stmt_int(st, 16);
	w->filter = stmt_dup(st, 17);
}

/* Its filter as people know it; in place. */
static int
name_filter(struct desk *d, struct webhook *w, struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	if (w->filter[0] == '\0')
		return 0;
	rc = webhook__filter_text(d, w->filter, &text, err);
	FREE(&w->filter);
	w->filter = str_take(&text);
	return rc;
}

static int
load_one(struct desk *d, const char *sql, struct bind key, struct webhook *out,
    struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(
	    d, sql, BINDS(b_int(d->actor.tenant_id), key), read_row, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no such webhook; opdesk webhook list shows them");
	if (rc == 1 && (rc = name_filter(d, out, err)) != 0)
		webhook_clear(out);
	return rc;
}

int
webhook__load(struct desk *d, int64_t id, struct webhook *out, struct err *err)
{
	return load_one(
	    d, WEBHOOK_SELECT " AND w.id = $2", b_int(id), out, err);
}

int
webhook_get(struct desk *d, int64_t id, struct webhook *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_WEBHOOK_READ, 0, err)) != 0)
		return rc;
	return webhook__load(d, id, out, err);
}

int
webhook_by_name(
    struct desk *d, const char *name, struct webhook *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_WEBHOOK_READ, 0, err)) != 0)
		return rc;
	return load_one(d,
	    WEBHOOK_SELECT " AND w.name = $2 AND w.deleted_at IS NULL",
	    b_text(name), out, err);
}

int
webhook_list(struct desk *d, bool trash, struct webhook **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_WEBHOOK_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    trash ? WEBHOOK_SELECT " AND w.deleted_at IS NOT NULL"
				   " ORDER BY w.name, w.id LIMIT $2"
		  : WEBHOOK_SELECT " AND w.deleted_at IS NULL"
				   " ORDER BY w.name, w.id LIMIT $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(WEBHOOKS_MAX)), err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		rc = name_filter(d, &(*rows)[i], err);
	if (rc != 0) {
		webhook_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

/* The address is a secret of some; its host is not. */
void
webhook_json(const struct webhook *w, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", w->id);
	json_out_string(out, "name", w->name);
	json_out_string(out, "kind", webhook_kind_names[w->kind]);
	json_out_string(out, "host", w->host);
	if (w->events != NULL && w->events[0] != '\0') {
		json_out_raw(out, "events", w->events);
	} else {
		json_out_array(out, "events");
		json_out_string(out, NULL, "*");
		json_out_end(out, ']');
	}
	json_out_string(out, "filter", w->filter != NULL ? w->filter : "");
	if (w->kind == WEBHOOK_SLACK)
		json_out_string(out, "text", w->body_template);
	json_out_bool(out, "is_private", w->is_private);
	json_out_string(out, "state", webhook_state_names[w->state]);
	json_out_time(out, "failing_since", w->failing_since_us);
	json_out_time(
	    out, "older_secret_until", w->has_older ? w->older_until_us : 0);
	json_out_time(out, "last_attempt_at", w->last_us);
	json_out_int(out, "last_status", w->last_status);
	records__json_life(
	    out, w->version, w->created_at, w->updated_at, w->deleted_at);
	json_out_end(out, '}');
}

/* ---- attempts ---- */

static void
read_attempt(struct stmt *st, void *row)
{
	struct webhook_attempt *a = row;

	memset(a, 0, sizeof(*a));
	a->id = stmt_int(st, 0);
	a->webhook_id = stmt_int(st, 1);
	a->outbox_id = stmt_int(st, 2);
	str_copy(a->webhook, sizeof(a->webhook), stmt_text(st, 3));
	str_copy(a->event, sizeof(a->event), stmt_text(st, 4));
	a->attempt = (int)stmt_int(st, 5);
	a->status = (int)stmt_int(st, 6);
	a->took_us = stmt_int(st, 7);
	str_copy(a->error, sizeof(a->error), stmt_text(st, 8));
	str_copy(a->response, sizeof(a->response), stmt_text(st, 9));
	a->at_us = stmt_int(st, 10);
}

#define ATTEMPT_SELECT                                                         \
	"SELECT a.id, a.webhook_id, a.outbox_id, w.name, a.event, a.attempt,"  \
	" a.status, a.took_us, a.error_text, a.response, a.created_at"         \
	" FROM webhook_attempts a LEFT JOIN webhooks w"                        \
	" ON w.id = a.webhook_id AND w.tenant_id = a.tenant_id"                \
	" WHERE a.tenant_id = $1 AND a.id < $2"

int
webhook_attempts(struct desk *d, int64_t webhook_id, int64_t before_id,
    int limit, struct webhook_attempt **rows, size_t *count, struct err *err)
{
	const struct page page = {.limit = limit};
	const struct bind b[] = {b_int(d->actor.tenant_id),
	    b_int(before_id != 0 ? before_id : INT64_MAX),
	    b_int(records__limit(&page)), b_int(webhook_id)};
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_WEBHOOK_READ, 0, err)) != 0)
		return rc;
	rc = webhook_id != 0
	         ? db_query(d->db, &st,
		       ATTEMPT_SELECT " AND a.webhook_id = $4"
				      " ORDER BY a.id DESC LIMIT $3",
		       b, 4, err)
	         : db_query(d->db, &st,
		       ATTEMPT_SELECT " AND a.created_at > 0"
				      " ORDER BY a.created_at DESC, a.id DESC"
				      " LIMIT $3",
		       b, 3, err);
	*rows =
	    records__all(&st, sizeof(**rows), read_attempt, count, &rc, err);
	return rc;
}

void
webhook_attempt_json(const struct webhook_attempt *a, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", a->id);
	json_out_int(out, "webhook_id", a->webhook_id);
	json_out_string(out, "webhook", a->webhook);
	json_out_int(out, "outbox_id", a->outbox_id);
	json_out_string(out, "event", a->event);
	json_out_int(out, "attempt", a->attempt);
	json_out_int(out, "status", a->status);
	json_out_int(out, "took_ms", a->took_us / US_PER_MS);
	json_out_string(out, "error", a->error);
	json_out_string(out, "response", a->response);
	json_out_time(out, "at", a->at_us);
	json_out_end(out, '}');
}
