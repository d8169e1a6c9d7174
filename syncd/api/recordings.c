/*
 * recordings - calls that were recorded: listed, and taken in from a
 * telephone system.
 *
 * The body of an upload is the file.  Its bytes are on the disk before the
 * committer begins, which then gives them their row.
 */
#include "db/records/recordings.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "syncd/api/call.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PAGE     50
#define PAGE_MAX 200

static void
sample(struct json_out *out)
{
	const struct recording r = {.id = 0};

	recording_json(&r, out);
}

static const struct api_shape one_shape = {
    "Recording", NULL, sample, API_PAGE_NONE};
static const struct api_shape list_shape = {
    "Recording", "recordings", sample, API_PAGE_CURSOR};

/* clang-format off */
static const struct api_field list_query[] = {
    {"state", API_WORD, 0, 0, 0, recording_state_names, "Only those in this state."},
    {"contact_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "Only with this contact."},
    {"since", API_TIME, 0, 0, 0, NULL, "Started at that time or later."},
    {"until", API_TIME, 0, 0, 0, NULL, "Started before that time."},
    {"limit", API_NUMBER, 0, 1, PAGE_MAX, NULL, "Recordings on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
static const struct api_field take_query[] = {
    {"call", API_TEXT, API_REQUIRED, 4, 32, NULL, "The call that it is of, as its start answered it."},
};
/* clang-format on */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	const struct recording_filter f = {
	    .state = (int)api_number(api_query(c, "state"), -1),
	    .contact_id = api_number(api_query(c, "contact_id"), 0),
	    .from_us = api_number(api_query(c, "since"), 0),
	    .to_us = api_number(api_query(c, "until"), 0)};
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), PAGE)};
	char cursor[API_CURSOR_SIZE] = "";
	struct recording *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = recording_list(d, &f, &page, &rows, &count, err)) != 0)
		return rc;
	if (count > 0 && count == (size_t)page.limit)
		api_cursor(
		    cursor, rows[count - 1].started_us, rows[count - 1].id);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "recordings");
	for (size_t i = 0; i < count; i++)
		recording_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_end(&w, '}');
	free(rows);
	return 0;
}

static void
drop(struct api_call *c)
{
	struct recording_file *f = c->own;

	file_discard(store_files_dir(c->daemon->store), f->name);
	free(f);
}

/* On the reader: the committer waits for no disk but its own. */
static int
take_aside(struct api_call *c, struct desk *d, struct err *err)
{
	struct recording_file *f = xcalloc(1, sizeof(*f));
	size_t n;
	const void *bytes = http_req_body(c->req, &n);
	int rc = recording_file_take(d->files_dir, bytes, n, f, err);

	if (rc != 0) {
		free(f);
		return rc;
	}
	c->own = f;
	c->own_free = drop;
	return 0;
}

static int
take_run(struct api_call *c, struct desk *d, struct err *err)
{
	const struct recording_file *f = c->own;
	struct recording r;
	struct json_out w;
	int64_t id = 0;
	int rc;

	c->tried = OP_RECORDING_TAKE;
	if ((rc = recording_file_keep(
		 d, api_text(api_query(c, "call"), ""), f, &id, err)) != 0 ||
	    (rc = recording_get(d, id, &r, err)) != 0)
		return rc;
	json_out_init(&w, &c->out);
	recording_json(&r, &w);
	return 0;
}

static const struct api_route routes[] = {
    {.route = {"GET", "/api/recordings", 0, ROUTE_SCOPE, "recording.read",
	 api_handle, N_("List recordings of calls, the newest first")},
	.query = list_query,
	.query_count = COUNT(list_query),
	.shape = &list_shape,
	.status = 200,
	.run = list_run},
    {.route = {"POST", "/api/recordings", RECORDING_FILE_MAX, ROUTE_SCOPE,
	 "recording.take", api_handle,
	 N_("Keep a call's recording of the telephone system")},
	.flags = API_WRITES | API_KEY | API_BYTES,
	.query = take_query,
	.query_count = COUNT(take_query),
	.shape = &one_shape,
	.status = 201,
	.run = take_run,
	.aside = take_aside,
	.also = "recording.read call.read"},
};

void
recordings_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
