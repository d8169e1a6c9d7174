/*
 * webhooks - who is told of events: /api/webhooks, and the older system's
 * register below /api/support/troubleshooting.
 *
 * A program registers addresses on the internet; one in our own network is
 * chosen by a person (opdesk webhook new --private).  Its secret is answered
 * once, when it was made here.
 */
#include "db/records/webhooks.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "syncd/api/call.h"
#include <stdlib.h>
#include <string.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define PATH       "/api/webhooks"
#define OLD_PATH   "/api/support/troubleshooting/webhooks"
#define EVENTS_MAX 64
#define PAGE       50

static void
sample(struct json_out *out)
{
	const struct webhook w = {.events = "", .body_template = ""};

	webhook_json(&w, out);
}

/* As it is answered when it was made: with its secret. */
static void
print_made(const struct webhook *w, const char *secret, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", w->id);
	json_out_string(out, "name", w->name);
	json_out_string(out, "kind", webhook_kind_names[w->kind]);
	json_out_string(out, "host", w->host);
	json_out_string(out, "state", webhook_state_names[w->state]);
	json_out_string(out, "secret", secret[0] != '\0' ? secret : NULL);
	json_out_end(out, '}');
}

static void
sample_made(struct json_out *out)
{
	const struct webhook w = {.events = "", .body_template = ""};

	print_made(&w, "", out);
}

static void
sample_attempt(struct json_out *out)
{
	const struct webhook_attempt a = {.id = 0};

	webhook_attempt_json(&a, out);
}

static const struct api_shape one = {"Webhook", NULL, sample, API_PAGE_NONE};
static const struct api_shape all = {
    "Webhook", "webhooks", sample, API_PAGE_NONE};
static const struct api_shape made = {
    "WebhookMade", NULL, sample_made, API_PAGE_NONE};
static const struct api_shape attempts = {
    "WebhookAttempt", "attempts", sample_attempt, API_PAGE_CURSOR};

static const char *const switches[] = {"on", "off", NULL};

/* clang-format off */
#define ABOUT_EVENTS "Names of events and patterns such as ticket.*; none: all of them."
#define ABOUT_FILTER "Only what is about: team:Soporte priority>=4 status:escalated guide:vpn_fails -channel:whatsapp, as opdesk-operations(7) has them; empty: no more than the events."
#define ABOUT_SECRET "whsec_ and base64 of 24 to 64 bytes; without it one is made and answered. Of kestra: the header Authorization."
static const struct api_field new_body[] = {
    {"name", API_TEXT, API_REQUIRED, 1, 64, NULL, "What it is called."},
    {"url", API_TEXT, API_REQUIRED, 1, WEBHOOK_URL_MAX, NULL, "Where to; https."},
    {"events", API_ITEMS, 0, 0, EVENTS_MAX, NULL, ABOUT_EVENTS},
    {"filter", API_TEXT, 0, 0, WEBHOOK_FILTER_MAX, NULL, ABOUT_FILTER},
    {"kind", API_WORD, 0, 0, 0, webhook_kind_names, "standard unless it says otherwise."},
    {"secret", API_TEXT, 0, 1, 95, NULL, ABOUT_SECRET},
    {"text", API_TEXT, 0, 0, 4096, NULL, "What Slack is told, with {{type}}, {{data.number}} and so on."},
};
static const struct api_field old_body[] = {
    {"id", API_TEXT, API_REQUIRED, 1, 64, NULL, "What it is called; one that is there is changed."},
    {"url", API_TEXT, API_REQUIRED, 1, WEBHOOK_URL_MAX, NULL, "Where to; https."},
    {"events", API_ITEMS, 0, 0, EVENTS_MAX, NULL, "SESSION_STARTED, SESSION_RESOLVED, SESSION_ESCALATED, or names of events; none: those of sessions."},
    {"secret", API_TEXT, 0, 1, 95, NULL, ABOUT_SECRET},
};
static const struct api_field edit_body[] = {
    {"name", API_TEXT, 0, 1, 64, NULL, "What it is called."},
    {"url", API_TEXT, 0, 1, WEBHOOK_URL_MAX, NULL, "Where to; https."},
    {"events", API_ITEMS, 0, 0, EVENTS_MAX, NULL, ABOUT_EVENTS},
    {"filter", API_TEXT, 0, 0, WEBHOOK_FILTER_MAX, NULL, ABOUT_FILTER},
    {"secret", API_TEXT, 0, 1, 95, NULL, "Another secret, which counts at once."},
    {"text", API_TEXT, 0, 0, 4096, NULL, "What Slack is told."},
};
static const struct api_field switch_body[] = {
    {"state", API_WORD, API_REQUIRED, 0, 0, switches, "On it is told of what happens from now on."},
};
static const struct api_field replay_body[] = {
    {"since", API_TIME, 0, 0, 0, NULL, "Only what was given up since then."},
};
static const struct api_field attempts_query[] = {
    {"limit", API_NUMBER, 0, 1, WEBHOOK_ATTEMPTS_MAX, NULL, "Attempts on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
/* clang-format on */

/* ---- reading ---- */

static int
print_one(struct api_call *c, struct desk *d, int64_t id, struct err *err)
{
	struct webhook w = {.id = 0};
	struct json_out out;
	int rc = webhook_get(d, id, &w, err);

	if (rc == 0) {
		json_out_init(&out, &c->out);
		webhook_json(&w, &out);
		c->version = w.version;
	}
	webhook_clear(&w);
	return rc;
}

static int
read_run(struct api_call *c, struct desk *d, struct err *err)
{
	return print_one(c, d, c->record, err);
}

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct webhook *rows = NULL;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = webhook_list(d, false, &rows, &count, err)) != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "webhooks");
	for (size_t i = 0; i < count; i++)
		webhook_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_end(&w, '}');
	webhook_list_free(&rows, count);
	return 0;
}

static int
attempts_run(struct api_call *c, struct desk *d, struct err *err)
{
	int limit = (int)api_number(api_query(c, "limit"), PAGE);
	struct webhook_attempt *rows = NULL;
	struct webhook hook = {.id = 0};
	char cursor[API_CURSOR_SIZE] = "";
	int64_t unused, before;
	struct json_out w;
	size_t count = 0;
	int rc;

	if ((rc = api_cursor_read(
		 api_query(c, "cursor"), &unused, &before, err)) != 0)
		return rc;
	rc = webhook_get(d, c->record, &hook, err);
	webhook_clear(&hook);
	if (rc != 0 || (rc = webhook_attempts(d, c->record, before, limit,
			    &rows, &count, err)) != 0)
		return rc;
	if (count > 0 && count == (size_t)limit)
		api_cursor(cursor, 0, rows[count - 1].id);
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "attempts");
	for (size_t i = 0; i < count; i++)
		webhook_attempt_json(&rows[i], &w);
	json_out_end(&w, ']');
	json_out_string(&w, "next_cursor", cursor[0] != '\0' ? cursor : NULL);
	json_out_end(&w, '}');
	free(rows);
	return 0;
}

/* ---- making and changing ---- */

/* events is printed into list, which set borrows. */
static struct webhook_set
read_set(struct api_call *c, const char *name, struct str *list)
{
	const struct api_value *events = api_body(c, "events");
	struct webhook_set in = {.kind = -1, .is_private = -1};

	in.name = api_text(api_body(c, name), NULL);
	in.url = api_text(api_body(c, "url"), NULL);
	in.secret = api_text(api_body(c, "secret"), NULL);
	if (events->is_there) {
		json_print(events->map, list);
		in.events = list->s;
	}
	return in;
}

static int
make(struct api_call *c, struct desk *d, const struct webhook_set *in,
    struct err *err)
{
	char secret[WEBHOOK_SECRET_MAX] = "";
	struct webhook w = {.id = 0};
	struct json_out out;
	int64_t id = 0;
	int rc;

	c->tried = OP_WEBHOOK_REGISTER;
	if ((rc = webhook_new(d, in, &id, secret, err)) == 0 &&
	    (rc = webhook_get(d, id, &w, err)) == 0) {
		json_out_init(&out, &c->out);
		print_made(&w, in->secret == NULL ? secret : "", &out);
		str_format(c->location, sizeof(c->location), PATH "/%lld",
		    (long long)id);
	}
	explicit_bzero(secret, sizeof(secret));
	webhook_clear(&w);
	return rc;
}

static int
new_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct str list = STR_INIT;
	struct webhook_set in = read_set(c, "name", &list);
	int rc;

	in.kind = (int)api_number(api_body(c, "kind"), WEBHOOK_STANDARD);
	in.body_template = api_text(api_body(c, "text"), NULL);
	in.filter = api_text(api_body(c, "filter"), NULL);
	rc = make(c, d, &in, err);
	str_free(&list);
	return rc;
}

/* One of that name that is there is changed, as the older system did. */
static int
register_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct webhook now = {.id = 0};
	struct str list = STR_INIT;
	struct webhook_set in = read_set(c, "id", &list);
	struct json_out out;
	int rc;

	if (in.events == NULL)
		in.events = "session.*";
	in.kind = WEBHOOK_STANDARD;
	c->tried = OP_WEBHOOK_REGISTER;
	rc = webhook_by_name(d, in.name, &now, NULL);
	if (rc == OD_ENOTFOUND) {
		rc = make(c, d, &in, err);
	} else if (rc == 0 &&
		   (rc = webhook_edit(d, now.id, 0, &in, err)) == 0) {
		json_out_init(&out, &c->out);
		print_made(&now, "", &out);
	}
	webhook_clear(&now);
	str_free(&list);
	return rc;
}

static int
edit_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct webhook now = {.id = 0};
	struct str list = STR_INIT;
	struct webhook_set in = read_set(c, "name", &list);
	int rc;

	c->tried = OP_WEBHOOK_REGISTER;
	in.body_template = api_text(api_body(c, "text"), NULL);
	in.filter = api_text(api_body(c, "filter"), NULL);
	rc = webhook_get(d, c->record, &now, err);
	c->is_found = rc == 0;
	if (rc == 0 && !api_matches(c, now.version))
		rc = err_set(err, OD_ECONFLICT,
		    "The webhook was changed meanwhile; read it again");
	if (rc == 0)
		rc = webhook_edit(d, now.id, now.version, &in, err);
	if (rc == 0)
		rc = print_one(c, d, now.id, err);
	webhook_clear(&now);
	str_free(&list);
	return rc;
}

static int
switch_run(struct api_call *c, struct desk *d, struct err *err)
{
	int rc;

	c->tried = OP_WEBHOOK_SWITCH;
	rc = webhook_switch(
	    d, c->record, 0, api_number(api_body(c, "state"), 0) == 0, err);
	return rc != 0 ? rc : print_one(c, d, c->record, err);
}

static int
delete_run(struct api_call *c, struct desk *d, struct err *err)
{
	int rc;

	c->tried = OP_WEBHOOK_DELETE;
	rc = webhook_delete(d, c->record, 0, err);
	return rc != 0 ? rc : print_one(c, d, c->record, err);
}

static int
test_run(struct api_call *c, struct desk *d, struct err *err)
{
	int rc;

	c->tried = OP_WEBHOOK_TEST;
	rc = webhook_test(d, c->record, err);
	return rc != 0 ? rc : print_one(c, d, c->record, err);
}

static void
print_replayed(int64_t count, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "replayed", count);
	json_out_end(out, '}');
}

static void
sample_replayed(struct json_out *out)
{
	print_replayed(0, out);
}

static const struct api_shape replayed = {
    "WebhookReplayed", NULL, sample_replayed, API_PAGE_NONE};

static int
replay_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct json_out out;
	int64_t count = 0;
	int rc;

	c->tried = OP_WEBHOOK_REPLAY;
	rc = webhook_replay(
	    d, c->record, 0, api_number(api_body(c, "since"), 0), &count, err);
	if (rc == 0) {
		json_out_init(&out, &c->out);
		print_replayed(count, &out);
	}
	return rc;
}

/* clang-format off */
#define ROUTE(method, path, max, scope, about)                                 \
	.route = {method, path, max, ROUTE_SCOPE, scope, api_handle, about}
#define BODY(b) .body = b, .body_count = COUNT(b)
/* clang-format on */

static const struct api_route routes[] = {
    {ROUTE("GET", PATH, 0, "webhook.read", N_("List who is told of events")),
	.shape = &all, .status = 200, .run = list_run},
    {ROUTE("POST", PATH, 16384, "webhook.register", N_("Make a webhook")),
	.flags = API_WRITES, BODY(new_body), .shape = &made, .status = 201,
	.run = new_run, .also = "webhook.read"},
    {ROUTE("GET", PATH "/{id}", 0, "webhook.read", N_("Read a webhook")),
	.shape = &one, .status = 200, .run = read_run},
    {ROUTE("PATCH", PATH "/{id}", 16384, "webhook.register",
	 N_("Change a webhook")),
	.flags = API_WRITES | API_KEY | API_IF_MATCH, BODY(edit_body),
	.shape = &one, .status = 200, .run = edit_run, .also = "webhook.read"},
    {ROUTE("DELETE", PATH "/{id}", 0, "webhook.delete",
	 N_("Move a webhook to the trash")),
	.flags = API_WRITES | API_KEY, .shape = &one, .status = 200,
	.run = delete_run, .also = "webhook.read"},
    {ROUTE("POST", PATH "/{id}/state", 1024, "webhook.switch",
	 N_("Switch a webhook on or off")),
	.flags = API_WRITES | API_KEY, BODY(switch_body), .shape = &one,
	.status = 200, .run = switch_run, .also = "webhook.read"},
    {ROUTE("POST", PATH "/{id}/test", 1024, "webhook.test",
	 N_("Send a test to a webhook")),
	.flags = API_WRITES | API_KEY, .shape = &one, .status = 200,
	.run = test_run, .also = "webhook.read"},
    {ROUTE("POST", PATH "/{id}/replay", 1024, "webhook.replay",
	 N_("Send a webhook's dead letters again")),
	.flags = API_WRITES | API_KEY, BODY(replay_body), .shape = &replayed,
	.status = 200, .run = replay_run},
    {ROUTE("GET", PATH "/{id}/attempts", 0, "webhook.read",
	 N_("List what was sent to a webhook, the newest first")),
	.query = attempts_query, .query_count = COUNT(attempts_query),
	.shape = &attempts, .status = 200, .run = attempts_run},
    {ROUTE("GET", OLD_PATH, 0, "webhook.read",
	 N_("List who is told of events, where the older system had it")),
	.shape = &all, .status = 200, .run = list_run},
    {ROUTE("POST", OLD_PATH, 16384, "webhook.register",
	 N_("Register a webhook as the older system did")),
	.flags = API_WRITES, BODY(old_body), .shape = &made, .status = 200,
	.run = register_run, .also = "webhook.read"},
};

void
webhooks_routes(struct daemon *d)
{
	api_add(d, routes, COUNT(routes));
}
