/*
 * http_client - requests over libcurl's multi interface on the uv loop.
 *
 * Loop thread only.  HTTP/1.1 over http and https; no proxy variables, no
 * netrc, no cookies, no compression, no redirects unless asked for, no
 * credentials in a URL, host names of at most 253 bytes, headers and bodies
 * of answers bounded.  A request is never sent twice, not even when a kept
 * connection turns out to be dead.  Errors name no URL, since that may hold
 * a token.  Call http_client_global_init once in main, before any thread.
 */
#ifndef COMMON_HTTP_CLIENT_H
#define COMMON_HTTP_CLIENT_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct http_client;
struct http_call; /* one request under way */

enum http_outcome {
	HTTP_ANSWERED,  /* status and body are there */
	HTTP_NOT_SENT,  /* failed before the request can have left */
	HTTP_UNKNOWN,   /* the request may have arrived; no answer */
	HTTP_TOO_LARGE, /* answered, but over max_body; no body */
	HTTP_CANCELLED
};

struct http_response;

struct http_request {
	const char *method; /* "GET", "POST", ... */
	const char *url;
	const char *unix_socket; /* NULL: TCP */
	const char *const
	    *headers;       /* "Name: value", NULL-terminated, or NULL */
	const char *bearer; /* NULL: no Authorization header; copied */
	const void *body;   /* copied */
	size_t body_len;
	int connect_ms;     /* 0: 3000 */
	int first_byte_ms;  /* 0: 15000; from sending to first byte */
	int idle_ms;        /* 0: 15000; between bytes */
	int total_ms;       /* 0: 30000; -1: none */
	size_t max_body;    /* 0: 256 KiB */
	bool loopback_only; /* refuse any other address (rehearsals) */
	bool public_only;   /* refuse private and loopback addresses */
	int max_redirects;  /* 0: a 3xx is the answer; GET to https only */
	/*
	 * Streaming: each piece as it comes instead of collecting the body;
	 * max_body holds for the sum.  Pieces of any status come here, see
	 * http_call_status.
	 */
	void (*on_data)(const char *p, size_t n, void *data);
	void (*done)(const struct http_response *r, void *data);
	void *data;
};

struct http_response {
	enum http_outcome outcome;
	int status;       /* 0 unless HTTP_ANSWERED or HTTP_TOO_LARGE */
	const char *body; /* borrowed during done; NUL-terminated */
	size_t body_len;
	const char *content_type; /* "" when there is none */
	int64_t retry_after_s;    /* -1: none; from Retry-After, both forms */
	const char *error;        /* sentence when not HTTP_ANSWERED, else "" */
	const struct str *headers; /* private */
};

/*
 * Loads libcurl and ignores SIGPIPE, which a TLS connection may raise.
 * OD_EUNAVAIL: libcurl is not installed.
 */
int http_client_global_init(struct err *err);
int http_client_new(
    uv_loop_t *loop, struct http_client **client, struct err *err);
/*
 * On 0, done is called later on the loop, exactly once, and *call is valid
 * until then; call may be NULL.  Strings and body are copied.  OD_EDATA when
 * the URL cannot be used or a header has a line end, OD_EUNAVAIL when the
 * client is being freed, or there is no memory for it.
 */
int http_client_send(struct http_client *client,
    const struct http_request *request, struct http_call **call,
    struct err *err);
/* done comes with HTTP_CANCELLED, not inside this call. */
void http_client_cancel(struct http_call *call);
/* The status so far, for on_data; 0 before the first byte. */
int http_call_status(const struct http_call *call);
/*
 * The first header of that name (any case) of an answer, NULL when there is
 * none.  Valid only during done.
 */
const char *http_response_header(
    const struct http_response *r, const char *name);
size_t http_client_active(const struct http_client *client);
/*
 * Cancels all: each done comes with HTTP_CANCELLED on a later turn.  Freed
 * once the loop has run its close callbacks.
 */
void http_client_free(struct http_client **client);

#endif
