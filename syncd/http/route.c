/*
 * route - from method and path to a handler.
 */
#include "syncd/http/route.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "syncd/http/form.h"
#include "syncd/http/server_int.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct entry {
	const struct route *route;
	void *data;
	size_t fixed; /* bytes of the pattern before its first '{' */
};

struct router {
	struct entry *entries; /* owned */
	size_t count;
	router_auth_fn auth;
	void *auth_data;
};

struct router *
router_new(void)
{
	return xcalloc(1, sizeof(struct router));
}

void
router_free(struct router **router)
{
	if (*router == NULL)
		return;
	free((*router)->entries);
	FREE(router);
}

/* Equal up to the names of their parameters. */
static bool
same_pattern(const char *a, const char *b)
{
	for (;;) {
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		if (*a == '{') {
			a += strcspn(a, "/");
			b += strcspn(b, "/");
		} else {
			a++;
			b++;
		}
	}
}

static void
check_row(const struct router *router, const struct route *row)
{
	unsigned params = 0;

	BUG_ON(row->path[0] != '/' || row->handle == NULL);
	BUG_ON(row->auth != ROUTE_OPEN && row->scope == NULL);
	for (const char *p = row->path; (p = strchr(p, '{')) != NULL; p++) {
		BUG_ON(p[-1] != '/' || p[strcspn(p, "/") - 1] != '}');
		params++;
	}
	BUG_ON(params > ROUTE_PARAMS_MAX);
	for (size_t i = 0; i < router->count; i++) {
		const struct route *other = router->entries[i].route;

		if (strcmp(other->method, row->method) == 0 &&
		    same_pattern(other->path, row->path))
			BUG("%s %s is there twice", row->method, row->path);
	}
}

void
router_add(
    struct router *router, const struct route *rows, size_t count, void *data)
{
	for (size_t i = 0; i < count; i++) {
		check_row(router, &rows[i]);
		router->entries = xreallocarray(router->entries,
		    router->count + 1, sizeof(*router->entries));
		router->entries[router->count++] =
		    (struct entry){.route = &rows[i],
			.data = data,
			.fixed = strcspn(rows[i].path, "{")};
	}
}

void
router_set_auth(struct router *router, router_auth_fn fn, void *data)
{
	router->auth = fn;
	router->auth_data = data;
}

static bool
matches(const struct entry *e, const char *path)
{
	const char *p = e->route->path;

	if (strncmp(path, p, e->fixed) != 0)
		return false;
	path += e->fixed;
	p += e->fixed;
	while (*p != '\0') {
		if (*p == '{') {
			size_t n = strcspn(path, "/");

			if (n == 0)
				return false;
			path += n;
			p += strcspn(p, "/");
		} else if (*p++ != *path++)
			return false;
	}
	return *path == '\0';
}

/* Both match one path: a fixed segment wins over a {name}. */
static bool
is_better(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (*a == '{' && *b == '{') {
			a += strcspn(a, "/");
			b += strcspn(b, "/");
		} else if (*a == '{' || *b == '{')
			return *b == '{';
		else {
			a++;
			b++;
		}
	}
	return false;
}

static bool
serves(const struct route *row, const char *method)
{
	if (strcmp(row->method, method) == 0)
		return true;
	return strcmp(method, "HEAD") == 0 && strcmp(row->method, "GET") == 0;
}

static const struct entry *
find(const struct router *router, const char *method, const char *path)
{
	const struct entry *best = NULL;

	for (size_t i = 0; i < router->count; i++) {
		const struct entry *e = &router->entries[i];

		if (matches(e, path) && serves(e->route, method) &&
		    (best == NULL ||
			is_better(e->route->path, best->route->path)))
			best = e;
	}
	return best;
}

/* "GET, HEAD, OPTIONS"; false when no row has that path. */
static bool
allowed(const struct router *router, const char *path, struct str *allow)
{
	static const char *const methods[] = {
	    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (find(router, methods[i], path) != NULL)
			str_addf(allow, "%s, ", methods[i]);
	str_add(allow, "OPTIONS");
	return strchr(allow->s, ',') != NULL;
}

static void
reply_unserved(struct http_req *req, const struct router *router)
{
	struct str allow;
	bool is_there;

	str_init(&allow);
	is_there = allowed(router, req->path, &allow);
	if (is_there)
		http_reply_header(req, "Allow", allow.s);
	str_free(&allow);
	if (strcmp(req->path, "*") == 0) {
		http_reply_header(req, "Allow",
		    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
		http_reply(req, 204, NULL, NULL, 0);
	} else if (!is_there)
		http_reply_problem(req, 404, "not-found",
		    _("There is nothing at this address"));
	else if (strcmp(req->method, "OPTIONS") == 0)
		http_reply(req, 204, NULL, NULL, 0);
	else
		http_reply_problem(req, 405, "method-not-allowed",
		    _("This address does not know that method; the header "
		      "Allow says which it knows"));
}

/* Decode the path's segments that the pattern names. */
static bool
take_params(struct http_req *req, const char *pattern)
{
	const char *path = req->path, *p = pattern;
	char *dst;

	str_reserve(&req->param_text, strlen(path) + ROUTE_PARAMS_MAX);
	dst = req->param_text.s;
	while (*p != '\0') {
		struct http_param *param;
		size_t n;

		if (*p != '{') {
			p++;
			path++;
			continue;
		}
		n = strcspn(path, "/");
		param = &req->params[req->param_count++];
		param->name = p + 1;
		param->name_len = strcspn(p, "}") - 1;
		param->value = dst;
		if (!form_decode_segment(dst, path, n))
			return false;
		dst += strlen(dst) + 1;
		path += n;
		p += strcspn(p, "/");
	}
	return true;
}

static bool
is_open_to(const struct http_req *req, const struct route *row)
{
	return row->auth == ROUTE_OPEN ||
	       (row->auth == ROUTE_LOOPBACK && req->is_loopback);
}

static void
on_head(struct http_req *req, void *data)
{
	struct router *router = data;
	const struct entry *e = find(router, req->method, req->path);

	if (e == NULL) {
		reply_unserved(req, router);
		return;
	}
	req->router = router;
	req->route = e->route;
	req->route_data = e->data;
	if (!take_params(req, e->route->path)) {
		http_reply_problem(req, 400, "malformed",
		    _("A part of the address is not well encoded"));
		return;
	}
	/* Nobody uploads before saying who it is. */
	if (!is_open_to(req, e->route) &&
	    http_req_header(req, "Authorization") == NULL &&
	    http_req_header(req, "Cookie") == NULL) {
		router_refuse_unknown(req);
		return;
	}
	http_req_set_body_max(req, e->route->body_max);
}

static void
on_handle(struct http_req *req, void *data)
{
	struct router *router = data;

	if (is_open_to(req, req->route))
		router_admit(req);
	else if (router->auth == NULL)
		router_refuse_unknown(req);
	else
		router->auth(req, req->route, router->auth_data);
}

struct http_app
router_app(struct router *router)
{
	return (struct http_app){
	    .head = on_head, .handle = on_handle, .data = router};
}

void
router_admit(struct http_req *req)
{
	req->route->handle(req, req->route_data);
}

const struct route *
http_req_route(const struct http_req *req)
{
	return req->route;
}

void
router_refuse_unknown(struct http_req *req)
{
	http_reply_header(req, "WWW-Authenticate", "Bearer realm=\"opdesk\"");
	http_reply_problem(req, 401, "not-authenticated",
	    _("Send a valid token as Authorization: Bearer"));
}

void
router_refuse_scope(struct http_req *req, const char *scope)
{
	struct err err = ERR_INIT;

	err_set(&err, OD_EDENIED, _("The token lacks the scope %s"), scope);
	http_reply_err(req, &err);
}

const char *
http_req_bearer(const struct http_req *req)
{
	const char *s = http_req_header(req, "Authorization");

	if (s == NULL || strncasecmp(s, "Bearer ", 7) != 0)
		return NULL;
	s += 7 + strspn(s + 7, " ");
	return *s == '\0' ? NULL : s;
}

void
router_each(const struct router *router,
    void (*fn)(const struct route *route, void *data), void *data)
{
	for (size_t i = 0; i < router->count; i++)
		fn(router->entries[i].route, data);
}
