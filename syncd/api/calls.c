/* calls - what an exchange tells, and what comes of calls. */
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/call_figures.h"
#include "db/records/call_providers.h"
#include "db/records/staff.h"
#include "syncd/api/call.h"
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PAGE     50
#define PAGE_MAX 200

static void
call_sample(struct json_out *out)
{
	const struct call c = {.notes = NULL};

	call_json(&c, out);
}

static void
ended_sample(struct json_out *out)
{
	const struct call_figure f = {.by = CALL_FIGURES_TOTAL};

	json_out_object(out, NULL);
	json_out_string(out, "status", "ok");
	json_out_string(out, "call_id", "");
	call_metrics_members(&f, out);
	json_out_end(out, '}');
}

static const struct api_shape one_shape = {
    "Call", NULL, call_sample, API_PAGE_NONE};
static const struct api_shape list_shape = {
    "Call", "calls", call_sample, API_PAGE_CURSOR};
static const struct api_shape ended_shape = {
    "CallEnded", NULL, ended_sample, API_PAGE_NONE};

/* clang-format off */
static const struct api_field start_body[] = {
    {"direction", API_WORD, API_REQUIRED, 0, 0, call_direction_names, "Who calls whom."},
    {"number", API_TEXT, 0, 0, 64, NULL, "The other end; none when it is withheld."},
    {"operator", API_TEXT, 0, 1, 40, NULL, "Whose call it is, by login."},
    {"extension", API_TEXT, 0, 1, 32, NULL, "The same by the telephone's extension; one that nobody has is a call that nobody has."},
    {"provider", API_TEXT, 0, 1, 32, NULL, "What tells it; http when it does not say."},
    {"provider_call", API_TEXT, 0, 1, 128, NULL, "What it is called there: told twice it is one call."},
    {"answered", API_FLAG, 0, 0, 0, NULL, "Somebody talks already; else it rings."},
};
static const struct api_field end_body[] = {
    {"call_id", API_TEXT, 0, 4, 32, NULL, "What the start answered."},
    {"provider_call", API_TEXT, 0, 1, 128, NULL, "Instead of it, what the exchange calls it."},
    {"disposition", API_TEXT, 0, 1, 8, NULL, "Closes it, too: SALE, NI, NA and so on."},
    {"sale_cents", API_NUMBER, 0, 0, CALL_SALE_CENTS_MAX, NULL, "Of a sale."},
    {"currency", API_TEXT, 0, 3, 3, NULL, "Of the amount; the tenant's when it does not say."},
    {"notes", API_TEXT, 0, 0, CALL_NOTES_MAX, NULL, "What was said."},
};
static const struct api_field list_query[] = {
    {"view", API_WORD, 0, 0, 0, call_view_names, "Which ones; all unless it says otherwise."},
    {"state", API_WORD, 0, 0, 0, call_state_names, "Only those in this state."},
    {"direction", API_WORD, 0, 0, 0, call_direction_names, "Only those in this direction."},
    {"number", API_TEXT, 0, 1, 64, NULL, "Only with this number."},
    {"contact_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "Only with this contact."},
    {"operator", API_TEXT, 0, 1, 40, NULL, "Only of this operator, by login."},
    {"since", API_TIME, 0, 0, 0, NULL, "Started at that time or later."},
    {"until", API_TIME, 0, 0, 0, NULL, "Started before that time."},
    {"limit", API_NUMBER, 0, 1, PAGE_MAX, NULL, "Calls on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
/* clang-format on */

static int
print_call(struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	struct json_out w;
	struct call call;
	int rc = call_get(d, id, &call, err);

	if (rc == 0) {
		json_out_init(&w, &c->out);
		call_json(&call, &w);
		c->version = call.version;
	}
	call_clear(&call);
	return rc;
}

static int
start_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct call_new in = {.direction = (enum call_direction)api_number(
				  api_body(c, "direction"), CALL_IN),
	    .number = api_text(api_body(c, "number"), NULL),
	    .extension = api_text(api_body(c, "extension"), NULL),
	    .provider =
		api_text(api_body(c, "provider"), call_provider_http.name),
	    .provider_call = api_text(api_body(c, "provider_call"), NULL),
	    .rings = api_number(api_body(c, "answered"), 0) == 0,
	    .reported = call_provider_http.reported};
	int64_t id = 0;
	int rc;

	c->tried = OP_CALL_START;
	if ((rc = api_find_operator(d, api_text(api_body(c, "operator"), NULL),
		 &in.operator_id, err)) != 0 ||
	    (rc = call_start(d, &in, &id, NULL, err)) != 0)
		return rc;
	return print_call(c, d, id, err);
}

static int
find_and_end(
    struct api_call *c, struct desk *d, struct call *call, struct err *err)
{
	const char *name = api_text(api_body(c, "call_id"), NULL);
	const char *there = api_text(api_body(c, "provider_call"), NULL);
	int64_t id = 0;
	int rc;

	memset(call, 0, sizeof(*call));
	if ((name == NULL) == (there == NULL))
		return err_set(err, OD_EDATA,
		    "Name the call by call_id or by provider_call");
	if (name != NULL) {
		rc = call_by_name(d, name, call, err);
		id = call->id;
		call_clear(call);
		if (rc == 0)
			rc = call_end(d, id, err);
	} else {
		rc = call_report(d, there, CALL_HUNG_UP, &id, err);
	}
	return rc != 0 ? rc : call_get(d, id, call, err);
}

static int
end_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct call_close in = {
	    .disposition = api_text(api_body(c, "disposition"), NULL),
	    .sale_cents = api_number(api_body(c, "sale_cents"), 0),
	    .currency = api_text(api_body(c, "currency"), NULL),
	    .notes = api_text(api_body(c, "notes"), NULL)};
	struct call_figure f;
	struct json_out w;
	struct call call;
	int rc;

	c->tried = OP_CALL_END;
	rc = find_and_end(c, d, &call, err);
	if (rc == 0 && in.disposition != NULL) {
		c->tried = OP_CALL_CLOSE;
		rc = call_close(d, call.id, &in, err);
	}
	if (rc == 0)
		rc = call_metrics(d, 0, &f, err);
	if (rc == 0) {
		json_out_init(&w, &c->out);
		json_out_object(&w, NULL);
		json_out_string(&w, "status", "ok");
		json_out_string(&w, "call_id", call.name);
		call_metrics_members(&f, &w);
		json_out_end(&w, '}');
	}
	call_clear(&call);
	return rc;
}

static int
take_filter(
    struct api_call *c, struct desk *d, struct call_filter *f, struct err *err)
{
	*f = call_filter_any;
	f->view = (enum call_view)api_number(api_query(c, "view"), CALLS_ALL);
	f->state = (int)api_number(api_query(c, "state"), -1);
	f->direction = (int)api_number(api_query(c, "direction"), -1);
	f->number = api_text(api_query(c, "number"), NULL);
	f->contact_id = api_number(api_query(c, "contact_id"), 0);
	f->from_us = api_number(api_query(c, "since"), 0);
	f->to_us = api_number(api_query(c, "until"), 0);
	return api_find_operator(
	    d, api_text(api_query(c, "operator"), NULL), &f->operator_id, err);
}

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), PAGE)};
	char cursor[API_CURSOR_SIZE] = "";
	struct call *rows = NULL;
	struct call_filter f;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = take_filter(c, d, &f, err)) != 0 ||
	    (rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = call_list(d, &f, &page, &rows, &count, err)) != 0)
		return rc;
	if (count > 0 && count == (size_t)page.limit)
		api_cursor(
		    cursor, rows[count - 1].started_us, rows[count - 1].id);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "calls");
	for (size_t i = 0; i < count; i++)
		call_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_end(&w, '}');
	call_list_free(&rows, count);
	return 0;
}

static const struct api_route routes[] = {
    {.route = {"POST", "/api/call/start", 16384, ROUTE_SCOPE, "call.start",
	 api_handle, N_("A call begins")},
	.flags = API_WRITES | API_KEY,
	.body = start_body,
	.body_count = COUNT(start_body),
	.shape = &one_shape,
	.status = 200,
	.run = start_run,
	.also = "call.read"},
    {.route = {"POST", "/api/call/end", 32768, ROUTE_SCOPE, "call.end",
	 api_handle, N_("A call is over; the figures of today")},
	.flags = API_WRITES | API_KEY,
	.body = end_body,
	.body_count = COUNT(end_body),
	.shape = &ended_shape,
	.status = 200,
	.run = end_run,
	.also = "call.read call.close call.figures"},
    {.route = {"GET", "/api/calls", 0, ROUTE_SCOPE, "call.read", api_handle,
	 N_("List calls, the newest first")},
	.query = list_query,
	.query_count = COUNT(list_query),
	.shape = &list_shape,
	.status = 200,
	.run = list_run},
};

void
calls_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
