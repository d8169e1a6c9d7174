/*
 * stream - answers that stay open: server-sent events.
 *
 * The struct has up to two users: the application, until it closed it or was
 * told, and libmicrohttpd's answer.  The last one frees it.
 */
#include "syncd/http/server_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void
release(struct http_stream *stream)
{
	if (stream->is_held || stream->is_in_use || stream->mhd != NULL)
		return;
	str_free(&stream->buf);
	free(stream);
}

static void
wake(struct http_stream *stream)
{
	if (stream->mhd == NULL || !stream->is_suspended)
		return;
	stream->is_suspended = false;
	http__resume(stream->server, stream->mhd);
}

static struct http_stream *
open_stream(struct http_req *req, const char *type, bool has_events,
    void (*closed)(void *data), void *data)
{
	struct http_stream *stream;
	struct http_conn *conn = req->conn;

	if (req->mhd == NULL) {
		http_reply_const(req, 503, NULL, "", 0);
		return NULL;
	}
	stream = xcalloc(1, sizeof(*stream));
	str_init(&stream->buf);
	stream->server = req->server;
	stream->conn = conn;
	stream->mhd = req->mhd;
	stream->wrote_ms = uv_now(req->server->loop);
	stream->is_held = stream->is_in_use = true;
	stream->closed = closed;
	stream->data = data;
	conn->stream = stream;
	req->server->stats.streams++;
	stream->has_events = has_events;
	if (has_events)
		str_add(&stream->buf, "retry: 3000\n\n");
	http_reply_header(req, "Cache-Control", "no-store");
	http_reply_header(req, "X-Accel-Buffering", "no");
	http__answer(req, 200, type, http__response_stream(stream));
	return stream;
}

struct http_stream *
http_stream_open(struct http_req *req, void (*closed)(void *data), void *data)
{
	return open_stream(req, "text/event-stream", true, closed, data);
}

struct http_stream *
http_stream_open_as(struct http_req *req, const char *type,
    void (*closed)(void *data), void *data)
{
	return open_stream(req, type, false, closed, data);
}

long
http__stream_read(struct http_stream *stream, char *dst, size_t max)
{
	size_t n = stream->buf.len - stream->off;

	if (stream->is_dropped)
		return -2;
	if (n == 0) {
		if (stream->is_ending)
			return -1;
		/* A quiet stream keeps no memory: there may be thousands. */
		str_free(&stream->buf);
		stream->off = 0;
		stream->is_suspended = true;
		return 0;
	}
	if (n > max)
		n = max;
	memcpy(dst, stream->buf.s + stream->off, n);
	stream->off += n;
	return (long)n;
}

void
http__stream_gone(struct http_stream *stream)
{
	bool was_held = stream->is_held;

	stream->server->stats.streams--;
	stream->server = NULL;
	stream->conn = NULL;
	stream->mhd = NULL;
	stream->is_held = false;
	if (was_held && stream->closed != NULL)
		stream->closed(stream->data);
	release(stream);
}

void
http__stream_unused(struct http_stream *stream)
{
	stream->is_in_use = false;
	release(stream);
}

void
http__stream_drop(struct http_stream *stream)
{
	if (stream->is_dropped || stream->conn == NULL)
		return;
	stream->is_dropped = true;
	stream->server->stats.streams_dropped++;
	shutdown(stream->conn->fd, SHUT_RDWR);
	wake(stream);
}

/* Make room by dropping what was sent, once that is the larger part. */
static void
compact(struct http_stream *stream)
{
	if (stream->off < 4096 || stream->off < stream->buf.len / 2)
		return;
	str_remove(&stream->buf, 0, stream->off);
	stream->off = 0;
}

static bool
has_room(struct http_stream *stream, size_t more)
{
	if (stream->is_dropped || stream->mhd == NULL)
		return false;
	if (http_stream_backlog(stream) + more <=
	    stream->server->limits.stream_backlog)
		return true;
	http__stream_drop(stream);
	return false;
}

static void
appended(struct http_stream *stream)
{
	stream->wrote_ms = uv_now(stream->server->loop);
	wake(stream);
}

bool
http_stream_write(struct http_stream *stream, const void *p, size_t len)
{
	if (!has_room(stream, len))
		return false;
	compact(stream);
	str_addn(&stream->buf, p, len);
	appended(stream);
	return true;
}

static void
add_field(struct str *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	BUG_ON(strpbrk(value, "\r\n") != NULL);
	str_addf(out, "%s: %s\n", name, value);
}

bool
http_stream_send(struct http_stream *stream, const char *event, const char *id,
    const char *data, size_t len)
{
	size_t before, pos = 0;

	if (!has_room(stream, len))
		return false;
	compact(stream);
	before = stream->buf.len;
	add_field(&stream->buf, "id", id);
	add_field(&stream->buf, "event", event);
	do {
		size_t n = 0;

		while (pos + n < len && data[pos + n] != '\n' &&
		       data[pos + n] != '\r')
			n++;
		str_add(&stream->buf, "data: ");
		str_addn(&stream->buf, data + pos, n);
		str_addc(&stream->buf, '\n');
		pos += n;
		if (pos + 1 < len && data[pos] == '\r' && data[pos + 1] == '\n')
			pos++;
	} while (pos++ < len);
	str_addc(&stream->buf, '\n');
	if (!has_room(stream, 0)) { /* many short lines grow */
		str_trunc(&stream->buf, before);
		return false;
	}
	appended(stream);
	return true;
}

void
http__stream_keepalive(struct http_stream *stream, uint64_t now_ms)
{
	if (!stream->has_events || stream->is_ending || stream->is_dropped ||
	    http_stream_backlog(stream) > 0 ||
	    now_ms - stream->wrote_ms < stream->server->limits.keepalive_ms)
		return;
	http_stream_write(stream, ":\n\n", 3);
}

size_t
http_stream_backlog(const struct http_stream *stream)
{
	return stream->buf.len - stream->off;
}

void
http_stream_close(struct http_stream *stream)
{
	stream->is_held = false;
	stream->is_ending = true;
	wake(stream);
	release(stream);
}
