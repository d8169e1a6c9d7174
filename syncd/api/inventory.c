/*
 * inventory - what inventory agents post, and which agents there are.
 *
 * GLPI Agent, FusionInventory and OCS agents post to /inventory: they ask what
 * to do, then send a report.  A report is committed as it came before it is
 * answered.  Agents read few statuses and no problem+json, so that they are
 * told in their own shapes.
 */
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/agents.h"
#include "db/records/tokens.h"
#include "syncd/api/call.h"
#include "syncd/api/inventory_read.h"
#include "syncd/work/room.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_MAX      ((size_t)8 * 1024 * 1024) /* as it was sent */
#define EVERY_HOURS   24                        /* an agent speaks again */
#define MESSAGE_BYTES 250                       /* that an agent reads */

static struct log_brake refused, unstored;

struct post { /* one, on its way to the disk */
	struct daemon *daemon;
	struct http_req *req;
	struct work_job job;
	const void *body; /* the request's; does not move until the answer */
	size_t body_len;
	char type[129], key[AGENT_KEY_MAX + 2], user_agent[129];
	char token[80]; /* "": it showed none */
	char tenant[65];
	bool accepts, is_off; /* without a token */
	struct inventory_said said;
	int status; /* of a refusal; 0: none */
};

/* ---- answers ---- */

static void
add_escaped(struct str *out, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '<')
			str_add(out, "&lt;");
		else if (*s == '&')
			str_add(out, "&amp;");
		else if (*s == '>')
			str_add(out, "&gt;");
		else
			str_addc(out, *s);
}

/* What a program asks to see again beside the answer: eight hex digits. */
static void
echo_request_id(struct http_req *req)
{
	const char *id = http_req_header(req, "GLPI-Request-ID");

	if (id == NULL || strlen(id) != 8 ||
	    strspn(id, "0123456789ABCDEF") != 8)
		return;
	http_reply_header(req, "GLPI-Request-ID", id);
}

static void
reply(struct http_req *req, int status, bool is_xml, struct str *text)
{
	echo_request_id(req);
	http_reply_take(req, status,
	    is_xml ? "application/xml" : "application/json", text);
}

/* why is for the log: a sentence of ours, without a word of who posted. */
static void
refuse_for(struct post *p, int status, const char *why, const char *message)
{
	struct str text = STR_INIT;
	struct json_out w;
	char cut[MESSAGE_BYTES + 1];

	(void)str_copy(cut, sizeof(cut), message);
	log_braked(&refused, LOG_WARN, "inventory",
	    "a post of %s was refused with %d: %s", http_req_peer(p->req),
	    status, why);
	if (status == 401)
		http_reply_header(p->req, "WWW-Authenticate",
		    "Basic realm=\"opdesk\"");
	if (status == 503)
		http_reply_header(p->req, "Retry-After", "60");
	if (p->said.is_xml) {
		str_add(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			       "<REPLY><ERROR>");
		add_escaped(&text, cut);
		str_add(&text, "</ERROR></REPLY>\n");
	} else {
		json_out_init(&w, &text);
		json_out_object(&w, NULL);
		json_out_string(&w, "status", "error");
		json_out_string(&w, "message", cut);
		json_out_int(&w, "expiration", EVERY_HOURS);
		json_out_end(&w, '}');
	}
	reply(p->req, status, p->said.is_xml, &text);
}

static void
refuse(struct post *p, int status, const char *message)
{
	refuse_for(p, status, message, message);
}

/* Which of its tasks an agent is to do: its inventory, and nothing else. */
static void
add_tasks(struct json_out *w)
{
	static const char *const others[] = {"collect", "deploy", "esx",
	    "netdiscovery", "netinventory", "remoteinventory", "wakeonlan"};

	json_out_object(w, "tasks");
	json_out_object(w, "inventory");
	json_out_string(w, "server", "glpi");
	json_out_string(w, "version", "10.0.18");
	/* Command lines and environments hold passwords. */
	json_out_string(w, "no-category", "environment,process");
	json_out_end(w, '}');
	json_out_end(w, '}');
	json_out_array(w, "disabled");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		json_out_string(w, NULL, others[i]);
	json_out_end(w, ']');
}

static void
answer_json(struct post *p)
{
	struct str text = STR_INIT;
	struct json_out w;

	json_out_init(&w, &text);
	json_out_object(&w, NULL);
	json_out_string(&w, "status", "ok");
	json_out_int(&w, "expiration", EVERY_HOURS);
	if (p->said.what == INVENTORY_CONTACT)
		add_tasks(&w);
	json_out_end(&w, '}');
	reply(p->req, 200, false, &text);
}

static void
answer(struct post *p)
{
	struct str text = STR_INIT;

	/* An agent that has an id of its own understands JSON. */
	if (!p->said.is_xml ||
	    (p->said.what == INVENTORY_PROLOG && p->key[0] != '\0')) {
		answer_json(p);
		return;
	}
	str_add(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<REPLY>");
	if (p->said.what == INVENTORY_PROLOG)
		str_addf(&text, "<PROLOG_FREQ>%d</PROLOG_FREQ>", EVERY_HOURS);
	str_add(&text, "<RESPONSE>SEND</RESPONSE></REPLY>\n");
	reply(p->req, 200, true, &text);
}

static void
post_free(struct post *p)
{
	explicit_bzero(p->token, sizeof(p->token));
	free(p);
}

/* ---- to the disk ---- */

/* Whose agent it is: that of its token, else of the usual tenant. */
static int
act(struct post *p, struct desk *desk, int64_t *token_id, struct err *err)
{
	int64_t tenant_id;
	int rc;

	*token_id = 0;
	if (p->token[0] == '\0') {
		if (p->is_off)
			return err_set(err, OD_EDENIED,
			    "Reports need a token here, as the password of"
			    " any user");
		desk_see_all(desk);
		rc = desk_find_tenant(desk, p->tenant, &tenant_id, err);
		if (rc == 0)
			desk_act_as_system(desk, tenant_id);
		return rc;
	}
	if ((rc = desk_act_as_token(desk, p->token, err)) != 0)
		return rc;
	if (!token_scopes_cover(desk->actor.scopes, SCOPE_INVENTORY))
		return err_set(err, OD_EDENIED,
		    "The token lacks the scope %s", SCOPE_INVENTORY);
	*token_id = desk->actor.id;
	desk_act_as_system(desk, desk->actor.tenant_id);
	return 0;
}

static int
keep_run(struct work_job *job, void *context, struct err *err)
{
	struct post *p = job->data;
	struct desk *desk = store_desk(context);
	struct agent_word w = {.key = p->key,
	    .device_id = p->said.device_id,
	    .program = p->said.program,
	    .program_version = p->said.version,
	    .tag = p->said.has_tag ? p->said.tag : NULL,
	    .by_token = p->token[0] != '\0',
	    .accepts = p->accepts};
	int64_t token_id, id;
	int rc;

	if (p->said.what == INVENTORY_REPORT) {
		w.report = p->body;
		w.report_size = p->body_len;
		w.report_is_partial = p->said.is_partial;
	}
	if ((rc = act(p, desk, &token_id, err)) != 0)
		return rc;
	if (token_id != 0 && (rc = token_used(desk, token_id, err)) != 0)
		return rc;
	return agent_heard(desk, &w, &id, err);
}

static void
keep_done(struct work_job *job, int rc, const struct err *err)
{
	struct post *p = job->data;

	if (rc == 0) {
		answer(p);
	} else if (rc == OD_EDENIED) {
		refuse(p, 401, err->text);
	} else if (rc == OD_EDATA) {
		refuse(p, 400, err->text);
	} else if (rc == OD_ELIMIT) {
		refuse(p, 429, err->text);
	} else {
		log_braked(&unstored, LOG_ERROR, "inventory",
		    "a report could not be stored: %s", err_plain(err));
		refuse(p, 503, _("The desk cannot take it now"));
	}
	post_free(p);
}

/* ---- what came ---- */

static int
read_run(struct work_job *job, void *context, struct err *err)
{
	static const int statuses[] = {[INVENTORY_FINE] = 0,
	    [INVENTORY_BAD] = 400, [INVENTORY_LARGE] = 413,
	    [INVENTORY_UNPACKABLE] = 415};
	struct post *p = job->data;
	struct desk *desk = store_desk(context);
	int64_t unused;
	int rc;

	/* Who may not report has nothing unpacked. */
	if ((rc = act(p, desk, &unused, err)) != 0)
		return rc;
	p->status = statuses[inventory_read(
	    p->body, p->body_len, p->type, &p->said, err)];
	if (p->status != 0)
		return OD_EDATA;
	if (p->said.program[0] == '\0')
		inventory_program(
		    p->user_agent, p->said.program, p->said.version);
	return 0;
}

static void
read_done(struct work_job *job, int rc, const struct err *err)
{
	struct post *p = job->data;
	char text[200];

	if (rc == 0 && p->said.what == INVENTORY_OTHER) {
		str_format(text, sizeof(text), "Query '%s' is not supported.",
		    p->said.action);
		refuse_for(p, 501, "it asks what is not answered here", text);
	} else if (rc == 0) {
		p->job = (struct work_job){
		    .run = keep_run, .done = keep_done, .data = p};
		store_write(p->daemon->store, &p->job);
		return;
	} else if (p->status != 0) {
		refuse(p, p->status, err->text);
	} else {
		refuse(p, rc == OD_EDENIED ? 401 : 503,
		    rc == OD_EDENIED ? err->text
				     : _("The desk cannot take it now"));
	}
	post_free(p);
}

/* The password of "Basic", whatever the user; or a bearer. */
static bool
take_token(struct post *p)
{
	const char *header = http_req_header(p->req, "Authorization");
	const char *bearer = http_req_bearer(p->req), *colon;
	char plain[300];
	size_t n;
	bool fits = true;

	if (header == NULL)
		return true;
	if (bearer != NULL) {
		(void)str_copy(p->token, sizeof(p->token), bearer);
		return strlen(bearer) < sizeof(p->token);
	}
	if (strncasecmp(header, "Basic ", 6) != 0 ||
	    !base64_decode(plain, sizeof(plain) - 1, &n,
		header + 6 + strspn(header + 6, " ")))
		return false;
	plain[n] = '\0';
	colon = memchr(plain, ':', n);
	fits = colon != NULL && colon[1] != '\0' &&
	       strlen(colon + 1) < sizeof(p->token);
	if (fits)
		(void)str_copy(p->token, sizeof(p->token), colon + 1);
	explicit_bzero(plain, sizeof(plain));
	return fits;
}

static void
take_header(struct post *p, const char *name, char *out, size_t size)
{
	const char *value = http_req_header(p->req, name);

	(void)str_copy(out, size, value != NULL ? value : "");
}

static void
inventory_post(struct http_req *req, void *data)
{
	struct daemon *d = data;
	const char *anonymous = conf_string(
	    conf_section(d->conf, CONF_INVENTORY), "anonymous");
	struct post *p = xcalloc(1, sizeof(*p));

	p->daemon = d;
	p->req = req;
	p->body = http_req_body(req, &p->body_len);
	p->accepts = strcmp(anonymous, "accept") == 0;
	p->is_off = strcmp(anonymous, "off") == 0;
	(void)str_copy(p->tenant, sizeof(p->tenant),
	    conf_string(conf_section(d->conf, CONF_DESK), "tenant"));
	take_header(p, "Content-Type", p->type, sizeof(p->type));
	take_header(p, "GLPI-Agent-ID", p->key, sizeof(p->key));
	take_header(p, "User-Agent", p->user_agent, sizeof(p->user_agent));
	if (!take_token(p)) {
		refuse(p, 401, _("This is no token"));
		post_free(p);
	} else if (!room_takes_in(d->room)) {
		refuse(p, 503, _("The desk cannot take it now"));
		post_free(p);
	} else {
		p->job = (struct work_job){
		    .run = read_run, .done = read_done, .data = p};
		store_read(d->store, &p->job);
	}
}

/* Not in the OpenAPI text: its answers are those that agents know. */
static const struct route post_routes[] = {
    {"POST", "/inventory", BODY_MAX, ROUTE_OPEN, NULL, inventory_post, NULL},
};

/* ---- which agents there are ---- */

static void
sample(struct json_out *out)
{
	const struct agent a = {.contact_us = 0};

	agent_json(&a, out);
}

static const struct api_shape list_shape = {
    "InventoryAgent", "agents", sample, API_PAGE_CURSOR};

/* clang-format off */
static const struct api_field list_query[] = {
    {"view", API_WORD, 0, 0, 0, agent_view_names, "Which ones; all unless it says otherwise."},
    {"limit", API_NUMBER, 0, 1, 200, NULL, "Agents on a page; 50 unless it says otherwise."},
    {"cursor", API_TEXT, 0, 1, 40, NULL, "next_cursor of the page before."},
};
/* clang-format on */

static int
list_run(struct api_call *c, struct desk *d, struct err *err)
{
	enum agent_view view =
	    (enum agent_view)api_number(api_query(c, "view"), AGENTS_ALL);
	struct page page = {
	    .limit = (int)api_number(api_query(c, "limit"), 50)};
	char cursor[API_CURSOR_SIZE];
	struct agent *rows;
	struct json_out w;
	size_t n;
	int rc;

	if ((rc = api_cursor_read(api_query(c, "cursor"), &page.after_key,
		 &page.after_id, err)) != 0 ||
	    (rc = agent_list(d, view, &page, &rows, &n, err)) != 0)
		return rc;
	json_out_init(&w, &c->out);
	json_out_object(&w, NULL);
	json_out_array(&w, "agents");
	for (size_t i = 0; i < n; i++)
		agent_json(&rows[i], &w);
	json_out_end(&w, ']');
	if (n == (size_t)page.limit) {
		api_cursor(cursor, agent_page_key(view, &rows[n - 1]),
		    rows[n - 1].id);
		json_out_string(&w, "next_cursor", cursor);
	} else {
		json_out_null(&w, "next_cursor");
	}
	json_out_end(&w, '}');
	free(rows);
	return 0;
}

static void
stats_sample(struct json_out *out)
{
	const struct agent_stats none = {0};

	agent_stats_json(&none, NULL, 0, out);
}

static const struct api_shape stats_shape = {
    "InventoryAgentStats", NULL, stats_sample, API_PAGE_NONE};

static int
stats_run(struct api_call *c, struct desk *d, struct err *err)
{
	struct agent_program *programs = NULL;
	struct agent_stats stats;
	struct json_out w;
	size_t n = 0;
	int rc;

	if ((rc = agent_stats(d, &stats, err)) == 0 &&
	    (rc = agent_programs(d, &programs, &n, err)) == 0) {
		json_out_init(&w, &c->out);
		agent_stats_json(&stats, programs, n, &w);
	}
	free(programs);
	return rc;
}

#define ROUTE(path, summary)                                                   \
	.route = {"GET", path, 0, ROUTE_SCOPE, "agent.read", api_handle, summary}

static const struct api_route routes[] = {
    {ROUTE("/api/inventory/agents", N_("List inventory agents")),
	.query = list_query,
	.query_count = sizeof(list_query) / sizeof(list_query[0]),
	.shape = &list_shape, .status = 200, .run = list_run},
    {ROUTE("/api/inventory/stats",
	 N_("How many inventory agents report, and how many are silent")),
	.shape = &stats_shape, .status = 200, .run = stats_run},
};

void
inventory_routes(struct daemon *d)
{
	router_add(d->router, post_routes, 1, d);
	api_add(d, routes, sizeof(routes) / sizeof(routes[0]));
}
