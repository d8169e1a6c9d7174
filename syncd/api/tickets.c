/*
 * tickets - /api/tickets and what is below it.
 *
 * Every change is made by the use case that the console calls, so that
 * permission, undo, audit and event come with it.
 */
#include "syncd/api/tickets.h"
#include "common/clock.h"
#include "common/i18n.h"
#include <string.h>

#define API_BODY_MAX (256u * 1024)
#define PAGE_MAX     200
#define PAGE         50
/* What was begun before this answer may be committed after it. */
#define LATE_US (60 * US_PER_SECOND)

/* ---- what they answer ---- */

static void
sample_row(struct json_out *out)
{
	const struct ticket t = {0};

	ticket_json(&t, out);
}

static void
sample_comment(struct json_out *out)
{
	const struct ticket_comment c = {.body = NULL};

	ticket_comment_json(&c, out);
}

const struct api_shape api_ticket = {
    "Ticket", NULL, ticket_sample, API_PAGE_NONE};
const struct api_shape api_ticket_page = {
    "TicketRow", "tickets", sample_row, API_PAGE_SINCE};
const struct api_shape api_ticket_old_page = {
    "TicketRow", "tickets", sample_row, API_PAGE_CURSOR};
static const struct api_shape comment = {
    "Comment", NULL, sample_comment, API_PAGE_NONE};
static const struct api_shape comments = {
    "Comment", "comments", sample_comment, API_PAGE_NONE};

/* ---- what they take ---- */

static const char *const views[] = {
    "all", "active", "unassigned", "trash", NULL};
static const enum ticket_view view_of[] = {
    TICKETS_ALL, TICKETS_ACTIVE, TICKETS_UNASSIGNED, TICKETS_TRASH};
static const char *const comment_kinds[] = {"reply", "note", NULL};

/* clang-format off */
static const struct api_field list_query[] = {
    {"view", API_WORD, 0, 0, 0, views, "Which tickets; all of them unless it says otherwise."},
    {"state", API_WORD, 0, 0, 0, ticket_state_names, "Only those in this state."},
    {"contact_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "Only those of this contact."},
    {"q", API_TEXT, 0, 1, 200, NULL, "Words to search for; the last one may be a beginning. The newest ticket comes first."},
    {"filter", API_TEXT, 0, 1, 500, NULL, "As it is typed behind / in the console: state:open priority>=4 -vip."},
    {"sort", API_TEXT, 0, 1, 20, NULL, "changed, created, priority or due; with a - before it the other way round. A search has its own order."},
    {"updated_since", API_TIME, 0, 0, 0, NULL, "Only what changed since, finished and deleted ones too. Ask with the next_since of the answer before; a ticket may come twice."},
    {"limit", API_NUMBER, 0, 1, PAGE_MAX, NULL, "Tickets on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};

static const struct api_field new_body[] = {
    {"subject", API_TEXT, API_REQUIRED, 1, 200, NULL, "One line."},
    API_TICKET_FIELDS,
    {"conversation_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "The conversation that it comes from."},
};
static const struct api_field edit_body[] = {
    {"subject", API_TEXT, 0, 1, 200, NULL, "One line."},
    API_TICKET_FIELDS,
};
static const struct api_field comment_body[] = {
    {"body", API_TEXT, API_REQUIRED, 1, 65536, NULL, "The words."},
    {"kind", API_WORD, 0, 0, 0, comment_kinds, "A public reply, or a note among colleagues; a note unless it says otherwise."},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- reading ---- */

static void
print_page(struct api_call *c, const struct ticket *rows, size_t count,
    size_t limit, enum ticket_sort sort, int64_t now_us)
{
	char cursor[API_CURSOR_SIZE] = "";
	struct json_out w;

	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "tickets");
	for (size_t i = 0; i < count; i++)
		ticket_json(&rows[i], &w);
	json_out_end(&w, ']');
	if (count > 0 && count == limit)
		api_cursor(cursor, ticket_sort_key(&rows[count - 1], sort),
		    rows[count - 1].id);
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_time(&w, "next_since", now_us - LATE_US);
	json_out_end(&w, '}');
}

/* What is wrong in a query is a wrong request. */
static int
take_filter(struct api_call *c, struct desk *d, struct ticket_where **where,
    struct err *err)
{
	const char *text = api_text(api_query(c, "filter"), NULL);
	int rc = text != NULL ? ticket_where_parse(d, text, where, err) : 0;

	return rc == OD_EDATA || rc == OD_ELIMIT ? OD_EUSAGE : rc;
}

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_filter f = {
	    .view = view_of[api_number(api_query(c, "view"), 0)],
	    .state = (int)api_number(api_query(c, "state"), -1),
	    .contact_id = api_number(api_query(c, "contact_id"), 0),
	    .updated_since_us = api_number(api_query(c, "updated_since"), 0),
	    .match = api_text(api_query(c, "q"), "")};
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), PAGE)};
	int64_t now_us = clock_wall_us();
	struct ticket_where *where = NULL;
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc;

	if (!ticket_sort_parse(
		api_text(api_query(c, "sort"), ""), &f.sort, &f.is_reversed))
		return err_set(err, OD_EUSAGE,
		    "sort is one of: changed, created, priority, due");
	if ((rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = take_filter(c, d, &where, err)) != 0)
		return rc;
	f.where = where;
	rc = ticket_list(d, &f, &page, &rows, &count, err);
	ticket_where_free(&where);
	if (rc != 0)
		return rc;
	print_page(c, rows, count, (size_t)page.limit, f.sort, now_us);
	ticket_list_free(&rows, count);
	return 0;
}

static int
read_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0)
		rc = ticket_answer(c, d, &t, err);
	ticket_clear(&t);
	return rc;
}

static int
comments_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_comment *rows = NULL;
	struct ticket t = {0};
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) != 0)
		return rc;
	if ((rc = ticket_comments(d, t.id, &rows, &count, err)) == 0) {
		json_out_init(&w, &c->out);
		json_out_object(&w, NULL);
		json_out_array(&w, "comments");
		for (size_t i = 0; i < count; i++)
			ticket_comment_json(&rows[i], &w);
		json_out_end(&w, ']');
		json_out_end(&w, '}');
		ticket_comments_free(&rows, count);
	}
	ticket_clear(&t);
	return rc;
}

/* ---- writing ---- */

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_wish w;

	ticket_wish_take(c, &w);
	w.conversation_id = api_body(c, "conversation_id");
	return ticket_wish_make(c, d, &w, err);
}

static int
edit_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_wish w;

	ticket_wish_take(c, &w);
	return ticket_wish_change(c, d, &w, err);
}

static int
restore_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) != 0)
		return rc;
	c->is_found = true;
	c->tried = OP_TICKET_RESTORE;
	rc = ticket_restore(d, t.id, err);
	ticket_clear(&t);
	return rc != 0 ? rc : read_run(c, d, err);
}

/* The one that was written just now, from among all of them. */
static int
print_comment(struct api_call *c, struct desk *d, int64_t ticket_id, int64_t id,
    struct err *err)
{
	struct ticket_comment *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc = ticket_comments(d, ticket_id, &rows, &count, err);

	json_out_init(&w, &c->out);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (rows[i].id == id)
			ticket_comment_json(&rows[i], &w);
	ticket_comments_free(&rows, count);
	return rc;
}

static int
comment_run(struct api_call *c, struct desk *d, struct err *err)
{
	enum comment_kind kind =
	    (enum comment_kind)api_number(api_body(c, "kind"), COMMENT_NOTE);
	struct ticket t = {0};
	int64_t id;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) != 0)
		return rc;
	c->is_found = true;
	c->tried = OP_TICKET_COMMENT;
	rc = ticket_comment(
	    d, t.id, kind, api_text(api_body(c, "body"), ""), &id, err);
	if (rc == 0)
		rc = print_comment(c, d, t.id, id, err);
	ticket_clear(&t);
	return rc;
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, summary}
#define QUERY(fields) .query = (fields), .query_count = COUNT(fields)
#define BODY(fields)  .body = (fields), .body_count = COUNT(fields)

static const struct api_route routes[] = {
    {ROUTE("GET", "/api/tickets", 0, "ticket.read", N_("List tickets")),
	QUERY(list_query), .shape = &api_ticket_page, .status = 200,
	.run = list_run},
    {ROUTE("POST", "/api/tickets", API_BODY_MAX, "ticket.new",
	 N_("Make a ticket")),
	.flags = API_WRITES | API_KEY, BODY(new_body), .shape = &api_ticket,
	.status = 201, .run = new_run},
    {ROUTE(
	 "GET", "/api/tickets/{number}", 0, "ticket.read", N_("Read a ticket")),
	.shape = &api_ticket, .status = 200, .run = read_run},
    {ROUTE("PATCH", "/api/tickets/{number}", API_BODY_MAX, "ticket.edit",
	 N_("Change a ticket")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, BODY(edit_body),
	.shape = &api_ticket, .status = 200, .run = edit_run,
	.also = "ticket.read"},
    {ROUTE("DELETE", "/api/tickets/{number}", 0, "ticket.delete",
	 N_("Move a ticket to the trash")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, .shape = &api_ticket,
	.status = 200, .run = ticket_to_trash, .also = "ticket.read"},
    {ROUTE("POST", "/api/tickets/{number}/restore", 0, "ticket.restore",
	 N_("Take a ticket out of the trash")),
	.flags = API_WRITES | API_KEY, .shape = &api_ticket, .status = 200,
	.run = restore_run, .also = "ticket.read"},
    {ROUTE("GET", "/api/tickets/{number}/comments", 0, "ticket.read",
	 N_("Read a ticket's comments")),
	.shape = &comments, .status = 200, .run = comments_run},
    {ROUTE("POST", "/api/tickets/{number}/comments", API_BODY_MAX,
	 "ticket.comment", N_("Comment on a ticket")),
	.flags = API_WRITES | API_KEY, BODY(comment_body), .shape = &comment,
	.status = 201, .run = comment_run, .also = "ticket.read"},
};

void
tickets_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
