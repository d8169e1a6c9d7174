/* conversation_list - reading conversations; see conversations.h. */
#include "common/clock.h"
#include "common/xalloc.h"
#include "db/core/reach.h"
#include "db/records/mask.h"
#include "db/records/message_int.h"
#include "db/records/messages.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

/* A search looks at no more conversations than this. */
#define FOUND_MAX 500

/* Outer joins only, so that the conversations' index leads. */
static const char select_rows[] =
    "SELECT v.id, v.version, v.created_at, v.updated_at, v.contact_id,"
    " v.operator_id, v.team_id, v.ticket_id, t.number, v.channel, v.peer,"
    " v.peer_user_id, c.full_name, co.name, o.login, o.full_name, m.name,"
    " v.channel_kind, v.state, v.unread, v.last_inbound_us,"
    " v.last_outbound_us, v.last_message_us, v.waiting_since_us, v.closed_us,"
    " v.preview, v.preview_kind, v.preview_inbound, o.team_id,"
    /* By the time, which is in the thread's index. */
    " (SELECT x.state FROM messages x WHERE x.tenant_id = v.tenant_id"
    " AND x.conversation_id = v.id AND x.at_us = v.last_outbound_us"
    " AND x.inbound = 0 ORDER BY x.id DESC LIMIT 1) FROM conversations v"
    " LEFT JOIN contacts c ON c.id = v.contact_id"
    " AND c.tenant_id = v.tenant_id"
    " LEFT JOIN divisions dv ON dv.id = c.division_id"
    " AND dv.tenant_id = v.tenant_id"
    " LEFT JOIN companies co ON co.id = dv.company_id"
    " AND co.tenant_id = v.tenant_id"
    " LEFT JOIN operators o ON o.id = v.operator_id"
    " AND o.tenant_id = v.tenant_id"
    " LEFT JOIN teams m ON m.id = v.team_id AND m.tenant_id = v.tenant_id"
    " LEFT JOIN tickets t ON t.id = v.ticket_id"
    " AND t.tenant_id = v.tenant_id";

static void
read_row(struct stmt *st, void *row)
{
	struct conversation *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->created_at = stmt_int(st, 2);
	c->updated_at = stmt_int(st, 3);
	c->contact_id = stmt_int(st, 4);
	c->operator_id = stmt_int(st, 5);
	c->team_id = stmt_int(st, 6);
	c->ticket_id = stmt_int(st, 7);
	c->ticket_number = stmt_int(st, 8);
	str_copy(c->channel, sizeof(c->channel), stmt_text(st, 9));
	str_copy(c->peer, sizeof(c->peer), stmt_text(st, 10));
	str_copy(c->peer_user_id, sizeof(c->peer_user_id), stmt_text(st, 11));
	str_copy(c->contact_name, sizeof(c->contact_name), stmt_text(st, 12));
	str_copy(c->company_name, sizeof(c->company_name), stmt_text(st, 13));
	str_copy(
	    c->operator_login, sizeof(c->operator_login), stmt_text(st, 14));
	str_copy(c->operator_name, sizeof(c->operator_name), stmt_text(st, 15));
	str_copy(c->team_name, sizeof(c->team_name), stmt_text(st, 16));
	c->channel_kind = (enum channel_kind)stmt_int(st, 17);
	c->state = (enum conversation_state)stmt_int(st, 18);
	c->unread = (int)stmt_int(st, 19);
	c->last_inbound_us = stmt_int(st, 20);
	c->last_outbound_us = stmt_int(st, 21);
	c->last_message_us = stmt_int(st, 22);
	c->waiting_since_us = stmt_int(st, 23);
	c->closed_us = stmt_int(st, 24);
	str_copy(c->preview, sizeof(c->preview), stmt_text(st, 25));
	c->preview_kind = (int)stmt_int(st, 26);
	c->preview_inbound = stmt_int(st, 27) != 0;
	c->operator_team_id = stmt_int(st, 28);
	c->last_outbound_state = (int)stmt_int(st, 29);
}

/* Which of the rows that the actor may see a view shows. */
static void
view_reach(struct desk *d, enum conversation_view view, struct reach *out)
{
	static const enum reach_view views[] = {
	    [VIEW_MINE] = REACH_MINE,
	    [VIEW_UNASSIGNED] = REACH_UNASSIGNED,
	    [VIEW_TEAM] = REACH_MY_TEAM,
	    [VIEW_CLOSED] = REACH_ANY,
	};

	reach_of(d, OP_CONVERSATION_READ, views[view], out);
}

static void
add_view(struct query *q, const struct desk *d, enum conversation_view view,
    const struct reach *reach)
{
	query_add(q, " WHERE v.tenant_id = $? AND v.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	query_text(q,
	    view == VIEW_CLOSED ? " AND v.is_open = 0" : " AND v.is_open = 1");
	if (view == VIEW_UNASSIGNED && reach->parts[0] == REACH_ALL)
		query_text(q, " AND v.operator_id IS NULL");
}

/* One part of it, which is a range of an index. */
static void
add_part(struct query *q, const struct desk *d, enum conversation_view view,
    const struct reach *reach, enum reach_part part)
{
	add_view(q, d, view, reach);
	/* One's own are few: there no index for the unread is wanted. */
	if (view == VIEW_UNREAD)
		query_text(q, part == REACH_OWN ? " AND +v.is_unread = 1"
						: " AND v.is_unread = 1");
	reach_add(q, d, part, "v");
}

static void
add_place(struct query *q, const struct page *page)
{
	if (page == NULL || page->after_id == 0)
		return;
	query_add(q,
	    page->backwards ? " AND (v.last_message_us, v.id) > ($?, $?)"
			    : " AND (v.last_message_us, v.id) < ($?, $?)",
	    BINDS(b_int(page->after_key), b_int(page->after_id)));
}

static void
add_order(struct query *q, const struct page *page, int limit)
{
	bool back = page != NULL && page->after_id != 0 && page->backwards;

	query_add(q,
	    back ? " ORDER BY v.last_message_us, v.id LIMIT $?"
		 : " ORDER BY v.last_message_us DESC, v.id DESC LIMIT $?",
	    BINDS(b_int(limit)));
}

void
conversation__parts(struct query *q, struct desk *d,
    enum conversation_view view, const struct page *page, int limit)
{
	struct reach reach;

	view_reach(d, view, &reach);
	if (reach.count == 0)
		query_text(q, "SELECT 0 AS id WHERE 1 = 0");
	for (int i = 0; i < reach.count; i++) {
		query_text(q, i > 0 ? " UNION " : "");
		query_text(q, "SELECT id FROM (SELECT v.id"
			      " FROM conversations v");
		add_part(q, d, view, &reach, reach.parts[i]);
		add_place(q, page);
		add_order(q, page, limit);
		query_text(q, ") part");
	}
}

static void
mask(struct desk *d, struct conversation *c)
{
	const struct op_owner own = {
	    c->operator_id, c->team_id, c->operator_team_id};

	if (mask_sees(d, &own))
		return;
	mask_address(c->peer, sizeof(c->peer));
	mask_address(c->peer_user_id, sizeof(c->peer_user_id));
	mask_name(c->contact_name, sizeof(c->contact_name));
}

static int
run_rows(struct desk *d, const struct query *q, struct conversation **rows,
    size_t *count, struct err *err)
{
	size_t before = *count;
	struct stmt *st = NULL;
	int rc;

	rc = query_run(d->db, &st, q, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	for (size_t i = before; i < *count; i++)
		mask(d, &(*rows)[i]);
	if (rc != 0) {
		FREE(rows);
		*count = 0;
	}
	return rc;
}

static int
list_view(struct desk *d, enum conversation_view view, const struct page *page,
    struct conversation **rows, size_t *count, struct err *err)
{
	int limit = records__limit(page);
	struct reach reach;
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, select_rows);
	view_reach(d, view, &reach);
	if (reach.count == 1) {
		add_part(&q, d, view, &reach, reach.parts[0]);
		add_place(&q, page);
	} else {
		/* The plus: by id, not through all of the tenant. */
		query_add(&q, " WHERE v.tenant_id + 0 = $? AND v.id IN (",
		    BINDS(b_int(d->actor.tenant_id)));
		conversation__parts(&q, d, view, page, limit);
		query_text(&q, ")");
	}
	add_order(&q, page, limit);
	rc = run_rows(d, &q, rows, count, err);
	query_free(&q);
	if (rc == 0 && page != NULL && page->after_id != 0 && page->backwards)
		records__reverse(*rows, *count, sizeof(**rows));
	return rc;
}

struct found {
	int64_t ids[FOUND_MAX];
	size_t count;
};

static void
found_add(struct found *f, int64_t id)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->ids[i] == id)
			return;
	if (f->count < FOUND_MAX)
		f->ids[f->count++] = id;
}

static int
found_query(struct desk *d, struct found *f, const char *sql, int64_t id,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(
	    d->db, &st, sql, BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		found_add(f, stmt_int(st, 0));
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static const char select_of_contact[] =
    "SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $2"
    " ORDER BY last_message_us DESC LIMIT 20";

static int
find_in(struct desk *d, struct found *f, enum record_kind kind,
    const char *match, const char *sql, struct err *err)
{
	struct matches m;
	int64_t id;
	int rc;

	if ((rc = records__matches(&m, d, kind, match, 0, err)) != 0)
		return rc;
	while (f->count < FOUND_MAX && (rc = records__match(&m, &id, err)) == 1)
		if ((rc = found_query(d, f, sql, id, err)) != 0)
			return rc;
	return rc < 0 ? rc : 0;
}

static int
newest_first(const void *a, const void *b)
{
	const struct conversation *x = a, *y = b;

	if (x->last_message_us != y->last_message_us)
		return x->last_message_us < y->last_message_us ? 1 : -1;
	return x->id < y->id ? 1 : x->id > y->id ? -1 : 0;
}

static int
read_found(struct desk *d, enum conversation_view view, const struct found *f,
    struct conversation **rows, size_t *count, struct err *err)
{
	struct reach reach;
	struct query q;
	int rc = 0;

	view_reach(d, view, &reach);
	for (size_t i = 0; i < f->count && rc == 0; i++) {
		query_init(&q);
		query_text(&q, select_rows);
		add_view(&q, d, view, &reach);
		if (view == VIEW_UNREAD)
			query_text(&q, " AND v.is_unread = 1");
		reach_add_any(&q, d, &reach, "v");
		query_add(&q, " AND v.id = $?", BINDS(b_int(f->ids[i])));
		rc = run_rows(d, &q, rows, count, err);
		query_free(&q);
	}
	if (*count > 1)
		qsort(*rows, *count, sizeof(**rows), newest_first);
	return rc;
}

/* Keep the page of a list that is whole. */
static void
cut_page(struct conversation *rows, size_t *count, const struct page *page)
{
	size_t limit = (size_t)records__limit(page), from = 0, to = *count;

	if (rows == NULL)
		return;
	if (page != NULL && page->after_id != 0) {
		const struct conversation at = {
		    .id = page->after_id, .last_message_us = page->after_key};

		if (page->backwards) {
			while (to > 0 && newest_first(&rows[to - 1], &at) >= 0)
				to--;
			from = to > limit ? to - limit : 0;
		} else {
			while (from < to && newest_first(&rows[from], &at) <= 0)
				from++;
		}
	}
	if (to - from > limit)
		to = from + limit;
	if (to > from && from > 0)
		memmove(rows, rows + from, (to - from) * sizeof(*rows));
	*count = to - from;
}

static int
list_found(struct desk *d, enum conversation_view view, const char *match,
    const struct page *page, struct conversation **rows, size_t *count,
    struct err *err)
{
	struct found f = {.count = 0};
	int rc;

	if ((rc = find_in(d, &f, RECORD_CONTACT, match, select_of_contact,
		 err)) != 0 ||
	    (rc = find_in(d, &f, RECORD_MESSAGE, match,
		 "SELECT conversation_id FROM messages"
		 " WHERE tenant_id = $1 AND id = $2",
		 err)) != 0)
		return rc;
	if ((rc = read_found(d, view, &f, rows, count, err)) == 0)
		cut_page(*rows, count, page);
	return rc;
}

int
conversation_list(struct desk *d, enum conversation_view view,
    const char *match, const struct page *page, struct conversation **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CONVERSATION_READ, 0, err)) != 0)
		return rc;
	if (match != NULL && match[0] != '\0')
		return list_found(d, view, match, page, rows, count, err);
	return list_view(d, view, page, rows, count, err);
}

int
conversation_of_contact(struct desk *d, int64_t contact_id,
    struct conversation **rows, size_t *count, struct err *err)
{
	struct found f = {.count = 0};
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CONVERSATION_READ, 0, err)) != 0 ||
	    (rc = found_query(d, &f, select_of_contact, contact_id, err)) !=
		0 ||
	    (rc = read_found(d, VIEW_ALL, &f, rows, count, err)) != 0)
		return rc;
	return read_found(d, VIEW_CLOSED, &f, rows, count, err);
}

int
conversation_count(struct desk *d, enum conversation_view view, int cap,
    int *count, struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_CONVERSATION_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q, "SELECT COUNT(*) FROM (");
	conversation__parts(&q, d, view, NULL, cap);
	query_text(&q, ") AS first");
	rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = n < cap ? (int)n : cap;
	return rc;
}

int
conversation_get(
    struct desk *d, int64_t id, struct conversation *out, struct err *err)
{
	struct conversation *rows = NULL;
	size_t count = 0;
	struct query q;
	int rc;

	if ((rc = op_read(d, OP_CONVERSATION_READ, id, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q, select_rows);
	query_add(&q,
	    " WHERE v.tenant_id = $? AND v.id = $? AND v.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)));
	rc = run_rows(d, &q, &rows, &count, err);
	query_free(&q);
	if (rc == 0 && count == 0)
		rc =
		    err_set(err, OD_ENOTFOUND, "There is no such conversation");
	if (rc == 0)
		*out = rows[0];
	free(rows);
	return rc;
}

int
conversation_by_ticket(struct desk *d, int64_t ticket_id,
    struct conversation *out, struct err *err)
{
	int64_t id;
	int rc;

	rc = db_int(d->db, &id,
	    "SELECT id FROM conversations WHERE tenant_id = $1"
	    " AND ticket_id = $2 AND ticket_id IS NOT NULL"
	    " AND deleted_at IS NULL ORDER BY id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND,
		    "This ticket is linked to no conversation");
	return rc != 0 ? rc : conversation_get(d, id, out, err);
}

static void
json_window(const struct conversation *c, struct json_out *out)
{
	if (c->channel_kind == CHANNEL_WHATSAPP && c->last_inbound_us != 0)
		json_out_time(out, "window_closes_at",
		    c->last_inbound_us + WHATSAPP_WINDOW_US);
	else
		json_out_null(out, "window_closes_at");
}

void
conversation_json(const struct conversation *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_string(out, "channel", c->channel);
	json_out_string(
	    out, "channel_kind", channel_kind_names[c->channel_kind]);
	json_out_string(out, "state", conversation_state_names[c->state]);
	json_out_string(out, "peer", c->peer);
	json_out_string(out, "peer_user_id", c->peer_user_id);
	json_out_int(out, "contact_id", c->contact_id);
	json_out_string(out, "contact_name", c->contact_name);
	json_out_string(out, "company_name", c->company_name);
	records__json_ref(out, "operator_id", c->operator_id);
	json_out_string(out, "operator_login", c->operator_login);
	json_out_string(out, "operator_name", c->operator_name);
	records__json_ref(out, "team_id", c->team_id);
	json_out_string(out, "team_name", c->team_name);
	records__json_ref(out, "ticket", c->ticket_number);
	json_out_int(out, "unread", c->unread);
	json_out_string(out, "preview", c->preview);
	json_out_bool(out, "preview_inbound", c->preview_inbound);
	if (c->last_outbound_state != 0)
		json_out_string(out, "last_outbound_state",
		    message_state_names[c->last_outbound_state]);
	else
		json_out_null(out, "last_outbound_state");
	json_out_time(out, "last_inbound_at", c->last_inbound_us);
	json_out_time(out, "last_outbound_at", c->last_outbound_us);
	json_out_time(out, "last_message_at", c->last_message_us);
	json_out_time(out, "waiting_since", c->waiting_since_us);
	json_window(c, out);
	json_out_time(out, "closed_at", c->closed_us);
	json_out_int(out, "version", c->version);
	json_out_time(out, "created_at", c->created_at);
	json_out_time(out, "updated_at", c->updated_at);
	json_out_end(out, '}');
}
