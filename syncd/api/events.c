/*
 * events - /api/events: what happened to tickets, for systems that follow
 * them; one event is what a webhook carries.
 */
#include "common/i18n.h"
#include "db/records/ticket_events.h"
#include "syncd/api/call.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PAGE     50

static void
sample(struct json_out *out)
{
	const struct ticket_event e = {.at_us = 1, .is_gone = true};

	ticket_event_json(&e, out);
}

static const struct api_shape events = {
    "TicketEvent", "events", sample, API_PAGE_CURSOR};

/* clang-format off */
static const struct api_field list_query[] = {
    {"limit", API_NUMBER, 0, 1, TICKET_EVENTS_MAX, NULL, "Events on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the answer before, also of one without events: ask again with it for what is new. Without it the oldest event that is kept comes first."},
};
/* clang-format on */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	int limit = (int)api_number(api_query(c, "limit"), PAGE);
	char cursor[API_CURSOR_SIZE];
	struct ticket_event *rows = NULL;
	int64_t unused, after, next;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = api_cursor_read(
		 api_query(c, "cursor"), &unused, &after, err)) != 0 ||
	    (rc = ticket_events(d, after, limit, &rows, &count, &next, err)) !=
		0)
		return rc;
	api_cursor(cursor, 0, next);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "events");
	for (size_t i = 0; i < count; i++)
		ticket_event_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor);
	json_out_end(&w, '}');
	ticket_events_free(&rows, count);
	return 0;
}

static const struct api_route routes[] = {
    {.route = {"GET", "/api/events", 0, ROUTE_SCOPE, "ticket.read", api_handle,
	 N_("List what happened to tickets, the oldest first")},
	.query = list_query,
	.query_count = COUNT(list_query),
	.shape = &events,
	.status = 200,
	.run = list_run},
};

void
events_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
