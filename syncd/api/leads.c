/* leads - /api/leads: sales opportunities. */
#include "db/records/leads.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/core/token_scope.h"
#include "db/records/calls.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "syncd/api/call.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PATH     "/api/leads"
#define BODY_MAX 16384
#define PAGE     50
#define PAGE_MAX 200
/* What was begun before this answer may be committed after it. */
#define LATE_US (60 * US_PER_SECOND)

static void
sample(struct json_out *out)
{
	const struct lead l = {.next_us = LEAD_NEVER};

	lead_json(&l, out);
}

static const struct api_shape one_shape = {
    "Lead", NULL, sample, API_PAGE_NONE};
static const struct api_shape list_shape = {
    "Lead", "leads", sample, API_PAGE_SINCE};

/* clang-format off */
static const struct api_field list_query[] = {
    {"view", API_WORD, 0, 0, 0, lead_view_names, "Which ones; all unless it says otherwise."},
    {"status", API_WORD, 0, 0, 0, lead_status_names, "Only those with this status."},
    {"contact_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "Only those of this contact."},
    {"crm_id", API_TEXT, 0, 1, 128, NULL, "Only those of the contact that the CRM calls so."},
    {"operator", API_TEXT, 0, 1, 40, NULL, "Only those of this operator, by login."},
    {"updated_since", API_TIME, 0, 0, 0, NULL, "Only what changed since, closed and deleted ones too, whatever the view. Ask with the next_since of the answer before; a lead may come twice."},
    {"limit", API_NUMBER, 0, 1, PAGE_MAX, NULL, "Leads on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};

#define FIELDS                                                                 \
    {"status", API_WORD, 0, 0, 0, lead_status_names, "qualified unless it says otherwise. To close one takes the scope lead.close."}, \
    {"contact_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "Who could buy; of a new one else who the call, conversation or ticket is with."}, \
    {"operator", API_TEXT, API_NULL, 1, 40, NULL, "Whose it is, by login."}, \
    {"team", API_TEXT, API_NULL, 1, 200, NULL, "The team whose it is, by its name."}, \
    {"call", API_TEXT, API_NULL, 4, 32, NULL, "The call_id of the call in which it came up."}, \
    {"conversation_id", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "The conversation in which it came up."}, \
    {"ticket", API_NUMBER, API_NULL, 1, INT64_MAX, NULL, "The number of the ticket in which it came up."}, \
    {"next_at", API_TIME, API_NULL, 0, 0, NULL, "When something is to be done about it."}

static const struct api_field new_body[] = {
    {"problem_statement", API_TEXT, API_REQUIRED, 1, LEAD_PROBLEM_MAX, NULL, "What the customer needs."},
    FIELDS,
};
static const struct api_field edit_body[] = {
    {"problem_statement", API_TEXT, 0, 1, LEAD_PROBLEM_MAX, NULL, "What the customer needs."},
    FIELDS,
};
/* clang-format on */

/* ---- what people and exchanges call records ---- */

static int
find_team(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	struct team t;
	int rc;

	*id = 0;
	if (name == NULL)
		return 0;
	if ((rc = team_by_name(d, name, &t, err)) == 0)
		*id = t.id;
	return rc == OD_ENOTFOUND
	           ? err_set(err, OD_EDATA, "There is no such team")
	           : rc;
}

static int
find_call(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	struct call call;
	int rc;

	*id = 0;
	if (name == NULL)
		return 0;
	rc = call_by_name(d, name, &call, err);
	*id = call.id;
	call_clear(&call);
	return rc;
}

static int
find_ticket(struct desk *d, int64_t number, int64_t *id, struct err *err)
{
	struct ticket t = {0};
	int rc;

	*id = 0;
	if (number == 0)
		return 0;
	if ((rc = ticket_by_number(d, number, &t, err)) == 0)
		*id = t.id;
	ticket_clear(&t);
	return rc;
}

/* 0 for what is not there, and for null. */
static int
take_body(
    struct api_call *c, struct desk *d, struct lead_new *in, struct err *err)
{
	int rc;

	*in = (struct lead_new){
	    .problem_statement =
		api_text(api_body(c, "problem_statement"), NULL),
	    .status = (enum lead_status)api_number(
		api_body(c, "status"), LEAD_QUALIFIED),
	    .contact_id = api_number(api_body(c, "contact_id"), 0),
	    .conversation_id = api_number(api_body(c, "conversation_id"), 0),
	    .next_us = api_number(api_body(c, "next_at"), 0)};
	if ((rc = api_find_operator(d, api_text(api_body(c, "operator"), NULL),
		 &in->operator_id, err)) != 0 ||
	    (rc = find_team(d, api_text(api_body(c, "team"), NULL),
		 &in->team_id, err)) != 0 ||
	    (rc = find_call(d, api_text(api_body(c, "call"), NULL),
		 &in->call_id, err)) != 0)
		return rc;
	return find_ticket(
	    d, api_number(api_body(c, "ticket"), 0), &in->ticket_id, err);
}

/* ---- reading ---- */

static void
print_lead(struct api_call *c, const struct lead *l)
{
	struct json_out w;

	str_clear(&c->out);
	json_out_init(&w, &c->out);
	lead_json(l, &w);
	c->version = l->version;
}

static int
read_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct lead l;
	int rc = lead_get(d, c->record, &l, err);

	if (rc == 0)
		print_lead(c, &l);
	return rc;
}

static void
print_page(struct api_call *c, const struct lead_filter *f,
    const struct lead *rows, size_t count, size_t limit, int64_t now_us)
{
	char cursor[API_CURSOR_SIZE] = "";
	struct json_out w;

	if (count > 0 && count == limit)
		api_cursor(cursor, lead_page_key(f, &rows[count - 1]),
		    rows[count - 1].id);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "leads");
	for (size_t i = 0; i < count; i++)
		lead_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_time(&w, "next_since", now_us - LATE_US);
	json_out_end(&w, '}');
}

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct lead_filter f = {
	    .view = (enum lead_view)api_number(api_query(c, "view"), LEADS_ALL),
	    .status = (int)api_number(api_query(c, "status"), -1),
	    .contact_id = api_number(api_query(c, "contact_id"), 0),
	    .crm_id = api_text(api_query(c, "crm_id"), NULL),
	    .updated_since_us = api_number(api_query(c, "updated_since"), 0)};
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), PAGE)};
	int64_t now_us = clock_wall_us();
	struct lead *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = api_find_operator(d, api_text(api_query(c, "operator"), NULL),
		 &f.operator_id, err)) != 0 ||
	    (rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = lead_list(d, &f, &page, &rows, &count, err)) != 0)
		return rc;
	print_page(c, &f, rows, count, (size_t)page.limit, now_us);
	free(rows);
	return 0;
}

/* ---- writing ---- */

/* The one of the path, when If-Match lets it pass; else 412 with it. */
static int
refuse_stale(struct api_call *c, struct desk *d, struct err *err)
{
	int rc = read_run(c, d, err);

	if (rc != 0)
		return rc;
	c->status = 412;
	c->more = "current";
	return err_set(err, OD_ECONFLICT,
	    "Lead %lld was changed meanwhile; look at what it is now",
	    (long long)c->record);
}

static int
of_path(struct api_call *c, struct desk *d, struct lead *l, struct err *err)
{
	int rc = lead_get(d, c->record, l, err);

	if (rc != 0)
		return rc;
	c->is_found = true;
	return api_matches(c, l->version) ? 0 : refuse_stale(c, d, err);
}

/* Somebody was faster after all, on a server that others write to. */
static int
settle(struct api_call *c, struct desk *d, int rc, struct err *err)
{
	if (rc == OD_ECONFLICT && c->if_match[0] != '\0' &&
	    d->conflict.count > 0)
		return refuse_stale(c, d, err);
	return rc != 0 ? rc : read_run(c, d, err);
}

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct lead_new in;
	struct json_out w;
	int64_t id = 0;
	int rc;

	c->tried = OP_LEAD_NEW;
	if ((rc = take_body(c, d, &in, err)) != 0 ||
	    (rc = lead_new(d, &in, &id, err)) != 0)
		return rc;
	str_format(
	    c->location, sizeof(c->location), PATH "/%lld", (long long)id);
	c->record = id;
	c->is_found = true;
	if (token_scopes_cover(d->actor.scopes, op_def(OP_LEAD_READ)->name))
		return read_run(c, d, err);
	/* Who may make leads, yet not read them, learns its id. */
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_int(&w, "id", id);
	json_out_end(&w, '}');
	return 0;
}

static size_t
collect(const struct api_call *c, const struct lead_new *in, struct change *out)
{
	const struct {
		const char *member;
		struct change change;
	} given[] = {
	    {"problem_statement", {"problem_statement",
		b_text(in->problem_statement != NULL ? in->problem_statement
		                                     : "")}},
	    {"status", {"status", b_int(in->status)}},
	    {"contact_id", {"contact_id", b_ref(in->contact_id)}},
	    {"operator", {"operator_id", b_ref(in->operator_id)}},
	    {"team", {"team_id", b_ref(in->team_id)}},
	    {"call", {"call_id", b_ref(in->call_id)}},
	    {"conversation_id", {"conversation_id", b_ref(in->conversation_id)}},
	    {"ticket", {"ticket_id", b_ref(in->ticket_id)}},
	    {"next_at", {"next_us", b_ref(in->next_us)}},
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT(given); i++)
		if (api_body(c, given[i].member)->is_there)
			out[n++] = given[i].change;
	return n;
}

static int
edit_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct change changes[COUNT(edit_body)];
	struct lead_new in;
	struct lead now;
	size_t n;
	int rc;

	if ((rc = of_path(c, d, &now, err)) != 0 ||
	    (rc = take_body(c, d, &in, err)) != 0)
		return rc;
	n = collect(c, &in, changes);
	c->tried = in.status == LEAD_CLOSED && now.status != LEAD_CLOSED
	               ? OP_LEAD_CLOSE
	               : OP_LEAD_EDIT;
	if (n > 0)
		rc = lead_edit(d, now.id, now.version, changes, n, err);
	return settle(c, d, rc, err);
}

static int
delete_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct lead now;
	int rc;

	if ((rc = of_path(c, d, &now, err)) != 0)
		return rc;
	c->tried = OP_LEAD_DELETE;
	rc = lead_delete(d, now.id, now.version, err);
	return settle(c, d, rc, err);
}

static int
restore_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct lead now;
	int rc;

	if ((rc = lead_get(d, c->record, &now, err)) != 0)
		return rc;
	c->is_found = true;
	c->tried = OP_LEAD_RESTORE;
	rc = lead_restore(d, now.id, err);
	return rc != 0 ? rc : read_run(c, d, err);
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, summary}
#define QUERY(fields) .query = (fields), .query_count = COUNT(fields)
#define BODY(fields)  .body = (fields), .body_count = COUNT(fields)

static const struct api_route routes[] = {
    {ROUTE("GET", PATH, 0, "lead.read", N_("List leads")), QUERY(list_query),
	.shape = &list_shape, .status = 200, .run = list_run},
    {ROUTE("POST", PATH, BODY_MAX, "lead.new", N_("Make a lead")),
	.flags = API_WRITES | API_KEY, BODY(new_body), .shape = &one_shape,
	.status = 201, .run = new_run},
    {ROUTE("GET", PATH "/{id}", 0, "lead.read", N_("Read a lead")),
	.shape = &one_shape, .status = 200, .run = read_run},
    {ROUTE("PATCH", PATH "/{id}", BODY_MAX, "lead.edit", N_("Change a lead")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, BODY(edit_body),
	.shape = &one_shape, .status = 200, .run = edit_run,
	.also = "lead.read lead.close"},
    {ROUTE("DELETE", PATH "/{id}", 0, "lead.delete",
	 N_("Move a lead to the trash")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, .shape = &one_shape,
	.status = 200, .run = delete_run, .also = "lead.read"},
    {ROUTE("POST", PATH "/{id}/restore", 0, "lead.restore",
	 N_("Take a lead out of the trash")),
	.flags = API_WRITES | API_KEY, .shape = &one_shape, .status = 200,
	.run = restore_run, .also = "lead.read"},
};

void
leads_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
