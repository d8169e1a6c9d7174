/* ticket_events - see ticket_events.h. */
#include "db/records/ticket_events.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 500 /* events of all kinds that are looked at */
#define ROUNDS  20

struct found { /* one page of events of all kinds */
	int64_t id, at_us, ticket_id;
	char name[65];
	bool is_ticket;
};

static void
read_row(struct stmt *st, void *row)
{
	struct found *f = row;

	f->id = stmt_int(st, 0);
	f->at_us = stmt_int(st, 1);
	f->ticket_id = stmt_int(st, 2);
	f->is_ticket = stmt_int(st, 3) == RECORD_TICKET;
	str_copy(f->name, sizeof(f->name), stmt_text(st, 4));
}

static int
read_some(struct desk *d, int64_t after_id, struct found **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT id, at_us, record_id, kind, name FROM events"
	    " WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(after_id), b_int(AT_ONCE)),
	    err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

static int
add(struct desk *d, const struct found *f, struct ticket_event **rows,
    size_t *count, struct err *err)
{
	struct ticket_event *e;
	int rc;

	*rows = records__grow(*rows, *count, sizeof(**rows));
	e = &(*rows)[(*count)++];
	e->id = f->id;
	e->at_us = f->at_us;
	str_copy(e->name, sizeof(e->name), f->name);
	rc = ticket__load(d, f->ticket_id, &e->ticket, err);
	e->is_gone = rc == OD_ENOTFOUND;
	if (rc == 0)
		ticket__mask(d, &e->ticket);
	return e->is_gone ? 0 : rc;
}

/* Others lie between them; *more: the page is not full and there are more. */
static int
take_some(struct desk *d, int limit, struct ticket_event **rows, size_t *count,
    int64_t *next, bool *more, struct err *err)
{
	struct found *found;
	size_t n;
	int rc = read_some(d, *next, &found, &n, err);

	for (size_t i = 0; rc == 0 && i < n && *count < (size_t)limit; i++) {
		*next = found[i].id;
		if (found[i].is_ticket)
			rc = add(d, &found[i], rows, count, err);
	}
	*more = n == AT_ONCE && *count < (size_t)limit;
	free(found);
	return rc;
}

int
ticket_events(struct desk *d, int64_t after_id, int limit,
    struct ticket_event **rows, size_t *count, int64_t *next, struct err *err)
{
	bool more = true;
	int rc;

	*rows = NULL;
	*count = 0;
	*next = after_id;
	if ((rc = op_read(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	if (op_scope(d, OP_TICKET_READ) != SCOPE_ALL)
		return err_set(
		    err, OD_EDENIED, "Events are for who may read all tickets");
	for (int i = 0; rc == 0 && more && i < ROUNDS; i++)
		rc = take_some(d, limit, rows, count, next, &more, err);
	if (rc != 0) {
		ticket_events_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
ticket_events_free(struct ticket_event **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		ticket_clear(&(*rows)[i].ticket);
	FREE(rows);
}

void
ticket_event_json(const struct ticket_event *e, struct json_out *out)
{
	struct str data = STR_INIT;
	struct json_out w;

	json_out_init(&w, &data);
	if (e->is_gone)
		str_add(&data, "{}");
	else
		ticket_json(&e->ticket, &w);
	json_out_object(out, NULL);
	json_out_int(out, "id", e->id);
	json_out_string(out, "type", e->name);
	json_out_time(out, "timestamp", e->at_us);
	json_out_raw(out, "data", data.s);
	json_out_end(out, '}');
	str_free(&data);
}
