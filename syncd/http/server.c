/*
 * server - the only file that knows libmicrohttpd.
 *
 * Its epoll descriptor sits in a uv_poll; after every MHD_run its next
 * timeout goes into a uv_timer (0 included, or a half-read request hangs).
 * Answers given later resume their connections, and one MHD_run in the
 * turn's prepare hook serves them all.
 */
#include "syncd/http/server_int.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/xalloc.h"
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* A quiet stream holds all of both; a head of 16 KiB needs 24. */
#define POOL_BYTES    ((size_t)24 * 1024)
#define STREAM_BLOCK  1024
#define DISCARD_BYTES ((size_t)1024 * 1024)
#define RESERVE_BYTES ((uint64_t)64 * 1024)

/* ---- libmicrohttpd on the loop ---- */

static void on_timeout(uv_timer_t *timer);

static void
run(struct http_server *server)
{
	MHD_UNSIGNED_LONG_LONG ms;

	server->is_due = false;
	MHD_run(server->mhd);
	if (MHD_get_timeout(server->mhd, &ms) == MHD_YES)
		uv_timer_start(&server->timeout, on_timeout, (uint64_t)ms, 0);
	else
		uv_timer_stop(&server->timeout);
}

static void
on_timeout(uv_timer_t *timer)
{
	run(timer->data);
}

static void
on_poll(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	run(poll->data);
}

static void
on_prepare(uv_prepare_t *prepare)
{
	struct http_server *server = prepare->data;

	if (server->is_due)
		run(server);
}

static void
on_sweep(uv_timer_t *timer)
{
	http__sweep(timer->data);
}

void
http__resume(struct http_server *server, struct MHD_Connection *mhd)
{
	MHD_resume_connection(mhd);
	server->is_due = true;
}

const char *
http__header(struct MHD_Connection *mhd, const char *name)
{
	return MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, name);
}

struct header_tally {
	const char *name;
	size_t count;
};

static enum MHD_Result
tally_header(
    void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_tally *t = data;

	(void)kind, (void)value;
	if (strcasecmp(name, t->name) == 0)
		t->count++;
	return MHD_YES;
}

size_t
http__header_count(struct MHD_Connection *mhd, const char *name)
{
	struct header_tally t = {name, 0};

	MHD_get_connection_values(mhd, MHD_HEADER_KIND, tally_header, &t);
	return t.count;
}

struct header_lines {
	const char *name;
	struct str *out;
};

static enum MHD_Result
on_line(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_lines *lines = cls;

	(void)kind;
	if (value == NULL || strcasecmp(name, lines->name) != 0)
		return MHD_YES;
	if (lines->out->len > 0)
		str_addc(lines->out, ',');
	str_add(lines->out, value);
	return MHD_YES;
}

void
http__header_all(struct MHD_Connection *mhd, const char *name, struct str *out)
{
	struct header_lines lines = {name, out};

	MHD_get_connection_values(mhd, MHD_HEADER_KIND, on_line, &lines);
}

/* ---- answers ---- */

static void
add_header(struct MHD_Response *response, const char *name, const char *value)
{
	errno = 0;
	if (MHD_add_response_header(response, name, value) == MHD_YES)
		return;
	/* Without it the answer would say something else. */
	if (errno == ENOMEM)
		memory_gone();
	log_error("http", "header %s could not be added", name);
}

struct MHD_Response *
http__response(const void *body, size_t len, bool taken)
{
	struct MHD_Response *response;

	/* The library's signature has no const; it writes nothing there. */
	response = MHD_create_response_from_buffer(len, (void *)(uintptr_t)body,
	    taken ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		memory_gone();
	add_header(response, "X-Content-Type-Options", "nosniff");
	return response;
}

struct MHD_Response *
http__response_const(
    struct http_server *server, const char *type, const void *body, size_t len)
{
	struct const_reply *c;

	for (unsigned i = 0; i < server->const_count; i++) {
		c = &server->const_replies[i];
		if (c->body == body && c->type == type && c->len == len)
			return c->response;
	}
	if (server->const_count == CONST_REPLIES)
		return NULL;
	c = &server->const_replies[server->const_count++];
	c->body = body;
	c->type = type;
	c->len = len;
	c->response = http__response(body, len, false);
	if (type != NULL)
		add_header(c->response, "Content-Type", type);
	return c->response;
}

static ssize_t
on_stream_read(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct http_stream *stream = cls;
	long n = http__stream_read(stream, dst, max);

	(void)pos;
	if (n == -1)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n == 0)
		MHD_suspend_connection(stream->mhd);
	return n;
}

static void
on_stream_unused(void *cls)
{
	http__stream_unused(cls);
}

struct MHD_Response *
http__response_stream(struct http_stream *stream)
{
	struct MHD_Response *response;

	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN,
	    STREAM_BLOCK, on_stream_read, stream, on_stream_unused);
	if (response == NULL)
		memory_gone();
	add_header(response, "X-Content-Type-Options", "nosniff");
	return response;
}

static void
resume_with(struct http_req *req, int status, struct MHD_Response *response)
{
	req->is_replied = true;
	req->status = status;
	req->response = response;
	if (req->is_suspended) {
		req->is_suspended = false;
		req->server->stats.suspended--;
		http__resume(req->server, req->mhd);
	}
}

void
http__answer_const(
    struct http_req *req, int status, struct MHD_Response *response)
{
	BUG_ON(req->is_replied);
	req->is_shared = true;
	resume_with(req, status, response);
}

void
http__answer(struct http_req *req, int status, const char *type,
    struct MHD_Response *response)
{
	const char *p = req->field_text.s;

	BUG_ON(req->is_replied);
	if (req->mhd == NULL) {
		MHD_destroy_response(response);
		http__req_free(req);
		return;
	}
	if (type != NULL)
		add_header(response, "Content-Type", type);
	for (unsigned i = 0; i < req->field_count; i++) {
		const char *value = p + strlen(p) + 1;

		add_header(response, p, value);
		p = value + strlen(value) + 1;
	}
	if (req->is_closing)
		add_header(response, "Connection", "close");
	resume_with(req, status, response);
}

static enum MHD_Result
queue(struct http_req *req)
{
	struct MHD_Response *response = req->response;
	enum MHD_Result rc;

	req->response = NULL;
	req->stage = REQ_QUEUED;
	http__conn_enter(
	    req->conn, req->conn->stream == NULL ? CONN_WRITE : CONN_STREAM);
	rc = MHD_queue_response(req->mhd, (unsigned)req->status, response);
	if (!req->is_shared)
		MHD_destroy_response(response);
	return rc;
}

/* ---- requests ---- */

static struct http_conn *
conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

/* The request line is there: the first that is known of a request. */
static void *
on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct http_server *server = cls;
	struct http_req *req = http__req_new(server);
	struct http_conn *conn = conn_of(mhd);
	size_t n = strlen(uri);
	char *query;

	req->mhd = mhd;
	req->conn = conn;
	conn->req = req;
	if (conn->state == CONN_IDLE)
		http__conn_enter(conn, CONN_HEAD);
	conn->has_line = true;
	req->target_at = (uintptr_t)uri;
	/* A NUL inside would end it before the version. */
	if (strncmp(uri + n + 1, "HTTP/", 5) != 0)
		req->framing.is_bad = true;
	if (n > server->limits.uri_bytes) {
		req->is_uri_long = true;
		n = 0;
	}
	str_addn(&req->uri, uri, n);
	req->path = req->uri.s;
	req->query = "";
	query = strchr(req->uri.s, '?');
	if (query != NULL) {
		*query = '\0';
		req->query = query + 1;
	}
	return req;
}

static enum MHD_Result
on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	(void)kind;
	framing_header(cls, name, name_len, value, value_len);
	return MHD_YES;
}

/* 0, or the status to refuse with. */
static int
check_head(struct http_req *req, const char *method, const char *version)
{
	const struct http_limits *l = &req->server->limits;
	const union MHD_ConnectionInfo *size;

	size = MHD_get_connection_info(
	    req->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	if (!req->is_uri_long && size != NULL &&
	    size->header_size > l->head_bytes)
		return 431;
	framing_line(&req->framing, method, req->target_at);
	framing_start(&req->framing, version);
	MHD_get_connection_values_n(
	    req->mhd, MHD_HEADER_KIND, on_header, &req->framing);
	if (size != NULL)
		framing_end(
		    &req->framing, (uintptr_t)method + size->header_size);
	return http__check_head(req, method, version);
}

static enum MHD_Result
refuse(struct http_req *req, int status)
{
	http__refuse(req, status);
	return queue(req);
}

static bool
has_body(const struct http_req *req)
{
	return req->framing.length > 0 || req->framing.is_chunked;
}

static enum MHD_Result
on_head(struct http_req *req, const char *method, const char *version)
{
	struct http_server *server = req->server;
	int status;

	server->stats.requests++;
	http__conn_enter(req->conn, CONN_BODY);
	status = check_head(req, method, version);
	if (status != 0) {
		server->stats.refused++;
		return refuse(req, status);
	}
	http__req_identify(req);
	server->app.head(req, server->app.data);
	if (req->is_replied) {
		/*
		 * An answer before the end of a request closes; without a
		 * body its end is a call away.
		 */
		req->stage = REQ_HANDED;
		return has_body(req) ? queue(req) : MHD_YES;
	}
	if (req->framing.length > req->body_max)
		return refuse(req, 413);
	if (req->framing.length > 0) {
		uint64_t n = req->framing.length;

		(void)str_try_reserve(&req->body,
		    (size_t)(n < RESERVE_BYTES ? n : RESERVE_BYTES));
	}
	req->stage = REQ_BODY;
	return MHD_YES;
}

static enum MHD_Result
on_body(struct http_req *req, const char *data, size_t n)
{
	struct http_server *server = req->server;

	req->body_seen += n;
	if (req->over_status == 0 && n > req->body_max - req->body.len)
		req->over_status = 413;
	if (req->over_status == 0 &&
	    (n > server->limits.bodies_bytes - server->bodies_bytes ||
		!str_try_reserve(&req->body, n)))
		req->over_status = 503;
	if (req->over_status == 0) {
		str_addn(&req->body, data, n);
		req->body_counted += n;
		server->bodies_bytes += n;
		return MHD_YES;
	}
	/*
	 * An answer is possible only after the body.  A little more of it is
	 * thrown away, because closing on a client that still sends would
	 * take the answer from it.
	 */
	if (req->body_seen - req->body.len <= DISCARD_BYTES)
		return MHD_YES;
	http__conn_blurt(req->conn, "413 Content Too Large");
	return MHD_NO;
}

static enum MHD_Result
on_whole(struct http_req *req)
{
	struct http_server *server = req->server;

	if (req->over_status != 0)
		return refuse(req, req->over_status);
	req->stage = REQ_HANDED;
	http__conn_enter(req->conn, CONN_APP);
	server->app.handle(req, server->app.data);
	if (req->is_replied)
		return queue(req);
	req->is_suspended = true;
	server->stats.suspended++;
	MHD_suspend_connection(req->mhd);
	return MHD_YES;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **con_cls)
{
	struct http_req *req = *con_cls;
	enum MHD_Result rc;

	(void)cls;
	(void)mhd;
	(void)url;
	switch (req->stage) {
	case REQ_HEAD:
		return on_head(req, method, version);
	case REQ_BODY:
		if (*n == 0)
			return on_whole(req);
		rc = on_body(req, data, *n);
		*n = 0;
		return rc;
	case REQ_HANDED:
		return req->is_replied ? queue(req) : MHD_NO;
	case REQ_QUEUED:
		break;
	}
	return MHD_NO;
}

static void
on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
    enum MHD_RequestTerminationCode code)
{
	struct http_req *req = *con_cls;
	struct http_conn *conn;
	struct http_server *server = cls;

	(void)mhd;
	(void)code;
	if (req == NULL)
		return;
	*con_cls = NULL;
	conn = req->conn;
	conn->req = NULL;
	if (conn->stream != NULL) {
		struct http_stream *stream = conn->stream;

		conn->stream = NULL;
		http__stream_gone(stream);
	}
	http__conn_enter(conn, CONN_IDLE);
	if (req->response != NULL && !req->is_shared)
		MHD_destroy_response(req->response);
	req->response = NULL;
	if (!req->is_suspended) {
		http__req_free(req);
		return;
	}
	/* The application still has it, and will answer into nothing. */
	req->is_suspended = false;
	server->stats.suspended--;
	server->bodies_bytes -= req->body_counted;
	req->server = NULL;
	req->conn = NULL;
	req->mhd = NULL;
}

/* ---- connections ---- */

static enum MHD_Result
on_accept(void *cls, const struct sockaddr *addr, socklen_t len)
{
	struct http_server *server = cls;
	struct address a;

	(void)len;
	address_from(addr, &a);
	if (address_in(&a, server->trusted, server->trusted_count) ||
	    address_caps_count(server->caps, &a) <
		server->limits.max_per_address)
		return MHD_YES;
	server->stats.capped++;
	return MHD_NO;
}

static void
on_connection(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = cls;
	struct http_conn *conn = *context;
	void *req;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		conn = xcalloc(1, sizeof(*conn));
		conn->server = server;
		conn->fd = MHD_get_connection_info(
		    mhd, MHD_CONNECTION_INFO_CONNECTION_FD)
		               ->connect_fd;
		address_from(MHD_get_connection_info(
				 mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
				 ->client_addr,
		    &conn->peer);
		conn->uid = http__conn_uid(conn->fd);
		address_caps_add(server->caps, &conn->peer);
		http__conn_enter(conn, CONN_HEAD);
		TAILQ_INSERT_TAIL(&server->conns, conn, link);
		server->stats.connections++;
		server->stats.accepted++;
		*context = conn;
		return;
	}
	if (conn == NULL)
		return;
	/* Without memory for its own refusal it does not tell of the end. */
	req = conn->req;
	on_completed(server, mhd, &req, MHD_REQUEST_TERMINATED_WITH_ERROR);
	address_caps_drop(server->caps, &conn->peer);
	TAILQ_REMOVE(&server->conns, conn, link);
	server->stats.connections--;
	free(conn);
	*context = NULL;
}

/* Targets and queries stay as they were sent. */
static size_t
on_unescape(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls;
	(void)mhd;
	return strlen(s);
}

__attribute__((format(printf, 2, 0))) static void
on_log(void *cls, const char *fmt, va_list ap)
{
	struct http_server *server = cls;

	str_clear(&server->last_log);
	str_vaddf(&server->last_log, fmt, ap);
	while (server->last_log.len > 0 &&
	       server->last_log.s[server->last_log.len - 1] == '\n')
		str_trunc(&server->last_log, server->last_log.len - 1);
	log_debug("http", "%s", server->last_log.s);
}

/* ---- start and stop ---- */

static int
start_mhd(struct http_server *server, int fd, const struct http_tls *tls,
    struct err *err)
{
	unsigned flags =
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem secure[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, tls->certificate.s},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key.s},
	    {MHD_OPTION_END, 0, NULL},
	};
	/* The logger has to come first to hear of the others' errors. */
	/* clang-format off */
	server->is_tls = tls->certificate.len > 0;
	if (server->is_tls)
		flags |= MHD_USE_TLS;
	server->mhd = MHD_start_daemon(flags, 0, on_accept, server,
	    on_request, server,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, server,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, server->limits.max_connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, server,
	    MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, server,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
	    MHD_OPTION_ARRAY, server->is_tls ? secure : secure + 2,
	    MHD_OPTION_END);
	/* clang-format on */
	if (server->mhd != NULL)
		return 0;
	if (server->is_tls)
		return err_set(err, OD_EDATA,
		    "the TLS certificate and its key cannot be used (%s); "
		    "check tls_certificate and tls_key",
		    server->last_log.s);
	return err_set(err, OD_EIO, "the HTTP server does not start: %s",
	    server->last_log.s);
}

static void
start_handles(struct http_server *server, uv_loop_t *loop)
{
	int fd = MHD_get_daemon_info(server->mhd, MHD_DAEMON_INFO_EPOLL_FD)
	             ->epoll_fd;

	server->loop = loop;
	BUG_ON(uv_poll_init(loop, &server->poll, fd) != 0);
	uv_timer_init(loop, &server->timeout);
	uv_timer_init(loop, &server->sweep);
	uv_prepare_init(loop, &server->prepare);
	server->poll.data = server->timeout.data = server;
	server->sweep.data = server->prepare.data = server;
	server->handles = 4;
	uv_poll_start(&server->poll, UV_READABLE, on_poll);
	uv_timer_start(&server->sweep, on_sweep, server->limits.sweep_ms,
	    server->limits.sweep_ms);
	uv_prepare_start(&server->prepare, on_prepare);
	run(server);
}

static void
server_free(struct http_server *server)
{
	while (server->free_reqs != NULL) {
		struct http_req *req = server->free_reqs;

		server->free_reqs = req->next_free;
		req->server = NULL;
		http__req_free(req);
	}
	for (unsigned i = 0; i < server->const_count; i++)
		MHD_destroy_response(server->const_replies[i].response);
	address_caps_free(&server->caps);
	str_free(&server->last_log);
	free(server->trusted);
	free(server);
}

int
http_server_start(uv_loop_t *loop, const struct http_config *config,
    struct http_server **out, struct err *err)
{
	struct http_server *server = xcalloc(1, sizeof(*server));
	struct http_tls tls = {STR_INIT, STR_INIT};
	int fd = -1, rc;

	*out = NULL;
	TAILQ_INIT(&server->conns);
	str_init(&server->last_log);
	server->caps = address_caps_new();
	server->app = config->app;
	server->limits = config->limits;
	http__set_limits(&server->limits);
	if ((rc = http__set_trusted(server, config, err)) != 0)
		goto out;
	if ((rc = http__read_tls(&tls, config, err)) != 0)
		goto out;
	if ((rc = http__listen(config->listen, &fd, &server->port, err)) != 0)
		goto out;
	if ((rc = start_mhd(server, fd, &tls, err)) != 0)
		goto out;
	fd = -1; /* libmicrohttpd's now */
	start_handles(server, loop);
	*out = server;
out:
	if (fd != -1)
		close(fd);
	if (tls.key.len > 0)
		explicit_bzero(tls.key.s, tls.key.len);
	str_free(&tls.key);
	str_free(&tls.certificate);
	if (rc != 0)
		server_free(server);
	return rc;
}

int
http_server_port(const struct http_server *server)
{
	return server->port;
}

void
http_server_stats(const struct http_server *server, struct http_stats *stats)
{
	*stats = server->stats;
}

void
http_server_quiesce(struct http_server *server)
{
	MHD_socket fd;

	if (server->is_quiet)
		return;
	server->is_quiet = true;
	fd = MHD_quiesce_daemon(server->mhd);
	if (fd != MHD_INVALID_SOCKET)
		close(fd);
}

static void
on_handle_closed(uv_handle_t *handle)
{
	struct http_server *server = handle->data;
	void (*stopped)(void *data) = server->stopped;
	void *data = server->stopped_data;

	if (--server->handles > 0)
		return;
	server_free(server);
	if (stopped != NULL)
		stopped(data);
}

void
http_server_stop(
    struct http_server *server, void (*stopped)(void *data), void *data)
{
	struct http_conn *conn;

	server->stopped = stopped;
	server->stopped_data = data;
	uv_poll_stop(&server->poll);
	http_server_quiesce(server);
	/* libmicrohttpd does not stop while it has suspended connections. */
	TAILQ_FOREACH(conn, &server->conns, link)
	{
		if (conn->stream != NULL && conn->stream->is_suspended) {
			conn->stream->is_suspended = false;
			MHD_resume_connection(conn->stream->mhd);
		} else if (conn->req != NULL && conn->req->is_suspended)
			MHD_resume_connection(conn->req->mhd);
	}
	MHD_stop_daemon(server->mhd);
	server->mhd = NULL;
	uv_close((uv_handle_t *)&server->poll, on_handle_closed);
	uv_close((uv_handle_t *)&server->timeout, on_handle_closed);
	uv_close((uv_handle_t *)&server->sweep, on_handle_closed);
	uv_close((uv_handle_t *)&server->prepare, on_handle_closed);
}
