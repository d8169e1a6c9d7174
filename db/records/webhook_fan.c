/*
 * webhook_fan - from events to rows of the outbox.
 *
 * A webhook moves on behind an event in the transaction that promises it, so
 * that it is promised once, whoever does it.  Ids of a tenant's events become
 * visible in their order: its writers take turns (db/engine/pg_transaction.c).
 */
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 100 /* events of one webhook in a go */

struct waiting { /* a webhook, and how far it is */
	int64_t id, tenant_id, next_event;
	enum webhook_kind kind;
	char *events, *filter, *body_template; /* owned */
};

static void
read_waiting(struct stmt *st, void *row)
{
	struct waiting *w = row;

	w->id = stmt_int(st, 0);
	w->tenant_id = stmt_int(st, 1);
	w->next_event = stmt_int(st, 2);
	w->kind = (enum webhook_kind)stmt_int(st, 3);
	w->events = stmt_dup(st, 4);
	w->body_template = stmt_dup(st, 5);
	w->filter = stmt_dup(st, 6);
}

/* Those that are on, of all tenants, and have events before them. */
static int
read_all(struct desk *d, struct waiting **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st,
	    "SELECT w.id, w.tenant_id, w.next_event, w.kind, w.events,"
	    " w.body_template, w.filter FROM webhooks w"
	    " WHERE w.state = 0 AND w.deleted_at IS NULL"
	    " AND EXISTS (SELECT 1 FROM events e"
	    " WHERE e.tenant_id = w.tenant_id AND e.id >= w.next_event)"
	    " ORDER BY w.id",
	    NO_BINDS, err);
	*rows = records__rows(
	    NULL, &st, sizeof(**rows), read_waiting, count, &rc, err);
	return rc;
}

static void
free_all(struct waiting *rows, size_t count)
{
	for (size_t i = 0; rows != NULL && i < count; i++) {
		free(rows[i].events);
		free(rows[i].filter);
		free(rows[i].body_template);
	}
	free(rows);
}

static void
read_event(struct stmt *st, void *row)
{
	struct webhook_event *e = row;

	e->id = stmt_int(st, 0);
	e->at_us = stmt_int(st, 1);
	e->record_id = stmt_int(st, 2);
	e->kind = (enum record_kind)stmt_int(st, 3);
	str_copy(e->name, sizeof(e->name), stmt_text(st, 4));
}

static int
read_events(struct desk *d, const struct waiting *w,
    struct webhook_event **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT id, at_us, record_id, kind, name FROM events"
	    " WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT $3",
	    BINDS(b_int(w->tenant_id), b_int(w->next_event), b_int(AT_ONCE)),
	    err);

	*rows = records__all(&st, sizeof(**rows), read_event, count, &rc, err);
	return rc;
}

static int
promise_one(struct desk *d, struct op *op, const struct waiting *w,
    const struct webhook_event *e, int *promised, struct err *err)
{
	struct str body = STR_INIT;
	bool met = false;
	int rc;

	if (!webhook_events_match(w->events, e->name))
		return 0;
	rc = webhook__filter_meets(d, w->filter, e, &met, err);
	if (rc != 0 || !met)
		return rc;
	rc = webhook__body(d, e, w->kind, w->body_template, &body, err);
	if (rc == 0)
		rc = webhook__promise(d, op, w->id, e, body.s, err);
	if (rc == 0)
		++*promised;
	str_free(&body);
	return rc;
}

/* Another one may have been here since it was read. */
static int
move_on(struct desk *d, const struct waiting *w, int64_t next, bool *is_ours,
    struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE webhooks SET next_event = $1"
	    " WHERE tenant_id = $2 AND id = $3 AND next_event = $4",
	    BINDS(b_int(next), b_int(w->tenant_id), b_int(w->id),
		b_int(w->next_event)),
	    &changed, err);

	*is_ours = changed > 0;
	return rc;
}

static int
fan_out_one(struct desk *d, const struct waiting *w, bool *more, int *promised,
    struct err *err)
{
	struct webhook_event *events = NULL;
	size_t count = 0;
	bool is_ours = false;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_WEBHOOK_FACT, w->id, err)) != 0)
		return rc;
	rc = read_events(d, w, &events, &count, err);
	if (rc == 0 && count > 0)
		rc = move_on(d, w, events[count - 1].id + 1, &is_ours, err);
	for (size_t i = 0; rc == 0 && is_ours && i < count; i++)
		rc = promise_one(d, &op, w, &events[i], promised, err);
	*more = *more || count == AT_ONCE;
	free(events);
	return op_end(d, &op, rc, err);
}

int
webhook_fan_out(struct desk *d, bool *more, int *promised, struct err *err)
{
	int64_t tenant_id = d->actor.tenant_id;
	struct waiting *rows;
	size_t count;
	int rc;

	*more = false;
	*promised = 0;
	rc = read_all(d, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		d->actor.tenant_id = rows[i].tenant_id;
		rc = fan_out_one(d, &rows[i], more, promised, err);
	}
	d->actor.tenant_id = tenant_id;
	free_all(rows, count);
	return rc;
}
