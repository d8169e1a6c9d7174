/*
 * conn - deadlines of connections, looked at by one sweep a second.
 *
 * libmicrohttpd only knows how long a connection was silent, so a client that
 * sends one byte a second would stay for ever.  Here each state has an end,
 * and an answer must move: the kernel says how much of it was acknowledged.
 */
#include "syncd/http/sendq.h"
#include "syncd/http/server_int.h"
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define STRESS_PERCENT 80

void
http__conn_enter(struct http_conn *conn, enum conn_state state)
{
	conn->state = state;
	conn->since_ms = conn->moved_ms = uv_now(conn->server->loop);
	conn->has_line = state == CONN_BODY;
}

int64_t
http__conn_uid(int fd)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	/* Without a unix socket's other end it says that there is none. */
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0 ||
	    n != sizeof(who) || who.uid == (uid_t)-1)
		return -1;
	return (int64_t)who.uid;
}

void
http__conn_blurt(struct http_conn *conn, const char *status_line)
{
	char text[128];

	if (conn->server->is_tls)
		return;
	str_format(text, sizeof(text),
	    "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
	    status_line);
	/* Whether it arrives is the client's luck. */
	(void)!send(conn->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
cut(struct http_conn *conn)
{
	conn->server->stats.timed_out++;
	if (conn->stream != NULL) {
		http__stream_drop(conn->stream);
		return;
	}
	if (conn->has_line &&
	    (conn->state == CONN_HEAD || conn->state == CONN_BODY))
		http__conn_blurt(conn, "408 Request Timeout");
	shutdown(conn->fd, SHUT_RDWR);
	/* Once is enough; libmicrohttpd closes it in its next run. */
	conn->state = CONN_APP;
}

static void
watch_write(struct http_conn *conn, uint64_t now)
{
	if (sendq_has_moved(conn->fd, &conn->acked))
		conn->moved_ms = now;
	else if (now - conn->moved_ms >= conn->server->limits.write_ms)
		cut(conn);
}

/* POLLRDHUP is also what a client sends that only ended its own side. */
static short
hang_up(const struct http_conn *conn)
{
	struct pollfd p = {.fd = conn->fd, .events = POLLRDHUP};

	if (poll(&p, 1, 0) != 1)
		return 0;
	return p.revents;
}

static void
watch_waiting(struct http_conn *conn)
{
	struct http_req *req = conn->req;
	void (*fn)(void *data);

	if (req == NULL || req->on_leave == NULL || hang_up(conn) == 0)
		return;
	fn = req->on_leave;
	req->on_leave = NULL;
	fn(req->on_leave_data);
}

static void
watch_stream(struct http_conn *conn, uint64_t now)
{
	if (conn->stream == NULL) {
		watch_write(conn, now);
		return;
	}
	if (hang_up(conn) != 0) {
		http__stream_drop(conn->stream);
		return;
	}
	http__stream_keepalive(conn->stream, now);
	watch_write(conn, now);
}

static uint64_t
body_deadline_ms(const struct http_conn *conn)
{
	const struct http_limits *l = &conn->server->limits;
	const struct http_req *req = conn->req;
	uint64_t bytes = req == NULL ? 0 : req->body.len;

	return l->body_ms + bytes * 1000 / l->body_rate;
}

void
http__sweep(struct http_server *server)
{
	const struct http_limits *l = &server->limits;
	uint64_t now = uv_now(server->loop);
	uint64_t head_ms = l->head_ms, idle_ms = l->idle_ms;
	struct http_conn *conn;

	if ((uint64_t)server->stats.connections * 100 >
	    (uint64_t)l->max_connections * STRESS_PERCENT) {
		head_ms = head_ms < l->stress_ms ? head_ms : l->stress_ms;
		idle_ms = idle_ms < l->stress_ms ? idle_ms : l->stress_ms;
	}
	/* Nothing below frees a connection: only libmicrohttpd's run does. */
	TAILQ_FOREACH(conn, &server->conns, link)
	{
		uint64_t age = now - conn->since_ms;

		switch (conn->state) {
		case CONN_HEAD:
			if (age >= head_ms)
				cut(conn);
			break;
		case CONN_IDLE:
			if (age >= idle_ms)
				cut(conn);
			break;
		case CONN_BODY:
			if (age >= body_deadline_ms(conn))
				cut(conn);
			break;
		case CONN_APP:
			watch_waiting(conn);
			break;
		case CONN_WRITE:
			watch_write(conn, now);
			break;
		case CONN_STREAM:
			watch_stream(conn, now);
			break;
		}
	}
}
