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

/* What libcurl works on for a client; the first field of its struct. */
struct http_transfer {
	struct http_transfer *next;
	/* libcurl is through with it (a CURLcode); not inside its callbacks. */
	void (*ended)(struct http_transfer *t, int code);
	/* The client is being freed: end on a later turn. */
	void (*cancel)(struct http_transfer *t);
};

struct http_call {
	struct http_transfer transfer;
	struct http_client *client;
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

/*
 * Let libcurl work on easy, whose CURLOPT_PRIVATE is t; OD_EUNAVAIL without
 * memory, and then it is not begun.
 */
int http__begin(struct http_client *client, struct http_transfer *t, void *easy,
    struct err *err);
/* Take it out of libcurl again, which also frees easy. */
void http__end(struct http_client *client, struct http_transfer *t, void *easy);
/* Behind http__end, when nothing of t needs the client any more. */
void http__leave(struct http_client *client);
uv_loop_t *http__loop(const struct http_client *client);
/* OD_EUNAVAIL: nothing is begun any more. */
int http__check_open(const struct http_client *client, struct err *err);
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
