/*
 * tickets_old - the older help desk's routes, with today's use cases.
 *
 * They take a form as well as JSON, and answer who asks for text/html with a
 * plain page.  What is deleted goes to the trash.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "syncd/api/page.h"
#include "syncd/api/tickets.h"
#include <string.h>

#define PAGE     50
#define PAGE_MAX 200
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
/* As If-Match, for a form that cannot send one. */
#define VERSION_FIELD \
    {"version", API_NUMBER, 0, 1, INT64_MAX, NULL, "The version that was seen: 412 when it was changed since."}
static const struct api_field list_query[] = {
    {"limit", API_NUMBER, 0, 1, PAGE_MAX, NULL, "Tickets on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
static const struct api_field new_body[] = {
    {"subject", API_TEXT, API_REQUIRED, 1, 200, NULL, "One line."},
    API_TICKET_FIELDS,
};
static const struct api_field edit_body[] = {
    {"subject", API_TEXT, 0, 1, 200, NULL, "One line."},
    API_TICKET_FIELDS,
    VERSION_FIELD,
};
static const struct api_field delete_body[] = {
    VERSION_FIELD,
};
/* clang-format on */

/* ---- the page ---- */

static void
add_cell(struct str *out, const char *s)
{
	str_add(out, "<td>");
	page_text(out, s);
	str_add(out, "</td>");
}

static void
add_row(struct str *out, const struct ticket *t)
{
	char at[RFC3339_SIZE];

	clock_format_rfc3339(at, t->created_at);
	str_addf(out, "<tr><td><a href=\"/ticket/%lld/edit\">%lld</a></td>",
	    (long long)t->number, (long long)t->number);
	add_cell(out, t->subject);
	add_cell(out, _(ticket_state_names[t->state]));
	str_addf(out, "<td>%d</td>", t->priority);
	add_cell(out, t->contact_name);
	add_cell(out, t->operator_name);
	add_cell(out, at);
	str_add(out, "</tr>\n");
}

static void
print_html(struct str *out, const struct ticket *rows, size_t count,
    const char *cursor)
{
	const char *const heads[] = {_("Number"), _("Subject"), _("Status"),
	    _("Priority"), _("Contact"), _("Operator"), _("Created")};

	page_begin(out, _("Tickets"));
	str_addf(out, "<p><a href=\"/ticket/new\">%s</a></p>\n<table>\n<tr>",
	    _("Make a ticket"));
	for (size_t i = 0; i < COUNT(heads); i++)
		str_addf(out, "<th>%s</th>", heads[i]);
	str_add(out, "</tr>\n");
	for (size_t i = 0; i < count; i++)
		add_row(out, &rows[i]);
	str_add(out, "</table>\n");
	if (cursor[0] != '\0')
		str_addf(out, "<a href=\"/mesa_ayuda?cursor=%s\">%s</a>\n",
		    cursor, _("Older ones"));
	page_end(out);
}

static void
print_json(struct str *out, const struct ticket *rows, size_t count,
    const char *cursor)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_array(&w, "tickets");
	for (size_t i = 0; i < count; i++)
		ticket_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_end(&w, '}');
}

/* ---- what they do ---- */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	const struct ticket_filter f = {
	    .view = TICKETS_ALL, .state = -1, .sort = TICKETS_BY_CREATION};
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), PAGE)};
	char cursor[API_CURSOR_SIZE] = "";
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = ticket_list(d, &f, &page, &rows, &count, err)) != 0)
		return rc;
	if (count > 0 && count == (size_t)page.limit)
		api_cursor(
		    cursor, rows[count - 1].created_at, rows[count - 1].id);
	if (c->wants_html)
		print_html(&c->out, rows, count, cursor);
	else
		print_json(&c->out, rows, count, cursor);
	ticket_list_free(&rows, count);
	return 0;
}

/* Its forms had a priority and knew no reason for it. */
static void
wish(const struct api_call *c, struct ticket_wish *w)
{
	ticket_wish_take(c, w);
	if (w->priority->is_there && w->priority_reason == NULL)
		w->priority_reason = _("Given by another system");
}

static void
take_version(struct api_call *c)
{
	const struct api_value *v = api_body(c, "version");

	if (v->is_there && c->if_match[0] == '\0')
		str_format(c->if_match, sizeof(c->if_match), "\"%lld\"",
		    (long long)v->i);
}

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_wish w;

	wish(c, &w);
	return ticket_wish_make(c, d, &w, err);
}

static int
edit_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_wish w;

	wish(c, &w);
	take_version(c);
	return ticket_wish_change(c, d, &w, err);
}

static int
delete_run(struct api_call *c, struct desk *d, struct err *err)
{
	take_version(c);
	return ticket_to_trash(c, d, err);
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, summary}
#define WRITES (API_WRITES | API_KEY | API_FORM | API_HTML)

static const struct api_route routes[] = {
    {ROUTE("GET", "/mesa_ayuda", 0, "ticket.read",
	 N_("List tickets, the last one made first")),
	.flags = API_HTML, .query = list_query,
	.query_count = COUNT(list_query), .shape = &api_ticket_old_page,
	.status = 200, .run = list_run},
    {ROUTE("POST", "/ticket/new", API_BODY_MAX, "ticket.new",
	 N_("Make a ticket")),
	.flags = WRITES, .body = new_body, .body_count = COUNT(new_body),
	.shape = &api_ticket, .status = 201, .run = new_run},
    {ROUTE("POST", "/ticket/{number}/edit", API_BODY_MAX, "ticket.edit",
	 N_("Change a ticket")),
	.flags = WRITES | API_IF_MATCH, .body = edit_body,
	.body_count = COUNT(edit_body), .shape = &api_ticket, .status = 200,
	.run = edit_run, .also = "ticket.read"},
    {ROUTE("POST", "/ticket/{number}/delete", API_BODY_MAX, "ticket.delete",
	 N_("Move a ticket to the trash")),
	.flags = WRITES | API_IF_MATCH, .body = delete_body,
	.body_count = COUNT(delete_body), .shape = &api_ticket, .status = 200,
	.run = delete_run, .also = "ticket.read"},
};

void
tickets_old_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
