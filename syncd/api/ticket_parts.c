/*
 * ticket_parts - what tickets have to do with each other: merges, splits,
 * links; and their sleep.
 */
#include "common/i18n.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_sleep.h"
#include "db/records/ticket_split.h"
#include "syncd/api/tickets.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- what they answer ---- */

static void
sample_merge(struct json_out *out)
{
	const struct ticket_merge m = {0};

	ticket_merge_json(&m, out);
}

static void
sample_unmerge(struct json_out *out)
{
	const struct ticket_unmerge u = {.told = STR_INIT};

	ticket_unmerge_json(&u, out);
}

static const struct api_shape merge_shape = {
    "Merge", NULL, sample_merge, API_PAGE_NONE};
static const struct api_shape unmerge_shape = {
    "Unmerge", NULL, sample_unmerge, API_PAGE_NONE};

/* ---- what they take ---- */

/* clang-format off */
static const struct api_field merge_body[] = {
    {"into", API_NUMBER, API_REQUIRED, 1, INT64_MAX, NULL, "The number of the ticket that it is merged into."},
};
static const struct api_field split_body[] = {
    {"subject", API_TEXT, 0, 0, 200, NULL, "Of the new ticket; from what is chosen unless it is given."},
    {"comments", API_LIST, 0, 0, SPLIT_MOST, NULL, "Ids of comments that move."},
    {"messages", API_LIST, 0, 0, SPLIT_MOST, NULL, "Ids of messages of its conversations that are told in the new one."},
};
static const struct api_field link_body[] = {
    {"kind", API_WORD, 0, 0, 0, link_kind_names, "What it is linked to; other unless it says otherwise."},
    {"relation", API_WORD, 0, 0, 0, link_relation_names, "How; related unless it says otherwise."},
    {"ticket", API_NUMBER, 0, 1, INT64_MAX, NULL, "The number, with the kind ticket."},
    {"conversation_id", API_NUMBER, 0, 1, INT64_MAX, NULL, "With the kind conversation."},
    {"name", API_TEXT, 0, 0, 200, NULL, "What anything else is called where it is."},
};
static const struct api_field snooze_body[] = {
    {"until", API_TIME, 0, 0, 0, NULL, "When it is back."},
    {"until_reply", API_WORD, 0, 0, 0, (const char *const[]){"no", "yes", NULL}, "Whether it is back when the customer answers."},
};
/* clang-format on */

/* ---- reading ---- */

static int
with_ticket(struct api_call *c, struct desk *d,
    int (*print)(struct desk *d, const struct ticket *t, struct json_out *w,
	struct err *err),
    struct err *err)
{
	struct ticket t = {0};
	struct json_out w;
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) != 0)
		return rc;
	str_clear(&c->out);
	json_out_init(&w, &c->out);
	rc = print(d, &t, &w, err);
	ticket_clear(&t);
	return rc;
}

static int
print_links(
    struct desk *d, const struct ticket *t, struct json_out *w, struct err *err)
{
	struct ticket_link *rows = NULL;
	size_t count = 0;
	int rc = ticket_links(d, t->id, &rows, &count, err);

	if (rc != 0)
		return rc;
	json_out_object(w, NULL);
	json_out_array(w, "links");
	for (size_t i = 0; i < count; i++)
		ticket_link_json(&rows[i], w);
	json_out_end(w, ']');
	json_out_end(w, '}');
	free(rows);
	return 0;
}

static int
links_run(struct api_call *c, struct desk *d, struct err *err)
{
	return with_ticket(c, d, print_links, err);
}

/* ---- writing ---- */

static int
merge_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0}, into = {0};
	struct ticket_merge m;
	struct json_out w;
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) != 0)
		goto out;
	c->tried = OP_TICKET_MERGE;
	if ((rc = ticket_by_number(
		 d, api_number(api_body(c, "into"), 0), &into, err)) != 0 ||
	    (rc = ticket_merge(d, t.id, t.version, into.id, 0, &m, err)) != 0)
		goto out;
	json_out_init(&w, &c->out);
	ticket_merge_json(&m, &w);
out:
	ticket_clear(&t);
	ticket_clear(&into);
	return rc;
}

static int
unmerge_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_unmerge u = {.told = STR_INIT};
	struct ticket t = {0};
	struct json_out w;
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) == 0) {
		c->tried = OP_TICKET_UNMERGE;
		rc = ticket_unmerge(d, t.id, t.version, &u, err);
	}
	if (rc == 0) {
		json_out_init(&w, &c->out);
		ticket_unmerge_json(&u, &w);
	}
	ticket_unmerge_clear(&u);
	ticket_clear(&t);
	return rc;
}

static void
take_ids(const struct api_value *v, int64_t ids[SPLIT_MOST], size_t *count)
{
	*count = 0;
	if (!v->is_there)
		return;
	for (const struct json *e = json_first(v->map);
	     e != NULL && *count < SPLIT_MOST; e = json_next(e))
		(void)json_as_int64(e, &ids[(*count)++]);
}

static int
split_run(struct api_call *c, struct desk *d, struct err *err)
{
	int64_t comments[SPLIT_MOST], messages[SPLIT_MOST], id, number;
	struct ticket_split in = {
	    .subject = api_text(api_body(c, "subject"), NULL),
	    .comments = comments,
	    .messages = messages};
	struct ticket t = {0}, made = {0};
	int rc;

	take_ids(api_body(c, "comments"), comments, &in.comment_count);
	take_ids(api_body(c, "messages"), messages, &in.message_count);
	if ((rc = ticket_of_path(c, d, &t, err)) != 0)
		goto out;
	c->tried = OP_TICKET_SPLIT;
	if ((rc = ticket_split(d, t.id, t.version, &in, &id, &number, err)) !=
		0 ||
	    (rc = ticket_get(d, id, &made, err)) != 0)
		goto out;
	str_format(c->location, sizeof(c->location), "/api/tickets/%lld",
	    (long long)number);
	rc = ticket_answer(c, d, &made, err);
out:
	ticket_clear(&t);
	ticket_clear(&made);
	return rc;
}

static int
take_link(struct api_call *c, struct desk *d, struct ticket_link_new *in,
    struct err *err)
{
	int64_t number = api_number(api_body(c, "ticket"), 0);
	struct ticket t = {0};
	int rc = 0;

	in->kind = (enum link_kind)api_number(
	    api_body(c, "kind"), number != 0 ? LINK_TICKET : LINK_OTHER);
	in->relation = (enum link_relation)api_number(
	    api_body(c, "relation"), LINK_RELATED);
	in->name = api_text(api_body(c, "name"), NULL);
	if (in->kind == LINK_CONVERSATION)
		in->record_id = api_number(api_body(c, "conversation_id"), 0);
	if (in->kind == LINK_TICKET &&
	    (rc = ticket_by_number(d, number, &t, err)) == 0)
		in->record_id = t.id;
	ticket_clear(&t);
	return rc;
}

static int
link_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket_link_new in = {0};
	struct ticket t = {0};
	int64_t id;
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) == 0) {
		c->tried = OP_TICKET_LINK;
		if ((rc = take_link(c, d, &in, err)) == 0)
			rc = ticket_link(d, t.id, &in, &id, err);
	}
	ticket_clear(&t);
	return rc != 0 ? rc : links_run(c, d, err);
}

static int
unlink_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_by_number(d, c->record, &t, err)) == 0) {
		c->tried = OP_TICKET_UNLINK;
		rc = ticket_unlink(d, t.id, c->part, err);
	}
	ticket_clear(&t);
	return rc != 0 ? rc : links_run(c, d, err);
}

/* Changed, and shown as it is then. */
static int
print_ticket(struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if ((rc = ticket_get(d, id, &t, err)) == 0)
		rc = ticket_answer(c, d, &t, err);
	ticket_clear(&t);
	return rc;
}

static int
snooze_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int64_t id = 0;
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) == 0) {
		id = t.id;
		c->tried = OP_TICKET_SNOOZE;
		rc = ticket_snooze(d, id, t.version,
		    api_number(api_body(c, "until"), 0),
		    api_number(api_body(c, "until_reply"), 0) == 1, err);
	}
	ticket_clear(&t);
	return rc != 0 ? rc : print_ticket(c, d, id, err);
}

static int
wake_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct ticket t = {0};
	int64_t id = 0;
	int rc;

	if ((rc = ticket_of_path(c, d, &t, err)) == 0) {
		id = t.id;
		c->tried = OP_TICKET_SNOOZE;
		rc = ticket_wake(d, id, t.version, err);
	}
	ticket_clear(&t);
	return rc != 0 ? rc : print_ticket(c, d, id, err);
}

#define ROUTE(method, path, max, scope, summary)                               \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, summary}
#define BODY(fields) .body = (fields), .body_count = COUNT(fields)
#define WRITES       (API_WRITES | API_KEY | API_IF_MATCH)

static const struct api_route routes[] = {
    {ROUTE("POST", "/api/tickets/{number}/merge", 4096, "ticket.merge",
	 N_("Merge a ticket into another one")),
	.flags = WRITES, BODY(merge_body), .shape = &merge_shape, .status = 200,
	.run = merge_run, .also = "ticket.read"},
    {ROUTE("POST", "/api/tickets/{number}/unmerge", 4096, "ticket.unmerge",
	 N_("Take a merge back")),
	.flags = WRITES, .shape = &unmerge_shape, .status = 200,
	.run = unmerge_run, .also = "ticket.read"},
    {ROUTE("POST", "/api/tickets/{number}/split", 16384, "ticket.split",
	 N_("Make a new ticket of some of a ticket's comments and messages")),
	.flags = WRITES, BODY(split_body), .shape = &api_ticket, .status = 201,
	.run = split_run, .also = "ticket.read"},
    {ROUTE("GET", "/api/tickets/{number}/links", 0, "ticket.read",
	 N_("List what a ticket is linked to")),
	.status = 200, .run = links_run},
    {ROUTE("POST", "/api/tickets/{number}/links", 4096, "ticket.link",
	 N_("Link a ticket to what it has to do with")),
	.flags = WRITES, BODY(link_body), .status = 201, .run = link_run,
	.also = "ticket.read"},
    {ROUTE("DELETE", "/api/tickets/{number}/links/{id}", 0, "ticket.unlink",
	 N_("Take a link off a ticket")),
	.flags = API_WRITES | API_KEY, .status = 200, .run = unlink_run,
	.also = "ticket.read"},
    {ROUTE("POST", "/api/tickets/{number}/snooze", 4096, "ticket.snooze",
	 N_("Put a ticket out of the way until a time or a reply")),
	.flags = WRITES, BODY(snooze_body), .shape = &api_ticket, .status = 200,
	.run = snooze_run, .also = "ticket.read"},
    {ROUTE("POST", "/api/tickets/{number}/wake", 4096, "ticket.snooze",
	 N_("Wake a ticket that sleeps")),
	.flags = WRITES, .shape = &api_ticket, .status = 200, .run = wake_run,
	.also = "ticket.read"},
};

void
ticket_parts_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
