/*
 * approvals - /api/approvals: what waits for a second person.
 *
 * A token may read it.  To decide is a person's: the token only lets in who
 * may read it, and login and password, with a code where there is one, say who
 * decides.  No Idempotency-Key, as a digest of a password would be kept by
 * it; what was decided already is 409.
 */
#include "db/records/approvals.h"
#include "common/i18n.h"
#include "syncd/api/call.h"
#include <string.h>

#define PAGE     50
#define PAGE_MAX 200
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
sample(struct json_out *out)
{
	struct approval a = {.args = "{}", .sentence = "", .reason = ""};

	approval_json(&a, out);
}

static const struct api_shape approval = {
    "Approval", NULL, sample, API_PAGE_NONE};
static const struct api_shape approvals = {
    "Approval", "approvals", sample, API_PAGE_CURSOR};

static const char *const decisions[] = {"approve", "refuse", NULL};

/* clang-format off */
static const struct api_field list_query[] = {
    {"state", API_WORD, 0, 0, 0, approval_state_names, "Only those in this state."},
    {"limit", API_NUMBER, 0, 1, PAGE_MAX, NULL, "Approvals on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
static const struct api_field decide_body[] = {
    {"id", API_NUMBER, API_REQUIRED, 1, INT64_MAX, NULL, "Which one."},
    {"decision", API_WORD, API_REQUIRED, 0, 0, decisions, "To approve it is to do it."},
    {"reason", API_TEXT, 0, 0, 500, NULL, "Why it is refused; has to be given then."},
    {"login", API_TEXT, API_REQUIRED, 1, 40, NULL, "Who decides."},
    {"password", API_TEXT, API_REQUIRED, 1, 1000, NULL, "The password of who decides."},
    {"code", API_TEXT, 0, 0, 16, NULL, "From the code generator, where there is one."},
};
/* clang-format on */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	int limit = (int)api_number(api_query(c, "limit"), PAGE);
	char cursor[API_CURSOR_SIZE] = "";
	struct approval *rows = NULL;
	int64_t unused, before;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = api_cursor_read(
		 api_query(c, "cursor"), &unused, &before, err)) != 0 ||
	    (rc = approval_list(d, (int)api_number(api_query(c, "state"), -1),
		 before, limit, &rows, &count, err)) != 0)
		return rc;
	if (count > 0 && count == (size_t)limit)
		api_cursor(cursor, 0, rows[count - 1].id);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "approvals");
	for (size_t i = 0; i < count; i++)
		approval_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_end(&w, '}');
	approval_list_free(&rows, count);
	return 0;
}

static int
print(struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	struct approval a;
	struct json_out w;
	int rc = approval_get(d, id, &a, err);

	if (rc != 0)
		return rc;
	json_out_init(&w, &c->out);
	approval_json(&a, &w);
	approval_clear(&a);
	return 0;
}

static int
read_run(struct api_call *c, struct desk *d, struct err *err)
{
	return print(c, d, c->record, err);
}

static int
decide_run(struct api_call *c, struct desk *d, struct err *err)
{
	int64_t id = api_number(api_body(c, "id"), 0);
	int rc;

	if (api_number(api_body(c, "decision"), 0) == 0)
		rc = approval_approve(d, id, err);
	else
		rc = approval_refuse(
		    d, id, api_text(api_body(c, "reason"), ""), err);
	return rc != 0 ? rc : print(c, d, id, err);
}

static const struct api_route routes[] = {
    {.route = {"GET", "/api/approvals", 0, ROUTE_SCOPE, "approval.read",
	 api_handle, N_("List what waits for a second person, or waited")},
	.query = list_query,
	.query_count = COUNT(list_query),
	.shape = &approvals,
	.status = 200,
	.run = list_run},
    {.route = {"GET", "/api/approvals/{id}", 0, ROUTE_SCOPE, "approval.read",
	 api_handle, N_("Read what waits for a second person")},
	.shape = &approval,
	.status = 200,
	.run = read_run},
    {.route = {"POST", "/api/approvals", 8192, ROUTE_SCOPE, "approval.read",
	 api_handle,
	 N_("Approve or refuse it, as the person who logs in with it")},
	.flags = API_WRITES | API_PERSON,
	.body = decide_body,
	.body_count = COUNT(decide_body),
	.shape = &approval,
	.status = 200,
	.run = decide_run},
};

void
approvals_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
