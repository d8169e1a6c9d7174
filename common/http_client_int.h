/*
 * http_client_int - a request under way, as http_client.c (the loop's side)
 * and http_client_call.c (libcurl's side) share it.
 */
#ifndef COMMON_HTTP_CLIENT_INT_H
#define COMMON_HTTP_CLIENT_INT_H

#include "common/http_client.h"

enum stage {
	STAGE_CONNECTING, /* libcurl watches the time */
	STAGE_SENT,       /* request bytes may have left; no answer yet */
	STAGE_ANSWERING
};

enum stop { /* why we ended it, when it was not libcurl */
	STOP_NONE,
	STOP_CANCELLED,
	STOP_FIRST_BYTE,
	STOP_IDLE,
	STOP_TOO_LARGE,
	STOP_HEADERS,
	STOP_ADDRESS, /* not one that this request may connect to */
	STOP_CUT,     /* closed inside the headers */
	STOP_TWICE    /* libcurl was about to send it again */
};

struct curl_slist;

struct http_call {
	struct http_client *client;
	struct http_call *next;
	struct http_request request; /* its pointers are not kept */
	void *easy; /* CURL: libcurl is known to http_client*.c only */
	struct curl_slist *headers; /* of the request */
	unsigned unset;             /* not 0: an option could not be set */
	uv_timer_t timer;
	enum stage stage;
	enum stop stop;
	bool is_repeatable; /* GET or HEAD */
	bool is_unix;
	bool was_refused; /* an address of the server, by our limits */
	long redirects;   /* when it was last sent */
	bool head_ended;  /* the empty line after the headers came */
	size_t received;
	struct str body;
	struct str answer_headers; /* "name\0value\0" each */
};

/* OD_EUNAVAIL: libcurl was refused memory. */
int http__no_memory(struct err *err);
/* OD_EDATA when the URL cannot be used. */
int http__check_url(const char *url, struct err *err);
/*
 * Fill c->easy and c->headers from what is asked for and set c->request's
 * defaults; OD_EDATA when a header has a line end, OD_EUNAVAIL without memory.
 */
int http__prepare(
    struct http_call *c, const struct http_request *r, struct err *err);
/* End the call unless this is called again within ms. */
void http__wait_for(struct http_call *c, int ms);

#endif
