/*
 * req - what a request says, for the application.
 */
#include "syncd/http/server_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FREE_REQS_MAX   256
#define KEPT_BODY_BYTES 16384

struct http_req *
http__req_new(struct http_server *server)
{
	struct http_req *req = server->free_reqs;

	if (req != NULL) {
		server->free_reqs = req->next_free;
		server->free_count--;
	} else {
		req = xcalloc(1, sizeof(*req));
		str_init(&req->uri);
		str_init(&req->body);
		str_init(&req->field_text);
		str_init(&req->param_text);
	}
	req->server = server;
	return req;
}

/* Keep the small buffers: the next request needs them again. */
static void
recycle(struct http_req *req)
{
	struct http_server *server = req->server;
	struct str uri = req->uri, body = req->body;
	struct str fields = req->field_text, params = req->param_text;

	memset(req, 0, sizeof(*req));
	req->uri = uri;
	req->body = body;
	req->field_text = fields;
	req->param_text = params;
	str_clear(&req->uri);
	str_clear(&req->field_text);
	str_clear(&req->param_text);
	if (req->body.cap > KEPT_BODY_BYTES)
		str_free(&req->body);
	else
		str_clear(&req->body);
	req->next_free = server->free_reqs;
	server->free_reqs = req;
	server->free_count++;
}

void
http__req_free(struct http_req *req)
{
	if (req->server != NULL) {
		req->server->bodies_bytes -= req->body_counted;
		if (req->server->free_count < FREE_REQS_MAX) {
			recycle(req);
			return;
		}
	}
	str_free(&req->uri);
	str_free(&req->body);
	str_free(&req->field_text);
	str_free(&req->param_text);
	free(req);
}

const char *
http_req_method(const struct http_req *req)
{
	return req->method;
}

const char *
http_req_path(const struct http_req *req)
{
	return req->path;
}

const char *
http_req_query(const struct http_req *req)
{
	return req->query;
}

const char *
http_req_header(const struct http_req *req, const char *name)
{
	return req->mhd == NULL ? NULL : http__header(req->mhd, name);
}

size_t
http_req_header_count(const struct http_req *req, const char *name)
{
	return req->mhd == NULL ? 0 : http__header_count(req->mhd, name);
}

const void *
http_req_body(const struct http_req *req, size_t *len)
{
	*len = req->body.len;
	return req->body.s;
}

const char *
http_req_peer(const struct http_req *req)
{
	return req->peer;
}

int64_t
http_req_uid(const struct http_req *req)
{
	return req->conn == NULL ? -1 : req->conn->uid;
}

bool
http_req_is_loopback(const struct http_req *req)
{
	return req->is_loopback;
}

bool
http_req_is_https(const struct http_req *req)
{
	return req->is_https;
}

/* The last proxy speaks last: its word is the one that counts. */
static bool
ends_in_https(const char *list)
{
	const char *comma = strrchr(list, ',');

	if (comma != NULL)
		list = comma + 1;
	list += strspn(list, " \t");
	return strncasecmp(list, "https", 5) == 0 &&
	       list[5 + strspn(list + 5, " \t")] == '\0';
}

/* A client may send such lines as well; a proxy's come after them. */
static void
ask_proxy(struct http_req *req, struct address *client)
{
	const struct http_server *server = req->server;
	struct str lines;

	str_init(&lines);
	http__header_all(req->mhd, "X-Forwarded-For", &lines);
	address_behind(client, lines.s, server->trusted, server->trusted_count);
	str_clear(&lines);
	http__header_all(req->mhd, "X-Forwarded-Proto", &lines);
	if (ends_in_https(lines.s))
		req->is_https = true;
	str_free(&lines);
}

void
http__req_identify(struct http_req *req)
{
	static const char *const marks[] = {"X-Forwarded-For", "Forwarded",
	    "X-Real-IP", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"};
	const struct http_server *server = req->server;
	struct address client = req->conn->peer;
	bool is_forwarded = false;

	req->is_https = server->is_tls;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (http_req_header(req, marks[i]) != NULL)
			is_forwarded = true;
	if (is_forwarded &&
	    address_in(&client, server->trusted, server->trusted_count))
		ask_proxy(req, &client);
	address_print(&client, req->peer);
	req->is_loopback = address_is_loopback(&client) && !is_forwarded;
}

const char *
http_req_param(const struct http_req *req, const char *name)
{
	for (unsigned i = 0; i < req->param_count; i++) {
		const struct http_param *p = &req->params[i];

		if (strlen(name) == p->name_len &&
		    memcmp(p->name, name, p->name_len) == 0)
			return p->value;
	}
	return NULL;
}

void
http_req_set_body_max(struct http_req *req, size_t max)
{
	req->body_max = max;
}

void
http_req_on_leave(struct http_req *req, void (*fn)(void *data), void *data)
{
	req->on_leave = fn;
	req->on_leave_data = data;
}
