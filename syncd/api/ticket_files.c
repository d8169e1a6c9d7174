/*
 * ticket_files - what came with a ticket: listed, downloaded, and added by
 * other systems.
 *
 * The body of an upload is the file.  Its bytes are on the disk before the
 * committer begins, which then gives them their rows.
 */
#include "db/records/ticket_files.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/ticket_attach.h"
#include "syncd/api/bytes.h"
#include "syncd/api/tickets.h"
#include <stdlib.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
sample_file(struct json_out *out)
{
	const struct ticket_file f = {0};

	ticket_file_json(&f, out);
}

static const struct api_shape files_shape = {
    "TicketFile", "files", sample_file, API_PAGE_NONE};
static const struct api_shape file_shape = {
    "TicketFile", NULL, sample_file, API_PAGE_NONE};

static const char *const kinds[] = {"reply", "note", NULL};

/* clang-format off */
static const struct api_field new_query[] = {
    {"name", API_TEXT, 0, 1, 200, NULL, "What the file is called."},
    {"kind", API_WORD, 0, 0, 0, kinds, "A reply, which the customer gets by mail with the file; a note unless it says otherwise."},
    {"text", API_TEXT, 0, 0, 2000, NULL, "What the comment says that it belongs to; its name unless it is given."},
};
/* clang-format on */

/* ---- list and download ---- */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_file *rows = NULL;
	struct ticket t = {0};
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0)
		rc = ticket_files(d, t.id, &rows, &count, err);
	ticket_clear(&t);
	if (rc != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "files");
	for (size_t i = 0; i < count; i++)
		ticket_file_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	free(rows);
	return 0;
}

static int
get_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_file f = {0};
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0 &&
	    (rc = ticket_file_get(d, t.id, c->part, &f, err)) == 0)
		rc = bytes_read(c, d, &f.file, err);
	ticket_clear(&t);
	return rc;
}

/* ---- upload ---- */

static void
drop(struct api_call *c)
{
	struct attach_file *f = c->own;

	attach_drop(store_files_dir(c->daemon->store), f, 1);
	free(f);
}

/* On the reader: the committer waits for no disk but its own. */
static int
take_aside(struct api_call *c, struct desk *d, struct err *err)
{
	struct attach_file *f = xcalloc(1, sizeof(*f));
	struct ticket t = {0};
	size_t n;
	const void *bytes = http_req_body(c->req, &n);
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0)
		rc = attach_take(d->files_dir,
		    api_text(api_query(c, "name"), "file"), bytes, n, f, err);
	ticket_clear(&t);
	if (rc != 0) {
		free(f);
		return rc;
	}
	c->own = f;
	c->own_free = drop;
	return 0;
}

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct attach_file *f = c->own;
	struct ticket_file *rows = NULL;
	struct ticket t = {0};
	struct json_out w;
	int64_t comment;
	size_t count = 0;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) != 0)
		return rc;
	c->is_found = true;
	c->tried = OP_TICKET_COMMENT;
	rc = ticket_comment_attach(d, t.id,
	    (enum comment_kind)api_number(api_query(c, "kind"), COMMENT_NOTE),
	    api_text(api_query(c, "text"), NULL), f, 1, &comment, err);
	if (rc == 0)
		rc = ticket__comment_files(d, comment, &rows, &count, err);
	if (rc == 0 && count == 1) {
		json_out_init(&w, &c->out);
		ticket_file_json(&rows[0], &w);
	}
	free(rows);
	ticket_clear(&t);
	return rc;
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, summary}

static const struct api_route routes[] = {
    {ROUTE("GET", "/api/tickets/{number}/files", 0, "ticket.read",
	 N_("List the files that came with a ticket")),
	.shape = &files_shape, .status = 200, .run = list_run},
    {ROUTE("POST", "/api/tickets/{number}/files", ATTACH_BYTES_MAX,
	 "ticket.comment", N_("Add a file to a ticket")),
	.flags = API_WRITES | API_KEY | API_BYTES, .query = new_query,
	.query_count = COUNT(new_query), .shape = &file_shape, .status = 201,
	.run = new_run, .aside = take_aside, .also = "ticket.read"},
    {ROUTE("GET", "/api/tickets/{number}/files/{id}", 0, "ticket.read",
	 N_("Download a file of a ticket, whole or a range of it")),
	.flags = API_FILE, .status = 200, .run = get_run},
};

void
ticket_files_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
