/*
 * server_int - what the files of syncd/http share about the server.
 *
 * server.c alone talks to libmicrohttpd; conn.c watches deadlines and caps,
 * req.c and reply.c serve the application, stream.c holds event streams.
 * All of it runs on the loop's thread.
 */
#ifndef SYNCD_HTTP_SERVER_INT_H
#define SYNCD_HTTP_SERVER_INT_H

#include "syncd/http/address.h"
#include "syncd/http/framing.h"
#include "syncd/http/route.h"
#include "syncd/http/server.h"
#include <sys/queue.h>

#define REPLY_FIELDS_MAX 8

struct MHD_Connection;
struct MHD_Response;
struct MHD_Daemon;

enum conn_state {
	CONN_HEAD,   /* waiting for a whole head */
	CONN_BODY,   /* waiting for a whole body */
	CONN_APP,    /* waiting for the application */
	CONN_WRITE,  /* an answer is on its way */
	CONN_STREAM, /* an open stream */
	CONN_IDLE,   /* between two requests */
};

struct http_conn {
	TAILQ_ENTRY(http_conn) link;
	struct http_server *server;
	struct http_req *req; /* borrowed; the one being served, or NULL */
	struct http_stream *stream; /* borrowed, or NULL */
	int fd;			    /* libmicrohttpd's */
	enum conn_state state;
	bool has_line;	   /* a request line came since CONN_HEAD began */
	uint64_t since_ms; /* when the state began, as uv_now */
	uint64_t moved_ms; /* last time the client took bytes */
	uint64_t acked;	   /* bytes that the client took so far */
	struct address peer;
	int64_t uid; /* of its process; -1: not by a unix socket */
};
TAILQ_HEAD(http_conns, http_conn);

enum req_stage {
	REQ_HEAD,    /* nothing but the request line is known */
	REQ_BODY,    /* the application saw the head */
	REQ_HANDED,  /* the application has it */
	REQ_QUEUED,  /* its answer was given to libmicrohttpd */
};

struct http_param {
	const char *name; /* borrowed from the route's pattern, no NUL */
	size_t name_len;
	const char *value; /* in param_text */
};

struct http_req {
	struct http_req *next_free;
	struct http_server *server; /* NULL once detached */
	struct http_conn *conn;	    /* NULL once detached */
	struct MHD_Connection *mhd; /* NULL once detached */
	enum req_stage stage;
	bool is_suspended; /* libmicrohttpd waits for us */
	bool is_replied;
	bool is_shared;	 /* response is one of the constant ones */
	bool is_closing; /* no further request on this connection */
	bool is_uri_long;
	uintptr_t target_at; /* where the parser has the target */
	char method[16];
	struct str uri; /* raw target; path NUL query */
	const char *path;
	const char *query;
	struct framing framing;
	struct str body;
	size_t body_max;
	size_t body_counted; /* bytes in the server's bodies_bytes */
	size_t body_seen;    /* with those that were thrown away */
	int over_status;     /* 0, or why the body is thrown away */
	char peer[ADDRESS_TEXT_SIZE];
	bool is_loopback, is_https;
	void (*on_leave)(void *data);
	void *on_leave_data;
	/* the answer */
	int status;
	struct MHD_Response *response;
	struct str field_text; /* name NUL value NUL ... */
	unsigned field_count;
	/* the router's */
	struct router *router;
	const struct route *route;
	void *route_data;
	struct http_param params[ROUTE_PARAMS_MAX];
	unsigned param_count;
	struct str param_text;
};

struct http_stream {
	struct http_server *server; /* NULL once the connection is gone */
	struct http_conn *conn;	    /* NULL once the connection is gone */
	struct MHD_Connection *mhd; /* NULL once the connection is gone */
	struct str buf;		    /* what is to be sent, from off on */
	size_t off;
	uint64_t wrote_ms; /* when something was last appended */
	bool has_events; /* server-sent ones: comments keep it alive */
	bool is_suspended;
	bool is_ending;	 /* the application closed it */
	bool is_dropped; /* too slow, or the client left */
	bool is_held;	 /* by the application */
	bool is_in_use;	 /* by libmicrohttpd's answer */
	void (*closed)(void *data);
	void *data;
};

struct const_reply { /* an answer that is given again and again */
	const void *body;
	const char *type;
	size_t len;
	struct MHD_Response *response;
};

#define CONST_REPLIES 16

struct http_server {
	uv_loop_t *loop;
	uv_poll_t poll;	      /* libmicrohttpd's epoll descriptor */
	uv_timer_t timeout;   /* libmicrohttpd's next one */
	uv_timer_t sweep;     /* ours */
	uv_prepare_t prepare; /* runs it once after a turn's answers */
	unsigned handles;     /* not closed yet */
	struct MHD_Daemon *mhd;
	int port;
	bool is_tls;
	bool is_due; /* something was resumed */
	bool is_quiet; /* listens no more */
	struct http_limits limits;
	struct http_app app;
	struct address_net *trusted;
	size_t trusted_count;
	struct address_caps *caps;
	struct http_conns conns;
	struct http_req *free_reqs;
	unsigned free_count;
	size_t bodies_bytes;
	struct http_stats stats;
	struct const_reply const_replies[CONST_REPLIES];
	unsigned const_count;
	struct str last_log; /* why libmicrohttpd refused to start */
	void (*stopped)(void *data);
	void *stopped_data;
};

/* server.c */
void http__resume(struct http_server *server, struct MHD_Connection *mhd);
/* Give the request its answer; response is taken, headers are added. */
void http__answer(struct http_req *req, int status, const char *type,
    struct MHD_Response *response);
/* An answer of http__response_const, which stays the server's. */
void http__answer_const(struct http_req *req, int status,
    struct MHD_Response *response);
struct MHD_Response *http__response(const void *body, size_t len, bool taken);
/* NULL when the table of constant answers is full. */
struct MHD_Response *http__response_const(struct http_server *server,
    const char *type, const void *body, size_t len);
struct MHD_Response *http__response_stream(struct http_stream *stream);
const char *http__header(struct MHD_Connection *mhd, const char *name);
/* All lines of that name, joined by commas as if they were one. */
void http__header_all(struct MHD_Connection *mhd, const char *name,
    struct str *out);
size_t http__header_count(struct MHD_Connection *mhd, const char *name);

/* stream.c, called by server.c */
/* Bytes to send now; 0: none, suspend; -1: end; -2: broken. */
long http__stream_read(struct http_stream *stream, char *dst, size_t max);
void http__stream_gone(struct http_stream *stream); /* connection ended */
void http__stream_unused(struct http_stream *stream); /* answer destroyed */
void http__stream_drop(struct http_stream *stream);
void http__stream_keepalive(struct http_stream *stream, uint64_t now_ms);

/* setup.c, called by server.c */
struct http_tls { /* empty without TLS */
	struct str certificate, key;
};
void http__set_limits(struct http_limits *l); /* zeros become defaults */
int http__set_trusted(struct http_server *server,
    const struct http_config *config, struct err *err);
int http__read_tls(struct http_tls *tls, const struct http_config *config,
    struct err *err);
/* A listening socket and its port. */
int http__listen(const char *listen_on, int *fd, int *port, struct err *err);

/* head.c */
/* 0, or the status to refuse with; also fills req's method and path. */
int http__check_head(struct http_req *req, const char *method,
    const char *version);
/* Something is wrong with the message itself: answer and close. */
void http__refuse(struct http_req *req, int status);

/* req.c */
struct http_req *http__req_new(struct http_server *server);
void http__req_free(struct http_req *req);
/* Peer, loopback and https, from the connection and the headers. */
void http__req_identify(struct http_req *req);

/* conn.c */
/* Whose process is at the other end. */
int64_t http__conn_uid(int fd);
void http__conn_enter(struct http_conn *conn, enum conn_state state);
void http__sweep(struct http_server *server);
/* A last word of our own on a plain connection: head only, then close. */
void http__conn_blurt(struct http_conn *conn, const char *status_line);

#endif
