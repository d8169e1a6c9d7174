/*
 * ticket_work - what is to be done for a ticket and what was: its checks, and
 * the time worked on it, which people enter in their consoles, and other
 * systems for them.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/records/checklists.h"
#include "db/records/ticket_times.h"
#include "syncd/api/tickets.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- what they answer ---- */

static void
sample_check(struct json_out *out)
{
	const struct ticket_check c = {0};

	ticket_check_json(&c, out);
}

static void
sample_time(struct json_out *out)
{
	const struct ticket_time w = {0};

	ticket_time_json(&w, out);
}

static const struct api_shape checks_shape = {
    "TicketCheck", "checks", sample_check, API_PAGE_NONE};
static const struct api_shape time_shape = {
    "TicketTime", NULL, sample_time, API_PAGE_NONE};
static const struct api_shape times_shape = {
    "TicketTime", "times", sample_time, API_PAGE_NONE};

/* ---- what they take ---- */

/* clang-format off */
static const struct api_field checks_body[] = {
    {"checklist", API_TEXT, 0, 1, 64, NULL, "The id or name of a checklist whose items are put on the ticket."},
    {"items", API_TEXT, 0, 1, 16384, NULL, "Items of its own, one a line; those that begin with \"!\" are required."},
};
static const struct api_field check_body[] = {
    {"done", API_FLAG, API_REQUIRED, 0, 0, NULL, "Whether it is done."},
};
#define WORKED_S_MAX (366 * 86400)
static const struct api_field times_body[] = {
    {"operator_id", API_NUMBER, API_REQUIRED, 1, INT64_MAX, NULL, "Who worked."},
    {"worked_s", API_NUMBER, API_REQUIRED, 1, WORKED_S_MAX, NULL, "How much, in seconds."},
    {"began_at", API_TIME, 0, 0, 0, NULL, "When it began; so that it ends now unless it is given."},
    {"note", API_TEXT, 0, 0, 200, NULL, "What it was for."},
};
static const struct api_field time_body[] = {
    {"worked_s", API_NUMBER, 0, 1, WORKED_S_MAX, NULL, "How much, in seconds."},
    {"began_at", API_TIME, 0, 0, 0, NULL, "When it began."},
    {"note", API_TEXT, 0, 0, 200, NULL, "What it was for."},
};
/* clang-format on */

/* ---- checks ---- */

static int
print_checks(
    struct api_call *c, struct desk *d, int64_t ticket_id, struct err *err)
{
	struct ticket_check *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc = ticket_checks(d, ticket_id, &rows, &count, err);

	if (rc != 0)
		return rc;
	str_clear(&c->out);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "checks");
	for (size_t i = 0; i < count; i++)
		ticket_check_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	free(rows);
	return 0;
}

static int
checks_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0)
		rc = print_checks(c, d, t.id, err);
	ticket_clear(&t);
	return rc;
}

static int
put_checks(
    struct api_call *c, struct desk *d, int64_t ticket_id, struct err *err)
{
	const char *word = api_text(api_body(c, "checklist"), NULL);
	const char *items = api_text(api_body(c, "items"), NULL);
	struct checklist list = {0};
	int added, rc;

	if ((word == NULL) == (items == NULL))
		return err_set(err, OD_EDATA,
		    "Give either a checklist or items of the ticket's own");
	if (items != NULL)
		return ticket_check_add(d, ticket_id, items, &added, err);
	if ((rc = checklist_find(d, word, &list, err)) == 0)
		rc = ticket_check_put(d, ticket_id, list.id, &added, err);
	checklist_clear(&list);
	return rc;
}

static int
put_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0) {
		c->is_found = true;
		c->tried = OP_TICKET_CHECK_ADD;
		if ((rc = put_checks(c, d, t.id, err)) == 0)
			rc = print_checks(c, d, t.id, err);
	}
	ticket_clear(&t);
	return rc;
}

static int
tick_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0) {
		c->tried = OP_TICKET_CHECK_SET;
		rc = ticket_check_set(d, t.id, c->part,
		    api_number(api_body(c, "done"), 0) == 1, err);
		if (rc == 0)
			rc = print_checks(c, d, t.id, err);
	}
	ticket_clear(&t);
	return rc;
}

static int
remove_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0) {
		c->tried = OP_TICKET_CHECK_REMOVE;
		rc = ticket_check_remove(d, t.id, c->part, err);
		if (rc == 0)
			rc = print_checks(c, d, t.id, err);
	}
	ticket_clear(&t);
	return rc;
}

/* ---- time worked ---- */

static int
times_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_time *rows = NULL;
	struct ticket t = {0};
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0)
		rc = ticket_times(d, t.id, &rows, &count, err);
	ticket_clear(&t);
	if (rc != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "times");
	for (size_t i = 0; i < count; i++)
		ticket_time_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	free(rows);
	return 0;
}

static int
print_time(struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	struct ticket_time w;
	struct json_out out;
	int rc = time_get(d, id, &w, err);

	if (rc != 0)
		return rc;
	str_clear(&c->out);
	json_out_init(&out, &c->out);
	ticket_time_json(&w, &out);
	c->version = w.version;
	return 0;
}

static int
time_new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct time_new in = {
	    .operator_id = api_number(api_body(c, "operator_id"), 0),
	    .worked_us = api_number(api_body(c, "worked_s"), 0) * US_PER_SECOND,
	    .from_us = api_number(api_body(c, "began_at"), 0),
	    .note = api_text(api_body(c, "note"), NULL)};
	struct ticket t = {0};
	int64_t id;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0) {
		c->is_found = true;
		c->tried = OP_TIME_ADD;
		if ((rc = time_add(d, t.id, &in, &id, err)) == 0)
			rc = print_time(c, d, id, err);
	}
	ticket_clear(&t);
	return rc;
}

/* The one of the path, of the path's ticket, as If-Match saw it. */
static int
time_of_path(
    struct api_call *c, struct desk *d, struct ticket_time *w, struct err *err)
{
	int rc;

	if ((rc = time_get(d, c->part, w, err)) != 0)
		return rc;
	if (w->number != c->record)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such time worked");
	if (api_matches(c, w->version))
		return 0;
	if ((rc = print_time(c, d, w->id, err)) != 0)
		return rc;
	c->status = 412;
	c->more = "current";
	return err_set(err, OD_ECONFLICT,
	    "It was changed since; current says what it is now");
}

static int
time_edit_run(struct api_call *c, struct desk *d, struct err *err)
{
	const struct api_value *worked = api_body(c, "worked_s");
	const struct api_value *began = api_body(c, "began_at");
	const struct api_value *note = api_body(c, "note");
	struct change changes[3];
	struct ticket_time w;
	size_t n = 0;
	int rc;

	if (worked->is_there)
		changes[n++] = (struct change){
		    "worked_us", b_int(worked->i * US_PER_SECOND)};
	if (began->is_there)
		changes[n++] = (struct change){"from_us", b_int(began->i)};
	if (note->is_there)
		changes[n++] = (struct change){"note", b_text(note->s)};
	if ((rc = time_of_path(c, d, &w, err)) != 0)
		return rc;
	c->tried = OP_TIME_EDIT;
	if (n == 0)
		return err_set(
		    err, OD_EDATA, "Say what of it is to be changed");
	if ((rc = time_edit(d, w.id, w.version, changes, n, err)) == 0)
		rc = print_time(c, d, w.id, err);
	return rc;
}

/* It answers what it was. */
static int
time_delete_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_time w;
	int rc;

	if ((rc = time_of_path(c, d, &w, err)) != 0 ||
	    (rc = print_time(c, d, w.id, err)) != 0)
		return rc;
	c->tried = OP_TIME_DELETE;
	return time_delete(d, w.id, w.version, err);
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, summary}
#define BODY(fields) .body = (fields), .body_count = COUNT(fields)

static const struct api_route routes[] = {
    {ROUTE("GET", "/api/tickets/{number}/checks", 0, "ticket.read",
	 N_("List the checks of a ticket")),
	.shape = &checks_shape, .status = 200, .run = checks_run},
    {ROUTE("POST", "/api/tickets/{number}/checks", 32768, "ticket.check_add",
	 N_("Put checks on a ticket")),
	.flags = API_WRITES | API_KEY, BODY(checks_body),
	.shape = &checks_shape, .status = 201, .run = put_run,
	.also = "ticket.read"},
    {ROUTE("PATCH", "/api/tickets/{number}/checks/{id}", 4096,
	 "ticket.check_set", N_("Tick a check of a ticket")),
	.flags = API_WRITES | API_KEY, BODY(check_body), .shape = &checks_shape,
	.status = 200, .run = tick_run, .also = "ticket.read"},
    {ROUTE("DELETE", "/api/tickets/{number}/checks/{id}", 0,
	 "ticket.check_remove", N_("Take a check off a ticket")),
	.flags = API_WRITES | API_KEY, .shape = &checks_shape, .status = 200,
	.run = remove_run, .also = "ticket.read"},
    {ROUTE("GET", "/api/tickets/{number}/times", 0, "ticket.read",
	 N_("List the time that was worked on a ticket")),
	.shape = &times_shape, .status = 200, .run = times_run},
    {ROUTE("POST", "/api/tickets/{number}/times", 4096, "time.add",
	 N_("Enter time that an operator worked on a ticket")),
	.flags = API_WRITES | API_KEY, BODY(times_body), .shape = &time_shape,
	.status = 201, .run = time_new_run, .also = "ticket.read"},
    {ROUTE("PATCH", "/api/tickets/{number}/times/{id}", 4096, "time.edit",
	 N_("Correct time worked on a ticket")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, BODY(time_body),
	.shape = &time_shape, .status = 200, .run = time_edit_run,
	.also = "ticket.read"},
    {ROUTE("DELETE", "/api/tickets/{number}/times/{id}", 0, "time.delete",
	 N_("Delete time worked on a ticket")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, .shape = &time_shape,
	.status = 200, .run = time_delete_run, .also = "ticket.read"},
};

void
ticket_work_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
