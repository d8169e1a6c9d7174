/*
 * Unit tests of common/http_client against a small server on the same loop,
 * which answers well, badly or not at all, as the path says.
 */
#include "common/http_client.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define NOTHING "Content-Length: 0\r\n\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"
#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"

struct fixture {
	uv_loop_t loop;
	uv_tcp_t server;
	struct http_client *client;
	int port;
	int connections, requests;
	/* the last answer */
	int dones, waiting;
	enum http_outcome outcome;
	int status;
	struct str body, type, error, header;
	int64_t retry_after_s;
	struct str pieces;
	bool cancel_in_piece, free_in_done;
	struct http_call *call;
};

struct peer {
	uv_tcp_t tcp;
	struct fixture *f;
	struct str in;
	int answered;
};

static void
on_peer_closed(uv_handle_t *h)
{
	struct peer *p = h->data;

	str_free(&p->in);
	free(p);
}

static void
close_peer(struct peer *p)
{
	if (!uv_is_closing((uv_handle_t *)&p->tcp))
		uv_close((uv_handle_t *)&p->tcp, on_peer_closed);
}

struct sending {
	uv_write_t req;
	bool close;
	char data[];
};

static void
on_sent(uv_write_t *req, int status)
{
	struct sending *s = req->data;
	struct peer *p = req->handle->data;

	(void)status;
	if (s->close)
		close_peer(p);
	free(s);
}

static void
send_bytes(struct peer *p, const char *data, size_t n, bool then_close)
{
	struct sending *s = xmalloc(sizeof(*s) + n);
	uv_buf_t buf;

	memcpy(s->data, data, n);
	s->close = then_close;
	s->req.data = s;
	buf = uv_buf_init(s->data, (unsigned)n);
	uv_write(&s->req, (uv_stream_t *)&p->tcp, &buf, 1, on_sent);
}

static void
answer(struct peer *p, const char *text, bool then_close)
{
	send_bytes(p, text, strlen(text), then_close);
}

static bool
asks(const struct peer *p, const char *path)
{
	const char *space = strchr(p->in.s, ' ');
	size_t n = strlen(path);

	return space && strncmp(space + 1, path, n) == 0 && space[n + 1] == ' ';
}

static void
answer_long(struct peer *p, const char *head, const char *line, int lines)
{
	struct str s = STR_INIT;

	str_add(&s, head);
	for (int i = 0; i < lines; i++)
		str_add(&s, line);
	send_bytes(p, s.s, s.len, false);
	str_free(&s);
}

static void
answer_echo(struct peer *p)
{
	struct str s = STR_INIT;

	str_addf(&s, OK_HEAD "Content-Length: %zu\r\n\r\n", p->in.len);
	str_addn(&s, p->in.s, p->in.len);
	send_bytes(p, s.s, s.len, false);
	str_free(&s);
}

static void
answer_date(struct peer *p)
{
	time_t at = (time_t)(clock_wall_us() / US_PER_SECOND) + 3600;
	char text[300], date[80];
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	snprintf(text, sizeof(text),
	    "HTTP/1.1 503 Later\r\nRetry-After: %s\r\n"
	    "Content-Length: 0\r\n\r\n",
	    date);
	answer(p, text, false);
}

static void
serve(struct peer *p)
{
	/* clang-format off */
	static const struct {
		const char *path, *text;
		bool close;
	} fixed[] = {
	    {"/ok", OK_HEAD "X-Two:  a b \r\nx-two: c\r\n"
		"Content-Length: 5\r\n\r\nhello", false},
	    {"/close", OK_HEAD "\r\nuntil the end", true},
	    {"/chunked", OK_HEAD CHUNKED "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
		false},
	    {"/interim", "HTTP/1.1 103 Early\r\nX-Two: early\r\n\r\n"
		OK_HEAD NOTHING, false},
	    {"/empty", "HTTP/1.1 204 No Content\r\n\r\n", false},
	    {"/error", "HTTP/1.1 500 No\r\nContent-Length: 3\r\n\r\nbad",
		false},
	    {"/gzip", OK_HEAD "Content-Encoding: gzip\r\n"
		"Content-Length: 4\r\n\r\n\x1f\x8b\x08z", false},
	    {"/retry", "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\n" NOTHING,
		false},
	    {"/retry-bad", "HTTP/1.1 429 Slow\r\nRetry-After: soon\r\n"
		NOTHING, false},
	    {"/redirect", "HTTP/1.1 302 There\r\nLocation: /ok\r\n" NOTHING,
		false},
	    {"/cut-before", "", true},
	    {"/cut-head", "HTTP/1.1 200 OK\r\nContent-Le", true},
	    {"/cut-body", OK_HEAD "Content-Length: 100\r\n\r\nonly", true},
	    {"/cut-chunk", OK_HEAD CHUNKED "9\r\nabc", true},
	    {"/bad-chunk", OK_HEAD CHUNKED "zz\r\nabc\r\n", true},
	    {"/garbage", "\x01\x02 this is no HTTP\r\n\r\nat all", true},
	    {"/old", "hello without a head", true},
	    {"/stall", OK_HEAD "Content-Length: 100\r\n\r\npart", false},
	    {"/announced", OK_HEAD "Content-Length: 1000000\r\n\r\nx", false},
	};
	/* clang-format on */

	p->f->requests++;
	p->answered++;
	if (asks(p, "/silent"))
		return;
	if (asks(p, "/echo")) {
		answer_echo(p);
	} else if (asks(p, "/retry-date")) {
		answer_date(p);
	} else if (asks(p, "/endless")) {
		answer_long(p, OK_HEAD "\r\n", "0123456789012345", 4096);
	} else if (asks(p, "/headers")) {
		answer_long(p, OK_HEAD, "X-Filler: 0123456789012345\r\n", 5000);
	} else if (asks(p, "/once")) {
		/* A second request on the connection gets it closed. */
		answer(p,
		    p->answered > 1 ? "" : OK_HEAD "Content-Length: 0\r\n\r\n",
		    p->answered > 1);
	}
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (asks(p, fixed[i].path))
			answer(p, fixed[i].text, fixed[i].close);
}

static void
on_alloc(uv_handle_t *h, size_t size, uv_buf_t *buf)
{
	(void)h;
	*buf = uv_buf_init(xmalloc(size), (unsigned)size);
}

static void
on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct peer *p = s->data;
	const char *end, *length;
	size_t body = 0;

	if (n > 0)
		str_addn(&p->in, buf->base, (size_t)n);
	free(buf->base);
	if (n < 0) {
		close_peer(p);
		return;
	}
	if (!(end = strstr(p->in.s, "\r\n\r\n")))
		return;
	if ((length = strcasestr(p->in.s, "\r\nContent-Length:")) &&
	    length < end)
		body = strtoul(length + 17, NULL, 10);
	if (p->in.len < (size_t)(end + 4 - p->in.s) + body)
		return;
	serve(p);
	str_clear(&p->in);
}

static void
on_connection(uv_stream_t *server, int status)
{
	struct fixture *f = server->data;
	struct peer *p = xcalloc(1, sizeof(*p));

	assert_int_equal(status, 0);
	f->connections++;
	p->f = f;
	str_init(&p->in);
	uv_tcp_init(&f->loop, &p->tcp);
	p->tcp.data = p;
	assert_int_equal(uv_accept(server, (uv_stream_t *)&p->tcp), 0);
	uv_read_start((uv_stream_t *)&p->tcp, on_alloc, on_read);
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct sockaddr_in a;
	struct err err = ERR_INIT;
	int n = sizeof(a);

	str_init(&f->body);
	str_init(&f->type);
	str_init(&f->error);
	str_init(&f->header);
	str_init(&f->pieces);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	uv_tcp_init(&f->loop, &f->server);
	f->server.data = f;
	uv_ip4_addr("127.0.0.1", 0, &a);
	assert_int_equal(uv_tcp_bind(&f->server, (struct sockaddr *)&a, 0), 0);
	assert_int_equal(
	    uv_listen((uv_stream_t *)&f->server, 16, on_connection), 0);
	uv_tcp_getsockname(&f->server, (struct sockaddr *)&a, &n);
	f->port = ntohs(a.sin_port);
	assert_int_equal(http_client_global_init(&err), 0);
	assert_int_equal(http_client_new(&f->loop, &f->client, &err), 0);
	*state = f;
	return 0;
}

static void
close_leftover(uv_handle_t *h, void *data)
{
	struct fixture *f = data;

	if (h->type == UV_TCP && h != (uv_handle_t *)&f->server)
		close_peer(h->data);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	http_client_free(&f->client);
	for (int i = 0; i < 3; i++)
		uv_run(&f->loop, UV_RUN_NOWAIT);
	uv_walk(&f->loop, close_leftover, f);
	assert_int_equal(loop_finish(&f->loop), 0);
	str_free(&f->body);
	str_free(&f->type);
	str_free(&f->error);
	str_free(&f->header);
	str_free(&f->pieces);
	free(f);
	return 0;
}

static void
set(struct str *s, const char *text)
{
	str_clear(s);
	str_add(s, text ? text : "(none)");
}

static void
done(const struct http_response *r, void *data)
{
	struct fixture *f = data;

	f->dones++;
	f->waiting--;
	f->outcome = r->outcome;
	f->status = r->status;
	str_clear(&f->body);
	str_addn(&f->body, r->body, r->body_len);
	assert_int_equal(r->body[r->body_len], '\0');
	set(&f->type, r->content_type);
	set(&f->error, r->error);
	set(&f->header, http_response_header(r, "X-TWO"));
	f->retry_after_s = r->retry_after_s;
	assert_int_equal(r->error[0] == '\0', r->outcome == HTTP_ANSWERED);
	if (f->free_in_done)
		http_client_free(&f->client);
}

static void
piece(const char *p, size_t n, void *data)
{
	struct fixture *f = data;

	str_addn(&f->pieces, p, n);
	assert_int_equal(http_call_status(f->call), 200);
	if (f->cancel_in_piece)
		http_client_cancel(f->call);
}

static int
begin(
    struct fixture *f, const char *path, struct http_request r, struct err *err)
{
	char *url = xasprintf("http://127.0.0.1:%d%s", f->port, path);
	int rc;

	if (!r.method)
		r.method = "GET";
	if (!r.url)
		r.url = url;
	r.done = done;
	r.data = f;
	rc = http_client_send(f->client, &r, &f->call, err);
	free(url);
	if (rc == 0)
		f->waiting++;
	return rc;
}

static void
wait_done(struct fixture *f)
{
	while (f->waiting > 0)
		uv_run(&f->loop, UV_RUN_ONCE);
}

static void
ask(struct fixture *f, const char *path, struct http_request r)
{
	struct err err = ERR_INIT;
	int before = f->dones;

	if (begin(f, path, r, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(f->dones, before); /* never inside the call */
	wait_done(f);
	assert_int_equal(f->dones, before + 1);
	assert_int_equal(http_client_active(f->client), 0);
}

#define PLAIN ((struct http_request){.method = "GET"})

static void
http_client_send__good_answers__whole(void **state)
{
	struct fixture *f = *state;

	ask(f, "/ok", PLAIN);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	assert_int_equal(f->status, 200);
	assert_string_equal(f->body.s, "hello");
	assert_string_equal(f->type.s, "text/plain");
	assert_string_equal(f->header.s, "a b"); /* the first, trimmed */
	assert_int_equal(f->retry_after_s, -1);
	ask(f, "/chunked", PLAIN);
	assert_string_equal(f->body.s, "abcde");
	ask(f, "/close", PLAIN);
	assert_string_equal(f->body.s, "until the end");
	ask(f, "/empty", PLAIN);
	assert_int_equal(f->status, 204);
	assert_string_equal(f->type.s, "");
	ask(f, "/error", PLAIN);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	assert_int_equal(f->status, 500);
	assert_string_equal(f->body.s, "bad");
	ask(f, "/interim", PLAIN);
	assert_int_equal(f->status, 200);
	assert_string_equal(f->header.s, "(none)"); /* not the interim one's */
	ask(f, "/gzip", PLAIN);
	assert_memory_equal(f->body.s, "\x1f\x8b\x08z", 4);
}

static void
http_client_send__request__as_asked(void **state)
{
	static const char *const headers[] = {
	    "X-One: 1", "Content-Type: application/json", NULL};
	struct fixture *f = *state;

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	ask(f, "/echo",
	    (struct http_request){.method = "POST",
		.headers = headers,
		.bearer = "abc",
		.body = "{\"a\":1}\0z",
		.body_len = 9});
	unsetenv("http_proxy");
	assert_memory_equal(f->body.s, "POST /echo HTTP/1.1\r\n", 21);
	assert_non_null(strstr(f->body.s, "\r\nX-One: 1\r\n"));
	assert_non_null(
	    strstr(f->body.s, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(f->body.s, "\r\nAuthorization: Bearer abc\r\n"));
	assert_non_null(strstr(f->body.s, "\r\nContent-Length: 9\r\n"));
	assert_null(strstr(f->body.s, "Expect"));
	assert_null(strcasestr(f->body.s, "Accept-Encoding"));
	assert_memory_equal(f->body.s + f->body.len - 9, "{\"a\":1}\0z", 9);
	ask(f, "/echo", (struct http_request){.method = "DELETE"});
	assert_memory_equal(f->body.s, "DELETE /echo", 12);
	assert_null(strstr(f->body.s, "Content-Length"));
	ask(f, "/echo", (struct http_request){.method = "POST"});
	assert_non_null(strstr(f->body.s, "\r\nContent-Length: 0\r\n"));
	assert_null(strstr(f->body.s, "Authorization"));
	ask(f, "/echo",
	    (struct http_request){
		.method = "PATCH", .body = "x", .body_len = 1});
	assert_memory_equal(f->body.s, "PATCH /echo", 11);
	assert_null(strstr(f->body.s, "Content-Type"));
	ask(f, "/ok", (struct http_request){.method = "HEAD"});
	assert_int_equal(f->status, 200);
	assert_int_equal(f->body.len, 0);
}

static void
http_client_send__large_body__whole_and_unasked(void **state)
{
	struct fixture *f = *state;
	size_t n = (size_t)1500 * 1024;
	struct http_request r = {.method = "POST", .body_len = n};
	char *body = xmalloc(n);

	memset(body, 'x', n);
	r.body = body;
	r.max_body = 2 * n;
	ask(f, "/echo", r);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	/* No "Expect: 100-continue", which some servers never answer. */
	assert_null(strstr(f->body.s, "Expect"));
	assert_true(f->body.len > n);
	assert_memory_equal(f->body.s + f->body.len - n, body, n);
	free(body);
}

static void
http_client_send__broken_answers__unknown(void **state)
{
	static const char *const paths[] = {"/cut-before", "/cut-head",
	    "/cut-body", "/cut-chunk", "/bad-chunk", "/garbage", "/old"};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int before = f->requests;

		ask(f, paths[i],
		    (struct http_request){
			.method = "POST", .body = "x", .body_len = 1});
		if (f->outcome != HTTP_UNKNOWN)
			fail_msg("%s: %d %s", paths[i], f->outcome, f->error.s);
		assert_int_equal(f->status, 0);
		assert_int_equal(f->body.len, 0);
		assert_int_equal(f->requests, before + 1);
	}
}

static void
http_client_send__no_server__not_sent(void **state)
{
	struct fixture *f = *state;
	struct http_request r = PLAIN;

	/* Port 1 of loopback: refused at once. */
	r.url = "http://127.0.0.1:1/";
	ask(f, "/", r);
	assert_int_equal(f->outcome, HTTP_NOT_SENT);
	assert_non_null(strstr(f->error.s, "refused"));
	r.url = "http://127.0.0.1:1/";
	r.unix_socket = "/nonexistent/socket";
	ask(f, "/", r);
	assert_int_equal(f->outcome, HTTP_NOT_SENT);
}

static void
http_client_send__slow__staged_times(void **state)
{
	struct fixture *f = *state;
	struct http_request r = PLAIN;

	r.first_byte_ms = 300;
	ask(f, "/silent", r);
	assert_int_equal(f->outcome, HTTP_UNKNOWN);
	assert_non_null(strstr(f->error.s, "no answer within 300 ms"));
	r = PLAIN;
	r.idle_ms = 300;
	ask(f, "/stall", r);
	assert_int_equal(f->outcome, HTTP_UNKNOWN);
	assert_non_null(strstr(f->error.s, "middle of its answer"));
	r = PLAIN;
	r.total_ms = 500;
	ask(f, "/silent", r);
	assert_int_equal(f->outcome, HTTP_UNKNOWN);
	r = PLAIN;
	r.total_ms = -1;
	ask(f, "/ok", r);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
}

static void
http_client_send__too_large__bounded(void **state)
{
	struct fixture *f = *state;
	struct http_request r = PLAIN;

	ask(f, "/announced", PLAIN); /* over the default */
	assert_int_equal(f->outcome, HTTP_TOO_LARGE);
	assert_int_equal(f->status, 200);
	assert_int_equal(f->body.len, 0);
	r.max_body = 1000;
	ask(f, "/endless", r);
	assert_int_equal(f->outcome, HTTP_TOO_LARGE);
	r.max_body = 5;
	ask(f, "/ok", r);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	r.max_body = 4;
	ask(f, "/ok", r);
	assert_int_equal(f->outcome, HTTP_TOO_LARGE);
	ask(f, "/chunked", r);
	assert_int_equal(f->outcome, HTTP_TOO_LARGE);
	ask(f, "/headers", PLAIN);
	assert_int_equal(f->outcome, HTTP_UNKNOWN);
	assert_non_null(strstr(f->error.s, "too many headers"));
}

static void
http_client_send__redirect__is_the_answer(void **state)
{
	struct fixture *f = *state;
	struct http_request r = PLAIN;

	ask(f, "/redirect", PLAIN);
	assert_int_equal(f->status, 302);
	assert_int_equal(f->requests, 1);
	/* Only ever to https. */
	r.max_redirects = 3;
	ask(f, "/redirect", r);
	assert_int_equal(f->outcome, HTTP_UNKNOWN);
	assert_int_equal(f->requests, 2);
	r.method = "POST";
	ask(f, "/redirect", r);
	assert_int_equal(f->status, 302);
}

static void
http_client_send__retry_after__both_forms(void **state)
{
	struct fixture *f = *state;

	ask(f, "/retry", PLAIN);
	assert_int_equal(f->status, 429);
	assert_int_equal(f->retry_after_s, 7);
	ask(f, "/retry-date", PLAIN);
	assert_in_range(f->retry_after_s, 3500, 3600);
	ask(f, "/retry-bad", PLAIN);
	assert_int_equal(f->retry_after_s, -1);
}

static void
http_client_send__kept_connection_dies__not_sent_twice(void **state)
{
	struct fixture *f = *state;
	struct http_request r = {.method = "POST", .body = "x", .body_len = 1};

	ask(f, "/once", r);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	ask(f, "/once", r);
	/* It was kept, then closed on us; a new one carried nothing. */
	assert_int_equal(f->requests, 2);
	assert_int_equal(f->outcome, HTTP_UNKNOWN);
	/* A GET may be asked again. */
	ask(f, "/once", PLAIN);
	ask(f, "/once", PLAIN);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
}

static void
http_client_send__addresses__limited(void **state)
{
	struct fixture *f = *state;
	struct http_request r = PLAIN;

	r.public_only = true;
	ask(f, "/ok", r);
	assert_int_equal(f->outcome, HTTP_NOT_SENT);
	assert_int_equal(f->connections, 0);
	r = PLAIN;
	r.loopback_only = true;
	ask(f, "/ok", r);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	/* Not by a connection that another call left open either. */
	r = PLAIN;
	r.public_only = true;
	ask(f, "/ok", r);
	assert_int_equal(f->outcome, HTTP_NOT_SENT);
	assert_int_equal(f->requests, 1);
	r = PLAIN;
	r.loopback_only = true;
	r.url = "http://169.254.169.254/latest/meta-data/";
	ask(f, "/", r);
	assert_int_equal(f->outcome, HTTP_NOT_SENT);
	assert_non_null(strstr(f->error.s, "may go to"));
}

static void
http_client_send__bad_requests__refused_at_once(void **state)
{
	static const char *const urls[] = {"", "127.0.0.1", "ftp://127.0.0.1/",
	    "file:///etc/passwd", "http://", "http:///x", "gopher://x/",
	    "http://user:pw@127.0.0.1/", "http://user@127.0.0.1/",
	    "http://127.0.0.1:99999/", "http://a b/"};
	static const char *const headers[] = {"X: a\r\nY: b", NULL};
	struct fixture *f = *state;
	struct http_request r = PLAIN;
	char host[300] = "http://";

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct err err = ERR_INIT;

		r.url = urls[i];
		if (begin(f, "", r, &err) != OD_EDATA)
			fail_msg("%s taken", urls[i]);
		assert_true(err.text[0] != '\0');
	}
	memset(host + 7, 'a', 254);
	r.url = host;
	assert_int_equal(begin(f, "", r, NULL), OD_EDATA);
	r = PLAIN;
	r.headers = headers;
	assert_int_equal(begin(f, "/ok", r, NULL), OD_EDATA);
	r = PLAIN;
	r.bearer = "a\nb";
	assert_int_equal(begin(f, "/ok", r, NULL), OD_EDATA);
	assert_int_equal(f->dones, 0);
	assert_int_equal(http_client_active(f->client), 0);
}

static void
http_client_send__streaming__pieces(void **state)
{
	struct fixture *f = *state;
	struct http_request r = PLAIN;

	r.on_data = piece;
	ask(f, "/chunked", r);
	assert_string_equal(f->pieces.s, "abcde");
	assert_int_equal(f->body.len, 0);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
	str_clear(&f->pieces);
	f->cancel_in_piece = true;
	ask(f, "/endless", r);
	assert_int_equal(f->outcome, HTTP_CANCELLED);
}

static void
http_client_cancel__under_way__done_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(begin(f, "/silent", PLAIN, NULL), 0);
	http_client_cancel(f->call);
	assert_int_equal(f->dones, 0);
	wait_done(f);
	assert_int_equal(f->outcome, HTTP_CANCELLED);
	assert_int_equal(begin(f, "/silent", PLAIN, NULL), 0);
	while (f->requests == 0)
		uv_run(&f->loop, UV_RUN_ONCE);
	http_client_cancel(f->call);
	http_client_cancel(f->call);
	wait_done(f);
	assert_int_equal(f->dones, 2);
	assert_int_equal(f->outcome, HTTP_CANCELLED);
}

static void
http_client_free__many_under_way__each_done(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 20; i++)
		assert_int_equal(begin(f, "/silent", PLAIN, NULL), 0);
	while (f->requests < 10)
		uv_run(&f->loop, UV_RUN_ONCE);
	http_client_free(&f->client);
	assert_null(f->client);
	assert_int_equal(f->dones, 0);
	wait_done(f);
	assert_int_equal(f->dones, 20);
	assert_int_equal(f->outcome, HTTP_CANCELLED);
}

static void
http_client_free__inside_done__others_done(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(begin(f, "/silent", PLAIN, NULL), 0);
	assert_int_equal(begin(f, "/ok", PLAIN, NULL), 0);
	f->free_in_done = true;
	wait_done(f);
	assert_int_equal(f->dones, 2);
}

static void
http_client_send__many_at_once__all_answered(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 100; i++)
		assert_int_equal(begin(f, "/ok", PLAIN, NULL), 0);
	assert_int_equal(http_client_active(f->client), 100);
	wait_done(f);
	assert_int_equal(f->dones, 100);
	assert_int_equal(f->outcome, HTTP_ANSWERED);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(http_client_send__good_answers__whole),
	    WITH(http_client_send__request__as_asked),
	    WITH(http_client_send__large_body__whole_and_unasked),
	    WITH(http_client_send__broken_answers__unknown),
	    WITH(http_client_send__no_server__not_sent),
	    WITH(http_client_send__slow__staged_times),
	    WITH(http_client_send__too_large__bounded),
	    WITH(http_client_send__redirect__is_the_answer),
	    WITH(http_client_send__retry_after__both_forms),
	    WITH(http_client_send__kept_connection_dies__not_sent_twice),
	    WITH(http_client_send__addresses__limited),
	    WITH(http_client_send__bad_requests__refused_at_once),
	    WITH(http_client_send__streaming__pieces),
	    WITH(http_client_cancel__under_way__done_once),
	    WITH(http_client_free__many_under_way__each_done),
	    WITH(http_client_free__inside_done__others_done),
	    WITH(http_client_send__many_at_once__all_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
