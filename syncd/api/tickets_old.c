/*
 * tickets_old - the older help desk's routes, with today's use cases.
 *
 * They take a form as well as JSON, and answer who asks for text/html with a
 * plain page.  What is deleted goes to the trash.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "syncd/api/tickets.h"
#include <string.h>

#define PAGE     50
#define PAGE_MAX 200
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
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
};
/* clang-format on */

/* ---- the page ---- */

/* Safe text, and nothing that a browser takes for a mark. */
static void
add_text(struct str *out, const char *s)
{
	struct str safe = STR_INIT;

	(void)text_safe(&safe, s, strlen(s), TEXT_LINE);
	for (const char *p = safe.s; *p != '\0'; p++)
		switch (*p) {
		case '&':
			str_add(out, "&amp;");
			break;
		case '<':
			str_add(out, "&lt;");
			break;
		case '>':
			str_add(out, "&gt;");
			break;
		case '"':
			str_add(out, "&quot;");
			break;
		default:
			str_addc(out, *p);
		}
	str_free(&safe);
}

static void
add_cell(struct str *out, const char *s)
{
	str_add(out, "<td>");
	add_text(out, s);
	str_add(out, "</td>");
}

static void
add_row(struct str *out, const struct ticket *t)
{
	char at[RFC3339_SIZE];

	clock_format_rfc3339(at, t->created_at);
	str_addf(out, "<tr><td>%lld</td>", (long long)t->number);
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

	str_addf(out,
	    "<!DOCTYPE html>\n<html lang=\"%s\"><meta charset=\"utf-8\">"
	    "<title>%s</title>\n<h1>%s</h1>\n<table>\n<tr>",
	    lang_code(i18n_lang()), _("Tickets"), _("Tickets"));
	for (size_t i = 0; i < COUNT(heads); i++)
		str_addf(out, "<th>%s</th>", heads[i]);
	str_add(out, "</tr>\n");
	for (size_t i = 0; i < count; i++)
		add_row(out, &rows[i]);
	str_add(out, "</table>\n");
	if (cursor[0] != '\0')
		str_addf(out, "<a href=\"/mesa_ayuda?cursor=%s\">%s</a>\n",
		    cursor, _("Older ones"));
	str_add(out, "</html>\n");
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
	return ticket_wish_change(c, d, &w, err);
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
	.flags = WRITES | API_IF_MATCH, .shape = &api_ticket, .status = 200,
	.run = ticket_to_trash, .also = "ticket.read"},
};

void
tickets_old_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
