/*
 * http_fixture - a server and a client on one loop.
 */
#include "tests/lib/http_fixture.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

struct http_fixture *fx;

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
h_bytes(struct http_req *req, void *data)
{
	size_t n = strtoul(http_req_param(req, "n"), NULL, 10);
	struct str out = STR_INIT;

	(void)data;
	for (size_t i = 0; i < n; i++)
		str_addc(&out, byte_at(i));
	http_reply_take(req, 200, "text/plain", &out);
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
	{"POST", "/sink", 64 << 20, ROUTE_OPEN, NULL, h_static, "taken in"},
	{"POST", "/later", BODY_MAX, ROUTE_OPEN, NULL, h_later, "later"},
	{"GET", "/later", 0, ROUTE_OPEN, NULL, h_later, "later"},
	{"GET", "/hold", 0, ROUTE_OPEN, NULL, h_hold, "held"},
	{"GET", "/items/new", 0, ROUTE_OPEN, NULL, h_static, "fixed"},
	{"GET", "/items/{id}", 0, ROUTE_OPEN, NULL, h_item, "one"},
	{"DELETE", "/items/{id}", 0, ROUTE_OPEN, NULL, h_item, "one"},
	{"GET", "/peer", 0, ROUTE_OPEN, NULL, h_peer, "who asks"},
	{"GET", "/events", 0, ROUTE_OPEN, NULL, h_events, "events"},
	{"GET", "/big", 0, ROUTE_OPEN, NULL, h_big, "big"},
	{"GET", "/bytes/{n}", 0, ROUTE_OPEN, NULL, h_bytes, "so many bytes"},
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

void
http_fixture_start(const struct http_config *config)
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

void
on_stopped(void *data)
{
	bool *is_stopped = data;

	*is_stopped = true;
}

void
http_fixture_stop(void)
{
	http_server_stop(fx->server, on_stopped, &fx->is_stopped);
	uv_close((uv_handle_t *)&fx->later, NULL);
	uv_run(&fx->loop, UV_RUN_DEFAULT);
	assert_true(fx->is_stopped);
	assert_int_equal(uv_loop_close(&fx->loop), 0);
	router_free(&fx->router);
	FREE(&fx);
}

int
http_setup(void **state)
{
	(void)state;
	http_fixture_start(&(struct http_config){0});
	return 0;
}

int
http_teardown(void **state)
{
	(void)state;
	http_fixture_stop();
	return 0;
}

/* ---- a client on the same loop ---- */

void
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

void
client_close(struct client *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	str_free(&c->in);
}

/* One turn: the loop runs, and what came is taken. */
void
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
	if (n == 0 || errno != EAGAIN)
		c->is_closed = true;
}

void
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

void
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

bool
client_has(const struct client *c, const char *text)
{
	return memmem(c->in.s, c->in.len, text, strlen(text)) != NULL;
}

/* A request on a connection of its own is answered with 200. */
void
http_check_alive(void)
{
	struct client c;

	client_open(&c);
	client_say(&c, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, client_has(&c, "\r\n\r\nok") || c.is_closed);
	assert_true(client_has(&c, "HTTP/1.1 200 "));
	client_close(&c);
}

/* ---- the table ---- */

bool
http_is_enough(
    struct client *c, const char *expected, bool is_head, struct str *got)
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

bool
http_exchange_run(const struct http_exchange *x)
{
	struct client c;
	struct str got;
	bool is_head = strncmp(x->request, "HEAD", 4) == 0, ok = true;

	str_init(&got);
	client_open(&c);
	client_send(&c, x->request, x->len == 0 ? strlen(x->request) : x->len);
	WAIT_FOR(&c, http_is_enough(&c, x->expected, is_head, &got));
	if (c.is_closed)
		str_add(&got, got.len > 0 ? " x" : "x");
	if (strcmp(got.s, x->expected) != 0) {
		print_error(
		    "%s: expected %s, got %s\n", x->name, x->expected, got.s);
		ok = false;
	}
	if (x->contains != NULL && !client_has(&c, x->contains)) {
		print_error("%s: no %s in %s\n", x->name, x->contains, c.in.s);
		ok = false;
	}
	/* What is still open must be at the start of a request. */
	if (!c.is_closed && !is_head) {
		str_clear(&c.in);
		client_say(&c, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
		WAIT_FOR(&c, http_is_enough(&c, "200", false, &got));
		if (strcmp(got.s, "200") != 0) {
			print_error("%s: leaves %s behind\n", x->name, got.s);
			ok = false;
		}
	}
	client_close(&c);
	str_free(&got);
	return ok;
}

void
http_table_run(const struct http_exchange *table, size_t count)
{
	size_t failed = 0;

	for (size_t i = 0; i < count; i++)
		if (!http_exchange_run(&table[i]))
			failed++;
	assert_int_equal(failed, 0);
}
