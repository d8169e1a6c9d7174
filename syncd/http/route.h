/*
 * route - from method and path to a handler, by const tables.
 *
 * One row is one operation: the OpenAPI text and the tests read the same
 * rows.  The router answers 404, 405 with Allow, OPTIONS, and 401/403 as its
 * authenticator decides; a GET row also serves HEAD.  Loop thread only.
 */
#ifndef SYNCD_HTTP_ROUTE_H
#define SYNCD_HTTP_ROUTE_H

#include "syncd/http/server.h"

enum route_auth {
	ROUTE_OPEN,	/* anybody, or the handler checks (signatures) */
	ROUTE_SCOPE,	/* a bearer token with the row's scope */
	ROUTE_LOOPBACK, /* a client on this machine, else as ROUTE_SCOPE */
};

#define ROUTE_PARAMS_MAX 4

struct route {
	const char *method; /* "GET", "POST", ... upper case */
	/*
	 * "/api/tickets/{number}": a {name} is one whole segment, decoded and
	 * never empty.  A fixed segment wins over a {name}.
	 */
	const char *path;
	size_t body_max; /* bytes; 0: no body */
	enum route_auth auth;
	const char *scope; /* NULL with ROUTE_OPEN */
	void (*handle)(struct http_req *req, void *data);
	/* N_(): one line for the OpenAPI text; NULL: a browser's, not in it */
	const char *summary;
};

/*
 * Called when the body is whole and the row's auth asks for it.  Either
 * answers req (401, 403), or calls router_admit, at once or later.
 */
typedef void (*router_auth_fn)(struct http_req *req, const struct route *route,
    void *data);

struct router;
struct router *router_new(void);
void router_free(struct router **router);
/* rows and data are borrowed.  Two equal patterns of one method are a BUG. */
void router_add(struct router *router, const struct route *rows, size_t count,
    void *data);
/* Without it every row that is not open answers 401. */
void router_set_auth(struct router *router, router_auth_fn fn, void *data);
/* For http_config.app; data is the router. */
struct http_app router_app(struct router *router);

/* The client may: run the row's handler. */
void router_admit(struct http_req *req);
/* 401 with WWW-Authenticate: Bearer, or 403 naming the scope. */
void router_refuse_unknown(struct http_req *req);
void router_refuse_scope(struct http_req *req, const char *scope);
/*
 * The token of "Authorization: Bearer ..." (any case of the word), NULL when
 * there is none.  Lives as long as the header.
 */
const char *http_req_bearer(const struct http_req *req);

/* The row that serves a request. */
const struct route *http_req_route(const struct http_req *req);

/* Every row in the order in which they were added. */
void router_each(const struct router *router,
    void (*fn)(const struct route *route, void *data), void *data);

#endif
