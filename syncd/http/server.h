/*
 * server - HTTP/1.1 for the daemon: libmicrohttpd on the daemon's uv loop.
 *
 * Everything here runs on the loop's thread, and nothing here knows the
 * desk.  A request comes to the application twice: `head` once its headers
 * passed the framing checks (the place to refuse it before its body is read,
 * and to say how large the body may be) and `handle` once the body is whole.
 * Either may answer; `handle` may also return without an answer and give it
 * any number of loop turns later.
 *
 * A request stays valid until it was answered, even when the client left or
 * the server was stopped meanwhile: the answer is then thrown away.
 */
#ifndef SYNCD_HTTP_SERVER_H
#define SYNCD_HTTP_SERVER_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct http_server;
struct http_req;
struct http_stream;

/* Zero in a field of http_config.limits means the default in brackets. */
struct http_limits {
	unsigned head_ms;	  /* whole head, from accept [10000] */
	unsigned body_ms;	  /* whole body [20000], plus ... */
	unsigned body_rate;	  /* ... its bytes at this many a second [500] */
	unsigned idle_ms;	  /* between two requests [30000] */
	unsigned write_ms;	  /* an answer that does not move [20000] */
	unsigned stress_ms;	  /* head and idle above 80 % [3000] */
	unsigned sweep_ms;	  /* how often deadlines are looked at [1000] */
	unsigned keepalive_ms;	  /* comment on a silent stream [15000] */
	size_t stream_backlog;	  /* unsent bytes, then drop [256 KiB] */
	size_t head_bytes;	  /* request line and headers [16 KiB] */
	size_t uri_bytes;	  /* [4096] */
	size_t bodies_bytes;	  /* all bodies being held [256 MiB] */
	unsigned max_headers;	  /* [64] */
	unsigned max_connections; /* [16384] */
	unsigned max_per_address; /* not for trusted proxies [64] */
};

struct http_app {
	/*
	 * Headers are in.  Call http_req_set_body_max (0 unless called), or
	 * answer to refuse; the connection closes when a body was announced.
	 */
	void (*head)(struct http_req *req, void *data);
	/* The body is whole.  Answer now, or keep req and answer later. */
	void (*handle)(struct http_req *req, void *data);
	void *data;
};

struct http_config {
	/*
	 * "127.0.0.1:8480", "[::1]:0", or the absolute path of a unix socket:
	 * one that nobody listens on is replaced, and it is its owner's and its
	 * group's (0660).  Whoever made it removes it.
	 */
	const char *listen;
	const char *tls_certificate; /* path of a PEM chain; NULL or "": none */
	const char *tls_key;	     /* path of its key, nobody else's to read */
	const char *const *trusted_proxies; /* "10.0.0.1", "10.1.0.0/16", ... */
	size_t trusted_proxy_count;
	struct http_limits limits;
	struct http_app app;
};

struct http_stats {
	unsigned connections;	/* open now */
	unsigned suspended;	/* requests waiting for their answer */
	unsigned streams;	/* open now */
	uint64_t accepted;	/* connections since the start */
	uint64_t requests;	/* whole heads since the start */
	uint64_t refused;	/* by the framing checks */
	uint64_t capped;	/* connections over the per-address cap */
	uint64_t timed_out;	/* by any deadline */
	uint64_t streams_dropped; /* too slow for their backlog */
};

/*
 * Bind, listen and serve on loop.  Everything in config is copied except
 * app.data.  OD_EDATA for a bad address, proxy or certificate, OD_EUNAVAIL
 * when the address is taken, OD_EIO else; *server is then NULL.
 */
int http_server_start(uv_loop_t *loop, const struct http_config *config,
    struct http_server **server, struct err *err);

/* The port that is listened on; what port 0 became. */
int http_server_port(const struct http_server *server);
void http_server_stats(const struct http_server *server,
    struct http_stats *stats);

/* Close the listening socket; connections that are open go on. */
void http_server_quiesce(struct http_server *server);

/*
 * Close everything.  Streams are told; requests without an answer stay with
 * the application, which still answers each (into nothing).  stopped(data)
 * runs on the loop when the last uv handle is closed; the struct is freed.
 * Must not be called from inside head, handle or a stream's callback.
 */
void http_server_stop(struct http_server *server, void (*stopped)(void *data),
    void *data);

/* ---- what a request says; every pointer lives until the answer ---- */

const char *http_req_method(const struct http_req *req); /* "GET" */
/* As sent, not decoded, without the query; begins with '/', or is "*". */
const char *http_req_path(const struct http_req *req);
/* The raw text after '?', "" when there is none: see form_parse. */
const char *http_req_query(const struct http_req *req);
/* First header of that name (any case), NULL when absent or detached. */
const char *http_req_header(const struct http_req *req, const char *name);
/* How often a header of that name is there. */
size_t http_req_header_count(const struct http_req *req, const char *name);
/*
 * The raw body, as received after chunked decoding.  It does not move or
 * change until the answer, so a worker thread may read it meanwhile.
 */
const void *http_req_body(const struct http_req *req, size_t *len);
/* Numeric address of the client, as trusted proxies tell it; never NULL. */
const char *http_req_peer(const struct http_req *req);
/*
 * The account of the process that asks, as the kernel knows it; -1 where it is
 * not a unix socket that is listened on.
 */
int64_t http_req_uid(const struct http_req *req);
/*
 * True when the client itself is on this machine: its address is loopback
 * and no header says that somebody forwarded for another.
 */
bool http_req_is_loopback(const struct http_req *req);
/* TLS here, or X-Forwarded-Proto: https from a trusted proxy. */
bool http_req_is_https(const struct http_req *req);
/* Path parameter by the {name} in the route's pattern, decoded; or NULL. */
const char *http_req_param(const struct http_req *req, const char *name);

/* In head only: bytes that the body may have.  More: 413. */
void http_req_set_body_max(struct http_req *req, size_t max);

/*
 * fn(data) runs once, on the loop, when the client of a waiting request seems
 * to have left (a closed or half-closed connection, seen by the sweep).  The
 * request must be answered all the same.
 */
void http_req_on_leave(struct http_req *req, void (*fn)(void *data),
    void *data);

/* ---- answers: exactly one for each request; req is gone afterwards ---- */

/*
 * Add a header to the answer that follows; both are copied.  At most 8, and
 * a value with control characters is a BUG.
 */
void http_reply_header(struct http_req *req, const char *name,
    const char *value);
/* Close the connection after the answer. */
void http_reply_close(struct http_req *req);
/*
 * No answer at all: the connection is cut, as a provider in trouble would.
 * For rehearsals only.
 */
void http_reply_cut(struct http_req *req);
/* The body is copied.  type NULL: no Content-Type. */
void http_reply(struct http_req *req, int status, const char *type,
    const void *body, size_t len);
/* The body is taken; *body is empty afterwards. */
void http_reply_take(struct http_req *req, int status, const char *type,
    struct str *body);
/* The body lives for ever (a literal). */
void http_reply_const(struct http_req *req, int status, const char *type,
    const void *body, size_t len);
/* application/json; the text is taken. */
void http_reply_json(struct http_req *req, int status, struct str *json);
/* application/problem+json from err, with the status of its code. */
void http_reply_err(struct http_req *req, const struct err *err);
/*
 * The same with a status of its own; name is the stable end of the problem's
 * type ("not-found"), detail one sentence or NULL.
 */
void http_reply_problem(struct http_req *req, int status, const char *name,
    const char *detail);
/* The same with one more member, whose text is JSON already. */
void http_reply_problem_with(struct http_req *req, int status,
    const char *name, const char *detail, const char *more, const char *json);

/* ---- server-sent events ---- */

/*
 * Answer with an open text/event-stream ("retry: 3000" goes first).  closed
 * (data) is called once when the client left, was too slow, or the server
 * stopped; the stream is gone then.  req is gone at once.
 */
struct http_stream *http_stream_open(struct http_req *req,
    void (*closed)(void *data), void *data);
/*
 * The same as any other type, from its first byte to its last the
 * application's: nothing goes before it, and a silent one stays silent.
 */
struct http_stream *http_stream_open_as(struct http_req *req, const char *type,
    void (*closed)(void *data), void *data);
/*
 * One event; data is split into lines.  event and id may be NULL and must not
 * hold line ends (BUG).  Returns false when the backlog was full: the stream
 * will be closed and `closed` called, in a later turn.
 */
bool http_stream_send(struct http_stream *stream, const char *event,
    const char *id, const char *data, size_t len);
/* Bytes as they are (for other streamed answers); same rules. */
bool http_stream_write(struct http_stream *stream, const void *p, size_t len);
/* Unsent bytes. */
size_t http_stream_backlog(const struct http_stream *stream);
/* End after what is queued was sent; `closed` is not called any more. */
void http_stream_close(struct http_stream *stream);

#endif
