/*
 * The HTTP server, spoken to in raw bytes on the same loop: what it accepts,
 * what it refuses and with which status, and whom it does not wait for.
 */
#include "syncd/http/route.h"
#include "syncd/http/server.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define WAIT_MS  20000
#define BODY_MAX 1000
#define BIG      ((size_t)16 * 1024 * 1024)

struct fixture {
	uv_loop_t loop;
	struct router *router;
	struct http_server *server;
	int port;
	bool is_stopped;
	uv_timer_t later;      /* answers `held` in another turn */
	struct http_req *held; /* waiting for the test or the timer */
	struct http_stream *stream;
	unsigned left;   /* on_leave calls */
	unsigned closed; /* streams that were told */
	unsigned handled;
};

static struct fixture *fx;

/* ---- the application under the server ---- */

static void
h_static(struct http_req *req, void *data)
{
	(void)data;
	fx->handled++;
	http_reply_const(req, 200, "text/plain", "ok", 2);
}

static void
h_echo(struct http_req *req, void *data)
{
	size_t n;
	const void *p = http_req_body(req, &n);

	(void)data;
	fx->handled++;
	http_reply(req, 200, "application/octet-stream", p, n);
}

static void
on_later(uv_timer_t *timer)
{
	struct http_req *req = fx->held;

	(void)timer;
	fx->held = NULL;
	h_echo(req, NULL);
}

static void
h_later(struct http_req *req, void *data)
{
	(void)data;
	assert_null(fx->held);
	fx->held = req;
	uv_timer_start(&fx->later, on_later, 1, 0);
}

static void
on_leave(void *data)
{
	(void)data;
	fx->left++;
}

static void
h_hold(struct http_req *req, void *data)
{
	(void)data;
	assert_null(fx->held);
	fx->held = req;
	http_req_on_leave(req, on_leave, NULL);
}

static void
h_item(struct http_req *req, void *data)
{
	const char *id = http_req_param(req, "id");

	(void)data;
	http_reply(req, 200, "text/plain", id, strlen(id));
}

static void
h_peer(struct http_req *req, void *data)
{
	struct str out;

	(void)data;
	str_init(&out);
	str_addf(&out, "%s %s %s", http_req_peer(req),
	    http_req_is_loopback(req) ? "local" : "remote",
	    http_req_is_https(req) ? "https" : "http");
	http_reply_take(req, 200, "text/plain", &out);
}

static void
on_closed(void *data)
{
	(void)data;
	fx->stream = NULL;
	fx->closed++;
}

static void
h_events(struct http_req *req, void *data)
{
	(void)data;
	fx->stream = http_stream_open(req, on_closed, NULL);
}

static void
h_big(struct http_req *req, void *data)
{
	char *p = xcalloc(1, BIG);

	(void)data;
	http_reply(req, 200, "application/octet-stream", p, BIG);
	free(p);
}

static void
h_error(struct http_req *req, void *data)
{
	struct err err = ERR_INIT;

	(void)data;
	err_set(&err, OD_ECONFLICT, "the \"ticket\" changed meanwhile");
	http_reply_err(req, &err);
}

/* clang-format off */
static const struct route routes[] = {
	{"GET", "/static", 0, ROUTE_OPEN, NULL, h_static, "constant"},
	{"POST", "/static", 0, ROUTE_OPEN, NULL, h_static, "no body"},
	{"POST", "/echo", BODY_MAX, ROUTE_OPEN, NULL, h_echo, "echo"},
	{"POST", "/large", 64 << 20, ROUTE_OPEN, NULL, h_echo, "large"},
	{"POST", "/later", BODY_MAX, ROUTE_OPEN, NULL, h_later, "later"},
	{"GET", "/later", 0, ROUTE_OPEN, NULL, h_later, "later"},
	{"GET", "/hold", 0, ROUTE_OPEN, NULL, h_hold, "held"},
	{"GET", "/items/new", 0, ROUTE_OPEN, NULL, h_static, "fixed"},
	{"GET", "/items/{id}", 0, ROUTE_OPEN, NULL, h_item, "one"},
	{"DELETE", "/items/{id}", 0, ROUTE_OPEN, NULL, h_item, "one"},
	{"GET", "/peer", 0, ROUTE_OPEN, NULL, h_peer, "who asks"},
	{"GET", "/events", 0, ROUTE_OPEN, NULL, h_events, "events"},
	{"GET", "/big", 0, ROUTE_OPEN, NULL, h_big, "big"},
	{"GET", "/error", 0, ROUTE_OPEN, NULL, h_error, "problem"},
	{"GET", "/secret", 0, ROUTE_SCOPE, "a.read", h_static, "token"},
	{"POST", "/secret", BODY_MAX, ROUTE_SCOPE, "a.b", h_static, "token"},
	{"GET", "/local", 0, ROUTE_LOOPBACK, "a.read", h_static, "local"},
};
/* clang-format on */

static void
authenticate(struct http_req *req, const struct route *route, void *data)
{
	const char *token = http_req_bearer(req);

	(void)data;
	if (token == NULL || strcmp(token, "good") != 0)
		router_refuse_unknown(req);
	else if (strcmp(route->scope, "a.read") != 0)
		router_refuse_scope(req, route->scope);
	else
		router_admit(req);
}

/* ---- start and stop ---- */

static void
start(const struct http_config *config)
{
	struct http_config c = *config;
	struct err err = ERR_INIT;

	fx = xcalloc(1, sizeof(*fx));
	assert_int_equal(uv_loop_init(&fx->loop), 0);
	uv_timer_init(&fx->loop, &fx->later);
	fx->router = router_new();
	router_add(
	    fx->router, routes, sizeof(routes) / sizeof(routes[0]), NULL);
	router_set_auth(fx->router, authenticate, NULL);
	if (c.listen == NULL)
		c.listen = "127.0.0.1:0";
	c.app = router_app(fx->router);
	if (http_server_start(&fx->loop, &c, &fx->server, &err) != 0)
		fail_msg("%s", err.text);
	fx->port = http_server_port(fx->server);
	assert_true(fx->port > 0);
}

static void
on_stopped(void *data)
{
	bool *is_stopped = data;

	*is_stopped = true;
}

static void
stop(void)
{
	http_server_stop(fx->server, on_stopped, &fx->is_stopped);
	uv_close((uv_handle_t *)&fx->later, NULL);
	uv_run(&fx->loop, UV_RUN_DEFAULT);
	assert_true(fx->is_stopped);
	assert_int_equal(uv_loop_close(&fx->loop), 0);
	router_free(&fx->router);
	FREE(&fx);
}

static int
setup(void **state)
{
	(void)state;
	start(&(struct http_config){0});
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stop();
	return 0;
}

/* ---- a client on the same loop ---- */

struct client {
	int fd;
	bool is_closed; /* the server ended it */
	struct str in;
};

static void
client_open(struct client *c)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)fx->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	str_init(&c->in);
	c->is_closed = false;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(c->fd >= 0);
	assert_int_equal(
	    connect(c->fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
}

static void
client_close(struct client *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	str_free(&c->in);
}

/* One turn: the loop runs, and what came is taken. */
static void
turn(struct client *c)
{
	char buf[65536];
	ssize_t n;

	uv_run(&fx->loop, UV_RUN_NOWAIT);
	if (c == NULL) {
		poll(NULL, 0, 1);
		return;
	}
	poll(&(struct pollfd){.fd = c->fd, .events = POLLIN}, 1, 1);
	while ((n = recv(c->fd, buf, sizeof(buf), 0)) > 0)
		str_addn(&c->in, buf, (size_t)n);
	if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		c->is_closed = true;
}

#define WAIT_FOR(c, cond)                                                      \
	do {                                                                   \
		uint64_t until_ = uv_hrtime() / 1000000 + WAIT_MS;             \
		while (!(cond)) {                                              \
			if (uv_hrtime() / 1000000 > until_)                    \
				fail_msg("waited in vain for %s", #cond);      \
			turn(c);                                               \
		}                                                              \
	} while (0)

static void
client_send(struct client *c, const char *p, size_t n)
{
	uint64_t until = uv_hrtime() / 1000000 + WAIT_MS;

	while (n > 0 && !c->is_closed && uv_hrtime() / 1000000 < until) {
		ssize_t done = send(c->fd, p, n, MSG_NOSIGNAL);

		if (done < 0 && errno != EAGAIN)
			return; /* refused early; the answer says why */
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
		turn(c);
	}
}

static void
client_say(struct client *c, const char *s)
{
	client_send(c, s, strlen(s));
}

/* Bytes of the whole answer at s, 0 when some are missing. */
static size_t
answer_size(const char *s, size_t n, bool is_head)
{
	const char *end = memmem(s, n, "\r\n\r\n", 4), *p;
	size_t head, length;
	int status;

	if (end == NULL)
		return 0;
	head = (size_t)(end - s) + 4;
	status = atoi(s + 9);
	if (status < 200 || status == 204 || is_head)
		return head;
	p = memmem(s, head, "Content-Length: ", 16);
	if (p == NULL)
		return 0;
	length = strtoul(p + 16, NULL, 10);
	return n - head < length ? 0 : head + length;
}

/* The statuses of the whole answers: "200 404". */
static void
statuses(const struct client *c, bool is_head, struct str *out)
{
	size_t at = 0, n;

	str_clear(out);
	while ((n = answer_size(c->in.s + at, c->in.len - at, is_head)) > 0) {
		str_addf(
		    out, "%s%.3s", out->len > 0 ? " " : "", c->in.s + at + 9);
		at += n;
	}
}

static bool
has_text(const struct client *c, const char *text)
{
	return memmem(c->in.s, c->in.len, text, strlen(text)) != NULL;
}

/* A request on a connection of its own is answered with 200. */
static void
check_alive(void)
{
	struct client c;

	client_open(&c);
	client_say(&c, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, has_text(&c, "\r\n\r\nok") || c.is_closed);
	assert_true(has_text(&c, "HTTP/1.1 200 "));
	client_close(&c);
}

/* ---- the table ---- */

struct exchange {
	const char *name;
	const char *request;
	size_t len;           /* 0: strlen */
	const char *expected; /* statuses; " x" at the end: then closed */
	const char *contains; /* somewhere in the answer, or NULL */
};

#define H        "Host: a\r\n"
#define E        "\r\n"
#define BYTES(s) s, sizeof(s) - 1

static bool
is_enough(struct client *c, const char *expected, bool is_head, struct str *got)
{
	size_t n = strlen(expected);
	bool wants_end = expected[n - 1] == 'x';

	statuses(c, is_head, got);
	if (c->is_closed)
		return true;
	if (wants_end)
		n = n == 1 ? 0 : n - 2;
	if (got->len > n ||
	    (got->len == n && strncmp(got->s, expected, n) != 0))
		return true;
	return !wants_end && got->len == n;
}

static bool
run_exchange(const struct exchange *x)
{
	struct client c;
	struct str got;
	bool is_head = strncmp(x->request, "HEAD", 4) == 0, ok = true;

	str_init(&got);
	client_open(&c);
	client_send(&c, x->request, x->len == 0 ? strlen(x->request) : x->len);
	WAIT_FOR(&c, is_enough(&c, x->expected, is_head, &got));
	if (c.is_closed)
		str_add(&got, got.len > 0 ? " x" : "x");
	if (strcmp(got.s, x->expected) != 0) {
		print_error(
		    "%s: expected %s, got %s\n", x->name, x->expected, got.s);
		ok = false;
	}
	if (x->contains != NULL && !has_text(&c, x->contains)) {
		print_error("%s: no %s in %s\n", x->name, x->contains, c.in.s);
		ok = false;
	}
	/* What is still open must be at the start of a request. */
	if (!c.is_closed && !is_head) {
		str_clear(&c.in);
		client_say(&c, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
		WAIT_FOR(&c, is_enough(&c, "200", false, &got));
		if (strcmp(got.s, "200") != 0) {
			print_error("%s: leaves %s behind\n", x->name, got.s);
			ok = false;
		}
	}
	client_close(&c);
	str_free(&got);
	return ok;
}

static void
run_table(const struct exchange *table, size_t count)
{
	size_t failed = 0;

	for (size_t i = 0; i < count; i++)
		if (!run_exchange(&table[i]))
			failed++;
	assert_int_equal(failed, 0);
}

/* clang-format off */
static const struct exchange framing_table[] = {
	{"plain", "GET /static HTTP/1.1\r\n" H E, 0, "200", "nosniff"},
	{"no server header wanted", "GET /static HTTP/1.1\r\n" H E, 0, "200", "Date: "},
	{"1.0", "GET /static HTTP/1.0\r\n" H E, 0, "200 x", NULL},
	{"1.0 keep-alive", "GET /static HTTP/1.0\r\n" H "Connection: keep-alive\r\n" E, 0, "200", NULL},
	{"close", "GET /static HTTP/1.1\r\n" H "Connection: close\r\n" E, 0, "200 x", "Connection: close"},
	{"0.9", "GET /static\r\n" E, 0, "400 x", NULL},
	{"2.0", "GET /static HTTP/2.0\r\n" H E, 0, "505 x", NULL},
	{"1.2", "GET /static HTTP/1.2\r\n" H E, 0, "505 x", NULL},
	{"version in words", "GET /static HTTP/one\r\n" H E, 0, "400 x", NULL},
	{"lower-case version", "GET /static http/1.1\r\n" H E, 0, "400 x", NULL},
	{"http/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, "505 x", NULL},
	{"no host", "GET /static HTTP/1.1\r\n" E, 0, "400 x", NULL},
	{"no host, 1.0", "GET /static HTTP/1.0\r\n" E, 0, "400 x", NULL},
	{"two hosts", "GET /static HTTP/1.1\r\n" H H E, 0, "400 x", NULL},
	{"two different hosts", "GET /static HTTP/1.1\r\n" H "Host: b\r\n" E, 0, "400 x", NULL},
	{"empty host", "GET /static HTTP/1.1\r\nHost:\r\n" E, 0, "400 x", NULL},
	{"host with a slash", "GET /static HTTP/1.1\r\nHost: a/b\r\n" E, 0, "400 x", NULL},
	{"host with a user", "GET /static HTTP/1.1\r\nHost: u@a\r\n" E, 0, "400 x", NULL},
	{"host with a port", "GET /static HTTP/1.1\r\nHost: [::1]:80\r\n" E, 0, "200", NULL},
	{"length", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n" E "abc", 0, "200", "\r\n\r\nabc"},
	{"length 0", "POST /echo HTTP/1.1\r\n" H "Content-Length: 0\r\n" E, 0, "200", NULL},
	{"no length", "POST /echo HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"two lengths", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n" E "abcd", 0, "400 x", NULL},
	{"two equal lengths", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n" E "abc", 0, "400 x", NULL},
	{"length list", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n" E "abc", 0, "400 x", NULL},
	{"plus length", "POST /echo HTTP/1.1\r\n" H "Content-Length: +3\r\n" E "abc", 0, "400 x", NULL},
	{"minus length", "POST /echo HTTP/1.1\r\n" H "Content-Length: -3\r\n" E "abc", 0, "400 x", NULL},
	{"hex length", "POST /echo HTTP/1.1\r\n" H "Content-Length: 0x3\r\n" E "abc", 0, "400 x", NULL},
	{"empty length", "POST /echo HTTP/1.1\r\n" H "Content-Length:\r\n" E, 0, "400 x", NULL},
	{"length with junk", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3a\r\n" E "abc", 0, "400 x", NULL},
	{"huge length", "POST /echo HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n" E, 0, "413 x", NULL},
	{"length and chunked", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"chunked and length", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"two encodings", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"gzip, chunked", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"identity", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n" E, 0, "400 x", NULL},
	{"xchunked", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n" E, 0, "400 x", NULL},
	{"chunked in quotes", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: \"chunked\"\r\n" E, 0, "400 x", NULL},
	{"chunked with a vertical tab", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: \vchunked\r\n" E, 0, "400 x", NULL},
	{"Chunked", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n" E "3\r\nabc\r\n0\r\n\r\n", 0, "200", "\r\n\r\nabc"},
	{"chunked in 1.0", "POST /echo HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"space before the colon", "POST /echo HTTP/1.1\r\n" H "Content-Length : 3\r\n" E "abc", 0, "400 x", NULL},
	{"space in a name", "GET /static HTTP/1.1\r\n" H "X Y: 3\r\n" E, 0, "400 x", NULL},
	{"empty name", "GET /static HTTP/1.1\r\n: 3\r\n" H E, 0, "400 x", NULL},
	{"no colon", "GET /static HTTP/1.1\r\n" H "nonsense\r\n" E, 0, "400 x", NULL},
	{"name in brackets", "GET /static HTTP/1.1\r\n" H "X[1]: 3\r\n" E, 0, "400 x", NULL},
	{"control character in a value", "GET /static HTTP/1.1\r\n" H "X: a\001b\r\n" E, 0, "400 x", NULL},
	{"escape in a value", "GET /static HTTP/1.1\r\n" H "X: a\033[2Jb\r\n" E, 0, "400 x", NULL},
	{"tab in a value", "GET /static HTTP/1.1\r\n" H "X: a\tb\r\n" E, 0, "200", NULL},
	{"UTF-8 in a value", "GET /static HTTP/1.1\r\n" H "X: \xc3\xb1\r\n" E, 0, "200", NULL},
	{"NUL in the target", BYTES("GET /sta\0tic HTTP/1.1\r\n" H E), "400 x", NULL},
	{"NUL in a value", BYTES("GET /static HTTP/1.1\r\n" H "X: a\0b\r\n" E), "400 x", NULL},
	{"NUL at the end of a value", BYTES("GET /static HTTP/1.1\r\n" "X: a\0\r\n" H E), "400 x", NULL},
	{"bare LF", "GET /static HTTP/1.1\r\nX: a\n" H E, 0, "400 x", NULL},
	{"bare CR", "GET /static HTTP/1.1\r\nX: a\r" H E, 0, "400 x", NULL},
	{"bare LF after the request line", "GET /static HTTP/1.1\n" H E, 0, "400 x", NULL},
	{"folded", "GET /static HTTP/1.1\r\nX: a\r\n b\r\n" H E, 0, "400 x", NULL},
	{"folded length", "POST /echo HTTP/1.1\r\n" H "Content-Length:\r\n 3\r\n" E "abc", 0, "400 x", NULL},
	{"folded first line", "GET /static HTTP/1.1\r\n X: a\r\n" H E, 0, "400 x", NULL},
	{"spaces around a value", "GET /static HTTP/1.1\r\nX:  a  \r\n" H E, 0, "200", NULL},
	{"no space before a value", "GET /static HTTP/1.1\r\nX:a\r\n" H E, 0, "200", NULL},
	{"empty value", "GET /static HTTP/1.1\r\nX:\r\nY: \r\n" H E, 0, "200", NULL},
	{"empty value last", "GET /static HTTP/1.1\r\n" H "X:\r\n" E, 0, "200", NULL},
	{"cookies", "GET /static HTTP/1.1\r\n" H "Cookie: a=b; c=d\r\n" E, 0, "200", NULL},
	{"NUL in a name", BYTES("GET /static HTTP/1.1\r\n" H "X\0Y: 1\r\n" E), "400 x", NULL},
};

static const struct exchange chunk_table[] = {
#define CH "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n" E
	{"two chunks", CH "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 0, "200", "\r\n\r\nabcde"},
	{"empty", CH "0\r\n\r\n", 0, "200", "Content-Length: 0"},
	{"hex size", CH "A\r\n0123456789\r\n0\r\n\r\n", 0, "200", "0123456789"},
	{"leading zeros", CH "0003\r\nabc\r\n000\r\n\r\n", 0, "200", "abc"},
	{"extension", CH "3;name=value\r\nabc\r\n0\r\n\r\n", 0, "200", "abc"},
	{"trailer", CH "3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", 0, "200", "abc"},
	{"trailer is no header", CH "3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n", 0, "200", "abc"},
	{"size is no number", CH "xyz\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"negative size", CH "-3\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"0x size", CH "0x3\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"empty size", CH "\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"size over 64 bits", CH "fffffffffffffffff\r\nabc", 0, "413 x", NULL},
	{"chunk longer than said", CH "3\r\nabcd\r\n0\r\n\r\n", 0, "400 x", NULL},
#undef CH
};

static const struct exchange route_table[] = {
	{"not there", "GET /nothing HTTP/1.1\r\n" H E, 0, "404", "application/problem+json"},
	{"root", "GET / HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"slash at the end", "GET /static/ HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"two slashes", "GET //static HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"dots", "GET /items/../static HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"not there, with a body", "POST /nothing HTTP/1.1\r\n" H "Content-Length: 3\r\n" E "abc", 0, "404 x", NULL},
	{"other method", "DELETE /static HTTP/1.1\r\n" H E, 0, "405", "Allow: GET, HEAD, POST, OPTIONS"},
	{"unknown method", "BREW /items/1 HTTP/1.1\r\n" H E, 0, "405", "Allow: GET, HEAD, DELETE, OPTIONS"},
	{"long method", "AVERYVERYLONGMETHOD /static HTTP/1.1\r\n" H E, 0, "501 x", NULL},
	{"small method", "get /static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"TRACE", "TRACE /static HTTP/1.1\r\n" H E, 0, "405", NULL},
	{"CONNECT", "CONNECT a:443 HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"OPTIONS", "OPTIONS /echo HTTP/1.1\r\n" H E, 0, "204", "Allow: POST, OPTIONS"},
	{"OPTIONS *", "OPTIONS * HTTP/1.1\r\n" H E, 0, "204", "Allow: GET, HEAD, POST"},
	{"GET *", "GET * HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"HEAD", "HEAD /static HTTP/1.1\r\n" H E, 0, "200", "Content-Length: 2\r\n"},
	{"HEAD of nothing", "HEAD /nothing HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"HEAD of a POST", "HEAD /echo HTTP/1.1\r\n" H E, 0, "405", NULL},
	{"parameter", "GET /items/7 HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\n7"},
	{"fixed segment wins", "GET /items/new HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\nok"},
	{"empty parameter", "GET /items/ HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"parameter too much", "GET /items/7/8 HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"escaped parameter", "GET /items/a%20b%C3%B1 HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\na b\xc3\xb1"},
	{"plus is a plus", "GET /items/a+b HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\na+b"},
	{"bad escape", "GET /items/%zz HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"cut escape", "GET /items/%4 HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped NUL", "GET /items/a%00 HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped line end", "GET /items/a%0d%0ab HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped slash", "GET /items/..%2fx HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped dots", "GET /items/%2e%2e HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"not UTF-8", "GET /items/%ff HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"overlong", "GET /items/%c0%af HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped twice", "GET /items/%2541 HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\n%41"},
	{"escaped letters of a path", "GET /%73tatic HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"query", "GET /static?a=1&b=%zz HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"fragment", "GET /static#x HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"raw byte over 127", "GET /items/\xc3\xb1 HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"absolute", "GET http://a/static HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"absolute, other host", "GET http://b/static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"other scheme", "GET ftp://a/static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"space in the target", "GET /static /x HTTP/1.1\r\n" H E, 0, "x", NULL},
	{"no slash", "GET static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"problem", "GET /error HTTP/1.1\r\n" H E, 0, "409", "\"detail\":\"the \\\"ticket\\\" changed meanwhile\""},
	{"body where none is taken", "POST /static HTTP/1.1\r\n" H "Content-Length: 1\r\n" E "a", 0, "413 x", NULL},
	{"later", "GET /later HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"later with a body", "POST /later HTTP/1.1\r\n" H "Content-Length: 5\r\n" E "hello", 0, "200", "hello"},
	{"expect", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n" E "abc", 0, "100 200", NULL},
	{"no token", "GET /secret HTTP/1.1\r\n" H E, 0, "401", "WWW-Authenticate: Bearer"},
	{"no token, body not read", "POST /secret HTTP/1.1\r\n" H "Content-Length: 900\r\n" E, 0, "401 x", NULL},
	{"wrong token", "GET /secret HTTP/1.1\r\n" H "Authorization: Bearer bad\r\n" E, 0, "401", NULL},
	{"basic", "GET /secret HTTP/1.1\r\n" H "Authorization: Basic Z29vZA==\r\n" E, 0, "401", NULL},
	{"token", "GET /secret HTTP/1.1\r\n" H "Authorization: bearer good\r\n" E, 0, "200", NULL},
	{"scope", "POST /secret HTTP/1.1\r\n" H "Authorization: Bearer good\r\n" E, 0, "403", "a.b"},
	{"loopback", "GET /local HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"forwarded is not loopback", "GET /local HTTP/1.1\r\n" H "X-Forwarded-For: 127.0.0.1\r\n" E, 0, "401", NULL},
	{"two at once", "GET /static HTTP/1.1\r\n" H E "GET /items/2 HTTP/1.1\r\n" H E, 0, "200 200", "\r\n\r\n2"},
	{"body, then another", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n" E "abcGET /nothing HTTP/1.1\r\n" H E, 0, "200 404", NULL},
	{"chunks, then another", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n" E "1\r\na\r\n0\r\n\r\nGET /static HTTP/1.1\r\n" H E, 0, "200 200", NULL},
	{"later, then another", "GET /later HTTP/1.1\r\n" H E "GET /static HTTP/1.1\r\n" H E, 0, "200 200", NULL},
	{"nothing after a refusal", "GET /static HTTP/1.1\r\n" E "GET /static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"blank lines first", "\r\n\r\nGET /static HTTP/1.1\r\n" H E, 0, "200", NULL},
};
/* clang-format on */

static void
http__answers__framing(void **state)
{
	(void)state;
	run_table(
	    framing_table, sizeof(framing_table) / sizeof(framing_table[0]));
}

static void
http__answers__chunks(void **state)
{
	(void)state;
	run_table(chunk_table, sizeof(chunk_table) / sizeof(chunk_table[0]));
}

static void
http__answers__routes(void **state)
{
	(void)state;
	run_table(route_table, sizeof(route_table) / sizeof(route_table[0]));
}

/* ---- sizes ---- */

static void
add_headers(struct str *s, unsigned count, size_t value_len)
{
	for (unsigned i = 0; i < count; i++) {
		str_addf(s, "X-%u: ", i);
		for (size_t k = 0; k < value_len; k++)
			str_addc(s, 'v');
		str_add(s, "\r\n");
	}
}

static void
check_head(const char *name, const char *target, unsigned headers,
    size_t value_len, const char *expected)
{
	struct str s;
	struct exchange x = {.name = name, .expected = expected};

	str_init(&s);
	str_addf(&s, "GET %s HTTP/1.1\r\nHost: a\r\n", target);
	add_headers(&s, headers, value_len);
	str_add(&s, "\r\n");
	x.request = s.s;
	assert_true(run_exchange(&x));
	str_free(&s);
}

static void
http__refuses__large_heads(void **state)
{
	struct str target;

	(void)state;
	check_head("64 headers", "/static", 63, 1, "200");
	check_head("65 headers", "/static", 64, 1, "431 x");
	check_head("2000 headers", "/static", 2000, 1, "431 x");
	check_head("15 KiB", "/static", 15, 1000, "200");
	check_head("16 KiB in 63 headers", "/static", 63, 240, "200");
	check_head("20 KiB", "/static", 20, 1000, "431 x");
	check_head("100 KiB", "/static", 1, 100000, "431 x");

	str_init(&target);
	str_add(&target, "/static?");
	while (target.len < 4096)
		str_addc(&target, 'q');
	check_head("4096 bytes", target.s, 0, 0, "200");
	str_addc(&target, 'q');
	check_head("4097 bytes", target.s, 0, 0, "414 x");
	str_free(&target);
	check_alive();
}

static void
http__limits__bodies_by_route(void **state)
{
	struct client c;
	struct str s;

	(void)state;
	str_init(&s);
	/* Announced: refused before it is sent. */
	client_open(&c);
	client_say(&c, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		       "Content-Length: 1001\r\n"
		       "Expect: 100-continue\r\n\r\n");
	WAIT_FOR(&c, c.is_closed);
	assert_true(strncmp(c.in.s, "HTTP/1.1 413 ", 13) == 0);
	client_close(&c);
	/* Chunked: when it has become too much. */
	client_open(&c);
	str_add(&s, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n");
	for (unsigned i = 0; i < 101; i++)
		str_add(&s, "a\r\n0123456789\r\n");
	str_add(&s, "0\r\n\r\n");
	client_send(&c, s.s, s.len);
	WAIT_FOR(&c, c.is_closed);
	assert_true(strncmp(c.in.s, "HTTP/1.1 413 ", 13) == 0);
	client_close(&c);
	/* Without an end: not read for ever. */
	client_open(&c);
	str_trunc(&s, s.len - 5);
	while (!c.is_closed)
		client_send(&c, s.s + 72, s.len - 72);
	client_close(&c);
	str_free(&s);
	assert_int_equal(fx->handled, 0);
	check_alive();
}

static void
http__keeps__the_body_whole(void **state)
{
	struct client c;
	struct str s, got;
	size_t n = 3 << 20;

	(void)state;
	str_init(&s);
	str_init(&got);
	client_open(&c);
	str_addf(&s,
	    "POST /large HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    n);
	for (size_t i = 0; i < n; i++)
		str_addc(&s, (char)(i * 31 + (i >> 8)));
	client_send(&c, s.s, s.len);
	WAIT_FOR(&c, is_enough(&c, "200", false, &got));
	assert_true(c.in.len > n);
	assert_memory_equal(c.in.s + c.in.len - n, s.s + s.len - n, n);
	client_close(&c);
	str_free(&got);
	str_free(&s);
}

static void
http__limits__all_bodies_together(void **state)
{
	struct http_config config = {.limits.bodies_bytes = 500};
	struct exchange x = {.name = "too much at once", .expected = "503 x"};
	struct str s;

	(void)state;
	start(&config);
	str_init(&s);
	str_add(&s, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		    "Content-Length: 600\r\n\r\n");
	for (unsigned i = 0; i < 600; i++)
		str_addc(&s, 'b');
	x.request = s.s;
	assert_true(run_exchange(&x));
	str_free(&s);
	check_alive();
	stop();
}

/* ---- deadlines ---- */

static const struct http_config quick = {.limits = {.head_ms = 150,
					     .body_ms = 150,
					     .body_rate = 1000000,
					     .idle_ms = 150,
					     .write_ms = 200,
					     .sweep_ms = 20,
					     .keepalive_ms = 50}};

/* Send s again and again, a byte a turn, until the server ends it. */
static void
drip(struct client *c, const char *s)
{
	uint64_t until = uv_hrtime() / 1000000 + WAIT_MS;

	for (size_t i = 0; !c->is_closed; i++) {
		assert_true(uv_hrtime() / 1000000 < until);
		if (send(c->fd, &s[i % strlen(s)], 1, MSG_NOSIGNAL) < 0 &&
		    errno != EAGAIN)
			break;
		turn(c);
	}
	WAIT_FOR(c, c->is_closed);
}

static void
http__ends__slow_clients(void **state)
{
	struct client silent, head, header, body, idle;
	struct http_stats stats;

	(void)state;
	start(&quick);
	client_open(&silent);
	WAIT_FOR(&silent, silent.is_closed);
	assert_int_equal(silent.in.len, 0);
	client_close(&silent);

	client_open(&head);
	drip(&head, "G");
	client_close(&head);

	client_open(&header);
	client_say(&header, "GET /static HTTP/1.1\r\nHost: a\r\n");
	drip(&header, "X: 1\r\n");
	assert_true(has_text(&header, "HTTP/1.1 408 "));
	client_close(&header);

	client_open(&body);
	client_say(&body, "POST /echo HTTP/1.1\r\nHost: a\r\n"
			  "Content-Length: 900\r\n\r\n");
	WAIT_FOR(&body, body.is_closed);
	assert_true(has_text(&body, "HTTP/1.1 408 "));
	client_close(&body);

	client_open(&idle);
	client_say(&idle, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&idle, idle.is_closed);
	assert_true(has_text(&idle, "HTTP/1.1 200 "));
	client_close(&idle);

	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.timed_out, 5);
	assert_int_equal(stats.connections, 0);
	stop();
}

static void
http__ends__clients_that_do_not_read(void **state)
{
	struct client c;
	struct http_stats stats;

	(void)state;
	start(&quick);
	client_open(&c);
	client_say(&c, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(NULL, (http_server_stats(fx->server, &stats),
			   stats.timed_out == 1 && stats.connections == 0));
	client_close(&c);
	stop();
}

/* Slower than one sweep, but it moves. */
static void
http__waits__for_clients_that_read(void **state)
{
	struct client c;
	struct str got;

	(void)state;
	start(&quick);
	str_init(&got);
	client_open(&c);
	client_say(&c, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	while (c.in.len < BIG && !c.is_closed) {
		char buf[32768];
		ssize_t n = recv(c.fd, buf, sizeof(buf), 0);

		if (n > 0)
			str_addn(&c.in, buf, (size_t)n);
		else if (n == 0)
			c.is_closed = true;
		uv_run(&fx->loop, UV_RUN_NOWAIT);
	}
	WAIT_FOR(&c, is_enough(&c, "200", false, &got));
	assert_true(c.in.len > BIG);
	client_close(&c);
	str_free(&got);
	stop();
}

static void
http__answers__among_half_open_connections(void **state)
{
	enum { COUNT = 1000 };
	struct http_config config = {.limits.max_per_address = 2 * COUNT};
	struct client *c = xcalloc(COUNT, sizeof(*c));
	struct rlimit files;
	struct http_stats stats;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	start(&config);
	for (unsigned i = 0; i < COUNT; i++) {
		client_open(&c[i]);
		client_say(&c[i], i % 2 == 0 ? "GET /static HT" : "");
		if (i % 50 == 0)
			check_alive();
	}
	check_alive();
	http_server_stats(fx->server, &stats);
	assert_in_range(stats.connections, COUNT, COUNT + 1);
	for (unsigned i = 0; i < COUNT; i++)
		client_close(&c[i]);
	check_alive();
	free(c);
	stop();
}

static void
http__caps__connections_of_an_address(void **state)
{
	const char *const proxies[] = {"127.0.0.0/8"};
	struct http_config config = {.limits.max_per_address = 3};
	struct client c[4];
	struct http_stats stats;

	(void)state;
	start(&config);
	for (unsigned i = 0; i < 4; i++) {
		client_open(&c[i]);
		client_say(&c[i], "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
		WAIT_FOR(&c[i], c[i].is_closed || has_text(&c[i], "\n\nok") ||
				    has_text(&c[i], "\r\n\r\nok"));
		assert_int_equal(c[i].is_closed, i == 3);
	}
	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.capped, 1);
	client_close(&c[0]);
	WAIT_FOR(NULL,
	    (http_server_stats(fx->server, &stats), stats.connections == 2));
	check_alive();
	for (unsigned i = 1; i < 4; i++)
		client_close(&c[i]);
	stop();

	config.trusted_proxies = proxies;
	config.trusted_proxy_count = 1;
	start(&config);
	for (unsigned i = 0; i < 4; i++)
		client_open(&c[i]);
	check_alive();
	for (unsigned i = 0; i < 4; i++)
		client_close(&c[i]);
	stop();
}

/* ---- who asks ---- */

static void
check_peer(const char *headers, const char *expected)
{
	struct str s;
	struct exchange x = {.name = headers, .expected = "200"};

	str_init(&s);
	str_addf(&s, "GET /peer HTTP/1.1\r\nHost: a\r\n%s\r\n", headers);
	x.request = s.s;
	x.contains = expected;
	assert_true(run_exchange(&x));
	str_free(&s);
}

static void
http__believes__trusted_proxies_only(void **state)
{
	const char *const proxies[] = {"127.0.0.1", "10.1.0.0/16"};
	const char *const wrong[] = {"10.1.0.0/33"};
	struct http_config config = {0};
	struct http_server *none;
	struct err err = ERR_INIT;
	uv_loop_t loop;

	(void)state;
	start(&config);
	check_peer("", "127.0.0.1 local http");
	check_peer("X-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1 remote http");
	check_peer("X-Forwarded-Proto: https\r\n", "127.0.0.1 remote http");
	stop();
	config.trusted_proxies = proxies;
	config.trusted_proxy_count = 2;
	start(&config);
	check_peer("", "127.0.0.1 local http");
	check_peer("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
	    "192.0.2.7 remote https");
	check_peer(
	    "X-Forwarded-For: 127.0.0.1, 192.0.2.7\r\n", "192.0.2.7 remote");
	check_peer("X-Forwarded-For: 198.51.100.1, 192.0.2.7, 10.1.2.3\r\n",
	    "192.0.2.7 remote");
	check_peer("X-Forwarded-For: 2001:db8::5\r\n", "2001:db8::5 remote");
	check_peer("X-Forwarded-For: unknown\r\n", "127.0.0.1 remote");
	check_peer("X-Forwarded-For: 127.0.0.1\r\n", "127.0.0.1 remote");
	stop();

	config.listen = "127.0.0.1:0";
	config.trusted_proxies = wrong;
	config.trusted_proxy_count = 1;
	uv_loop_init(&loop);
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	assert_null(none);
	assert_non_null(strstr(err.text, "10.1.0.0/33"));
	config.trusted_proxy_count = 0;
	config.listen = "localhost";
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	uv_loop_close(&loop);
}

/* ---- answers that come later ---- */

static void
http__tells__when_a_waiting_client_leaves(void **state)
{
	struct client c;
	struct http_stats stats;

	(void)state;
	start(&quick);
	client_open(&c);
	client_say(&c, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, fx->held != NULL);
	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.suspended, 1);
	assert_int_equal(fx->left, 0);
	client_close(&c);
	WAIT_FOR(NULL, fx->left == 1);
	/* It is still there, and answered into nothing. */
	assert_string_equal(http_req_path(fx->held), "/hold");
	http_reply_const(fx->held, 200, "text/plain", "ok", 2);
	WAIT_FOR(NULL,
	    (http_server_stats(fx->server, &stats), stats.connections == 0));
	assert_int_equal(stats.suspended, 0);
	assert_int_equal(fx->left, 1);
	check_alive();
	stop();
}

static void
http__lets__a_request_outlive_the_server(void **state)
{
	struct client c;
	struct http_req *req;
	size_t n;

	(void)state;
	start(&quick);
	client_open(&c);
	client_say(&c, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, fx->held != NULL);
	req = fx->held;
	stop();
	assert_null(http_req_header(req, "Host"));
	assert_string_equal(http_req_method(req), "GET");
	http_req_body(req, &n);
	assert_int_equal(n, 0);
	http_reply_const(req, 200, "text/plain", "ok", 2);
	client_close(&c);
}

/* ---- streams ---- */

static void
open_stream(struct client *c)
{
	client_open(c);
	client_say(c, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(c, fx->stream != NULL && has_text(c, "retry: 3000\n\n"));
}

static void
http__streams__events(void **state)
{
	struct client c;

	(void)state;
	open_stream(&c);
	assert_true(has_text(&c, "Content-Type: text/event-stream\r\n"));
	assert_true(has_text(&c, "Cache-Control: no-store\r\n"));
	assert_true(
	    http_stream_send(fx->stream, "metrics_update", "7", "{}", 2));
	WAIT_FOR(
	    &c, has_text(&c, "id: 7\nevent: metrics_update\ndata: {}\n\n"));
	assert_true(http_stream_send(fx->stream, NULL, NULL, "a\r\nb\nc\r", 7));
	WAIT_FOR(&c, has_text(&c, "data: a\ndata: b\ndata: c\ndata: \n\n"));
	assert_true(http_stream_send(fx->stream, NULL, "8", "", 0));
	WAIT_FOR(&c, has_text(&c, "id: 8\ndata: \n\n"));
	assert_int_equal(http_stream_backlog(fx->stream), 0);
	http_stream_send(fx->stream, NULL, NULL, "last", 4);
	http_stream_close(fx->stream);
	/* The last chunk, and the connection is ready for the next request. */
	WAIT_FOR(&c, has_text(&c, "data: last\n\n\r\n0\r\n\r\n"));
	assert_int_equal(fx->closed, 0);
	client_close(&c);
	check_alive();
}

static void
http__streams__comments_into_silence(void **state)
{
	struct client c;

	(void)state;
	start(&quick);
	open_stream(&c);
	WAIT_FOR(&c, has_text(&c, ":\n\n"));
	client_close(&c);
	WAIT_FOR(NULL, fx->closed == 1);
	assert_null(fx->stream);
	stop();
}

static void
http__drops__slow_streams(void **state)
{
	struct client c;
	struct http_stats stats;
	char *data = xcalloc(1, 60000);
	unsigned sent = 0;

	(void)state;
	memset(data, 'd', 60000);
	open_stream(&c);
	while (http_stream_send(fx->stream, "x", NULL, data, 60000)) {
		turn(NULL); /* the client takes nothing */
		assert_true(++sent < 10000);
	}
	assert_true(sent >= 4);
	assert_int_equal(fx->closed, 0);
	assert_false(http_stream_send(fx->stream, "x", NULL, "y", 1));
	WAIT_FOR(NULL, fx->closed == 1);
	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.streams_dropped, 1);
	assert_int_equal(stats.streams, 0);
	client_close(&c);
	free(data);
	check_alive();
}

static void
http__ends__stuck_streams(void **state)
{
	struct client c;
	char *data = xcalloc(1, 60000);
	unsigned sent = 0;

	(void)state;
	start(&quick);
	memset(data, 'd', 60000);
	open_stream(&c);
	/* Below the backlog, but nothing is taken any more. */
	while (http_stream_backlog(fx->stream) < 100000) {
		http_stream_send(fx->stream, "x", NULL, data, 60000);
		turn(NULL);
		assert_true(++sent < 10000);
	}
	WAIT_FOR(NULL, fx->closed == 1);
	client_close(&c);
	free(data);
	stop();
}

static void
http__tells__streams_when_it_stops(void **state)
{
	struct client c, held;
	bool is_stopped = false;

	(void)state;
	start(&(struct http_config){0});
	open_stream(&c);
	client_open(&held);
	client_say(&held, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&held, fx->held != NULL);
	http_server_stop(fx->server, on_stopped, &is_stopped);
	assert_int_equal(fx->closed, 1);
	uv_close((uv_handle_t *)&fx->later, NULL);
	uv_run(&fx->loop, UV_RUN_DEFAULT);
	assert_true(is_stopped);
	http_reply_const(fx->held, 200, NULL, "", 0);
	assert_int_equal(uv_loop_close(&fx->loop), 0);
	router_free(&fx->router);
	client_close(&c);
	client_close(&held);
	FREE(&fx);
}

static void
http__quiesces__but_finishes(void **state)
{
	struct client c;
	struct sockaddr_in addr = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd;

	(void)state;
	client_open(&c);
	client_say(&c, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, fx->held != NULL);
	http_server_quiesce(fx->server);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	addr.sin_port = htons((uint16_t)fx->port);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)), -1);
	close(fd);
	http_reply_header(fx->held, "X-Note", "late");
	http_reply(fx->held, 200, "text/plain", "done", 4);
	WAIT_FOR(&c, has_text(&c, "\r\n\r\ndone"));
	assert_true(has_text(&c, "X-Note: late\r\n"));
	client_close(&c);
}

/* ---- TLS ---- */

static int
shell(const char *const argv[])
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (fx == NULL)
			poll(NULL, 0, 5);
		else
			turn(NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
http__speaks__tls(void **state)
{
	char dir[] = "/tmp/opdesk-http-XXXXXX", cert[64], key[64], url[64];
	char out[64];
	struct http_config config = {.tls_certificate = cert, .tls_key = key};
	struct http_server *none;
	struct err err = ERR_INIT;
	uv_loop_t loop;

	(void)state;
	assert_non_null(mkdtemp(dir));
	str_format(cert, sizeof(cert), "%s/cert.pem", dir);
	str_format(key, sizeof(key), "%s/key.pem", dir);
	str_format(out, sizeof(out), "%s/out", dir);
	assert_int_equal(
	    shell((const char *const[]){"openssl", "req", "-x509", "-newkey",
		"ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
		"-keyout", key, "-out", cert, "-days", "2", "-subj",
		"/CN=localhost", NULL}),
	    0);
	chmod(key, 0600);
	start(&config);
	str_format(url, sizeof(url), "https://127.0.0.1:%d/peer", fx->port);
	assert_int_equal(shell((const char *const[]){"curl", "-sk", "--fail",
			     "--max-time", "20", "-o", out, url, NULL}),
	    0);
	stop();
	{
		char text[64] = "";
		FILE *f = fopen(out, "r");

		assert_non_null(f);
		assert_non_null(fgets(text, sizeof(text), f));
		fclose(f);
		assert_string_equal(text, "127.0.0.1 local https");
	}
	/* A key that is none, and one without the other. */
	uv_loop_init(&loop);
	config.listen = "127.0.0.1:0";
	config.tls_key = cert;
	chmod(cert, 0600);
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	config.tls_key = NULL;
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	uv_loop_close(&loop);
	unlink(cert);
	unlink(key);
	unlink(out);
	rmdir(dir);
}

static void
http__reports__a_taken_address(void **state)
{
	char listen[32];
	struct http_config config = {.listen = listen};
	struct http_server *none;
	struct err err = ERR_INIT;

	(void)state;
	str_format(listen, sizeof(listen), "127.0.0.1:%d", fx->port);
	assert_int_equal(
	    http_server_start(&fx->loop, &config, &none, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, listen));
}

#define SHARED(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define OWN(f)    cmocka_unit_test(f)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SHARED(http__answers__framing),
	    SHARED(http__answers__chunks),
	    SHARED(http__answers__routes),
	    SHARED(http__refuses__large_heads),
	    SHARED(http__limits__bodies_by_route),
	    SHARED(http__keeps__the_body_whole),
	    OWN(http__limits__all_bodies_together),
	    OWN(http__ends__slow_clients),
	    OWN(http__ends__clients_that_do_not_read),
	    OWN(http__waits__for_clients_that_read),
	    OWN(http__answers__among_half_open_connections),
	    OWN(http__caps__connections_of_an_address),
	    OWN(http__believes__trusted_proxies_only),
	    OWN(http__tells__when_a_waiting_client_leaves),
	    OWN(http__lets__a_request_outlive_the_server),
	    SHARED(http__streams__events),
	    OWN(http__streams__comments_into_silence),
	    SHARED(http__drops__slow_streams),
	    OWN(http__ends__stuck_streams),
	    OWN(http__tells__streams_when_it_stops),
	    SHARED(http__quiesces__but_finishes),
	    OWN(http__speaks__tls),
	    SHARED(http__reports__a_taken_address),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
