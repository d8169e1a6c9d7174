/* call - see call.h. */
#include "syncd/api/call.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "db/records/login.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "db/records/tokens.h"
#include "syncd/api/bytes.h"
#include "syncd/api/page.h"
#include "syncd/work/room.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RETRY_S      "5"
#define RETRY_ROOM_S "60"

static struct log_brake failed; /* by a disk: at any rate */

static void
call_free(struct api_call *c)
{
	explicit_bzero(c->token, sizeof(c->token));
	form_clear(&c->query_form);
	form_clear(&c->form);
	json_free(&c->doc);
	str_free(&c->out);
	if (c->own != NULL)
		c->own_free(c);
	free(c);
}

/* ---- the work ---- */

/* 1: it was answered already, and that is the answer. */
static int
recall(struct api_call *c, struct desk *d, struct err *err)
{
	struct idempotent kept;
	struct json *doc = NULL;
	int64_t number;
	int rc = idempotency_find(d, c->key, c->hash, &kept, err);

	if (rc != 0 || kept.status == 0)
		return rc;
	c->status = kept.status;
	str_add(&c->out, kept.response);
	free(kept.response);
	if (json_parse(
		c->out.s, c->out.len, &json_limits_webhook, &doc, NULL) == 0)
		(void)json_int64(doc, "version", &c->version);
	if (c->status == 201 && json_int64(doc, "number", &number))
		str_format(c->location, sizeof(c->location),
		    "/api/tickets/%lld", (long long)number);
	json_free(&doc);
	return 1;
}

/* The token let the request in; the person is the one who acts. */
static void
act_as_person(const struct api_call *c, struct desk *d)
{
	d->actor = c->person;
	d->single_user = false;
	op_stepped_up(d);
}

static int
write_within(struct api_call *c, struct desk *d, struct err *err)
{
	int rc;

	if ((rc = db_group_begin(d, err)) != 0)
		return rc;
	if ((rc = c->route->run(c, d, err)) == 0 && c->key[0] != '\0')
		rc = idempotency_keep(
		    d, c->key, c->hash, c->route->status, c->out.s, err);
	return db_group_end(d, rc, err);
}

static int
call_run(struct work_job *job, void *context, struct err *err)
{
	struct api_call *c = job->data;
	struct desk *d = store_desk(context);
	int rc;

	if ((rc = desk_act_as_token(d, c->token, err)) != 0)
		return rc;
	c->tried = OP_COUNT;
	if ((c->route->flags & API_WRITES) == 0)
		return c->route->run(c, d, err);
	if (c->key[0] != '\0' && (rc = recall(c, d, err)) != 0)
		return rc == 1 ? 0 : rc;
	if ((c->route->flags & API_PERSON) != 0) {
		/* One operation, whose refusal is kept by itself. */
		act_as_person(c, d);
		return c->route->run(c, d, err);
	}
	if ((rc = write_within(c, d, err)) == 0)
		c->is_done = true;
	/* What the group took back with the rest is a fact to keep. */
	if (rc == OD_EDENIED && c->tried != OP_COUNT)
		(void)op_read(d, c->tried, c->record, NULL);
	return rc;
}

/* ---- the answer ---- */

static void
add_version(struct api_call *c)
{
	char tag[32];

	if (c->version == 0)
		return;
	str_format(tag, sizeof(tag), "\"%lld\"", (long long)c->version);
	http_reply_header(c->req, "ETag", tag);
}

static bool
is_known_to_client(struct api_call *c)
{
	const char *tags = http_req_header(c->req, "If-None-Match");
	char tag[32];

	if (c->version == 0 || tags == NULL ||
	    (c->route->flags & API_WRITES) != 0)
		return false;
	str_format(tag, sizeof(tag), "\"%lld\"", (long long)c->version);
	return strcmp(tags, "*") == 0 || strstr(tags, tag) != NULL;
}

/* A browser that sent a form sees the list again. */
static void
go_back(struct api_call *c)
{
	if (!c->wants_html || (c->route->flags & API_WRITES) == 0)
		return;
	c->status = 303;
	c->version = 0;
	str_copy(c->location, sizeof(c->location), "/mesa_ayuda");
}

/* It brings no script, and takes none. */
static void
answer_page(struct api_call *c)
{
	http_reply_header(c->req, "Content-Security-Policy",
	    "default-src 'none'; form-action 'self'; base-uri 'none';"
	    " frame-ancestors 'none'");
	http_reply_take(c->req, c->status, "text/html; charset=utf-8", &c->out);
}

static void
answer_good(struct api_call *c)
{
	if (c->file.is_there) {
		bytes_answer(c);
		return;
	}
	http_reply_header(c->req, "Cache-Control", "no-store");
	add_version(c);
	if (c->location[0] != '\0')
		http_reply_header(c->req, "Location", c->location);
	if (is_known_to_client(c))
		http_reply(c->req, 304, NULL, NULL, 0);
	else if (c->status == 303)
		http_reply(c->req, 303, NULL, NULL, 0);
	else if (c->wants_html)
		answer_page(c);
	else
		http_reply_json(c->req, c->status, &c->out);
}

/* What a body names and is not there is bad data: the address is right. */
static int
code_of(const struct api_call *c, int rc)
{
	bool by_body = (c->route->flags & API_WRITES) != 0 &&
	               (c->record == 0 || c->is_found);

	return rc == OD_ENOTFOUND && by_body ? OD_EDATA : rc;
}

/* For a browser a sentence is a page. */
static bool
answer_sorry(struct api_call *c, int status, const char *sentence)
{
	if (!c->wants_html)
		return false;
	str_clear(&c->out);
	page_sentence(&c->out, _("It was not done"), sentence);
	c->status = status;
	answer_page(c);
	return true;
}

static void
answer_bad(struct api_call *c, int given, const struct err *err)
{
	int rc = code_of(c, given);
	int status = c->status != 0 ? c->status : err_http_status(rc);
	const char *name = status == 412 ? "precondition-failed" : err_name(rc);

	if (status >= 500)
		log_braked(&failed, status == 503 ? LOG_WARN : LOG_ERROR, "api",
		    "%s %s: %s", c->route->route.method, c->route->route.path,
		    err_plain(err));
	if (status == 503 || status == 429)
		http_reply_header(c->req, "Retry-After", RETRY_S);
	if (answer_sorry(c, status, err->text))
		return;
	if (c->more != NULL) {
		add_version(c);
		http_reply_problem_with(
		    c->req, status, name, err->text, c->more, c->out.s);
	} else {
		http_reply_problem(c->req, status, name, err->text);
	}
}

static void
call_done(struct work_job *job, int rc, const struct err *err)
{
	struct api_call *c = job->data;

	if (rc == 0) {
		if (c->status == 0)
			c->status = c->route->status;
		/* Without it, it was answered by its key. */
		if (c->is_done)
			FREE(&c->own);
		go_back(c);
		answer_good(c);
	} else {
		answer_bad(c, rc, err);
	}
	call_free(c);
}

/* ---- a person ---- */

/* On the reader: a check takes a while, and no transaction may be open. */
static int
person_run(struct work_job *job, void *context, struct err *err)
{
	struct api_call *c = job->data;
	struct desk *d = store_desk(context);
	struct login_given given = {.login = api_text(api_body(c, "login"), ""),
	    .password = api_text(api_body(c, "password"), ""),
	    .code = api_text(api_body(c, "code"), NULL),
	    .source = c->peer};
	struct tenant tenant;
	bool wants_code;
	int rc;

	if ((rc = desk_act_as_token(d, c->token, err)) != 0 ||
	    (rc = tenant_get(d, d->actor.tenant_id, &tenant, err)) != 0)
		return rc;
	given.tenant = tenant.slug;
	if ((rc = login_run(d, &given, &wants_code, err)) == 0)
		c->person = d->actor;
	return rc;
}

/* On the reader: what takes long and no transaction. */
static int
aside_run(struct work_job *job, void *context, struct err *err)
{
	struct api_call *c = job->data;
	struct desk *d = store_desk(context);
	int rc;

	c->tried = OP_COUNT;
	if ((rc = desk_act_as_token(d, c->token, err)) != 0)
		return rc;
	return c->route->aside(c, d, err);
}

/* And then the rest, on the committer. */
static void
aside_done(struct work_job *job, int rc, const struct err *err)
{
	struct api_call *c = job->data;

	if (rc != 0) {
		call_done(job, rc, err);
		return;
	}
	c->job =
	    (struct work_job){.run = call_run, .done = call_done, .data = c};
	store_write(c->daemon->store, &c->job);
}

/* ---- the request ---- */

static void
refuse(struct api_call *c, const struct api_fault *f, const struct err *err)
{
	struct str errors = STR_INIT;
	struct json_out w;
	char pointer[96];

	if (answer_sorry(c, f->status, err->text))
		return;
	if (f->field[0] == '\0') {
		http_reply_problem(c->req, f->status, f->name, err->text);
		return;
	}
	str_format(pointer, sizeof(pointer), "#/%s", f->field);
	json_out_init(&w, &errors);
	json_out_array(&w, NULL);
	json_out_object(&w, NULL);
	json_out_string(&w, f->status == 422 ? "pointer" : "parameter",
	    f->status == 422 ? pointer : f->field);
	json_out_string(&w, "detail", err->text);
	json_out_end(&w, '}');
	json_out_end(&w, ']');
	http_reply_problem_with(
	    c->req, f->status, f->name, err->text, "errors", errors.s);
	str_free(&errors);
}

static int
fail(struct api_fault *f, int status, const char *name)
{
	f->status = status;
	f->name = name;
	return OD_EUSAGE;
}

/* The record's number, and the id of a part of it. */
static int
take_record(struct api_call *c, struct api_fault *f, struct err *err)
{
	const char *number = http_req_param(c->req, "number");
	const char *id = http_req_param(c->req, "id");
	const char *session = http_req_param(c->req, "session_id");

	if (session != NULL) {
		c->record = -1;
		(void)str_copy(c->session, sizeof(c->session), session);
		if (strlen(session) == 32)
			return 0;
		err_set(err, OD_ENOTFOUND, "There is no such guide session");
		return fail(f, 404, "not-found");
	}
	if (number == NULL) {
		number = id;
		id = NULL;
	}
	if ((number == NULL ||
		str_to_int64(number, 1, INT64_MAX, &c->record)) &&
	    (id == NULL || str_to_int64(id, 1, INT64_MAX, &c->part)))
		return 0;
	err_set(err, OD_ENOTFOUND, "There is nothing of that number");
	return fail(f, 404, "not-found");
}

/* What the key stands for: the same words to the same address. */
static void
hash_request(struct api_call *c)
{
	struct digest *d = digest_start();
	uint8_t sum[SHA256_SIZE];
	size_t len;
	const void *body = http_req_body(c->req, &len);
	const char *parts[] = {c->route->route.method, http_req_path(c->req),
	    http_req_query(c->req), c->if_match};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		digest_add(d, parts[i], strlen(parts[i]) + 1);
	digest_add(d, body, len);
	digest_finish(&d, sum);
	hex_encode(c->hash, sum, sizeof(sum));
}

static int
take_key(struct api_call *c, struct api_fault *f, struct err *err)
{
	const char *key = http_req_header(c->req, "Idempotency-Key");

	if (key == NULL || (c->route->flags & API_KEY) == 0)
		return 0;
	if (http_req_header_count(c->req, "Idempotency-Key") != 1 ||
	    key[0] == '\0' || strlen(key) >= sizeof(c->key) ||
	    !form_is_text(key, strlen(key))) {
		err_set(err, OD_EUSAGE,
		    "An Idempotency-Key has 1 to 200 characters");
		return fail(f, 400, "malformed");
	}
	str_copy(c->key, sizeof(c->key), key);
	hash_request(c);
	return 0;
}

static int
take_if_match(struct api_call *c, struct api_fault *f, struct err *err)
{
	const char *tags = http_req_header(c->req, "If-Match");

	if (tags == NULL || (c->route->flags & API_IF_MATCH) == 0)
		return 0;
	if (http_req_header_count(c->req, "If-Match") != 1 ||
	    strlen(tags) >= sizeof(c->if_match) ||
	    !api_if_match_is_good(tags)) {
		err_set(err, OD_EUSAGE,
		    "If-Match takes the ETag of an answer, or *");
		return fail(f, 400, "malformed");
	}
	str_copy(c->if_match, sizeof(c->if_match), tags);
	return 0;
}

/* "https://desk.example.org" is where the request says that it goes. */
static bool
is_same_host(const struct api_call *c, const char *origin)
{
	const char *host = http_req_header(c->req, "Host");
	const char *url = conf_string(
	    conf_section(c->daemon->conf, CONF_DAEMON), "public_url");
	const char *rest = strstr(origin, "://");
	size_t n = strlen(origin);

	if (strncasecmp(url, origin, n) == 0 &&
	    (url[n] == '\0' || url[n] == '/'))
		return true;
	return rest != NULL && host != NULL && strcasecmp(rest + 3, host) == 0;
}

/*
 * A browser may hold what lets its user in (a proxy before the daemon adds a
 * token for it), and sends a form for any site that asks it to.  It says so,
 * which programs do not.
 */
static bool
is_from_elsewhere(const struct api_call *c)
{
	const char *site = http_req_header(c->req, "Sec-Fetch-Site");
	const char *origin = http_req_header(c->req, "Origin");

	if ((c->route->flags & API_FORM) == 0)
		return false;
	if (site != NULL && strcmp(site, "same-origin") != 0 &&
	    strcmp(site, "none") != 0)
		return true;
	return origin != NULL && !is_same_host(c, origin);
}

static int
check_origin(struct api_call *c, struct api_fault *f, struct err *err)
{
	if (!is_from_elsewhere(c))
		return 0;
	err_set(err, OD_EDENIED,
	    "This form was sent from a page of another site; open it here and"
	    " send it again");
	return fail(f, 403, "not-allowed");
}

static int
take(struct api_call *c, struct api_fault *f, struct err *err)
{
	const char *accept = http_req_header(c->req, "Accept");
	const char *range = http_req_header(c->req, "Range");
	size_t len;
	const void *body = http_req_body(c->req, &len);
	int rc;

	c->wants_html = (c->route->flags & API_HTML) != 0 && accept != NULL &&
	                strstr(accept, "text/html") != NULL;
	if ((rc = check_origin(c, f, err)) != 0 ||
	    (rc = take_record(c, f, err)) != 0 ||
	    (rc = api_take_query(c, http_req_query(c->req), f, err)) != 0 ||
	    (rc = take_if_match(c, f, err)) != 0 ||
	    (rc = take_key(c, f, err)) != 0)
		return rc;
	if ((c->route->flags & API_FILE) != 0 && range != NULL &&
	    http_req_header(c->req, "If-Range") == NULL)
		str_copy(c->range, sizeof(c->range), range);
	if ((c->route->flags & API_BYTES) != 0)
		return 0;
	return api_take_body(
	    c, http_req_header(c->req, "Content-Type"), body, len, f, err);
}

/* A full disk takes nothing more from people and programs. */
static bool
has_room(struct api_call *c)
{
	if ((c->route->flags & API_WRITES) == 0 ||
	    room_takes_in(c->daemon->room))
		return true;
	http_reply_header(c->req, "Retry-After", RETRY_ROOM_S);
	http_reply_problem(c->req, 503, "unavailable",
	    _("The disk is nearly full; nothing is saved until somebody makes"
	      " room on it"));
	return false;
}

const struct api_route *
api_route_of(const struct route *route)
{
	return route->handle == api_handle
	           ? (const struct api_route *)(const void *)route
	           : NULL;
}

void
api_handle(struct http_req *req, void *data)
{
	struct api_call *c = xcalloc(1, sizeof(*c));
	const char *token = http_req_bearer(req);
	struct api_fault f = {0};
	struct err err = ERR_INIT;

	c->daemon = data;
	c->req = req;
	c->route = api_route_of(http_req_route(req));
	c->job =
	    (struct work_job){.run = call_run, .done = call_done, .data = c};
	str_init(&c->out);
	/* Whoever was let in has one; it is asked again where it acts. */
	str_copy(c->token, sizeof(c->token), token != NULL ? token : "");
	if (take(c, &f, &err) != 0) {
		refuse(c, &f, &err);
		call_free(c);
	} else if (!has_room(c)) {
		call_free(c);
	} else if ((c->route->flags & API_PERSON) != 0) {
		c->job.run = person_run;
		c->job.done = aside_done;
		str_copy(c->peer, sizeof(c->peer), http_req_peer(req));
		store_read(c->daemon->store, &c->job);
	} else if (c->route->aside != NULL) {
		c->job.run = aside_run;
		c->job.done = aside_done;
		store_read(c->daemon->store, &c->job);
	} else if ((c->route->flags & API_WRITES) != 0) {
		store_write(c->daemon->store, &c->job);
	} else {
		store_read(c->daemon->store, &c->job);
	}
}

void
api_add(struct daemon *d, const struct api_route *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		BUG_ON(rows[i].query_count > API_FIELDS_MAX ||
		       rows[i].body_count > API_FIELDS_MAX);
		router_add(d->router, &rows[i].route, 1, d);
	}
}

int
api_find_operator(
    struct desk *d, const char *login, int64_t *id, struct err *err)
{
	struct operator o;
	int rc;

	*id = 0;
	if (login == NULL)
		return 0;
	if ((rc = operator_by_login(d, login, &o, err)) == 0)
		*id = o.id;
	return rc == OD_ENOTFOUND
	           ? err_set(err, OD_EDATA, "There is no such operator")
	           : rc;
}
